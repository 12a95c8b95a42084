"""`qingfeng serve`: what a person and a program meet over HTTP, from an agency's event to the report of the year."""

import itertools
import json
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.exchange.receipts import Line
from services.exchange.signatures import encoded, sign
from services.house import House, mark_mode, open_house
from services.serve import Worker
from services.simulation.desk import Answer, Choice
from services.simulation.play import DESKS
from shared.caseview import OpenTask
from shared.kernel import Role, SandboxClock, Task
from shared.kernel.clock import SHANGHAI
from shared.openapi import example_of
from tests.journeys.conftest import QINGFENG, ROOT, City, Server, serving

COUNTY, CITY = "330206", "330200"
START = date(2023, 2, 6)
NUMBERS = itertools.count(1)
Json = dict[str, Any]


# What agencies send.


def event(source: str, kind: str, day: date, data: Json) -> Json:
    number = next(NUMBERS)
    return {
        "specversion": "1.0",
        "id": f"T-{source[:3].upper()}-{day.year}-{number:06d}",
        "source": f"urn:agency:{source}",
        "type": kind,
        "time": f"{day}T09:00:00+08:00",
        "datacontenttype": "application/json",
        "data": data,
    }


def token(kind: str, number: int) -> str:
    return f"{kind}-{number:012x}"


@dataclass(frozen=True)
class Report:
    """A report against a person, registered and concluded as unfounded, with effects on the person's standing."""

    number: int
    day: date
    level: str = "COUNTY_MANAGED"

    @property
    def case_id(self) -> str:
        return token("R", self.number)

    @property
    def subject(self) -> str:
        return token("S", self.number)

    def registered(self) -> Json:
        data = {
            "report_token": self.case_id,
            "received_on": str(self.day),
            "channel": "LETTER",
            "real_name": True,
            "subject_token": self.subject,
            "management_level": self.level,
            "district_code": COUNTY,
            "issues": [{"issue_id": "I1", "category": "INTEGRITY"}],
        }
        return event(f"petition.{COUNTY}", "petition.report_registered.v1", self.day, data)

    def concluded(self, **more: Any) -> Json:
        finding = {"issue_id": "I1", "point": 1, "conclusion": "UNFOUNDED", "impact_reasons": ["APPOINTMENT_AFFECTED"]}
        data = {"report_token": self.case_id, "concluded_on": str(self.day), "findings": [finding], **more}
        return event(f"handling.{COUNTY}", "handling.verification_concluded.v1", self.day, data)


FALSE = {
    "accuser_class": "PARTY_MEMBER",
    "accuser_token": "A-77aa01c2de90",
    "indicators": ["PRIVATE_RETALIATION"],
    "elements": {
        name: {"met": True, "evidence_ref": f"EV-1/{name}"} for name in ("act", "target", "untruth", "intent")
    },
    "benefits": [],
}


# What a person does: looks at the list, opens the case, sends the command, reads what came of it.


@dataclass
class Office:
    """Persons who find each step on a to-do list and nowhere else."""

    server: Server
    path: str
    kind: str

    def to_do(self, person: str, **params: Any) -> list[Json]:
        answer = self.server.read(f"/{self.path}/to-do", person, **params)
        assert answer.status_code == 200, answer.text
        tasks: list[Json] = answer.json()["tasks"]
        return tasks

    def first_task(self, case_id: str, **params: Any) -> Json:
        """Return the case's task from the own desk of whoever has one."""
        desks = [f"{body}.{role}.1" for body in (COUNTY, CITY) for role in Role]
        found = [task for person in desks for task in self.to_do(person, **params) if task["case_id"] == case_id]
        assert found, f"nobody has to do anything about {case_id}: {self.case(case_id)}"
        return found[0]

    def case(self, case_id: str, language: str = "zh", **params: Any) -> Json:
        answer = self.server.read(f"/{self.path}/{case_id}", f"{COUNTY}.HANDLER.1", language, **params)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    def send(self, case_id: str, answer: Answer) -> int:
        """Send the command and wait until it can be read; return its position."""
        body = json.loads(json.dumps(answer.body, default=str))
        sent = self.server.send(f"/{self.path}/{case_id}/{answer.segment}", body, answer.actor.person_id)
        assert sent.status_code == 200, (answer, sent.text)
        position: int = sent.json()["position"]
        self.to_do(f"{COUNTY}.HANDLER.1", after=position)
        return position

    def walk(self, case_id: str, status: str, decide: Callable[[OpenTask, Json], Answer | None]) -> list[str]:
        """Do one step after the other until the case has the status; return the steps."""
        steps: list[str] = []
        while (case := self.case(case_id))["status"] != status:
            task = open_task(self.first_task(case_id))
            begin_not_before(self.server, task)
            answer = decide(task, case)
            assert answer is not None, task
            self.send(case_id, answer)
            steps.append(answer.segment)
            assert len(steps) < 50, steps
        return steps

    def desk(self, task: OpenTask, case: Json) -> Answer | None:
        """Answer as the simulated office does."""
        return DESKS[SERVICES[self.path]][self.kind](task, case, Choice(1, task.case_id, task.task.step))


SERVICES = {
    "clarifications": "clarification",
    "accusations": "clarification",
    "handled-persons": "revisit",
    "revisits": "revisit",
    "tolerances": "tolerance",
    "recommendations": "reporting",
}


