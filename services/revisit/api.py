"""HTTP of revisit education: handled persons, revisit cases, campaigns."""

from fastapi import APIRouter

from shared.security.audit import AccessLog
from shared.service import Service
from shared.web import CaseRoutes

PATHS = {"person": "handled-persons", "revisit": "revisits", "campaign": "campaigns"}


def router(service: Service, access: AccessLog) -> APIRouter:
    """Return the routes of the three kinds; the roll of enrolled persons is for the service alone."""
    routes = APIRouter()
    for kind, path in PATHS.items():
        routes.include_router(CaseRoutes(service, kind, path, access).router())
    return routes
