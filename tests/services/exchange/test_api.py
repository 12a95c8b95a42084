"""The exchange's HTTP door."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from services.exchange.api import elements, router
from services.exchange.domain.terms import EVENT_TYPES
from shared.security.audit import AccessLog
from shared.web import install_problems
from tests.services.exchange.lines import CONCLUDED, PROFILE, REGISTERED, Sandbox, event, text

ONE = {"content-type": "application/cloudevents+json; charset=utf-8"}
BATCH = {"content-type": "application/cloudevents-batch+json"}
LINES = {"content-type": "application/x-ndjson"}
OFFICER = {"X-Qingfeng-Person": "330200.PETITION_OFFICER.1"}
ENGLISH = {"accept-language": "en"}
CHINESE = {"accept-language": "zh"}


@pytest.fixture
def access(tmp_path: Path) -> Iterator[AccessLog]:
    log = AccessLog(tmp_path / "access.db")
    yield log
    log.close()


@pytest.fixture
def web(house: Sandbox, access: AccessLog) -> Iterator[TestClient]:
    app = FastAPI()
    install_problems(app)
    app.include_router(router(house.service, house.exchange, access))
    with TestClient(app) as client:
        yield client


def outcomes(answer: Any) -> list[str]:
    return [receipt["reason"] or receipt["outcome"] for receipt in answer.json()["receipts"]]


def test_one_event_is_answered_by_what_became_of_it(web: TestClient) -> None:
    statuses = [
        web.post("/exchange/events", content=text(content), headers=ONE).status_code
        for content in (event(CONCLUDED), event(REGISTERED), event(REGISTERED), event(REGISTERED, id="x", type="y"))
    ]

    assert statuses == [202, 202, 200, 422]


def test_a_quarantined_event_is_a_problem_with_what_would_make_it_pass(web: TestClient) -> None:
    wrong = text(event(PROFILE, data={"gender": "X"}))

    english = web.post("/exchange/events", content=wrong, headers={**ONE, **ENGLISH})
    chinese = web.post("/exchange/events", content=wrong, headers={**ONE, **CHINESE})

    assert english.headers["content-type"].startswith("application/problem+json")
    assert english.json()["type"] == "urn:qingfeng:quarantine:SCHEMA"
    assert english.json()["title"] == "the value at $.data.gender is not what the contract allows"
    assert "契约" in chinese.json()["title"]


def test_lines_get_one_receipt_each_and_a_bad_one_stops_none(web: TestClient) -> None:
    body = b"\n\r\n".join([text(event(CONCLUDED)), b"broken", text(event(REGISTERED)), text(event(REGISTERED))]) + b"\n"

    answer = web.post("/exchange/events", content=body, headers=LINES)

    assert answer.status_code == 200
    assert outcomes(answer) == ["PARKED", "MALFORMED", "APPLIED", "DUPLICATE"]


def test_a_batch_gets_one_receipt_an_event(web: TestClient) -> None:
    twice = text(event(REGISTERED)).replace(b"{", b'{"id": "y", ', 1)
    body = b" [" + b" ,\n".join([text(event(REGISTERED)), twice, b"1", text(event(REGISTERED))]) + b"] "

    answer = web.post("/exchange/events", content=body, headers=BATCH)

    assert (answer.status_code, outcomes(answer)) == (200, ["APPLIED", "MALFORMED", "MALFORMED", "DUPLICATE"])


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"[]", []),
        (b" [ ] ", []),
        (b"[1 , 2]", [b"1", b"2"]),
        (b'[{"a": "]"}]', [b'{"a": "]"}']),
        (b"[1,]", [b"[1,]"]),
        (b"[1 2]", [b"[1 2]"]),
        (b"[1] 2", [b"[1] 2"]),
        (b"[", [b"["]),
        (b"]", [b"]"]),
        (b"[]]", [b"[]]"]),
        (b"{}", [b"{}"]),
        (b"", [b""]),
        (b"\xff", [b"\xff"]),
        (b"[" * 5_000, [b"[" * 5_000]),
        ('["某"]'.encode(), ['"某"'.encode()]),
    ],
)
def test_a_batch_is_parted_as_it_was_written(body: bytes, found: list[bytes]) -> None:
    assert elements(body) == found


def test_a_body_that_is_no_array_is_one_malformed_line(web: TestClient) -> None:
    assert outcomes(web.post("/exchange/events", content=b"[1,", headers=BATCH)) == ["MALFORMED"]


def test_an_empty_body_is_no_line(web: TestClient) -> None:
    assert outcomes(web.post("/exchange/events", content=b"", headers=LINES)) == []
    assert web.post("/exchange/events", content=b"", headers=ONE).status_code == 422


def test_another_content_type_is_told_which_ones_there_are(web: TestClient) -> None:
    answer = web.post("/exchange/events", content=b"{}", headers={"content-type": "application/json"})

    assert answer.status_code == 415
    assert "x-ndjson" in answer.json()["detail"]


def test_a_request_that_is_too_large_is_refused(house: Sandbox, web: TestClient) -> None:
    answer = web.post("/exchange/events", content=b"x" * (house.exchange.door.policy.http_bytes + 1), headers=LINES)

    assert answer.status_code == 413
    assert house.lines.counts()["total"] == 0


def test_a_receipt_can_be_asked_for_as_it_stands_now(web: TestClient) -> None:
    parked = web.post("/exchange/events", content=text(event(CONCLUDED)), headers=ONE).json()["receipt_id"]
    web.post("/exchange/events", content=text(event(REGISTERED)), headers=ONE)

    assert web.get(f"/exchange/receipts/{parked}").json()["outcome"] == "APPLIED"
    assert web.get("/exchange/receipts/none").status_code == 404


def test_the_office_sees_what_is_parked_and_quarantined_and_is_logged(web: TestClient, access: AccessLog) -> None:
    web.post("/exchange/events", content=text(event(CONCLUDED)), headers=ONE)
    web.post("/exchange/events", content=text(event(REGISTERED, data={"举报人": "李四光"})), headers=ONE)

    parked = web.get("/exchange/parked", headers=OFFICER).json()
    quarantined = web.get("/exchange/quarantine", params={"limit": 1}, headers={**OFFICER, **ENGLISH})

    assert [row["waits_for"] for row in parked["parked"]] == [["report|R-1f0c55d2a901"]]
    assert quarantined.json()["quarantined"][0]["reason"] == "PERSONAL_DATA"
    assert quarantined.json()["next"] == 2
    assert "李四光" not in quarantined.text
    assert web.get("/exchange/parked", params={"overdue": True}, headers=OFFICER).json()["parked"] == []
    assert web.get("/exchange/dead-lines", headers=OFFICER).json() == {"dead_lines": []}
    assert web.get("/exchange/quarantine").status_code == 401
    assert len(access.entries()) == 4


def test_the_contract_can_be_asked_for(web: TestClient) -> None:
    types = web.get("/exchange/events/types").json()["types"]

    assert [row["type"] for row in types] == list(EVENT_TYPES)
    assert json.loads(web.get("/exchange/events/schema").content)["x-publishers"] == {
        row["type"]: row["publishers"] for row in types
    }
    assert web.get("/exchange/figures").json()["total"] == 0
    assert web.get("/openapi.json").status_code == 200
