"""What agencies told us, as the exchange passes it on: the agency's own type as the name, no personal field.

A profile's name, remarks and neutral texts stay sealed in the exchange's store. Facts that hang on each other come
in one stream, so in order: `report:<token>` for all that follows from a report (police, procuratorate and the false
accuser's court case too), `person:<token>` for measures, cases filed, profile, appointments, awards and the subject's
own judgment, `matter:<no>` for tolerance, `recommendation:<no>` and `suggestion:<no>` for answers to us.
Fields and terms: agency-events.md section 5.
"""

from datetime import date
from typing import ClassVar

from shared.kernel import Fact, ManagementLevel, Value


class Origin(Value):
    """Where an agency's fact came from.

    published_on: Shanghai date of the event's `time`; published_at: the `time` itself; supersedes: id of the event of
    the same source that this one corrects.
    """

    source: str
    event_id: str
    receipt_id: str
    published_on: date
    published_at: str
    business_on: date
    supersedes: str | None = None


class AgencyFact(Fact):
    """A fact of an agency, applied at the exchange."""

    business_field: ClassVar[str] = ""
    origin: Origin


class Issue(Value):
    """A concrete problem in a report; its neutral text is not passed on."""

    issue_id: str
    category: str


class Finding(Value):
    """The conclusion on one point (事项) of an issue."""

    issue_id: str
    point: int
    conclusion: str
    impact_reasons: tuple[str, ...] = ()
    inquiry_side_effect_only: bool = False


class Element(Value):
    met: bool
    evidence_ref: str | None = None


class Benefit(Value):
    benefit_kind: str
    authority: str


class AccusationFindings(Value):
    """Signs of a false accusation (诬告陷害), as the handling department found them.

    elements: act, target, untruth, intent. The accuser's token is not passed on: the exchange seals it (F-4a);
    `accuser_token_sealed` says that there is one.
    """

    accuser_class: str
    indicators: tuple[str, ...] = ()
    elements: dict[str, Element]
    accuser_token_sealed: bool = False
    benefits: tuple[Benefit, ...] = ()
    aggravating: tuple[str, ...] = ()


class ListHit(Value):
    list_kind: str
    item_code: str


class ReportRegistered(AgencyFact):
    """检举控告登记."""

    fact_name = "petition.report_registered.v1"
    business_field = "received_on"
    report_token: str
    received_on: date
    channel: str
    real_name: bool
    subject_token: str
    management_level: ManagementLevel
    district_code: str
    issues: tuple[Issue, ...]
    repeat_of: str | None = None


class RepeatFlagged(AgencyFact):
    """重复举报."""

    fact_name = "petition.repeat_flagged.v1"
    business_field = "flagged_on"
    report_token: str
    flagged_on: date
    count: int
    first_concluded_on: date | None = None


class PetitionTransferred(AgencyFact):
    """信访转办."""

    fact_name = "petition.petition_transferred.v1"
    business_field = "transferred_on"
    report_token: str
    transferred_on: date
    to_body: str
    reason: str


class VerificationConcluded(AgencyFact):
    """核实结论."""

    fact_name = "handling.verification_concluded.v1"
    business_field = "concluded_on"
    report_token: str
    concluded_on: date
    findings: tuple[Finding, ...]
    secrecy_blocks: bool | None = None
    subject_wish: str | None = None
    accusation_findings: AccusationFindings | None = None


class CaseFiled(AgencyFact):
    """立案."""

    fact_name = "handling.case_filed.v1"
    business_field = "filed_on"
    case_no: str
    subject_token: str
    filed_on: date
    nature: str


class CaseWithdrawn(AgencyFact):
    """撤案."""

    fact_name = "handling.case_withdrawn.v1"
    business_field = "withdrawn_on"
    case_no: str
    subject_token: str
    withdrawn_on: date
    reason: str


class AccountabilityMatterIdentified(AgencyFact):
    """问责事项."""

    fact_name = "handling.accountability_matter_identified.v1"
    business_field = "identified_on"
    matter_no: str
    subject_token: str
    identified_on: date
    district_code: str
    management_level: ManagementLevel
    domain: str
    initiator: str
    distinctions: dict[str, bool]
    elements: dict[str, str]
    tests: dict[str, bool]
    bottom_line: tuple[str, ...]
    list_hits: tuple[ListHit, ...]
    loss_cny: int
    recovered_cny: int
    complexity: tuple[str, ...]


class SanctionDecided(AgencyFact):
    """处分决定."""

    fact_name = "trial.sanction_decided.v1"
    business_field = "decided_on"
    decision_no: str
    subject_token: str
    district_code: str
    management_level: ManagementLevel
    code: str
    form: int
    decided_on: date
    effective_on: date
    announced_on: date
    error_category: str
    dereliction: bool
    important_post: bool
    period_months: int | None = None
    case_no: str | None = None


class SanctionRevoked(AgencyFact):
    """撤销处分."""

    fact_name = "trial.sanction_revoked.v1"
    business_field = "revoked_on"
    decision_no: str
    subject_token: str
    revoked_on: date
    basis: str


