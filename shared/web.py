"""HTTP for every service: who acts, lists, to-do lists, case views in words, a POST per command, refusals."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, ValidationError

from shared.casework import UnknownCase
from shared.eventstore import ConcurrencyConflict, StoreUnavailable
from shared.kernel import Actor, Command, Fact, Recorded, Refusal, RoleNotPermitted
from shared.security import directory
from shared.security.audit import AccessLog
from shared.service import Service

WAIT_S = 2.0
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


def language(accept_language: Annotated[str, Header()] = "zh") -> str:
    """Return `en` where the first language asked for is English, else `zh`."""
    return "en" if accept_language.strip().lower().startswith("en") else "zh"


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
After = Annotated[int, Query(ge=0, description="wait until what was written at this position can be read")]


@dataclass(frozen=True)
class CaseRoutes:
    """The routes of one kind of case under one plural noun."""

    service: Service
    kind: str
    path: str
    access: AccessLog

    def router(self) -> APIRouter:
        routes = APIRouter(prefix=f"/{self.path}", tags=[self.path])
        routes.add_api_route("", self.search, methods=["GET"], summary=f"search {self.path}")
        routes.add_api_route("/to-do", self.to_do, methods=["GET"], summary="what a person has to do")
        routes.add_api_route("/{case_id}", self.view, methods=["GET"], summary="one case with its history in words")
        routes.add_api_route("/{case_id}/notes", self.notes, methods=["GET"], summary="sealed texts; on the access log")
        for segment, command in self.service.commands[self.kind].items():
            routes.add_api_route(
                f"/{{case_id}}/{segment}",
                self._post(segment, command),
                methods=["POST"],
                response_model=Accepted,
                summary=_first_line(command) or segment,
                description=f"Roles: {', '.join(sorted(command.roles))}.\n\n{command.__doc__ or ''}",
                responses={409: {"description": "refused: the rule, its source, what would make it pass"}},
            )
        return routes

    def search(
        self,
        person: Person,
        status: str = "",
        district: str = "",
        body: str = "",
        level: str = "",
        subject: str = "",
        after_case: Annotated[str, Query(description="the last case id of the page before")] = "",
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        after: After = 0,
    ) -> dict[str, Any]:
        self._wait(after)
        rows = self.service.cases.cases(
            kind=self.kind,
            after_case=after_case,
            limit=limit,
            status=status,
            district=district,
            body=body,
            level=level,
            subject=subject,
        )
        self._log(person, "search", rows=len(rows))
        return {"cases": rows, "next": rows[-1]["case_id"] if len(rows) == limit else None}

    def to_do(
        self,
        person: Person,
        body: str = "",
        role: str = "",
        changed_after: Annotated[int, Query(ge=0, description="only tasks of cases that changed after this")] = 0,
        limit: Annotated[int, Query(ge=1, le=10_000)] = 200,
        after: After = 0,
    ) -> dict[str, Any]:
        """Return tasks by urgency and due date; without `body` and `role`, those of the person who asks."""
        self._wait(after)
        position = self.service.cases.position
        mine = not body and not role
        found = self.service.cases.tasks(
            after=changed_after,
            body=person.body if mine else body,
            role=str(person.role) if mine else role,
            kind=self.kind,
            limit=limit,
        )
        self._log(person, "to-do", rows=len(found))
        return {"position": position, "tasks": [task_row(task) for task in found]}

    def view(self, case_id: str, person: Person, speaks: Language, after: After = 0) -> dict[str, Any]:
        self._wait(after)
        stream = f"{self.kind}:{case_id}"
        history = self.service.log.read(stream)
        if not history:
            raise UnknownCase(case_id=case_id)
        model = self.service.casework.models[self.kind]
        state = self.service.casework.state(stream)
        self._log(person, "view", case_id)
        return {
            "case_id": case_id,
            "kind": self.kind,
            **model.summary(state),
            "tasks": [
                {"step": task.step, "ref": task.ref, "role": task.role, "body": task.body, "due_on": task.due_on}
                for task in model.tasks(state)
            ],
            "history": [told(recorded, speaks) for recorded in history],
        }

    def notes(
        self, case_id: str, person: Person, purpose: Annotated[str, Query(min_length=2, max_length=200)]
    ) -> dict[str, Any]:
        """Return the case's sealed texts in the clear; who read them, and why, is on the access log."""
        history = self.service.log.read(f"{self.kind}:{case_id}")
        if not history:
            raise UnknownCase(case_id=case_id)
        summary = self.service.casework.models[self.kind].summary(self.service.casework.state(f"{self.kind}:{case_id}"))
        owners = [case_id, str(summary.get("subject", ""))]
        found = [note for recorded in history for note in self._opened(recorded, owners)]
        self._log(person, "notes", case_id, rows=len(found), purpose=purpose)
        return {"case_id": case_id, "notes": found}

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

    def _wait(self, after: int) -> None:
        wait_for(self.service, after)

    def _log(self, person: Actor, what: str, case_id: str = "", *, rows: int = 1, purpose: str = "casework") -> None:
        at = self.service.casework.clock.wall()
        self.access.record(
            at=at, person=person.person_id, purpose=purpose, what=f"{self.path}/{what}", case_id=case_id, rows=rows
        )


def wait_for(service: Service, position: int) -> None:
    """Wait until the service's read side shows the position; say so where it is not there yet."""
    if position and not service.cases.view.wait_for(service.cases.source, position, WAIT_S):
        raise Problem(
            503,
            "not-there-yet",
            zh=f"位置 {position} 的内容还读不到",
            en=f"what was written at position {position} cannot be read yet",
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
        "words": template.format(**{name: _readable(value) for name, value in fact}) or fact.fact_name,
    }


def _readable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_readable(item) if item is not None else '–'}" for key, item in value.items())
    if isinstance(value, tuple | list | set | frozenset):
        return ", ".join(str(_readable(item)) for item in value)
    return value


def install_problems(app: FastAPI) -> None:
    """Answer refusals and malformed requests as problem+json, never with a traceback."""

    @app.exception_handler(Refusal)
    def refused(request: Request, refusal: Refusal) -> JSONResponse:
        speaks = language(request.headers.get("accept-language", "zh"))
        status = 403 if isinstance(refusal, RoleNotPermitted) else 404 if isinstance(refusal, UnknownCase) else 409
        body = {
            "type": f"urn:qingfeng:rule:{refusal.rule}",
            "title": refusal.text(speaks),
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
        return JSONResponse(body, error.status, media_type=PROBLEM)

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
        fields = [{"where": ".".join(str(part) for part in e["loc"]), "what": e["msg"]} for e in error.errors()]
        body = {
            "type": "urn:qingfeng:problem:malformed",
            "title": "请求内容不合格式" if speaks == "zh" else "the request is malformed",
            "status": 422,
            "detail": "按 fields 逐项修改后再发" if speaks == "zh" else "mend each of `fields` and send again",
            "instance": request.url.path,
            "fields": fields,
        }
        return JSONResponse(body, 422, media_type=PROBLEM)


def _first_line(command: type[Command]) -> str:
    return (command.__doc__ or "").strip().partition("\n")[0]
