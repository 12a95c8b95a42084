"""The simulated office: the same choices for the same seed, on working days, within the limits, each command once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.simulation.desk import Answer, Choice
from services.simulation.office import QUIET_WORKDAYS, Office, Request, act_day
from shared.caseview import OpenTask
from shared.casework import CommandIdReused, Outcome
from shared.holidays import published_workdays
from shared.kernel import Role, Task
from shared.security import directory

WORKDAYS = published_workdays()
MONDAY = date(2023, 3, 6)
TASK = Task("answer", Role.HANDLER, "330206", MONDAY)


def is_workday(day: date) -> bool:
    return WORKDAYS.after(day - timedelta(days=1), 1) == day


def choice(seed: int = 1, case_id: str = "letter:1") -> Choice:
    return Choice(seed, case_id, "answer:")


DAYS = st.dates(date(2022, 1, 1), date(2023, 11, 1))


@given(opened_on=DAYS, limit=st.integers(0, 90), window=st.integers(0, 30), seed=st.integers(0, 99))
def test_the_office_acts_within_the_limit_and_never_before_the_window(
    opened_on: date, limit: int, window: int, seed: int
) -> None:
    due_on = opened_on + timedelta(days=limit)
    not_before = min(opened_on + timedelta(days=window), due_on)
    task = replace(TASK, opened_on=opened_on, due_on=due_on, not_before=not_before)

    day = act_day(task, choice(seed), WORKDAYS)

    assert not_before <= day <= due_on
    assert is_workday(day) or WORKDAYS.after(day, 1) > due_on  # type: ignore[operator]


@given(opened_on=DAYS, seed=st.integers(0, 99))
def test_without_a_limit_the_office_acts_within_days(opened_on: date, seed: int) -> None:
    day = act_day(replace(TASK, opened_on=opened_on), choice(seed), WORKDAYS)

    assert opened_on < day <= opened_on + timedelta(days=16)
    assert is_workday(day)


@given(opened_on=DAYS, quiet_since=DAYS, seed=st.integers(0, 9))
def test_a_case_begins_only_after_the_agencies_have_been_quiet(opened_on: date, quiet_since: date, seed: int) -> None:
    task = replace(TASK, opened_on=opened_on, quiet_since=quiet_since)

    quiet = WORKDAYS.after(quiet_since, QUIET_WORKDAYS)

    assert quiet is not None
    assert act_day(task, choice(seed), WORKDAYS) >= quiet


def test_in_a_year_without_a_table_the_office_acts_all_the_same() -> None:
    task = replace(TASK, opened_on=date(2050, 3, 1), due_on=date(2050, 3, 21), quiet_since=date(2050, 3, 1))

    assert act_day(task, choice(), WORKDAYS) == date(2050, 3, 15)


def test_choices_are_the_same_for_the_same_seed_case_and_step() -> None:
    days = {act_day(replace(TASK, due_on=MONDAY + timedelta(days=60)), choice(seed), WORKDAYS) for seed in range(50)}

    assert choice().among("abc", "x") == choice().among("abc", "x")
    assert choice().two("330206", Role.HANDLER) == choice().two("330206", Role.HANDLER)
    assert len(set(choice().two("330206", Role.HANDLER))) == 2
    assert directory.find(choice().person("330206", Role.HANDLER).person_id) is not None
    assert len(days) > 3


@dataclass
class FakeDoor:
    """A service as the office sees it: tasks with the position at which they changed; commands end their task."""

    tasks_now: dict[tuple[str, str], tuple[int, Task]] = field(default_factory=dict)
    position: int = 0
    requests: list[Request] = field(default_factory=list)
    refuse: bool = False
    reads: int = 0

    def put(self, case_id: str, task: Task) -> None:
        self.position += 1
        self.tasks_now[case_id, task.step] = (self.position, task)

    def tasks(self, after: int) -> tuple[int, Sequence[OpenTask]]:
        self.reads += 1
        found = [
            OpenTask("letter", case_id, position, task)
            for (case_id, _), (position, task) in self.tasks_now.items()
            if position > after
        ]
        return self.position, found

    def case(self, _kind: str, case_id: str) -> tuple[Mapping[str, Any], Sequence[Task]]:
        return {"status": "RECEIVED"}, [task for (case, _), (_, task) in self.tasks_now.items() if case == case_id]

    def send_many(self, requests: Sequence[Request]) -> Sequence[Outcome]:
        self.requests += requests
        if self.refuse:
            return [Outcome(refusal=CommandIdReused()) for _ in requests]
        for _, case_id, segment, *_ in requests:
            self.tasks_now.pop((case_id, segment))
            self.position += 1
        return [Outcome(position=self.position) for _ in requests]


def answer(task: OpenTask, case: Mapping[str, Any], choice: Choice) -> Answer | None:
    assert case["status"] == "RECEIVED"
    if task.case_id == "silent":
        return None
    return Answer(choice.person(task.task.body, task.task.role), task.task.step, {"copies": 1})


def office(door: FakeDoor, seed: int = 1) -> Office:
    return Office(seed, WORKDAYS, {"post": door}, {"letter": answer})


def work_until(office: Office, last: date, first: date = MONDAY) -> list[tuple[date, int]]:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [(day, sent) for day in days if (sent := office.work(day))]


@pytest.fixture
def door() -> FakeDoor:
    return FakeDoor()


def test_a_task_is_answered_once_on_its_day(door: FakeDoor) -> None:
    door.put("1", TASK)
    people = office(door)

    worked = work_until(people, MONDAY + timedelta(days=30))

    assert worked == [(act_day(TASK, choice(), WORKDAYS), 1)]
    ((kind, case_id, segment, body, actor, key),) = door.requests
    assert (kind, case_id, segment, body) == ("letter", "1", "answer", {"copies": 1})
    assert actor.role is Role.HANDLER
    assert key == "office:1:letter:1:answer::2023-03-06"
    assert (people.sent, people.refused, people.next_day()) == (1, 0, None)


def test_the_diary_knows_the_next_day(door: FakeDoor) -> None:
    door.put("1", TASK)
    people = office(door)

    people.work(MONDAY)

    assert people.next_day() == act_day(TASK, choice(), WORKDAYS)


def test_an_office_started_again_sends_the_same_under_the_same_keys() -> None:
    def run() -> list[Request]:
        door = FakeDoor()
        for number in range(20):
            door.put(str(number), replace(TASK, due_on=MONDAY + timedelta(days=number)))
        work_until(office(door), MONDAY + timedelta(days=40))
        return door.requests

    first, second = run(), run()

    assert first == second
    assert len({request[5] for request in first}) == 20


def test_a_task_that_was_put_off_is_not_done_on_its_old_day(door: FakeDoor) -> None:
    door.put("1", replace(TASK, due_on=MONDAY + timedelta(days=10)))
    people = office(door)
    people.work(MONDAY)
    later = replace(TASK, due_on=MONDAY + timedelta(days=90))
    door.put("1", later)

    worked = work_until(people, MONDAY + timedelta(days=90))

    assert worked == [(act_day(later, choice(), WORKDAYS), 1)]


def test_a_task_that_vanished_is_not_answered(door: FakeDoor) -> None:
    door.put("1", TASK)
    people = office(door)
    people.work(MONDAY)
    door.tasks_now.clear()

    assert work_until(people, MONDAY + timedelta(days=30)) == []
    assert door.requests == []


def test_a_desk_may_have_no_answer(door: FakeDoor) -> None:
    door.put("silent", TASK)

    assert work_until(office(door), MONDAY + timedelta(days=30)) == []


def test_a_refusal_is_counted_and_not_repeated_until_the_case_changes(door: FakeDoor) -> None:
    door.put("1", TASK)
    door.refuse = True
    people = office(door)
    work_until(people, MONDAY + timedelta(days=30))
    assert (people.sent, people.refused) == (1, 1)
    door.refuse = False
    door.put("1", TASK)

    assert people.work(MONDAY + timedelta(days=31)) == 1
    assert len(door.requests) == 2


def test_two_tasks_of_one_case_are_two_entries(door: FakeDoor) -> None:
    door.put("1", TASK)
    door.put("1", replace(TASK, step="note"))

    work_until(office(door), MONDAY + timedelta(days=30))

    assert sorted(request[2] for request in door.requests) == ["answer", "note"]
