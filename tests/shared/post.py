"""Builders: a post office of letters in a folder, its persons, and a second service that listens to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from shared.caseview import CaseView
from shared.casework import Casework, Order, Outcome
from shared.eventstore import Log, open_log
from shared.holidays import published_workdays
from shared.kernel import Actor, Command, Fact, Meta, Model, Recorded, Role, SandboxClock
from shared.security import directory
from shared.service import Service, segments
from shared.testing.letters import LETTERS, POLICY, PUBLIC, RecordLetter
from shared.testing.story import plain_seal
from tests.places import log_place, view_place

SYSTEM = Actor.system("post")
HANDLER = directory.person("330206", Role.HANDLER)
HEAD = directory.person("330206", Role.DEPT_HEAD)
MONDAY = date(2023, 3, 6)


def standing_clock() -> SandboxClock:
    return SandboxClock(datetime(2024, 2, 1, tzinfo=UTC), MONDAY)


def plain_unseal(owner: str, sealed: str) -> str:
    head = f"sealed({owner},"
    return sealed.removeprefix(head).removesuffix(")") if sealed.startswith(head) else "REDACTED"


@dataclass
class Post:
    """A service of letters."""

    log: Log
    work: Casework
    view: CaseView
    service: Service
    clock: SandboxClock

    def receive(self, *case_ids: str, subject: str = "S-1") -> list[Outcome]:
        return self.work.handle(
            [Order(f"letter:{case_id}", RecordLetter(subject_token=subject), SYSTEM) for case_id in case_ids]
        )

    def send(self, case_id: str, command: Command, by: Actor = HANDLER, key: str = "") -> Outcome:
        return self.work.handle([Order(f"letter:{case_id}", command, by, key)])[0]

    def names(self, case_id: str) -> list[str]:
        return [type(recorded.fact).__name__ for recorded in self.log.read(f"letter:{case_id}")]

    def project(self) -> None:
        while self.view.pull():
            pass


def opened(name: str, folder: Path, facts: Sequence[type[Fact]]) -> Log:
    log = open_log(name, log_place(folder, name), facts)
    log.store.create_tables()
    return log


def open_casework(
    name: str, folder: Path, model: Model[Any], public: tuple[type[Fact], ...], clock: SandboxClock
) -> Casework:
    return Casework(
        log=opened(name, folder, model.facts),
        models={model.kind: model},
        clock=clock,
        policy=POLICY,
        workdays=published_workdays(),
        seal=plain_seal,
        public=frozenset(fact.fact_name for fact in public),
    )


def open_post(folder: Path, model: Model[Any] = LETTERS, view: str = "post") -> Post:
    clock = standing_clock()
    work = open_casework("post", folder, model, PUBLIC, clock)
    cases = CaseView(view_place(folder, view), work)
    cases.view.store.create_tables()
    service = Service("post", work, cases, {model.kind: segments(model)}, unseal=plain_unseal)
    return Post(work.log, work, cases, service, clock)


def told_fact(fact: Fact) -> Recorded[Fact]:
    """Return a fact as if it had been recorded, to be told in words."""
    meta = Meta(on=MONDAY, at=standing_clock().wall(), by=HANDLER.person_id)
    return Recorded("post", 1, "letter:1", 1, fact, meta)
