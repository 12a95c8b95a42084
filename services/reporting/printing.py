"""Reports on paper and for programs: a table of at most 100 columns, JSON, CSV."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from services.reporting.domain.figures import FIVE
from services.reporting.domain.reports import AnnualReport, MonthlyReport
from services.reporting.labels import LABELS, label

WIDTH = 100
LABEL_SHARE = 42
KEY_WIDTH = 19
BLOCKS = (
    "annual",
    "clarification",
    "false_accusation",
    "revisit",
    "promoted",
    "tolerance",
    "sanctions",
    "lines",
    "listed_apart",
    "incoming",
    "open_work",
)
MATRICES = ("by_month", "by_district", "by_level")
Report = AnnualReport | MonthlyReport


def as_json(report: Report) -> dict[str, Any]:
    """Return the report as JSON values."""
    return report.model_dump(mode="json")


def as_csv(report: Report) -> str:
    """Return the report as CSV: figure, dimension, value; one line a number, nil included."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("figure", "dimension", "value"))
    writer.writerows(_csv_rows(report))
    return text.getvalue()


def _csv_rows(report: Report) -> Iterator[tuple[str, str, Any]]:
    content = as_json(report)
    if isinstance(report, MonthlyReport):
        for path, number in report.figures.items():
            figure, _, dimension = path.partition("/")
            yield figure, dimension, number
        for line in report.restatements:
            yield f"restatement.{line.figure}", f"{line.month} old", line.old
            yield f"restatement.{line.figure}", f"{line.month} new", line.new
    else:
        for block in (*BLOCKS, *MATRICES):
            yield from _leaves(block, "", content[block])
    for check in report.failed_checks:
        yield "failed_checks", check, 1


def _leaves(figure: str, dimension: str, value: Any) -> Iterator[tuple[str, str, Any]]:
    if not isinstance(value, Mapping):
        yield figure, dimension, value
        return
    for key, inner in value.items():
        if key in LABELS:
            yield from _leaves(f"{figure}.{key}", dimension, inner)
        else:
            yield from _leaves(figure, f"{dimension}/{key}".strip("/"), inner)


def as_text(report: Report) -> str:
    """Return the printed report as plain text."""
    console = Console(width=WIDTH, file=io.StringIO(), color_system=None)
    print_report(report, console)
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def print_report(report: Report, console: Console) -> None:
    """Print the report as tables that fit 100 columns, Chinese and English."""
    if isinstance(report, MonthlyReport):
        _print_month(report, console)
    else:
        _print_year(report, console)
    _print_checks(report, console)


def _print_year(report: AnnualReport, console: Console) -> None:
    content = as_json(report)
    title = f"{report.business_year} 年度报告 annual report（至 until {report.until}）"
    console.print(Text(title, style="bold"))
    for block in BLOCKS:
        table = _table(label(block))
        for name, value in content[block].items():
            table.add_row(label(name), _value(value))
        console.print(table)
    for matrix in MATRICES:
        console.print(_matrix(label(matrix), content[matrix]))


def _print_month(report: MonthlyReport, console: Console) -> None:
    state = f"{report.closed_on} 封账 closed" if report.closed_on else "未封账 open"
    table = _table(f"{report.month} 月报 monthly report（{state}）")
    for path, number in report.figures.items():
        if "/" not in path:
            table.add_row(label(path), _value(number, _parts(report.figures, path)))
    console.print(table)
    table = _table(label("restatements"))
    for line in report.restatements:
        table.add_row(f"{line.month} {_path(line.figure)}", f"{line.old} → {line.new}  {line.reason}")
    if not report.restatements:
        table.add_row("无 none", "")
    console.print(table)


def _parts(figures: Mapping[str, int], path: str) -> str:
    dimensions = ("district", "level", "code")
    parts = [
        ", ".join(f"{key.rpartition('/')[2]} {n}" for key, n in figures.items() if key.startswith(f"{path}/{by}/"))
        for by in dimensions
    ]
    return "; ".join(part for part in parts if part)


def _path(path: str) -> str:
    figure, _, rest = path.partition("/")
    return f"{label(figure)} {rest}".strip()


def _table(title: str) -> Table:
    table = Table(title=title, title_justify="left", show_header=False, width=WIDTH)
    table.add_column(ratio=LABEL_SHARE)
    table.add_column(ratio=100 - LABEL_SHARE, overflow="fold")
    return table


def _value(value: Any, parts: str = "") -> str:
    if isinstance(value, Mapping):
        inner = ", ".join(f"{label(key)} {_value(number)}" for key, number in value.items())
        return f"{inner}" if inner else "0"
    return f"{value:,}" + (f"  ({parts})" if parts else "")


def _matrix(title: str, rows: Mapping[str, Mapping[str, int]]) -> Table:
    table = Table(title=title, title_justify="left", width=WIDTH)
    table.add_column("", width=KEY_WIDTH)
    for name in FIVE:
        table.add_column(label(name), justify="right", overflow="fold")
    for key, figures in rows.items():
        table.add_row(key, *(f"{figures[name]:,}" for name in FIVE))
    return table


def _print_checks(report: Report, console: Console) -> None:
    table = _table(label("failed_checks"))
    for check in report.failed_checks or ["无 none"]:
        table.add_row(check, "")
    console.print(table)
