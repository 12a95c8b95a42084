"""What agencies tell about a report: recorded in any state, never refused; nothing is decided here (E-6, E-8)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.clarification.domain.commands import clarification as c
from services.clarification.domain.events import clarification as e
from services.clarification.domain.model.clarification.due import breach_key, deadlines
from services.clarification.domain.rules import findings
from services.clarification.domain.rules.clarification import may_open
from services.clarification.domain.rules.limits import STAGE_KEYS, limit_by
from services.clarification.domain.states.clarification import ClarificationCase
from services.clarification.domain.terms import (
    AFTER_CLEARANCE,
    BEFORE_ACTION,
    BEFORE_CASE,
    OPENS_CASE,
    CancelReason,
    PriorityReason,
    ReviewKind,
    Stage,
    Status,
    Told,
)
from shared.kernel import Context, Fact

Facts = Sequence[Fact]
CONVICTED = frozenset({"CONVICTED", "CONVICTED_EXEMPT"})


def about(case: ClarificationCase) -> dict[str, Any]:
    """Return report, subject, district and level of the registration in force: the head of every public fact."""
    registration = case.registration
    return {
        "report_token": case.report_token,
        "subject_token": registration.subject_token,
        "district": registration.district,
        "level": registration.level,
    }


def record_registration(case: ClarificationCase, command: c.RecordRegistration, context: Context) -> Facts:
    if command.told.event in case.ledger.heard:
        return ()
    current = case.ledger.registration
    if current is not None and command.told.supersedes != current.told.event:
        return (_review(ReviewKind.SECOND_EVENT, command.told),)
    recorded = e.RegistrationRecorded(**dict(command))
    if current is not None and case.status in {Status.IMPLEMENTING, *AFTER_CLEARANCE}:
        return recorded, _review(ReviewKind.CORRECTION_AFTER_ACTION, command.told)
    return (recorded,)


def record_transfer(case: ClarificationCase, command: c.RecordTransfer, context: Context) -> Facts:
    return () if command.told.event in case.ledger.heard else (e.TransferNoted(**dict(command)),)


def record_repeat(case: ClarificationCase, command: c.RecordRepeat, context: Context) -> Facts:
    return () if command.told.event in case.ledger.heard else (e.RepeatNoted(**dict(command)),)


def record_conclusion(case: ClarificationCase, command: c.RecordConclusion, context: Context) -> Facts:
    """Record the conclusion; open the case it must open (C-1), or end the case its correction takes the ground of.

    A correction after action changes the conclusion in force and opens a review; nothing is undone by itself.
    """
    if command.told.event in case.ledger.heard:
        return ()
    current = case.ledger.conclusion
    if current is not None and command.told.supersedes != current.told.event:
        return (_review(ReviewKind.SECOND_EVENT, command.told),)
    recorded = _concluded(case, command, context)
    return (recorded, *_consequence(case, recorded, context))


def _concluded(case: ClarificationCase, command: c.RecordConclusion, context: Context) -> e.ConclusionRecorded:
    issues = findings.issues_of(command.findings)
    counted_from = max(command.concluded_on, command.told.received_on)
    return e.ConclusionRecorded(
        told=command.told,
        concluded_on=command.concluded_on,
        findings=command.findings,
        secrecy_blocks=command.secrecy_blocks,
        subject_wish=command.subject_wish,
        proposed=findings.classification_of(issues),
        exclusion=findings.exclusion_of(issues, secrecy_blocks=command.secrecy_blocks),
        clearable=tuple(findings.affected_issues(issues)),
        impact_reasons=findings.impact_reasons_of(issues),
        assess_by=limit_by(Stage.ASSESS, counted_from, context, priority=bool(case.priority)),
    )


def _consequence(case: ClarificationCase, recorded: e.ConclusionRecorded, context: Context) -> Facts:
    opens = recorded.proposed in OPENS_CASE
    corrected_away = case.cancelled_because is CancelReason.CORRECTED
    if case.status in BEFORE_CASE or corrected_away:
        return _open(case, recorded, context) if opens else ()
    if case.status in BEFORE_ACTION:
        return () if opens else (_cancel(case, CancelReason.CORRECTED, context.today),)
    if case.cancelled_because is CancelReason.SUBJECT_CONVICTED:
        return ()
    return (_review(ReviewKind.CORRECTION_AFTER_ACTION, recorded.told),)


def _open(case: ClarificationCase, conclusion: e.ConclusionRecorded, context: Context) -> Facts:
    opened = e.CaseOpened(
        **about(case),
        handling_body=conclusion.told.body,
        concluded_on=conclusion.concluded_on,
        opened_on=context.today,
        assess_by=conclusion.assess_by,
    )
    if any(conviction.stops for conviction in case.ledger.convictions):
        return opened, _cancel(case, CancelReason.SUBJECT_CONVICTED, context.today)
    return (opened,)


def _cancel(case: ClarificationCase, reason: CancelReason, today: date) -> e.CaseCancelled:
    return e.CaseCancelled(**about(case), reason=reason, cancelled_on=today)


def _review(kind: ReviewKind, told: Told) -> e.ReviewOpened:
    return e.ReviewOpened(kind=kind, ref=told.event, received_on=told.received_on)


def note_other_matter(case: ClarificationCase, command: c.NoteOtherMatter, context: Context) -> Facts:
    if (command.case_no, command.filed_on) in case.ledger.matters:
        return ()
    return (e.OtherMatterNoted(**dict(command)),)


def note_other_matter_ended(case: ClarificationCase, command: c.NoteOtherMatterEnded, context: Context) -> Facts:
    if all(case_no != command.case_no for case_no, _ in case.ledger.matters):
        return ()
    return (e.OtherMatterEnded(**dict(command)),)


def note_conviction(case: ClarificationCase, command: c.NoteConviction, context: Context) -> Facts:
    """Record a judgment; a conviction after the conclusion and before implementation ends the case (6.1)."""
    if command.told.event in case.ledger.heard:
        return ()
    stops = command.verdict in CONVICTED and case.ledger.conclusion is not None
    noted = e.ConvictionNoted(**dict(command), stops=stops)
    if stops and case.status in BEFORE_ACTION:
        return noted, _cancel(case, CancelReason.SUBJECT_CONVICTED, context.today)
    withdrawn = not stops and _is_last_stop(case, command.told.supersedes)
    if withdrawn and case.cancelled_because is CancelReason.SUBJECT_CONVICTED and may_open(case):
        return noted, opened_anew(case, context)
    return (noted,)


def _is_last_stop(case: ClarificationCase, superseded: str | None) -> bool:
    """Is the superseded judgment the only one that stops the case?"""
    stopping = [conviction.told.event for conviction in case.ledger.convictions if conviction.stops]
    return stopping == [superseded]


def opened_anew(case: ClarificationCase, context: Context) -> e.CaseOpened:
    conclusion = case.conclusion
    return e.CaseOpened(
        **about(case),
        handling_body=case.body,
        concluded_on=conclusion.concluded_on,
        opened_on=context.today,
        assess_by=limit_by(Stage.ASSESS, context.today, context, priority=bool(case.priority)),
    )


def record_later_outcome(case: ClarificationCase, command: c.RecordLaterOutcome, context: Context) -> Facts:
    """Record an award or appointment of a cleared person that came after the clarification (C-21)."""
    cleared = case.care.cleared
    if command.told.event in case.ledger.heard or cleared is None or case.status is Status.REVOKED:
        return ()
    corrects = any(later.event == command.told.supersedes for later in case.ledger.later)
    if not corrects and command.outcome_on < cleared.clarified_on:
        return ()
    return (
        e.LaterOutcomeRecorded(
            **about(case),
            outcome=command.outcome,
            outcome_on=command.outcome_on,
            event=command.told.event,
            supersedes=command.told.supersedes,
        ),
    )


def open_for_victim(case: ClarificationCase, command: c.OpenForVictim, context: Context) -> Facts:
    """Open the victim's case, or raise it (F-8); whether it is cleared still follows C-2."""
    reason = PriorityReason.VICTIM_OF_FALSE_ACCUSATION
    opened = _open(case, case.conclusion, context) if case.status in BEFORE_CASE and may_open(case) else ()
    raised = () if reason in case.priority else (priority_raised(case, (reason,), context),)
    return (*opened, *raised)


def priority_raised(case: ClarificationCase, reasons: tuple[PriorityReason, ...], context: Context) -> e.PriorityRaised:
    """Raise a case; the limit of its present stage becomes the shorter one, never before today (C-5, 1.6)."""
    limit = case.limit
    due_on = None
    if limit is not None and limit.stage in STAGE_KEYS:
        sooner = limit_by(limit.stage, limit.counted_from, context, priority=True)
        due_on = max(sooner, context.today) if sooner is not None else None
    return e.PriorityRaised(reasons=reasons, due_on=due_on)


def note_accusation_reversed(case: ClarificationCase, command: c.NoteAccusationReversed, context: Context) -> Facts:
    if command.ref in case.ledger.heard:
        return ()
    return (e.ReviewOpened(kind=ReviewKind.ACCUSATION_REVERSED, ref=command.ref, received_on=command.received_on),)


def pass_deadline(case: ClarificationCase, command: c.PassDeadline, context: Context) -> Facts:
    """Record a missed limit once; a limit that moved or was met meanwhile is none."""
    if breach_key(command.stage, command.ref) not in deadlines(case):
        return ()
    return (e.DeadlineBreached(**dict(command), noticed_on=context.today),)
