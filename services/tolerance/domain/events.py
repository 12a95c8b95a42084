"""What happens to a tolerance case: the public facts of the contract with private fields, and private facts."""

from datetime import date

from services.tolerance.domain.terms import (
    Addressee,
    BottomLine,
    Complexity,
    Department,
    Distinctions,
    Elements,
    FourTests,
    Implementation,
    Matter,
    NonAcceptanceReason,
    ObjectionDecision,
    Outcome,
    PreReview,
    ReviewReason,
    RevocationGround,
    RuleOutcome,
    SuggestionKind,
    UnitReport,
)
from shared.contracts import tolerance as contract
from shared.kernel import Fact, Value


class ToleranceFinal(contract.ToleranceFinal):
    """Step 10 is done. due_on: last day to plan the correction, or to confirm that none is needed."""

    due_on: date | None = None


class ToleranceInitiated(contract.ToleranceInitiated):
    """Step 1. origin: `<source>#<event id>`; received_on: day of arrival; adverse_most: of T-9, as in force then."""

    origin: str
    supersedes: str | None = None
    received_on: date
    matter: Matter
    adverse_most: int
    due_on: date | None


class MatterCorrected(Fact):
    """The handling department replaced what it had identified, before a determination."""

    fact_name = "tolerance.matter_corrected.v1"
    zh = "办案部门更正了事项内容"
    en = "the handling department corrected the matter"
    origin: str
    supersedes: str
    received_on: date
    matter: Matter


class ReviewOpened(Fact):
    """An agency's fact changed nothing by itself: a person looks at it (agency-events.md 4.3)."""

    fact_name = "tolerance.review_opened.v1"
    zh = "来文需人工查看：{reason}"
    en = "an agency's fact needs a person's look: {reason}"
    reason: ReviewReason
    origin: str
    supersedes: str | None = None
    received_on: date
    matter: Matter | None = None
    report: UnitReport | None = None


class ReviewConcluded(Fact):
    fact_name = "tolerance.review_concluded.v1"
    zh = "已人工查看来文"
    en = "a person looked at the agency's fact"
    concluded_on: date
    note_sealed: str


class ToleranceScreened(contract.ToleranceScreened):
    """Step 2. bottom_line: the items found hit, those of the handling department included."""

    result: PreReview
    distinctions: Distinctions | None = None
    bottom_line: tuple[BottomLine, ...] = ()
    reason: NonAcceptanceReason | None = None
    note_sealed: str = ""
    due_on: date | None = None


class Reapplied(Fact):
    """A case not accepted is asked for again with new facts (4.3)."""

    fact_name = "tolerance.reapplied.v1"
    zh = "以新的事实再次申请"
    en = "asked for again with new facts"
    reapplied_on: date
    new_facts_sealed: str
    due_on: date | None


class PlanApproved(Fact):
    """Step 3."""

    fact_name = "tolerance.plan_approved.v1"
    zh = "核查方案获批准，核查组：{investigators}"
    en = "plan approved, investigators: {investigators}"
    investigators: tuple[str, ...]
    approved_on: date
    plan_sealed: str = ""
    due_on: date | None


class EvidenceCollected(Fact):
    """Step 4. evidence: element → evidence reference; bottom_line: hits found beside those identified."""

    fact_name = "tolerance.evidence_collected.v1"
    zh = "六要素取证完成"
    en = "evidence on the six elements is there"
    elements: Elements
    evidence: dict[str, str]
    tests: FourTests
    bottom_line: tuple[BottomLine, ...] = ()
    collected_on: date
    due_on: date | None


class EvidenceLimitExtended(Fact):
    fact_name = "tolerance.evidence_limit_extended.v1"
    zh = "核查期限延长至 {due_on}"
    en = "the limit for evidence was extended to {due_on}"
    extended_on: date
    reason_sealed: str
    due_on: date | None


class PersonHeard(Fact):
    """Step 5. elements: the grades after the hearing, none worse than before."""

    fact_name = "tolerance.person_heard.v1"
    zh = "{held_on} 听取陈述申辩"
    en = "the person was heard on {held_on}"
    held_on: date
    recorded_on: date
    elements: Elements
    statement_sealed: str
    unit_opinion_sealed: str
    due_on: date | None


class ReportSubmitted(Fact):
    """Step 6."""

    fact_name = "tolerance.report_submitted.v1"
    zh = "核查报告建议：{outcome}"
    en = "the report proposes {outcome}"
    outcome: Outcome
    proposed_by: str
    submitted_on: date
    analysis_sealed: str
    due_on: date | None


class ConsultationHeld(Fact):
    """Step 7."""

    fact_name = "tolerance.consultation_held.v1"
    zh = "{held_on} 会商研判：{departments}"
    en = "consultation on {held_on}: {departments}"
    held_on: date
    recorded_on: date
    departments: tuple[Department, ...]
    minutes_no: str = ""
    opinion_sealed: str
    due_on: date | None


class CaseReturned(Fact):
    fact_name = "tolerance.case_returned.v1"
    zh = "退回补充核查"
    en = "returned for further investigation"
    returned_on: date
    reason_sealed: str
    due_on: date | None


class ToleranceDetermined(contract.ToleranceDetermined):
    """Step 8. rule_outcome: what the rule arrives at on the same day, the bottom line checked again (T-4)."""

    outcome: Outcome
    rule_outcome: RuleOutcome
    complexity: tuple[Complexity, ...] = ()
    minutes_no: str = ""
    participants: tuple[str, ...] = ()
    guidance_requested: bool = False
    opinion_sealed: str = ""
    due_on: date | None = None


