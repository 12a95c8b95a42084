"""The words of clarification (澄清正名) and false accusation (诬告陷害): states, codes, values, policy."""

import re
from datetime import date
from enum import IntEnum, StrEnum
from typing import Annotated

from pydantic import StringConstraints

from shared.kernel import Policy, Role, Value

PersonId = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}\.[A-Z_]+\.[1-9]$")]
IssueId = Annotated[str, StringConstraints(pattern=r"^I[0-9]{1,3}$")]
TOKEN = re.compile(r"[SGRA]-[0-9a-f]{12}")


class Status(StrEnum):
    """States of a clarification case (1.4); the first three before a case is opened.

    CLARIFIED is passed through: with the implementation the revisits are planned in the same decision.
    """

    NONE = ""
    REPORTED = "REPORTED"
    CONCLUDED = "CONCLUDED"
    REGISTERED = "REGISTERED"
    ASSESSING = "ASSESSING"
    DEFERRED = "DEFERRED"
    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    IMPLEMENTING = "IMPLEMENTING"
    CLARIFIED = "CLARIFIED"
    REVISITING = "REVISITING"
    EFFECT_REVIEW = "EFFECT_REVIEW"
    CLOSED = "CLOSED"
    NOT_NEEDED = "NOT_NEEDED"
    REJECTED = "REJECTED"
    CLOSED_DECLINED = "CLOSED_DECLINED"
    CANCELLED = "CANCELLED"
    REVOKED = "REVOKED"


BEFORE_CASE = frozenset({Status.NONE, Status.REPORTED, Status.CONCLUDED})
BEFORE_ACTION = frozenset(
    {Status.REGISTERED, Status.ASSESSING, Status.DEFERRED, Status.PROPOSED, Status.APPROVED},
)
AFTER_CLEARANCE = frozenset({Status.CLARIFIED, Status.REVISITING, Status.EFFECT_REVIEW, Status.CLOSED})


class AccusationStatus(StrEnum):
    """States of a false accusation case (2.3). RETURNED is passed through to VERIFYING."""

    NONE = ""
    SCREENING = "SCREENING"
    SUSPECTED = "SUSPECTED"
    VERIFYING = "VERIFYING"
    PROPOSED = "PROPOSED"
    REFERRED_UP = "REFERRED_UP"
    RECOGNISED = "RECOGNISED"
    HANDLING = "HANDLING"
    CLOSED = "CLOSED"
    NOT_RECOGNISED = "NOT_RECOGNISED"
    CLOSED_NOT_FALSE = "CLOSED_NOT_FALSE"
    CLOSED_UNIDENTIFIED = "CLOSED_UNIDENTIFIED"
    REVERSED = "REVERSED"


BEFORE_RECOGNITION = frozenset(
    {
        AccusationStatus.SCREENING,
        AccusationStatus.SUSPECTED,
        AccusationStatus.VERIFYING,
        AccusationStatus.PROPOSED,
        AccusationStatus.REFERRED_UP,
    }
)
RECOGNISED = frozenset({AccusationStatus.RECOGNISED, AccusationStatus.HANDLING, AccusationStatus.CLOSED})


class IssueStatus(StrEnum):
    """What the points of an issue add up to (agency-events.md 6.1)."""

    TRUE = "TRUE"
    PARTLY = "PARTLY"
    UNFOUNDED = "UNFOUNDED"
    UNRESOLVED = "UNRESOLVED"


class Classification(StrEnum):
    """What a conclusion is: the first two open a case (C-1), the others do not (C-4)."""

    UNFOUNDED = "UNFOUNDED"
    PARTLY_TRUE = "PARTLY_TRUE"
    FOUNDED = "FOUNDED"
    UNRESOLVED = "UNRESOLVED"


OPENS_CASE = frozenset({Classification.UNFOUNDED, Classification.PARTLY_TRUE})


class Exclusion(StrEnum):
    """Why clarification is not needed (不予澄清, C-4), in the order of agency-events.md 6.1."""

    PARTLY_TRUE = "PARTLY_TRUE"
    NO_ADVERSE_IMPACT = "NO_ADVERSE_IMPACT"
    INQUIRY_SIDE_EFFECT_ONLY = "INQUIRY_SIDE_EFFECT_ONLY"
    SECRECY = "SECRECY"


class DeferralCode(StrEnum):
    OTHER_OPEN_MATTER = "OTHER_OPEN_MATTER"


