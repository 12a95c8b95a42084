"""What is known of a subject across reports: reports, other matters, judgments."""

from datetime import date

from services.clarification.domain.terms import Told
from shared.kernel import Fact


class SubjectReported(Fact):
    """A report concerns the subject (被检举控告人)."""

    fact_name = "clarification.subject_reported.v1"
    zh = "被检举控告（{report_token}）"
    en = "was reported ({report_token})"
    report_token: str
    event: str


class MatterFiled(Fact):
    """Another matter of the subject was filed (立案), or its filing was corrected."""

    fact_name = "clarification.matter_filed.v1"
    zh = "另案 {case_no} 于 {filed_on} 立案"
    en = "matter {case_no} was filed on {filed_on}"
    told: Told
    case_no: str
    filed_on: date


class MatterEnded(Fact):
    """A matter ended: withdrawn (撤案), or by a measure with its number."""

    fact_name = "clarification.matter_ended.v1"
    zh = "另案 {case_no} 于 {ended_on} 终结"
    en = "matter {case_no} ended on {ended_on}"
    told: Told
    case_no: str
    ended_on: date


class JudgmentRecorded(Fact):
    """A judgment against the subject took effect (判决生效), or was corrected."""

    fact_name = "clarification.judgment_recorded.v1"
    zh = "判决 {criminal_case_no}：{verdict}（{effective_on}）"
    en = "judgment {criminal_case_no}: {verdict} on {effective_on}"
    told: Told
    criminal_case_no: str
    verdict: str
    effective_on: date


class SecondEventNoted(Fact):
    """A second event of the same number that corrects none: it changes nothing, a person looks at it."""

    fact_name = "clarification.subject_second_event_noted.v1"
    zh = "同一编号再次来文 {number}，需人工复核"
    en = "a second event of number {number} is to be looked at"
    told: Told
    number: str


class SecondEventSettled(Fact):
    fact_name = "clarification.subject_second_event_settled.v1"
    zh = "已复核（{ref}）"
    en = "looked at ({ref})"
    ref: str
    finding_sealed: str
    settled_on: date


class PriorityAdviceNoted(Fact):
    """Reporting saw a surge of repeated reports: it changes no priority, a person considers it."""

    fact_name = "clarification.priority_advice_noted.v1"
    zh = "被反复检举 {reports} 次，需考虑是否优先办理"
    en = "reported {reports} times in a surge: priority is to be considered"
    ref: str
    body: str
    reports: int
    noted_on: date


class PriorityConsidered(Fact):
    fact_name = "clarification.priority_considered.v1"
    zh = "已考虑是否优先办理（{ref}）"
    en = "priority was considered ({ref})"
    ref: str
    finding_sealed: str
    settled_on: date


FACTS: tuple[type[Fact], ...] = (
    SubjectReported,
    MatterFiled,
    MatterEnded,
    JudgmentRecorded,
    SecondEventNoted,
    SecondEventSettled,
    PriorityAdviceNoted,
    PriorityConsidered,
)