def open_task(row: Json) -> OpenTask:
    opened_on = day_of(row["opened_on"])
    assert opened_on is not None
    task = Task(
        step=row["step"],
        role=Role(row["role"]),
        body=row["body"],
        opened_on=opened_on,
        due_on=day_of(row["due_on"]),
        not_before=day_of(row["not_before"]),
        quiet_since=day_of(row["quiet_since"]),
        ref=row["ref"],
        urgent=row["urgent"],
    )
    return OpenTask(row["kind"], row["case_id"], row["position"], task)


def day_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def today(server: Server) -> date:
    return date.fromisoformat(server.read("/clock").json()["business_day"])


def move_to(server: Server, day: date) -> int:
    moved = server.send("/clock", {"day": str(day)}, f"{COUNTY}.ADMIN.1")
    assert moved.status_code == 200, moved.text
    position: int = moved.json()["position"]
    return position


def begin_not_before(server: Server, task: OpenTask) -> None:
    if task.task.not_before and task.task.not_before > today(server):
        move_to(server, task.task.not_before)


def begin(server: Server) -> date:
    """Return a business day on which a new story may begin."""
    move_to(server, max(START, today(server)))
    return today(server)


def deliver(server: Server, *events: Json) -> str:
    """Deliver events that are all applied; return what to wait `after`."""
    answer = server.deliver(*events).json()
    assert [row["outcome"] for row in answer["receipts"]] == ["APPLIED"] * len(events), answer
    return f"exchange:{answer['position']}"


def wait_until(is_so: Callable[[], bool], timeout_s: float = 10) -> None:
    until = time.monotonic() + timeout_s
    while not is_so():
        assert time.monotonic() < until, "it did not come about in time"
        time.sleep(0.02)


def arrive(server: Server, office: Office, *events: Json) -> None:
    """Deliver events and wait until what they lead to is on the office's lists."""
    office.to_do(f"{COUNTY}.HANDLER.1", after=deliver(server, *events))


# 1. The clarification of one person, step by step.

BOTH = [("HANDLER", "HANDLING"), ("PETITION_OFFICER", "PETITION")]
CLARIFICATION_BODIES: Mapping[str, Json] = {
    "classification": {"classification": "UNFOUNDED"},
    "assessment": {},
    "assessment-result": {
        "participants": [{"person_id": f"{COUNTY}.{role}.1", "department": where} for role, where in BOTH],
        "org_situation": "所在党组织介绍，当事人工作正常。",
        "impact_reasons": ["APPOINTMENT_AFFECTED"],
        "spread": "UNIT_ALL",
        "risk": "LOW",
        "recommendation": "CLARIFY",
    },
    "consent": {"consent": "AGREED"},
    "proposal": {
        "methods": ["WRITTEN", "MEETING"],
        "scope": "UNIT_ALL",
        "issues": ["I1"],
        "wording": "所反映问题不属实。",
    },
    "approval": {},
    "implementation": {},
    "completion": {},
}


def clear(server: Server, report: Report) -> tuple[list[str], int]:
    """Walk a concluded report to CLARIFIED; return the steps taken and the position of the last one."""
    office = Office(server, "clarifications", "clarification")
    steps, position = [], 0
    while (task := office.first_task(report.case_id))["step"] not in {"report-back", "revisit-record"}:
        body = CLARIFICATION_BODIES.get(task["step"])
        if task["step"] == "classification":
            body = {"classification": office.case(report.case_id)["proposed_classification"]}
        if task["step"] == "implementation-record":
            alone = task["ref"] == "WRITTEN"
            body = {
                "method": task["ref"],
                "place": "当事人所在单位",
                "attendees": "PERSON_ONLY" if alone else "UNIT_ALL",
                "doc_no": f"CQ-{report.case_id}-{task['ref']}",
            }
        person = f"{task['body']}.{task['role']}.1"
        sent = server.send(f"/clarifications/{report.case_id}/{task['step']}", body, person)
        assert sent.status_code == 200, (task, sent.text)
        position = sent.json()["position"]
        office.to_do(person, after=position)
        steps.append(task["step"])
    return steps, position


def cleared_in(server: Server, year: int, **params: Any) -> int:
    answer = server.read(f"/reports/{year}", f"{COUNTY}.CASE_SUPERVISOR.1", **params)
    assert answer.status_code == 200, answer.text
    count: int = answer.json()["annual"]["persons_clarified"]
    return count


def test_a_report_found_untrue_is_cleared_through_the_to_do_lists_and_counts_once(server: Server) -> None:
    report = Report(0x101, begin(server))
    before = cleared_in(server, report.day.year)
    office = Office(server, "clarifications", "clarification")
    arrive(server, office, report.registered(), report.concluded(subject_wish="AGREED"))
    move_to(server, report.day + timedelta(days=3))

    steps, position = clear(server, report)

    assert steps == [
        "classification",
        "assessment",
        "assessment-result",
        "consent",
        "proposal",
        "approval",
        "implementation",
        "implementation-record",
        "implementation-record",
        "completion",
    ]
    assert cleared_in(server, report.day.year, after=f"clarification:{position}") == before + 1
    chinese, english = office.case(report.case_id), office.case(report.case_id, "en")
    assert sorted(chinese["departments"]) == ["HANDLING", "PETITION"]
    assert (chinese["consent"], chinese["approved_by"]) == ("AGREED", f"{COUNTY}.PRINCIPAL.1")
    assert chinese["proposal"]["proposer"] != chinese["approved_by"]
    assert sorted(chinese["carried_out"]) == ["MEETING", "WRITTEN"]
    assert_in_words(chinese["history"], english["history"])
    assert "已澄清：方式 书面、会议，范围 单位全体" in [entry["words"] for entry in chinese["history"]]
    assert "cleared by written, meeting, scope unit all" in [entry["words"] for entry in english["history"]]
    assert (chinese["status_words"], english["status_words"]) == ("回访中", "revisiting")


