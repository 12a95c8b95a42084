"""The simulated office takes everybody in scope along the main path, within the year, without a refusal."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.simulation.desk import Choice
from services.simulation.revisit_desk import BODIES, answer
from shared.caseview import OpenTask
from shared.contracts import agency
from shared.kernel import Recorded, Role, Task
from tests.services.revisit.builders import BODY, DECISION
from tests.services.revisit.small_city import City

PERSONS = [f"S-{number:012x}" for number in range(1, 41)]


def test_a_year_of_the_office(tmp_path: Path) -> None:
    city = City(tmp_path, date(2022, 12, 20))
    for number, token in enumerate(PERSONS):
        code = ("G1", "P1", "P3", "O2")[number % 4]
        kind = agency.OrgMeasureImposed if code == "O2" else agency.SanctionDecided
        day = "imposed_on" if code == "O2" else "decided_on"
        content = {"code": code, "form": 3 if code == "P3" else 2, day: city.today}
        city.tell(kind, f"M{number}", token, **_measure(city.today, number), **content)
    city.live_until(date(2023, 12, 31))

    held = {recorded.stream for recorded in _facts(city, "revisit.session_held.v1") if recorded.meta.on.year == 2023}
    assert held == {f"revisit:{token}" for token in PERSONS}
    assert (city.office.refused, city.dead_letters()) == (0, [])
    assert {"EVALUATED", "CLOSED"} & city.service.cases.count("revisit").keys()


@pytest.mark.parametrize("announced_on", [date(2023, 10, 20), date(2023, 11, 16), date(2023, 11, 30)])
def test_a_measure_known_by_24_november_is_revisited_in_the_year(tmp_path: Path, announced_on: date) -> None:
    city = City(tmp_path, date(2023, 11, 24))
    city.sanction(decided_on=date(2023, 10, 15), announced_on=announced_on)
    city.live_until(date(2023, 12, 31))

    assert len(_facts(city, "revisit.session_held.v1")) >= 1
    assert city.office.refused == 0


def test_a_promotion_is_confirmed_by_the_office(tmp_path: Path) -> None:
    city = City(tmp_path)
    city.sanction()
    city.tell(agency.AppointmentConfirmed, "A1", kind="PROMOTED", effective_on=date(2023, 12, 1), post="科长")
    city.live_until(date(2023, 6, 1))

    assert city.facts()["revisit.promotion_confirmed.v1"] == 1


def test_somebody_who_left_is_terminated_by_the_office(tmp_path: Path) -> None:
    city = City(tmp_path)
    city.sanction()
    city.live_until(date(2023, 6, 1))
    city.profile(service_status="LEFT")
    city.live_until(date(2023, 7, 1))

    assert city.facts()["revisit.terminated.v1"] == 1


def test_an_unknown_step_is_left_alone() -> None:
    task = OpenTask("revisit", "S-1", 1, Task("audit", Role.REVISIT_OFFICER, BODY, date(2023, 1, 1)))

    assert answer(task, {}, Choice(1, "revisit:S-1", "audit:")) is None
    assert "audit" not in BODIES


def _measure(today: date, number: int) -> dict[str, object]:
    return {
        "decision_no": f"{DECISION}-{number}",
        "district_code": BODY,
        "management_level": "TOWNSHIP_OR_GENERAL",
        "effective_on": today,
        "announced_on": today,
        "error_category": "WORK",
        "dereliction": False,
        "important_post": False,
    }


def _facts(city: City, name: str) -> list[Recorded[Any]]:
    log = city.service.log
    return [recorded for recorded in log.follow(0, 100_000, log.catalogue) if recorded.fact.fact_name == name]


def _revoke(city: City) -> None:
    city.tell(agency.SanctionRevoked, "X1", decision_no=DECISION, revoked_on=city.today, basis="COURT")


def _file(city: City) -> None:
    city.tell(agency.CaseFiled, "F1", case_no="LA-9", filed_on=city.today, nature="DISCIPLINE")


def _punish_again(city: City) -> None:
    city.sanction("M2", decision_no="ZW-9", code="P3", form=3)


ENDED = {"NOT_ENROLLED", "TERMINATED", "CLOSED"}
GOES_ON = {"PLANNED", "IN_PROGRESS", "EVALUATED", "CLOSED"}
NEWS: dict[str, tuple[Callable[[City], None], set[str]]] = {
    "revoked": (_revoke, ENDED),
    "left": (lambda city: city.profile("P2", service_status="LEFT"), ENDED),
    "expelled": (lambda city: city.sanction("M2", decision_no="ZW-9", code="P6", form=4), ENDED),
    "case filed": (_file, {*GOES_ON, "SUSPENDED"}),
    "another measure": (_punish_again, GOES_ON),
}


@pytest.mark.parametrize("day", [0, 20, 60, 180, 300])
@pytest.mark.parametrize("news", NEWS)
def test_what_is_told_of_a_person_on_any_day_takes_the_case_on_without_a_refusal(
    news: str, day: int, tmp_path: Path
) -> None:
    tell, states = NEWS[news]
    city = City(tmp_path)
    city.sanction()
    city.profile()
    city.live_until(city.today + timedelta(days=day))

    tell(city)
    city.live_until(city.today + timedelta(days=60))

    assert city.case().status in states
    assert (city.office.refused, city.dead_letters()) == (0, [])
