"""PostgreSQL alone: many processes write to one log, followers miss nothing, and a worker may only add."""

import multiprocessing
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import ProgrammingError
from psycopg.conninfo import make_conninfo

from shared.casework import Outcome
from shared.eventstore import ConcurrencyConflict, Database, Log, Place, StoreUnavailable, open_log
from shared.testing.letters import LETTERS, AnswerLetter, NoteOnLetter
from tests.places import log_place
from tests.shared.post import MONDAY, Post, open_post, opened
from tests.shared.recorder_cases import (
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
    ProcessRecorderTestCase,
    TrackingRecorderTestCase,
)
from tests.shared.test_eventstore import event

pytestmark = pytest.mark.usefixtures("on_postgres")
NOTE = NoteOnLetter(text="请尽快回复")
WRITERS = 8
EACH = 25
WHOLE = 100_000
SPAWN = multiprocessing.get_context("spawn")


def write(folder: Path, writer: int, cases: list[str]) -> None:
    """Send notes from a process of its own, each with a key of its own."""
    post = open_post(folder)
    for number in range(EACH):
        outcome = post.send(cases[(writer + number) % len(cases)], NOTE, key=f"key-{writer}-{number}")
        assert outcome.refusal is None


@pytest.mark.parametrize("cases", [["1"], [str(number) for number in range(1, 13)]], ids=["one case", "many cases"])
def test_eight_processes_write_and_a_follower_sees_exactly_what_is_stored(tmp_path: Path, cases: list[str]) -> None:
    post = open_post(tmp_path)
    post.receive(*cases)
    writers = [SPAWN.Process(target=write, args=(tmp_path, writer, cases)) for writer in range(WRITERS)]
    for process in writers:
        process.start()

    followed = list(follow(post, writers))

    assert [process.exitcode for process in writers] == [0] * WRITERS
    assert followed == [fact[:4] for fact in post.log.told_after(0, WHOLE)]
    assert len(followed) == len(cases) + WRITERS * EACH
    for case_id in cases:
        recorded = post.log.read(f"letter:{case_id}")
        assert [fact.version for fact in recorded] == list(range(1, len(recorded) + 1))
        assert post.work.state(f"letter:{case_id}").notes == len(recorded) - 1


def follow(post: Post, writers: list[Any]) -> Iterator[tuple[int, str, int, str]]:
    """Read the log from zero while they write, up to its end."""
    position, is_last_look = 0, False
    while not is_last_look:
        is_last_look = not any(process.is_alive() for process in writers)
        while facts := post.log.told_after(position, 7):
            yield from (fact[:4] for fact in facts)
            position = facts[-1][0]
    for process in writers:
        process.join()


def send_same(folder: Path) -> None:
    assert open_post(folder).send("1", NOTE, key="key-0001").refusal is None


def test_the_same_command_from_ten_processes_takes_effect_once(tmp_path: Path) -> None:
    post = open_post(tmp_path)
    post.receive("1")
    with SPAWN.Pool(5) as pool:
        pool.map(send_same, [tmp_path] * 10)

    assert post.names("1") == ["LetterReceived", "LetterNoted"]


