"""Two clocks: the receiving clock (wall) and the business clock (legal dates, Asia/Shanghai)."""

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    def wall(self) -> datetime:
        """Aware UTC instant: receipts and the exchange's CLOCK check."""

    def business(self) -> date:
        """Legal date of today in Asia/Shanghai: deadlines, and what is due. It never goes back."""


class SystemClock:
    """Production: both clocks are the wall clock."""

    def wall(self) -> datetime:
        return datetime.now(UTC)

    def business(self) -> date:
        return datetime.now(SHANGHAI).date()


class SandboxClock:
    """Sandbox: the receiving clock stands still where the run began, the business clock is moved by `advance`."""

    def __init__(self, wall: datetime, business: date) -> None:
        self._wall = wall
        self._business = business

    def wall(self) -> datetime:
        return self._wall

    def business(self) -> date:
        return self._business

    def advance(self, to: date) -> None:
        """Move the business clock to `to`; an earlier day is ignored, since legal time never goes back."""
        self._business = max(self._business, to)
