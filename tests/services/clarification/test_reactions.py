"""Agencies' facts in any order, twice, corrected: the same case."""

import itertools
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.clarification.reactions import REACTIONS
from shared.contracts import agency, reporting
from shared.kernel import Role
from shared.security import directory
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


def test_a_corrected_registration_reaches_the_case_about_the_author(tmp_path: Path) -> None:
    town = Town(tmp_path)
    registered = town.register(R)
    town.conclude(R, finding("UNFOUNDED", "SOCIAL_IMPACT"), accusation_findings=SIGNS)
    town.settle()
    assert town.summary(R, "accusation")["recognising_body"] == "330200"

    town.register(R, level="PROVINCE_MANAGED", supersedes=registered)
    town.settle()

    assert town.summary(R, "accusation")["recognising_body"] == "330000"


DONE = {"REVISITING", "EFFECT_REVIEW", "CLOSED"}
Told = tuple[tuple[Any, ...], dict[str, Any], set[str]]
NO_IMPACT: Told = ((finding(),), {}, {"NOT_NEEDED"})
IMPACT: Told = ((finding("UNFOUNDED", "SOCIAL_IMPACT"),), {}, DONE)
SECRET: Told = ((finding("UNFOUNDED", "SOCIAL_IMPACT"),), {"secrecy_blocks": True}, {"NOT_NEEDED"})
REFUSED: Told = ((finding("UNFOUNDED", "SOCIAL_IMPACT"),), {"subject_wish": "DECLINED"}, {"CLOSED_DECLINED"})
PARTLY: Told = ((finding("UNFOUNDED"), finding("TRUE", point=2)), {}, {"NOT_NEEDED"})
CORRECTIONS = [
    (NO_IMPACT, IMPACT),
    (IMPACT, NO_IMPACT),
    (IMPACT, SECRET),
    (IMPACT, REFUSED),
    (IMPACT, PARTLY),
    (REFUSED, IMPACT),
]
ACTED_UPON = {"IMPLEMENTING", "NOT_NEEDED", "CLOSED_DECLINED", "REJECTED", *DONE}


@pytest.mark.parametrize("day", range(0, 42, 6))
@pytest.mark.parametrize(
    ("first", "then"),
    [
        (NO_IMPACT, IMPACT),
        (IMPACT, NO_IMPACT),
        (IMPACT, SECRET),
        (IMPACT, REFUSED),
        (IMPACT, PARTLY),
        (REFUSED, IMPACT),
    ],
)
def test_a_conclusion_corrected_on_any_day_leads_the_open_case_to_the_outcome_of_the_correction(
    first: Any, then: Any, day: int, tmp_path: Path
) -> None:
    town = Town(tmp_path)
    register(town)
    concluded = town.conclude(R, *first[0], **first[1])
    town.work_until(town.today + timedelta(days=day))
    acted_upon = town.status(R) in ACTED_UPON

    town.conclude(R, *then[0], supersedes=concluded, **then[1])
    town.work_until(town.today + timedelta(days=90))

    assert town.status(R) in (first if acted_upon else then)[2]
    assert town.office.refused == 0


@pytest.mark.parametrize("day", range(0, 42, 6))
def test_a_level_corrected_on_any_day_takes_both_cases_to_the_bodies_of_that_level(day: int, tmp_path: Path) -> None:
    town = Town(tmp_path)
    registered = town.register(R)
    town.conclude(R, finding("UNFOUNDED", "SOCIAL_IMPACT"), accusation_findings=SIGNS)
    town.work_until(town.today + timedelta(days=day))
    acted_upon, decided = town.status(R) in ACTED_UPON, town.status(R, "accusation") in {"RECOGNISED", "HANDLING"}

    town.register(R, level="PROVINCE_MANAGED", supersedes=registered)
    town.work_until(town.today + timedelta(days=90))

    cleared = town.service.casework.state(f"clarification:{R}").care.cleared
    recognition = town.service.casework.state(f"accusation:{R}").recognition
    assert cleared.approver_body == ("330206" if acted_upon else "330000")
    assert recognition.approver_body == ("330200" if decided else "330000")
    assert town.office.refused == 0


@pytest.mark.parametrize("late_first", [True, False])
def test_the_latest_transfer_by_its_own_day_names_the_handling_body(late_first: bool, tmp_path: Path) -> None:
    town = Town(tmp_path)
    register(town)
    days = {"handling.330206": town.today, "handling.330212": town.today + timedelta(days=2)}
    for to_body in sorted(days, reverse=late_first):
        town.tell(
            agency.PetitionTransferred,
            "petition.330206",
            report_token=R,
            to_body=to_body,
            transferred_on=days[to_body],
            reason="JURISDICTION",
        )
    town.settle()

    assert town.summary(R)["body"] == "330212"


