"""What people want of a tolerance case, step by step; and what only agencies' facts and deadlines record."""

from datetime import date
from typing import Annotated

from pydantic import Field

from services.tolerance.domain.terms import (
    Addressee,
    BottomLine,
    Department,
    ElementName,
    FourTests,
    Grade,
    Implementation,
    Matter,
    NonAcceptanceReason,
    ObjectionDecision,
    Outcome,
    Owner,
    PersonId,
    RevocationGround,
    SuggestionKind,
    UnitCode,
    UnitReport,
)
from shared.kernel import Command, Role, Value
from shared.kernel.text import NeutralText, Number

OFFICER = frozenset({Role.TOLERANCE_OFFICER})
HEAD = frozenset({Role.DEPT_HEAD})
LEADERS = frozenset({Role.DEPT_HEAD, Role.DEPUTY_IN_CHARGE, Role.PRINCIPAL})
PRINCIPAL = frozenset({Role.PRINCIPAL})
REVIEWER = frozenset({Role.DEPUTY_IN_CHARGE})
MANY = Field(max_length=20)


class Answers(Value):
    """The three distinctions (三个区分开来) as the pre-review answers them; each has to be answered (T-1)."""

    first_trial_not_knowing: bool | None = None
    no_explicit_limit: bool | None = None
    unintentional_not_private: bool | None = None


class AcceptCase(Command):
    """Accept the case after the pre-review (受理与前置审核), step 2."""

    name = "acceptance"
    roles = OFFICER
    distinctions: Answers
    within_jurisdiction: bool


class RefuseCase(Command):
    """Do not accept the case: a bottom-line item is hit, or for a stated reason, step 2.

    bottom_line: items found by the pre-review beside those the handling department named.
    """

    name = "non-acceptance"
    roles = OFFICER
    bottom_line: Annotated[tuple[BottomLine, ...], MANY] = ()
    reason: NonAcceptanceReason | None = None
    note: NeutralText | None = None


class ReapplyForCase(Command):
    """Ask again, with new facts, for a case that was not accepted (4.3)."""

    name = "reapplication"
    roles = OFFICER
    new_facts: NeutralText


class ApprovePlan(Command):
    """Approve the plan and the investigators (核查方案), step 3."""

    name = "plan"
    roles = HEAD
    investigators: Annotated[tuple[PersonId, ...], MANY]
    recusal_declared_by: Annotated[tuple[PersonId, ...], MANY]
    plan: NeutralText | None = None


class ElementEvidence(Value):
    grade: Grade
    evidence_ref: Number


class SubmitEvidence(Command):
    """Submit a grade and evidence for each of the six elements (核查取证), step 4.

    tests: the four tests as established, absent: as identified. bottom_line: items found by the investigation.
    """

    name = "evidence"
    roles = OFFICER
    elements: dict[ElementName, ElementEvidence]
    tests: FourTests | None = None
    bottom_line: Annotated[tuple[BottomLine, ...], MANY] = ()


class ExtendEvidenceLimit(Command):
    """Extend the limit of step 4, once."""

    name = "extension"
    roles = HEAD
    reason: NeutralText


class RecordHearing(Command):
    """Record the person's statement and the unit's opinion (陈述申辩), step 5; no grade may become worse.

    regraded: elements whose grade the hearing improved. held_on: absent: today.
    """

    name = "hearing"
    roles = OFFICER
    statement: NeutralText
    unit_opinion: NeutralText
    held_on: date | None = None
    regraded: dict[ElementName, Grade] = Field(default_factory=dict)


class SubmitReport(Command):
    """Submit the report with the proposed outcome (核查报告和容错建议), step 6."""

    name = "report"
    roles = OFFICER
    outcome: Outcome
    analysis: NeutralText


class RecordConsultation(Command):
    """Record the consultation of the departments (会商研判), step 7. held_on: absent: today."""

    name = "consultation"
    roles = OFFICER
    departments: Annotated[tuple[Department, ...], MANY]
    opinion: NeutralText
    minutes_no: Number | None = None
    held_on: date | None = None


class ReturnCase(Command):
    """Return the case for further investigation, with the reason (4.3)."""

    name = "return"
    roles = LEADERS
    reason: NeutralText


