"""What persons and the house want done to a recommendation (推荐使用) and to a month's figures."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import StringConstraints

from services.reporting.domain.terms import FollowUp, ReceiverKind
from shared.contracts.reporting import Restatement
from shared.kernel import Command, ManagementLevel, Role
from shared.kernel.text import NeutralText

UnitCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}-[0-9]{4}$")]


class ReviewRecommendation(Command):
    """Review a draft (审核): a department head who did not propose it."""

    name = "review"
    roles = frozenset({Role.DEPT_HEAD})
    opinion: NeutralText


class ApproveRecommendation(Command):
    """Approve (批准): the principal, a named human (PIPL art.24). Source: V-14 no. 6."""

    name = "approval"
    roles = frozenset({Role.PRINCIPAL})
    opinion: NeutralText


class SendRecommendation(Command):
    """Send (送出), for the first time or again after a deferral; the conditions of V-14 are checked on this day.

    secrecy_of_personnel_work: the person is not told because personnel work is secret (V-14 no. 7).
    """

    name = "sending"
    roles = frozenset({Role.REVISIT_OFFICER, Role.DEPT_HEAD})
    receiver: ReceiverKind = ReceiverKind.ORGANISATION_DEPARTMENT
    unit_code: UnitCode | None = None
    secrecy_of_personnel_work: bool = False


class StartStudy(Command):
    """Note that the receiver studies it (研究中), as it told us."""

    name = "study"
    roles = frozenset({Role.REVISIT_OFFICER, Role.DEPT_HEAD})
    told_on: date


class FollowUpRecommendation(Command):
    """Say what became of the person (跟踪); a promotion only where the organisation department told it (S-9)."""

    name = "follow-up"
    roles = frozenset({Role.REVISIT_OFFICER, Role.DEPT_HEAD})
    follow_up: FollowUp
    followed_on: date


class CloseRecommendation(Command):
    """Close (办结)."""

    name = "closing"
    roles = frozenset({Role.DEPT_HEAD})


class WithdrawRecommendation(Command):
    """Withdraw (撤回): possible until the receiver has answered."""

    name = "withdrawal"
    roles = frozenset({Role.PRINCIPAL})
    reason: NeutralText


class AlertReceiver(Command):
    """Tell the receiver of a new concern after its answer (通报)."""

    name = "alert"
    roles = frozenset({Role.PRINCIPAL})
    reason: NeutralText


class ResumeRecommendation(Command):
    """Resume (恢复) after a concern was settled; the conditions of V-14 are checked anew. Source: S-9, S-10."""

    name = "resumption"
    roles = frozenset({Role.PRINCIPAL})
    finding: NeutralText


class CheckAnswer(Command):
    """Look at an answer that could not take effect by itself (核对来文), and say what follows."""

    name = "answer-check"
    roles = frozenset({Role.REVISIT_OFFICER, Role.DEPT_HEAD})
    event_id: str
    finding: NeutralText


class RecordDraft(Command):
    """Record a recommendation that revisit proposed, with its evidence."""

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


class RecordStanding(Command):
    """Record newer bars, or a newer evaluation, of the person."""

    bars: dict[str, date | None] | None = None
    grade: str | None = None
    evaluated_on: date | None = None


class RecordConcern(Command):
    """Record a new sanction or clue (S-10)."""

    reason: str


class RecordAcknowledgement(Command):
    """Record the organisation department's receipt, in any state (E-8)."""

    event_id: str
    supersedes: str | None = None
    receipt_no: str
    received_on: date


class RecordAnswer(Command):
    """Record the organisation department's answer, in any state (E-8)."""

    event_id: str
    supersedes: str | None = None
    outcome: str
    decided_on: date
    review_on: date | None = None
    reason_code: str | None = None


class RecordPromotion(Command):
    """Record that a promotion which names this recommendation was confirmed, or (kind empty) withdrawn."""

    appointment_id: str
    kind: str


class RemindReceiver(Command):
    """Note that the receiver's limit has passed."""

    stage: str
    fired_on: date


class RecordListed(Command):
    """Remember on the person which recommendations there are."""

    recommendation_no: str


class NotePrioritySurge(Command):
    """Note a surge of repeated reports against a subject: advice to a person (domain.md section 8, no. 14)."""

    subject: str
    reports: int
    reached_on: date
    body: str


class RecordMonthClosed(Command):
    """Close a month with its figures as they stand (封账)."""

    name: ClassVar[str] = "close"
    figures: dict[str, int]
    restatements: tuple[Restatement, ...] = ()
    positions: dict[str, int]
