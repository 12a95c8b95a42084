"""The log of facts: ordered, gapless, all or nothing, under stored names that no file move can orphan."""

import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteDatastore

from shared.eventstore import (
    ConcurrencyConflict,
    Log,
    SQLiteStore,
    StoreUnavailable,
    View,
    datastore,
    stored,
)
from shared.kernel import Fact, Meta
from shared.testing.letters import LETTERS, PUBLIC, LetterNoted, LetterPutOff
from tests.places import view_place
from tests.shared.post import Post, opened
from tests.shared.recorder_cases import (
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
    ProcessRecorderTestCase,
    TrackingRecorderTestCase,
)

ROOT = Path(__file__).parents[2]
META = Meta(on=date(2023, 3, 6), at=datetime(2024, 2, 1, tzinfo=UTC), by="330206.HANDLER.1")


def note(number: int) -> LetterNoted:
    return LetterNoted(number=number, note_sealed="x")


def event(log: Log, version: int, stream: str = "letter:1") -> StoredEvent:
    fact = note(version)
    return stored(stream, version, fact, log.catalogue.encode(fact, META))


@pytest.fixture
def log(store: str, tmp_path: Path) -> Log:
    return opened("post", tmp_path, LETTERS.facts)


def append(log: Log, *events: StoredEvent) -> int:
    with log.transaction() as transaction:
        return transaction.insert(events)


def test_facts_come_back_in_order_with_what_is_known_about_them(log: Log) -> None:
    append(log, *(event(log, version) for version in range(1, 21)))

    found = log.read("letter:1", after=5)

    assert [recorded.version for recorded in found] == list(range(6, 21))
    assert [recorded.fact for recorded in found] == [note(number) for number in range(6, 21)]
    assert {recorded.meta for recorded in found} == {META}


def test_positions_ascend_also_after_a_refused_transaction(log: Log, store: str) -> None:
    append(log, event(log, 1), event(log, 2))
    with pytest.raises(ConcurrencyConflict):
        append(log, event(log, 3), event(log, 2))
    append(log, event(log, 3), event(log, 4))

    positions = [notification.id for notification in log.notifications(0, 10)]
    assert positions == ([1, 2, 3, 4] if store == "sqlite" else [1, 2, 5, 6])
    assert log.head() == positions[-1]


def test_a_taken_version_is_refused_and_nothing_of_the_transaction_is_stored(log: Log) -> None:
    append(log, event(log, 1))

    def write() -> None:
        with log.transaction() as transaction:
            transaction.execute("INSERT INTO command VALUES ('key', 'digest', 1)")
            transaction.track("neighbour", 7)
            transaction.insert([event(log, 1, "letter:2"), event(log, 1)])

    with pytest.raises(ConcurrencyConflict):
        write()

    assert log.read("letter:2") == []
    assert log.rows("SELECT * FROM command") == []
    assert log.position_in("neighbour") == 0
    assert log.head() == 1


def test_facts_position_command_and_deadline_commit_together(log: Log) -> None:
    with log.transaction() as transaction:
        transaction.insert([event(log, 1)])
        transaction.track("neighbour", 7)
        transaction.execute("INSERT INTO command VALUES ('key', 'digest', 1)")
        transaction.execute("INSERT INTO deadline VALUES ('letter:1', 'answer', '2023-03-17', 0)")

    assert log.head() == 1
    assert log.position_in("neighbour") == 7
    assert len(log.rows("SELECT * FROM command")) == len(log.rows("SELECT * FROM deadline")) == 1


@pytest.mark.parametrize("position", [6, 7])
def test_a_lower_or_equal_position_is_fenced(log: Log, position: int) -> None:
    with log.transaction() as transaction:
        transaction.track("neighbour", 7)

    def write() -> None:
        with log.transaction() as transaction:
            transaction.insert([event(log, 1)])
            transaction.track("neighbour", position)

    with pytest.raises(ConcurrencyConflict):
        write()

    assert log.read("letter:1") == []


def test_a_fenced_reader_learns_where_the_other_one_is(log: Log, tmp_path: Path) -> None:
    other = opened("post", tmp_path, LETTERS.facts)
    assert log.position_in("neighbour") == 0
    with other.transaction() as transaction:
        transaction.insert([event(log, 1)])
        transaction.track("neighbour", 7)

    with pytest.raises(ConcurrencyConflict), log.transaction() as transaction:
        transaction.track("neighbour", 3)

    assert log.position_in("neighbour") == 7
    assert log.head() == 1


