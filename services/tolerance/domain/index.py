"""Which cases belong to a matter or a suggestion, and what units reported under its number, in whatever order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.tolerance.domain import commands, events
from services.tolerance.domain.terms import UnitReport
from shared.kernel import Command, Context, Fact


@dataclass(frozen=True, slots=True)
class Index:
    """A number's cases and the unit reports under it, oldest first."""

    number: str
    case_ids: tuple[str, ...] = ()
    reports: tuple[UnitReport, ...] = ()


def decider(
    linked: type[events.CaseLinked], noted: type[events.ReportNoted]
) -> Callable[[Index, Command, Context], Sequence[Fact]]:
    """Return the decision of an index with these facts: each link and each report is recorded once (E-8)."""

    def decide(index: Index, command: Command, context: Context) -> Sequence[Fact]:
        match command:
            case commands.RecordLink() if command.case_id not in index.case_ids:
                return [linked(case_id=command.case_id)]
            case commands.NoteUnitReport() if all(r.origin != command.report.origin for r in index.reports):
                return [noted(report=command.report, received_on=context.today)]
            case _:
                return ()

    return decide


def evolve(index: Index, fact: Fact) -> Index:
    match fact:
        case events.CaseLinked():
            return replace(index, case_ids=(*index.case_ids, fact.case_id))
        case events.ReportNoted():
            return replace(index, reports=(*index.reports, fact.report))
        case _:
            return index


def summary(index: Index) -> Mapping[str, Any]:
    return {
        "status": "LINKED" if index.case_ids else "UNLINKED",
        "number": index.number,
        "cases": list(index.case_ids),
        "reports": [report.model_dump(mode="json") for report in index.reports],
    }
