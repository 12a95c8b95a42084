"""The kinds of case reporting keeps: recommendations, the months' figures, who is recommended."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.reporting.domain import advice as a
from services.reporting.domain import commands as c
from services.reporting.domain import events as e
from services.reporting.domain import month as m
from services.reporting.domain import recommendation as r
from services.reporting.domain.terms import ANSWERED, BEFORE_SENDING, WITH_RECEIVER, AnswerOutcome, Status
from shared.contracts.reporting import MonthClosed, PriorityAdvised
from shared.kernel import Model, Role, Task

NEXT_STEP: Mapping[Status, tuple[str, Role]] = {
    Status.DRAFT: ("review", Role.DEPT_HEAD),
    Status.REVIEWED: ("approval", Role.PRINCIPAL),
    Status.APPROVED: ("sending", Role.REVISIT_OFFICER),
    Status.OUTCOME: ("follow-up", Role.REVISIT_OFFICER),
    Status.FOLLOWED_UP: ("closing", Role.DEPT_HEAD),
}


def tasks(state: r.Recommendation) -> Sequence[Task]:
    """Return what persons have to do: the next step, an open concern, replies that are to be looked at."""
    return [*_next_step(state), *_concern(state), *_to_check(state)]


def _next_step(state: r.Recommendation) -> Iterator[Task]:
    if state.status not in NEXT_STEP or (state.concern and state.status in BEFORE_SENDING):
        return
    step, role = NEXT_STEP[state.status]
    if state.status is Status.OUTCOME and state.outcome == AnswerOutcome.DEFERRED:
        yield Task("sending", role, state.body, state.since, not_before=state.review_on)
        return
    due_on = state.send_by if state.status is Status.APPROVED else None
    yield Task(step, role, state.body, state.since, due_on=due_on)


def _concern(state: r.Recommendation) -> Iterator[Task]:
    if state.concern and state.status in BEFORE_SENDING | WITH_RECEIVER:
        yield Task("resumption", Role.PRINCIPAL, state.body, state.concern_on, urgent=True)
    elif state.concern and state.status in ANSWERED:
        yield Task("alert", Role.PRINCIPAL, state.body, state.concern_on, urgent=True)


def _to_check(state: r.Recommendation) -> Iterator[Task]:
    for event_id, noted_on in sorted(state.to_check.items()):
        yield Task("answer-check", Role.REVISIT_OFFICER, state.body, noted_on, ref=event_id)


def summary(state: r.Recommendation) -> dict[str, Any]:
    """Return what an officer decides on: the evidence of V-14, who acted, what the receiver said."""
    return {
        "status": "SUSPENDED" if state.suspended else state.status.value,
        "body": state.body,
        "district": state.district,
        "level": state.level.value,
        "subject": state.subject,
        "use": state.use,
        "bars": {bar: day.isoformat() if day else None for bar, day in state.bars.items()},
        "grade": state.grade,
        "evaluated_on": state.evaluated_on,
        "sessions": state.sessions,
        "has_opinions": state.has_opinions,
        "informed": state.informed,
        "proposed_by": state.proposed_by,
        "reviewed_by": state.reviewed_by,
        "approved_by": state.approved_by,
        "valid_until": state.valid_until,
        "receiver": state.receiver,
        "sent_on": state.sent_on,
        "concern": state.concern,
        "outcome": state.outcome,
        "decided_on": state.decided_on if state.outcome else None,
        "review_on": state.review_on,
        "reason_code": state.reason_code,
        "possible_follow_ups": r.may_promote(state) if state.status is Status.OUTCOME else [],
        "follow_up": state.follow_up,
        "to_check": sorted(state.to_check),
    }


RECOMMENDATION: Model[r.Recommendation] = Model(
    kind="recommendation",
    initial=r.initial,
    decide=r.decide,
    evolve=r.evolve,
    facts=e.RECOMMENDATION_FACTS,
    commands=(*r.BY_PERSON, *r.BY_HOUSE),
    deadlines=r.deadlines,
    tasks=tasks,
    summary=summary,
    pass_deadline=r.pass_deadline,
)
RECOMMENDED: Model[m.Recommended] = Model(
    kind="recommended",
    initial=m.Recommended,
    decide=m.decide_listed,
    evolve=m.evolve_listed,
    facts=(e.RecommendationListed,),
    commands=(c.RecordListed,),
    summary=m.listed_summary,
)
MONTH: Model[m.MonthOfFigures] = Model(
    kind="month",
    initial=m.MonthOfFigures,
    decide=m.decide_month,
    evolve=m.evolve_month,
    facts=(MonthClosed,),
    commands=(c.RecordMonthClosed,),
    summary=m.month_summary,
)
ADVICE: Model[a.Advice] = Model(
    kind="advice",
    initial=a.Advice,
    decide=a.decide_advice,
    evolve=a.evolve_advice,
    facts=(PriorityAdvised,),
    commands=(c.NotePrioritySurge,),
    summary=a.advice_summary,
)
MODELS = (RECOMMENDATION, RECOMMENDED, MONTH, ADVICE)
