"""A step of a case: from which states a command is possible, which body does it, what it decides."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from services.clarification.domain import errors
from shared.kernel import Command, Context, Fact


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a case's table. What is not listed is refused.

    decide(state, command, context) → facts; possible_from: states; body(state) → the body whose persons do it.
    """

    decide: Callable[[Any, Any, Context], Sequence[Fact]]
    possible_from: frozenset[Any]
    body: Callable[[Any], str]


def require_possible(step: Step, status: str, command: Command) -> None:
    """Refuse a command that the table does not list for the case's state. Source: domain.md 1.4, 2.3."""
    if status not in step.possible_from:
        raise errors.TransitionNotAllowed(
            status=status, command=command.name, possible_from=names(step.possible_from) or "–"
        )


def require_competent(step: Step, state: Any, command: Command, context: Context) -> None:
    """Refuse a person of another body than the one that does this step. Source: C-8, F-5, domain.md 1.3."""
    body = step.body(state)
    if context.actor.body != body:
        raise errors.BodyNotCompetent(actor_body=context.actor.body, command=command.name, body=body)


def names(statuses: Iterable[str]) -> str:
    return ", ".join(sorted(statuses))
