"""Facts of revisit education: the public ones with what only we keep, and the private ones."""

from datetime import date

from pydantic import Field

from services.revisit.domain.terms import (
    ErrorCategory,
    ExecutionDefect,
    Interviewee,
    Level,
    Method,
    Place,
    RiskFlag,
    Session,
    Standing,
    Use,
)
from shared.contracts import revisit as public
from shared.kernel import Fact, ManagementLevel


class ToldFact(Fact):
    """A fact an agency told: which event (source and id), and the business date it arrived."""

    event: str
    noted_on: date


# Of a handled person


class MeasureRecorded(public.MeasureRecorded, ToldFact):
    """form: the one that counts (6.3); correction: replaces the earlier content of the decision.

    counted: brings the person into the population (V-1); probation_over_on: of P4 and P5 only (V-19).
    """

    counted: bool = False
    probation_over_on: date | None = None
    period_months: int | None = None
    case_no: str | None = None
    error_category: str = ""
    dereliction: bool = False
    important_post: bool = False
    correction: bool = False


class MeasureVoided(public.MeasureVoided, ToldFact):
    pass


class BarsComputed(public.BarsComputed):
    """Appended, never rewritten: what stood before, and why it was computed again (V-20)."""

    before: dict[str, date | None] = Field(default_factory=dict)
    reason: str = ""
    overlap_warning: bool = False


class ScopeComputed(public.ScopeComputed):
    reason: str = ""


class PartyRightsNoted(ToldFact):
    fact_name = "revisit.party_rights_noted.v1"
    zh = "恢复党员权利：{decision_no}，{restored_on}"
    en = "party rights restored for {decision_no} on {restored_on}"
    decision_no: str
    restored_on: date


class RestorationAwaited(Fact):
    """The probation is over and no restoration was told: the bars stay open (V-19)."""

    fact_name = "revisit.restoration_awaited.v1"
    zh = "留党察看期满（{since}），等待恢复权利决定：{decision_no}"
    en = "probation of {decision_no} over since {since}, restoration awaited"
    decision_no: str
    since: date


class ProfileNoted(ToldFact):
    fact_name = "revisit.profile_noted.v1"
    zh = "干部信息（{as_of}）：{service_status}"
    en = "profile as of {as_of}: {service_status}"
    replaces: str = ""
    as_of: date
    published_at: str
    birth_month: str
    service_status: str
    district: str
    level: ManagementLevel


class AppointmentNoted(ToldFact):
    fact_name = "revisit.appointment_noted.v1"
    zh = "任用：{kind}，{effective_on}"
    en = "appointment: {kind}, effective on {effective_on}"
    replaces: str = ""
    kind: str
    effective_on: date
    recommendation_no: str | None = None
    confirm_due: date | None = None


class AwardNoted(ToldFact):
    fact_name = "revisit.award_noted.v1"
    zh = "表彰：{conferred_on}"
    en = "award conferred on {conferred_on}"
    replaces: str = ""
    conferred_on: date
    award_sealed: str


class CaseFiledNoted(ToldFact):
    fact_name = "revisit.case_filed_noted.v1"
    zh = "立案 {case_no}，{filed_on}"
    en = "case {case_no} filed on {filed_on}"
    case_no: str
    filed_on: date


class CaseWithdrawnNoted(ToldFact):
    fact_name = "revisit.case_withdrawn_noted.v1"
    zh = "撤案 {case_no}，{withdrawn_on}"
    en = "case {case_no} withdrawn on {withdrawn_on}"
    case_no: str
    withdrawn_on: date


class JudgmentNoted(ToldFact):
    fact_name = "revisit.judgment_noted.v1"
    zh = "判决生效（{effective_on}）：{verdict}"
    en = "judgment effective on {effective_on}: {verdict}"
    criminal_case_no: str
    verdict: str
    effective_on: date


class SecondEventNoted(ToldFact):
    """A second event of the same key without `supersedes`: a person has to look; nothing changes by itself."""

    fact_name = "revisit.second_event_noted.v1"
    zh = "同一编号 {key} 的重复来文，待核对"
    en = "a second event for {key}, to be looked at"
    event_type: str
    key: str
    due_on: date | None


