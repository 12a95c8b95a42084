"""The public facts of revisit education: each has its golden JSON, and shows nothing but the contract."""

import json
from pathlib import Path

import pytest

from services.revisit.domain import commands as c
from services.revisit.domain.terms import Status
from shared.contracts.revisit import FACTS
from shared.kernel import Fact
from tests.services.revisit.builders import (
    ANSWERED,
    CITY_DEPUTY,
    DECISION,
    OFFICER,
    SUSPENSION,
    SYSTEM,
    TOLD,
    appointment,
    campaign,
    case_in,
    measure,
    standing,
    told,
)

GOLDEN = Path(__file__).parents[2] / "contracts" / "golden"
CONTRACT = {fact.fact_name: fact for fact in FACTS}


def published() -> dict[str, Fact]:
    """Return one fact of each public name, as persons and cases publish them, cut down to the contract."""
    appointed = appointment(event="organisation.330211:A-1", recommendation_no="TJ-1")
    revoked = c.RecordRevocation(event="trial.330211:R-1", decision_no=DECISION, basis="REVIEW", voided_on=TOLD)
    lateral = appointment(event="organisation.330211:A-2", kind="LATERAL", supersedes=appointed.event)
    confirmed = told(measure("P4", form=3), appointed).when(
        c.ConfirmPromotion(appointment_id=appointed.event), by=OFFICER, on=ANSWERED
    )
    suspended = case_in(Status.FEEDBACK_RECEIVED).when(SUSPENSION, by=OFFICER, on=ANSWERED)
    stories = [
        told(revoked, lateral, story=confirmed),
        case_in(Status.CLOSED),
        case_in(Status.TERMINATED),
        suspended.when(c.Resume(), by=OFFICER, on=ANSWERED),
        case_in(Status.PLANNED).when(standing(open_cases=("LA-1",)), by=SYSTEM, on=TOLD),
        campaign().when(c.OpenCampaign(), by=CITY_DEPUTY, on=TOLD),
    ]
    facts: dict[str, Fact] = {}
    for story in stories:
        for fact in story.facts:
            if fact.fact_name in CONTRACT:
                facts.setdefault(fact.fact_name, fact)
    return {name: CONTRACT[name].model_validate_json(fact.model_dump_json()) for name, fact in facts.items()}


@pytest.mark.parametrize("contract", FACTS, ids=lambda fact: fact.fact_name)
def test_each_public_fact_reads_its_golden_json(contract: type[Fact]) -> None:
    golden = json.loads((GOLDEN / f"{contract.fact_name}.json").read_text(encoding="utf-8"))

    assert contract.model_validate(golden).model_dump(mode="json") == golden


def test_what_is_published_is_the_golden_json() -> None:
    shown = {name: fact.model_dump(mode="json") for name, fact in published().items()}

    assert shown == {
        fact.fact_name: json.loads((GOLDEN / f"{fact.fact_name}.json").read_text(encoding="utf-8")) for fact in FACTS
    }
