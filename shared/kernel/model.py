"""The shape of a case's model: decide may refuse, evolve never does; deadlines and tasks follow from the state."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

from shared.kernel.people import Actor, Role
from shared.kernel.policy import Policy
from shared.kernel.words import Command, Fact
from shared.kernel.workdays import Workdays

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Task:
    """One thing a person has to do to one case; derived from the case's state, so it cannot be forgotten.

    step: the command that ends it; ref: which one, where a case has several (a session, a measure);
    quiet_since: business date of the case's last agency fact, where the step begins the work on them;
    not_before, due_on: inclusive dates; due_on None means no limit, or one that cannot be computed yet.
    """

    step: str
    role: Role
    body: str
    opened_on: date
    due_on: date | None = None
    not_before: date | None = None
    quiet_since: date | None = None
    ref: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """What a decision may know beside the case: today, who acts, the policy in force, the working days.

    seal(owner, text) returns ciphertext under the owner's own key (a subject token or a case id).
    """

    today: date
    actor: Actor
    policy: Any
    workdays: Workdays
    seal: Callable[[str, str], str] = field(repr=False)


def no_deadlines(_state: Any) -> Mapping[str, date]:
    return {}


def no_tasks(_state: Any) -> Sequence[Task]:
    return ()


def closed(_state: Any) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Model(Generic[S]):
    """One kind of case, as plain functions.

    initial(case_id) → empty state; decide(state, command, context) → facts, or raises Refusal; evolve(state, fact) →
    state; deadlines(state) → kind → the first day on which it fires; tasks(state) → what people have to do;
    summary(state) → what lists and searches show (no personal fields), at least `status`;
    pass_deadline(kind, day) → the command a deadline that fires becomes.
    """

    kind: str
    initial: Callable[[str], S]
    decide: Callable[[S, Any, Context], Sequence[Fact]]
    evolve: Callable[[S, Any], S]
    facts: tuple[type[Fact], ...]
    commands: tuple[type[Command], ...]
    deadlines: Callable[[S], Mapping[str, date]] = no_deadlines
    tasks: Callable[[S], Sequence[Task]] = no_tasks
    summary: Callable[[S], Mapping[str, Any]] = closed
    pass_deadline: Callable[[str, date], Command] | None = None


__all__ = ["Context", "Model", "Policy", "Task", "closed", "no_deadlines", "no_tasks"]
