from pathlib import Path

import pytest

from tests.services.reporting.builders import City


@pytest.fixture
def city(tmp_path: Path) -> City:
    return City(tmp_path)
