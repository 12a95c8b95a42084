"""HTTP of clarification: the generic routes of its three kinds of case."""

from fastapi import APIRouter

from shared.security.audit import AccessLog
from shared.service import Service
from shared.web import CaseRoutes

PATHS = {"clarification": "clarifications", "accusation": "accusations", "subject": "subjects"}


def router(service: Service, access: AccessLog) -> APIRouter:
    """Return the routes under `/clarifications`, `/accusations` and `/subjects`."""
    routes = APIRouter()
    for kind, path in PATHS.items():
        routes.include_router(CaseRoutes(service, kind, path, access).router())
    return routes
