"""What a case view shows of a tolerance case: where it stands and everything an officer decides on."""

from collections.abc import Mapping
from typing import Any

from services.tolerance.domain.limits import next_command
from services.tolerance.domain.rules import allowed_outcomes, exemption_blocked_by, outcome_by_rule
from services.tolerance.domain.state import Case
from services.tolerance.domain.terms import STEP_OF, STEPS


def summary(case: Case) -> Mapping[str, Any]:
    """Return the case without sealed texts: status, step, matter, rule's outcome, people's answers, limits."""
    if case.matter is None:
        return {"status": case.status.value}
    return {**_standing(case), **_matter(case), **_assessment(case), **_afterwards(case)}


def _standing(case: Case) -> dict[str, Any]:
    matter, step = case.known, next_command(case)
    return {
        "status": case.status.value,
        "body": matter.body,
        "district": matter.district,
        "level": matter.level.value,
        "subject": case.subject,
        "matter_no": case.matter_no,
        "approver_body": case.approver_body,
        "opened_on": case.opened_on,
        "step_on": case.step_on,
        "due_on": case.due_on,
        "late": case.late,
        "next": step.name if step else None,
        "reviews": list(case.reviews),
        **_step(case),
    }


def _step(case: Case) -> dict[str, Any]:
    number = STEP_OF.get(case.status)
    if number is None:
        return {"step": None, "step_zh": "", "step_en": "", "stage_zh": "", "stage_en": ""}
    step = STEPS[number - 1]
    return {
        "step": number,
        "step_zh": step.zh,
        "step_en": step.en,
        "stage_zh": step.stage_zh,
        "stage_en": step.stage_en,
    }


def _matter(case: Case) -> dict[str, Any]:
    matter = case.known
    return {
        "domain": matter.domain,
        "initiator": matter.initiator.value,
        "identified_on": matter.identified_on,
        "list_hits": [{"list_kind": hit.list_kind.value, "item_code": hit.item_code} for hit in matter.list_hits],
        "loss_cny": matter.loss_cny,
        "recovered_cny": matter.recovered_cny,
        "complexity": [flag.value for flag in matter.complexity],
        "held_bottom_line": [item.value for item in case.held.bottom_line] if case.held else None,
    }


def _assessment(case: Case) -> dict[str, Any]:
    findings = case.findings
    return {
        "pre_review": case.screened.value if case.screened else None,
        "distinctions": dict(findings.distinctions),
        "elements": {name: grade.value for name, grade in findings.elements},
        "tests": dict(findings.tests),
        "bottom_line": [item.value for item in findings.bottom_line],
        "rule_outcome": outcome_by_rule(findings).value,
        "allowed_outcomes": [outcome.value for outcome in allowed_outcomes(findings)],
        "exemption_blocked_by": list(exemption_blocked_by(findings)),
        "investigators": list(case.investigators),
        "evidence_extended": case.extended,
        "proposed_outcome": case.proposed.value if case.proposed else None,
        "proposer": case.proposer,
    }


def _afterwards(case: Case) -> dict[str, Any]:
    return {
        "outcome": case.outcome.value if case.outcome else None,
        "collectively": case.collectively,
        "determined_on": case.determined_on,
        "objection_until": case.objection_until,
        "corrections": [
            {"number": item.number, "owner": item.owner, "due_on": item.due_on} for item in case.corrections
        ],
        "rectified_on": case.rectified_on,
        "corrected": case.corrected,
        "reminders": case.reminders,
        "suggestions": [
            {
                "doc_no": item.doc_no,
                "addressed_unit": item.addressed_unit,
                "issued_on": item.issued_on,
                "reply_due": item.reply_due,
                "replied_on": item.replied_on,
                "accepted": item.accepted,
                "rectified_on": item.rectified_on,
                "overdue": item.overdue,
                "finding": item.finding.value if item.finding else None,
            }
            for item in case.suggestions
        ],
        "archive_no": case.archive_no,
    }
