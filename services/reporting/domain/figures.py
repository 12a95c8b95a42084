"""What is counted: each figure as the list of the rows it counts, so that it can be opened down to facts (S-8).

Figures count by the business date of our own fact (domain.md section 8, no. 10). A row of a later day never changes
an earlier period; a correction of an earlier fact does, and appears as a restatement line (S-1).
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from services.reporting.domain.terms import ReportingPolicy

Segments = Sequence["Segment"]


class Row(NamedTuple):
    """One public fact as a report sees it; subject and key are keyed hashes, days are ISO dates."""

    owner: str
    stream: str
    version: int
    position: int
    measure: str
    key: str
    subject: str
    organisation: int
    on_day: str
    about_day: str
    district: str
    level: str
    code: str
    note: str

    @property
    def places(self) -> list[tuple[str, int]]:
        return [(self.owner, self.position)]


class Segment(NamedTuple):
    """From a day on: is the person in the revisit population, and how."""

    position: int
    from_on: str
    in_scope: bool
    program: str
    planned_deep: bool
    district: str
    level: str


class Line(NamedTuple):
    """One line received at the agencies' door, with its release from parking if there was one."""

    receipt_id: str
    position: int
    outcome: str
    released: str | None
    release_position: int | None
    reason: str
    supersedes: int
    agency: str
    event_type: str
    business_on: str
    published_on: str

    @property
    def now(self) -> str:
        """The outcome in force: that of the release, where there was one."""
        return self.released or self.outcome

    @property
    def accepted(self) -> bool:
        return self.now == "APPLIED"

    @property
    def month(self) -> str:
        return (self.business_on or self.published_on)[:7]

    @property
    def places(self) -> list[tuple[str, int]]:
        places = [("exchange", self.position)]
        return [*places, ("exchange", self.release_position)] if self.release_position else places


class Counted(NamedTuple):
    """One unit counted, with the dimensions it is counted under, and the row behind it."""

    row: Row
    district: str
    level: str
    code: str = ""


Tally = list[Counted]


