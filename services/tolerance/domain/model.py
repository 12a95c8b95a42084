"""The kinds of case tolerance keeps: the tolerance case, and the small indexes by matter and by suggestion."""

from datetime import date

from services.tolerance.domain import commands, events, index
from services.tolerance.domain.decisions import MOVES, RECORDS, decide
from services.tolerance.domain.evolution import CHANGES, evolve
from services.tolerance.domain.index import Index
from services.tolerance.domain.limits import deadlines, tasks
from services.tolerance.domain.state import Case
from services.tolerance.domain.summary import summary
from shared.kernel import Model


def _pass_limit(kind: str, day: date) -> commands.PassLimit:
    return commands.PassLimit(kind=kind, day=day)


TOLERANCE: Model[Case] = Model(
    kind="tolerance",
    initial=Case,
    decide=decide,
    evolve=evolve,
    facts=tuple(CHANGES),
    commands=(*MOVES, *RECORDS),
    deadlines=deadlines,
    tasks=tasks,
    summary=summary,
    pass_deadline=_pass_limit,
)
MATTER: Model[Index] = Model(
    kind="matter",
    initial=Index,
    decide=index.decider(events.MatterLinked, events.MatterReportNoted),
    evolve=index.evolve,
    facts=(events.MatterLinked, events.MatterReportNoted),
    commands=(commands.RecordLink, commands.NoteUnitReport),
    summary=index.summary,
)
SUGGESTION: Model[Index] = Model(
    kind="suggestion",
    initial=Index,
    decide=index.decider(events.SuggestionLinked, events.SuggestionReportNoted),
    evolve=index.evolve,
    facts=(events.SuggestionLinked, events.SuggestionReportNoted),
    commands=(commands.RecordLink, commands.NoteUnitReport),
    summary=index.summary,
)
MODELS = (TOLERANCE, MATTER, SUGGESTION)
