"""Steps 9 to 12, suggestions, and the ways a case leaves: from the feedback to the end of tracking."""

from datetime import date, timedelta

from services.tolerance.domain import commands, errors, events, rules
from services.tolerance.domain.moves import Facts, sealed, who, within
from services.tolerance.domain.state import Case
from services.tolerance.domain.terms import (
    APPLICANTS,
    Addressee,
    Implementation,
    ObjectionDecision,
    Outcome,
    RevocationGround,
)
from shared.kernel import Context
from shared.kernel.bodies import parent_of


def feed_back(_case: Case, command: commands.DeliverFeedback, context: Context) -> Facts:
    """Tell person, unit and proposing unit, and open the objection window (steps 9 and 10)."""
    receipts = {item.addressee: item.receipt_no for item in command.deliveries}
    missing = [addressee for addressee in Addressee if addressee not in receipts]
    if missing:
        raise errors.FeedbackIncomplete(missing=rules.listed(missing))
    return [
        events.FeedbackDelivered(receipts=receipts, delivered_on=context.today),
        events.ObjectionWindowOpened(
            opened_on=context.today,
            until=within(context, context.policy.objection_window),
            due_on=within(context, context.policy.objection_review_within),
        ),
    ]


def _window_end(case: Case, context: Context) -> date | None:
    """Return the window's last day, computed now where the calendar was not published when it opened (8 no. 13)."""
    return case.objection_until or within(context, context.policy.objection_window, case.step_on)


def _final(case: Case, context: Context) -> events.ToleranceFinal:
    due_on = context.today + timedelta(days=context.policy.correction_plan_days)
    return events.ToleranceFinal(**who(case), final_on=context.today, due_on=due_on)


def confirm_no_objection(case: Case, _command: commands.ConfirmNoObjection, context: Context) -> Facts:
    """Make the determination final once the window is over (step 10, T-7)."""
    until = _window_end(case, context)
    if until is None or context.today <= until:
        raise errors.ObjectionWindowOpen(until=until or "?")
    return [_final(case, context)]


def decide_objection(case: Case, command: commands.DecideObjection, context: Context) -> Facts:
    """Decide an objection: upheld opens the investigation again, rejected makes final (step 10)."""
    until = _window_end(case, context)
    rules.require_day(command.raised_on, earliest=case.step_on, latest=context.today)
    if until is not None and command.raised_on > until:
        raise errors.ObjectionTooLate(raised_on=command.raised_on, until=until)
    upheld = command.decision is ObjectionDecision.UPHELD
    decided = events.ObjectionDecided(
        decision=command.decision,
        raised_on=command.raised_on,
        decided_on=context.today,
        reason_sealed=sealed(case, context, command.reason),
        due_on=within(context, context.policy.evidence_within) if upheld else None,
    )
    return [decided] if upheld else [decided, _final(case, context)]


def plan_correction(case: Case, command: commands.PlanCorrection, context: Context) -> Facts:
    """Lay down what is corrected; every outcome but NOT_A_FAULT needs it (step 11, T-12)."""
    if case.outcome is Outcome.NOT_A_FAULT:
        raise errors.NothingToCorrect
    longest = max(item.due_in_days for item in command.items)
    if longest > context.policy.correction_days:
        raise errors.CorrectionLimitTooLong(days=longest, most=context.policy.correction_days)
    items = tuple(
        events.CorrectionItem(number=number, owner=item.owner, due_on=context.today + timedelta(days=item.due_in_days))
        for number, item in enumerate(command.items, 1)
    )
    words = "\n".join(f"{number}. {item.text}" for number, item in enumerate(command.items, 1))
    return [
        events.CorrectionPlanned(
            items=items,
            items_sealed=sealed(case, context, words),
            planned_on=context.today,
            due_on=context.today + timedelta(days=longest),
        )
    ]


def verify_correction(case: Case, command: commands.VerifyCorrection, context: Context) -> Facts:
    """Verify each item with evidence (step 11, T-12)."""
    if case.corrected:
        raise errors.AlreadyVerified
    given = {item.number: item.evidence_ref for item in command.items}
    missing = [item.number for item in case.corrections if item.number not in given]
    if missing:
        raise errors.CorrectionUnverified(missing=rules.listed(missing))
    return [
        events.CorrectionVerified(
            evidence={item.number: given[item.number] for item in case.corrections},
            verified_on=context.today,
            due_on=within(context, context.policy.filing_within),
        )
    ]


