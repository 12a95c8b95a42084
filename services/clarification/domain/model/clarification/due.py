"""Deadlines of a clarification case: which limit fires on which day, and the command it becomes."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from services.clarification.domain.commands.clarification import PassDeadline
from services.clarification.domain.states.clarification import ClarificationCase
from services.clarification.domain.terms import Stage, Status
from shared.kernel import Command

ONE_DAY = timedelta(days=1)


def breach_key(stage: Stage, ref: str) -> str:
    return f"{stage}:{ref}"


def due_dates(case: ClarificationCase) -> Iterator[tuple[Stage, date]]:
    """Yield the stages that have a last day, inclusive."""
    if case.limit is not None and case.limit.due_on is not None:
        yield case.limit.stage, case.limit.due_on
    if case.care.report_back_by is not None and not case.care.reported_back:
        yield Stage.REPORT_BACK, case.care.report_back_by
    if case.status is Status.REVISITING and case.care.plan is not None:
        yield Stage.REVISIT, case.care.plan.due_on
    if case.status is Status.DEFERRED and case.work.review_on is not None:
        yield Stage.REVIEW, case.work.review_on


def deadlines(case: ClarificationCase) -> Mapping[str, date]:
    """Return what fires on which day: the day after a last day that was not noticed as missed yet."""
    return {
        key: due_on + ONE_DAY
        for stage, due_on in due_dates(case)
        if (key := breach_key(stage, due_on.isoformat())) not in case.breached
    }


def passing(kind: str, day: date) -> Command:
    """Return the command a deadline becomes on the day it fires."""
    stage, _, ref = kind.partition(":")
    return PassDeadline(stage=Stage(stage), ref=ref, due_on=day - ONE_DAY)
