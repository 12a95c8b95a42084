"""Revisit alone in one process: agencies and reporting speak from lists, the simulated office is at its desk."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from services.revisit import bootstrap
from services.simulation.doors import EmbeddedDoor
from services.simulation.office import Office
from services.simulation.revisit_desk import DESKS
from shared.contracts import agency
from shared.contracts.agency import Origin
from shared.contracts.exchange import BusinessClockAdvanced
from shared.holidays import published_workdays
from shared.kernel import Fact, Meta, Recorded, SandboxClock
from shared.security.keys import KeyRing
from shared.service import Kit, Service
from tests import places
from tests.services.revisit.builders import BODY, DECISION, SUBJECT

SOURCE = f"urn:agency:trial.{BODY}"
MEASURE: dict[str, Any] = {
    "decision_no": DECISION,
    "district_code": BODY,
    "management_level": "TOWNSHIP_OR_GENERAL",
    "code": "G1",
    "form": 2,
    "error_category": "WORK",
    "dereliction": True,
    "important_post": False,
}
PROFILE: dict[str, Any] = {
    "unit_code": "330211-0021",
    "post": "科员",
    "management_level": "TOWNSHIP_OR_GENERAL",
    "rank_band": "GENERAL",
    "birth_month": "1970-08",
    "gender": "F",
    "district_code": BODY,
    "service_status": "IN_SERVICE",
}


@dataclass
class Feed:
    """A neighbour's public facts, as a list."""

    name: str
    facts: list[Recorded[Any]] = field(default_factory=list)
    versions: Counter[str] = field(default_factory=Counter)

    def fetch(self, after: int, limit: int) -> Sequence[Recorded[Any]]:
        return self.facts[after : after + limit]

    def head(self) -> int:
        return len(self.facts)

    def publish(self, stream: str, fact: Fact, on: date) -> None:
        self.versions[stream] += 1
        version = self.versions[stream]
        meta = Meta(on=on, at=datetime(2024, 3, 1, tzinfo=UTC), by=f"system:{self.name}", prv=version - 1)
        self.facts.append(Recorded(self.name, len(self.facts) + 1, stream, version, fact, meta))


class City:
    """A revisit service, what it is told, and an office that may work."""

    def __init__(self, folder: Path, today: date = date(2023, 4, 27)) -> None:
        self.clock = SandboxClock(datetime(2024, 3, 1, tzinfo=UTC), today)
        keys = KeyRing(folder / "keys", survives_power_loss=False)
        self.exchange, self.reporting = Feed("exchange"), Feed("reporting")
        kit = Kit(
            folder,
            self.clock,
            published_workdays(),
            keys.seal,
            keys.open,
            keys.destroy,
            survives_power_loss=False,
            database=places.database(),
        )
        self.service: Service = bootstrap.build(kit)
        self.service.create_tables()
        bootstrap.connect(self.service, {"exchange": self.exchange, "reporting": self.reporting})
        self.office = Office(1, kit.workdays, {"revisit": EmbeddedDoor(self.service)}, DESKS)

    @property
    def today(self) -> date:
        return self.clock.business()

    def tell(self, type_: type[agency.AgencyFact], event_id: str, subject: str = SUBJECT, /, **content: Any) -> None:
        """Let the exchange pass on an agency's fact; `supersedes` names the event it corrects."""
        supersedes = content.pop("supersedes", None)
        origin = Origin(
            source=SOURCE,
            event_id=event_id,
            receipt_id=f"receipt-{event_id}",
            published_on=self.today,
            published_at=f"{self.today}T16:20:00+08:00",
            business_on=self.today,
            supersedes=supersedes,
        )
        fact = type_.model_validate({"subject_token": subject, **content, "origin": origin})
        self.exchange.publish(f"person:{subject}", fact, self.today)

    def sanction(self, event_id: str = "M1", subject: str = SUBJECT, **changes: Any) -> None:
        decided_on = changes.pop("decided_on", self.today)
        days = {"decided_on": decided_on, "effective_on": decided_on, "announced_on": decided_on + timedelta(days=3)}
        self.tell(agency.SanctionDecided, event_id, subject, **{**MEASURE, **days, **changes})

    def profile(self, event_id: str = "P1", subject: str = SUBJECT, **changes: Any) -> None:
        self.tell(agency.ProfileUpdated, event_id, subject, **{**PROFILE, "as_of": self.today, **changes})

    def settle(self) -> None:
        while self.service.pull():
            pass
        while self.service.project():
            pass

    def advance(self, day: date) -> None:
        self.clock.advance(day)
        self.exchange.publish("clock:business", BusinessClockAdvanced(day=day), day)

    def live_until(self, day: date) -> None:
        """Let the office work day after day."""
        while self.today <= day:
            self.settle()
            while self.office.work(self.today):
                self.settle()
            self.advance(self.today + timedelta(days=1))

    def person(self, subject: str = SUBJECT) -> Any:
        return self.service.casework.state(f"person:{subject}")

    def case(self, subject: str = SUBJECT) -> Any:
        return self.service.casework.state(f"revisit:{subject}")

    def facts(self) -> Counter[str]:
        return Counter(row[0] for row in self.service.log.rows("SELECT topic FROM stored_events"))

    def dead_letters(self) -> list[dict[str, Any]]:
        return [letter for consumer in self.service.consumers for letter in consumer.dead_letters()]
