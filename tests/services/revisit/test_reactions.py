"""What agencies say reaches the person and the case, in any order, once; nothing that counts follows by itself."""

import itertools
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from services.revisit.domain.terms import Status
from services.revisit.reactions import REACTIONS
from shared.contracts import agency, reporting
from shared.contracts.revisit import FACTS
from tests.services.revisit.builders import DECISION, OFFICER, SUBJECT
from tests.services.revisit.small_city import City

COUNTED = {
    "revisit.enrolled.v1",
    "revisit.campaign_opened.v1",
    "revisit.session_held.v1",
    "revisit.evaluated.v1",
    "revisit.recommendation_proposed.v1",
    "revisit.promotion_confirmed.v1",
    "revisit.closed.v1",
    "revisit.terminated.v1",
}


def appointed(city: City) -> None:
    city.tell(agency.AppointmentConfirmed, "A1", kind="PROMOTED", effective_on=date(2023, 12, 1), post="科长")


def awarded(city: City) -> None:
    city.tell(agency.AwardConferred, "W1", award="好支书", conferred_on=city.today)


def filed(city: City) -> None:
    city.tell(agency.CaseFiled, "F1", case_no="LA-1", filed_on=city.today, nature="DISCIPLINE")


def withdrawn(city: City) -> None:
    city.tell(agency.CaseWithdrawn, "F2", case_no="LA-1", withdrawn_on=city.today, reason="NO_VIOLATION")


def heavy(city: City) -> None:
    city.sanction("M2", decision_no="D2", code="P4", form=3)


def restored(city: City) -> None:
    city.tell(agency.PartyRightsRestored, "R1", decision_no="D2", restored_on=date(2024, 4, 27))


def judged(city: City) -> None:
    city.tell(
        agency.JudgmentEffective,
        "J1",
        criminal_case_no="XS-1",
        effective_on=city.today,
        verdict="CONVICTED",
        party="SUBJECT",
    )


def told(folder: Path, *events: Callable[[City], None]) -> City:
    city = City(folder)
    for say in events:
        say(city)
    city.settle()
    return city


@pytest.mark.usefixtures("store")
def test_a_sanction_sets_measure_bars_and_scope_and_a_task_to_enrol(tmp_path: Path) -> None:
    city = told(tmp_path, City.sanction)

    public = {fact.fact_name for fact in FACTS}
    assert city.facts().keys() & public == {
        "revisit.measure_recorded.v1",
        "revisit.bars_computed.v1",
        "revisit.scope_computed.v1",
    }
    steps = {task.task.step: task.task for task in city.service.cases.tasks()}
    assert steps.keys() == {"enrolment", "opening"}
    assert (steps["enrolment"].quiet_since, steps["opening"].body) == (city.today, "330200")


def test_profiles_alone_open_no_case(tmp_path: Path) -> None:
    assert told(tmp_path, City.profile).facts() == {"revisit.profile_noted.v1": 1}


EVENTS = (City.sanction, City.profile, appointed, awarded, filed, withdrawn, heavy, restored, judged)


@pytest.mark.parametrize("turn", range(len(EVENTS)))
def test_in_whatever_order_they_come_the_end_is_the_same(tmp_path: Path, turn: int) -> None:
    usual = told(tmp_path / "usual", *EVENTS)
    turned = told(tmp_path / "turned", *EVENTS[turn:], *EVENTS[:turn])
    back = told(tmp_path / "back", *reversed(EVENTS))

    for city in (turned, back):
        assert (city.person().bars, city.person().scope) == (usual.person().bars, usual.person().scope)
        assert (city.person().open_cases, city.person().convicted) == ((), True)
        assert {m.decision_no for m in city.case().standing.measures} == {DECISION, "D2"}
        steps = {task.task.step for task in city.service.cases.tasks()}
        assert steps == {task.task.step for task in usual.service.cases.tasks()}


def test_nothing_that_counts_follows_without_a_person(tmp_path: Path) -> None:
    city = told(tmp_path, *EVENTS)
    for day in (date(2023, 9, 1), date(2024, 1, 2), date(2025, 1, 2)):
        city.advance(day)
        city.settle()

    assert not city.facts().keys() & COUNTED
    assert city.dead_letters() == []


