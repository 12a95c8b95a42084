"""Say from a city's event lines alone what the exchange and a diligent office arrive at in one business year."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

Check = Callable[[Any], bool]
Need = tuple[str, ...]

SHANGHAI = timezone(timedelta(hours=8))
LINE_LIMIT = 64 * 1024
FIRST_DAY_IN_SCOPE = date(2021, 1, 1)
COUNTED_KINDS = ("PROMOTED", "RANK_RAISED", "IMPORTANT_USE")
DAYS_BEFORE_ANY_OFFICE_ACTS = 9
"""Seven working days are never fewer calendar days; no office has implemented anything earlier."""


class Rejected(Exception):
    """A line that the exchange quarantines; the first argument is the reason."""


# Form of a value (section 5 and the schema), written out by hand so that a wrong schema file is noticed too.


def words(names: str) -> Check:
    """Accept one of the names, separated by blanks."""
    allowed = frozenset(names.split())
    return lambda value: isinstance(value, str) and value in allowed


def pattern(expression: str) -> Check:
    compiled = re.compile(expression)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def text(longest: int) -> Check:
    return lambda value: isinstance(value, str) and 1 <= len(value) <= longest


def whole(low: int, high: int) -> Check:
    def check(value: Any) -> bool:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return False
        return value == value // 1 and low <= value <= high if abs(value) < 1e300 else False

    return check


def is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def is_date(value: Any) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def rows(check: Check, low: int, high: int) -> Check:
    return lambda value: isinstance(value, list) and low <= len(value) <= high and all(check(row) for row in value)


def set_of(names: str, high: int) -> Check:
    each = rows(words(names), 0, high)
    return lambda value: each(value) and len(set(value)) == len(value)


def members(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """Accept an object with all of the required members, any of the optional ones, and no other."""
    known = {**required, **(optional or {})}

    def check(value: Any) -> bool:
        if not isinstance(value, dict) or not required.keys() <= value.keys() <= known.keys():
            return False
        return all(known[name](member) for name, member in value.items())

    return check


def both(first: Check, second: Check) -> Check:
    return lambda value: first(value) and second(value)


def demands(name: str, value: str, other: str) -> Check:
    """Accept an object unless member `name` has the value while `other` is absent."""
    return lambda record: record.get(name) != value or other in record


NUMBER = pattern(r"[0-9A-Za-z._:/-]{1,64}")
PERSON, REPORT = pattern("S-[0-9a-f]{12}"), pattern("R-[0-9a-f]{12}")
DISTRICT = pattern("[0-9]{6}")
LEVEL = words("PROVINCE_MANAGED CITY_MANAGED COUNTY_MANAGED TOWNSHIP_OR_GENERAL VILLAGE OTHER")
CATEGORY_NAMES = "POLITICAL ORGANISATIONAL INTEGRITY MASS WORK LIFE DUTY"
ISSUE_ID = pattern("I[0-9]{1,2}")
FACTOR = words("FAVOURABLE NEUTRAL ADVERSE")
ELEMENT = members({"met": is_flag}, {"evidence_ref": NUMBER})
SIX = ("motive", "conditions", "procedure", "nature", "consequence", "recovery")
FOUR = ("purpose", "procedure", "result", "discipline")
THREE = ("first_trial_not_knowing", "no_explicit_limit", "unintentional_not_private")
PROOF = ("act", "target", "untruth", "intent")

ISSUE = members({"issue_id": ISSUE_ID, "category": words(CATEGORY_NAMES)}, {"neutral_text": text(200)})
FINDING = members(
    {
        "issue_id": ISSUE_ID,
        "point": whole(1, 9),
        "conclusion": words("TRUE PARTLY UNFOUNDED UNRESOLVED"),
        "impact_reasons": set_of(
            "APPOINTMENT_AFFECTED PERSONAL_RIGHTS_OR_LIFE_AFFECTED REPEATED_AFTER_CONCLUSION SOCIAL_IMPACT "
            "OTHER_DEEMED_NEEDED",
            5,
        ),
    },
    {"inquiry_side_effect_only": is_flag},
)
BENEFIT = members(
    {"benefit_kind": words("POST RANK TITLE DEGREE AWARD QUALIFICATION OTHER"), "authority": text(60)},
)
ACCUSATION = members(
    {
        "accuser_class": words("PARTY_MEMBER PUBLIC_OFFICIAL OTHER_PERSON UNIDENTIFIED"),
        "indicators": set_of(
            "DISTORTED_OR_INVENTED_FACTS POLITICAL_MOTIVE DIVERTING_INVESTIGATION PRIVATE_RETALIATION "
            "UNMET_IMPROPER_CLAIM OTHER",
            20,
        ),
        "elements": members(dict.fromkeys(PROOF, ELEMENT)),
    },
    {
        "accuser_token": pattern("A-[0-9a-f]{12}"),
        "benefits": rows(BENEFIT, 0, 10),
        "aggravating": set_of(
            "VILE_MEANS DISTURBED_ELECTION_OR_SELECTION CONTINUED_AFTER_CONCLUSION INSTIGATED_OTHERS OTHER_SERIOUS",
            20,
        ),
    },
)


def measure_form(codes: str, decided: str, highest_form: int) -> Check:
    """Accept a sanction or an organisational measure; `decided` names the field of its business date."""
    required = {
        "decision_no": NUMBER,
        "subject_token": PERSON,
        "district_code": DISTRICT,
        "management_level": LEVEL,
        "code": words(codes),
        "form": whole(1, highest_form),
        decided: is_date,
        "effective_on": is_date,
        "announced_on": is_date,
        "error_category": words(CATEGORY_NAMES),
        "dereliction": is_flag,
        "important_post": is_flag,
    }
    return members(required, {"period_months": whole(1, 60), "case_no": NUMBER})


@dataclass(frozen=True)
class EventType:
    """One row of section 5: who publishes it, which field is its business date, how its data look."""

    publishers: tuple[str, ...]
    business_date: str
    form: Check


def event_type(publishers: str, business_date: str, form: Check) -> EventType:
    return EventType(tuple(publishers.split()), business_date, form)


TYPES = {
    "petition.report_registered.v1": event_type(
        "petition",
        "received_on",
        members(
            {
                "report_token": REPORT,
                "received_on": is_date,
                "channel": words("LETTER VISIT PHONE ONLINE TRANSFERRED OTHER"),
                "real_name": is_flag,
                "subject_token": pattern("[SG]-[0-9a-f]{12}"),
                "management_level": LEVEL,
                "district_code": DISTRICT,
                "issues": rows(ISSUE, 1, 20),
            },
            {"repeat_of": REPORT},
        ),
    ),
    "petition.repeat_flagged.v1": event_type(
        "petition",
        "flagged_on",
        members(
            {"report_token": REPORT, "flagged_on": is_date, "count": whole(2, 999)},
            {"first_concluded_on": is_date},
        ),
    ),
    "petition.petition_transferred.v1": event_type(
        "petition",
        "transferred_on",
        members(
            {
                "report_token": REPORT,
                "transferred_on": is_date,
                "to_body": pattern(r"handling\.[0-9]{6}"),
                "reason": words("JURISDICTION MANAGEMENT_LEVEL RECUSAL"),
            },
        ),
    ),
    "handling.verification_concluded.v1": event_type(
        "handling",
        "concluded_on",
        members(
            {"report_token": REPORT, "concluded_on": is_date, "findings": rows(FINDING, 1, 60)},
            {
                "secrecy_blocks": is_flag,
                "subject_wish": words("AGREED DECLINED NOT_REACHABLE"),
                "accusation_findings": ACCUSATION,
                "remarks": text(300),
            },
        ),
    ),
    "handling.case_filed.v1": event_type(
        "handling",
        "filed_on",
        members(
            {
                "case_no": NUMBER,
                "subject_token": PERSON,
                "filed_on": is_date,
                "nature": words("DISCIPLINE DUTY_VIOLATION DUTY_CRIME"),
            },
        ),
    ),
    "handling.case_withdrawn.v1": event_type(
        "handling",
        "withdrawn_on",
        members(
            {
                "case_no": NUMBER,
                "subject_token": PERSON,
                "withdrawn_on": is_date,
                "reason": words("NO_VIOLATION NO_RESPONSIBILITY JURISDICTION"),
            },
        ),
    ),
    "handling.accountability_matter_identified.v1": event_type(
        "handling",
        "identified_on",
        members(
            {
                "matter_no": NUMBER,
                "subject_token": PERSON,
                "identified_on": is_date,
                "district_code": DISTRICT,
                "management_level": LEVEL,
                "domain": words(
                    "GOV_BUSINESS_CONTACT REFORM_TRIAL PROJECT SAFETY ENVIRONMENT GRASSROOTS MARKET_SUPERVISION OTHER",
                ),
                "initiator": words("PERSON UNIT ORGANISATION_PROPOSAL HANDLING_EX_OFFICIO"),
                "distinctions": members(dict.fromkeys(THREE, is_flag)),
                "elements": members(dict.fromkeys(SIX, FACTOR)),
                "tests": members(dict.fromkeys(FOUR, is_flag)),
                "bottom_line": set_of(
                    "PRIVATE_GAIN EXPLICIT_PROHIBITION MAJOR_SAFETY_ACCIDENT SERIOUS_ENV_OR_MASS_INCIDENT "
                    "POLITICAL_DISCIPLINE CORRUPTION_OR_CRIME REPEATED_SAME_ERROR CONCEALMENT_OR_NO_RECOVERY",
                    8,
                ),
                "list_hits": rows(
                    members({"list_kind": words("POSITIVE NEGATIVE EXEMPTION"), "item_code": NUMBER}), 0, 10
                ),
                "loss_cny": whole(0, 10_000_000_000),
                "recovered_cny": whole(0, 10_000_000_000),
                "complexity": set_of("MAJOR_OR_COMPLEX LARGE_SOCIAL_EFFECT HARD_TO_CHARACTERISE", 3),
            },
        ),
    ),
    "trial.sanction_decided.v1": event_type(
        "trial",
        "decided_on",
        both(
            measure_form("P1 P2 P2b P3 P4 P5 P6 G1 G2 G3 G4 G5 G6 G1v G2v G3v I1 S1", "decided_on", 4),
            both(demands("code", "I1", "period_months"), demands("code", "S1", "period_months")),
        ),
    ),
    "trial.sanction_revoked.v1": event_type(
        "trial",
        "revoked_on",
        members(
            {
                "decision_no": NUMBER,
                "subject_token": PERSON,
                "revoked_on": is_date,
                "basis": words("REVIEW RE_EXAMINATION COURT SELF_CORRECTION"),
            },
        ),
    ),
    "trial.party_rights_restored.v1": event_type(
        "trial",
        "restored_on",
        members({"decision_no": NUMBER, "subject_token": PERSON, "restored_on": is_date}),
    ),
    "trial.org_measure_imposed.v1": event_type(
        "trial organisation", "imposed_on", measure_form("O1 O2 O3 O4 O5 O6", "imposed_on", 3)
    ),
    "police.clue_received.v1": event_type(
        "police",
        "accepted_on",
        members({"transfer_no": NUMBER, "report_token": REPORT, "accepted_on": is_date}),
    ),
    "police.case_filed.v1": event_type(
        "police",
        "filed_on",
        members(
            {
                "transfer_no": NUMBER,
                "criminal_case_no": NUMBER,
                "filed_on": is_date,
                "charge": words("FALSE_ACCUSATION DEFAMATION OTHER"),
            },
        ),
    ),
    "police.case_not_filed.v1": event_type(
        "police",
        "decided_on",
        members(
            {
                "transfer_no": NUMBER,
                "decided_on": is_date,
                "reason": words("NO_CRIME MINOR INSUFFICIENT_EVIDENCE NO_JURISDICTION"),
            },
        ),
    ),
    "police.penalty_imposed.v1": event_type(
        "police",
        "imposed_on",
        members(
            {
                "transfer_no": NUMBER,
                "decision_no": NUMBER,
                "imposed_on": is_date,
                "kind": words("WARNING FINE DETENTION FINE_AND_DETENTION"),
            },
            {"fine_cny": whole(1, 100_000), "days": whole(1, 20)},
        ),
    ),
    "police.investigation_concluded.v1": event_type(
        "police",
        "concluded_on",
        members(
            {
                "criminal_case_no": NUMBER,
                "concluded_on": is_date,
                "result": words("TRANSFERRED WITHDRAWN"),
                "author_identified": is_flag,
            },
        ),
    ),
    "procuratorate.prosecution_decided.v1": event_type(
        "procuratorate",
        "decided_on",
        members(
            {
                "criminal_case_no": NUMBER,
                "decided_on": is_date,
                "result": words(
                    "PROSECUTED NON_PROSECUTED_STATUTORY NON_PROSECUTED_DISCRETIONARY NON_PROSECUTED_INSUFFICIENT",
                ),
            },
        ),
    ),
    "court.judgment_effective.v1": event_type(
        "court",
        "effective_on",
        both(
            members(
                {
                    "criminal_case_no": NUMBER,
                    "effective_on": is_date,
                    "verdict": words("CONVICTED CONVICTED_EXEMPT ACQUITTED"),
                    "party": words("FALSE_ACCUSER SUBJECT"),
                },
                {"subject_token": PERSON},
            ),
            demands("party", "SUBJECT", "subject_token"),
        ),
    ),
    "organisation.profile_updated.v1": event_type(
        "organisation",
        "as_of",
        members(
            {
                "subject_token": PERSON,
                "as_of": is_date,
                "name": text(20),
                "unit_code": pattern("[0-9]{6}-[0-9]{4}"),
                "post": text(40),
                "management_level": LEVEL,
                "rank_band": words(
                    "PROVINCIAL_MINISTERIAL DEPARTMENT_BUREAU COUNTY_DIVISION TOWNSHIP_SECTION GENERAL "
                    "RURAL_ENTERPRISE_OTHER",
                ),
                "birth_month": pattern("(19|20)[0-9]{2}-(0[1-9]|1[0-2])"),
                "gender": words("F M"),
                "district_code": DISTRICT,
                "service_status": words("IN_SERVICE RETIRED LEFT DECEASED"),
            },
        ),
    ),
    "organisation.recommendation_acknowledged.v1": event_type(
        "organisation",
        "received_on",
        members({"recommendation_no": NUMBER, "receipt_no": NUMBER, "received_on": is_date}),
    ),
    "organisation.recommendation_decided.v1": event_type(
        "organisation",
        "decided_on",
        both(
            members(
                {
                    "recommendation_no": NUMBER,
                    "decided_on": is_date,
                    "outcome": words("ADOPTED PARTLY DEFERRED DECLINED"),
                },
                {"review_on": is_date, "reason_code": NUMBER},
            ),
            both(demands("outcome", "DEFERRED", "review_on"), demands("outcome", "DECLINED", "reason_code")),
        ),
    ),
    "organisation.appointment_confirmed.v1": event_type(
        "organisation",
        "effective_on",
        members(
            {
                "subject_token": PERSON,
                "kind": words("PROMOTED RANK_RAISED IMPORTANT_USE LATERAL"),
                "effective_on": is_date,
                "post": text(40),
            },
            {"recommendation_no": NUMBER},
        ),
    ),
    "organisation.award_conferred.v1": event_type(
        "organisation",
        "conferred_on",
        members({"subject_token": PERSON, "award": text(60), "conferred_on": is_date}),
    ),
    "unit.suggestion_replied.v1": event_type(
        "unit", "replied_on", members({"doc_no": NUMBER, "replied_on": is_date, "accepted": is_flag})
    ),
    "unit.rectification_completed.v1": event_type(
        "unit",
        "completed_on",
        members({"basis": words("CORRECTION_PLAN SUGGESTION"), "reference_no": NUMBER, "completed_on": is_date}),
    ),
}
TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?\+08:00"
ENVELOPE = members(
    {
        "specversion": words("1.0"),
        "id": NUMBER,
        "source": pattern(
            r"urn:agency:((police|court|procuratorate|petition|handling|trial|organisation)\.[0-9]{6}"
            r"|unit\.[0-9]{6}-[0-9]{4})",
        ),
        "type": lambda name: name in TYPES,
        "time": pattern(TIME),
        "datacontenttype": words("application/json"),
        "data": lambda value: isinstance(value, dict),
    },
    {
        "subject": pattern("[SGR]-[0-9a-f]{12}"),
        "correlationid": NUMBER,
        "supersedes": NUMBER,
        "signature": text(2048),
    },
)

# Section 2, steps 1 to 6, and section 3.

REQUIRED_TEXTS = ("specversion", "id", "source", "type", "time", "datacontenttype")
RFC_3339_SHANGHAI = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]+)?\+08:00")
SOURCE = re.compile(r"urn:agency:([0-9A-Za-z_-]+)\.[0-9A-Za-z_-]+")
TOKEN = re.compile("[SGRA]-[0-9a-f]{12}")
PERSONAL_STARTS = ("reporter", "complainant", "informant", "whistleblower", "petitioner")
PERSONAL_PARTS = ("idcard", "idnumber", "phone", "mobile", "wechat", "举报人", "检举人", "控告人", "身份证", "手机")
ID_NUMBER = re.compile(
    r"(?<![0-9])[1-9][0-9]{5}[ -]?(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[ -]?[0-9]{3}[0-9Xx]"
    r"(?![0-9A-Za-z])"
)
MOBILE_NUMBER = re.compile(r"(?<![0-9])1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9])")


def strict_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise Rejected("MALFORMED")
    return record


def no_constant(_: str) -> Any:
    raise Rejected("MALFORMED")


def integer(digits: str) -> int | float:
    """Read an integer of any length; one that no field can hold need not be exact."""
    return int(digits) if len(digits) < 300 else float(digits)


def strings_of(value: Any) -> Iterator[str]:
    """Every name and every string value at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for row in value:
            yield from strings_of(row)
    elif isinstance(value, dict):
        for name, member in value.items():
            yield name
            yield from strings_of(member)


