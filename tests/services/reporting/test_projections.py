"""Each figure with what must not be counted; order, repeats, rebuilds, drill-down, no tokens."""

import random
import sqlite3
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.reporting.domain.evidence import UnknownFigure
from shared.contracts import clarification as cl
from shared.contracts import revisit as rv
from shared.contracts import tolerance as tl
from tests.services.reporting.builders import (
    JUNE,
    ORGANISATION,
    OTHER_PERSON,
    OTHER_REPORT,
    PERSON,
    REPORT,
    WHERE,
    City,
    Feed,
    clarified,
    classified,
    determined,
    line,
    measure,
    mistaken,
    not_needed,
    promotion,
    recognised,
    released,
    report_fact,
    scope,
    screened,
    segment,
    session,
    voided,
)

pytestmark = pytest.mark.usefixtures("store")
NEXT_YEAR, LAST_YEAR = date(2024, 1, 5), date(2022, 12, 30)


def annual(city: City, year: int = 2023) -> Any:
    report = city.figures().annual(year)
    assert report.failed_checks == []
    return report


def test_a_person_cleared_twice_is_one_person_and_two_cases(city: City) -> None:
    city.report(REPORT, clarified(JUNE))
    city.report(OTHER_REPORT, clarified(JUNE + timedelta(9), OTHER_REPORT, district="330212"))

    report = annual(city)

    assert (report.annual.persons_clarified, report.clarification.cases_clarified) == (1, 2)
    assert report.clarification.persons_by_district == {"330206": 1}
    assert report.clarification.persons_by_level == {"VILLAGE": 1}


def test_an_organisation_is_no_person(city: City) -> None:
    city.report(REPORT, clarified(subject=ORGANISATION))

    report = annual(city)

    assert (report.annual.persons_clarified, report.annual.organisations_clarified) == (0, 1)


def test_clearances_of_other_years_and_a_scope_widened_later_do_not_count(city: City) -> None:
    city.report(REPORT, clarified(LAST_YEAR), clarified(JUNE))
    city.report(OTHER_REPORT, clarified(NEXT_YEAR, OTHER_REPORT))

    assert annual(city).clarification.cases_clarified == 0


def test_a_clearance_revoked_is_listed_apart(city: City) -> None:
    city.report(REPORT, clarified(), report_fact(cl.ClarificationRevoked, revoked_on=JUNE))

    report = annual(city)

    assert (report.annual.persons_clarified, report.listed_apart.clarifications_revoked) == (1, 1)


def test_a_reopened_case_has_only_its_last_outcome(city: City) -> None:
    reopened = report_fact(cl.CaseReopened, reopened_on=JUNE)
    city.report(REPORT, not_needed(), reopened, clarified())
    city.report(OTHER_REPORT, not_needed(token=OTHER_REPORT, code="PARTLY_TRUE"))

    report = annual(city)

    assert report.clarification.not_needed == {"PARTLY_TRUE": 1}
    assert report.clarification.cases_clarified == 1


def test_a_deferred_case_counts_while_it_stands_deferred_at_the_years_end(city: City) -> None:
    deferral: dict[str, Any] = {"code": "OTHER_OPEN_MATTER", "review_on": JUNE}
    city.report(REPORT, report_fact(cl.CaseDeferred, deferred_on=JUNE, **deferral))
    city.report(REPORT, report_fact(cl.CaseResumed, resumed_on=NEXT_YEAR))

    figures = city.figures()

    assert figures.annual(2023).clarification.deferred == 1
    assert figures.annual(2024).clarification.deferred == 0


def test_a_case_cancelled_by_a_conviction_next_year_stays_in_the_finished_year(city: City) -> None:
    city.report(REPORT, classified("UNFOUNDED"), report_fact(cl.CaseDeclined, declined_on=JUNE, concluded_on=JUNE))
    city.report(REPORT, report_fact(cl.CaseCancelled, reason="CONVICTED", cancelled_on=NEXT_YEAR))

    assert annual(city).clarification.closed_declined == 1


def test_a_conclusion_corrected_to_true_is_founded_and_nothing_else(city: City) -> None:
    city.report(REPORT, classified("UNFOUNDED"), not_needed(), classified("FOUNDED"))
    city.report(OTHER_REPORT, classified("UNRESOLVED", token=OTHER_REPORT))

    figures = annual(city).clarification

    assert (figures.founded, figures.unresolved, figures.not_needed) == (1, 1, {})


