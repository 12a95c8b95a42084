"""What agencies' facts and our own suggestions lead to: they record and open, no more (domain.md 8 no. 12)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from services.tolerance.domain.commands import NoteUnitReport, RecordLink, RecordMatter, RecordUnitReport
from services.tolerance.domain.rules import case_id_of
from services.tolerance.domain.terms import Matter, UnitReport, UnitReportKind
from shared.casework import Order, Reaction
from shared.contracts.agency import (
    AccountabilityMatterIdentified,
    Origin,
    RectificationCompleted,
    SuggestionReplied,
)
from shared.contracts.tolerance import SuggestionIssued
from shared.kernel import Actor, Command, Fact, Recorded

SYSTEM = Actor.system("tolerance")
StateOf = Callable[[str], Any]


def open_or_correct_case(recorded: Recorded[AccountabilityMatterIdentified], state_of: StateOf) -> Iterable[Order]:
    """Open the person's case (前置审核) or follow a correction; tell it what units reported of the matter before."""
    fact = recorded.fact
    case_id = case_id_of(fact.matter_no, fact.subject_token)
    supersedes = fact.origin.supersedes
    command = RecordMatter(
        matter_no=fact.matter_no,
        subject_token=fact.subject_token,
        origin=_origin(fact.origin, fact.origin.event_id),
        supersedes=_origin(fact.origin, supersedes) if supersedes else None,
        matter=_matter(fact),
    )
    yield _order(recorded, f"tolerance:{case_id}", command)
    yield from _link(recorded, f"matter:{fact.matter_no}", case_id, state_of)


def record_rectification(recorded: Recorded[RectificationCompleted], state_of: StateOf) -> Iterable[Order]:
    """Record that a unit finished correcting: in each case of the matter, or in the suggestion's case."""
    fact = recorded.fact
    of_suggestion = fact.basis == "SUGGESTION"
    report = _report(
        fact.origin,
        kind=UnitReportKind.RECTIFICATION,
        doc_no=fact.reference_no if of_suggestion else "",
        happened_on=fact.completed_on,
    )
    kind = "suggestion" if of_suggestion else "matter"
    return _note(recorded, f"{kind}:{fact.reference_no}", report, state_of)


def record_reply(recorded: Recorded[SuggestionReplied], state_of: StateOf) -> Iterable[Order]:
    """Record a unit's reply to a suggestion: its clock ends, a late one is still accepted."""
    fact = recorded.fact
    report = _report(
        fact.origin,
        kind=UnitReportKind.REPLY,
        doc_no=fact.doc_no,
        happened_on=fact.replied_on,
        accepted=fact.accepted,
    )
    return _note(recorded, f"suggestion:{fact.doc_no}", report, state_of)


def link_suggestion(recorded: Recorded[SuggestionIssued], state_of: StateOf) -> Iterable[Order]:
    """Remember to which case a suggestion of ours belongs."""
    fact = recorded.fact
    return _link(recorded, f"suggestion:{fact.doc_no}", fact.case_id, state_of)


REACTIONS: Mapping[type[Fact], Reaction] = {
    AccountabilityMatterIdentified: open_or_correct_case,
    RectificationCompleted: record_rectification,
    SuggestionReplied: record_reply,
    SuggestionIssued: link_suggestion,
}


def _link(recorded: Recorded[Any], stream: str, case_id: str, state_of: StateOf) -> Iterable[Order]:
    yield _order(recorded, stream, RecordLink(case_id=case_id))
    for report in state_of(stream).reports:
        yield _order(recorded, f"tolerance:{case_id}", RecordUnitReport(report=report))


def _note(recorded: Recorded[Any], stream: str, report: UnitReport, state_of: StateOf) -> Iterable[Order]:
    yield _order(recorded, stream, NoteUnitReport(report=report))
    for case_id in state_of(stream).case_ids:
        yield _order(recorded, f"tolerance:{case_id}", RecordUnitReport(report=report))


def _order(recorded: Recorded[Any], stream: str, command: Command) -> Order:
    correlation_id = recorded.meta.cor or recorded.fact_id
    return Order(stream, command, SYSTEM, correlation_id=correlation_id, causation_id=recorded.fact_id)


def _matter(fact: AccountabilityMatterIdentified) -> Matter:
    content = fact.model_dump(
        include={
            *("domain", "initiator", "identified_on", "distinctions", "elements", "tests"),
            *("bottom_line", "list_hits", "loss_cny", "recovered_cny", "complexity"),
        }
    )
    return Matter(
        **content,
        body=fact.origin.source.rpartition(".")[2],
        district=fact.district_code,
        level=fact.management_level,
    )


def _report(origin: Origin, **content: Any) -> UnitReport:
    supersedes = _origin(origin, origin.supersedes) if origin.supersedes else None
    return UnitReport(origin=_origin(origin, origin.event_id), supersedes=supersedes, **content)


def _origin(origin: Origin, event_id: str) -> str:
    return f"{origin.source}#{event_id}"
