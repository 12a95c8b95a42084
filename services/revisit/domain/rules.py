"""What the law and the book compute: ends of periods, bars, scope by day, sessions that are due, grades."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Protocol

from services.revisit.domain.terms import (
    BarType,
    Grade,
    MeasureTaken,
    Program,
    RevisitPolicy,
    Session,
    Stage,
    Use,
)
from shared.contracts.revisit import ScopeSegment

Bars = dict[str, date | None]

PARTY_POSTS = (BarType.PROMOTION, BarType.FURTHER_USE)
ALL_POSTS = (*PARTY_POSTS, BarType.EQUAL_POST, BarType.HIGHER_POST)
STEPS = (BarType.PROMOTION, BarType.RANK, BarType.PAY_STEP)
BARRED: Mapping[str, tuple[BarType, ...]] = {
    "P1": PARTY_POSTS,
    "P2": PARTY_POSTS,
    "P2b": ALL_POSTS,
    "P3": ALL_POSTS,
    "P4": ALL_POSTS,
    "P5": ALL_POSTS,
    "P6": (BarType.READMISSION, BarType.EQUAL_POST, BarType.HIGHER_POST),
    "G1": (BarType.PROMOTION, BarType.RANK),
    "G2": STEPS,
    "G3": STEPS,
    "G4": STEPS,
    "G5": STEPS,
    "G1v": (BarType.PAY_STEP,),
    "G2v": (BarType.PAY_STEP,),
    "G3v": (BarType.PAY_STEP,),
    "I1": (BarType.PROMOTION, BarType.RANK),
    "S1": (BarType.PROMOTION, BarType.RANK),
    "O1": PARTY_POSTS,
    "O4": (BarType.PROMOTION, BarType.RANK, BarType.FURTHER_USE),
    "O5": (BarType.HIGHER_POST, BarType.RANK),
    "O6": (BarType.PROMOTION, BarType.RANK, BarType.FURTHER_USE),
}
PROBATION = ("P4", "P5")
GOVERNMENT = ("G1", "G2", "G3", "G4", "G5")
EXPELLING = ("P6", "G6")
EXPELLED_FORM = 4
HEAVY_FORM = 3


class Imposed(Protocol):
    """What rules need of a measure."""

    @property
    def code(self) -> str: ...
    @property
    def decision_no(self) -> str: ...
    @property
    def decided_on(self) -> date: ...
    @property
    def effective_on(self) -> date: ...
    @property
    def period_months(self) -> int | None: ...


class Counted(Imposed, Protocol):
    """What the scope needs of a measure."""

    @property
    def form(self) -> int: ...
    @property
    def district(self) -> str: ...
    @property
    def level(self) -> str: ...


class Told(Protocol):
    """What the scope needs of a profile."""

    @property
    def as_of(self) -> date: ...
    @property
    def published_at(self) -> str: ...
    @property
    def birth_month(self) -> str: ...
    @property
    def service_status(self) -> str: ...


def first_free_day(start: date, months: int) -> date:
    """Return the first day after a period of whole months that begins on `start`.

    The corresponding day; where the month has none, the first of the month after it.

    Source: [P] disputed in practice, V-18, policy `period_end_rule`.
    """
    ahead = start.year * 12 + start.month - 1 + months
    try:
        return date(ahead // 12, ahead % 12 + 1, start.day)
    except ValueError:
        return date((ahead + 1) // 12, (ahead + 1) % 12 + 1, 1)


def form_of(code: str, form: int) -> int:
    """Return the form (四种形态) that counts: P2b is form 2 unless the event says 3. Source: agency-events.md 6.3."""
    return form if code != "P2b" or form == HEAVY_FORM else 2


def bars_of(measure: Imposed, restored_on: date | None, policy: RevisitPolicy) -> Bars:
    """Return the first free day by bar type that one measure sets; None = open (rights not restored).

    Source: table 3.6; agency-events.md 6.5; V-16, V-19.
    """
    code, start = measure.code, measure.effective_on
    if code in PROBATION:
        tail = first_free_day(restored_on, policy.sanction_months[code]) if restored_on else None
        return {**dict.fromkeys(BARRED[code], tail), BarType.PARTY_RIGHTS: restored_on}
    months = months_of(measure, policy)
    if months is None or code not in BARRED:
        return {}
    bars: Bars = dict.fromkeys(BARRED[code], first_free_day(start, months))
    if code == "O1":
        bars[BarType.EXCELLENCE_RATING] = date(start.year + 1, 1, 1)
    if code == "O5":
        bars[BarType.LEADING_POST] = first_free_day(start, policy.leading_post_months)
    return bars


def months_of(measure: Imposed, policy: RevisitPolicy) -> int | None:
    """Return the length of a measure's period in months, None where it has none (O2, G6)."""
    code = measure.code
    table = policy.sanction_months.get(code) or policy.organisational_months.get(code)
    if code in PROBATION:
        return policy.probation_months[code] + policy.sanction_months[code]
    return table if code == "O5" else measure.period_months or table


