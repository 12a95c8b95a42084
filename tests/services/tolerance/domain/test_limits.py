"""Limits and to-do entries: each step has one, breaches are recorded once, overdue corrections are reminded of."""

from datetime import date, timedelta

import pytest

from services.tolerance.domain import commands, events
from services.tolerance.domain.limits import deadlines, tasks
from services.tolerance.domain.terms import Status
from shared.kernel import Role, Workdays
from shared.testing.story import Story
from tests.services.tolerance.builders import (
    CITY,
    FEEDBACK,
    IDENTIFIED,
    NO_OBJECTION,
    OFFICER,
    POLICY,
    SUGGESTION,
    SYSTEM,
    VERIFICATION,
    VERIFIED_ON,
    case_in,
    empty_story,
    identified,
)

LIMITS = [
    (Status.INITIATED, "acceptance", Role.TOLERANCE_OFFICER, date(2023, 6, 21)),
    (Status.ACCEPTED, "plan", Role.DEPT_HEAD, date(2023, 6, 26)),
    (Status.PLANNED, "evidence", Role.TOLERANCE_OFFICER, date(2023, 7, 18)),
    (Status.INVESTIGATING, "hearing", Role.TOLERANCE_OFFICER, date(2023, 7, 10)),
    (Status.HEARD, "report", Role.TOLERANCE_OFFICER, date(2023, 7, 12)),
    (Status.REPORTED, "consultation", Role.TOLERANCE_OFFICER, date(2023, 7, 21)),
    (Status.CONSULTED, "determination", Role.PRINCIPAL, date(2023, 7, 26)),
    (Status.DETERMINED, "feedback", Role.TOLERANCE_OFFICER, date(2023, 7, 25)),
    (Status.OBJECTION_OPEN, "no-objection", Role.TOLERANCE_OFFICER, date(2023, 8, 10)),
    (Status.FINAL, "correction-plan", Role.TOLERANCE_OFFICER, date(2023, 9, 3)),
    (Status.CORRECTING, "correction-verified", Role.TOLERANCE_OFFICER, date(2023, 9, 9)),
    (Status.TRACKING, "tracking-closed", Role.TOLERANCE_OFFICER, date(2023, 9, 25)),
]


@pytest.mark.parametrize(("status", "step", "role", "due_on"), LIMITS)
def test_each_state_has_its_next_step_with_its_limit(status: Status, step: str, role: Role, due_on: date) -> None:
    (task,) = tasks(case_in(status).state)

    assert (task.step, task.role, task.due_on) == (step, role, due_on)
    assert deadlines(case_in(status).state)[step] == due_on + timedelta(days=1)


@pytest.mark.parametrize("status", [Status.NOT_ACCEPTED, Status.CLOSED, Status.WITHDRAWN, Status.REVOKED])
def test_an_ended_case_has_nothing_to_do(status: Status) -> None:
    assert not tasks(case_in(status).state)
    assert not deadlines(case_in(status).state)


@pytest.mark.parametrize(("status", "step", "role", "due_on"), LIMITS)
def test_a_missed_limit_is_recorded_once(status: Status, step: str, role: Role, due_on: date) -> None:
    command = commands.PassLimit(kind=step, day=due_on + timedelta(days=1))

    late = case_in(status).when(command, by=SYSTEM, on=due_on + timedelta(days=3))

    late.then(events.DeadlineBreached(stage=step, due_on=due_on, days_late=3))
    assert role in Role
    late.when(command, by=SYSTEM, on=due_on + timedelta(days=4)).then()


def test_a_limit_that_was_kept_is_no_breach() -> None:
    command = commands.PassLimit(kind="acceptance", day=date(2023, 6, 22))

    case_in(Status.PLANNED).when(command, by=SYSTEM, on=date(2023, 6, 22)).then()


def test_a_bottom_line_case_is_to_be_turned_away() -> None:
    (task,) = tasks(case_in(Status.INITIATED, outcome="NOT_ACCEPTED").state)

    assert (task.step, task.quiet_since) == ("non-acceptance", IDENTIFIED)