def assert_in_words(chinese: list[Json], english: list[Json]) -> None:
    """Every entry is told in either language, and says something."""
    assert [entry["version"] for entry in chinese] == list(range(1, len(chinese) + 1))
    for zh, en in zip(chinese, english, strict=True):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in zh["words"]), zh
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in en["words"]), en
        assert en["words"] != en["fact"], en


# 2. The other ways through the house.


def test_a_false_accusation_is_recognised_by_the_city_and_never_by_the_county(server: Server) -> None:
    report = Report(0x102, begin(server))
    office = Office(server, "accusations", "accusation")
    arrive(server, office, report.registered(), report.concluded(accusation_findings=FALSE))
    recognised_before = recognised_in(server, report.day.year)
    steps = office.walk(report.case_id, "PROPOSED", office.desk)
    assert steps == ["suspicion", "verification-plan", "recognition-proposal"]

    county = f"{COUNTY}.PRINCIPAL.1"
    path = f"/accusations/{report.case_id}/recognition"
    chinese, english = (server.send(path, {}, county, language=speaks) for speaks in ("zh", "en"))

    for refused in (chinese.json(), english.json()):
        assert (refused["status"], refused["rule"], refused["reason"]) == (409, "F-5", "ApprovalLevelTooLow")
        assert "规则" in refused["source"]
        assert CITY in refused["detail"]
    assert chinese.json()["detail"] == f"报 {CITY} 认定"
    assert chinese.json()["title"] == f"{COUNTY} 无权认定诬告陷害，须由 设区的市级 或以上机关认定"
    assert english.json()["detail"] == f"refer it up to {CITY}"
    assert office.walk(report.case_id, "RECOGNISED", office.desk) == ["referral-up", "recognition"]
    case, told = office.case(report.case_id), office.case(report.case_id, "en")
    (recognised,) = [entry for entry in case["history"] if entry["fact"] == "clarification.accusation_recognised.v1"]
    assert recognised["by"] == f"{CITY}.PRINCIPAL.1"
    assert_in_words(case["history"], told["history"])
    assert recognised_in(server, report.day.year) == recognised_before + 1


def recognised_in(server: Server, year: int) -> int:
    after = server.read("/accusations/to-do", f"{COUNTY}.HANDLER.1").json()
    answer = server.read(f"/reports/{year}", f"{COUNTY}.AUDITOR.1", after=f"clarification:{after['position']}")
    count: int = answer.json()["annual"]["false_accusations_recognised"]
    return count


def test_a_matter_of_tolerance_is_determined_step_by_step(server: Server) -> None:
    day, subject, matter_no = begin(server), token("S", 0x103), "WZ-330206-2023-0103"
    office = Office(server, "tolerances", "tolerance")
    good = {"first_trial_not_knowing": True, "no_explicit_limit": True, "unintentional_not_private": True}
    elements = ("motive", "conditions", "procedure", "nature", "consequence", "recovery")
    matter = {
        "matter_no": matter_no,
        "subject_token": subject,
        "identified_on": str(day),
        "district_code": COUNTY,
        "management_level": "COUNTY_MANAGED",
        "domain": "REFORM_TRIAL",
        "initiator": "UNIT",
        "distinctions": good,
        "elements": dict.fromkeys(elements, "FAVOURABLE"),
        "tests": {"purpose": True, "procedure": True, "result": True, "discipline": True},
        "bottom_line": [],
        "list_hits": [],
        "loss_cny": 0,
        "recovered_cny": 0,
        "complexity": [],
    }
    arrive(server, office, event(f"handling.{COUNTY}", "handling.accountability_matter_identified.v1", day, matter))
    blocked = server.read("/pre-reviews", f"{COUNTY}.HANDLER.1", matter_no=matter_no).json()["blocked"]
    (case,) = server.read("/tolerances", f"{COUNTY}.HANDLER.1", subject=subject).json()["cases"]

    steps = office.walk(case["case_id"], "DETERMINED", office.desk)

    assert blocked is True
    assert server.read("/pre-reviews", f"{COUNTY}.HANDLER.1", matter_no=matter_no).json()["blocked"] is False
    assert steps == ["acceptance", "plan", "evidence", "hearing", "report", "consultation", "determination"]
    found, told = office.case(case["case_id"]), office.case(case["case_id"], "en")
    assert found["outcome"] in found["allowed_outcomes"]
    assert_in_words(found["history"], told["history"])


