"""Facts of others become records of ours: the table of contents of how reporting works with the other services."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Protocol

from services.reporting.domain import commands as c
from services.reporting.domain.figures import close_day_of
from services.reporting.domain.month import MonthOfFigures
from services.reporting.domain.terms import ReportingPolicy
from shared.casework import Order, Reaction
from shared.contracts import agency as ag
from shared.contracts import revisit as rv
from shared.contracts.exchange import BusinessClockAdvanced
from shared.contracts.reporting import MonthClosed
from shared.kernel import Actor, Command, Fact, Recorded

HOUSE = Actor.system("reporting")
StateOf = Callable[[str], Any]


class Closing(Protocol):
    """Where the figures of a month come from: the figures store."""

    policy: ReportingPolicy

    def first_month(self) -> str | None: ...

    def closing(self, month: str, earlier: Mapping[str, MonthClosed]) -> c.RecordMonthClosed: ...


def _order(recorded: Recorded[Any], stream: str, command: Command) -> Order:
    return Order(
        stream,
        command,
        HOUSE,
        correlation_id=recorded.meta.cor or recorded.fact_id,
        causation_id=recorded.fact_id,
    )


def _recommendation(recorded: Recorded[Any], number: str, command: Command) -> Order:
    return _order(recorded, f"recommendation:{number}", command)


def _told(origin: ag.Origin) -> dict[str, str | None]:
    """Name the receiver's event, and the one it corrects, by source and id: an id is unique to its source only."""
    source = origin.source.removeprefix("urn:agency:")
    return {
        "event_id": f"{source}:{origin.event_id}",
        "supersedes": f"{source}:{origin.supersedes}" if origin.supersedes else None,
    }


def _numbers(state_of: StateOf, subject: str) -> tuple[str, ...]:
    numbers: tuple[str, ...] = state_of(f"recommended:{subject}").numbers
    return numbers


def proposed(recorded: Recorded[rv.RecommendationProposed], _state_of: StateOf) -> Iterable[Order]:
    """A recommendation was proposed: a draft with its evidence."""
    fact = recorded.fact
    content = {name: value for name, value in fact if name in c.RecordDraft.model_fields}
    yield _recommendation(recorded, fact.recommendation_no, c.RecordDraft(**content))
    listed = c.RecordListed(recommendation_no=fact.recommendation_no)
    yield _order(recorded, f"recommended:{fact.subject_token}", listed)


def concern_raised(recorded: Recorded[rv.NewConcernRaised], state_of: StateOf) -> Iterable[Order]:
    """A new clue or case: what was sent is suspended (S-10)."""
    for number in _numbers(state_of, recorded.fact.subject_token):
        yield _recommendation(recorded, number, c.RecordConcern(reason=recorded.fact.reason))


def measure_recorded(recorded: Recorded[rv.MeasureRecorded], state_of: StateOf) -> Iterable[Order]:
    """A new sanction, or a corrected one: what was sent is suspended (S-10)."""
    for number in _numbers(state_of, recorded.fact.subject_token):
        yield _recommendation(recorded, number, c.RecordConcern(reason=f"MEASURE {recorded.fact.code}"))


def bars_computed(recorded: Recorded[rv.BarsComputed], state_of: StateOf) -> Iterable[Order]:
    """The conditions are checked against the newest bars (V-14 no. 1)."""
    for number in _numbers(state_of, recorded.fact.subject_token):
        yield _recommendation(recorded, number, c.RecordStanding(bars=recorded.fact.bars))


def evaluated(recorded: Recorded[rv.Evaluated], state_of: StateOf) -> Iterable[Order]:
    """The conditions are checked against the newest evaluation (V-14 no. 3)."""
    fact = recorded.fact
    for number in _numbers(state_of, fact.subject_token):
        standing = c.RecordStanding(grade=fact.grade, evaluated_on=fact.evaluated_on)
        yield _recommendation(recorded, number, standing)


