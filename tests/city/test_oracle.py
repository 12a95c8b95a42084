"""The oracle arrives at the published expectation of the sample city."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.city.oracle import SHANGHAI, expected_figures

EXAMPLES = Path(__file__).parents[2] / "examples"
SAID_ELSEWHERE = {"seed", "profile", "stories", "bars"}


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    return dict(json.loads((EXAMPLES / "ningbo-2023.expected.json").read_bytes()))


@pytest.fixture(scope="module")
def found(expected: dict[str, Any]) -> dict[str, Any]:
    lines = gzip.decompress((EXAMPLES / "ningbo-2023.jsonl.gz").read_bytes()).split(b"\n")
    tokens = [person["subject_token"] for person in expected["bars"]]
    return expected_figures(lines, 2023, datetime(2024, 2, 1, tzinfo=SHANGHAI), tokens)


def test_every_figure_of_the_sample_is_found(expected: dict[str, Any], found: dict[str, Any]) -> None:
    names = expected.keys() - SAID_ELSEWHERE

    assert {name: found[name] for name in names} == {name: expected[name] for name in names}


def test_every_bar_of_the_sample_is_found(expected: dict[str, Any], found: dict[str, Any]) -> None:
    def as_set(person: dict[str, Any]) -> dict[str, Any]:
        return {**person, "measures": sorted(person["measures"])}

    assert [as_set(person) for person in found["bars"]] == [as_set(person) for person in expected["bars"]]