def test_a_handled_person_is_enrolled_visited_evaluated_recommended_and_promoted(server: Server) -> None:
    day, subject = begin(server), token("S", 0x104)
    decision = {
        "decision_no": "ZZ-330206-2023-0104",
        "subject_token": subject,
        "district_code": COUNTY,
        "management_level": "COUNTY_MANAGED",
        "code": "O1",
        "form": 1,
        "imposed_on": str(day),
        "effective_on": str(day),
        "announced_on": str(day),
        "error_category": "WORK",
        "dereliction": True,
        "important_post": True,
    }
    visits = Office(server, "revisits", "revisit")
    arrive(server, visits, event(f"trial.{COUNTY}", "trial.org_measure_imposed.v1", day, decision))
    (case,) = server.read("/revisits", f"{COUNTY}.REVISIT_OFFICER.1", subject=subject).json()["cases"]
    assert visits.walk(case["case_id"], "PLANNED", visits.desk) == ["enrolment", "profile", "plan", "plan-approval"]

    steps = visits.walk(case["case_id"], "RECOMMENDED", lambda task, seen: recommending(visits, task, seen))

    assert steps[:3] == ["session", "session", "session"]
    assert steps[-3:] == ["evaluation", "recommendability", "recommendation"]
    year = today(server).year
    assert server.read(f"/reports/{year}", f"{COUNTY}.AUDITOR.1").json()["annual"]["persons_revisited"] >= 1
    sent = Office(server, "recommendations", "recommendation")
    position = server.read("/revisits/to-do", f"{COUNTY}.REVISIT_OFFICER.1").json()["position"]
    sent.to_do(f"{COUNTY}.DEPT_HEAD.1", after=f"revisit:{position}")
    (draft,) = server.read("/recommendations", f"{COUNTY}.REVISIT_OFFICER.1", subject=subject).json()["cases"]
    number = draft["case_id"]
    assert sent.walk(number, "SENT", sent.desk) == ["review", "approval", "sending"]
    answered(server, number, subject)
    people = Office(server, "handled-persons", "person")
    (task,) = [task for task in people.to_do(f"{COUNTY}.REVISIT_OFFICER.1") if task["case_id"] == subject]
    confirmation = people.desk(open_task(task), people.case(subject))
    assert confirmation is not None
    confirmed = people.send(subject, confirmation)
    sent.to_do(f"{COUNTY}.DEPT_HEAD.1", after=f"revisit:{confirmed}")
    assert sent.walk(number, "CLOSED", sent.desk) == ["follow-up", "closing"]
    promoted = server.read(f"/reports/{today(server).year}", f"{COUNTY}.AUDITOR.1", after=f"revisit:{confirmed}")
    assert promoted.json()["annual"]["persons_promoted"] == 1
    assert_in_words(sent.case(number)["history"], sent.case(number, "en")["history"])


def recommending(visits: Office, task: OpenTask, case: Json) -> Answer | None:
    """Answer as the office does, with a good evaluation, and recommend as soon as that may be done."""
    found = visits.desk(task, case)
    assert found is not None
    if found.segment == "evaluation":
        criteria = dict.fromkeys(("understanding", "attitude", "work", "masses"), True)
        return Answer(found.actor, "evaluation", {"grade": "GOOD", "evidence": "依据回访记录。", **criteria})
    if found.segment == "closing":
        return Answer(found.actor, "recommendability", {"use": "PROMOTION", "review_pending": False})
    return found


def answered(server: Server, number: str, subject: str) -> None:
    """The organisation department acknowledges, adopts, and appoints."""
    day, source = today(server), f"organisation.{COUNTY}"
    receipt = {"recommendation_no": number, "receipt_no": "ZB-2023-0104", "received_on": str(day)}
    outcome = {"recommendation_no": number, "decided_on": str(day), "outcome": "ADOPTED"}
    appointment = {"subject_token": subject, "kind": "PROMOTED", "effective_on": str(day), "post": "正职"}
    appointment["recommendation_no"] = number
    wait_until(lambda: not any(server.read("/health/ready").json()["behind"].values()))
    after = deliver(
        server,
        event(source, "organisation.recommendation_acknowledged.v1", day, receipt),
        event(source, "organisation.recommendation_decided.v1", day, outcome),
        event(source, "organisation.appointment_confirmed.v1", day, appointment),
    )
    for path in ("recommendations", "handled-persons"):
        Office(server, path, "").to_do(f"{COUNTY}.REVISIT_OFFICER.1", after=after)


# 3. What is refused, and in which words.


def registered(server: Server, number: int) -> Report:
    """A report that was concluded as unfounded and waits for its classification."""
    report = Report(number, begin(server))
    arrive(
        server,
        Office(server, "clarifications", "clarification"),
        report.registered(),
        report.concluded(subject_wish="AGREED"),
    )
    return report


@pytest.fixture(scope="session")
def waiting(server: Server) -> Report:
    """A report whose classification every test of refusals tries in vain."""
    return registered(server, 0x105)


