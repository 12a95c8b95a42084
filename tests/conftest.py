"""What holds for all tests: warnings are errors, except one about the name of the HTTP client under the test client.

And the stores that a suite runs on: SQLite, and PostgreSQL where there is a server.
"""

import os
from collections.abc import Iterator

import psycopg
import pytest

from shared.testing.postgres import ADDRESS, NoServer, a_server
from tests import places


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("filterwarnings", "ignore:Using `httpx` with `starlette.testclient`")


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