class DetermineOutcome(Command):
    """Determine the outcome as the approving body's principal (研究认定并报批), step 8.

    participants, minutes_no: of the collective decision, needed where `collectively` is true (T-10).
    """

    name = "determination"
    roles = PRINCIPAL
    outcome: Outcome
    collectively: bool = False
    minutes_no: Number | None = None
    participants: Annotated[tuple[PersonId, ...], MANY] = ()
    guidance_requested: bool = False
    opinion: NeutralText | None = None


class Delivery(Value):
    addressee: Addressee
    receipt_no: Number


class DeliverFeedback(Command):
    """Record the written feedback with its receipts (书面反馈), step 9; it opens the objection window."""

    name = "feedback"
    roles = OFFICER
    deliveries: Annotated[tuple[Delivery, ...], MANY]


class ConfirmNoObjection(Command):
    """Confirm that nobody objected within the window (无异议), step 10."""

    name = "no-objection"
    roles = OFFICER


class DecideObjection(Command):
    """Decide on an objection raised within the window (异议复核), step 10, at the approving body."""

    name = "objection"
    roles = REVIEWER
    decision: ObjectionDecision
    raised_on: date
    reason: NeutralText


class PlannedCorrection(Value):
    """One thing to correct: owner is a person or unit, due in so many calendar days."""

    text: NeutralText
    owner: Owner
    due_in_days: Annotated[int, Field(ge=1, le=3650)]


class PlanCorrection(Command):
    """Lay down what has to be corrected, by whom and by when (纠错整改), step 11."""

    name = "correction-plan"
    roles = OFFICER
    items: Annotated[tuple[PlannedCorrection, ...], Field(min_length=1, max_length=20)]


class VerifiedCorrection(Value):
    number: int
    evidence_ref: Number


class VerifyCorrection(Command):
    """Verify that each item was corrected, with evidence (整改核实), step 11."""

    name = "correction-verified"
    roles = OFFICER
    items: Annotated[tuple[VerifiedCorrection, ...], MANY]


class ConfirmNoCorrection(Command):
    """Confirm that nothing has to be corrected: only where there is no fault, step 11 (T-7)."""

    name = "no-correction-needed"
    roles = OFFICER


class IssueSuggestion(Command):
    """Issue a discipline or supervision suggestion to a unit (纪检监察建议, T-13)."""

    name = "suggestion"
    roles = OFFICER
    kind: SuggestionKind
    addressed_unit: UnitCode
    problems: NeutralText
    suggestions: NeutralText
    reply_within_days: Annotated[int, Field(ge=1, le=3650)] | None = None


class CheckImplementation(Command):
    """Check on the spot whether a suggestion was carried out (回头看, T-13)."""

    name = "implementation-check"
    roles = OFFICER
    doc_no: Number
    finding: Implementation
    note: NeutralText


class FileCase(Command):
    """File the case with the body above and archive it (备案归档), step 12 (T-14)."""

    name = "filing"
    roles = OFFICER
    archive_no: Number


class CloseTracking(Command):
    """Close the tracking of the case with its effect (跟踪了结), step 12."""

    name = "tracking-closed"
    roles = OFFICER
    effect: NeutralText


class WithdrawCase(Command):
    """Record that the applicant withdrew (申请人撤回)."""

    name = "withdrawal"
    roles = OFFICER
    reason: NeutralText


class TransferCase(Command):
    """Transfer the case to the case department: suspected violation or crime (移交)."""

    name = "transfer"
    roles = HEAD
    reason: NeutralText


class RevokeDetermination(Command):
    """Revoke a determination: facts were concealed, or a new bottom-line fact (撤销); accountability resumes."""

    name = "revocation"
    roles = PRINCIPAL
    ground: RevocationGround
    bottom_line: Annotated[tuple[BottomLine, ...], MANY] = ()
    reason: NeutralText


class ConcludeReview(Command):
    """Note that an agency's correction or second fact was looked at; it changes nothing by itself."""

    name = "correction-review"
    roles = OFFICER
    note: NeutralText


class RecordMatter(Command):
    """The handling department identified a matter of a person, or corrected it."""

    matter_no: str
    subject_token: str
    origin: str
    supersedes: str | None = None
    matter: Matter


class RecordUnitReport(Command):
    """A unit reported on this case."""

    report: UnitReport


class PassLimit(Command):
    """A limit has passed: kind of deadline and the day it fires."""

    kind: str
    day: date


class RecordLink(Command):
    """A case belongs to this matter or suggestion."""

    case_id: str


class NoteUnitReport(Command):
    """A unit reported under this matter's or suggestion's number."""

    report: UnitReport
