"""Builders of the clarification stories: commands as they are usually sent, cases brought to each state."""

from datetime import date, timedelta
from typing import Any

from services.clarification.bootstrap import POLICY
from services.clarification.domain.commands import accusation as a
from services.clarification.domain.commands import clarification as c
from services.clarification.domain.model.accusation import ACCUSATION
from services.clarification.domain.model.clarification import CLARIFICATION
from services.clarification.domain.terms import (
    AccusationSigns,
    AccusationStatus,
    ClarificationPolicy,
    PointFinding,
    Status,
    Told,
)
from shared.holidays import published_workdays
from shared.kernel import Actor, Command, ManagementLevel, Refusal, Role, load_policy
from shared.security.directory import person
from shared.testing.story import Story
from tests.services.clarification.small_town import SIGNS, SUBJECT, finding

R = "R-1f0c55d2a901"
BODY, CITY, PROVINCE = "330206", "330200", "330000"
DAY = date(2023, 3, 21)
SYSTEM = Actor.system("clarification")
POLICY_IN_FORCE = load_policy(POLICY, ClarificationPolicy)


def who(role: Role, body: str = BODY, number: int = 1) -> Actor:
    return person(body, role, number)


HANDLER, HEAD = who(Role.HANDLER), who(Role.DEPT_HEAD)
SUPERVISOR, DEPUTY = who(Role.CASE_SUPERVISOR), who(Role.DEPUTY_IN_CHARGE)
PETITION, PRINCIPAL = who(Role.PETITION_OFFICER), who(Role.PRINCIPAL)
CITY_PRINCIPAL = who(Role.PRINCIPAL, CITY)
AFFECTED = finding("UNFOUNDED", "APPOINTMENT_AFFECTED")


def told(event: str, supersedes: str | None = None, on: date = DAY, body: str = BODY) -> Told:
    return Told(event=event, body=body, received_on=on, supersedes=supersedes)


def registration(event: str = "registered", supersedes: str | None = None, **changes: Any) -> c.RecordRegistration:
    content: dict[str, Any] = {
        "subject_token": SUBJECT,
        "level": ManagementLevel.VILLAGE,
        "district": BODY,
        "received_on": DAY,
        "issues": (),
    }
    return c.RecordRegistration(told=told(event, supersedes), **{**content, **changes})


def conclusion(
    *findings: dict[str, Any], event: str = "concluded", supersedes: str | None = None, **more: Any
) -> c.RecordConclusion:
    return c.RecordConclusion(
        told=told(event, supersedes),
        concluded_on=DAY,
        findings=tuple(PointFinding.model_validate(one) for one in findings or (AFFECTED,)),
        **more,
    )


def assessment_result(**changes: Any) -> c.CompleteAssessment:
    content: dict[str, Any] = {
        "participants": (
            {"person_id": HANDLER.person_id, "department": "HANDLING"},
            {"person_id": PETITION.person_id, "department": "PETITION"},
        ),
        "org_situation": "工作正常",
        "impact_reasons": ("APPOINTMENT_AFFECTED",),
        "spread": "UNIT_ALL",
        "risk": "LOW",
        "recommendation": "CLARIFY",
    }
    return c.CompleteAssessment.model_validate({**content, **changes})


def proposal(**changes: Any) -> c.SubmitProposal:
    content: dict[str, Any] = {
        "methods": ("WRITTEN", "MEETING"),
        "scope": "UNIT_ALL",
        "issues": ("I1",),
        "wording": "经核实，所反映问题不属实",
    }
    return c.SubmitProposal.model_validate({**content, **changes})


def carried_out(method: str, **changes: Any) -> c.RecordImplementation:
    content = {"method": method, "place": "会议室", "attendees": "UNIT_ALL", "doc_no": f"CQ-{method}"}
    return c.RecordImplementation.model_validate({**content, **changes})


def revisit(number: int, **changes: Any) -> c.RecordRevisit:
    content: dict[str, Any] = {
        "number": number,
        "kind": "UNIT_VISIT",
        "staff": (f"{BODY}.HANDLER.1", f"{BODY}.HANDLER.2"),
        "effect": "ELIMINATED",
        "record": "思想稳定",
    }
    return c.RecordRevisit.model_validate({**content, **changes})


