"""From screening to recognition, handling and closing: what persons decide about a false accusation case (2.3)."""

from collections.abc import Sequence
from datetime import timedelta

from services.clarification.domain.commands import accusation as c
from services.clarification.domain.events import accusation as e
from services.clarification.domain.model.accusation.record import about, doubt
from services.clarification.domain.rules import accusation as rules
from services.clarification.domain.rules.clarification import require_open_review
from services.clarification.domain.states.accusation import AccusationCase
from services.clarification.domain.terms import TRANSFERS
from shared.kernel import Context, Fact

Facts = Sequence[Fact]


def suspect(case: AccusationCase, command: c.Suspect, context: Context) -> Facts:
    rules.require_indicator(case)
    assert case.conclusion is not None
    assert case.conclusion.signs is not None
    return (
        e.AccusationSuspected(**about(case), suspected_on=context.today, indicators=case.conclusion.signs.indicators),
    )


def approve_tracing(case: AccusationCase, command: c.ApproveTracing, context: Context) -> Facts:
    rules.require_traceable(case)
    if case.traced:
        return ()
    return (
        e.TracingApproved(
            approver=context.actor.person_id,
            reason_sealed=context.seal(case.report_token, command.reason),
            approved_on=context.today,
        ),
    )


def plan_verification(case: AccusationCase, command: c.PlanVerification, context: Context) -> Facts:
    rules.require_supported(case)
    rules.require_investigators(command.investigators, context.policy.investigators_least)
    return (
        e.VerificationPlanned(
            investigators=command.investigators,
            plan_sealed=context.seal(case.report_token, command.plan),
            planned_on=context.today,
        ),
    )


def close_unidentified(case: AccusationCase, command: c.CloseUnidentified, context: Context) -> Facts:
    rules.require_supported(case)
    rules.require_unidentified(case)
    assert case.conclusion is not None
    return (
        e.AccusationUnidentified(
            **about(case),
            concluded_on=case.conclusion.concluded_on,
            closed_on=context.today,
            reason_sealed=context.seal(case.report_token, command.reason),
        ),
    )


def propose_recognition(case: AccusationCase, command: c.ProposeRecognition, context: Context) -> Facts:
    rules.require_indicator(case)
    rules.require_known_accuser(case, command.accuser_class)
    rules.require_elements(command.elements)
    heard_on = rules.require_heard(case, command.heard_on, context)
    assert case.conclusion is not None
    return (
        e.RecognitionProposed(
            accuser_class=command.accuser_class,
            elements=command.elements,
            heard_on=heard_on,
            statement_sealed=context.seal(case.report_token, command.statement),
            intent_of_criminal_pursuit=command.intent_of_criminal_pursuit,
            conclusion_event=case.conclusion.told.event,
            proposer=context.actor.person_id,
            proposed_on=context.today,
        ),
    )


def return_recognition(case: AccusationCase, command: c.ReturnRecognition, context: Context) -> Facts:
    reason = context.seal(case.report_token, command.reason)
    return (e.RecognitionReturned(reason_sealed=reason, returned_on=context.today),)


def refer_up(case: AccusationCase, command: c.ReferUp, context: Context) -> Facts:
    rules.require_supported(case)
    rules.require_current(case)
    rules.require_referral_needed(case)
    to_body = rules.recognising_body(case)
    return (e.AccusationReferredUp(**about(case), to_body=to_body, referred_on=context.today),)


def recognise(case: AccusationCase, command: c.Recognise, context: Context) -> Facts:
    """Recognise; what casts doubt on it already opens its review at once."""
    rules.require_level(case, context)
    rules.require_not_proposer(case, context)
    rules.require_supported(case)
    rules.require_current(case)
    assert case.proposal is not None
    assert case.conclusion is not None
    recognised = e.AccusationRecognised(
        **about(case),
        accuser_class=case.proposal.accuser_class,
        approver_body=context.actor.body,
        concluded_on=case.conclusion.concluded_on,
        recognised_on=context.today,
        approver=context.actor.person_id,
        intent_of_criminal_pursuit=case.proposal.intent_of_criminal_pursuit,
    )
    doubts = (doubt(about(case), noted, context) for noted in case.justice if rules.casts_doubt(noted.result))
    return (recognised, *doubts)


