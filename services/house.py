"""The whole house in one process: five services on one data folder, joined by the direct transport."""

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from services.clarification import bootstrap as clarification
from services.exchange import bootstrap as exchange
from services.exchange.application import Exchange
from services.reporting import bootstrap as reporting
from services.reporting.projections import Figures
from services.revisit import bootstrap as revisit
from services.tolerance import bootstrap as tolerance
from shared.folder import sole_writer
from shared.holidays import published_workdays
from shared.kernel import Clock, SandboxClock, SystemClock
from shared.messaging.direct import DirectSource
from shared.security.audit import AccessLog
from shared.security.keys import KeyRing
from shared.service import Kit, Service

EARLIEST = date(2004, 1, 1)
"""A sandbox's business day before anything was received."""

CASEWORK = {"clarification": clarification, "revisit": revisit, "tolerance": tolerance}


@dataclass
class House:
    """All services, and what moves facts between them."""

    folder: Path
    clock: Clock
    services: dict[str, Service]
    exchange: Exchange
    figures: Figures
    access: AccessLog
    keys: KeyRing

    def settle(self) -> None:
        """Let every fact reach everybody, fire what is due, bring lists and to-do lists up to date.

        Reporting reads when the others are at rest: a month that closes today holds all that was published before.
        """
        *others, reporting_last = self.services.values()
        while sum(service.pull() for service in others) or reporting_last.pull():
            pass
        for service in self.services.values():
            while service.cases.pull():
                pass

    def count(self) -> Figures:
        """Bring the figures up to date with every fact, and return them."""
        self.settle()
        self.figures.drain()
        return self.figures

    def step(self) -> int:
        """One pass for a worker that shares the process with HTTP."""
        return sum(service.pull() + service.project() for service in self.services.values())

    def next_deadline(self) -> date | None:
        """Return the first day on which a deadline of any service fires."""
        days = [service.casework.next_deadline() for service in self.services.values()]
        return min((day for day in days if day is not None), default=None)

    def facts(self) -> int:
        """Return the number of facts in all logs."""
        return sum(service.log.head() for service in self.services.values())

    def rebuild(self) -> Iterator[tuple[str, int]]:
        """Delete the read models and project them again from the logs; yields the name and facts read of each."""
        for name, service in self.services.items():
            service.cases.view.clear()
            yield name, sum(itertools.takewhile(bool, iter(service.cases.pull, None)))
        self.figures.clear()
        yield "figures", sum(itertools.takewhile(bool, iter(self.figures.pull, None)))

    def dead_letters(self) -> list[dict[str, Any]]:
        return [
            {"service": name, **letter}
            for name, service in self.services.items()
            for consumer in service.consumers
            for letter in consumer.dead_letters()
        ]


@contextmanager
def open_house(folder: Path, clock: Clock) -> Iterator[House]:
    """Open the house on a data folder, alone. Raises FolderBusy where another process has it."""
    with sole_writer(folder):
        house = _build(folder, clock)
        if isinstance(clock, SandboxClock):
            clock.advance(house.exchange.business_clock() or EARLIEST)
        try:
            yield house
        finally:
            house.access.close()
            house.keys.close()


def _build(folder: Path, clock: Clock) -> House:
    lasting = mode_of(folder) == "production"
    keys = KeyRing(folder / "keys", survives_power_loss=lasting)
    kit = Kit(folder, clock, published_workdays(), keys.seal, keys.open, keys.destroy, survives_power_loss=lasting)
    services: dict[str, Service] = {"exchange": exchange.build(kit)}
    services |= {name: module.build(kit) for name, module in CASEWORK.items()}
    services["reporting"] = reporting.build(kit)
    sources = {name: DirectSource(service.log) for name, service in services.items()}
    for name, module in {"exchange": exchange, **CASEWORK, "reporting": reporting}.items():
        module.connect(services[name], sources)
    access = AccessLog(folder / "access.db")
    return House(
        folder,
        clock,
        services,
        exchange.door(services["exchange"]),
        reporting.figures(services["reporting"]),
        access,
        keys,
    )


def mode_of(folder: Path) -> str:
    """Return `sandbox` or `production`, as the folder was first used; a new folder is a sandbox."""
    marker = folder / "house.json"
    return str(json.loads(marker.read_text(encoding="utf-8"))["mode"]) if marker.exists() else "sandbox"


def mark_mode(folder: Path, mode: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "house.json").write_text(json.dumps({"mode": mode}), encoding="utf-8")


def clock_of(folder: Path) -> Clock:
    """Return the clock of a folder: the wall clock in production, in a sandbox the day it was last moved to."""
    if mode_of(folder) == "production":
        return SystemClock()
    place = folder / "play.json"
    wall = (
        datetime.fromisoformat(json.loads(place.read_text(encoding="utf-8"))["wall"])
        if place.exists()
        else datetime.now(UTC)
    )
    return SandboxClock(wall, EARLIEST)
