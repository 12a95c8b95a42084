"""How each fact changes a tolerance case; no fact is ever refused here."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel

from services.tolerance.domain import events
from services.tolerance.domain.state import Case, Suggestion
from services.tolerance.domain.terms import (
    BottomLine,
    Matter,
    ObjectionDecision,
    PreReview,
    ReviewReason,
    Status,
    UnitReportKind,
)
from shared.kernel import Fact

SECOND = frozenset({ReviewReason.SECOND_MATTER, ReviewReason.SECOND_REPORT})


def evolve(case: Case, fact: Fact) -> Case:
    """Return the case as it is after the fact."""
    change = CHANGES.get(type(fact))
    return change(case, fact) if change else case


def _to(case: Case, status: Status, on: date, due_on: date | None = None, **changes: Any) -> Case:
    return replace(case, status=status, step_on=on, due_on=due_on, late=False, **changes)


def _initiated(case: Case, fact: events.ToleranceInitiated) -> Case:
    return _to(
        case,
        Status.INITIATED,
        fact.received_on,
        fact.due_on,
        matter_no=fact.matter_no,
        subject=fact.subject_token,
        matter=fact.matter,
        adverse_most=fact.adverse_most,
        distinctions=fact.matter.distinctions,
        elements=fact.matter.elements,
        tests=fact.matter.tests,
        origins=frozenset({fact.origin, fact.supersedes or fact.origin}),
        arrived_on=fact.received_on,
        opened_on=fact.received_on,
    )


def _content(case: Case, matter: Matter) -> Case:
    """Follow a correction: what it changed holds as it says, what it left alone stays as the steps answered it."""
    before = case.known
    assert case.distinctions is not None
    assert case.elements is not None
    assert case.tests is not None
    return replace(
        case,
        matter=matter,
        distinctions=_follow(case.distinctions, before.distinctions, matter.distinctions),
        elements=_follow(case.elements, before.elements, matter.elements),
        tests=_follow(case.tests, before.tests, matter.tests),
    )


def _follow(answered: Any, before: BaseModel, after: BaseModel) -> Any:
    changed = {name: value for name, value in after if value != getattr(before, name)}
    return answered.model_copy(update=changed) if changed else answered


def _corrected(case: Case, fact: events.MatterCorrected) -> Case:
    followed = _content(case, fact.matter)
    return replace(followed, origins=case.origins | {fact.origin}, arrived_on=fact.received_on)


def _review_opened(case: Case, fact: events.ReviewOpened) -> Case:
    return replace(
        case,
        held=fact.matter if fact.reason is ReviewReason.CORRECTED_AFTER_DECISION else case.held,
        origins=case.origins | {fact.origin},
        set_aside=case.set_aside | {fact.origin} if fact.reason in SECOND else case.set_aside,
        arrived_on=fact.received_on,
        reviews=(*case.reviews, fact.reason),
        review_since=case.review_since or fact.received_on,
    )


def _review_concluded(case: Case, _fact: events.ReviewConcluded) -> Case:
    return replace(case, reviews=(), review_since=None)


def _screened(case: Case, fact: events.ToleranceScreened) -> Case:
    if fact.result is PreReview.CANDIDATE:
        accepted = _to(case, Status.ACCEPTED, fact.screened_on, fact.due_on, screened=fact.result)
        return replace(accepted, distinctions=fact.distinctions or case.distinctions)
    found = case.found | frozenset(fact.bottom_line)
    return _to(case, Status.NOT_ACCEPTED, fact.screened_on, screened=fact.result, found=found)


def _reapplied(case: Case, fact: events.Reapplied) -> Case:
    """Begin again; what our own steps found is put aside only by the handling department's correction (T-4)."""
    followed = _content(case, case.held) if case.held else case
    found = frozenset[BottomLine]() if case.held else case.found
    fresh = replace(followed, held=None, found=found, screened=None, reviews=(), review_since=None)
    return _to(fresh, Status.INITIATED, fact.reapplied_on, fact.due_on)


