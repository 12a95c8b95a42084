"""Fixtures of the kernel's tests."""

from pathlib import Path

import pytest

from tests.shared.post import Post, open_post


@pytest.fixture
def post(request: pytest.FixtureRequest, tmp_path: Path) -> Post:
    if "store" in request.fixturenames:
        request.getfixturevalue("store")
    return open_post(tmp_path)
