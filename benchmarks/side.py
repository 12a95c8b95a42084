"""One measurement: ours, the alternative, and how they compare; and the machine all of it ran on."""

import os
import platform
import sqlite3
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path


@dataclass(frozen=True)
class Measurement:
    """A figure of ours beside the alternative's; `note` says what is alike, or why there is none."""

    what: str
    unit: str
    ours: float
    alternative: float | None
    against: str
    note: str = ""

    @property
    def ratio(self) -> str:
        """Return ours divided by the alternative."""
        return f"{self.ours / self.alternative:.2f}" if self.alternative else "–"

    def line(self) -> str:
        beside = f"{self.against}: {self.alternative:,.0f}, ratio {self.ratio}" if self.alternative else self.against
        return f"{self.what}: ours {self.ours:,.0f} {self.unit}; {beside}" + (f" ({self.note})" if self.note else "")


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def rates(rounds: int, amount: int, *ways: Callable[[int], Callable[[], object]]) -> list[float]:
    """Return the median rate of each way; the ways take turns, so that a noisy minute hits all of them.

    A way is called with the number of the round, prepares what is not measured, and returns what is.
    """
    taken: list[list[float]] = [[] for _ in ways]
    for number in range(rounds):
        for way, times in zip(ways, taken, strict=True):
            times.append(seconds(way(number)))
    return [amount / statistics.median(times) for times in taken]


def machine() -> list[tuple[str, str]]:
    """Return what the figures depend on: cores, processor, Python, SQLite, libraries."""
    return [
        ("cores", str(_cores())),
        ("processor", _processor()),
        ("system", f"{platform.system()} {platform.release()}"),
        ("Python", platform.python_version()),
        ("SQLite", sqlite3.sqlite_version),
        ("eventsourcing", version("eventsourcing")),
        ("pydantic", version("pydantic")),
    ]


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processor() -> str:
    place = Path("/proc/cpuinfo")
    lines = place.read_text(encoding="utf-8").splitlines() if place.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def rss_mib() -> float:
    """Return the resident memory of this process, in MiB."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise OSError("VmRSS")