@dataclass(frozen=True)
class Period:
    """Days first to last, inclusive, as ISO dates."""

    first: str
    last: str

    @classmethod
    def year(cls, year: int, until: date | None = None) -> "Period":
        last = date(year, 12, 31)
        return cls(f"{year}-01-01", min(last, until or last).isoformat())

    @classmethod
    def month(cls, month: str) -> "Period":
        year, number = int(month[:4]), int(month[5:])
        following = date(year + number // 12, number % 12 + 1, 1)
        return cls(f"{month}-01", (following - timedelta(days=1)).isoformat())


class Book:
    """All rows, kept for counting: by measure and day, by matter. New rows are added, none is ever taken away."""

    def __init__(self) -> None:
        self.by_measure: dict[str, list[Row]] = defaultdict(list)
        self.lines: dict[str, Line] = {}
        self.scopes: dict[str, Segments] = {}
        self.bars: dict[str, Mapping[str, str | None]] = {}
        self.months: dict[str, dict[str, int]] = {}
        """What was counted for a month already; forgotten as soon as a row that may touch it is added."""
        self.first_month: str | None = None
        """The first business month of anything accepted."""
        self._months_of_key: dict[str, set[str]] = defaultdict(set)
        self._months_of_person: dict[str, set[str]] = defaultdict(set)

    def add(self, rows: Iterable[Row] = (), lines: Iterable[Line] = ()) -> None:
        """Add rows and lines (a line again where it was released)."""
        grown = set()
        for row in rows:
            self.by_measure[row.measure].append(row)
            grown.add(row.measure)
            self._touch(row)
        for measure in grown:
            self.by_measure[measure].sort(key=_by_day)
        for line in lines:
            self.lines[line.receipt_id] = line
            self.months.pop(line.month, None)
            if line.accepted:
                self.first_month = min(line.month, self.first_month or line.month)
        self._forget()

    def set_scope(self, subject: str, segments: Segments) -> None:
        """Replace what is known of a person's scope."""
        self.scopes[subject] = segments
        for month in self._months_of_person[subject]:
            self.months.pop(month, None)

    def _touch(self, row: Row) -> None:
        months = self._months_of_key[row.key]
        months |= {row.on_day[:7], row.about_day[:7]}
        if row.measure in ("session", "clarified", "promotion"):
            self._months_of_person[row.subject].add(row.on_day[:7])
            months |= self._months_of_person[row.subject]
        for month in months:
            self.months.pop(month, None)

    def _forget(self) -> None:
        for derived in DERIVED:
            self.__dict__.pop(derived, None)

    @cached_property
    def days(self) -> dict[str, list[str]]:
        return {measure: [row.on_day for row in rows] for measure, rows in self.by_measure.items()}

    @cached_property
    def lines_by_month(self) -> dict[str, list[Line]]:
        found: dict[str, list[Line]] = defaultdict(list)
        for line in self.lines.values():
            found[line.month].append(line)
        return found

    @cached_property
    def matters(self) -> dict[tuple[str, str], list[Row]]:
        """Rows that move a matter on, by kind of matter and key, in the order the matter moved."""
        found: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for measure, kind in MATTER_OF.items():
            for row in self.by_measure.get(measure, ()):
                found[kind, row.key].append(row)
        for rows in found.values():
            rows.sort(key=_by_version)
        return found

    def within(self, measure: str, period: Period) -> list[Row]:
        """Return the measure's rows of the period, by day."""
        return sliced((self.days.get(measure, []), self.by_measure.get(measure, [])), period)

    def until(self, measure: str, last: str) -> list[Row]:
        return self.within(measure, Period("", last))

    def all(self, *measures: str) -> list[Row]:
        return [row for measure in measures for row in self.by_measure.get(measure, ())]

    def standing(self, kind: str, key: str, last: str) -> Row | None:
        """Return the row that tells where a matter stood at the end of a day, or None if it did not exist yet."""
        rows = [row for row in self.matters.get((kind, key), ()) if row.on_day <= last]
        return rows[-1] if rows else None

    def segment(self, subject: str, on: str) -> Segment | None:
        """Return the person's scope as of a day, or None if nothing is known."""
        segments = [segment for segment in self.scopes.get(subject, ()) if segment.from_on <= on]
        return max(segments, key=lambda segment: segment.from_on) if segments else None

    @cached_property
    def classified(self) -> dict[str, Row]:
        """The classification in force per report: the latest one (a correction replaces the earlier)."""
        return _latest(self.all("classified"))

    @cached_property
    def concluded(self) -> tuple[list[str], list[Row]]:
        """Classifications in force by day of conclusion."""
        rows = sorted(self.classified.values(), key=_by_about)
        return [row.about_day for row in rows], rows

    @cached_property
    def measures(self) -> tuple[list[str], list[Row]]:
        """Measures as in force now, by day of decision: of each decision the latest record."""
        rows = sorted(_latest(self.all("measure")).values(), key=_by_day)
        return [row.on_day for row in rows], rows

    @cached_property
    def voided(self) -> dict[str, Row]:
        return _latest(self.all("voided"))

    @cached_property
    def promotions(self) -> tuple[list[str], list[Row]]:
        """Promotions confirmed and not withdrawn, by day."""
        latest = _latest(self.all("promotion", "promotion_withdrawn"))
        rows = sorted((row for row in latest.values() if row.measure == "promotion"), key=_by_day_and_place)
        return [row.on_day for row in rows], rows


DERIVED = ("days", "lines_by_month", "matters", "classified", "concluded", "measures", "voided", "promotions")
CLARIFICATION, ACCUSATION, REVISIT, TOLERANCE, RECOMMENDATION = (
    "clarification",
    "accusation",
    "revisit",
    "tolerance",
    "recommendation",
)
STATES: Mapping[str, Mapping[str, str]] = {
    CLARIFICATION: {
        "opened": "UNDER_WAY",
        "resumed": "UNDER_WAY",
        "reopened": "UNDER_WAY",
        "deferred": "DEFERRED",
        "clarified": "CLARIFIED",
        "not_needed": "",
        "declined": "",
        "rejected": "",
        "cancelled": "",
        "clarification_closed": "",
        "clarification_revoked": "",
    },
    ACCUSATION: {
        "accusation_opened": "SCREENING",
        "suspected": "SUSPECTED",
        "referred_up": "REFERRED_UP",
        "recognised": "RECOGNISED",
        "not_recognised": "",
        "mistaken": "",
        "unidentified": "",
        "reversed": "",
        "accusation_closed": "",
    },
    REVISIT: {
        "enrolled": "ENROLLED",
        "session": "IN_PROGRESS",
        "evaluated": "EVALUATED",
        "revisit_suspended": "SUSPENDED",
        "revisit_resumed": "IN_PROGRESS",
        "revisit_terminated": "",
        "revisit_closed": "",
    },
    TOLERANCE: {
        "initiated": "INITIATED",
        "screened": "SCREENED",
        "determined": "DETERMINED",
        "final": "FINAL",
        "filed": "FILED",
        "tolerance_closed": "",
        "tolerance_withdrawn": "",
        "tolerance_transferred": "",
        "tolerance_revoked": "",
    },
    RECOMMENDATION: {
        "proposed": "PROPOSED",
        "sent": "SENT",
        "resumed_recommendation": "SENT",
        "suspended": "SUSPENDED",
        "answered": "ANSWERED",
        "withdrawn": "",
        "recommendation_closed": "",
    },
}
"""What a public fact makes of a matter for the list of open work; empty: the matter is no longer open."""
MATTER_OF = {measure: kind for kind, states in STATES.items() for measure in states}


def sliced(by_day: tuple[list[str], list[Row]], period: Period) -> list[Row]:
    """Return the rows whose day lies in the period."""
    days, rows = by_day
    return rows[bisect_left(days, period.first) : bisect_right(days, period.last)]


def _by_about(row: Row) -> tuple[str, str]:
    return row.about_day, row.key


def _by_day(row: Row) -> tuple[Any, ...]:
    """Order that does not depend on arrival: by day, then by the matter's own order."""
    return row.on_day, row.key, row.owner, row.version


def _by_day_and_place(row: Row) -> tuple[Any, ...]:
    """Order of different matters on one day that is the same whatever the key of the hashes."""
    return row.on_day, row.district, row.level, row.version


def _by_version(row: Row) -> tuple[bool, int]:
    """Order within a matter: its owner's versions; a recommendation is proposed before it is ours."""
    return row.owner == "reporting", row.version


def _latest(rows: Iterable[Row]) -> dict[str, Row]:
    latest: dict[str, Row] = {}
    for row in rows:
        if row.key not in latest or row.version > latest[row.key].version:
            latest[row.key] = row
    return latest


def latest_by_key(rows: Iterable[Row]) -> list[Row]:
    """Return of each matter the latest row."""
    return list(_latest(rows).values())


def _first_by(rows: Iterable[Row], unit: Callable[[Row], str]) -> list[Row]:
    """Return each unit's first row; the rows come by day."""
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(unit(row), row)
    return list(first.values())


def _tally(rows: Iterable[Row]) -> Tally:
    return [Counted(row, row.district, row.level, row.code) for row in rows]


def _key(row: Row) -> str:
    return row.key


def _subject(row: Row) -> str:
    return row.subject


def cases_clarified(book: Book, period: Period) -> Tally:
    """Cases cleared (澄清): each at its first clearance; one widened later is not cleared again. Source: S-3."""
    earlier = {row.key for row in book.until("clarified", period.last) if row.on_day < period.first}
    return _tally(row for row in _first_by(book.within("clarified", period), _key) if row.key not in earlier)


def persons_clarified(book: Book, period: Period) -> Tally:
    """Persons, each once at the first clearance of the period. Source: [S] 5.1, S-3."""
    return [one for one in _subjects_clarified(book, period) if not one.row.organisation]


def organisations_clarified(book: Book, period: Period) -> Tally:
    """Organisations (党组织、单位), each once at the first clearance of the period. Source: [S] 5.1, S-3."""
    return [one for one in _subjects_clarified(book, period) if one.row.organisation]


def _subjects_clarified(book: Book, period: Period) -> Tally:
    rows = sorted((one.row for one in cases_clarified(book, period)), key=_by_day_and_place)
    return _tally(_first_by(rows, _subject))


def _standing(book: Book, period: Period, kind: str, measure: str) -> Tally:
    """Matters that this period's fact brought where they still stood at its end."""
    rows = _first_by(reversed(book.within(measure, period)), _key)
    standing = (row for row in rows if book.standing(kind, row.key, period.last) == row)
    return _tally(sorted(standing, key=_by_day))


def _still_unfounded(book: Book, tally: Tally) -> Tally:
    """A report counted as founded or unresolved by the conclusion in force has no other outcome. Source: C-17."""
    classified = book.classified
    return [
        one
        for one in tally
        if one.row.key not in classified or classified[one.row.key].code not in ("FOUNDED", "UNRESOLVED")
    ]


def not_needed(book: Book, period: Period) -> Tally:
    return _still_unfounded(book, _standing(book, period, CLARIFICATION, "not_needed"))


def closed_declined(book: Book, period: Period) -> Tally:
    return _still_unfounded(book, _standing(book, period, CLARIFICATION, "declined"))


def rejected(book: Book, period: Period) -> Tally:
    return _still_unfounded(book, _standing(book, period, CLARIFICATION, "rejected"))


def deferred(book: Book, period: Period) -> Tally:
    """Reports whose case stands deferred at the period's end, whenever it was deferred."""
    return _still_unfounded(book, _standing(book, Period("", period.last), CLARIFICATION, "deferred"))


def unresolved(book: Book, period: Period) -> Tally:
    return _concluded(book, period, "UNRESOLVED")


def founded(book: Book, period: Period) -> Tally:
    return _concluded(book, period, "FOUNDED")


def _concluded(book: Book, period: Period, classification: str) -> Tally:
    return _tally(row for row in sliced(book.concluded, period) if row.code == classification)


def recognised(book: Book, period: Period) -> Tally:
    """Acts of malicious accusation (诬告陷害) recognised, one per report. Source: [S] F-15."""
    return _tally(_first_by(book.within("recognised", period), _key))


def mistaken(book: Book, period: Period) -> Tally:
    return _standing(book, period, ACCUSATION, "mistaken")


def not_recognised(book: Book, period: Period) -> Tally:
    return _standing(book, period, ACCUSATION, "not_recognised")


def unidentified(book: Book, period: Period) -> Tally:
    return _standing(book, period, ACCUSATION, "unidentified")


def review_tasks(book: Book, period: Period) -> Tally:
    return _tally(_first_by(book.within("review_opened", period), _key))


def persons_revisited(book: Book, period: Period) -> Tally:
    """Persons with a session held; district and programme as of the period's last day. Source: [S] 5.1, 6.3."""
    last_sessions = _first_by(reversed(book.within("session", period)), _subject)
    return [_in_scope(book, row, period.last) for row in sorted(last_sessions, key=_by_day)]


def _in_scope(book: Book, row: Row, last: str) -> Counted:
    segment = book.segment(row.subject, last)
    if segment is None or not segment.in_scope:
        return Counted(row, row.district, row.level, row.code)
    return Counted(row, segment.district or row.district, segment.level or row.level, segment.program or row.code)


def young_and_heavy(book: Book, period: Period) -> Tally:
    """Persons counted WARM and planned DEEP. Source: V-5, domain.md section 8, no. 5."""
    found = []
    for one in persons_revisited(book, period):
        segment = book.segment(one.row.subject, period.last)
        if one.code == "WARM" and segment is not None and segment.in_scope and segment.planned_deep:
            found.append(one)
    return found


def handled_but_not_in_scope(book: Book, period: Period) -> Tally:
    """Other persons with any measure ever recorded, in a year that had a campaign (大回访).

    A stock as known now, also of measures of later years: such a person was handled and is not in this scope.
    """
    if not any(row.code == period.last[:4] for row in book.all("campaign")):
        return []
    persons = _first_by(book.all("measure", "voided"), _subject)
    return _tally(row for row in persons if not _is_in_scope(book.segment(row.subject, period.last)))


def _is_in_scope(segment: Segment | None) -> bool:
    return segment is not None and segment.in_scope


def measures_decided(book: Book, period: Period) -> Tally:
    """Measures decided in the period and in force at its end: corrected ones as corrected, revoked ones not."""
    return _tally(row for row in sliced(book.measures, period) if not _is_void(book, row, period))


def _is_void(book: Book, row: Row, period: Period) -> bool:
    voided = book.voided.get(row.key)
    return voided is not None and voided.on_day <= period.last


def measures_revoked(book: Book, _period: Period) -> Tally:
    """All measures ever revoked: a stock as known now."""
    return _tally(sorted(book.voided.values(), key=_by_day))


def persons_promoted(book: Book, period: Period) -> Tally:
    """Handled persons promoted or put to important use (提拔重用), each once by the first. Source: [S] 5.1, S-9."""
    return _tally(_first_by(sliced(book.promotions, period), _subject))


def promoted_with_recommendation(book: Book, period: Period) -> Tally:
    sent = {row.note for row in book.all("sent")}
    return [one for one in persons_promoted(book, period) if one.row.note in sent]


def promoted_without_recommendation(book: Book, period: Period) -> Tally:
    sent = {row.note for row in book.all("sent")}
    return [one for one in persons_promoted(book, period) if one.row.note not in sent]


LIGHTER_OR_MITIGATED = "LIGHTER_OR_MITIGATED"
ADDED_UP = {"LIGHTER": LIGHTER_OR_MITIGATED, "MITIGATED": LIGHTER_OR_MITIGATED}


def tolerance_outcomes(book: Book, _period: Period) -> Tally:
    """One outcome per matter and person, whenever it was determined: a stock as known now."""
    return _outcomes(book, book.all("screened", "determined"))


def tolerance_determined(book: Book, period: Period) -> Tally:
    """Outcomes (认定) of the period by its own facts."""
    return _outcomes(book, [*book.within("screened", period), *book.within("determined", period)])


def _outcomes(book: Book, rows: Iterable[Row]) -> Tally:
    revoked = {row.key for row in book.all("tolerance_revoked")}
    latest = _latest(rows).values()
    kept = sorted((row for row in latest if _is_outcome(row) and row.key not in revoked), key=_by_day)
    return [Counted(row, row.district, row.level, ADDED_UP.get(row.code, row.code)) for row in kept]


def _is_outcome(row: Row) -> bool:
    return row.measure == "determined" or row.code == "NOT_ACCEPTED"


def collective_decisions(book: Book, period: Period) -> Tally:
    """Decided collectively (一事一议), NOT_ACCEPTED apart. Source: T-10."""
    return [one for one in tolerance_outcomes(book, period) if one.row.note == "True" and one.code != "NOT_ACCEPTED"]


def _each(measure: str) -> Callable[[Book, Period], Tally]:
    """Count every fact of a measure in the period."""
    return lambda book, period: _tally(book.within(measure, period))


Count = Callable[[Book, Period], Tally]
FIVE: Mapping[str, Count] = {
    "persons_clarified": persons_clarified,
    "organisations_clarified": organisations_clarified,
    "false_accusations_recognised": recognised,
    "persons_revisited": persons_revisited,
    "persons_promoted": persons_promoted,
}
MONTHLY: Mapping[str, Count] = {
    **FIVE,
    "cases_clarified": cases_clarified,
    "not_needed": not_needed,
    "closed_declined": closed_declined,
    "rejected": rejected,
    "unresolved": unresolved,
    "founded": founded,
    "mistaken": mistaken,
    "clarifications_revoked": _each("clarification_revoked"),
    "clarification_revisits": _each("clarification_revisit"),
    "sessions": _each("session"),
    "evaluations": _each("evaluated"),
    "measures_decided": measures_decided,
    "recommendations_sent": _each("sent"),
    "recommendations_answered": _each("answered"),
    "tolerance_determined": tolerance_determined,
    "suggestions_issued": _each("suggestion"),
}
YEARLY: Mapping[str, Count] = {
    **MONTHLY,
    "deferred": deferred,
    "review_tasks": review_tasks,
    "not_recognised": not_recognised,
    "unidentified": unidentified,
    "accusations_reversed": _each("reversed"),
    "protection_reviews": _each("protection_review"),
    "young_and_heavy": young_and_heavy,
    "handled_but_not_in_scope": handled_but_not_in_scope,
    "measures_revoked": measures_revoked,
    "promoted_with_recommendation": promoted_with_recommendation,
    "promoted_without_recommendation": promoted_without_recommendation,
    "tolerance_outcomes": tolerance_outcomes,
    "collective_decisions": collective_decisions,
}


def open_work(book: Book, kind: str, last: str) -> list[tuple[str, Row]]:
    """Return the matters of a kind that are open at the end of a day, each with its state by public facts."""
    found = []
    for matter, key in book.matters:
        if matter == kind and (row := book.standing(kind, key, last)) is not None:
            state = STATES[kind][row.measure]
            if state and not (row.measure == "screened" and row.code != "CANDIDATE"):
                found.append((state, row))
    return found


def is_late(line: Line, policy: ReportingPolicy) -> bool:
    """Was the line published after the close of its business month? Source: S-1; agency-events.md 4.4."""
    return bool(line.business_on) and line.published_on > close_day_of(line.business_on[:7], policy).isoformat()


def close_day_of(month: str, policy: ReportingPolicy) -> date:
    """Return the day on which a month (`yyyy-mm`) closes. Source: domain.md section 8, no. 10."""
    year, number = int(month[:4]), int(month[5:])
    return date(year + number // 12, number % 12 + 1, policy.month_close_day)
