"""The embedded live indicators: from public facts to windows, surges and overdue answers; a surge advises once."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from services.reporting.api import router
from services.reporting.live_projection import LiveIndicators
from services.reporting.noticing import ANSWERS, NOTICED, OPENINGS, notice_of
from shared.contracts import agency as ag
from shared.contracts import clarification as cl
from shared.contracts import reporting as rp
from shared.contracts import tolerance as tl
from shared.kernel import ManagementLevel
from shared.security.audit import AccessLog
from shared.web import install_problems
from tests.services.reporting.builders import (
    JUNE,
    OTHER_REPORT,
    PERSON,
    REPORT,
    RULES,
    WHERE,
    City,
    clarified,
    line,
    measure,
    report_fact,
)
from tests.services.reporting.test_reactions import NUMBER, House

WHO = {"X-Qingfeng-Person": "330206.CASE_SUPERVISOR.1"}
LATER = JUNE + timedelta(200)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = House(tmp_path)
    opened.clock.advance(JUNE)
    yield opened
    opened.keys.close()


def told(kind: Any, source: str, number: int, on: date = JUNE, **fields: Any) -> Any:
    origin = ag.Origin(
        source=f"urn:agency:{source}",
        event_id=f"EV-{number}",
        receipt_id=f"r-{number}",
        published_on=on,
        published_at=f"{on}T10:00:00+08:00",
        business_on=on,
    )
    return kind(origin=origin, **{kind.business_field: on, **fields})


def registered(number: int, on: date = JUNE, subject: str = PERSON) -> ag.ReportRegistered:
    found: ag.ReportRegistered = told(
        ag.ReportRegistered,
        "petition.330206",
        number,
        on,
        report_token=f"R-{number:012}",
        channel="LETTER",
        real_name=False,
        subject_token=subject,
        management_level=ManagementLevel.VILLAGE,
        district_code="330212",
        issues=(),
    )
    return found


def repeated(number: int, of: int, on: date = JUNE) -> ag.RepeatFlagged:
    report = f"R-{of:012}"
    found: ag.RepeatFlagged = told(ag.RepeatFlagged, "petition.330206", number, on, report_token=report, count=2)
    return found


def live_of(city: City) -> LiveIndicators:
    live = LiveIndicators(RULES)
    live.connect(city.feeds.values())
    return live


def test_facts_are_counted_by_the_agency_that_told_them_and_the_district_they_name(city: City) -> None:
    city.feeds["exchange"].publish("report:1", registered(1), on=JUNE)
    city.lines(line(1))
    city.report(REPORT, clarified())
    city.person(measure())

    week = live_of(city).report(JUNE).windows[0]

    assert week.total == 3
    assert week.by_agency == {"petition.330206": 1}
    assert week.by_district == {"330206": 2, "330212": 1}
    assert week.by_type["petition.report_registered.v1"] == week.by_type["clarification.clarified.v1"] == 1


def overdue(city: City) -> list[str]:
    return [late.exchange for late in live_of(city).report(LATER).unanswered]


def test_each_exchange_waits_until_its_answer_is_told(city: City) -> None:
    exchange = city.feeds["exchange"]
    sent = rp.RecommendationSent(
        recommendation_no=NUMBER, subject_token=PERSON, receiver="organisation.330206", use="PROMOTION", sent_on=JUNE
    )
    suggestion = tl.SuggestionIssued(
        case_id="T-1", matter_no="WZ-1", subject_token=PERSON, doc_no="JY-1", reply_due=JUNE, issued_on=JUNE, **WHERE
    )
    transfer = {"report_token": REPORT, "to_body": "handling.330205", "reason": "JURISDICTION"}
    case = {"report_token": OTHER_REPORT, "transfer_no": "YS-1", "criminal_case_no": "A-1", "charge": "FALSE_CHARGE"}
    exchange.publish("report:1", told(ag.PetitionTransferred, "petition.330206", 1, **transfer))
    exchange.publish("report:2", told(ag.PoliceCaseFiled, "police.330206", 2, **case))
    city.report(REPORT, report_fact(cl.AccusationReferredUp, to_body="330200", referred_on=JUNE))
    city.feeds["reporting"].publish(f"recommendation:{NUMBER}", sent)
    city.matter(suggestion)

    before = overdue(city)
    concluded = {"report_token": REPORT, "findings": ()}
    exchange.publish("report:1", told(ag.VerificationConcluded, "handling.330205", 3, **concluded))
    city.report(REPORT, report_fact(cl.AccusationUnidentified, concluded_on=JUNE, closed_on=JUNE))
    reply = told(ag.SuggestionReplied, "unit.330206-1", 4, doc_no="JY-1", accepted=True)
    exchange.publish("suggestion:JY-1", reply)
    receipt = told(ag.RecommendationAcknowledged, "organisation.330206", 5, recommendation_no=NUMBER, receipt_no="ZB-1")
    exchange.publish(f"recommendation:{NUMBER}", receipt)

    assert sorted(before) == [
        "accusation-referral",
        "petition-transfer",
        "police-case",
        "recommendation-answer",
        "recommendation-receipt",
        "suggestion-reply",
    ]
    assert sorted(overdue(city)) == ["police-case", "recommendation-answer"]


def test_every_exchange_has_a_limit_an_opening_and_an_answer() -> None:
    opened = {exchange for opening in OPENINGS.values() for exchange in opening.exchanges}
    answered = {exchange for answer in ANSWERS.values() for exchange in answer.exchanges}

    assert opened == answered == set(RULES.unanswered_after_days)
    assert OPENINGS.keys() | ANSWERS.keys() <= {fact for facts in NOTICED.values() for fact in facts}


def test_what_is_only_our_book_keeping_is_not_noticed(city: City) -> None:
    city.lines(line(1))

    assert notice_of(city.feeds["exchange"].facts[0]) is None


def test_read_again_from_zero_the_indicators_are_the_same(city: City) -> None:
    live = live_of(city)
    for number in range(5):
        city.feeds["exchange"].publish(f"report:{number}", registered(number, JUNE + timedelta(number)))
        live.pull()

    assert live.report(LATER) == live_of(city).report(LATER)


def advice(house: House) -> list[rp.PriorityAdvised]:
    facts = [recorded.fact for recorded in house.service.log.follow(0, 1_000, house.service.log.catalogue)]
    return [fact for fact in facts if isinstance(fact, rp.PriorityAdvised)]


def test_a_surge_of_reports_advises_once_a_subject_and_month(house: House) -> None:
    exchange = house.city.feeds["exchange"]
    exchange.publish("report:1", registered(1), repeated(2, of=1), on=JUNE)
    house.settle()
    assert advice(house) == []

    exchange.publish("report:3", registered(3), registered(4), on=JUNE)
    house.settle()
    exchange.publish("report:5", registered(5), on=JUNE)
    house.settle()

    (advised,) = advice(house)
    assert (advised.subject_token, advised.window, advised.reports, advised.body) == (PERSON, "2023-06", 3, "330206")
    assert house.names(f"advice:{PERSON}.2023-06") == ["priority_advised"]


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_advice_is_the_same_whether_reports_are_read_one_by_one_or_together(house: House, at_once: int) -> None:
    for first in range(0, 5, at_once):
        reports = (registered(number, JUNE + timedelta(number)) for number in range(first, min(first + at_once, 5)))
        house.city.feeds["exchange"].publish("report:1", *reports, on=JUNE + timedelta(9))
        house.settle()

    (advised,) = advice(house)

    assert (advised.reports, advised.reached_on) == (3, JUNE + timedelta(2))


def test_old_reports_that_are_told_late_advise_nothing(house: House) -> None:
    reports = (registered(number, JUNE - timedelta(90)) for number in range(4))
    house.city.feeds["exchange"].publish("report:1", *reports, on=JUNE)

    house.settle()

    assert advice(house) == []


def test_the_indicators_are_read_over_http_by_somebody_who_says_who(house: House, tmp_path: Path) -> None:
    access = AccessLog(tmp_path / "access.db")
    house.city.feeds["exchange"].publish("report:1", *(registered(number) for number in range(3)), on=JUNE)
    house.settle()
    app = FastAPI()
    install_problems(app)
    app.include_router(router(house.service, house.figures, access))

    with TestClient(app) as client:
        nobody, answer = client.get("/reports/live"), client.get("/reports/live", headers=WHO)

    assert (nobody.status_code, answer.status_code) == (401, 200)
    assert [surge["subject"] for surge in answer.json()["surges"]] == [PERSON]
    assert [window["days"] for window in answer.json()["windows"]] == RULES.live_windows_days
    assert len(access.entries()) == 1
    access.close()
