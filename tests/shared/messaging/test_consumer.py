"""Reading a neighbour: at least once delivered, once in effect, in order within a case, and no case stops another."""

import random
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.persistence import OperationalError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from shared.casework import Order
from shared.eventstore import ConcurrencyConflict, StoreUnavailable
from shared.kernel import Actor, Command, Context, Fact, Model, Recorded, Refusal
from shared.messaging import consumer as consumer_module
from shared.messaging.consumer import Consumer
from shared.messaging.direct import DirectSource
from shared.testing.letters import PUBLIC, AnswerLetter, LetterAnswered, LetterReceived, NoteOnLetter
from tests.shared.messaging.line import Line
from tests.shared.post import Post, open_casework, open_post

pytestmark = pytest.mark.usefixtures("store")

ROOT = Path(__file__).parents[3]
ARCHIVE = Actor.system("archive")


class CopyKept(Fact):
    fact_name = "archive.copy_kept.v1"
    zh = "留存 {letter} 第 {version} 条"
    en = "kept {version} of {letter}"
    letter: str
    version: int


class RecordCopy(Command):
    letter: str
    version: int


class ShelfFull(Refusal):
    rule, source = "A-1", "the archive's own rule 1"
    zh, en, fix_zh, fix_en = "已满", "the shelf is full", "加一层", "add a shelf"


@dataclass
class Archive:
    """A service that keeps a copy of each fact of the post; `troubles` by case id: what its handling raises."""

    folder: Path
    post: Post
    source: Any = None
    troubles: dict[str, Exception] = field(default_factory=dict)

    def __post_init__(self) -> None:
        model: Model[int] = Model(
            kind="copies",
            initial=lambda _case_id: 0,
            decide=_keep,
            evolve=lambda count, _fact: count + 1,
            facts=(CopyKept,),
            commands=(RecordCopy,),
        )
        self.work = open_casework("archive", self.folder, model, (), self.post.clock)
        self.source = self.source or DirectSource(self.post.log, PUBLIC)
        reactions = {LetterReceived: self.keep, LetterAnswered: self.keep}
        self.consumer = Consumer(self.work, self.source, reactions)

    def keep(self, recorded: Recorded[Any], _state_of: Callable[[str], Any]) -> Iterable[Order]:
        case_id = recorded.stream.partition(":")[2]
        command = RecordCopy(letter=case_id, version=recorded.version)
        yield Order(f"copies:{case_id}", command, ARCHIVE, causation_id=recorded.fact_id)
        if case_id in self.troubles:
            raise self.troubles[case_id]

    def pull(self) -> None:
        while self.consumer.pull():
            pass

    def kept(self, case_id: str) -> list[int]:
        return [recorded.fact.version for recorded in self.work.log.read(f"copies:{case_id}")]  # type: ignore[attr-defined]

    def letters(self) -> list[tuple[str, str]]:
        return [(letter["stream"], letter["reason"]) for letter in self.consumer.dead_letters()]


def _keep(_state: int, command: RecordCopy, _context: Context) -> Sequence[Fact]:
    return (CopyKept(letter=command.letter, version=command.version),)


class Deliveries:
    """A source that delivers what a test says, at positions of its own."""

    name = "post"

    def __init__(self, *deliveries: Recorded[Any]) -> None:
        self.deliveries: list[Recorded[Any]] = []
        self.deliver(*deliveries)

    def deliver(self, *deliveries: Recorded[Any]) -> None:
        for delivery in deliveries:
            self.deliveries.append(replace(delivery, position=len(self.deliveries) + 1))

    def fetch(self, after: int, limit: int) -> Sequence[Recorded[Any]]:
        return self.deliveries[after : after + limit]

    def head(self) -> int:
        return len(self.deliveries)


