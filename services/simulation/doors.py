"""The embedded door: the office meets a service's queries and commands in the same process."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.simulation.office import Request
from shared.caseview import OpenTask
from shared.casework import Outcome
from shared.kernel import Task
from shared.service import Service


class EmbeddedDoor:
    """What HTTP offers, without the wire: to-do lists, case summaries, commands as JSON bodies."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def tasks(self, after: int) -> tuple[int, Sequence[OpenTask]]:
        position = self._service.cases.position
        return position, self._service.cases.tasks(after=after) if position > after else ()

    def case(self, kind: str, case_id: str) -> tuple[Mapping[str, Any], Sequence[Task]]:
        state = self._service.casework.state(f"{kind}:{case_id}")
        model = self._service.casework.models[kind]
        return model.summary(state), model.tasks(state)

    def send_many(self, requests: Sequence[Request]) -> Sequence[Outcome]:
        return self._service.send_many(requests)
