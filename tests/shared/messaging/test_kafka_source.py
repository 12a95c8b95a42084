"""Reading from Kafka: poison, holes, partitions, an owner's log in order; and the same care on the direct transport."""

import json
import signal
import subprocess
import sys
import textwrap
import time
from datetime import date
from pathlib import Path

import pytest
from kafka import KafkaProducer
from structlog.testing import capture_logs

from shared.kernel import Fact
from shared.messaging.consumer import Consumer
from shared.messaging.direct import DirectSource
from shared.messaging.envelope import to_message
from shared.messaging.kafka_source import KafkaLog, KafkaSource
from shared.messaging.port import TransportUnavailable, parts
from shared.testing.letters import PUBLIC, AnswerLetter, LetterAnswered, LetterReceived
from tests.shared.messaging.line import Line
from tests.shared.messaging.test_consumer import Archive, public_facts_of
from tests.shared.post import Post, open_post

ROOT = Path(__file__).parents[3]


def changed(message: tuple[bytes, bytes, list[tuple[str, bytes]]], **attributes: object) -> tuple[bytes, bytes, object]:
    key, value, headers = message
    event = {**json.loads(value), **attributes}
    return key, json.dumps({name: part for name, part in event.items() if part is not ...}).encode(), headers


def test_a_fact_comes_back_as_it_was_recorded(post: Post, line: Line) -> None:
    post.receive("1")
    post.send("1", AnswerLetter(copies=2), key="key-1")
    line.relay(post.log).pull()

    found = KafkaLog(line.cluster, "post", topic=line.topic, facts=PUBLIC).fetch(0, 10)

    assert list(found) == public_facts_of(post)


@pytest.mark.parametrize(
    "poison",
    [
        b"not json",
        b"",
        None,
        b"\xff\xfe",
        b"[1]",
        b"{}",
        b'{"specversion": "1.0"}',
        b'{"specversion": "1.0", "id": "1", "source": "urn:elsewhere", "type": "x", "time": "2023-01-01T00:00:00Z"}',
    ],
)
def test_what_is_no_event_becomes_a_dead_letter_and_stops_nobody(
    tmp_path: Path, post: Post, line: Line, poison: bytes | None
) -> None:
    post.receive("1", "2")
    first, second = map(to_message, public_facts_of(post))
    line.put(first, (b"letter:2", poison, []), second)
    archive = Archive(tmp_path, post, line.source())

    with capture_logs() as logs:
        archive.pull()

    assert (archive.kept("1"), archive.kept("2")) == ([1], [1])
    (letter,) = archive.consumer.dead_letters()
    assert (letter["stream"], letter["reason"]) == (f"unreadable:{line.topic}/0/1", "UNREADABLE")
    assert [entry["reason"] for entry in logs] == ["UNREADABLE"]
    (copy,) = line.messages(f"{line.topic}.dlt")
    headers = dict(copy.headers)
    assert (copy.key, copy.value) == (b"letter:2", poison)
    assert (headers["dlt-reader"], headers["dlt-reason"]) == (b"archive", b"UNREADABLE")
    assert headers["dlt-place"] == f"{line.topic}/0/1".encode()
    assert archive.consumer.replay(dry_run=False) == 0


def test_where_no_copy_of_a_dead_letter_can_be_made_nobody_stops(tmp_path: Path, post: Post, line: Line) -> None:
    post.receive("1")
    (first,) = map(to_message, public_facts_of(post))
    line.put((b"x", b"not json", []), first)
    line.cluster.admin().delete_topics([f"{line.topic}.dlt"])
    archive = Archive(tmp_path, post, line.source())

    with capture_logs() as logs:
        archive.pull()

    assert archive.kept("1") == [1]
    assert [entry["event"] for entry in logs] == ["no copy of dead letters", "dead letter"]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"type": "post.letter_lost.v1"}, "post.letter_lost.v1"),
        ({"data": {"subject_token": "S-1"}}, "post.letter_received.v1"),
        ({"data": "text"}, "post.letter_received.v1"),
        ({"data": ...}, "post.letter_received.v1"),
    ],
)
def test_a_fact_that_nobody_here_can_read_stops_its_own_case(
    tmp_path: Path, post: Post, line: Line, change: dict[str, object], name: str
) -> None:
    post.receive("1", "2")
    post.send("1", AnswerLetter())
    first, second, answered = map(to_message, public_facts_of(post))
    line.put(changed(first, **change), second, answered)
    archive = Archive(tmp_path, post, line.source())

    archive.pull()

    assert (archive.kept("1"), archive.kept("2")) == ([], [1])
    assert archive.letters() == [("letter:1", "UNREADABLE"), ("letter:1", "WAITING_BEHIND")]
    assert archive.consumer.dead_letters()[0]["fact_name"] == name
    assert len(line.messages(f"{line.topic}.dlt")) == 2


