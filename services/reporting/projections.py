"""The figures store: every public fact that a report counts, as one small row without a single token (S-6)."""

import hmac
import itertools
import json
import os
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from services.reporting.checking import Lookups
from services.reporting.domain.book import Book, Line, Row, Segment, latest_by_key
from services.reporting.domain.commands import RecordMonthClosed
from services.reporting.domain.evidence import evidence
from services.reporting.domain.reports import (
    AnnualReport,
    MonthlyReport,
    annual_report,
    month_figures,
    monthly_report,
    restatements_now,
)
from services.reporting.domain.terms import ReportingPolicy
from shared.contracts import clarification as cl
from shared.contracts import exchange as ex
from shared.contracts import reporting as rp
from shared.contracts import revisit as rv
from shared.contracts import tolerance as tl
from shared.contracts.reporting import MonthClosed
from shared.eventstore import Place, Transaction, View
from shared.kernel import Fact, Recorded
from shared.messaging.port import Source

BATCH = 2_000
HASH_HEX = 16
REMEMBERED = 200_000
TABLES = {
    "line": "CREATE TABLE IF NOT EXISTS line (receipt_id TEXT PRIMARY KEY, position INTEGER, outcome TEXT, "
    "reason TEXT, supersedes INTEGER, agency TEXT, event_type TEXT, business_on TEXT, published_on TEXT) WITHOUT ROWID",
    "line_release": "CREATE TABLE IF NOT EXISTS line_release (receipt_id TEXT PRIMARY KEY, position INTEGER, "
    "outcome TEXT, reason TEXT) WITHOUT ROWID",
    "occurrence": "CREATE TABLE IF NOT EXISTS occurrence (owner TEXT, stream TEXT, version INTEGER, position INTEGER, "
    "measure TEXT, key TEXT, subject TEXT, organisation INTEGER, on_day TEXT, about_day TEXT, district TEXT, "
    "level TEXT, code TEXT, note TEXT, PRIMARY KEY (owner, stream, version)) WITHOUT ROWID",
    "index_position": "CREATE INDEX IF NOT EXISTS occurrence_by_position ON occurrence (owner, position)",
    "latest": "CREATE TABLE IF NOT EXISTS latest (measure TEXT, subject TEXT, version INTEGER, position INTEGER, "
    "content TEXT, PRIMARY KEY (measure, subject)) WITHOUT ROWID",
}
ORDER = {"line": "receipt_id", "line_release": "receipt_id", "occurrence": "owner, stream, version"}
ORDER["latest"] = "measure, subject"
PUT = {
    "line": "INSERT INTO line VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
    "line_release": "INSERT INTO line_release VALUES (?,?,?,?) ON CONFLICT DO NOTHING",
    "occurrence": "INSERT INTO occurrence VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
    "latest": "INSERT INTO latest VALUES (?,?,?,?,?) ON CONFLICT (measure, subject) DO UPDATE SET "
    "version = excluded.version, position = excluded.position, content = excluded.content "
    "WHERE excluded.version > latest.version",
}
LINES = (
    "SELECT l.receipt_id, l.position, l.outcome, r.outcome AS released, r.position AS release_position, "
    "COALESCE(r.reason, l.reason) AS reason, l.supersedes, l.agency, l.event_type, l.business_on, l.published_on "
    "FROM line l LEFT JOIN line_release r USING (receipt_id) WHERE l.position > ? OR r.position > ?"
)


@dataclass(frozen=True, slots=True)
class Shape:
    """Which fields of a fact a row keeps: the matter counted once, its business date, a second date, a code, a note.

    on: empty where a fact carries no date of its own; its business date at recording counts then.
    """

    measure: str
    key: str
    on: str = ""
    about: str = ""
    code: str = ""
    note: str = ""


