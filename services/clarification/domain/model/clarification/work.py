"""From the conclusion to the approval: what persons decide about a clarification case (1.4)."""

from collections.abc import Sequence
from datetime import date

from services.clarification.domain.commands import clarification as c
from services.clarification.domain.events import clarification as e
from services.clarification.domain.model.clarification.ledger import about, opened_anew, priority_raised
from services.clarification.domain.rules import clarification as rules
from services.clarification.domain.rules.limits import limit_by
from services.clarification.domain.rules.text import require_neutral
from services.clarification.domain.states.clarification import ClarificationCase
from services.clarification.domain.terms import CancelReason, Stage
from shared.kernel import Context, Fact

Facts = Sequence[Fact]


def classify(case: ClarificationCase, command: c.ClassifyConclusion, context: Context) -> Facts:
    rules.require_classification(case, command.classification)
    return (
        e.ConclusionClassified(
            **about(case),
            classification=command.classification,
            concluded_on=case.conclusion.concluded_on,
            classified_on=context.today,
        ),
    )


def return_classification(case: ClarificationCase, command: c.ReturnClassification, context: Context) -> Facts:
    if case.ledger.classification is not None:
        rules.require_classification(case, case.ledger.classification)
    reason = context.seal(case.report_token, command.reason)
    return (e.ClassificationReturned(reason_sealed=reason, returned_on=context.today),)


def settle_review(case: ClarificationCase, command: c.SettleReview, context: Context) -> Facts:
    rules.require_open_review([review.ref for review in case.ledger.reviews], command.ref)
    finding = context.seal(case.report_token, command.finding)
    return (e.ReviewSettled(ref=command.ref, finding_sealed=finding, settled_on=context.today),)


def raise_priority(case: ClarificationCase, command: c.RaisePriority, context: Context) -> Facts:
    fresh = tuple(reason for reason in command.reasons if reason not in case.priority)
    return (priority_raised(case, fresh, context),) if fresh else ()


def recuse_person(case: ClarificationCase, command: c.RecusePerson, context: Context) -> Facts:
    if command.person_id in case.recused:
        return ()
    ground = context.seal(case.report_token, command.ground)
    return (e.PersonRecused(person_id=command.person_id, ground_sealed=ground),)


def start_assessment(case: ClarificationCase, command: c.StartAssessment, context: Context) -> Facts:
    rules.require_classified(case)
    return (e.AssessmentStarted(started_on=context.today),)


def complete_assessment(case: ClarificationCase, command: c.CompleteAssessment, context: Context) -> Facts:
    rules.require_classified(case)
    rules.require_not_assessed(case)
    rules.require_none_recused(case, (participant.person_id for participant in command.participants))
    rules.require_departments(command.participants, context.policy.departments_consulted)
    rules.require_of_bodies((one.person_id for one in command.participants), case.body, rules.approver_body(case))
    rules.require_impact_found(case, command.impact_reasons)
    return (
        e.AssessmentCompleted(
            departments=tuple(dict.fromkeys(one.department for one in command.participants)),
            participants=command.participants,
            org_situation_sealed=context.seal(case.registration.subject_token, command.org_situation),
            impact_reasons=command.impact_reasons,
            spread=command.spread,
            risk=command.risk,
            recommendation=command.recommendation,
            completed_on=context.today,
            consent_by=_by(Stage.CONSENT, case, context),
        ),
    )


def record_consent(case: ClarificationCase, command: c.RecordConsent, context: Context) -> Facts:
    rules.require_assessed(case)
    rules.require_consent_detail(command.consent, command.methods, command.scope)
    for attempt in command.attempts:
        rules.require_between(attempt, case.conclusion.concluded_on, context.today)
    rules.require_attempts(command.consent, command.attempts, context.policy.consent_attempts)
    return (
        e.ConsentRecorded(
            **dict(command),
            recorded_on=context.today,
            proposal_by=_by(Stage.PROPOSAL, case, context),
        ),
    )


def override_consent(case: ClarificationCase, command: c.OverrideConsent, context: Context) -> Facts:
    rules.require_declined(case)
    reason = context.seal(case.report_token, command.reason)
    return (e.ConsentOverridden(reason_sealed=reason, overridden_on=context.today),)


def submit_proposal(case: ClarificationCase, command: c.SubmitProposal, context: Context) -> Facts:
    rules.require_classified(case)
    rules.require_assessed(case)
    rules.require_no_exclusion(case)
    rules.require_impact(case)
    rules.require_consent(case)
    rules.require_no_other_matter(case)
    rules.require_clearable(case, command.issues)
    rules.require_written(command.methods)
    rules.require_methods_consented(case, command.methods)
    rules.require_scope_reachable(case, command.scope)
    require_neutral(command.wording)
    return (
        e.ClarificationProposed(
            methods=tuple(dict.fromkeys(command.methods)),
            scope=command.scope,
            issues=tuple(dict.fromkeys(command.issues)),
            wording_sealed=context.seal(case.registration.subject_token, command.wording),
            proposer=context.actor.person_id,
            proposed_on=context.today,
            approval_by=_by(Stage.APPROVAL, case, context),
        ),
    )


