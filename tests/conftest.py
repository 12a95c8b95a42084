"""What holds for all tests: warnings are errors, except one about the name of the HTTP client under the test client.

And the real servers that suites run on: a Kafka broker, and PostgreSQL beside SQLite.
"""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest

from shared.testing.broker import Broker, NoBroker, kafka
from shared.testing.postgres import ADDRESS, NoServer, a_server
from tests import places


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


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Return the URL of a database on a real server. Without one, tests fail in CI and are left out elsewhere."""
    try:
        with a_server() as url:
            if ADDRESS not in os.environ:
                with psycopg.connect(url, autocommit=True) as connection:
                    connection.execute("ALTER SYSTEM SET fsync = off")
                    connection.execute("SELECT pg_reload_conf()")
            with places.a_database(url) as database:
                yield database
    except NoServer as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture
def on_postgres(postgres: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lay the test's stores into PostgreSQL, a schema each, dropped at the end."""
    monkeypatch.setenv(places.ON, postgres)
    yield
    places.empty(postgres)


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> str:
    """Run the test on both stores; a module asks for it with `pytestmark`."""
    if request.param == "postgres":
        request.getfixturevalue("on_postgres")
    return str(request.param)
