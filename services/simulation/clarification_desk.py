"""The simulated office's desks for clarification and accusation cases: they follow what the case view proposes."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from services.simulation.desk import Answer, Choice, Desk
from shared.caseview import OpenTask
from shared.kernel import Actor, Role

REVIEW_DAYS = 60
REPLY_DAYS = 30
BOTH_DEPARTMENTS = ((Role.HANDLER, "HANDLING"), (Role.PETITION_OFFICER, "PETITION"))
PARTIES = ("VICTIM", "VICTIM_UNIT", "SOURCE_BODY", "PETITION_OFFICE", "ACCUSER")

Case = Mapping[str, Any]
Body = Mapping[str, Any]


def answer(task: OpenTask, case: Case, choice: Choice) -> Answer | None:
    """Return what a person of the office sends for the task, or None where nobody acts on it."""
    body = BODIES.get((task.kind, task.task.step))
    if body is None:
        return None
    return Answer(_person(task, choice), task.task.step, body(task, case, choice))


def _person(task: OpenTask, choice: Choice) -> Actor:
    return choice.person(task.task.body, Role(task.task.role))


def _number(prefix: str, task: OpenTask, suffix: str = "") -> str:
    return f"{prefix}-{task.task.body}-{task.case_id[2:]}{suffix}"


def _nothing(_task: OpenTask, _case: Case, _choice: Choice) -> Body:
    return {}


def _classification(_task: OpenTask, case: Case, _choice: Choice) -> Body:
    return {"classification": case["proposed_classification"]}


def _checked(task: OpenTask, _case: Case, _choice: Choice) -> Body:
    return {"ref": task.task.ref, "finding": "已核对来文与案卷，维持现有处理。"}


def _considered(task: OpenTask, _case: Case, _choice: Choice) -> Body:
    return {"ref": task.task.ref, "finding": "已研究反复检举情况，暂不调整办理次序。"}


def _assessment_result(task: OpenTask, case: Case, choice: Choice) -> Body:
    return {
        "participants": [
            {"person_id": choice.person(task.task.body, role).person_id, "department": department}
            for role, department in BOTH_DEPARTMENTS
        ],
        "org_situation": "所在党组织介绍，当事人工作正常，反映的问题在一定范围内有议论。",
        "impact_reasons": case["found_impact_reasons"],
        "spread": _spread(case, choice),
        "risk": choice.among(("LOW", "LOW", "MEDIUM"), "risk"),
        "recommendation": "NOT_NEEDED" if case["exclusion"] else "DEFER" if case["open_matters"] else "CLARIFY",
    }


def _spread(case: Case, choice: Choice) -> str:
    wide = "VILLAGE_ASSEMBLY" if case["level"] == "VILLAGE" else "SYSTEM"
    return choice.among(("UNIT_LEADERSHIP", "UNIT_ALL", "UNIT_ALL", wide), "spread")


def _not_needed(task: OpenTask, case: Case, choice: Choice) -> Body:
    proposer = choice.person(task.task.body, Role.HANDLER)
    return {"code": case["exclusion"], "proposer": proposer.person_id, "reason": "经会商，符合不予澄清情形。"}


def _consent(task: OpenTask, case: Case, choice: Choice) -> Body:
    wish = case["subject_wish"] or "AGREED"
    if wish == "NOT_REACHABLE":
        return {"consent": wish, "attempts": [case["concluded_on"], task.task.opened_on]}
    family = wish == "AGREED" and str(case["subject"]).startswith("S-") and choice.percent("family") < 50
    return {"consent": wish, "family_visit": family}


def _declined(task: OpenTask, _case: Case, _choice: Choice) -> Body:
    return {"written_conclusion_no": _number("LJ", task)}


def _deferral(task: OpenTask, _case: Case, _choice: Choice) -> Body:
    return {"review_on": (task.task.due_on or task.task.opened_on) + timedelta(days=REVIEW_DAYS)}


def _proposal(_task: OpenTask, case: Case, choice: Choice) -> Body:
    allowed = case["allowed_methods"]
    wanted = choice.among(((), ("IN_PERSON",), ("IN_PERSON",), ("MEETING",), ("IN_PERSON", "MEETING")), "methods")
    return {
        "methods": ["WRITTEN", *(method for method in wanted if method in allowed)],
        "scope": case["allowed_scopes"][-1],
        "issues": case["clearable_issues"],
        "wording": "经核实，所反映的上述问题不属实，现予以澄清。",
    }


def _back(_task: OpenTask, _case: Case, _choice: Choice) -> Body:
    return {"reason": "核实结论有变化，请重新研究。"}


def _implementation_record(task: OpenTask, case: Case, _choice: Choice) -> Body:
    method = task.task.ref
    alone = method in {"WRITTEN", "IN_PERSON"}
    return {
        "method": method,
        "place": "当事人所在单位",
        "attendees": "PERSON_ONLY" if alone else case["scope"],
        "doc_no": _number("CQ", task, f"-{method}"),
    }


def _report_back(task: OpenTask, _case: Case, _choice: Choice) -> Body:
    return {"doc_no": _number("BG", task)}


def _revisit(task: OpenTask, case: Case, choice: Choice) -> Body:
    family = case["family_visit_consented"] and task.task.ref == "2"
    return {
        "number": int(task.task.ref),
        "kind": "FAMILY_VISIT" if family else choice.among(("UNIT_VISIT", "IN_PERSON"), "kind"),
        "staff": choice.two(task.task.body, Role.HANDLER),
        "effect": _effect(choice),
        "record": "当事人思想稳定，工作状态良好，同事反映不再有议论。",
    }


def _effect(choice: Choice) -> str:
    share = choice.percent("effect")
    return "ELIMINATED" if share < 65 else "MOSTLY" if share < 97 else "PARTLY"


def _effect_review(_task: OpenTask, case: Case, _choice: Choice) -> Body:
    return {"effect": case["revisits"][-1]["effect"], "note": "结合两次回访情况评估。"}


def _extra_revisit(_task: OpenTask, _case: Case, _choice: Choice) -> Body:
    return {"reason": "仍有零星议论，增加一次回访。"}


def _archive(task: OpenTask, _case: Case, _choice: Choice) -> Body:
    return {"archive_no": _number("DA", task)}


def _not_false(_task: OpenTask, _case: Case, choice: Choice) -> Body:
    return {"education": choice.percent("education") < 30, "reason": "经核查属错告或检举失实，没有诬告故意的证据。"}


def _plan(task: OpenTask, _case: Case, choice: Choice) -> Body:
    return {"investigators": choice.two(task.task.body, Role.HANDLER), "plan": "核对材料来源，走访有关人员。"}


def _unidentified(_task: OpenTask, _case: Case, _choice: Choice) -> Body:
    return {"reason": "经核查未能查明材料来源。"}


def _recognition_proposal(task: OpenTask, case: Case, choice: Choice) -> Body:
    return {
        "accuser_class": case["accuser_class"],
        "elements": case["elements"],
        "heard_on": task.task.opened_on,
        "statement": "本人对捏造事实的经过作了说明。",
        "intent_of_criminal_pursuit": choice.percent("intent") < 20,
    }


def _handling_measure(task: OpenTask, case: Case, choice: Choice) -> Body:
    kind = choice.among(case["allowed_measures"], "measure")
    return {"kind": kind, "number": _number("CL", task), "authority": AUTHORITIES[kind]}


def _measure_result(task: OpenTask, _case: Case, _choice: Choice) -> Body:
    return {"number": task.task.ref, "result": "IMPOSED"}


def _benefit_correction(task: OpenTask, _case: Case, _choice: Choice) -> Body:
    reply_due = task.task.opened_on + timedelta(days=REPLY_DAYS)
    return {"benefit_kind": task.task.ref, "reply_due": reply_due, "outcome": "CORRECTED"}


def _closing(_task: OpenTask, _case: Case, _choice: Choice) -> Body:
    return {"notified": PARTIES, "remedy": "PERIOD_OVER"}


def _reopening(_task: OpenTask, _case: Case, _choice: Choice) -> Body:
    return {"ground": "CORRECTED_CONCLUSION", "reason": "核实结论更正，重新甄别。"}


AUTHORITIES = {
    "ORGANISATIONAL_MEASURE": "party-organisation",
    "PARTY_SANCTION": "discipline-commission",
    "GOVERNMENT_SANCTION": "supervision-commission",
    "PUBLIC_SECURITY_TRANSFER": "public-security",
    "CRIMINAL_REFERRAL": "public-security",
}

BODIES: Mapping[tuple[str, str], Callable[[OpenTask, Case, Choice], Body]] = {
    ("clarification", "classification"): _classification,
    ("clarification", "correction-review"): _checked,
    ("clarification", "assessment"): _nothing,
    ("clarification", "assessment-result"): _assessment_result,
    ("clarification", "not-needed"): _not_needed,
    ("clarification", "consent"): _consent,
    ("clarification", "declined"): _declined,
    ("clarification", "deferral"): _deferral,
    ("clarification", "deferral-review"): _deferral,
    ("clarification", "resumption"): _nothing,
    ("clarification", "proposal"): _proposal,
    ("clarification", "approval"): _nothing,
    ("clarification", "return"): _back,
    ("clarification", "cancellation"): _back,
    ("clarification", "implementation"): _nothing,
    ("clarification", "implementation-record"): _implementation_record,
    ("clarification", "completion"): _nothing,
    ("clarification", "report-back"): _report_back,
    ("clarification", "revisit-record"): _revisit,
    ("clarification", "effect-review"): _effect_review,
    ("clarification", "extra-revisit"): _extra_revisit,
    ("clarification", "archive"): _archive,
    ("accusation", "suspicion"): _nothing,
    ("accusation", "not-false"): _not_false,
    ("accusation", "verification-plan"): _plan,
    ("accusation", "unidentified"): _unidentified,
    ("accusation", "recognition-proposal"): _recognition_proposal,
    ("accusation", "return"): _back,
    ("accusation", "referral-up"): _nothing,
    ("accusation", "recognition"): _nothing,
    ("accusation", "handling-measure"): _handling_measure,
    ("accusation", "measure-result"): _measure_result,
    ("accusation", "benefit-correction"): _benefit_correction,
    ("accusation", "closing"): _closing,
    ("accusation", "reopening"): _reopening,
    ("accusation", "correction-review"): _checked,
    ("accusation", "review"): _checked,
    ("subject", "second-event-review"): _checked,
    ("subject", "priority-consideration"): _considered,
}
"""The body of each command, by the kind of case and the task it answers."""

DESKS: dict[str, Desk] = {"clarification": answer, "accusation": answer, "subject": answer}
