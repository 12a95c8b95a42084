"""The read side every service has: one row a case, one row a task; what lists, searches and to-do lists show."""

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.casework import Casework
from shared.eventstore import Place, Transaction, View
from shared.kernel import Task

BATCH = 1_000
FOLDED_CASES = 20_000
TABLES = {
    "case_row": "CREATE TABLE IF NOT EXISTS case_row (stream TEXT PRIMARY KEY, kind TEXT, case_id TEXT, status TEXT, "
    "body TEXT, district TEXT, level TEXT, subject TEXT, position INTEGER, summary TEXT) WITHOUT ROWID",
    "index_case": "CREATE INDEX IF NOT EXISTS case_by_status ON case_row (kind, status, case_id)",
    "index_subject": "CREATE INDEX IF NOT EXISTS case_by_subject ON case_row (subject)",
    "task_row": "CREATE TABLE IF NOT EXISTS task_row (stream TEXT, step TEXT, ref TEXT, kind TEXT, case_id TEXT, "
    "role TEXT, body TEXT, opened_on TEXT, due_on TEXT, not_before TEXT, quiet_since TEXT, urgent INTEGER, "
    "position INTEGER, PRIMARY KEY (stream, step, ref)) WITHOUT ROWID",
    "index_task": "CREATE INDEX IF NOT EXISTS task_by_position ON task_row (position)",
    "index_desk": "CREATE INDEX IF NOT EXISTS task_by_desk ON task_row (body, role, due_on)",
}
PUT_CASE = (
    "INSERT INTO case_row VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT (stream) DO UPDATE SET status = excluded.status, "
    "body = excluded.body, district = excluded.district, level = excluded.level, subject = excluded.subject, "
    "position = excluded.position, summary = excluded.summary"
)

Told = tuple[int, str, int, str, bytes]
"""Position, stream, version, name and stored form of a fact."""


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task on a to-do list: the case it belongs to, and the log position at which it last changed."""

    kind: str
    case_id: str
    position: int
    task: Task

    @property
    def stream(self) -> str:
        return f"{self.kind}:{self.case_id}"


class CaseView:
    """Projects a service's own log into case and task rows, each derived from the case's state alone."""

    def __init__(self, place: Place, casework: Casework) -> None:
        self.view = View(place, TABLES)
        self._work = casework
        self.source = casework.log.name
        self._folded: OrderedDict[str, tuple[int, Any]] = OrderedDict()

    def pull(self) -> int:
        """Project the next batch of facts; return how many were read."""
        position = self.position
        if self._work.log.head() <= position:
            return 0
        facts = self._work.log.told_after(position, BATCH)
        if facts:
            with self.view.write() as transaction:
                self._project(transaction, facts)
                transaction.track(self.source, facts[-1][0], after=position)
        return len(facts)

    @property
    def position(self) -> int:
        return self.view.position(self.source)

    def tasks(
        self, *, after: int = 0, body: str = "", role: str = "", kind: str = "", limit: int = 1_000_000
    ) -> list[OpenTask]:
        """Return open tasks of cases that changed after a position, by urgency, due date and case."""
        wanted = {"position > ?": after, "body = ?": body, "role = ?": role, "kind = ?": kind}
        used = {clause: value for clause, value in wanted.items() if value}
        where = f"WHERE {' AND '.join(used)}" if used else ""
        rows = self.view.rows(
            f"SELECT * FROM task_row {where} ORDER BY urgent DESC, due_on IS NULL, due_on, stream, step, ref LIMIT ?",  # noqa: S608
            (*used.values(), limit),
        )
        return [_task(row) for row in rows]

    def cases(self, *, kind: str, after_case: str = "", limit: int = 50, **wanted: str) -> list[dict[str, Any]]:
        """Return case rows of a kind in case-id order, after a case id (keyset paging); filters by column equality.

        Columns to filter by: status, body, district, level, subject.
        """
        used = {column: value for column, value in wanted.items() if value}
        clauses = "".join(f" AND {column} = ?" for column in used)
        rows = self.view.rows(
            f"SELECT * FROM case_row WHERE stream > ? AND stream < ?{clauses} ORDER BY stream LIMIT ?",  # noqa: S608
            (f"{kind}:{after_case}", f"{kind};", *used.values(), limit),
        )
        return [{**dict(row), "summary": json.loads(row["summary"])} for row in rows]

    def count(self, kind: str) -> dict[str, int]:
        """Return the number of cases by status."""
        rows = self.view.rows("SELECT status, COUNT(*) FROM case_row WHERE kind = ? GROUP BY status", (kind,))
        return {row[0]: row[1] for row in rows}

    def _project(self, transaction: Transaction[Any], facts: Sequence[Told]) -> None:
        by_stream: dict[str, list[Told]] = {}
        for fact in facts:
            by_stream.setdefault(fact[1], []).append(fact)
        states = {stream: self._state(stream, told) for stream, told in by_stream.items()}
        transaction.execute_many("DELETE FROM task_row WHERE stream = ?", [(stream,) for stream in states])
        cases, tasks = [], []
        for stream, state in states.items():
            model, position = self._work.model(stream), by_stream[stream][-1][0]
            cases.append(_case_row(stream, model.summary(state), position))
            tasks += [_task_row(stream, task, position) for task in model.tasks(state)]
        transaction.execute_many(PUT_CASE, cases)
        transaction.execute_many("INSERT INTO task_row VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", tasks)

    def _state(self, stream: str, told: Sequence[Told]) -> Any:
        """Return the case's state after the facts: from the write side where it is there, else folded on."""
        first, last = told[0][2], told[-1][2]
        state = self._work.cached_state(stream, last)
        if state is not None:
            return state
        model, fact_of = self._work.model(stream), self._work.log.catalogue.fact
        version, state = self._folded.pop(stream, (0, None))
        if not 0 < version < first:
            version, state = 0, model.initial(stream.partition(":")[2])
        if version < first - 1:
            missed = [row for row in self._work.log.history(stream) if version < row[0] < first]
            told = [*((0, stream, *row) for row in missed), *told]
        for _, _, _, name, stored_form in told:
            state = model.evolve(state, fact_of(name, stored_form))
        self._folded[stream] = (last, state)
        while len(self._folded) > FOLDED_CASES:
            self._folded.popitem(last=False)
        return state


def _case_row(stream: str, summary: Mapping[str, Any], position: int) -> tuple[Any, ...]:
    kind, _, case_id = stream.partition(":")
    columns = [str(summary.get(column, "")) for column in ("status", "body", "district", "level", "subject")]
    return (
        stream,
        kind,
        case_id,
        *columns,
        position,
        json.dumps(summary, ensure_ascii=False, default=str, sort_keys=True),
    )


def _task_row(stream: str, task: Task, position: int) -> tuple[Any, ...]:
    kind, _, case_id = stream.partition(":")
    days = [
        day.isoformat() if day else None for day in (task.opened_on, task.due_on, task.not_before, task.quiet_since)
    ]
    return (stream, task.step, task.ref, kind, case_id, task.role.value, task.body, *days, int(task.urgent), position)


def _task(row: Any) -> OpenTask:
    def day(column: str) -> date | None:
        return date.fromisoformat(row[column]) if row[column] else None

    opened_on = day("opened_on")
    assert opened_on is not None
    task = Task(
        step=row["step"],
        role=row["role"],
        body=row["body"],
        opened_on=opened_on,
        due_on=day("due_on"),
        not_before=day("not_before"),
        quiet_since=day("quiet_since"),
        ref=row["ref"],
        urgent=bool(row["urgent"]),
    )
    return OpenTask(row["kind"], row["case_id"], row["position"], task)
