"""A simulated office: works the to-do lists through the same queries and commands as HTTP, and reads nothing else.

This is a simulation, for sandboxes only. When it acts and what it answers is a pure function of seed, case and step,
so a killed run that is started again chooses alike.
"""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Protocol

import structlog

from services.simulation.desk import Answer, Choice, Desk
from shared.caseview import OpenTask
from shared.casework import Outcome
from shared.kernel import Actor, Task, Workdays

log = structlog.get_logger()

QUIET_WORKDAYS = 7
"""The office begins a case no earlier than this many working days after the case's last agency fact."""

Request = tuple[str, str, str, Mapping[str, Any], Actor, str]
Entry = tuple[str, str, str, str, str]


class Door(Protocol):
    """How the office meets one service: its to-do list, its cases, its commands."""

    def tasks(self, after: int) -> tuple[int, Sequence[OpenTask]]:
        """Return the position reached, and the open tasks of cases that changed after `after`."""

    def case(self, kind: str, case_id: str) -> tuple[Mapping[str, Any], Sequence[Task]]:
        """Return a case's summary and its open tasks."""

    def send_many(self, requests: Sequence[Request]) -> Sequence[Outcome]:
        """Carry out commands, each with its own outcome."""


@dataclass
class Office:
    """The persons of all bodies, at their desks; `desks` by kind of case."""

    seed: int
    workdays: Workdays
    doors: Mapping[str, Door]
    desks: Mapping[str, Desk]
    sent: int = 0
    refused: int = 0
    _read: dict[str, int] = field(default_factory=dict)
    _diary: list[tuple[date, str, Entry]] = field(default_factory=list)
    _planned: dict[tuple[str, Entry], tuple[date, int]] = field(default_factory=dict)

    def work(self, today: date) -> int:
        """Do what is due today, once through the diary; return how many commands were sent."""
        self._look()
        due: dict[str, list[Entry]] = {}
        while self._diary and self._diary[0][0] <= today:
            act_on, service, entry = heapq.heappop(self._diary)
            if self._planned.get((service, entry), (None, 0))[0] == act_on:
                del self._planned[service, entry]
                due.setdefault(service, []).append(entry)
        return sum(self._act(service, entries) for service, entries in due.items())

    def next_day(self) -> date | None:
        """Return the day of the earliest entry in the diary that there is still something to do about.

        What changed or went since it was noted is struck out: an office that was killed would not know of it either.
        """
        while self._diary:
            act_on, service, entry = self._diary[0]
            if self._planned.get((service, entry), (None, 0))[0] == act_on:
                if self._task(service, entry)[0] is not None:
                    return act_on
                del self._planned[service, entry]
            heapq.heappop(self._diary)
        return None

    def _look(self) -> None:
        for service, door in self.doors.items():
            self._read[service], tasks = door.tasks(self._read.get(service, 0))
            for open_task in tasks:
                self._note(service, open_task)

    def _note(self, service: str, open_task: OpenTask) -> None:
        task = open_task.task
        entry = (open_task.kind, open_task.case_id, task.step, task.ref, task.opened_on.isoformat())
        act_on = act_day(task, self._choice(entry), self.workdays)
        if self._planned.get((service, entry), (None, 0))[0] != act_on:
            heapq.heappush(self._diary, (act_on, service, entry))
        self._planned[service, entry] = (act_on, open_task.position)

    def _act(self, service: str, entries: Sequence[Entry]) -> int:
        requests = [request for entry in entries for request in self._requests(service, entry)]
        outcomes = self.doors[service].send_many(requests)
        for (kind, case_id, segment, _, _, _), outcome in zip(requests, outcomes, strict=True):
            if outcome.refusal is not None:
                self.refused += 1
                log.warning("office refused", kind=kind, case_id=case_id, segment=segment, why=str(outcome.refusal))
        self.sent += len(requests)
        return len(requests)

    def _requests(self, service: str, entry: Entry) -> list[Request]:
        kind, case_id = entry[:2]
        task, summary = self._task(service, entry)
        if task is None:
            return []
        answer: Answer | None = self.desks[kind](OpenTask(kind, case_id, 0, task), summary, self._choice(entry))
        if answer is None:
            return []
        key = f"office:{self.seed}:{':'.join(entry)}"
        return [(kind, case_id, answer.segment, answer.body, answer.actor, key)]

    def _task(self, service: str, entry: Entry) -> tuple[Task | None, Mapping[str, Any]]:
        """Return the task an entry is about, None if it is no longer there, and its case's summary."""
        kind, case_id, *wanted = entry
        summary, tasks = self.doors[service].case(kind, case_id)
        found = (task for task in tasks if [task.step, task.ref, task.opened_on.isoformat()] == wanted)
        return next(found, None), summary

    def _choice(self, entry: Entry) -> Choice:
        kind, case_id, step, ref, _ = entry
        return Choice(self.seed, f"{kind}:{case_id}", f"{step}:{ref}")


def act_day(task: Task, choice: Choice, workdays: Workdays) -> date:
    """Return the working day on which the office acts: after about half of the limit, never before its window.

    A step that begins work on a case waits until the agencies have been quiet about it for QUIET_WORKDAYS.
    """
    start = max(task.opened_on, task.not_before or task.opened_on)
    if task.due_on is None:
        wanted = start + timedelta(days=1 + choice.percent("wait") % 5)
    else:
        share = 40 + choice.percent("wait") // 5
        wanted = start + timedelta(days=max((task.due_on - start).days, 0) * share // 100)
    if task.quiet_since is not None:
        quiet = workdays.after(task.quiet_since, QUIET_WORKDAYS)
        wanted = max(wanted, quiet or task.quiet_since + timedelta(days=2 * QUIET_WORKDAYS))
    working = workdays.after(wanted - timedelta(days=1), 1)
    late = task.due_on is not None and working is not None and working > task.due_on >= wanted
    return wanted if working is None or late else working