def _planned(case: Case, fact: events.PlanApproved) -> Case:
    return _to(case, Status.PLANNED, fact.approved_on, fact.due_on, investigators=fact.investigators)


def _evidenced(case: Case, fact: events.EvidenceCollected) -> Case:
    return _to(
        case,
        Status.INVESTIGATING,
        fact.collected_on,
        fact.due_on,
        evidenced=True,
        elements=fact.elements,
        tests=fact.tests,
        found=case.found | frozenset(fact.bottom_line),
    )


def _extended(case: Case, fact: events.EvidenceLimitExtended) -> Case:
    return replace(case, due_on=fact.due_on, extended=True, late=False)


def _heard(case: Case, fact: events.PersonHeard) -> Case:
    return _to(case, Status.HEARD, fact.held_on, fact.due_on, elements=fact.elements)


def _reported(case: Case, fact: events.ReportSubmitted) -> Case:
    return _to(case, Status.REPORTED, fact.submitted_on, fact.due_on, proposed=fact.outcome, proposer=fact.proposed_by)


def _consulted(case: Case, fact: events.ConsultationHeld) -> Case:
    return _to(case, Status.CONSULTED, fact.held_on, fact.due_on)


def _back_to_investigation(case: Case, on: date, due_on: date | None) -> Case:
    fresh = replace(case, evidenced=False, extended=False, proposed=None, proposer="", outcome=None, collectively=False)
    return _to(fresh, Status.INVESTIGATING, on, due_on, determined_on=None, objection_until=None)


def _returned(case: Case, fact: events.CaseReturned) -> Case:
    return _back_to_investigation(case, fact.returned_on, fact.due_on)


def _determined(case: Case, fact: events.ToleranceDetermined) -> Case:
    return _to(
        case,
        Status.DETERMINED,
        fact.determined_on,
        fact.due_on,
        outcome=fact.outcome,
        collectively=fact.collectively,
        determined_on=fact.determined_on,
    )


def _fed_back(case: Case, fact: events.FeedbackDelivered) -> Case:
    return _to(case, Status.FED_BACK, fact.delivered_on)


def _window_opened(case: Case, fact: events.ObjectionWindowOpened) -> Case:
    return _to(case, Status.OBJECTION_OPEN, fact.opened_on, fact.due_on, objection_until=fact.until)


def _objection_decided(case: Case, fact: events.ObjectionDecided) -> Case:
    if fact.decision is ObjectionDecision.REJECTED:
        return case
    return _back_to_investigation(case, fact.decided_on, fact.due_on)


def _final(case: Case, fact: events.ToleranceFinal) -> Case:
    return _to(case, Status.FINAL, fact.final_on, fact.due_on)


def _correction_planned(case: Case, fact: events.CorrectionPlanned) -> Case:
    remind_on = fact.due_on + timedelta(days=1)
    return _to(
        case, Status.CORRECTING, fact.planned_on, fact.due_on, corrections=fact.items, remind_on=remind_on, reminders=0
    )


def _correction_verified(case: Case, fact: events.CorrectionVerified) -> Case:
    return _to(case, Status.CORRECTING, fact.verified_on, fact.due_on, corrected=True, remind_on=None)


def _correction_not_needed(case: Case, fact: events.CorrectionNotNeeded) -> Case:
    return _to(case, Status.CORRECTING, fact.confirmed_on, fact.due_on, corrected=True)


def _reminded(case: Case, fact: events.CorrectionReminded) -> Case:
    return replace(case, reminders=case.reminders + 1, remind_on=fact.next_on)


def _suggested(case: Case, fact: events.SuggestionIssued) -> Case:
    suggestion = Suggestion(fact.doc_no, fact.addressed_unit, fact.issued_on, fact.reply_due)
    return replace(case, suggestions=(*case.suggestions, suggestion))


