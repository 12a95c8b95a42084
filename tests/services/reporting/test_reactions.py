"""Reporting alone in one process: facts of others come in, months close, recommendations live."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.reporting import bootstrap
from services.reporting.application import close_months
from services.simulation.doors import EmbeddedDoor
from services.simulation.office import Office
from services.simulation.reporting_desk import DESKS
from shared.contracts import agency as ag
from shared.contracts import revisit as rv
from shared.contracts.exchange import BusinessClockAdvanced
from shared.holidays import published_workdays
from shared.kernel import SandboxClock
from shared.messaging.direct import DirectSource
from shared.security.keys import KeyRing
from shared.service import Kit, Service
from tests import places
from tests.services.reporting.builders import JUNE, PERSON, REPORT, WHERE, City, clarified, line, measure, promotion

pytestmark = pytest.mark.usefixtures("store")
NUMBER = "TJ-330206-2023-0001"


class House:
    """Reporting with the feeds of a city, at a clock that is moved."""

    def __init__(self, folder: Path) -> None:
        self.city = City(folder / "city")
        self.clock = SandboxClock(datetime(2024, 2, 1, tzinfo=UTC), date(2023, 5, 1))
        keys = KeyRing(folder / "keys")
        kit = Kit(
            folder,
            self.clock,
            published_workdays(),
            keys.seal,
            keys.open,
            keys.destroy,
            database=places.database(),
        )
        self.service: Service = bootstrap.build(kit)
        self.service.create_tables()
        others = {name: feed for name, feed in self.city.feeds.items() if name != "reporting"}
        bootstrap.connect(self.service, {**others, "reporting": DirectSource(self.service.log)})
        self.figures = bootstrap.figures(self.service)
        self.office = Office(1, published_workdays(), {"reporting": EmbeddedDoor(self.service)}, DESKS)
        self.keys = keys

    def settle(self) -> None:
        while self.service.pull() + self.service.project():
            pass

    def go_to(self, day: date) -> None:
        self.city.feeds["exchange"].publish("clock:business", BusinessClockAdvanced(day=day), on=day)
        self.clock.advance(day)
        self.settle()

    def work_until(self, day: date) -> None:
        while self.clock.business() < day:
            self.go_to(self.clock.business() + timedelta(1))
            while self.office.work(self.clock.business()):
                self.settle()

    def names(self, stream: str) -> list[str]:
        return [recorded.fact.fact_name.split(".")[1] for recorded in self.service.log.read(stream)]

    def status(self) -> str:
        (row,) = self.service.cases.cases(kind="recommendation")
        return str(row["status"])


@pytest.fixture
def house(tmp_path: Path) -> Any:
    opened = House(tmp_path)
    yield opened
    opened.keys.close()


def proposal() -> rv.RecommendationProposed:
    return rv.RecommendationProposed(
        subject_token=PERSON,
        recommendation_no=NUMBER,
        use="PROMOTION",
        bars={"PROMOTION": date(2023, 4, 1)},
        grade="GOOD",
        evaluated_on=date(2023, 4, 20),
        sessions=(date(2022, 11, 1), date(2023, 4, 1)),
        unit_opinion_ref="U-1",
        integrity_opinion_ref="I-1",
        informed=True,
        body="330206",
        proposed_by="330206.REVISIT_OFFICER.1",
        proposed_on=date(2023, 5, 1),
        **WHERE,
    )


def evaluated(grade: str, on: date) -> rv.Evaluated:
    return rv.Evaluated(
        subject_token=PERSON,
        grade=grade,
        evaluated_on=on,
        **WHERE,
    )


def from_organisation(kind: Any, number: int, day: date, code: str = "330206", **fields: Any) -> Any:
    origin = ag.Origin(
        source=f"urn:agency:organisation.{code}",
        event_id=f"ORG-{number}",
        receipt_id=f"r-{number}",
        published_on=day,
        published_at=f"{day}T10:00:00+08:00",
        business_on=day,
    )
    return kind(origin=origin, recommendation_no=NUMBER, **fields)


def test_the_office_reviews_approves_and_sends_as_different_persons(house: House) -> None:
    house.city.person(proposal())
    house.work_until(date(2023, 6, 20))

    (row,) = house.service.cases.cases(kind="recommendation")
    people = {row["summary"][who] for who in ("proposed_by", "reviewed_by", "approved_by")}

    assert house.status() == "SENT"
    assert len(people) == 3
    assert house.office.refused == 0


def test_what_the_organisation_department_answers_is_followed_up_and_closed(house: House) -> None:
    house.city.person(proposal())
    house.work_until(date(2023, 6, 20))
    today, exchange = house.clock.business(), house.city.feeds["exchange"]
    received = from_organisation(ag.RecommendationAcknowledged, 1, today, receipt_no="ZB-1", received_on=today)
    decided = from_organisation(ag.RecommendationDecided, 2, today, outcome="ADOPTED", decided_on=today)
    exchange.publish(f"recommendation:{NUMBER}", received, decided)
    house.city.person(promotion(today, recommendation_no=NUMBER))
    house.settle()
    house.work_until(today + timedelta(40))

    report = house.figures.annual(2023)

    assert house.status() == "CLOSED"
    assert house.names(f"recommendation:{NUMBER}")[-2:] == ["follow_up_recorded", "recommendation_closed"]
    assert house.service.casework.state(f"recommendation:{NUMBER}").follow_up == "PROMOTED"
    assert report.listed_apart.promoted_with_recommendation == 1


@pytest.mark.parametrize("what", ["concern", "measure"])
def test_a_new_concern_or_measure_suspends_what_was_sent(house: House, what: str) -> None:
    house.city.person(proposal())
    house.work_until(date(2023, 6, 20))
    concern = rv.NewConcernRaised(subject_token=PERSON, reason="CASE_FILED", raised_on=JUNE)
    house.city.person(concern if what == "concern" else measure())
    house.settle()

    assert house.status() == "SUSPENDED"
    assert house.figures.annual(2023).open_work["recommendation"] == {"SUSPENDED": 1}


def test_newer_bars_evaluations_and_withdrawn_promotions_reach_the_recommendation(house: House) -> None:
    house.city.person(proposal(), rv.BarsComputed(subject_token=PERSON, bars={"PROMOTION": None}))
    house.city.person(evaluated("POOR", date(2023, 5, 2)), promotion(recommendation_no=NUMBER))
    house.city.person(rv.PromotionWithdrawn(subject_token=PERSON, appointment_id="A-1"))
    house.settle()

    assert house.names(f"recommendation:{NUMBER}") == [
        "recommendation_drafted",
        "standing_noted",
        "standing_noted",
        "promotion_noted",
        "promotion_noted",
    ]


def test_a_month_closes_on_the_tenth_of_the_next_and_never_changes(house: House) -> None:
    house.city.lines(line(1))
    house.city.report(REPORT, clarified())
    house.go_to(date(2023, 7, 9))
    assert house.figures.monthly(2023, 6).closed_on is None

    house.go_to(date(2023, 7, 10))
    closed = house.figures.monthly(2023, 6)
    house.city.report("R-000000000002", clarified(JUNE, "R-000000000002", "S-000000000002"))
    house.settle()

    assert closed.closed_on == date(2023, 7, 10)
    assert closed.figures["persons_clarified"] == 1
    assert house.figures.monthly(2023, 6) == closed
    assert house.names("month:2023-06") == ["month_closed"]


def test_a_late_fact_is_restated_in_the_next_report_and_only_there(house: House) -> None:
    house.city.lines(line(1))
    house.go_to(date(2023, 7, 10))
    house.city.report(REPORT, clarified())
    house.settle()

    open_july = house.figures.monthly(2023, 7).restatements
    house.go_to(date(2023, 8, 10))
    july = house.figures.monthly(2023, 7)
    house.go_to(date(2023, 9, 10))

    changed = {(row.month, row.figure): (row.old, row.new, row.reason) for row in july.restatements}
    assert changed["2023-06", "persons_clarified"] == (0, 1, "LATE_OR_CORRECTED")
    assert open_july == july.restatements
    assert house.figures.monthly(2023, 8).restatements == []


def test_months_are_closed_by_the_wall_clock_where_no_sandbox_clock_tells_the_day(house: House) -> None:
    house.city.lines(line(1), line(2, business_on=date(2023, 4, 3)))
    house.clock.advance(date(2023, 8, 11))
    house.settle()

    closed = close_months(house.service, house.figures, house.clock.business())

    assert closed == 4
    assert close_months(house.service, house.figures, house.clock.business()) == 0
    assert sorted(bootstrap.closed_months(house.service)) == ["2023-04", "2023-05", "2023-06", "2023-07"]


def test_a_rebuilt_store_reads_its_own_facts_too(house: House) -> None:
    house.city.lines(line(1))
    house.city.person(proposal())
    house.work_until(date(2023, 7, 11))
    live = house.figures.dump()

    house.figures.rebuild()

    assert house.figures.dump() == live


def test_without_an_office_nothing_of_a_recommendation_is_counted(house: House) -> None:
    house.city.person(proposal())
    house.go_to(date(2023, 12, 31))

    report = house.figures.annual(2023)

    assert set(report.annual.model_dump().values()) == {0}
    assert report.open_work["recommendation"] == {"PROPOSED": 1}


def test_answers_of_two_departments_under_one_number_of_theirs_are_two(house: House) -> None:
    house.city.person(proposal())
    house.work_until(date(2023, 6, 20))
    today, exchange = house.clock.business(), house.city.feeds["exchange"]
    answers = [
        from_organisation(ag.RecommendationDecided, 2, today, code, outcome=outcome, decided_on=today)
        for code, outcome in (("330206", "ADOPTED"), ("330200", "PARTLY"))
    ]

    exchange.publish(f"recommendation:{NUMBER}", *answers)
    house.settle()

    names = house.names(f"recommendation:{NUMBER}")
    assert names[-2:] == ["recommendation_answered", "answer_check_asked"]
