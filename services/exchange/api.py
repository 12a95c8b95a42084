"""The exchange's HTTP door: events in, one receipt a line; what is parked, quarantined, and which types there are."""

import json
import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from services.exchange.application import Exchange
from services.exchange.bootstrap import ExchangeService
from services.exchange.domain.errors import FAULTS, words
from services.exchange.domain.reading import is_blank
from services.exchange.domain.terms import EVENT_TYPES
from services.exchange.receipts import Line, Receipt
from services.exchange.schema import read_schema
from shared.contracts.exchange import LineOutcome
from shared.security.audit import AccessLog
from shared.service import Service
from shared.web import PROBLEM, Language, Person, Problem, told_as

ONE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
LINES = "application/x-ndjson"
WHITE = " \t\r\n"
EXAMPLE = {
    "specversion": "1.0",
    "id": "PET-2023-000001",
    "source": "urn:agency:petition.330206",
    "type": "petition.report_registered.v1",
    "time": "2023-02-06T16:20:00+08:00",
    "datacontenttype": "application/json",
    "data": {
        "report_token": "R-1f0c55d2a901",
        "received_on": "2023-02-06",
        "channel": "LETTER",
        "real_name": True,
        "subject_token": "S-0a41c7be9d22",
        "management_level": "VILLAGE",
        "district_code": "330206",
        "issues": [{"issue_id": "I1", "category": "INTEGRITY"}],
    },
}


