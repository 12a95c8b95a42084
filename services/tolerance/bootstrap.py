"""Tolerance put together: its models over its log, its policy, and whom it listens to."""

from collections.abc import Mapping
from pathlib import Path

from services.tolerance.domain.model import MODELS
from services.tolerance.domain.terms import TolerancePolicy
from services.tolerance.reactions import REACTIONS
from shared.kernel import load_policy
from shared.messaging.direct import DirectSource
from shared.messaging.port import Source
from shared.service import Kit, Service, build_service

POLICY = Path(__file__).with_name("policy.toml")


def build(kit: Kit) -> Service:
    return build_service("tolerance", kit, MODELS, load_policy(POLICY, TolerancePolicy))


def connect(service: Service, sources: Mapping[str, Source]) -> None:
    """Listen to the exchange, and to ourselves: a suggestion issued is found again by its number."""
    own = sources.get(service.name) or DirectSource(service.log)
    service.subscribe([sources["exchange"], own], REACTIONS)
