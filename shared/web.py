"""HTTP for every service: who acts, lists, to-do lists, case views in words, a POST per command, refusals."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError
from starlette.exceptions import HTTPException

from shared.casework import UnknownCase
from shared.eventstore import ConcurrencyConflict, StoreUnavailable
from shared.kernel import Actor, Command, Fact, ManagementLevel, Recorded, Refusal, Role, RoleNotPermitted
from shared.kernel.text import has_personal_number
from shared.messaging.consumer import Consumer
from shared.openapi import body_with, example_of
from shared.security import directory
from shared.security.audit import AccessLog
from shared.service import Service
from shared.terms import word

WAIT_S = 2.0
POLL_S = 0.01
PROBLEM = "application/problem+json"
KEY = re.compile(r"[0-9A-Za-z._:/-]{8,128}")


class Problem(Exception):
    """An answer that is not a success, in both languages."""

    def __init__(self, status: int, slug: str, *, zh: str, en: str, fix_zh: str = "", fix_en: str = "") -> None:
        super().__init__(en)
        self.status, self.slug = status, slug
        self.words = {"zh": zh, "en": en}
        self.fix = {"zh": fix_zh, "en": fix_en}
        self.extra: dict[str, Any] = {}


class Accepted(BaseModel):
    """A command took effect: read with `after=<position>` to see it."""

    model_config = ConfigDict(json_schema_extra={"example": {"position": 4711, "repeated": False}})
    position: int
    repeated: bool = False


class ProblemDetails(BaseModel):
    """Why something was not done (RFC 9457), in the language asked for; `rule` and `source` where a rule refused."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "example": {
                "type": "urn:qingfeng:rule:F-5",
                "title": "330206 may not recognise a false accusation: a body of level CITY or above does",
                "status": 409,
                "detail": "refer it up to 330200",
                "rule": "F-5",
                "reason": "ApprovalLevelTooLow",
                "source": "[K] 规则 2020, [P] Sichuan art.7; F-5, F-6",
                "instance": "/accusations/R-1f0c55d2a901/recognition",
            }
        },
    )
    type: str
    title: str
    status: int
    detail: str
    instance: str
    rule: str = ""
    reason: str = ""
    source: str = ""


def told_as(description: str) -> dict[str, Any]:
    """Return how a route documents a problem."""
    return {"description": description, "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


COMMA = {"zh": "、", "en": ", "}
YES_NO = {"zh": ("否", "是"), "en": ("no", "yes")}
TOLD: dict[int | str, dict[str, Any]] = {
    401: told_as("nobody is named who acts"),
    404: told_as("there is no such case"),
    422: told_as("malformed: what to mend, field by field"),
    503: told_as("not there yet, or the store does not answer: again in a moment"),
}
REFUSED: dict[int | str, dict[str, Any]] = {
    400: told_as("no idempotency key"),
    403: told_as("another role has to do it"),
    409: told_as("refused: the rule, its source, what would make it pass"),
}


def language(accept_language: Annotated[str, Header()] = "zh") -> str:
    """Return `en` where English is asked for before Chinese, else `zh`."""
    wanted = {"zh": 0.0, "en": 0.0}
    for place, part in enumerate(accept_language.lower().split(",")):
        tag, _, weight = part.strip().partition(";q=")
        name = tag.strip().partition("-")[0]
        if name in wanted and not wanted[name]:
            wanted[name] = _weight(weight) - place / 1_000
    return "en" if wanted["en"] > wanted["zh"] else "zh"


def _weight(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0


def acting_person(
    x_qingfeng_person: Annotated[
        str, Header(description="trial identity: `<body>.<ROLE>.<number>`", examples=["330206.HANDLER.1"])
    ] = "",
) -> Actor:
    """Return who acts, from the trial directory. Real access control replaces this header."""
    actor = directory.find(x_qingfeng_person)
    if actor is None:
        raise Problem(
            401,
            "person-unknown",
            zh="请求头 X-Qingfeng-Person 缺失，或名录中没有此人",
            en="the header X-Qingfeng-Person is missing, or the directory has no such person",
            fix_zh="格式为“机关代码.角色.序号”，例如 330206.HANDLER.1",
            fix_en="send <body>.<ROLE>.<number>, e.g. 330206.HANDLER.1",
        )
    return actor


def idempotency_key(
    idempotency_key: Annotated[
        str, Header(description="8 to 128 characters; the same key with the same content takes effect once")
    ] = "",
) -> str:
    if KEY.fullmatch(idempotency_key) is None:
        raise Problem(
            400,
            "idempotency-key",
            zh="请求头 Idempotency-Key 缺失或格式不对",
            en="the header Idempotency-Key is missing or malformed",
            fix_zh="每条命令用一个新的 8 至 128 位键（数字、字母、._:/-），重试时用同一个",
            fix_en="use a fresh key of 8 to 128 characters (digits, letters, ._:/-) per command, the same one to retry",
        )
    return idempotency_key


Language = Annotated[str, Depends(language)]
Person = Annotated[Actor, Depends(acting_person)]
Key = Annotated[str, Depends(idempotency_key)]
After = Annotated[
    str,
    Query(
        pattern=r"^([a-z]+:)?[0-9]{1,18}$",
        description="wait until what was written at this position can be read; a position of another service as "
        "`<service>:<position>`, e.g. `exchange:4711` after sending events",
        examples=["4711", "exchange:4711"],
    ),
]
BodyCode = Annotated[str, Query(pattern=r"^([0-9]{6})?$", description="GB/T 2260 code of a body")]
Subject = Annotated[str, Query(pattern=r"^([SG]-[0-9a-f]{12})?$", description="token of a person or organisation")]


def _neutral(text: str) -> str:
    if has_personal_number(text):
        raise ValueError("no identity or mobile number (PD-6)")
    return text


Purpose = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=200),
    AfterValidator(_neutral),
    Query(description="why the texts are read, without any name; it stands on the access log", examples=["review"]),
]


