"""Monthly and annual reports: what the figures say, put together, with sum checks and restatement lines."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict

from services.reporting.domain.book import (
    ACCUSATION,
    CLARIFICATION,
    RECOMMENDATION,
    REVISIT,
    TOLERANCE,
    Book,
    Line,
    Period,
)
from services.reporting.domain.figures import (
    FIVE,
    LINES,
    MONTHLY,
    YEARLY,
    Tally,
    open_work,
)
from services.reporting.domain.terms import ReportingPolicy
from shared.contracts.reporting import MonthClosed, Restatement

Counts = dict[str, int]
WORK = (CLARIFICATION, ACCUSATION, REVISIT, TOLERANCE, RECOMMENDATION)


class Block(BaseModel):
    """A part of a report; maps list only what is not zero, totals are always there (S-7)."""

    model_config = ConfigDict(frozen=True)


class LineFigures(Block):
    """What came through the agencies' door, of all lines received so far."""

    total: int
    accepted: int
    applied_on_arrival: int
    parked_then_applied: int
    parked_open: int
    duplicate: int
    quarantined: Counts
    corrections_applied: int
    late_for_closed_month: int


class FiveFigures(Block):
    persons_clarified: int
    organisations_clarified: int
    false_accusations_recognised: int
    persons_revisited: int
    persons_promoted: int


class ClarificationFigures(Block):
    cases_clarified: int
    persons_by_district: Counts
    persons_by_level: Counts
    organisations_by_district: Counts
    organisations_by_level: Counts
    not_needed: Counts
    closed_declined: int
    deferred: int
    unresolved: int
    founded: int


class AccusationFigures(Block):
    recognised: int
    mistaken: int
    recognised_by_accuser_class: Counts
    review_tasks: int


class RevisitFigures(Block):
    persons_by_program: Counts
    persons_by_district: Counts
    young_and_heavy: int
    handled_but_not_in_scope: int


class SanctionFigures(Block):
    by_code_in_year: Counts
    by_code_since_2021: Counts
    revoked: int


class PromotionFigures(Block):
    by_kind: Counts


class ToleranceFigures(Block):
    by_outcome: Counts
    collective_decisions: int


class Apart(Block):
    """Listed apart: in none of the figures above, or a part of one of them."""

    promoted_with_recommendation: int
    promoted_without_recommendation: int
    clarifications_revoked: int
    proposals_rejected: int
    accusations_reversed: int
    accusations_not_recognised: int
    authors_unidentified: int
    protection_reviews: int
    tolerance_determined_in_year: Counts


class Incoming(Block):
    """Lines by business month: accepted ones by agency and type, refused ones by reason."""

    by_agency: Counts
    by_type: Counts
    quarantined_by_agency: dict[str, Counts]


class AnnualReport(Block):
    """The year's report. `until` is the last day counted; stocks (lines, revoked, tolerance) are as known now."""

    business_year: int
    until: date
    lines: LineFigures
    annual: FiveFigures
    clarification: ClarificationFigures
    false_accusation: AccusationFigures
    revisit: RevisitFigures
    sanctions: SanctionFigures
    promoted: PromotionFigures
    tolerance: ToleranceFigures
    listed_apart: Apart
    by_month: dict[str, Counts]
    by_district: dict[str, Counts]
    by_level: dict[str, Counts]
    incoming: Incoming
    open_work: dict[str, Counts]
    failed_checks: list[str]


class MonthlyReport(Block):
    """A month's figures, flat: `figure`, or `figure/dimension/value`; frozen once the month is closed (S-1)."""

    month: str
    closed_on: date | None
    figures: Counts
    restatements: list[Restatement]
    failed_checks: list[str]


def annual_report(book: Book, year: int, policy: ReportingPolicy, until: date | None = None) -> AnnualReport:
    """Count a business year; `until` (inclusive) for a year that is not over yet."""
    period = Period.year(year, until)
    tallies = {name: count(book, period) for name, count in YEARLY.items()}
    since = YEARLY["measures_decided"](book, Period(policy.population_from, period.last))
    report = AnnualReport(
        business_year=year,
        until=date.fromisoformat(period.last),
        lines=_line_figures(list(book.lines.values()), policy),
        annual=FiveFigures(**{name: len(tallies[name]) for name in FIVE}),
        clarification=_clarification(tallies),
        false_accusation=_accusation(tallies),
        revisit=_revisit(tallies),
        sanctions=SanctionFigures(
            by_code_in_year=by_code(tallies["measures_decided"]),
            by_code_since_2021=by_code(since),
            revoked=len(tallies["measures_revoked"]),
        ),
        promoted=PromotionFigures(by_kind=by_code(tallies["persons_promoted"])),
        tolerance=ToleranceFigures(
            by_outcome=by_code(tallies["tolerance_outcomes"]),
            collective_decisions=len(tallies["collective_decisions"]),
        ),
        listed_apart=_apart(tallies),
        by_month={month: _month_row(book, month) for month in _months_of(year)},
        by_district=_five_by("district", tallies),
        by_level=_five_by("level", tallies),
        incoming=_incoming([line for month in _months_of(year) for line in book.lines_by_month.get(month, [])]),
        open_work={kind: _counts(state for state, _ in open_work(book, kind, period.last)) for kind in WORK},
        failed_checks=[],
    )
    return report.model_copy(update={"failed_checks": failed_checks(report, book, period)})


