"""The Kafka door: the same receipts as by file, from the agency whose topic it is, once, whatever is repeated."""

import json
import signal
import subprocess
import sys
import textwrap
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer

from services.exchange.files import send_file
from services.exchange.kafka_door import KafkaDoor
from services.exchange.receipts import receipt_of
from tests.city.generator import generate
from tests.services.exchange.lines import CLUE, REGISTERED, Sandbox, event, text

ROOT = Path(__file__).parents[3]
HEADERS = [("content-type", b"application/cloudevents+json")]


@pytest.fixture
def prefix() -> str:
    return f"test-{uuid.uuid4().hex[:8]}-"


@pytest.fixture
def agency_topic(new_topic: Callable[..., str], prefix: str) -> Callable[[str], str]:
    return lambda code: new_topic(f"{prefix}agency.{code}.v1")


@pytest.fixture
def door(house: Sandbox, cluster: Any, prefix: str) -> Iterator[KafkaDoor]:
    made = KafkaDoor(house.exchange, cluster, prefix)
    yield made
    made.close()


def publish(cluster: Any, *messages: tuple[str, bytes | None]) -> None:
    producer = KafkaProducer(bootstrap_servers=cluster.servers, acks="all")
    for topic, value in messages:
        producer.send(topic, key=b"any", value=value, headers=HEADERS)
    producer.flush(timeout=10)
    producer.close()


def take(door: KafkaDoor, count: int) -> None:
    for _ in range(100):
        count -= door.pull()
        if count <= 0:
            return
    raise AssertionError(count)


def receipts(house: Sandbox) -> list[Any]:
    return [receipt_of(row) for row in house.service.log.rows("SELECT * FROM receipt ORDER BY seq")]