KILLED = """
    import os, signal
    from pathlib import Path
    from tests.shared.post import open_post
    from tests.shared.test_eventstore import event
    post = open_post(Path({folder!r}))
    post.receive("kept")
    with post.log.transaction() as transaction:
        for version in range(1, 3_001):
            transaction.insert([event(post.log, version, "letter:lost")])
        transaction.track("neighbour", 7)
        transaction.execute("INSERT INTO command VALUES ('key', 'digest', 1)")
        transaction.execute("INSERT INTO deadline VALUES ('letter:lost', 'answer', '2023-03-17', 0)")
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.usefixtures("store")
def test_a_process_killed_in_the_middle_of_a_transaction_leaves_nothing_half_stored(tmp_path: Path) -> None:
    code = textwrap.dedent(KILLED).format(folder=str(tmp_path))
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr

    log = opened("post", tmp_path, LETTERS.facts)

    assert len(log.read("letter:kept")) == 1
    assert log.head() == 1
    assert log.position_in("neighbour") == 0
    assert log.rows("SELECT * FROM command") == []
    assert [row["stream"] for row in log.rows("SELECT stream FROM deadline")] == ["letter:kept"]


@pytest.mark.usefixtures("store")
def test_stored_names_hold_no_module_path(post: Post) -> None:
    post.receive("1")

    rows = post.log.rows("SELECT topic, state FROM stored_events")

    assert [row["topic"] for row in rows] == ["post.letter_received.v1"]
    assert all(b"shared" not in row["state"] and b"LetterReceived" not in row["state"] for row in rows)


def test_a_fact_that_could_not_be_read_again_is_never_stored(log: Log) -> None:
    class Stranger(Fact):
        fact_name = "post.stranger_seen.v1"

    with pytest.raises(KeyError):
        log.catalogue.encode(Stranger(), META)


def test_a_catalogue_has_each_name_once(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="stands twice"):
        opened("post", tmp_path, [LetterPutOff, LetterPutOff])


@pytest.mark.usefixtures("store")
def test_what_is_followed_are_the_public_facts_of_a_narrower_class(post: Post) -> None:
    post.receive("1", "2")
    with post.log.transaction() as transaction:
        transaction.insert([event(post.log, 2)])
    catalogue = type(post.log.catalogue)(PUBLIC)

    found = post.log.follow(1, 10, catalogue)

    assert [(recorded.position, recorded.stream) for recorded in found] == [(2, "letter:2")]


def test_a_locked_store_is_unavailable_and_answers_again_later(log: Log, store: str, tmp_path: Path) -> None:
    with locked(log, store, tmp_path), pytest.raises(StoreUnavailable):
        append(log, event(log, 1))

    append(log, event(log, 1))

    assert [recorded.version for recorded in log.read("letter:1")] == [1]


@contextmanager
def locked(log: Log, store: str, folder: Path) -> Iterator[None]:
    """Hold the log's write lock from elsewhere; the log waits for a moment only."""
    if store == "postgres":
        log.store.datastore.pool.kwargs["options"] += " -c lock_timeout=10ms"
        with opened("post", folder, LETTERS.facts).transaction():
            yield
        return
    with log.store.datastore.get_connection(commit=True) as connection:
        connection.cursor().execute("PRAGMA busy_timeout = 1")
    other = sqlite3.connect(folder / "post.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


def test_a_store_that_is_gone_is_unavailable(log: Log, store: str, tmp_path: Path) -> None:
    if store == "postgres":
        log.store.datastore.close()
    else:
        log.store.datastore = SQLiteDatastore(str(tmp_path / "gone" / "post.db"), originator_id_type="text")

    with pytest.raises(StoreUnavailable):
        log.read("letter:1")


@pytest.mark.usefixtures("store")
def test_a_cleared_view_is_empty_and_stands_at_the_start(tmp_path: Path) -> None:
    place = view_place(tmp_path, "view")
    view = View(place, {"row": "CREATE TABLE IF NOT EXISTS row (n INTEGER)"})
    view.store.create_tables()
    with view.write() as transaction:
        transaction.execute("INSERT INTO row VALUES (1)")
        transaction.track("post", 5)

    view.clear()

    assert view.rows("SELECT * FROM row") == []
    assert view.position("post") == 0
    assert View(place, {}).position("post") == 0


class TestApplicationRecorder(ApplicationRecorderTestCase):  # type: ignore[type-arg]
    """The library's own cases for a recorder of facts, on our store."""

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.path = tmp_path / "store.db"

    def create_recorder(self) -> SQLiteStore:
        store = SQLiteStore(datastore(self.path))
        store.create_table()
        return store

    def new_originator_id(self) -> str:
        return f"letter:{uuid4()}"

    def test_performance(self) -> None:
        """Measured by the benchmarks."""

    def test_concurrent_throughput(self) -> None:
        """Measured by the benchmarks."""


class TestProcessRecorder(ProcessRecorderTestCase):
    """The library's own cases for facts with positions, on our store."""

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.path = tmp_path / "store.db"

    create_recorder = TestApplicationRecorder.create_recorder
    new_originator_id = TestApplicationRecorder.new_originator_id

    def test_performance(self) -> None:
        """Measured by the benchmarks."""


class TestTrackingRecorder(TrackingRecorderTestCase):
    """The library's own cases for positions, on our store."""

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.path = tmp_path / "store.db"

    create_recorder = TestApplicationRecorder.create_recorder


class TestNonInterleavingNotificationIds(NonInterleavingNotificationIDsBaseCase):
    """Facts of one transaction stand together in the log."""

    insert_num = 200

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.path = tmp_path / "store.db"

    create_recorder = TestApplicationRecorder.create_recorder
    new_originator_id = TestApplicationRecorder.new_originator_id
