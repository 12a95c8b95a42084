"""What persons want done in revisit education, and what reactions and deadlines record."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from services.revisit.domain.terms import (
    ErrorCategory,
    ExecutionDefect,
    Grade,
    Interviewee,
    Level,
    MeasureTaken,
    Method,
    Place,
    RiskFlag,
    Stage,
    SuspensionReason,
    Use,
)
from shared.kernel import Command, ManagementLevel, Role, Value
from shared.kernel.text import NeutralText, Number

OFFICERS = frozenset({Role.REVISIT_OFFICER})
HEADS = frozenset({Role.DEPT_HEAD})
LEADERS = frozenset({Role.PRINCIPAL, Role.DEPUTY_IN_CHARGE})
REFERENCE_LENGTH = 64
PersonId = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}\.[A-Z_]+\.[1-9]$")]


# Of a handled person: what agencies told


class RecordTold(Command):
    """An agency's fact: event = its source and id; supersedes = that of the event it corrects."""

    event: str
    supersedes: str = ""


class RecordMeasure(RecordTold):
    decision_no: str
    code: str
    form: int
    decided_on: date
    effective_on: date
    announced_on: date
    district: str
    level: ManagementLevel
    error_category: str
    dereliction: bool
    important_post: bool
    period_months: int | None = None
    case_no: str | None = None


class RecordRevocation(RecordTold):
    decision_no: str
    basis: str
    voided_on: date


class RecordRestoration(RecordTold):
    decision_no: str
    restored_on: date


class RecordProfile(RecordTold):
    as_of: date
    published_at: str
    birth_month: str
    service_status: str
    district: str
    level: ManagementLevel


class RecordAppointment(RecordTold):
    kind: str
    effective_on: date
    recommendation_no: str | None = None


class RecordAward(RecordTold):
    award: str
    conferred_on: date


class RecordCaseFiled(RecordTold):
    case_no: str
    filed_on: date


class RecordCaseWithdrawn(RecordTold):
    case_no: str
    withdrawn_on: date


class RecordJudgment(RecordTold):
    criminal_case_no: str
    verdict: str
    effective_on: date


class PassProbation(Command):
    decision_no: str
    since: date


# Of a handled person: what persons decide


class ConfirmPromotion(Command):
    """Confirm that an appointment told by the organisation department is a handled person's (S-9)."""

    name = "promotion-confirmation"
    roles = OFFICERS
    appointment_id: str = Field(max_length=160)


class WithdrawPromotion(Command):
    """Withdraw a confirmation whose person is in the handled population no longer."""

    name = "promotion-withdrawal"
    roles = OFFICERS
    appointment_id: str = Field(max_length=160)
    reason: NeutralText


class ReviewSecondEvent(Command):
    """Look at a second event of the same number; what is wrong is corrected by the agency's own correction."""

    name = "second-event-review"
    roles = frozenset({Role.REVISIT_OFFICER, Role.CASE_SUPERVISOR})
    event: str = Field(max_length=160)
    finding: NeutralText


# Of a revisit case: what is recorded


class RecordStanding(Command):
    """The person's scope, measures and bars have changed, or an agency told something about the person."""

    in_scope: bool
    reason: str = ""
    program: str = ""
    planned_deep: bool = False
    district: str = ""
    level: str = ""
    error_category: str = ""
    measures: tuple[MeasureTaken, ...] = ()
    bars: dict[str, date | None] = Field(default_factory=dict)
    open_cases: tuple[str, ...] = ()
    convicted: bool = False


class RecordCampaign(Command):
    """A campaign is open: one session for each person in scope of its city."""

    year: int
    city: str


class NoteRecommendation(Command):
    recommendation_no: str
    state: str
    outcome: str = ""


class PassDeadline(Command):
    kind: str
    fires_on: date


# Of a revisit case: what persons decide


class Enrol(Command):
    """Enrol a person in scope (V-1)."""

    name = "enrolment"
    roles = OFFICERS


class DrawProfile(Command):
    """Draw the person's profile (精准画像, V-7)."""

    name = "profile"
    roles = OFFICERS
    error_category: ErrorCategory
    intent_level: Level
    post_importance: Level
    attitude: Level
    work_state: Level
    sanction_refs: tuple[Number, ...] = ()
    risk_flags: tuple[RiskFlag, ...] = ()
    support_needs: NeutralText | None = None
    remarks: NeutralText | None = None


