"""What persons decide in a revisit case, and when it is refused (domain.md 3.3 to 3.5)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from hashlib import blake2b
from itertools import count

from services.revisit.domain import commands as c
from services.revisit.domain import errors
from services.revisit.domain import events as e
from services.revisit.domain.model.case_recorded import campaign_fact
from services.revisit.domain.model.case_state import (
    BEFORE,
    HOLDING,
    INTENSIVE,
    OPEN,
    STANDING_RECOMMENDED,
    RevisitCase,
)
from services.revisit.domain.rules import grade_by, standing_bars
from services.revisit.domain.terms import Grade, Session, Stage, Standing, Status, SuspensionReason, Use
from shared.kernel import Command, Context, Fact, ManagementLevel

ANY_ENROLLED = tuple(status for status in Status if status not in BEFORE)
POSSIBLE: Mapping[type[Command], tuple[Status, ...]] = {
    c.Enrol: BEFORE,
    c.DrawProfile: (Status.ENROLLED,),
    c.DraftPlan: (Status.PROFILED,),
    c.ApprovePlan: (Status.PROFILED,),
    c.ReturnPlan: (Status.PROFILED,),
    c.HoldSession: HOLDING,
    c.Evaluate: (Status.IN_PROGRESS,),
    c.Continue: (Status.EVALUATED,),
    c.FindRecommendable: (Status.EVALUATED,),
    c.ProposeRecommendation: (Status.RECOMMENDABLE,),
    c.Close: (Status.EVALUATED, Status.FEEDBACK_RECEIVED),
    c.Suspend: OPEN,
    c.Resume: (Status.SUSPENDED,),
    c.Terminate: (*OPEN, Status.SUSPENDED),
    c.TransferClue: ANY_ENROLLED,
    c.ReviewConcern: ANY_ENROLLED,
    c.RestrictUse: ANY_ENROLLED,
    c.RecuseStaff: ANY_ENROLLED,
}
"""The transitions of 3.4: from where each command is possible. What is not listed is refused."""


def require_possible(state: RevisitCase, command: Command) -> None:
    """Refuse what 3.4 does not list; approving and returning need a draft, drafting needs none."""
    possible = state.status in POSSIBLE[type(command)]
    drafted = state.draft is not None
    if isinstance(command, (c.ApprovePlan, c.ReturnPlan)):
        possible = possible and drafted
    elif isinstance(command, c.DraftPlan):
        possible = possible and not drafted
    if not possible:
        shown = f"{state.status} (DRAFTED)" if state.status == Status.PROFILED and drafted else state.status
        states = ", ".join(POSSIBLE[type(command)])
        raise errors.NotPossibleInState(state=shown, command=command.name, states=states)


def require_body(state: RevisitCase, context: Context) -> None:
    """The body of the person's district revisits (V-4)."""
    if context.actor.body != state.body:
        raise errors.NotTheCasesBody(actor_body=context.actor.body, body=state.body)


def require_not_recused(state: RevisitCase, context: Context) -> None:
    """A recused person does nothing more in the case (PD-3, 监察法 67)."""
    if context.actor.person_id in state.recused:
        raise errors.StaffRecused(person=context.actor.person_id)


def require_in_scope(state: RevisitCase) -> Standing:
    """Refuse for a person out of the population (V-1, V-2)."""
    standing = state.standing
    if standing is None or not standing.in_scope:
        raise errors.NotInScope(reason=standing.reason if standing else "NOT_HANDLED")
    return standing


def enrol(state: RevisitCase, _command: c.Enrol, context: Context) -> Sequence[Fact]:
    standing = require_in_scope(state)
    return (
        e.Enrolled(
            subject_token=state.token,
            program=standing.program,
            district=standing.district,
            level=ManagementLevel(standing.level),
            enrolled_on=context.today,
            profile_due=context.workdays.after(context.today, context.policy.profile_within),
        ),
    )


