"""The agency facts of a generated city in other orders: whatever the order across keys, the end is the same."""

import heapq
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

from pydantic import BaseModel

from services.exchange import bootstrap as exchange
from services.exchange.receipts import Line
from shared.contracts.agency import AgencyFact
from shared.holidays import published_workdays
from shared.kernel import Meta, Recorded, SandboxClock
from shared.messaging.direct import DirectSource
from shared.security.keys import KeyRing
from shared.service import Kit, Service
from tests.city.generator import generate

WALL = datetime(2026, 1, 15, tzinfo=UTC)
"""Later than any line of a generated year."""

NUMBERS = ("report_token", "decision_no", "matter_no", "reference_no", "doc_no", "case_no", "criminal_case_no")
OWN_FACTS = ("ProfileUpdated", "AppointmentConfirmed", "AwardConferred", "RepeatFlagged", "PetitionTransferred")
NEEDS: Mapping[str, tuple[str, str]] = {
    "RepeatFlagged": ("ReportRegistered", "report_token"),
    "PetitionTransferred": ("ReportRegistered", "report_token"),
    "VerificationConcluded": ("ReportRegistered", "report_token"),
    "PoliceClueReceived": ("ReportRegistered", "report_token"),
    "PoliceCaseFiled": ("PoliceClueReceived", "report_token"),
    "PoliceCaseNotFiled": ("PoliceClueReceived", "report_token"),
    "PolicePenaltyImposed": ("PoliceClueReceived", "report_token"),
    "PoliceInvestigationConcluded": ("PoliceCaseFiled", "report_token"),
    "ProsecutionDecided": ("PoliceCaseFiled", "report_token"),
    "JudgmentEffective": ("ProsecutionDecided", "report_token"),
    "CaseWithdrawn": ("CaseFiled", "case_no"),
    "SanctionRevoked": ("", "decision_no"),
    "PartyRightsRestored": ("SanctionDecided", "decision_no"),
    "RectificationCompleted": ("AccountabilityMatterIdentified", "reference_no"),
}
"""What the exchange parks for (agency-events.md 4.2): type → the type before it, and the number they share."""

MEASURES = ("SanctionDecided", "OrgMeasureImposed")


@cache
def facts_of_a_city(seed: int, code: str, year: int, scale: float) -> tuple[AgencyFact, ...]:
    """Return what the exchange passes on of a generated city's lines, in the order in which it does."""
    city = generate(seed, code, year, scale)
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        clock = SandboxClock(WALL, date(year, 1, 1))
        service = exchange.build(_kit(Path(folder), clock))
        service.exchange.receive_all(
            [Line(f"r-{number}", content, number=number) for number, content in enumerate(city.lines, 1)], door="http"
        )
        source, found = DirectSource(service.log), []
        position = 0
        while batch := source.fetch(position, 1000):
            found += [recorded.fact for recorded in batch if isinstance(recorded.fact, AgencyFact)]
            position = batch[-1].position
    return tuple(found)


def _kit(folder: Path, clock: SandboxClock) -> Kit:
    keys = KeyRing(folder / "keys", survives_power_loss=False)
    return Kit(folder, clock, published_workdays(), keys.seal, keys.open, keys.destroy, survives_power_loss=False)


def shuffled(facts: Sequence[AgencyFact], rng: random.Random) -> list[AgencyFact]:
    """Return the facts in a random order that keeps what one key told in order, and what came before it must."""
    before = _predecessors(facts)
    after: dict[int, list[int]] = {place: [] for place in range(len(facts))}
    waits = [len(places) for places in before]
    for place, places in enumerate(before):
        for earlier in places:
            after[earlier].append(place)
    ready = [(rng.random(), place) for place, count in enumerate(waits) if not count]
    heapq.heapify(ready)
    order: list[AgencyFact] = []
    while ready:
        _, place = heapq.heappop(ready)
        order.append(facts[place])
        for later in after[place]:
            waits[later] -= 1
            if not waits[later]:
                heapq.heappush(ready, (rng.random(), later))
    return order


def _predecessors(facts: Sequence[AgencyFact]) -> list[set[int]]:
    last: dict[tuple[str, ...], int] = {}
    found = []
    for place, fact in enumerate(facts):
        found.append({last[name] for name in _after(fact) if name in last})
        last.update(dict.fromkeys(_names(fact), place))
    return found


def _key(fact: AgencyFact) -> tuple[str, ...]:
    kind, origin = type(fact).__name__, fact.origin
    if kind in OWN_FACTS:
        return ("event", origin.source, origin.event_id)
    number = next((str(value) for name in NUMBERS if (value := getattr(fact, name, None))), "")
    person = str(getattr(fact, "subject_token", "")) if kind == "AccountabilityMatterIdentified" else ""
    return (kind if kind not in MEASURES else "measure", number, str(getattr(fact, "party", "")), person)