def test_an_accusation_is_recognised_mistaken_or_neither(city: City) -> None:
    unidentified = report_fact(cl.AccusationUnidentified, "R-000000000003", concluded_on=JUNE, closed_on=JUNE)
    city.report(REPORT, recognised())
    city.report(OTHER_REPORT, mistaken(token=OTHER_REPORT))
    city.report("R-000000000003", unidentified)
    city.report("R-000000000004", recognised(LAST_YEAR, "R-000000000004"))

    report = annual(city)

    assert (report.false_accusation.recognised, report.false_accusation.mistaken) == (1, 1)
    assert report.false_accusation.recognised_by_accuser_class == {"PARTY_MEMBER": 1}
    assert report.listed_apart.authors_unidentified == 1


def test_a_review_counts_in_its_year_and_a_reversal_next_year_does_not_undo_the_recognition(city: City) -> None:
    review = report_fact(cl.AccusationReviewOpened, basis="ACQUITTED", opened_on=JUNE)
    city.report(
        REPORT, recognised(), review, report_fact(cl.AccusationReversed, basis="ACQUITTED", reversed_on=NEXT_YEAR)
    )

    report = annual(city)

    assert (report.false_accusation.recognised, report.false_accusation.review_tasks) == (1, 1)
    assert report.listed_apart.accusations_reversed == 0


def test_persons_revisited_are_counted_once_under_their_scope_of_the_years_end(city: City) -> None:
    city.person(session(), session(JUNE + timedelta(30)), session(LAST_YEAR, OTHER_PERSON))
    city.person(scope(segment(LAST_YEAR, program="DEEP"), segment(JUNE, deep=True), segment(NEXT_YEAR, in_scope=False)))

    report = annual(city)

    assert report.annual.persons_revisited == 1
    assert report.revisit.persons_by_program == {"WARM": 1}
    assert report.revisit.persons_by_district == {"330212": 1}
    assert report.revisit.young_and_heavy == 1


def test_a_person_out_of_scope_is_counted_as_at_the_session(city: City) -> None:
    city.person(session(program="DEEP"), scope(segment(JUNE, in_scope=False)))

    assert annual(city).revisit.persons_by_program == {"DEEP": 1}


@pytest.mark.parametrize(("campaign", "handled"), [(2023, 1), (2022, 0)])
def test_handled_persons_out_of_scope_are_listed_in_a_year_with_a_campaign(
    city: City, campaign: int, handled: int
) -> None:
    city.person(measure(), scope(segment(JUNE)))
    city.person(measure(number="D-2", subject=OTHER_PERSON), voided(number="D-2", subject=OTHER_PERSON))
    opened = rv.CampaignOpened(year=campaign, body="330200", opened_on=JUNE)
    city.feeds["revisit"].publish(f"campaign:{campaign}", opened)

    assert annual(city).revisit.handled_but_not_in_scope == handled


def test_measures_count_by_decision_as_corrected_and_not_revoked(city: City) -> None:
    city.person(measure(code="P1"), measure(code="P2"))
    city.person(measure(number="D-2"), voided(number="D-2"))
    city.person(measure(date(2021, 1, 1), "D-3", "O1"), measure(date(2020, 12, 31), "D-4"), measure(NEXT_YEAR, "D-5"))

    sanctions = annual(city).sanctions

    assert sanctions.by_code_in_year == {"P2": 1}
    assert sanctions.by_code_since_2021 == {"O1": 1, "P2": 1}
    assert sanctions.revoked == 1


def test_a_measure_revoked_next_year_was_in_force_in_the_finished_year(city: City) -> None:
    city.person(measure(), voided(NEXT_YEAR))

    assert annual(city).sanctions.by_code_in_year == {"P1": 1}


