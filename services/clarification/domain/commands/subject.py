"""What may be asked of a subject's record."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from services.clarification.domain.terms import Told
from shared.kernel import Command, Role
from shared.kernel.text import NeutralText


class RecordReport(Command):
    report_token: str
    event: str


class RecordMatterFiled(Command):
    told: Told
    case_no: str
    filed_on: date


class RecordMatterEnded(Command):
    told: Told
    case_no: str
    ended_on: date


class RecordJudgment(Command):
    told: Told
    criminal_case_no: str
    verdict: str
    effective_on: date


class NotePriorityAdvice(Command):
    """Repeated reports came in a surge: a person is to consider priority (domain.md section 8, no. 14)."""

    ref: str
    body: str
    reports: int
    noted_on: date


class SettleSecondEvent(Command):
    """Say that a second event of the same number was looked at, and what was found."""

    name: ClassVar[str] = "second-event-review"
    roles: ClassVar[frozenset[Role]] = frozenset({Role.CASE_SUPERVISOR})
    ref: Annotated[str, Field(min_length=1, max_length=200)]
    finding: NeutralText


class SettlePriorityAdvice(Command):
    """Say that priority was considered, and what was found; the priority itself is `priority` on the case (C-5)."""

    name: ClassVar[str] = "priority-consideration"
    roles: ClassVar[frozenset[Role]] = frozenset({Role.CASE_SUPERVISOR})
    ref: Annotated[str, Field(min_length=1, max_length=200)]
    finding: NeutralText


COMMANDS: tuple[type[Command], ...] = (
    RecordReport,
    RecordMatterFiled,
    RecordMatterEnded,
    RecordJudgment,
    NotePriorityAdvice,
    SettleSecondEvent,
    SettlePriorityAdvice,
)
