"""What is remembered of a possible false accusation, and of what police, procuratorate and court told."""

from dataclasses import dataclass
from datetime import date

from services.clarification.domain.events import accusation as ae
from services.clarification.domain.states.review import NEVER, Review
from services.clarification.domain.terms import AccusationStatus


@dataclass(frozen=True, slots=True)
class Measure:
    """One handling measure against a recognised false accuser (2.4)."""

    taken: ae.HandlingMeasureTaken
    result: ae.MeasureResultRecorded | None = None


@dataclass(frozen=True, slots=True)
class AccusationCase:
    """A possible false accusation (诬告陷害) by the author of one report, and the report's side record (E-8).

    justice: facts of police, procuratorate and court in force; doubts, protection: reviews with the principal;
    answered: events about which such a review was opened already; accepted: a transfer was accepted.
    """

    report_token: str
    status: AccusationStatus = AccusationStatus.NONE
    since: date = NEVER
    about: ae.ReportKnown | None = None
    conclusion: ae.SignsRecorded | None = None
    heard: tuple[str, ...] = ()
    heard_on: date = NEVER
    justice: tuple[ae.JusticeNoted, ...] = ()
    reviews: tuple[Review, ...] = ()
    doubts: tuple[Review, ...] = ()
    protection: tuple[Review, ...] = ()
    answered: frozenset[str] = frozenset()
    traced: bool = False
    plan: ae.VerificationPlanned | None = None
    proposal: ae.RecognitionProposed | None = None
    referred_to: str = ""
    recognition: ae.AccusationRecognised | None = None
    measures: tuple[Measure, ...] = ()
    benefits: tuple[ae.BenefitCorrectionRecorded, ...] = ()
    linked: bool = False
    breached: frozenset[str] = frozenset()

    @property
    def body(self) -> str:
        """Return the body that screens, checks and proposes: the handling body."""
        return self.about.handling_body if self.about else ""