SUPERVISOR = f"{COUNTY}.CASE_SUPERVISOR.1"
RIGHT = {"classification": "UNFOUNDED"}
REFUSALS: Mapping[str, tuple[int, Callable[[Server, str, str], Any]]] = {
    "nobody is named": (401, lambda s, c, en: s.send(f"/clarifications/{c}/classification", RIGHT, "", language=en)),
    "an unknown person": (401, lambda s, c, en: s.read(f"/clarifications/{c}", f"{COUNTY}.KING.1", en)),
    "the wrong role": (
        403,
        lambda s, c, en: s.send(f"/clarifications/{c}/classification", RIGHT, f"{COUNTY}.HANDLER.1", language=en),
    ),
    "no key": (
        400,
        lambda s, c, en: s.send(f"/clarifications/{c}/classification", RIGHT, SUPERVISOR, key="", language=en),
    ),
    "an unknown case": (404, lambda s, _c, en: s.read("/clarifications/R-ffffffffffff", SUPERVISOR, en)),
    "a command to an unknown case": (
        404,
        lambda s, _c, en: s.send("/clarifications/R-ffffffffffff/classification", RIGHT, SUPERVISOR, language=en),
    ),
    "an unknown address": (404, lambda s, _c, en: s.read("/clarification", SUPERVISOR, en)),
    "an unknown command": (
        404,
        lambda s, c, en: s.send(f"/clarifications/{c}/pardon", {}, SUPERVISOR, language=en),
    ),
    "an unknown figure": (404, lambda s, _c, en: s.read("/reports/2023/figures/none/facts", SUPERVISOR, en)),
    "another method": (405, lambda s, _c, en: s.send("/reports/2023", {}, SUPERVISOR, language=en)),
    "a rule": (
        409,
        lambda s, c, en: s.send(
            f"/clarifications/{c}/classification", {"classification": "FOUNDED"}, SUPERVISOR, language=en
        ),
    ),
    "a step out of order": (
        409,
        lambda s, c, en: s.send(f"/clarifications/{c}/completion", {}, f"{COUNTY}.HANDLER.1", language=en),
    ),
    "a malformed command": (
        422,
        lambda s, c, en: s.send(
            f"/clarifications/{c}/classification", {"classification": "MAYBE", "why": 1}, SUPERVISOR, language=en
        ),
    ),
    "a body that is no object": (
        422,
        lambda s, c, en: s.send(f"/clarifications/{c}/classification", [1], SUPERVISOR, language=en),
    ),
    "a name to search for": (422, lambda s, _c, en: s.read("/clarifications", SUPERVISOR, en, subject="张三")),
    "a day there is not": (422, lambda s, _c, en: s.send("/clock", {"day": "2023-02-31"}, SUPERVISOR, language=en)),
    "a year beyond all plans": (
        422,
        lambda s, _c, en: s.send("/clock", {"day": "9999-12-31"}, SUPERVISOR, language=en),
    ),
    "notes without a purpose": (422, lambda s, c, en: s.read(f"/clarifications/{c}/notes", SUPERVISOR, en)),
    "notes for no purpose": (422, lambda s, c, en: s.read(f"/clarifications/{c}/notes", SUPERVISOR, en, purpose="  ")),
    "a position of nobody": (422, lambda s, _c, en: s.read("/tolerances", SUPERVISOR, en, after="clarification:1")),
    "not there yet": (503, lambda s, _c, en: s.read("/clarifications", SUPERVISOR, en, after="99999999")),
    "another's not there yet": (
        503,
        lambda s, _c, en: s.read("/clarifications/to-do", SUPERVISOR, en, after="exchange:99999999"),
    ),
    "a report not there yet": (
        503,
        lambda s, _c, en: s.read("/reports/2023", SUPERVISOR, en, after="revisit:99999999"),
    ),
    "another content type": (415, lambda s, _c, en: s.send("/exchange/events", {}, language=en)),
}


@pytest.mark.parametrize("reason", REFUSALS)
def test_every_refusal_says_why_and_what_would_make_it_pass_in_both_languages(
    server: Server, waiting: Report, reason: str
) -> None:
    status, attempt = REFUSALS[reason]
    with ThreadPoolExecutor(2) as pool:
        languages = ("zh-CN,zh;q=0.9,en;q=0.5", "en")
        chinese, english = pool.map(lambda speaks: attempt(server, waiting.case_id, speaks), languages)

    for answer, is_chinese in ((chinese, True), (english, False)):
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["status"] == status
        assert problem["type"].startswith("urn:qingfeng:")
        assert has_chinese(problem["title"]) == is_chinese, problem
        assert problem["detail"], problem
        assert ("rule" in problem) == (status in {403, 409} or problem["type"] == "urn:qingfeng:rule:CASE"), problem
        assert all(has_chinese(field["what"]) for field in problem.get("fields", ())) or not is_chinese, problem
        assert "张三" not in answer.text
    assert history_of(server, waiting.case_id)[-1]["fact"] == "clarification.case_opened.v1"


def has_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def history_of(server: Server, case_id: str) -> list[Json]:
    return list(Office(server, "clarifications", "clarification").case(case_id)["history"])


def test_a_stranger_who_names_this_machine_otherwise_is_not_answered(server: Server) -> None:
    answer = server.http.get("/clarifications", headers={"Host": "evil.example", "X-Qingfeng-Person": SUPERVISOR})

    assert answer.status_code == 400
    assert "case" not in answer.text


def test_the_process_answers_while_everybody_waits(server: Server) -> None:
    with ThreadPoolExecutor(50) as pool:
        waiting = [pool.submit(server.read, "/clarifications", SUPERVISOR, after="99999999") for _ in range(50)]
        time.sleep(0.3)
        started = time.monotonic()
        live = server.read("/health/live")
        took = time.monotonic() - started
        codes = {future.result().status_code for future in waiting}

    assert live.json() == {"status": "live"}
    assert codes == {503}
    assert took < 1.5


# 4. At once, again, and after a death.


def test_ten_copies_of_a_command_at_once_take_effect_once(server: Server) -> None:
    report = registered(server, 0x106)
    path = f"/clarifications/{report.case_id}/classification"
    before = len(history_of(server, report.case_id))

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: server.send(path, RIGHT, SUPERVISOR, key="the-same-key-0001"), range(10)))

    assert [answer.status_code for answer in answers] == [200] * 10
    assert len({answer.json()["position"] for answer in answers}) == 1
    assert sorted(answer.json()["repeated"] for answer in answers) == [False] + [True] * 9
    assert len(history_of(server, report.case_id)) == before + 1