def code_of(line: bytes) -> str:
    """Return the agency's code as a topic would name it; of what cannot be read, that of the petition office."""
    try:
        source = str(json.loads(line)["source"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return "petition.330206"
    return source.removeprefix("urn:agency:")


def test_every_kind_of_line_gets_the_receipt_that_it_gets_by_file(
    house: Sandbox, cluster: Any, door: KafkaDoor, agency_topic: Callable[[str], str], tmp_path: Path
) -> None:
    """One topic a line's own agency would use, in one order: by file and by Kafka nothing differs but the door."""
    lines = generate(5, "330200", 2023, 0.02).lines
    mine = [line for line in lines if line.strip() and code_of(line) == "petition.330206"]
    assert len(mine) > 3
    (tmp_path / "lines.jsonl").write_bytes(b"\n".join(mine) + b"\n")
    by_file = Sandbox(tmp_path / "by-file")
    send_file(by_file.exchange, tmp_path / "lines.jsonl")
    topic = agency_topic("petition.330206")

    publish(cluster, *((topic, line) for line in mine))
    take(door, len(mine))

    def shown(sandbox: Sandbox) -> list[tuple[Any, ...]]:
        return [(r.outcome, r.reason, r.code, r.path, r.expected, r.event_id) for r in receipts(sandbox)]

    assert shown(house) == shown(by_file)
    by_file.close()


@pytest.mark.parametrize(
    "line",
    [
        b"not json",
        text(event(REGISTERED, specversion="0.3")),
        text(event(REGISTERED, data={"reporter_name": "x"})),
        text(event(REGISTERED, type="petition.report_registered.v9")),
        text(event(REGISTERED, signature="a..b")),
        text(event(REGISTERED, time="2124-01-01T08:00:00+08:00")),
        text(event(REGISTERED, data={"unknown": 1})),
        b"x" * 70_000,
    ],
)
def test_a_line_is_quarantined_for_the_same_reason_as_by_file(
    house: Sandbox, cluster: Any, door: KafkaDoor, agency_topic: Callable[[str], str], tmp_path: Path, line: bytes
) -> None:
    (tmp_path / "line.jsonl").write_bytes(line + b"\n")
    by_file = Sandbox(tmp_path / "by-file")
    send_file(by_file.exchange, tmp_path / "line.jsonl")
    good = event(REGISTERED)
    topic = agency_topic(str(good["source"]).removeprefix("urn:agency:"))

    publish(cluster, (topic, line), (topic, text(good)))
    take(door, 2)

    (wrong, right), (expected,) = receipts(house), receipts(by_file)
    assert (wrong.outcome, wrong.reason, wrong.code) == (expected.outcome, expected.reason, expected.code)
    assert wrong.reason is not None
    assert right.reason is None
    by_file.close()


def test_an_agency_may_publish_on_its_own_topic_only(
    house: Sandbox, cluster: Any, door: KafkaDoor, agency_topic: Callable[[str], str]
) -> None:
    right, wrong = agency_topic("police.330206"), agency_topic("police.330203")
    clue = event(CLUE, source="urn:agency:police.330206")

    publish(cluster, (wrong, text(clue)))
    take(door, 1)
    publish(cluster, (right, text(clue)))
    take(door, 1)

    first, second = receipts(house)
    assert first.reason == "NOT_PERMITTED"
    assert second.reason is None


def test_what_was_received_is_not_received_again_after_a_restart(
    house: Sandbox, cluster: Any, door: KafkaDoor, agency_topic: Callable[[str], str], prefix: str
) -> None:
    good = event(REGISTERED)
    topic = agency_topic(str(good["source"]).removeprefix("urn:agency:"))
    publish(cluster, (topic, text(good)), (topic, b""), (topic, None), (topic, text(good)))
    take(door, 4)
    again = KafkaDoor(house.exchange, cluster, prefix)

    assert again.pull() == 0

    assert [receipt.outcome for receipt in receipts(house)] == ["APPLIED", "DUPLICATE"]
    topic_id = cluster.topic(topic).topic_id
    assert [receipt.receipt_id for receipt in receipts(house)] == [f"{topic_id}-0-0", f"{topic_id}-0-3"]
    assert house.exchange.resume_at(f"{topic_id}/0") == 4
    again.close()


def test_a_store_that_is_away_for_a_moment_loses_no_line(
    house: Sandbox, cluster: Any, door: KafkaDoor, agency_topic: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    good = event(REGISTERED)
    topic = agency_topic(str(good["source"]).removeprefix("urn:agency:"))
    publish(cluster, (topic, text(good)))
    with monkeypatch.context() as broken:
        broken.setattr(house.exchange, "receive_all", lambda *_, **__: (_ for _ in ()).throw(OSError("disk full")))
        with pytest.raises(OSError, match="disk full"):
            take(door, 1)

    take(door, 1)

    assert [receipt.outcome for receipt in receipts(house)] == ["APPLIED"]


KILLED = """
    import os, signal
    from pathlib import Path
    from services.exchange import application
    from services.exchange.kafka_door import KafkaDoor
    from shared.messaging.cluster import Cluster
    from tests.services.exchange.lines import Sandbox
    note = application._note_positions

    def killed(transaction, lines):
        note(transaction, lines)
        if any(line.number >= 3 for line in lines):
            os.kill(os.getpid(), signal.SIGKILL)

    application._note_positions = killed
    door = KafkaDoor(Sandbox(Path({folder!r})).exchange, Cluster({servers!r}), {prefix!r})
    while True:
        door.pull()
"""


def test_an_exchange_killed_before_its_commit_receives_each_line_once(
    cluster: Any, agency_topic: Callable[[str], str], prefix: str, tmp_path: Path
) -> None:
    tokens = [f"R-{number:012x}" for number in range(5)]
    events = [event(REGISTERED, id=f"E-{n}", data={"report_token": token}) for n, token in enumerate(tokens)]
    topic = agency_topic(str(events[0]["source"]).removeprefix("urn:agency:"))
    publish(cluster, *((topic, text(one)) for one in events))
    code = textwrap.dedent(KILLED).format(folder=str(tmp_path), servers=cluster.servers, prefix=prefix)
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr

    house = Sandbox(tmp_path)
    door = KafkaDoor(house.exchange, cluster, prefix)
    take(door, 1)

    assert [receipt.outcome for receipt in receipts(house)] == ["APPLIED"] * 5
    assert [receipt.event_id for receipt in receipts(house)] == [f"E-{n}" for n in range(5)]
    door.close()
    house.close()
