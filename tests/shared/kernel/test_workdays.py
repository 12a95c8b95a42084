"""Working days: holidays do not count, make-up days do, and nothing is guessed."""

from datetime import date, timedelta

import pytest

from shared.holidays import published_workdays
from shared.kernel import Workdays

TABLE = published_workdays()


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2023, 3, 6), 1, date(2023, 3, 7)),
        (date(2023, 3, 3), 1, date(2023, 3, 6)),
        (date(2023, 3, 4), 1, date(2023, 3, 6)),
        (date(2023, 9, 28), 1, date(2023, 10, 7)),  # Mid-Autumn and National Day; Saturday the 7th is made up
        (date(2023, 9, 28), 3, date(2023, 10, 9)),
        (date(2023, 1, 20), 1, date(2023, 1, 28)),  # Spring Festival; the Saturday after is made up
        (date(2023, 4, 28), 4, date(2023, 5, 8)),  # Labour Day; Saturday the 6th is made up
        (date(2023, 12, 29), 1, date(2024, 1, 2)),
        (date(2023, 3, 6), 10, date(2023, 3, 20)),
    ],
)
def test_the_nth_working_day_after_a_day(day: date, count: int, expected: date) -> None:
    assert TABLE.after(day, count) == expected


def test_a_year_that_is_not_published_has_no_answer() -> None:
    last = max(year for year in range(2023, 2100) if TABLE.after(date(year, 1, 1), 1))

    assert TABLE.after(date(last, 12, 30), 10) is None
    assert TABLE.after(date(last + 1, 1, 4), 1) is None
    assert TABLE.after(date(1999, 1, 4), 1) is None


def test_a_year_missing_on_the_way_has_no_answer() -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for year in (2023, 2025) for n in range(365)]

    table = Workdays(days)

    assert table.after(date(2023, 12, 30), 1) == date(2023, 12, 31)
    assert table.after(date(2023, 12, 31), 1) is None


def test_no_table_no_answer() -> None:
    assert Workdays([]).after(date(2023, 3, 6), 1) is None
