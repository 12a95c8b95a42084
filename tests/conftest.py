"""What holds for all tests: warnings are errors, except one of the HTTP client about its name; and a real broker."""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from shared.testing.broker import Broker, NoBroker, kafka


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("filterwarnings", "ignore:Using `httpx` with `starlette.testclient`")


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    """A real broker; where there is none, CI fails and says what is missing, and anybody else is told the same."""
    with ExitStack() as ended:
        try:
            started = ended.enter_context(kafka())
        except NoBroker as missing:
            if os.environ.get("CI"):
                pytest.fail(str(missing), pytrace=False)
            pytest.skip(str(missing))
        yield started


@pytest.fixture
def cluster(broker: Broker) -> Iterator[Any]:
    from shared.messaging.cluster import Cluster  # noqa: PLC0415

    connected = Cluster(broker.servers)
    yield connected
    connected.close()


@pytest.fixture
def new_topic(cluster: Any) -> Callable[..., str]:
    """Make a topic of this test alone, with its topic for dead letters."""

    def make(name: str = "", partitions: int = 1) -> str:
        name = name or f"test-{uuid.uuid4().hex[:12]}.facts.v1"
        options = {"num_partitions": partitions, "replication_factor": 1}
        cluster.admin().create_topics({name: options, f"{name}.dlt": options}, wait_for_metadata=True)
        return name

    return make