def draw_profile(state: RevisitCase, command: c.DrawProfile, context: Context) -> Sequence[Fact]:
    standing = require_in_scope(state)
    return (
        e.ProfileDrawn(
            drawn_on=context.today,
            error_category=command.error_category,
            intent_level=command.intent_level,
            sanction_refs=command.sanction_refs or tuple(m.decision_no for m in standing.measures),
            post_importance=command.post_importance,
            attitude=command.attitude,
            work_state=command.work_state,
            risk_flags=command.risk_flags,
            support_needs_sealed=_sealed(state, command.support_needs, context),
            remarks_sealed=_sealed(state, command.remarks, context),
            plan_due=context.workdays.after(context.today, context.policy.plan_within),
        ),
    )


def _sealed(state: RevisitCase, text: str | None, context: Context) -> str:
    return context.seal(state.token, text) if text else ""


def draft_plan(state: RevisitCase, command: c.DraftPlan, context: Context) -> Sequence[Fact]:
    """Draft one person's plan (V-8) from the sessions of V-6 and, if wished, further ones."""
    standing = require_in_scope(state)
    if not command.methods:
        raise errors.GoalsMissing
    require_staff(state, command.staff, context)
    return (
        e.PlanDrafted(
            drafted_on=context.today,
            planner=context.actor.person_id,
            goals_sealed=context.seal(state.token, command.goals),
            methods=command.methods,
            staff=command.staff,
            helper_sealed=_sealed(state, command.helper, context),
            sessions=(*_chosen(state, command.sessions), *_further(state, command.further_sessions, context.today)),
            decisions=tuple(m.decision_no for m in standing.measures),
            approval_due=context.workdays.after(context.today, context.policy.approval_within),
        ),
    )


def _chosen(state: RevisitCase, chosen: Sequence[c.ChosenSession]) -> list[Session]:
    proposed = {session.session_id: session for session in state.proposals}
    names = {choice.session_id for choice in chosen}
    for session in state.proposals:
        if session.stage == Stage.TIMELY and session.session_id not in names:
            raise errors.TimelySessionMissing(session_id=session.session_id)
    for name in names - proposed.keys():
        raise errors.SessionNotProposed(session_id=name, proposed=", ".join(proposed) or "-")
    wished = {choice.session_id: choice.due_on for choice in chosen}
    return [_by(proposed[name], due_on) for name, due_on in wished.items()]


def _by(session: Session, due_on: date | None) -> Session:
    if due_on is None:
        return session
    if not session.not_before <= due_on <= session.due_on:
        raise errors.DateOutsideWindow(day=due_on, not_before=session.not_before, due_on=session.due_on)
    return session.model_copy(update={"due_on": due_on})


def _further(state: RevisitCase, wished: Sequence[c.FurtherSession], today: date) -> list[Session]:
    sessions = []
    numbers = count(1)
    for wish in wished:
        if not today <= wish.not_before <= wish.due_on:
            raise errors.DateOutsideWindow(day=wish.not_before, not_before=today, due_on=wish.due_on)
        name = f"further/{today}/{next(numbers)}"
        sessions.append(Session(session_id=name, **wish.__dict__))
    return sessions


def require_staff(state: RevisitCase, staff: Sequence[str], context: Context) -> None:
    """At least two different members of staff of the body, none recused (V-10, 监察法 67)."""
    least = context.policy.min_staff
    strangers = [person for person in staff if not person.startswith(f"{state.body}.")]
    if strangers or len(set(staff)) < least or len(set(staff)) != len(staff):
        raise errors.StaffNotDistinct(least=least, body=state.body)
    for person in staff:
        if person in state.recused:
            raise errors.StaffRecused(person=person)


def approve_plan(state: RevisitCase, _command: c.ApprovePlan, context: Context) -> Sequence[Fact]:
    require_in_scope(state)
    draft = state.draft
    assert draft is not None
    if context.actor.person_id == draft.planner:
        raise errors.PlannerMayNotApprove
    approved = e.PlanApproved(approved_on=context.today, approver=context.actor.person_id)
    return (approved, *_since_draft(state, draft, context.today))


