"""What agencies tell about a report's author: a side record, kept in any state, that decides nothing (E-6, E-8)."""

from collections.abc import Sequence
from typing import Any

from services.clarification.domain.commands import accusation as c
from services.clarification.domain.events import accusation as e
from services.clarification.domain.model.accusation.due import deadlines, transfer_key
from services.clarification.domain.rules import accusation as rules
from services.clarification.domain.states.accusation import AccusationCase
from services.clarification.domain.terms import (
    BEFORE_RECOGNITION,
    RECOGNISED,
    AccusationStatus,
    ReviewKind,
    Told,
)
from shared.kernel import Context, Fact

Facts = Sequence[Fact]
CLOSED_UNPROVEN = frozenset({AccusationStatus.CLOSED_NOT_FALSE, AccusationStatus.CLOSED_UNIDENTIFIED})


def about(case: AccusationCase) -> dict[str, Any]:
    """Return report, subject, district and level: the head of every public fact."""
    assert case.about is not None
    return _head(case.report_token, case.about)


def _head(report_token: str, known: e.ReportKnown) -> dict[str, Any]:
    return {
        "report_token": report_token,
        "subject_token": known.subject_token,
        "district": known.district,
        "level": known.level,
    }


def _known(command: c.Report) -> e.ReportKnown:
    return e.ReportKnown(
        subject_token=command.subject_token,
        district=command.district,
        level=command.level,
        handling_body=command.handling_body,
    )


def record_signs(case: AccusationCase, command: c.RecordSigns, context: Context) -> Facts:
    """Record the signs of the conclusion in force: a case opens, follows, or, once decided, asks a person (6.2)."""
    if command.told.event in case.heard:
        return ()
    known = _known(command)
    recorded = e.SignsRecorded(
        told=command.told, concluded_on=command.concluded_on, supported=command.supported, signs=command.signs
    )
    first = (known,) if known != case.about else ()
    return (*first, recorded, *_consequence(case, known, recorded, context))


def record_report(case: AccusationCase, command: c.RecordReport, context: Context) -> Facts:
    """Follow a corrected registration: who may recognise depends on it; once decided, a person looks (F-5, F-6)."""
    known = _known(command)
    if case.about is None or known == case.about:
        return ()
    decided = case.status not in {AccusationStatus.NONE, *BEFORE_RECOGNITION, *CLOSED_UNPROVEN}
    return (known, _asked(ReviewKind.CORRECTION_AFTER_ACTION, command.told)) if decided else (known,)


def _consequence(case: AccusationCase, known: e.ReportKnown, recorded: e.SignsRecorded, context: Context) -> Facts:
    if case.status is AccusationStatus.NONE:
        return (_opened(case, known, recorded, context),) if recorded.signs is not None else ()
    if case.status in BEFORE_RECOGNITION:
        return ()
    if case.status not in CLOSED_UNPROVEN:
        return (_asked(ReviewKind.CORRECTION_AFTER_ACTION, recorded.told),)
    before = case.conclusion
    assert before is not None
    same = rules.assessed(before.signs, supported=before.supported) is rules.assessed(
        recorded.signs, supported=recorded.supported
    )
    return () if same else (_asked(ReviewKind.FINDINGS_AFTER_CLOSURE, recorded.told),)


def _opened(
    case: AccusationCase, known: e.ReportKnown, recorded: e.SignsRecorded, context: Context
) -> e.AccusationOpened:
    return e.AccusationOpened(
        **_head(case.report_token, known),
        handling_body=known.handling_body,
        concluded_on=recorded.concluded_on,
        opened_on=context.today,
    )


def _asked(kind: ReviewKind, told: Told) -> e.AccusationReviewAsked:
    return e.AccusationReviewAsked(kind=kind, ref=told.event, received_on=told.received_on)


def record_justice(case: AccusationCase, command: c.RecordJustice, context: Context) -> Facts:
    """Record a fact of police, procuratorate or court; a second one that corrects none goes to a person."""
    if command.told.event in case.heard:
        return ()
    known = _known(command)
    first = (known,) if known != case.about else ()
    same = [one.told.event for one in case.justice if (one.kind, one.key) == (command.kind, command.key)]
    if same and command.told.supersedes not in same:
        return (*first, _asked(ReviewKind.SECOND_EVENT, command.told))
    noted = e.JusticeNoted(
        told=command.told,
        kind=command.kind,
        key=command.key,
        number=command.number,
        result=command.result,
        happened_on=command.happened_on,
    )
    return (*first, noted, *_reviews(case, known, noted, context))


def _reviews(case: AccusationCase, known: e.ReportKnown, noted: e.JusticeNoted, context: Context) -> Facts:
    """Open the protection review of F-4b, or the review of a recognition (5.17, 5.18); never both, each once."""
    if noted.told.supersedes in case.answered:
        return ()
    head = _head(case.report_token, known)
    if rules.is_pursuit(noted.kind, noted.result) and case.status not in RECOGNISED:
        return (e.ProtectionReviewOpened(**head, basis=noted.kind, opened_on=context.today, event=noted.told.event),)
    if rules.casts_doubt(noted.result) and case.status in RECOGNISED:
        return (doubt(head, noted, context),)
    return ()


def doubt(head: dict[str, Any], noted: e.JusticeNoted, context: Context) -> e.AccusationReviewOpened:
    return e.AccusationReviewOpened(**head, basis=noted.result, opened_on=context.today, event=noted.told.event)


def note_clarification_linked(case: AccusationCase, command: c.NoteClarificationLinked, context: Context) -> Facts:
    return () if case.linked else (e.ClarificationLinked(linked_on=context.today),)


def pass_deadline(case: AccusationCase, command: c.PassTransferDeadline, context: Context) -> Facts:
    if transfer_key(command.ref) not in deadlines(case):
        return ()
    return (e.TransferLimitMissed(**dict(command), noticed_on=context.today),)
