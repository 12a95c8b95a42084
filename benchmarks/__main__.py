"""`python -m benchmarks`: measure, side by side, and print a table."""

import argparse
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import append, kafka, memory, playing, postgres, project
from benchmarks.side import Measurement, machine
from shared.testing.broker import NoBroker

out = Console(width=160)


def parts(quick: bool) -> dict[str, Callable[[Path], Iterator[Measurement]]]:
    """Return what is measured, by name."""
    rounds = 1 if quick else 3
    return {
        "append": lambda folder: append.measure(folder, 200 if quick else 500, rounds * 3),
        "postgres": lambda _folder: postgres.measure(200 if quick else 500, rounds),
        "project": lambda folder: project.measure(folder, 20_000 if quick else 200_000, rounds),
        "memory": lambda folder: memory.measure(
            folder, [5_000, 10_000, 20_000] if quick else [50_000, 100_000, 200_000]
        ),
        "kafka": lambda folder: kafka.measure(folder, 5_000 if quick else 30_000, rounds),
        "play": playing.measure,
    }


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Ours and the alternative, side by side in one run. Trust the ratios more than the figures.",
        epilog="Example: python -m benchmarks --quick --only append project",
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of the work, one round: a look, not a result")
    parser.add_argument("--only", nargs="+", choices=list(parts(quick=True)), help="measure only these")
    return parser.parse_args()


def main() -> None:
    wanted = arguments()
    for name, value in machine():
        out.print(f"[bold]{name}[/]: {value}", highlight=False)
    found: list[Measurement] = []
    for name, measure in parts(wanted.quick).items():
        if wanted.only and name not in wanted.only:
            continue
        with tempfile.TemporaryDirectory(prefix=f"qingfeng-bench-{name}-") as folder:
            try:
                for measurement in measure(Path(folder)):
                    out.print(measurement.line(), highlight=False, markup=False)
                    found.append(measurement)
            except NoBroker as missing:
                out.print(f"{name}: left out: {missing}", highlight=False, markup=False)
    out.print(table(found))


def table(found: list[Measurement]) -> Table:
    shown = Table("what", "ours", "alternative", "ratio", "unit", "alternative is", "note", title="ours / alternative")
    for m in found:
        beside = f"{m.alternative:,.0f}" if m.alternative else "–"
        shown.add_row(m.what, f"{m.ours:,.0f}", beside, m.ratio, m.unit, m.against, m.note)
    return shown


if __name__ == "__main__":
    main()
