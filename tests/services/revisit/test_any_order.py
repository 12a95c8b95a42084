"""Agencies tell in any order: what one key told stays in order, all else may come as it likes, and nothing differs."""

import random
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.revisit import bootstrap
from tests.city.shuffled import differences, end_of, facts_of_a_city, shuffled

CITIES = [(5, "330200"), (21, "320500")]
YEAR, SCALE, LAST_DAY = 2023, 0.12, date(2023, 12, 29)
ONCE_A_CITY = settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize(("city", "code"), CITIES)
@given(order=st.integers(0, 2**32))
@ONCE_A_CITY
def test_where_cases_stand_does_not_depend_on_the_order_across_keys(city: int, code: str, order: int) -> None:
    facts = facts_of_a_city(city, code, YEAR, SCALE)

    as_told = end_of(bootstrap, facts, LAST_DAY)
    otherwise = end_of(bootstrap, shuffled(facts, random.Random(order)), LAST_DAY)

    assert differences(as_told, otherwise) == []


@pytest.mark.parametrize(("city", "code"), CITIES)
def test_what_agencies_tell_twice_changes_nothing(city: int, code: str) -> None:
    facts = facts_of_a_city(city, code, YEAR, SCALE)

    assert differences(end_of(bootstrap, facts, LAST_DAY), end_of(bootstrap, [*facts, *facts], LAST_DAY)) == []
