"""Identity, prerequisites, corrections and the way of each event into the house (sections 4 and 5 of the contract)."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from services.exchange.domain.terms import KEY_FIELDS, SUGGESTION, EventType

CONTENT = ("type", "subject", "supersedes", "data")
JUDGMENT = "court.judgment_effective.v1"
RECTIFICATION = "unit.rectification_completed.v1"
PROFILE = "organisation.profile_updated.v1"
REGISTRATION = "petition.report_registered.v1"
CONCLUSION = "handling.verification_concluded.v1"


def canonical(value: Any) -> str:
    """Return RFC 8785 text of a value that passed the schema: its names are ASCII, its numbers are integers."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def content_digest(event: Mapping[str, Any]) -> str:
    """Return the digest of what makes a redelivery the same. Source: 4.1, E-1."""
    content = {name: event[name] for name in CONTENT if name in event}
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def correction_key(event_type: str, data: Mapping[str, Any]) -> str:
    """Return what a correction must share with the event it supersedes; a field that is absent counts. Source: 4.3."""
    names = (*KEY_FIELDS, "party") if event_type == JUDGMENT else KEY_FIELDS
    return canonical([event_type, *(data.get(name) for name in names)])


def key_fields_of(data: Mapping[str, Any]) -> str:
    """Return the names of the key fields that data have, for words to people."""
    return ", ".join(name for name in (*KEY_FIELDS, "party") if name in data)


def event_need(source: str, event_id: str) -> str:
    """Return the name under which a correction waits for the event it supersedes."""
    return f"event|{source}|{event_id}"


def prerequisite(event_type: EventType, data: Mapping[str, Any]) -> str:
    """Return the number that must be known before, or nothing. Source: 4.2 and each type of section 5; E-3."""
    if event_type.needs is None:
        return ""
    kind, field = event_type.needs
    if event_type.name == JUDGMENT and data["party"] == "SUBJECT":
        return ""
    if event_type.name == RECTIFICATION and data["basis"] == "SUGGESTION":
        kind = SUGGESTION
    return f"{kind}|{data[field]}"


def provided(event_type: EventType, data: Mapping[str, Any]) -> list[str]:
    """Return the numbers that are known once the event is applied."""
    return [f"{kind}|{data[field]}" for kind, field in event_type.provides]


def stream_of(event_type: EventType, data: Mapping[str, Any], report_token: str) -> str:
    """Return the stream of an applied event: facts that hang on each other have one key. Source: design.md 1."""
    kind, field = event_type.stream
    if event_type.name == JUDGMENT and data["party"] == "SUBJECT":
        return f"person:{data['subject_token']}"
    if event_type.name == RECTIFICATION and data["basis"] == "SUGGESTION":
        kind = SUGGESTION
    return f"{kind}:{data[field] if field else report_token}"


def report_of(event_type: EventType, data: Mapping[str, Any], linked: str) -> str:
    """Return the report an event belongs to: its own token, or the one its number leads to."""
    if event_type.name == JUDGMENT and data["party"] == "SUBJECT":
        return ""
    return str(data.get("report_token", linked))


def split(event_type: EventType, data: Mapping[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Part data into what facts may carry and what is sealed, as (owner of the key, text). Source: PD-6, F-4a."""
    if event_type.name == PROFILE:
        public = {name: value for name, value in data.items() if name != "name"}
        return public, [(data["subject_token"], canonical({"name": data["name"]}))]
    if event_type.name == REGISTRATION:
        return _without_neutral_texts(data)
    if event_type.name == CONCLUSION:
        return _without_remarks(data)
    return dict(data), []


def _without_neutral_texts(data: Mapping[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    issues = [{"issue_id": issue["issue_id"], "category": issue["category"]} for issue in data["issues"]]
    texts = [
        {"issue_id": issue["issue_id"], "neutral_text": issue["neutral_text"]}
        for issue in data["issues"]
        if "neutral_text" in issue
    ]
    sealed = [(data["report_token"], canonical({"issues": texts}))] if texts else []
    return {**data, "issues": issues}, sealed


def accuser_key(report_token: str) -> str:
    """Return whose key seals the accuser's token of a report: destroyed once the report is found mistaken (F-4a)."""
    return f"accuser:{report_token}"


def _without_remarks(data: Mapping[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    public = dict(data)
    sealed = []
    if "remarks" in public:
        sealed.append((data["report_token"], canonical({"remarks": public.pop("remarks")})))
    findings = data.get("accusation_findings")
    if findings is not None and "accuser_token" in findings:
        rest = {name: value for name, value in findings.items() if name != "accuser_token"}
        public["accusation_findings"] = {**rest, "accuser_token_sealed": True}
        sealed.append((accuser_key(data["report_token"]), findings["accuser_token"]))
    return public, sealed