MATTER = c.NoteOtherMatter(case_no="LA-1", filed_on=DAY, received_on=DAY)
MATTER_ENDED = c.NoteOtherMatterEnded(case_no="LA-1", ended_on=DAY, received_on=DAY)
CONVICTION = c.NoteConviction(told=told("judged"), criminal_case_no="XS-1", verdict="CONVICTED", effective_on=DAY)
Step = tuple[Command, Actor, int]
START: list[Step] = [(registration(), SYSTEM, 0), (conclusion(), SYSTEM, 0)]
ASSESSED: list[Step] = [
    *START,
    (c.ClassifyConclusion(classification="UNFOUNDED"), SUPERVISOR, 0),
    (c.StartAssessment(), HANDLER, 0),
]
WITH_RESULT: list[Step] = [*ASSESSED, (assessment_result(), HANDLER, 1)]
WITH_CONSENT: list[Step] = [*WITH_RESULT, (c.RecordConsent(consent="AGREED", family_visit=True), HANDLER, 2)]
PROPOSED: list[Step] = [*WITH_CONSENT, (proposal(), HANDLER, 3)]
APPROVED: list[Step] = [*PROPOSED, (c.Approve(), PRINCIPAL, 4)]
IMPLEMENTING: list[Step] = [*APPROVED, (c.StartImplementation(), HANDLER, 5)]
CARRIED_OUT: list[Step] = [
    *IMPLEMENTING,
    (carried_out("WRITTEN"), HANDLER, 5),
    (carried_out("MEETING"), HANDLER, 6),
]
REVISITING: list[Step] = [*CARRIED_OUT, (c.CompleteImplementation(), HANDLER, 6)]
REVISITED: list[Step] = [*REVISITING, (revisit(1), HANDLER, 20), (revisit(2), HANDLER, 60)]
REVIEWED: list[Step] = [*REVISITED, (c.ReviewEffect(effect="ELIMINATED", note="良好"), HEAD, 61)]
DECLINED: list[Step] = [*WITH_RESULT, (c.RecordConsent(consent="DECLINED"), HANDLER, 2)]

TO: dict[Status, list[Step]] = {
    Status.NONE: [],
    Status.REPORTED: START[:1],
    Status.CONCLUDED: [START[0], (conclusion(finding("TRUE")), SYSTEM, 0)],
    Status.REGISTERED: START,
    Status.ASSESSING: ASSESSED,
    Status.DEFERRED: [
        *WITH_CONSENT,
        (MATTER, SYSTEM, 3),
        (c.Defer(review_on=DAY + timedelta(days=60)), HANDLER, 3),
    ],
    Status.PROPOSED: PROPOSED,
    Status.APPROVED: APPROVED,
    Status.IMPLEMENTING: IMPLEMENTING,
    Status.REVISITING: REVISITING,
    Status.EFFECT_REVIEW: REVISITED,
    Status.CLOSED: [*REVIEWED, (c.Archive(archive_no="DA-1"), PETITION, 62)],
    Status.NOT_NEEDED: [
        START[0],
        (conclusion(finding()), SYSTEM, 0),
        *ASSESSED[2:],
        (assessment_result(impact_reasons=()), HANDLER, 1),
        (
            c.DecideNotNeeded(code="NO_ADVERSE_IMPACT", proposer=HANDLER.person_id, reason="无不良影响"),
            DEPUTY,
            2,
        ),
    ],
    Status.REJECTED: [*PROPOSED, (c.Reject(reason="不予批准"), PRINCIPAL, 4)],
    Status.CLOSED_DECLINED: [*DECLINED, (c.CloseDeclined(), HANDLER, 3)],
    Status.CANCELLED: [*START, (CONVICTION, SYSTEM, 1)],
    Status.REVOKED: [
        *REVISITED,
        (c.Revoke(reason="新证据", notified_scope="UNIT_ALL"), PRINCIPAL, 70),
    ],
}
"""How a case comes to each state; CLARIFIED is passed through."""


def case(steps: list[Step] | Status = START) -> Story:
    """Return a clarification story after these steps, days counted from the conclusion."""
    story = Story(CLARIFICATION, R, POLICY_IN_FORCE, published_workdays())
    return after(story, TO[steps] if isinstance(steps, Status) else steps)


def after(story: Story, steps: list[Step]) -> Story:
    for command, actor, days in steps:
        story = story.when(command, by=actor, on=DAY + timedelta(days=days))
        assert not isinstance(story.result, Refusal), (command, story.result)
    return story


