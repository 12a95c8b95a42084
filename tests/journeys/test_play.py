"""`qingfeng play`: any city's year comes out as its lines intend, and whatever kills it, nothing is lost or doubled."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import QINGFENG, ROOT, City, figures_of, run

KILLS = 20
LOGS = ("exchange", "clarification", "revisit", "tolerance", "reporting")
STORED = "SELECT originator_id, originator_version, topic, state FROM stored_events"


def test_a_city_gives_the_figures_its_lines_intend(played: tuple[Path, dict[str, Any]]) -> None:
    _, printed = played

    assert printed["differences"] == []
    assert printed["run"]["dead_letters"] == 0
    assert printed["run"]["refused"] == 0


@pytest.mark.parametrize(
    ("seed", "code", "year", "scale"), [(3, "330100", 2022, 0.08), (4, "440300", 2025, 0.05), (5, "110000", 2021, 0.05)]
)
def test_other_years_cities_sizes_and_noise_come_out_right_too(
    city_of: Callable[[int, str, int, float], City], tmp_path: Path, seed: int, code: str, year: int, scale: float
) -> None:
    city = city_of(seed, code, year, scale)

    printed = json.loads(run(*city.play(tmp_path, "--format", "json", "--check", str(city.expected))))

    assert printed["differences"] == []


def test_the_sample_year_gives_its_published_totals(tmp_path: Path) -> None:
    example = ROOT / "examples" / "ningbo-2023.jsonl.gz"
    expected = ROOT / "examples" / "ningbo-2023.expected.json"

    printed = json.loads(
        run(*QINGFENG, "play", str(example), "--year", "2023", "--data", str(tmp_path), "--check", str(expected),
            "--format", "json")
    )  # fmt: skip

    assert printed["differences"] == []
    assert list(printed["annual"].values()) == [297, 31, 7, 1893, 49]


def test_a_difference_is_printed_and_ends_with_code_1(
    small_city: City, played: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    wrong = json.loads(small_city.expected.read_text(encoding="utf-8"))
    wrong["annual"]["persons_clarified"] += 1
    (tmp_path / "wrong.json").write_text(json.dumps(wrong), encoding="utf-8")

    printed = run(*small_city.play(played[0], "--check", str(tmp_path / "wrong.json")), code=1)

    assert "annual.persons_clarified" in printed


def test_killed_at_random_points_and_started_again_it_ends_with_the_same_figures(
    small_city: City, played: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    chance = random.Random(20231115)
    command = small_city.play(tmp_path, "--format", "json")
    longest_s = played[1]["run"]["seconds"] / (2 * KILLS)
    kills = 0
    while kills < KILLS:
        written = _last_written(tmp_path)
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _wait_for_work(tmp_path, written, process)
        time.sleep(chance.uniform(0, longest_s))
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            kills += 1
        elif kills < KILLS:
            pytest.fail(f"the run ended after {kills} kills: make the city larger")
        process.wait()

    printed = json.loads(run(*command))

    assert figures_of(json.dumps(printed)) == figures_of(json.dumps(played[1]))
    assert printed["run"]["commands"] == played[1]["run"]["commands"]
    assert printed["run"]["dead_letters"] == 0
    for log in LOGS:
        assert _facts(tmp_path / f"{log}.db") == _facts(played[0] / f"{log}.db"), log


def test_a_finished_run_started_again_changes_nothing(small_city: City, played: tuple[Path, dict[str, Any]]) -> None:
    data, first = played

    again = json.loads(run(*small_city.play(data, "--format", "json")))

    assert again["run"]["facts_new"] == 0
    assert figures_of(json.dumps(again)) == figures_of(json.dumps(first))


def test_without_an_office_only_lines_measures_and_bars_have_figures(small_city: City, tmp_path: Path) -> None:
    expected = json.loads(small_city.expected.read_text(encoding="utf-8"))

    printed = json.loads(
        run(
            *small_city.play(tmp_path, "--office", "off", "--format", "json", "--check", str(small_city.expected)),
            code=1,
        )
    )

    assert printed["lines"] == expected["lines"]
    assert printed["sanctions"] == expected["sanctions"]
    assert not [d for d in printed["differences"] if d["figure"].startswith(("lines", "sanctions", "bars"))]
    others = {block: printed[block] for block in expected if block not in {"lines", "sanctions", "bars", "stories"}}
    assert _numbers(others, skip={"seed", "business_year"}) == []


def test_another_run_in_the_same_folder_is_refused_in_words(
    small_city: City, played: tuple[Path, dict[str, Any]]
) -> None:
    done = subprocess.run(
        small_city.play(played[0], "--seed", "2"), cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert "--data" in done.stderr
    assert "Traceback" not in done.stderr


def test_rebuilt_read_models_give_the_same_report(played: tuple[Path, dict[str, Any]], small_city: City) -> None:
    data, first = played

    run(*QINGFENG, "rebuild", "--data", str(data))

    again = json.loads(run(*QINGFENG, "report", str(small_city.year), "--data", str(data), "--format", "json"))
    assert figures_of(json.dumps(again)) == figures_of(json.dumps(first))


def test_the_names_of_profiles_stand_in_no_store_no_topic_and_no_log(
    played: tuple[Path, dict[str, Any]], small_city: City
) -> None:
    files = [path for path in played[0].rglob("*") if path.is_file()]

    found = [(name, path.name) for path in files for name in small_city.names if name.encode() in path.read_bytes()]

    assert small_city.names
    assert files
    assert found == []


def _facts(log: Path) -> dict[tuple[str, int], tuple[str, str, str, str]]:
    """Return each fact by its place: name, business day, who, and content without what is encrypted afresh."""
    with closing(sqlite3.connect(log)) as rows:
        return {(stream, version): _told(name, state) for stream, version, name, state in rows.execute(STORED)}


def _told(name: str, state: bytes) -> tuple[str, str, str, str]:
    stored = json.loads(state)
    content = {key: value for key, value in stored["d"].items() if not key.endswith("_sealed")}
    return name, stored["m"]["on"], stored["m"]["by"], json.dumps(content, sort_keys=True)


def _last_written(data: Path) -> int:
    """Return when the exchange's log was last written to, 0 if it is not there yet."""
    journal = data / "exchange.db-wal"
    return journal.stat().st_mtime_ns if journal.exists() else 0


def _wait_for_work(data: Path, written: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until the process writes facts: a kill while it still loads its code would show nothing."""
    deadline = time.monotonic() + 30
    while process.poll() is None and _last_written(data) == written and time.monotonic() < deadline:
        time.sleep(0.005)


def _numbers(value: Any, *, skip: set[str]) -> list[Any]:
    if isinstance(value, dict):
        return [n for key, item in value.items() if key not in skip for n in _numbers(item, skip=skip)]
    if isinstance(value, list):
        return [n for item in value for n in _numbers(item, skip=skip)]
    return [value] if isinstance(value, int) and value else []