class PriorityReason(StrEnum):
    """Who comes first (重点对象优先办, C-5)."""

    ELECTION_OR_SELECTION = "ELECTION_OR_SELECTION"
    KEY_PROJECT_OR_REFORM = "KEY_PROJECT_OR_REFORM"
    VICTIM_OF_FALSE_ACCUSATION = "VICTIM_OF_FALSE_ACCUSATION"
    VILLAGE_ELECTION = "VILLAGE_ELECTION"
    PUBLIC_OPINION = "PUBLIC_OPINION"
    SUBJECT_AT_RISK = "SUBJECT_AT_RISK"
    REPEATED_REPORTS = "REPEATED_REPORTS"


class Consent(StrEnum):
    """The subject's wish as asked by the office (C-6)."""

    AGREED = "AGREED"
    AGREED_LIMITED = "AGREED_LIMITED"
    DECLINED = "DECLINED"
    NOT_REACHABLE = "NOT_REACHABLE"


class Method(StrEnum):
    """Methods (澄清方式, C-11): 书面, 当面, 会议, 通报."""

    WRITTEN = "WRITTEN"
    IN_PERSON = "IN_PERSON"
    MEETING = "MEETING"
    BULLETIN = "BULLETIN"


PUBLIC_METHODS = frozenset({Method.MEETING, Method.BULLETIN})


class Scope(StrEnum):
    """Range of a clarification (澄清范围, C-14), narrowest first."""

    PERSON_ONLY = "PERSON_ONLY"
    UNIT_LEADERSHIP = "UNIT_LEADERSHIP"
    UNIT_ALL = "UNIT_ALL"
    VILLAGE_ASSEMBLY = "VILLAGE_ASSEMBLY"
    SYSTEM = "SYSTEM"
    PUBLIC_MEDIA = "PUBLIC_MEDIA"

    @property
    def width(self) -> int:
        """Return the place in the order of width: a wider scope has a higher one."""
        return WIDTH[self]


WIDTH = {scope: place for place, scope in enumerate(Scope)}


class Department(StrEnum):
    """Departments that consult together (会商, C-9)."""

    PETITION = "PETITION"
    HANDLING = "HANDLING"
    CASE_SUPERVISION = "CASE_SUPERVISION"
    TRIAL = "TRIAL"
    ORGANISATION = "ORGANISATION"
    PARTY_COMMITTEE = "PARTY_COMMITTEE"


class Risk(StrEnum):
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


class Recommendation(StrEnum):
    """What the assessment (研判) recommends; a person still decides."""

    CLARIFY = "CLARIFY"
    NOT_NEEDED = "NOT_NEEDED"
    DEFER = "DEFER"


class ImpactReason(StrEnum):
    """Bad effects of an unfounded report (C-2)."""

    APPOINTMENT_AFFECTED = "APPOINTMENT_AFFECTED"
    PERSONAL_RIGHTS_OR_LIFE_AFFECTED = "PERSONAL_RIGHTS_OR_LIFE_AFFECTED"
    REPEATED_AFTER_CONCLUSION = "REPEATED_AFTER_CONCLUSION"
    SOCIAL_IMPACT = "SOCIAL_IMPACT"
    OTHER_DEEMED_NEEDED = "OTHER_DEEMED_NEEDED"


class RevisitKind(StrEnum):
    """Kinds of revisit after clarification (澄清回访, C-12)."""

    IN_PERSON = "IN_PERSON"
    UNIT_VISIT = "UNIT_VISIT"
    FAMILY_VISIT = "FAMILY_VISIT"
    PHONE = "PHONE"


class Effect(StrEnum):
    """Effect of the clarification (C-19): 消除, 基本消除, 部分消除, 未消除."""

    ELIMINATED = "ELIMINATED"
    MOSTLY = "MOSTLY"
    PARTLY = "PARTLY"
    NOT = "NOT"


INSUFFICIENT = frozenset({Effect.PARTLY, Effect.NOT})


class Notice(StrEnum):
    """Use of the result (结果运用, C-20): 廉政档案, 组织人事部门, 廉政意见, 恢复考虑."""

    INTEGRITY_FILE = "INTEGRITY_FILE"
    ORGANISATION_DEPARTMENT = "ORGANISATION_DEPARTMENT"
    INTEGRITY_OPINION = "INTEGRITY_OPINION"
    RESTORE_CONSIDERATION = "RESTORE_CONSIDERATION"