def bars_in_force(measures: Iterable[Imposed], restored: Mapping[str, date], policy: RevisitPolicy) -> Bars:
    """Return per bar type the latest end of all measures in force, by name of the type.

    Source: [K] V-17: at the same time, by the longest; an open end is later than any day.
    """
    latest: Bars = {}
    for measure in measures:
        for kind, free in bars_of(measure, restored.get(measure.decision_no), policy).items():
            known = latest.get(kind, date.min)
            latest[kind] = None if free is None or known is None else max(free, known)
    return {str(kind): latest[kind] for kind in sorted(latest)}


def government_periods_overlap(measures: Sequence[Imposed], policy: RevisitPolicy) -> bool:
    """Did a government sanction fall into the period of another? A warning only (V-17, `gov_overlap`)."""
    periods = sorted(
        (measure.effective_on, first_free_day(measure.effective_on, months_of(measure, policy) or 0))
        for measure in measures
        if measure.code in GOVERNMENT
    )
    return any(later[0] < earlier[1] for earlier, later in pairwise(periods))


def probation_over_on(measure: Imposed, policy: RevisitPolicy) -> date:
    """Return the first day after the probation of P4 or P5 (留党察看). Source: [P] V-19."""
    return first_free_day(measure.effective_on, policy.probation_months[measure.code])


def age_on(birth_month: str, day: date) -> int:
    """Return whole years; the person counts as born on the first of the month. Source: agency-events.md 5.19."""
    year, month = birth_month.split("-")
    return day.year - int(year) - (day.month < int(month))


def profile_on(profiles: Sequence[Told], day: date) -> Told | None:
    """Return the profile in force on a day: the latest `as_of`, then the latest published. Source: 5.19."""
    known = [profile for profile in profiles if profile.as_of <= day]
    return max(known, key=_profile_rank) if known else None


def latest_profile(profiles: Sequence[Told]) -> Told | None:
    return max(profiles, key=_profile_rank) if profiles else None


def _profile_rank(profile: Told) -> tuple[date, str]:
    return profile.as_of, profile.published_at


def is_counted(measure: Counted, policy: RevisitPolicy) -> bool:
    """Does this measure bring a person into the population (V-1, V-2)?"""
    return measure.decided_on >= policy.population_from and measure.form <= HEAVY_FORM


def expels(measure: Counted) -> bool:
    """Form 4, P6 and G6 take a person out of it (V-2)."""
    return measure.form == EXPELLED_FORM or measure.code in EXPELLING


def scope_of(
    measures: Sequence[Counted], profiles: Sequence[Told], policy: RevisitPolicy, *, ever_measured: bool
) -> tuple[ScopeSegment, ...]:
    """Return the person's scope by day, from the first measure on: a new segment where something changes.

    measures: those in force. Empty for a person never measured; where every measure was
    revoked, nothing is in scope (reason REVOKED).

    Source: [S] V-1, [K] V-2, [A] V-3, V-5; agency-events.md 6.3.
    """
    if not measures:
        return (
            (ScopeSegment(from_on=policy.population_from, in_scope=False, reason="REVOKED"),) if ever_measured else ()
        )
    first = min(measure.decided_on for measure in measures)
    days = {measure.decided_on for measure in measures} | {p.as_of for p in profiles if p.as_of > first}
    segments: list[ScopeSegment] = []
    for day in sorted(days):
        segment = _segment(day, measures, profiles, policy)
        if not segments or segment != segments[-1].model_copy(update={"from_on": day}):
            segments.append(segment)
    return tuple(segments)


def _segment(day: date, measures: Sequence[Counted], profiles: Sequence[Told], policy: RevisitPolicy) -> ScopeSegment:
    decided = [measure for measure in measures if measure.decided_on <= day]
    counted = [measure for measure in decided if is_counted(measure, policy)]
    reason = _out_of_scope(day, decided, counted, profiles)
    if reason:
        return ScopeSegment(from_on=day, in_scope=False, reason=reason)
    heavy = any(measure.form == HEAVY_FORM for measure in counted)
    newest = latest_profile(profiles)
    program = program_of(counted, newest.birth_month if newest else None, policy)
    latest = latest_of(counted)
    return ScopeSegment(
        from_on=day,
        in_scope=True,
        program=program,
        planned_deep=heavy and program == Program.WARM,
        district=latest.district,
        level=latest.level,
    )


def _out_of_scope(day: date, decided: Sequence[Counted], counted: Sequence[Counted], profiles: Sequence[Told]) -> str:
    if any(expels(measure) for measure in decided):
        return "EXPELLED"
    if not counted:
        return "BEFORE_POPULATION"
    profile = profile_on(profiles, day)
    if profile is not None and profile.service_status != "IN_SERVICE":
        return profile.service_status
    return ""


def program_of(counted: Sequence[Counted], birth_month: str | None, policy: RevisitPolicy) -> str:
    """Return the programme: young at the earliest measure first, then heavy, else standard. Source: [A] V-3, V-5."""
    earliest = min(measure.decided_on for measure in counted)
    if birth_month is not None and age_on(birth_month, earliest) <= policy.young_max_age:
        return Program.WARM
    return Program.DEEP if any(measure.form == HEAVY_FORM for measure in counted) else Program.STANDARD


