"""How a clarification case remembers what happened; never refuses."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from services.clarification.domain.events import clarification as e
from services.clarification.domain.model.clarification.due import breach_key
from services.clarification.domain.states.clarification import Care, ClarificationCase, Ledger, Limit, Work
from services.clarification.domain.states.review import Review
from services.clarification.domain.terms import (
    BEFORE_ACTION,
    BEFORE_CASE,
    OPENS_CASE,
    CancelReason,
    Classification,
    Stage,
    Status,
    Told,
)
from shared.kernel import Fact

Case = ClarificationCase


def heard(ledger: Ledger, told: Told, **changes: Any) -> Ledger:
    return replace(
        ledger, heard=(*ledger.heard, told.event), heard_on=max(ledger.heard_on, told.received_on), **changes
    )


def registered(case: Case, fact: e.RegistrationRecorded) -> Case:
    status = Status.REPORTED if case.status is Status.NONE else case.status
    return replace(case, status=status, ledger=heard(case.ledger, fact.told, registration=fact))


def transferred(case: Case, fact: e.TransferNoted) -> Case:
    transfers = _in_force(case.ledger.transfers, fact)
    return replace(case, ledger=heard(case.ledger, fact.told, transfers=transfers))


def repeated(case: Case, fact: e.RepeatNoted) -> Case:
    return replace(case, ledger=heard(case.ledger, fact.told, repeated=_in_force(case.ledger.repeated, fact)))


def _in_force(known: tuple[Any, ...], fact: Any) -> tuple[Any, ...]:
    """Add what was told; what it corrects is no longer in force."""
    return (*(one for one in known if one.told.event != fact.told.supersedes), fact)


def concluded(case: Case, fact: e.ConclusionRecorded) -> Case:
    before = case.ledger.conclusion
    ledger = heard(case.ledger, fact.told, conclusion=fact, classification=None)
    counted_from = max(fact.concluded_on, fact.told.received_on)
    limit = Limit(Stage.ASSESS, counted_from, fact.assess_by)
    if case.status in BEFORE_CASE or case.status is Status.REGISTERED:
        status = Status.CONCLUDED if case.status in BEFORE_CASE else case.status
        return replace(case, status=status, ledger=ledger, limit=limit)
    corrected = replace(case, ledger=ledger)
    if case.status not in BEFORE_ACTION or (before is not None and _says_the_same(before, fact)):
        return corrected
    return _to_assess_again(corrected, fact.told.received_on, limit)


def _says_the_same(before: e.ConclusionRecorded, after: e.ConclusionRecorded) -> bool:
    """Does a corrected conclusion leave as it was what an assessment looks at?"""
    return all(
        getattr(before, name) == getattr(after, name)
        for name in ("proposed", "exclusion", "clearable", "impact_reasons", "subject_wish")
    )


def _to_assess_again(case: Case, on: date, limit: Limit) -> Case:
    """Forget assessment and consent, which looked at the earlier conclusion; what was proposed waits for its return."""
    work = replace(case.work, assessment=None, consent=None, overridden=False)
    if case.status is Status.ASSESSING:
        return replace(case, since=on, limit=limit, work=work)
    return replace(case, work=work)


def matter_noted(case: Case, fact: e.OtherMatterNoted) -> Case:
    others = _without(case.ledger.matters, fact.case_no)
    matters = (*others, (fact.case_no, fact.filed_on))
    return replace(case, ledger=_matters(case.ledger, matters, fact.received_on))


def matter_ended(case: Case, fact: e.OtherMatterEnded) -> Case:
    matters = _without(case.ledger.matters, fact.case_no)
    return replace(case, ledger=_matters(case.ledger, matters, fact.received_on))


def _without(matters: tuple[tuple[str, date], ...], case_no: str) -> tuple[tuple[str, date], ...]:
    return tuple(matter for matter in matters if matter[0] != case_no)


def _matters(ledger: Ledger, matters: tuple[tuple[str, date], ...], received_on: date) -> Ledger:
    return replace(ledger, matters=matters, heard_on=max(ledger.heard_on, received_on))


def convicted(case: Case, fact: e.ConvictionNoted) -> Case:
    convictions = _in_force(case.ledger.convictions, fact)
    return replace(case, ledger=heard(case.ledger, fact.told, convictions=convictions))


def review_opened(case: Case, fact: e.ReviewOpened) -> Case:
    ledger = case.ledger
    known = ledger.heard if fact.ref in ledger.heard else (*ledger.heard, fact.ref)
    reviews = (*ledger.reviews, Review(fact.kind, fact.ref, fact.received_on))
    return replace(case, ledger=replace(ledger, heard=known, reviews=reviews))


def review_settled(case: Case, fact: e.ReviewSettled) -> Case:
    reviews = tuple(review for review in case.ledger.reviews if review.ref != fact.ref)
    return replace(case, ledger=replace(case.ledger, reviews=reviews))


def later_outcome(case: Case, fact: e.LaterOutcomeRecorded) -> Case:
    kept = (one for one in case.ledger.later if one.event != fact.supersedes)
    known = (*case.ledger.heard, fact.event)
    return replace(case, ledger=replace(case.ledger, heard=known, later=(*kept, fact)))


def classified(case: Case, fact: e.ConclusionClassified) -> Case:
    classification = Classification(fact.classification)
    limit = case.limit if classification in OPENS_CASE or case.status is not Status.CONCLUDED else None
    return replace(case, limit=limit, ledger=replace(case.ledger, classification=classification))


def unchanged(case: Case, _fact: Fact) -> Case:
    return case


def priority_raised(case: Case, fact: e.PriorityRaised) -> Case:
    limit = case.limit
    if limit is not None and fact.due_on is not None and (limit.due_on is None or fact.due_on < limit.due_on):
        limit = replace(limit, due_on=fact.due_on)
    return replace(case, priority=(*case.priority, *fact.reasons), limit=limit)


def recused(case: Case, fact: e.PersonRecused) -> Case:
    return replace(case, recused=case.recused | {fact.person_id})


def opened(case: Case, fact: e.CaseOpened) -> Case:
    return replace(
        case,
        status=Status.REGISTERED,
        since=fact.opened_on,
        opened_on=fact.opened_on,
        cancelled_because=None,
        limit=Limit(Stage.ASSESS, fact.opened_on, fact.assess_by),
        work=Work(),
    )


def assessment_started(case: Case, fact: e.AssessmentStarted) -> Case:
    return replace(case, status=Status.ASSESSING, since=fact.started_on)


def assessed(case: Case, fact: e.AssessmentCompleted) -> Case:
    limit = Limit(Stage.CONSENT, fact.completed_on, fact.consent_by)
    return replace(case, since=fact.completed_on, limit=limit, work=replace(case.work, assessment=fact))


def consented(case: Case, fact: e.ConsentRecorded) -> Case:
    limit = Limit(Stage.PROPOSAL, fact.recorded_on, fact.proposal_by)
    work = replace(case.work, consent=fact, overridden=False)
    return replace(case, since=fact.recorded_on, limit=limit, work=work)


def consent_overridden(case: Case, fact: e.ConsentOverridden) -> Case:
    return replace(case, since=fact.overridden_on, work=replace(case.work, overridden=True))


def deferred(case: Case, fact: e.CaseDeferred) -> Case:
    work = replace(case.work, proposal=None, approval=None, review_on=fact.review_on)
    return replace(case, status=Status.DEFERRED, since=fact.deferred_on, limit=None, work=work)


def deferral_reviewed(case: Case, fact: e.DeferralReviewed) -> Case:
    return replace(case, since=fact.reviewed_on, work=replace(case.work, review_on=fact.review_on))


def resumed(case: Case, fact: e.CaseResumed) -> Case:
    limit = Limit(fact.stage, fact.resumed_on, fact.due_on)
    work = replace(case.work, review_on=None)
    return replace(case, status=Status.ASSESSING, since=fact.resumed_on, limit=limit, work=work)


def not_needed(case: Case, fact: e.NotNeededDecided) -> Case:
    return replace(case, status=Status.NOT_NEEDED, since=fact.decided_on, limit=None)


def declined(case: Case, fact: e.CaseDeclined) -> Case:
    return replace(case, status=Status.CLOSED_DECLINED, since=fact.declined_on, limit=None)


def proposed(case: Case, fact: e.ClarificationProposed) -> Case:
    limit = Limit(Stage.APPROVAL, fact.proposed_on, fact.approval_by)
    work = replace(case.work, proposal=fact)
    return replace(case, status=Status.PROPOSED, since=fact.proposed_on, limit=limit, work=work)


def returned(case: Case, fact: e.ProposalReturned) -> Case:
    limit = Limit(fact.stage, fact.returned_on, fact.due_on)
    work = replace(case.work, proposal=None)
    return replace(case, status=Status.ASSESSING, since=fact.returned_on, limit=limit, work=work)


def approved(case: Case, fact: e.ClarificationApproved) -> Case:
    proposal = case.work.proposal
    assert proposal is not None
    limit = Limit(Stage.IMPLEMENT, fact.approved_on, fact.implement_by)
    work = replace(case.work, approval=fact, methods=proposal.methods, scope=proposal.scope)
    return replace(case, status=Status.APPROVED, since=fact.approved_on, limit=limit, work=work)


def rejected(case: Case, fact: e.CaseRejected) -> Case:
    return replace(case, status=Status.REJECTED, since=fact.rejected_on, limit=None)


def cancelled(case: Case, fact: e.CaseCancelled) -> Case:
    reason = CancelReason(fact.reason)
    return replace(case, status=Status.CANCELLED, since=fact.cancelled_on, limit=None, cancelled_because=reason)


def reopened(case: Case, fact: e.CaseReopened) -> Case:
    limit = Limit(fact.stage, fact.reopened_on, fact.due_on)
    return replace(case, status=Status.ASSESSING, since=fact.reopened_on, limit=limit, work=Work())


def implementation_started(case: Case, fact: e.ImplementationStarted) -> Case:
    return replace(case, status=Status.IMPLEMENTING, since=fact.started_on)


def carried_out(case: Case, fact: e.MethodCarriedOut) -> Case:
    return replace(case, work=replace(case.work, carried_out=(*case.work.carried_out, fact)))


def clarified(case: Case, fact: e.Clarified) -> Case:
    care = Care(cleared=fact, reached=case.work.scope, report_back_by=fact.report_back_by)
    return replace(case, status=Status.CLARIFIED, since=fact.clarified_on, limit=None, care=care)


def widening_completed(case: Case, fact: e.WideningCompleted) -> Case:
    care = replace(case.care, reached=fact.scope)
    return replace(case, status=Status.CLARIFIED, since=fact.completed_on, limit=None, care=care)


def noticed(case: Case, fact: e.ResultUseNoticed) -> Case:
    return replace(case, care=replace(case.care, noticed=fact.notices))


def reported_back(case: Case, fact: e.ReportedBack) -> Case:
    return replace(case, care=replace(case.care, reported_back=True))


def revisit_scheduled(case: Case, fact: e.RevisitScheduled) -> Case:
    care = replace(case.care, plan=fact, effect=None)
    return replace(case, status=Status.REVISITING, limit=None, care=care)


def revisit_held(case: Case, fact: e.ClarificationRevisitHeld) -> Case:
    care = replace(case.care, revisits=(*case.care.revisits, fact), plan=None)
    return replace(case, status=Status.EFFECT_REVIEW, since=fact.held_on, care=care)


def revisit_waived(case: Case, fact: e.RevisitWaived) -> Case:
    care = replace(case.care, waived=(*case.care.waived, fact.number), plan=None)
    return replace(case, status=Status.EFFECT_REVIEW, since=fact.waived_on, care=care)


def effect_reviewed(case: Case, fact: e.EffectReviewed) -> Case:
    limit = Limit(Stage.ARCHIVE, fact.reviewed_on, fact.archive_by)
    return replace(case, since=fact.reviewed_on, limit=limit, care=replace(case.care, effect=fact))


def scope_widened(case: Case, fact: e.ScopeWidened) -> Case:
    work = replace(case.work, methods=fact.methods, scope=fact.scope, carried_out=())
    limit = Limit(Stage.IMPLEMENT, fact.widened_on, fact.implement_by)
    return replace(case, status=Status.IMPLEMENTING, since=fact.widened_on, limit=limit, work=work)


def closed(case: Case, fact: e.CaseClosed) -> Case:
    care = replace(case.care, archive_no=fact.archive_no)
    return replace(case, status=Status.CLOSED, since=fact.closed_on, limit=None, care=care)


def revoked(case: Case, fact: e.ClarificationRevoked) -> Case:
    return replace(case, status=Status.REVOKED, since=fact.revoked_on, limit=None)


def breached(case: Case, fact: e.DeadlineBreached) -> Case:
    return replace(case, breached=case.breached | {breach_key(fact.stage, fact.ref)})


REMEMBER: Mapping[type[Fact], Callable[[Case, Any], Case]] = {
    e.RegistrationRecorded: registered,
    e.TransferNoted: transferred,
    e.RepeatNoted: repeated,
    e.ConclusionRecorded: concluded,
    e.OtherMatterNoted: matter_noted,
    e.OtherMatterEnded: matter_ended,
    e.ConvictionNoted: convicted,
    e.ReviewOpened: review_opened,
    e.ReviewSettled: review_settled,
    e.LaterOutcomeRecorded: later_outcome,
    e.ConclusionClassified: classified,
    e.ClassificationReturned: unchanged,
    e.PriorityRaised: priority_raised,
    e.PersonRecused: recused,
    e.CaseOpened: opened,
    e.AssessmentStarted: assessment_started,
    e.AssessmentCompleted: assessed,
    e.ConsentRecorded: consented,
    e.ConsentOverridden: consent_overridden,
    e.CaseDeferred: deferred,
    e.DeferralReviewed: deferral_reviewed,
    e.CaseResumed: resumed,
    e.NotNeededDecided: not_needed,
    e.CaseDeclined: declined,
    e.ClarificationProposed: proposed,
    e.ProposalReturned: returned,
    e.ClarificationApproved: approved,
    e.CaseRejected: rejected,
    e.CaseCancelled: cancelled,
    e.CaseReopened: reopened,
    e.ImplementationStarted: implementation_started,
    e.MethodCarriedOut: carried_out,
    e.Clarified: clarified,
    e.WideningCompleted: widening_completed,
    e.ResultUseNoticed: noticed,
    e.ReportedBack: reported_back,
    e.RevisitScheduled: revisit_scheduled,
    e.ClarificationRevisitHeld: revisit_held,
    e.RevisitWaived: revisit_waived,
    e.EffectReviewed: effect_reviewed,
    e.ExtraRevisitOrdered: unchanged,
    e.ScopeWidened: scope_widened,
    e.CaseClosed: closed,
    e.ClarificationRevoked: revoked,
    e.DeadlineBreached: breached,
}


def evolve(case: Case, fact: Fact) -> Case:
    return REMEMBER[type(fact)](case, fact)
