"""What is counted: each figure as the list of the rows it counts, so that it can be opened down to facts (S-8).

Figures count by the business date of our own fact (domain.md section 8, no. 10). A row of a later day never changes
an earlier period; a correction of an earlier fact does, and appears as a restatement line (S-1).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import NamedTuple

from services.reporting.domain.book import (
    ACCUSATION,
    CLARIFICATION,
    STATES,
    Book,
    Line,
    Period,
    Row,
    Segment,
    by_day,
    by_day_and_place,
    latest_by_key,
    sliced,
)
from services.reporting.domain.terms import ReportingPolicy


class Counted(NamedTuple):
    """One unit counted, with the dimensions it is counted under, and the row behind it."""

    row: Row
    district: str
    level: str
    code: str = ""


Tally = list[Counted]


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
    rows = sorted((one.row for one in cases_clarified(book, period)), key=by_day_and_place)
    return _tally(_first_by(rows, _subject))


def _standing(book: Book, period: Period, kind: str, measure: str) -> Tally:
    """Matters that this period's fact brought where they still stood at its end."""
    rows = _first_by(reversed(book.within(measure, period)), _key)
    standing = (row for row in rows if book.standing(kind, row.key, period.last) == row)
    return _tally(sorted(standing, key=by_day))


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
    """Acts of false accusation (诬告陷害) recognised, one per report. Source: [S] F-15."""
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
    return [_in_scope(book, row, period.last) for row in sorted(last_sessions, key=by_day)]


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
    return _tally(sorted(book.voided.values(), key=by_day))


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
    latest = latest_by_key(rows).values()
    kept = sorted((row for row in latest if _is_outcome(row) and row.key not in revoked), key=by_day)
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


LINES: Mapping[str, Callable[[Line, ReportingPolicy], bool]] = {
    "total": lambda line, _: True,
    "accepted": lambda line, _: line.accepted,
    "applied_on_arrival": lambda line, _: line.outcome == "APPLIED",
    "parked_then_applied": lambda line, _: line.accepted and line.outcome == "PARKED",
    "parked_open": lambda line, _: line.now == "PARKED",
    "duplicate": lambda line, _: line.now == "DUPLICATE",
    "quarantined": lambda line, _: line.now == "QUARANTINED",
    "corrections_applied": lambda line, _: line.accepted and bool(line.supersedes),
    "late_for_closed_month": lambda line, policy: line.accepted and is_late(line, policy),
}
