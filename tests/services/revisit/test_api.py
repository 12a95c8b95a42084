"""Revisit over HTTP: a person is shown with bars, a case decided on, refused with the rule, words read on record."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from services.revisit.api import router
from shared.security.audit import AccessLog
from shared.web import install_problems
from tests.services.revisit.builders import BODY, SUBJECT
from tests.services.revisit.small_city import City

PROFILE = {
    "error_category": "WORK",
    "intent_level": "LOW",
    "post_importance": "LOW",
    "attitude": "HIGH",
    "work_state": "MEDIUM",
    "remarks": "愿意改正",
}


@pytest.fixture
def city(tmp_path: Path) -> City:
    city = City(tmp_path / "data")
    city.sanction()
    city.settle()
    return city


@pytest.fixture
def client(city: City, tmp_path: Path) -> Iterator[TestClient]:
    access = AccessLog(tmp_path / "access.db")
    app = FastAPI()
    install_problems(app)
    app.include_router(router(city.service, access))
    with TestClient(app) as found:
        yield found
    access.close()


def acting(role: str = "REVISIT_OFFICER", key: str = "key-00000001") -> dict[str, str]:
    return {"X-Qingfeng-Person": f"{BODY}.{role}.1", "Idempotency-Key": key, "Accept-Language": "en"}


def post(client: TestClient, segment: str, body: dict[str, Any], key: str) -> Any:
    return client.post(f"/revisits/{SUBJECT}/{segment}", json=body, headers=acting(key=key))


def test_a_handled_person_is_shown_with_bars_and_history_in_words(client: TestClient) -> None:
    shown = client.get(f"/handled-persons/{SUBJECT}", headers=acting()).json()

    assert shown["bars"] == {"PROMOTION": "2023-10-27", "RANK": "2023-10-27"}
    assert shown["history"][0]["fact"] == "revisit.measure_recorded.v1"
    assert all("{" not in entry["words"] for entry in shown["history"])


def test_a_case_is_enrolled_and_its_profile_read_on_record(city: City, client: TestClient) -> None:
    assert post(client, "enrolment", {}, "key-00000001").status_code == 200
    assert post(client, "profile", PROFILE, "key-00000002").status_code == 200
    city.settle()

    shown = client.get(f"/revisits/{SUBJECT}", headers=acting()).json()
    notes = client.get(f"/revisits/{SUBJECT}/notes?purpose=plan", headers=acting()).json()

    assert (shown["status"], [task["step"] for task in shown["tasks"]]) == ("PROFILED", ["plan"])
    assert [note["text"] for note in notes["notes"]] == ["愿意改正"]


def test_a_refusal_names_the_state_and_what_would_make_it_pass(client: TestClient) -> None:
    refused = post(client, "closing", {}, "key-00000001")

    assert refused.status_code == 409
    assert refused.json()["rule"] == "3.4"
    assert refused.json()["detail"] == "it is possible from: EVALUATED, FEEDBACK_RECEIVED"


def test_a_mobile_number_in_a_note_is_malformed(client: TestClient) -> None:
    post(client, "enrolment", {}, "key-00000001")

    assert post(client, "profile", {**PROFILE, "remarks": "电话 13812345678"}, "key-00000002").status_code == 422


def test_the_campaign_is_on_the_to_do_list_of_the_citys_deputy(client: TestClient) -> None:
    headers = {**acting(), "X-Qingfeng-Person": "330200.DEPUTY_IN_CHARGE.1"}

    assert [task["step"] for task in client.get("/campaigns/to-do", headers=headers).json()["tasks"]] == ["opening"]
    assert client.post("/campaigns/2023/opening", json={}, headers=headers).status_code == 200
