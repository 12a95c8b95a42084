"""A correction changes the ground: the open case follows it to an outcome, and no approval of a wrong level stands."""

from datetime import timedelta
from typing import Any

import pytest

from services.clarification.domain import errors
from services.clarification.domain.commands import accusation as a
from services.clarification.domain.commands import clarification as c
from services.clarification.domain.events import accusation as ae
from services.clarification.domain.events import clarification as e
from services.clarification.domain.terms import AccusationSigns, AccusationStatus, Status
from shared.kernel import ManagementLevel, Role
from shared.testing.story import Story
from tests.services.clarification import builders as b
from tests.services.clarification.small_town import SIGNS, SUBJECT, finding

CITY_MANAGED, PROVINCE_MANAGED = ManagementLevel.CITY_MANAGED, ManagementLevel.PROVINCE_MANAGED
CLASSIFIED = (c.ClassifyConclusion(classification="UNFOUNDED"), b.SUPERVISOR, 10)
PROVINCE_PRINCIPAL = b.who(Role.PRINCIPAL, b.PROVINCE)


def corrected(*findings: dict[str, Any], **more: Any) -> tuple[Any, Any, int]:
    return b.conclusion(*findings, event="corrected", supersedes="concluded", **more), b.SYSTEM, 9


def steps_of(story: Story) -> list[str]:
    return [task.step for task in story.model.tasks(story.state)]


def on(story: Story, command: Any, by: Any, day: int) -> Story:
    return story.when(command, by=by, on=b.DAY + timedelta(days=day))


def test_an_assessment_without_impact_is_made_again_once_an_impact_is_found() -> None:
    start = [b.START[0], (b.conclusion(finding()), b.SYSTEM, 0), *b.ASSESSED[2:]]
    story = b.case([*start, (b.assessment_result(impact_reasons=()), b.HANDLER, 1), corrected(b.AFFECTED), CLASSIFIED])

    assert steps_of(story) == ["assessment-result"]
    story = b.after(
        story,
        [
            (b.assessment_result(), b.HANDLER, 10),
            (c.RecordConsent(consent="AGREED"), b.HANDLER, 10),
            (b.proposal(), b.HANDLER, 10),
            (c.Approve(), b.PRINCIPAL, 11),
        ],
    )
    assert story.state.status is Status.APPROVED


def test_a_wish_that_was_corrected_is_asked_for_again() -> None:
    story = b.case([*b.WITH_CONSENT, corrected(subject_wish="DECLINED"), CLASSIFIED])

    on(story, b.proposal(), b.HANDLER, 10).refused(errors.AssessmentIncomplete)


def test_a_correction_that_says_the_same_keeps_what_was_done() -> None:
    story = b.case([*b.WITH_CONSENT, corrected(b.AFFECTED), CLASSIFIED])

    assert steps_of(story) == ["proposal"]


def test_a_deferred_case_is_assessed_again_when_it_resumes() -> None:
    steps = [*b.TO[Status.DEFERRED], corrected(finding()), CLASSIFIED, (b.MATTER_ENDED, b.SYSTEM, 11)]
    story = b.case([*steps, (c.Resume(), b.HANDLER, 12)])

    assert steps_of(story) == ["assessment-result"]
    story = b.after(story, [(b.assessment_result(impact_reasons=()), b.HANDLER, 12)])
    assert steps_of(story) == ["not-needed"]


def test_a_proposal_on_a_corrected_conclusion_goes_back_to_be_assessed_again() -> None:
    story = b.case([*b.PROPOSED, corrected(finding("UNFOUNDED", "SOCIAL_IMPACT")), CLASSIFIED])

    assert steps_of(story) == ["return"]
    on(story, c.Approve(), b.PRINCIPAL, 11).refused(errors.AssessmentIncomplete)
    returned = on(story, c.ReturnForRework(reason="重新研判"), b.PRINCIPAL, 11).then(e.ProposalReturned)
    assert steps_of(returned) == ["assessment-result"]


