"""Two clocks: the wall's, and the legal date in Shanghai, which never goes back."""

from datetime import UTC, date, datetime, timedelta

from shared.kernel import SandboxClock, SystemClock
from shared.kernel.clock import SHANGHAI


def test_the_business_clock_of_a_sandbox_moves_and_never_goes_back() -> None:
    wall = datetime(2024, 2, 1, tzinfo=UTC)
    clock = SandboxClock(wall, date(2023, 3, 6))

    clock.advance(date(2023, 3, 8))
    clock.advance(date(2023, 3, 7))

    assert (clock.wall(), clock.business()) == (wall, date(2023, 3, 8))


def test_the_system_clock_is_utc_and_its_legal_date_shanghais() -> None:
    clock = SystemClock()

    assert clock.wall().utcoffset() == timedelta(0)
    assert clock.business() in {
        datetime.now(SHANGHAI).date(),
        (datetime.now(SHANGHAI) - timedelta(seconds=5)).date(),
    }
