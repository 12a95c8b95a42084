"""Revisit education put together: its models over its log, its reading of the exchange, of reporting and of itself."""

from collections.abc import Mapping
from pathlib import Path

from services.revisit.domain.model import MODELS
from services.revisit.domain.terms import RevisitPolicy
from services.revisit.reactions import REACTIONS
from shared.kernel import load_policy
from shared.messaging.direct import DirectSource
from shared.messaging.port import Source
from shared.service import Kit, Service, build_service

NAME = "revisit"
NEIGHBOURS = ("exchange", "reporting")


def build(kit: Kit) -> Service:
    """Open the service under the kit's folder, with the policy that lies beside this file."""
    policy = load_policy(Path(__file__).with_name("policy.toml"), RevisitPolicy)
    return build_service(NAME, kit, MODELS, policy)


def connect(service: Service, sources: Mapping[str, Source]) -> None:
    """Read the neighbours and our own log: a campaign opened, or an enrolment, concerns other cases of ours."""
    own = sources.get(NAME) or DirectSource(service.log)
    neighbours = [sources[owner] for owner in NEIGHBOURS if owner in sources]
    service.subscribe([*neighbours, own], REACTIONS)
