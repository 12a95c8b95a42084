"""What happens to a possible false accusation (诬告陷害), and the side record of the report it began with (E-8)."""

from datetime import date

from services.clarification.domain.terms import (
    AccusationSigns,
    BenefitOutcome,
    ElementFinding,
    ElementName,
    JusticeKind,
    MeasureKind,
    MeasureResult,
    Party,
    Remedy,
    ReopenGround,
    ReviewKind,
    Stage,
    Told,
)
from shared.contracts import clarification as public
from shared.kernel import Fact, ManagementLevel


class ReportKnown(Fact):
    """Whose report it is: subject, district and level of the registration in force, and the handling body."""

    fact_name = "clarification.accusation_report_known.v1"
    zh = "检举控告对象 {subject_token}，承办机关 {handling_body}"
    en = "the report concerns {subject_token}, handled by {handling_body}"
    subject_token: str
    district: str
    level: ManagementLevel
    handling_body: str


class SignsRecorded(Fact):
    """The signs in the conclusion in force; None where it has none. supported: an issue is unfounded."""

    fact_name = "clarification.accusation_signs_recorded.v1"
    zh = "记录核实结论（{concluded_on}）中的诬告线索"
    en = "the signs in the conclusion of {concluded_on} were recorded"
    told: Told
    concluded_on: date
    supported: bool
    signs: AccusationSigns | None


class AccusationOpened(public.AccusationOpened):
    opened_on: date


class JusticeNoted(Fact):
    """A fact of police, procuratorate or court about the author of the report: recorded in any state (E-8)."""

    fact_name = "clarification.justice_noted.v1"
    zh = "政法机关来文 {kind} {number}：{result}（{happened_on}）"
    en = "told by a judicial organ, {kind} {number}: {result} on {happened_on}"
    told: Told
    kind: JusticeKind
    key: str
    number: str
    result: str
    happened_on: date


class AccusationReviewAsked(Fact):
    """Something was recorded that changes nothing by itself: a person has to look at it."""

    fact_name = "clarification.accusation_review_asked.v1"
    zh = "需人工复核：{kind}（{ref}）"
    en = "a person has to look at it: {kind} ({ref})"
    kind: ReviewKind
    ref: str
    received_on: date


class AccusationReviewSettled(Fact):
    fact_name = "clarification.accusation_review_settled.v1"
    zh = "已复核（{ref}）"
    en = "looked at ({ref})"
    ref: str
    finding_sealed: str
    settled_on: date


class AccusationReviewOpened(public.AccusationReviewOpened):
    event: str


class ProtectionReviewOpened(public.ProtectionReviewOpened):
    event: str


class AccusationSuspected(public.AccusationSuspected):
    indicators: tuple[str, ...]


class TracingApproved(Fact):
    """The principal approved the tracing of an anonymous author (F-4)."""

    fact_name = "clarification.tracing_approved.v1"
    zh = "主要负责人批准核查举报来源"
    en = "the principal approved the tracing of the author"
    approver: str
    reason_sealed: str
    approved_on: date


class VerificationPlanned(Fact):
    fact_name = "clarification.verification_planned.v1"
    zh = "核查方案批准，核查人员 {investigators}"
    en = "the plan of the check was approved, by {investigators}"
    investigators: tuple[str, ...]
    plan_sealed: str
    planned_on: date


class RecognitionProposed(Fact):
    """The four elements are evidenced and the accuser was heard (F-2, F-12)."""

    fact_name = "clarification.recognition_proposed.v1"
    zh = "提请认定（{accuser_class}）"
    en = "recognition proposed ({accuser_class})"
    accuser_class: str
    elements: dict[ElementName, ElementFinding]
    heard_on: date
    statement_sealed: str
    intent_of_criminal_pursuit: bool
    conclusion_event: str
    proposer: str
    proposed_on: date