class CancelReason(StrEnum):
    CORRECTED = "CORRECTED"
    SUBJECT_CONVICTED = "SUBJECT_CONVICTED"
    NEW_FACTS = "NEW_FACTS"


class ReopenGround(StrEnum):
    """Why a decided case is opened again (1.4, 2.3)."""

    NEW_IMPACT_EVIDENCE = "NEW_IMPACT_EVIDENCE"
    SUBJECT_REQUEST = "SUBJECT_REQUEST"
    NEW_EVIDENCE = "NEW_EVIDENCE"
    CORRECTED_CONCLUSION = "CORRECTED_CONCLUSION"


class Stage(StrEnum):
    """Stages with a time limit (1.6)."""

    ASSESS = "ASSESS"
    CONSENT = "CONSENT"
    PROPOSAL = "PROPOSAL"
    APPROVAL = "APPROVAL"
    IMPLEMENT = "IMPLEMENT"
    REPORT_BACK = "REPORT_BACK"
    ARCHIVE = "ARCHIVE"
    REVISIT = "REVISIT"
    REVIEW = "REVIEW"
    TRANSFER = "TRANSFER"


class AccuserClass(StrEnum):
    """Identity class of the accuser (2.4): 党员, 监察对象, 其他人员, 未查明."""

    PARTY_MEMBER = "PARTY_MEMBER"
    PUBLIC_OFFICIAL = "PUBLIC_OFFICIAL"
    OTHER_PERSON = "OTHER_PERSON"
    UNIDENTIFIED = "UNIDENTIFIED"


class ElementName(StrEnum):
    """The four elements (F-2): 行为, 对象, 失实, 故意."""

    ACT = "act"
    TARGET = "target"
    UNTRUTH = "untruth"
    INTENT = "intent"


class Assessed(StrEnum):
    """What the findings would lead to by agency-events.md 6.2; advice for the office, never a decision."""

    RECOGNISABLE = "RECOGNISABLE"
    UNIDENTIFIED = "UNIDENTIFIED"
    MISTAKEN = "MISTAKEN"


class MeasureKind(StrEnum):
    """Handling of a recognised false accuser (2.4)."""

    ORGANISATIONAL_MEASURE = "ORGANISATIONAL_MEASURE"
    PARTY_SANCTION = "PARTY_SANCTION"
    GOVERNMENT_SANCTION = "GOVERNMENT_SANCTION"
    PUBLIC_SECURITY_TRANSFER = "PUBLIC_SECURITY_TRANSFER"
    CRIMINAL_REFERRAL = "CRIMINAL_REFERRAL"


MEASURES_OF = {
    AccuserClass.PARTY_MEMBER: frozenset({MeasureKind.ORGANISATIONAL_MEASURE, MeasureKind.PARTY_SANCTION}),
    AccuserClass.PUBLIC_OFFICIAL: frozenset({MeasureKind.GOVERNMENT_SANCTION}),
    AccuserClass.OTHER_PERSON: frozenset({MeasureKind.PUBLIC_SECURITY_TRANSFER}),
    AccuserClass.UNIDENTIFIED: frozenset[MeasureKind](),
}
TRANSFERS = frozenset({MeasureKind.PUBLIC_SECURITY_TRANSFER, MeasureKind.CRIMINAL_REFERRAL})


class MeasureResult(StrEnum):
    IMPOSED = "IMPOSED"
    NOT_IMPOSED = "NOT_IMPOSED"
    CONVICTED = "CONVICTED"
    ACQUITTED = "ACQUITTED"
    NOT_FILED = "NOT_FILED"


class BenefitOutcome(StrEnum):
    """What became of a benefit gained by false accusation (F-11)."""

    CORRECTED = "CORRECTED"
    PARTLY = "PARTLY"
    REFUSED = "REFUSED"
    NOT_APPLICABLE = "NOT_APPLICABLE"


class Party(StrEnum):
    """Who is told the result (F-12)."""

    VICTIM = "VICTIM"
    VICTIM_UNIT = "VICTIM_UNIT"
    SOURCE_BODY = "SOURCE_BODY"
    PETITION_OFFICE = "PETITION_OFFICE"
    ACCUSER = "ACCUSER"


class Remedy(StrEnum):
    """The accuser's remedy (复审/复核, F-12): not used within its time, or decided."""

    PERIOD_OVER = "PERIOD_OVER"
    DECIDED = "DECIDED"


