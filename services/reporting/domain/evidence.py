"""What is behind a figure: the places of the facts that were counted (S-8)."""

from collections.abc import Mapping

from services.reporting.domain.book import Book, Period
from services.reporting.domain.figures import FIVE, LINES, YEARLY, Tally
from services.reporting.domain.terms import ReportingPolicy


class UnknownFigure(Exception):
    """No annual report has a figure of this path."""


OPENED: Mapping[str, tuple[str, str]] = {
    **{f"annual.{name}": (name, "") for name in FIVE},
    "clarification.cases_clarified": ("cases_clarified", ""),
    "clarification.persons_by_district": ("persons_clarified", "district"),
    "clarification.persons_by_level": ("persons_clarified", "level"),
    "clarification.organisations_by_district": ("organisations_clarified", "district"),
    "clarification.organisations_by_level": ("organisations_clarified", "level"),
    "clarification.not_needed": ("not_needed", "code"),
    "clarification.closed_declined": ("closed_declined", ""),
    "clarification.deferred": ("deferred", ""),
    "clarification.unresolved": ("unresolved", ""),
    "clarification.founded": ("founded", ""),
    "false_accusation.recognised": ("false_accusations_recognised", ""),
    "false_accusation.recognised_by_accuser_class": ("false_accusations_recognised", "code"),
    "false_accusation.mistaken": ("mistaken", ""),
    "false_accusation.review_tasks": ("review_tasks", ""),
    "revisit.persons_by_program": ("persons_revisited", "code"),
    "revisit.persons_by_district": ("persons_revisited", "district"),
    "revisit.young_and_heavy": ("young_and_heavy", ""),
    "revisit.handled_but_not_in_scope": ("handled_but_not_in_scope", ""),
    "sanctions.by_code_in_year": ("measures_decided", "code"),
    "sanctions.by_code_since_2021": ("measures_since", "code"),
    "sanctions.revoked": ("measures_revoked", ""),
    "promoted.by_kind": ("persons_promoted", "code"),
    "tolerance.by_outcome": ("tolerance_outcomes", "code"),
    "tolerance.collective_decisions": ("collective_decisions", ""),
    "listed_apart.promoted_with_recommendation": ("promoted_with_recommendation", ""),
    "listed_apart.promoted_without_recommendation": ("promoted_without_recommendation", ""),
    "listed_apart.clarifications_revoked": ("clarifications_revoked", ""),
    "listed_apart.proposals_rejected": ("rejected", ""),
    "listed_apart.accusations_reversed": ("accusations_reversed", ""),
    "listed_apart.accusations_not_recognised": ("not_recognised", ""),
    "listed_apart.authors_unidentified": ("unidentified", ""),
    "listed_apart.protection_reviews": ("protection_reviews", ""),
    "listed_apart.tolerance_determined_in_year": ("tolerance_determined", "code"),
}
"""Figure of the annual report → what is counted there, and the dimension its map is keyed by."""


def evidence(book: Book, year: int, figure: str, policy: ReportingPolicy) -> list[tuple[str, int]]:
    """Return the places (owner, position) of the facts behind a figure, by its dotted path in the report (S-8).

    A figure that is a map may be narrowed by one more segment: `clarification.not_needed.SECRECY`.
    Raises UnknownFigure.
    """
    if figure.startswith("lines."):
        return _line_evidence(book, figure.removeprefix("lines."), policy)
    path, value = (figure, "") if figure in OPENED else (figure.rpartition(".")[0], figure.rpartition(".")[2])
    name, dimension = OPENED.get(path, ("", ""))
    if not name or (value and not dimension):
        raise UnknownFigure(figure)
    tally = _tally_of(book, year, name, policy)
    return [place for one in tally if not value or getattr(one, dimension) == value for place in one.row.places]


def _tally_of(book: Book, year: int, name: str, policy: ReportingPolicy) -> Tally:
    period = Period.year(year)
    if name == "measures_since":
        return YEARLY["measures_decided"](book, Period(policy.population_from, period.last))
    return YEARLY[name](book, period)


def _line_evidence(book: Book, figure: str, policy: ReportingPolicy) -> list[tuple[str, int]]:
    name, _, reason = figure.partition(".")
    if name not in LINES or (reason and name != "quarantined"):
        raise UnknownFigure(f"lines.{figure}")
    counted = (line for line in book.lines.values() if LINES[name](line, policy) and reason in ("", line.reason))
    return [place for line in counted for place in line.places]