SHAPES: Mapping[type[Fact], Shape] = {
    cl.ConclusionClassified: Shape("classified", "report_token", about="concluded_on", code="classification"),
    cl.CaseOpened: Shape("opened", "report_token", "opened_on", "concluded_on"),
    cl.CaseDeferred: Shape("deferred", "report_token", "deferred_on", code="code"),
    cl.CaseResumed: Shape("resumed", "report_token", "resumed_on"),
    cl.NotNeededDecided: Shape("not_needed", "report_token", "decided_on", "concluded_on", "code"),
    cl.CaseDeclined: Shape("declined", "report_token", "declined_on", "concluded_on"),
    cl.CaseRejected: Shape("rejected", "report_token", "rejected_on"),
    cl.CaseCancelled: Shape("cancelled", "report_token", "cancelled_on", code="reason"),
    cl.CaseReopened: Shape("reopened", "report_token", "reopened_on"),
    cl.Clarified: Shape("clarified", "report_token", "clarified_on", "concluded_on"),
    cl.ClarificationRevisitHeld: Shape("clarification_revisit", "report_token", "held_on", code="effect"),
    cl.CaseClosed: Shape("clarification_closed", "report_token", "closed_on"),
    cl.ClarificationRevoked: Shape("clarification_revoked", "report_token", "revoked_on"),
    cl.LaterOutcomeRecorded: Shape("later_outcome", "report_token", "outcome_on", code="outcome"),
    cl.AccusationOpened: Shape("accusation_opened", "report_token", about="concluded_on"),
    cl.AccusationSuspected: Shape("suspected", "report_token", "suspected_on"),
    cl.AccusationReferredUp: Shape("referred_up", "report_token", "referred_on"),
    cl.AccusationRecognised: Shape("recognised", "report_token", "recognised_on", "concluded_on", "accuser_class"),
    cl.AccusationNotRecognised: Shape("not_recognised", "report_token", "decided_on", "concluded_on"),
    cl.AccusationClosedNotFalse: Shape("mistaken", "report_token", "closed_on", "concluded_on"),
    cl.AccusationUnidentified: Shape("unidentified", "report_token", "closed_on", "concluded_on"),
    cl.AccusationReviewOpened: Shape("review_opened", "report_token", "opened_on", code="basis"),
    cl.AccusationReversed: Shape("reversed", "report_token", "reversed_on", code="basis"),
    cl.AccusationClosed: Shape("accusation_closed", "report_token", "closed_on"),
    cl.ProtectionReviewOpened: Shape("protection_review", "report_token", "opened_on", code="basis"),
    rv.MeasureRecorded: Shape("measure", "decision_no", "decided_on", code="code", note="effective_on"),
    rv.MeasureVoided: Shape("voided", "decision_no", "voided_on", code="basis"),
    rv.Enrolled: Shape("enrolled", "subject_token", "enrolled_on", code="program"),
    rv.CampaignOpened: Shape("campaign", "year", "opened_on", code="year"),
    rv.SessionHeld: Shape("session", "subject_token", "held_on", code="program", note="stage"),
    rv.Evaluated: Shape("evaluated", "subject_token", "evaluated_on", code="grade"),
    rv.RecommendationProposed: Shape(
        "proposed", "recommendation_no", "proposed_on", code="use", note="recommendation_no"
    ),
    rv.PromotionConfirmed: Shape("promotion", "appointment_id", "effective_on", code="kind", note="recommendation_no"),
    rv.PromotionWithdrawn: Shape("promotion_withdrawn", "appointment_id"),
    rv.RevisitSuspended: Shape("revisit_suspended", "subject_token"),
    rv.RevisitResumed: Shape("revisit_resumed", "subject_token"),
    rv.RevisitTerminated: Shape("revisit_terminated", "subject_token", "terminated_on", code="reason"),
    rv.RevisitClosed: Shape("revisit_closed", "subject_token", "closed_on"),
    tl.ToleranceInitiated: Shape("initiated", "case_id", about="identified_on", code="initiator"),
    tl.ToleranceScreened: Shape("screened", "case_id", "screened_on", code="result"),
    tl.ToleranceDetermined: Shape("determined", "case_id", "determined_on", code="outcome", note="collectively"),
    tl.ToleranceFinal: Shape("final", "case_id", "final_on"),
    tl.ToleranceFiled: Shape("filed", "case_id", "filed_on"),
    tl.ToleranceClosed: Shape("tolerance_closed", "case_id", "closed_on"),
    tl.ToleranceWithdrawn: Shape("tolerance_withdrawn", "case_id", "withdrawn_on"),
    tl.ToleranceTransferred: Shape("tolerance_transferred", "case_id", "transferred_on"),
    tl.ToleranceRevoked: Shape("tolerance_revoked", "case_id", "revoked_on"),
    tl.SuggestionIssued: Shape("suggestion", "doc_no", "issued_on"),
    rp.RecommendationSent: Shape("sent", "recommendation_no", "sent_on", code="use", note="recommendation_no"),
    rp.RecommendationSuspended: Shape("suspended", "recommendation_no", "suspended_on", note="recommendation_no"),
    rp.RecommendationWithdrawn: Shape("withdrawn", "recommendation_no", "withdrawn_on", note="recommendation_no"),
    rp.RecommendationAnswered: Shape(
        "answered", "recommendation_no", "decided_on", code="outcome", note="recommendation_no"
    ),
    rp.RecommendationResumed: Shape("resumed_recommendation", "recommendation_no", "resumed_on"),
    rp.RecommendationAlerted: Shape("alerted", "recommendation_no", "alerted_on"),
    rp.RecommendationClosed: Shape("recommendation_closed", "recommendation_no", "closed_on", code="follow_up"),
}
Hasher = Callable[[str], str]
Closed = Callable[[], Mapping[str, MonthClosed]]
Batch = dict[str, list[tuple[Any, ...]]]


