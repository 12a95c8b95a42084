"""Tolerance over HTTP: a case is listed, decided on, refused with the rule, and its pre-review asked for."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from services.tolerance.api import router
from shared.security.audit import AccessLog
from shared.web import install_problems
from tests.services.tolerance.builders import BODY, CASE_ID, CONTENT, MATTER_NO
from tests.services.tolerance.small_town import Town

PATH = f"/tolerances/{CASE_ID}"


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path / "data")


@pytest.fixture
def client(town: Town, tmp_path: Path) -> Iterator[TestClient]:
    access = AccessLog(tmp_path / "access.db")
    app = FastAPI()
    install_problems(app)
    app.include_router(router(town.service, access))
    with TestClient(app) as found:
        yield found
    access.close()


def acting(role: str = "TOLERANCE_OFFICER", key: str = "key-00000001") -> dict[str, str]:
    return {"X-Qingfeng-Person": f"{BODY}.{role}.1", "Idempotency-Key": key, "Accept-Language": "en"}


def accept(client: TestClient, **changes: Any) -> Any:
    body = {"distinctions": CONTENT["distinctions"], "within_jurisdiction": True, **changes}
    return client.post(f"{PATH}/acceptance", json=body, headers=acting())


def test_an_accepted_case_is_told_in_words(town: Town, client: TestClient) -> None:
    town.identify("E1")
    town.settle()

    assert accept(client).status_code == 200
    town.settle()

    shown = client.get(PATH, headers=acting()).json()
    assert (shown["status"], shown["next"], len(shown["history"])) == ("ACCEPTED", "plan", 2)
    assert shown["history"][1]["words"] == "pre-review: candidate"


def test_a_refusal_names_its_rule(town: Town, client: TestClient) -> None:
    town.identify("E1", bottom_line=["PRIVATE_GAIN"])
    town.settle()

    answer = accept(client)

    assert (answer.status_code, answer.json()["rule"], answer.json()["reason"]) == (409, "T-4", "BottomLineHit")


def test_every_history_can_be_read_in_both_languages(town: Town, client: TestClient) -> None:
    town.identify("E1")
    town.live_until(town.today.replace(month=12))

    for language in ("zh", "en"):
        shown = client.get(PATH, headers={**acting(), "Accept-Language": language}).json()
        assert shown["status"] == "CLOSED"
        assert all(entry["words"] for entry in shown["history"])


def test_sealed_notes_can_be_read_with_a_purpose(town: Town, client: TestClient) -> None:
    town.identify("E1")
    town.live_until(town.today.replace(month=12))

    notes = client.get(f"{PATH}/notes", params={"purpose": "review"}, headers=acting()).json()["notes"]

    assert {"statement", "unit_opinion", "analysis"} <= {note["field"] for note in notes}
    assert all(note["text"] != "REDACTED" for note in notes)


def test_a_matter_without_pre_review_is_blocked(town: Town, client: TestClient) -> None:
    town.identify("E1")
    town.settle()
    asked = {"matter_no": MATTER_NO}
    before = client.get("/pre-reviews", params=asked, headers=acting()).json()

    accept(client)

    after = client.get("/pre-reviews", params=asked, headers=acting()).json()
    assert (before["blocked"], after["blocked"]) == (True, False)
    assert after["persons"][0]["result"] == "CANDIDATE"


@pytest.mark.parametrize("text", ["手机 13800138000", "", " "])
def test_a_personal_number_or_nothing_is_no_reason(town: Town, client: TestClient, text: str) -> None:
    town.identify("E1")
    town.settle()

    assert client.post(f"{PATH}/withdrawal", json={"reason": text}, headers=acting()).status_code == 422