def _since_draft(state: RevisitCase, draft: e.PlanDrafted, today: date) -> list[Fact]:
    """Sessions of measures that came, or went, between draft and approval."""
    known = set(draft.decisions)
    now = {session.session_id: session for session in state.proposals}
    fresh = [s for s in state.proposals if s.session_id.rpartition("/")[0].removesuffix("/DEEP") not in known]
    gone = [s.session_id for s in draft.sessions if s.session_id not in now and not s.session_id.startswith("further/")]
    if not fresh and not gone:
        return []
    return [e.SessionsReplanned(reason="SINCE_DRAFT", added=tuple(fresh), removed=tuple(gone), replanned_on=today)]


def return_plan(state: RevisitCase, command: c.ReturnPlan, context: Context) -> Sequence[Fact]:
    return (
        e.PlanReturned(
            returned_on=context.today,
            reason_sealed=context.seal(state.token, command.reason),
            plan_due=context.workdays.after(context.today, context.policy.plan_within),
        ),
    )


def hold_session(state: RevisitCase, command: c.HoldSession, context: Context) -> Sequence[Fact]:
    """Record a session: in its window or late, by two of staff, after contact with the unit (V-6, V-9, V-10)."""
    standing = require_in_scope(state)
    session = _open_session(state, command.session_id)
    held_on = command.held_on or context.today
    _require_day(session, held_on, max(state.planned_on or date.min, session.not_before), context.today)
    require_staff(state, command.staff, context)
    if not command.unit_contacted:
        raise errors.UnitNotContacted
    this_year = sum(earlier.held_on.year == held_on.year for earlier in state.held) + 1
    held = e.SessionHeld(
        subject_token=state.token,
        session_id=session.session_id,
        stage=session.stage,
        program=standing.program,
        district=standing.district,
        level=ManagementLevel(standing.level),
        held_on=held_on,
        place=command.place,
        staff=command.staff,
        interviewees=command.interviewees,
        signed=command.signed,
        notes_sealed=context.seal(state.token, command.notes),
        over_yearly_count=this_year > context.policy.max_per_year,
        evaluate_due=context.workdays.after(context.today, context.policy.evaluate_within),
    )
    return (held, *_defects(command, session.session_id, held_on))


def _defects(command: c.HoldSession, session_id: str, held_on: date) -> list[Fact]:
    return [
        e.ExecutionDefectFound(defect=defect, session_id=session_id, found_on=held_on)
        for defect in command.execution_defects
    ]


def _open_session(state: RevisitCase, session_id: str) -> Session:
    for session in state.sessions:
        if session.session_id == session_id:
            return session
    raise errors.SessionUnknown(session_id=session_id, open=_names(state) or "-")


def _names(state: RevisitCase) -> str:
    return ", ".join(session.session_id for session in state.sessions)


def _require_day(session: Session, held_on: date, not_before: date, today: date) -> None:
    if held_on > today:
        raise errors.DateInFuture(day=held_on)
    if held_on < not_before:
        raise errors.SessionTooEarly(session_id=session.session_id, not_before=not_before)


def evaluate(state: RevisitCase, command: c.Evaluate, context: Context) -> Sequence[Fact]:
    """Evaluate by the four criteria (V-11); POOR calls for an extra DEEP session (V-12)."""
    standing = require_in_scope(state)
    if len(state.held) <= state.evaluated_after:
        raise errors.NoSessionSinceEvaluation
    criteria = command.model_dump(include={"understanding", "attitude", "work", "masses", "new_problem"})
    right = grade_by(**criteria)
    if command.grade != right:
        raise errors.GradeDoesNotFollow(right=right, given=command.grade)
    evaluated = e.Evaluated(
        subject_token=state.token,
        grade=right,
        evaluated_on=context.today,
        district=standing.district,
        level=ManagementLevel(standing.level),
        **criteria,
        evidence_sealed=context.seal(state.token, command.evidence),
        settle_due=context.workdays.after(context.today, context.policy.settle_within),
    )
    return (evaluated, *([_intensified(context)] if right == Grade.POOR else []))


def _intensified(context: Context) -> Fact:
    today = context.today
    due_on = today + timedelta(days=context.policy.intensify_within_days)
    extra = Session(session_id=f"{INTENSIVE}{today}", stage=Stage.DEEP, not_before=today, due_on=due_on)
    return e.SessionsReplanned(reason="POOR", added=(extra,), replanned_on=today)