def statistics_key(path: Path) -> bytes:
    """Return the key under which tokens are hashed, made on first use; it never leaves the file."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_bytes(secrets.token_bytes(32))
        draft.replace(path)
    return path.read_bytes()


def hasher(key: bytes) -> Hasher:
    """Return the keyed hash of tokens, streams and numbers: HMAC-SHA256, 16 hex digits. Source: [S] S-6."""

    @lru_cache(maxsize=REMEMBERED)
    def hashed(text: str) -> str:
        return hmac.digest(key, text.encode(), "sha256").hex()[:HASH_HEX]

    return hashed


class Figures:
    """Projects the public facts of all owners into rows; what a fact says is kept, no rule is applied to it.

    Rows are added by (owner, stream, version) and never changed, or (scope, bars) replaced by a higher version: facts
    may come twice and, across streams and owners, in any order. Implements the `Projection` of shared.service.
    """

    def __init__(
        self,
        folder: Path,
        policy: ReportingPolicy,
        closed: Closed,
        sources: Sequence[Source] = (),
        place: Place | None = None,
    ) -> None:
        self.policy = policy
        self._closed = closed
        self.view = View(place or folder / "views" / "reporting-figures.db", TABLES)
        self.hashed = hasher(statistics_key(folder / "keys" / "statistics.key"))
        self.sources: dict[str, Source] = {source.name: source for source in sources}
        self._book = Book()
        self._read_to: dict[str, int] = {}
        self._lock = threading.RLock()

    def pull(self) -> int:
        """Read the next batch of every source; return how many facts were read."""
        with self._lock:
            return sum(self._pull_one(source) for source in self.sources.values())

    def drain(self) -> int:
        """Read until nothing is left; return how many facts were read."""
        return sum(itertools.takewhile(bool, iter(self.pull, None)))

    def connect(self, sources: Iterable[Source]) -> None:
        """Name the owners whose facts are counted."""
        self.sources.update((source.name, source) for source in sources)

    def annual(self, year: int, on: date | None = None) -> AnnualReport:
        """Return the year's report; `on` is the last day counted (inclusive), by default the year's last."""
        with self._lock:
            return annual_report(self.book(), year, self.policy, on)

    def monthly(self, year: int, month: int) -> MonthlyReport:
        """Return a month's report: as it was closed, or as it stands now while it is open (S-1)."""
        closed = self._closed()
        with self._lock:
            return monthly_report(self.book(), f"{year}-{month:02}", closed)

    def closing(self, month: str, earlier: Mapping[str, MonthClosed]) -> RecordMonthClosed:
        """Return the command that closes a month with its figures, of all facts published so far."""
        with self._lock:
            self.drain()
            book = self.book()
            return RecordMonthClosed(
                figures=month_figures(book, month),
                restatements=restatements_now(book, earlier),
                positions=self.positions(),
            )

    def first_month(self) -> str | None:
        """Return the first month with anything to count, None if there is nothing yet."""
        with self._lock:
            self.drain()
            return self.book().first_month

    def evidence(self, year: int, figure: str, limit: int | None = None) -> list[str]:
        """Return the ids of the facts behind a figure of the year's report, by its dotted path (S-8).

        Raises UnknownFigure for a path that no report has.
        """
        with self._lock:
            places = evidence(self.book(), year, figure, self.policy)
        return self.fact_ids(places[:limit])

    def bars_of(self, token: str) -> dict[str, Any]:
        """Return a person's measures, revoked ones included, as [code, effective_on], and first free days by bar."""
        with self._lock:
            book, subject = self.book(), self.hashed(token)
            measures = [row for row in latest_by_key(book.all("measure")).values() if row.subject == subject]
            return {
                "measures": sorted([row.code, row.note] for row in measures),
                "first_free_day": dict(book.bars.get(subject, {})),
            }

    def lookups(self) -> Lookups:
        """Return what public facts say of single cases and persons, for checking stories."""
        return Lookups(self.book(), self.hashed)

    def rebuild(self) -> int:
        """Forget everything and read all sources from zero; return how many facts were read."""
        self.clear()
        return self.drain()

    def clear(self) -> None:
        """Delete all rows and positions; reading goes on from zero."""
        with self._lock:
            self.view.clear()
            self._book, self._read_to = Book(), {}

    def positions(self) -> dict[str, int]:
        """Return the position reached in each source."""
        return {name: self.view.position(name) for name in sorted(self.sources)}

    def dump(self) -> bytes:
        """Return all rows in key order and the positions, for comparing a rebuilt store with the live one."""
        rows = {
            table: [tuple(row) for row in self.view.rows(f"SELECT * FROM {table} ORDER BY {order}")]  # noqa: S608
            for table, order in ORDER.items()
        }
        return json.dumps({**rows, "positions": self.positions()}, ensure_ascii=False, sort_keys=True).encode()

    def book(self) -> Book:
        """Return all rows as a book to count in, with what was projected since the last time."""
        with self._lock:
            positions = self.positions()
            if positions != self._read_to:
                self._read_more(positions)
                self._read_to = positions
            return self._book

    def fact_ids(self, places: Sequence[tuple[str, int]]) -> list[str]:
        """Return the ids of the facts at these places (owner, position): what a figure is opened down to (S-8)."""
        found = []
        for owner, position in places:
            facts = self.sources[owner].fetch(position - 1, 1)
            found += [fact.fact_id for fact in facts]
        return found

    def _pull_one(self, source: Source) -> int:
        position = self.view.position(source.name)
        recorded = source.fetch(position, BATCH)
        if recorded:
            batch = self._rows(recorded)
            with self.view.write() as transaction:
                _put(transaction, batch)
                transaction.track(source.name, recorded[-1].position, after=position)
        return len(recorded)

    def _rows(self, recorded: Sequence[Recorded[Any]]) -> Batch:
        batch: Batch = {table: [] for table in PUT}
        for fact in recorded:
            kind = type(fact.fact)
            shape = SHAPES.get(kind)
            if shape is not None:
                batch["occurrence"].append(_occurrence(fact, shape, self.hashed))
            elif kind in SPECIAL:
                table, row = SPECIAL[kind](fact, self.hashed)
                batch[table].append(row)
        return batch

    def _read_more(self, positions: Mapping[str, int]) -> None:
        for owner, position in positions.items():
            rows = self.view.rows(
                f"SELECT {', '.join(Row._fields)} FROM occurrence WHERE owner = ? AND position > ? AND position <= ?",  # noqa: S608
                (owner, self._read_to.get(owner, 0), position),
            )
            self._book.add(rows=map(Row._make, rows))
        known = self._read_to.get("exchange", 0)
        self._book.add(lines=map(Line._make, self.view.rows(LINES, (known, known))))
        for measure, subject, position, content in self.view.rows(
            "SELECT measure, subject, position, content FROM latest WHERE position > ?",
            (self._read_to.get("revisit", 0),),
        ):
            if measure == "scope":
                self._book.set_scope(subject, [Segment(position, *segment) for segment in json.loads(content)])
            else:
                self._book.bars[subject] = json.loads(content)