class SecondEventReviewed(Fact):
    fact_name = "revisit.second_event_reviewed.v1"
    zh = "重复来文已核对"
    en = "the second event was looked at"
    event: str
    finding_sealed: str


class PromotionConfirmed(public.PromotionConfirmed):
    """barred: bars that stood on the effective day; a matter for reporting to see, not a refusal."""

    barred: tuple[str, ...] = ()


class PromotionWithdrawn(public.PromotionWithdrawn):
    reason: str = ""
    note_sealed: str = ""


# Of a revisit case


class StandingRecorded(Fact):
    """What holds for the person now, and the sessions that call for: schedule is V-6 of all measures in scope.

    uses_free_on: by kind of use the first day no bar blocks it (0001-01-01: none ever did; None: not known).
    """

    fact_name = "revisit.standing_recorded.v1"
    zh = "范围、处分和影响期情况更新"
    en = "scope, measures and bars as they stand now"
    subject_token: str
    standing: Standing
    schedule: tuple[Session, ...] = ()
    uses_free_on: dict[str, date | None] = Field(default_factory=dict)
    noted_on: date
    enrol_due: date | None = None


class Enrolled(public.Enrolled):
    profile_due: date | None = None


class ProfileDrawn(Fact):
    """精准画像 (V-7): categories in the clear, texts sealed; nothing medical or religious."""

    fact_name = "revisit.profile_drawn.v1"
    zh = "完成画像"
    en = "the profile was drawn"
    drawn_on: date
    error_category: ErrorCategory
    intent_level: Level
    sanction_refs: tuple[str, ...]
    post_importance: Level
    attitude: Level
    work_state: Level
    risk_flags: tuple[RiskFlag, ...] = ()
    support_needs_sealed: str = ""
    remarks_sealed: str = ""
    plan_due: date | None = None


class PlanDrafted(Fact):
    fact_name = "revisit.plan_drafted.v1"
    zh = "拟订一人一策计划"
    en = "the plan was drafted"
    drafted_on: date
    planner: str
    goals_sealed: str
    methods: tuple[Method, ...]
    staff: tuple[str, ...]
    helper_sealed: str = ""
    sessions: tuple[Session, ...]
    decisions: tuple[str, ...]
    approval_due: date | None = None


class PlanReturned(Fact):
    fact_name = "revisit.plan_returned.v1"
    zh = "退回计划"
    en = "the plan was returned"
    returned_on: date
    reason_sealed: str
    plan_due: date | None = None


class PlanApproved(Fact):
    fact_name = "revisit.plan_approved.v1"
    zh = "批准计划"
    en = "the plan was approved"
    approved_on: date
    approver: str


class SessionsReplanned(Fact):
    """A measure was added, changed or revoked, or the evaluation calls for an extra session (V-6, V-12, V-20)."""

    fact_name = "revisit.sessions_replanned.v1"
    zh = "回访安排调整：{reason}"
    en = "sessions planned anew: {reason}"
    reason: str
    added: tuple[Session, ...] = ()
    removed: tuple[str, ...] = ()
    replanned_on: date


class CampaignSessionAdded(Fact):
    fact_name = "revisit.campaign_session_added.v1"
    zh = "{year} 年大回访增加一次回访"
    en = "the campaign of {year} adds one session"
    year: int
    session: Session
    added_on: date


class CampaignSessionDeferred(Fact):
    fact_name = "revisit.campaign_session_deferred.v1"
    zh = "案件中止，{year} 年大回访顺延"
    en = "suspended: the session of the campaign of {year} is deferred"
    year: int


class CampaignSessionCovered(Fact):
    """Enrolled late in the year: the TIMELY session is the campaign's."""

    fact_name = "revisit.campaign_session_covered.v1"
    zh = "{year} 年大回访由 {session_id} 完成"
    en = "session {session_id} is that of the campaign of {year}"
    year: int
    session_id: str


class SessionHeld(public.SessionHeld):
    """The record of V-10; texts sealed, interviewees by role. over_yearly_count: a warning (V-6)."""

    place: Place
    staff: tuple[str, ...]
    interviewees: tuple[Interviewee, ...]
    signed: bool
    notes_sealed: str
    over_yearly_count: bool = False
    evaluate_due: date | None = None