class NotForThisReader(Refusal):
    rule = "7.3"
    source = "[K] domain.md 7.3 role matrix, [L] 监察法 art.67 (PD-3)"
    zh = "{person} 不能阅读本案的加密文字"
    en = "{person} may not read the sealed texts of this case"
    fix_zh = "由承办机关或批准机关中承办、审理、回访、容错或领导岗位的人员阅读；已回避的人员不能阅读"
    fix_en = "officers and leaders of the handling or the approving body read them; whoever is recused does not"


READ_NO_NOTES = frozenset({Role.ADMIN, Role.AUDITOR, Role.ORGANISATION_OFFICER, Role.CASE_SUPERVISOR})


def require_reader(person: Actor, summary: Mapping[str, Any]) -> None:
    """Refuse sealed texts to other bodies, to roles that do not work the case, and to whoever is recused."""
    bodies = {summary.get("body"), summary.get("approver_body")}
    is_recused = person.person_id in summary.get("recused", ())
    if person.body not in bodies or person.role in READ_NO_NOTES or is_recused:
        raise NotForThisReader(person=person.person_id)


@dataclass(frozen=True)
class CaseRoutes:
    """The routes of one kind of case under one plural noun."""

    service: Service
    kind: str
    path: str
    access: AccessLog

    def router(self) -> APIRouter:
        routes = APIRouter(prefix=f"/{self.path}", tags=[self.path])
        add: Callable[..., None] = routes.add_api_route
        add("", self.search, methods=["GET"], summary=f"检索 / search {self.path}", responses=TOLD)
        add("/to-do", self.to_do, methods=["GET"], summary="待办 / what a person has to do", responses=TOLD)
        add("/{case_id}", self.view, methods=["GET"], summary="案件与经过 / one case, history in words", responses=TOLD)
        add(
            "/{case_id}/notes",
            self.notes,
            methods=["GET"],
            summary="密封文字 / sealed texts, for a purpose",
            responses=TOLD,
        )
        for segment, command in self.service.commands[self.kind].items():
            add(
                f"/{{case_id}}/{segment}",
                self._post(segment, command),
                methods=["POST"],
                response_model=Accepted,
                summary=_first_line(command) or segment,
                description=f"Roles: {', '.join(sorted(command.roles))}.\n\n{command.__doc__ or ''}",
                responses=TOLD | REFUSED,
                openapi_extra=body_with(example_of(command)),
            )
        return routes

    def search(
        self,
        person: Person,
        status: Annotated[str, Query(pattern=r"^[A-Z_]{0,40}$")] = "",
        district: BodyCode = "",
        body: BodyCode = "",
        level: ManagementLevel | None = None,
        subject: Subject = "",
        after_case: Annotated[str, Query(description="the last case id of the page before")] = "",
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        after: After = "0",
    ) -> dict[str, Any]:
        self._wait(after)
        rows = self.service.cases.cases(
            kind=self.kind,
            after_case=after_case,
            limit=limit,
            status=status,
            district=district,
            body=body,
            level=level or "",
            subject=subject,
        )
        self._log(person, "search", rows=len(rows))
        return {"cases": rows, "next": rows[-1]["case_id"] if len(rows) == limit else None}

    def to_do(
        self,
        person: Person,
        body: BodyCode = "",
        role: Role | None = None,
        changed_after: Annotated[int, Query(ge=0, description="only tasks of cases that changed after this")] = 0,
        limit: Annotated[int, Query(ge=1, le=10_000)] = 200,
        after: After = "0",
    ) -> dict[str, Any]:
        """Return tasks by urgency and due date; without `body` and `role`, those of the person who asks."""
        self._wait(after)
        position = self.service.cases.position
        mine = not body and not role
        found = self.service.cases.tasks(
            after=changed_after,
            body=person.body if mine else body,
            role=str(person.role) if mine else role or "",
            kind=self.kind,
            limit=limit,
        )
        self._log(person, "to-do", rows=len(found))
        return {"position": position, "tasks": [task_row(task) for task in found], "complete": len(found) < limit}

    def view(self, case_id: str, person: Person, speaks: Language, after: After = "0") -> dict[str, Any]:
        self._wait(after)
        history, state = self._case(case_id)
        model = self.service.casework.models[self.kind]
        self._log(person, "view", case_id)
        return {
            "case_id": case_id,
            "kind": self.kind,
            **(summary := model.summary(state)),
            "status_words": word(str(summary.get("status", "")), speaks),
            "tasks": [
                {"step": task.step, "ref": task.ref, "role": task.role, "body": task.body, "due_on": task.due_on}
                for task in model.tasks(state)
            ],
            "history": [told(recorded, speaks) for recorded in history],
        }

    def notes(self, case_id: str, person: Person, purpose: Purpose) -> dict[str, Any]:
        """Return the case's sealed texts in the clear; who read them, and why, is on the access log."""
        history, state = self._case(case_id)
        summary = self.service.casework.models[self.kind].summary(state)
        require_reader(person, summary)
        owners = [case_id, str(summary.get("subject", ""))]
        found = [note for recorded in history for note in self._opened(recorded, owners)]
        self._log(person, "notes", case_id, rows=len(found), purpose=purpose)
        return {"case_id": case_id, "notes": found}

    def _case(self, case_id: str) -> tuple[list[Recorded[Fact]], Any]:
        """Return a case's history and the state that this very history gives."""
        history = self.service.log.read(f"{self.kind}:{case_id}")
        if not history:
            raise UnknownCase(case_id=case_id)
        model = self.service.casework.models[self.kind]
        state = model.initial(case_id)
        for recorded in history:
            state = model.evolve(state, recorded.fact)
        return history, state

    def _opened(self, recorded: Recorded[Fact], owners: list[str]) -> list[dict[str, Any]]:
        return [
            {"version": recorded.version, "field": name.removesuffix("_sealed"), "text": self._unseal(owners, sealed)}
            for name, sealed in recorded.fact.model_dump().items()
            if name.endswith("_sealed") and isinstance(sealed, str) and sealed
        ]

    def _unseal(self, owners: list[str], sealed: str) -> str:
        texts = [self.service.unseal(owner, sealed) for owner in owners if owner]
        return next((text for text in texts if text != "REDACTED"), "REDACTED")

    def _post(self, segment: str, command: type[Command]) -> Callable[..., Accepted]:
        def post(case_id: str, body: Any, person: Any, key: Any) -> Accepted:
            outcome = self.service.send(self.kind, case_id, segment, body.model_dump(mode="json"), person, key)
            if outcome.refusal is not None:
                raise outcome.refusal
            return Accepted(position=outcome.position, repeated=outcome.repeated)

        post.__annotations__ = {"case_id": str, "body": command, "person": Person, "key": Key, "return": Accepted}
        post.__name__ = f"post_{self.kind}_{segment}".replace("-", "_")
        return post

    def _wait(self, after: str) -> None:
        wait_for(self.service, after)

    def _log(self, person: Actor, what: str, case_id: str = "", *, rows: int = 1, purpose: str = "casework") -> None:
        at = self.service.casework.clock.wall()
        self.access.record(
            at=at, person=person.person_id, purpose=purpose, what=f"{self.path}/{what}", case_id=case_id, rows=rows
        )