def latest_of(counted: Sequence[Counted]) -> Counted:
    """Return the latest measure by decision day, on one day by its number: in whatever order they were told."""
    return max(counted, key=lambda measure: (measure.decided_on, measure.decision_no))


def sessions_of(measure: MeasureTaken, *, deep: bool, policy: RevisitPolicy) -> tuple[Session, ...]:
    """Return the sessions a measure calls for, by their windows; a measure without a period: TIMELY only.

    Source: [A] V-6; domain.md 3.4.
    """
    number = measure.decision_no
    timely = Session(
        session_id=f"{number}/{Stage.TIMELY}",
        stage=Stage.TIMELY,
        not_before=measure.announced_on,
        due_on=measure.announced_on + timedelta(days=policy.timely_within_days),
    )
    months = months_of(measure, policy)
    if months is None:
        return (timely,)
    free = period_free_on(measure, months, policy)
    extended = Session(
        session_id=f"{number}/{Stage.EXTENDED}",
        stage=Stage.EXTENDED,
        not_before=free - timedelta(days=policy.extended_before_days),
        due_on=free + timedelta(days=policy.extended_after_days - 1),
    )
    further = _deep_sessions(measure, free, policy) if deep else ()
    return (timely, _full_session(measure, months, free, policy), *further, extended)


def period_free_on(measure: MeasureTaken, months: int, policy: RevisitPolicy) -> date:
    """Return the end of one measure's own period; of P4 and P5 before restoration the shortest possible one."""
    if measure.code in PROBATION and measure.restored_on is not None:
        return first_free_day(measure.restored_on, policy.sanction_months[measure.code])
    return first_free_day(measure.effective_on, months)


def _full_session(measure: MeasureTaken, months: int, free: date, policy: RevisitPolicy) -> Session:
    start, spread = measure.effective_on, timedelta(days=policy.full_spread_days)
    if months <= policy.short_period_months:
        due_on = min(first_free_day(start, policy.short_full_month), free)
        window = (max(start, due_on - spread), due_on)
    else:
        middle = start + (free - start) / 2
        window = (middle - spread, middle + spread)
    return Session(
        session_id=f"{measure.decision_no}/{Stage.FULL}", stage=Stage.FULL, not_before=window[0], due_on=window[1]
    )


def _deep_sessions(measure: MeasureTaken, free: date, policy: RevisitPolicy) -> tuple[Session, ...]:
    found, months = [], policy.deep_every_months
    while (day := first_free_day(measure.effective_on, months)) < free:
        found.append(
            Session(
                session_id=f"{measure.decision_no}/{Stage.DEEP}/{months}",
                stage=Stage.DEEP,
                not_before=day - timedelta(days=policy.deep_spread_days),
                due_on=day + timedelta(days=policy.deep_spread_days),
            )
        )
        months += policy.deep_every_months
    return tuple(found)


def day_of_year(year: int, month_and_day: str) -> date:
    """Return a policy's `MM-DD` in a year."""
    month, day = month_and_day.split("-")
    return date(year, int(month), int(day))


def campaign_session(year: int, today: date, policy: RevisitPolicy) -> Session:
    """Return the one session a campaign (大回访) adds. Source: domain.md 3.4; [A] policy `campaign_…`."""
    due_on = day_of_year(year, policy.campaign_due)
    if today >= day_of_year(year, policy.campaign_late_from):
        due_on = min(today + timedelta(days=policy.campaign_late_days), date(year, 12, 31))
    return Session(session_id=f"campaign/{year}", stage=Stage.CAMPAIGN, not_before=today, due_on=due_on)


def grade_by(*, understanding: bool, attitude: bool, work: bool, masses: bool, new_problem: bool) -> Grade:
    """Return the grade that follows from the four criteria: a new problem or the attitude not met is POOR.

    Source: [S] 错误认识深刻, 思想转变到位, 工作成绩突出, 群众评价良好; [P] Hanyin; V-11.
    """
    if new_problem or not attitude:
        return Grade.POOR
    return Grade.GOOD if understanding and work and masses else Grade.AVERAGE


def standing_bars(bars: Mapping[str, date | None], use: Use, today: date, policy: RevisitPolicy) -> list[str]:
    """Return the bars that block a kind of use today. Source: [P] V-14 no. 1, V-16."""
    blocking = policy.blocking_bars[use]
    return [str(kind) for kind in blocking if kind in bars and not _is_free(bars[kind], today)]


def uses_free_on(bars: Mapping[str, date | None], policy: RevisitPolicy) -> Bars:
    """Return by kind of use the first day no bar blocks it: date.min none ever did, None not known yet."""
    return {
        str(use): _latest([bars[kind] for kind in kinds if kind in bars]) for use, kinds in policy.blocking_bars.items()
    }


def _latest(ends: Sequence[date | None]) -> date | None:
    latest = date.min
    for end in ends:
        if end is None:
            return None
        latest = max(latest, end)
    return latest


def _is_free(free_on: date | None, today: date) -> bool:
    return free_on is not None and free_on <= today
