"""HTTP: the year, the month, the facts behind a figure; who reads is on the access log."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from services.reporting.api import router
from shared.security.audit import AccessLog
from shared.web import install_problems
from tests.services.reporting.builders import REPORT, clarified, line
from tests.services.reporting.test_reactions import House, evaluated, proposal

WHO = {"X-Qingfeng-Person": "330206.CASE_SUPERVISOR.1"}


@pytest.fixture
def desk(tmp_path: Path) -> Any:
    house, access = House(tmp_path), AccessLog(tmp_path / "access.db")
    house.city.lines(line(1))
    house.city.report(REPORT, clarified())
    house.city.person(evaluated("GOOD", date(2023, 4, 20)), proposal())
    house.settle()
    app = FastAPI()
    install_problems(app)
    app.include_router(router(house.service, house.figures, access))
    with TestClient(app) as client:
        yield client, access
    access.close()
    house.keys.close()


@pytest.mark.parametrize("path", ["/reports/2023", "/reports/2023/6"])
def test_a_report_comes_as_json_csv_or_table(desk: Any, path: str) -> None:
    client, access = desk

    answers = [client.get(path, headers=WHO, params=form) for form in ({}, {"format": "csv"}, {"format": "table"})]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert answers[0].json()["failed_checks"] == []
    assert answers[1].text.startswith("figure,dimension,value\n")
    assert "persons cleared" in answers[2].text
    assert len(access.entries()) == 3


def test_a_figure_opens_to_its_facts(desk: Any) -> None:
    client, _ = desk

    found = client.get("/reports/2023/figures/annual.persons_clarified/facts", headers=WHO).json()

    assert found["facts"] == [f"clarification/clarification:{REPORT}/1"]
    assert found["complete"]


def test_an_unknown_figure_is_answered_in_words(desk: Any) -> None:
    client, _ = desk

    answer = client.get("/reports/2023/figures/annual.nothing/facts", headers=WHO)

    assert answer.status_code == 404
    assert "annual.nothing" in answer.json()["title"]


def test_nobody_reads_a_report_without_saying_who(desk: Any) -> None:
    client, _ = desk

    assert client.get("/reports/2023").status_code == 401


def test_a_recommendation_is_reviewed_over_http(desk: Any) -> None:
    client, _ = desk
    head = {"X-Qingfeng-Person": "330206.DEPT_HEAD.1", "Idempotency-Key": "review-0001"}

    (case,) = client.get("/recommendations", headers=WHO).json()["cases"]
    answer = client.post(f"/recommendations/{case['case_id']}/review", headers=head, json={"opinion": "同意"})

    assert answer.status_code in (200, 201, 202)
    assert client.get(f"/recommendations/{case['case_id']}", headers=WHO).json()["status"] == "REVIEWED"
