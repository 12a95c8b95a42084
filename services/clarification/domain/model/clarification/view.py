"""What lists, searches and an officer see of a report and its case; no personal field, no sealed text."""

from collections.abc import Mapping
from typing import Any

from services.clarification.domain.rules import clarification as rules
from services.clarification.domain.rules import findings
from services.clarification.domain.states.clarification import ClarificationCase
from services.clarification.domain.terms import Scope


def summary(case: ClarificationCase) -> Mapping[str, Any]:
    """Return status, body, district, level, subject, and what the officer decides on at this point."""
    shown: dict[str, Any] = {
        "status": case.status,
        "body": case.body,
        "report": case.report_token,
        "priority": case.priority,
        "repeats": case.ledger.repeats,
        "open_matters": [{"case_no": case_no, "filed_on": filed_on} for case_no, filed_on in case.ledger.matters],
        "convictions": [one.verdict for one in case.ledger.convictions],
        "reviews": [{"kind": review.kind, "ref": review.ref} for review in case.ledger.reviews],
        "limit": {"stage": case.limit.stage, "due_on": case.limit.due_on} if case.limit else None,
        "breached": sorted(case.breached),
        "recused": sorted(case.recused),
    }
    if case.ledger.registration is not None:
        shown |= _registration(case)
    if case.ledger.conclusion is not None:
        shown |= _conclusion(case)
    if case.work.assessment is not None:
        shown |= _work(case)
    if case.care.cleared is not None:
        shown |= _care(case)
    return shown


def _registration(case: ClarificationCase) -> dict[str, Any]:
    registration = case.registration
    return {
        "district": registration.district,
        "level": registration.level,
        "subject": registration.subject_token,
        "received_on": registration.received_on,
        "approver_body": rules.approver_body(case) if case.body else "",
    }


def _conclusion(case: ClarificationCase) -> dict[str, Any]:
    conclusion = case.conclusion
    issues = findings.issues_of(conclusion.findings)
    return {
        "concluded_on": conclusion.concluded_on,
        "issues": {issue_id: findings.issue_status(points) for issue_id, points in issues.items()},
        "proposed_classification": conclusion.proposed,
        "classification": case.ledger.classification,
        "exclusion": conclusion.exclusion if rules.may_open(case) else None,
        "clearable_issues": conclusion.clearable,
        "found_impact_reasons": conclusion.impact_reasons,
        "subject_wish": conclusion.subject_wish,
        "cancelled_because": case.cancelled_because,
    }


def _work(case: ClarificationCase) -> dict[str, Any]:
    work = case.work
    assert work.assessment is not None
    proposal, approval = work.proposal, work.approval
    return {
        "departments": work.assessment.departments,
        "impact_reasons": work.assessment.impact_reasons,
        "spread": work.assessment.spread,
        "risk": work.assessment.risk,
        "recommendation": work.assessment.recommendation,
        "consent": work.consent.consent if work.consent else None,
        "family_visit_consented": bool(work.consent and work.consent.family_visit),
        "allowed_methods": rules.allowed_methods(case),
        "allowed_scopes": [scope for scope in Scope if scope.width <= rules.allowed_scope(case).width],
        "methods": work.methods or (proposal.methods if proposal else ()),
        "scope": work.scope or (proposal.scope if proposal else None),
        "proposal": {"issues": proposal.issues, "proposer": proposal.proposer} if proposal else None,
        "approved_by": approval.approver if approval else None,
        "approved_on": approval.approved_on if approval else None,
        "carried_out": [record.method for record in work.carried_out],
        "review_on": work.review_on,
    }


def _care(case: ClarificationCase) -> dict[str, Any]:
    care = case.care
    assert care.cleared is not None
    return {
        "clarified_on": care.cleared.clarified_on,
        "result_use": care.noticed,
        "reported_back": care.reported_back,
        "next_revisit": care.plan.model_dump() if care.plan else None,
        "revisits": [
            {"number": held.number, "kind": held.revisit_kind, "held_on": held.held_on, "effect": held.effect}
            for held in care.revisits
        ],
        "waived": care.waived,
        "effect": care.effect.effect if care.effect else None,
        "archive_no": care.archive_no,
        "later_outcomes": [{"outcome": one.outcome, "on": one.outcome_on} for one in case.ledger.later],
    }
