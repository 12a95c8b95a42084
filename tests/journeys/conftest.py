"""Journeys through the whole house, by its command line, as a user would."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.city.generator import GeneratedCity, generate

ROOT = Path(__file__).parents[2]
QINGFENG = (sys.executable, "-m", "services.main")


@dataclass(frozen=True)
class City:
    """A generated city on disk: its file of agency events, what it must give, the names that may stand nowhere."""

    file: Path
    expected: Path
    figures: Mapping[str, Any]
    names: tuple[str, ...]
    year: int

    def play(self, data: Path, *options: str) -> tuple[str, ...]:
        return (*QINGFENG, "play", str(self.file), "--year", str(self.year), "--data", str(data), *options)


def write_city(folder: Path, generated: GeneratedCity, year: int) -> City:
    folder.mkdir(parents=True, exist_ok=True)
    file, expected = folder / "city.jsonl.gz", folder / "expected.json"
    file.write_bytes(gzip.compress(b"\n".join(generated.lines) + b"\n"))
    expected.write_text(json.dumps(generated.expected), encoding="utf-8")
    return City(file, expected, generated.expected, tuple(generated.names), year)


def run(*command: str, code: int = 0) -> str:
    """Run a command to its end; return what it printed."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == code, f"{command}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def figures_of(printed: str) -> dict[str, Any]:
    """Return a report's JSON without what differs between two runs of the same year."""
    return {key: value for key, value in json.loads(printed).items() if key not in {"run", "differences"}}


@pytest.fixture(scope="session")
def city_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int, str, int, float], City]:
    def make(seed: int, code: str, year: int, scale: float) -> City:
        return write_city(tmp_path_factory.mktemp("city"), generate(seed, code, year, scale), year)

    return make


@pytest.fixture(scope="session")
def small_city(city_of: Callable[[int, str, int, float], City]) -> City:
    """A small city of another province and year than the sample's."""
    return city_of(11, "320500", 2024, 0.05)


@pytest.fixture(scope="session")
def played(small_city: City, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The small city, played to its end: its data folder and its report."""
    data = tmp_path_factory.mktemp("played")
    return data, json.loads(run(*small_city.play(data, "--format", "json", "--check", str(small_city.expected))))
