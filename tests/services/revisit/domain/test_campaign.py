"""The year's campaign: who opens it, and the one session it adds."""

from datetime import date

import pytest

from services.revisit.domain import commands as c
from services.revisit.domain import errors
from services.revisit.domain import events as e
from services.revisit.domain.model import CAMPAIGN, ROLL
from services.revisit.domain.terms import Status
from shared.kernel import Role
from shared.security.directory import person
from shared.testing.story import Story
from tests.services.revisit.builders import (
    ANSWERED,
    APPROVED,
    CITY,
    CITY_DEPUTY,
    DECISION,
    HEAD,
    LEFT,
    OFFICER,
    POLICY,
    PRINCIPAL,
    PROFILE,
    SUBJECT,
    SUSPENSION,
    SYSTEM,
    TOLD,
    WORKDAYS,
    campaign,
    case_in,
    in_scope,
    plan,
    standing,
    taken,
)

JANUARY = date(2023, 1, 9)
OPEN = c.OpenCampaign()
JOIN = c.RecordCampaign(year=2023, city=CITY)


def test_the_new_year_reminds_the_citys_body() -> None:
    due = campaign().when(c.RemindOfCampaign(year=2023, body=CITY), by=SYSTEM, on=JANUARY).then(e.CampaignDue)

    (task,) = CAMPAIGN.tasks(due.state)
    assert (task.step, task.role, task.body) == ("opening", Role.DEPUTY_IN_CHARGE, CITY)
    due.when(c.RemindOfCampaign(year=2023, body=CITY), by=SYSTEM, on=JANUARY).then()


def test_a_leader_of_the_city_opens_it_once() -> None:
    opened = (
        campaign()
        .when(OPEN, by=CITY_DEPUTY, on=JANUARY)
        .then(e.CampaignOpened(year=2023, body=CITY, opened_on=JANUARY))
    )

    assert CAMPAIGN.tasks(opened.state) == ()
    opened.when(OPEN, by=CITY_DEPUTY, on=JANUARY).refused(errors.NotPossibleInState)


def test_a_campaign_nobody_opened_lapses_with_its_year() -> None:
    due = campaign().when(c.RemindOfCampaign(year=2023, body=CITY), by=SYSTEM, on=date(2023, 12, 20))
    assert CAMPAIGN.tasks(due.state)[0].due_on == date(2023, 12, 31)
    ((kind, day),) = CAMPAIGN.deadlines(due.state).items()
    assert CAMPAIGN.pass_deadline is not None
    over = CAMPAIGN.pass_deadline(kind, day)

    lapsed = due.when(over, by=SYSTEM, on=day).then(e.CampaignLapsed(year=2023))

    assert (CAMPAIGN.tasks(lapsed.state), CAMPAIGN.deadlines(lapsed.state)) == ((), {})
    due.when(OPEN, by=CITY_DEPUTY, on=date(2023, 12, 21)).when(over, by=SYSTEM, on=day).then()


def test_a_district_does_not_open_it_nor_another_city_than_the_one_reminded() -> None:
    due = campaign().when(c.RemindOfCampaign(year=2023, body=CITY), by=SYSTEM, on=JANUARY)

    due.when(OPEN, by=PRINCIPAL, on=JANUARY).refused(errors.CampaignBodyTooLow)
    due.when(OPEN, by=person("330100", Role.PRINCIPAL), on=JANUARY).refused(errors.CampaignBodyTooLow)


@pytest.mark.parametrize("year", ["2022", "2024", "later"])
def test_only_the_current_years_campaign_is_opened(year: str) -> None:
    story = Story(CAMPAIGN, year, POLICY, WORKDAYS)

    story.when(OPEN, by=CITY_DEPUTY, on=JANUARY).refused(errors.CampaignOfAnotherYear)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Status.ENROLLED, Status.ENROLLED),
        (Status.PROFILED, Status.PROFILED),
        (Status.PLANNED, Status.PLANNED),
        (Status.IN_PROGRESS, Status.IN_PROGRESS),
        (Status.EVALUATED, Status.PLANNED),
        (Status.RECOMMENDED, Status.RECOMMENDED),
        (Status.CLOSED, Status.PLANNED),
    ],
)
def test_it_adds_one_session_to_each_person_in_scope(before: Status, after: Status) -> None:
    joined = case_in(before).when(JOIN, by=SYSTEM, on=ANSWERED).then(e.CampaignSessionAdded)

    assert joined.state.status is after
    assert "campaign/2023" in {session.session_id for session in joined.state.sessions}
    joined.when(JOIN, by=SYSTEM, on=ANSWERED).then()


