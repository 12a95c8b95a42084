"""Every refusal of a false accusation case: protection first, recognition only by the city or above."""

from datetime import timedelta
from typing import Any

import pytest

from services.clarification.domain import errors
from services.clarification.domain.commands import accusation as a
from services.clarification.domain.events import accusation as e
from services.clarification.domain.model.accusation import ACCUSATION
from services.clarification.domain.terms import AccusationSigns, AccusationStatus
from shared.kernel import ManagementLevel, Role
from tests.services.clarification import builders as b
from tests.services.clarification.small_town import ALL_MET, SIGNS

A = AccusationStatus


def on(days: int) -> Any:
    return b.DAY + timedelta(days=days)


def with_signs(**changes: Any) -> AccusationSigns:
    return AccusationSigns.model_validate({**SIGNS, **changes})


def test_unfounded_is_not_false_suspicion_needs_an_indicator() -> None:
    story = b.accusation([(b.signs(signs=with_signs(indicators=())), b.SYSTEM, 0)])
    story.when(a.Suspect(), by=b.HEAD, on=on(1)).refused(errors.IndicatorMissing)


def test_what_is_true_is_no_false_accusation() -> None:
    story = b.accusation([(b.signs(supported=False), b.SYSTEM, 0)])
    story.when(a.Suspect(), by=b.HEAD, on=on(1)).refused(errors.NothingUnfounded)


def test_an_anonymous_author_is_traced_only_when_suspected_and_unknown() -> None:
    tracing = a.ApproveTracing(reason="必要")
    unknown = b.signs(signs=with_signs(accuser_class="UNIDENTIFIED"))
    b.accusation(A.SCREENING).when(tracing, by=b.PRINCIPAL, on=on(1)).refused(errors.TransitionNotAllowed)
    b.accusation(A.SUSPECTED).when(tracing, by=b.PRINCIPAL, on=on(2)).refused(errors.TracingNotAllowed)
    b.accusation([(unknown, b.SYSTEM, 0), b.SUSPECTED[1]]).when(tracing, by=b.PRINCIPAL, on=on(2)).then(
        e.TracingApproved
    )


def test_two_investigators_check() -> None:
    alone = a.PlanVerification(investigators=("330206.HANDLER.1",), plan="核查")
    b.accusation(A.SUSPECTED).when(alone, by=b.HEAD, on=on(2)).refused(errors.StaffTooFew)


@pytest.mark.parametrize("element", ["act", "target", "untruth", "intent"])
@pytest.mark.parametrize("lacking", [{"met": False, "evidence_ref": "EV-1"}, {"met": True}])
def test_each_of_four_elements_must_be_met_and_evidenced(element: str, lacking: dict[str, Any]) -> None:
    incomplete = b.recognition_proposal(elements={**ALL_MET, element: lacking})
    b.accusation(A.VERIFYING).when(incomplete, by=b.HANDLER, on=on(3)).refused(errors.ElementMissing)


def test_the_accuser_is_known_and_was_heard() -> None:
    story = b.accusation(A.VERIFYING)
    for changes, refusal in (
        ({"accuser_class": "UNIDENTIFIED"}, errors.AccuserUnknown),
        ({"heard_on": None}, errors.AccuserNotHeard),
        ({"heard_on": on(30)}, errors.DateOutOfOrder),
    ):
        story.when(b.recognition_proposal(**changes), by=b.HANDLER, on=on(3)).refused(refusal)


def test_a_known_author_is_not_closed_as_unidentified() -> None:
    b.accusation(A.VERIFYING).when(a.CloseUnidentified(reason="无"), by=b.HANDLER, on=on(3)).refused(
        errors.AccuserIsKnown
    )


def test_a_county_may_not_recognise() -> None:
    b.accusation(A.PROPOSED).when(a.Recognise(), by=b.PRINCIPAL, on=on(4)).refused(errors.ApprovalLevelTooLow)


def test_a_city_may_recognise_its_own_proposal_and_does_not_refer_it() -> None:
    city = [(b.signs(handling_body=b.CITY), b.SYSTEM, 0)]
    steps = [*city, *((command, b.who(actor.role, b.CITY), day) for command, actor, day in b.RECOGNITION_PROPOSED[1:])]
    story = b.accusation(steps)
    story.when(a.ReferUp(), by=b.CITY_PRINCIPAL, on=on(4)).refused(errors.NoReferralNeeded)
    story.when(a.Recognise(), by=b.CITY_PRINCIPAL, on=on(4)).then(e.AccusationRecognised)


def test_a_province_managed_subject_needs_the_province() -> None:
    steps = [(b.signs(level=ManagementLevel.PROVINCE_MANAGED), b.SYSTEM, 0), *b.REFERRED[1:]]
    story = b.accusation(steps)
    assert story.state.referred_to == b.PROVINCE
    story.when(a.Recognise(), by=b.CITY_PRINCIPAL, on=on(5)).refused(errors.BodyNotCompetent)
    story.when(a.Recognise(), by=b.who(Role.PRINCIPAL, b.PROVINCE), on=on(5)).then(e.AccusationRecognised)


def test_a_proposal_that_a_correction_overtook_is_returned() -> None:
    story = b.accusation(A.REFERRED_UP).when(b.signs("corrected", "concluded"), by=b.SYSTEM, on=on(5))
    story.when(a.Recognise(), by=b.CITY_PRINCIPAL, on=on(6)).refused(errors.OvertakenByCorrection)
    assert [task.step for task in ACCUSATION.tasks(story.state)] == ["return"]
    story.when(a.ReturnRecognition(reason="更正"), by=b.CITY_PRINCIPAL, on=on(6)).then(e.RecognitionReturned)


