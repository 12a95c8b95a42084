"""`qingfeng serve`: all five services in one process, on the loopback only, on the embedded default."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import structlog
import uvicorn
from fastapi import Body, FastAPI
from fastapi.responses import JSONResponse

from services.clarification import api as clarification_api
from services.exchange import api as exchange_api
from services.house import House, clock_of, mark_mode, mode_of, open_house
from services.reporting import api as reporting_api
from services.revisit import api as revisit_api
from services.tolerance import api as tolerance_api
from shared.kernel import SandboxClock
from shared.web import Person, Problem, install_problems

log = structlog.get_logger()

TICK_S = 0.5
HOST = "127.0.0.1"


class Worker(threading.Thread):
    """Moves facts between the services and brings the read models up to date, woken by every commit and by a tick."""

    def __init__(self, house: House) -> None:
        super().__init__(name="qingfeng-worker", daemon=True)
        self._house = house
        self._wake = threading.Event()
        self._ended = threading.Event()
        self.trouble = ""

    def wake(self) -> None:
        self._wake.set()

    def run(self) -> None:
        while not self._ended.is_set():
            self._wake.wait(TICK_S)
            self._wake.clear()
            try:
                while self._house.step() and not self._ended.is_set():
                    pass
                self.trouble = ""
            except Exception as error:
                self.trouble = type(error).__name__
                log.exception("worker fault, tried again at the next tick")

    def end(self) -> None:
        self._ended.set()
        self._wake.set()
        self.join(timeout=10)


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
        description="Clarification, revisit, tolerance, reporting and exchange for public integrity bodies. "
        "Send who acts in `X-Qingfeng-Person`, an `Idempotency-Key` with every POST, `Accept-Language` zh or en.",
    )
    install_problems(app)
    app.include_router(exchange_api.router(house.services["exchange"], house.exchange, house.access))
    app.include_router(clarification_api.router(house.services["clarification"], house.access))
    app.include_router(revisit_api.router(house.services["revisit"], house.access))
    app.include_router(tolerance_api.router(house.services["tolerance"], house.access))
    app.include_router(reporting_api.router(house.services["reporting"], house.figures, house.access))
    _health(app, house, worker)
    _sandbox(app, house, worker)

    @app.middleware("http")
    async def wake_worker(request: Any, call_next: Any) -> Any:
        response = await call_next(request)
        if request.method == "POST":
            worker.wake()
        return response

    return app


def _health(app: FastAPI, house: House, worker: Worker) -> None:
    @app.get("/health/live", tags=["health"], summary="the process answers")
    def live() -> dict[str, str]:
        return {"status": "live"}

    @app.get("/health/ready", tags=["health"], summary="the worker runs and is not behind")
    def ready() -> JSONResponse:
        lag = {name: sum(consumer.behind for consumer in service.consumers) for name, service in house.services.items()}
        letters = len(house.dead_letters())
        is_ready = worker.is_alive() and not worker.trouble
        body = {"status": "ready" if is_ready else "not ready", "behind": lag, "dead_letters": letters}
        return JSONResponse({**body, "trouble": worker.trouble}, 200 if is_ready else 503)


def _sandbox(app: FastAPI, house: House, worker: Worker) -> None:
    @app.get("/clock", tags=["sandbox"], summary="the business day, and whether this is a sandbox")
    def clock() -> dict[str, Any]:
        return {"business_day": house.clock.business(), "mode": mode_of(house.folder)}

    @app.post("/clock", tags=["sandbox"], summary="move the sandbox's business day on; refused in production")
    def advance(
        person: Person, day: Annotated[str, Body(embed=True, pattern=r"^\d{4}-\d{2}-\d{2}$")]
    ) -> dict[str, Any]:
        from datetime import date  # noqa: PLC0415

        if not isinstance(house.clock, SandboxClock):
            raise Problem(
                403,
                "production",
                zh="生产环境的业务时钟就是真实时钟，不能拨动",
                en="in production the business clock is the wall clock and cannot be moved",
                fix_zh="用 qingfeng serve --data 新目录 启动沙箱",
                fix_en="start a sandbox: qingfeng serve --data <fresh folder>",
            )
        house.exchange.advance_clock(date.fromisoformat(day))
        house.clock.advance(date.fromisoformat(day))
        worker.wake()
        log.info("business clock moved", by=person.person_id, day=day)
        return {"business_day": house.clock.business()}


def run(folder: Path, port: int, *, production: bool) -> None:
    """Serve until interrupted; what was acknowledged is stored, so a kill loses nothing."""
    if not (folder / "house.json").exists():
        mark_mode(folder, "production" if production else "sandbox")
    with open_house(folder, clock_of(folder)) as house:
        worker = Worker(house)
        uvicorn.run(build_app(house, worker), host=HOST, port=port, log_level="warning", timeout_graceful_shutdown=5)
