"""Composition root of the clarification service."""

from collections.abc import Mapping
from pathlib import Path

from services.clarification.domain.model.accusation import ACCUSATION
from services.clarification.domain.model.clarification import CLARIFICATION
from services.clarification.domain.model.subject import SUBJECT
from services.clarification.domain.terms import ClarificationPolicy
from services.clarification.reactions import REACTIONS
from shared.kernel import load_policy
from shared.messaging.direct import DirectSource
from shared.messaging.port import Source
from shared.service import Kit, Service, build_service

POLICY = Path(__file__).with_name("policy.toml")
MODELS = (CLARIFICATION, ACCUSATION, SUBJECT)


def build(kit: Kit) -> Service:
    return build_service("clarification", kit, MODELS, load_policy(POLICY, ClarificationPolicy))


def connect(service: Service, sources: Mapping[str, Source]) -> None:
    """Read the agencies' facts from the exchange, the service's own recognitions from its own log (F-8), and
    reporting's advice, where there is reporting."""
    own = sources.get(service.name) or DirectSource(service.log)
    advising = [sources[name] for name in ("reporting",) if name in sources]
    service.subscribe([sources["exchange"], own, *advising], REACTIONS)