def test_of_eight_persons_who_do_the_same_step_at_once_one_does_it(server: Server) -> None:
    report = registered(server, 0x107)
    persons = [
        f"{COUNTY}.{role}.{number}" for role in ("CASE_SUPERVISOR", "PETITION_OFFICER") for number in range(1, 5)
    ]
    path = f"/clarifications/{report.case_id}/classification"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda person: server.send(path, RIGHT, person), persons))

    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert all(answer.json()["rule"] for answer in answers if answer.status_code == 409)
    history = history_of(server, report.case_id)
    assert [entry["version"] for entry in history] == list(range(1, len(history) + 1))
    assert sum(entry["fact"] == "clarification.conclusion_classified.v1" for entry in history) == 1


def test_what_eight_persons_write_into_one_case_at_once_is_all_there(server: Server) -> None:
    report = registered(server, 0x108)
    path, ground = f"/clarifications/{report.case_id}/recusal", "与当事人有近亲属关系。"
    recused = [f"{COUNTY}.{role}.{number}" for role in ("HANDLER", "PETITION_OFFICER") for number in range(1, 5)]
    before = len(history_of(server, report.case_id))

    with ThreadPoolExecutor(8) as pool:
        bodies = [{"person_id": person, "ground": ground} for person in recused]
        answers = list(pool.map(lambda body: server.send(path, body, f"{COUNTY}.DEPT_HEAD.1"), bodies))

    assert [answer.status_code for answer in answers] == [200] * 8
    history = history_of(server, report.case_id)
    assert [entry["version"] for entry in history] == list(range(1, before + 8 + 1))
    assert len({answer.json()["position"] for answer in answers}) == 8


def test_a_command_that_was_acknowledged_survives_a_kill_and_is_there_once(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server:
        report = registered(server, 0x109)
        path = f"/clarifications/{report.case_id}/classification"
        first = server.send(path, RIGHT, SUPERVISOR, key="before-the-kill-1")
        unheard = Report(0x10E, today(server))
        received = deliver(server, unheard.registered(), unheard.concluded())
        server.end(signal.SIGKILL)
    assert first.status_code == 200

    with serving(tmp_path / "data") as server:
        again = server.send(path, RIGHT, SUPERVISOR, key="before-the-kill-1")
        history = history_of(server, report.case_id)
        told = Office(server, "clarifications", "clarification").case(unheard.case_id, after=received)["history"]
        tasks = Office(server, "clarifications", "clarification").to_do(
            f"{COUNTY}.HANDLER.1", after=str(first.json()["position"])
        )
        started = time.monotonic()
        code = server.end(signal.SIGTERM)

    assert again.json() == {"position": first.json()["position"], "repeated": True}
    assert [entry["fact"] for entry in history].count("clarification.conclusion_classified.v1") == 1
    assert [task["step"] for task in tasks] == ["assessment"]
    assert [entry["version"] for entry in told] == [1, 2, 3]
    assert time.monotonic() - started < 10
    assert code in {0, -signal.SIGTERM}


# 5. The documents, and who read what.


def test_every_command_is_documented_with_an_example_that_its_model_accepts(server: Server) -> None:
    document = server.http.get("/openapi.json").json()
    posts = {path: routes["post"] for path, routes in document["paths"].items() if "post" in routes}

    assert len(posts) > 100
    assert {"/exchange/events", "/clock"} < set(posts)
    for path, post in posts.items():
        contents = post["requestBody"]["content"].values()
        assert all("example" in content for content in contents), path
        assert has_response_example(document, post), path
        assert post["summary"], path
    operations = [route["operationId"] for routes in document["paths"].values() for route in routes.values()]
    assert len(set(operations)) == len(operations)
    assert unresolved(document, document) == []


def has_response_example(document: Json, post: Json) -> bool:
    contents = [c for code in ("200", "202") for c in post["responses"].get(code, {}).get("content", {}).values()]
    shapes = [content.get("schema", {}).get("$ref", "").rpartition("/")[2] for content in contents]
    schemas = [document["components"]["schemas"].get(shape, {}) for shape in shapes]
    return any("example" in content for content in contents) or any("example" in schema for schema in schemas)


def unresolved(document: Json, part: Any) -> list[str]:
    """Return the references in a part of the document that lead nowhere."""
    if isinstance(part, list):
        return [found for item in part for found in unresolved(document, item)]
    if not isinstance(part, dict):
        return []
    reference = part.get("$ref")
    here = [reference] if isinstance(reference, str) and not leads_somewhere(document, reference) else []
    return here + [found for item in part.values() for found in unresolved(document, item)]


def leads_somewhere(document: Json, reference: str) -> bool:
    place: Any = document
    for step in reference.removeprefix("#/").split("/"):
        place = place.get(step, {})
    return bool(place)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path / "house", SandboxClock(datetime.now(UTC), START)) as opened:
        yield opened


def test_the_example_of_each_command_would_be_read(house: House) -> None:
    commands = [c for service in house.services.values() for kind in service.commands.values() for c in kind.values()]

    for command in commands:
        command.model_validate(json.loads(json.dumps(example_of(command))))

    assert len(commands) > 100


