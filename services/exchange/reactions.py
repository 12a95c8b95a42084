"""What others did with what came in: answers to numbers we gave out are released, a mistaken author is forgotten."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from services.exchange.domain.commands import RecordNotFalse, RecordNumberOfOurs
from services.exchange.domain.terms import RECOMMENDATION, SUGGESTION
from shared.casework import Order, Reaction
from shared.contracts.clarification import AccusationClosedNotFalse
from shared.contracts.reporting import RecommendationSent
from shared.contracts.tolerance import SuggestionIssued
from shared.kernel import Actor, Command, Fact, Recorded


def _recommendation_is_out(recorded: Recorded[RecommendationSent], _state_of: Callable[[str], Any]) -> Iterable[Order]:
    yield _order(recorded, f"{RECOMMENDATION}|{recorded.fact.recommendation_no}")


def _suggestion_is_out(recorded: Recorded[SuggestionIssued], _state_of: Callable[[str], Any]) -> Iterable[Order]:
    yield _order(recorded, f"{SUGGESTION}|{recorded.fact.doc_no}")


def _author_is_no_accuser(
    recorded: Recorded[AccusationClosedNotFalse], _state_of: Callable[[str], Any]
) -> Iterable[Order]:
    token = recorded.fact.report_token
    yield _house_order(recorded, f"accuser:{token}", RecordNotFalse(report_token=token))


def _order(recorded: Recorded[Any], number: str) -> Order:
    return _house_order(recorded, f"number:{number}", RecordNumberOfOurs(number=number))


def _house_order(recorded: Recorded[Any], stream: str, command: Command) -> Order:
    return Order(
        stream,
        command,
        Actor.system("exchange"),
        correlation_id=recorded.meta.cor or recorded.fact_id,
        causation_id=recorded.fact_id,
    )


REACTIONS: Mapping[type[Fact], Reaction] = {
    RecommendationSent: _recommendation_is_out,
    SuggestionIssued: _suggestion_is_out,
    AccusationClosedNotFalse: _author_is_no_accuser,
}