def test_a_promotion_counts_once_by_the_first_and_not_when_withdrawn(city: City) -> None:
    city.person(promotion(JUNE, kind="RANK_RAISED"), promotion(JUNE + timedelta(40), "A-2", "PROMOTED"))
    city.person(promotion(subject=OTHER_PERSON, number="A-3"))
    city.person(rv.PromotionWithdrawn(subject_token=OTHER_PERSON, appointment_id="A-3"))
    city.person(promotion(NEXT_YEAR, "A-4", subject="S-000000000009"))

    report = annual(city)

    assert report.annual.persons_promoted == 1
    assert report.promoted.by_kind == {"RANK_RAISED": 1}
    assert (report.listed_apart.promoted_with_recommendation, report.listed_apart.promoted_without_recommendation) == (
        0,
        1,
    )


def test_tolerance_has_one_outcome_a_case(city: City) -> None:
    city.matter(screened("CANDIDATE"), determined("EXEMPT"), determined("LIGHTER", collectively=True))
    city.matter(screened("CANDIDATE", "T-2"), determined("MITIGATED", "T-2"))
    city.matter(screened("NOT_ACCEPTED", "T-3"))
    city.matter(screened("NOT_ACCEPTED", "T-4"), screened("CANDIDATE", "T-4"))
    revoked = tl.ToleranceRevoked(
        case_id="T-5",
        matter_no="WZ-1",
        subject_token=PERSON,
        revoked_on=JUNE,
        **WHERE,
    )
    city.matter(determined("EXEMPT", "T-5"), revoked)

    tolerance = annual(city).tolerance

    assert tolerance.by_outcome == {"LIGHTER_OR_MITIGATED": 2, "NOT_ACCEPTED": 1}
    assert tolerance.collective_decisions == 1


def test_every_line_is_exactly_one_of_accepted_parked_duplicate_quarantined(city: City) -> None:
    late: dict[str, Any] = {"published_on": date(2023, 7, 11)}
    in_time: dict[str, Any] = {"published_on": date(2023, 7, 10)}
    city.lines(line(1, supersedes=True, **late), line(2, **in_time), line(3, "DUPLICATE"), line(4, "PARKED"))
    city.lines(line(5, "PARKED"), released(5), line(6, "QUARANTINED", "SCHEMA", business_on=None))
    city.lines(line(7, "PARKED", supersedes=True), released(7, "QUARANTINED", "DUPLICATE_CONFLICT"))

    lines = annual(city).lines

    assert lines.model_dump() == {
        "total": 7,
        "accepted": 3,
        "applied_on_arrival": 2,
        "parked_then_applied": 1,
        "parked_open": 1,
        "duplicate": 1,
        "quarantined": {"DUPLICATE_CONFLICT": 1, "SCHEMA": 1},
        "corrections_applied": 1,
        "late_for_closed_month": 1,
    }


def busy(city: City) -> None:
    """Publish something of everything, with corrections."""
    city.report(
        REPORT, classified("UNFOUNDED"), not_needed(), report_fact(cl.CaseReopened, reopened_on=JUNE), clarified()
    )
    city.report(OTHER_REPORT, clarified(token=OTHER_REPORT, district="330212"), recognised(token=OTHER_REPORT))
    city.person(measure(), measure(code="P2"), scope(segment(JUNE)), session(), promotion(), voided())
    city.person(measure(number="D-9", subject=OTHER_PERSON), scope(segment(JUNE, deep=True), subject=OTHER_PERSON))
    city.person(session(subject=OTHER_PERSON), scope(segment(LAST_YEAR), subject=OTHER_PERSON))
    city.matter(screened("CANDIDATE"), determined("EXEMPT"), determined("NOT_TOLERATED"))
    city.lines(line(1), line(2, "PARKED"), released(2), line(3, "QUARANTINED", "SCHEMA"))


def shuffled(feed: Feed, seed: int) -> Feed:
    """Return the feed with its streams interleaved otherwise; within a stream the order stays."""
    turns = [recorded.stream for recorded in feed.facts]
    random.Random(seed).shuffle(turns)
    queues = {stream: iter([r for r in feed.facts if r.stream == stream]) for stream in turns}
    facts = [replace(next(queues[stream]), position=place) for place, stream in enumerate(turns, 1)]
    return Feed(feed.name, facts)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000))
