"""A month's figures: closed once, then never changed (S-1); and which recommendations a person has."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.reporting.domain import commands as c
from services.reporting.domain import events as e
from shared.contracts.reporting import MonthClosed
from shared.kernel import Context, Fact


@dataclass(frozen=True, slots=True)
class MonthOfFigures:
    """One business month, `yyyy-mm`; `closed` is the record of its close."""

    month: str
    closed: MonthClosed | None = None


def decide_month(state: MonthOfFigures, command: c.RecordMonthClosed, context: Context) -> Sequence[Fact]:
    """Close a month that is not closed yet; a closed one stays as it is. Source: S-1."""
    if state.closed is not None:
        return []
    return [
        MonthClosed(
            month=state.month,
            closed_on=context.today,
            figures=command.figures,
            restatements=command.restatements,
            positions=command.positions,
        )
    ]


def evolve_month(state: MonthOfFigures, fact: Any) -> MonthOfFigures:
    return replace(state, closed=fact)


def month_summary(state: MonthOfFigures) -> dict[str, Any]:
    if state.closed is None:
        return {"status": "OPEN", "month": state.month}
    return {
        "status": "CLOSED",
        "month": state.month,
        "closed_on": state.closed.closed_on,
        "restatements": len(state.closed.restatements),
    }


@dataclass(frozen=True, slots=True)
class Recommended:
    """A person's recommendations, by number, oldest first."""

    subject: str
    numbers: tuple[str, ...] = ()


def decide_listed(state: Recommended, command: c.RecordListed, _context: Context) -> Sequence[Fact]:
    if command.recommendation_no in state.numbers:
        return []
    return [e.RecommendationListed(recommendation_no=command.recommendation_no)]


def evolve_listed(state: Recommended, fact: Any) -> Recommended:
    return replace(state, numbers=(*state.numbers, fact.recommendation_no))


def listed_summary(state: Recommended) -> dict[str, Any]:
    return {"status": "LISTED", "subject": state.subject, "recommendations": list(state.numbers)}
