"""The revisit case's model: decisions by command, limits, what persons have to do, what a case view shows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from services.revisit.domain import commands as c
from services.revisit.domain.model import case_decided as decided
from services.revisit.domain.model import case_recorded as recorded
from services.revisit.domain.model.case_state import EVOLVE, HOLDING, RevisitCase, evolve
from services.revisit.domain.terms import Grade, Session, Status
from shared.kernel import Command, Context, Fact, Model, Role, Task

SESSION = "session:"
NO_DEADLINES: Mapping[str, date] = MappingProxyType({})
NEXT_STEP: Mapping[Status, type[Command]] = {
    Status.ENROLLED: c.DrawProfile,
    Status.PROFILED: c.DraftPlan,
    Status.RECOMMENDABLE: c.ProposeRecommendation,
}
Decision = Callable[[RevisitCase, Any, Context], Sequence[Fact]]
RECORDED: Mapping[type[Command], Decision] = {
    c.RecordStanding: recorded.record_standing,
    c.RecordCampaign: recorded.record_campaign,
    c.NoteRecommendation: recorded.note_recommendation,
    c.PassDeadline: lambda state, command, context: recorded.breached(deadlines(state), command, context),
}
DECIDED: Mapping[type[Command], Decision] = {
    c.Enrol: decided.enrol,
    c.DrawProfile: decided.draw_profile,
    c.DraftPlan: decided.draft_plan,
    c.ApprovePlan: decided.approve_plan,
    c.ReturnPlan: decided.return_plan,
    c.HoldSession: decided.hold_session,
    c.Evaluate: decided.evaluate,
    c.Continue: decided.go_on,
    c.FindRecommendable: decided.find_recommendable,
    c.ProposeRecommendation: decided.propose_recommendation,
    c.Close: decided.close,
    c.Suspend: decided.suspend,
    c.Resume: decided.resume,
    c.Terminate: decided.terminate,
    c.TransferClue: decided.transfer_clue,
    c.ReviewConcern: decided.review_concern,
    c.RestrictUse: decided.restrict_use,
    c.RecuseStaff: decided.recuse_staff,
}


def decide(state: RevisitCase, command: Command, context: Context) -> Sequence[Fact]:
    kind = type(command)
    if kind in RECORDED:
        return RECORDED[kind](state, command, context)
    decided.require_possible(state, command)
    if state.standing is not None:
        decided.require_body(state, context)
    decided.require_not_recused(state, context)
    return DECIDED[kind](state, command, context)


def deadlines(state: RevisitCase) -> Mapping[str, date]:
    """Return the first day on which each limit counts as missed: due dates that facts recorded, plus one day."""
    if not state.in_scope or state.status == Status.SUSPENDED:
        return NO_DEADLINES
    due: dict[str, date] = {}
    if not state.is_enrolled:
        return {c.Enrol.name: _day_after(state.enrol_due)} if state.enrol_due else NO_DEADLINES
    if state.step_due is not None and state.status in NEXT_STEP:
        due[_next_step(state)] = _day_after(state.step_due)
    if state.planned_on is not None and state.status in HOLDING:
        due.update((SESSION + session.session_id, _day_after(session.due_on)) for session in state.sessions)
    if state.evaluate_due is not None and state.wants_evaluation:
        due[c.Evaluate.name] = _day_after(state.evaluate_due)
    return due


def pass_deadline(kind: str, day: date) -> Command:
    return c.PassDeadline(kind=kind, fires_on=day)


def _day_after(day: date) -> date:
    return day + timedelta(days=1)


def _next_step(state: RevisitCase) -> str:
    return c.ApprovePlan.name if state.draft is not None else NEXT_STEP[state.status].name


def tasks(state: RevisitCase) -> Sequence[Task]:
    if state.standing is None:
        return ()
    return [*_tasks(state)]


def _tasks(state: RevisitCase) -> Iterator[Task]:
    if not state.is_enrolled:
        if state.enrol_since is not None:
            yield _task(state, c.Enrol, state.enrol_since, due_on=state.enrol_due, quiet_since=state.quiet_since)
        return
    if state.clue_since is not None:
        yield _task(state, c.TransferClue, state.clue_since)
    if not state.in_scope:
        if state.status != Status.CLOSED and state.out_since is not None:
            yield _task(state, c.Terminate, state.out_since, quiet_since=state.quiet_since)
        return
    if state.status == Status.SUSPENDED:
        if not state.standing or not state.standing.open_cases:
            yield _task(state, c.Resume, state.quiet_since or state.since)
        return
    if state.concern_since is not None and state.has_concern:
        yield _task(state, c.ReviewConcern, state.concern_since, due_on=state.concern_due, urgent=True)
    yield from _steps(state)


def _steps(state: RevisitCase) -> Iterator[Task]:
    """The next step of the main path, and every session that is planned."""
    if state.status in NEXT_STEP:
        step = c.ApprovePlan if state.draft is not None else NEXT_STEP[state.status]
        yield _task(state, step, state.since, due_on=state.step_due)
    elif state.wants_evaluation:
        yield _task(state, c.Evaluate, state.since, due_on=state.evaluate_due, ref=f"after-{len(state.held)}")
    elif state.status == Status.EVALUATED:
        yield from _after_evaluation(state)
    elif state.status == Status.FEEDBACK_RECEIVED and not state.sessions:
        yield _task(state, c.Close, state.since, due_on=state.step_due)
    if state.planned_on is not None and state.status in HOLDING:
        yield from (_session_task(state, session) for session in state.sessions)


def _after_evaluation(state: RevisitCase) -> Iterator[Task]:
    """POOR goes on; AVERAGE goes on while sessions are planned; else the case closes when the period is over."""
    assert state.evaluation is not None
    assert state.standing is not None
    over_on = state.standing.period_over_on
    grade, ref = state.evaluation.grade, f"after-{state.evaluated_after}"
    if grade == Grade.POOR or (grade == Grade.AVERAGE and (state.sessions or over_on is None)):
        yield _task(state, c.Continue, state.since, due_on=state.step_due, ref=ref)
    elif not state.sessions and over_on is not None:
        yield _task(state, c.Close, state.since, not_before=over_on, ref=ref)


def _session_task(state: RevisitCase, session: Session) -> Task:
    assert state.planned_on is not None
    return _task(
        state,
        c.HoldSession,
        state.planned_on,
        not_before=session.not_before,
        due_on=session.due_on,
        ref=session.session_id,
    )


def _task(state: RevisitCase, step: type[Command], opened_on: date, **more: Any) -> Task:
    role = Role.DEPT_HEAD if step is c.ApprovePlan else Role.REVISIT_OFFICER
    return Task(step=step.name, role=role, body=state.body, opened_on=opened_on, **more)


def summary(state: RevisitCase) -> Mapping[str, Any]:
    standing = state.standing
    if standing is None:
        return {"status": state.status, "subject": state.token}
    evaluation, recommendation = state.evaluation, state.recommendation
    return {
        "status": state.status,
        "body": state.body,
        "district": standing.district,
        "level": standing.level,
        "subject": state.token,
        "in_scope": standing.in_scope,
        "reason": standing.reason,
        "program": standing.program,
        "planned_deep": standing.planned_deep,
        "error_category": standing.error_category,
        "decisions": [measure.decision_no for measure in standing.measures],
        "period_over_on": standing.period_over_on,
        "bars": standing.bars,
        "uses_free_on": dict(state.uses_free_on or {}),
        "open_cases": list(standing.open_cases),
        "enrolled_on": state.enrolled_on,
        "proposals": [session.model_dump() for session in state.proposals] if state.planned_on is None else [],
        "planner": state.draft.planner if state.draft else "",
        "sessions": [session.model_dump() for session in state.sessions],
        "held": [{"session_id": h.session_id, "stage": h.stage, "held_on": h.held_on} for h in state.held],
        "campaigns": sorted(state.campaigns),
        "campaigns_deferred": list(state.deferred),
        "evaluation": {"grade": evaluation.grade, "evaluated_on": evaluation.evaluated_on} if evaluation else None,
        "recused": sorted(state.recused),
        "use_restricted": state.use_restricted,
        "recommendable_for": state.recommendable_for,
        "recommendation": {
            "recommendation_no": recommendation.number,
            "use": recommendation.use,
            "state": recommendation.state,
            "outcome": recommendation.outcome,
        }
        if recommendation
        else None,
    }


REVISIT = Model(
    kind="revisit",
    initial=RevisitCase,
    decide=decide,
    evolve=evolve,
    facts=tuple(EVOLVE),
    commands=(*RECORDED, *DECIDED),
    deadlines=deadlines,
    tasks=tasks,
    summary=summary,
    pass_deadline=pass_deadline,
)
