"""What happens to a report and its clarification case (澄清案件): public facts with a private part, private facts."""

from datetime import date

from services.clarification.domain.terms import (
    Classification,
    Consent,
    Department,
    Effect,
    Exclusion,
    ImpactReason,
    Method,
    Notice,
    Participant,
    PointFinding,
    PriorityReason,
    Recommendation,
    ReopenGround,
    ReportedIssue,
    ReviewKind,
    Risk,
    Scope,
    Stage,
    Told,
)
from shared.contracts import clarification as public
from shared.kernel import Fact, ManagementLevel

# --- what agencies told ---


class RegistrationRecorded(Fact):
    """The registration in force (检举控告登记); a corrected one replaces it."""

    fact_name = "clarification.registration_recorded.v1"
    zh = "检举控告登记：{received_on} 收到，{level}，{district}"
    en = "the report was registered: received on {received_on}, {level}, {district}"
    told: Told
    subject_token: str
    level: ManagementLevel
    district: str
    received_on: date
    issues: tuple[ReportedIssue, ...]


class TransferNoted(Fact):
    """The report was transferred to another body (信访转办)."""

    fact_name = "clarification.transfer_noted.v1"
    zh = "{transferred_on} 转 {to_body} 办理（{reason}）"
    en = "transferred to {to_body} on {transferred_on} ({reason})"
    told: Told
    to_body: str
    transferred_on: date
    reason: str


class RepeatNoted(Fact):
    """The report was received again (重复举报); an indicator, never by itself an impact reason."""

    fact_name = "clarification.repeat_noted.v1"
    zh = "{flagged_on} 标记重复，共 {count} 次"
    en = "flagged as repeated on {flagged_on}, {count} times"
    told: Told
    count: int
    flagged_on: date


class ConclusionRecorded(Fact):
    """The conclusion in force (核实结论), with what the rule of 6.1 proposes; a person still classifies it."""

    fact_name = "clarification.conclusion_recorded.v1"
    zh = "{concluded_on} 核实结论，建议归类为 {proposed}"
    en = "concluded on {concluded_on}; the rule proposes {proposed}"
    told: Told
    concluded_on: date
    findings: tuple[PointFinding, ...]
    secrecy_blocks: bool
    subject_wish: Consent | None
    proposed: Classification
    exclusion: Exclusion | None
    clearable: tuple[str, ...]
    impact_reasons: tuple[ImpactReason, ...]
    assess_by: date | None


class OtherMatterNoted(Fact):
    """Another matter of the subject is open (另有立案)."""

    fact_name = "clarification.other_matter_noted.v1"
    zh = "当事人另有立案，{filed_on}"
    en = "another matter of the subject was filed on {filed_on}"
    case_no: str
    filed_on: date
    received_on: date


class OtherMatterEnded(Fact):
    fact_name = "clarification.other_matter_ended.v1"
    zh = "当事人另案于 {ended_on} 终结"
    en = "the other matter of the subject ended on {ended_on}"
    case_no: str
    ended_on: date
    received_on: date


class ConvictionNoted(Fact):
    """A judgment against the subject took effect; `stops` says that it came after the conclusion (6.1)."""

    fact_name = "clarification.conviction_noted.v1"
    zh = "当事人判决生效：{verdict}（{effective_on}）"
    en = "a judgment against the subject took effect: {verdict} on {effective_on}"
    told: Told
    criminal_case_no: str
    verdict: str
    effective_on: date
    stops: bool


class ReviewOpened(Fact):
    """Something was recorded that changes nothing by itself: a person has to look at it."""

    fact_name = "clarification.review_opened.v1"
    zh = "需人工复核：{kind}（{ref}）"
    en = "a person has to look at it: {kind} ({ref})"
    kind: ReviewKind
    ref: str
    received_on: date


class ReviewSettled(Fact):
    fact_name = "clarification.review_settled.v1"
    zh = "已复核（{ref}）"
    en = "looked at ({ref})"
    ref: str
    finding_sealed: str
    settled_on: date


# --- classification and assessment ---


class ConclusionClassified(public.ConclusionClassified):
    classified_on: date


class ClassificationReturned(Fact):
    """The proposed classification was sent back to the handling department with a question."""

    fact_name = "clarification.classification_returned.v1"
    zh = "归类退回承办部门核对"
    en = "the classification was sent back to be checked"
    reason_sealed: str
    returned_on: date


class PriorityRaised(Fact):
    """The case goes first (C-5); the limit of its present stage is computed anew."""

    fact_name = "clarification.priority_raised.v1"
    zh = "列为优先办理：{reasons}"
    en = "given priority: {reasons}"
    reasons: tuple[PriorityReason, ...]
    due_on: date | None