def _put(transaction: Transaction[Any], batch: Batch) -> None:
    for table, rows in batch.items():
        transaction.execute_many(PUT[table], rows)


def _occurrence(recorded: Recorded[Any], shape: Shape, hashed: Hasher) -> tuple[Any, ...]:
    fields = recorded.fact.__dict__
    subject = fields.get("subject_token", "")
    on = fields[shape.on] if shape.on else recorded.meta.on
    return (
        recorded.source,
        hashed(recorded.stream),
        recorded.version,
        recorded.position,
        shape.measure,
        hashed(str(fields[shape.key])),
        hashed(subject) if subject else "",
        int(subject[:1] == "G"),
        on.isoformat(),
        fields[shape.about].isoformat() if shape.about else "",
        fields.get("district", ""),
        str(fields.get("level", "")),
        str(fields[shape.code]) if shape.code else "",
        str(fields[shape.note] or "") if shape.note else "",
    )


def _line(recorded: Recorded[ex.LineReceived], _hashed: Hasher) -> tuple[str, tuple[Any, ...]]:
    line = recorded.fact
    return "line", (
        line.receipt_id,
        recorded.position,
        line.outcome.value,
        line.reason.value if line.reason else "",
        int(line.supersedes),
        line.source.removeprefix("urn:agency:").partition(".")[0],
        line.event_type,
        line.business_on.isoformat() if line.business_on else "",
        line.published_on.isoformat() if line.published_on else "",
    )


