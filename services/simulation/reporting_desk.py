"""The simulated office's desk for recommendations: review, approve and send as different persons."""

from collections.abc import Mapping
from typing import Any

from services.simulation.desk import Answer, Choice, Desk
from shared.caseview import OpenTask
from shared.kernel import Actor, Role
from shared.security import directory

OPINION = {
    "review": "材料齐全，同意上报",
    "approval": "同意推荐",
    "resumption": "新情况已核实了结，条件重新核对",
    "alert": "推荐对象出现新情况，供研究时参考",
    "answer-check": "已核对来文，维持现有反馈",
}
TEXT_FIELD = {
    "review": "opinion",
    "approval": "opinion",
    "resumption": "finding",
    "alert": "reason",
    "answer-check": "finding",
}


def answer(task: OpenTask, case: Mapping[str, Any], choice: Choice) -> Answer | None:
    """Return who answers the task and with what; a suspended recommendation waits for its matter to be settled."""
    step = task.task.step
    if step == "resumption":
        return None
    actor = _somebody_else(task, case, choice)
    match step:
        case "sending" | "closing":
            return Answer(actor, step, {})
        case "follow-up":
            return Answer(actor, step, {"follow_up": _became(case), "followed_on": str(case["decided_on"])})
        case "answer-check":
            return Answer(actor, step, {"event_id": task.task.ref, TEXT_FIELD[step]: OPINION[step]})
        case _:
            return Answer(actor, step, {TEXT_FIELD[step]: OPINION[step]})


def _became(case: Mapping[str, Any]) -> str:
    """Return the promotion that was confirmed, else that nothing came of it."""
    confirmed = [kind for kind in case["possible_follow_ups"] if kind in ("PROMOTED", "RANK_RAISED", "IMPORTANT_USE")]
    return confirmed[0] if confirmed else "NONE"


def _somebody_else(task: OpenTask, case: Mapping[str, Any], choice: Choice) -> Actor:
    """Return a person in the task's role who did none of the earlier steps."""
    body, role = task.task.body, task.task.role
    taken = {case["proposed_by"], case["reviewed_by"], case["approved_by"]}
    first = choice.person(body, role)
    if role is Role.PRINCIPAL or first.person_id not in taken:
        return first
    others = (directory.person(body, role, number) for number in range(1, directory.HEADCOUNT_ELSE + 1))
    return next(person for person in others if person.person_id not in taken)


DESKS: dict[str, Desk] = {"recommendation": answer}