def go_on(state: RevisitCase, _command: c.Continue, context: Context) -> Sequence[Fact]:
    standing, evaluation = require_in_scope(state), state.evaluation
    assert evaluation is not None
    if evaluation.grade == Grade.GOOD and _is_over(standing, context.today):
        raise errors.NothingToContinue
    return (e.Continued(continued_on=context.today),)


def _is_over(standing: Standing, today: date) -> bool:
    over_on = standing.period_over_on
    return over_on is not None and over_on <= today


def close(state: RevisitCase, _command: c.Close, context: Context) -> Sequence[Fact]:
    """Close after the period with GOOD or AVERAGE, or after the recommendation's answer (3.4)."""
    standing = require_in_scope(state)
    if state.status == Status.EVALUATED:
        if not _is_over(standing, context.today):
            raise errors.PeriodNotOver(until=standing.period_over_on or "-")
        if state.evaluation is not None and state.evaluation.grade == Grade.POOR:
            raise errors.GradeTooPoor
    if state.sessions:
        raise errors.SessionsOutstanding(open=_names(state))
    return (e.RevisitClosed(subject_token=state.token, closed_on=context.today),)


def find_recommendable(state: RevisitCase, command: c.FindRecommendable, context: Context) -> Sequence[Fact]:
    require_recommendable(state, command.use, context, review_pending=command.review_pending)
    due_on = context.workdays.after(context.today, context.policy.settle_within)
    return (e.FoundRecommendable(use=command.use, found_on=context.today, settle_due=due_on),)


def propose_recommendation(state: RevisitCase, command: c.ProposeRecommendation, context: Context) -> Sequence[Fact]:
    """Propose with the evidence; no. 5 is required by the command's form, no. 6 by reporting's approval (V-14)."""
    if command.use != state.recommendable_for:
        raise errors.UseNotTheOneChecked(checked=state.recommendable_for, use=command.use)
    standing = require_recommendable(state, command.use, context, review_pending=command.review_pending)
    if not (command.informed or command.secrecy):
        raise errors.PersonNotInformed
    assert state.evaluation is not None
    return (
        e.RecommendationProposed(
            subject_token=state.token,
            recommendation_no=recommendation_number(state.token, state.body, context.today),
            use=command.use,
            bars=standing.bars,
            grade=state.evaluation.grade,
            evaluated_on=state.evaluation.evaluated_on,
            sessions=tuple(held.held_on for held in state.held),
            unit_opinion_ref=command.unit_opinion_ref,
            integrity_opinion_ref=command.integrity_opinion_ref,
            informed=command.informed,
            secrecy=command.secrecy,
            body=state.body,
            district=standing.district,
            level=ManagementLevel(standing.level),
            proposed_by=context.actor.person_id,
            proposed_on=context.today,
        ),
    )


def recommendation_number(case_id: str, body: str, day: date) -> str:
    """Return a number no agency can know before it was given: twelve digits of a hash beside body and year."""
    return f"TJ-{body}-{day.year}-{blake2b(f'{case_id}|{day}'.encode(), digest_size=6).hexdigest()}"


def require_recommendable(state: RevisitCase, use: Use, context: Context, *, review_pending: bool) -> Standing:
    """Refuse where one of V-14 no. 1 to 4 does not hold today."""
    standing = require_in_scope(state)
    barring = standing_bars(standing.bars, use, context.today, context.policy)
    if barring:
        raise errors.BarStands(bars=", ".join(barring), use=use)
    if state.use_restricted:
        raise errors.UseRestricted
    _require_good_evaluation(state, context)
    matters = [*standing.open_cases]
    matters += ["CONVICTION"] * standing.convicted + ["REVIEW"] * review_pending + ["CLUE"] * bool(state.clue_since)
    if matters:
        raise errors.MatterOpen(matters=", ".join(matters))
    return standing