class ReversalBasis(StrEnum):
    COURT = "COURT"
    PROCURATORATE = "PROCURATORATE"
    RETRIAL = "RETRIAL"
    REVIEW = "REVIEW"


class JusticeKind(StrEnum):
    """Kinds of police, procuratorate and court facts in a report's side record (E-8)."""

    CLUE_RECEIVED = "CLUE_RECEIVED"
    CASE_FILED = "CASE_FILED"
    CASE_NOT_FILED = "CASE_NOT_FILED"
    PENALTY_IMPOSED = "PENALTY_IMPOSED"
    INVESTIGATION_CONCLUDED = "INVESTIGATION_CONCLUDED"
    PROSECUTION_DECIDED = "PROSECUTION_DECIDED"
    JUDGMENT_EFFECTIVE = "JUDGMENT_EFFECTIVE"


class ReviewKind(StrEnum):
    """Why a person has to look at something that changed nothing by itself (agency-events.md 4.3, E-8)."""

    CORRECTION_AFTER_ACTION = "CORRECTION_AFTER_ACTION"
    SECOND_EVENT = "SECOND_EVENT"
    ACCUSATION_REVERSED = "ACCUSATION_REVERSED"
    FINDINGS_AFTER_CLOSURE = "FINDINGS_AFTER_CLOSURE"
    RECOGNITION_DOUBTED = "RECOGNITION_DOUBTED"
    AUTHOR_PURSUED = "AUTHOR_PURSUED"


class RevisitNumber(IntEnum):
    """The two revisits every clarification gets (两回访, C-18)."""

    FIRST = 1
    SECOND = 2


class Told(Value):
    """Which agency event told something, when it was received here (business date), which one it corrects."""

    event: str
    body: str
    received_on: date
    supersedes: str | None = None


class PointFinding(Value):
    """The conclusion on one point (事项) of an issue."""

    issue_id: str
    point: int
    conclusion: IssueStatus
    impact_reasons: tuple[ImpactReason, ...] = ()
    inquiry_side_effect_only: bool = False


class ReportedIssue(Value):
    issue_id: str
    category: str


class ElementFinding(Value):
    met: bool
    evidence_ref: str | None = None

    @property
    def evidenced(self) -> bool:
        return self.met and bool(self.evidence_ref)


class BenefitFound(Value):
    benefit_kind: str
    authority: str


class AccusationSigns(Value):
    """Signs of a false accusation in a conclusion; the accuser's token never comes here (F-4a)."""

    accuser_class: AccuserClass
    indicators: tuple[str, ...] = ()
    elements: dict[ElementName, ElementFinding]
    accuser_token_sealed: bool = False
    benefits: tuple[BenefitFound, ...] = ()
    aggravating: tuple[str, ...] = ()


LEADERS = frozenset({Role.PRINCIPAL, Role.DEPUTY_IN_CHARGE, Role.DEPT_HEAD})
SEATS = {
    Department.PETITION: Role.PETITION_OFFICER,
    Department.HANDLING: Role.HANDLER,
    Department.CASE_SUPERVISION: Role.CASE_SUPERVISOR,
    Department.TRIAL: Role.TRIAL_OFFICER,
    Department.ORGANISATION: Role.ORGANISATION_OFFICER,
}
"""Whose officers sit for a department; the Party committee sends a leader."""


class Participant(Value):
    """A person who takes part in the consultation for a department."""

    person_id: PersonId
    department: Department

    @property
    def may_speak_for_department(self) -> bool:
        """Is the person an officer of the department, or a leader?"""
        role = self.person_id.split(".")[1]
        return role in LEADERS or role == SEATS.get(self.department)


class ClarificationPolicy(Policy):
    """The numbers of clarification; each with its mark and source in policy.toml."""

    assess_within: int
    assess_within_priority: int
    consent_within: int
    consent_within_priority: int
    proposal_within: int
    proposal_within_priority: int
    approval_within: int
    approval_within_priority: int
    implement_within: int
    implement_within_priority: int
    report_back_within: int
    archive_within_days: int
    first_revisit_after_days: int
    first_revisit_within_days: int
    second_revisit_after_days: int
    second_revisit_within_days: int
    second_revisit_grace_days: int
    extra_revisit_within_days: int
    consent_attempts: int
    departments_consulted: int
    revisit_staff: int
    province_managed_requires_province: bool
    investigators_least: int
    transfer_accept_within: int
    remedy_days: int
