"""The relay: everything public, in order, once in effect, whatever dies in between."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_structured_event
from structlog.testing import capture_logs

from shared.eventstore import ConcurrencyConflict
from shared.messaging.cluster import Cluster
from shared.messaging.port import TransportUnavailable
from shared.messaging.relay import FileLease, Relay
from shared.testing.broker import Broker, NoBroker, OwnBroker, kafka
from shared.testing.letters import AnswerLetter, NoteOnLetter
from tests.shared.messaging.line import Line, per_case
from tests.shared.messaging.test_consumer import Archive
from tests.shared.post import Post, open_post

ROOT = Path(__file__).parents[3]


def letters(post: Post, count: int, answers: int = 2) -> None:
    post.receive(*(str(number) for number in range(count)))
    for number in range(count):
        post.send(str(number), AnswerLetter(copies=answers))


def test_the_topic_holds_every_public_fact_in_order_and_no_private_one(post: Post, line: Line) -> None:
    post.receive("1", "2")
    post.send("1", NoteOnLetter(text="内部"))
    post.send("1", AnswerLetter(copies=2))

    assert line.relay(post.log).pull() == 4

    assert line.ids() == ["post/letter:1/1", "post/letter:2/1", "post/letter:1/3", "post/letter:1/4"]
    assert b"note" not in b"".join(message.value for message in line.messages())


def test_a_message_is_a_structured_cloudevent_that_others_can_read(post: Post, line: Line) -> None:
    post.receive("1")
    line.relay(post.log).pull()

    (message,) = line.messages()

    headers = dict(message.headers)
    assert headers["content-type"] == b"application/cloudevents+json; charset=UTF-8"
    assert message.key == b"letter:1"
    event = from_structured_event(KafkaMessage(headers, message.key, message.value))
    assert (event.get_id(), event.get_type()) == ("post/letter:1/1", "post.letter_received.v1")
    assert (event.get_source(), event.get_subject()) == ("urn:qingfeng:post", "letter:1")
    data = event.get_data()
    assert isinstance(data, dict)
    assert data["received_on"] == "2023-03-06"
    version, trace, span, flags = headers["traceparent"].decode().split("-")
    assert (version, len(trace), len(span), flags) == ("00", 32, 16, "01")


def test_facts_of_one_cause_are_one_trace(post: Post, line: Line) -> None:
    post.receive("1")
    post.send("1", AnswerLetter(copies=2), key="from-outside")
    line.relay(post.log).pull()

    traces = [dict(message.headers)["traceparent"].split(b"-")[1] for message in line.messages()]

    assert len(set(traces)) == len({json.loads(m.value).get("correlationid") or m.offset for m in line.messages()})


def test_what_was_published_is_not_published_again_after_a_restart(post: Post, line: Line) -> None:
    letters(post, 3)
    first = line.relay(post.log)
    first.pull()
    first.close()
    post.receive("new")

    again = line.relay(post.log)

    assert [again.pull(), again.pull()] == [1, 0]
    assert again.position == post.log.head()
    assert len(line.ids()) == 10


def test_a_second_relay_waits_until_the_first_has_gone(post: Post, line: Line) -> None:
    letters(post, 3)
    first, second = line.relay(post.log), line.relay(post.log)
    first.pull()
    post.receive("new")

    waited = second.pull()
    first.close()

    assert (waited, second.pull()) == (0, 1)
    assert len(line.ids()) == 10


def test_two_relays_at_once_keep_each_case_in_order(tmp_path: Path, post: Post, line: Line) -> None:
    letters(post, 300)
    relays = [line.relay(post.log, lease) for lease in ("one", "other")]

    def run(relay: Relay) -> None:
        for _ in range(10):
            with suppress(ConcurrencyConflict):
                relay.pull()

    threads = [threading.Thread(target=run, args=(relay,)) for relay in relays]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(versions == [1, 2, 3] for versions in per_case(line.ids()).values())
    archive = Archive(tmp_path, post, line.source())
    archive.pull()
    assert all(archive.kept(str(number)) == [1, 2, 3] for number in range(300))
    assert archive.letters() == []
    assert relays[0].position == post.log.head()


def test_a_relay_that_was_overtaken_cannot_commit_its_position_and_goes_on_from_the_others(
    post: Post, line: Line
) -> None:
    letters(post, 3)
    slow, fast = line.relay(post.log, "one"), line.relay(post.log, "other")
    slow._begin()
    fast.pull()

    with pytest.raises(ConcurrencyConflict):
        slow.pull()

    assert (slow.pull(), slow.position) == (0, post.log.head())
    assert all(versions == [1, 2, 3] for versions in per_case(line.ids()).values())


KILLED = """
    import os, signal
    from pathlib import Path
    from shared.eventstore import Transaction
    from shared.messaging.cluster import Cluster
    from shared.messaging.relay import FileLease, Relay
    from shared.testing.letters import PUBLIC
    from tests.shared.post import open_post
    folder = Path({folder!r})
    Transaction.track = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    lease = FileLease(folder / "post.lock")
    Relay(open_post(folder).log, Cluster({servers!r}), lease, topic={topic!r}, facts=PUBLIC).pull()