def decide_not_needed(case: ClarificationCase, command: c.DecideNotNeeded, context: Context) -> Facts:
    rules.require_classified(case)
    rules.require_assessed(case)
    rules.require_exclusion(case, command.code)
    rules.require_proposed_by_handler(case, command.proposer, context)
    rules.require_none_recused(case, (command.proposer,))
    return (
        e.NotNeededDecided(
            **about(case),
            code=command.code,
            decided_on=context.today,
            concluded_on=case.conclusion.concluded_on,
            proposer=command.proposer,
            reason_sealed=context.seal(case.report_token, command.reason),
        ),
    )


def close_declined(case: ClarificationCase, command: c.CloseDeclined, context: Context) -> Facts:
    rules.require_classified(case)
    rules.require_no_exclusion(case)
    rules.require_declined(case)
    return (_declined(case, context, withdrawn=False, conclusion_no=command.written_conclusion_no),)


def withdraw_consent(case: ClarificationCase, command: c.WithdrawConsent, context: Context) -> Facts:
    return (_declined(case, context, withdrawn=True, conclusion_no=None),)


def _declined(
    case: ClarificationCase, context: Context, *, withdrawn: bool, conclusion_no: str | None
) -> e.CaseDeclined:
    return e.CaseDeclined(
        **about(case),
        declined_on=context.today,
        concluded_on=case.conclusion.concluded_on,
        withdrawn=withdrawn,
        written_conclusion_no=conclusion_no,
    )


def defer(case: ClarificationCase, command: c.Defer, context: Context) -> Facts:
    rules.require_classified(case)
    rules.require_no_exclusion(case)
    rules.require_other_matter(case)
    rules.require_future(command.review_on, context)
    return (
        e.CaseDeferred(
            **about(case),
            code=command.code,
            review_on=command.review_on,
            deferred_on=context.today,
            case_nos=tuple(case_no for case_no, _ in case.ledger.matters),
        ),
    )


def review_deferral(case: ClarificationCase, command: c.ReviewDeferral, context: Context) -> Facts:
    rules.require_other_matter(case)
    rules.require_future(command.review_on, context)
    return (e.DeferralReviewed(review_on=command.review_on, reviewed_on=context.today),)


def resume(case: ClarificationCase, command: c.Resume, context: Context) -> Facts:
    rules.require_no_other_matter(case)
    stage = _stage_in_assessment(case)
    due_on = _by(stage, case, context)
    return (e.CaseResumed(**about(case), resumed_on=context.today, stage=stage, due_on=due_on),)


def approve(case: ClarificationCase, command: c.Approve, context: Context) -> Facts:
    assert case.work.proposal is not None
    rules.require_not_proposer(case, context)
    rules.require_still_clear(case)
    rules.require_scope_within(case, case.work.proposal.scope, command.scope_reason)
    return (
        e.ClarificationApproved(
            approver=context.actor.person_id,
            approver_body=context.actor.body,
            scope_reason_sealed=context.seal(case.report_token, command.scope_reason) if command.scope_reason else None,
            approved_on=context.today,
            implement_by=_by(Stage.IMPLEMENT, case, context),
        ),
    )


def return_for_rework(case: ClarificationCase, command: c.ReturnForRework, context: Context) -> Facts:
    stage = _stage_in_assessment(case)
    return (
        e.ProposalReturned(
            reason_sealed=context.seal(case.report_token, command.reason),
            returned_on=context.today,
            stage=stage,
            due_on=_by(stage, case, context),
        ),
    )


def reject(case: ClarificationCase, command: c.Reject, context: Context) -> Facts:
    rules.require_not_proposer(case, context)
    reason = context.seal(case.report_token, command.reason)
    return (e.CaseRejected(**about(case), rejected_on=context.today, reason_sealed=reason),)


def cancel(case: ClarificationCase, command: c.Cancel, context: Context) -> Facts:
    """Cancel; what a correction overtook begins anew, since every unfounded report has an outcome (C-17)."""
    overtaken = rules.is_overtaken(case)
    cancelled = e.CaseCancelled(
        **about(case),
        reason=CancelReason.CORRECTED if overtaken else CancelReason.NEW_FACTS,
        cancelled_on=context.today,
        note_sealed=context.seal(case.report_token, command.reason),
    )
    return (cancelled, opened_anew(case, context)) if overtaken and rules.may_open(case) else (cancelled,)


def reopen(case: ClarificationCase, command: c.Reopen, context: Context) -> Facts:
    rules.require_opens_case(case)
    return (
        e.CaseReopened(
            **about(case),
            reopened_on=context.today,
            ground=command.ground,
            reason_sealed=context.seal(case.report_token, command.reason),
            stage=Stage.ASSESS,
            due_on=_by(Stage.ASSESS, case, context),
        ),
    )


def _by(stage: Stage, case: ClarificationCase, context: Context) -> date | None:
    return limit_by(stage, context.today, context, priority=bool(case.priority))


def _stage_in_assessment(case: ClarificationCase) -> Stage:
    """Return the stage in which a case goes on that comes back to assessment: what was done is kept."""
    if case.work.assessment is None:
        return Stage.ASSESS
    return Stage.CONSENT if case.work.consent is None else Stage.PROPOSAL
