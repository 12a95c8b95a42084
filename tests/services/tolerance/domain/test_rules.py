"""The rule of outcomes against an oracle of its own, and the numbers tolerance gives."""

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tolerance.domain import rules
from services.tolerance.domain.terms import (
    BottomLine,
    Distinctions,
    Elements,
    FourTests,
    Grade,
    Outcome,
    RuleOutcome,
)

ELEMENTS = ("motive", "conditions", "procedure", "nature", "consequence", "recovery")
GRADES = [grade.value for grade in Grade]
cases = st.fixed_dictionaries(
    {
        "bottom": st.sets(st.sampled_from(sorted(BottomLine)), max_size=2),
        "positive": st.booleans(),
        "negative": st.booleans(),
        "distinctions": st.tuples(st.booleans(), st.booleans(), st.booleans()),
        "tests": st.tuples(*[st.booleans()] * 4),
        "elements": st.tuples(*[st.sampled_from(GRADES)] * 6),
    }
)


def findings(case: dict[str, Any]) -> rules.Findings:
    distinctions = dict(
        zip(
            ("first_trial_not_knowing", "no_explicit_limit", "unintentional_not_private"),
            case["distinctions"],
            strict=True,
        )
    )
    tests = dict(zip(("purpose", "procedure", "result", "discipline"), case["tests"], strict=True))
    return rules.Findings(
        bottom_line=tuple(sorted(case["bottom"])),
        distinctions=Distinctions(**distinctions),
        elements=Elements.model_validate(dict(zip(ELEMENTS, case["elements"], strict=True))),
        tests=FourTests(**tests),
        positive=case["positive"],
        negative=case["negative"],
        adverse_most=2,
    )


def expected(case: dict[str, Any]) -> str:
    """Section 6.4 of the agencies' contract as a table of ordered rows, written from its text alone."""
    grade = dict(zip(ELEMENTS, case["elements"], strict=True))
    nothing_grave = "ADVERSE" not in {grade["motive"], grade["procedure"], grade["consequence"]}
    rows = [
        (len(case["bottom"]) > 0, "NOT_ACCEPTED"),
        (case["positive"] and not case["negative"], "NOT_A_FAULT"),
        (
            not case["negative"]
            and False not in case["distinctions"]
            and (False not in case["tests"] or nothing_grave),
            "EXEMPT",
        ),
        (sum(value == "ADVERSE" for value in grade.values()) < 3, "LIGHTER_OR_MITIGATED"),
        (True, "NOT_TOLERATED"),
    ]
    return next(outcome for applies, outcome in rows if applies)


@given(cases)
def test_the_rule_arrives_at_what_the_contract_says(case: dict[str, Any]) -> None:
    assert rules.outcome_by_rule(findings(case)).value == expected(case)


@given(cases)
def test_something_blocks_an_exemption_exactly_where_it_is_not_to_be_had(case: dict[str, Any]) -> None:
    found = findings(case)

    blocked = rules.exemption_blocked_by(found)

    exempt = rules.outcome_by_rule(found) is RuleOutcome.EXEMPT
    no_fault = rules.outcome_by_rule(found) is RuleOutcome.NOT_A_FAULT
    assert bool(blocked) is not exempt or no_fault


@given(cases)
def test_no_bottom_line_case_is_ever_allowed_anything_but_not_tolerated(case: dict[str, Any]) -> None:
    case["bottom"] = case["bottom"] or {BottomLine.PRIVATE_GAIN}

    assert rules.allowed_outcomes(findings(case)) == (Outcome.NOT_TOLERATED,)


@given(cases)
def test_a_person_chooses_only_between_lighter_and_mitigated(case: dict[str, Any]) -> None:
    allowed = rules.allowed_outcomes(findings(case))

    assert len(allowed) == 1 or allowed == (Outcome.LIGHTER, Outcome.MITIGATED)


@pytest.mark.parametrize("matter_no", ["WZ:1/2", "WZ-330212-2023-0003", "a|b"])
def test_a_case_id_is_short_and_follows_from_matter_and_person(matter_no: str) -> None:
    one, other = (rules.case_id_of(matter_no, subject) for subject in ("S-000000000001", "S-000000000002"))

    assert re.fullmatch(r"T-[0-9a-f]{12}", one)
    assert one != other
    assert one == rules.case_id_of(matter_no, "S-000000000001")


def test_a_suggestion_number_cannot_meet_a_running_number() -> None:
    numbers = {rules.doc_no_of("330212", "T-000000000001", date(2023, 8, 4), count) for count in range(1, 5)}

    assert len(numbers) == 4
    assert all(re.fullmatch(r"JY-330212-2023-[0-9a-f]{12}", number) for number in numbers)
