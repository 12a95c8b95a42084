"""What may be asked of a report and its clarification case; commands without roles only record, open or remind."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from services.clarification.domain.terms import (
    Classification,
    Consent,
    DeferralCode,
    Effect,
    Exclusion,
    ImpactReason,
    IssueId,
    Method,
    Participant,
    PersonId,
    PointFinding,
    PriorityReason,
    Recommendation,
    ReopenGround,
    ReportedIssue,
    RevisitKind,
    Risk,
    Scope,
    Stage,
    Told,
)
from shared.kernel import Command, ManagementLevel, Role
from shared.kernel.text import NeutralText, Number

Methods = Annotated[tuple[Method, ...], Field(min_length=1, max_length=4)]
HANDLER = frozenset({Role.HANDLER})
DEPT_HEAD = frozenset({Role.DEPT_HEAD})
PRINCIPAL = frozenset({Role.PRINCIPAL})
SUPERVISION = frozenset({Role.CASE_SUPERVISOR, Role.PETITION_OFFICER})


# --- from agencies, by reaction ---


class FromAgency(Command):
    """What an agency told; recorded in any state (E-8), once per event."""

    told: Told


class RecordRegistration(FromAgency):
    subject_token: str
    level: ManagementLevel
    district: str
    received_on: date
    issues: tuple[ReportedIssue, ...]


class RecordTransfer(FromAgency):
    to_body: str
    transferred_on: date
    reason: str


class RecordRepeat(FromAgency):
    count: int
    flagged_on: date


class RecordConclusion(FromAgency):
    concluded_on: date
    findings: tuple[PointFinding, ...]
    secrecy_blocks: bool = False
    subject_wish: Consent | None = None


class NoteOtherMatter(Command):
    case_no: str
    filed_on: date
    received_on: date


class NoteOtherMatterEnded(Command):
    case_no: str
    ended_on: date
    received_on: date


class NoteConviction(FromAgency):
    """A judgment against the subject took effect; any verdict, also one that corrects a conviction."""

    criminal_case_no: str
    verdict: str
    effective_on: date


class RecordLaterOutcome(FromAgency):
    outcome: str
    outcome_on: date


class OpenForVictim(Command):
    """The report was recognised as a false accusation: the victim's case is opened or raised (F-8)."""

    received_on: date


class NoteAccusationReversed(Command):
    ref: str
    received_on: date


class PassDeadline(Command):
    """A limit passed; recorded once, nothing else."""

    stage: Stage
    ref: str
    due_on: date


# --- classification ---


class ClassifyConclusion(Command):
    """Confirm the classification that the rule gives (C-4); another one is refused."""

    name: ClassVar[str] = "classification"
    roles: ClassVar[frozenset[Role]] = SUPERVISION
    classification: Classification


class ReturnClassification(Command):
    """Send the conclusion back to the handling department, to be checked and, if need be, corrected by it."""

    name: ClassVar[str] = "classification-return"
    roles: ClassVar[frozenset[Role]] = SUPERVISION
    reason: NeutralText


class SettleReview(Command):
    """Say that something recorded without effect was looked at, and what was found."""

    name: ClassVar[str] = "correction-review"
    roles: ClassVar[frozenset[Role]] = DEPT_HEAD
    ref: Annotated[str, Field(min_length=1, max_length=200)]
    finding: NeutralText


class RaisePriority(Command):
    """Put the case first (重点对象优先办, C-5)."""

    name: ClassVar[str] = "priority"
    roles: ClassVar[frozenset[Role]] = DEPT_HEAD
    reasons: Annotated[tuple[PriorityReason, ...], Field(min_length=1)]


class RecusePerson(Command):
    """Take a person out of the case (回避): near relative, witness or interested (C-9)."""

    name: ClassVar[str] = "recusal"
    roles: ClassVar[frozenset[Role]] = DEPT_HEAD
    person_id: PersonId
    ground: NeutralText


# --- assessment ---


class StartAssessment(Command):
    """Begin the assessment (会商研判)."""

    name: ClassVar[str] = "assessment"
    roles: ClassVar[frozenset[Role]] = HANDLER