def promotion_confirmed(recorded: Recorded[rv.PromotionConfirmed], _state_of: StateOf) -> Iterable[Order]:
    """A confirmed appointment names a recommendation of ours (S-9)."""
    fact = recorded.fact
    if fact.recommendation_no:
        noted = c.RecordPromotion(appointment_id=fact.appointment_id, kind=fact.kind)
        yield _recommendation(recorded, fact.recommendation_no, noted)


def promotion_withdrawn(recorded: Recorded[rv.PromotionWithdrawn], state_of: StateOf) -> Iterable[Order]:
    """The confirmation no longer holds: neither does what it allowed."""
    fact = recorded.fact
    for number in _numbers(state_of, fact.subject_token):
        noted = c.RecordPromotion(appointment_id=fact.appointment_id, kind="")
        yield _recommendation(recorded, number, noted)


def acknowledged(recorded: Recorded[ag.RecommendationAcknowledged], _state_of: StateOf) -> Iterable[Order]:
    """The receiver's receipt (推荐签收)."""
    fact = recorded.fact
    record = c.RecordAcknowledgement(
        **_told(fact.origin),
        receipt_no=fact.receipt_no,
        received_on=fact.received_on,
    )
    yield _recommendation(recorded, fact.recommendation_no, record)


def answered(recorded: Recorded[ag.RecommendationDecided], _state_of: StateOf) -> Iterable[Order]:
    """The receiver's answer (推荐反馈)."""
    fact = recorded.fact
    record = c.RecordAnswer(
        **_told(fact.origin),
        outcome=fact.outcome,
        decided_on=fact.decided_on,
        review_on=fact.review_on,
        reason_code=fact.reason_code,
    )
    yield _recommendation(recorded, fact.recommendation_no, record)


def orders_to_close(today: date, state_of: StateOf, closing: Closing) -> Iterable[Order]:
    """Return the orders that close, oldest first, every month whose close day has come. Source: S-1."""
    latest = latest_closable(today, closing.policy)
    if state_of(f"month:{latest}").closed is not None:
        return
    earlier: dict[str, MonthClosed] = {}
    for month in months_to_close(closing.first_month(), today, closing.policy):
        state: MonthOfFigures = state_of(f"month:{month}")
        if state.closed is None:
            yield Order(f"month:{month}", closing.closing(month, earlier), HOUSE, causation_id=f"close:{month}")
            state = state_of(f"month:{month}")
        if state.closed is not None:
            earlier[month] = state.closed


def latest_closable(today: date, policy: ReportingPolicy) -> str:
    """Return the latest month whose close day is today or earlier."""
    back = 1 if today.day >= policy.month_close_day else 2
    months = today.year * 12 + today.month - 1 - back
    return f"{months // 12}-{months % 12 + 1:02}"


def months_to_close(first: str | None, today: date, policy: ReportingPolicy) -> list[str]:
    """Return the months, from the first with anything to count, whose close day is today or earlier."""
    found: list[str] = []
    month = first
    while month is not None and (closes_on := close_day_of(month, policy)) <= today:
        found.append(month)
        month = f"{closes_on.year}-{closes_on.month:02}"
    return found


def reactions(closing: Closing) -> Mapping[type[Fact], Reaction]:
    """Return the table: fact of another owner → orders of ours."""

    def clock_advanced(recorded: Recorded[BusinessClockAdvanced], state_of: StateOf) -> Iterable[Order]:
        yield from orders_to_close(recorded.fact.day, state_of, closing)

    return {**REACTIONS, BusinessClockAdvanced: clock_advanced}


REACTIONS: Mapping[type[Fact], Reaction] = {
    rv.RecommendationProposed: proposed,
    rv.NewConcernRaised: concern_raised,
    rv.MeasureRecorded: measure_recorded,
    rv.BarsComputed: bars_computed,
    rv.Evaluated: evaluated,
    rv.PromotionConfirmed: promotion_confirmed,
    rv.PromotionWithdrawn: promotion_withdrawn,
    ag.RecommendationAcknowledged: acknowledged,
    ag.RecommendationDecided: answered,
}
