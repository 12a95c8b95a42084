"""Numbers that other services gave out: answers of the agencies that wait for them are released."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from services.exchange.domain.commands import RecordNumberOfOurs
from services.exchange.domain.terms import RECOMMENDATION, SUGGESTION
from shared.casework import Order, Reaction
from shared.contracts.reporting import RecommendationSent
from shared.contracts.tolerance import SuggestionIssued
from shared.kernel import Actor, Fact, Recorded


def _recommendation_is_out(recorded: Recorded[RecommendationSent], _state_of: Callable[[str], Any]) -> Iterable[Order]:
    yield _order(recorded, f"{RECOMMENDATION}|{recorded.fact.recommendation_no}")


def _suggestion_is_out(recorded: Recorded[SuggestionIssued], _state_of: Callable[[str], Any]) -> Iterable[Order]:
    yield _order(recorded, f"{SUGGESTION}|{recorded.fact.doc_no}")


def _order(recorded: Recorded[Any], number: str) -> Order:
    return Order(
        f"number:{number}",
        RecordNumberOfOurs(number=number),
        Actor.system("exchange"),
        correlation_id=recorded.meta.cor or recorded.fact_id,
        causation_id=recorded.fact_id,
    )


REACTIONS: Mapping[type[Fact], Reaction] = {
    RecommendationSent: _recommendation_is_out,
    SuggestionIssued: _suggestion_is_out,
}