@pytest.mark.parametrize("status", [Status.NOT_ENROLLED, Status.TERMINATED])
def test_who_is_not_enrolled_is_not_reached(status: Status) -> None:
    case_in(status).when(JOIN, by=SYSTEM, on=ANSWERED).then()


def test_who_left_the_population_or_belongs_to_another_city_is_not_reached() -> None:
    planned = case_in(Status.PLANNED)

    planned.when(LEFT, by=SYSTEM, on=ANSWERED).when(JOIN, by=SYSTEM, on=ANSWERED).then()
    planned.when(c.RecordCampaign(year=2023, city="330100"), by=SYSTEM, on=ANSWERED).then()
    planned.when(c.RecordCampaign(year=2022, city=CITY), by=SYSTEM, on=ANSWERED).then()


def test_in_suspension_it_is_deferred_and_added_on_resumption() -> None:
    suspended = case_in(Status.EVALUATED).when(SUSPENSION, by=OFFICER, on=ANSWERED)
    deferred = suspended.when(JOIN, by=SYSTEM, on=ANSWERED).then(e.CampaignSessionDeferred)

    resumed = deferred.when(c.Resume(), by=OFFICER, on=ANSWERED).then(e.RevisitResumed, e.CampaignSessionAdded)

    assert (resumed.state.status, resumed.state.deferred) == (Status.PLANNED, ())


def test_the_timely_session_of_somebody_enrolled_late_in_the_year_is_the_campaigns() -> None:
    late = taken(decided_on=date(2023, 11, 15), effective_on=date(2023, 11, 15), announced_on=date(2023, 11, 20))
    enrolled = in_scope(measures=(late,)).when(c.Enrol(), by=OFFICER, on=date(2023, 12, 5))

    enrolled.when(JOIN, by=SYSTEM, on=date(2023, 12, 5)).then(
        e.CampaignSessionCovered(year=2023, session_id=f"{DECISION}/TIMELY")
    )


def test_somebody_enrolled_late_without_a_timely_session_gets_the_campaigns_soon() -> None:
    enrolled = in_scope().when(c.Enrol(), by=OFFICER, on=date(2023, 12, 5))

    joined = enrolled.when(JOIN, by=SYSTEM, on=date(2023, 12, 5)).then(e.CampaignSessionAdded)

    assert joined.state.sessions[0].due_on == date(2023, 12, 15)


def test_a_campaigns_session_survives_the_plans_approval() -> None:
    joined = in_scope().when(c.Enrol(), by=OFFICER, on=APPROVED).when(JOIN, by=SYSTEM, on=APPROVED)
    drafted = joined.when(PROFILE, by=OFFICER, on=APPROVED).when(plan(), by=OFFICER, on=APPROVED)

    approved = drafted.when(c.ApprovePlan(), by=HEAD, on=APPROVED).then(e.PlanApproved)

    assert len(approved.state.sessions) == 4


def test_the_roll_keeps_each_person_and_city_once() -> None:
    roll = Story(ROLL, "revisit", POLICY, WORKDAYS)
    entry, city = c.RecordEnrolment(subject_token=SUBJECT), c.NoteCity(city=CITY)

    once = roll.when(entry, by=SYSTEM, on=TOLD).then(e.RollEntered).when(city, by=SYSTEM, on=TOLD).then(e.CityNoted)

    once.when(entry, by=SYSTEM, on=TOLD).then().when(city, by=SYSTEM, on=TOLD).then()
    assert ROLL.summary(once.state) == {"status": "KEPT", "persons": 1, "cities": [CITY]}


def test_a_standing_in_scope_does_not_by_itself_enrol() -> None:
    assert in_scope().when(standing(bars={}), by=SYSTEM, on=TOLD).state.status is Status.NOT_ENROLLED
