"""The same house joined over Kafka: the same lines give the same figures, the same cases, the same read models."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from services.house import EARLIEST, House, mark_mode, open_house
from services.reconcile import differences
from services.simulation import play as sandbox
from shared.contracts import OWNERS
from shared.kernel import SandboxClock
from tests.journeys.conftest import City

pytestmark = pytest.mark.usefixtures("topics")


@pytest.fixture
def topics(new_topic: Callable[..., str], cluster: Any) -> None:
    there = {f"{owner}.facts.v1" for owner in OWNERS} & set(cluster.admin().list_topics())
    if there:
        cluster.admin().delete_topics(sorted(there | {f"{name}.dlt" for name in there}))
    while there & set(cluster.admin().list_topics()):
        pass
    for owner in OWNERS:
        new_topic(f"{owner}.facts.v1")


def final_states(house: House) -> dict[str, dict[str, str]]:
    """Return version and state of every case of every service."""
    found: dict[str, dict[str, str]] = {}
    for name, service in house.services.items():
        rows = service.log.rows("SELECT originator_id, MAX(originator_version) FROM stored_events GROUP BY 1")
        found[name] = {row[0]: f"{row[1]} {_state(service, row[0])}" for row in rows}
    return found


def _state(service: Any, stream: str) -> str:
    return repr(service.casework.state(stream)) if stream.partition(":")[0] in service.casework.models else ""


def test_a_city_played_over_kafka_gives_the_figures_and_the_cases_of_the_embedded_run(
    small_city: City, played: tuple[Path, dict[str, Any]], tmp_path: Path, cluster: Any
) -> None:
    from services.kafka_joint import over_kafka  # noqa: PLC0415

    record = sandbox.begin(tmp_path, sandbox.sha256_of(small_city.file), year=small_city.year, office=True, seed=1)
    mark_mode(tmp_path, "sandbox")
    clock = SandboxClock(record.receiving_clock, EARLIEST)

    with open_house(tmp_path, clock, over_kafka(cluster.servers)) as house:
        run = sandbox.play(house, clock, small_city.file, record, lambda _done, _day: None)
        report = house.count().annual(small_city.year)
        differing = differences(house, json.loads(small_city.expected.read_text(encoding="utf-8")), report)
        states = final_states(house)
        published = {name: cluster_end(cluster, f"{name}.facts.v1") for name in house.services}

    assert differing == []
    assert (run.dead_letters, run.refused) == (0, 0)
    assert all(published.values())
    with closing(sqlite3.connect(played[0] / "exchange.db")):
        embedded_clock = SandboxClock(record.receiving_clock, EARLIEST)
        with open_house(played[0], embedded_clock) as embedded:
            assert {name: set(cases) for name, cases in states.items()} == {
                name: set(cases) for name, cases in final_states(embedded).items()
            }
    assert run.facts == played[1]["run"]["facts"]
    assert run.commands == played[1]["run"]["commands"]


def cluster_end(cluster: Any, topic: str) -> int:
    from kafka import TopicPartition  # noqa: PLC0415

    return int(cluster.end(TopicPartition(topic, 0)))
