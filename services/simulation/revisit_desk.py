"""The simulated office's desk for revisit education: enrols, plans, visits, evaluates, recommends a few."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from services.simulation.desk import Answer, Choice, Desk
from shared.caseview import OpenTask
from shared.kernel import Role

GOOD_PERCENT = 70
AVERAGE_PERCENT = 23
RECOMMENDED_PERCENT = 6
FRESH_DAYS = 60
"""The office recommends on an evaluation not older than this, so that it is still good when the opinions are in."""

WANTED_USES = ("PROMOTION", "RANK_RAISE", "IMPORTANT_USE")
LEVELS = ("LOW", "MEDIUM", "HIGH")
CRITERIA = ("understanding", "work", "masses")

Case = Mapping[str, Any]
Body = Mapping[str, Any]


def answer(task: OpenTask, case: Case, choice: Choice) -> Answer | None:
    """Return what a person of the office sends for the task, or None where nobody acts on it."""
    step = task.task.step
    if step == "closing" and is_to_be_recommended(task, case, choice):
        return _send(task, choice, "recommendability", _recommendability(task, case, choice))
    body = BODIES.get(step)
    return _send(task, choice, step, body(task, case, choice)) if body else None


def _send(task: OpenTask, choice: Choice, segment: str, body: Body) -> Answer:
    return Answer(choice.person(task.task.body, Role(task.task.role)), segment, body)


def is_to_be_recommended(task: OpenTask, case: Case, choice: Choice) -> bool:
    """A few of those evaluated GOOD whose every bar has expired, on a fresh evaluation."""
    evaluation = case["evaluation"] or {}
    if case["status"] != "EVALUATED" or evaluation.get("grade") != "GOOD" or len(case["held"]) < 2:
        return False
    begins = max(task.task.opened_on, task.task.not_before or task.task.opened_on)
    fresh = (begins - date.fromisoformat(str(evaluation["evaluated_on"]))).days <= FRESH_DAYS
    return fresh and not case["open_cases"] and choice.percent("recommend") < RECOMMENDED_PERCENT


def _nothing(_task: OpenTask, _case: Case, _choice: Choice) -> Body:
    return {}


def _profile(_task: OpenTask, case: Case, choice: Choice) -> Body:
    return {
        "error_category": case["error_category"] or "WORK",
        "intent_level": choice.among(LEVELS, "intent"),
        "post_importance": choice.among(LEVELS, "post"),
        "attitude": choice.among(LEVELS[1:], "attitude"),
        "work_state": choice.among(LEVELS, "work"),
        "sanction_refs": case["decisions"],
        "remarks": "能正视错误，愿意接受帮助教育。",
    }


def _plan(task: OpenTask, case: Case, choice: Choice) -> Body:
    return {
        "goals": "放下包袱，改正错误，做好本职工作。",
        "methods": ["HEART_TO_HEART", choice.among(("UNIT_VISIT", "ROUND_TABLE", "HOME_VISIT"), "method")],
        "staff": choice.two(task.task.body, Role.REVISIT_OFFICER),
        "sessions": [{"session_id": session["session_id"]} for session in case["proposals"]],
    }


def _session(task: OpenTask, _case: Case, choice: Choice) -> Body:
    return {
        "session_id": task.task.ref,
        "place": choice.among(("UNIT", "OUR_OFFICE", "HOME"), "place"),
        "staff": choice.two(task.task.body, Role.REVISIT_OFFICER),
        "unit_contacted": True,
        "interviewees": ["PERSON", "UNIT_LEADER", "MASS_REPRESENTATIVE"],
        "signed": True,
        "notes": "谈心谈话，了解思想、工作情况和群众反映。",
    }


def _evaluation(_task: OpenTask, _case: Case, choice: Choice) -> Body:
    number = choice.percent("grade")
    good, average = number < GOOD_PERCENT, number < GOOD_PERCENT + AVERAGE_PERCENT
    weak = "" if good else choice.among(CRITERIA, "weak")
    return {
        "grade": "GOOD" if good else "AVERAGE" if average else "POOR",
        **{criterion: criterion != weak for criterion in CRITERIA},
        "attitude": good or average,
        "evidence": "依据回访记录、单位意见和群众评价。",
    }


def _recommendability(_task: OpenTask, case: Case, choice: Choice) -> Body:
    free = [use for use in WANTED_USES if case["uses_free_on"].get(use) is not None]
    return {"use": choice.among(free or ["TRAINING"], "use"), "review_pending": False}


def _recommendation(task: OpenTask, case: Case, _choice: Choice) -> Body:
    return {
        "use": case["recommendable_for"],
        "review_pending": False,
        "unit_opinion_ref": f"DW-{task.case_id}",
        "integrity_opinion_ref": f"LZ-{task.case_id}",
        "informed": True,
    }


def _concern(_task: OpenTask, _case: Case, _choice: Choice) -> Body:
    return {"reason": "新立案件不影响继续开展回访。"}


def _termination(_task: OpenTask, _case: Case, _choice: Choice) -> Body:
    return {"reason": "已不属回访范围。"}


def _clue(task: OpenTask, _case: Case, _choice: Choice) -> Body:
    return {"to_body": task.task.body}


def _appointment(task: OpenTask, _case: Case, _choice: Choice) -> Body:
    return {"appointment_id": task.task.ref}


def _withdrawal(task: OpenTask, _case: Case, _choice: Choice) -> Body:
    return {"appointment_id": task.task.ref, "reason": "处分已全部撤销。"}


def _second_event(task: OpenTask, _case: Case, _choice: Choice) -> Body:
    return {"event": task.task.ref, "finding": "与来文机关核对，由其另行更正。"}


BODIES: Mapping[str, Callable[[OpenTask, Case, Choice], Body]] = {
    "enrolment": _nothing,
    "profile": _profile,
    "plan": _plan,
    "plan-approval": _nothing,
    "session": _session,
    "evaluation": _evaluation,
    "continuation": _nothing,
    "closing": _nothing,
    "recommendation": _recommendation,
    "concern-review": _concern,
    "resumption": _nothing,
    "termination": _termination,
    "clue-transfer": _clue,
    "promotion-confirmation": _appointment,
    "promotion-withdrawal": _withdrawal,
    "second-event-review": _second_event,
    "opening": _nothing,
}
"""The body of each command, by the task it answers."""

DESKS: dict[str, Desk] = {"person": answer, "revisit": answer, "campaign": answer}