def test_the_documented_event_and_command_are_taken_as_they_stand(server: Server) -> None:
    document = server.http.get("/openapi.json").json()
    examples = document["paths"]["/exchange/events"]["post"]["requestBody"]["content"]

    for media_type, content in examples.items():
        body = content["example"] if media_type.endswith("ndjson") else json.dumps(content["example"])
        answer = server.http.post("/exchange/events", content=body, headers={"Content-Type": media_type})
        outcomes = {row["outcome"] for row in answer.json().get("receipts", [answer.json()])}
        assert outcomes <= {"APPLIED", "DUPLICATE"}, answer.text


@pytest.mark.parametrize(("language", "title"), [("zh", "清风 接口一览"), ("en", "Qingfeng: the routes")])
def test_the_index_of_routes_needs_no_script_and_nothing_from_outside(
    server: Server, language: str, title: str
) -> None:
    page = server.read("/docs", language=language)

    assert page.status_code == 200
    assert title in page.text
    assert "/clarifications/{case_id}/approval" in page.text
    assert not [outside for outside in ("<script", "<link", "<img", "http:", "https:", "//cdn") if outside in page.text]


def test_addresses_take_tokens_and_codes_only(server: Server) -> None:
    paths = server.http.get("/openapi.json").json()["paths"]
    taken = {
        parameter["name"]: parameter["schema"]
        for routes in paths.values()
        for route in routes.values()
        for parameter in route.get("parameters", [])
        if parameter["in"] in {"path", "query"}
    }

    free = {name for name, schema in taken.items() if schema.get("type") == "string" and not is_bound(schema)}
    assert free == {"after_case", "case_id", "receipt_id", "figure", "reason", "purpose"}


def is_bound(schema: Json) -> bool:
    return bool({"pattern", "enum", "format"} & set(schema))


def test_every_look_at_a_case_and_every_export_is_on_the_access_log_with_person_and_purpose(
    server: Server, waiting: Report
) -> None:
    reader, case_id = f"{COUNTY}.AUDITOR.2", waiting.case_id
    server.read(f"/clarifications/{case_id}", reader)
    server.read("/clarifications", reader, subject=waiting.subject)
    server.read("/clarifications/to-do", reader)
    server.read("/reports/2023", reader, format="csv")
    server.read("/reports/2023/2", reader, format="table")
    server.read("/reports/2023/figures/annual.persons_clarified/facts", reader)
    server.read("/exchange/quarantine", reader)
    refused = server.read(f"/clarifications/{case_id}/notes", reader, purpose="复核")
    handler = f"{COUNTY}.HANDLER.4"
    notes = server.read(f"/clarifications/{case_id}/notes", handler, purpose="复核")

    assert (refused.status_code, notes.status_code) == (403, 200)
    rows = accesses(server.data, reader)
    assert [(purpose, what, case) for purpose, what, case in rows] == [
        ("casework", "clarifications/view", case_id),
        ("casework", "clarifications/search", ""),
        ("casework", "clarifications/to-do", ""),
        ("report", "report 2023 csv", ""),
        ("report", "report 2023-02 table", ""),
        ("report", "facts 2023 annual.persons_clarified", ""),
        ("casework", "exchange/quarantine", ""),
    ]
    assert accesses(server.data, handler) == [("复核", "clarifications/notes", case_id)]


def accesses(data: Path, person: str) -> list[tuple[str, str, str]]:
    with closing(sqlite3.connect(data / "access.db")) as log:
        return log.execute(
            "SELECT purpose, what, case_id FROM access WHERE person = ? ORDER BY number", (person,)
        ).fetchall()


def test_what_was_written_in_confidence_is_read_only_as_a_note(server: Server) -> None:
    report = registered(server, 0x10A)
    words, head = "经查系同村误解所致。", f"{COUNTY}.DEPT_HEAD.1"
    body = {"person_id": f"{COUNTY}.HANDLER.3", "ground": words}
    assert server.send(f"/clarifications/{report.case_id}/recusal", body, head).status_code == 200

    case = server.read(f"/clarifications/{report.case_id}", head).text
    notes = server.read(f"/clarifications/{report.case_id}/notes", head, purpose="复核回避").json()["notes"]

    assert words not in case
    assert [note["text"] for note in notes] == [words]
    files = [path for path in server.data.rglob("*") if path.is_file()]
    assert not [path for path in files if words.encode() in path.read_bytes()]


# 6. A whole year that was played, served.


def test_one_more_person_cleared_over_http_counts_one_in_the_year_of_the_clearance(
    played: tuple[Path, Json], small_city: City, tmp_path: Path
) -> None:
    folder = tmp_path / "played"
    shutil.copytree(played[0], folder)
    with serving(folder) as server:
        last = today(server)
        before = {year: cleared_in(server, year) for year in (small_city.year, last.year + 1)}
        report = Report(0x10B, date(last.year + 1, 3, 4))
        office = Office(server, "clarifications", "clarification")
        arrive(server, office, report.registered(), report.concluded(subject_wish="AGREED"))
        _, position = clear(server, report)

        after = {year: cleared_in(server, year, after=f"clarification:{position}") for year in before}

        assert before[small_city.year] == small_city.figures["annual"]["persons_clarified"]
        assert after == {small_city.year: before[small_city.year], report.day.year: before[report.day.year] + 1}
        for path in ("clarifications", "revisits", "handled-persons"):
            assert_pages_hold_all(server, path, folder)
        print_pace(server)


