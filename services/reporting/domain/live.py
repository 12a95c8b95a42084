"""Live indicators: sliding windows of facts, surges of repeated reports, silent agencies, exchanges without an answer.

Derived and disposable: folded from public facts in any order, with repeats, always to the same indicators. They advise
and remind; no figure of a report rests on them (domain.md section 8, no. 14).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple, TypeVar

from services.reporting.domain.terms import ReportingPolicy
from shared.kernel import Value

K = TypeVar("K")
V = TypeVar("V")


class Kind(NamedTuple):
    """What a fact is counted by; agency is empty for a fact of our own, district where the fact names none."""

    agency: str
    district: str
    fact_name: str


@dataclass(frozen=True, slots=True)
class Registration:
    """A report (检举控告) as one version of its stream tells it; body: the body that registered it."""

    report: str
    version: int
    on: date
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Repeat:
    """A report was received again (重复举报); event: key of the agency's event, supersedes: the one it corrects."""

    report: str
    on: date
    event: str
    supersedes: str = ""


@dataclass(frozen=True, slots=True)
class ExchangeStep:
    """An exchange was opened, or answered; due_on: where the fact itself names the last day."""

    exchange: str
    key: str
    on: date
    opens: bool
    whom: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """What the indicators take of one public fact; told_on: the day it was published, on: its business date."""

    fact_id: str
    told_on: date
    on: date
    kind: Kind
    registration: Registration | None = None
    repeat: Repeat | None = None
    steps: tuple[ExchangeStep, ...] = ()


class Window(Value):
    """The facts whose business date lies in the last `days` days, today included."""

    days: int
    total: int
    by_agency: dict[str, int]
    by_district: dict[str, int]
    by_type: dict[str, int]


class Surge(Value):
    """Repeated reports against one subject; `window` is the month in which the threshold was reached.

    reports: the most within any span of the policy's length that ends in that month; reached_on: the first such day;
    body: the body that registered the latest report.
    """

    subject: str
    window: str
    reports: int
    reached_on: date
    body: str


class SilentAgency(Value):
    """An agency that told nothing for longer than agencies of its kind usually do."""

    agency: str
    last_told_on: date
    silent_days: int
    allowed_days: int


class Unanswered(Value):
    """An exchange whose answer is overdue."""

    exchange: str
    key: str
    whom: str
    opened_on: date
    due_on: date
    days_late: int


class LiveReport(Value):
    """All live indicators on one business day; waiting: exchange → how many have no answer, overdue or not."""

    today: date
    windows: tuple[Window, ...]
    surges: tuple[Surge, ...]
    silent_agencies: tuple[SilentAgency, ...]
    unanswered: tuple[Unanswered, ...]
    waiting: dict[str, int]


class Opened(NamedTuple):
    """The latest opening of an exchange."""

    on: date
    whom: str
    due_on: date


