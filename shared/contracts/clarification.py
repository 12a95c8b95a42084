"""Public facts of clarification (澄清正名) and false accusation (诬告陷害)."""

from datetime import date

from shared.kernel import Fact, ManagementLevel


class ReportFact(Fact):
    """A fact about one report; district and level are those of the registration in force at that time."""

    report_token: str
    subject_token: str
    district: str
    level: ManagementLevel


class ConclusionClassified(ReportFact):
    """A person classified a conclusion: UNFOUNDED (a case is open), PARTLY_TRUE (likewise), FOUNDED or UNRESOLVED."""

    fact_name = "clarification.conclusion_classified.v1"
    zh = "核实结论归类为 {classification}"
    en = "the conclusion was classified as {classification}"
    classification: str
    concluded_on: date


class CaseOpened(ReportFact):
    fact_name = "clarification.case_opened.v1"
    zh = "建立澄清案件，承办机关 {handling_body}"
    en = "a clarification case was opened, handled by {handling_body}"
    handling_body: str
    concluded_on: date
    opened_on: date


class CaseDeferred(ReportFact):
    fact_name = "clarification.case_deferred.v1"
    zh = "因 {code} 暂缓，{review_on} 复查"
    en = "deferred for {code}, to be looked at again on {review_on}"
    code: str
    review_on: date
    deferred_on: date


class CaseResumed(ReportFact):
    fact_name = "clarification.case_resumed.v1"
    zh = "恢复办理"
    en = "resumed"
    resumed_on: date


class NotNeededDecided(ReportFact):
    fact_name = "clarification.not_needed_decided.v1"
    zh = "决定不予澄清：{code}"
    en = "clarification is not needed: {code}"
    code: str
    decided_on: date
    concluded_on: date


class CaseDeclined(ReportFact):
    fact_name = "clarification.case_declined.v1"
    zh = "当事人不同意澄清，结案"
    en = "the subject declined; closed"
    declined_on: date
    concluded_on: date


class CaseRejected(ReportFact):
    fact_name = "clarification.case_rejected.v1"
    zh = "澄清建议未获批准"
    en = "the proposal was rejected"
    rejected_on: date


class CaseCancelled(ReportFact):
    fact_name = "clarification.case_cancelled.v1"
    zh = "案件撤销：{reason}"
    en = "cancelled: {reason}"
    reason: str
    cancelled_on: date


class CaseReopened(ReportFact):
    fact_name = "clarification.case_reopened.v1"
    zh = "重新启动研判"
    en = "reopened for assessment"
    reopened_on: date


class Clarified(ReportFact):
    """The clarification was carried out: every approved method has an executed record."""

    fact_name = "clarification.clarified.v1"
    zh = "已澄清：方式 {methods}，范围 {scope}"
    en = "cleared by {methods}, scope {scope}"
    issues: tuple[str, ...]
    methods: tuple[str, ...]
    scope: str
    approver_body: str
    clarified_on: date
    concluded_on: date


class ClarificationRevisitHeld(ReportFact):
    fact_name = "clarification.revisit_held.v1"
    zh = "第 {number} 次澄清回访：{effect}"
    en = "revisit {number} after clarification: {effect}"
    number: int
    revisit_kind: str
    effect: str
    held_on: date


class CaseClosed(ReportFact):
    fact_name = "clarification.case_closed.v1"
    zh = "了结归档 {archive_no}"
    en = "closed and archived as {archive_no}"
    archive_no: str
    closed_on: date


class ClarificationRevoked(ReportFact):
    fact_name = "clarification.revoked.v1"
    zh = "撤销澄清"
    en = "the clarification was revoked"
    revoked_on: date


class LaterOutcomeRecorded(ReportFact):
    """A cleared person's later award or appointment, told by the organisation department (C-21)."""

    fact_name = "clarification.later_outcome_recorded.v1"
    zh = "后续：{outcome}（{outcome_on}）"
    en = "later outcome: {outcome} on {outcome_on}"
    outcome: str
    outcome_on: date


class AccusationOpened(ReportFact):
    fact_name = "clarification.accusation_opened.v1"
    zh = "进入诬告陷害甄别"
    en = "screening for false accusation began"
    handling_body: str
    concluded_on: date


class AccusationSuspected(ReportFact):
    fact_name = "clarification.accusation_suspected.v1"
    zh = "列为涉嫌诬告"
    en = "suspected"
    suspected_on: date


class AccusationReferredUp(ReportFact):
    fact_name = "clarification.accusation_referred_up.v1"
    zh = "报上级 {to_body} 认定"
    en = "referred up to {to_body}"
    to_body: str
    referred_on: date


class AccusationRecognised(ReportFact):
    fact_name = "clarification.accusation_recognised.v1"
    zh = "认定为诬告陷害（{approver_body} 批准）"
    en = "recognised as false accusation (approved by {approver_body})"
    accuser_class: str
    approver_body: str
    concluded_on: date
    recognised_on: date


class AccusationNotRecognised(ReportFact):
    fact_name = "clarification.accusation_not_recognised.v1"
    zh = "不予认定"
    en = "not recognised"
    concluded_on: date
    decided_on: date


class AccusationClosedNotFalse(ReportFact):
    """A mistaken or inaccurate report, not a false one (F-1)."""

    fact_name = "clarification.accusation_closed_not_false.v1"
    zh = "属错告或检举失实，不是诬告"
    en = "a mistaken report, not a false accusation"
    concluded_on: date
    closed_on: date


class AccusationUnidentified(ReportFact):
    fact_name = "clarification.accusation_unidentified.v1"
    zh = "未查明举报来源，了结"
    en = "closed, the author was not found"
    concluded_on: date
    closed_on: date


class AccusationReviewOpened(ReportFact):
    """A court's or procuratorate's result calls for a review of the recognition; nothing is undone by itself."""

    fact_name = "clarification.accusation_review_opened.v1"
    zh = "因 {basis} 启动对认定的复查"
    en = "the recognition is to be reviewed because of {basis}"
    basis: str
    opened_on: date


class AccusationReversed(ReportFact):
    fact_name = "clarification.accusation_reversed.v1"
    zh = "撤销诬告认定：{basis}"
    en = "the recognition was reversed: {basis}"
    basis: str
    reversed_on: date


class AccusationClosed(ReportFact):
    fact_name = "clarification.accusation_closed.v1"
    zh = "诬告案件办结"
    en = "the accusation case was closed"
    closed_on: date


class ProtectionReviewOpened(ReportFact):
    """The author of a report that is not recognised is pursued: an urgent review with the principal (F-4b)."""

    fact_name = "clarification.protection_review_opened.v1"
    zh = "检举控告人保护复查：{basis}"
    en = "urgent protection review: {basis}"
    basis: str
    opened_on: date


FACTS: tuple[type[Fact], ...] = (
    ConclusionClassified,
    CaseOpened,
    CaseDeferred,
    CaseResumed,
    NotNeededDecided,
    CaseDeclined,
    CaseRejected,
    CaseCancelled,
    CaseReopened,
    Clarified,
    ClarificationRevisitHeld,
    CaseClosed,
    ClarificationRevoked,
    LaterOutcomeRecorded,
    AccusationOpened,
    AccusationSuspected,
    AccusationReferredUp,
    AccusationRecognised,
    AccusationNotRecognised,
    AccusationClosedNotFalse,
    AccusationUnidentified,
    AccusationReviewOpened,
    AccusationReversed,
    AccusationClosed,
    ProtectionReviewOpened,
)