def assert_pages_hold_all(server: Server, path: str, folder: Path) -> None:
    """Pages of any size hold each case once, and all there are."""
    with closing(sqlite3.connect(folder / "views" / f"{SERVICES[path]}.db")) as view:
        kinds = {"clarifications": "clarification", "revisits": "revisit", "handled-persons": "person"}
        rows = view.execute("SELECT case_id FROM case_row WHERE kind = ? ORDER BY case_id", (kinds[path],)).fetchall()
    found: list[str] = []
    following: str | None = ""
    while following is not None:
        page = server.read(f"/{path}", SUPERVISOR, after_case=following, limit=7 + len(found) % 20).json()
        found += [case["case_id"] for case in page["cases"]]
        following = page["next"]
    assert found == [row[0] for row in rows]
    assert len(found) > 20


def print_pace(server: Server) -> None:
    """Print how long lists take: figures to look at, not to assert on a machine that does other things too."""
    for path in ("/clarifications", "/revisits", "/clarifications/to-do", "/revisits/to-do"):
        times = sorted(timed(server, path) for _ in range(100))
        sys.stdout.write(f"{path}: median {statistics.median(times):.1f} ms, p99 {times[98]:.1f} ms\n")


def timed(server: Server, path: str) -> float:
    started = time.perf_counter()
    assert server.read(path, SUPERVISOR).status_code == 200
    return (time.perf_counter() - started) * 1_000


# 7. Production.


def test_in_production_unsigned_events_stay_outside_and_the_clock_is_the_wall_clock(tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    report = Report(0x10C, datetime.now(SHANGHAI).date() - timedelta(days=1))
    unsigned = report.registered()
    kid = f"{unsigned['source']}#1"
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({kid: encoded(key.public_key().public_bytes_raw())}), encoding="utf-8")
    with serving(tmp_path / "data", "--production", QINGFENG_EXCHANGE_AGENCY_KEYS=str(keys)) as server:
        quarantined = server.deliver(unsigned).json()["receipts"][0]
        signed = server.deliver({**unsigned, "signature": sign(unsigned, kid, key)}).json()["receipts"][0]
        moved = [server.send("/clock", {"day": "2030-01-01"}, SUPERVISOR, language=speaks) for speaks in ("zh", "en")]
        shown = server.read("/clock").json()

    assert (quarantined["outcome"], quarantined["reason"]) == ("QUARANTINED", "SIGNATURE")
    assert quarantined["why"]
    assert quarantined["fix"]
    assert signed["outcome"] == "APPLIED"
    assert [answer.status_code for answer in moved] == [403, 403]
    assert [has_chinese(answer.json()["title"]) for answer in moved] == [True, False]
    assert shown["mode"] == "production"
    assert abs((date.fromisoformat(shown["business_day"]) - datetime.now(SHANGHAI).date()).days) <= 1


def test_a_sandbox_is_never_served_as_production(tmp_path: Path) -> None:
    mark_mode(tmp_path / "data", "sandbox")

    done = subprocess.run(
        (*QINGFENG, "serve", "--production", "--data", str(tmp_path / "data"), "--port", "1"),
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip

    assert done.returncode != 0
    assert "沙箱" in done.stderr
    assert "sandbox" in done.stderr
    assert "Traceback" not in done.stderr


class MovedWallClock:
    """Production's clock in a test: both clocks are one, moved by the test and by nobody else."""

    def __init__(self, day: date) -> None:
        self.day = day

    def wall(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 4, tzinfo=UTC)

    def business(self) -> date:
        return self.day


def test_in_production_limits_pass_and_months_close_day_by_day_without_any_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = Ed25519PrivateKey.generate()
    report = Report(0x10D, date(2023, 3, 20))
    sent = [report.registered(), report.concluded(subject_wish="AGREED")]
    kids = {f"{event['source']}#1": encoded(key.public_key().public_bytes_raw()) for event in sent}
    (tmp_path / "keys.json").write_text(json.dumps(kids), encoding="utf-8")
    monkeypatch.setenv("QINGFENG_EXCHANGE_AGENCY_KEYS", str(tmp_path / "keys.json"))
    mark_mode(tmp_path / "data", "production")
    clock = MovedWallClock(date(2023, 3, 21))
    with open_house(tmp_path / "data", clock) as house:
        lines = [{**event, "signature": sign(event, f"{event['source']}#1", key)} for event in sent]
        receipts = house.exchange.receive_all(
            [Line(str(number), json.dumps(line).encode()) for number, line in enumerate(lines)], door="http"
        )
        worker = Worker(house)
        worker.work()
        clock.day = date(2023, 4, 3)
        worker.work()
        on_time = facts_of(house, "clarification", f"clarification:{report.case_id}")
        clock.day = date(2023, 4, 12)
        worker.work()
        late = facts_of(house, "clarification", f"clarification:{report.case_id}")
        closed = facts_of(house, "reporting", "month:2023-03")
        worker.work()

        assert [receipt.outcome for receipt in receipts] == ["APPLIED", "APPLIED"]
        assert "clarification.deadline_breached.v1" not in on_time
        assert late.count("clarification.deadline_breached.v1") == 1
        assert len(closed) == 1
        assert facts_of(house, "reporting", "month:2023-03") == closed
        assert facts_of(house, "reporting", "month:2023-04") == []
        assert worker.trouble == ""


def facts_of(house: House, service: str, stream: str) -> list[str]:
    return [recorded.fact.fact_name for recorded in house.services[service].log.read(stream)]