class PartyRightsRestored(AgencyFact):
    """恢复党员权利."""

    fact_name = "trial.party_rights_restored.v1"
    business_field = "restored_on"
    decision_no: str
    subject_token: str
    restored_on: date


class OrgMeasureImposed(AgencyFact):
    """组织处理."""

    fact_name = "trial.org_measure_imposed.v1"
    business_field = "imposed_on"
    decision_no: str
    subject_token: str
    district_code: str
    management_level: ManagementLevel
    code: str
    form: int
    imposed_on: date
    effective_on: date
    announced_on: date
    error_category: str
    dereliction: bool
    important_post: bool
    period_months: int | None = None
    case_no: str | None = None


class PoliceClueReceived(AgencyFact):
    """线索受理."""

    fact_name = "police.clue_received.v1"
    business_field = "accepted_on"
    transfer_no: str
    report_token: str
    accepted_on: date


class PoliceCaseFiled(AgencyFact):
    """公安立案."""

    fact_name = "police.case_filed.v1"
    business_field = "filed_on"
    report_token: str
    transfer_no: str
    criminal_case_no: str
    filed_on: date
    charge: str


class PoliceCaseNotFiled(AgencyFact):
    """不予立案."""

    fact_name = "police.case_not_filed.v1"
    business_field = "decided_on"
    report_token: str
    transfer_no: str
    decided_on: date
    reason: str


class PolicePenaltyImposed(AgencyFact):
    """治安管理处罚."""

    fact_name = "police.penalty_imposed.v1"
    business_field = "imposed_on"
    report_token: str
    transfer_no: str
    decision_no: str
    imposed_on: date
    kind: str
    fine_cny: int | None = None
    days: int | None = None


class PoliceInvestigationConcluded(AgencyFact):
    """侦查终结."""

    fact_name = "police.investigation_concluded.v1"
    business_field = "concluded_on"
    report_token: str
    criminal_case_no: str
    concluded_on: date
    result: str
    author_identified: bool


class ProsecutionDecided(AgencyFact):
    """审查起诉决定."""

    fact_name = "procuratorate.prosecution_decided.v1"
    business_field = "decided_on"
    report_token: str
    criminal_case_no: str
    decided_on: date
    result: str


class JudgmentEffective(AgencyFact):
    """判决生效."""

    fact_name = "court.judgment_effective.v1"
    business_field = "effective_on"
    report_token: str = ""
    criminal_case_no: str
    effective_on: date
    verdict: str
    party: str
    subject_token: str | None = None


class ProfileUpdated(AgencyFact):
    """干部信息."""

    fact_name = "organisation.profile_updated.v1"
    business_field = "as_of"
    subject_token: str
    as_of: date
    unit_code: str
    post: str
    management_level: ManagementLevel
    rank_band: str
    birth_month: str
    gender: str
    district_code: str
    service_status: str


class RecommendationAcknowledged(AgencyFact):
    """推荐签收."""

    fact_name = "organisation.recommendation_acknowledged.v1"
    business_field = "received_on"
    recommendation_no: str
    receipt_no: str
    received_on: date


class RecommendationDecided(AgencyFact):
    """推荐反馈."""

    fact_name = "organisation.recommendation_decided.v1"
    business_field = "decided_on"
    recommendation_no: str
    decided_on: date
    outcome: str
    review_on: date | None = None
    reason_code: str | None = None


class AppointmentConfirmed(AgencyFact):
    """任用确认."""

    fact_name = "organisation.appointment_confirmed.v1"
    business_field = "effective_on"
    subject_token: str
    kind: str
    effective_on: date
    post: str
    recommendation_no: str | None = None


class AwardConferred(AgencyFact):
    """表彰."""

    fact_name = "organisation.award_conferred.v1"
    business_field = "conferred_on"
    subject_token: str
    award: str
    conferred_on: date


class SuggestionReplied(AgencyFact):
    """建议回复."""

    fact_name = "unit.suggestion_replied.v1"
    business_field = "replied_on"
    doc_no: str
    replied_on: date
    accepted: bool


class RectificationCompleted(AgencyFact):
    """整改完成."""

    fact_name = "unit.rectification_completed.v1"
    business_field = "completed_on"
    basis: str
    reference_no: str
    completed_on: date


AGENCY_FACTS: tuple[type[AgencyFact], ...] = (
    ReportRegistered,
    RepeatFlagged,
    PetitionTransferred,
    VerificationConcluded,
    CaseFiled,
    CaseWithdrawn,
    AccountabilityMatterIdentified,
    SanctionDecided,
    SanctionRevoked,
    PartyRightsRestored,
    OrgMeasureImposed,
    PoliceClueReceived,
    PoliceCaseFiled,
    PoliceCaseNotFiled,
    PolicePenaltyImposed,
    PoliceInvestigationConcluded,
    ProsecutionDecided,
    JudgmentEffective,
    ProfileUpdated,
    RecommendationAcknowledged,
    RecommendationDecided,
    AppointmentConfirmed,
    AwardConferred,
    SuggestionReplied,
    RectificationCompleted,
)
