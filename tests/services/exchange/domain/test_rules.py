"""Identity and the rule book."""

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from services.exchange.domain import rules
from services.exchange.domain.reading import read_strictly
from services.exchange.domain.rulebook import RULES
from services.exchange.domain.terms import EVENT_TYPES
from services.exchange.schema import read_schema
from tests.services.exchange.lines import EXAMPLES

WHOLE = st.integers(-(2**53) + 1, 2**53 - 1)
NAMES = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=6)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.booleans() | WHOLE | st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=10,
)


@given(VALUES)
def test_our_canonical_text_is_that_of_rfc_8785(value: Any) -> None:
    assert rules.canonical(value).encode() == rfc8785.dumps(value)


@given(VALUES)
def test_what_was_written_canonically_is_read_again(value: Any) -> None:
    assert read_strictly(rfc8785.dumps(value), 500) == value


def test_minus_zero_is_zero() -> None:
    assert read_strictly(b"[-0.0, 0, 1e2]", 500) == [0, 0, 100]
    assert rules.canonical(read_strictly(b"[-0.0, -0, 1.5e1]", 500)) == "[0,0,15]"


def test_the_table_of_types_and_the_schema_agree() -> None:
    schema = read_schema()

    assert {name: list(row.publishers) for name, row in EVENT_TYPES.items()} == schema["x-publishers"]
    assert list(EVENT_TYPES) == schema["properties"]["type"]["enum"]
    for name, row in EVENT_TYPES.items():
        properties = schema["$defs"][name]["properties"]
        assert row.fact.business_field in schema["$defs"][name]["required"]
        for field in (row.stream[1], *(pair[1] for pair in (row.needs or ("", ""), *row.provides) if pair[1])):
            assert not field or field in properties or row.stream[1] == ""


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_what_facts_carry_and_what_is_sealed_is_all_there_is(name: str) -> None:
    data = EXAMPLES[name]["data"]

    public, sealed = rules.split(EVENT_TYPES[name], data)

    hidden = set(data) - set(public)
    assert hidden <= {"name", "remarks"}
    assert bool(sealed) == (name in {rules.PROFILE, rules.REGISTRATION, rules.CONCLUSION})


def test_each_rule_says_where_it_is_enforced() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.zh
        assert rule.en
        assert all(place.startswith("services/exchange/") for place in rule.places())