class FeedbackDelivered(Fact):
    """Step 9. receipts: addressee → receipt number."""

    fact_name = "tolerance.feedback_delivered.v1"
    zh = "已书面反馈当事人、所在单位和提出单位"
    en = "the result was delivered to person, unit and proposing unit"
    receipts: dict[Addressee, str]
    delivered_on: date


class ObjectionWindowOpened(Fact):
    """Step 10. until: last day of the window, inclusive; None while the year's calendar is not published."""

    fact_name = "tolerance.objection_window_opened.v1"
    zh = "异议期至 {until}"
    en = "objections may be raised until {until}"
    opened_on: date
    until: date | None
    due_on: date | None


class ObjectionDecided(Fact):
    fact_name = "tolerance.objection_decided.v1"
    zh = "异议复核：{decision}"
    en = "objection reviewed: {decision}"
    decision: ObjectionDecision
    raised_on: date
    decided_on: date
    reason_sealed: str
    due_on: date | None


class CorrectionItem(Value):
    """One thing to correct; its text is sealed with the plan."""

    number: int
    owner: str
    due_on: date


class CorrectionPlanned(Fact):
    """Step 11."""

    fact_name = "tolerance.correction_planned.v1"
    zh = "纠错整改方案，{due_on} 前完成"
    en = "correction planned, to be done by {due_on}"
    items: tuple[CorrectionItem, ...]
    items_sealed: str
    planned_on: date
    due_on: date


class CorrectionVerified(Fact):
    """evidence: number of the item → evidence reference."""

    fact_name = "tolerance.correction_verified.v1"
    zh = "整改已核实"
    en = "the correction was verified"
    evidence: dict[int, str]
    verified_on: date
    due_on: date | None


class CorrectionNotNeeded(Fact):
    fact_name = "tolerance.correction_not_needed.v1"
    zh = "不构成过错，无需整改"
    en = "not a fault: no correction needed"
    confirmed_on: date
    due_on: date | None


class CorrectionReminded(Fact):
    """T-12. talk_advised: the second reminder advises a talk (谈话提醒); next_on: day of the next reminder."""

    fact_name = "tolerance.correction_reminded.v1"
    zh = "整改逾期提醒（建议谈话提醒：{talk_advised}）"
    en = "reminded of the overdue correction (talk advised: {talk_advised})"
    reminded_on: date
    talk_advised: bool
    next_on: date | None


class SuggestionIssued(contract.SuggestionIssued):
    """T-13. full_report_due: last day for the full report."""

    kind: SuggestionKind
    addressed_unit: str
    full_report_due: date
    problems_sealed: str
    suggestions_sealed: str


class UnitReported(Fact):
    """A unit reported (E-8): recorded in any state."""

    fact_name = "tolerance.unit_reported.v1"
    zh = "收到单位报告"
    en = "a unit reported"
    report: UnitReport
    received_on: date


class SuggestionChecked(Fact):
    """The check on the spot (回头看). due_on: the limit of the tracking, which waits for the suggestions.

    Source: T-13; 监察法 art.71, 政务处分法 art.61 for what was not carried out.
    """

    fact_name = "tolerance.suggestion_checked.v1"
    zh = "建议书 {doc_no} 回头看：{finding}"
    en = "suggestion {doc_no} checked: {finding}"
    doc_no: str
    finding: Implementation
    ordered_to_correct: bool
    checked_on: date
    note_sealed: str
    due_on: date | None


class ReplyOverdue(Fact):
    fact_name = "tolerance.reply_overdue.v1"
    zh = "建议书 {doc_no} 逾期未回复"
    en = "no reply to suggestion {doc_no} within its limit"
    doc_no: str
    due_on: date
    days_late: int


class ToleranceFiled(contract.ToleranceFiled):
    """Step 12. filed_to: the body above."""

    filed_to: str


class TrackingOpened(Fact):
    fact_name = "tolerance.tracking_opened.v1"
    zh = "开始跟踪"
    en = "tracking begins"
    opened_on: date
    due_on: date | None


class ToleranceClosed(contract.ToleranceClosed):
    effect_sealed: str = ""


class ToleranceWithdrawn(contract.ToleranceWithdrawn):
    reason_sealed: str = ""


class ToleranceTransferred(contract.ToleranceTransferred):
    reason_sealed: str = ""


class ToleranceRevoked(contract.ToleranceRevoked):
    ground: RevocationGround
    bottom_line: tuple[BottomLine, ...] = ()
    reason_sealed: str = ""


class DeadlineBreached(Fact):
    """A limit of 4.2 passed. stage: the command that was due."""

    fact_name = "tolerance.deadline_breached.v1"
    zh = "“{stage}”逾期，期限 {due_on}"
    en = "'{stage}' was due on {due_on}"
    stage: str
    due_on: date
    days_late: int


class CaseLinked(Fact):
    """A case belongs to this number (of a matter or of a suggestion)."""

    case_id: str


class ReportNoted(Fact):
    """What a unit reported under this number, kept whatever the state of its cases (E-8)."""

    report: UnitReport
    received_on: date


class MatterLinked(CaseLinked):
    fact_name = "tolerance.matter_linked.v1"
    zh = "事项关联案件 {case_id}"
    en = "case {case_id} belongs to the matter"


class MatterReportNoted(ReportNoted):
    fact_name = "tolerance.matter_report_noted.v1"
    zh = "记录单位整改报告"
    en = "a unit's report on the matter was noted"


class SuggestionLinked(CaseLinked):
    fact_name = "tolerance.suggestion_linked.v1"
    zh = "建议书属于案件 {case_id}"
    en = "the suggestion belongs to case {case_id}"


class SuggestionReportNoted(ReportNoted):
    fact_name = "tolerance.suggestion_report_noted.v1"
    zh = "记录单位对建议书的报告"
    en = "a unit's report on the suggestion was noted"
