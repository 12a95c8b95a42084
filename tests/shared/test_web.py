"""HTTP: who acts, what is refused and why, reading one's own writes, sealed texts on the access log."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from shared import web
from shared.eventstore import ConcurrencyConflict, StoreUnavailable
from shared.security.audit import AccessLog
from shared.testing.letters import NoteOnLetter
from shared.web import CaseRoutes, install_problems
from tests.shared.post import HANDLER, HEAD, MONDAY, Post

HANDLER_1 = {"X-Qingfeng-Person": HANDLER.person_id}
CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9"}
ENGLISH = {"Accept-Language": "en-GB"}


@pytest.fixture
def access(tmp_path: Path) -> AccessLog:
    return AccessLog(tmp_path / "access.db")


@pytest.fixture
def http(post: Post, access: AccessLog) -> Iterator[TestClient]:
    app = FastAPI()
    install_problems(app)
    app.include_router(CaseRoutes(post.service, "letter", "letters", access).router())
    post.receive("L-1", "L-2", subject="S-7")
    post.project()
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def key(value: str = "key-0001") -> dict[str, str]:
    return {**HANDLER_1, "Idempotency-Key": value}


def assert_problem(answer: Any, status: int, *, chinese: bool = True) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in problem["title"]) == chinese
    return problem


@pytest.mark.parametrize("person", [{}, {"X-Qingfeng-Person": "330206.KING.1"}])
def test_nobody_reads_without_a_name(http: TestClient, person: dict[str, str]) -> None:
    assert_problem(http.get("/letters", headers=person), 401)
    english = assert_problem(http.get("/letters/L-1", headers={**person, **ENGLISH}), 401, chinese=False)

    assert "330206.HANDLER.1" in english["detail"]


@pytest.mark.parametrize("malformed", [None, "short", "有汉字的键值键值", "x" * 129])
def test_a_command_needs_an_idempotency_key(http: TestClient, malformed: str | None) -> None:
    headers = HANDLER_1 if malformed is None else {**HANDLER_1, "Idempotency-Key": malformed.encode()}

    answer = http.post("/letters/L-1/answer", json={}, headers=headers)  # type: ignore[arg-type]

    assert_problem(answer, 400)


@pytest.mark.parametrize(("language", "chinese"), [(CHINESE, True), (ENGLISH, False)])
def test_a_refusal_names_its_rule_its_source_and_what_would_make_it_pass(
    http: TestClient, language: dict[str, str], chinese: bool
) -> None:
    http.post("/letters/L-1/answer", json={}, headers=key())

    answer = http.post("/letters/L-1/answer", json={}, headers={**key("key-0002"), **language})

    problem = assert_problem(answer, 409, chinese=chinese)
    assert (problem["rule"], problem["reason"]) == ("L-1", "LetterAnsweredAlready")
    assert problem["source"] == "the post's own rule 1"
    assert problem["detail"] == ("另立一信" if chinese else "open another letter")
    assert problem["instance"] == "/letters/L-1/answer"


@pytest.mark.parametrize(("language", "chinese"), [(CHINESE, True), (ENGLISH, False)])
def test_another_role_is_refused_and_told_which_may(http: TestClient, language: dict[str, str], chinese: bool) -> None:
    headers = {"X-Qingfeng-Person": HEAD.person_id, "Idempotency-Key": "key-0001", **language}

    problem = assert_problem(http.post("/letters/L-1/answer", json={}, headers=headers), 403, chinese=chinese)

    assert problem["rule"] == "ROLES"
    assert "HANDLER" in problem["detail"]


@pytest.mark.parametrize("path", ["/letters/no-such", "/letters/no-such/notes?purpose=review"])
def test_an_unknown_case_is_not_found(http: TestClient, path: str) -> None:
    assert_problem(http.get(path, headers=HANDLER_1), 404)
    assert_problem(http.get(path, headers={**HANDLER_1, **ENGLISH}), 404, chinese=False)


def test_a_command_to_an_unknown_case_is_not_found(http: TestClient) -> None:
    assert_problem(http.post("/letters/no-such/answer", json={}, headers=key()), 404)


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "body.text"),
        ({"text": ""}, "body.text"),
        ({"text": "x", "urgent": True}, "body.urgent"),
        ({"text": "找 ３３０２０６１９８００１０１１２３４ 谈"}, "body.text"),
        ({"text": "致电 139 1234 5678"}, "body.text"),
    ],
)
def test_a_malformed_command_is_told_field_by_field_and_not_repeated(
    http: TestClient, body: dict[str, Any], where: str
) -> None:
    problem = assert_problem(http.post("/letters/L-1/note", json=body, headers=key()), 422)
    english = assert_problem(
        http.post("/letters/L-1/note", json=body, headers={**key(), **ENGLISH}), 422, chinese=False
    )

    assert [field["where"] for field in problem["fields"]] == [where]
    assert "5678" not in str(problem) + str(english)


def test_what_is_not_shown_yet_can_be_waited_for(http: TestClient, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "WAIT_S", 0.01)
    position = http.post("/letters/L-1/answer", json={}, headers=key()).json()["position"]
    assert_problem(http.get(f"/letters?after={position}", headers=HANDLER_1), 503)
    assert_problem(http.get(f"/letters?after={position}", headers={**HANDLER_1, **ENGLISH}), 503, chinese=False)

    post.project()

    found = http.get(f"/letters?after={position}&status=ANSWERED", headers=HANDLER_1).json()
    assert [case["case_id"] for case in found["cases"]] == ["L-1"]


@pytest.mark.parametrize("trouble", [StoreUnavailable("database is locked"), ConcurrencyConflict("letter:L-1")])
def test_a_store_that_does_not_answer_is_told_as_such(
    http: TestClient, post: Post, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    def away(*_: object) -> None:
        raise trouble

    monkeypatch.setattr(post.work, "handle", away)

    problem = assert_problem(http.post("/letters/L-1/answer", json={}, headers=key()), 503)
    english = assert_problem(
        http.post("/letters/L-1/answer", json={}, headers={**key(), **ENGLISH}), 503, chinese=False
    )

    assert "locked" not in str(problem)
    assert "same idempotency key" in english["detail"]


def test_a_command_sent_again_takes_effect_once(http: TestClient, post: Post) -> None:
    first = http.post("/letters/L-1/answer", json={}, headers=key()).json()
    again = http.post("/letters/L-1/answer", json={}, headers=key()).json()
    other = http.post("/letters/L-2/answer", json={}, headers=key())

    assert first == {"position": 3, "repeated": False}
    assert again == {"position": 3, "repeated": True}
    assert assert_problem(other, 409)["rule"] == "IDEMPOTENCY"
    assert post.names("L-1") == ["LetterReceived", "LetterAnswered"]


def test_a_case_is_shown_with_its_history_in_words(http: TestClient) -> None:
    http.post("/letters/L-1/note", json={"text": "催办"}, headers=key())

    chinese = http.get("/letters/L-1", headers=HANDLER_1).json()
    english = http.get("/letters/L-1", headers={**HANDLER_1, **ENGLISH}).json()

    assert [told["words"] for told in chinese["history"]] == ["收到来信，2023-03-16 前回复", "批注第 1 条"]
    assert [told["words"] for told in english["history"]][1] == "note 1 was made"
    assert (chinese["status"], chinese["notes"], chinese["tasks"][0]["step"]) == ("RECEIVED", 1, "answer")
    assert "催办" not in str(chinese)


def test_sealed_texts_are_opened_only_for_a_purpose_and_that_is_on_the_access_log(
    http: TestClient, access: AccessLog
) -> None:
    http.post("/letters/L-1/note", json={"text": "催办"}, headers=key())
    assert_problem(http.get("/letters/L-1/notes", headers=HANDLER_1), 422)

    opened = http.get("/letters/L-1/notes?purpose=复核", headers=HANDLER_1).json()

    assert opened["notes"] == [{"version": 2, "field": "note", "text": "催办"}]
    _number, at, person, purpose, what, case_id, rows, _hash = access.entries()[-1]
    assert (person, purpose, what, case_id, rows) == (HANDLER.person_id, "复核", "letters/notes", "L-1", 1)
    assert at == "2024-02-01T00:00:00+00:00"
    assert len(access.entries()) == 1
    assert access.first_broken() is None


@pytest.mark.parametrize("person", ["330211.HANDLER.1", "330206.ADMIN.1", "330206.AUDITOR.1"])
def test_sealed_texts_are_not_for_other_bodies_nor_for_roles_outside_the_case(http: TestClient, person: str) -> None:
    http.post("/letters/L-1/note", json={"text": "催办"}, headers=key())

    refused = http.get("/letters/L-1/notes?purpose=复核", headers={"X-Qingfeng-Person": person})

    assert_problem(refused, 403)
    assert "催办" not in refused.text


def test_a_text_whose_key_is_gone_reads_redacted(http: TestClient, post: Post) -> None:
    http.post("/letters/L-1/note", json={"text": "催办"}, headers=key())
    post.service.unseal = lambda _owner, _sealed: "REDACTED"

    opened = http.get("/letters/L-1/notes?purpose=review", headers=HANDLER_1).json()

    assert opened["notes"][0]["text"] == "REDACTED"


def test_every_read_is_on_the_access_log(http: TestClient, access: AccessLog) -> None:
    for path in ("/letters", "/letters/to-do", "/letters/L-1"):
        http.get(path, headers=HANDLER_1)

    assert [entry[4] for entry in access.entries()] == ["letters/search", "letters/to-do", "letters/view"]


def test_a_person_sees_what_is_on_the_own_desk(http: TestClient) -> None:
    mine = http.get("/letters/to-do", headers=HANDLER_1).json()
    other = http.get("/letters/to-do", headers={"X-Qingfeng-Person": "330211.HANDLER.1"}).json()
    asked = http.get("/letters/to-do?body=330206&role=HANDLER", headers={"X-Qingfeng-Person": HEAD.person_id}).json()

    assert [(task["case_id"], task["step"]) for task in mine["tasks"]] == [("L-1", "answer"), ("L-2", "answer")]
    assert mine["tasks"][0]["due_on"] == str(MONDAY + timedelta(days=10))
    assert other["tasks"] == []
    assert asked["tasks"] == mine["tasks"]


def test_the_to_do_list_can_be_followed(http: TestClient, post: Post) -> None:
    position = http.get("/letters/to-do", headers=HANDLER_1).json()["position"]
    http.post("/letters/L-2/note", json={"text": "催办"}, headers=key())
    post.project()

    changed = http.get(f"/letters/to-do?changed_after={position}", headers=HANDLER_1).json()

    assert [task["case_id"] for task in changed["tasks"]] == ["L-2"]
    assert changed["position"] == post.log.head()


def test_a_followed_to_do_list_never_claims_more_than_it_has(
    http: TestClient, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = post.view.tasks

    def tasks_then_another_change(**wanted: Any) -> Any:
        found = tasks(**wanted)
        post.send("L-2", NoteOnLetter(text="催办"), HANDLER)
        post.project()
        return found

    monkeypatch.setattr(post.view, "tasks", tasks_then_another_change)

    assert http.get("/letters/to-do", headers=HANDLER_1).json()["position"] == 2


def test_lists_come_in_pages(http: TestClient, post: Post) -> None:
    post.receive("L-3", "L-4", "L-5")
    post.project()

    first = http.get("/letters?limit=3", headers=HANDLER_1).json()
    second = http.get(f"/letters?limit=3&after_case={first['next']}", headers=HANDLER_1).json()

    assert [case["case_id"] for case in first["cases"] + second["cases"]] == ["L-1", "L-2", "L-3", "L-4", "L-5"]
    assert second["next"] is None


def test_no_url_takes_anything_personal(http: TestClient) -> None:
    paths = http.get("/openapi.json").json()["paths"]
    names = {
        parameter["name"]
        for routes in paths.values()
        for route in routes.values()
        for parameter in route.get("parameters", [])
        if parameter["in"] in {"path", "query"}
    }

    assert names == {
        "case_id",
        "status",
        "district",
        "body",
        "level",
        "subject",
        "after_case",
        "limit",
        "after",
        "role",
        "changed_after",
        "purpose",
    }


def test_each_command_of_a_person_is_a_route_and_no_other(http: TestClient) -> None:
    paths = http.get("/openapi.json").json()["paths"]

    assert {path for path, routes in paths.items() if "post" in routes} == {
        "/letters/{case_id}/note",
        "/letters/{case_id}/extension",
        "/letters/{case_id}/answer",
    }
    assert "HANDLER" in paths["/letters/{case_id}/answer"]["post"]["description"]
