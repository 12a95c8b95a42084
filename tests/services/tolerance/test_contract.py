"""The public facts of tolerance: each has its golden JSON, and shows nothing but the contract."""

import json
from pathlib import Path

import pytest

from services.tolerance.domain.model import TOLERANCE
from services.tolerance.domain.terms import Status
from shared.contracts.tolerance import FACTS
from shared.kernel import Fact
from tests.services.tolerance.builders import OFFICER, SUGGESTION, after, case_in

GOLDEN = Path(__file__).parents[2] / "contracts" / "golden"


def published() -> dict[str, Fact]:
    """Return one fact of each public name, as cases of all ends publish them, cut down to the contract."""
    ends = (Status.CLOSED, Status.WITHDRAWN, Status.TRANSFERRED, Status.REVOKED)
    stories = [case_in(status) for status in ends]
    stories.append(case_in(Status.FINAL).when(SUGGESTION, by=OFFICER, on=after(Status.FINAL)))
    contract = {fact.fact_name: fact for fact in FACTS}
    facts = {fact.fact_name: fact for story in stories for fact in story.facts if fact.fact_name in contract}
    return {name: contract[name].model_validate_json(fact.model_dump_json()) for name, fact in facts.items()}


@pytest.mark.parametrize("contract", FACTS, ids=lambda fact: fact.fact_name)
def test_each_public_fact_reads_its_golden_json(contract: type[Fact]) -> None:
    golden = json.loads((GOLDEN / f"{contract.fact_name}.json").read_text(encoding="utf-8"))

    assert contract.model_validate(golden).model_dump(mode="json") == golden


def test_what_the_cases_publish_is_the_golden_json() -> None:
    shown = {name: fact.model_dump(mode="json") for name, fact in published().items()}

    assert shown == {
        fact.fact_name: json.loads((GOLDEN / f"{fact.fact_name}.json").read_text(encoding="utf-8")) for fact in FACTS
    }


def test_a_public_fact_is_the_contracts_class_with_further_private_fields() -> None:
    own = {fact.fact_name: fact for fact in TOLERANCE.facts}

    assert all(issubclass(own[fact.fact_name], fact) for fact in FACTS)
    assert not any(field.endswith("_sealed") for fact in FACTS for field in fact.model_fields)