def test_a_fact_delivered_twice_changes_nothing(tmp_path: Path) -> None:
    city = told(tmp_path, City.sanction, City.profile)
    before = city.facts()

    city.sanction()
    city.settle()

    assert city.facts() == before


def test_a_second_decision_of_one_number_is_a_task(tmp_path: Path) -> None:
    city = told(tmp_path, City.sanction)

    city.sanction("M2", code="G3")
    city.settle()

    assert city.person().measures[DECISION].code == "G1"
    assert "second-event-review" in {task.task.step for task in city.service.cases.tasks(kind="person")}


def test_the_judgment_of_an_accuser_is_not_ours(tmp_path: Path) -> None:
    city = City(tmp_path)
    city.exchange.publish(
        "report:R-1f0c55d2a901",
        agency.JudgmentEffective.model_validate(
            {
                "criminal_case_no": "XS-1",
                "effective_on": city.today,
                "verdict": "CONVICTED",
                "party": "FALSE_ACCUSER",
                "origin": {
                    "source": "urn:agency:court.330205",
                    "event_id": "C1",
                    "receipt_id": "r",
                    "published_on": city.today,
                    "published_at": "2023-06-14T16:20:00+08:00",
                    "business_on": city.today,
                },
            }
        ),
        city.today,
    )
    city.settle()

    assert city.facts() == {}


@pytest.mark.usefixtures("store")
def test_a_new_year_reminds_of_its_campaign_once(tmp_path: Path) -> None:
    city = told(tmp_path, City.sanction)
    for day in (date(2024, 1, 2), date(2024, 1, 3)):
        city.advance(day)
        city.settle()

    assert city.facts()["revisit.campaign_due.v1"] == 2
    assert city.service.cases.count("campaign") == {"DUE": 1, "LAPSED": 1}


def test_a_year_without_handled_persons_has_no_campaign(tmp_path: Path) -> None:
    city = City(tmp_path)
    city.advance(date(2023, 5, 2))
    city.settle()

    assert city.facts() == {}


def test_what_reporting_says_of_a_recommendation_is_noted(tmp_path: Path) -> None:
    city = told(tmp_path, City.sanction)
    number = "TJ-330211-2023-000000000000"
    common = {"recommendation_no": number, "subject_token": SUBJECT}
    for fact in (
        reporting.RecommendationSent(**common, receiver="330200", use="PROMOTION", sent_on=city.today),
        reporting.RecommendationSuspended(**common, reason="CASE_FILED", suspended_on=city.today),
        reporting.RecommendationAnswered(**common, outcome="ADOPTED", decided_on=city.today),
        reporting.RecommendationWithdrawn(**common, withdrawn_on=city.today),
    ):
        city.reporting.publish(f"recommendation:{number}", fact, city.today)
    city.settle()

    assert city.case().status is Status.NOT_ENROLLED
    assert city.dead_letters() == []


@pytest.mark.usefixtures("store")
def test_one_person_enrolled_after_the_campaign_opened_gets_its_session(tmp_path: Path) -> None:
    city = told(tmp_path, City.sanction)
    leader = city.service.casework.models["campaign"]
    assert "opening" in {command.name for command in leader.commands}
    send = itertools.count(1)

    def act(kind: str, case_id: str, segment: str, actor: object) -> None:
        outcome = city.service.send(kind, case_id, segment, {}, actor, f"key-{next(send)}")  # type: ignore[arg-type]
        assert outcome.refusal is None
        city.settle()

    act("campaign", "2023", "opening", OFFICER.model_copy(update={"role": "DEPUTY_IN_CHARGE", "body": "330200"}))
    act("revisit", SUBJECT, "enrolment", OFFICER)

    assert [session.session_id for session in city.case().sessions] == ["campaign/2023"]


def test_every_reaction_is_on_the_table_under_the_fact_it_reads() -> None:
    assert len({fact.fact_name for fact in REACTIONS}) == len(REACTIONS)