@pytest.mark.parametrize("status", [A.SUSPECTED, A.PROPOSED, A.REFERRED_UP])
def test_past_screening_only_a_correction_closes_as_mistaken(status: AccusationStatus) -> None:
    mistaken = a.CloseNotFalse(reason="错告")
    story = b.accusation(status)
    story.when(mistaken, by=b.HEAD, on=on(9)).refused(errors.OnlyOnCorrection)
    story = story.when(b.signs("corrected", "concluded", signs=None), by=b.SYSTEM, on=on(9))
    story.when(mistaken, by=b.HEAD, on=on(9)).then(e.AccusationClosedNotFalse)


def test_a_measure_follows_the_accusers_class_and_criminal_referral_the_intent() -> None:
    party = a.TakeMeasure(kind="PARTY_SANCTION", number="CL-1", authority="x")
    criminal = a.TakeMeasure(kind="CRIMINAL_REFERRAL", number="CL-1", authority="x")
    story = b.accusation(A.RECOGNISED)
    story.when(party, by=b.HANDLER, on=on(6)).refused(errors.MeasureNotForClass)
    story.when(criminal, by=b.HANDLER, on=on(6)).refused(errors.NoCriminalIntent)
    intended = [
        (b.recognition_proposal(intent_of_criminal_pursuit=True), *rest)
        if isinstance(command, a.ProposeRecognition)
        else (command, *rest)
        for command, *rest in b.RECOGNISED
    ]
    b.accusation(intended).when(criminal, by=b.HANDLER, on=on(6)).then(e.HandlingMeasureTaken)


def test_a_measure_has_a_number_of_its_own_and_a_result_after_it() -> None:
    story = b.accusation(A.HANDLING)
    story.when(b.MEASURE, by=b.HANDLER, on=on(7)).refused(errors.NumberTaken)
    unknown = a.RecordMeasureResult(number="CL-9", result="IMPOSED")
    early = a.RecordMeasureResult(number="CL-1", result="IMPOSED", decided_on=on(1))
    story.when(unknown, by=b.HANDLER, on=on(7)).refused(errors.UnknownMeasure)
    story.when(early, by=b.HANDLER, on=on(7)).refused(errors.DateOutOfOrder)


def test_only_benefits_that_were_found_are_corrected() -> None:
    benefit = a.CorrectBenefit(benefit_kind="POST", reply_due=on(40))
    b.accusation(A.HANDLING).when(benefit, by=b.HANDLER, on=on(7)).refused(errors.UnknownBenefit)


@pytest.mark.parametrize("text", ["S-0a41c7be9d22 被诬告", "330206.HANDLER.1 承办", "见 EV-330206-2023-0031"])
def test_a_typical_case_is_published_without_any_identity(text: str) -> None:
    publish = a.PublishTypicalCase(text=text)
    b.accusation(A.HANDLING).when(publish, by=b.CITY_PRINCIPAL, on=on(7)).refused(errors.NotAnonymous)


def test_a_case_is_closed_when_all_is_done_and_the_remedy_period_is_over() -> None:
    b.accusation(A.HANDLING).when(b.CLOSING, by=b.HANDLER, on=on(60)).refused(errors.ClosingIncomplete)
    done = b.accusation(b.WITH_MEASURE_RESULT)
    done.when(b.CLOSING, by=b.HANDLER, on=on(50)).refused(errors.ClosingIncomplete)
    silent = a.CloseAccusation(notified=("VICTIM",), remedy="DECIDED")
    done.when(silent, by=b.HANDLER, on=on(60)).refused(errors.ClosingIncomplete)
    done.when(b.CLOSING, by=b.HANDLER, on=on(51)).then(e.AccusationClosed)


def test_a_transfer_that_nobody_accepts_is_noticed_once() -> None:
    story = b.accusation(A.HANDLING)
    ((kind, day),) = ACCUSATION.deadlines(story.state).items()
    assert ACCUSATION.pass_deadline is not None
    passing = ACCUSATION.pass_deadline(kind, day)
    story = story.when(passing, by=b.SYSTEM, on=day).then(e.TransferLimitMissed)
    story.when(passing, by=b.SYSTEM, on=day).then()


def test_findings_that_change_after_closure_ask_for_a_new_screening() -> None:
    story = b.accusation(
        [(b.signs(signs=with_signs(indicators=())), b.SYSTEM, 0), b.ACCUSATION_TO[A.CLOSED_NOT_FALSE][1]]
    )
    story = story.when(b.signs("corrected", "concluded"), by=b.SYSTEM, on=on(9))
    assert [task.step for task in ACCUSATION.tasks(story.state)] == ["reopening"]
    reopening = a.ReopenScreening(ground="CORRECTED_CONCLUSION", reason="更正")
    story.when(reopening, by=b.HEAD, on=on(9)).then(e.AccusationReopened)


def test_a_review_of_the_principal_is_settled_by_its_event() -> None:
    unknown = a.SettlePrincipalReview(ref="x", finding="无")
    b.accusation(A.RECOGNISED).when(unknown, by=b.CITY_PRINCIPAL, on=on(9)).refused(errors.NothingToReview)
