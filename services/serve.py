"""`qingfeng serve`: all five services in one process, on the loopback only, on the embedded default."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import structlog
import uvicorn
from fastapi import Body, FastAPI
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

from services.clarification import api as clarification_api
from services.exchange import api as exchange_api
from services.house import EARLIEST, House, clock_of, mark_mode, mode_of, open_house
from services.reporting import api as reporting_api
from services.reporting.application import close_months
from services.revisit import api as revisit_api
from services.tolerance import api as tolerance_api
from shared.kernel import Clock, SandboxClock
from shared.openapi import body_with, index_page
from shared.web import TOLD, Language, Person, Problem, install_problems, told_as

log = structlog.get_logger()

TICK_S = 0.5
HOST = "127.0.0.1"
NAMES = (HOST, "localhost")
"""By these names only: a web page elsewhere that has its own name point to this machine is not answered."""

END_S = 4
LAST_DAY = date(2100, 12, 31)


class ServedSandboxClock(SandboxClock):
    """A sandbox that is served: the business day is moved by hand, receipts and reads bear the real time."""

    def wall(self) -> datetime:
        return datetime.now(UTC)


class Worker(threading.Thread):
    """Moves facts between the services, fires what is due, brings the read models up to date, closes months.

    Woken by every command and by a tick, so that limits pass without any request.
    """

    def __init__(self, house: House) -> None:
        super().__init__(name="qingfeng-worker", daemon=True)
        self._house = house
        self._wake = threading.Event()
        self._ended = threading.Event()
        self._closed_on: date | None = None
        self.trouble = ""

    def wake(self) -> None:
        self._wake.set()

    def run(self) -> None:
        while not self._ended.is_set():
            self._wake.wait(TICK_S)
            self._wake.clear()
            try:
                self.work()
                self.trouble = ""
            except Exception as error:
                self.trouble = type(error).__name__
                log.exception("worker fault, tried again at the next tick")

    def work(self) -> None:
        """Do all there is to do now."""
        while self._house.step() and not self._ended.is_set():
            pass
        if not self._ended.is_set():
            self._close_months()

    def _close_months(self) -> None:
        """Close months once a business day in production; in a sandbox the clock's own fact does (S-1)."""
        today = self._house.clock.business()
        if today == self._closed_on or isinstance(self._house.clock, SandboxClock):
            return
        if close_months(self._house.services["reporting"], self._house.figures, today):
            self.wake()
        self._closed_on = today

    def end(self) -> None:
        self._ended.set()
        self._wake.set()
        self.join(timeout=END_S)


def build_app(house: House, worker: Worker) -> FastAPI:
    """Return the application with every service's routes."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        worker.start()
        yield
        worker.end()

    app = FastAPI(
        title="Qingfeng 清风",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        description="Clarification, revisit, tolerance, reporting and exchange for public integrity bodies. "
        "Send who acts in `X-Qingfeng-Person`, an `Idempotency-Key` with every POST, `Accept-Language` zh or en.",
    )
    install_problems(app)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(NAMES))
    app.include_router(exchange_api.router(house.services["exchange"], house.exchange, house.access))
    app.include_router(clarification_api.router(house.services["clarification"], house.access))
    app.include_router(revisit_api.router(house.services["revisit"], house.access))
    app.include_router(tolerance_api.router(house.services["tolerance"], house.access))
    app.include_router(reporting_api.router(house.services["reporting"], house.figures, house.access))
    _health(app, house, worker)
    _sandbox(app, house, worker)
    _index(app)

    @app.middleware("http")
    async def wake_worker(request: Any, call_next: Any) -> Any:
        response = await call_next(request)
        if request.method == "POST":
            worker.wake()
        return response

    return app


def _health(app: FastAPI, house: House, worker: Worker) -> None:
    @app.get("/health/live", tags=["health"], summary="进程应答 / the process answers")
    async def live() -> dict[str, str]:
        """Answer at once, also while every thread is waiting for something."""
        return {"status": "live"}

    @app.get(
        "/health/ready",
        tags=["health"],
        summary="可用，及落后多少 / the worker runs without trouble; how far it is behind",
        responses={503: {"description": "the worker is in trouble or has ended"}},
    )
    def ready() -> JSONResponse:
        lag = {name: sum(consumer.behind for consumer in service.consumers) for name, service in house.services.items()}
        letters = len(house.dead_letters())
        is_ready = worker.is_alive() and not worker.trouble
        body = {"status": "ready" if is_ready else "not ready", "behind": lag, "dead_letters": letters}
        return JSONResponse({**body, "trouble": worker.trouble}, 200 if is_ready else 503)


def _index(app: FastAPI) -> None:
    @app.get("/", include_in_schema=False, response_class=HTMLResponse)
    @app.get("/docs", include_in_schema=False, response_class=HTMLResponse)
    def index(speaks: Language) -> str:
        return index_page(app.openapi(), speaks)


def _sandbox(app: FastAPI, house: House, worker: Worker) -> None:
    @app.get("/clock", tags=["sandbox"], summary="业务日 / the business day, and whether this is a sandbox")
    def clock() -> dict[str, Any]:
        return {"business_day": house.clock.business(), "mode": mode_of(house.folder)}

    @app.post(
        "/clock",
        tags=["sandbox"],
        summary="拨动业务日 / move the sandbox's business day on",
        description="An earlier day than today's is ignored; refused in production.",
        responses={
            200: {"content": {"application/json": {"example": {"business_day": "2023-04-03", "position": 4711}}}},
            **{code: TOLD[code] for code in (401, 422)},
            403: told_as("in production the business clock is the wall clock"),
        },
        openapi_extra=body_with({"day": "2023-04-03"}),
    )
    def advance(person: Person, day: Annotated[date, Body(embed=True, ge=EARLIEST, le=LAST_DAY)]) -> dict[str, Any]:
        if not isinstance(house.clock, SandboxClock):
            raise Problem(
                403,
                "production",
                zh="生产环境的业务时钟就是真实时钟，不能拨动",
                en="in production the business clock is the wall clock and cannot be moved",
                fix_zh="用 qingfeng serve --data 新目录 启动沙箱",
                fix_en="start a sandbox: qingfeng serve --data <fresh folder>",
            )
        house.exchange.advance_clock(day)
        log.info("business clock moved", by=person.person_id, day=day.isoformat())
        return {"business_day": house.clock.business(), "position": house.exchange.log.head()}


def run(folder: Path, port: int, *, production: bool) -> None:
    """Serve until interrupted; what was acknowledged is stored, so a kill loses nothing."""
    _settle_mode(folder, production=production)
    with open_house(folder, served_clock(folder)) as house:
        worker = Worker(house)
        uvicorn.run(build_app(house, worker), host=HOST, port=port, log_level="warning", timeout_graceful_shutdown=5)


def _settle_mode(folder: Path, *, production: bool) -> None:
    """Mark a new folder. What was received in a sandbox, unsigned, is never served as production."""
    if not (folder / "house.json").exists():
        is_new = not (folder / "exchange.db").exists()
        mark_mode(folder, "production" if production and is_new else "sandbox")
    if production and mode_of(folder) != "production":
        raise SystemExit(
            f"{folder} 是沙箱数据，不能作为生产环境使用；换一个新的 --data\n"
            f"{folder} holds a sandbox and is never served as production; choose a new --data"
        )


def served_clock(folder: Path) -> Clock:
    """Return the clock to serve a folder by."""
    clock = clock_of(folder)
    return ServedSandboxClock(clock.wall(), EARLIEST) if isinstance(clock, SandboxClock) else clock