class ChosenSession(Value):
    """A proposed session, held by an earlier day of its window if one is named."""

    session_id: str = Field(max_length=100)
    due_on: date | None = None


class FurtherSession(Value):
    """A session beyond what V-6 asks for."""

    stage: Stage
    not_before: date
    due_on: date


class DraftPlan(Command):
    """Draft the plan for one person (一人一策, V-8): goals, sessions, methods, staff, helper."""

    name = "plan"
    roles = OFFICERS
    goals: NeutralText
    methods: tuple[Method, ...]
    staff: Annotated[tuple[PersonId, ...], Field(max_length=10)]
    helper: NeutralText | None = None
    sessions: tuple[ChosenSession, ...] = ()
    further_sessions: tuple[FurtherSession, ...] = Field(default=(), max_length=6)


class ApprovePlan(Command):
    """Approve the plan; the planner may not."""

    name = "plan-approval"
    roles = HEADS


class ReturnPlan(Command):
    """Return the plan to be drafted again."""

    name = "plan-return"
    roles = HEADS
    reason: NeutralText


class HoldSession(Command):
    """Record a session held (V-9, V-10); without `held_on`, today."""

    name = "session"
    roles = OFFICERS
    session_id: str = Field(max_length=100)
    held_on: date | None = None
    place: Place
    staff: Annotated[tuple[PersonId, ...], Field(max_length=10)]
    unit_contacted: bool
    interviewees: tuple[Interviewee, ...] = Field(min_length=1)
    signed: bool
    notes: NeutralText
    execution_defects: tuple[ExecutionDefect, ...] = ()


class Evaluate(Command):
    """Evaluate by the four criteria; the grade has to follow from them (V-11)."""

    name = "evaluation"
    roles = OFFICERS
    grade: Grade
    understanding: bool
    attitude: bool
    work: bool
    masses: bool
    new_problem: bool = False
    evidence: NeutralText


class Continue(Command):
    """Go on with revisits after an AVERAGE or POOR evaluation, or while the period runs."""

    name = "continuation"
    roles = OFFICERS


class TransferClue(Command):
    """Hand a new suspected violation to the case department (V-12)."""

    name = "clue-transfer"
    roles = OFFICERS
    to_body: str = Field(pattern=r"^[0-9]{6}$")


class ReviewConcern(Command):
    """Look at a new concern and go on with the revisits; the other way is `suspension`."""

    name = "concern-review"
    roles = OFFICERS
    reason: NeutralText


class RestrictUse(Command):
    """Flag, or lift the flag, that use is restricted beyond the period (期满影响使用, V-14 no. 2)."""

    name = "use-restriction"
    roles = LEADERS
    restricted: bool
    reason: NeutralText


class RecuseStaff(Command):
    """Recuse a member of staff from this person's revisits."""

    name = "recusal"
    roles = frozenset({Role.REVISIT_OFFICER, Role.DEPT_HEAD})
    person: PersonId
    reason: NeutralText


class FindRecommendable(Command):
    """Find that the person meets the conditions for one kind of use (V-14)."""

    name = "recommendability"
    roles = OFFICERS
    use: Use
    review_pending: bool


class ProposeRecommendation(Command):
    """Propose a recommendation with its evidence (V-14); somebody else approves it in reporting."""

    name = "recommendation"
    roles = OFFICERS
    use: Use
    review_pending: bool
    unit_opinion_ref: Number
    integrity_opinion_ref: Number
    informed: bool
    secrecy: bool = False


class Close(Command):
    """Close the case: the period is over, or the recommendation was answered."""

    name = "closing"
    roles = OFFICERS


class Suspend(Command):
    """Suspend for a new investigation or a long leave."""

    name = "suspension"
    roles = OFFICERS
    ground: SuspensionReason
    reason: NeutralText


class Resume(Command):
    """Go back to where the case stood; deferred campaign sessions of this year are added."""

    name = "resumption"
    roles = OFFICERS


class Terminate(Command):
    """End the case of a person out of scope: expelled, left, deceased, or the sanction revoked."""

    name = "termination"
    roles = OFFICERS
    reason: NeutralText


# Of a campaign and of the roll


class RemindOfCampaign(Command):
    year: int
    body: str


class OpenCampaign(Command):
    """Open the year's campaign (大回访): one session for each person in scope."""

    name = "opening"
    roles = LEADERS


class NoteCity(Command):
    city: str


class RecordEnrolment(Command):
    subject_token: str
