"""The book the figures are counted in: one row a public fact, by measure and day, by matter."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple

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
            self.by_measure[measure].sort(key=by_day)
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
        return latest_by_key(self.all("classified"))

    @cached_property
    def concluded(self) -> tuple[list[str], list[Row]]:
        """Classifications in force by day of conclusion."""
        rows = sorted(self.classified.values(), key=_by_about)
        return [row.about_day for row in rows], rows

    @cached_property
    def measures(self) -> tuple[list[str], list[Row]]:
        """Measures as in force now, by day of decision: of each decision the latest record."""
        rows = sorted(latest_by_key(self.all("measure")).values(), key=by_day)
        return [row.on_day for row in rows], rows

    @cached_property
    def voided(self) -> dict[str, Row]:
        return latest_by_key(self.all("voided"))

    @cached_property
    def promotions(self) -> tuple[list[str], list[Row]]:
        """Promotions confirmed and not withdrawn, by day."""
        latest = latest_by_key(self.all("promotion", "promotion_withdrawn"))
        rows = sorted((row for row in latest.values() if row.measure == "promotion"), key=by_day_and_place)
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


def by_day(row: Row) -> tuple[Any, ...]:
    """Order that does not depend on arrival: by day, then by the matter's own order."""
    return row.on_day, row.key, row.owner, row.version


def by_day_and_place(row: Row) -> tuple[Any, ...]:
    """Order of different matters on one day that is the same whatever the key of the hashes."""
    return row.on_day, row.district, row.level, row.version


def _by_version(row: Row) -> tuple[bool, int]:
    """Order within a matter: its owner's versions; a recommendation is proposed before it is ours."""
    return row.owner == "reporting", row.version


def latest_by_key(rows: Iterable[Row]) -> dict[str, Row]:
    """Return of each matter, by key, the latest row."""
    latest: dict[str, Row] = {}
    for row in rows:
        if row.key not in latest or row.version > latest[row.key].version:
            latest[row.key] = row
    return latest
