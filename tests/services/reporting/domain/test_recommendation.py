"""The recommendation's life: every transition, every refusal, replies in any state."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.reporting.domain import commands as c
from services.reporting.domain import errors
from services.reporting.domain import events as e
from services.reporting.domain.model import RECOMMENDATION, summary, tasks
from services.reporting.domain.terms import FollowUp, ReceiverKind
from shared.holidays import published_workdays
from shared.kernel import Actor, Role
from shared.security.directory import person
from shared.testing.story import Story
from tests.services.reporting.builders import PERSON, RULES, WHERE

BODY, NUMBER = "330206", "TJ-330206-2023-0001"
HOUSE = Actor.system("reporting")
OFFICER, OTHER_OFFICER = person(BODY, Role.REVISIT_OFFICER), person(BODY, Role.REVISIT_OFFICER, 2)
HEAD, OTHER_HEAD = person(BODY, Role.DEPT_HEAD), person(BODY, Role.DEPT_HEAD, 2)
PRINCIPAL = person(BODY, Role.PRINCIPAL)
DAY = date(2023, 5, 8)
LATER = DAY + timedelta(30)
IN_ANY_STATE = pytest.mark.parametrize("until", ["", "drafted", "sent", "received", "answered", "withdrawn", "closed"])


def draft(**fields: Any) -> c.RecordDraft:
    content = {
        "subject_token": PERSON,
        "use": "PROMOTION",
        "bars": {"PROMOTION": date(2023, 5, 1), "PAY_STEP": None},
        "grade": "GOOD",
        "evaluated_on": date(2023, 4, 20),
        "sessions": (date(2022, 11, 1), date(2023, 4, 1)),
        "unit_opinion_ref": "U-1",
        "integrity_opinion_ref": "I-1",
        "informed": True,
        "body": BODY,
        "proposed_by": OFFICER.person_id,
        "proposed_on": DAY,
        **WHERE,
    }
    return c.RecordDraft.model_validate({**content, **fields})


def told(**fields: Any) -> c.RecordAnswer:
    content = {"event_id": "ORG-2", "outcome": "ADOPTED", "decided_on": LATER}
    return c.RecordAnswer.model_validate({**content, **fields})


def receipt(**fields: Any) -> c.RecordAcknowledgement:
    content = {"event_id": "ORG-1", "receipt_no": "ZB-1", "received_on": DAY}
    return c.RecordAcknowledgement.model_validate({**content, **fields})


REVIEW, APPROVE = c.ReviewRecommendation(opinion="同意"), c.ApproveRecommendation(opinion="同意")
SEND = c.SendRecommendation()
CONCERN = c.RecordConcern(reason="CASE_FILED")
RESUME = c.ResumeRecommendation(finding="已了结")
WITHDRAW = c.WithdrawRecommendation(reason="情况变化")
ALERT = c.AlertReceiver(reason="新情况")
PATH: tuple[tuple[str, Any, Actor], ...] = (
    ("drafted", draft(), HOUSE),
    ("reviewed", REVIEW, HEAD),
    ("approved", APPROVE, PRINCIPAL),
    ("sent", SEND, OTHER_OFFICER),
    ("received", receipt(), HOUSE),
    ("studied", c.StartStudy(told_on=DAY), OTHER_OFFICER),
    ("answered", told(), HOUSE),
    ("followed", c.FollowUpRecommendation(follow_up=FollowUp.NONE, followed_on=LATER), OTHER_OFFICER),
    ("closed", c.CloseRecommendation(), HEAD),
)


def story(until: str, **fields: Any) -> Story:
    """Return the story up to a step of the usual path."""
    told_so_far = Story(RECOMMENDATION, NUMBER, RULES, published_workdays())
    if until == "withdrawn":
        return story("approved").when(WITHDRAW, by=PRINCIPAL, on=DAY)
    for step, command, actor in PATH if until else ():
        sent = draft(**fields) if step == "drafted" else command
        on = LATER if step in ("followed", "closed") else DAY
        told_so_far = told_so_far.when(sent, by=actor, on=on)
        assert not isinstance(told_so_far.result, Exception), (step, told_so_far.result)
        if step == until:
            break
    return told_so_far


def status(of: Story) -> str:
    return str(summary(of.state)["status"])


def steps(of: Story) -> list[str]:
    return [task.step for task in tasks(of.state)]


def test_it_goes_from_draft_to_closed() -> None:
    seen = [(step, status(story(step)), steps(story(step))) for step, _, _ in PATH]

    assert seen == [
        ("drafted", "DRAFT", ["review"]),
        ("reviewed", "REVIEWED", ["approval"]),
        ("approved", "APPROVED", ["sending"]),
        ("sent", "SENT", []),
        ("received", "RECEIVED", []),
        ("studied", "UNDER_STUDY", []),
        ("answered", "OUTCOME", ["follow-up"]),
        ("followed", "FOLLOWED_UP", ["closing"]),
        ("closed", "CLOSED", []),
    ]


def test_it_is_sent_to_the_organisation_department_of_the_managing_level() -> None:
    village = story("sent").state
    city_managed = story("sent", level="CITY_MANAGED").state

    assert (village.receiver, city_managed.receiver) == ("organisation.330206", "organisation.330200")
    assert village.valid_until == DAY + timedelta(180)


def test_it_may_be_sent_to_the_units_party_committee() -> None:
    to_unit = c.SendRecommendation(receiver=ReceiverKind.UNIT_PARTY_COMMITTEE)
    named = to_unit.model_copy(update={"unit_code": "330206-0012"})

    story("approved").when(to_unit, by=OTHER_OFFICER, on=DAY).refused(errors.UnitMissing)
    sent = story("approved").when(named, by=OTHER_OFFICER, on=DAY).then(e.RecommendationSent)

    assert sent.state.receiver == "unit.330206-0012"


@pytest.mark.parametrize(
    ("until", "command", "by"),
    [
        ("drafted", REVIEW, OTHER_HEAD),
        ("reviewed", APPROVE, PRINCIPAL),
    ],
)
def test_who_proposed_may_not_review_or_approve(until: str, command: Any, by: Actor) -> None:
    story(until, proposed_by=by.person_id).when(command, by=by, on=DAY).refused(errors.SamePerson)


@pytest.mark.parametrize("by", [OFFICER, HEAD])
def test_who_proposed_or_reviewed_may_not_send(by: Actor) -> None:
    story("approved").when(SEND, by=by, on=DAY).refused(errors.SamePerson)


def test_a_person_of_another_body_may_not_act() -> None:
    stranger = person("330205", Role.DEPT_HEAD)

    story("drafted").when(REVIEW, by=stranger, on=DAY).refused(errors.OtherBody)


@pytest.mark.parametrize(
    ("until", "command", "by"),
    [
        ("", REVIEW, HEAD),
        ("reviewed", REVIEW, OTHER_HEAD),
        ("drafted", APPROVE, PRINCIPAL),
        ("reviewed", SEND, OTHER_OFFICER),
        ("sent", SEND, OTHER_OFFICER),
        ("answered", SEND, OTHER_OFFICER),
        ("sent", c.StartStudy(told_on=DAY), OTHER_OFFICER),
        ("received", c.FollowUpRecommendation(follow_up=FollowUp.NONE, followed_on=DAY), OTHER_OFFICER),
        ("answered", c.CloseRecommendation(), HEAD),
        ("answered", WITHDRAW, PRINCIPAL),
        ("withdrawn", WITHDRAW, PRINCIPAL),
        ("sent", ALERT, PRINCIPAL),
        ("sent", RESUME, PRINCIPAL),
    ],
)
def test_a_step_out_of_its_state_is_refused(until: str, command: Any, by: Actor) -> None:
    story(until).when(command, by=by, on=LATER).refused(errors.NotInThisState)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"bars": {"PROMOTION": DAY + timedelta(1)}}, errors.BarsStand),
        ({"bars": {"PARTY_RIGHTS": None}}, errors.BarsStand),
        ({"use": "UNLISTED", "bars": {"PAY_STEP": None}}, errors.BarsStand),
        ({"grade": "AVERAGE"}, errors.NotGood),
        ({"evaluated_on": DAY - timedelta(91)}, errors.EvaluationTooOld),
        ({"sessions": (DAY,)}, errors.TooFewSessions),
        ({"unit_opinion_ref": ""}, errors.OpinionMissing),
        ({"integrity_opinion_ref": ""}, errors.OpinionMissing),
        ({"informed": False}, errors.NotInformed),
    ],
)
def test_all_conditions_are_checked_on_the_day_it_is_sent(fields: Any, why: Any) -> None:
    story("approved", **fields).when(SEND, by=OTHER_OFFICER, on=DAY).refused(why)


@pytest.mark.parametrize(
    "fields",
    [
        {"bars": {"PROMOTION": DAY}},
        {"bars": {"EXCELLENCE_RATING": None}},
        {"use": "TRAINING", "bars": {"PROMOTION": None}},
        {"evaluated_on": DAY - timedelta(90)},
    ],
)
def test_a_condition_that_just_holds_lets_it_be_sent(fields: Any) -> None:
    story("approved", **fields).when(SEND, by=OTHER_OFFICER, on=DAY).then(e.RecommendationSent)


def test_secrecy_of_personnel_work_replaces_informing_the_person() -> None:
    secret = c.SendRecommendation(secrecy_of_personnel_work=True)

    story("approved", informed=False).when(secret, by=OTHER_OFFICER, on=DAY).then(e.RecommendationSent)


def test_an_approval_lapses() -> None:
    late = DAY + timedelta(181)
    fresh = c.RecordStanding(grade="GOOD", evaluated_on=late)

    approved = story("approved").when(fresh, by=HOUSE, on=late)

    approved.when(SEND, by=OTHER_OFFICER, on=late).refused(errors.Lapsed)


def test_newer_bars_and_evaluations_count() -> None:
    worse = story("approved").when(c.RecordStanding(bars={"PROMOTION": None}), by=HOUSE, on=DAY).then(e.StandingNoted)
    stale = c.RecordStanding(grade="POOR", evaluated_on=date(2022, 1, 1))

    worse.when(SEND, by=OTHER_OFFICER, on=DAY).refused(errors.BarsStand)
    story("approved").when(stale, by=HOUSE, on=DAY).then()
    story("withdrawn").when(c.RecordStanding(grade="POOR", evaluated_on=LATER), by=HOUSE, on=LATER).then()


def test_a_new_concern_after_sending_suspends_at_once() -> None:
    suspended = (
        story("received")
        .when(CONCERN, by=HOUSE, on=LATER)
        .then(
            e.RecommendationSuspended(
                recommendation_no=NUMBER, subject_token=PERSON, reason="CASE_FILED", suspended_on=LATER
            )
        )
    )

    assert (status(suspended), steps(suspended)) == ("SUSPENDED", ["resumption"])
    resumed = suspended.when(RESUME, by=PRINCIPAL, on=LATER).then(e.RecommendationResumed)
    assert status(resumed) == "RECEIVED"


def test_a_resumption_checks_the_conditions_anew() -> None:
    suspended = story("sent").when(CONCERN, by=HOUSE, on=LATER)
    too_late = DAY + timedelta(181)
    fresh = suspended.when(c.RecordStanding(grade="GOOD", evaluated_on=too_late), by=HOUSE, on=too_late)

    suspended.when(RESUME, by=PRINCIPAL, on=DAY + timedelta(100)).refused(errors.EvaluationTooOld)
    fresh.when(RESUME, by=PRINCIPAL, on=too_late).refused(errors.Lapsed)


def test_a_concern_before_sending_blocks_until_it_is_settled() -> None:
    concerned = story("approved").when(CONCERN, by=HOUSE, on=DAY).then(e.ConcernNoted)

    concerned.when(SEND, by=OTHER_OFFICER, on=DAY).refused(errors.ConcernOpen)
    settled = concerned.when(RESUME, by=PRINCIPAL, on=DAY).then(e.ConcernSettled)
    settled.when(SEND, by=OTHER_OFFICER, on=DAY).then(e.RecommendationSent)


def test_a_concern_before_approval_blocks_it() -> None:
    concerned = story("reviewed").when(CONCERN, by=HOUSE, on=DAY)

    concerned.when(APPROVE, by=PRINCIPAL, on=DAY).refused(errors.ConcernOpen)


def test_a_concern_after_the_answer_becomes_an_alert() -> None:
    concerned = story("answered").when(CONCERN, by=HOUSE, on=LATER).then(e.ConcernNoted)

    assert "alert" in steps(concerned)
    alerted = concerned.when(ALERT, by=PRINCIPAL, on=LATER).then(e.RecommendationAlerted)
    assert "alert" not in steps(alerted)


def test_the_same_concern_is_noted_once() -> None:
    story("sent").when(CONCERN, by=HOUSE, on=DAY).when(CONCERN, by=HOUSE, on=DAY).then()
    story("withdrawn").when(CONCERN, by=HOUSE, on=DAY).then()


@pytest.mark.parametrize("until", ["drafted", "reviewed", "approved", "sent", "received", "studied"])
def test_it_may_be_withdrawn_until_the_answer(until: str) -> None:
    withdrawn = story(until).when(WITHDRAW, by=PRINCIPAL, on=DAY).then(e.RecommendationWithdrawn)

    assert status(withdrawn) == "WITHDRAWN"


def test_a_deferred_one_is_checked_anew_and_sent_again_from_the_day_named() -> None:
    deferred = story("sent").when(told(outcome="DEFERRED", review_on=LATER), by=HOUSE, on=DAY)

    deferred.when(SEND, by=OTHER_OFFICER, on=DAY).refused(errors.TooEarly)
    again = deferred.when(SEND, by=OTHER_OFFICER, on=LATER).then(e.RecommendationSent)
    again.when(told(event_id="ORG-9"), by=HOUSE, on=LATER).then(e.RecommendationAnswered)
    too_late = DAY + timedelta(120)
    deferred.when(SEND, by=OTHER_OFFICER, on=too_late).refused(errors.EvaluationTooOld)


@IN_ANY_STATE
def test_replies_are_recorded_in_any_state(until: str) -> None:
    for command in (receipt(event_id="X-1"), told(event_id="X-2"), told(event_id="X-3", supersedes="X-0")):
        recorded = story(until).when(command, by=HOUSE, on=LATER)

        assert not isinstance(recorded.result, Exception)
        assert len(recorded.result) == 1
        assert recorded.when(command, by=HOUSE, on=LATER).then().state == recorded.state


def test_a_second_answer_goes_to_a_person_and_changes_nothing() -> None:
    second = (
        story("answered").when(told(event_id="ORG-3", outcome="PARTLY"), by=HOUSE, on=LATER).then(e.AnswerCheckAsked)
    )

    assert second.state.outcome == "ADOPTED"
    assert "answer-check" in steps(second)
    check = c.CheckAnswer(event_id="ORG-3", finding="重复反馈")
    checked = second.when(check, by=OTHER_OFFICER, on=LATER).then(e.AnswerChecked)
    assert "answer-check" not in steps(checked)
    checked.when(check, by=OTHER_OFFICER, on=LATER).refused(errors.NothingToCheck)


def test_a_correction_replaces_an_answer_not_acted_upon() -> None:
    correction = told(event_id="ORG-3", supersedes="ORG-2", outcome="DECLINED", reason_code="R-1")

    corrected = story("answered").when(correction, by=HOUSE, on=LATER).then(e.RecommendationAnswered)
    assert corrected.state.outcome == "DECLINED"
    story("followed").when(correction, by=HOUSE, on=LATER).then(e.AnswerCheckAsked)


def test_a_corrected_receipt_replaces_the_first() -> None:
    correction = receipt(event_id="ORG-5", supersedes="ORG-1")

    story("received").when(correction, by=HOUSE, on=DAY).then(e.RecommendationAcknowledged)
    story("studied").when(correction, by=HOUSE, on=DAY).then(e.AnswerCheckAsked)


@pytest.mark.parametrize("outcome", ["DEFERRED", "DECLINED"])
def test_an_incomplete_answer_goes_to_a_person(outcome: str) -> None:
    incomplete = story("received").when(told(outcome=outcome), by=HOUSE, on=LATER).then(e.AnswerCheckAsked)

    assert status(incomplete) == "RECEIVED"


def test_an_answer_without_a_receipt_takes_effect() -> None:
    assert status(story("sent").when(told(), by=HOUSE, on=LATER).then(e.RecommendationAnswered)) == "OUTCOME"


def test_a_promotion_is_followed_up_only_as_the_organisation_department_told() -> None:
    promoted = c.FollowUpRecommendation(follow_up=FollowUp.PROMOTED, followed_on=LATER)
    confirmed = c.RecordPromotion(appointment_id="A-1", kind="PROMOTED")

    story("answered").when(promoted, by=OTHER_OFFICER, on=LATER).refused(errors.PromotionNotConfirmed)
    known = story("answered").when(confirmed, by=HOUSE, on=LATER).then(e.PromotionNoted)
    known.when(promoted, by=OTHER_OFFICER, on=LATER).then(e.FollowUpRecorded)
    gone = known.when(c.RecordPromotion(appointment_id="A-1", kind=""), by=HOUSE, on=LATER)
    gone.when(promoted, by=OTHER_OFFICER, on=LATER).refused(errors.PromotionNotConfirmed)


@pytest.mark.parametrize("day", [LATER - timedelta(1), LATER + timedelta(2)])
def test_a_follow_up_is_not_before_the_answer_nor_in_the_future(day: date) -> None:
    command = c.FollowUpRecommendation(follow_up=FollowUp.TRAINING, followed_on=day)

    story("answered").when(command, by=OTHER_OFFICER, on=LATER + timedelta(1)).refused(errors.DateImpossible)


def test_a_draft_recorded_twice_is_one() -> None:
    story("drafted").when(draft(), by=HOUSE, on=DAY).then()


def test_the_receivers_limits_are_five_working_days_and_ninety_days() -> None:
    assert RECOMMENDATION.deadlines(story("sent").state) == {
        "acknowledgement": date(2023, 5, 16),
        "outcome": DAY + timedelta(91),
    }
    assert set(RECOMMENDATION.deadlines(story("received").state)) == {"outcome"}
    assert RECOMMENDATION.deadlines(story("answered").state) == {}


def test_a_limit_breached_is_told_once_and_an_outcome_reminded_monthly() -> None:
    assert RECOMMENDATION.pass_deadline is not None
    acknowledgement = RECOMMENDATION.pass_deadline("acknowledgement", date(2023, 5, 16))
    outcome = RECOMMENDATION.pass_deadline("outcome", DAY + timedelta(91))

    late = (
        story("sent")
        .when(acknowledgement, by=HOUSE, on=date(2023, 5, 16))
        .then(e.DeadlineBreached(stage="acknowledgement", due_on=date(2023, 5, 15), days_late=1))
    )
    late.when(acknowledgement, by=HOUSE, on=date(2023, 5, 17)).then()
    first = late.when(outcome, by=HOUSE, on=DAY + timedelta(91)).then(e.DeadlineBreached, e.ReceiverReminded)
    assert RECOMMENDATION.deadlines(first.state) == {"outcome": DAY + timedelta(121)}
    first.when(outcome, by=HOUSE, on=DAY + timedelta(121)).then(e.ReceiverReminded)
    story("answered").when(outcome, by=HOUSE, on=DAY + timedelta(91)).then()


def test_no_free_text_leaves_the_sealed_fields() -> None:
    for fact in story("closed").facts:
        assert "同意" not in fact.model_copy(update={"opinion_sealed": ""}).model_dump_json()
