"""Putting reporting together: its casework, the figures store, what it reads of the others."""

from collections.abc import Mapping
from pathlib import Path

from services.reporting.domain.model import MODELS
from services.reporting.domain.terms import ReportingPolicy
from services.reporting.live_projection import LiveIndicators, SurgeWatch
from services.reporting.projections import Figures
from services.reporting.reactions import months_to_close, reactions
from shared.contracts import OWNERS
from shared.contracts.reporting import MonthClosed
from shared.kernel import load_policy
from shared.messaging.port import Source
from shared.service import Kit, Service, build_service

READS = ("revisit", "exchange")
POLICY = Path(__file__).parent / "policy.toml"


def build(kit: Kit) -> Service:
    """Open reporting's log, its case view and the figures store under the kit's folder."""
    policy = load_policy(POLICY, ReportingPolicy)
    service = build_service("reporting", kit, MODELS, policy)
    service.projections.append(
        Figures(kit.folder, policy, lambda: closed_months(service), place=kit.view_place("reporting", "figures"))
    )
    service.projections.append(LiveIndicators(policy))
    return service


def connect(service: Service, sources: Mapping[str, Source]) -> None:
    """Count the public facts of all owners; react to those of revisit and of the agencies."""
    store, live = figures(service), live_indicators(service)
    for reader in (store, live):
        reader.connect(sources[owner] for owner in OWNERS if owner in sources)
    watch = SurgeWatch(store.policy, sources.get("exchange"))
    service.subscribe([sources[owner] for owner in READS if owner in sources], reactions(store, watch))


def figures(service: Service) -> Figures:
    """Return the service's figures store."""
    return next(projection for projection in service.projections if isinstance(projection, Figures))


def live_indicators(service: Service) -> LiveIndicators:
    """Return the service's live indicators."""
    return next(projection for projection in service.projections if isinstance(projection, LiveIndicators))


def closed_months(service: Service) -> dict[str, MonthClosed]:
    """Return the records of the months closed so far, by month."""
    store = figures(service)
    months = months_to_close(store.first_month(), service.casework.clock.business(), store.policy)
    states = (service.casework.state(f"month:{month}") for month in months)
    return {state.month: state.closed for state in states if state.closed is not None}
