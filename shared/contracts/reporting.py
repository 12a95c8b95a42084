"""Public facts of reporting: the recommendation's life with the organisation department, months closed."""

from datetime import date

from shared.kernel import Fact, Value


class RecommendationFact(Fact):
    recommendation_no: str
    subject_token: str


class RecommendationSent(RecommendationFact):
    fact_name = "reporting.recommendation_sent.v1"
    zh = "推荐 {recommendation_no} 已送 {receiver}"
    en = "recommendation {recommendation_no} was sent to {receiver}"
    receiver: str
    use: str
    sent_on: date


class RecommendationSuspended(RecommendationFact):
    fact_name = "reporting.recommendation_suspended.v1"
    zh = "推荐 {recommendation_no} 中止：{reason}"
    en = "recommendation {recommendation_no} was suspended: {reason}"
    reason: str
    suspended_on: date


class RecommendationWithdrawn(RecommendationFact):
    fact_name = "reporting.recommendation_withdrawn.v1"
    zh = "推荐 {recommendation_no} 撤回"
    en = "recommendation {recommendation_no} was withdrawn"
    withdrawn_on: date


class RecommendationAnswered(RecommendationFact):
    fact_name = "reporting.recommendation_answered.v1"
    zh = "推荐 {recommendation_no} 反馈：{outcome}"
    en = "recommendation {recommendation_no} was answered: {outcome}"
    outcome: str
    decided_on: date


class RecommendationResumed(RecommendationFact):
    """A suspended recommendation holds again: all conditions were checked anew (S-9)."""

    fact_name = "reporting.recommendation_resumed.v1"
    zh = "推荐 {recommendation_no} 恢复"
    en = "recommendation {recommendation_no} was resumed"
    resumed_on: date


class RecommendationAlerted(RecommendationFact):
    """The receiver, who has answered already, is told of a new concern: it is too late to withdraw."""

    fact_name = "reporting.recommendation_alerted.v1"
    zh = "推荐 {recommendation_no} 反馈后通报新情况"
    en = "the receiver of recommendation {recommendation_no} was alerted after its answer"
    alerted_on: date


class RecommendationClosed(RecommendationFact):
    fact_name = "reporting.recommendation_closed.v1"
    zh = "推荐 {recommendation_no} 办结：{follow_up}"
    en = "recommendation {recommendation_no} was closed: {follow_up}"
    follow_up: str
    closed_on: date


class Restatement(Value):
    """A figure of a closed month that is another one now (S-1)."""

    month: str
    figure: str
    old: int
    new: int
    reason: str = "LATE_OR_CORRECTED"


class MonthClosed(Fact):
    """A month's figures as they stood at its close; they never change, later facts come as restatement lines.

    figures: measure → count; restatements: figures of earlier closed months that are others now than last published;
    positions: source → last log position counted. Stream `month:<yyyy-mm>`.
    """

    fact_name = "reporting.month_closed.v1"
    zh = "{month} 月度数据封账"
    en = "the figures of {month} were closed"
    month: str
    closed_on: date
    figures: dict[str, int]
    restatements: tuple[Restatement, ...] = ()
    positions: dict[str, int]


class PriorityAdvised(Fact):
    """Repeated reports against one subject came in a surge: advice to consider priority, nothing is changed by it.

    window: the month, `yyyy-mm`; body: the body that registered the latest report. Stream `advice:<subject>.<window>`.
    """

    fact_name = "reporting.priority_advised.v1"
    zh = "{window} 被反复检举 {reports} 次，建议考虑优先办理"
    en = "reported {reports} times in a surge of {window}: consider priority"
    subject_token: str
    window: str
    reports: int
    reached_on: date
    body: str
    advised_on: date


FACTS: tuple[type[Fact], ...] = (
    RecommendationSent,
    RecommendationSuspended,
    RecommendationWithdrawn,
    RecommendationAnswered,
    RecommendationResumed,
    RecommendationAlerted,
    RecommendationClosed,
    MonthClosed,
    PriorityAdvised,
)
