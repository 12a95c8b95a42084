"""The embedded live indicators: a read model in memory alone, read again from the logs at each start."""

import itertools
import threading
from collections.abc import Iterable
from datetime import date
from typing import Any

from services.reporting.domain.live import Indicators, LiveReport, Surge
from services.reporting.domain.terms import ReportingPolicy
from services.reporting.noticing import notice_of
from shared.kernel import Recorded
from shared.messaging.port import Source

BATCH = 2_000
TELLS_REPORTS = "exchange"


class LiveIndicators:
    """Folds the public facts of all owners, at least once and in any order. Implements the `Projection` of
    shared.service; what is not read yet is read before a question is answered."""

    def __init__(self, policy: ReportingPolicy) -> None:
        self._indicators = Indicators(policy)
        self._sources: dict[str, Source] = {}
        self._positions: dict[str, int] = {}
        self._lock = threading.RLock()

    def connect(self, sources: Iterable[Source]) -> None:
        """Name the owners whose facts are noticed."""
        self._sources.update((source.name, source) for source in sources)

    def pull(self) -> int:
        """Read the next batch of every source; return how many facts were read."""
        with self._lock:
            return sum(self._pull_one(source) for source in self._sources.values())

    def report(self, today: date) -> LiveReport:
        """Return all indicators on a business day, of all facts published so far."""
        with self._lock:
            _drain(self.pull)
            return self._indicators.report(today)

    def surges_of(self, report: str, today: date) -> tuple[Surge, ...]:
        """Return the latest surges against the subject of a report, of all that agencies told so far."""
        with self._lock:
            if (source := self._sources.get(TELLS_REPORTS)) is not None:
                _drain(lambda: self._pull_one(source))
            return self._indicators.surges_against(self._indicators.subject_of(report), today)

    def take(self, recorded: Iterable[Recorded[Any]]) -> None:
        """Take facts that came another way."""
        with self._lock:
            for fact in recorded:
                if (notice := notice_of(fact)) is not None:
                    self._indicators.take(notice)

    def _pull_one(self, source: Source) -> int:
        position = self._positions.get(source.name, 0)
        recorded = source.fetch(position, BATCH)
        if recorded:
            self.take(recorded)
            self._positions[source.name] = recorded[-1].position
        return len(recorded)


def _drain(pull: Any) -> int:
    return sum(itertools.takewhile(bool, iter(pull, None)))