def wait_for(service: Service, after: str) -> None:
    """Wait until the service's read side shows a position of its own log, or what follows from another's.

    Says so where it is not there yet, and where the service does not read that other one.
    """
    owner, _, digits = after.rpartition(":")
    position = int(digits)
    if owner and owner != service.name:
        position = _wait_for_other(service, owner, position)
    if position and not service.cases.view.wait_for(service.cases.source, position, WAIT_S):
        raise not_there_yet(after)


def _wait_for_other(service: Service, owner: str, position: int) -> int:
    """Wait until another's fact was handled here; return the position in the own log that has all it led to."""
    readers = [consumer for consumer in service.consumers if consumer.source.name == owner]
    if not readers:
        known = ", ".join(sorted({consumer.source.name for consumer in service.consumers} | {service.name}))
        raise Problem(
            422,
            "not-read-here",
            zh=f"这里不读取 {owner} 的内容",
            en=f"nothing of {owner} is read here",
            fix_zh=f"after 只能用：{known}",
            fix_en=f"use `after` with one of: {known}",
        )
    until = time.monotonic() + WAIT_S
    while not all(_has_read(reader, position) for reader in readers):
        if time.monotonic() > until:
            raise not_there_yet(f"{owner}:{position}")
        time.sleep(POLL_S)
    return service.log.head()


