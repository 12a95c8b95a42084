"""The door's checks in their order (section 2 of the contract): the first that fails names the one reason."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from services.exchange.domain import rules
from services.exchange.domain.errors import Rejection
from services.exchange.domain.reading import personal_number_in, read_strictly, require_no_personal_data
from services.exchange.domain.terms import EVENT_TYPES, KINDS, NUMBER, SOURCE, EventType, ExchangePolicy

TEXT_ATTRIBUTES = ("specversion", "id", "source", "type", "time", "datacontenttype")
TIME = re.compile(
    r"(?P<second>[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2})(\.(?P<fraction>[0-9]+))?\+08:00"
)
TYPE_NAME = re.compile(r"[a-z_]{1,40}(\.[a-z_]{1,60}){1,2}(\.v[0-9]{1,3})?")
CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Doorkeeper:
    """What the checks need from outside: the schema, the signatures and the limits.

    require_form(event) rejects what the schema does not allow; verifies(event) tells whether its signature holds;
    known_names are the property names of the contract.
    """

    require_form: Callable[[Mapping[str, Any]], None]
    verifies: Callable[[Mapping[str, Any]], bool]
    known_names: frozenset[str]
    policy: ExchangePolicy
    require_signature: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """An event that passed every check which needs no other event."""

    source: str
    event_id: str
    type: EventType
    time: str
    data: Mapping[str, Any]
    supersedes: str
    content: str
    key: str

    @property
    def published_on(self) -> date:
        return date.fromisoformat(self.time[:10])

    @property
    def business_on(self) -> date:
        return date.fromisoformat(self.data[self.type.fact.business_field])


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that failed a check, and what of its envelope could be read and may be kept."""

    rejection: Rejection
    source: str = ""
    event_id: str = ""
    event_type: str = ""
    published_on: date | None = None


def check(line: bytes, door: Doorkeeper, wall: datetime, topic_code: str = "") -> Event | Rejected:
    """Return the event in a line, or why it is rejected; never raises, whatever the bytes.

    Source: agency-events.md 2, steps 1 to 7 as far as they need no other event.
    """
    envelope: Any = None
    try:
        line = line.removesuffix(b"\n").removesuffix(b"\r")
        if len(line) > door.policy.line_bytes:
            raise Rejection("TOO_LONG", expected=str(door.policy.line_bytes))
        envelope = read_strictly(line, door.policy.nesting)
        instant = require_envelope(envelope)
        require_no_personal_data(envelope, door.known_names, door.policy.nesting)
        event_type = require_permitted(envelope, topic_code)
        require_signed(envelope, door)
        require_not_ahead(instant, wall, door.policy)
        door.require_form(envelope)
    except Rejection as rejection:
        return _rejected(rejection, envelope)
    return _event(envelope, event_type)


def require_envelope(event: Any) -> datetime:
    """Step 1: the required attributes and their JSON types; returns the instant of `time`."""
    if not isinstance(event, dict):
        raise Rejection("NOT_AN_OBJECT")
    for name in TEXT_ATTRIBUTES:
        if not isinstance(event.get(name), str):
            raise _of_attribute(event, name, "string")
    if not isinstance(event.get("data"), dict):
        raise _of_attribute(event, "data", "object")
    if event["specversion"] != "1.0":
        raise Rejection("ATTRIBUTE_VALUE", "$.specversion", "1.0")
    if event["datacontenttype"] != "application/json":
        raise Rejection("ATTRIBUTE_VALUE", "$.datacontenttype", "application/json")
    if SOURCE.fullmatch(event["source"]) is None:
        raise Rejection("ATTRIBUTE_VALUE", "$.source", "urn:agency:<kind>.<district>")
    return instant_of(event["time"])


def _of_attribute(event: Mapping[str, Any], name: str, expected: str) -> Rejection:
    return Rejection("ATTRIBUTE_TYPE" if name in event else "ATTRIBUTE_MISSING", f"$.{name}", expected)


def instant_of(time: str) -> datetime:
    """Return the instant of an RFC 3339 time with +08:00; what is finer than a microsecond is cut off."""
    match = TIME.fullmatch(time)
    if match is None:
        raise Rejection("ATTRIBUTE_VALUE", "$.time", "RFC 3339, +08:00")
    try:
        second = datetime.fromisoformat(match["second"].upper())
    except ValueError:
        raise Rejection("ATTRIBUTE_VALUE", "$.time", "RFC 3339, +08:00") from None
    return second.replace(microsecond=int((match["fraction"] or "")[:6].ljust(6, "0")), tzinfo=CHINA)


def require_permitted(event: Mapping[str, Any], topic_code: str) -> EventType:
    """Steps 3 and 4: the type is known, and this kind of agency publishes it. Territory is no question here."""
    event_type = EVENT_TYPES.get(event["type"])
    if event_type is None:
        raise Rejection("TYPE_UNKNOWN", "$.type")
    source = SOURCE.fullmatch(event["source"])
    assert source is not None
    publishers = ", ".join(event_type.publishers)
    if source["kind"] not in KINDS:
        raise Rejection("KIND_UNKNOWN", "$.source", publishers)
    if source["kind"] not in event_type.publishers:
        raise Rejection("PUBLISHER", "$.source", publishers)
    if topic_code and topic_code != source["code"]:
        raise Rejection("TOPIC", "$.source")
    return event_type


def require_signed(event: Mapping[str, Any], door: Doorkeeper) -> None:
    """Step 5: a signature that is present verifies; production asks for one."""
    if "signature" not in event:
        if door.require_signature:
            raise Rejection("SIGNATURE_MISSING", "$.signature")
    elif not door.verifies(event):
        raise Rejection("SIGNATURE_WRONG", "$.signature")


def require_not_ahead(instant: datetime, wall: datetime, policy: ExchangePolicy) -> None:
    """Step 6: `time` is at most 24 hours ahead of the receiving clock; there is no lower limit."""
    if instant > wall + timedelta(hours=policy.clock_ahead_hours):
        raise Rejection("AHEAD", "$.time", str(policy.clock_ahead_hours))


def _event(event: Mapping[str, Any], event_type: EventType) -> Event:
    data = event["data"]
    return Event(
        source=event["source"],
        event_id=event["id"],
        type=event_type,
        time=event["time"],
        data=data,
        supersedes=event.get("supersedes", ""),
        content=rules.content_digest(event),
        key=rules.correction_key(event_type.name, data),
    )


def _rejected(rejection: Rejection, envelope: Any) -> Rejected:
    if not isinstance(envelope, dict):
        return Rejected(rejection)
    return Rejected(
        rejection,
        source=_kept(envelope.get("source"), SOURCE),
        event_id=_kept(envelope.get("id"), NUMBER),
        event_type=_kept(envelope.get("type"), TYPE_NAME),
        published_on=_day(envelope.get("time")),
    )


def _kept(value: Any, form: re.Pattern[str]) -> str:
    """Keep an attribute only if it has its form and no personal number in it. Source: section 2, below the table."""
    if not isinstance(value, str) or len(value) > 200 or form.fullmatch(value) is None:
        return ""
    return "" if personal_number_in([value]) else value


def _day(time: Any) -> date | None:
    if not isinstance(time, str):
        return None
    try:
        instant_of(time)
    except Rejection:
        return None
    return date.fromisoformat(time[:10])
