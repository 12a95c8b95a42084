"""The simulated office drives cases to each outcome within the limits."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.tolerance.domain.terms import Outcome, Status
from tests.services.tolerance.builders import BY_OUTCOME, CONTENT
from tests.services.tolerance.small_town import Town

YEAR_END = date(2023, 12, 31)
MANY = 24


def content_of(outcome: str) -> dict[str, Any]:
    return dict(BY_OUTCOME[outcome])


@pytest.mark.parametrize("outcome", list(BY_OUTCOME))
@pytest.mark.parametrize("complexity", [(), ("LARGE_SOCIAL_EFFECT",)])
def test_the_office_walks_a_case_to_its_outcome(tmp_path: Path, outcome: str, complexity: tuple[str, ...]) -> None:
    town = Town(tmp_path)
    town.identify("E1", **{**content_of(outcome), "complexity": complexity})

    town.live_until(date(2024, 1, 31))

    case = town.case()
    if outcome == "NOT_ACCEPTED":
        assert (case.status, case.outcome) == (Status.NOT_ACCEPTED, None)
        return
    lighter = {Outcome.LIGHTER, Outcome.MITIGATED}
    assert case.status is Status.CLOSED
    assert case.outcome in (lighter if outcome == "LIGHTER_OR_MITIGATED" else {Outcome(outcome)})
    assert case.collectively is bool(complexity)
    assert town.office.refused == 0


def test_the_office_determines_by_new_year_what_was_identified_in_october(tmp_path: Path) -> None:
    identified_on = date(2023, 10, 31)
    town = Town(tmp_path, identified_on)
    for number in range(MANY):
        town.identify(f"E{number}", matter_no=f"WZ-{number}", identified_on=identified_on)

    town.live_until(YEAR_END)

    determined = [town.case(f"WZ-{number}").determined_on for number in range(MANY)]
    assert all(day is not None and day <= YEAR_END for day in determined)


def test_the_office_chooses_keeps_limits_and_suggests_now_and_then(tmp_path: Path) -> None:
    town = Town(tmp_path, date(2023, 1, 3))
    for number in range(MANY):
        town.identify(f"E{number}", matter_no=f"WZ-{number}", **content_of("LIGHTER_OR_MITIGATED"))

    town.live_until(YEAR_END)

    cases = [town.case(f"WZ-{number}") for number in range(MANY)]
    assert {case.outcome for case in cases} == {Outcome.LIGHTER, Outcome.MITIGATED}
    assert {case.status for case in cases} == {Status.CLOSED}
    assert 0 < sum(bool(case.suggestions) for case in cases) < MANY // 2
    assert town.office.refused == 0


def test_now_and_then_somebody_objects_and_is_answered(tmp_path: Path) -> None:
    town = Town(tmp_path, date(2023, 1, 3))
    for number in range(2 * MANY):
        town.identify(f"E{number}", matter_no=f"WZ-{number}", **content_of("NOT_A_FAULT"))

    town.live_until(date(2023, 6, 30))

    assert 0 < town.facts()["tolerance.objection_decided.v1"] < MANY // 2
    assert town.facts()["tolerance.final.v1"] == 2 * MANY
    assert town.office.refused == 0


def test_a_city_managed_person_is_determined_by_the_city(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.identify("E1", management_level="CITY_MANAGED", complexity=["HARD_TO_CHARACTERISE"])

    town.live_until(date(2023, 9, 30))

    assert town.case().outcome is Outcome.EXEMPT
    assert town.office.refused == 0


def test_a_correction_before_the_determination_leads_to_the_corrected_outcome(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.identify("E1")
    while town.case().status is not Status.CONSULTED:
        town.live_until(town.today)

    town.identify("E2", supersedes="E1", list_hits=[{"list_kind": "POSITIVE", "item_code": "Z-01"}])
    town.live_until(date(2023, 12, 31))

    assert town.case().outcome is Outcome.NOT_A_FAULT
    assert town.office.refused == 0


def test_a_correction_after_non_acceptance_is_taken_up_again(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.identify("E1", bottom_line=["EXPLICIT_PROHIBITION"])
    town.live_until(date(2023, 7, 31))
    assert town.case().status is Status.NOT_ACCEPTED

    town.identify("E2", supersedes="E1")
    town.live_until(date(2023, 7, 31) + timedelta(days=120))

    assert town.case().outcome is Outcome.EXEMPT
    assert town.office.refused == 0


def test_a_second_event_is_looked_at_and_changes_nothing(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.identify("E1")
    town.identify("E2", elements={**CONTENT["elements"], "motive": "ADVERSE"}, bottom_line=["PRIVATE_GAIN"])

    town.live_until(date(2023, 9, 30))

    assert (town.case().reviews, town.case().outcome) == ((), Outcome.EXEMPT)


ADVERSE = {"motive": "ADVERSE", "procedure": "ADVERSE", "consequence": "ADVERSE"}
FAILED = {**CONTENT["tests"], "purpose": False}
WAITS_FOR_UNITS = {Status.CORRECTING, Status.TRACKING}
CORRECTIONS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "more adverse": ({"elements": {**CONTENT["elements"], **ADVERSE}, "tests": FAILED}, {"NOT_TOLERATED"}),
    "negative list": ({"list_hits": [{"list_kind": "NEGATIVE", "item_code": "N1"}]}, {"LIGHTER", "MITIGATED"}),
    "positive list": ({"list_hits": [{"list_kind": "POSITIVE", "item_code": "P1"}]}, {"NOT_A_FAULT"}),
    "bottom line": ({"bottom_line": ["PRIVATE_GAIN"]}, {"NOT_TOLERATED", ""}),
    "complex": ({"complexity": ["MAJOR_OR_COMPLEX"]}, {"EXEMPT"}),
    "city managed": ({"management_level": "CITY_MANAGED"}, {"EXEMPT"}),
}


@pytest.mark.parametrize("day", range(0, 96, 16))
@pytest.mark.parametrize("correction", CORRECTIONS)
def test_a_matter_corrected_on_any_day_leads_to_the_outcome_of_the_correction(
    correction: str, day: int, tmp_path: Path
) -> None:
    changes, outcomes = CORRECTIONS[correction]
    town = Town(tmp_path)
    town.identify("E1")
    town.live_until(town.today + timedelta(days=day))
    acted_upon = town.case().outcome is not None

    town.identify("E2", supersedes="E1", **changes)
    town.live_until(town.today + timedelta(days=150))

    case = town.case()
    assert (case.outcome or "") in ({"EXEMPT"} if acted_upon else outcomes)
    assert case.collectively is (correction == "complex" and not acted_upon)
    assert town.office.refused == 0
    assert case.status in {Status.CLOSED, Status.NOT_ACCEPTED, *WAITS_FOR_UNITS}
