"""The whole house: a city's year through `qingfeng play` in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.append import plain
from benchmarks.ledger import ENTRIES
from benchmarks.side import Measurement, seconds

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "ningbo-2023.jsonl.gz"
GROUP = 100


class PlayFailed(Exception):
    """`qingfeng play` did not end well; the message is the end of what it said."""


def measure(folder: Path) -> Iterator[Measurement]:
    """Yield the pace and the peak memory of a play, beside the same number of facts put in with nothing around them."""
    try:
        run = play(folder / "house")
    except PlayFailed as failed:
        yield Measurement("play", "facts/s", 0, None, "failed", str(failed))
        return
    facts, taken = int(run["facts"]), float(run["seconds"])
    commands = facts // ENTRIES
    plain_rate = commands * ENTRIES / seconds(plain(folder / "plain", commands, GROUP)(0))
    note = f"{facts:,} facts, {int(run['commands']):,} commands in {taken:.1f} s"
    yield Measurement("play, all services and the office", "facts/s", facts / taken, plain_rate, "plain sqlite3", note)
    yield Measurement("play, peak memory", "MiB", float(run["peak_mb"]), None, "no alternative")


def play(data: Path) -> dict[str, Any]:
    """Return what `qingfeng play` says about its run: seconds, commands, facts, facts_per_s, peak_mb."""
    qingfeng = Path(sys.executable).with_name("qingfeng")
    command = [str(qingfeng), "play", str(EXAMPLE), "--year", "2023", "--data", str(data), "--format", "json"]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, cwd=data.parent)
    if ended.returncode:
        raise PlayFailed((ended.stderr.strip() or ended.stdout.strip()).splitlines()[-1:][0][:200])
    run: dict[str, Any] = json.loads(ended.stdout)["run"]
    return run
