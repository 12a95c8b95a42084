"""`qingfeng play`: a year of agency events through the whole house, day by day; a killed run goes on where it was."""

import json
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from services.exchange.files import read_file
from services.house import EARLIEST, House
from services.simulation.clarification_desk import DESKS as CLARIFICATION_DESKS
from services.simulation.desk import Desk
from services.simulation.doors import EmbeddedDoor
from services.simulation.office import Office
from services.simulation.reporting_desk import DESKS as REPORTING_DESKS
from services.simulation.revisit_desk import DESKS as REVISIT_DESKS
from services.simulation.tolerance_desk import DESKS as TOLERANCE_DESKS
from shared.kernel import SandboxClock

DESKS: dict[str, dict[str, Desk]] = {
    "clarification": CLARIFICATION_DESKS,
    "revisit": REVISIT_DESKS,
    "tolerance": TOLERANCE_DESKS,
    "reporting": REPORTING_DESKS,
}
BATCH_LINES = 500
MEBIBYTE_IN_KIB = 1024


class AnotherRun(Exception):
    """The data folder holds a run of another file, year, office or seed."""


@dataclass(frozen=True)
class RunRecord:
    """What a run was started with; `wall` is its receiving clock, fixed at the first start."""

    file_sha256: str
    year: int
    office: bool
    seed: int
    wall: str

    @property
    def receiving_clock(self) -> datetime:
        return datetime.fromisoformat(self.wall)


@dataclass(frozen=True)
class RunFigures:
    """What a run did: commands and facts in all, and the pace of this start."""

    commands: int
    facts: int
    facts_new: int
    seconds: float
    facts_per_s: int
    peak_mb: int
    refused: int
    dead_letters: int
    last_day: str
    data: str


def begin(folder: Path, file_sha256: str, *, year: int, office: bool, seed: int) -> RunRecord:
    """Return the folder's run record, made at the first start. Raises AnotherRun where the folder holds another run."""
    place = folder / "play.json"
    if place.exists():
        record = RunRecord(**json.loads(place.read_text(encoding="utf-8")))
        if (record.file_sha256, record.year, record.office, record.seed) != (file_sha256, year, office, seed):
            raise AnotherRun(str(folder))
        return record
    record = RunRecord(file_sha256, year, office, seed, datetime.now(UTC).isoformat())
    draft = place.with_suffix(".draft")
    folder.mkdir(parents=True, exist_ok=True)
    draft.write_text(json.dumps(record.__dict__), encoding="utf-8")
    draft.replace(place)
    return record


def play(
    house: House, clock: SandboxClock, path: Path, record: RunRecord, show: Callable[[int, date], None]
) -> RunFigures:
    """Run the file through the house to its end; `show(lines done, business day)` is told of the progress."""
    started, facts_before = time.monotonic(), house.facts()
    run = _Run(house, clock, record, show)
    run.go(path)
    seconds = time.monotonic() - started
    facts = house.facts()
    return RunFigures(
        commands=sum(_count(house, name) for name in house.services),
        facts=facts,
        facts_new=facts - facts_before,
        seconds=round(seconds, 2),
        facts_per_s=round((facts - facts_before) / seconds),
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MEBIBYTE_IN_KIB,
        refused=run.office.refused,
        dead_letters=len(house.dead_letters()),
        last_day=clock.business().isoformat(),
        data=str(house.folder),
    )


def _count(house: House, service: str) -> int:
    return int(house.services[service].log.rows("SELECT COUNT(*) FROM command")[0][0])


class _Run:
    def __init__(self, house: House, clock: SandboxClock, record: RunRecord, show: Callable[[int, date], None]) -> None:
        self._house, self._clock, self._record, self._show = house, clock, record, show
        doors = {name: EmbeddedDoor(house.services[name]) for name in DESKS} if record.office else {}
        desks = {kind: desk for desks in DESKS.values() for kind, desk in desks.items()}
        desks["campaign"] = _of_the_year(desks["campaign"], record.year)
        workdays = house.services["exchange"].casework.workdays
        self.office = Office(record.seed, workdays, doors, desks)
        self._end = date(record.year, 12, 31)

    def go(self, path: Path) -> None:
        """Take line after line; before a line of a later day, live through the days until then."""
        reader = read_file(self._house.exchange, path, self._record.file_sha256)
        while True:
            next_day = reader.receive(BATCH_LINES)
            self._show(reader.line, self._clock.business())
            if next_day is None and not reader.exhausted:
                continue
            self._live_through_today()
            if next_day is None:
                break
            self._live_until(next_day)
        self._live_until(max(self._end, self._clock.business()))
        self._live_through_today()

    def _live_through_today(self) -> None:
        """Let facts arrive and the office work, until nothing more happens on this business day."""
        self._house.settle()
        while self.office.work(self._clock.business()):
            self._house.settle()

    def _live_until(self, day: date) -> None:
        """Move the business clock to `day`, stopping on each day before it on which something is due."""
        while (today := self._clock.business()) < day:
            if today == EARLIEST:
                self._advance(day)
                return
            due = [found for found in (self._house.next_deadline(), self.office.next_day()) if found is not None]
            closing = today.replace(day=10) if today.day < 10 else _tenth_of_next_month(today)
            self._advance(min([day, closing, *(max(found, _tomorrow(today)) for found in due)]))
            if self._clock.business() < day:
                self._live_through_today()
                self._show(0, self._clock.business())

    def _advance(self, day: date) -> None:
        self._house.exchange.advance_clock(day)
        self._clock.advance(day)


def _of_the_year(desk: Desk, year: int) -> Desk:
    """The office runs the business year's campaign only."""
    return lambda task, case, choice: desk(task, case, choice) if task.case_id == str(year) else None


def _tomorrow(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _tenth_of_next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 10)


def as_json(figures: RunFigures) -> dict[str, Any]:
    return dict(figures.__dict__)
