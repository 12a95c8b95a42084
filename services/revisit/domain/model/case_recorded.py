"""What reactions and deadlines record in a revisit case: never refused for its state (E-8), never a decision."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.revisit.domain import commands as c
from services.revisit.domain import events as e
from services.revisit.domain.model.case_state import STANDING_RECOMMENDED, RevisitCase
from services.revisit.domain.rules import campaign_session, day_of_year, sessions_of, uses_free_on
from services.revisit.domain.terms import RevisitPolicy, Session, Stage, Standing, Status
from shared.kernel import Context, Fact, city_of


def record_standing(state: RevisitCase, command: c.RecordStanding, context: Context) -> Sequence[Fact]:
    """Record what holds for the person now; add or drop sessions of the measures that changed (V-20)."""
    if state.standing is None and not command.in_scope:
        return ()
    standing = Standing(**command.__dict__)
    if standing == state.standing and (state.is_enrolled or state.quiet_since == context.today):
        return ()
    recorded = _standing_fact(state, standing, context)
    return [recorded, *_concerns(state, standing, context), *_replanned(state, recorded.schedule, context.today)]


def _standing_fact(state: RevisitCase, standing: Standing, context: Context) -> e.StandingRecorded:
    policy: RevisitPolicy = context.policy
    deep = standing.program == "DEEP" or standing.planned_deep
    waits = standing.in_scope and not state.is_enrolled
    return e.StandingRecorded(
        subject_token=state.token,
        standing=standing,
        schedule=tuple(s for measure in standing.measures for s in sessions_of(measure, deep=deep, policy=policy)),
        uses_free_on=uses_free_on(standing.bars, policy),
        noted_on=context.today,
        enrol_due=context.workdays.after(context.today, policy.enrol_within) if waits else None,
    )


def _concerns(state: RevisitCase, standing: Standing, context: Context) -> list[Fact]:
    """What reporting has to hear of a person who may stand recommended (S-10)."""
    before = state.standing
    if before is None or not state.is_enrolled:
        return []
    known = {measure.decision_no for measure in before.measures}
    fresh = {measure.decision_no for measure in standing.measures} - known
    reasons = {
        "OUT_OF_SCOPE": before.in_scope and not standing.in_scope,
        "CASE_FILED": bool(set(standing.open_cases) - set(before.open_cases)),
        "MEASURE_DECIDED": before.in_scope and bool(fresh),
        "CONVICTED": standing.convicted and not before.convicted,
        "BARS_CHANGED": state.status in STANDING_RECOMMENDED and not fresh and standing.bars != before.bars,
    }
    due_on = context.workdays.after(context.today, context.policy.settle_within)
    return [
        e.NewConcernRaised(subject_token=state.token, reason=reason, raised_on=context.today, due_on=due_on)
        for reason, holds in reasons.items()
        if holds
    ]


def _replanned(state: RevisitCase, schedule: Sequence[Session], today: date) -> list[Fact]:
    """Once a plan is approved, its sessions follow the measures; what was held stays, the past is not planned."""
    if state.planned_on is None or not state.is_enrolled:
        return []
    before = {session.session_id: session for session in state.schedule}
    now = {session.session_id: session for session in schedule}
    done = {held.session_id for held in state.held}
    added = [s for s in schedule if before.get(s.session_id) != s and s.session_id not in done and s.due_on >= today]
    gone = {name for name, session in before.items() if now.get(name) != session}
    removed = [s.session_id for s in state.sessions if s.session_id in gone and s not in added]
    if not added and not removed:
        return []
    return [e.SessionsReplanned(reason="MEASURES", added=tuple(added), removed=tuple(removed), replanned_on=today)]


def record_campaign(state: RevisitCase, command: c.RecordCampaign, context: Context) -> Sequence[Fact]:
    """Add the campaign's one session to a person in scope; in SUSPENDED it is deferred (3.4)."""
    year, today = command.year, context.today
    if not _takes_part(state, command) or today.year != year:
        return ()
    if state.status == Status.SUSPENDED:
        return (e.CampaignSessionDeferred(year=year),)
    covering = _timely_of_late_enrolment(state, year, context.policy)
    if covering:
        return (e.CampaignSessionCovered(year=year, session_id=covering),)
    return (campaign_fact(year, context),)


def campaign_fact(year: int, context: Context) -> e.CampaignSessionAdded:
    session = campaign_session(year, context.today, context.policy)
    return e.CampaignSessionAdded(year=year, session=session, added_on=context.today)


def _takes_part(state: RevisitCase, command: c.RecordCampaign) -> bool:
    counted = state.is_enrolled and state.in_scope and command.year not in state.campaigns
    return counted and city_of(state.body) == command.city


def _timely_of_late_enrolment(state: RevisitCase, year: int, policy: RevisitPolicy) -> str:
    """Return the TIMELY session that serves as the campaign's for a person enrolled late in the year, or nothing."""
    if state.enrolled_on is None or state.enrolled_on < day_of_year(year, policy.timely_counts_from):
        return ""
    year_end = date(year, 12, 31)
    names = [s.session_id for s in state.proposals if s.stage == Stage.TIMELY and s.due_on <= year_end]
    return names[0] if names else ""


def note_recommendation(state: RevisitCase, command: c.NoteRecommendation, context: Context) -> Sequence[Fact]:
    known = state.recommendation
    if known is None or known.number != command.recommendation_no:
        return ()
    if (known.state, known.outcome) == (command.state, command.outcome):
        return ()
    due_on = context.workdays.after(context.today, context.policy.settle_within)
    return (e.RecommendationNoted(**command.__dict__, noted_on=context.today, settle_due=due_on),)


def breached(due: Any, command: c.PassDeadline, context: Context) -> Sequence[Fact]:
    """Record a missed limit, if it still stands; `due`: the case's deadlines."""
    if due.get(command.kind) != command.fires_on:
        return ()
    due_on = date.fromordinal(command.fires_on.toordinal() - 1)
    return (e.DeadlineBreached(stage=command.kind, due_on=due_on, days_late=max((context.today - due_on).days, 0)),)