class CompleteAssessment(Command):
    """Record the joint assessment of petition and handling department (C-9)."""

    name: ClassVar[str] = "assessment-result"
    roles: ClassVar[frozenset[Role]] = HANDLER
    participants: Annotated[tuple[Participant, ...], Field(min_length=1, max_length=20)]
    org_situation: NeutralText
    impact_reasons: tuple[ImpactReason, ...] = ()
    spread: Scope
    risk: Risk
    recommendation: Recommendation


class RecordConsent(Command):
    """Record what the subject wishes (C-6); AGREED_LIMITED names methods and scope, NOT_REACHABLE its attempts."""

    name: ClassVar[str] = "consent"
    roles: ClassVar[frozenset[Role]] = HANDLER
    consent: Consent
    methods: tuple[Method, ...] = ()
    scope: Scope | None = None
    attempts: tuple[date, ...] = ()
    family_visit: bool = False


class OverrideConsent(Command):
    """Go on against a refusal for a recorded reason of public interest (C-6)."""

    name: ClassVar[str] = "consent-override"
    roles: ClassVar[frozenset[Role]] = PRINCIPAL
    reason: NeutralText


class SubmitProposal(Command):
    """Propose the clarification: methods, scope, issues to clear, neutral wording."""

    name: ClassVar[str] = "proposal"
    roles: ClassVar[frozenset[Role]] = HANDLER
    methods: Methods
    scope: Scope
    issues: Annotated[tuple[IssueId, ...], Field(min_length=1)]
    wording: NeutralText


class DecideNotNeeded(Command):
    """Decide, on a handler's proposal, that clarification is not needed (不予澄清, C-4)."""

    name: ClassVar[str] = "not-needed"
    roles: ClassVar[frozenset[Role]] = frozenset({Role.DEPUTY_IN_CHARGE})
    code: Exclusion
    proposer: PersonId
    reason: NeutralText


class CloseDeclined(Command):
    """Close because the subject declined; a written conclusion to the person stays possible (C-6)."""

    name: ClassVar[str] = "declined"
    roles: ClassVar[frozenset[Role]] = HANDLER
    written_conclusion_no: Number | None = None


class Defer(Command):
    """Put off while another matter of the subject is open (暂缓)."""

    name: ClassVar[str] = "deferral"
    roles: ClassVar[frozenset[Role]] = HANDLER
    code: DeferralCode = DeferralCode.OTHER_OPEN_MATTER
    review_on: date


class ReviewDeferral(Command):
    """Look again at a deferred case whose other matter is still open."""

    name: ClassVar[str] = "deferral-review"
    roles: ClassVar[frozenset[Role]] = HANDLER
    review_on: date


class Resume(Command):
    """Go on with a deferred case once the other matter ended."""

    name: ClassVar[str] = "resumption"
    roles: ClassVar[frozenset[Role]] = HANDLER


# --- approval ---


class Approve(Command):
    """Approve the clarification at the level that manages the subject (C-8)."""

    name: ClassVar[str] = "approval"
    roles: ClassVar[frozenset[Role]] = PRINCIPAL
    scope_reason: NeutralText | None = None


class ReturnForRework(Command):
    """Send the proposal back to be assessed again."""

    name: ClassVar[str] = "return"
    roles: ClassVar[frozenset[Role]] = PRINCIPAL
    reason: NeutralText


class Reject(Command):
    """Reject the proposal."""

    name: ClassVar[str] = "rejection"
    roles: ClassVar[frozenset[Role]] = PRINCIPAL
    reason: NeutralText


class Cancel(Command):
    """Cancel an approved clarification because of new facts before its implementation."""

    name: ClassVar[str] = "cancellation"
    roles: ClassVar[frozenset[Role]] = PRINCIPAL
    reason: NeutralText


class WithdrawConsent(Command):
    """Record that the subject withdrew the consent before implementation began (C-6)."""

    name: ClassVar[str] = "consent-withdrawal"
    roles: ClassVar[frozenset[Role]] = HANDLER


class Reopen(Command):
    """Open a decided case again on new evidence of impact or the subject's request."""

    name: ClassVar[str] = "reopening"
    roles: ClassVar[frozenset[Role]] = DEPT_HEAD
    ground: ReopenGround
    reason: NeutralText


# --- implementation and after ---


