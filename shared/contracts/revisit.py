"""Public facts of revisit education (回访教育): measures, bars, scope, sessions, recommendations proposed."""

from datetime import date

from shared.kernel import Fact, ManagementLevel, Value


class PersonFact(Fact):
    subject_token: str


class MeasureRecorded(PersonFact):
    """A sanction or organisational measure as in force now; the same decision number again is a correction."""

    fact_name = "revisit.measure_recorded.v1"
    zh = "记录处分/处理 {code}，{decided_on} 决定，{effective_on} 生效"
    en = "measure {code} recorded, decided on {decided_on}, effective on {effective_on}"
    decision_no: str
    code: str
    form: int
    decided_on: date
    effective_on: date
    announced_on: date
    district: str
    level: ManagementLevel


class MeasureVoided(PersonFact):
    fact_name = "revisit.measure_voided.v1"
    zh = "撤销处分 {decision_no}（{basis}）"
    en = "measure {decision_no} was revoked ({basis})"
    decision_no: str
    basis: str
    voided_on: date


class BarsComputed(PersonFact):
    """First free day by bar type, of all measures in force; None = open (rights not restored)."""

    fact_name = "revisit.bars_computed.v1"
    zh = "影响期重新计算：{bars}"
    en = "bars computed: {bars}"
    bars: dict[str, date | None]


class ScopeSegment(Value):
    """From a day on (inclusive, until the next segment): is the person in the revisit population, and how.

    reason: empty if in scope, else why not; planned_deep: a young person with a heavy measure is counted WARM and
    planned DEEP.
    """

    from_on: date
    in_scope: bool
    reason: str = ""
    program: str = ""
    planned_deep: bool = False
    district: str = ""
    level: str = ""


class ScopeComputed(PersonFact):
    """The person's whole scope by day, replacing what was said before."""

    fact_name = "revisit.scope_computed.v1"
    zh = "回访范围重新计算"
    en = "revisit scope computed"
    segments: tuple[ScopeSegment, ...]


class Enrolled(PersonFact):
    fact_name = "revisit.enrolled.v1"
    zh = "纳入回访"
    en = "enrolled"
    program: str
    district: str
    level: ManagementLevel
    enrolled_on: date


class CampaignOpened(Fact):
    """The year's campaign (大回访) was opened by a body for all persons counted in it. Stream `campaign:<year>`."""

    fact_name = "revisit.campaign_opened.v1"
    zh = "启动 {year} 年大回访"
    en = "the campaign of {year} was opened"
    year: int
    body: str
    opened_on: date


class SessionHeld(PersonFact):
    fact_name = "revisit.session_held.v1"
    zh = "{held_on} 回访：{stage}"
    en = "session held on {held_on}: {stage}"
    session_id: str
    stage: str
    program: str
    district: str
    level: ManagementLevel
    held_on: date


class Evaluated(PersonFact):
    fact_name = "revisit.evaluated.v1"
    zh = "评估：{grade}"
    en = "evaluated: {grade}"
    grade: str
    evaluated_on: date
    district: str
    level: ManagementLevel


class RecommendationProposed(PersonFact):
    """A person proposed a recommendation for use with its evidence; reporting owns its life from here on."""

    fact_name = "revisit.recommendation_proposed.v1"
    zh = "建议推荐使用：{use}"
    en = "recommendation proposed for {use}"
    recommendation_no: str
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


class PromotionConfirmed(PersonFact):
    """A person confirmed that an appointment told by the organisation department is a handled person's."""

    fact_name = "revisit.promotion_confirmed.v1"
    zh = "确认提拔重用：{kind}，{effective_on}"
    en = "promotion confirmed: {kind}, effective on {effective_on}"
    appointment_id: str
    kind: str
    effective_on: date
    recommendation_no: str | None = None
    district: str
    level: ManagementLevel


class PromotionWithdrawn(PersonFact):
    fact_name = "revisit.promotion_withdrawn.v1"
    zh = "撤回提拔重用确认"
    en = "the confirmed promotion was withdrawn"
    appointment_id: str


class RevisitSuspended(PersonFact):
    fact_name = "revisit.suspended.v1"
    zh = "中止：{reason}"
    en = "suspended: {reason}"
    reason: str


class RevisitResumed(PersonFact):
    fact_name = "revisit.resumed.v1"
    zh = "恢复回访"
    en = "resumed"


class RevisitTerminated(PersonFact):
    fact_name = "revisit.terminated.v1"
    zh = "终止：{reason}"
    en = "terminated: {reason}"
    reason: str
    terminated_on: date


class RevisitClosed(PersonFact):
    fact_name = "revisit.closed.v1"
    zh = "回访结束"
    en = "closed"
    closed_on: date


class NewConcernRaised(PersonFact):
    """A case was filed against, or a new measure taken on, a person who may stand recommended (S-10)."""

    fact_name = "revisit.new_concern_raised.v1"
    zh = "出现新情况：{reason}"
    en = "a new concern: {reason}"
    reason: str
    raised_on: date


FACTS: tuple[type[Fact], ...] = (
    MeasureRecorded,
    MeasureVoided,
    BarsComputed,
    ScopeComputed,
    Enrolled,
    CampaignOpened,
    SessionHeld,
    Evaluated,
    RecommendationProposed,
    PromotionConfirmed,
    PromotionWithdrawn,
    RevisitSuspended,
    RevisitResumed,
    RevisitTerminated,
    RevisitClosed,
    NewConcernRaised,
)
