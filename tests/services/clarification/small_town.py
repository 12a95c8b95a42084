"""Clarification alone in one process: agencies' facts from a list, the simulated office at the desk."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from services.clarification import bootstrap
from services.simulation.clarification_desk import DESKS
from services.simulation.doors import EmbeddedDoor
from services.simulation.office import Office
from shared.contracts import agency
from shared.holidays import published_workdays
from shared.kernel import Fact, Meta, Recorded, SandboxClock
from shared.security.keys import KeyRing
from shared.service import Kit, Service
from tests import places

WALL = datetime(2024, 3, 1, tzinfo=UTC)
SUBJECT = "S-0a41c7be9d22"
ALL_MET: Mapping[str, Any] = {
    name: {"met": True, "evidence_ref": f"EV-{number}"}
    for number, name in enumerate(("act", "target", "untruth", "intent"))
}
SIGNS: Mapping[str, Any] = {
    "accuser_class": "OTHER_PERSON",
    "indicators": ("PRIVATE_RETALIATION",),
    "elements": ALL_MET,
}
STREAMS = {"subject_token": "person", "report_token": "report"}


def report(number: int) -> str:
    return f"R-{number:012x}"


def finding(
    conclusion: str = "UNFOUNDED",
    *impact: str,
    issue: str = "I1",
    point: int = 1,
    side_effect: bool = False,
) -> dict[str, Any]:
    return {
        "issue_id": issue,
        "point": point,
        "conclusion": conclusion,
        "impact_reasons": impact,
        "inquiry_side_effect_only": side_effect,
    }


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

    def publish(self, stream: str, fact: agency.AgencyFact, on: date) -> None:
        self.versions[stream] += 1
        version = self.versions[stream]
        meta = Meta(on=on, at=WALL, by="system:exchange", prv=version - 1)
        self.facts.append(Recorded("exchange", len(self.facts) + 1, stream, version, fact, meta))


class Town:
    """A clarification service, what it is told, and an office that may work."""

    def __init__(self, folder: Path, today: date = date(2023, 3, 1)) -> None:
        self.clock = SandboxClock(WALL, today)
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
        self.advice = Feed("reporting")
        bootstrap.connect(self.service, {"exchange": self.feed, "reporting": self.advice})
        self.office = Office(1, kit.workdays, {"clarification": EmbeddedDoor(self.service)}, DESKS)
        self._numbers = 0

    @property
    def today(self) -> date:
        return self.clock.business()

    def tell(
        self, fact: type[agency.AgencyFact], source: str = "handling.330206", supersedes: str = "", **content: Any
    ) -> str:
        """Publish an agency's fact, its business date today by default; return its event id."""
        self._numbers += 1
        event_id = f"EV-{self._numbers}"
        content = {fact.business_field: self.today, **content}
        origin = agency.Origin(
            source=f"urn:agency:{source}",
            event_id=event_id,
            receipt_id=f"receipt-{self._numbers}",
            published_on=self.today,
            published_at=f"{self.today}T16:20:00+08:00",
            business_on=content[fact.business_field],
            supersedes=supersedes or None,
        )
        stream = content.get("report_token") or content["subject_token"]
        self.feed.publish(f"about:{stream}", fact(origin=origin, **content), self.today)
        return event_id

    def register(
        self, report_token: str, subject: str = SUBJECT, level: str = "VILLAGE", supersedes: str = "", **more: Any
    ) -> str:
        content = {
            "channel": "LETTER",
            "real_name": True,
            "district_code": "330206",
            "issues": ({"issue_id": "I1", "category": "INTEGRITY"},),
            **more,
        }
        return self.tell(
            agency.ReportRegistered,
            "petition.330206",
            supersedes,
            report_token=report_token,
            subject_token=subject,
            management_level=level,
            **content,
        )

    def conclude(self, report_token: str, *findings: Mapping[str, Any], supersedes: str = "", **more: Any) -> str:
        return self.tell(
            agency.VerificationConcluded,
            more.pop("source", "handling.330206"),
            supersedes,
            report_token=report_token,
            findings=findings,
            **more,
        )

    def settle(self) -> None:
        while self.service.pull() or self.service.project():
            pass

    def rest_until(self, day: date) -> None:
        """Let the clock run; nobody acts, limits pass."""
        self.clock.advance(day)
        self.settle()

    def work_until(self, day: date) -> None:
        """Let the office work, day by day."""
        self.settle()
        while self.today < day:
            while self.office.work(self.today):
                self.settle()
            self.rest_until(self.today + timedelta(days=1))

    def status(self, report_token: str, kind: str = "clarification") -> str:
        return str(self.service.casework.state(f"{kind}:{report_token}").status)

    def summary(self, report_token: str, kind: str = "clarification") -> Mapping[str, Any]:
        state = self.service.casework.state(f"{kind}:{report_token}")
        return self.service.casework.models[kind].summary(state)

    def facts(self, report_token: str, kind: str = "clarification") -> list[Fact]:
        return [recorded.fact for recorded in self.service.log.read(f"{kind}:{report_token}")]

    def names(self, report_token: str, kind: str = "clarification") -> list[str]:
        return [type(fact).__name__ for fact in self.facts(report_token, kind)]
