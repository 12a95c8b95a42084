"""Agencies' facts in any order, twice, corrected: the same case."""

import itertools
from pathlib import Path
from typing import Any

import pytest

from services.clarification.reactions import REACTIONS
from shared.contracts import agency
from tests.services.clarification.small_town import SIGNS, SUBJECT, Town, finding, report

R = report(1)
SANCTION: dict[str, Any] = {
    "decision_no": "DJ-1",
    "subject_token": SUBJECT,
    "case_no": "LA-1",
    "district_code": "330206",
    "management_level": "VILLAGE",
    "code": "P1",
    "form": 2,
    "error_category": "WORK",
    "dereliction": False,
    "important_post": False,
}


def register(town: Town) -> None:
    town.register(R)


def conclude(town: Town) -> None:
    town.conclude(R, finding("UNFOUNDED", "SOCIAL_IMPACT"))


def file(town: Town, case_no: str = "LA-1") -> None:
    town.tell(agency.CaseFiled, case_no=case_no, subject_token=SUBJECT, nature="DISCIPLINE")


def file_another(town: Town) -> None:
    file(town, "LA-2")


def sanction(town: Town) -> None:
    days = {"effective_on": town.today, "announced_on": town.today}
    town.tell(agency.SanctionDecided, "trial.330206", **SANCTION, **days)


EVENTS = (register, conclude, file, file_another, sanction)
ORDERS = [order for order in itertools.permutations(EVENTS) if order.index(register) < order.index(conclude)]


@pytest.mark.parametrize("order", ORDERS[::7], ids=lambda order: ", ".join(event.__name__ for event in order))
def test_facts_of_different_keys_lead_to_the_same_case_in_any_order(order: Any, tmp_path: Path) -> None:
    town = Town(tmp_path)
    for event in order:
        event(town)
        town.settle()

    assert town.status(R) == "REGISTERED"
    assert [matter["case_no"] for matter in town.summary(R)["open_matters"]] == ["LA-2"]


@pytest.mark.usefixtures("store")
def test_a_fact_delivered_twice_changes_nothing(tmp_path: Path) -> None:
    town = Town(tmp_path)
    register(town)
    file(town)
    town.conclude(R, finding("UNFOUNDED", "SOCIAL_IMPACT"), accusation_findings=SIGNS)
    town.settle()
    before = town.service.log.head()

    for recorded in list(town.feed.facts):
        orders = list(REACTIONS[type(recorded.fact)](recorded, town.service.casework.state))
        assert all(outcome.refusal is None for outcome in town.service.casework.handle(orders))

    assert town.service.log.head() == before


@pytest.mark.usefixtures("store")
def test_a_second_filing_of_the_same_number_is_for_a_person(tmp_path: Path) -> None:
    town = Town(tmp_path)
    register(town)
    file(town)
    file(town)
    town.settle()

    assert [task.task.step for task in town.service.cases.tasks(kind="subject")] == ["second-event-review"]


def test_a_transfer_sets_the_handling_body_until_the_conclusion_names_it(tmp_path: Path) -> None:
    town = Town(tmp_path)
    register(town)
    town.tell(
        agency.PetitionTransferred,
        "petition.330206",
        report_token=R,
        to_body="handling.330205",
        reason="JURISDICTION",
    )
    town.settle()
    assert town.summary(R)["body"] == "330205"

    conclude(town)
    town.settle()
    assert town.summary(R)["body"] == "330206"


def test_a_repeat_is_an_indicator_and_no_impact_reason(tmp_path: Path) -> None:
    town = Town(tmp_path)
    register(town)
    town.tell(agency.RepeatFlagged, "petition.330206", report_token=R, count=3)
    town.conclude(R, finding())
    town.settle()

    assert town.summary(R)["repeats"] == 3
    assert town.summary(R)["exclusion"] == "NO_ADVERSE_IMPACT"


def test_nobody_reads_who_wrote(tmp_path: Path) -> None:
    town = Town(tmp_path)
    register(town)
    town.conclude(R, finding("UNFOUNDED", "SOCIAL_IMPACT"), accusation_findings={**SIGNS, "accuser_token_sealed": True})
    town.settle()

    shown = str(town.summary(R)) + str(town.summary(R, "accusation"))
    assert "A-" not in shown
    assert "real_name" not in shown
    assert "LETTER" not in shown
