"""The words of tolerance (容错纠错): what is known of a matter, the answers given to it, outcomes, steps, limits."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

from pydantic import StringConstraints

from shared.kernel import ManagementLevel, Policy, Value

PersonId = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}\.[A-Z_]+\.[1-9]$")]
UnitCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}-[0-9]{4}$")]
Owner = Annotated[str, StringConstraints(pattern=r"^([SG]-[0-9a-f]{12}|[0-9]{6}-[0-9]{4})$")]


class Status(StrEnum):
    """States of a case (domain.md 4.3); ABSENT: no agency's fact has opened it yet."""

    ABSENT = "ABSENT"
    INITIATED = "INITIATED"
    NOT_ACCEPTED = "NOT_ACCEPTED"
    ACCEPTED = "ACCEPTED"
    PLANNED = "PLANNED"
    INVESTIGATING = "INVESTIGATING"
    HEARD = "HEARD"
    REPORTED = "REPORTED"
    CONSULTED = "CONSULTED"
    DETERMINED = "DETERMINED"
    FED_BACK = "FED_BACK"
    OBJECTION_OPEN = "OBJECTION_OPEN"
    FINAL = "FINAL"
    CORRECTING = "CORRECTING"
    FILED = "FILED"
    TRACKING = "TRACKING"
    CLOSED = "CLOSED"
    WITHDRAWN = "WITHDRAWN"
    TRANSFERRED = "TRANSFERRED"
    REVOKED = "REVOKED"


BEFORE_DETERMINATION = frozenset(
    {
        Status.INITIATED,
        Status.ACCEPTED,
        Status.PLANNED,
        Status.INVESTIGATING,
        Status.HEARD,
        Status.REPORTED,
        Status.CONSULTED,
    }
)
DETERMINED_ON = frozenset(
    {
        Status.DETERMINED,
        Status.FED_BACK,
        Status.OBJECTION_OPEN,
        Status.FINAL,
        Status.CORRECTING,
        Status.FILED,
        Status.TRACKING,
        Status.CLOSED,
    }
)
EFFECTIVE = frozenset({Status.FINAL, Status.CORRECTING, Status.FILED, Status.TRACKING})


class Grade(StrEnum):
    FAVOURABLE = "FAVOURABLE"
    NEUTRAL = "NEUTRAL"
    ADVERSE = "ADVERSE"


SEVERITY: Mapping[Grade, int] = MappingProxyType({Grade.FAVOURABLE: 0, Grade.NEUTRAL: 1, Grade.ADVERSE: 2})


class ElementName(StrEnum):
    """The six elements (六要素): 动机态度, 客观条件, 程序方法, 性质程度, 后果影响, 挽回损失 (T-2)."""

    MOTIVE = "motive"
    CONDITIONS = "conditions"
    PROCEDURE = "procedure"
    NATURE = "nature"
    CONSEQUENCE = "consequence"
    RECOVERY = "recovery"


class Elements(Value):
    """The grade of each of the six elements (T-2)."""

    motive: Grade
    conditions: Grade
    procedure: Grade
    nature: Grade
    consequence: Grade
    recovery: Grade

    def grade(self, name: ElementName) -> Grade:
        grade: Grade = getattr(self, name.value)
        return grade

    @property
    def adverse(self) -> tuple[ElementName, ...]:
        return tuple(name for name in ElementName if self.grade(name) is Grade.ADVERSE)


class Distinctions(Value):
    """The three distinctions (三个区分开来); true is the tolerable side (T-1)."""

    first_trial_not_knowing: bool
    no_explicit_limit: bool
    unintentional_not_private: bool

    @property
    def failed(self) -> tuple[str, ...]:
        return tuple(name for name, tolerable in self if not tolerable)


class FourTests(Value):
    """The four exemption tests: 初衷, 程序, 结果, 纪律 (T-3)."""

    purpose: bool
    procedure: bool
    result: bool
    discipline: bool

    @property
    def failed(self) -> tuple[str, ...]:
        return tuple(name for name, met in self if not met)


class BottomLine(StrEnum):
    """What can never be tolerated (底线, T-4)."""

    PRIVATE_GAIN = "PRIVATE_GAIN"
    EXPLICIT_PROHIBITION = "EXPLICIT_PROHIBITION"
    MAJOR_SAFETY_ACCIDENT = "MAJOR_SAFETY_ACCIDENT"
    SERIOUS_ENV_OR_MASS_INCIDENT = "SERIOUS_ENV_OR_MASS_INCIDENT"
    POLITICAL_DISCIPLINE = "POLITICAL_DISCIPLINE"
    CORRUPTION_OR_CRIME = "CORRUPTION_OR_CRIME"
    REPEATED_SAME_ERROR = "REPEATED_SAME_ERROR"
    CONCEALMENT_OR_NO_RECOVERY = "CONCEALMENT_OR_NO_RECOVERY"


