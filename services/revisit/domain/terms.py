"""Words of revisit education (回访教育): stages, grades, uses, bars, states, and the policy's numbers."""

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field

from shared.kernel import Policy, Value


class BarType(StrEnum):
    """What a measure bars during its period (V-16)."""

    PROMOTION = "PROMOTION"
    FURTHER_USE = "FURTHER_USE"
    RANK = "RANK"
    EQUAL_POST = "EQUAL_POST"
    LEADING_POST = "LEADING_POST"
    HIGHER_POST = "HIGHER_POST"
    PAY_STEP = "PAY_STEP"
    PARTY_RIGHTS = "PARTY_RIGHTS"
    READMISSION = "READMISSION"
    EXCELLENCE_RATING = "EXCELLENCE_RATING"


class Program(StrEnum):
    """标准访, 深度访, 暖心访 (V-5)."""

    STANDARD = "STANDARD"
    DEEP = "DEEP"
    WARM = "WARM"


class Stage(StrEnum):
    """及时访, 全面访, 延伸访 (V-5, V-6), the further sessions of DEEP, and 大回访."""

    TIMELY = "TIMELY"
    FULL = "FULL"
    EXTENDED = "EXTENDED"
    DEEP = "DEEP"
    CAMPAIGN = "CAMPAIGN"


class Grade(StrEnum):
    """好, 一般, 较差 (V-11)."""

    GOOD = "GOOD"
    AVERAGE = "AVERAGE"
    POOR = "POOR"


class Use(StrEnum):
    """Kinds of use a person may be recommended for (V-14): 提拔, 职级晋升, 重用, 平级交流, 培训, 表扬."""

    PROMOTION = "PROMOTION"
    RANK_RAISE = "RANK_RAISE"
    IMPORTANT_USE = "IMPORTANT_USE"
    ROTATION = "ROTATION"
    TRAINING = "TRAINING"
    PRAISE = "PRAISE"


class Status(StrEnum):
    """States of a revisit case (3.4); NOT_ENROLLED is what stands before its first one."""

    NOT_ENROLLED = "NOT_ENROLLED"
    ENROLLED = "ENROLLED"
    PROFILED = "PROFILED"
    PLANNED = "PLANNED"
    IN_PROGRESS = "IN_PROGRESS"
    EVALUATED = "EVALUATED"
    RECOMMENDABLE = "RECOMMENDABLE"
    RECOMMENDED = "RECOMMENDED"
    FEEDBACK_RECEIVED = "FEEDBACK_RECEIVED"
    CLOSED = "CLOSED"
    SUSPENDED = "SUSPENDED"
    TERMINATED = "TERMINATED"


class Level(StrEnum):
    """Three steps for what a profile says (V-7)."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


class ErrorCategory(StrEnum):
    """Nature of the error (六项纪律 and 职务)."""

    POLITICAL = "POLITICAL"
    ORGANISATIONAL = "ORGANISATIONAL"
    INTEGRITY = "INTEGRITY"
    MASS = "MASS"
    WORK = "WORK"
    LIFE = "LIFE"
    DUTY = "DUTY"


class RiskFlag(StrEnum):
    """Risks a profile may name; nothing medical or religious stands here (PIPL art.28, V-7)."""

    DISCOURAGED = "DISCOURAGED"
    WORK_STOPPED = "WORK_STOPPED"
    CONFLICT_IN_UNIT = "CONFLICT_IN_UNIT"
    REPEATED_ERROR = "REPEATED_ERROR"
    IMPORTANT_POST = "IMPORTANT_POST"


class Method(StrEnum):
    """座谈, 谈话谈心, 家访, 单位走访 (V-8)."""

    ROUND_TABLE = "ROUND_TABLE"
    HEART_TO_HEART = "HEART_TO_HEART"
    HOME_VISIT = "HOME_VISIT"
    UNIT_VISIT = "UNIT_VISIT"


class Place(StrEnum):
    """Where a session was held."""

    UNIT = "UNIT"
    HOME = "HOME"
    OUR_OFFICE = "OUR_OFFICE"
    ELSEWHERE = "ELSEWHERE"


class Interviewee(StrEnum):
    """Who was talked to, by role and never by name (V-9, V-10)."""

    PERSON = "PERSON"
    UNIT_LEADER = "UNIT_LEADER"
    COLLEAGUE = "COLLEAGUE"
    MASS_REPRESENTATIVE = "MASS_REPRESENTATIVE"
    FAMILY = "FAMILY"


class ExecutionDefect(StrEnum):
    """What of a decision was not carried out (V-13)."""

    NOT_ANNOUNCED = "NOT_ANNOUNCED"
    PAY_NOT_CHANGED = "PAY_NOT_CHANGED"
    POST_NOT_CHANGED = "POST_NOT_CHANGED"
    NOT_FILED = "NOT_FILED"


class SuspensionReason(StrEnum):
    """新的调查, 长期请假 (3.4)."""

    NEW_INVESTIGATION = "NEW_INVESTIGATION"
    LONG_LEAVE = "LONG_LEAVE"


class Session(Value):
    """A session as planned: both dates inclusive; the first blocks, the second only breaches."""

    session_id: str
    stage: Stage
    not_before: date
    due_on: date


class MeasureTaken(Value):
    """A measure in scope, as a case needs it."""

    decision_no: str
    code: str
    decided_on: date
    effective_on: date
    announced_on: date
    period_months: int | None = None
    restored_on: date | None = None


class Standing(Value):
    """What holds for a person now: scope, measures in scope, bars, open matters. One picture for the revisit case."""

    in_scope: bool
    reason: str = ""
    program: str = ""
    planned_deep: bool = False
    district: str = ""
    level: str = ""
    error_category: str = ""
    measures: tuple[MeasureTaken, ...] = ()
    bars: dict[str, date | None] = Field(default_factory=dict)
    open_cases: tuple[str, ...] = ()
    convicted: bool = False

    @property
    def body(self) -> str:
        """The body of the district of the latest measure in scope (V-4)."""
        return self.district

    @property
    def period_over_on(self) -> date | None:
        """First day on which every period is over; None while one is open without an end.

        The lost rating of the calendar year (EXCELLENCE_RATING) is no period.
        """
        ends = [free for kind, free in self.bars.items() if kind != BarType.EXCELLENCE_RATING]
        ends += [measure.effective_on for measure in self.measures]
        known = [end for end in ends if end is not None]
        return max(known) if known and len(known) == len(ends) else None


class RevisitPolicy(Policy):
    """Numbers of revisit education; `MM-DD` days repeat every year, `…_within` without `days` counts working days."""

    population_from: date
    young_max_age: int
    gov_overlap: Literal["MAX"]
    period_end_rule: Literal["CORRESPONDING_DAY"]
    sanction_months: dict[str, int]
    organisational_months: dict[str, int]
    leading_post_months: int
    probation_months: dict[str, int]
    timely_within_days: int
    full_spread_days: int
    short_period_months: int
    short_full_month: int
    extended_before_days: int
    extended_after_days: int
    deep_every_months: int
    deep_spread_days: int
    intensify_within_days: int
    max_per_year: int
    min_staff: int
    campaign_due: str
    campaign_late_from: str
    campaign_late_days: int
    timely_counts_from: str
    enrol_within: int
    profile_within: int
    plan_within: int
    approval_within: int
    evaluate_within: int
    settle_within: int
    confirm_within: int
    open_campaign_within: int
    evaluation_valid_days: int
    min_sessions: int
    blocking_bars: dict[Use, tuple[BarType, ...]]
