"""The rule book as it is enforced: every rule has an id, a marked source, two languages and a place in the code."""

import importlib
import re
from collections import Counter

import pytest

from shared.kernel.rulebook import Rule
from tests.architecture.house import ROOT, SERVICES


def rules(service: str) -> tuple[Rule, ...]:
    found: tuple[Rule, ...] = importlib.import_module(f"services.{service}.domain.rulebook").RULES
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_a_rule_is_told_in_two_languages_with_a_marked_source(service: str) -> None:
    assert rules(service)
    for rule in rules(service):
        assert rule.id, rule
        assert rule.en, rule.id
        assert re.search("[\u4e00-\u9fff]", rule.zh), rule.id
        assert re.search(r"\[(S|L|P|K|A)\b", rule.source) or "domain.md" in rule.source or "agency" in rule.source, rule


@pytest.mark.parametrize("service", SERVICES)
def test_a_rule_names_where_it_is_enforced(service: str) -> None:
    for rule in rules(service):
        assert rule.enforced_by, rule.id
        for place in rule.places():
            assert (ROOT / place.partition(":")[0]).exists(), place


@pytest.mark.parametrize("service", SERVICES)
def test_a_rule_stands_once(service: str) -> None:
    assert [number for number, count in Counter(rule.id for rule in rules(service)).items() if count > 1] == []
