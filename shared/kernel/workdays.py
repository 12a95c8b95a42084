"""Working days (工作日) by the table of holidays and make-up days; a year without a table has none."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date


class Workdays:
    """The working days of whole published years, ascending."""

    def __init__(self, days: Iterable[date]) -> None:
        self._days = sorted(days)
        self._years = frozenset(day.year for day in self._days)

    def after(self, day: date, count: int) -> date | None:
        """Return the `count`-th working day after `day` (which does not count), or None if a year on the way is not
        published: the deadline is then recorded without a date (domain.md section 8, no. 13)."""
        if day.year not in self._years:
            return None
        index = bisect_right(self._days, day) + count - 1
        if index >= len(self._days):
            return None
        found = self._days[index]
        return found if self._years.issuperset(range(day.year, found.year)) else None
