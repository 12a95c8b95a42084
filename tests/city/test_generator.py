"""A generated city leads to what its generator intended, by the reckoning of the oracle."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.city.generator import QUARANTINE, City, GeneratedCity, encoded, generate, main
from tests.city.oracle import SHANGHAI, Exchange, expected_figures


def found(city: GeneratedCity, year: int) -> dict[str, Any]:
    tokens = [person["subject_token"] for person in city.expected["bars"]]
    return expected_figures(city.lines, year, datetime(year + 1, 2, 1, tzinfo=SHANGHAI), tokens)


@pytest.mark.parametrize(
    ("seed", "code", "year", "scale"),
    [
        (1, "330100", 2021, 0.05),
        (2, "320500", 2022, 0.1),
        (3, "330100", 2023, 0.3),
        (4, "320500", 2024, 1.0),
        (5, "440300", 2025, 0.4),
        *((seed, "330100", 2021 + seed % 5, 0.05) for seed in range(6, 26)),
    ],
)
def test_a_generated_city_leads_to_what_was_intended(seed: int, code: str, year: int, scale: float) -> None:
    city = generate(seed, code, year, scale)

    assert found(city, year) == city.expected


@pytest.mark.parametrize("reason", QUARANTINE)
def test_each_way_to_spoil_an_event_has_its_one_reason(reason: str) -> None:
    city = City(1, "330100", 2023)
    city.population(0.01)

    for kind, spoiler in QUARANTINE[reason]:
        spoiled = spoiler(city.decoy(kind))
        exchange = Exchange(datetime(2024, 2, 1, tzinfo=SHANGHAI))
        exchange.receive(spoiled if isinstance(spoiled, bytes) else encoded(spoiled))
        assert exchange.quarantined == {reason: 1}, spoiled


def test_a_whole_city_has_every_kind_of_line_and_outcome() -> None:
    city = generate(4, "320500", 2024, 1.0)

    assert 5500 <= city.expected["lines"]["total"] <= 7500
    assert city.expected["lines"]["quarantined"].keys() == {*QUARANTINE, "DUPLICATE_CONFLICT"}
    assert all(city.expected["clarification"].values())
    assert all(city.expected["false_accusation"].values())
    assert len(city.expected["sanctions"]["by_code_since_2021"]) == 24
    assert len(city.expected["tolerance"]["by_outcome"]) == 5


def test_the_same_seed_gives_the_same_city() -> None:
    assert generate(7, "330100", 2023, 0.05) == generate(7, "330100", 2023, 0.05)
    assert generate(7, "330100", 2023, 0.05).lines != generate(8, "330100", 2023, 0.05).lines


def test_names_stand_in_profiles_only() -> None:
    city = generate(7, "330100", 2023, 0.05)
    profiles = b"\n".join(line for line in city.lines if b"organisation.profile_updated" in line)
    others = b"\n".join(line for line in city.lines if b"organisation.profile_updated" not in line)

    assert city.names
    assert all(name.encode() in profiles and name.encode() not in others for name in city.names)


def test_the_command_writes_the_city_and_what_is_expected_of_it(tmp_path: Path) -> None:
    main(["--seed", "7", "--city", "320500", "--year", "2024", "--scale", "0.05", "--out", str(tmp_path)])

    city = generate(7, "320500", 2024, 0.05)
    lines = gzip.decompress((tmp_path / "city.jsonl.gz").read_bytes()).split(b"\n")
    assert lines[:-1] == city.lines
    assert json.loads((tmp_path / "expected.json").read_bytes()) == city.expected