class ListKind(StrEnum):
    """正面清单, 负面清单, 免责清单 (T-3)."""

    POSITIVE = "POSITIVE"
    NEGATIVE = "NEGATIVE"
    EXEMPTION = "EXEMPTION"


class ListHit(Value):
    list_kind: ListKind
    item_code: str


class Complexity(StrEnum):
    """Why a matter is decided on its own by the leadership's meeting (一事一议, T-10)."""

    MAJOR_OR_COMPLEX = "MAJOR_OR_COMPLEX"
    LARGE_SOCIAL_EFFECT = "LARGE_SOCIAL_EFFECT"
    HARD_TO_CHARACTERISE = "HARD_TO_CHARACTERISE"


class Initiator(StrEnum):
    PERSON = "PERSON"
    UNIT = "UNIT"
    ORGANISATION_PROPOSAL = "ORGANISATION_PROPOSAL"
    HANDLING_EX_OFFICIO = "HANDLING_EX_OFFICIO"


APPLICANTS = frozenset({Initiator.PERSON, Initiator.UNIT})


class Matter(Value):
    """What the handling department identified about one person in one matter (问责事项).

    body: six digits of the handling body; loss_cny, recovered_cny: whole yuan.
    """

    body: str
    district: str
    level: ManagementLevel
    domain: str
    initiator: Initiator
    identified_on: date
    distinctions: Distinctions
    elements: Elements
    tests: FourTests
    bottom_line: tuple[BottomLine, ...]
    list_hits: tuple[ListHit, ...]
    loss_cny: int
    recovered_cny: int
    complexity: tuple[Complexity, ...]

    def lists(self, kind: ListKind) -> bool:
        """Is there a hit on a list of this kind? The item itself plays no part (agency-events.md 6.4)."""
        return any(hit.list_kind is kind for hit in self.list_hits)


class Outcome(StrEnum):
    """Outcomes of a determination, an opinion to the deciding body, never a sanction (T-8)."""

    NOT_A_FAULT = "NOT_A_FAULT"
    EXEMPT = "EXEMPT"
    LIGHTER = "LIGHTER"
    MITIGATED = "MITIGATED"
    NOT_TOLERATED = "NOT_TOLERATED"


class RuleOutcome(StrEnum):
    """What the rule arrives at (agency-events.md 6.4); which of lighter and mitigated is a person's choice."""

    NOT_ACCEPTED = "NOT_ACCEPTED"
    NOT_A_FAULT = "NOT_A_FAULT"
    EXEMPT = "EXEMPT"
    LIGHTER_OR_MITIGATED = "LIGHTER_OR_MITIGATED"
    NOT_TOLERATED = "NOT_TOLERATED"


class PreReview(StrEnum):
    """Results of the pre-review (前置审核, T-6)."""

    CANDIDATE = "CANDIDATE"
    NOT_ACCEPTED = "NOT_ACCEPTED"
    NOT_APPLICABLE = "NOT_APPLICABLE"


class NonAcceptanceReason(StrEnum):
    OUTSIDE_JURISDICTION = "OUTSIDE_JURISDICTION"
    NOT_AN_ACCOUNTABILITY_MATTER = "NOT_AN_ACCOUNTABILITY_MATTER"
    ALREADY_DECIDED = "ALREADY_DECIDED"
    OTHER = "OTHER"


class Department(StrEnum):
    """Who is consulted in step 7: 纪检监察机关, 组织部门, 业务主管部门, 审计, 司法."""

    DISCIPLINE_BODY = "DISCIPLINE_BODY"
    ORGANISATION_DEPT = "ORGANISATION_DEPT"
    BUSINESS_DEPT = "BUSINESS_DEPT"
    AUDIT = "AUDIT"
    JUDICIAL = "JUDICIAL"


class Addressee(StrEnum):
    """Who is told the result in writing (step 9): 当事人, 所在单位, 提出单位."""

    PERSON = "PERSON"
    UNIT = "UNIT"
    PROPOSING_UNIT = "PROPOSING_UNIT"