class PersonRecused(Fact):
    """A person may no longer act in the case (回避, C-9)."""

    fact_name = "clarification.person_recused.v1"
    zh = "{person_id} 回避"
    en = "{person_id} is recused"
    person_id: str
    ground_sealed: str


class CaseOpened(public.CaseOpened):
    assess_by: date | None


class AssessmentStarted(Fact):
    fact_name = "clarification.assessment_started.v1"
    zh = "开始会商研判"
    en = "assessment began"
    started_on: date


class AssessmentCompleted(Fact):
    fact_name = "clarification.assessment_completed.v1"
    zh = "{departments} 会商研判：影响 {impact_reasons}，范围 {spread}，风险 {risk}，建议 {recommendation}"
    en = "assessed by {departments}: impact {impact_reasons}, spread {spread}, risk {risk}, recommends {recommendation}"
    departments: tuple[Department, ...]
    participants: tuple[Participant, ...]
    org_situation_sealed: str
    impact_reasons: tuple[ImpactReason, ...]
    spread: Scope
    risk: Risk
    recommendation: Recommendation
    completed_on: date
    consent_by: date | None


class ConsentRecorded(Fact):
    fact_name = "clarification.consent_recorded.v1"
    zh = "征求当事人意愿：{consent}"
    en = "the subject was asked: {consent}"
    consent: Consent
    methods: tuple[Method, ...]
    scope: Scope | None
    family_visit: bool
    attempts: tuple[date, ...]
    recorded_on: date
    proposal_by: date | None


class ConsentOverridden(Fact):
    """An approver recorded a public-interest reason against a refusal (C-6); public methods stay excluded."""

    fact_name = "clarification.consent_overridden.v1"
    zh = "批准人以公共利益理由继续办理"
    en = "an approver goes on for a reason of public interest"
    reason_sealed: str
    overridden_on: date


class CaseDeferred(public.CaseDeferred):
    case_nos: tuple[str, ...]


class DeferralReviewed(Fact):
    fact_name = "clarification.deferral_reviewed.v1"
    zh = "暂缓复查：另案未结，{review_on} 再查"
    en = "the other matter is still open, to be looked at again on {review_on}"
    review_on: date
    reviewed_on: date


class CaseResumed(public.CaseResumed):
    stage: Stage
    due_on: date | None


class NotNeededDecided(public.NotNeededDecided):
    proposer: str
    reason_sealed: str


class CaseDeclined(public.CaseDeclined):
    withdrawn: bool
    written_conclusion_no: str | None


# --- approval and implementation ---


class ClarificationProposed(Fact):
    fact_name = "clarification.proposed.v1"
    zh = "提出澄清建议：{issues}，方式 {methods}，范围 {scope}"
    en = "clarification proposed for {issues} by {methods}, scope {scope}"
    methods: tuple[Method, ...]
    scope: Scope
    issues: tuple[str, ...]
    wording_sealed: str
    proposer: str
    proposed_on: date
    approval_by: date | None


class ProposalReturned(Fact):
    fact_name = "clarification.proposal_returned.v1"
    zh = "退回重新研判"
    en = "returned for rework"
    reason_sealed: str
    returned_on: date
    stage: Stage
    due_on: date | None


class ClarificationApproved(Fact):
    fact_name = "clarification.approved.v1"
    zh = "{approver_body} 主要负责人批准澄清"
    en = "approved by the principal of {approver_body}"
    approver: str
    approver_body: str
    scope_reason_sealed: str | None
    approved_on: date
    implement_by: date | None


class CaseRejected(public.CaseRejected):
    reason_sealed: str


class CaseCancelled(public.CaseCancelled):
    note_sealed: str | None = None


class CaseReopened(public.CaseReopened):
    ground: ReopenGround
    reason_sealed: str
    stage: Stage
    due_on: date | None


class ImplementationStarted(Fact):
    fact_name = "clarification.implementation_started.v1"
    zh = "开始实施澄清"
    en = "implementation began"
    started_on: date


class MethodCarriedOut(Fact):
    fact_name = "clarification.method_carried_out.v1"
    zh = "{carried_out_on} 以 {method} 方式澄清，范围 {attendees}，文号 {doc_no}"
    en = "cleared by {method} on {carried_out_on} before {attendees}, document {doc_no}"
    method: Method
    carried_out_on: date
    place_sealed: str
    attendees: Scope
    doc_no: str


class Clarified(public.Clarified):
    report_back_by: date | None