def _unit_reported(case: Case, fact: events.UnitReported) -> Case:
    report = fact.report
    known = replace(case, origins=case.origins | {report.origin}, arrived_on=fact.received_on)
    if not report.doc_no:
        return replace(known, rectified_on=report.happened_on)
    if report.kind is UnitReportKind.REPLY:
        return _suggestion(known, report.doc_no, replied_on=report.happened_on, accepted=report.accepted)
    return _suggestion(known, report.doc_no, rectified_on=report.happened_on)


def _suggestion(case: Case, doc_no: str, **changes: Any) -> Case:
    changed = tuple(replace(item, **changes) if item.doc_no == doc_no else item for item in case.suggestions)
    return replace(case, suggestions=changed)


def _checked(case: Case, fact: events.SuggestionChecked) -> Case:
    checked = _suggestion(case, fact.doc_no, finding=fact.finding, checked_on=fact.checked_on)
    return replace(checked, due_on=fact.due_on, late=False) if case.status is Status.TRACKING else checked


def _reply_overdue(case: Case, fact: events.ReplyOverdue) -> Case:
    return _suggestion(case, fact.doc_no, overdue=True)


def _filed(case: Case, fact: events.ToleranceFiled) -> Case:
    return _to(case, Status.FILED, fact.filed_on, archive_no=fact.archive_no)


def _tracking(case: Case, fact: events.TrackingOpened) -> Case:
    return _to(case, Status.TRACKING, fact.opened_on, fact.due_on)


def _closed(case: Case, fact: events.ToleranceClosed) -> Case:
    return _to(case, Status.CLOSED, fact.closed_on)


def _withdrawn(case: Case, fact: events.ToleranceWithdrawn) -> Case:
    return _to(case, Status.WITHDRAWN, fact.withdrawn_on)


def _transferred(case: Case, fact: events.ToleranceTransferred) -> Case:
    return _to(case, Status.TRANSFERRED, fact.transferred_on)


def _revoked(case: Case, fact: events.ToleranceRevoked) -> Case:
    found = case.found | frozenset(fact.bottom_line)
    return _to(case, Status.REVOKED, fact.revoked_on, found=found, remind_on=None)


def _breached(case: Case, _fact: events.DeadlineBreached) -> Case:
    return replace(case, late=True)


CHANGES: Mapping[type[Fact], Callable[[Case, Any], Case]] = {
    events.ToleranceInitiated: _initiated,
    events.MatterCorrected: _corrected,
    events.ReviewOpened: _review_opened,
    events.ReviewConcluded: _review_concluded,
    events.ToleranceScreened: _screened,
    events.Reapplied: _reapplied,
    events.PlanApproved: _planned,
    events.EvidenceCollected: _evidenced,
    events.EvidenceLimitExtended: _extended,
    events.PersonHeard: _heard,
    events.ReportSubmitted: _reported,
    events.ConsultationHeld: _consulted,
    events.CaseReturned: _returned,
    events.ToleranceDetermined: _determined,
    events.FeedbackDelivered: _fed_back,
    events.ObjectionWindowOpened: _window_opened,
    events.ObjectionDecided: _objection_decided,
    events.ToleranceFinal: _final,
    events.CorrectionPlanned: _correction_planned,
    events.CorrectionVerified: _correction_verified,
    events.CorrectionNotNeeded: _correction_not_needed,
    events.CorrectionReminded: _reminded,
    events.SuggestionIssued: _suggested,
    events.UnitReported: _unit_reported,
    events.SuggestionChecked: _checked,
    events.ReplyOverdue: _reply_overdue,
    events.ToleranceFiled: _filed,
    events.TrackingOpened: _tracking,
    events.ToleranceClosed: _closed,
    events.ToleranceWithdrawn: _withdrawn,
    events.ToleranceTransferred: _transferred,
    events.ToleranceRevoked: _revoked,
    events.DeadlineBreached: _breached,
}
