"""Memory as the log grows: resident size after so many facts, ours and the library's, each in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.append import GROUP, library
from benchmarks.ledger import ENTRIES, groups, open_ledger
from benchmarks.side import Measurement, rss_mib
from shared.caseview import CaseView

WAYS = ("ours", "library")


def measure(folder: Path, steps: list[int]) -> Iterator[Measurement]:
    """Yield MiB after each step; ours appends and projects, the library only appends."""
    found = {way: _in_own_process(way, folder / way, steps) for way in WAYS}
    for number, facts in enumerate(steps):
        ours, theirs = (found[way][number] for way in WAYS)
        yield Measurement(
            f"memory after {facts:,} facts",
            "MiB",
            ours,
            theirs,
            "eventsourcing Application, appending only",
            "less is better",
        )


def _in_own_process(way: str, folder: Path, steps: list[int]) -> list[float]:
    command = [sys.executable, "-m", "benchmarks.memory", way, str(folder), *map(str, steps)]
    ended = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    return [float(mib) for mib in json.loads(ended.stdout)]


def grow(way: str, folder: Path, steps: list[int]) -> Iterator[float]:
    """Append in groups up to each step; yield the memory there."""
    if way == "ours":
        work = open_ledger(folder)
        view = CaseView(folder / "view.db", work)
        written = 0
        for part in groups(steps[-1], GROUP):
            work.handle(part)
            view.pull()
            written += len(part) * ENTRIES
            if written in steps:
                yield rss_mib()
    else:
        for number, facts in enumerate(steps):
            more = facts - (steps[number - 1] if number else 0)
            library(folder / str(number), more // ENTRIES, GROUP)(0)()
            yield rss_mib()


if __name__ == "__main__":
    print(json.dumps(list(grow(sys.argv[1], Path(sys.argv[2]), [int(step) for step in sys.argv[3:]]))))
