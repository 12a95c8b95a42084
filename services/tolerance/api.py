"""HTTP of tolerance: the generic routes of its cases, and the pre-review of a matter."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from services.tolerance.application import pre_reviews
from shared.security.audit import AccessLog
from shared.service import Service
from shared.web import CaseRoutes, Person

MatterNo = Annotated[str, Query(pattern=r"^[0-9A-Za-z._:/-]{1,64}$", description="number of the matter")]


def router(service: Service, access: AccessLog) -> APIRouter:
    """Return the routes under `/tolerances`, and `/pre-reviews` for whoever decides on responsibility."""
    routes = APIRouter()

    @routes.get(
        "/pre-reviews", tags=["tolerances"], summary="前置审核 / may a matter go on to a responsibility decision?"
    )
    def pre_reviews_of(person: Person, matter_no: MatterNo) -> dict[str, Any]:
        """Return the pre-review (前置审核) of each person; a responsibility decision without one is blocked (T-6)."""
        found = pre_reviews(service, matter_no)
        at = service.casework.clock.wall()
        access.record(
            at=at, person=person.person_id, purpose="casework", what="pre-reviews", case_id="", rows=len(found)
        )
        return {"matter_no": matter_no, "blocked": any(item.blocked for item in found), "persons": list(found)}

    routes.include_router(CaseRoutes(service, "tolerance", "tolerances", access).router())
    return routes