class ReceiptRow(BaseModel):
    """What became of one line: its outcome, and for a quarantined one why and what would make it pass."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "receipt_id": "3f2c8e8e-6f0e-4c57-9d3f-0a8f3c1f7b11",
                "outcome": "QUARANTINED",
                "reason": "SCHEMA",
                "rule": "2/7",
                "path": "$.data.received_on",
                "why": "the value at $.data.received_on is not what the contract allows",
                "fix": 'it has to be: format "date"',
                "source": "urn:agency:petition.330206",
                "event_id": "PET-2023-000001",
                "event_type": "petition.report_registered.v1",
            }
        }
    )
    receipt_id: str
    outcome: str
    reason: str | None = None
    rule: str = ""
    path: str = ""
    why: str = ""
    fix: str = ""
    source: str = ""
    event_id: str = ""
    event_type: str = ""
    position: int | None = Field(
        None, description="only when received: read what follows with `after=exchange:<position>`"
    )


class Receipts(BaseModel):
    """One receipt a line, in the order of the lines; read what follows with `after=exchange:<position>`."""

    receipts: list[ReceiptRow]
    position: int = Field(examples=[4711])


def router(service: Service, exchange: Exchange, access: AccessLog) -> APIRouter:
    """Return the routes of the exchange."""
    assert isinstance(service, ExchangeService)
    routes = APIRouter(prefix="/exchange", tags=["exchange"])
    _post(routes, exchange)
    _questions(routes, service, access)
    return routes


def _post(routes: APIRouter, exchange: Exchange) -> None:
    async def body_of(request: Request) -> bytes:
        return await _read(request, exchange.door.policy.http_bytes)

    @routes.post(
        "/events",
        summary="发送来文 / send one event, a batch, or lines",
        description=f"`{ONE}` one event: 202 applied or parked, 200 duplicate, 422 quarantined. "
        f"`{BATCH}` or `{LINES}` many: always 200 with one receipt a line; a bad line never stops the lines after it.",
        responses={
            200: {"model": Receipts},
            202: {"model": ReceiptRow},
            413: told_as("the request is too large"),
            415: told_as("another content type"),
            422: told_as("the one event was quarantined: reason, and what would make it pass"),
        },
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {
                    ONE: {"schema": {"type": "object"}, "example": EXAMPLE},
                    BATCH: {"schema": {"type": "array", "items": {"type": "object"}}, "example": [EXAMPLE]},
                    LINES: {"schema": {"type": "string"}, "example": f"{json.dumps(EXAMPLE)}\n"},
                },
            }
        },
    )
    def send(request: Request, body: Annotated[bytes, Depends(body_of)], speaks: Language) -> JSONResponse:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == ONE:
            _require_content(body)
            (receipt,) = _received(exchange, [body])
            return _one(receipt, speaks, request.url.path, exchange.log.head())
        receipts = _received(exchange, _parts(kind, body))
        rows = [shown(receipt, speaks) for receipt in receipts]
        return JSONResponse(Receipts(receipts=rows, position=exchange.log.head()).model_dump())


def _questions(routes: APIRouter, service: ExchangeService, access: AccessLog) -> None:
    lines = service.lines

    def note(person: Person, what: str, rows: int) -> None:
        at = service.casework.clock.wall()
        access.record(
            at=at, person=person.person_id, purpose="casework", what=f"exchange/{what}", case_id="", rows=rows
        )

    @routes.get("/receipts/{receipt_id}", summary="回执 / one receipt as it stands now", response_model=ReceiptRow)
    def receipt(receipt_id: str, speaks: Language) -> ReceiptRow:
        found = lines.receipt(receipt_id)
        if found is None:
            raise Problem(
                404,
                "no-such-receipt",
                zh="没有这个回执",
                en="there is no such receipt",
                fix_zh="核对回执编号",
                fix_en="check the receipt id",
            )
        return shown(found, speaks)

    @routes.get("/figures", summary="来文计数 / lines received, by outcome and reason")
    def figures() -> dict[str, Any]:
        return lines.counts()

    @routes.get("/parked", summary="待补来文 / lines that wait for a prerequisite, in order of arrival")
    def parked(
        person: Person,
        overdue: Annotated[bool, Query(description="only those a person has to look at (E-3)")] = False,
        after: Annotated[int, Query(ge=0, description="`next` of the page before")] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> dict[str, Any]:
        if overdue:
            rows = lines.overdue_parked(service.casework.clock.business(), limit=limit)
        else:
            rows = lines.parked(after=after, limit=limit)
        note(person, "parked", len(rows))
        return {"parked": rows, "next": rows[-1]["seq"] if len(rows) == limit and not overdue else None}

    @routes.get("/quarantine", summary="隔离来文 / quarantined lines with reason and rule; never their content")
    def quarantine(
        person: Person,
        speaks: Language,
        reason: str = "",
        after: Annotated[int, Query(ge=0, description="`next` of the page before")] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> dict[str, Any]:
        rows = lines.quarantined(reason=reason, after=after, limit=limit, language=speaks)
        note(person, "quarantine", len(rows))
        return {"quarantined": rows, "next": rows[-1]["seq"] if len(rows) == limit else None}

    @routes.get("/dead-lines", summary="死信来文 / lines the house itself failed on")
    def dead_lines(person: Person) -> dict[str, Any]:
        rows = lines.dead_lines()
        note(person, "dead-lines", len(rows))
        return {"dead_lines": rows}

    @routes.get("/events/types", summary="来文类型 / the types of section 5, who publishes them, what they wait for")
    def types() -> dict[str, Any]:
        return {"types": _types()}

    @routes.get("/events/schema", summary="来文结构 / the machine-readable half of the contract")
    def schema() -> dict[str, Any]:
        return read_schema()


async def _read(request: Request, limit: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise Problem(
                413,
                "too-large",
                zh=f"请求超过 {limit} 字节",
                en=f"the request is larger than {limit} bytes",
                fix_zh="分几次发送；重复发送的来文不会再次生效",
                fix_en="send it in parts; an event that is sent again takes no effect twice",
            )
    return bytes(body)


def _require_content(body: bytes) -> None:
    if is_blank(body):
        raise Problem(
            422,
            "empty",
            zh="请求没有内容",
            en="the request is empty",
            fix_zh="发送一个 CloudEvents 对象",
            fix_en="send one CloudEvents object",
        )


def _parts(kind: str, body: bytes) -> list[bytes]:
    if kind == LINES:
        return [line for line in body.split(b"\n") if not is_blank(line)]
    if kind == BATCH:
        return elements(body)
    raise Problem(
        415,
        "content-type",
        zh="请求的内容类型不对",
        en="the request is of another content type",
        fix_zh=f"用 {ONE}、{BATCH} 或 {LINES}",
        fix_en=f"use {ONE}, {BATCH} or {LINES}",
    )


def elements(body: bytes) -> list[bytes]:
    """Return the elements of a JSON array, each as it was written; a body that is none is one (malformed) element."""
    try:
        text = body.decode("utf-8").strip(WHITE)
        found = list(_elements(text))
    except (ValueError, RecursionError):
        return [body]
    return [element.encode() for element in found]


def _elements(text: str) -> list[str]:
    """Raises ValueError where the text is no JSON array."""
    decoder = json.JSONDecoder(parse_int=float)
    found: list[str] = []
    if not text.startswith("[") or not text.endswith("]"):
        raise ValueError("no array")
    at, last = _skip(text, 1), len(text) - 1
    while at != last:
        _, end = decoder.raw_decode(text, at)
        found.append(text[at:end])
        at = _skip(text, end)
        if at != last:
            at = _skip(text, _after_comma(text, at))
            if at == last:
                raise ValueError("no element after the comma")
    return found


def _after_comma(text: str, at: int) -> int:
    if not text.startswith(",", at):
        raise ValueError("no comma")
    return at + 1


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in WHITE:
        at += 1
    return at


def _received(exchange: Exchange, contents: list[bytes]) -> list[Receipt]:
    lines = [Line(str(uuid.uuid4()), content) for content in contents]
    return exchange.receive_all(lines, door="http")


def shown(receipt: Receipt, language: str) -> ReceiptRow:
    """Return a receipt in words."""
    row = ReceiptRow(
        receipt_id=receipt.receipt_id,
        outcome=receipt.outcome or "FAILED",
        source=receipt.source,
        event_id=receipt.event_id,
        event_type=receipt.event_type,
    )
    if not receipt.code:
        return row
    why, fix = words(receipt.code, language, receipt.path, receipt.expected)
    rule = FAULTS[receipt.code].rule
    return row.model_copy(update={"reason": receipt.reason, "rule": rule, "path": receipt.path, "why": why, "fix": fix})


def _one(receipt: Receipt, language: str, instance: str, position: int) -> JSONResponse:
    row = shown(receipt, language).model_copy(update={"position": position})
    match receipt.outcome:
        case LineOutcome.APPLIED | LineOutcome.PARKED:
            return JSONResponse(row.model_dump(), 202)
        case LineOutcome.DUPLICATE:
            return JSONResponse(row.model_dump(), 200)
        case LineOutcome.QUARANTINED:
            return _problem(row, 422, f"urn:qingfeng:quarantine:{row.reason}", row.why, row.fix, instance)
        case None:
            zh, en = (
                ("来文未能处理，已登记", "发送方稍后再发"),
                ("the event could not be handled", "send it again later"),
            )
            title, detail = zh if language == "zh" else en
            return _problem(row, 500, "urn:qingfeng:problem:dead-line", title, detail, instance)


def _problem(row: ReceiptRow, status: int, kind: str, title: str, detail: str, instance: str) -> JSONResponse:
    body = {"type": kind, "title": title, "status": status, "detail": detail, "instance": instance, **row.model_dump()}
    return JSONResponse(body, status, media_type=PROBLEM)


def _types() -> list[dict[str, Any]]:
    definitions = read_schema()["$defs"]
    return [
        {
            "type": row.name,
            "title": definitions[row.name]["title"],
            "publishers": row.publishers,
            "business_date": row.fact.business_field,
            "waits_for": f"{row.needs[0]} {row.needs[1]}" if row.needs else None,
        }
        for row in EVENT_TYPES.values()
    ]