@dataclass
class Indicators:
    """The state of the indicators: a function of the set of notices taken, whatever their order and repeats.

    A part of a notice that is older than what is remembered, counted from the newest day told, is ignored, and what
    was taken of it before is forgotten: the memory stays bounded by the traffic of that time.
    """

    policy: ReportingPolicy
    newest: date = date.min
    facts: dict[date, dict[str, Kind]] = field(default_factory=dict)
    heard: dict[str, date] = field(default_factory=dict)
    registrations: dict[str, dict[int, Registration]] = field(default_factory=dict)
    repeats: dict[str, dict[str, date]] = field(default_factory=dict)
    superseded: dict[str, date] = field(default_factory=dict)
    opened: dict[tuple[str, str], Opened] = field(default_factory=dict)
    answered: dict[tuple[str, str], date] = field(default_factory=dict)
    reports_of: dict[str, set[str]] = field(default_factory=dict)

    def take(self, notice: Notice) -> None:
        """Take a notice; one that was taken before, or is too old, changes nothing."""
        if notice.told_on > self.newest:
            self.newest = notice.told_on
            self._forget()
        if notice.on >= self._counted_from:
            self.facts.setdefault(notice.on, {})[notice.fact_id] = notice.kind
        if agency := notice.kind.agency:
            self.heard[agency] = max(notice.told_on, self.heard.get(agency, notice.told_on))
        if notice.registration is not None:
            self._register(notice.registration)
        if notice.repeat is not None:
            self._repeat(notice.repeat)
        for step in notice.steps:
            self._step(step)

    def counts(self, fact_id: str) -> bool:
        """Was this fact taken, and is it among those counted still?"""
        return any(fact_id in facts for facts in self.facts.values())

    def report(self, today: date) -> LiveReport:
        """Return all indicators as of a business day."""
        return LiveReport(
            today=today,
            windows=tuple(self.window(days, today) for days in self.policy.live_windows_days),
            surges=self.surges(today),
            silent_agencies=self.silent_agencies(today),
            unanswered=self.unanswered(today),
            waiting=dict(sorted(Counter(exchange for (exchange, _), _ in self._waiting(today)).items())),
        )

    def window(self, days: int, today: date) -> Window:
        """Return how many facts the last days brought, per agency, district and type."""
        kinds = Counter(kind for on, facts in self.facts.items() if _within(on, days, today) for kind in facts.values())
        return Window(
            days=days,
            total=kinds.total(),
            by_agency=_by(kinds, [kind.agency for kind in kinds]),
            by_district=_by(kinds, [kind.district for kind in kinds]),
            by_type=_by(kinds, [kind.fact_name for kind in kinds]),
        )

    def surges(self, today: date) -> tuple[Surge, ...]:
        """Return the surges of the latest days, of all subjects. Source: domain.md section 8, no. 14."""
        return tuple(surge for subject in sorted(self.reports_of) for surge in self.surges_against(subject, today))

    def surges_against(self, subject: str, today: date) -> tuple[Surge, ...]:
        """Return the surges against one subject that were reached within the last days."""
        reports = self._reports_against(subject)
        span = self.policy.surge_window_days
        return tuple(
            Surge(subject=subject, window=month, reports=most, reached_on=reached_on, body=_latest(reports).body)
            for month, (reached_on, most) in sorted(self._spans(reports, today).items())
            if _within(reached_on, span, today)
        )

    def subject_of(self, report: str) -> str:
        """Return whom a report is against, empty if that is not remembered."""
        registration = self._in_force(report)
        return registration.subject if registration is not None else ""

    def silent_agencies(self, today: date) -> tuple[SilentAgency, ...]:
        """Return the agencies heard before and not for longer than their kind allows; a kind without a number is
        never missed."""
        found = []
        for agency, told_on in sorted(self.heard.items()):
            allowed = self.policy.silent_after_days.get(agency.partition(".")[0])
            silent = (today - told_on).days
            if allowed is not None and silent > allowed:
                found.append(
                    SilentAgency(agency=agency, last_told_on=told_on, silent_days=silent, allowed_days=allowed)
                )
        return tuple(found)

    def unanswered(self, today: date) -> tuple[Unanswered, ...]:
        """Return the exchanges whose answer is overdue, the oldest first. Source: F-13, domain.md 5.5 [A limits]."""
        return tuple(
            Unanswered(
                exchange=exchange,
                key=key,
                whom=opened.whom,
                opened_on=opened.on,
                due_on=opened.due_on,
                days_late=(today - opened.due_on).days,
            )
            for (exchange, key), opened in sorted(self._waiting(today), key=lambda one: (one[1].due_on, one[0]))
            if opened.due_on < today
        )

    @property
    def _counted_from(self) -> date:
        return _before(self.newest, max(self.policy.live_windows_days))

    @property
    def _remembered_from(self) -> date:
        return _before(self.newest, self.policy.live_retention_days)

    def _register(self, registration: Registration) -> None:
        if registration.on >= self._remembered_from:
            self.registrations.setdefault(registration.report, {})[registration.version] = registration
            self.reports_of.setdefault(registration.subject, set()).add(registration.report)

    def _repeat(self, repeat: Repeat) -> None:
        if repeat.on < self._remembered_from:
            return
        self.repeats.setdefault(repeat.report, {})[repeat.event] = repeat.on
        if repeat.supersedes:
            known = self.superseded.get(repeat.supersedes, repeat.on)
            self.superseded[repeat.supersedes] = max(known, repeat.on)

    def _step(self, step: ExchangeStep) -> None:
        if step.on < self._remembered_from:
            return
        place = (step.exchange, step.key)
        if step.opens:
            limit = timedelta(self.policy.unanswered_after_days[step.exchange])
            opened = Opened(step.on, step.whom, step.due_on or step.on + limit)
            self.opened[place] = max(opened, self.opened.get(place, opened))
        else:
            self.answered[place] = max(step.on, self.answered.get(place, step.on))

    def _waiting(self, today: date) -> Iterator[tuple[tuple[str, str], Opened]]:
        """Yield the exchanges opened and not answered since; an answer of the same day is one."""
        for place, opened in self.opened.items():
            if opened.on <= today and self.answered.get(place, date.min) < opened.on:
                yield place, opened

    def _in_force(self, report: str) -> Registration | None:
        versions = self.registrations.get(report)
        return versions[max(versions)] if versions else None

    def _reports_against(self, subject: str) -> list[Registration]:
        found = [self._in_force(report) for report in self.reports_of.get(subject, ())]
        return [registration for registration in found if registration is not None and registration.subject == subject]

    def _spans(self, reports: Sequence[Registration], today: date) -> dict[str, tuple[date, int]]:
        """Return, by month, the first day on which the threshold was reached and the most reports in a span."""
        days = sorted(day for report in reports for day in self._days_reported(report) if day <= today)
        found: dict[str, tuple[date, int]] = {}
        first = 0
        for last, day in enumerate(days):
            while not _within(days[first], self.policy.surge_window_days, day):
                first += 1
            count = last - first + 1
            if count >= self.policy.surge_reports:
                reached_on, most = found.get(f"{day:%Y-%m}", (day, 0))
                found[f"{day:%Y-%m}"] = (reached_on, max(most, count))
        return found

    def _days_reported(self, report: Registration) -> Iterator[date]:
        yield report.on
        yield from (on for event, on in self.repeats.get(report.report, {}).items() if event not in self.superseded)

    def _forget(self) -> None:
        counted, remembered = self._counted_from, self._remembered_from
        self.facts = {on: facts for on, facts in self.facts.items() if on >= counted}
        self.superseded = {event: on for event, on in self.superseded.items() if on >= remembered}
        self.opened = {place: opened for place, opened in self.opened.items() if opened.on >= remembered}
        self.answered = {place: on for place, on in self.answered.items() if on >= remembered}
        self.repeats = _kept(self.repeats, lambda on: on >= remembered)
        self.registrations = _kept(self.registrations, lambda registration: registration.on >= remembered)
        self.reports_of = {}
        for versions in self.registrations.values():
            for registration in versions.values():
                self.reports_of.setdefault(registration.subject, set()).add(registration.report)


def _kept(found: Mapping[str, Mapping[K, V]], is_kept: Callable[[V], bool]) -> dict[str, dict[K, V]]:
    inner = {key: {one: value for one, value in values.items() if is_kept(value)} for key, values in found.items()}
    return {key: values for key, values in inner.items() if values}


def _latest(reports: Sequence[Registration]) -> Registration:
    return max(reports, key=lambda registration: (registration.on, registration.report))


def _within(on: date, days: int, today: date) -> bool:
    """Is the day one of the last `days` days, today included?"""
    return 0 <= (today - on).days < days


def _before(day: date, days: int) -> date:
    return day - timedelta(days) if day.toordinal() > days else date.min


def _by(kinds: Counter[Kind], names: Sequence[str]) -> dict[str, int]:
    """Return how many facts each name has; facts without one (our own have no agency) are left out."""
    found: Counter[str] = Counter()
    for name, count in zip(names, kinds.values(), strict=True):
        if name:
            found[name] += count
    return dict(sorted(found.items()))
