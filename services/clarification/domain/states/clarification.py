"""What is remembered of a report and, once it may be opened, of its clarification case."""

from dataclasses import dataclass, field
from datetime import date

from services.clarification.domain.events import clarification as ce
from services.clarification.domain.states.review import NEVER, Review
from services.clarification.domain.terms import (
    CancelReason,
    Classification,
    Method,
    Notice,
    PriorityReason,
    Scope,
    Stage,
    Status,
)


@dataclass(frozen=True, slots=True)
class Limit:
    """The limit of the present stage: counted from a day (not included), due on a day, or not computable yet."""

    stage: Stage
    counted_from: date
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """What agencies told about the report and its subject; it follows every correction.

    heard: keys of the agency events taken in; heard_on: receipt of the latest one.
    """

    registration: ce.RegistrationRecorded | None = None
    transfers: tuple[ce.TransferNoted, ...] = ()
    repeated: tuple[ce.RepeatNoted, ...] = ()
    conclusion: ce.ConclusionRecorded | None = None
    classification: Classification | None = None
    matters: tuple[tuple[str, date], ...] = ()
    convictions: tuple[ce.ConvictionNoted, ...] = ()
    heard: tuple[str, ...] = ()
    heard_on: date = NEVER
    reviews: tuple[Review, ...] = ()
    later: tuple[ce.LaterOutcomeRecorded, ...] = ()

    @property
    def transferred_to(self) -> str:
        """The body of the latest transfer by its own day, in whatever order they were told; empty if there is none."""
        latest = max(self.transfers, key=lambda one: (one.transferred_on, one.told.event), default=None)
        return latest.to_body.partition(".")[2] if latest else ""

    @property
    def repeats(self) -> int:
        """How often the report was received, as flagged; 0 if it never was."""
        return max((flag.count for flag in self.repeated), default=0)


@dataclass(frozen=True, slots=True)
class Work:
    """One round of work on the case, from opening to implementation; a reopened case begins a new round."""

    assessment: ce.AssessmentCompleted | None = None
    consent: ce.ConsentRecorded | None = None
    overridden: bool = False
    proposal: ce.ClarificationProposed | None = None
    approval: ce.ClarificationApproved | None = None
    methods: tuple[Method, ...] = ()
    scope: Scope | None = None
    carried_out: tuple[ce.MethodCarriedOut, ...] = ()
    review_on: date | None = None


@dataclass(frozen=True, slots=True)
class Care:
    """What follows a clarification: reporting back, two revisits (两回访), effect, archive."""

    cleared: ce.Clarified | None = None
    reached: Scope | None = None
    noticed: tuple[Notice, ...] = ()
    report_back_by: date | None = None
    reported_back: bool = False
    plan: ce.RevisitScheduled | None = None
    revisits: tuple[ce.ClarificationRevisitHeld, ...] = ()
    waived: tuple[int, ...] = ()
    effect: ce.EffectReviewed | None = None
    archive_no: str = ""


@dataclass(frozen=True, slots=True)
class ClarificationCase:
    """A report and, once it may be opened, its clarification case. since: business date of the last step."""

    report_token: str
    status: Status = Status.NONE
    since: date = NEVER
    opened_on: date = NEVER
    limit: Limit | None = None
    breached: frozenset[str] = frozenset()
    priority: tuple[PriorityReason, ...] = ()
    recused: frozenset[str] = frozenset()
    cancelled_because: CancelReason | None = None
    ledger: Ledger = field(default_factory=Ledger)
    work: Work = field(default_factory=Work)
    care: Care = field(default_factory=Care)

    @property
    def registration(self) -> ce.RegistrationRecorded:
        assert self.ledger.registration is not None
        return self.ledger.registration

    @property
    def conclusion(self) -> ce.ConclusionRecorded:
        assert self.ledger.conclusion is not None
        return self.ledger.conclusion

    @property
    def body(self) -> str:
        """Return the handling body: the source of the conclusion in force, before it the body transferred to (C-8)."""
        ledger = self.ledger
        if ledger.conclusion is not None:
            return ledger.conclusion.told.body
        if ledger.transferred_to or ledger.registration is None:
            return ledger.transferred_to
        return ledger.registration.told.body
