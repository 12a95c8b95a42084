"""What happened to a recommendation and to a month: public facts of the contract, and what stays with us."""

from datetime import date

from shared.contracts import reporting as public
from shared.kernel import Fact, ManagementLevel


class RecommendationDrafted(Fact):
    fact_name = "reporting.recommendation_drafted.v1"
    zh = "收到推荐建议：{use}（{proposed_by} 于 {proposed_on} 提出）"
    en = "a recommendation for {use} was proposed by {proposed_by} on {proposed_on}"
    subject_token: str
    use: str
    bars: dict[str, date | None]
    grade: str
    evaluated_on: date
    sessions: tuple[date, ...]
    unit_opinion_ref: str
    integrity_opinion_ref: str
    informed: bool
    body: str
    district: str
    level: ManagementLevel
    proposed_by: str
    proposed_on: date


class RecommendationReviewed(Fact):
    fact_name = "reporting.recommendation_reviewed.v1"
    zh = "{reviewed_by} 审核通过"
    en = "reviewed by {reviewed_by}"
    reviewed_by: str
    opinion_sealed: str
    reviewed_on: date


class RecommendationApproved(Fact):
    """send_by: the last day on which the evaluation is fresh enough to send it, or its validity if that ends first."""

    fact_name = "reporting.recommendation_approved.v1"
    zh = "{approved_by} 批准，{valid_until} 前有效"
    en = "approved by {approved_by}, valid until {valid_until}"
    approved_by: str
    opinion_sealed: str
    approved_on: date
    valid_until: date
    send_by: date


class RecommendationSent(public.RecommendationSent):
    """Sent, again after a deferral too. acknowledge_due: None where the working days are not published yet."""

    sent_by: str
    acknowledge_due: date | None
    outcome_due: date
    valid_until: date
    secrecy_of_personnel_work: bool


class RecommendationSuspended(public.RecommendationSuspended):
    pass


class RecommendationResumed(public.RecommendationResumed):
    resumed_by: str
    finding_sealed: str


class RecommendationWithdrawn(public.RecommendationWithdrawn):
    withdrawn_by: str
    reason_sealed: str


class RecommendationAlerted(public.RecommendationAlerted):
    alerted_by: str
    reason_sealed: str


class RecommendationAnswered(public.RecommendationAnswered):
    """The answer in force; a corrected answer replaces one that was not acted upon."""

    event_id: str
    review_on: date | None = None
    reason_code: str | None = None


class RecommendationClosed(public.RecommendationClosed):
    pass


class RecommendationAcknowledged(Fact):
    fact_name = "reporting.recommendation_acknowledged.v1"
    zh = "对方 {received_on} 签收，回执 {receipt_no}"
    en = "received on {received_on}, receipt {receipt_no}"
    event_id: str
    receipt_no: str
    received_on: date


class StudyStarted(Fact):
    fact_name = "reporting.study_started.v1"
    zh = "对方研究中（{told_on} 告知）"
    en = "under study, as told on {told_on}"
    told_on: date


class AnswerCheckAsked(Fact):
    """An answer that takes no effect by itself: a second one, a late correction, one that is incomplete."""

    fact_name = "reporting.answer_check_asked.v1"
    zh = "来文 {event_id} 须人工核对：{reason}"
    en = "event {event_id} is to be checked by a person: {reason}"
    event_id: str
    reason: str
    content: str
    told_on: date
    noted_on: date


class AnswerChecked(Fact):
    fact_name = "reporting.answer_checked.v1"
    zh = "{checked_by} 已核对来文 {event_id}"
    en = "{checked_by} checked event {event_id}"
    event_id: str
    checked_by: str
    finding_sealed: str
    checked_on: date


class FollowUpRecorded(Fact):
    fact_name = "reporting.follow_up_recorded.v1"
    zh = "跟踪结果（{followed_on}）：{follow_up}"
    en = "followed up on {followed_on}: {follow_up}"
    follow_up: str
    followed_on: date


class StandingNoted(Fact):
    fact_name = "reporting.standing_noted.v1"
    zh = "影响期或评估有更新"
    en = "bars or evaluation were brought up to date"
    bars: dict[str, date | None]
    grade: str
    evaluated_on: date


class ConcernNoted(Fact):
    """A new concern while the recommendation is not with the receiver: before sending, or after the answer."""

    fact_name = "reporting.concern_noted.v1"
    zh = "出现新情况：{reason}"
    en = "a new concern: {reason}"
    reason: str
    noted_on: date


class ConcernSettled(Fact):
    fact_name = "reporting.concern_settled.v1"
    zh = "新情况已了结，条件重新核对通过"
    en = "the concern was settled and the conditions hold"
    settled_by: str
    finding_sealed: str
    settled_on: date


class PromotionNoted(Fact):
    """A confirmed promotion that names this recommendation; an empty kind: its confirmation was withdrawn."""

    fact_name = "reporting.promotion_noted.v1"
    zh = "任用确认 {appointment_id}：{kind}"
    en = "appointment {appointment_id} confirmed: {kind}"
    appointment_id: str
    kind: str


class DeadlineBreached(Fact):
    fact_name = "reporting.deadline_breached.v1"
    zh = "“{stage}”逾期：应于 {due_on} 前完成"
    en = "the limit for '{stage}' has passed: it was due on {due_on}"
    stage: str
    due_on: date
    days_late: int


class ReceiverReminded(Fact):
    fact_name = "reporting.receiver_reminded.v1"
    zh = "催办“{stage}”，下次 {next_on}"
    en = "a reminder of '{stage}' is due; the next one on {next_on}"
    stage: str
    reminded_on: date
    next_on: date


class RecommendationListed(Fact):
    fact_name = "reporting.recommendation_listed.v1"
    zh = "此人有推荐 {recommendation_no}"
    en = "recommendation {recommendation_no} is about this person"
    recommendation_no: str


RECOMMENDATION_FACTS: tuple[type[Fact], ...] = (
    RecommendationDrafted,
    RecommendationReviewed,
    RecommendationApproved,
    RecommendationSent,
    RecommendationSuspended,
    RecommendationResumed,
    RecommendationWithdrawn,
    RecommendationAlerted,
    RecommendationAnswered,
    RecommendationClosed,
    RecommendationAcknowledged,
    StudyStarted,
    AnswerCheckAsked,
    AnswerChecked,
    FollowUpRecorded,
    StandingNoted,
    ConcernNoted,
    ConcernSettled,
    PromotionNoted,
    DeadlineBreached,
    ReceiverReminded,
)
