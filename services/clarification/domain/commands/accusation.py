"""What may be asked of a possible false accusation; commands without roles only record, open or remind."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from services.clarification.domain.terms import (
    AccusationSigns,
    AccuserClass,
    BenefitOutcome,
    ElementFinding,
    ElementName,
    JusticeKind,
    MeasureKind,
    MeasureResult,
    Party,
    PersonId,
    Remedy,
    ReopenGround,
    ReversalBasis,
    Stage,
    Told,
)
from shared.kernel import Command, ManagementLevel, Role
from shared.kernel.text import NeutralText, Number

HANDLER = frozenset({Role.HANDLER})
DEPT_HEAD = frozenset({Role.DEPT_HEAD})
PRINCIPAL = frozenset({Role.PRINCIPAL})


class Report(Command):
    """Whose report it is, as the registration and the conclusion in force say."""

    subject_token: str
    district: str
    level: ManagementLevel
    handling_body: str


class RecordReport(Report):
    """The registration was corrected (4.3)."""

    told: Told


class RecordSigns(Report):
    """The conclusion in force, or its correction; it opens a case where it has signs (6.2)."""

    told: Told
    concluded_on: date
    supported: bool
    signs: AccusationSigns | None


class RecordJustice(Report):
    """A fact of police, procuratorate or court about the author of the report (E-8)."""

    told: Told
    kind: JusticeKind
    key: str
    number: str
    result: str
    happened_on: date


class NoteClarificationLinked(Command):
    """The victim's clarification case was opened or raised (F-8)."""


class PassTransferDeadline(Command):
    stage: Stage
    ref: str
    due_on: date


class Suspect(Command):
    """Suspect a false accusation: an unfounded issue and at least one indicator (F-1, F-3)."""

    name: ClassVar[str] = "suspicion"
    roles: ClassVar[frozenset[Role]] = DEPT_HEAD


class ApproveTracing(Command):
    """Approve the tracing of an anonymous author; only for a suspected accusation (F-4)."""

    name: ClassVar[str] = "tracing"
    roles: ClassVar[frozenset[Role]] = PRINCIPAL
    reason: NeutralText


class PlanVerification(Command):
    """Approve the plan of the check and its investigators."""

    name: ClassVar[str] = "verification-plan"
    roles: ClassVar[frozenset[Role]] = DEPT_HEAD
    investigators: Annotated[tuple[PersonId, ...], Field(min_length=1, max_length=10)]
    plan: NeutralText


class CloseUnidentified(Command):
    """Close because the author was not found."""

    name: ClassVar[str] = "unidentified"
    roles: ClassVar[frozenset[Role]] = HANDLER
    reason: NeutralText


class ProposeRecognition(Command):
    """Propose recognition: four evidenced elements, a known accuser who was heard (F-2, F-12)."""

    name: ClassVar[str] = "recognition-proposal"
    roles: ClassVar[frozenset[Role]] = HANDLER
    accuser_class: AccuserClass
    elements: dict[ElementName, ElementFinding]
    heard_on: date | None = None
    statement: NeutralText
    intent_of_criminal_pursuit: bool = False


class ReturnRecognition(Command):
    """Send the proposal back to be checked further."""

    name: ClassVar[str] = "return"
    roles: ClassVar[frozenset[Role]] = PRINCIPAL
    reason: NeutralText


class ReferUp(Command):
    """Refer the proposal to the body that may recognise (F-5, F-6)."""

    name: ClassVar[str] = "referral-up"
    roles: ClassVar[frozenset[Role]] = PRINCIPAL


class Recognise(Command):
    """Recognise the false accusation (认定): a principal of city level or above (F-5)."""

    name: ClassVar[str] = "recognition"
    roles: ClassVar[frozenset[Role]] = PRINCIPAL


class RefuseRecognition(Command):
    """Decide not to recognise."""

    name: ClassVar[str] = "non-recognition"
    roles: ClassVar[frozenset[Role]] = PRINCIPAL
    reason: NeutralText


class CloseNotFalse(Command):
    """Close as a mistaken or inaccurate report, with or without education (批评教育)."""

    name: ClassVar[str] = "not-false"
    roles: ClassVar[frozenset[Role]] = DEPT_HEAD
    education: bool = False
    reason: NeutralText


class TakeMeasure(Command):
    """Take a handling measure by the accuser's class (2.4); criminal referral needs that intent (F-9)."""

    name: ClassVar[str] = "handling-measure"
    roles: ClassVar[frozenset[Role]] = HANDLER
    kind: MeasureKind
    number: Number
    authority: Number


class RecordMeasureResult(Command):
    """Record what became of a measure, and when (today if absent)."""

    name: ClassVar[str] = "measure-result"
    roles: ClassVar[frozenset[Role]] = HANDLER
    number: Number
    result: MeasureResult
    decided_on: date | None = None


class CorrectBenefit(Command):
    """Propose the correction of a benefit gained, or record its answer (F-11)."""

    name: ClassVar[str] = "benefit-correction"
    roles: ClassVar[frozenset[Role]] = HANDLER
    benefit_kind: Annotated[str, Field(pattern=r"^[A-Z_]{1,40}$")]
    reply_due: date
    outcome: BenefitOutcome | None = None


class PublishTypicalCase(Command):
    """Publish a typical case without any identity (通报曝光)."""

    name: ClassVar[str] = "publication"
    roles: ClassVar[frozenset[Role]] = PRINCIPAL
    text: NeutralText


class CloseAccusation(Command):
    """Close: results there, benefits corrected, clarification linked, all notified, remedy over (2.3, F-12)."""

    name: ClassVar[str] = "closing"
    roles: ClassVar[frozenset[Role]] = HANDLER
    notified: tuple[Party, ...]
    remedy: Remedy


class Reverse(Command):
    """Reverse a recognition because a court, a procuratorate or a review says otherwise."""

    name: ClassVar[str] = "reversal"
    roles: ClassVar[frozenset[Role]] = PRINCIPAL
    basis: ReversalBasis
    reason: NeutralText


class ReopenScreening(Command):
    """Screen again on new evidence or a corrected conclusion."""

    name: ClassVar[str] = "reopening"
    roles: ClassVar[frozenset[Role]] = DEPT_HEAD
    ground: ReopenGround
    reason: NeutralText


class SettleAccusationReview(Command):
    """Say that something recorded without effect was looked at, and what was found."""

    name: ClassVar[str] = "correction-review"
    roles: ClassVar[frozenset[Role]] = DEPT_HEAD
    ref: Annotated[str, Field(min_length=1, max_length=200)]
    finding: NeutralText


class SettlePrincipalReview(Command):
    """Settle the review of a recognition or of the protection of a reporter (F-4b, 5.17, 5.18)."""

    name: ClassVar[str] = "review"
    roles: ClassVar[frozenset[Role]] = PRINCIPAL
    ref: Annotated[str, Field(min_length=1, max_length=200)]
    finding: NeutralText


COMMANDS: tuple[type[Command], ...] = (
    RecordReport,
    RecordSigns,
    RecordJustice,
    NoteClarificationLinked,
    PassTransferDeadline,
    Suspect,
    ApproveTracing,
    PlanVerification,
    CloseUnidentified,
    ProposeRecognition,
    ReturnRecognition,
    ReferUp,
    Recognise,
    RefuseRecognition,
    CloseNotFalse,
    TakeMeasure,
    RecordMeasureResult,
    CorrectBenefit,
    PublishTypicalCase,
    CloseAccusation,
    Reverse,
    ReopenScreening,
    SettleAccusationReview,
    SettlePrincipalReview,
)