class ResultUseNoticed(Fact):
    """Notices of the result went out (C-20); idempotent by kind."""

    fact_name = "clarification.result_use_noticed.v1"
    zh = "结果运用通知：{notices}"
    en = "notices of the result: {notices}"
    notices: tuple[Notice, ...]
    noticed_on: date


# --- after the clarification ---


class ReportedBack(Fact):
    fact_name = "clarification.reported_back.v1"
    zh = "书面报告 {doc_no}"
    en = "reported back in writing as {doc_no}"
    doc_no: str
    reported_on: date


class RevisitScheduled(Fact):
    """A revisit is planned: not before a day (a hard bound), due on a day (a breach only). C-18."""

    fact_name = "clarification.revisit_scheduled.v1"
    zh = "第 {number} 次回访：{not_before} 至 {due_on}"
    en = "revisit {number} planned from {not_before} to {due_on}"
    number: int
    not_before: date
    due_on: date


class ClarificationRevisitHeld(public.ClarificationRevisitHeld):
    staff: tuple[str, ...]
    record_sealed: str


class RevisitWaived(Fact):
    fact_name = "clarification.revisit_waived.v1"
    zh = "第 {number} 次回访免除"
    en = "revisit {number} was waived"
    number: int
    reason_sealed: str
    waived_on: date


class EffectReviewed(Fact):
    fact_name = "clarification.effect_reviewed.v1"
    zh = "效果评估：{effect}"
    en = "the effect was reviewed: {effect}"
    effect: Effect
    sufficient: bool
    note_sealed: str
    reviewed_on: date
    archive_by: date


class ExtraRevisitOrdered(Fact):
    fact_name = "clarification.extra_revisit_ordered.v1"
    zh = "效果不足，增加一次回访"
    en = "a further revisit was ordered"
    reason_sealed: str
    ordered_on: date


class ScopeWidened(Fact):
    """The clarification is carried out again in a wider scope, approved as C-8."""

    fact_name = "clarification.scope_widened.v1"
    zh = "扩大澄清范围至 {scope}，方式 {methods}（{approver_body} 批准）"
    en = "to be cleared in a wider scope {scope} by {methods} (approved by {approver_body})"
    methods: tuple[Method, ...]
    scope: Scope
    approver: str
    approver_body: str
    reason_sealed: str
    widened_on: date
    implement_by: date | None


CaseClosed = public.CaseClosed


class WideningCompleted(Fact):
    """A clarified case was cleared again in a wider scope; it counts once, on its first day."""

    fact_name = "clarification.widening_completed.v1"
    zh = "已在更大范围 {scope} 澄清"
    en = "cleared again in the wider scope {scope}"
    scope: Scope
    completed_on: date


class ClarificationRevoked(public.ClarificationRevoked):
    approver: str
    reason_sealed: str
    notified_scope: Scope | None


class LaterOutcomeRecorded(public.LaterOutcomeRecorded):
    event: str
    supersedes: str | None


class DeadlineBreached(Fact):
    """A limit passed without its step (1.6). `ref`: which revisit."""

    fact_name = "clarification.deadline_breached.v1"
    zh = "超过期限：{stage} {ref}（{due_on}）"
    en = "limit missed: {stage} {ref}, due on {due_on}"
    stage: Stage
    ref: str
    due_on: date
    noticed_on: date


FACTS: tuple[type[Fact], ...] = (
    RegistrationRecorded,
    TransferNoted,
    RepeatNoted,
    ConclusionRecorded,
    OtherMatterNoted,
    OtherMatterEnded,
    ConvictionNoted,
    ReviewOpened,
    ReviewSettled,
    ConclusionClassified,
    ClassificationReturned,
    PriorityRaised,
    PersonRecused,
    CaseOpened,
    AssessmentStarted,
    AssessmentCompleted,
    ConsentRecorded,
    ConsentOverridden,
    CaseDeferred,
    DeferralReviewed,
    CaseResumed,
    NotNeededDecided,
    CaseDeclined,
    ClarificationProposed,
    ProposalReturned,
    ClarificationApproved,
    CaseRejected,
    CaseCancelled,
    CaseReopened,
    ImplementationStarted,
    MethodCarriedOut,
    Clarified,
    ResultUseNoticed,
    ReportedBack,
    RevisitScheduled,
    ClarificationRevisitHeld,
    RevisitWaived,
    EffectReviewed,
    ExtraRevisitOrdered,
    ScopeWidened,
    WideningCompleted,
    CaseClosed,
    ClarificationRevoked,
    LaterOutcomeRecorded,
    DeadlineBreached,
)