def confirm_no_correction(case: Case, _command: commands.ConfirmNoCorrection, context: Context) -> Facts:
    """Confirm that nothing is to be corrected: NOT_A_FAULT only (step 11, T-7)."""
    if case.outcome is not Outcome.NOT_A_FAULT:
        raise errors.CorrectionNeeded(outcome=case.outcome)
    due_on = within(context, context.policy.filing_within)
    return [events.CorrectionNotNeeded(confirmed_on=context.today, due_on=due_on)]


def issue_suggestion(case: Case, command: commands.IssueSuggestion, context: Context) -> Facts:
    """Issue a suggestion with its number and limits (T-13)."""
    policy = context.policy
    days = command.reply_within_days or policy.suggestion_reply_days
    if days > policy.suggestion_report_days:
        raise errors.ReplyLimitTooLong(days=days, most=policy.suggestion_report_days)
    count = len(case.suggestions) + 1
    return [
        events.SuggestionIssued(
            **who(case),
            doc_no=rules.doc_no_of(case.known.body, case.case_id, context.today, count),
            reply_due=context.today + timedelta(days=days),
            issued_on=context.today,
            kind=command.kind,
            addressed_unit=command.addressed_unit,
            full_report_due=context.today + timedelta(days=policy.suggestion_report_days),
            problems_sealed=sealed(case, context, command.problems),
            suggestions_sealed=sealed(case, context, command.suggestions),
        )
    ]


def check_implementation(case: Case, command: commands.CheckImplementation, context: Context) -> Facts:
    """Check a suggestion after its reply or limit; what was not carried out is ordered (T-13)."""
    suggestion = case.suggestion(command.doc_no)
    if suggestion is None:
        known = rules.listed(item.doc_no for item in case.suggestions) or "–"
        raise errors.SuggestionUnknown(doc_no=command.doc_no, known=known)
    if suggestion.finding is not None:
        raise errors.SuggestionAlreadyChecked(doc_no=command.doc_no)
    answered = suggestion.replied_on or suggestion.rectified_on
    if answered is None and context.today <= suggestion.reply_due:
        raise errors.ReplyStillDue(doc_no=command.doc_no, reply_due=suggestion.reply_due)
    return [
        events.SuggestionChecked(
            doc_no=command.doc_no,
            finding=command.finding,
            ordered_to_correct=command.finding is not Implementation.IMPLEMENTED,
            checked_on=context.today,
            note_sealed=sealed(case, context, command.note),
            due_on=within(context, context.policy.tracking_within),
        )
    ]


def file_case(case: Case, command: commands.FileCase, context: Context) -> Facts:
    """File with the body above, once step 11 is done, and open the tracking (step 12, T-14)."""
    if not case.corrected:
        missing = rules.listed(item.number for item in case.corrections)
        raise errors.CorrectionUnverified(missing=missing)
    return [
        events.ToleranceFiled(
            **who(case),
            archive_no=command.archive_no,
            filed_on=context.today,
            filed_to=parent_of(case.known.body),
        ),
        events.TrackingOpened(opened_on=context.today, due_on=within(context, context.policy.tracking_within)),
    ]


def close_tracking(case: Case, command: commands.CloseTracking, context: Context) -> Facts:
    """Close the tracking, once every suggestion was checked (step 12, T-13)."""
    if case.unchecked:
        raise errors.SuggestionOpen(open=rules.listed(item.doc_no for item in case.unchecked))
    effect = sealed(case, context, command.effect)
    return [events.ToleranceClosed(**who(case), closed_on=context.today, effect_sealed=effect)]


def withdraw(case: Case, command: commands.WithdrawCase, context: Context) -> Facts:
    """Withdraw for the applicant, before a determination (4.3)."""
    if case.known.initiator not in APPLICANTS:
        raise errors.NoApplicant(initiator=case.known.initiator.value)
    reason = sealed(case, context, command.reason)
    return [events.ToleranceWithdrawn(**who(case), withdrawn_on=context.today, reason_sealed=reason)]


def transfer(case: Case, command: commands.TransferCase, context: Context) -> Facts:
    """Transfer to the case department, before a determination (4.3)."""
    reason = sealed(case, context, command.reason)
    return [events.ToleranceTransferred(**who(case), transferred_on=context.today, reason_sealed=reason)]


def revoke(case: Case, command: commands.RevokeDetermination, context: Context) -> Facts:
    """Revoke a determination at the body that made it; accountability resumes (4.3, T-4)."""
    if command.ground is RevocationGround.NEW_BOTTOM_LINE and not command.bottom_line:
        raise errors.NewBottomLineMissing
    return [
        events.ToleranceRevoked(
            **who(case),
            revoked_on=context.today,
            ground=command.ground,
            bottom_line=command.bottom_line,
            reason_sealed=sealed(case, context, command.reason),
        )
    ]
