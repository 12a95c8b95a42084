"""What is remembered of a possible false accusation, and of what police, procuratorate and court told."""

from dataclasses import dataclass
from datetime import date

from services.clarification.domain.events import accusation as ae
from services.clarification.domain.states.review import NEVER, Review
from services.clarification.domain.terms import AccusationStatus


@dataclass(frozen=True, slots=True)
class Measure:
    """One handling measure against a recognised false accuser (2.4)."""

    imposed: ae.HandlingMeasureTaken
    result: ae.MeasureResultRecorded | None = None


@dataclass(frozen=True, slots=True)
class AccusationCase:
    """A possible false accusation (诬告陷害) by the author of one report, and the side record of the report.

    about: subject, district and level in force; pursued: events against the author while not recognised (F-4b).
    """

    report_token: str
    status: AccusationStatus = AccusationStatus.NONE
    since: date = NEVER
    about: ae.ReportKnown | None = None
    opened: ae.AccusationOpened | None = None
    signs: ae.SignsRecorded | None = None
    heard: tuple[str, ...] = ()
    heard_on: date = NEVER
    justice: tuple[ae.JusticeNoted, ...] = ()
    traced: bool = False
    plan: ae.VerificationPlanned | None = None
    proposal: ae.RecognitionProposed | None = None
    recognition: ae.AccusationRecognised | None = None
    measures: tuple[Measure, ...] = ()
    benefits: tuple[ae.BenefitCorrectionRecorded, ...] = ()
    linked: bool = False
    referred_to: str = ""
    reviews: tuple[Review, ...] = ()
    protection: tuple[tuple[str, date], ...] = ()
    doubts: tuple[tuple[str, date], ...] = ()
    pursued: tuple[str, ...] = ()
    breached: frozenset[str] = frozenset()