def test_commands_of_many_threads_each_have_their_own_outcome(tmp_path: Path) -> None:
    post = open_post(tmp_path)
    post.receive(*(str(number) for number in range(20)))
    post.send("7", AnswerLetter())
    outcomes: dict[int, Outcome] = {}

    def send(number: int) -> None:
        outcomes[number] = post.send(str(number), NOTE, key=f"key-{number}")

    threads = [threading.Thread(target=send, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [number for number in range(20) if outcomes[number].refusal] == [7]
    for number in set(range(20)) - {7}:
        (fact,) = post.log.told_after(outcomes[number].position - 1, 1)
        assert fact[:3] == (outcomes[number].position, f"letter:{number}", 2)


def test_a_command_whose_commit_is_in_doubt_may_be_sent_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    post = open_post(tmp_path)
    post.receive("1")
    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", break_after_commit)
        with pytest.raises(StoreUnavailable):
            post.send("1", NOTE, key="key-0001")
    assert post.names("1") == ["LetterReceived", "LetterNoted"]

    again = post.send("1", NOTE, key="key-0001")

    assert (again.repeated, again.refusal) == (True, None)
    assert post.names("1") == ["LetterReceived", "LetterNoted"]
    assert post.send("1", NOTE, key="key-0002").refusal is None
    assert post.work.state("letter:1").notes == 2


execute = psycopg.Cursor.execute


def break_after_commit(cursor: Any, sql: Any, params: Any = None) -> Any:
    """Let the connection break right after the server has committed, before anybody hears of it."""
    answer = execute(cursor, sql, params)
    if sql == "COMMIT":
        cursor.connection.close()
        raise psycopg.OperationalError("the connection is lost")
    return answer


def test_what_another_process_wrote_is_seen_at_once(tmp_path: Path) -> None:
    one, two = open_post(tmp_path), open_post(tmp_path)
    one.receive("1")
    assert two.work.next_deadline() is not None
    one.send("1", NOTE)
    two.project()

    assert (two.work.state("letter:1").notes, two.log.head()) == (1, one.log.head())
    assert one.view.position == one.log.head()
    assert one.view.view.wait_for("post", one.log.head(), 1.0)
    one.send("1", AnswerLetter())
    assert two.work.next_deadline() is None
    assert two.work.fire_deadlines(MONDAY.replace(year=2030)) == 0


def test_a_reader_that_was_overtaken_is_fenced_even_with_a_higher_position(tmp_path: Path) -> None:
    one, two = opened("post", tmp_path, LETTERS.facts), opened("post", tmp_path, LETTERS.facts)
    with one.transaction() as transaction:
        transaction.track("neighbour", 20, after=0)

    with pytest.raises(ConcurrencyConflict), two.transaction() as transaction:
        transaction.track("neighbour", 25, after=0)

    assert two.position_in("neighbour") == 20


def test_two_processes_may_create_the_tables_at_once(tmp_path: Path) -> None:
    with SPAWN.Pool(4) as pool:
        pool.starmap(_create, [(log_place(tmp_path, "post"),)] * 8)

    assert opened("post", tmp_path, LETTERS.facts).head() == 0


def _create(place: Place) -> None:
    opened_at(place).store.create_tables()


def opened_at(place: Place) -> Log:
    return open_log("post", place, LETTERS.facts)


@pytest.fixture
def worker(postgres: str) -> Iterator[str]:
    """A role that owns nothing."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        name = f"worker_{uuid4().hex[:8]}"
        connection.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'secret'".encode())
        yield name
        connection.execute(f"DROP OWNED BY {name}".encode())
        connection.execute(f"DROP ROLE {name}".encode())


def test_a_worker_adds_facts_and_can_change_neither_a_fact_nor_a_table(tmp_path: Path, worker: str) -> None:
    place = log_place(tmp_path, "post")
    assert isinstance(place, Database)
    owner: Any = opened("post", tmp_path, LETTERS.facts)
    owner.store.allow(worker)
    log = opened_at(Database(make_conninfo(place.url, user=worker, password="secret"), place.schema))

    with log.transaction() as transaction:
        transaction.track("neighbour", 1)
        transaction.insert([event(log, 1)])

    assert [recorded.version for recorded in owner.read("letter:1")] == [1]
    for forbidden in ("UPDATE stored_events SET topic = 'x'", "DELETE FROM stored_events", "DROP TABLE seen"):
        with pytest.raises(ProgrammingError), log.transaction() as transaction:
            transaction.execute(forbidden)


class OnPostgres:
    """Makes the recorders that the library's cases ask for."""

    EXPECT_CONTIGUOUS_NOTIFICATION_IDS = False

    @pytest.fixture(autouse=True)
    def _folder(self, on_postgres: None, tmp_path: Path) -> None:
        self.place = log_place(tmp_path, "library")

    def create_recorder(self) -> Any:
        store = opened_at(self.place).store
        store.create_tables()
        return store

    def new_originator_id(self) -> str:
        return f"letter:{uuid4()}"

    def test_performance(self) -> None:
        """Measured by the benchmarks."""

    def test_concurrent_throughput(self) -> None:
        """Measured by the benchmarks."""


class TestApplicationRecorder(OnPostgres, ApplicationRecorderTestCase):  # type: ignore[type-arg]
    """The library's own cases for a recorder of facts, on our store."""


class TestProcessRecorder(OnPostgres, ProcessRecorderTestCase):
    """The library's own cases for facts with positions, on our store."""


class TestTrackingRecorder(OnPostgres, TrackingRecorderTestCase):
    """The library's own cases for positions, on our store."""


class TestNonInterleavingNotificationIds(OnPostgres, NonInterleavingNotificationIDsBaseCase):
    """Facts of one transaction stand together in the log."""

    insert_num = 200