"""


def test_a_relay_killed_between_produce_and_position_repeats_and_nobody_notices(
    tmp_path: Path, post: Post, line: Line
) -> None:
    letters(post, 20)
    code = textwrap.dedent(KILLED).format(folder=str(tmp_path), servers=line.cluster.servers, topic=line.topic)
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert len(line.ids()) == 60
    archive = Archive(tmp_path, post, line.source())
    archive.pull()

    line.relay(post.log).pull()
    archive.pull()

    assert len(line.ids()) == 120
    assert all(archive.kept(str(number)) == [1, 2, 3] for number in range(20))
    assert archive.letters() == []


STOPPED = """
    import time
    from pathlib import Path
    from shared.messaging.cluster import Cluster
    from shared.messaging.relay import FileLease, Relay
    from shared.testing.letters import PUBLIC
    from tests.shared.post import open_post
    folder = Path({folder!r})
    relay = Relay(
        open_post(folder).log, Cluster({servers!r}), FileLease(folder / "post.lock"), topic={topic!r}, facts=PUBLIC
    )
    relay.pull()
    print("has it", flush=True)
    time.sleep(60)
"""


def test_a_stopped_relay_keeps_its_lease_and_a_killed_one_loses_it(tmp_path: Path, post: Post, line: Line) -> None:
    letters(post, 3)
    code = textwrap.dedent(STOPPED).format(folder=str(tmp_path), servers=line.cluster.servers, topic=line.topic)
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"has it\n"
        os.kill(other.pid, signal.SIGSTOP)
        post.receive("new")
        mine = line.relay(post.log)
        waited = mine.pull()
        other.kill()

    assert (waited, mine.pull()) == (0, 1)
    assert all(versions == list(range(1, len(versions) + 1)) for versions in per_case(line.ids()).values())


def test_a_topic_made_anew_is_noticed_and_filled_again(tmp_path: Path, post: Post, line: Line) -> None:
    letters(post, 5)
    relay, archive = line.relay(post.log), Archive(tmp_path, post, line.source())
    relay.pull()
    archive.pull()
    line.recreate()
    post.receive("new")
    time.sleep(1.1)

    with capture_logs() as logs:
        assert until_done(relay.pull) == 16
        until_done(archive.consumer.pull)

    assert [entry["event"] for entry in logs] == [
        "topic was created anew: publishing everything again",
        "topic was created anew",
    ]
    assert archive.kept("new") == [1]
    assert all(archive.kept(str(number)) == [1, 2, 3] for number in range(5))
    assert archive.letters() == []


def test_a_case_that_waited_waits_again_behind_the_same_fact_where_its_topic_was_made_anew(
    tmp_path: Path, post: Post, line: Line
) -> None:
    letters(post, 2)
    relay, archive = line.relay(post.log), Archive(tmp_path, post, line.source(), {"1": ZeroDivisionError()})
    relay.pull()
    archive.pull()
    line.recreate()
    time.sleep(1.1)
    until_done(relay.pull)

    until_done(archive.consumer.pull)

    assert [reason for _, reason in archive.letters()] == ["FAILED", "WAITING_BEHIND", "WAITING_BEHIND"]
    archive.troubles.clear()
    assert archive.consumer.replay(dry_run=False) == 3
    assert (archive.kept("0"), archive.kept("1")) == ([1, 2, 3], [1, 2, 3])


def until_done(pull: Any) -> int:
    """Pull until nothing is left; a transport that is away for a moment is asked again."""
    deadline, done = time.monotonic() + 30, 0
    while True:
        try:
            found = pull()
        except TransportUnavailable:
            assert time.monotonic() < deadline
            time.sleep(0.1)
            continue
        done += found
        if not found:
            return done


@pytest.fixture
def own_broker(tmp_path: Path, broker: Broker) -> Any:
    """A broker that may be killed."""
    if not isinstance(broker, OwnBroker):
        pytest.skip("the broker at hand is not ours to kill")
    try:
        with kafka(folder=tmp_path / "kafka") as own:
            yield own
    except NoBroker as missing:
        pytest.skip(str(missing))


def test_nothing_is_lost_or_reordered_while_the_broker_is_killed_and_comes_back(
    tmp_path: Path, own_broker: OwnBroker
) -> None:
    post = open_post(tmp_path)
    cluster = Cluster(own_broker.servers)
    topic = "restart.facts.v1"
    options = {"num_partitions": 1, "replication_factor": 1}
    cluster.admin().create_topics({topic: options, f"{topic}.dlt": options}, wait_for_metadata=True)
    line = Line(cluster, tmp_path, topic)
    relay, archive = line.relay(post.log), Archive(tmp_path, post, line.source())
    letters(post, 50)
    until_done(relay.pull)
    until_done(archive.consumer.pull)

    own_broker.kill()
    for number in range(50):
        post.receive(f"later-{number}")
    with pytest.raises(TransportUnavailable):
        relay.pull()
    own_broker.start()
    until_done(relay.pull)
    until_done(archive.consumer.pull)

    assert all(versions == [1, 2, 3][: len(versions)] for versions in per_case(line.ids()).values())
    assert all(archive.kept(str(number)) == [1, 2, 3] for number in range(50))
    assert all(archive.kept(f"later-{number}") == [1] for number in range(50))
    assert archive.letters() == []
    line.close()
    cluster.close()


def test_a_lease_goes_with_whoever_held_it(tmp_path: Path) -> None:
    mine, other = FileLease(tmp_path / "a.lock"), FileLease(tmp_path / "a.lock")

    assert [mine.held(), mine.held(), other.held()] == [True, True, False]
    mine.release()
    assert other.held()
    other.release()