def month_figures(book: Book, month: str) -> Counts:
    """Return a month's figures, flat; totals always, dimensions where not zero. Counted once until a row touches it."""
    if month not in book.months:
        book.months[month] = _count_month(book, month)
    return book.months[month]


def _count_month(book: Book, month: str) -> Counts:
    period = Period.month(month)
    figures: Counts = {}
    for name, count in MONTHLY.items():
        figures |= flat(name, count(book, period), dimensions=name in FIVE)
    lines = book.lines_by_month.get(month, [])
    figures["lines_accepted"] = sum(line.accepted for line in lines)
    figures["lines_quarantined"] = sum(line.now == "QUARANTINED" for line in lines)
    return figures


def flat(name: str, tally: Tally, *, dimensions: bool) -> Counts:
    """Return `name` and `name/<dimension>/<value>` counts of a tally."""
    figures = {name: len(tally)}
    if dimensions:
        figures |= {f"{name}/district/{value}": n for value, n in by_district(tally).items()}
        figures |= {f"{name}/level/{value}": n for value, n in by_level(tally).items()}
    return figures | {f"{name}/code/{value}": n for value, n in by_code(tally).items()}


def monthly_report(book: Book, month: str, closed: Mapping[str, MonthClosed]) -> MonthlyReport:
    """Return a month's report: as closed, or, while it is open, as it stands now."""
    snapshot = closed.get(month)
    if snapshot is None:
        earlier = {name: record for name, record in closed.items() if name < month}
        figures, restated = month_figures(book, month), restatements_now(book, earlier)
    else:
        figures, restated = snapshot.figures, snapshot.restatements
    return MonthlyReport(
        month=month,
        closed_on=snapshot.closed_on if snapshot else None,
        figures=figures,
        restatements=list(restated),
        failed_checks=failed_month_checks(figures),
    )


def restatements_now(book: Book, closed: Mapping[str, MonthClosed]) -> tuple[Restatement, ...]:
    """Return what is to be restated of closed months since it was last published. Source: S-1."""
    published: dict[str, Counts] = {}
    for month in sorted(closed):
        published[month] = dict(closed[month].figures)
        for line in closed[month].restatements:
            published[line.month][line.figure] = line.new
    return restatements(published, {month: month_figures(book, month) for month in published})


def restatements(
    before: Mapping[str, Mapping[str, int]], now: Mapping[str, Mapping[str, int]]
) -> tuple[Restatement, ...]:
    """Return the lines on which closed months differ from what was last published. Source: S-1."""
    return tuple(
        Restatement(month=month, figure=figure, old=old, new=new)
        for month in sorted(before)
        for figure in sorted({*before[month], *now[month]})
        if (old := before[month].get(figure, 0)) != (new := now[month].get(figure, 0))
    )


def by_district(tally: Tally) -> Counts:
    return _counts(one.district for one in tally)


def by_level(tally: Tally) -> Counts:
    return _counts(one.level for one in tally)


def by_code(tally: Tally) -> Counts:
    return _counts(one.code for one in tally)


def _counts(values: Iterable[str]) -> Counts:
    return dict(sorted(Counter(value for value in values if value).items()))


def _line_figures(lines: Sequence[Line], policy: ReportingPolicy) -> LineFigures:
    figures = {name: sum(counts(line, policy) for line in lines) for name, counts in LINES.items()}
    refused = _counts(line.reason for line in lines if line.now == "QUARANTINED")
    return LineFigures(**{**figures, "quarantined": refused})


def _clarification(tallies: Mapping[str, Tally]) -> ClarificationFigures:
    persons, organisations = tallies["persons_clarified"], tallies["organisations_clarified"]
    return ClarificationFigures(
        cases_clarified=len(tallies["cases_clarified"]),
        persons_by_district=by_district(persons),
        persons_by_level=by_level(persons),
        organisations_by_district=by_district(organisations),
        organisations_by_level=by_level(organisations),
        not_needed=by_code(tallies["not_needed"]),
        closed_declined=len(tallies["closed_declined"]),
        deferred=len(tallies["deferred"]),
        unresolved=len(tallies["unresolved"]),
        founded=len(tallies["founded"]),
    )


def _accusation(tallies: Mapping[str, Tally]) -> AccusationFigures:
    recognised = tallies["false_accusations_recognised"]
    return AccusationFigures(
        recognised=len(recognised),
        mistaken=len(tallies["mistaken"]),
        recognised_by_accuser_class=by_code(recognised),
        review_tasks=len(tallies["review_tasks"]),
    )