def test_a_case_goes_on_once_the_fact_came_in_a_form_that_can_be_read(tmp_path: Path, post: Post, line: Line) -> None:
    post.receive("1")
    post.send("1", AnswerLetter())
    first, answered = map(to_message, public_facts_of(post))
    line.put(changed(first, data=...), answered)
    archive = Archive(tmp_path, post, line.source())
    archive.pull()
    line.put(first)
    archive.pull()

    assert archive.consumer.replay(dry_run=False) == 3

    assert archive.kept("1") == [1, 2]
    assert archive.letters() == []


def test_dead_letters_tell_no_content(tmp_path: Path, post: Post, line: Line) -> None:
    post.receive("1")
    (first,) = map(to_message, public_facts_of(post))
    line.put(changed(first, data={"received_on": "secret-content"}), (b"x", b'{"id": "secret-content"}', []))
    archive = Archive(tmp_path, post, line.source())

    with capture_logs() as logs:
        archive.pull()

    assert len(archive.letters()) == 2
    assert "secret-content" not in repr((logs, archive.consumer.dead_letters()))


class AnsweredWithSeal(Fact):
    """A later contract of the same name that old facts do not fulfil."""

    fact_name = LetterAnswered.fact_name
    answered_on: date
    sealed_by: str


def test_a_fact_that_its_contract_cannot_read_stops_its_own_case_on_the_direct_transport_too(
    tmp_path: Path, post: Post
) -> None:
    post.receive("1", "2", "3")
    post.send("1", AnswerLetter())
    post.send("2", AnswerLetter())
    post.receive("4")
    source = DirectSource(post.log, [LetterReceived, AnsweredWithSeal])
    archive = Archive(tmp_path, post, source)
    archive.consumer = Consumer(archive.work, source, {LetterReceived: archive.keep, AnsweredWithSeal: archive.keep})

    archive.pull()

    assert [archive.kept(case_id) for case_id in ("1", "2", "3", "4")] == [[1], [1], [1], [1]]
    assert archive.letters() == [("letter:1", "UNREADABLE"), ("letter:2", "UNREADABLE")]
    (first, _) = archive.consumer.dead_letters()
    assert first["detail"] == "missing at d.sealed_by"
    archive.consumer.source = DirectSource(post.log, PUBLIC)
    archive.consumer.reactions = {LetterAnswered: archive.keep}
    assert archive.consumer.replay(dry_run=False) == 2
    assert archive.kept("1") == [1, 2]


def test_the_relay_skips_no_fact_that_it_cannot_read_and_tells_nothing_of_it(
    tmp_path: Path, post: Post, line: Line
) -> None:
    post.receive("1", "2")
    relay = line.relay(post.log)
    relay._catalogue = type(relay._catalogue)([LetterReceived, AnsweredWithSeal])
    post.send("1", AnswerLetter())

    relay.pull()

    archive = Archive(tmp_path, post, line.source())
    archive.pull()
    assert line.ids() == ["post/letter:1/1", "post/letter:2/1", "post/letter:1/2"]
    assert "data" not in json.loads(line.messages()[-1].value)
    assert archive.letters() == [("letter:1", "UNREADABLE")]


def test_what_the_relay_could_not_read_is_published_again_once_it_can(tmp_path: Path, post: Post, line: Line) -> None:
    post.receive("1")
    relay = line.relay(post.log)
    known, relay._catalogue = relay._catalogue, type(relay._catalogue)([LetterReceived, AnsweredWithSeal])
    post.send("1", AnswerLetter(copies=2))
    relay.pull()
    archive = Archive(tmp_path, post, line.source())
    archive.pull()
    assert archive.letters() == [("letter:1", "UNREADABLE"), ("letter:1", "WAITING_BEHIND")]

    relay._catalogue = known
    relay.publish_again(2)
    relay.publish_again(3)
    archive.pull()

    assert archive.consumer.replay(dry_run=False) == 4
    assert archive.kept("1") == [1, 2, 3]
    assert archive.letters() == []