class RecognitionReturned(Fact):
    fact_name = "clarification.recognition_returned.v1"
    zh = "退回补充核查"
    en = "returned to be checked further"
    reason_sealed: str
    returned_on: date


AccusationReferredUp = public.AccusationReferredUp


class AccusationRecognised(public.AccusationRecognised):
    approver: str
    intent_of_criminal_pursuit: bool


class AccusationNotRecognised(public.AccusationNotRecognised):
    reason_sealed: str


class AccusationClosedNotFalse(public.AccusationClosedNotFalse):
    education: bool
    reason_sealed: str


class AccusationUnidentified(public.AccusationUnidentified):
    reason_sealed: str


class HandlingMeasureTaken(Fact):
    """A measure against the recognised false accuser (2.4)."""

    fact_name = "clarification.handling_measure_taken.v1"
    zh = "处理：{kind}（{authority}，{number}）"
    en = "handled by {kind} ({authority}, {number})"
    kind: MeasureKind
    number: str
    authority: str
    taken_on: date
    accept_by: date | None


class MeasureResultRecorded(Fact):
    fact_name = "clarification.measure_result_recorded.v1"
    zh = "处理 {number} 结果：{result}"
    en = "result of {number}: {result}"
    number: str
    result: MeasureResult
    decided_on: date
    remedy_until: date


class BenefitCorrectionRecorded(Fact):
    """A benefit gained by the accusation is proposed to be corrected, or was answered (F-11)."""

    fact_name = "clarification.benefit_correction_recorded.v1"
    zh = "建议纠正利益 {benefit_kind}：{outcome}"
    en = "correction of benefit {benefit_kind}: {outcome}"
    benefit_kind: str
    authority: str
    reply_due: date
    outcome: BenefitOutcome | None
    recorded_on: date


class TypicalCasePublished(Fact):
    """A typical case was published without any identity (通报曝光)."""

    fact_name = "clarification.typical_case_published.v1"
    zh = "通报典型案例"
    en = "published as a typical case"
    text_sealed: str
    published_on: date


class ClarificationLinked(Fact):
    """The victim's clarification case was opened or raised (F-8)."""

    fact_name = "clarification.accusation_clarification_linked.v1"
    zh = "已关联当事人澄清"
    en = "linked with the victim's clarification"
    linked_on: date


class AccusationClosed(public.AccusationClosed):
    notified: tuple[Party, ...]
    remedy: Remedy


class AccusationReversed(public.AccusationReversed):
    approver: str
    reason_sealed: str


class AccusationReopened(Fact):
    fact_name = "clarification.accusation_reopened.v1"
    zh = "重新甄别（{ground}）"
    en = "screened again ({ground})"
    ground: ReopenGround
    reason_sealed: str
    reopened_on: date


class TransferLimitMissed(Fact):
    """The receiving organ did not accept a transfer in time (F-13)."""

    fact_name = "clarification.transfer_limit_missed.v1"
    zh = "移送未按期受理（{ref}，{due_on}）"
    en = "a transfer was not accepted in time ({ref}, due on {due_on})"
    stage: Stage
    ref: str
    due_on: date
    noticed_on: date


FACTS: tuple[type[Fact], ...] = (
    ReportKnown,
    SignsRecorded,
    AccusationOpened,
    JusticeNoted,
    AccusationReviewAsked,
    AccusationReviewSettled,
    AccusationReviewOpened,
    ProtectionReviewOpened,
    AccusationSuspected,
    TracingApproved,
    VerificationPlanned,
    RecognitionProposed,
    RecognitionReturned,
    AccusationReferredUp,
    AccusationRecognised,
    AccusationNotRecognised,
    AccusationClosedNotFalse,
    AccusationUnidentified,
    HandlingMeasureTaken,
    MeasureResultRecorded,
    BenefitCorrectionRecorded,
    TypicalCasePublished,
    ClarificationLinked,
    AccusationClosed,
    AccusationReversed,
    AccusationReopened,
    TransferLimitMissed,
)