def signs(event: str = "concluded", supersedes: str | None = None, **changes: Any) -> a.RecordSigns:
    content: dict[str, Any] = {
        "subject_token": SUBJECT,
        "district": BODY,
        "level": ManagementLevel.VILLAGE,
        "handling_body": BODY,
        "concluded_on": DAY,
        "supported": True,
        "signs": AccusationSigns.model_validate(SIGNS),
    }
    return a.RecordSigns(told=told(event, supersedes), **{**content, **changes})


def recognition_proposal(**changes: Any) -> a.ProposeRecognition:
    content = {
        "accuser_class": "OTHER_PERSON",
        "elements": SIGNS["elements"],
        "heard_on": DAY + timedelta(days=2),
        "statement": "作了说明",
    }
    return a.ProposeRecognition.model_validate({**content, **changes})


INVESTIGATORS = (f"{BODY}.HANDLER.1", f"{BODY}.HANDLER.2")
SCREENING: list[Step] = [(signs(), SYSTEM, 0)]
SUSPECTED: list[Step] = [*SCREENING, (a.Suspect(), HEAD, 1)]
VERIFYING: list[Step] = [*SUSPECTED, (a.PlanVerification(investigators=INVESTIGATORS, plan="核查"), HEAD, 2)]
RECOGNITION_PROPOSED: list[Step] = [*VERIFYING, (recognition_proposal(), HANDLER, 3)]
REFERRED: list[Step] = [*RECOGNITION_PROPOSED, (a.ReferUp(), PRINCIPAL, 4)]
RECOGNISED: list[Step] = [*REFERRED, (a.Recognise(), CITY_PRINCIPAL, 5)]
MEASURE = a.TakeMeasure(kind="PUBLIC_SECURITY_TRANSFER", number="CL-1", authority="police")
HANDLING: list[Step] = [*RECOGNISED, (MEASURE, HANDLER, 6)]
WITH_MEASURE_RESULT: list[Step] = [
    *HANDLING,
    (a.RecordMeasureResult(number="CL-1", result="IMPOSED"), HANDLER, 20),
    (a.NoteClarificationLinked(), SYSTEM, 20),
]
PARTIES = ("VICTIM", "VICTIM_UNIT", "SOURCE_BODY", "PETITION_OFFICE", "ACCUSER")
CLOSING = a.CloseAccusation(notified=PARTIES, remedy="PERIOD_OVER")

ACCUSATION_TO: dict[AccusationStatus, list[Step]] = {
    AccusationStatus.NONE: [],
    AccusationStatus.SCREENING: SCREENING,
    AccusationStatus.SUSPECTED: SUSPECTED,
    AccusationStatus.VERIFYING: VERIFYING,
    AccusationStatus.PROPOSED: RECOGNITION_PROPOSED,
    AccusationStatus.REFERRED_UP: REFERRED,
    AccusationStatus.RECOGNISED: RECOGNISED,
    AccusationStatus.HANDLING: HANDLING,
    AccusationStatus.CLOSED: [*WITH_MEASURE_RESULT, (CLOSING, HANDLER, 60)],
    AccusationStatus.NOT_RECOGNISED: [*REFERRED, (a.RefuseRecognition(reason="证据不足"), CITY_PRINCIPAL, 5)],
    AccusationStatus.CLOSED_NOT_FALSE: [*SCREENING, (a.CloseNotFalse(reason="错告"), HEAD, 1)],
    AccusationStatus.CLOSED_UNIDENTIFIED: [
        (
            signs(signs=AccusationSigns.model_validate({**SIGNS, "accuser_class": "UNIDENTIFIED"})),
            SYSTEM,
            0,
        ),
        *VERIFYING[1:],
        (a.CloseUnidentified(reason="未查明"), HANDLER, 3),
    ],
    AccusationStatus.REVERSED: [*RECOGNISED, (a.Reverse(basis="COURT", reason="无罪"), CITY_PRINCIPAL, 90)],
}


def accusation(steps: list[Step] | AccusationStatus) -> Story:
    """Return an accusation story after these steps, days counted from the conclusion."""
    story = Story(ACCUSATION, R, POLICY_IN_FORCE, published_workdays())
    return after(story, ACCUSATION_TO[steps] if isinstance(steps, AccusationStatus) else steps)