def _has_read(reader: Consumer, position: int) -> bool:
    return reader.position >= position or (reader.behind == 0 and reader.source.head() >= position)


def not_there_yet(after: str) -> Problem:
    """Return the answer to a reader who came before what was written can be read."""
    return Problem(
        503,
        "not-there-yet",
        zh=f"位置 {after} 的内容还读不到",
        en=f"what was written at position {after} cannot be read yet",
        fix_zh="稍后再读；写入没有丢失",
        fix_en="read again in a moment; what was written is not lost",
    )


def task_row(task: Any) -> dict[str, Any]:
    """Return an open task as people and programs read it."""
    inner = task.task
    return {
        "kind": task.kind,
        "case_id": task.case_id,
        "position": task.position,
        **{field: getattr(inner, field) for field in ("step", "ref", "role", "body", "urgent")},
        **{field: getattr(inner, field) for field in ("opened_on", "due_on", "not_before", "quiet_since")},
    }


def told(recorded: Recorded[Fact], speaks: str) -> dict[str, Any]:
    """Return one fact of a history in words."""
    fact = recorded.fact
    template = fact.zh if speaks == "zh" else fact.en
    return {
        "version": recorded.version,
        "on": recorded.meta.on,
        "by": recorded.meta.by,
        "fact": fact.fact_name,
        "words": template.format(**{name: _readable(value, speaks) for name, value in fact}) or fact.fact_name,
    }


def _readable(value: Any, speaks: str) -> Any:
    """Return a field's value as it is read out: codes by their names, lists with commas, yes and no."""
    match value:
        case bool():
            return YES_NO[speaks][value]
        case None:
            return "–"
        case str():
            return word(value, speaks)
        case Mapping():
            return COMMA[speaks].join(f"{_readable(k, speaks)}: {_readable(v, speaks)}" for k, v in value.items())
        case tuple() | list() | set() | frozenset():
            return COMMA[speaks].join(str(_readable(item, speaks)) for item in value)
        case _:
            return value