class StartImplementation(Command):
    """Begin to carry the clarification out."""

    name: ClassVar[str] = "implementation"
    roles: ClassVar[frozenset[Role]] = HANDLER


class RecordImplementation(Command):
    """Record one method as carried out: date (today if absent), place, range of people, document (C-10, C-15)."""

    name: ClassVar[str] = "implementation-record"
    roles: ClassVar[frozenset[Role]] = HANDLER
    method: Method
    carried_out_on: date | None = None
    place: NeutralText
    attendees: Scope
    doc_no: Number


class CompleteImplementation(Command):
    """Complete the clarification; the revisits are planned at once (C-18)."""

    name: ClassVar[str] = "completion"
    roles: ClassVar[frozenset[Role]] = HANDLER


class ReportBack(Command):
    """Report the work to the approving body in writing."""

    name: ClassVar[str] = "report-back"
    roles: ClassVar[frozenset[Role]] = HANDLER
    doc_no: Number


class RecordRevisit(Command):
    """Record the revisit that is due: by two staff, on a day (today if absent) within its window (C-18, C-19)."""

    name: ClassVar[str] = "revisit-record"
    roles: ClassVar[frozenset[Role]] = frozenset({Role.HANDLER, Role.REVISIT_OFFICER})
    number: Annotated[int, Field(ge=1, le=99)]
    kind: RevisitKind
    staff: Annotated[tuple[PersonId, ...], Field(min_length=1, max_length=10)]
    held_on: date | None = None
    effect: Effect
    record: NeutralText


class WaiveRevisit(Command):
    """Waive the revisit that is due, for a recorded reason."""

    name: ClassVar[str] = "revisit-waiver"
    roles: ClassVar[frozenset[Role]] = frozenset({Role.DEPUTY_IN_CHARGE})
    number: Annotated[int, Field(ge=1, le=99)]
    reason: NeutralText


class ReviewEffect(Command):
    """Evaluate the effect of the clarification after the revisits (C-19)."""

    name: ClassVar[str] = "effect-review"
    roles: ClassVar[frozenset[Role]] = DEPT_HEAD
    effect: Effect
    note: NeutralText


class OrderExtraRevisit(Command):
    """Order a further revisit because the effect is insufficient."""

    name: ClassVar[str] = "extra-revisit"
    roles: ClassVar[frozenset[Role]] = DEPT_HEAD
    reason: NeutralText


class WidenScope(Command):
    """Have the clarification carried out again in a wider scope, approved as C-8."""

    name: ClassVar[str] = "scope-widening"
    roles: ClassVar[frozenset[Role]] = PRINCIPAL
    methods: Methods
    scope: Scope
    reason: NeutralText


class Archive(Command):
    """Close and file the case (了结归档, C-10)."""

    name: ClassVar[str] = "archive"
    roles: ClassVar[frozenset[Role]] = SUPERVISION
    archive_no: Number


class Revoke(Command):
    """Revoke the clarification because later evidence shows the content true; the same scope is told."""

    name: ClassVar[str] = "revocation"
    roles: ClassVar[frozenset[Role]] = PRINCIPAL
    reason: NeutralText
    notified_scope: Scope | None = None


COMMANDS: tuple[type[Command], ...] = (
    RecordRegistration,
    RecordTransfer,
    RecordRepeat,
    RecordConclusion,
    NoteOtherMatter,
    NoteOtherMatterEnded,
    NoteConviction,
    RecordLaterOutcome,
    OpenForVictim,
    NoteAccusationReversed,
    PassDeadline,
    ClassifyConclusion,
    ReturnClassification,
    SettleReview,
    RaisePriority,
    RecusePerson,
    StartAssessment,
    CompleteAssessment,
    RecordConsent,
    OverrideConsent,
    SubmitProposal,
    DecideNotNeeded,
    CloseDeclined,
    Defer,
    ReviewDeferral,
    Resume,
    Approve,
    ReturnForRework,
    Reject,
    Cancel,
    WithdrawConsent,
    Reopen,
    StartImplementation,
    RecordImplementation,
    CompleteImplementation,
    ReportBack,
    RecordRevisit,
    WaiveRevisit,
    ReviewEffect,
    OrderExtraRevisit,
    WidenScope,
    Archive,
    Revoke,
)
