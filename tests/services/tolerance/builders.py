"""Builders for stories of tolerance: a matter, the persons of its bodies, and a case walked to a state."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import services.tolerance
from services.tolerance.domain import commands
from services.tolerance.domain.model import TOLERANCE
from services.tolerance.domain.rules import case_id_of
from services.tolerance.domain.terms import Matter, Outcome, Status, TolerancePolicy
from shared.holidays import published_workdays
from shared.kernel import Actor, Command, Role, load_policy
from shared.security.directory import person
from shared.testing.story import Story

BODY, CITY = "330212", "330200"
MATTER_NO, SUBJECT = "WZ-330212-2023-0003", "S-5ce0b1f7a230"
CASE_ID = case_id_of(MATTER_NO, SUBJECT)
POLICY = load_policy(Path(services.tolerance.__file__).with_name("policy.toml"), TolerancePolicy)
WORKDAYS = published_workdays()

SYSTEM = Actor.system("tolerance")
OFFICER = person(BODY, Role.TOLERANCE_OFFICER, 1)
INVESTIGATORS = (person(BODY, Role.TOLERANCE_OFFICER, 2).person_id, person(BODY, Role.TOLERANCE_OFFICER, 3).person_id)
HEAD = person(BODY, Role.DEPT_HEAD, 1)
DEPUTY = person(BODY, Role.DEPUTY_IN_CHARGE)
PRINCIPAL = person(BODY, Role.PRINCIPAL)
CITY_PRINCIPAL = person(CITY, Role.PRINCIPAL)

IDENTIFIED = date(2023, 6, 14)
CONTENT: dict[str, Any] = {
    "body": BODY,
    "district": BODY,
    "level": "COUNTY_MANAGED",
    "domain": "GOV_BUSINESS_CONTACT",
    "initiator": "UNIT",
    "identified_on": IDENTIFIED,
    "distinctions": {"first_trial_not_knowing": True, "no_explicit_limit": True, "unintentional_not_private": True},
    "elements": {
        "motive": "FAVOURABLE",
        "conditions": "NEUTRAL",
        "procedure": "NEUTRAL",
        "nature": "NEUTRAL",
        "consequence": "NEUTRAL",
        "recovery": "FAVOURABLE",
    },
    "tests": {"purpose": True, "procedure": True, "result": True, "discipline": True},
    "bottom_line": (),
    "list_hits": (),
    "loss_cny": 120000,
    "recovered_cny": 120000,
    "complexity": (),
}
BY_OUTCOME: dict[str, dict[str, Any]] = {
    "EXEMPT": {},
    "NOT_A_FAULT": {"list_hits": [{"list_kind": "POSITIVE", "item_code": "Z-01"}]},
    "LIGHTER_OR_MITIGATED": {"list_hits": [{"list_kind": "NEGATIVE", "item_code": "F-02"}]},
    "NOT_TOLERATED": {
        "elements": {**CONTENT["elements"], "motive": "ADVERSE", "nature": "ADVERSE", "recovery": "ADVERSE"},
        "tests": {**CONTENT["tests"], "purpose": False},
    },
    "NOT_ACCEPTED": {"bottom_line": ["PRIVATE_GAIN"]},
}
NOTE = "说明"
ANSWERS = commands.Answers.model_validate(CONTENT["distinctions"])
ACCEPT = commands.AcceptCase(distinctions=ANSWERS, within_jurisdiction=True)
PLAN = commands.ApprovePlan(investigators=INVESTIGATORS, recusal_declared_by=INVESTIGATORS)
HEARING = commands.RecordHearing(statement=NOTE, unit_opinion=NOTE)
REPORT = commands.SubmitReport(outcome=Outcome.EXEMPT, analysis=NOTE)
CONSULTATION = commands.RecordConsultation.model_validate(
    {"departments": ["DISCIPLINE_BODY", "ORGANISATION_DEPT", "BUSINESS_DEPT"], "opinion": NOTE}
)
DETERMINATION = commands.DetermineOutcome(outcome=Outcome.EXEMPT)
FEEDBACK = commands.DeliverFeedback.model_validate(
    {"deliveries": [{"addressee": who, "receipt_no": f"HZ-{who}"} for who in ("PERSON", "UNIT", "PROPOSING_UNIT")]}
)
NO_OBJECTION = commands.ConfirmNoObjection()
CORRECTION = commands.PlanCorrection.model_validate(
    {
        "items": [
            {"text": "补办手续", "owner": SUBJECT, "due_in_days": 20},
            {"text": "修订规则", "owner": "330212-0017", "due_in_days": 30},
        ]
    }
)
VERIFICATION = commands.VerifyCorrection.model_validate(
    {"items": [{"number": 1, "evidence_ref": "ZG-1"}, {"number": 2, "evidence_ref": "ZG-2"}]}
)
NO_CORRECTION = commands.ConfirmNoCorrection()
FILING = commands.FileCase(archive_no="RC-330212-2023-0001")
TRACKED = commands.CloseTracking(effect=NOTE)
SUGGESTION = commands.IssueSuggestion.model_validate(
    {"kind": "SUPERVISION", "addressed_unit": "330212-0017", "problems": NOTE, "suggestions": NOTE}
)


def matter(**changes: Any) -> Matter:
    return Matter.model_validate({**CONTENT, **changes})


def identified(origin: str = "E1", supersedes: str | None = None, **changes: Any) -> commands.RecordMatter:
    return commands.RecordMatter(
        matter_no=MATTER_NO, subject_token=SUBJECT, origin=origin, supersedes=supersedes, matter=matter(**changes)
    )


def evidence(elements: dict[str, str] | None = None, **further: Any) -> commands.SubmitEvidence:
    graded = elements if elements is not None else CONTENT["elements"]
    content = {name: {"grade": grade, "evidence_ref": f"EV-{name}"} for name, grade in graded.items()}
    return commands.SubmitEvidence.model_validate({"elements": content, **further})


def empty_story() -> Story:
    return Story(TOLERANCE, CASE_ID, POLICY, WORKDAYS)


STEPS: tuple[tuple[Status, Command, Actor, date], ...] = (
    (Status.ACCEPTED, ACCEPT, OFFICER, date(2023, 6, 16)),
    (Status.PLANNED, PLAN, HEAD, date(2023, 6, 19)),
    (Status.INVESTIGATING, evidence(), OFFICER, date(2023, 7, 3)),
    (Status.HEARD, HEARING, OFFICER, date(2023, 7, 5)),
    (Status.REPORTED, REPORT, OFFICER, date(2023, 7, 7)),
    (Status.CONSULTED, CONSULTATION, OFFICER, date(2023, 7, 12)),
    (Status.DETERMINED, DETERMINATION, PRINCIPAL, date(2023, 7, 18)),
    (Status.OBJECTION_OPEN, FEEDBACK, OFFICER, date(2023, 7, 20)),
    (Status.FINAL, NO_OBJECTION, OFFICER, date(2023, 8, 4)),
    (Status.CORRECTING, CORRECTION, OFFICER, date(2023, 8, 10)),
    (Status.TRACKING, FILING, OFFICER, date(2023, 9, 4)),
    (Status.CLOSED, TRACKED, OFFICER, date(2023, 9, 11)),
)
DAY_OF = {status: day for status, _, _, day in STEPS} | {
    Status.ABSENT: IDENTIFIED,
    Status.INITIATED: IDENTIFIED,
    Status.NOT_ACCEPTED: date(2023, 6, 16),
    Status.WITHDRAWN: date(2023, 6, 16),
    Status.TRANSFERRED: date(2023, 6, 16),
    Status.REVOKED: date(2023, 9, 12),
}
VERIFIED_ON = date(2023, 8, 30)


def after(status: Status, days: int = 1) -> date:
    """Return the day some days after the walk reached the status."""
    return DAY_OF[status] + timedelta(days=days)


def case_in(status: Status, *, outcome: str = "EXEMPT", **changes: Any) -> Story:
    """Return a case walked to the status through every step before it."""
    return walked(status, outcome, **changes) if changes else plain_case(status, outcome)


@cache
def plain_case(status: Status, outcome: str) -> Story:
    return walked(status, outcome)


def walked(status: Status, outcome: str, **changes: Any) -> Story:
    content = {**BY_OUTCOME[outcome], **changes}
    story = empty_story().when(identified(**content), by=SYSTEM, on=IDENTIFIED)
    if status in LEAVING:
        before, command, actor = LEAVING[status]
        return _sure(case_in(before, outcome=outcome, **changes).when(command, by=actor, on=DAY_OF[status]))
    if status in (Status.ABSENT, Status.INITIATED):
        return empty_story() if status is Status.ABSENT else story
    for reached, command, actor, day in STEPS:
        if reached is Status.TRACKING and not story.state.corrected:
            story = _sure(story.when(VERIFICATION, by=OFFICER, on=VERIFIED_ON))
        story = _sure(story.when(_fitting(command, story, outcome), by=_acting(actor, story), on=day))
        if reached is status:
            return story
    raise AssertionError(status)


LEAVING: dict[Status, tuple[Status, Command, Actor]] = {
    Status.NOT_ACCEPTED: (
        Status.INITIATED,
        commands.RefuseCase.model_validate({"reason": "ALREADY_DECIDED", "note": NOTE}),
        OFFICER,
    ),
    Status.WITHDRAWN: (Status.INITIATED, commands.WithdrawCase(reason=NOTE), OFFICER),
    Status.TRANSFERRED: (Status.INITIATED, commands.TransferCase(reason=NOTE), HEAD),
    Status.REVOKED: (
        Status.CLOSED,
        commands.RevokeDetermination.model_validate({"ground": "FACTS_CONCEALED", "reason": NOTE}),
        PRINCIPAL,
    ),
}


def _sure(story: Story) -> Story:
    assert isinstance(story.result, tuple), story.result
    return story


def _acting(actor: Actor, story: Story) -> Actor:
    return person(story.state.approver_body, Role.PRINCIPAL) if actor == PRINCIPAL else actor


def _fitting(command: Command, story: Story, outcome: str) -> Command:
    """Return the command as the case's matter needs it: outcome, minutes, collective decision, grades."""
    chosen = Outcome.LIGHTER if outcome == "LIGHTER_OR_MITIGATED" else Outcome(outcome)
    complex_matter = bool(story.state.known.complexity)
    match command:
        case commands.SubmitEvidence():
            return evidence({name: grade.value for name, grade in story.state.elements})
        case commands.SubmitReport():
            return commands.SubmitReport(outcome=chosen, analysis=NOTE)
        case commands.RecordConsultation() if complex_matter:
            return command.model_copy(update={"minutes_no": "HY-1"})
        case commands.DetermineOutcome():
            return collective(chosen) if complex_matter else commands.DetermineOutcome(outcome=chosen)
        case commands.PlanCorrection() if chosen is Outcome.NOT_A_FAULT:
            return NO_CORRECTION
        case _:
            return command


def collective(outcome: Outcome, **changes: Any) -> commands.DetermineOutcome:
    participants = (PRINCIPAL.person_id, DEPUTY.person_id, HEAD.person_id)
    content = {"outcome": outcome, "collectively": True, "minutes_no": "HY-2", "participants": participants, **changes}
    return commands.DetermineOutcome.model_validate(content)