def _revisit(tallies: Mapping[str, Tally]) -> RevisitFigures:
    persons = tallies["persons_revisited"]
    return RevisitFigures(
        persons_by_program=by_code(persons),
        persons_by_district=by_district(persons),
        young_and_heavy=len(tallies["young_and_heavy"]),
        handled_but_not_in_scope=len(tallies["handled_but_not_in_scope"]),
    )


def _apart(tallies: Mapping[str, Tally]) -> Apart:
    return Apart(
        promoted_with_recommendation=len(tallies["promoted_with_recommendation"]),
        promoted_without_recommendation=len(tallies["promoted_without_recommendation"]),
        clarifications_revoked=len(tallies["clarifications_revoked"]),
        proposals_rejected=len(tallies["rejected"]),
        accusations_reversed=len(tallies["accusations_reversed"]),
        accusations_not_recognised=len(tallies["not_recognised"]),
        authors_unidentified=len(tallies["unidentified"]),
        protection_reviews=len(tallies["protection_reviews"]),
        tolerance_determined_in_year=by_code(tallies["tolerance_determined"]),
    )


def _months_of(year: int) -> Iterator[str]:
    return (f"{year}-{number:02}" for number in range(1, 13))


def _month_row(book: Book, month: str) -> Counts:
    """The five figures of a month, and what came in; distinct persons of months do not add up to the year's (S-3)."""
    period = Period.month(month)
    five = {name: len(count(book, period)) for name, count in FIVE.items()}
    return {**five, "lines_accepted": sum(line.accepted for line in book.lines_by_month.get(month, []))}


def _five_by(dimension: str, tallies: Mapping[str, Tally]) -> dict[str, Counts]:
    found: dict[str, Counts] = {}
    for name in FIVE:
        for value, number in _counts(getattr(one, dimension) for one in tallies[name]).items():
            found.setdefault(value, dict.fromkeys(FIVE, 0))[name] = number
    return dict(sorted(found.items()))


def _incoming(lines: Sequence[Line]) -> Incoming:
    accepted = [line for line in lines if line.accepted]
    refused = [line for line in lines if line.now == "QUARANTINED"]
    agencies = sorted({line.agency or "UNREADABLE" for line in refused})
    return Incoming(
        by_agency=_counts(line.agency for line in accepted),
        by_type=_counts(line.event_type for line in accepted),
        quarantined_by_agency={
            agency: _counts(line.reason for line in refused if (line.agency or "UNREADABLE") == agency)
            for agency in agencies
        },
    )


def failed_checks(report: AnnualReport, book: Book, period: Period) -> list[str]:
    """Return the sum checks (勾稽关系) that do not hold; normally none. Source: S-4."""
    annual, cleared, lines = report.annual, report.clarification, report.lines
    good = {row.subject for row in book.until("evaluated", period.last) if row.code == "GOOD"}
    proposed = {row.subject for row in book.within("proposed", period)}
    confirmed = {row.subject for row in book.until("promotion", period.last)}
    promoted = {one.row.subject for one in YEARLY["persons_promoted"](book, period)}
    checks = {
        "persons by district = persons cleared": _sum(cleared.persons_by_district) == annual.persons_clarified,
        "persons by level = persons cleared": _sum(cleared.persons_by_level) == annual.persons_clarified,
        "organisations by district = organisations cleared": _sum(cleared.organisations_by_district)
        == annual.organisations_clarified,
        "organisations by level = organisations cleared": _sum(cleared.organisations_by_level)
        == annual.organisations_clarified,
        "persons and organisations <= cases cleared": annual.persons_clarified + annual.organisations_clarified
        <= cleared.cases_clarified,
        "accuser classes = acts recognised": _sum(report.false_accusation.recognised_by_accuser_class)
        == annual.false_accusations_recognised,
        "persons by programme = persons revisited": _sum(report.revisit.persons_by_program) == annual.persons_revisited,
        "persons by district = persons revisited": _sum(report.revisit.persons_by_district) == annual.persons_revisited,
        "recommended <= evaluated GOOD": proposed <= good,
        "promoted within confirmed": promoted <= confirmed,
        "kinds = persons promoted": _sum(report.promoted.by_kind) == annual.persons_promoted,
        "lines = accepted + parked + duplicate + quarantined": lines.total
        == lines.accepted + lines.parked_open + lines.duplicate + _sum(lines.quarantined),
    }
    return [name for name, holds in checks.items() if not holds]


def failed_month_checks(figures: Counts) -> list[str]:
    """Return the sum checks of a month's flat figures that do not hold. Source: S-4."""
    failed = [
        f"{name} by {dimension} = {name}"
        for name in FIVE
        for dimension in ("district", "level")
        if sum(n for path, n in figures.items() if path.startswith(f"{name}/{dimension}/")) != figures[name]
    ]
    cleared = figures["persons_clarified"] + figures["organisations_clarified"]
    return failed + ["persons and organisations <= cases cleared"] * (cleared > figures["cases_clarified"])


def _sum(counts: Counts) -> int:
    return sum(counts.values())
