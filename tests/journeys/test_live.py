"""Live indicators of a whole city: a surge ends at a person's desk; Faust over Kafka shows what the embedded default
shows, also after it was killed."""

import gzip
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from services.house import House, clock_of, open_house
from services.reporting.bootstrap import live_indicators
from shared.contracts import OWNERS
from shared.contracts.reporting import PriorityAdvised
from shared.messaging.cluster import Cluster
from shared.messaging.envelope import topic_of
from shared.messaging.relay import FileLease, Relay
from shared.testing.broker import Broker
from tests.journeys.conftest import ROOT, City, figures_of, run

REGISTERED = "petition.report_registered.v1"
READY_S = 90


@contextmanager
def house_of(folder: Path) -> Iterator[House]:
    with open_house(folder, clock_of(folder)) as house:
        yield house


def with_surge(city: City, folder: Path, reports: int) -> tuple[City, str]:
    """Return the city with more reports against one subject on a day, not concluded, and the subject."""
    lines = gzip.decompress(city.file.read_bytes()).splitlines()
    place, first = next(found for found in enumerate(map(_told, lines)) if found[1].get("type") == REGISTERED)
    more = []
    for number in range(reports):
        data = {**first["data"], "report_token": f"R-{number:012x}"}
        data.pop("repeat_of", None)
        told = {**first, "id": f"{first['id']}-SURGE-{number}", "data": data}
        more.append(json.dumps(told, ensure_ascii=False).encode())
    file = folder / "surge.jsonl.gz"
    file.write_bytes(gzip.compress(b"\n".join([*lines[: place + 1], *more, *lines[place + 1 :]]) + b"\n"))
    return City(file, city.expected, city.figures, city.names, city.year), first["data"]["subject_token"]


def _told(line: bytes) -> dict[str, Any]:
    with suppress(ValueError):
        found = json.loads(line)
        return found if isinstance(found, dict) else {}
    return {}


def test_a_surge_is_considered_by_a_person_and_changes_no_figure(
    small_city: City, played: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    city, subject = with_surge(small_city, tmp_path, reports=3)

    printed = json.loads(run(*city.play(tmp_path / "data", "--format", "json")))

    assert printed["run"]["refused"] == printed["run"]["dead_letters"] == 0
    assert figures_of(json.dumps(printed))["annual"] == played[1]["annual"]
    assert figures_of(json.dumps(printed))["clarification"] == played[1]["clarification"]
    with house_of(tmp_path / "data") as house:
        log, cases = house.services["reporting"].log, house.services["clarification"].cases
        advised = [one.fact for one in log.follow(0, 100_000, log.catalogue) if isinstance(one.fact, PriorityAdvised)]
        assert {subject} <= {advice.subject_token for advice in advised}
        history = house.services["clarification"].log.read(f"subject:{subject}")
        names = [recorded.fact.fact_name for recorded in history]
        assert names[-2:] == ["clarification.priority_advice_noted.v1", "clarification.priority_considered.v1"]
        assert cases.tasks(kind="subject") == []


@pytest.fixture
def prefix(cluster: Cluster) -> str:
    """Topics of this test alone."""
    name = f"live-{uuid.uuid4().hex[:8]}."
    options = {"num_partitions": 2, "replication_factor": 1}
    cluster.admin().create_topics({f"{name}{topic_of(owner)}": options for owner in OWNERS}, wait_for_metadata=True)
    return name


@pytest.fixture
def live_process(broker: Broker, prefix: str) -> Iterator[Callable[[], "LiveProcess"]]:
    with ExitStack() as ended:
        yield lambda: ended.enter_context(LiveProcess(broker.servers, prefix))


class LiveProcess:
    """`python -m services.reporting.live` on a port of its own; whatever happens, it is ended."""

    def __init__(self, servers: str, prefix: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        own = {"QINGFENG_KAFKA": servers, "QINGFENG_TOPIC_PREFIX": prefix, "QINGFENG_LIVE_PORT": str(self._port)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "services.reporting.live"], cwd=ROOT, env={**os.environ, **own}
        )

    def __enter__(self) -> "LiveProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.end(signal.SIGKILL)

    def indicators(self) -> Any:
        """Return what it answers, None while it is still reading."""
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self._port}/live", timeout=5) as answer:
            return json.loads(answer.read())
        return None

    def first_indicators(self) -> Any:
        until = time.monotonic() + READY_S
        while (found := self.indicators()) is None and time.monotonic() < until and self.process.poll() is None:
            time.sleep(0.1)
        return found

    def end(self, by: signal.Signals) -> int:
        if self.process.poll() is None:
            self.process.send_signal(by)
        return self.process.wait(timeout=20)


def relay(house: House, cluster: Cluster, prefix: str, folder: Path) -> int:
    published = 0
    for owner in OWNERS:
        lease = FileLease(folder / f"{owner}.lock")
        made = Relay(house.services[owner].log, cluster, lease, topic=f"{prefix}{topic_of(owner)}")
        while count := made.pull():
            published += count
        made.close()
    return published


def test_faust_shows_what_the_embedded_default_shows_also_after_a_kill(
    played: tuple[Path, dict[str, Any]],
    cluster: Cluster,
    prefix: str,
    live_process: Callable[[], LiveProcess],
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    shutil.copytree(played[0], data)
    with house_of(data) as house:
        report = live_indicators(house.services["reporting"]).report(house.clock.business())
        embedded = json.loads(report.model_dump_json())
        assert relay(house, cluster, prefix, tmp_path) > 1_000
    assert embedded["windows"][-1]["total"] > 0

    first = live_process()
    assert first.first_indicators() == embedded
    assert first.end(signal.SIGKILL) == -signal.SIGKILL

    second = live_process()
    assert second.first_indicators() == embedded
    assert second.end(signal.SIGTERM) == 0


def test_what_is_published_while_it_runs_and_a_second_time_is_shown_once(
    played: tuple[Path, dict[str, Any]],
    cluster: Cluster,
    prefix: str,
    live_process: Callable[[], LiveProcess],
    tmp_path: Path,
) -> None:
    process = live_process()
    assert process.first_indicators()["waiting"] == {}
    data = tmp_path / "data"
    shutil.copytree(played[0], data)
    with house_of(data) as house:
        report = live_indicators(house.services["reporting"]).report(house.clock.business())
        for _ in range(2):
            relay(house, cluster, prefix, tmp_path)
            for service in house.services.values():
                with service.log.transaction() as transaction:
                    transaction.execute("DELETE FROM tracking WHERE application_name LIKE 'relay/%'")

    until = time.monotonic() + READY_S
    while process.indicators() != (embedded := json.loads(report.model_dump_json())) and time.monotonic() < until:
        time.sleep(0.2)

    assert process.indicators() == embedded


def test_without_its_topics_it_says_what_is_missing_and_ends(broker: Broker) -> None:
    own = {"QINGFENG_KAFKA": broker.servers, "QINGFENG_TOPIC_PREFIX": "nowhere.", "QINGFENG_LIVE_WAIT_S": "1"}

    done = subprocess.run(
        [sys.executable, "-m", "services.reporting.live"],
        cwd=ROOT,
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 1
    assert "nowhere." in done.stderr
