"""What the book computes: ends of periods, bars by code, scope by day, sessions, grades."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.revisit.domain.model.person import standing_of
from services.revisit.domain.rulebook import RULES
from services.revisit.domain.rules import (
    age_on,
    bars_of,
    campaign_session,
    first_free_day,
    form_of,
    grade_by,
    sessions_of,
    standing_bars,
)
from services.revisit.domain.terms import Grade, Use
from tests.services.revisit.builders import DECISION, POLICY, measure, profile, taken, told

EXAMPLES = [
    ("P1", date(2024, 2, 29), date(2025, 3, 1)),
    ("P2", date(2025, 8, 31), date(2027, 3, 1)),
    ("G1", date(2024, 3, 31), date(2024, 10, 1)),
    ("G1", date(2024, 1, 15), date(2024, 7, 15)),
    ("P1", date(2023, 2, 28), date(2024, 2, 28)),
    ("G1", date(2023, 8, 29), date(2024, 2, 29)),
    ("G1", date(2022, 8, 29), date(2023, 3, 1)),
    ("G1", date(2023, 12, 31), date(2024, 7, 1)),
]


@pytest.mark.parametrize(("code", "start", "free"), EXAMPLES)
def test_a_period_ends_before_the_corresponding_day_or_the_first_of_the_next_month(
    code: str, start: date, free: date
) -> None:
    assert bars_of(taken(code, effective_on=start), None, POLICY)["PROMOTION"] == free


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 60))
def test_a_free_day_is_the_corresponding_day_or_the_first_of_the_month_after(start: date, months: int) -> None:
    free = first_free_day(start, months)

    whole = (free.year - start.year) * 12 + free.month - start.month
    assert (whole, free.day) == (months, start.day) or (whole, free.day) == (months + 1, 1)
    assert first_free_day(start, months) < first_free_day(start, months + 1)


POSTS = {"PROMOTION", "FURTHER_USE", "EQUAL_POST", "HIGHER_POST"}
STEPS = {"PROMOTION", "RANK", "PAY_STEP"}
TABLE = [
    ("P1", {"PROMOTION", "FURTHER_USE"}, 12),
    ("P2", {"PROMOTION", "FURTHER_USE"}, 18),
    ("P2b", POSTS, 24),
    ("P3", POSTS, 24),
    ("P6", {"READMISSION", "EQUAL_POST", "HIGHER_POST"}, 60),
    ("G1", {"PROMOTION", "RANK"}, 6),
    ("G2", STEPS, 12),
    ("G3", STEPS, 18),
    ("G4", STEPS, 24),
    ("G5", STEPS, 24),
    ("G1v", {"PAY_STEP"}, 6),
    ("G2v", {"PAY_STEP"}, 12),
    ("G3v", {"PAY_STEP"}, 18),
    ("G6", set(), 0),
    ("O2", set(), 0),
    ("O3", set(), 0),
    ("O4", {"PROMOTION", "RANK", "FURTHER_USE"}, 12),
    ("O6", {"PROMOTION", "RANK", "FURTHER_USE"}, 24),
]
START = date(2022, 5, 10)


@pytest.mark.parametrize(("code", "kinds", "months"), TABLE)
def test_each_code_sets_the_bars_of_the_table(code: str, kinds: set[str], months: int) -> None:
    bars = bars_of(taken(code, effective_on=START), None, POLICY)

    assert bars == dict.fromkeys(kinds, first_free_day(START, months))


@pytest.mark.parametrize("code", ["I1", "S1"])
def test_the_event_states_the_period_of_institutions_and_enterprises(code: str) -> None:
    bars = bars_of(taken(code, effective_on=START, period_months=18), None, POLICY)

    assert bars == {"PROMOTION": date(2023, 11, 10), "RANK": date(2023, 11, 10)}


def test_a_stated_period_overrides_the_table_but_not_of_o5() -> None:
    stated = {"effective_on": START, "period_months": 9}

    assert bars_of(taken("G1", **stated), None, POLICY)["RANK"] == date(2023, 2, 10)
    assert bars_of(taken("O3", **stated), None, POLICY) == {}
    assert bars_of(taken("O5", **stated), None, POLICY) == {
        "LEADING_POST": date(2023, 5, 10),
        "HIGHER_POST": date(2024, 5, 10),
        "RANK": date(2024, 5, 10),
    }


def test_an_admonition_costs_the_rating_of_its_calendar_year() -> None:
    bars = bars_of(taken("O1", effective_on=date(2022, 8, 31)), None, POLICY)

    assert bars == {
        "PROMOTION": date(2023, 3, 1),
        "FURTHER_USE": date(2023, 3, 1),
        "EXCELLENCE_RATING": date(2023, 1, 1),
    }


@pytest.mark.parametrize("code", ["P4", "P5"])
def test_probation_stays_open_until_rights_are_restored(code: str) -> None:
    open_bars = bars_of(taken(code, period_months=3), None, POLICY)
    restored = bars_of(taken(code, period_months=3), date(2022, 4, 20), POLICY)

    assert open_bars == dict.fromkeys([*POSTS, "PARTY_RIGHTS"])
    assert restored == {**dict.fromkeys(POSTS, date(2024, 4, 20)), "PARTY_RIGHTS": date(2022, 4, 20)}


def test_p2b_counts_as_form_two_unless_the_event_says_three() -> None:
    assert [form_of("P2b", form) for form in (1, 2, 3)] == [2, 2, 3]
    assert form_of("P1", 1) == 1


def test_a_person_counts_as_born_on_the_first_of_the_month() -> None:
    assert age_on("1988-04", date(2023, 4, 1)) == 35
    assert age_on("1988-04", date(2024, 3, 31)) == 35
    assert age_on("1988-04", date(2024, 4, 1)) == 36


def test_a_standard_measure_calls_for_three_sessions() -> None:
    windows = [(s.stage, s.not_before, s.due_on) for s in sessions_of(taken("P1"), deep=False, policy=POLICY)]

    assert windows == [
        ("TIMELY", date(2023, 4, 25), date(2023, 5, 25)),
        ("FULL", date(2023, 9, 18), date(2023, 11, 17)),
        ("EXTENDED", date(2024, 3, 19), date(2024, 6, 16)),
    ]


def test_a_short_period_has_its_full_session_by_the_third_month() -> None:
    full = sessions_of(taken("G1"), deep=False, policy=POLICY)[1]

    assert (full.stage, full.due_on) == ("FULL", date(2023, 7, 18))


def test_a_measure_without_a_period_calls_for_the_timely_session_only() -> None:
    assert [s.session_id for s in sessions_of(taken("O2"), deep=True, policy=POLICY)] == [f"{DECISION}/TIMELY"]


def test_deep_adds_a_session_every_six_months_within_the_period() -> None:
    names = [s.session_id for s in sessions_of(taken("P3"), deep=True, policy=POLICY)]

    assert [name for name in names if "/DEEP/" in name] == [f"{DECISION}/DEEP/{months}" for months in (6, 12, 18)]


@pytest.mark.parametrize(
    ("today", "due_on"),
    [
        (date(2023, 3, 1), date(2023, 12, 20)),
        (date(2023, 12, 5), date(2023, 12, 15)),
        (date(2023, 12, 28), date(2023, 12, 31)),
    ],
)
def test_a_campaigns_session_is_due_within_its_year(today: date, due_on: date) -> None:
    assert campaign_session(2023, today, POLICY).due_on == due_on


@given(st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_the_grade_follows_from_the_four_criteria(
    understanding: bool, attitude: bool, work: bool, masses: bool, new_problem: bool
) -> None:
    grade = grade_by(understanding=understanding, attitude=attitude, work=work, masses=masses, new_problem=new_problem)

    assert (grade is Grade.POOR) == (new_problem or not attitude)
    assert (grade is Grade.GOOD) == (all([understanding, attitude, work, masses]) and not new_problem)


def test_only_the_bars_of_a_use_block_it() -> None:
    bars = {"RANK": date(2023, 10, 18), "PARTY_RIGHTS": None}

    assert standing_bars(bars, Use.RANK_RAISE, date(2023, 10, 17), POLICY) == ["RANK"]
    assert standing_bars(bars, Use.RANK_RAISE, date(2023, 10, 18), POLICY) == []
    assert standing_bars(bars, Use.PROMOTION, date(2099, 1, 1), POLICY) == ["PARTY_RIGHTS"]
    assert standing_bars(bars, Use.TRAINING, date(2023, 4, 20), POLICY) == []


def scope(*commands: object) -> list[tuple[date, str]]:
    """Return from when on which programme holds, or why none does."""
    return [(s.from_on, s.program or s.reason) for s in told(*commands).state.scope]  # type: ignore[arg-type]


def test_scope_begins_with_the_decision_and_ends_with_service() -> None:
    left = profile(date(2023, 9, 1), service_status="RETIRED")

    assert scope(measure(), left) == [(date(2023, 4, 18), "STANDARD"), (date(2023, 9, 1), "RETIRED")]
    assert scope(left, measure()) == scope(measure(), left)


def test_measures_before_2021_bring_nobody_in() -> None:
    assert scope(measure(decided_on=date(2020, 12, 31))) == [(date(2020, 12, 31), "BEFORE_POPULATION")]
    assert scope(measure(decided_on=date(2021, 1, 1))) == [(date(2021, 1, 1), "STANDARD")]


@pytest.mark.parametrize(("code", "form"), [("P6", 3), ("G6", 3), ("P3", 4)])
def test_an_expelled_person_is_out_from_the_day_of_that_decision(code: str, form: int) -> None:
    expelled = measure(code, date(2023, 8, 1), decision_no="D2", form=form)

    assert scope(measure(), expelled) == [(date(2023, 4, 18), "STANDARD"), (date(2023, 8, 1), "EXPELLED")]


def test_young_comes_before_heavy_and_is_planned_deep() -> None:
    young = profile(birth_month="1988-04")
    state = told(measure("P3", form=3), young).state

    assert (state.scope[-1].program, state.scope[-1].planned_deep) == ("WARM", True)
    assert scope(measure("P3", form=3)) == [(date(2023, 4, 18), "DEEP")]


def test_age_is_taken_at_the_earliest_measure_by_the_latest_profile_known() -> None:
    later = profile(date(2024, 6, 1), birth_month="1987-05")
    second = measure(decided_on=date(2024, 7, 1), decision_no="D2")

    assert scope(measure(), second, later) == [(date(2023, 4, 18), "WARM")]


def test_the_district_is_that_of_the_latest_measure_in_scope() -> None:
    second = measure(decided_on=date(2023, 6, 1), decision_no="D2", district="330200")
    state = told(second, measure()).state

    assert [s.district for s in state.scope] == ["330211", "330200"]
    assert standing_of(state).district == "330200"


def test_the_profile_with_the_latest_day_holds_in_whatever_order_they_come() -> None:
    older = profile(date(2023, 5, 1), service_status="LEFT")
    newer = profile(date(2023, 6, 1))

    assert scope(measure(), newer, older) == scope(measure(), older, newer)
    assert scope(measure(), newer, older)[-1] == (date(2023, 6, 1), "STANDARD")


def test_of_two_profiles_of_one_day_the_one_published_later_holds() -> None:
    late = profile(date(2023, 5, 1), service_status="LEFT", published_at="2023-05-03T09:00:00+08:00")

    assert scope(measure(), late, profile(date(2023, 5, 1)))[-1] == (date(2023, 5, 1), "LEFT")


def test_every_rule_of_the_rule_book_names_where_it_is_enforced() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(place.startswith("services/revisit/") for rule in RULES for place in rule.places())
