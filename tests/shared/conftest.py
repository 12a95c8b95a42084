"""Fixtures of the kernel's tests."""

from pathlib import Path

import pytest

from tests.shared.post import Post, open_post


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return open_post(tmp_path)