def test_a_corrected_repeat_flag_replaces_the_count(tmp_path: Path) -> None:
    town = Town(tmp_path)
    register(town)
    flagged = town.tell(agency.RepeatFlagged, "petition.330206", report_token=R, count=30)
    town.tell(agency.RepeatFlagged, "petition.330206", flagged, report_token=R, count=3)
    town.settle()

    assert town.summary(R)["repeats"] == 3


WITHOUT_INDICATOR = {**SIGNS, "indicators": ()}
UNKNOWN_AUTHOR = {**SIGNS, "accuser_class": "UNIDENTIFIED"}
RECOGNISED_STATES = {"RECOGNISED", "HANDLING", "CLOSED"}
END_OF_SIGNS = {"known": RECOGNISED_STATES, "mistaken": {"CLOSED_NOT_FALSE"}, "unknown": {"CLOSED_UNIDENTIFIED"}}
SIGNS_OF = {"known": SIGNS, "mistaken": WITHOUT_INDICATOR, "unknown": UNKNOWN_AUTHOR}


@pytest.mark.parametrize("day", [0, 8, 16, 40])
@pytest.mark.parametrize(("first", "then"), [*itertools.permutations(SIGNS_OF, 2)])
def test_signs_corrected_on_any_day_lead_to_their_end_unless_somebody_was_recognised(
    first: str, then: str, day: int, tmp_path: Path
) -> None:
    town = Town(tmp_path)
    register(town)
    affected = finding("UNFOUNDED", "SOCIAL_IMPACT")
    concluded = town.conclude(R, affected, accusation_findings=SIGNS_OF[first])
    town.work_until(town.today + timedelta(days=day))
    recognised = town.status(R, "accusation") in RECOGNISED_STATES

    town.conclude(R, affected, supersedes=concluded, accusation_findings=SIGNS_OF[then])
    town.work_until(town.today + timedelta(days=60))

    assert town.status(R, "accusation") in (RECOGNISED_STATES if recognised else END_OF_SIGNS[then])
    assert town.office.refused == 0


def advise(town: Town, window: str = "2023-05", body: str = "330206") -> None:
    advised = reporting.PriorityAdvised(
        subject_token=SUBJECT, window=window, reports=3, reached_on=town.today, body=body, advised_on=town.today
    )
    town.advice.publish(f"advice:{SUBJECT}.{window}", advised, town.today)


def steps(town: Town) -> list[str]:
    return [task.task.step for task in town.service.cases.tasks(kind="subject")]


def test_advice_on_a_surge_is_a_task_for_a_person_and_changes_no_priority(tmp_path: Path) -> None:
    town = Town(tmp_path)
    register(town)
    conclude(town)
    advise(town)
    town.settle()

    (task,) = town.service.cases.tasks(kind="subject")

    assert (task.task.step, task.task.role, task.task.body) == ("priority-consideration", "CASE_SUPERVISOR", "330206")
    assert town.service.casework.state(f"clarification:{R}").priority == ()
    assert "PriorityRaised" not in town.names(R)


def test_the_office_settles_advice_and_a_second_event_of_another_body_side_by_side(tmp_path: Path) -> None:
    town = Town(tmp_path)
    register(town)
    advise(town, body="330212")
    file(town)
    file(town)
    advise(town, "2023-06", body="330205")
    town.settle()
    assert sorted(steps(town)) == ["priority-consideration", "priority-consideration", "second-event-review"]

    town.work_until(town.today + timedelta(10))

    assert steps(town) == []
    assert town.office.refused == 0


def test_advice_is_not_settled_by_another_body_nor_as_a_second_event(tmp_path: Path) -> None:
    town = Town(tmp_path)
    advise(town)
    town.settle()
    (task,) = town.service.cases.tasks(kind="subject")
    body = {"ref": task.task.ref, "finding": "已研究。"}
    ours, others = (directory.person(code, Role.CASE_SUPERVISOR) for code in ("330206", "330212"))

    sent = [
        town.service.send("subject", SUBJECT, segment, body, by, f"key-{number}").refusal
        for number, (segment, by) in enumerate(
            [("priority-consideration", others), ("second-event-review", ours), ("priority-consideration", ours)]
        )
    ]

    assert [type(refusal).__name__ for refusal in sent] == ["BodyNotCompetent", "NothingToReview", "NoneType"]
