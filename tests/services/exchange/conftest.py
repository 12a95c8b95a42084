"""A fresh exchange for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.exchange.lines import Gate, Sandbox


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Sandbox]:
    sandbox = Sandbox(tmp_path)
    yield sandbox
    sandbox.close()


@pytest.fixture(scope="session")
def gate() -> Gate:
    return Gate()