def names_of(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for row in value:
            yield from names_of(row)
    elif isinstance(value, dict):
        for name, member in value.items():
            yield name
            yield from names_of(member)


def read_json(line: bytes) -> Any:
    try:
        value = json.loads(
            line.decode("utf-8"), object_pairs_hook=strict_object, parse_constant=no_constant, parse_int=integer
        )
        for string in strings_of(value):
            string.encode("utf-8")
    except (ValueError, RecursionError):
        raise Rejected("MALFORMED") from None
    return value


def instant(time: str) -> datetime | None:
    """Read an RFC 3339 time with +08:00; None if it is none. More than six digits of a second are cut."""
    match = RFC_3339_SHANGHAI.fullmatch(time)
    if match is None:
        return None
    try:
        return datetime.fromisoformat(
            f"{match[1]}T{match[2]}{(match[3] or '')[:7].ljust(7, '0') if match[3] else ''}+08:00"
        )
    except ValueError:
        return None


def require_well_formed(line: bytes) -> dict[str, Any]:
    if len(line) > LINE_LIMIT:
        raise Rejected("MALFORMED")
    event = read_json(line)
    well_formed = (
        isinstance(event, dict)
        and all(isinstance(event.get(name), str) for name in REQUIRED_TEXTS)
        and isinstance(event.get("data"), dict)
        and event["specversion"] == "1.0"
        and event["datacontenttype"] == "application/json"
        and instant(event["time"]) is not None
        and SOURCE.fullmatch(event["source"]) is not None
    )
    if not well_formed:
        raise Rejected("MALFORMED")
    return dict(event)


def is_personal_name(name: str) -> bool:
    folded = unicodedata.normalize("NFKC", name).lower().replace("_", "").replace("-", "")
    return folded.startswith(PERSONAL_STARTS) or any(part in folded for part in PERSONAL_PARTS)


def holds_personal_number(string: str) -> bool:
    if TOKEN.fullmatch(string):
        return False
    folded = unicodedata.normalize("NFKC", string)
    return ID_NUMBER.search(folded) is not None or MOBILE_NUMBER.search(folded) is not None


def require_admissible(event: dict[str, Any], wall: datetime) -> None:
    """Steps 2 to 7 of section 2, as far as they need no other event. The sandbox holds no keys."""
    if any(map(is_personal_name, names_of(event))) or any(map(holds_personal_number, strings_of(event))):
        raise Rejected("PERSONAL_DATA")
    if event["type"] not in TYPES:
        raise Rejected("UNKNOWN_TYPE")
    kind = SOURCE.fullmatch(event["source"])
    if kind is None or kind[1] not in TYPES[event["type"]].publishers:
        raise Rejected("NOT_PERMITTED")
    if "signature" in event:
        raise Rejected("SIGNATURE")
    published = instant(event["time"])
    if published is None or published > wall + timedelta(hours=24):
        raise Rejected("CLOCK")
    if not ENVELOPE(event) or not TYPES[event["type"]].form(event["data"]):
        raise Rejected("SCHEMA")


# Section 4: identity, parking, corrections.

KEY_FIELDS = (
    "report_token",
    "case_no",
    "matter_no",
    "decision_no",
    "transfer_no",
    "criminal_case_no",
    "recommendation_no",
    "doc_no",
    "reference_no",
    "subject_token",
)
FACTS_OF_THEIR_OWN = frozenset(
    {
        "organisation.profile_updated.v1",
        "organisation.appointment_confirmed.v1",
        "organisation.award_conferred.v1",
        "petition.repeat_flagged.v1",
        "petition.petition_transferred.v1",
    }
)
MEASURES = {"trial.sanction_decided.v1": "decided_on", "trial.org_measure_imposed.v1": "imposed_on"}
NEEDED_FACT = {
    "petition.repeat_flagged.v1": ("registered", "report_token"),
    "petition.petition_transferred.v1": ("registered", "report_token"),
    "handling.verification_concluded.v1": ("registered", "report_token"),
    "handling.case_withdrawn.v1": ("case", "case_no"),
    "trial.sanction_revoked.v1": ("measure", "decision_no"),
    "trial.party_rights_restored.v1": ("sanction", "decision_no"),
    "police.clue_received.v1": ("registered", "report_token"),
    "police.case_filed.v1": ("clue", "transfer_no"),
    "police.case_not_filed.v1": ("clue", "transfer_no"),
    "police.penalty_imposed.v1": ("clue", "transfer_no"),
    "police.investigation_concluded.v1": ("criminal case", "criminal_case_no"),
    "procuratorate.prosecution_decided.v1": ("criminal case", "criminal_case_no"),
    "court.judgment_effective.v1": ("prosecution", "criminal_case_no"),
    "organisation.recommendation_acknowledged.v1": ("our recommendation", "recommendation_no"),
    "organisation.recommendation_decided.v1": ("our recommendation", "recommendation_no"),
    "unit.suggestion_replied.v1": ("our suggestion", "doc_no"),
}
PROVIDED_FACTS = {
    "petition.report_registered.v1": (("registered", "report_token"),),
    "handling.case_filed.v1": (("case", "case_no"),),
    "handling.accountability_matter_identified.v1": (("matter", "matter_no"),),
    "trial.sanction_decided.v1": (("measure", "decision_no"), ("sanction", "decision_no")),
    "trial.org_measure_imposed.v1": (("measure", "decision_no"),),
    "police.clue_received.v1": (("clue", "transfer_no"),),
    "police.case_filed.v1": (("criminal case", "criminal_case_no"),),
    "procuratorate.prosecution_decided.v1": (("prosecution", "criminal_case_no"),),
}


def canonical(value: Any) -> Any:
    """Bring a value into a form that is equal when RFC 8785 gives equal text: 2.0 is 2, true is not 1."""
    if isinstance(value, dict):
        return {name: canonical(member) for name, member in sorted(value.items())}
    if isinstance(value, list):
        return [canonical(row) for row in value]
    return int(value) if isinstance(value, float) and value == value // 1 else value


@dataclass(eq=False)
class Entry:
    """One accepted or parked event; `applied` is its place in the order of application."""

    event: dict[str, Any]
    content: str
    applied: int | None = None
    superseded: bool = False
    chain: list[Entry] = field(default_factory=list)

    @property
    def type(self) -> str:
        return str(self.event["type"])

    @property
    def data(self) -> dict[str, Any]:
        return dict(self.event["data"])

    @property
    def identity(self) -> Need:
        return ("event", self.event["source"], self.event["id"])

    @property
    def target(self) -> Need | None:
        return ("event", self.event["source"], self.event["supersedes"]) if "supersedes" in self.event else None

    @property
    def published(self) -> datetime:
        moment = instant(self.event["time"])
        assert moment is not None
        return moment

    @property
    def business_date(self) -> date:
        return date.fromisoformat(self.data[TYPES[self.type].business_date])

    def correction_key(self) -> tuple[Any, ...]:
        names = (*KEY_FIELDS, "party") if self.type == "court.judgment_effective.v1" else KEY_FIELDS
        return (self.type, *(self.data.get(name) for name in names))

    def fact_key(self) -> tuple[Any, ...]:
        """The key by which a second event of the type is known."""
        if self.type in MEASURES:
            return (self.type, self.data["decision_no"])
        name = next(name for name in KEY_FIELDS if name in self.data)
        if self.type == "court.judgment_effective.v1":
            return (self.type, self.data["criminal_case_no"], self.data["party"])
        if name == "matter_no":
            return (self.type, self.data["matter_no"], self.data["subject_token"])
        return (self.type, self.data[name])

    def needs(self) -> Iterator[Need]:
        if self.target is not None:
            yield self.target
        if self.type == "unit.rectification_completed.v1":
            what = "matter" if self.data["basis"] == "CORRECTION_PLAN" else "our suggestion"
            yield (what, self.data["reference_no"])
        elif self.type in NEEDED_FACT and self.data.get("party") != "SUBJECT":
            what, name = NEEDED_FACT[self.type]
            yield (what, self.data[name])

    def provides(self) -> Iterator[Need]:
        yield self.identity
        for what, name in PROVIDED_FACTS.get(self.type, ()):
            yield (what, self.data[name])


@dataclass
class Exchange:
    """The exchange's side of the contract, line by line; nothing of ours was ever sent or issued."""

    wall: datetime
    total: int = 0
    duplicates: int = 0
    on_arrival: int = 0
    released: int = 0
    quarantined: Counter[str] = field(default_factory=Counter)
    known: dict[Need, Entry] = field(default_factory=dict)
    parked: list[Entry] = field(default_factory=list)
    provided: set[Need] = field(default_factory=set)
    applied: list[Entry] = field(default_factory=list)

    def receive(self, line: bytes) -> None:
        line = line.removesuffix(b"\n").removesuffix(b"\r")
        if not line.strip(b" \t\r"):
            return
        self.total += 1
        try:
            self._take(line)
        except Rejected as rejected:
            self.quarantined[rejected.args[0]] += 1

    def _take(self, line: bytes) -> None:
        event = require_well_formed(line)
        require_admissible(event, self.wall)
        content = {name: event[name] for name in ("type", "subject", "supersedes", "data") if name in event}
        entry = Entry(event, json.dumps(canonical(content), sort_keys=True))
        earlier = self.known.get(entry.identity)
        if earlier is not None and earlier.content == entry.content:
            self.duplicates += 1
            return
        self._require_possible(entry)
        if earlier is not None:
            raise Rejected("DUPLICATE_CONFLICT")
        self.known[entry.identity] = entry
        self._drop_wrong_corrections_of(entry)
        if self._is_ready(entry):
            self._apply(entry)
            self.on_arrival += 1
            self._release(entry)
        else:
            self.parked.append(entry)

    def _require_possible(self, entry: Entry) -> None:
        """The `supersedes` checks: SCHEMA for another type or key, DUPLICATE_CONFLICT for one superseded already."""
        if entry.target is None:
            return
        target = self.known.get(entry.target)
        if entry.target == entry.identity or (target and target.correction_key() != entry.correction_key()):
            raise Rejected("SCHEMA")
        if target and target.superseded:
            raise Rejected("DUPLICATE_CONFLICT")

    def _drop_wrong_corrections_of(self, entry: Entry) -> None:
        for parked in list(self.parked):
            if parked.target == entry.identity and parked.correction_key() != entry.correction_key():
                self._drop(parked, "SCHEMA")

    def _drop(self, parked: Entry, reason: str) -> None:
        self.parked.remove(parked)
        del self.known[parked.identity]
        self.quarantined[reason] += 1

    def _is_ready(self, entry: Entry) -> bool:
        return all(need in self.provided for need in entry.needs())

    def _apply(self, entry: Entry) -> None:
        entry.applied = len(self.applied)
        self.applied.append(entry)
        self.provided.update(entry.provides())
        entry.chain = [entry]
        if entry.target is not None:
            target = self.known[entry.target]
            target.superseded = True
            entry.chain = target.chain
            entry.chain.append(entry)

    def _release(self, entry: Entry) -> None:
        awaited = {need for parked in self.parked for need in parked.needs()}
        if awaited.isdisjoint(entry.provides()):
            return
        while (ready := next(filter(self._is_ready, self.parked), None)) is not None:
            if ready.target is not None and self.known[ready.target].superseded:
                self._drop(ready, "DUPLICATE_CONFLICT")
                continue
            self.parked.remove(ready)
            self._apply(ready)
            self.released += 1

    def figures(self) -> dict[str, Any]:
        return {
            "total": self.total,
            "accepted": self.on_arrival + self.released,
            "applied_on_arrival": self.on_arrival,
            "parked_then_applied": self.released,
            "parked_open": len(self.parked),
            "duplicate": self.duplicates,
            "quarantined": dict(sorted(self.quarantined.items())),
            "corrections_applied": sum(entry.superseded for entry in self.applied),
            "late_for_closed_month": sum(map(is_late, self.applied)),
        }


def is_late(entry: Entry) -> bool:
    """Was it published after the 10th of the month that follows its business month?"""
    month = entry.business_date.year * 12 + entry.business_date.month
    published = entry.published
    after = published.year * 12 + published.month - month
    return after > 1 or (after == 1 and published.day > 10)


# Section 6: what follows from the facts.


@dataclass
class Facts:
    """The chains in force by type, each as the list of its contents from the first to the latest correction."""

    chains: dict[str, list[list[Entry]]]

    @classmethod
    def of(cls, applied: Iterable[Entry]) -> Facts:
        chains: dict[str, list[list[Entry]]] = defaultdict(list)
        seen = set()
        for entry in applied:
            if entry.chain[0] is not entry:
                continue
            if entry.type not in FACTS_OF_THEIR_OWN:
                if entry.fact_key() in seen:
                    continue
                seen.add(entry.fact_key())
            chains[entry.type].append(entry.chain)
        return cls(chains)

    def data(self, name: str) -> list[dict[str, Any]]:
        return [chain[-1].data for chain in self.chains[name]]

    def by(self, name: str, key: str) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for record in self.data(name):
            found.setdefault(record[key], record)
        return found


def day(text_: str) -> date:
    return date.fromisoformat(text_)


@dataclass(frozen=True)
class Measure:
    """A sanction or an organisational measure with what became of it."""

    subject: str
    decision_no: str
    code: str
    form: int
    decided_on: date
    effective_on: date
    district: str
    case_no: str | None
    period_months: int | None
    revoked: bool
    restored_on: date | None
    place: int

    @property
    def is_in_scope(self) -> bool:
        return not self.revoked and self.decided_on >= FIRST_DAY_IN_SCOPE and not self.expels

    @property
    def expels(self) -> bool:
        return not self.revoked and (self.form == 4 or self.code in ("P6", "G6"))


def measures_of(facts: Facts) -> list[Measure]:
    revoked = facts.by("trial.sanction_revoked.v1", "decision_no")
    restored = facts.by("trial.party_rights_restored.v1", "decision_no")
    found = []
    for name, decided in MEASURES.items():
        for chain in facts.chains[name]:
            found.append(measure_of(chain, decided, revoked, restored))
    return sorted(found, key=lambda measure: measure.place)


def measure_of(
    chain: list[Entry], decided: str, revoked: Mapping[str, Any], restored: Mapping[str, dict[str, Any]]
) -> Measure:
    data = chain[-1].data
    number = data["decision_no"]
    assert chain[0].applied is not None
    return Measure(
        subject=data["subject_token"],
        decision_no=number,
        code=data["code"],
        form=int(data["form"]),
        decided_on=day(data[decided]),
        effective_on=day(data["effective_on"]),
        district=data["district_code"],
        case_no=data.get("case_no"),
        period_months=int(data["period_months"]) if "period_months" in data else None,
        revoked=number in revoked,
        restored_on=day(restored[number]["restored_on"]) if number in restored else None,
        place=chain[0].applied,
    )


def issue_status(conclusions: Sequence[str]) -> str:
    if "UNRESOLVED" in conclusions:
        return "UNRESOLVED"
    return conclusions[0] if len(set(conclusions)) == 1 and conclusions[0] in ("UNFOUNDED", "TRUE") else "PARTLY"


def issues_of(conclusion: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    issues: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for finding in conclusion["findings"]:
        issues[finding["issue_id"]].append(finding)
    return issues


def status_of(points: Sequence[Mapping[str, Any]]) -> str:
    return issue_status([point["conclusion"] for point in points])


def is_side_effect_only(points: Sequence[Mapping[str, Any]]) -> bool:
    return all(point.get("inquiry_side_effect_only", False) for point in points if point["impact_reasons"])


def outcome_of(conclusion: Mapping[str, Any]) -> str:
    """Rules 1 to 5 and 7 of 6.1; an exclusion is named by its code. Deferral (rule 6) needs the matters."""
    issues = list(issues_of(conclusion).values())
    unfounded = [points for points in issues if status_of(points) == "UNFOUNDED"]
    affected = [points for points in unfounded if any(point["impact_reasons"] for point in points)]
    if not unfounded:
        return outcome_without_unfounded(issues)
    if not affected:
        return "NO_ADVERSE_IMPACT"
    if all(map(is_side_effect_only, affected)):
        return "INQUIRY_SIDE_EFFECT_ONLY"
    if conclusion.get("secrecy_blocks", False):
        return "SECRECY"
    return "CLOSED_DECLINED" if conclusion.get("subject_wish") == "DECLINED" else "CLARIFIED"


def outcome_without_unfounded(issues: Sequence[Sequence[Mapping[str, Any]]]) -> str:
    if any(status_of(points) == "UNRESOLVED" for points in issues):
        return "UNRESOLVED"
    partly = [points for points in issues if status_of(points) == "PARTLY"]
    has_unfounded_point = any(point["conclusion"] == "UNFOUNDED" for points in partly for point in points)
    return "PARTLY_TRUE" if has_unfounded_point else "FOUNDED"


@dataclass(frozen=True)
class Clearance:
    """Outcome of one concluded report; `on` is the day from which it holds."""

    subject: str
    district: str
    level: str
    outcome: str
    on: date
    place: int


def matters_of(facts: Facts, measures: Iterable[Measure]) -> dict[str, list[tuple[date, date]]]:
    """Open matters by person: filed on, ended on (date.max if never)."""
    withdrawn = facts.by("handling.case_withdrawn.v1", "case_no")
    decided = {measure.case_no: measure.decided_on for measure in measures if measure.case_no is not None}
    matters: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for case in facts.data("handling.case_filed.v1"):
        number = case["case_no"]
        ends = [day(withdrawn[number]["withdrawn_on"])] if number in withdrawn else []
        ends += [decided[number]] if number in decided else []
        matters[case["subject_token"]].append((day(case["filed_on"]), min(ends, default=date.max)))
    return matters


def convictions_of(facts: Facts) -> dict[str, list[Entry]]:
    convictions: dict[str, list[Entry]] = defaultdict(list)
    for chain in facts.chains["court.judgment_effective.v1"]:
        data = chain[-1].data
        if data["party"] == "SUBJECT" and data["verdict"] in ("CONVICTED", "CONVICTED_EXEMPT"):
            convictions[data["subject_token"]].append(chain[0])
    return convictions


def clearances_of(facts: Facts, measures: Sequence[Measure], year: int) -> list[Clearance]:
    registrations = facts.by("petition.report_registered.v1", "report_token")
    matters, convictions = matters_of(facts, measures), convictions_of(facts)
    found = []
    for chain in facts.chains["handling.verification_concluded.v1"]:
        registration = registrations[chain[-1].data["report_token"]]
        subject = registration["subject_token"]
        found.append(clearance_of(chain, registration, matters[subject], convictions[subject], date(year, 12, 31)))
    return found


def clearance_of(
    chain: list[Entry],
    registration: Mapping[str, Any],
    matters: Iterable[tuple[date, date]],
    convictions: Iterable[Entry],
    last_day: date,
) -> Clearance:
    conclusion, place = chain[-1].data, chain[0].applied
    assert place is not None
    concluded_on = day(conclusion["concluded_on"])
    outcome, on = outcome_of(conclusion), concluded_on
    if outcome == "CLARIFIED":
        on = max([on, *(end for filed, end in matters if filed <= concluded_on)])
        outcome, on = ("CLARIFIED", on) if on <= last_day else ("DEFERRED", concluded_on)
    if outcome not in ("UNRESOLVED", "FOUNDED"):
        until = last_day if outcome == "DEFERRED" else on + timedelta(days=DAYS_BEFORE_ANY_OFFICE_ACTS)
        if any((entry.applied or 0) > place and entry.published.date() <= until for entry in convictions):
            outcome = "CANCELLED"
    return Clearance(
        registration["subject_token"],
        registration["district_code"],
        registration["management_level"],
        outcome,
        on,
        place,
    )


def clarification_figures(clearances: Iterable[Clearance], year: int) -> dict[str, Any]:
    of_year = [clearance for clearance in clearances if clearance.on.year == year]
    outcomes = Counter(clearance.outcome for clearance in of_year)
    first: dict[str, Clearance] = {}
    for clearance in sorted(of_year, key=lambda clearance: (clearance.on, clearance.place)):
        if clearance.outcome == "CLARIFIED":
            first.setdefault(clearance.subject, clearance)
    persons = [clearance for clearance in first.values() if clearance.subject.startswith("S-")]
    organisations = [clearance for clearance in first.values() if clearance.subject.startswith("G-")]
    exclusions = ("INQUIRY_SIDE_EFFECT_ONLY", "NO_ADVERSE_IMPACT", "PARTLY_TRUE", "SECRECY")
    return {
        "cases_clarified": outcomes["CLARIFIED"],
        "persons_by_district": count(clearance.district for clearance in persons),
        "persons_by_level": count(clearance.level for clearance in persons),
        "organisations_by_district": count(clearance.district for clearance in organisations),
        "organisations_by_level": count(clearance.level for clearance in organisations),
        "not_needed": {code: outcomes[code] for code in exclusions if outcomes[code]},
        "closed_declined": outcomes["CLOSED_DECLINED"],
        "deferred": outcomes["DEFERRED"],
        "unresolved": outcomes["UNRESOLVED"],
        "founded": outcomes["FOUNDED"],
    }


def count(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))


def is_otherwise_proven(conclusion: Mapping[str, Any]) -> bool:
    """All conditions of a recognition except that the accuser is known."""
    accusation = conclusion["accusation_findings"]
    elements = accusation["elements"].values()
    return (
        any(status_of(points) == "UNFOUNDED" for points in issues_of(conclusion).values())
        and bool(accusation["indicators"])
        and all(element["met"] and "evidence_ref" in element for element in elements)
    )


def accusation_figures(facts: Facts, year: int) -> dict[str, Any]:
    recognised: dict[str, str] = {}
    mistaken = 0
    for chain in facts.chains["handling.verification_concluded.v1"]:
        data = chain[-1].data
        if day(data["concluded_on"]).year != year or not any("accusation_findings" in entry.data for entry in chain):
            continue
        if "accusation_findings" not in data or not is_otherwise_proven(data):
            mistaken += 1
        elif data["accusation_findings"]["accuser_class"] != "UNIDENTIFIED":
            recognised[data["report_token"]] = data["accusation_findings"]["accuser_class"]
    return {
        "recognised": len(recognised),
        "mistaken": mistaken,
        "recognised_by_accuser_class": count(recognised.values()),
        "review_tasks": len(recognised.keys() & doubted_reports(facts)),
    }


def doubted_reports(facts: Facts) -> set[str]:
    """Reports whose criminal case ended in an acquittal or for want of evidence."""
    transfers = {data["transfer_no"]: data["report_token"] for data in facts.data("police.clue_received.v1")}
    cases = {data["criminal_case_no"]: data["transfer_no"] for data in facts.data("police.case_filed.v1")}
    doubted = {
        data["criminal_case_no"]
        for data in facts.data("procuratorate.prosecution_decided.v1")
        if data["result"] == "NON_PROSECUTED_INSUFFICIENT"
    } | {
        data["criminal_case_no"]
        for data in facts.data("court.judgment_effective.v1")
        if data["party"] == "FALSE_ACCUSER" and data["verdict"] == "ACQUITTED"
    }
    return {transfers[cases[number]] for number in doubted if number in cases and cases[number] in transfers}


def profiles_on(facts: Facts, last_day: date) -> dict[str, dict[str, Any]]:
    """The profile of each person that holds on the day: the latest `as_of`, then the latest `time`."""
    best: dict[str, Entry] = {}
    for chain in facts.chains["organisation.profile_updated.v1"]:
        entry = chain[-1]
        if day(entry.data["as_of"]) > last_day:
            continue
        held = best.get(entry.data["subject_token"])
        rank = (entry.data["as_of"], entry.published)
        if held is None or rank >= (held.data["as_of"], held.published):
            best[entry.data["subject_token"]] = entry
    return {subject: entry.data for subject, entry in best.items()}


def whole_years(birth_month: str, on: date) -> int:
    born = day(f"{birth_month}-01")
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def program_of(in_scope: Sequence[Measure], profile: Mapping[str, Any] | None) -> str:
    earliest = min(measure.decided_on for measure in in_scope)
    if profile is not None and whole_years(profile["birth_month"], earliest) <= 35:
        return "WARM"
    return "DEEP" if any(measure.form == 3 for measure in in_scope) else "STANDARD"


@dataclass
class Population:
    """Persons revisited in the year, with the measures that brought each of them in."""

    measures: dict[str, list[Measure]]
    profiles: dict[str, dict[str, Any]]
    handled: set[str]

    @classmethod
    def of(cls, facts: Facts, measures: Sequence[Measure], year: int) -> Population:
        last_day, last_decided = date(year, 12, 31), date(year, 11, 15)
        profiles = profiles_on(facts, last_day)
        expelled = {measure.subject for measure in measures if measure.expels and measure.decided_on <= last_day}
        in_scope: dict[str, list[Measure]] = defaultdict(list)
        for measure in measures:
            served = profiles.get(measure.subject, {}).get("service_status", "IN_SERVICE") == "IN_SERVICE"
            if served and measure.subject not in expelled and measure.is_in_scope and measure.decided_on <= last_day:
                in_scope[measure.subject].append(measure)
        revisited = {
            subject: own
            for subject, own in in_scope.items()
            if any(measure.decided_on <= last_decided for measure in own)
        }
        return cls(revisited, profiles, {measure.subject for measure in measures})

    def figures(self) -> dict[str, Any]:
        programs = {subject: program_of(own, self.profiles.get(subject)) for subject, own in self.measures.items()}
        districts = [
            max(own, key=lambda measure: (measure.decided_on, measure.place)).district for own in self.measures.values()
        ]
        heavy = {subject for subject, own in self.measures.items() if any(measure.form == 3 for measure in own)}
        return {
            "persons_by_program": count(programs.values()),
            "persons_by_district": count(districts),
            "young_and_heavy": sum(programs[subject] == "WARM" for subject in heavy),
            "handled_but_not_in_scope": len(self.handled - self.measures.keys()),
        }


def promoted_kinds(facts: Facts, population: Population, year: int) -> dict[str, str]:
    """Kind of the first counted appointment of the year, by person revisited."""
    first: dict[str, str] = {}
    appointments = facts.data("organisation.appointment_confirmed.v1")
    for data in sorted(appointments, key=lambda data: str(data["effective_on"])):
        counted = data["kind"] in COUNTED_KINDS and day(data["effective_on"]).year == year
        if counted and data["subject_token"] in population.measures:
            first.setdefault(data["subject_token"], data["kind"])
    return first


def sanction_figures(measures: Sequence[Measure], year: int) -> dict[str, Any]:
    in_force = [measure for measure in measures if not measure.revoked]
    return {
        "by_code_in_year": count(measure.code for measure in in_force if measure.decided_on.year == year),
        "by_code_since_2021": count(
            measure.code for measure in in_force if FIRST_DAY_IN_SCOPE <= measure.decided_on <= date(year, 12, 31)
        ),
        "revoked": sum(measure.revoked for measure in measures),
    }


def tolerance_outcome(matter: Mapping[str, Any]) -> str:
    hits = {hit["list_kind"] for hit in matter["list_hits"]}
    elements, clean = matter["elements"], "NEGATIVE" not in {hit["list_kind"] for hit in matter["list_hits"]}
    if matter["bottom_line"]:
        return "NOT_ACCEPTED"
    if clean and "POSITIVE" in hits:
        return "NOT_A_FAULT"
    core = all(elements[name] != "ADVERSE" for name in ("motive", "procedure", "consequence"))
    if clean and all(matter["distinctions"].values()) and (all(matter["tests"].values()) or core):
        return "EXEMPT"
    return "LIGHTER_OR_MITIGATED" if list(elements.values()).count("ADVERSE") <= 2 else "NOT_TOLERATED"


def tolerance_figures(facts: Facts) -> dict[str, Any]:
    matters = facts.data("handling.accountability_matter_identified.v1")
    outcomes = [(tolerance_outcome(matter), matter["complexity"]) for matter in matters]
    return {
        "by_outcome": count(outcome for outcome, _ in outcomes),
        "collective_decisions": sum(bool(flags) and outcome != "NOT_ACCEPTED" for outcome, flags in outcomes),
    }


PARTY_POSTS = ("PROMOTION", "FURTHER_USE")
ALL_POSTS = (*PARTY_POSTS, "EQUAL_POST", "HIGHER_POST")
STEPS = ("PROMOTION", "RANK", "PAY_STEP")
PERIODS: dict[str, tuple[int, tuple[str, ...]]] = {
    "P1": (12, PARTY_POSTS),
    "P2": (18, PARTY_POSTS),
    "P2b": (24, ALL_POSTS),
    "P3": (24, ALL_POSTS),
    "P6": (60, ("READMISSION", "EQUAL_POST", "HIGHER_POST")),
    "G1": (6, ("PROMOTION", "RANK")),
    "G2": (12, STEPS),
    "G3": (18, STEPS),
    "G4": (24, STEPS),
    "G5": (24, STEPS),
    "G1v": (6, ("PAY_STEP",)),
    "G2v": (12, ("PAY_STEP",)),
    "G3v": (18, ("PAY_STEP",)),
    "I1": (0, ("PROMOTION", "RANK")),
    "S1": (0, ("PROMOTION", "RANK")),
    "O1": (6, PARTY_POSTS),
    "O4": (12, ("PROMOTION", "RANK", "FURTHER_USE")),
    "O6": (24, ("PROMOTION", "RANK", "FURTHER_USE")),
}


def first_free_day(start: date, months: int) -> date:
    """V-18: the corresponding day, or the first of the following month where there is none."""
    ahead = start.year * 12 + start.month - 1 + months
    try:
        return date(ahead // 12, ahead % 12 + 1, start.day)
    except ValueError:
        return date((ahead + 1) // 12, (ahead + 1) % 12 + 1, 1)


def bars_of(measure: Measure) -> dict[str, date]:
    """First free day by bar type; date.max while it is open."""
    if measure.code in ("P4", "P5"):
        restored = measure.restored_on
        tail = date.max if restored is None else first_free_day(restored, 24)
        return {**dict.fromkeys(ALL_POSTS, tail), "PARTY_RIGHTS": restored or date.max}
    if measure.code == "O5":
        later = first_free_day(measure.effective_on, 24)
        return {"LEADING_POST": first_free_day(measure.effective_on, 12), "HIGHER_POST": later, "RANK": later}
    if measure.code not in PERIODS:
        return {}
    months, kinds = PERIODS[measure.code]
    bars = dict.fromkeys(kinds, first_free_day(measure.effective_on, measure.period_months or months))
    if measure.code == "O1":
        bars["EXCELLENCE_RATING"] = date(measure.effective_on.year + 1, 1, 1)
    return bars


def bars_for_person(subject: str, measures: Iterable[Measure]) -> dict[str, Any]:
    own = [measure for measure in measures if measure.subject == subject]
    latest: dict[str, date] = {}
    for measure in own:
        for kind, free in bars_of(measure).items() if not measure.revoked else ():
            latest[kind] = max(free, latest.get(kind, free))
    return {
        "subject_token": subject,
        "measures": sorted([measure.code, measure.effective_on.isoformat()] for measure in own),
        "first_free_day": {
            kind: None if free == date.max else free.isoformat() for kind, free in sorted(latest.items())
        },
    }


def expected_figures(lines: Iterable[bytes], year: int, wall: datetime, bars_for: Sequence[str] = ()) -> dict[str, Any]:
    """Compute every expected figure of a business year from lines in file order.

    `wall` is the receiving clock (Asia/Shanghai if it names no zone); `bars_for` names the persons to show under
    `bars`, in that order. Line ends may be present or not.

    Source: agency-events.md sections 1 to 4 and 6; the definitions beside the sample data.
    """
    exchange = Exchange(wall if wall.tzinfo else wall.replace(tzinfo=SHANGHAI))
    for line in lines:
        exchange.receive(line)
    facts = Facts.of(exchange.applied)
    measures = measures_of(facts)
    clarification = clarification_figures(clearances_of(facts, measures, year), year)
    accusation = accusation_figures(facts, year)
    population = Population.of(facts, measures, year)
    promoted = promoted_kinds(facts, population, year)
    return {
        "business_year": year,
        "lines": exchange.figures(),
        "annual": {
            "persons_clarified": sum(clarification["persons_by_level"].values()),
            "organisations_clarified": sum(clarification["organisations_by_level"].values()),
            "false_accusations_recognised": accusation["recognised"],
            "persons_revisited": len(population.measures),
            "persons_promoted": len(promoted),
        },
        "clarification": clarification,
        "false_accusation": accusation,
        "revisit": population.figures(),
        "sanctions": sanction_figures(measures, year),
        "promoted": {"by_kind": count(promoted.values())},
        "tolerance": tolerance_figures(facts),
        "bars": [bars_for_person(subject, measures) for subject in bars_for],
    }
