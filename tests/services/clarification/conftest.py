"""Builders and fixtures of the clarification tests."""

import pytest

from shared.holidays import published_workdays
from shared.kernel import Workdays


@pytest.fixture(scope="session")
def workdays() -> Workdays:
    return published_workdays()