def test_the_approving_body_determines() -> None:
    (task,) = tasks(case_in(Status.CONSULTED, level="CITY_MANAGED").state)

    assert task.body == CITY


def test_no_objection_is_confirmed_from_the_day_after_the_window_on() -> None:
    (task,) = tasks(case_in(Status.OBJECTION_OPEN).state)

    assert task.not_before == date(2023, 8, 4)


def test_a_verified_correction_is_to_be_filed_within_fifteen_working_days() -> None:
    story = case_in(Status.CORRECTING).when(VERIFICATION, by=OFFICER, on=VERIFIED_ON)

    (task,) = tasks(story.state)

    assert (task.step, task.due_on) == ("filing", date(2023, 9, 20))


def test_an_overdue_correction_is_reminded_of_twice_the_second_time_with_a_talk() -> None:
    story = case_in(Status.CORRECTING)
    first = deadlines(story.state)["correction-reminder"]
    assert first == date(2023, 9, 10)

    story = story.when(commands.PassLimit(kind="correction-reminder", day=first), by=SYSTEM, on=first)

    second = date(2023, 9, 22)
    story.then(events.CorrectionReminded(reminded_on=first, talk_advised=False, next_on=second))
    story = story.when(commands.PassLimit(kind="correction-reminder", day=second), by=SYSTEM, on=second)
    story.then(events.CorrectionReminded(reminded_on=second, talk_advised=True, next_on=None))
    assert "correction-reminder" not in deadlines(story.state)


def test_a_suggestion_without_reply_is_overdue_once() -> None:
    story = case_in(Status.TRACKING).when(SUGGESTION, by=OFFICER, on=date(2023, 9, 5))
    (kind,) = [name for name in deadlines(story.state) if name.startswith("reply:")]
    passed = commands.PassLimit(kind=kind, day=date(2023, 10, 6))

    story = story.when(passed, by=SYSTEM, on=date(2023, 10, 6)).then(events.ReplyOverdue)

    assert kind not in deadlines(story.state)
    story.when(passed, by=SYSTEM, on=date(2023, 10, 7)).then()


def test_tracking_waits_for_the_suggestions_and_its_limit_runs_from_the_last_check() -> None:
    story = case_in(Status.TRACKING).when(SUGGESTION, by=OFFICER, on=date(2023, 9, 5))
    (task,) = tasks(story.state)
    assert (task.step, task.not_before) == ("implementation-check", date(2023, 10, 6))

    check = {"doc_no": task.ref, "finding": "IMPLEMENTED", "note": "说明"}
    story = story.when(commands.CheckImplementation.model_validate(check), by=OFFICER, on=date(2023, 10, 9))

    (task,) = tasks(story.state)
    assert (task.step, task.opened_on, task.due_on) == ("tracking-closed", date(2023, 10, 9), date(2023, 10, 30))


def test_a_year_without_calendar_refuses_nothing_and_sets_no_day() -> None:
    story = Story(empty_story().model, empty_story().case_id, POLICY, Workdays([]))

    story = story.when(identified(), by=SYSTEM, on=IDENTIFIED).then(events.ToleranceInitiated)

    (task,) = tasks(story.state)
    assert task.due_on is None
    assert not deadlines(story.state)


def test_an_objection_window_without_days_is_computed_when_the_calendar_is_there() -> None:
    known = case_in(Status.DETERMINED)
    story = Story(known.model, known.case_id, POLICY, Workdays([]), known.facts)
    story = story.when(FEEDBACK, by=OFFICER, on=date(2023, 7, 20))
    assert story.state.objection_until is None

    later = Story(known.model, known.case_id, POLICY, known.workdays, story.facts)

    assert isinstance(story.when(NO_OBJECTION, by=OFFICER, on=date(2023, 8, 4)).result, Exception)
    later.when(NO_OBJECTION, by=OFFICER, on=date(2023, 8, 4)).then(events.ToleranceFinal)
