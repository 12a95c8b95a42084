"""What every step's decision is made of: a move of the state machine, and how facts name the case, days and texts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from services.tolerance.domain.state import Case
from services.tolerance.domain.terms import Status
from shared.kernel import Context, Fact

Facts = Sequence[Fact]


class Acts(Enum):
    """Which body takes a step: the handling one, the approving one of C-8, or either."""

    HANDLING = 1
    APPROVING = 2
    EITHER = 3


@dataclass(frozen=True, slots=True)
class Move:
    """A person's command: from which states it is possible, at which body, and what follows."""

    states: frozenset[Status]
    decide: Callable[[Case, Any, Context], Facts]
    acts: Acts = Acts.HANDLING


def who(case: Case) -> dict[str, Any]:
    return {
        "case_id": case.case_id,
        "matter_no": case.matter_no,
        "subject_token": case.subject,
        "district": case.known.district,
        "level": case.known.level,
    }


def within(context: Context, count: int, since: date | None = None) -> date | None:
    return context.workdays.after(since or context.today, count)


def sealed(case: Case, context: Context, text: str | None) -> str:
    return context.seal(case.case_id, text) if text else ""


def sealed_of_person(case: Case, context: Context, text: str) -> str:
    return context.seal(case.subject, text)
