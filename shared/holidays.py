"""The table of working days (工作日): holidays and make-up days (调休) of published years, seeded from a library."""

from datetime import date, timedelta
from functools import cache

import chinese_calendar

from shared.kernel import Workdays

FIRST_YEAR = 2004


@cache
def published_workdays() -> Workdays:
    """Return the working days of all years whose holiday notice the library knows.

    Source: [K] 国务院办公厅 annual notices, as collected by `chinesecalendar`.
    """
    days = []
    day = date(FIRST_YEAR, 1, 1)
    while True:
        try:
            if chinese_calendar.is_workday(day):
                days.append(day)
        except NotImplementedError:
            return Workdays(days)
        day += timedelta(days=1)
