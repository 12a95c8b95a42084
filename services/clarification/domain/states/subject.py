"""What is remembered of a person or organisation: their reports, their open matters, their judgments."""

from dataclasses import dataclass
from datetime import date

from services.clarification.domain.states.review import Review


@dataclass(frozen=True, slots=True)
class Subject:
    """Which reports concern a person or organisation, and which matters of theirs are open.

    filed: number, filing date, agency event; ended: number, date; judgments: number, event in force;
    asked: body of each review. A matter may be told to have ended before it is told to have been filed: not open.
    """

    subject_token: str
    reports: tuple[str, ...] = ()
    filed: tuple[tuple[str, date, str], ...] = ()
    ended: tuple[tuple[str, date], ...] = ()
    judgments: tuple[tuple[str, str], ...] = ()
    heard: frozenset[str] = frozenset()
    reviews: tuple[Review, ...] = ()
    asked: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        return "KNOWN" if self.reports or self.heard else ""

    def open_matters(self) -> tuple[tuple[str, date], ...]:
        """Return number and filing date of the matters filed and not ended."""
        ended = {case_no for case_no, _ in self.ended}
        return tuple((case_no, filed_on) for case_no, filed_on, _ in self.filed if case_no not in ended)

    def ended_on(self, case_no: str) -> date | None:
        return dict(self.ended).get(case_no)

    def has_judgment(self, event: str) -> bool:
        """Is this the event of a judgment in force?"""
        return any(known == event for _, known in self.judgments)
