"""The write side: each command once, conflicts decided again, roles in both directions, deadlines exactly once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from shared import casework
from shared.casework import CommandIdReused, Order, UnknownCase
from shared.kernel import Actor, Command, Context, Fact, RoleNotPermitted
from shared.testing.letters import (
    LETTERS,
    AnswerLetter,
    LetterAnsweredAlready,
    NoteOnLetter,
    PassAnswerDate,
    PutOffLetter,
    RecordLetter,
    decide,
)
from tests.shared.post import HANDLER, HEAD, MONDAY, SYSTEM, Post, open_post

pytestmark = pytest.mark.usefixtures("store")

DUE = MONDAY + timedelta(days=10)
NOTE = NoteOnLetter(text="请尽快回复")


def test_a_command_sent_again_under_its_id_takes_effect_once(post: Post) -> None:
    post.receive("1")
    first = post.send("1", NOTE, key="key-0001")

    again = post.send("1", NOTE, key="key-0001")

    assert (again.position, again.repeated) == (first.position, True)
    assert post.names("1") == ["LetterReceived", "LetterNoted"]


def test_a_command_id_with_other_content_is_refused(post: Post) -> None:
    post.receive("1")
    post.send("1", NOTE, key="key-0001")

    outcomes = [
        post.send("1", NoteOnLetter(text="另一条"), key="key-0001"),
        post.send("1", NOTE, HEAD, key="key-0001"),
        post.send("2", NOTE, key="key-0001"),
    ]

    assert [type(outcome.refusal) for outcome in outcomes] == [CommandIdReused, CommandIdReused, UnknownCase]
    assert post.names("1") == ["LetterReceived", "LetterNoted"]


def test_a_command_id_is_known_after_a_restart(tmp_path: Path) -> None:
    before = open_post(tmp_path)
    before.receive("1")
    first = before.send("1", NOTE, key="key-0001")

    after = open_post(tmp_path)

    assert after.send("1", NOTE, key="key-0001").position == first.position
    assert isinstance(after.send("1", AnswerLetter(), key="key-0001").refusal, CommandIdReused)


def test_a_command_id_is_known_within_one_batch(post: Post) -> None:
    post.receive("1")
    order = Order("letter:1", NOTE, HANDLER, "key-0001")
    other = Order("letter:1", AnswerLetter(), HANDLER, "key-0001")

    first, again, reused = post.work.handle([order, order, other])

    assert (first.position, again.position, again.repeated) == (2, 2, True)
    assert isinstance(reused.refusal, CommandIdReused)
    assert post.names("1") == ["LetterReceived", "LetterNoted"]


def test_a_refused_command_may_be_sent_again_under_its_id(post: Post) -> None:
    assert isinstance(post.send("1", NOTE, key="key-0001").refusal, UnknownCase)
    post.receive("1")

    assert post.send("1", NOTE, key="key-0001").refusal is None


def test_a_refused_command_does_not_fail_its_neighbours(post: Post) -> None:
    post.receive("1", "2", "3")
    post.send("2", AnswerLetter())

    outcomes = post.work.handle([Order(f"letter:{case_id}", NOTE, HANDLER) for case_id in "123"])

    assert [type(outcome.refusal) for outcome in outcomes] == [type(None), LetterAnsweredAlready, type(None)]
    assert post.names("2") == ["LetterReceived", "LetterAnswered"]
    assert post.names("1") == post.names("3") == ["LetterReceived", "LetterNoted"]


def test_orders_of_one_batch_see_what_earlier_ones_did(post: Post) -> None:
    post.receive("1")

    outcomes = post.work.handle([Order("letter:1", AnswerLetter(), HANDLER)] * 2)

    assert [type(outcome.refusal) for outcome in outcomes] == [type(None), LetterAnsweredAlready]


def test_an_order_that_breaks_stores_nothing_of_its_batch(post: Post) -> None:
    post.receive("1")

    with pytest.raises(KeyError):
        post.work.handle([Order("letter:1", NOTE, HANDLER), Order("parcel:1", NOTE, HANDLER)])

    assert post.names("1") == ["LetterReceived"]
    assert post.work.state("letter:1").notes == 0


def test_the_second_of_two_writers_decides_again_on_what_the_first_wrote(tmp_path: Path) -> None:
    one, two = open_post(tmp_path), open_post(tmp_path, view="two")
    one.receive("1")
    assert two.work.state("letter:1").notes == 0
    one.send("1", NOTE)

    outcome = two.send("1", NOTE)

    assert (outcome.refusal, outcome.position) == (None, 3)
    assert two.work.state("letter:1").notes == 2
    assert [recorded.version for recorded in one.log.read("letter:1")] == [1, 2, 3]


def test_the_second_of_two_writers_is_refused_where_the_first_decided(tmp_path: Path) -> None:
    one, two = open_post(tmp_path), open_post(tmp_path, view="two")
    one.receive("1")
    two.work.state("letter:1")
    one.send("1", AnswerLetter())

    assert isinstance(two.send("1", NOTE).refusal, LetterAnsweredAlready)


def test_a_conflict_stays_with_its_own_order_of_a_batch(tmp_path: Path) -> None:
    one, two = open_post(tmp_path), open_post(tmp_path, view="two")
    one.receive("1", "2", "3")
    for case_id in "123":
        two.work.state(f"letter:{case_id}")
    one.send("2", AnswerLetter())

    outcomes = two.work.handle([Order(f"letter:{case_id}", NOTE, HANDLER) for case_id in "123"])

    assert [type(outcome.refusal) for outcome in outcomes] == [type(None), LetterAnsweredAlready, type(None)]
    assert [outcome.position for outcome in outcomes] == [5, 0, 6]


def test_a_writer_that_is_ahead_of_the_log_leaves_no_hole(tmp_path: Path) -> None:
    post, other = open_post(tmp_path), open_post(tmp_path, view="two")
    post.receive("1")
    post.send("1", NOTE)
    with other.log.transaction() as transaction:
        transaction.execute("DELETE FROM stored_events WHERE originator_version = 2")

    post.send("1", NOTE)

    assert [recorded.version for recorded in post.log.read("letter:1")] == [1, 2]


def test_a_persons_command_is_refused_to_the_system_and_the_other_way_round(post: Post) -> None:
    post.receive("1")

    outcomes = [
        post.send("1", AnswerLetter(), SYSTEM),
        post.send("1", RecordLetter(), HANDLER),
        post.send("1", PassAnswerDate(due_on=DUE), HEAD),
        post.send("1", PutOffLetter(days=1), HANDLER),
    ]

    assert [type(outcome.refusal) for outcome in outcomes] == [RoleNotPermitted] * 4
    assert outcomes[0].refusal is not None
    assert "HANDLER" in outcomes[0].refusal.fix("en")
    assert post.names("1") == ["LetterReceived"]


def test_a_person_cannot_act_on_an_unknown_case(post: Post) -> None:
    outcome = post.send("no-such", NOTE)

    assert isinstance(outcome.refusal, UnknownCase)
    assert not post.work.exists("letter:no-such")


def test_what_is_known_about_a_fact_is_recorded_with_it(post: Post) -> None:
    post.receive("1")
    post.work.handle([Order("letter:1", NOTE, HANDLER, "key-0001", "correlation", "cause")])
    post.send("1", AnswerLetter())

    received, noted, answered = (recorded.meta for recorded in post.log.read("letter:1"))

    assert (received.by, received.on, received.prv) == ("system:post", MONDAY, 0)
    assert (noted.by, noted.cmd, noted.cor, noted.cau) == (HANDLER.person_id, "key-0001", "correlation", "cause")
    assert (noted.prv, answered.prv, answered.pol) == (1, 1, "letters@1")


def test_the_version_of_the_public_fact_before_is_known_after_a_restart(tmp_path: Path) -> None:
    before = open_post(tmp_path)
    before.receive("1")
    before.send("1", NOTE)

    after = open_post(tmp_path)
    after.send("1", AnswerLetter(copies=2))

    assert [recorded.meta.prv for recorded in after.log.read("letter:1")] == [0, 1, 1, 3]


def deadlines(post: Post) -> list[tuple[str, str, str, int]]:
    return [tuple(row) for row in post.log.rows("SELECT stream, kind, fires_on, fired FROM deadline ORDER BY stream")]


def test_a_deadline_is_recorded_with_the_fact_that_starts_it(post: Post) -> None:
    post.receive("1")

    assert deadlines(post) == [("letter:1", "answer", (DUE + timedelta(days=1)).isoformat(), 0)]
    assert post.work.next_deadline() == DUE + timedelta(days=1)


def test_a_deadline_fires_on_its_day_and_never_again(post: Post) -> None:
    post.receive("1")
    late = DUE + timedelta(days=1)
    assert post.work.fire_deadlines(DUE) == 0

    fired = [post.work.fire_deadlines(day) for day in (late, late, late + timedelta(days=90))]

    assert fired == [1, 0, 0]
    assert post.names("1") == ["LetterReceived", "AnswerMissed"]
    assert post.log.read("letter:1")[1].meta.cau == f"deadline:answer:{late}"


def test_a_deadline_vanishes_when_the_case_no_longer_has_it(post: Post) -> None:
    post.receive("1")
    post.send("1", AnswerLetter())

    assert deadlines(post) == []
    assert post.work.next_deadline() is None
    assert post.work.fire_deadlines(date(2030, 1, 1)) == 0


def test_a_deadline_moves_with_the_case_and_fires_again_for_a_new_date(post: Post) -> None:
    post.receive("1")
    post.send("1", PutOffLetter(days=5), HEAD)
    assert post.work.fire_deadlines(DUE + timedelta(days=1)) == 0
    assert post.work.fire_deadlines(DUE + timedelta(days=6)) == 1

    post.send("1", PutOffLetter(days=30), HEAD)

    assert post.work.fire_deadlines(DUE + timedelta(days=36)) == 1
    assert post.names("1").count("AnswerMissed") == 2


def test_a_deadline_survives_a_restart_and_a_fired_one_stays_fired(tmp_path: Path) -> None:
    late = DUE + timedelta(days=1)
    open_post(tmp_path).receive("1", "2")
    open_post(tmp_path).send("2", AnswerLetter())

    assert open_post(tmp_path).work.fire_deadlines(late) == 1
    assert open_post(tmp_path).work.fire_deadlines(late) == 0


def test_many_deadlines_fire_in_parts(post: Post) -> None:
    post.receive(*(str(number) for number in range(25)))

    fired = [post.work.fire_deadlines(DUE + timedelta(days=1), limit=10) for _ in range(4)]

    assert fired == [10, 10, 5, 0]


def test_a_deadline_that_is_refused_stops_no_other(tmp_path: Path) -> None:
    def stubborn(state: Any, command: Any, context: Context) -> Sequence[Fact]:
        if isinstance(command, PassAnswerDate) and state.case_id == "1":
            raise LetterAnsweredAlready(case_id=state.case_id)
        return decide(state, command, context)

    post = open_post(tmp_path, replace(LETTERS, decide=stubborn))
    post.receive("1", "2")

    with capture_logs() as logs:
        fired = [post.work.fire_deadlines(DUE + timedelta(days=1)) for _ in range(2)]

    assert fired == [2, 0]
    assert post.names("2") == ["LetterReceived", "AnswerMissed"]
    assert [row[3] for row in deadlines(post)] == [casework.FIRED_IN_VAIN]
    assert [entry["event"] for entry in logs] == ["deadline refused"]


def test_states_in_memory_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_post(tmp_path).receive(*(str(number) for number in range(30)))
    post = open_post(tmp_path)
    monkeypatch.setattr(casework, "CACHED_CASES", 10)

    for number in range(30):
        post.work.state(f"letter:{number}")

    assert len(post.work._cache) == 10


def test_the_system_is_no_person() -> None:
    assert not Actor.system("post").is_person
    assert HANDLER.is_person


def test_a_system_command_that_changes_nothing_is_no_fact(post: Post) -> None:
    post.receive("1")

    outcome = post.work.handle([Order("letter:1", RecordLetter(), SYSTEM, "key-0001")])[0]

    assert (outcome.position, outcome.refusal) == (1, None)
    assert post.names("1") == ["LetterReceived"]


def test_commands_have_names_only_where_people_send_them() -> None:
    def by_person(command: type[Command]) -> bool:
        return bool(command.roles)

    assert {command.name for command in LETTERS.commands if by_person(command)} == {"note", "extension", "answer"}
    assert {command.name for command in LETTERS.commands if not by_person(command)} == {""}
