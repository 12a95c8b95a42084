"""The embedded live indicators: a read model in memory alone, read again from the logs at each start."""

import threading
from collections import deque
from collections.abc import Iterable
from datetime import date
from typing import Any

from services.reporting.domain.live import Indicators, LiveReport, Surge
from services.reporting.domain.terms import ReportingPolicy
from services.reporting.noticing import notice_of
from shared.contracts.agency import RepeatFlagged, ReportRegistered
from shared.kernel import Recorded
from shared.messaging.consumer import BATCH as CONSUMED
from shared.messaging.port import Source

BATCH = 2_000
TELL_REPORTS = frozenset({ReportRegistered, RepeatFlagged})


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
            while self.pull():
                pass
            return self._indicators.report(today)

    def _pull_one(self, source: Source) -> int:
        position = self._positions.get(source.name, 0)
        recorded = source.fetch(position, BATCH)
        for fact in recorded:
            if (notice := notice_of(fact)) is not None:
                self._indicators.take(notice)
            self._positions[source.name] = fact.position
        return len(recorded)


class SurgeWatch:
    """Sees the surges as of one report that an agency told: what the exchange recorded later plays no part, so that a
    run that was killed, or that reads in other batches, advises the same. In memory, read again at each start."""

    def __init__(self, policy: ReportingPolicy, source: Source | None) -> None:
        self._indicators = Indicators(policy)
        self._source = source
        self._position = 0
        self._ahead: deque[Recorded[Any]] = deque()

    def surges_at(self, recorded: Recorded[Any]) -> tuple[Surge, ...]:
        """Return the latest surges against the subject of a registered or repeated report."""
        while not self._indicators.counts(recorded.fact_id) and (fact := self._next()) is not None:
            if type(fact.fact) in TELL_REPORTS and (notice := notice_of(fact)) is not None:
                self._indicators.take(notice)
        subject = self._indicators.subject_of(recorded.fact.report_token)
        return self._indicators.surges_against(subject, recorded.meta.on)

    def _next(self) -> Recorded[Any] | None:
        if not self._ahead and self._source is not None:
            self._ahead.extend(self._source.fetch(self._position, CONSUMED))
        if not self._ahead:
            return None
        fact = self._ahead.popleft()
        self._position = fact.position
        return fact
