"""A fresh exchange for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.exchange.lines import Sandbox


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Sandbox]:
    sandbox = Sandbox(tmp_path)
    yield sandbox
    sandbox.close()