def _require_good_evaluation(state: RevisitCase, context: Context) -> None:
    """V-14 no. 3: the latest evaluation GOOD and fresh, enough sessions."""
    policy, latest = context.policy, state.evaluation
    oldest = context.today - timedelta(days=policy.evaluation_valid_days)
    if latest is None or latest.grade != Grade.GOOD or latest.evaluated_on < oldest:
        raise errors.EvaluationNotGoodEnough(
            days=policy.evaluation_valid_days,
            grade=latest.grade if latest else "-",
            evaluated_on=latest.evaluated_on if latest else "-",
        )
    if len(state.held) < policy.min_sessions:
        raise errors.TooFewSessions(held=len(state.held), least=policy.min_sessions)


def suspend(state: RevisitCase, command: c.Suspend, context: Context) -> Sequence[Fact]:
    """Suspend; a recommendation under way hears of an investigation that no agency has told yet (S-10)."""
    told = state.standing is not None and bool(state.standing.open_cases)
    investigated = command.ground == SuspensionReason.NEW_INVESTIGATION and not told
    return (
        e.RevisitSuspended(
            subject_token=state.token,
            reason=command.ground,
            reason_sealed=context.seal(state.token, command.reason),
            suspended_on=context.today,
        ),
        *(_concern(state, "NEW_INVESTIGATION", context) if investigated else ()),
    )


def _concern(state: RevisitCase, reason: str, context: Context) -> Sequence[Fact]:
    """What reporting has to hear of a person who stands recommended (V-14, S-10)."""
    if state.status not in STANDING_RECOMMENDED:
        return ()
    due_on = context.workdays.after(context.today, context.policy.settle_within)
    return (e.NewConcernRaised(subject_token=state.token, reason=reason, raised_on=context.today, due_on=due_on),)


STEP_LIMITS = {Status.ENROLLED: "profile_within", Status.PROFILED: "plan_within", Status.EVALUATED: "settle_within"}


def resume(state: RevisitCase, _command: c.Resume, context: Context) -> Sequence[Fact]:
    """Go back to the state before; the next step's limit begins anew, deferred sessions of this year are added."""
    limit = STEP_LIMITS.get(state.previous)
    step_due = context.workdays.after(context.today, getattr(context.policy, limit)) if limit else None
    resumed = e.RevisitResumed(subject_token=state.token, resumed_on=context.today, step_due=step_due)
    year = context.today.year
    return (resumed, *([campaign_fact(year, context)] if year in state.deferred and state.in_scope else []))


def terminate(state: RevisitCase, command: c.Terminate, context: Context) -> Sequence[Fact]:
    standing = state.standing
    if standing is None or standing.in_scope:
        raise errors.StillInScope
    return (
        e.RevisitTerminated(
            subject_token=state.token,
            reason=standing.reason,
            terminated_on=context.today,
            reason_sealed=context.seal(state.token, command.reason),
        ),
    )


def transfer_clue(state: RevisitCase, command: c.TransferClue, context: Context) -> Sequence[Fact]:
    if state.clue_since is None:
        raise errors.NoOpenConcern
    return (e.ClueTransferred(to_body=command.to_body, transferred_on=context.today),)


def review_concern(state: RevisitCase, command: c.ReviewConcern, context: Context) -> Sequence[Fact]:
    if not state.has_concern:
        raise errors.NoOpenConcern
    sealed = context.seal(state.token, command.reason)
    return (e.ConcernReviewed(case_nos=state.unreviewed_cases, reason_sealed=sealed),)


def restrict_use(state: RevisitCase, command: c.RestrictUse, context: Context) -> Sequence[Fact]:
    """Set or lift the flag; a recommendation under way hears of it, for its conditions hold no more (V-14 no. 2)."""
    restriction = e.UseRestrictionSet(
        restricted=command.restricted, reason_sealed=context.seal(state.token, command.reason)
    )
    return (restriction, *(_concern(state, "USE_RESTRICTED", context) if command.restricted else ()))


def recuse_staff(state: RevisitCase, command: c.RecuseStaff, context: Context) -> Sequence[Fact]:
    return (e.StaffMemberRecused(person=command.person, reason_sealed=context.seal(state.token, command.reason)),)
