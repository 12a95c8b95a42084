"""From the implementation to the archive: carrying out, two revisits, effect, closing, revocation (1.4 to 1.8)."""

from collections.abc import Sequence
from datetime import timedelta

from services.clarification.domain.commands import clarification as c
from services.clarification.domain.events import clarification as e
from services.clarification.domain.model.clarification.ledger import about
from services.clarification.domain.rules import clarification as rules
from services.clarification.domain.rules import limits
from services.clarification.domain.rules.text import require_neutral
from services.clarification.domain.states.clarification import ClarificationCase
from services.clarification.domain.terms import ImpactReason, Notice, RevisitNumber, Stage
from shared.kernel import Context, Fact

Facts = Sequence[Fact]
NOTICES = (Notice.INTEGRITY_FILE, Notice.ORGANISATION_DEPARTMENT, Notice.INTEGRITY_OPINION)


def start_implementation(case: ClarificationCase, command: c.StartImplementation, context: Context) -> Facts:
    rules.require_still_clear(case)
    rules.require_approved_at_level(case)
    return (e.ImplementationStarted(started_on=context.today),)


def record_implementation(case: ClarificationCase, command: c.RecordImplementation, context: Context) -> Facts:
    rules.require_approved_method(case, command.method)
    carried_out_on = command.carried_out_on or context.today
    rules.require_between(carried_out_on, case.since, context.today)
    rules.require_attendees(case, command.attendees)
    require_neutral(command.place)
    return (
        e.MethodCarriedOut(
            method=command.method,
            carried_out_on=carried_out_on,
            place_sealed=context.seal(case.registration.subject_token, command.place),
            attendees=command.attendees,
            doc_no=command.doc_no,
        ),
    )


def complete_implementation(case: ClarificationCase, command: c.CompleteImplementation, context: Context) -> Facts:
    """Complete; notices go out (C-20) and the first revisit is planned (C-18) in the same decision."""
    rules.require_all_carried_out(case)
    if case.care.cleared is not None:
        return _widening_completed(case, context)
    return (
        _clarified(case, context),
        e.ResultUseNoticed(notices=notices_for(case), noticed_on=context.today),
        limits.first_revisit(context.today, context.policy),
    )


def _clarified(case: ClarificationCase, context: Context) -> e.Clarified:
    proposal, approval = case.work.proposal, case.work.approval
    assert proposal is not None
    assert approval is not None
    return e.Clarified(
        **about(case),
        issues=proposal.issues,
        methods=proposal.methods,
        scope=proposal.scope,
        approver_body=approval.approver_body,
        clarified_on=context.today,
        concluded_on=case.conclusion.concluded_on,
        report_back_by=context.workdays.after(context.today, context.policy.report_back_within),
    )


def _widening_completed(case: ClarificationCase, context: Context) -> Facts:
    assert case.work.scope is not None
    return (
        e.WideningCompleted(scope=case.work.scope, completed_on=context.today),
        limits.extra_revisit(_next_number(case), context.today, context.policy),
    )


def notices_for(case: ClarificationCase) -> tuple[Notice, ...]:
    """Return the notices a clarification calls for; consideration is restored where it was stopped (C-20)."""
    assert case.work.assessment is not None
    stopped = ImpactReason.APPOINTMENT_AFFECTED in case.work.assessment.impact_reasons
    return (*NOTICES, Notice.RESTORE_CONSIDERATION) if stopped else NOTICES


def report_back(case: ClarificationCase, command: c.ReportBack, context: Context) -> Facts:
    rules.require_not_reported_back(case)
    return (e.ReportedBack(doc_no=command.doc_no, reported_on=context.today),)


def record_revisit(case: ClarificationCase, command: c.RecordRevisit, context: Context) -> Facts:
    held_on = command.held_on or context.today
    rules.require_revisit_due(case, command.number)
    rules.require_in_window(case, held_on, context)
    rules.require_staff(case, command.staff, context.policy.revisit_staff)
    rules.require_visit_allowed(case, command.kind)
    held = e.ClarificationRevisitHeld(
        **about(case),
        number=command.number,
        revisit_kind=command.kind,
        effect=command.effect,
        held_on=held_on,
        staff=command.staff,
        record_sealed=context.seal(case.registration.subject_token, command.record),
    )
    if command.number != RevisitNumber.FIRST:
        return (held,)
    assert case.care.cleared is not None
    return held, limits.second_revisit(case.care.cleared.clarified_on, held_on, context.policy)


def waive_revisit(case: ClarificationCase, command: c.WaiveRevisit, context: Context) -> Facts:
    rules.require_revisit_due(case, command.number)
    reason = context.seal(case.report_token, command.reason)
    waived = e.RevisitWaived(number=command.number, reason_sealed=reason, waived_on=context.today)
    if command.number != RevisitNumber.FIRST:
        return (waived,)
    assert case.care.cleared is not None
    return waived, limits.second_revisit(case.care.cleared.clarified_on, context.today, context.policy)


def review_effect(case: ClarificationCase, command: c.ReviewEffect, context: Context) -> Facts:
    return (
        e.EffectReviewed(
            effect=command.effect,
            sufficient=rules.is_sufficient(case, command.effect),
            note_sealed=context.seal(case.registration.subject_token, command.note),
            reviewed_on=context.today,
            archive_by=context.today + timedelta(context.policy.archive_within_days),
        ),
    )


def order_extra_revisit(case: ClarificationCase, command: c.OrderExtraRevisit, context: Context) -> Facts:
    rules.require_insufficient(case)
    reason = context.seal(case.report_token, command.reason)
    return (
        e.ExtraRevisitOrdered(reason_sealed=reason, ordered_on=context.today),
        limits.extra_revisit(_next_number(case), context.today, context.policy),
    )


def _next_number(case: ClarificationCase) -> int:
    return max([*(revisit.number for revisit in case.care.revisits), *case.care.waived], default=0) + 1


def widen_scope(case: ClarificationCase, command: c.WidenScope, context: Context) -> Facts:
    rules.require_insufficient(case)
    rules.require_not_proposer(case, context)
    rules.require_wider(case, command.scope)
    rules.require_written(command.methods)
    rules.require_methods_consented(case, command.methods)
    rules.require_scope_reachable(case, command.scope)
    return (
        e.ScopeWidened(
            methods=command.methods,
            scope=command.scope,
            approver=context.actor.person_id,
            approver_body=context.actor.body,
            reason_sealed=context.seal(case.report_token, command.reason),
            widened_on=context.today,
            implement_by=limits.limit_by(Stage.IMPLEMENT, context.today, context, priority=bool(case.priority)),
        ),
    )


def archive(case: ClarificationCase, command: c.Archive, context: Context) -> Facts:
    rules.require_archivable(case)
    return (e.CaseClosed(**about(case), archive_no=command.archive_no, closed_on=context.today),)


def revoke(case: ClarificationCase, command: c.Revoke, context: Context) -> Facts:
    rules.require_same_scope_told(case, command.notified_scope)
    return (
        e.ClarificationRevoked(
            **about(case),
            revoked_on=context.today,
            approver=context.actor.person_id,
            reason_sealed=context.seal(case.report_token, command.reason),
            notified_scope=command.notified_scope,
        ),
    )
