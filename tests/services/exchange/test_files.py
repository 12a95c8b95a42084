"""Files of agency events: checked without being sent, sent once however often."""

import json
from datetime import date
from pathlib import Path

from services.exchange.files import check_file, send_file
from tests.services.exchange.lines import CONCLUDED, PROFILE, REGISTERED, WALL, Sandbox, event, text


def written(path: Path, *lines: bytes) -> Path:
    path.write_bytes(b"\n".join(lines))
    return path


def mixed(folder: Path) -> Path:
    return written(
        folder / "events.jsonl",
        text(event(CONCLUDED)),
        b"",
        text(event(REGISTERED)),
        text(event(REGISTERED)),
        b"broken",
        text(event(PROFILE, data={"gender": "X"})),
        text(event(REGISTERED, data={"channel": "VISIT"})),
        text(event("unit.suggestion_replied.v1")),
    )


def test_a_check_finds_every_line_that_would_be_quarantined_and_sends_nothing(tmp_path: Path) -> None:
    report = check_file(mixed(tmp_path), WALL)

    assert [(found.line, found.reason) for found in report.findings] == [
        (5, "MALFORMED"),
        (6, "SCHEMA"),
        (7, "DUPLICATE_CONFLICT"),
    ]
    assert report.findings[1].path == "$.data.gender"
    assert report.quarantined == 3
    assert report.counts["total"] == 7
    assert report.counts["parked_then_applied"] == 1
    assert [(line.line, line.waits_for) for line in report.parked] == [(8, ["suggestion|JY-330212-2023-0002"])]
    assert json.loads(report.model_dump_json())["findings"][0]["zh"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["events.jsonl"]


def test_a_file_sent_again_takes_no_effect_twice(tmp_path: Path, house: Sandbox) -> None:
    path = mixed(tmp_path)

    first = send_file(house.exchange, path)
    facts = house.log()
    second = send_file(house.exchange, path)

    assert first == {
        "APPLIED": 1,
        "DUPLICATE": 1,
        "DUPLICATE_CONFLICT": 1,
        "MALFORMED": 1,
        "PARKED": 2,
        "SCHEMA": 1,
    }
    assert second == {"RECEIVED_BEFORE": 8}
    assert house.log() == facts
    assert house.clock.business() == date(2023, 9, 15)


def test_another_file_with_the_same_events_gives_duplicates(tmp_path: Path, house: Sandbox) -> None:
    send_file(house.exchange, written(tmp_path / "a", text(event(REGISTERED))))

    again = send_file(house.exchange, written(tmp_path / "b", b"", text(event(REGISTERED))))

    assert again == {"DUPLICATE": 1}


def test_a_line_that_is_too_long_does_not_stop_the_file(tmp_path: Path, house: Sandbox) -> None:
    path = written(tmp_path / "a", b" " * 200_000, b"x" * 200_000, text(event(REGISTERED)))

    assert send_file(house.exchange, path) == {"APPLIED": 1, "MALFORMED": 1}
    (row,) = house.lines.quarantined()
    assert (row["line"], row["length"], row["code"]) == (2, 200_000, "TOO_LONG")
