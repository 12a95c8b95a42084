"""Tolerance alone in one process: agencies' facts from a list, the simulated office at the desk."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from services.simulation.doors import EmbeddedDoor
from services.simulation.office import Office
from services.simulation.tolerance_desk import DESKS
from services.tolerance import bootstrap
from services.tolerance.domain.rules import case_id_of
from shared.contracts.agency import (
    AccountabilityMatterIdentified,
    AgencyFact,
    Origin,
    RectificationCompleted,
    SuggestionReplied,
)
from shared.holidays import published_workdays
from shared.kernel import Meta, Recorded, SandboxClock
from shared.security.keys import KeyRing
from shared.service import Kit, Service
from tests import places
from tests.services.tolerance.builders import CONTENT, MATTER_NO, SUBJECT

HANDLING, UNIT = "urn:agency:handling.330212", "urn:agency:unit.330212-0017"


@dataclass
class Feed:
    """The exchange's public facts, as a list."""

    name: str = "exchange"
    facts: list[Recorded[Any]] = field(default_factory=list)
    versions: Counter[str] = field(default_factory=Counter)

    def fetch(self, after: int, limit: int) -> Sequence[Recorded[Any]]:
        return self.facts[after : after + limit]

    def head(self) -> int:
        return len(self.facts)

    def publish(self, stream: str, fact: AgencyFact, on: date) -> None:
        self.versions[stream] += 1
        version = self.versions[stream]
        meta = Meta(on=on, at=datetime(2024, 3, 1, tzinfo=UTC), by="system:exchange", prv=version - 1)
        self.facts.append(Recorded("exchange", len(self.facts) + 1, stream, version, fact, meta))


class Town:
    """A tolerance service, what it is told, and an office that may work."""

    def __init__(self, folder: Path, today: date = date(2023, 6, 14)) -> None:
        self.clock = SandboxClock(datetime(2024, 3, 1, tzinfo=UTC), today)
        self.keys = KeyRing(folder / "keys", survives_power_loss=False)
        self.feed = Feed()
        kit = Kit(
            folder,
            self.clock,
            published_workdays(),
            self.keys.seal,
            self.keys.open,
            self.keys.destroy,
            survives_power_loss=False,
            database=places.database(),
        )
        self.service: Service = bootstrap.build(kit)
        self.service.create_tables()
        bootstrap.connect(self.service, {"exchange": self.feed})
        self.office = Office(1, kit.workdays, {"tolerance": EmbeddedDoor(self.service)}, DESKS)

    @property
    def today(self) -> date:
        return self.clock.business()

    def identify(
        self, event_id: str, matter_no: str = MATTER_NO, subject: str = SUBJECT, supersedes: str = "", **changes: Any
    ) -> None:
        content = {**CONTENT, "district_code": "330212", "management_level": "COUNTY_MANAGED", **changes}
        fact = AccountabilityMatterIdentified.model_validate(
            {
                **content,
                "matter_no": matter_no,
                "subject_token": subject,
                "origin": _origin(HANDLING, event_id, supersedes),
            }
        )
        self.feed.publish(f"matter:{matter_no}", fact, self.today)

    def rectify(self, event_id: str, reference_no: str = MATTER_NO, basis: str = "CORRECTION_PLAN") -> None:
        fact = RectificationCompleted.model_validate(
            {
                "basis": basis,
                "reference_no": reference_no,
                "completed_on": self.today,
                "origin": _origin(UNIT, event_id),
            }
        )
        self.feed.publish(
            f"{'matter' if basis == 'CORRECTION_PLAN' else 'suggestion'}:{reference_no}", fact, self.today
        )

    def reply(self, event_id: str, doc_no: str, supersedes: str = "", *, accepted: bool = True) -> None:
        origin = _origin(UNIT, event_id, supersedes)
        fact = SuggestionReplied(doc_no=doc_no, replied_on=self.today, accepted=accepted, origin=origin)
        self.feed.publish(f"suggestion:{doc_no}", fact, self.today)

    def settle(self) -> None:
        while self.service.pull():
            pass
        while self.service.project():
            pass

    def live_until(self, day: date) -> None:
        """Let the office work day after day."""
        while self.today <= day:
            self.settle()
            while self.office.work(self.today):
                self.settle()
            self.clock.advance(self.today + timedelta(days=1))

    def case(self, matter_no: str = MATTER_NO, subject: str = SUBJECT) -> Any:
        return self.service.casework.state(f"tolerance:{case_id_of(matter_no, subject)}")

    def facts(self) -> Counter[str]:
        return Counter(row[0] for row in self.service.log.rows("SELECT topic FROM stored_events"))


def _origin(source: str, event_id: str, supersedes: str = "") -> Origin:
    return Origin(
        source=source,
        event_id=event_id,
        receipt_id=f"receipt-{event_id}",
        published_on=date(2023, 6, 14),
        published_at="2023-06-14T16:20:00+08:00",
        business_on=date(2023, 6, 14),
        supersedes=supersedes or None,
    )
