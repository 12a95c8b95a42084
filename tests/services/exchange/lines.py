"""Builders: lines of agencies after the contract's own examples, and an exchange to send them to."""

import json
from collections.abc import Callable, Iterable
from copy import deepcopy
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

from services.exchange import bootstrap
from services.exchange.bootstrap import ExchangeService, build
from services.exchange.domain.checks import Doorkeeper, Event, Rejected, check
from services.exchange.domain.terms import ExchangePolicy
from services.exchange.receipts import Line, Receipt
from services.exchange.schema import published_form
from services.exchange.settings import ExchangeSettings
from services.exchange.signatures import KeyDirectory
from shared.contracts.exchange import LineOutcome, QuarantineReason
from shared.kernel import Clock, Fact, SandboxClock, SystemClock, Workdays, load_policy
from shared.service import Kit
from tests import places

EXAMPLES: dict[str, dict[str, Any]] = {
    event["type"]: event
    for event in map(
        json.loads, Path(__file__).with_name("examples.jsonl").read_text(encoding="utf-8").strip().split("\n")
    )
}
WALL = datetime(2024, 2, 1, tzinfo=UTC)

REGISTERED = "petition.report_registered.v1"
CONCLUDED = "handling.verification_concluded.v1"
FILED = "handling.case_filed.v1"
PROFILE = "organisation.profile_updated.v1"
SANCTION = "trial.sanction_decided.v1"
REVOKED = "trial.sanction_revoked.v1"
CLUE = "police.clue_received.v1"
POLICE_CASE = "police.case_filed.v1"
RECTIFIED = "unit.rectification_completed.v1"
JUDGMENT = "court.judgment_effective.v1"

_numbers = count(1)


def event(event_type: str, *, data: dict[str, Any] | None = None, **attributes: Any) -> dict[str, Any]:
    """Return the contract's example with other attributes and data fields; a value of ... takes a member out."""
    made = deepcopy(EXAMPLES[event_type])
    made.update(attributes)
    made["data"].update(data or {})
    made["data"] = {name: value for name, value in made["data"].items() if value is not ...}
    return {name: value for name, value in made.items() if value is not ...}


def envelope(event_type: str, **attributes: Any) -> dict[str, Any]:
    """Return the contract's example with other attributes, `data` as a whole among them; ... takes one out."""
    return {name: value for name, value in {**EXAMPLES[event_type], **attributes}.items() if value is not ...}


def text(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


class Gate:
    """The checks alone, without a store: what needs no other event."""

    def __init__(self) -> None:
        form, names = published_form()
        policy = load_policy(Path(bootstrap.__file__).with_name("policy.toml"), ExchangePolicy)
        self.door = Doorkeeper(form, KeyDirectory().verifies, names, policy)

    def check(self, content: Any) -> Event | Rejected:
        return check(content if isinstance(content, bytes) else text(content), self.door, WALL)

    def outcome(self, content: Any) -> QuarantineReason | None:
        """Return why a line is rejected, None if it passes."""
        found = self.check(content)
        return found.rejection.reason if isinstance(found, Rejected) else None


def numbered(sha256: str, contents: Iterable[bytes]) -> list[Line]:
    """Return the lines of a file that are not blank, numbered as they stand in it."""
    return [Line(f"{sha256[:12]}-{n}", content, sha256, n) for n, content in enumerate(contents, 1) if content.strip()]


class Sandbox:
    """An exchange in a sandbox folder, spoken to line by line."""

    def __init__(
        self,
        folder: Path,
        *,
        seal: Callable[[str, str], str] = lambda owner, content: f"sealed<{owner}:{len(content)}>",
        settings: ExchangeSettings | None = None,
        today: date = date(2020, 1, 1),
        production: bool = False,
    ) -> None:
        self.clock: Clock = SystemClock() if production else SandboxClock(WALL, today)
        self.destroyed: list[str] = []
        kit = Kit(
            folder,
            self.clock,
            Workdays([]),
            seal,
            lambda _owner, sealed: sealed,
            self.destroyed.append,
            survives_power_loss=False,
            database=places.database(),
        )
        self.service: ExchangeService = build(kit, settings or ExchangeSettings())
        self.service.create_tables()
        self.exchange = self.service.exchange
        self.lines = self.service.lines

    def send(self, content: Any, receipt_id: str = "") -> Receipt:
        """Send one event (or raw bytes) and return its receipt."""
        raw = content if isinstance(content, bytes) else text(content)
        line = Line(receipt_id or f"line-{next(_numbers)}", raw)
        (receipt,) = self.exchange.receive([line], door="test").receipts
        return receipt

    def outcome(self, content: Any) -> LineOutcome | QuarantineReason | None:
        """Send one event and return its outcome, or why it was quarantined."""
        receipt = self.send(content)
        return receipt.reason or receipt.outcome

    def now(self, receipt: Receipt) -> LineOutcome | QuarantineReason | None:
        """Return what became of a line since."""
        found = self.lines.receipt(receipt.receipt_id)
        assert found is not None
        return found.reason or found.outcome

    def facts(self, stream: str) -> list[Fact]:
        return [recorded.fact for recorded in self.service.log.read(stream)]

    def log(self) -> list[tuple[str, int, str, str]]:
        """Return the whole log without the times of receipt: stream, version, name, content."""
        rows = self.service.log.notifications(0, 1_000_000)
        return [
            (str(row.originator_id), row.originator_version, row.topic, json.dumps(json.loads(row.state)["d"]))
            for row in rows
        ]

    def close(self) -> None:
        self.service.log.store.datastore.close()
        self.service.cases.view.store.datastore.close()
