"""What is known of one tolerance case."""

from dataclasses import dataclass
from datetime import date

from services.tolerance.domain import events
from services.tolerance.domain.rules import Findings
from services.tolerance.domain.terms import (
    BottomLine,
    Distinctions,
    Elements,
    FourTests,
    Implementation,
    ListKind,
    Matter,
    Outcome,
    PreReview,
    ReviewReason,
    Status,
    UnitReport,
    UnitReportKind,
)
from shared.kernel import nearest_body


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A suggestion issued in this case (纪检监察建议) and what became of it."""

    doc_no: str
    addressed_unit: str
    issued_on: date
    reply_due: date
    replied_on: date | None = None
    accepted: bool | None = None
    rectified_on: date | None = None
    overdue: bool = False
    finding: Implementation | None = None
    checked_on: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One tolerance case (容错案件).

    matter: content in force; distinctions, elements, tests: its answers as the steps changed them, the latest word
    holds; found: bottom-line items found by our own steps; held: a correction that came after a decision;
    origins, set_aside: events recorded, and those of them that are second ones of their key and changed nothing;
    step_on, due_on: business date of the last step and limit of the next; late: that limit was recorded as breached.
    """

    case_id: str
    status: Status = Status.ABSENT
    matter_no: str = ""
    subject: str = ""
    matter: Matter | None = None
    adverse_most: int = 0
    distinctions: Distinctions | None = None
    elements: Elements | None = None
    tests: FourTests | None = None
    found: frozenset[BottomLine] = frozenset()
    held: Matter | None = None
    origins: frozenset[str] = frozenset()
    set_aside: frozenset[str] = frozenset()
    arrived_on: date | None = None
    opened_on: date | None = None
    step_on: date | None = None
    due_on: date | None = None
    late: bool = False
    screened: PreReview | None = None
    investigators: tuple[str, ...] = ()
    evidenced: bool = False
    extended: bool = False
    proposed: Outcome | None = None
    proposer: str = ""
    outcome: Outcome | None = None
    collectively: bool = False
    determined_on: date | None = None
    objection_until: date | None = None
    corrections: tuple[events.CorrectionItem, ...] = ()
    rectified_on: date | None = None
    corrected: bool = False
    reminders: int = 0
    remind_on: date | None = None
    suggestions: tuple[Suggestion, ...] = ()
    archive_no: str = ""
    reviews: tuple[ReviewReason, ...] = ()
    review_since: date | None = None

    @property
    def known(self) -> Matter:
        assert self.matter is not None, self.case_id
        return self.matter

    @property
    def approver_body(self) -> str:
        """The nearest body that manages the person's level, going up from the handling body (C-8)."""
        return nearest_body(self.known.body, self.known.level)

    @property
    def bottom_line(self) -> tuple[BottomLine, ...]:
        """Items hit: what the handling department named can only grow by what our steps find (T-4)."""
        named = self.known.bottom_line
        return (*named, *sorted(self.found - set(named))) if self.found else named

    @property
    def findings(self) -> Findings:
        matter = self.known
        assert self.distinctions is not None
        assert self.elements is not None
        assert self.tests is not None
        return Findings(
            bottom_line=self.bottom_line,
            distinctions=self.distinctions,
            elements=self.elements,
            tests=self.tests,
            positive=matter.lists(ListKind.POSITIVE),
            negative=matter.lists(ListKind.NEGATIVE),
            adverse_most=self.adverse_most,
        )

    @property
    def unchecked(self) -> tuple[Suggestion, ...]:
        """Suggestions whose implementation nobody has checked yet."""
        return tuple(item for item in self.suggestions if item.finding is None)

    def suggestion(self, doc_no: str) -> Suggestion | None:
        return next((item for item in self.suggestions if item.doc_no == doc_no), None)


def acted_on(case: Case, report: UnitReport) -> bool:
    """Was a unit's report acted upon already, so that a correction of it changes nothing by itself?"""
    if not report.doc_no:
        return case.corrected
    suggestion = case.suggestion(report.doc_no)
    return suggestion is not None and suggestion.finding is not None


def already_reported(case: Case, report: UnitReport) -> bool:
    """Was the same thing (reply, completion) reported before?"""
    if not report.doc_no:
        return case.rectified_on is not None
    suggestion = case.suggestion(report.doc_no)
    if suggestion is None:
        return False
    return (suggestion.replied_on if report.kind is UnitReportKind.REPLY else suggestion.rectified_on) is not None