@pytest.fixture(params=["direct", "kafka"])
def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def archive(tmp_path: Path, post: Post, transport: str, request: pytest.FixtureRequest) -> Archive:
    if transport == "direct":
        return Archive(tmp_path, post)
    line: Line = request.getfixturevalue("line")
    return Archive(tmp_path, post, line.joined(post))


@pytest.fixture
def deliveries(transport: str, request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Return what makes a source that delivers what a test says, on either transport."""
    if transport == "direct":
        return Deliveries
    line: Line = request.getfixturevalue("line")
    return line.deliveries


def public_facts_of(post: Post) -> list[Recorded[Any]]:
    return list(DirectSource(post.log, PUBLIC).fetch(0, 1_000))


def test_public_facts_arrive_in_order_and_private_ones_do_not(post: Post, archive: Archive) -> None:
    post.receive("1", "2")
    post.send("1", NoteOnLetter(text="内部"))
    post.send("1", AnswerLetter())

    archive.pull()

    assert (archive.kept("1"), archive.kept("2")) == ([1, 3], [1])
    assert archive.consumer.behind == 0
    assert archive.letters() == []


def test_nothing_new_is_nothing_to_do(post: Post, archive: Archive) -> None:
    post.receive("1")

    assert [archive.consumer.pull() for _ in range(3)] == [1, 0, 0]


def test_a_fact_delivered_twice_changes_nothing(tmp_path: Path, post: Post, deliveries: Callable[..., Any]) -> None:
    post.receive("1")
    post.send("1", AnswerLetter())
    first, second = public_facts_of(post)
    archive = Archive(tmp_path, post, deliveries(first, first, second, first, second))

    archive.pull()

    assert archive.kept("1") == [1, 2]
    assert archive.letters() == []


def test_a_fact_delivered_again_in_a_later_batch_changes_nothing(
    tmp_path: Path, post: Post, deliveries: Callable[..., Any]
) -> None:
    post.receive("1")
    source = deliveries(*public_facts_of(post))
    archive = Archive(tmp_path, post, source)
    archive.pull()
    source.deliver(*public_facts_of(post))

    archive.pull()

    assert archive.kept("1") == [1]
    assert archive.consumer.position == 2


def test_a_missing_fact_is_alarmed_and_what_follows_waits(
    tmp_path: Path, post: Post, deliveries: Callable[..., Any]
) -> None:
    post.receive("1", "2")
    post.send("1", AnswerLetter(copies=3))
    first, other, _missing, third, fourth = public_facts_of(post)
    archive = Archive(tmp_path, post, deliveries(first, third, fourth, other))

    with capture_logs() as logs:
        archive.pull()

    assert (archive.kept("1"), archive.kept("2")) == ([1], [1])
    assert archive.letters() == [("letter:1", "MISSING_FACT"), ("letter:1", "WAITING_BEHIND")]
    assert [entry["reason"] for entry in logs] == ["MISSING_FACT"]


def test_a_gap_keeps_its_reason_and_its_neighbours_where_another_case_fails(
    tmp_path: Path, post: Post, deliveries: Callable[..., Any]
) -> None:
    post.receive("1", "poison")
    post.send("1", AnswerLetter(copies=2))
    first, poison, _missing, third = public_facts_of(post)
    archive = Archive(tmp_path, post, deliveries(first, third, poison), {"poison": ShelfFull()})

    archive.pull()

    assert archive.kept("1") == [1]
    assert archive.letters() == [("letter:1", "MISSING_FACT"), ("letter:poison", "REFUSED")]


def test_a_gap_heals_once_the_missing_fact_came(tmp_path: Path, post: Post, deliveries: Callable[..., Any]) -> None:
    post.receive("1")
    post.send("1", AnswerLetter(copies=3))
    first, missing, third, fourth = public_facts_of(post)
    source = deliveries(first, third, fourth)
    archive = Archive(tmp_path, post, source)
    archive.pull()
    assert archive.consumer.replay(dry_run=False) == 0
    source.deliver(missing)
    archive.pull()

    assert archive.consumer.replay(dry_run=False) == 3
    assert archive.kept("1") == [1, 2, 3, 4]
    assert archive.letters() == []


@pytest.mark.parametrize(("trouble", "reason"), [(ShelfFull(), "REFUSED"), (ZeroDivisionError(), "FAILED")])
def test_a_poison_fact_goes_to_the_dead_letters_and_only_its_case_waits(
    post: Post, archive: Archive, trouble: Exception, reason: str
) -> None:
    post.receive("1", "poison", "2")
    archive.troubles["poison"] = trouble
    archive.pull()
    for case_id in ("poison", "1", "2"):
        post.send(case_id, AnswerLetter())

    archive.pull()

    assert (archive.kept("1"), archive.kept("2"), archive.kept("poison")) == ([1, 2], [1, 2], [])
    assert archive.letters() == [("letter:poison", reason), ("letter:poison", "WAITING_BEHIND")]
    first = archive.consumer.dead_letters()[0]
    assert (first["fact_name"], first["detail"]) == ("post.letter_received.v1", type(trouble).__name__)
    assert archive.consumer.position == 6


def test_poison_and_what_follows_in_one_batch_leave_in_order(post: Post, archive: Archive) -> None:
    post.receive("1", "poison")
    post.send("poison", AnswerLetter(copies=3))
    archive.troubles["poison"] = ShelfFull()
    archive.pull()
    assert archive.kept("poison") == []

    dry = archive.consumer.replay(dry_run=True)
    again = archive.consumer.replay(dry_run=False)
    archive.troubles.clear()
    healed = archive.consumer.replay(dry_run=False)

    assert (dry, again, healed) == (4, 0, 4)
    assert archive.kept("poison") == [1, 2, 3, 4]
    assert archive.letters() == []


def test_a_dry_run_changes_nothing(post: Post, archive: Archive) -> None:
    post.receive("poison")
    archive.troubles["poison"] = ShelfFull()
    archive.pull()
    archive.troubles.clear()

    assert archive.consumer.replay(dry_run=True) == 1
    assert archive.letters() == [("letter:poison", "REFUSED")]


def test_a_replay_that_fails_again_says_why_and_stops_no_other_case(post: Post, archive: Archive) -> None:
    post.receive("1", "2")
    archive.troubles |= {"1": ShelfFull(), "2": ShelfFull()}
    archive.pull()
    archive.troubles = {"1": ZeroDivisionError()}

    assert archive.consumer.replay(dry_run=False) == 1
    assert archive.kept("2") == [1]
    assert archive.letters() == [("letter:1", "FAILED")]


def test_a_healed_case_goes_on_and_one_that_waits_keeps_waiting(post: Post, archive: Archive) -> None:
    post.receive("1", "2")
    archive.troubles |= {"1": ShelfFull(), "2": ShelfFull()}
    archive.pull()
    del archive.troubles["1"]
    archive.consumer.replay(dry_run=False)
    post.send("1", AnswerLetter())
    post.send("2", AnswerLetter())

    archive.pull()

    assert archive.kept("1") == [1, 2]
    assert archive.letters() == [("letter:2", "REFUSED"), ("letter:2", "WAITING_BEHIND")]


def test_cases_that_wait_are_known_after_a_restart(tmp_path: Path, post: Post, archive: Archive) -> None:
    post.receive("poison")
    archive.troubles["poison"] = ShelfFull()
    archive.pull()
    post.send("poison", AnswerLetter())

    again = Archive(tmp_path, post, archive.source)
    again.pull()

    assert again.kept("poison") == []
    assert again.consumer.replay(dry_run=False) == 2
    assert again.kept("poison") == [1, 2]


@pytest.mark.parametrize("trouble", [StoreUnavailable("locked"), ConcurrencyConflict("taken"), OperationalError()])
def test_a_transient_fault_is_raised_and_never_dead_lettered(post: Post, archive: Archive, trouble: Exception) -> None:
    post.receive("1", "2")
    archive.troubles["2"] = trouble

    with pytest.raises((StoreUnavailable, ConcurrencyConflict)):
        archive.pull()
    assert (archive.kept("1"), archive.letters(), archive.consumer.position) == ([], [], 0)
    archive.troubles.clear()
    archive.pull()

    assert (archive.kept("1"), archive.kept("2")) == ([1], [1])


def test_a_transient_fault_in_a_replay_keeps_what_left_before(post: Post, archive: Archive) -> None:
    post.receive("1", "2")
    archive.troubles |= {"1": ShelfFull(), "2": ShelfFull()}
    archive.pull()
    archive.troubles = {"2": StoreUnavailable("locked")}

    with pytest.raises(StoreUnavailable):
        archive.consumer.replay(dry_run=False)

    assert archive.kept("1") == [1]
    assert archive.letters() == [("letter:2", "REFUSED")]


KILLED = """
    import os, signal
    from pathlib import Path
    from shared.casework import Casework
    from shared.eventstore import Transaction
    from tests.shared.messaging.test_consumer import Archive
    from tests.shared.post import open_post
    folder = Path({folder!r})
    post = open_post(folder)
    track = Transaction.track

    def killed(self, source, position, **fence):
        track(self, source, position, **fence)
        if position > 500:
            os.kill(os.getpid(), signal.SIGKILL)

    Transaction.track = killed
    Archive(folder, post).pull()
"""


def test_a_process_killed_before_its_commit_repeats_the_batch_and_doubles_nothing(tmp_path: Path) -> None:
    post = open_post(tmp_path)
    post.receive(*(str(number) for number in range(800)))
    code = textwrap.dedent(KILLED).format(folder=str(tmp_path))
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr

    archive = Archive(tmp_path, post)
    assert (archive.work.log.head(), archive.consumer.position) == (500, 500)
    archive.pull()

    assert (len(archive.work.log.notifications(0, 1_000)), archive.consumer.position) == (800, 800)
    assert all(archive.kept(str(number)) == [1] for number in range(800))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), batch=st.integers(1, 9))
def test_whatever_is_doubled_lost_or_broken_no_case_is_applied_out_of_order(
    tmp_path_factory: pytest.TempPathFactory, seed: int, batch: int
) -> None:
    folder = tmp_path_factory.mktemp("run")
    post = open_post(folder)
    dice = random.Random(seed)
    cases = ["1", "2", "3"]
    post.receive(*cases)
    for case_id in cases:
        post.send(case_id, AnswerLetter(copies=3))
    facts = public_facts_of(post)
    rough = [fact for fact in facts for _ in range(dice.choice([0, 1, 1, 1, 2]))]
    rough.insert(dice.randrange(len(rough) + 1), dice.choice(facts))
    source = Deliveries(*rough)
    archive = Archive(folder, post, source, {dice.choice(cases): ShelfFull()})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(consumer_module, "BATCH", batch)
        archive.pull()
        source.deliver(*facts)
        archive.troubles.clear()
        archive.pull()
        archive.consumer.replay(dry_run=False)
        assert all(archive.kept(case_id) == list(range(1, len(archive.kept(case_id)) + 1)) for case_id in cases)
        archive.consumer.replay(dry_run=False)

    assert [archive.kept(case_id) for case_id in cases] == [[1, 2, 3, 4]] * 3
    assert archive.letters() == []


def test_a_narrower_class_of_the_reader_hides_what_is_not_public(post: Post) -> None:
    class LetterReceivedSeenOutside(Fact):
        fact_name = "post.letter_received.v1"
        received_on: date

    post.receive("1")

    (found,) = DirectSource(post.log, [LetterReceivedSeenOutside]).fetch(0, 10)

    assert set(found.fact.model_dump()) == {"received_on"}