def test_an_approved_case_on_a_corrected_conclusion_begins_anew_and_reaches_its_outcome() -> None:
    story = b.case([*b.APPROVED, corrected(finding()), CLASSIFIED])

    assert steps_of(story) == ["cancellation"]
    anew = on(story, c.Cancel(reason="结论更正"), b.PRINCIPAL, 11).then(e.CaseCancelled, e.CaseOpened)
    done = b.after(
        anew,
        [
            (c.StartAssessment(), b.HANDLER, 12),
            (b.assessment_result(impact_reasons=()), b.HANDLER, 12),
            (b.TO[Status.NOT_NEEDED][-1][0], b.DEPUTY, 13),
        ],
    )
    assert done.state.status is Status.NOT_NEEDED


def test_a_case_cancelled_for_other_new_facts_ends() -> None:
    story = on(b.case(b.APPROVED), c.Cancel(reason="新情况"), b.PRINCIPAL, 11).then(e.CaseCancelled)

    assert story.state.status is Status.CANCELLED


def test_what_the_county_approved_is_not_carried_out_for_a_person_the_city_manages() -> None:
    raised = b.registration("raised", supersedes="registered", level=CITY_MANAGED)
    story = b.case([*b.APPROVED, (raised, b.SYSTEM, 5)])

    on(story, c.StartImplementation(), b.HANDLER, 6).refused(errors.ApprovedAtAnotherLevel)
    (task,) = story.model.tasks(story.state)
    assert (task.step, task.body) == ("cancellation", b.CITY)
    on(story, c.Cancel(reason="应由市级批准"), b.PRINCIPAL, 6).refused(errors.BodyNotCompetent)
    on(story, c.Cancel(reason="应由市级批准"), b.CITY_PRINCIPAL, 6).then(e.CaseCancelled, e.CaseOpened)


def test_a_registration_corrected_while_it_is_carried_out_is_for_a_person() -> None:
    raised = b.registration("raised", supersedes="registered", level=CITY_MANAGED)
    story = b.case([*b.IMPLEMENTING, (raised, b.SYSTEM, 6)]).then(e.RegistrationRecorded, e.ReviewOpened)

    assert "correction-review" in steps_of(story)


@pytest.mark.parametrize("wish", [("IN_PERSON",), ("WRITTEN", "IN_PERSON")])
def test_a_consent_limited_to_a_talk_includes_the_letter_that_goes_with_it(wish: tuple[str, ...]) -> None:
    limited = c.RecordConsent(consent="AGREED_LIMITED", methods=wish, scope="UNIT_LEADERSHIP")
    story = b.case([*b.WITH_RESULT, (limited, b.HANDLER, 2)])

    on(story, b.proposal(), b.HANDLER, 3).refused(errors.MethodBeyondConsent)
    allowed = b.proposal(methods=("WRITTEN", "IN_PERSON"), scope="UNIT_LEADERSHIP")
    on(story, allowed, b.HANDLER, 3).then(e.ClarificationProposed)


@pytest.mark.parametrize("proposer", ["330212.HANDLER.1", "330206.DEPT_HEAD.1", "330206.DEPUTY_IN_CHARGE.1"])
def test_only_a_handler_of_the_case_can_have_proposed_that_clarification_is_not_needed(proposer: str) -> None:
    story = b.case(b.TO[Status.NOT_NEEDED][:-1])
    command = c.DecideNotNeeded(code="NO_ADVERSE_IMPACT", proposer=proposer, reason="无不良影响")
    refusal = errors.ProposerMayNotApprove if proposer == b.DEPUTY.person_id else errors.ProposerNotOfTheCase

    on(story, command, b.DEPUTY, 2).refused(refusal)


def test_persons_of_another_body_neither_consult_nor_revisit() -> None:
    strangers = (
        {"person_id": "330212.HANDLER.1", "department": "HANDLING"},
        {"person_id": b.PETITION.person_id, "department": "PETITION"},
    )
    consulting = b.case(b.ASSESSED)
    on(consulting, b.assessment_result(participants=strangers), b.HANDLER, 1).refused(errors.StaffOfAnotherBody)

    staff = ("330206.HANDLER.1", "330212.HANDLER.1")
    on(b.case(b.REVISITING), b.revisit(1, staff=staff), b.HANDLER, 20).refused(errors.StaffOfAnotherBody)


