"""Public facts of tolerance (容错纠错): one case per matter and person, in 5 stages and 12 steps."""

from datetime import date

from shared.kernel import Fact, ManagementLevel


class MatterFact(Fact):
    case_id: str
    matter_no: str
    subject_token: str
    district: str
    level: ManagementLevel


class ToleranceInitiated(MatterFact):
    fact_name = "tolerance.initiated.v1"
    zh = "提出容错（{initiator}）"
    en = "tolerance asked for by {initiator}"
    initiator: str
    identified_on: date


class ToleranceScreened(MatterFact):
    """The pre-review (前置审核): NOT_APPLICABLE, CANDIDATE, or NOT_ACCEPTED for a bottom-line hit."""

    fact_name = "tolerance.screened.v1"
    zh = "前置审核：{result}"
    en = "pre-review: {result}"
    result: str
    screened_on: date


class ToleranceDetermined(MatterFact):
    fact_name = "tolerance.determined.v1"
    zh = "认定：{outcome}（{approver_body} 批准）"
    en = "determined: {outcome} (approved by {approver_body})"
    outcome: str
    collectively: bool
    approver_body: str
    determined_on: date


class ToleranceFinal(MatterFact):
    fact_name = "tolerance.final.v1"
    zh = "认定生效"
    en = "the determination is final"
    final_on: date


class ToleranceFiled(MatterFact):
    fact_name = "tolerance.filed.v1"
    zh = "备案归档 {archive_no}"
    en = "filed as {archive_no}"
    archive_no: str
    filed_on: date


class ToleranceClosed(MatterFact):
    fact_name = "tolerance.closed.v1"
    zh = "跟踪结束，办结"
    en = "closed after tracking"
    closed_on: date


class ToleranceWithdrawn(MatterFact):
    fact_name = "tolerance.withdrawn.v1"
    zh = "申请人撤回"
    en = "withdrawn by the applicant"
    withdrawn_on: date


class ToleranceTransferred(MatterFact):
    fact_name = "tolerance.transferred.v1"
    zh = "涉嫌违纪违法，移交办案部门"
    en = "transferred to the case department"
    transferred_on: date


class ToleranceRevoked(MatterFact):
    fact_name = "tolerance.revoked.v1"
    zh = "撤销容错认定"
    en = "the determination was revoked"
    revoked_on: date


class SuggestionIssued(MatterFact):
    """A discipline or supervision suggestion (纪检监察建议) was issued to a unit; replies name `doc_no`."""

    fact_name = "tolerance.suggestion_issued.v1"
    zh = "发出建议书 {doc_no}，{reply_due} 前回复"
    en = "suggestion {doc_no} issued, reply due on {reply_due}"
    doc_no: str
    reply_due: date
    issued_on: date


FACTS: tuple[type[Fact], ...] = (
    ToleranceInitiated,
    ToleranceScreened,
    ToleranceDetermined,
    ToleranceFinal,
    ToleranceFiled,
    ToleranceClosed,
    ToleranceWithdrawn,
    ToleranceTransferred,
    ToleranceRevoked,
    SuggestionIssued,
)