def _names(fact: AgencyFact) -> Iterator[tuple[str, ...]]:
    """Under which names later facts wait for this one."""
    kind, origin = type(fact).__name__, fact.origin
    yield _key(fact)
    yield ("event", origin.source, origin.event_id)
    for number in NUMBERS:
        if value := getattr(fact, number, None):
            yield ("type", kind, str(value))
            if kind in MEASURES:
                yield ("type", "", str(value))
    if kind in ("ReportRegistered", "VerificationConcluded") or getattr(fact, "party", "") == "SUBJECT":
        yield ("judged", _subject(fact))
    if kind == "ReportRegistered":
        SUBJECT_OF[fact.report_token] = fact.subject_token  # type: ignore[attr-defined]


SUBJECT_OF: dict[str, str] = {}


def _subject(fact: AgencyFact) -> str:
    token = getattr(fact, "subject_token", None)
    return str(token or SUBJECT_OF.get(getattr(fact, "report_token", ""), ""))


def _after(fact: AgencyFact) -> Iterator[tuple[str, ...]]:
    kind, origin = type(fact).__name__, fact.origin
    yield _key(fact)
    if origin.supersedes:
        yield ("event", origin.source, origin.supersedes)
    needed, number = NEEDS.get(kind, ("", ""))
    if number:
        yield ("type", needed, str(getattr(fact, number, "")))
    if kind in ("ReportRegistered", "VerificationConcluded") or getattr(fact, "party", "") == "SUBJECT":
        yield ("judged", _subject(fact))


class Feed:
    """Facts in a given order as the exchange's public facts: each key is a stream, each fact comes on the same day."""

    name = "exchange"

    def __init__(self, facts: Sequence[AgencyFact], on: date) -> None:
        versions: Counter[str] = Counter()
        self._facts: list[Recorded[Any]] = []
        for position, fact in enumerate(facts, 1):
            stream = ":".join(_key(fact))
            versions[stream] += 1
            meta = Meta(on=on, at=WALL, by="system:exchange", prv=versions[stream] - 1)
            self._facts.append(Recorded(self.name, position, stream, versions[stream], fact, meta))

    def fetch(self, after: int, limit: int) -> Sequence[Recorded[Any]]:
        return self._facts[after : after + limit]

    def head(self) -> int:
        return len(self._facts)


class Silent:
    """A neighbour that says nothing."""

    def __init__(self, name: str) -> None:
        self.name = name

    def fetch(self, after: int, limit: int) -> Sequence[Recorded[Any]]:
        return ()

    def head(self) -> int:
        return 0


def end_of(bootstrap: ModuleType, facts: Sequence[AgencyFact], on: date) -> dict[str, Any]:
    """Return where all cases of a service stand after these facts: state, view, to-do list and limits of each."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        service: Service = bootstrap.build(_kit(Path(folder), SandboxClock(WALL, on)))
        bootstrap.connect(service, {"exchange": Feed(facts, on), "reporting": Silent("reporting")})
        while sum(consumer.pull() for consumer in service.consumers):
            pass
        assert not [letter for consumer in service.consumers for letter in consumer.dead_letters()]
        streams = [row[0] for row in service.log.rows("SELECT DISTINCT originator_id FROM stored_events")]
        end = {stream: _end_of_case(service, stream) for stream in streams}
    return {stream: told for stream, told in end.items() if not _never_mattered(told[0])}


def _never_mattered(state: Any) -> bool:
    """Was a revisit case only foreseen, for a person who turned out never to be in scope?"""
    standing = state.get("standing")
    return state.get("status") == "NOT_ENROLLED" and (standing is None or not standing["in_scope"])


def _end_of_case(service: Service, stream: str) -> Any:
    model, state = service.casework.model(stream), service.casework.state(stream)
    told: Sequence[Callable[[Any], Any]] = (lambda one: one, model.summary, model.tasks, model.deadlines)
    return [plain(tell(state)) for tell in told]


def plain(value: Any) -> Any:
    """Return a value without the order in which it was collected, and without ciphertext."""
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value) if _matters(item.name)}
    if isinstance(value, BaseModel):
        return {name: plain(content) for name, content in value if _matters(name)}
    if isinstance(value, Mapping):
        return {str(name): plain(content) for name, content in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return sorted((plain(item) for item in value), key=repr)
    return value


def _matters(name: str) -> bool:
    return not name.endswith("_sealed")


def differences(one: Any, other: Any, path: str = "") -> list[str]:
    """Return where two ends differ, as readable paths."""
    if isinstance(one, dict) and isinstance(other, dict):
        names = sorted({*one, *other})
        return [line for name in names for line in differences(one.get(name), other.get(name), f"{path}/{name}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [line for place, pair in pairs for line in differences(*pair, f"{path}[{place}]")]
    return [] if one == other else [f"{path}: {one!r} != {other!r}"]