def refuse_recognition(case: AccusationCase, command: c.RefuseRecognition, context: Context) -> Facts:
    rules.require_not_proposer(case, context)
    assert case.conclusion is not None
    return (
        e.AccusationNotRecognised(
            **about(case),
            concluded_on=case.conclusion.concluded_on,
            decided_on=context.today,
            reason_sealed=context.seal(case.report_token, command.reason),
        ),
    )


def close_not_false(case: AccusationCase, command: c.CloseNotFalse, context: Context) -> Facts:
    rules.require_closable_as_mistaken(case)
    assert case.conclusion is not None
    return (
        e.AccusationClosedNotFalse(
            **about(case),
            concluded_on=case.conclusion.concluded_on,
            closed_on=context.today,
            education=command.education,
            reason_sealed=context.seal(case.report_token, command.reason),
        ),
    )


def take_measure(case: AccusationCase, command: c.TakeMeasure, context: Context) -> Facts:
    rules.require_measure(case, command.kind)
    rules.require_fresh_number(case, command.number)
    within = context.policy.transfer_accept_within
    return (
        e.HandlingMeasureTaken(
            kind=command.kind,
            number=command.number,
            authority=command.authority,
            taken_on=context.today,
            accept_by=context.workdays.after(context.today, within) if command.kind in TRANSFERS else None,
        ),
    )


def record_measure_result(case: AccusationCase, command: c.RecordMeasureResult, context: Context) -> Facts:
    decided_on = command.decided_on or context.today
    rules.require_open_measure(case, command.number, decided_on, context)
    return (
        e.MeasureResultRecorded(
            number=command.number,
            result=command.result,
            decided_on=decided_on,
            remedy_until=decided_on + timedelta(context.policy.remedy_days),
        ),
    )


def correct_benefit(case: AccusationCase, command: c.CorrectBenefit, context: Context) -> Facts:
    authority = rules.require_benefit(case, command.benefit_kind)
    return (e.BenefitCorrectionRecorded(**dict(command), authority=authority, recorded_on=context.today),)


def publish_typical_case(case: AccusationCase, command: c.PublishTypicalCase, context: Context) -> Facts:
    rules.require_anonymous(command.text)
    text = context.seal(case.report_token, command.text)
    return (e.TypicalCasePublished(text_sealed=text, published_on=context.today),)


def close(case: AccusationCase, command: c.CloseAccusation, context: Context) -> Facts:
    rules.require_closable(case, command.notified, command.remedy, context)
    return (
        e.AccusationClosed(**about(case), closed_on=context.today, notified=command.notified, remedy=command.remedy),
    )


def reverse(case: AccusationCase, command: c.Reverse, context: Context) -> Facts:
    return (
        e.AccusationReversed(
            **about(case),
            basis=command.basis,
            reversed_on=context.today,
            approver=context.actor.person_id,
            reason_sealed=context.seal(case.report_token, command.reason),
        ),
    )


def reopen(case: AccusationCase, command: c.ReopenScreening, context: Context) -> Facts:
    reason = context.seal(case.report_token, command.reason)
    return (e.AccusationReopened(ground=command.ground, reason_sealed=reason, reopened_on=context.today),)


def settle_review(case: AccusationCase, command: c.SettleAccusationReview, context: Context) -> Facts:
    require_open_review([review.ref for review in case.reviews], command.ref)
    return (_settled(case, command.ref, command.finding, context),)


def settle_principal_review(case: AccusationCase, command: c.SettlePrincipalReview, context: Context) -> Facts:
    require_open_review([review.ref for review in (*case.doubts, *case.protection)], command.ref)
    return (_settled(case, command.ref, command.finding, context),)


def _settled(case: AccusationCase, ref: str, finding: str, context: Context) -> e.AccusationReviewSettled:
    sealed = context.seal(case.report_token, finding)
    return e.AccusationReviewSettled(ref=ref, finding_sealed=sealed, settled_on=context.today)