def test_offsets_may_have_holes(tmp_path: Path, post: Post, line: Line) -> None:
    post.receive(*"123456")
    facts = [to_message(fact) for fact in public_facts_of(post)]
    producer = KafkaProducer(bootstrap_servers=line.cluster.servers, transactional_id=line.topic, acks="all")
    producer.init_transactions()
    for number, (key, value, headers) in enumerate(facts):
        producer.begin_transaction()
        producer.send(line.topic, key=key, value=value, headers=headers)
        producer.abort_transaction() if number % 2 else producer.commit_transaction()
    producer.close()
    archive = Archive(tmp_path, post, line.source())

    archive.pull()

    assert [archive.kept(case_id) for case_id in "123456"] == [[1], [], [1], [], [1], []]
    assert archive.consumer.behind == 0
    assert archive.letters() == []


def test_each_partition_has_its_own_position_and_a_case_its_one_version(tmp_path: Path, post: Post, line: Line) -> None:
    line.recreate(partitions=3)
    time.sleep(1.1)
    source = KafkaLog(line.cluster, "post", topic=line.topic, facts=PUBLIC)
    post.receive(*(str(number) for number in range(30)))
    for number in range(30):
        post.send(str(number), AnswerLetter())
    line.relay(post.log).pull()
    archive = Archive(tmp_path, post)
    reactions = {LetterReceived: archive.keep, LetterAnswered: archive.keep}

    consumers = [Consumer(archive.work, part, reactions) for part in parts(source)]
    while sum(consumer.pull() for consumer in consumers):
        pass

    assert all(archive.kept(str(number)) == [1, 2] for number in range(30))
    assert sum(consumer.position for consumer in consumers) == 60
    assert all(consumer.position for consumer in consumers)
    names = {row[0].rpartition("/")[2] for row in archive.work.log.rows("SELECT application_name FROM tracking")}
    assert {"0", "1", "2"} <= names
    with pytest.raises(ValueError, match="several partitions"):
        source.fetch(0, 10)
    source.close()


def test_read_as_one_log_it_has_the_owners_positions_and_no_repeats(post: Post, line: Line) -> None:
    post.receive(*(str(number) for number in range(700)))
    for number in range(0, 700, 7):
        post.send(str(number), AnswerLetter())
    facts = public_facts_of(post)
    line.put(*map(to_message, facts[:40]))
    line.relay(post.log).pull()
    source = KafkaLog(line.cluster, "post", topic=line.topic, facts=PUBLIC)

    whole = []
    while found := source.fetch(whole[-1].position if whole else 0, 64):
        whole += found

    assert whole == facts
    assert source.head() == facts[-1].position
    assert list(source.fetch(699, 1)) == [facts[699]]
    assert list(KafkaLog(line.cluster, "post", topic=line.topic, facts=PUBLIC).fetch(650, 3)) == facts[650:653]
    source.close()


def test_a_topic_that_ends_before_what_was_read_is_a_fault_and_not_a_new_beginning(post: Post, line: Line) -> None:
    post.receive("1")
    line.relay(post.log).pull()

    with pytest.raises(TransportUnavailable, match="ends at 1"):
        line.source().fetch(7, 10)


def test_a_topic_that_is_not_there_yet_is_a_transient_fault(line: Line) -> None:
    source = KafkaSource(line.cluster, "post", topic="nobody.made.this", facts=PUBLIC)

    with pytest.raises(TransportUnavailable, match=r"nobody\.made\.this"):
        source.head()


KILLED = """
    import os, signal
    from pathlib import Path
    from shared.eventstore import Transaction
    from shared.messaging.cluster import Cluster
    from shared.messaging.kafka_source import KafkaSource
    from shared.testing.letters import PUBLIC
    from tests.shared.messaging.test_consumer import Archive
    from tests.shared.post import open_post
    folder = Path({folder!r})
    post = open_post(folder)
    track = Transaction.track

    def killed(self, source, position, **_):
        track(self, source, position)
        if position > 500:
            os.kill(os.getpid(), signal.SIGKILL)

    Transaction.track = killed
    Archive(folder, post, KafkaSource(Cluster({servers!r}), "post", topic={topic!r}, facts=PUBLIC)).pull()
"""


def test_a_consumer_killed_in_the_middle_of_a_batch_doubles_and_loses_nothing(tmp_path: Path, line: Line) -> None:
    post = open_post(tmp_path)
    post.receive(*(str(number) for number in range(800)))
    line.relay(post.log).pull()
    code = textwrap.dedent(KILLED).format(folder=str(tmp_path), servers=line.cluster.servers, topic=line.topic)
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr

    archive = Archive(tmp_path, post, line.source())
    assert (archive.work.log.head(), archive.consumer.position) == (500, 500)
    archive.pull()

    assert (archive.work.log.head(), archive.consumer.position) == (800, 800)
    assert all(archive.kept(str(number)) == [1] for number in range(800))
