"""A recorded public fact as a CloudEvent in a Kafka message (structured mode), and back without loss.

What a consumer needs to rebuild the fact's place stands in extension attributes; private fields are gone before.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cloudevents.core.base import BaseCloudEvent, EventFactory
from cloudevents.core.bindings.kafka import KafkaMessage, from_structured, to_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from pydantic_core import from_json, to_json

from shared.kernel import Fact, Meta, Recorded
from shared.messaging.unreadable import NOTHING_KNOWN, Unreadable, why

CONTENT_TYPE = "application/cloudevents+json; charset=UTF-8"
SOURCE = "urn:qingfeng:"
META = {
    "by": "recordedby",
    "cmd": "commandid",
    "cor": "correlationid",
    "cau": "causationid",
    "pol": "policy",
}
Headers = list[tuple[str, bytes]]


class FactFormat(JSONFormat):
    """CloudEvents' JSON format, written and read by pydantic, which knows our facts."""

    def get_content_type(self) -> str:
        return CONTENT_TYPE

    def write(self, event: BaseCloudEvent) -> bytes:
        data = event.get_data()
        return to_json({**event.get_attributes(), **({} if data is None else {"data": data})})

    def read(self, event_factory: EventFactory | None, data: str | bytes) -> BaseCloudEvent:
        attributes = from_json(data)
        content = attributes.pop("data", None)
        attributes["time"] = datetime.fromisoformat(attributes["time"])
        return (event_factory or CloudEvent)(attributes, content)


class FactEvent(CloudEvent):
    """A CloudEvent whose attributes are known to be in order: written here, or checked by `from_message`.

    The library's own check takes as long as everything else about a message; tests let it read what we write.
    """

    @staticmethod
    def _validate_attribute(attributes: dict[str, Any]) -> None:
        pass


FORMAT = FactFormat()


def topic_of(owner: str) -> str:
    """Return the topic of an owner's public facts."""
    return f"{owner}.facts.v1"


def to_message(recorded: Recorded[Any]) -> tuple[bytes, bytes, Headers]:
    """Return key, value and headers; one that cannot be read goes without its content, so that nothing is skipped."""
    fact, meta = recorded.fact, recorded.meta
    attributes: dict[str, Any] = {
        "specversion": "1.0",
        "id": recorded.fact_id,
        "source": f"{SOURCE}{recorded.source}",
        "type": (fact.name if isinstance(fact, Unreadable) else fact.fact_name) or "unknown",
        "subject": recorded.stream,
        "time": meta.at,
        "datacontenttype": "application/json",
        "partitionkey": recorded.stream,
        "logposition": str(recorded.position),
        "streamversion": recorded.version,
        "previousversion": meta.prv,
        "businessdate": meta.on.isoformat(),
    }
    attributes |= {name: value for field, name in META.items() if (value := getattr(meta, field))}
    event = FactEvent(attributes, None if isinstance(fact, Unreadable) else fact)
    message = to_structured(event, FORMAT)
    headers = [*message.headers.items(), ("traceparent", traceparent(recorded))]
    return recorded.stream.encode(), message.value, headers


def traceparent(recorded: Recorded[Any]) -> bytes:
    """Return W3C trace context: one trace for all that follows from one message or command, one span a fact."""
    trace = hashlib.sha256((recorded.meta.cor or recorded.fact_id).encode()).hexdigest()[:32]
    span = hashlib.sha256(recorded.fact_id.encode()).hexdigest()[:16]
    return f"00-{trace}-{span}-01".encode()


def from_message(
    owner: str, place: str, value: bytes | None, facts: Mapping[str, type[Fact]], *, position: int = 0
) -> Recorded[Any]:
    """Return the fact of a message, at the position given or else at its position in the owner's log (0 if unreadable).

    It is Unreadable where its envelope, name or content is not known. Without a readable envelope nobody knows its
    case: it stands under its own place, so that no case waits behind it.
    """
    try:
        attributes, content = _opened(owner, value)
        stream, version, meta = _place(attributes)
        told = int(attributes["logposition"])
    except Exception as error:
        unreadable = Unreadable(why=f"no event of {owner}: {why(error)}")
        return Recorded(owner, position, f"unreadable:{place}", 0, unreadable, NOTHING_KNOWN)
    fact = _fact(str(attributes["type"]), content, facts)
    return Recorded(owner, position or told, stream, version, fact, meta)


def _opened(owner: str, value: bytes | None) -> tuple[Mapping[str, Any], Any]:
    message = KafkaMessage({"content-type": CONTENT_TYPE.encode()}, None, value or b"")
    event = from_structured(message, FORMAT, FactEvent)
    attributes = event.get_attributes()
    if (attributes["specversion"], attributes["source"]) != ("1.0", f"{SOURCE}{owner}"):
        raise LookupError(owner)
    return attributes, event.get_data()


def _place(attributes: Mapping[str, Any]) -> tuple[str, int, Meta]:
    stream, version = attributes["subject"], attributes["streamversion"]
    meta = Meta.model_validate(
        {
            "on": attributes["businessdate"],
            "at": attributes["time"],
            "prv": attributes["previousversion"],
            **{field: attributes.get(name, "") for field, name in META.items()},
        }
    )
    if not (isinstance(stream, str) and isinstance(version, int) and version > 0):
        raise TypeError(stream)
    return stream, version, meta


def _fact(name: str, content: Any, facts: Mapping[str, type[Fact]]) -> Fact:
    if name not in facts:
        return Unreadable(name=name, why="no contract of this name is known here")
    try:
        return facts[name].model_validate(content)
    except ValueError as error:
        return Unreadable(name=name, why=why(error))
