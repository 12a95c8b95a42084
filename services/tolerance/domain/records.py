"""What agencies tell and what runs out is recorded; what a person has to look at is opened, and concluded."""

from datetime import timedelta

from services.tolerance.domain import commands, errors, events
from services.tolerance.domain.limits import deadlines
from services.tolerance.domain.moves import Facts, sealed, within
from services.tolerance.domain.state import Case, acted_on, already_reported
from services.tolerance.domain.terms import (
    BEFORE_DETERMINATION,
    Initiator,
    ReviewReason,
    Status,
)
from shared.kernel import Context


def record_matter(case: Case, command: commands.RecordMatter, context: Context) -> Facts:
    """Open the case, follow a correction, or leave it to a person (agency-events.md 4.3, E-8)."""
    if command.origin in case.origins:
        return ()
    if case.status is Status.ABSENT:
        return [_initiated(case, command, context)]
    if command.supersedes is None or command.supersedes in case.set_aside:
        return [_review(ReviewReason.SECOND_MATTER, command, context)]
    if case.status not in BEFORE_DETERMINATION:
        return [_review(ReviewReason.CORRECTED_AFTER_DECISION, command, context)]
    return [
        events.MatterCorrected(
            origin=command.origin, supersedes=command.supersedes, received_on=context.today, matter=command.matter
        )
    ]


def _initiated(case: Case, command: commands.RecordMatter, context: Context) -> events.ToleranceInitiated:
    matter = command.matter
    begins = max(matter.identified_on, context.today)
    return events.ToleranceInitiated(
        case_id=case.case_id,
        matter_no=command.matter_no,
        subject_token=command.subject_token,
        district=matter.district,
        level=matter.level,
        initiator=Initiator(matter.initiator).value,
        identified_on=matter.identified_on,
        origin=command.origin,
        supersedes=command.supersedes,
        received_on=context.today,
        matter=matter,
        adverse_most=context.policy.adverse_most,
        due_on=within(context, context.policy.accept_within, begins),
    )


def _review(reason: ReviewReason, command: commands.RecordMatter, context: Context) -> events.ReviewOpened:
    return events.ReviewOpened(
        reason=reason,
        origin=command.origin,
        supersedes=command.supersedes,
        received_on=context.today,
        matter=command.matter,
    )


def record_report(case: Case, command: commands.RecordUnitReport, context: Context) -> Facts:
    """Record what a unit reported in any state; a second one, or a correction after a check, is for a person."""
    report = command.report
    if report.origin in case.origins or case.status is Status.ABSENT:
        return ()
    if report.supersedes in case.set_aside or (report.supersedes is None and already_reported(case, report)):
        reason = ReviewReason.SECOND_REPORT
    elif report.supersedes is not None and acted_on(case, report):
        reason = ReviewReason.REPORT_CORRECTED_AFTER_CHECK
    else:
        return [events.UnitReported(report=report, received_on=context.today)]
    return [
        events.ReviewOpened(
            reason=reason,
            origin=report.origin,
            supersedes=report.supersedes,
            received_on=context.today,
            report=report,
        )
    ]


def conclude_review(case: Case, command: commands.ConcludeReview, context: Context) -> Facts:
    """Note that a person looked; nothing else changes (E-8)."""
    if not case.reviews:
        raise errors.NothingToReview
    note = sealed(case, context, command.note)
    return [events.ReviewConcluded(concluded_on=context.today, note_sealed=note)]


def pass_limit(case: Case, command: commands.PassLimit, context: Context) -> Facts:
    """Record a limit that passed, and remind; nothing where the step was done meanwhile."""
    if deadlines(case).get(command.kind) != command.day:
        return ()
    kind, _, doc_no = command.kind.partition(":")
    if kind == "reply":
        suggestion = case.suggestion(doc_no)
        assert suggestion is not None
        late = (context.today - suggestion.reply_due).days
        return [events.ReplyOverdue(doc_no=doc_no, due_on=suggestion.reply_due, days_late=late)]
    if kind == "correction-reminder":
        return [remind_of_correction(case, context)]
    due_on = command.day - timedelta(days=1)
    return [events.DeadlineBreached(stage=kind, due_on=due_on, days_late=(context.today - due_on).days)]


def remind_of_correction(case: Case, context: Context) -> events.CorrectionReminded:
    """Remind of an overdue correction; the second time advise a talk (谈话提醒, T-12)."""
    again = case.reminders > 0
    next_on = None if again else within(context, context.policy.correction_reminder_within)
    return events.CorrectionReminded(reminded_on=context.today, talk_advised=again, next_on=next_on)
