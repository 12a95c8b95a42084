"""Clarification over HTTP: a case is shown in words, decided on, and a refusal names its rule."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from services.clarification.api import router
from services.clarification.domain.rulebook import RULES
from shared.security.audit import AccessLog
from shared.web import install_problems
from tests.services.clarification.small_town import Town, finding, report

R = report(1)
PATH = f"/clarifications/{R}"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    town = Town(tmp_path / "data")
    town.register(R)
    town.conclude(R, finding("UNFOUNDED", "SOCIAL_IMPACT"))
    town.settle()
    access = AccessLog(tmp_path / "access.db")
    app = FastAPI()
    install_problems(app)
    app.include_router(router(town.service, access))
    with TestClient(app) as found:
        yield found
    access.close()


def acting(role: str, key: str) -> dict[str, str]:
    return {"X-Qingfeng-Person": f"330206.{role}.1", "Idempotency-Key": key, "Accept-Language": "en"}


def test_a_person_confirms_the_classification(client: TestClient) -> None:
    body = {"classification": "UNFOUNDED"}

    answer = client.post(f"{PATH}/classification", json=body, headers=acting("CASE_SUPERVISOR", "key-00000001"))

    assert answer.status_code == 200
    assert client.get(PATH, headers=acting("HANDLER", "key-00000002")).json()["classification"] == "UNFOUNDED"


def test_a_refusal_names_its_rule_and_what_would_make_it_pass(client: TestClient) -> None:
    answer = client.post(f"{PATH}/approval", json={}, headers=acting("PRINCIPAL", "key-00000003"))

    assert answer.status_code == 409
    assert answer.json()["reason"] == "TransitionNotAllowed"
    assert "PROPOSED" in answer.json()["detail"]


def test_another_classification_than_the_rule_gives_is_refused(client: TestClient) -> None:
    body = {"classification": "FOUNDED"}

    answer = client.post(f"{PATH}/classification", json=body, headers=acting("PETITION_OFFICER", "key-00000004"))

    assert (answer.status_code, answer.json()["rule"]) == (409, "C-4")


@pytest.mark.parametrize("text", ["手机 13800138000", "身份证 330206199001011234"])
def test_a_text_with_a_personal_number_is_malformed(text: str, client: TestClient) -> None:
    body = {"reason": text}

    answer = client.post(f"{PATH}/classification-return", json=body, headers=acting("CASE_SUPERVISOR", "key-00000005"))

    assert answer.status_code == 422


def test_every_rule_is_enforced_somewhere() -> None:
    assert all(rule.places() for rule in RULES)
    assert len({rule.id for rule in RULES}) == len(RULES)
