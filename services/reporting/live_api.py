"""HTTP of the live indicators. Translation only."""

from fastapi import APIRouter

from services.reporting.domain.live import LiveReport
from services.reporting.live_projection import LiveIndicators
from shared.security.audit import AccessLog
from shared.service import Service
from shared.web import Person


def router(service: Service, access: AccessLog) -> APIRouter:
    """Return `/reports/live`; whoever reads it is on the access log (S-8)."""
    routes = APIRouter(prefix="/reports", tags=["reports"])
    live = next(projection for projection in service.projections if isinstance(projection, LiveIndicators))

    @routes.get("/live", summary="实时指标 / live indicators")
    def indicators(person: Person) -> LiveReport:
        clock = service.casework.clock
        found = live.report(clock.business())
        access.record(
            at=clock.wall(), person=person.person_id, purpose="report", what="live", rows=len(found.surges) or 1
        )
        return found

    return routes
