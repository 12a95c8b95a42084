"""The simulated office's desk for tolerance cases: it follows what the case view proposes, step by step."""

from collections.abc import Callable, Mapping
from typing import Any

from services.simulation.desk import Answer, Choice, Desk
from shared.caseview import OpenTask
from shared.kernel import Actor, Role
from shared.security import directory

SUGGESTIONS_PERCENT = 20
OBJECTIONS_PERCENT = 5
CORRECTION_DAYS = (20, 30, 45)

Case = Mapping[str, Any]
Body = Mapping[str, Any]


def answer(task: OpenTask, case: Case, choice: Choice) -> Answer | None:
    """Return what a person of the office sends for the task, or None where nobody acts on it."""
    special = INSTEAD.get(task.task.step)
    other = special(task, case, choice) if special else None
    if other is not None:
        return other
    body = BODIES.get(task.task.step)
    if body is None:
        return None
    return Answer(_person(task, choice), task.task.step, body(task, case, choice))


def _person(task: OpenTask, choice: Choice) -> Actor:
    return choice.person(task.task.body, Role(task.task.role))


def _evidence_no(task: OpenTask, number: int) -> str:
    return f"EV-{task.case_id}/{number}"


def _acceptance(_task: OpenTask, case: Case, _choice: Choice) -> Body:
    return {"distinctions": case["distinctions"], "within_jurisdiction": True}


def _non_acceptance(_task: OpenTask, _case: Case, _choice: Choice) -> Body:
    return {"note": "触及底线，不予受理。"}


def _plan(task: OpenTask, _case: Case, choice: Choice) -> Body:
    investigators = choice.two(task.task.body, Role.TOLERANCE_OFFICER)
    return {"investigators": investigators, "recusal_declared_by": investigators, "plan": "调阅决策记录，走访单位。"}


def _evidence(task: OpenTask, case: Case, _choice: Choice) -> Body:
    return {
        "elements": {
            name: {"grade": grade, "evidence_ref": _evidence_no(task, number)}
            for number, (name, grade) in enumerate(case["elements"].items(), 1)
        }
    }


def _hearing(_task: OpenTask, _case: Case, _choice: Choice) -> Body:
    return {"statement": "本人说明了决策经过。", "unit_opinion": "单位说明了当时的情况。"}


def _report(_task: OpenTask, case: Case, choice: Choice) -> Body:
    return {"outcome": choice.among(case["allowed_outcomes"]), "analysis": "对照三个区分、六要素和免责条件分析。"}


def _minutes_no(task: OpenTask) -> str:
    return f"HY-{task.case_id}-{task.task.opened_on.isoformat()}"


def _consultation(task: OpenTask, case: Case, _choice: Choice) -> Body:
    return {
        "departments": ["DISCIPLINE_BODY", "ORGANISATION_DEPT", "BUSINESS_DEPT"],
        "opinion": "同意核查报告的意见。",
        "minutes_no": _minutes_no(task) if case["complexity"] else None,
    }


def _determination(task: OpenTask, case: Case, choice: Choice) -> Body:
    body: dict[str, Any] = {"outcome": case["proposed_outcome"]}
    if not case["complexity"]:
        return body
    where = task.task.body
    leaders = [directory.person(where, role).person_id for role in (Role.PRINCIPAL, Role.DEPUTY_IN_CHARGE)]
    third = choice.person(where, Role.DEPT_HEAD).person_id
    return {**body, "collectively": True, "minutes_no": _minutes_no(task), "participants": [*leaders, third]}


def _return(_task: OpenTask, _case: Case, _choice: Choice) -> Body:
    return {"reason": "事项内容已更正，建议不再成立，退回补充核查。"}


def _feedback(task: OpenTask, _case: Case, _choice: Choice) -> Body:
    addressees = ("PERSON", "UNIT", "PROPOSING_UNIT")
    return {
        "deliveries": [
            {"addressee": addressee, "receipt_no": f"HZ-{task.case_id}/{number}"}
            for number, addressee in enumerate(addressees, 1)
        ]
    }


def _nothing(_task: OpenTask, _case: Case, _choice: Choice) -> Body:
    return {}


def _correction_plan(_task: OpenTask, case: Case, choice: Choice) -> Body:
    days = choice.among(CORRECTION_DAYS)
    return {"items": [{"text": "完善决策程序，补办手续。", "owner": case["subject"], "due_in_days": days}]}


def _correction_verified(task: OpenTask, case: Case, _choice: Choice) -> Body:
    return {
        "items": [
            {"number": item["number"], "evidence_ref": f"ZG-{task.case_id}/{item['number']}"}
            for item in case["corrections"]
        ]
    }


def _filing(task: OpenTask, case: Case, _choice: Choice) -> Body:
    return {"archive_no": f"RC-{case['body']}-{task.case_id}"}


def _implementation_check(task: OpenTask, _case: Case, choice: Choice) -> Body:
    finding = choice.among(("IMPLEMENTED", "IMPLEMENTED", "PARTLY"))
    return {"doc_no": task.task.ref, "finding": finding, "note": "现场回头看。"}


def _tracking_closed(_task: OpenTask, _case: Case, _choice: Choice) -> Body:
    return {"effect": "考核、任用未受影响，工作状态良好。"}


def _correction_review(_task: OpenTask, _case: Case, _choice: Choice) -> Body:
    return {"note": "已查看来文，维持原处理。"}


def _objection(_task: OpenTask, case: Case, choice: Choice) -> Answer | None:
    if case["objection_until"] is None or choice.percent("objection") >= OBJECTIONS_PERCENT:
        return None
    body = {"decision": "REJECTED", "raised_on": str(case["objection_until"]), "reason": "异议没有新的事实。"}
    return Answer(directory.person(case["approver_body"], Role.DEPUTY_IN_CHARGE), "objection", body)


def _suggestion(task: OpenTask, case: Case, choice: Choice) -> Answer | None:
    if case["suggestions"] or choice.percent("suggestion") >= SUGGESTIONS_PERCENT:
        return None
    body = {
        "kind": choice.among(("DISCIPLINE", "SUPERVISION")),
        "addressed_unit": f"{case['district']}-{1 + choice.percent('unit'):04d}",
        "problems": "决策程序有漏洞。",
        "suggestions": "修订议事规则，明确容错备案。",
    }
    return Answer(_person(task, choice), "suggestion", body)


def _reapplication(task: OpenTask, case: Case, choice: Choice) -> Answer | None:
    if case["status"] != "NOT_ACCEPTED" or case["held_bottom_line"] != []:
        return None
    return Answer(_person(task, choice), "reapplication", {"new_facts": "办案部门更正后不再触及底线。"})


BODIES: Mapping[str, Callable[[OpenTask, Case, Choice], Body]] = {
    "acceptance": _acceptance,
    "non-acceptance": _non_acceptance,
    "plan": _plan,
    "evidence": _evidence,
    "hearing": _hearing,
    "report": _report,
    "consultation": _consultation,
    "determination": _determination,
    "return": _return,
    "feedback": _feedback,
    "no-objection": _nothing,
    "correction-plan": _correction_plan,
    "correction-verified": _correction_verified,
    "no-correction-needed": _nothing,
    "filing": _filing,
    "implementation-check": _implementation_check,
    "tracking-closed": _tracking_closed,
    "correction-review": _correction_review,
}
INSTEAD: Mapping[str, Callable[[OpenTask, Case, Choice], Answer | None]] = {
    "no-objection": _objection,
    "tracking-closed": _suggestion,
    "correction-review": _reapplication,
}
DESKS: dict[str, Desk] = {"tolerance": answer}
