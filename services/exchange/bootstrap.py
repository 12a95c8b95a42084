"""Composition root of the exchange."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from services.exchange.application import Exchange, ExchangeDesk
from services.exchange.domain.checks import Doorkeeper
from services.exchange.domain.terms import ExchangePolicy
from services.exchange.projections import LineView, NoCases
from services.exchange.reactions import REACTIONS
from services.exchange.schema import published_form
from services.exchange.settings import ExchangeSettings
from services.exchange.signatures import KeyDirectory
from services.exchange.tables import TABLES
from shared.contracts.exchange import FACTS
from shared.eventstore import open_log
from shared.kernel import SandboxClock, load_policy
from shared.messaging.port import Source
from shared.service import Kit, Service

NAME = "exchange"
READS = ("clarification", "reporting", "tolerance")


@dataclass
class ExchangeService(Service):
    """The exchange as a service among the others: `exchange` takes lines, `lines` answers questions about them."""

    exchange: Exchange = field(kw_only=True)
    lines: LineView = field(kw_only=True)


def build(kit: Kit, settings: ExchangeSettings | None = None) -> ExchangeService:
    """Open the exchange at the kit's places.

    Only a sandbox's business clock is moved, and only in a sandbox may an event come without a signature.
    """
    settings = settings or ExchangeSettings()
    policy = load_policy(Path(__file__).with_name("policy.toml"), ExchangePolicy)
    log = open_log(NAME, kit.log_place(NAME), FACTS, TABLES, survives_power_loss=kit.survives_power_loss)
    form, names = published_form()
    keys = KeyDirectory.read(settings.agency_keys) if settings.agency_keys else KeyDirectory()
    move_clock = kit.clock.advance if isinstance(kit.clock, SandboxClock) else None
    keeper = Doorkeeper(form, keys.verifies, names, policy, require_signature=move_clock is None)
    exchange = Exchange(log, kit.clock, keeper, kit.seal, move_clock)
    desk = ExchangeDesk(
        log=log,
        models={},
        clock=kit.clock,
        policy=policy,
        workdays=kit.workdays,
        seal=kit.seal,
        public=frozenset(fact.fact_name for fact in FACTS),
        exchange=exchange,
        destroy=kit.destroy,
    )
    cases = NoCases(kit.view_place(NAME), desk)
    return ExchangeService(NAME, desk, cases, {}, unseal=kit.unseal, exchange=exchange, lines=LineView(log, policy))


def connect(service: Service, sources: Mapping[str, Source]) -> None:
    """Hear of recommendations sent, suggestions issued, and reports found mistaken."""
    service.subscribe([sources[name] for name in READS if name in sources], REACTIONS)


def door(service: Service) -> Exchange:
    """Return what takes the lines."""
    assert isinstance(service, ExchangeService)
    return service.exchange