def _line_release(recorded: Recorded[ex.LineReleased], _hashed: Hasher) -> tuple[str, tuple[Any, ...]]:
    line = recorded.fact
    reason = line.reason.value if line.reason else None
    return "line_release", (line.receipt_id, recorded.position, line.outcome.value, reason)


def _scope(recorded: Recorded[rv.ScopeComputed], hashed: Hasher) -> tuple[str, tuple[Any, ...]]:
    segments = [
        (s.from_on.isoformat(), s.in_scope, s.program, s.planned_deep, s.district, s.level)
        for s in recorded.fact.segments
    ]
    subject = hashed(recorded.fact.subject_token)
    return "latest", ("scope", subject, recorded.version, recorded.position, json.dumps(segments))


def _bars(recorded: Recorded[rv.BarsComputed], hashed: Hasher) -> tuple[str, tuple[Any, ...]]:
    bars = {bar: day.isoformat() if day else None for bar, day in sorted(recorded.fact.bars.items())}
    subject = hashed(recorded.fact.subject_token)
    return "latest", ("bars", subject, recorded.version, recorded.position, json.dumps(bars))


SPECIAL: Mapping[type[Fact], Callable[[Recorded[Any], Hasher], tuple[str, tuple[Any, ...]]]] = {
    ex.LineReceived: _line,
    ex.LineReleased: _line_release,
    rv.ScopeComputed: _scope,
    rv.BarsComputed: _bars,
}
