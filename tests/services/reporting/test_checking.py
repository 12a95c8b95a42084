"""What `--check` finds: differing leaves, missing keys on either side, bars, claims of stories."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.reporting.checking import Difference, check_story, compare
from shared.contracts import clarification as cl
from shared.contracts import revisit as rv
from tests.services.reporting.builders import (
    JUNE,
    OTHER_REPORT,
    PERSON,
    REPORT,
    City,
    clarified,
    determined,
    measure,
    not_needed,
    promotion,
    recognised,
    report_fact,
    scope,
    segment,
)


def test_equal_figures_have_no_difference() -> None:
    expected = {"seed": 1, "annual": {"a": 1}, "stories": [{}], "bars": [{}]}

    assert compare(expected, {"annual": {"a": 1}, "further": {"b": 2}}) == []


def test_every_leaf_that_differs_is_named() -> None:
    expected = {"lines": {"total": 3, "quarantined": {"SCHEMA": 1, "CLOCK": 1}}, "promoted": {"by_kind": {"X": 1}}}
    actual = {"lines": {"total": 4, "quarantined": {"SCHEMA": 1, "MALFORMED": 2}}}

    assert compare(expected, actual) == [
        Difference("lines.quarantined.CLOCK", 1, None),
        Difference("lines.quarantined.MALFORMED", None, 2),
        Difference("lines.total", 3, 4),
        Difference("promoted.by_kind.X", 1, None),
    ]


def test_bars_are_compared_as_a_set_of_measures_and_by_free_day(city: City) -> None:
    city.person(measure(), measure(number="D-2", code="G1"))
    city.person(rv.BarsComputed(subject_token=PERSON, bars={"PROMOTION": date(2024, 6, 15), "PARTY_RIGHTS": None}))
    figures = city.figures()
    person = {"subject_token": PERSON, "measures": [["P1", "2023-06-15"], ["G1", "2023-06-15"]]}
    right = {**person, "first_free_day": {"PROMOTION": "2024-06-15", "PARTY_RIGHTS": None}}
    wrong = {"subject_token": PERSON, "measures": [], "first_free_day": {"PROMOTION": "2024-01-01"}}

    assert compare({"bars": [right]}, {}, figures.bars_of) == []
    assert [one.where.rpartition(".")[2] for one in compare({"bars": [wrong]}, {}, figures.bars_of)] == [
        "measures",
        "PROMOTION",
    ]


def published(city: City) -> City:
    outcome = report_fact(cl.LaterOutcomeRecorded, outcome="AWARD", outcome_on=JUNE)
    city.report(REPORT, clarified(), outcome, recognised())
    city.report(OTHER_REPORT, not_needed(token=OTHER_REPORT))
    city.person(scope(segment(JUNE)), promotion(kind="RANK_RAISED"))
    city.person(rv.BarsComputed(subject_token=PERSON, bars={"PROMOTION": JUNE, "RANK": JUNE + timedelta(1)}))
    city.matter(determined("LIGHTER"))
    return city


def story(expected: str, **tokens: str) -> dict[str, Any]:
    return {"story": "cixi", "expected": expected, "subject_token": PERSON, "report_token": REPORT, **tokens}


@pytest.mark.parametrize(
    "expected",
    [
        "CLARIFIED; later_outcome AWARD",
        "CLARIFIED and RECOGNISED",
        "LIGHTER",
        "LIGHTER_OR_MITIGATED",
        "revisit program WARM; free 2023-06-16",
        "promoted RANK_RAISED 2023-06-15",
    ],
)
def test_a_story_that_public_facts_tell_holds(city: City, expected: str) -> None:
    assert check_story(story(expected), published(city).figures().lookups()) == []


@pytest.mark.parametrize(
    "expected",
    [
        "CLOSED_DECLINED",
        "later_outcome PROMOTED",
        "EXEMPT",
        "revisit program DEEP",
        "free 2023-06-15",
        "promoted RANK_RAISED 2023-06-16",
    ],
)
def test_a_story_that_is_told_otherwise_differs(city: City, expected: str) -> None:
    (difference,) = check_story(story(expected), published(city).figures().lookups())

    assert difference.where == f"stories.cixi.{expected}"
    assert difference.actual != difference.expected


def test_a_story_of_a_case_not_cleared_says_where_it_stands(city: City) -> None:
    lookups = published(city).figures().lookups()

    (differs,) = check_story(story("CLARIFIED", report_token=OTHER_REPORT), lookups)

    assert differs.actual == "NOT_NEEDED"
    assert check_story(story("NOT_NEEDED", report_token=OTHER_REPORT), lookups) == []


def test_a_claim_nobody_understands_is_no_pass(city: City) -> None:
    lookups = city.figures().lookups()

    (unknown,) = check_story(story("lives happily"), lookups)
    (nameless,) = check_story({"story": "x", "expected": "CLARIFIED"}, lookups)

    assert unknown.words == "cannot be checked"
    assert nameless.words.startswith("cannot be checked")