class ExecutionDefectFound(Fact):
    fact_name = "revisit.execution_defect_found.v1"
    zh = "发现处分执行问题：{defect}"
    en = "the decision was not carried out: {defect}"
    defect: ExecutionDefect
    session_id: str
    found_on: date


class Evaluated(public.Evaluated):
    understanding: bool
    attitude: bool
    work: bool
    masses: bool
    new_problem: bool
    evidence_sealed: str
    settle_due: date | None = None


class Continued(Fact):
    fact_name = "revisit.continued.v1"
    zh = "继续回访"
    en = "continued"
    continued_on: date


class ClueTransferred(Fact):
    """A new suspected violation goes to the case department; it is never handled in revisit (V-12)."""

    fact_name = "revisit.clue_transferred.v1"
    zh = "新问题线索移交 {to_body}"
    en = "the new problem was handed to {to_body}"
    to_body: str
    transferred_on: date


class ConcernReviewed(Fact):
    """A new concern does not stop the revisits: a person looked and went on."""

    fact_name = "revisit.concern_reviewed.v1"
    zh = "研究新情况，继续回访"
    en = "the new concern was looked at; revisits go on"
    case_nos: tuple[str, ...]
    reason_sealed: str


class UseRestrictionSet(Fact):
    """期满影响使用 (V-14 no. 2)."""

    fact_name = "revisit.use_restriction_set.v1"
    zh = "标注“期满影响使用”：{restricted}"
    en = "use restricted beyond the period: {restricted}"
    restricted: bool
    reason_sealed: str


class StaffMemberRecused(Fact):
    fact_name = "revisit.staff_member_recused.v1"
    zh = "{person} 回避"
    en = "{person} is recused"
    person: str
    reason_sealed: str


class FoundRecommendable(Fact):
    fact_name = "revisit.found_recommendable.v1"
    zh = "符合推荐条件：{use}"
    en = "found recommendable for {use}"
    use: Use
    found_on: date
    settle_due: date | None = None


class RecommendationProposed(public.RecommendationProposed):
    """secrecy: the person was not informed for secrecy of personnel work (V-14 no. 7)."""

    secrecy: bool = False


class RecommendationNoted(Fact):
    """What reporting says of the recommendation: SENT, SUSPENDED, WITHDRAWN or ANSWERED with its outcome."""

    fact_name = "revisit.recommendation_noted.v1"
    zh = "推荐 {recommendation_no}：{state} {outcome}"
    en = "recommendation {recommendation_no}: {state} {outcome}"
    recommendation_no: str
    state: str
    outcome: str = ""
    noted_on: date
    settle_due: date | None = None


class RevisitSuspended(public.RevisitSuspended):
    reason_sealed: str
    suspended_on: date


class RevisitResumed(public.RevisitResumed):
    resumed_on: date
    step_due: date | None = None


class RevisitTerminated(public.RevisitTerminated):
    reason_sealed: str = ""


class RevisitClosed(public.RevisitClosed):
    pass


class NewConcernRaised(public.NewConcernRaised):
    due_on: date | None = None


class DeadlineBreached(Fact):
    fact_name = "revisit.deadline_breached.v1"
    zh = "超期：{stage}，应于 {due_on} 前完成"
    en = "deadline missed: {stage} was due on {due_on}"
    stage: str
    due_on: date
    days_late: int = Field(ge=0)


# Of a campaign, and of the roll of enrolled persons


class CampaignDue(Fact):
    """The year began: the body's leaders have to open the campaign (大回访)."""

    fact_name = "revisit.campaign_due.v1"
    zh = "{year} 年大回访待 {body} 启动"
    en = "the campaign of {year} is to be opened by {body}"
    year: int
    body: str
    noted_on: date
    due_on: date | None


class CampaignOpened(public.CampaignOpened):
    pass


class CampaignLapsed(Fact):
    """The year is over and nobody opened its campaign."""

    fact_name = "revisit.campaign_lapsed.v1"
    zh = "{year} 年大回访未启动"
    en = "the campaign of {year} was never opened"
    year: int


class CityNoted(Fact):
    fact_name = "revisit.city_noted.v1"
    zh = "{city} 有受处分处理人员"
    en = "{city} has handled persons"
    city: str


class RollEntered(Fact):
    fact_name = "revisit.roll_entered.v1"
    zh = "列入回访名册"
    en = "entered in the roll"
    subject_token: str
