"""HTTP of reporting: reports, what is behind a figure, recommendations. Translation only."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from services.reporting import printing
from services.reporting.domain.evidence import UnknownFigure
from services.reporting.domain.reports import AnnualReport, MonthlyReport
from services.reporting.projections import Figures
from shared.contracts import OWNERS
from shared.security.audit import AccessLog
from shared.service import Service
from shared.web import CaseRoutes, Person, Problem, not_there_yet

MOST_FACTS = 1_000


class Form(StrEnum):
    JSON = "json"
    CSV = "csv"
    TABLE = "table"


Year = Annotated[int, Path(ge=2000, le=2100)]
Month = Annotated[int, Path(ge=1, le=12)]
ReportForm = Annotated[Form, Query(alias="format")]
AfterOf = Annotated[
    str,
    Query(
        pattern=rf"^(({'|'.join(OWNERS)}):[0-9]{{1,18}})?$",
        description="count what was written at this position of a service: `<service>:<position>`",
        examples=["clarification:4711"],
    ),
]


def router(service: Service, figures: Figures, access: AccessLog) -> APIRouter:
    """Return all routes of reporting; every report and every figure opened is on the access log (S-8)."""
    routes = APIRouter()
    routes.include_router(ReportRoutes(service, figures, access).router())
    routes.include_router(CaseRoutes(service, "recommendation", "recommendations", access).router())
    return routes


class ReportRoutes:
    """`/reports`: the year, the month, the facts behind a figure."""

    def __init__(self, service: Service, figures: Figures, access: AccessLog) -> None:
        self._service, self._figures, self._access = service, figures, access

    def router(self) -> APIRouter:
        routes = APIRouter(prefix="/reports", tags=["reports"])
        add: Callable[..., None] = routes.add_api_route
        add("/{year}", self.annual, methods=["GET"], response_model=AnnualReport, summary="年报 / the year's report")
        add(
            "/{year}/{month}",
            self.monthly,
            methods=["GET"],
            response_model=MonthlyReport,
            summary="月报 / a month's report",
        )
        add(
            "/{year}/figures/{figure}/facts",
            self.facts,
            methods=["GET"],
            summary="数字背后的事实 / the facts behind a figure",
        )
        return routes

    def annual(self, year: Year, person: Person, form: ReportForm = Form.JSON, after: AfterOf = "") -> Any:
        self._show(after)
        self._log(person.person_id, f"report {year} {form}")
        return _answer(self._figures.annual(year), form)

    def monthly(
        self, year: Year, month: Month, person: Person, form: ReportForm = Form.JSON, after: AfterOf = ""
    ) -> Any:
        self._show(after)
        self._log(person.person_id, f"report {year}-{month:02} {form}")
        return _answer(self._figures.monthly(year, month), form)

    def facts(
        self,
        year: Year,
        figure: str,
        person: Person,
        limit: Annotated[int, Query(ge=1, le=MOST_FACTS)] = 200,
    ) -> dict[str, Any]:
        """Return ids of facts behind a figure of the annual report, e.g. `clarification.not_needed.SECRECY`."""
        try:
            found = self._figures.evidence(year, figure, limit)
        except UnknownFigure as unknown:
            raise Problem(
                404,
                "figure-unknown",
                zh=f"年报中没有数字 {figure}",
                en=f"the annual report has no figure {figure}",
                fix_zh="用年报中的路径，例如 annual.persons_clarified",
                fix_en="use a path of the annual report, e.g. annual.persons_clarified",
            ) from unknown
        self._log(person.person_id, f"facts {year} {figure}", rows=len(found))
        return {"year": year, "figure": figure, "facts": found, "complete": len(found) < limit}

    def _show(self, after: str) -> None:
        """Bring the figures up to what was written at a position of one service's log."""
        if after:
            owner, _, position = after.partition(":")
            self._figures.drain()
            if self._figures.sources[owner].head() < int(position):
                raise not_there_yet(after)

    def _log(self, person: str, what: str, rows: int = 1) -> None:
        at = self._service.casework.clock.wall()
        self._access.record(at=at, person=person, purpose="report", what=what, rows=rows)


def _answer(report: AnnualReport | MonthlyReport, form: Form) -> Any:
    match form:
        case Form.CSV:
            return Response(printing.as_csv(report), media_type="text/csv; charset=utf-8")
        case Form.TABLE:
            return Response(printing.as_text(report), media_type="text/plain; charset=utf-8")
        case Form.JSON:
            return report