# --- the author's case ---


def without_indicators(**changes: Any) -> a.RecordSigns:
    return b.signs(
        "corrected",
        "concluded",
        signs=AccusationSigns.model_validate({**SIGNS, "indicators": (), **changes}),
    )


def test_nobody_is_proposed_as_a_false_accuser_once_no_indicator_is_left() -> None:
    story = b.accusation([*b.VERIFYING, (without_indicators(), b.SYSTEM, 3)])

    on(story, b.recognition_proposal(), b.HANDLER, 4).refused(errors.IndicatorMissing)
    assert steps_of(story) == ["not-false"]


def test_an_anonymous_author_is_not_recognised_without_an_approved_tracing() -> None:
    unknown = b.signs(signs=AccusationSigns.model_validate({**SIGNS, "accuser_class": "UNIDENTIFIED"}))
    story = b.accusation([(unknown, b.SYSTEM, 0), *b.VERIFYING[1:]])

    on(story, b.recognition_proposal(), b.HANDLER, 4).refused(errors.TracingNotApproved)
    traced = on(story, a.ApproveTracing(reason="核查需要"), b.PRINCIPAL, 3).then(ae.TracingApproved)
    on(traced, b.recognition_proposal(), b.HANDLER, 4).then(ae.RecognitionProposed)


def test_who_recognises_does_not_check_the_case() -> None:
    investigators = (b.CITY_PRINCIPAL.person_id, b.HANDLER.person_id)
    plan = a.PlanVerification(investigators=investigators, plan="核查")

    on(b.accusation(b.SUSPECTED), plan, b.HEAD, 2).refused(errors.PrincipalMayNotInvestigate)


def level_corrected(level: ManagementLevel) -> a.RecordReport:
    return a.RecordReport(
        subject_token=SUBJECT, district=b.BODY, level=level, handling_body=b.BODY, told=b.told("raised", "registered")
    )


def test_a_subject_found_to_be_province_managed_takes_the_recognition_from_the_city_to_the_province() -> None:
    story = b.accusation([*b.REFERRED, (level_corrected(PROVINCE_MANAGED), b.SYSTEM, 4)])

    on(story, a.Recognise(), b.CITY_PRINCIPAL, 5).refused(errors.ApprovalLevelTooLow)
    assert steps_of(story) == ["return"]
    steps = [
        (a.ReturnRecognition(reason="应由省级认定"), b.CITY_PRINCIPAL, 5),
        (b.recognition_proposal(heard_on=b.DAY + timedelta(days=6)), b.HANDLER, 6),
        (a.ReferUp(), b.PRINCIPAL, 7),
        (a.Recognise(), PROVINCE_PRINCIPAL, 8),
    ]
    assert b.after(story, steps).state.status is AccusationStatus.RECOGNISED


def test_a_higher_body_that_has_the_case_may_recognise_when_a_lower_one_would_do() -> None:
    provincial = [(b.signs(level=PROVINCE_MANAGED), b.SYSTEM, 0), *b.REFERRED[1:]]
    story = b.accusation([*provincial, (level_corrected(CITY_MANAGED), b.SYSTEM, 4)])

    assert steps_of(story) == ["recognition"]
    on(story, a.Recognise(), PROVINCE_PRINCIPAL, 5).then(ae.AccusationRecognised)


def test_a_registration_corrected_after_the_recognition_is_for_a_person_and_changes_nothing_twice() -> None:
    story = b.accusation([*b.RECOGNISED, (level_corrected(CITY_MANAGED), b.SYSTEM, 6)])

    story.then(ae.ReportKnown, ae.AccusationReviewAsked)
    on(story, level_corrected(CITY_MANAGED), b.SYSTEM, 6).then()
