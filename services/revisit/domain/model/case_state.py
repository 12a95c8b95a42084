"""A revisit case (回访案件) of one person in scope: its state, and what each fact makes of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.revisit.domain import events as e
from services.revisit.domain.terms import Session, Stage, Standing, Status
from shared.kernel import Fact

BEFORE = (Status.NOT_ENROLLED, Status.TERMINATED)
OPEN = (
    Status.ENROLLED,
    Status.PROFILED,
    Status.PLANNED,
    Status.IN_PROGRESS,
    Status.EVALUATED,
    Status.RECOMMENDABLE,
    Status.RECOMMENDED,
    Status.FEEDBACK_RECEIVED,
)
HOLDING = OPEN[2:]
"""Where a planned session may be held; in RECOMMENDED and FEEDBACK_RECEIVED it leaves the state as it is."""
STANDING_RECOMMENDED = (Status.RECOMMENDABLE, Status.RECOMMENDED, Status.FEEDBACK_RECEIVED)
SESSION_MOVES = (Status.PLANNED, Status.IN_PROGRESS, Status.EVALUATED, Status.RECOMMENDABLE)
ENDS_A_CYCLE = (Stage.EXTENDED,)
INTENSIVE = "intensive/"


@dataclass(frozen=True, slots=True)
class Held:
    session_id: str
    stage: Stage
    held_on: date


@dataclass(frozen=True, slots=True)
class Recommendation:
    number: str
    use: str
    state: str
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class RevisitCase:
    """sessions: planned, not yet held; since: last change of state; step_due: limit of the one step that comes next.

    evaluated_after: how many sessions had been held at the last evaluation; quiet_since: when agencies last spoke.
    """

    token: str
    status: Status = Status.NOT_ENROLLED
    previous: Status = Status.NOT_ENROLLED
    since: date = date.min
    step_due: date | None = None
    standing: Standing | None = None
    schedule: tuple[Session, ...] = ()
    uses_free_on: Mapping[str, date | None] | None = None
    quiet_since: date | None = None
    enrol_since: date | None = None
    enrol_due: date | None = None
    enrolled_on: date | None = None
    out_since: date | None = None
    draft: e.PlanDrafted | None = None
    planned_on: date | None = None
    sessions: tuple[Session, ...] = ()
    held: tuple[Held, ...] = ()
    campaigns: frozenset[int] = frozenset()
    deferred: tuple[int, ...] = ()
    evaluation: e.Evaluated | None = None
    evaluated_after: int = 0
    evaluate_due: date | None = None
    recused: frozenset[str] = frozenset()
    use_restricted: bool = False
    clue_since: date | None = None
    concern_since: date | None = None
    concern_due: date | None = None
    reviewed: frozenset[str] = frozenset()
    doubted: bool = False
    recommendable_for: str = ""
    recommendation: Recommendation | None = None

    @property
    def is_enrolled(self) -> bool:
        return self.status not in BEFORE

    @property
    def in_scope(self) -> bool:
        return self.standing is not None and self.standing.in_scope

    @property
    def body(self) -> str:
        return self.standing.body if self.standing else ""

    @property
    def unreviewed_cases(self) -> tuple[str, ...]:
        """Open cases of the person that nobody of ours has looked at."""
        if self.standing is None or not self.standing.open_cases:
            return ()
        return tuple(no for no in self.standing.open_cases if no not in self.reviewed)

    @property
    def has_concern(self) -> bool:
        """A case nobody looked at, or something new under a recommendation (agency-events.md 4.3, S-10)."""
        return self.doubted or bool(self.unreviewed_cases)

    @property
    def proposals(self) -> tuple[Session, ...]:
        """The sessions of V-6 that a plan should name: none whose window had passed at enrolment."""
        begun = self.enrolled_on
        return tuple(s for s in self.schedule if begun is not None and s.due_on >= begun)

    @property
    def wants_evaluation(self) -> bool:
        """At the end of a cycle: after an extended or an intensive session, or when none is left."""
        if self.status != Status.IN_PROGRESS or len(self.held) <= self.evaluated_after:
            return False
        last = self.held[-1]
        return not self.sessions or last.stage in ENDS_A_CYCLE or last.session_id.startswith(INTENSIVE)


def _standing_recorded(state: RevisitCase, fact: e.StandingRecorded) -> RevisitCase:
    waits = fact.standing.in_scope and not state.is_enrolled
    was_in_scope = state.in_scope
    return replace(
        state,
        standing=fact.standing,
        schedule=fact.schedule,
        uses_free_on=fact.uses_free_on,
        quiet_since=fact.noted_on,
        enrol_since=(state.enrol_since or fact.noted_on) if waits else None,
        enrol_due=(state.enrol_due or fact.enrol_due) if waits else None,
        out_since=None if fact.standing.in_scope else (fact.noted_on if was_in_scope else state.out_since),
    )


def _enrolled(state: RevisitCase, fact: e.Enrolled) -> RevisitCase:
    return replace(
        state,
        status=Status.ENROLLED,
        since=fact.enrolled_on,
        step_due=fact.profile_due,
        enrol_since=None,
        enrol_due=None,
        enrolled_on=fact.enrolled_on,
        draft=None,
        planned_on=None,
        sessions=(),
        evaluation=None,
        recommendation=None,
    )


def _moved(state: RevisitCase, status: Status, since: date, step_due: date | None = None, **more: Any) -> RevisitCase:
    return replace(state, status=status, since=since, step_due=step_due, **more)


def _plan_approved(state: RevisitCase, fact: e.PlanApproved) -> RevisitCase:
    assert state.draft is not None
    sessions = (*state.draft.sessions, *state.sessions)
    return _moved(state, Status.PLANNED, fact.approved_on, draft=None, planned_on=fact.approved_on, sessions=sessions)


def _sessions_replanned(state: RevisitCase, fact: e.SessionsReplanned) -> RevisitCase:
    gone = {*fact.removed, *(session.session_id for session in fact.added)}
    sessions = (*(s for s in state.sessions if s.session_id not in gone), *fact.added)
    reopened = Status.PLANNED if state.status == Status.CLOSED and fact.added else state.status
    return replace(state, sessions=sessions, status=reopened)


def _campaign_session_added(state: RevisitCase, fact: e.CampaignSessionAdded) -> RevisitCase:
    after = replace(
        state,
        sessions=(*state.sessions, fact.session),
        campaigns=state.campaigns | {fact.year},
        deferred=tuple(year for year in state.deferred if year != fact.year),
    )
    if state.status in (Status.EVALUATED, Status.CLOSED):
        return _moved(after, Status.PLANNED, fact.added_on)
    return after


def _session_held(state: RevisitCase, fact: e.SessionHeld) -> RevisitCase:
    moves = state.status in SESSION_MOVES
    return replace(
        state,
        sessions=tuple(s for s in state.sessions if s.session_id != fact.session_id),
        held=(*state.held, Held(fact.session_id, Stage(fact.stage), fact.held_on)),
        status=Status.IN_PROGRESS if moves else state.status,
        since=fact.held_on if moves else state.since,
        evaluate_due=fact.evaluate_due,
    )


def _evaluated(state: RevisitCase, fact: e.Evaluated) -> RevisitCase:
    return _moved(
        state,
        Status.EVALUATED,
        fact.evaluated_on,
        fact.settle_due,
        evaluation=fact,
        evaluated_after=len(state.held),
        clue_since=fact.evaluated_on if fact.new_problem else state.clue_since,
    )


def _proposed(state: RevisitCase, fact: e.RecommendationProposed) -> RevisitCase:
    recommendation = Recommendation(fact.recommendation_no, fact.use, "PROPOSED")
    return _moved(state, Status.RECOMMENDED, fact.proposed_on, recommendation=recommendation)


def _recommendation_noted(state: RevisitCase, fact: e.RecommendationNoted) -> RevisitCase:
    assert state.recommendation is not None
    after = replace(state, recommendation=replace(state.recommendation, state=fact.state, outcome=fact.outcome))
    if fact.state not in ("ANSWERED", "WITHDRAWN"):
        return after
    if state.status == Status.RECOMMENDED:
        return _moved(after, Status.FEEDBACK_RECEIVED, fact.noted_on, fact.settle_due)
    if state.status == Status.SUSPENDED and state.previous == Status.RECOMMENDED:
        return replace(after, previous=Status.FEEDBACK_RECEIVED)
    return after


def _suspended(state: RevisitCase, fact: e.RevisitSuspended) -> RevisitCase:
    return _moved(
        state,
        Status.SUSPENDED,
        fact.suspended_on,
        previous=state.status,
        reviewed=state.reviewed.union(state.unreviewed_cases),
        doubted=False,
    )


def _concern_raised(state: RevisitCase, fact: e.NewConcernRaised) -> RevisitCase:
    doubted = state.doubted or state.status in STANDING_RECOMMENDED
    return replace(state, concern_since=fact.raised_on, concern_due=fact.due_on, doubted=doubted)


EVOLVE: Mapping[type[Fact], Callable[[RevisitCase, Any], RevisitCase]] = {
    e.StandingRecorded: _standing_recorded,
    e.Enrolled: _enrolled,
    e.ProfileDrawn: lambda s, f: _moved(s, Status.PROFILED, f.drawn_on, f.plan_due),
    e.PlanDrafted: lambda s, f: _moved(s, Status.PROFILED, f.drafted_on, f.approval_due, draft=f),
    e.PlanReturned: lambda s, f: _moved(s, Status.PROFILED, f.returned_on, f.plan_due, draft=None),
    e.PlanApproved: _plan_approved,
    e.SessionsReplanned: _sessions_replanned,
    e.CampaignSessionAdded: _campaign_session_added,
    e.CampaignSessionDeferred: lambda s, f: replace(
        s, deferred=(*s.deferred, f.year), campaigns=s.campaigns | {f.year}
    ),
    e.CampaignSessionCovered: lambda s, f: replace(s, campaigns=s.campaigns | {f.year}),
    e.SessionHeld: _session_held,
    e.ExecutionDefectFound: lambda s, _: s,
    e.Evaluated: _evaluated,
    e.Continued: lambda s, f: _moved(s, Status.IN_PROGRESS, f.continued_on),
    e.ClueTransferred: lambda s, _: replace(s, clue_since=None),
    e.ConcernReviewed: lambda s, f: replace(s, reviewed=s.reviewed.union(f.case_nos), doubted=False),
    e.UseRestrictionSet: lambda s, f: replace(s, use_restricted=f.restricted),
    e.StaffMemberRecused: lambda s, f: replace(s, recused=s.recused | {f.person}),
    e.FoundRecommendable: lambda s, f: _moved(
        s, Status.RECOMMENDABLE, f.found_on, f.settle_due, recommendable_for=f.use
    ),
    e.RecommendationProposed: _proposed,
    e.RecommendationNoted: _recommendation_noted,
    e.RevisitSuspended: _suspended,
    e.RevisitResumed: lambda s, f: _moved(s, s.previous, f.resumed_on, f.step_due),
    e.RevisitTerminated: lambda s, f: _moved(s, Status.TERMINATED, f.terminated_on, sessions=(), draft=None),
    e.RevisitClosed: lambda s, f: _moved(s, Status.CLOSED, f.closed_on),
    e.NewConcernRaised: _concern_raised,
    e.DeadlineBreached: lambda s, _: s,
}


def evolve(state: RevisitCase, fact: Fact) -> RevisitCase:
    return EVOLVE[type(fact)](state, fact)