def install_problems(app: FastAPI) -> None:
    """Answer refusals, malformed requests and failures as problem+json, never with a traceback; and document them."""
    described = app.openapi

    def openapi() -> dict[str, Any]:
        document = described()
        document.setdefault("components", {}).setdefault("schemas", {})["Problem"] = ProblemDetails.model_json_schema()
        return document

    app.openapi = openapi  # type: ignore[method-assign]

    @app.exception_handler(Refusal)
    def refused(request: Request, refusal: Refusal) -> JSONResponse:
        speaks = language(request.headers.get("accept-language", "zh"))
        status = (
            403
            if isinstance(refusal, RoleNotPermitted | NotForThisReader)
            else 404
            if isinstance(refusal, UnknownCase)
            else 409
        )
        body = {
            "type": f"urn:qingfeng:rule:{refusal.rule}",
            "title": _why(refusal, speaks),
            "status": status,
            "detail": refusal.fix(speaks),
            "rule": refusal.rule,
            "reason": type(refusal).__name__,
            "source": refusal.source,
            "instance": request.url.path,
        }
        return JSONResponse(body, status, media_type=PROBLEM)

    @app.exception_handler(Problem)
    def problem(request: Request, error: Problem) -> JSONResponse:
        speaks = language(request.headers.get("accept-language", "zh"))
        body = {
            "type": f"urn:qingfeng:problem:{error.slug}",
            "title": error.words[speaks],
            "status": error.status,
            "detail": error.fix[speaks],
            "instance": request.url.path,
            **error.extra,
        }
        headers = {"Retry-After": "1"} if error.status == 503 else None
        return JSONResponse(body, error.status, headers=headers, media_type=PROBLEM)

    @app.exception_handler(HTTPException)
    def no_such_route(request: Request, error: HTTPException) -> JSONResponse:
        return problem(request, _routing_problem(error.status_code))

    @app.exception_handler(Exception)
    def broken(request: Request, _error: Exception) -> JSONResponse:
        return problem(
            request,
            Problem(
                500,
                "internal",
                zh="服务内部出错，已登记",
                en="the service failed; it is on record",
                fix_zh="稍后用同一个幂等键重发；仍然出错请联系维护人员",
                fix_en="send again with the same idempotency key; if it fails again, tell whoever runs the service",
            ),
        )

    @app.exception_handler(StoreUnavailable)
    @app.exception_handler(ConcurrencyConflict)
    def not_now(request: Request, _error: StoreUnavailable | ConcurrencyConflict) -> JSONResponse:
        return problem(
            request,
            Problem(
                503,
                "store-unavailable",
                zh="存储暂时没有应答，没有写入任何内容",
                en="the store does not answer just now; nothing was written",
                fix_zh="稍后用同一个幂等键重发",
                fix_en="send again in a moment with the same idempotency key",
            ),
        )

    @app.exception_handler(RequestValidationError)
    @app.exception_handler(ValidationError)
    def malformed(request: Request, error: RequestValidationError | ValidationError) -> JSONResponse:
        speaks = language(request.headers.get("accept-language", "zh"))
        fields = [
            {"where": ".".join(str(part) for part in e["loc"]), "what": _fault(e, speaks)} for e in error.errors()
        ]
        body = {
            "type": "urn:qingfeng:problem:malformed",
            "title": "请求内容不合格式" if speaks == "zh" else "the request is malformed",
            "status": 422,
            "detail": "按 fields 逐项修改后再发" if speaks == "zh" else "mend each of `fields` and send again",
            "instance": request.url.path,
            "fields": fields,
        }
        return JSONResponse(body, 422, media_type=PROBLEM)


def _why(refusal: Refusal, speaks: str) -> str:
    """Return why, in Chinese with the words of codes; what would make it pass keeps them, since they are to be sent."""
    if speaks != "zh":
        return refusal.text(speaks)
    return refusal.zh.format(**{name: _readable(value, speaks) for name, value in refusal.details.items()})


def _routing_problem(status: int) -> Problem:
    if status == 405:
        return Problem(
            405,
            "method",
            zh="这个地址不接受这种请求方法",
            en="this address does not take this method",
            fix_zh="查询用 GET，命令用 POST；见 /docs",
            fix_en="GET to read, POST to command; see /docs",
        )
    return Problem(
        status,
        "no-such-address",
        zh="没有这个地址",
        en="there is no such address",
        fix_zh="地址一览见 /docs",
        fix_en="all addresses are listed at /docs",
    )


FAULTS_ZH = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项",
    "enum": "只能是：{expected}",
    "literal_error": "只能是：{expected}",
    "string_too_short": "至少 {min_length} 个字",
    "string_too_long": "至多 {max_length} 个字",
    "string_pattern_mismatch": "格式应为 {pattern}",
    "too_short": "至少 {min_length} 项",
    "too_long": "至多 {max_length} 项",
    "greater_than_equal": "不得小于 {ge}",
    "less_than_equal": "不得大于 {le}",
    "json_invalid": "不是 JSON",
    "value_error": "{error}",
}
TYPE_FAULT_ZH = "类型或格式不对"


def _fault(error: Mapping[str, Any], speaks: str) -> str:
    """Return what is wrong with one field, never what was sent."""
    if speaks != "zh":
        return str(error["msg"])
    return FAULTS_ZH.get(str(error["type"]), TYPE_FAULT_ZH).format(**error.get("ctx", {}))


def _first_line(command: type[Command]) -> str:
    return (command.__doc__ or "").strip().partition("\n")[0]
