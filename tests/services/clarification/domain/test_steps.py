"""The state machines of 1.4 and 2.3: what is listed is possible, all else is refused."""

from datetime import timedelta
from typing import Any

import pytest

from services.clarification.domain import errors
from services.clarification.domain.commands import accusation as a
from services.clarification.domain.commands import clarification as c
from services.clarification.domain.model import accusation as accusations
from services.clarification.domain.model import clarification as clarifications
from services.clarification.domain.terms import AccusationStatus, Status
from shared.kernel import Actor, Command, Refusal
from tests.services.clarification import builders as b

S, A = Status, AccusationStatus
LATER = b.DAY + timedelta(days=100)
SENT: dict[type[Command], dict[str, Any]] = {
    c.ClassifyConclusion: {"classification": "UNFOUNDED"},
    c.ReturnClassification: {"reason": "核对"},
    c.SettleReview: {"ref": "x", "finding": "无"},
    c.RaisePriority: {"reasons": ["PUBLIC_OPINION"]},
    c.RecusePerson: {"person_id": "330206.HANDLER.4", "ground": "亲属"},
    c.CompleteAssessment: dict(b.assessment_result()),
    c.RecordConsent: {"consent": "AGREED"},
    c.OverrideConsent: {"reason": "公共利益"},
    c.SubmitProposal: dict(b.proposal()),
    c.DecideNotNeeded: {"code": "SECRECY", "proposer": "330206.HANDLER.1", "reason": "保密"},
    c.Defer: {"review_on": LATER + timedelta(days=30)},
    c.ReviewDeferral: {"review_on": LATER + timedelta(days=30)},
    c.ReturnForRework: {"reason": "补充"},
    c.Reject: {"reason": "不同意"},
    c.Cancel: {"reason": "新情况"},
    c.Reopen: {"ground": "SUBJECT_REQUEST", "reason": "本人申请"},
    c.RecordImplementation: dict(b.carried_out("WRITTEN")),
    c.ReportBack: {"doc_no": "BG-1"},
    c.RecordRevisit: dict(b.revisit(1)),
    c.WaiveRevisit: {"number": 1, "reason": "本人不便"},
    c.ReviewEffect: {"effect": "MOSTLY", "note": "良好"},
    c.OrderExtraRevisit: {"reason": "不足"},
    c.WidenScope: {"methods": ["WRITTEN"], "scope": "SYSTEM", "reason": "不足"},
    c.Archive: {"archive_no": "DA-1"},
    c.Revoke: {"reason": "新证据"},
    a.ApproveTracing: {"reason": "必要"},
    a.PlanVerification: {"investigators": b.INVESTIGATORS, "plan": "核查"},
    a.CloseUnidentified: {"reason": "未查明"},
    a.ProposeRecognition: dict(b.recognition_proposal()),
    a.ReturnRecognition: {"reason": "补充"},
    a.RefuseRecognition: {"reason": "不足"},
    a.CloseNotFalse: {"reason": "错告"},
    a.TakeMeasure: dict(b.MEASURE),
    a.RecordMeasureResult: {"number": "CL-1", "result": "IMPOSED"},
    a.CorrectBenefit: {"benefit_kind": "POST", "reply_due": LATER},
    a.PublishTypicalCase: {"text": "某单位职工捏造事实"},
    a.CloseAccusation: dict(b.CLOSING),
    a.Reverse: {"basis": "COURT", "reason": "无罪"},
    a.ReopenScreening: {"ground": "NEW_EVIDENCE", "reason": "新证据"},
    a.SettleAccusationReview: {"ref": "x", "finding": "无"},
    a.SettlePrincipalReview: {"ref": "x", "finding": "无"},
}


def sent(command: type[Command]) -> Command:
    return command.model_validate(SENT.get(command, {}))


def somebody(command: type[Command], body: str) -> Actor:
    return b.who(sorted(command.roles)[0], body)


@pytest.mark.parametrize("status", b.TO)
def test_a_case_can_come_to_each_state(status: Status) -> None:
    assert b.case(status).state.status is status


@pytest.mark.parametrize("status", b.ACCUSATION_TO)
def test_an_accusation_can_come_to_each_state(status: AccusationStatus) -> None:
    assert b.accusation(status).state.status is status


@pytest.mark.parametrize("status", b.TO)
def test_what_the_clarification_machine_does_not_list_is_refused(status: Status) -> None:
    story = b.case(status)
    for command, step in clarifications.STEPS.items():
        body = step.body(story.state) if status is not S.NONE else b.BODY

        tried = story.when(sent(command), by=somebody(command, body), on=LATER)

        if status in step.possible_from:
            assert not isinstance(tried.result, errors.TransitionNotAllowed), command
        else:
            tried.refused(errors.TransitionNotAllowed)


@pytest.mark.parametrize("status", b.ACCUSATION_TO)
def test_what_the_accusation_machine_does_not_list_is_refused(status: AccusationStatus) -> None:
    story = b.accusation(status)
    for command, step in accusations.STEPS.items():
        tried = story.when(sent(command), by=somebody(command, step.body(story.state)), on=LATER)

        if status in step.possible_from:
            assert not isinstance(tried.result, errors.TransitionNotAllowed), command
        else:
            tried.refused(errors.TransitionNotAllowed)


@pytest.mark.parametrize("command", clarifications.STEPS)
def test_a_person_of_another_body_is_refused(command: type[Command]) -> None:
    step = clarifications.STEPS[command]
    status = next(status for status in b.TO if status in step.possible_from)

    story = b.case(status).when(sent(command), by=somebody(command, "330282"), on=LATER)

    story.refused(errors.BodyNotCompetent)


@pytest.mark.parametrize("command", accusations.STEPS)
def test_a_person_of_another_body_is_refused_in_an_accusation(command: type[Command]) -> None:
    step = accusations.STEPS[command]
    status = next(status for status in b.ACCUSATION_TO if status in step.possible_from and status)

    story = b.accusation(status).when(sent(command), by=somebody(command, "330282"), on=LATER)

    story.refused(errors.BodyNotCompetent)


@pytest.mark.parametrize("status", b.TO)
def test_agencies_facts_are_recorded_in_any_state(status: Status) -> None:
    story = b.case(status)

    for command in (
        b.registration("again"),
        b.conclusion(event="again"),
        b.MATTER,
        b.MATTER_ENDED,
        b.CONVICTION.model_copy(update={"told": b.told("judged again")}),
    ):
        if status is S.NONE and not isinstance(command, c.RecordRegistration):
            continue
        story = story.when(command, by=b.SYSTEM, on=LATER)
        assert not isinstance(story.result, Refusal)


@pytest.mark.parametrize("status", b.TO)
def test_an_event_told_twice_changes_nothing(status: Status) -> None:
    told = b.registration("again")
    story = b.case(status).when(told, by=b.SYSTEM, on=LATER)

    story.when(told, by=b.SYSTEM, on=LATER).then()
