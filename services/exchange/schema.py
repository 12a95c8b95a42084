"""The contract's JSON Schema at work: is an event of the allowed form, and if not, where and what is expected."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from services.exchange.domain.errors import Rejection

FILE = Path(__file__).with_name("agency-events.schema.json")
NO_SUCH_YEAR = {"pattern": "^0000"}
"""The calendar has no year 0, though RFC 3339 writes it: such a date is an impossible one."""


class EventForm:
    """Checks an envelope and its data against the schema, formats asserted."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema
        self._validator = jsonschema_rs.Draft202012Validator(_with_calendar(schema), validate_formats=True)

    def __call__(self, event: Mapping[str, Any]) -> None:
        """Reject an event that is not of the schema's form. Source: agency-events.md 2, no. 7."""
        if not self._validator.is_valid(event):
            raise self._rejection(event)

    def _rejection(self, event: Mapping[str, Any]) -> Rejection:
        error = next(self._validator.iter_errors(event), None)
        if error is None:
            return Rejection("FIELD_VALUE")
        path = "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.instance_path)
        rule: Any = error.schema_path[-1]
        asked = self._at(error.schema_path)
        match rule:
            case "additionalProperties" | "false":
                fields = self._at([*error.schema_path[:-1], "properties"]) or {}
                return Rejection("FIELD_UNKNOWN", path, ", ".join(fields))
            case "required":
                present: Any = error.instance
                missing = [name for name in asked or () if name not in present]
                return Rejection("FIELD_MISSING", path, ", ".join(missing))
            case _:
                return Rejection("FIELD_VALUE", path, f"{rule} {json.dumps(asked, ensure_ascii=False)}")

    def _at(self, schema_path: list[Any]) -> Any:
        node: Any = self._schema
        for part in schema_path:
            try:
                node = node[part]
            except (KeyError, IndexError, TypeError):
                return None
        return node


def read_schema() -> dict[str, Any]:
    """Return the contract's schema as it is published."""
    return dict(json.loads(FILE.read_bytes()))


def property_names(node: Any) -> Iterator[str]:
    """Return every property name that the schema knows, at any depth."""
    if isinstance(node, Mapping):
        properties = node.get("properties")
        if isinstance(properties, Mapping):
            yield from properties
        for member in node.values():
            yield from property_names(member)
    elif isinstance(node, list):
        for row in node:
            yield from property_names(row)


@cache
def published_form() -> tuple[EventForm, frozenset[str]]:
    """Return the published schema's check and the names it knows; compiled once a process."""
    schema = read_schema()
    return EventForm(schema), frozenset(property_names(schema))


def _with_calendar(schema: Mapping[str, Any]) -> dict[str, Any]:
    definitions = {**schema["$defs"], "date": {**schema["$defs"]["date"], "not": NO_SUCH_YEAR}}
    return {**schema, "$defs": definitions}