def test_the_order_of_streams_and_owners_changes_no_figure(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    straight = City(tmp_path_factory.mktemp("straight"))
    busy(straight)
    names = list(straight.feeds)
    random.Random(seed).shuffle(names)
    other = City(tmp_path_factory.mktemp("other"), {name: shuffled(straight.feeds[name], seed) for name in names})

    assert other.figures().annual(2023) == straight.figures().annual(2023)


def test_a_rebuilt_store_equals_the_live_one_byte_for_byte(city: City) -> None:
    busy(city)
    figures = city.figures()
    live, report = figures.dump(), figures.annual(2023)

    read = figures.rebuild()

    assert read == sum(feed.head() for feed in city.feeds.values())
    assert figures.dump() == live
    assert figures.annual(2023) == report


def test_figures_read_bit_by_bit_are_those_read_at_once(tmp_path: Path) -> None:
    source, bit_by_bit = City(tmp_path / "source"), City(tmp_path / "bits")
    busy(source)
    figures = bit_by_bit.figures()
    for name, feed in source.feeds.items():
        for recorded in feed.facts:
            bit_by_bit.feeds[name].facts.append(recorded)
            figures.pull()
            figures.monthly(2023, 6)

    at_once = source.figures()

    assert figures.annual(2023) == at_once.annual(2023)
    assert figures.monthly(2023, 6) == at_once.monthly(2023, 6)


def test_a_fact_delivered_twice_at_another_position_changes_nothing(city: City) -> None:
    busy(city)
    figures = city.figures()
    report = figures.annual(2023)
    for feed in city.feeds.values():
        again = [replace(fact, position=len(feed.facts) + place) for place, fact in enumerate(feed.facts, 1)]
        feed.facts += again

    figures.drain()

    assert figures.annual(2023) == report


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_the_store_holds_no_token(city: City) -> None:
    busy(city)
    city.figures()

    rows = sqlite3.connect(city.folder / "views" / "reporting-figures.db")
    content = "".join(rows.iterdump())

    for token in (PERSON, OTHER_PERSON, REPORT, OTHER_REPORT):
        assert token not in content
    rows.close()


def test_a_figure_is_opened_down_to_its_facts(city: City) -> None:
    busy(city)
    figures = city.figures()

    assert figures.evidence(2023, "annual.persons_clarified") == [f"clarification/clarification:{REPORT}/4"]
    assert figures.evidence(2023, "clarification.persons_by_district.330212") == []
    assert figures.evidence(2023, "lines.quarantined.SCHEMA") == ["exchange/receipt:r-3/1"]
    assert figures.evidence(2023, "lines.parked_then_applied") == ["exchange/receipt:r-2/1", "exchange/receipt:r-2/2"]
    for unknown in ("annual.nothing", "lines.accepted.SCHEMA", "clarification.founded.X"):
        with pytest.raises(UnknownFigure):
            figures.evidence(2023, unknown)


def test_every_figure_of_the_report_opens_to_as_many_rows_as_it_says(city: City) -> None:
    busy(city)
    figures = city.figures()
    report = figures.annual(2023).model_dump()

    for block in ("annual", "clarification", "false_accusation", "revisit", "sanctions", "promoted", "tolerance"):
        for name, value in report[block].items():
            parts = {f".{key}": n for key, n in value.items()} if isinstance(value, dict) else {"": value}
            for part, number in parts.items():
                assert len(figures.evidence(2023, f"{block}.{name}{part}")) == number, (block, name, part)


def test_nil_is_written_out(city: City) -> None:
    report = annual(city)

    assert set(report.annual.model_dump().values()) == {0}
    assert len(report.by_month) == 12
    assert report.open_work == {
        "clarification": {},
        "accusation": {},
        "revisit": {},
        "tolerance": {},
        "recommendation": {},
    }


def test_open_work_is_told_by_state_at_the_years_end(city: City) -> None:
    opened = report_fact(cl.CaseOpened, handling_body="330206", concluded_on=JUNE, opened_on=JUNE)
    city.report(REPORT, opened, clarified(NEXT_YEAR))
    city.matter(screened("CANDIDATE"), determined("EXEMPT", "T-2"))

    open_work = annual(city).open_work

    assert open_work["clarification"] == {"UNDER_WAY": 1}
    assert open_work["tolerance"] == {"DETERMINED": 1, "SCREENED": 1}


def test_a_sum_check_that_fails_is_named(city: City) -> None:
    city.report(REPORT, clarified(district=""))

    report = city.figures().annual(2023)

    assert report.failed_checks == ["persons by district = persons cleared"]
