"""Golden JSON for each public fact: what is stored today is read by every later class, and written the same."""

import json
from pathlib import Path

import pytest

from shared.contracts import OWNERS, public_facts
from shared.kernel import Fact
from shared.web import told
from tests.shared.post import told_fact

GOLDEN = Path(__file__).parent / "golden"
FACTS = [fact for owner in OWNERS for fact in public_facts(owner)]


def golden(fact: type[Fact]) -> Path:
    return GOLDEN / f"{fact.fact_name}.json"


@pytest.mark.parametrize("owner", OWNERS)
def test_every_public_fact_has_a_golden_example(owner: str) -> None:
    assert [fact.fact_name for fact in public_facts(owner) if not golden(fact).exists()] == []


def test_every_golden_example_is_of_a_public_fact() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} <= {fact.fact_name for fact in FACTS}


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.fact_name)
def test_a_golden_example_is_read_and_written_the_same(fact: type[Fact]) -> None:
    content = golden(fact).read_text(encoding="utf-8")

    read = fact.model_validate_json(content)

    assert json.loads(read.model_dump_json()) == json.loads(content)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.fact_name)
def test_a_golden_example_can_be_told_in_words(fact: type[Fact]) -> None:
    recorded = told_fact(fact.model_validate_json(golden(fact).read_text(encoding="utf-8")))

    words = [told(recorded, language)["words"] for language in ("zh", "en")]

    assert all(words)
    assert not any("{" in word or "}" in word for word in words)
