"""Time limits (1.6) and revisit windows (C-18)."""

from datetime import date, timedelta

from services.clarification.domain.events.clarification import RevisitScheduled
from services.clarification.domain.terms import ClarificationPolicy, RevisitNumber, Stage
from shared.kernel import Context, Workdays

STAGE_KEYS = {
    Stage.ASSESS: "assess_within",
    Stage.CONSENT: "consent_within",
    Stage.PROPOSAL: "proposal_within",
    Stage.APPROVAL: "approval_within",
    Stage.IMPLEMENT: "implement_within",
}


def limit_by(stage: Stage, counted_from: date, context: Context, *, priority: bool) -> date | None:
    """Return the last day of a stage, in working days, inclusive; None while a year's calendar is missing.

    Source: [A] 1.6, C-5; domain.md 8 no. 13.
    """
    key = STAGE_KEYS[stage] + ("_priority" if priority else "")
    workdays: Workdays = context.workdays
    return workdays.after(counted_from, getattr(context.policy, key))


def first_revisit(clarified_on: date, policy: ClarificationPolicy) -> RevisitScheduled:
    """Plan R1: not before clarified + 7 days, due clarified + 30 days. Source: [S] two revisits; [A] C-18."""
    return RevisitScheduled(
        number=RevisitNumber.FIRST,
        not_before=clarified_on + timedelta(policy.first_revisit_after_days),
        due_on=clarified_on + timedelta(policy.first_revisit_within_days),
    )


def second_revisit(clarified_on: date, first_on: date, policy: ClarificationPolicy) -> RevisitScheduled:
    """Plan R2: not before R1 + 30 days, due the later of clarified + 180 and R1 + 60 days. Source: [A] C-18."""
    return RevisitScheduled(
        number=RevisitNumber.SECOND,
        not_before=first_on + timedelta(policy.second_revisit_after_days),
        due_on=max(
            clarified_on + timedelta(policy.second_revisit_within_days),
            first_on + timedelta(policy.second_revisit_grace_days),
        ),
    )


def extra_revisit(number: int, ordered_on: date, policy: ClarificationPolicy) -> RevisitScheduled:
    """Plan a further revisit: from the day it is ordered on. Source: [A] C-19."""
    due_on = ordered_on + timedelta(policy.extra_revisit_within_days)
    return RevisitScheduled(number=number, not_before=ordered_on, due_on=due_on)