class ObjectionDecision(StrEnum):
    UPHELD = "UPHELD"
    REJECTED = "REJECTED"


class RevocationGround(StrEnum):
    FACTS_CONCEALED = "FACTS_CONCEALED"
    NEW_BOTTOM_LINE = "NEW_BOTTOM_LINE"


class SuggestionKind(StrEnum):
    """纪律检查建议书, 监察建议书 (T-13)."""

    DISCIPLINE = "DISCIPLINE"
    SUPERVISION = "SUPERVISION"


class Implementation(StrEnum):
    """What the check on the spot (回头看) of a suggestion found (T-13)."""

    IMPLEMENTED = "IMPLEMENTED"
    PARTLY = "PARTLY"
    NOT_IMPLEMENTED = "NOT_IMPLEMENTED"


class UnitReportKind(StrEnum):
    REPLY = "REPLY"
    RECTIFICATION = "RECTIFICATION"


class UnitReport(Value):
    """What a unit reported: a reply to a suggestion, or that it finished correcting.

    doc_no: the suggestion, empty for a correction plan; origin, supersedes: `<source>#<event id>`.
    """

    kind: UnitReportKind
    doc_no: str = ""
    origin: str
    supersedes: str | None = None
    happened_on: date
    accepted: bool | None = None


class ReviewReason(StrEnum):
    """Why a person has to look at an agency's fact that changed nothing by itself (agency-events.md 4.3)."""

    SECOND_MATTER = "SECOND_MATTER"
    CORRECTED_AFTER_DECISION = "CORRECTED_AFTER_DECISION"
    SECOND_REPORT = "SECOND_REPORT"
    REPORT_CORRECTED_AFTER_CHECK = "REPORT_CORRECTED_AFTER_CHECK"


class Step(Value):
    """One of the twelve steps: its number, stage and name (4.2)."""

    number: int
    stage_zh: str
    stage_en: str
    zh: str
    en: str


STEPS: tuple[Step, ...] = tuple(
    Step(number=number, stage_zh=stage_zh, stage_en=stage_en, zh=zh, en=en)
    for number, stage_zh, stage_en, zh, en in (
        (1, "启动实施", "start", "提出启动", "tolerance is asked for"),
        (2, "启动实施", "start", "受理与前置审核", "acceptance and pre-review"),
        (3, "调查核实", "investigation", "制定核查方案、组成核查组", "plan and investigators"),
        (4, "调查核实", "investigation", "核查取证", "evidence"),
        (5, "调查核实", "investigation", "听取陈述申辩及单位意见", "hearing"),
        (6, "研究认定", "determination", "形成核查报告和容错建议", "report and proposed outcome"),
        (7, "研究认定", "determination", "会商研判", "consultation"),
        (8, "研究认定", "determination", "集体研究认定并报批", "determination and approval"),
        (9, "结果反馈", "feedback", "书面反馈", "written feedback"),
        (10, "结果反馈", "feedback", "异议复核与适当范围澄清", "objection and review"),
        (11, "后续管理", "follow-up", "纠错整改与纪检监察建议", "correction and suggestions"),
        (12, "后续管理", "follow-up", "备案归档与跟踪管理", "filing and tracking"),
    )
)
STEP_OF: Mapping[Status, int] = MappingProxyType(
    {
        Status.INITIATED: 1,
        Status.NOT_ACCEPTED: 2,
        Status.ACCEPTED: 2,
        Status.PLANNED: 3,
        Status.INVESTIGATING: 4,
        Status.HEARD: 5,
        Status.REPORTED: 6,
        Status.CONSULTED: 7,
        Status.DETERMINED: 8,
        Status.FED_BACK: 9,
        Status.OBJECTION_OPEN: 10,
        Status.FINAL: 10,
        Status.CORRECTING: 11,
        Status.FILED: 12,
        Status.TRACKING: 12,
        Status.CLOSED: 12,
    }
)


class TolerancePolicy(Policy):
    """Limits and least numbers of tolerance; `_within` in working days, `_days` in calendar days."""

    accept_within: int
    plan_within: int
    evidence_within: int
    evidence_extension: int
    hearing_within: int
    report_within: int
    consultation_within: int
    determination_within: int
    feedback_within: int
    objection_window: int
    objection_review_within: int
    correction_plan_days: int
    correction_days: int
    correction_reminder_within: int
    suggestion_reply_days: int
    suggestion_report_days: int
    filing_within: int
    tracking_within: int
    investigators_least: int
    departments_least: int
    participants_least: int
    adverse_most: int
