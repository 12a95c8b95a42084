"""The access log: what was read by whom, and for what; edits, removals and moves are found."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.security.audit import AccessLog

AT = datetime(2024, 2, 1, tzinfo=UTC)


@pytest.fixture
def access(tmp_path: Path) -> AccessLog:
    log = AccessLog(tmp_path / "access.db")
    for number in range(1, 6):
        log.record(at=AT, person="330206.HANDLER.1", purpose="casework", what="letters/view", case_id=f"{number}")
    return log


def tamper(access: AccessLog, sql: str) -> None:
    access._rows.execute(sql)


def test_entries_are_kept_in_order_and_the_chain_holds(access: AccessLog) -> None:
    assert [entry[5] for entry in access.entries()] == ["1", "2", "3", "4", "5"]
    assert access.first_broken() is None


@pytest.mark.parametrize(
    ("sql", "broken"),
    [
        ("UPDATE access SET person = '330206.AUDITOR.1' WHERE number = 3", 3),
        ("UPDATE access SET rows = 9 WHERE number = 1", 1),
        ("DELETE FROM access WHERE number = 2", 2),
        ("DELETE FROM access WHERE number = 1", 1),
        ("UPDATE access SET number = CASE number WHEN 2 THEN -4 ELSE -2 END WHERE number IN (2, 4)", 1),
    ],
)
def test_an_edit_and_a_removal_are_found(access: AccessLog, sql: str, broken: int) -> None:
    tamper(access, sql)

    assert access.first_broken() == broken


def test_reordering_is_found(access: AccessLog) -> None:
    for step in (
        "UPDATE access SET number = 99 WHERE number = 2",
        "UPDATE access SET number = 2 WHERE number = 4",
        "UPDATE access SET number = 4 WHERE number = 99",
    ):
        tamper(access, step)

    assert access.first_broken() == 2


def test_the_chain_goes_on_after_a_restart_and_from_many_threads(tmp_path: Path, access: AccessLog) -> None:
    again = AccessLog(tmp_path / "access.db")

    def read() -> None:
        for log in (access, again) * 5:
            log.record(at=AT, person="330206.HANDLER.2", purpose="casework", what="letters/view")

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(access.entries()) == 35
    assert access.first_broken() is None


def test_an_entry_that_cannot_be_written_does_not_stop_the_next(access: AccessLog) -> None:
    with pytest.raises(TypeError):
        access.record(at=AT, person="330206.HANDLER.1", purpose="casework", what="x", rows=object())  # type: ignore[arg-type]

    access.record(at=AT, person="330206.HANDLER.1", purpose="casework", what="letters/view")

    assert access.first_broken() is None
    assert len(access.entries()) == 6
