"""Invent a city's year of agency events, good and bad lines, together with what must come of them."""

from __future__ import annotations

import argparse
import calendar
import copy
import gzip
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

Data = dict[str, Any]
BarCase = tuple[list[tuple[str, str, Data]], dict[str, Any]]
Shape = tuple[list[Data], Data]

SHANGHAI = timezone(timedelta(hours=8))
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕钱毛裘竺"
STEMS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
POSTS = ("副职", "正职", "中层正职", "站所负责人", "村委会成员", "街道科员", "四级主任科员")
LEVELS = ("CITY_MANAGED", "COUNTY_MANAGED", "TOWNSHIP_OR_GENERAL", "VILLAGE", "OTHER")
CATEGORIES = ("POLITICAL", "ORGANISATIONAL", "INTEGRITY", "MASS", "WORK", "LIFE", "DUTY")
REASONS = (
    "APPOINTMENT_AFFECTED",
    "PERSONAL_RIGHTS_OR_LIFE_AFFECTED",
    "REPEATED_AFTER_CONCLUSION",
    "SOCIAL_IMPACT",
    "OTHER_DEEMED_NEEDED",
)
COUNTED_KINDS = ("PROMOTED", "RANK_RAISED", "IMPORTANT_USE")
CODES_BY_FORM = {
    1: ("O1", "O2", "O2", "O1", "P1"),
    2: ("P1", "P1", "P2", "P2b", "G1", "G2", "G3", "G1v", "G2v", "G3v", "I1", "S1", "O3", "O4", "O5"),
    3: ("P2b", "P3", "P4", "P5", "G4", "G5", "O5", "O6", "I1", "S1"),
    4: ("P6", "G6", "G5", "P6"),
}
PREFIXES = {
    "petition": "PE",
    "handling": "HA",
    "trial": "TR",
    "police": "PO",
    "procuratorate": "PR",
    "court": "CO",
    "organisation": "OR",
    "unit": "UN",
}


@dataclass(frozen=True)
class GeneratedCity:
    """Lines in file order without line ends, the figures an outside check expects, and the names in profiles."""

    lines: list[bytes]
    expected: dict[str, Any]
    names: list[str]


@dataclass
class Sent:
    """An event as it was put into the file; lines are ordered by `arrival`, `place` is where the builder keeps it."""

    event: Data
    time: datetime
    arrival: datetime
    place: int

    @property
    def data(self) -> Data:
        return dict(self.event["data"])

    @property
    def district(self) -> str:
        return str(self.event["source"]).partition(".")[2]


@dataclass
class Report:
    token: str
    subject: str
    district: str
    level: str
    registered: Sent


@dataclass
class Person:
    """A handled person: what is intended for the revisit figures; `program` is None outside the population."""

    token: str
    district: str
    program: str | None
    heavy: bool = False
    measures: list[Sent] = field(default_factory=list)


@dataclass
class Intent:
    """What the lines are meant to lead to."""

    fates: Counter[str] = field(default_factory=Counter)
    corrections: int = 0
    late: int = 0
    clearances: list[tuple[date, Report]] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    recognised: Counter[str] = field(default_factory=Counter)
    mistaken: int = 0
    reviews: int = 0
    in_year: Counter[str] = field(default_factory=Counter)
    since_2021: Counter[str] = field(default_factory=Counter)
    revoked: int = 0
    promoted: Counter[str] = field(default_factory=Counter)
    tolerance: Counter[str] = field(default_factory=Counter)
    collective: int = 0
    bars: list[Data] = field(default_factory=list)


def element_proofs(number: str) -> Data:
    return {
        name: {"met": True, "evidence_ref": f"{number}/{place}"}
        for place, name in enumerate(("act", "target", "untruth", "intent"), 1)
    }


def point(issue: str, place: int, conclusion: str, reasons: Sequence[str] = (), side: bool | None = None) -> Data:
    finding: Data = {"issue_id": issue, "point": place, "conclusion": conclusion, "impact_reasons": list(reasons)}
    return finding if side is None else {**finding, "inquiry_side_effect_only": side}


def at_hour(day: date, hour: int, minute: int, second: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=SHANGHAI)


def stamp(time: datetime) -> str:
    return time.isoformat(timespec="seconds")


def encoded(event: Any) -> bytes:
    return json.dumps(event, ensure_ascii=False).encode()


def tallied(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))


class City:
    """The city under construction: every method below sends lines and notes what they are meant to lead to."""

    def __init__(self, seed: int, city: str, year: int) -> None:
        self.rng = random.Random(f"{seed} {city} {year}")
        self.city, self.year = city, year
        self.districts = [city, *(f"{city[:4]}{number:02d}" for number in (2, 3, 4, 5, 6, 12, 81, 82))]
        self.first_year = max(2021, year - 2)
        self.lines: list[tuple[datetime, int, bytes]] = []
        self.good: list[Sent] = []
        self.intent = Intent()
        self.persons: list[Person] = []
        self.names: set[str] = set()
        self.numbers: Counter[str] = Counter()
        self.tokens: set[str] = set()

    # Small choices.

    def day(self, first: tuple[int, int], last: tuple[int, int], year: int | None = None) -> date:
        """A day between two (month, day) of a year, both inclusive; the business year if none is named."""
        start, end = date(year or self.year, *first), date(year or self.year, *last)
        return start + timedelta(days=self.rng.randint(0, (end - start).days))

    def token(self, kind: str) -> str:
        while (token := f"{kind}-{self.rng.getrandbits(48):012x}") in self.tokens:
            pass
        self.tokens.add(token)
        return token

    def number(self, prefix: str, district: str, year: int) -> str:
        self.numbers[prefix] += 1
        return f"{prefix}-{district}-{year}-{self.numbers[prefix]:04d}"

    def name(self) -> str:
        name = f"{self.rng.choice(SURNAMES)}某{self.rng.choice(STEMS)}"
        self.names.add(name)
        return name

    def some(self, variants: Sequence[Any], wanted: float) -> list[Any]:
        """`wanted` of the variants in random order, all of them before any comes again; at least one."""
        chosen: list[Any] = []
        while len(chosen) < max(1, round(wanted)):
            chosen += self.rng.sample(list(variants), len(variants))
        return chosen[: max(1, round(wanted))]

    # The post room.

    def put(self, line: bytes, arrival: datetime, fate: str) -> None:
        self.lines.append((arrival, len(self.lines), line))
        self.intent.fates[fate] += 1

    def event(self, kind: str, name: str, business: date, data: Data, district: str) -> Data:
        """An event as an agency would publish it, up to two days after its business date."""
        self.numbers[kind] += 1
        day = business + timedelta(days=self.rng.randint(0, 2))
        time = at_hour(day, self.rng.randint(8, 17), self.rng.randint(0, 59), self.rng.randint(0, 59))
        return {
            "specversion": "1.0",
            "id": f"{PREFIXES[kind]}-{self.year}-{self.numbers[kind]:05d}",
            "source": f"urn:agency:{kind}.{district}",
            "type": name,
            "time": stamp(time),
            "datacontenttype": "application/json",
            "data": data,
        }

    def send(
        self,
        kind: str,
        name: str,
        business: date,
        data: Data,
        district: str,
        *,
        before: Sent | None = None,
        late: bool = False,
        fate: str = "applied",
        **attributes: str,
    ) -> Sent:
        """Send a good event. `before`: that one arrives after it, so it waits; `late`: its month is closed."""
        event = {**self.event(kind, name, business, data, district), **attributes}
        time = datetime.fromisoformat(event["time"])
        if late:
            time = self.late_time(business)
            event["time"] = stamp(time)
            self.intent.late += 1
        if before is not None:
            self.hold_back(before, time)
            fate = "released"
        if "subject_token" in data and self.rng.random() < 0.3:
            event.setdefault("subject", data["subject_token"])
        sent = Sent(event, time, time, len(self.lines))
        self.put(encoded(event), time, fate)
        self.good.append(sent)
        return sent

    def hold_back(self, sent: Sent, until: datetime) -> None:
        """Let an event that was put already arrive some time after another one that depends on it."""
        sent.arrival = until + timedelta(minutes=self.rng.randint(1, 600))
        self.lines[sent.place] = (sent.arrival, sent.place, self.lines[sent.place][2])

    def late_time(self, business: date) -> datetime:
        month = business.year * 12 + business.month + self.rng.randint(0, 1)
        return at_hour(date(month // 12, month % 12 + 1, self.rng.randint(15, 27)), 9, 30, self.rng.randint(0, 59))

    def correct(self, sent: Sent, change: Data, *, before: bool = False, waits_from: datetime | None = None) -> Sent:
        """Replace fields of an event; None drops one. The event comes four days later if the correction is first."""
        data = {name: value for name, value in {**sent.data, **change}.items() if value is not None}
        time = waits_from or sent.time + timedelta(days=self.rng.randint(1, 4))
        event = {**sent.event, "id": f"{sent.event['id']}-C", "time": stamp(time), "data": data}
        event["supersedes"] = sent.event["id"]
        if before:
            self.hold_back(sent, time)
        self.put(encoded(event), time, "released" if before or waits_from else "applied")
        self.intent.corrections += 1
        correction = Sent(event, time, time, len(self.lines) - 1)
        self.good.append(correction)
        return correction

    def spoil(self, event: Data, reason: str, arrival: datetime | None = None) -> None:
        self.put(encoded(event), arrival or datetime.fromisoformat(event["time"]), reason)

    # Reports and their conclusions.

    def report(self, concluded_on: date, *, subject: str | None = None, **data: Any) -> Report:
        district, level = self.rng.choice(self.districts), self.rng.choice(LEVELS)
        token = data.pop("report_token", None) or self.token("R")
        received_on = concluded_on - timedelta(days=self.rng.randint(25, 60))
        subject = subject or self.token("G" if self.rng.random() < 0.1 else "S")
        registration = {
            "report_token": token,
            "received_on": received_on.isoformat(),
            "channel": self.rng.choice(("LETTER", "VISIT", "PHONE", "ONLINE", "TRANSFERRED", "OTHER")),
            "real_name": self.rng.random() < 0.4,
            "subject_token": subject,
            "management_level": level,
            "district_code": district,
            "issues": [
                {"issue_id": f"I{place}", "category": self.rng.choice(CATEGORIES)}
                for place in range(1, self.rng.randint(2, 4))
            ],
            **data,
        }
        name = "petition.report_registered.v1"
        registered = self.send("petition", name, received_on, registration, district)
        return Report(token, subject, district, level, registered)

    def conclude(self, report: Report, on: date, findings: list[Data], **options: Any) -> Sent:
        data = {"report_token": report.token, "concluded_on": on.isoformat(), "findings": findings}
        data |= options.pop("more", {})
        return self.send("handling", "handling.verification_concluded.v1", on, data, report.district, **options)

    def intend(self, report: Report, outcome: str, on: date) -> None:
        if on.year == self.year:
            self.intent.outcomes[outcome] += 1
            if outcome == "CLARIFIED":
                self.intent.clearances.append((on, report))

    def concluded(self, outcome: str, on: date, variant: Shape, **options: Any) -> Report:
        """A report with its conclusion in one of the shapes that lead to the outcome."""
        findings, more = variant
        report = self.report(on, **options.pop("report", {}))
        self.conclude(report, on, findings, more=more, **options)
        self.intend(report, outcome, on)
        return report

    def clearable(self) -> Shape:
        return self.rng.choice(self.shapes("CLARIFIED"))

    def shapes(self, outcome: str) -> list[Shape]:
        """Findings and further fields of a conclusion that section 6.1 gives the outcome."""
        reason = [self.rng.choice(REASONS)]
        sole = [point("I1", 1, "UNFOUNDED", reason)]
        side = [point("I1", 1, "UNFOUNDED", reason, side=True)]
        declined = {"subject_wish": "DECLINED"}
        shapes: dict[str, list[Shape]] = {
            "CLARIFIED": [
                (sole, {}),
                (sole, {"subject_wish": "AGREED", "secrecy_blocks": False}),
                (sole, {"subject_wish": "NOT_REACHABLE"}),
                ([*sole, point("I2", 1, "UNRESOLVED")], {"subject_wish": "AGREED"}),
                ([*sole, point("I2", 1, "TRUE"), point("I2", 2, "UNFOUNDED", reason)], {}),
                ([*side, point("I1", 2, "UNFOUNDED", reason)], {}),
                ([*side, point("I2", 1, "UNFOUNDED", reason, side=False)], {"remarks": "核实完毕"}),
                ([point("I1", 1.0, "UNFOUNDED"), point("I1", 2, "UNFOUNDED", REASONS)], {}),  # type: ignore[arg-type]
            ],
            "NO_ADVERSE_IMPACT": [
                ([point("I1", 1, "UNFOUNDED")], {}),
                ([point("I1", 1, "UNFOUNDED", side=True)], {"secrecy_blocks": True}),
                ([point("I1", 1, "UNFOUNDED"), point("I2", 1, "PARTLY", reason)], declined),
                ([point("I1", 1, "UNFOUNDED"), point("I2", 1, "UNRESOLVED", reason)], {}),
            ],
            "INQUIRY_SIDE_EFFECT_ONLY": [
                (side, {}),
                ([*side, point("I1", 2, "UNFOUNDED", side=False)], declined),
                ([*side, point("I2", 1, "UNFOUNDED")], {"secrecy_blocks": True}),
            ],
            "SECRECY": [(sole, {"secrecy_blocks": True}), (sole, {"secrecy_blocks": True, **declined})],
            "CLOSED_DECLINED": [(sole, declined), ([*sole, point("I2", 1, "TRUE")], declined)],
            "PARTLY_TRUE": [
                ([point("I1", 1, "TRUE"), point("I1", 2, "UNFOUNDED", reason)], {}),
                ([point("I1", 1, "TRUE"), point("I2", 1, "PARTLY"), point("I2", 2, "UNFOUNDED")], {}),
            ],
            "FOUNDED": [
                ([point("I1", 1, "TRUE")], {}),
                ([point("I1", 1, "PARTLY", reason)], {}),
                ([point("I1", 1, "TRUE"), point("I1", 2, "PARTLY")], declined),
            ],
            "UNRESOLVED": [
                ([point("I1", 1, "UNRESOLVED")], {}),
                ([point("I1", 1, "UNRESOLVED"), point("I1", 2, "UNFOUNDED", reason)], {}),
                ([point("I1", 1, "UNRESOLVED"), point("I2", 1, "TRUE"), point("I2", 2, "UNFOUNDED")], {}),
            ],
        }
        return shapes[outcome]

    def plain_reports(self, scale: float) -> None:
        wanted = {
            "CLARIFIED": 300,
            "NO_ADVERSE_IMPACT": 60,
            "INQUIRY_SIDE_EFFECT_ONLY": 12,
            "SECRECY": 5,
            "CLOSED_DECLINED": 9,
            "PARTLY_TRUE": 18,
            "FOUNDED": 80,
            "UNRESOLVED": 44,
        }
        for outcome, count in wanted.items():
            for variant in self.some(self.shapes(outcome), count * scale):
                if self.year > 2021 and self.rng.random() < 0.05:
                    self.concluded(outcome, self.day((7, 1), (11, 5), self.year - 1), variant)
                report = self.concluded(outcome, self.conclusion_day(), variant)
                self.decorate(report)

    def conclusion_day(self) -> date:
        if self.rng.random() < 0.1:
            month = self.rng.randint(1, 10)
            return date(self.year, month, calendar.monthrange(self.year, month)[1])
        return self.day((1, 3), (11, 8))

    def decorate(self, report: Report) -> None:
        """Repeats and transfers: facts of their own that change no figure."""
        received = date.fromisoformat(report.registered.data["received_on"]) + timedelta(days=self.rng.randint(3, 20))
        if self.rng.random() < 0.25:
            self.transfer(report)
        for count in range(2, 2 + self.rng.choice((0, 0, 0, 0, 0, 0, 1, 2))):
            flagged = {"report_token": report.token, "flagged_on": received.isoformat(), "count": count}
            self.send("petition", "petition.repeat_flagged.v1", received, flagged, report.district)

    def transfer(self, report: Report) -> None:
        on = date.fromisoformat(report.registered.data["received_on"])
        before = report.registered if self.rng.random() < 0.1 else None
        if before is None:
            on += timedelta(days=self.rng.randint(3, 15))
        moved = {
            "report_token": report.token,
            "transferred_on": on.isoformat(),
            "to_body": f"handling.{report.district}",
            "reason": self.rng.choice(("JURISDICTION", "MANAGEMENT_LEVEL", "RECUSAL")),
        }
        self.send("petition", "petition.petition_transferred.v1", on, moved, report.district, before=before)

    def special_reports(self, scale: float) -> None:
        stories = (
            self.conclusion_before_registration,
            self.late_conclusion,
            self.founded_after_correction,
            self.cleared_after_correction,
            self.corrected_before_it_came,
            self.correction_of_a_correction,
            self.correction_of_a_parked_conclusion,
            self.chain_of_parked_corrections,
            self.registration_corrected,
            self.two_conclusions,
            self.two_registrations,
            self.cleared_twice,
            self.deferred_for_good,
            self.resumed_by_withdrawal,
            self.resumed_by_measure,
            self.deferred_in_the_year_before,
            self.matter_ended_before,
            self.matter_filed_much_later,
            self.convicted_at_once,
            self.convicted_while_deferred,
            self.convicted_much_later,
            self.subject_acquitted,
            self.conflicting_parked_corrections,
            self.wrong_corrections,
        )
        for story in self.some(stories, max(8.0, 75 * scale)):
            story()

    def conclusion_before_registration(self) -> None:
        on = self.day((1, 10), (10, 20))
        report = self.report(on)
        self.conclude(report, on, self.clearable()[0], before=report.registered)
        self.intend(report, "CLARIFIED", on)

    def late_conclusion(self) -> None:
        self.concluded("CLARIFIED", self.day((1, 10), (7, 31)), self.clearable(), late=True)

    def founded_after_correction(self) -> None:
        on = self.day((1, 10), (10, 20))
        report = self.report(on)
        first = self.conclude(report, on, self.clearable()[0])
        self.correct(first, {"findings": [point("I1", 1, "TRUE")]}, before=self.rng.random() < 0.4)
        self.intend(report, "FOUNDED", on)

    def cleared_after_correction(self) -> None:
        on = self.day((1, 10), (10, 20))
        report = self.report(on)
        first = self.conclude(report, on, [point("I1", 1, "TRUE")], more={"remarks": "初核"})
        self.correct(first, {"findings": self.clearable()[0], "remarks": None})
        self.intend(report, "CLARIFIED", on)

    def corrected_before_it_came(self) -> None:
        on = self.day((1, 10), (10, 20))
        report = self.report(on)
        first = self.conclude(report, on, [point("I1", 1, "UNRESOLVED")])
        self.correct(first, {"findings": self.clearable()[0]}, before=True)
        self.intend(report, "CLARIFIED", on)

    def correction_of_a_correction(self) -> None:
        on = self.day((1, 10), (10, 15))
        report = self.report(on)
        first = self.conclude(report, on, self.clearable()[0])
        second = self.correct(first, {"findings": [point("I1", 1, "TRUE")]})
        second.time = first.time + timedelta(days=4)
        third = {**second.event, "id": f"{first.event['id']}-CC", "supersedes": second.event["id"]}
        third |= {"time": stamp(second.time + timedelta(hours=3)), "data": first.data}
        self.put(encoded(third), second.time + timedelta(hours=3), "applied")
        self.intent.corrections += 1
        again = {**third, "id": f"{first.event['id']}-C9", "supersedes": first.event["id"]}
        self.spoil(again, "DUPLICATE_CONFLICT", second.time + timedelta(hours=5))
        self.intend(report, "CLARIFIED", on)

    def correction_of_a_parked_conclusion(self) -> None:
        """Conclusion, then its correction, then the registration: both wait and both come into force."""
        on = self.day((1, 10), (10, 15))
        report = self.report(on)
        first = self.conclude(report, on, [point("I1", 1, "TRUE")], before=report.registered)
        self.correct(first, {"findings": self.clearable()[0]}, waits_from=first.arrival + timedelta(seconds=30))
        self.intend(report, "CLARIFIED", on)

    def chain_of_parked_corrections(self) -> None:
        """The correction of a correction comes first, then the correction, then the event."""
        on = self.day((1, 10), (10, 15))
        report = self.report(on)
        first = self.conclude(report, on, [point("I1", 1, "UNRESOLVED")])
        second = self.correct(first, {"findings": [point("I1", 1, "TRUE")]}, before=True)
        third = {**second.event, "id": f"{first.event['id']}-CC", "supersedes": second.event["id"]}
        third["data"] = {**first.data, "findings": self.clearable()[0]}
        self.put(encoded(third), second.arrival - timedelta(minutes=5), "released")
        self.intent.corrections += 1
        self.intend(report, "CLARIFIED", on)

    def registration_corrected(self) -> None:
        report = self.concluded("CLARIFIED", self.day((2, 10), (10, 20)), self.clearable())
        district = self.rng.choice([code for code in self.districts if code != report.district])
        level = self.rng.choice([level for level in LEVELS if level != report.level])
        change = {"district_code": district, "management_level": level}
        self.correct(report.registered, change, before=self.rng.random() < 0.5)
        report.district, report.level = district, level

    def two_conclusions(self) -> None:
        """A second conclusion that names no earlier one is a task for a person and changes nothing."""
        on = self.day((1, 10), (8, 20))
        report = self.concluded("CLARIFIED", on, self.clearable())
        self.conclude(report, on + timedelta(days=20), [point("I1", 1, "TRUE")])

    def two_registrations(self) -> None:
        on = self.day((2, 10), (10, 20))
        report = self.concluded("CLARIFIED", on, self.clearable())
        data = {**report.registered.data, "district_code": self.rng.choice(self.districts), "channel": "OTHER"}
        received = date.fromisoformat(data["received_on"]) + timedelta(days=4)
        self.send("petition", "petition.report_registered.v1", received, data, self.city)

    def cleared_twice(self) -> None:
        first = self.concluded("CLARIFIED", self.day((1, 10), (4, 30)), self.clearable())
        again = {"subject": first.subject, "repeat_of": first.token}
        self.concluded("CLARIFIED", self.day((8, 10), (11, 5)), self.clearable(), report=again)

    def open_matter(self, concluded_on: date, **options: Any) -> tuple[Report, Sent]:
        """A clearable report whose subject has another matter filed on or before the day of the conclusion."""
        report = self.report(concluded_on, subject=self.token("S"))
        filed_on = options.get("filed_on") or concluded_on - timedelta(days=self.rng.choice((4, 30, 90)))
        case = {
            "case_no": self.number("LA", report.district, filed_on.year),
            "subject_token": report.subject,
            "filed_on": filed_on.isoformat(),
            "nature": self.rng.choice(("DISCIPLINE", "DUTY_VIOLATION", "DUTY_CRIME")),
        }
        filed = self.send("handling", "handling.case_filed.v1", filed_on, case, report.district)
        self.conclude(report, concluded_on, self.clearable()[0])
        return report, filed

    def withdraw(self, filed: Sent, on: date) -> None:
        data = {name: filed.data[name] for name in ("case_no", "subject_token")}
        data |= {"withdrawn_on": on.isoformat(), "reason": "NO_VIOLATION"}
        before = filed if self.rng.random() < 0.2 else None
        self.send("handling", "handling.case_withdrawn.v1", on, data, filed.district, before=before)

    def deferred_for_good(self) -> None:
        on = self.day((2, 10), (11, 8))
        report, _ = self.open_matter(on)
        self.intend(report, "DEFERRED", on)

    def resumed_by_withdrawal(self) -> None:
        on, end = self.day((2, 10), (5, 31)), self.day((6, 20), (10, 20))
        report, filed = self.open_matter(on)
        data = {"case_no": filed.data["case_no"], "subject_token": report.subject}
        data |= {"withdrawn_on": end.isoformat(), "reason": "NO_RESPONSIBILITY"}
        self.send("handling", "handling.case_withdrawn.v1", end, data, report.district)
        self.intend(report, "CLARIFIED", end)

    def resumed_by_measure(self) -> None:
        on, end = self.day((2, 10), (5, 31)), self.day((6, 20), (10, 20))
        report, filed = self.open_matter(on)
        person = self.add_person(Person(report.subject, report.district, "STANDARD"))
        self.measure(person, "O1", 1, end, case_no=filed.data["case_no"])
        self.intend(report, "CLARIFIED", end)

    def deferred_in_the_year_before(self) -> None:
        on, end = self.day((7, 10), (10, 31), self.year - 1), self.day((2, 1), (5, 31))
        report, filed = self.open_matter(on)
        data = {"case_no": filed.data["case_no"], "subject_token": report.subject}
        data |= {"withdrawn_on": end.isoformat(), "reason": "NO_VIOLATION"}
        self.send("handling", "handling.case_withdrawn.v1", end, data, report.district)
        self.intend(report, "CLARIFIED", end)

    def matter_ended_before(self) -> None:
        on = self.day((4, 10), (11, 5))
        report, filed = self.open_matter(on, filed_on=on - timedelta(days=80))
        self.withdraw(filed, on - timedelta(days=15))
        self.intend(report, "CLARIFIED", on)

    def matter_filed_much_later(self) -> None:
        on = self.day((1, 10), (5, 31))
        report, _ = self.open_matter(on, filed_on=on + timedelta(days=100))
        self.intend(report, "CLARIFIED", on)

    def judge(self, subject: str, verdict: str, after: date, days: int) -> None:
        """A judgment on the subject, published `days` days after another day and in force since its eve."""
        on = after + timedelta(days=days)
        data = {
            "criminal_case_no": self.number("XS", self.city, on.year),
            "effective_on": on.isoformat(),
            "verdict": verdict,
            "party": "SUBJECT",
            "subject_token": subject,
        }
        sent = self.send("court", "court.judgment_effective.v1", on, data, self.city)
        assert sent.arrival.date() <= on + timedelta(days=2)

    def convicted_at_once(self) -> None:
        on = self.day((2, 10), (10, 20))
        outcome = self.rng.choice(("CLARIFIED", "NO_ADVERSE_IMPACT", "SECRECY"))
        report = self.report(on, subject=self.token("S"))
        findings, more = self.rng.choice(self.shapes(outcome))
        sent = self.conclude(report, on, findings, more=more)
        self.judge(report.subject, self.rng.choice(("CONVICTED", "CONVICTED_EXEMPT")), sent.time.date(), 1)

    def convicted_while_deferred(self) -> None:
        on = self.day((2, 10), (6, 20))
        report, _ = self.open_matter(on)
        self.judge(report.subject, "CONVICTED", on, 60)

    def convicted_much_later(self) -> None:
        on = self.day((2, 10), (5, 31))
        report = self.concluded("CLARIFIED", on, self.clearable(), report={"subject": self.token("S")})
        self.judge(report.subject, "CONVICTED", on, 120)

    def subject_acquitted(self) -> None:
        on = self.day((2, 10), (10, 20))
        report = self.concluded("CLARIFIED", on, self.clearable(), report={"subject": self.token("S")})
        self.judge(report.subject, "ACQUITTED", on, 3)

    def conflicting_parked_corrections(self) -> None:
        """Of two corrections that wait for one event the first to arrive wins."""
        on = self.day((2, 10), (10, 15))
        report = self.report(on)
        first = self.conclude(report, on, [point("I1", 1, "UNRESOLVED")])
        winner = self.correct(first, {"findings": self.clearable()[0]}, before=True)
        loser = {**winner.event, "id": f"{first.event['id']}-L", "data": first.data | {"remarks": "另一更正"}}
        self.spoil(loser, "DUPLICATE_CONFLICT", first.arrival - timedelta(seconds=30))
        self.intend(report, "CLARIFIED", on)

    def wrong_corrections(self) -> None:
        """Corrections that move an event elsewhere, before and after it came; one is repaired under its id."""
        on = self.day((2, 10), (10, 15))
        other = self.concluded("CLARIFIED", on - timedelta(days=2), self.clearable())
        report = self.report(on)
        first = self.conclude(report, on, [point("I1", 1, "UNRESOLVED")])
        number, source = first.event["id"], first.event["source"]
        moved = {**first.event, "id": f"{number}-M", "supersedes": number}
        moved["data"] = first.data | {"report_token": other.token}
        self.spoil(moved, "SCHEMA", first.arrival - timedelta(minutes=9))
        repaired = {**moved, "data": first.data | {"findings": self.clearable()[0]}}
        self.put(encoded(repaired), first.arrival + timedelta(minutes=9), "applied")
        self.intent.corrections += 1
        self.spoil({**moved, "id": f"{number}-N"}, "SCHEMA", first.arrival + timedelta(minutes=2))
        self.spoil({**moved, "id": f"{number}-S", "supersedes": f"{number}-S"}, "SCHEMA", first.arrival)
        stranger = self.case_filed_of(source, f"{number}-T", on)
        self.spoil({**stranger, "supersedes": number}, "SCHEMA", first.arrival + timedelta(minutes=3))
        lost = {**first.event, "id": f"{number}-X", "supersedes": "HA-0000-NEVER"}
        self.put(encoded(lost), first.arrival + timedelta(minutes=4), "parked_open")
        self.intend(report, "CLARIFIED", on)

    def case_filed_of(self, source: str, event_id: str, on: date) -> Data:
        data = {"case_no": event_id, "subject_token": self.token("S"), "filed_on": on.isoformat()}
        event = self.event("handling", "handling.case_filed.v1", on, data | {"nature": "DISCIPLINE"}, self.city)
        return {**event, "id": event_id, "source": source}

    # False accusations.

    def accusations(self, scale: float) -> None:
        stories = (
            *(lambda chain=chain: self.recognised(chain) for chain in self.chains()),
            *(lambda flaw=flaw: self.mistaken(flaw) for flaw in self.flaws()),
            self.unidentified,
            self.findings_dropped,
            self.findings_added,
            self.recognised_in_the_year_before,
            self.mistaken_with_acquittal,
        )
        for story in self.some(stories, max(4.0, 22 * scale)):
            story()

    def accusation(self, accuser: str = "OTHER_PERSON") -> Data:
        self.numbers["EV"] += 1
        return {
            "accuser_class": accuser,
            "indicators": ["PRIVATE_RETALIATION"],
            "elements": element_proofs(f"EV-{self.year}-{self.numbers['EV']:04d}"),
            "benefits": [],
        }

    def accused(self, on: date, accusation: Data, outcome: str = "CLARIFIED") -> Report:
        findings, more = self.rng.choice(self.shapes(outcome))
        return self.concluded(outcome, on, (findings, {**more, "accusation_findings": accusation}))

    def recognised(self, chain: tuple[str, str]) -> None:
        on = self.day((1, 5), (3, 10))
        accuser = self.rng.choice(("PARTY_MEMBER", "PUBLIC_OFFICIAL", "OTHER_PERSON"))
        report = self.accused(on, self.accusation(accuser), self.rng.choice(("CLARIFIED", "NO_ADVERSE_IMPACT")))
        self.intent.recognised[accuser] += 1
        self.police(report, on, *chain)
        self.intent.reviews += chain in (("NON_PROSECUTED_INSUFFICIENT", ""), ("PROSECUTED", "ACQUITTED"))

    def chains(self) -> tuple[tuple[str, str], ...]:
        return (
            ("", ""),
            ("NOT_FILED", ""),
            ("PENALTY", ""),
            ("NON_PROSECUTED_STATUTORY", ""),
            ("NON_PROSECUTED_INSUFFICIENT", ""),
            ("PROSECUTED", "CONVICTED"),
            ("PROSECUTED", "ACQUITTED"),
        )

    def police(self, report: Report, on: date, step: str, verdict: str) -> None:
        if not step:
            return
        transfer = self.number("YS", report.district, self.year)
        day = on + timedelta(days=15)
        data = {"transfer_no": transfer, "report_token": report.token, "accepted_on": day.isoformat()}
        clue = self.send("police", "police.clue_received.v1", day, data, report.district)
        day += timedelta(days=12)
        if step == "NOT_FILED":
            data = {"transfer_no": transfer, "decided_on": day.isoformat(), "reason": "MINOR"}
            self.send("police", "police.case_not_filed.v1", day, data, report.district)
        elif step == "PENALTY":
            number = self.number("GA", report.district, self.year)
            data = {"transfer_no": transfer, "decision_no": number, "imposed_on": day.isoformat(), "kind": "FINE"}
            name = "police.penalty_imposed.v1"
            self.send("police", name, day, data | {"fine_cny": 500}, report.district, before=clue)
        else:
            self.prosecute(report, clue, day, step, verdict)

    def prosecute(self, report: Report, clue: Sent, day: date, step: str, verdict: str) -> None:
        number = self.number("XS", report.district, self.year)
        data: Data = {"transfer_no": clue.data["transfer_no"], "criminal_case_no": number}
        data |= {"filed_on": day.isoformat(), "charge": "FALSE_ACCUSATION"}
        before = clue if self.rng.random() < 0.5 else None
        self.send("police", "police.case_filed.v1", day, data, report.district, before=before)
        day += timedelta(days=40)
        data = {"criminal_case_no": number, "concluded_on": day.isoformat(), "result": "TRANSFERRED"}
        name = "police.investigation_concluded.v1"
        self.send("police", name, day, data | {"author_identified": True}, report.district)
        day += timedelta(days=40)
        data = {"criminal_case_no": number, "decided_on": day.isoformat(), "result": step}
        decided = self.send("procuratorate", "procuratorate.prosecution_decided.v1", day, data, report.district)
        if verdict:
            day += timedelta(days=40)
            data = {"criminal_case_no": number, "effective_on": day.isoformat(), "verdict": verdict}
            before = decided if self.rng.random() < 0.3 else None
            name = "court.judgment_effective.v1"
            self.send("court", name, day, data | {"party": "FALSE_ACCUSER"}, report.district, before=before)

    def flaws(self) -> tuple[str, ...]:
        return ("no evidence", "no intent", "no indicator", "true", "unidentified and no intent")

    def mistaken(self, flaw: str) -> None:
        accusation = self.accusation("UNIDENTIFIED" if flaw.startswith("unidentified") else "PARTY_MEMBER")
        if flaw == "no evidence":
            del accusation["elements"]["untruth"]["evidence_ref"]
        elif flaw.endswith("no intent"):
            accusation["elements"]["intent"] = {"met": False}
        elif flaw == "no indicator":
            accusation["indicators"] = []
        self.accused(self.day((1, 5), (11, 5)), accusation, "FOUNDED" if flaw == "true" else "CLARIFIED")
        self.intent.mistaken += 1

    def unidentified(self) -> None:
        self.accused(self.day((1, 5), (11, 5)), self.accusation("UNIDENTIFIED"))

    def findings_dropped(self) -> None:
        on = self.day((1, 10), (10, 20))
        report = self.report(on)
        findings = self.clearable()[0]
        first = self.conclude(report, on, findings, more={"accusation_findings": self.accusation()})
        self.correct(first, {"accusation_findings": None})
        self.intend(report, "CLARIFIED", on)
        self.intent.mistaken += 1

    def findings_added(self) -> None:
        on = self.day((1, 10), (9, 20))
        report = self.report(on)
        first = self.conclude(report, on, self.clearable()[0])
        self.correct(first, {"accusation_findings": self.accusation()}, before=self.rng.random() < 0.5)
        self.intend(report, "CLARIFIED", on)
        self.intent.recognised["OTHER_PERSON"] += 1

    def recognised_in_the_year_before(self) -> None:
        self.accused(self.day((3, 1), (9, 30), self.year - 1), self.accusation())

    def mistaken_with_acquittal(self) -> None:
        on = self.day((1, 5), (3, 10))
        accusation = self.accusation()
        accusation["elements"]["intent"]["met"] = False
        report = self.accused(on, accusation)
        self.police(report, on, "PROSECUTED", "ACQUITTED")
        self.intent.mistaken += 1

    # Persons handled, their measures and profiles.

    def add_person(self, person: Person) -> Person:
        self.persons.append(person)
        return person

    def person(self, program: str | None, *, heavy: bool = False) -> Person:
        return self.add_person(Person(self.token("S"), self.rng.choice(self.districts), program, heavy))

    def measure(self, person: Person, code: str, form: int, decided_on: date, **options: Any) -> Sent:
        """One measure; `effective_on`, `case_no` and `period_months` as in the event, `in_force` False if revoked."""
        organisational = code.startswith("O")
        prefix = "ZZ" if organisational else "DJ" if code.startswith("P") else "ZW"
        decided = "imposed_on" if organisational else "decided_on"
        district = options.get("district") or person.district
        data: Data = {
            "decision_no": self.number(prefix, district, decided_on.year),
            "subject_token": person.token,
            "district_code": district,
            "management_level": self.rng.choice(LEVELS),
            "code": code,
            "form": form,
            decided: decided_on.isoformat(),
            "effective_on": (options.get("effective_on") or decided_on).isoformat(),
            "announced_on": (decided_on + timedelta(days=self.rng.randint(0, 7))).isoformat(),
            "error_category": self.rng.choice(CATEGORIES),
            "dereliction": self.rng.random() < 0.3,
            "important_post": self.rng.random() < 0.2,
        }
        if "case_no" in options:
            data["case_no"] = options["case_no"]
        if code in ("I1", "S1", "O3") or "period_months" in options:
            data["period_months"] = options.get("period_months", 6)
        kind = "organisation" if organisational and self.rng.random() < 0.3 else "trial"
        name = "trial.org_measure_imposed.v1" if organisational else "trial.sanction_decided.v1"
        sent = self.send(kind, name, decided_on, data, district, late=options.get("late", False))
        person.measures.append(sent)
        if options.get("in_force", True):
            self.count_measure(code, decided_on)
        return sent

    def count_measure(self, code: str, decided_on: date, change: int = 1) -> None:
        self.intent.in_year[code] += change * (decided_on.year == self.year)
        self.intent.since_2021[code] += change * (2021 <= decided_on.year <= self.year)

    def profile(self, person: Person, as_of: date, **fields: Any) -> Sent:
        birth_month = fields.pop("birth_month", None) or f"{self.year - self.rng.randint(45, 58)}-03"
        options = {name: fields.pop(name) for name in ("late", "before") if name in fields}
        data = {
            "subject_token": person.token,
            "as_of": as_of.isoformat(),
            "name": self.name(),
            "unit_code": f"{person.district}-{self.rng.randint(1, 80):04d}",
            "post": self.rng.choice(POSTS),
            "management_level": self.rng.choice(LEVELS),
            "rank_band": self.rng.choice(("COUNTY_DIVISION", "TOWNSHIP_SECTION", "GENERAL", "RURAL_ENTERPRISE_OTHER")),
            "birth_month": birth_month,
            "gender": self.rng.choice("FM"),
            "district_code": person.district,
            "service_status": "IN_SERVICE",
            **fields,
        }
        return self.send("organisation", "organisation.profile_updated.v1", as_of, data, person.district, **options)

    def measure_day(self) -> date:
        year = self.rng.randint(self.first_year, self.year)
        if self.rng.random() < 0.08:
            month = self.rng.randint(1, 10)
            return date(year, month, calendar.monthrange(year, month)[1])
        if year == 2024 and self.rng.random() < 0.1:
            return date(2024, 2, 29)
        return self.day((1, 2), (11, 15), year)

    def past_day(self, years_ago: int = 1) -> date:
        """A day well before the business year begins."""
        return self.day((1, 4), (9, 30), self.year - years_ago)

    def population(self, scale: float) -> None:
        for program, heavy, wanted in (
            ("STANDARD", False, 1290),
            ("DEEP", True, 90),
            ("WARM", False, 390),
            ("WARM", True, 20),
        ):
            for _ in range(max(1, round(wanted * scale))):
                self.handled(program, heavy)
        stories = (
            self.first_measure_revoked,
            self.heavy_before_2021,
            self.profiles_out_of_order,
            self.same_day_profiles,
            self.second_decision_under_one_number,
            self.measure_corrected,
            self.late_measure,
            self.late_profile,
        )
        for story in self.some(stories, max(3.0, 80 * scale)):
            story()

    def handled(self, program: str, heavy: bool) -> None:
        person = self.person(program, heavy=heavy)
        first = self.measure_day()
        born = self.birth_month(first, young=program == "WARM")
        if program == "WARM" or self.rng.random() < 0.95:
            self.profile(person, first - timedelta(days=self.rng.randint(0, 40)), birth_month=born)
            if self.rng.random() < 0.15:
                self.profile(person, first + timedelta(days=self.rng.randint(1, 20)), birth_month=born)
        form = 3 if heavy else self.rng.choice((1, 1, 2, 2, 2))
        code = self.rng.choice(CODES_BY_FORM[form])
        effective_on = first + timedelta(days=self.rng.choice((0, 0, 1)))
        self.measure(person, code, form, first, effective_on=effective_on)
        later = first + timedelta(days=self.rng.randint(1, 200))
        if self.rng.random() < 0.15 and later <= date(self.year, 11, 15) and (later.month, later.day) < (11, 16):
            person.district = self.rng.choice(self.districts)
            self.measure(person, self.rng.choice(CODES_BY_FORM[2]), 2, later)

    def birth_month(self, on: date, *, young: bool) -> str:
        """Edges included: 35 years and 11 months is young, 36 years on the first of this month is not."""
        edge = self.rng.random() < 0.2
        if young:
            month = on.year * 12 + on.month - 36 * 12 if edge else (on.year - self.rng.randint(22, 34)) * 12
        else:
            month = on.year * 12 + on.month - 1 - 36 * 12 if edge else (on.year - self.rng.randint(38, 58)) * 12
        return f"{month // 12}-{month % 12 + 1:02d}"

    def revoke(self, sent: Sent, on: date, **options: Any) -> Sent:
        data = {name: sent.data[name] for name in ("decision_no", "subject_token")}
        data |= {"revoked_on": on.isoformat(), "basis": self.rng.choice(("REVIEW", "COURT", "SELF_CORRECTION"))}
        self.intent.revoked += 1
        return self.send("trial", "trial.sanction_revoked.v1", on, data, sent.district, **options)

    def first_measure_revoked(self) -> None:
        """The age is taken at the earliest measure that stands: 35 at the first, 36 at the second."""
        person = self.person("STANDARD")
        first = self.past_day()
        second = self.day((2, 1), (10, 31))
        self.profile(person, first, birth_month=f"{second.year - 36}-{second.month:02d}")
        self.revoke(self.measure(person, "G5", 3, first, in_force=False), first + timedelta(days=50))
        self.measure(person, "P1", 2, second)

    def heavy_before_2021(self) -> None:
        person = self.person("STANDARD")
        self.measure(person, "P3", 3, self.day((2, 1), (11, 10), 2020))
        self.measure(person, "O1", 1, self.measure_day())

    def profiles_out_of_order(self) -> None:
        """The older profile comes after the newer one and must not be believed."""
        left = self.rng.random() < 0.5
        person = self.person(None if left else "STANDARD")
        on = self.past_day() if left else self.day((2, 1), (9, 30))
        status = ("LEFT", "IN_SERVICE") if left else ("IN_SERVICE", self.rng.choice(("RETIRED", "LEFT", "DECEASED")))
        newer = self.profile(person, on + timedelta(days=10), service_status=status[0], birth_month="1975-01")
        older = self.event("organisation", "organisation.profile_updated.v1", on, {}, person.district)
        data = {**newer.data, "as_of": on.isoformat(), "service_status": status[1]}
        arrival = newer.arrival + timedelta(days=3)
        self.put(encoded({**older, "data": data}), arrival, "applied")
        code, form = self.rng.choice((("O2", 1), ("P1", 2)))
        self.measure(person, code, form, on + timedelta(days=5))

    def same_day_profiles(self) -> None:
        """Of two profiles as of one day the later time holds, whichever comes first."""
        person = self.person(None)
        on = self.past_day()
        later = self.profile(person, on, service_status="RETIRED", birth_month="1961-05")
        earlier = {**later.event, "id": f"{later.event['id']}-A", "time": stamp(later.time - timedelta(hours=1))}
        earlier["data"] = {**later.data, "service_status": "IN_SERVICE"}
        self.put(encoded(earlier), later.arrival + timedelta(days=1), "applied")
        self.measure(person, "P1", 2, on)

    def second_decision_under_one_number(self) -> None:
        person = self.person("STANDARD")
        first = self.measure(person, "O1", 1, self.measure_day())
        data = {**first.data, "code": "O6", "form": 3}
        on = date.fromisoformat(data["imposed_on"])
        self.send("trial", "trial.org_measure_imposed.v1", on, data, first.district)
        self.move_last_after(first)

    def move_last_after(self, first: Sent) -> None:
        """Let the event sent last arrive a minute after another one."""
        _, place, line = self.lines.pop()
        self.good[-1].arrival = first.arrival + timedelta(minutes=1)
        self.lines.append((self.good[-1].arrival, place, line))

    def measure_corrected(self) -> None:
        """Code, form and district follow the correction, whether it comes before or after."""
        person = self.person("DEEP", heavy=True)
        on = self.day((2, 1), (10, 31), self.rng.randint(self.first_year, self.year))
        first = self.measure(person, "P1", 1, on)
        person.district = self.rng.choice(self.districts)
        change = {"code": "P3", "form": 3, "district_code": person.district}
        self.correct(first, change, before=self.rng.random() < 0.5)
        self.count_measure("P1", on, -1)
        self.count_measure("P3", on)

    def late_measure(self) -> None:
        self.measure(self.person("STANDARD"), "O2", 1, self.day((1, 4), (8, 31)), late=True)

    def late_profile(self) -> None:
        person = self.person("STANDARD")
        on = self.day((1, 4), (8, 31))
        self.measure(person, "G1v", 2, on)
        self.profile(person, on, late=True)

    def outside(self, scale: float) -> None:
        """Handled persons who are not in the population, all decided before the year begins or after it ended."""
        stories = (
            self.expelled,
            self.expelled_after_a_lighter_measure,
            self.gone,
            self.only_measure_revoked,
            self.only_before_2021,
            self.only_next_year,
        )
        for story in self.some(stories, max(3.0, 95 * scale)):
            story()

    def expelled(self) -> None:
        person = self.person(None)
        decided_on = self.rng.choice((self.past_day(), self.day((1, 4), (11, 15))))
        self.measure(person, self.rng.choice(CODES_BY_FORM[4]), 4, decided_on)

    def expelled_after_a_lighter_measure(self) -> None:
        person = self.person(None)
        first = self.past_day()
        self.measure(person, self.rng.choice(("P1", "G2", "O1")), 1, first)
        self.measure(person, self.rng.choice(("P6", "G6")), 3, first + timedelta(days=20))

    def gone(self) -> None:
        person = self.person(None)
        first = self.past_day()
        self.profile(person, first - timedelta(days=3))
        self.measure(person, "P2", 2, first)
        status = self.rng.choice(("RETIRED", "LEFT", "DECEASED"))
        self.profile(person, first + timedelta(days=30), service_status=status)

    def only_measure_revoked(self) -> None:
        person = self.person(None)
        first = self.past_day()
        sent = self.measure(person, self.rng.choice(("P1", "G4", "O4")), 2, first, in_force=False)
        before = sent if self.rng.random() < 0.5 else None
        self.revoke(sent, first + timedelta(days=40), before=before)
        self.appoint(person.token, "PROMOTED", self.day((3, 1), (10, 31)), person.district)

    def only_before_2021(self) -> None:
        self.measure(self.person(None), "P2", 2, self.day((2, 1), (12, 20), 2020))

    def only_next_year(self) -> None:
        self.measure(self.person(None), "P1", 2, self.day((1, 2), (1, 24), self.year + 1))

    # Appointments and awards.

    def appoint(self, subject: str, kind: str, on: date, district: str, **options: Any) -> Sent:
        data = {"subject_token": subject, "kind": kind, "effective_on": on.isoformat(), "post": self.rng.choice(POSTS)}
        if self.rng.random() < 0.1:
            data["recommendation_no"] = self.number("TJ", district, on.year)
        return self.send("organisation", "organisation.appointment_confirmed.v1", on, data, district, **options)

    def free_person(self) -> tuple[Person, date]:
        """A person in the population and a day of the year on which no bar stands."""
        person = self.person("STANDARD")
        code, form, decided_on = self.rng.choice(
            (
                ("O2", 1, self.day((1, 4), (4, 30))),
                ("O1", 1, self.day((1, 4), (1, 31))),
                *([("P1", 2, self.day((1, 4), (5, 31), self.year - 1))] if self.year > 2021 else []),
            )
        )
        self.measure(person, code, form, decided_on)
        return person, self.day((8, 10), (11, 20))

    def appointments(self, scale: float) -> None:
        stories = (
            *(lambda kind=kind: self.promoted(kind) for kind in COUNTED_KINDS),
            self.promoted_late,
            self.promoted_twice,
            self.corrected_to_lateral,
            self.corrected_from_lateral,
            self.appointed_in_other_years,
            self.appointed_but_never_handled,
            self.moved_sideways,
            self.award,
            self.award,
        )
        for story in self.some(stories, max(4.0, 150 * scale)):
            story()

    def promoted(self, kind: str) -> None:
        person, on = self.free_person()
        self.appoint(person.token, kind, on, person.district)
        self.intent.promoted[kind] += 1

    def promoted_late(self) -> None:
        person, on = self.free_person()
        self.appoint(person.token, "PROMOTED", min(on, date(self.year, 10, 20)), person.district, late=True)
        self.intent.promoted["PROMOTED"] += 1

    def promoted_twice(self) -> None:
        """Counted once, by the appointment that took effect first, though it was told last."""
        person, on = self.free_person()
        later = self.appoint(person.token, "IMPORTANT_USE", on + timedelta(days=20), person.district)
        self.appoint(person.token, "RANK_RAISED", on, person.district)
        self.move_last_after(later)
        self.intent.promoted["RANK_RAISED"] += 1

    def corrected_to_lateral(self) -> None:
        person, on = self.free_person()
        self.correct(self.appoint(person.token, "PROMOTED", on, person.district), {"kind": "LATERAL"})

    def corrected_from_lateral(self) -> None:
        person, on = self.free_person()
        sent = self.appoint(person.token, "LATERAL", on, person.district)
        self.correct(sent, {"kind": "RANK_RAISED"}, before=self.rng.random() < 0.5)
        self.intent.promoted["RANK_RAISED"] += 1

    def appointed_in_other_years(self) -> None:
        person, _ = self.free_person()
        self.appoint(person.token, "PROMOTED", self.day((1, 2), (1, 24), self.year + 1), person.district)
        self.appoint(person.token, "RANK_RAISED", self.day((1, 2), (11, 30), 2019), person.district)

    def appointed_but_never_handled(self) -> None:
        self.appoint(self.token("S"), "PROMOTED", self.day((1, 4), (12, 20)), self.city)

    def moved_sideways(self) -> None:
        person, on = self.free_person()
        self.appoint(person.token, "LATERAL", on, person.district)

    def award(self) -> None:
        person, on = self.free_person()
        data = {"subject_token": person.token, "award": "担当作为好支书", "conferred_on": on.isoformat()}
        sent = self.send("organisation", "organisation.award_conferred.v1", on, data, person.district)
        broken = {**sent.event, "data": {**data, "award": ""}}
        self.spoil(broken, "SCHEMA", sent.arrival - timedelta(hours=1))

    # Tolerance.

    def matters(self, scale: float) -> None:
        outcomes = ("NOT_ACCEPTED", "NOT_A_FAULT", "EXEMPT", "LIGHTER_OR_MITIGATED", "NOT_TOLERATED")
        for outcome in self.some(outcomes, max(5.0, 50 * scale)):
            matters = [self.matter(outcome)]
            for _ in range(self.rng.choice((0, 0, 0, 1, 2))):
                matters.append(self.matter(outcome, matters[0].data["matter_no"]))
            if self.rng.random() < 0.5:
                first = min(matters, key=lambda sent: sent.arrival)
                self.rectified(first, before=len(matters) == 1 and self.rng.random() < 0.5)
        self.matter_corrected()
        for _ in range(max(1, round(5 * scale))):
            self.answers_to_nothing()

    def matter(self, outcome: str, number: str | None = None) -> Sent:
        on = self.day((1, 5), (10, 30), self.rng.choice((self.year, self.year, self.year, self.year - 1)))
        district = self.rng.choice(self.districts)
        data: Data = {
            "matter_no": number or self.number("WZ", district, on.year),
            "subject_token": self.token("S"),
            "identified_on": on.isoformat(),
            "district_code": district,
            "management_level": self.rng.choice(LEVELS),
            "domain": self.rng.choice(("GOV_BUSINESS_CONTACT", "REFORM_TRIAL", "PROJECT", "SAFETY", "OTHER")),
            "initiator": self.rng.choice(("PERSON", "UNIT", "ORGANISATION_PROPOSAL", "HANDLING_EX_OFFICIO")),
            **copy.deepcopy(self.rng.choice(self.matter_shapes(outcome))),
            "loss_cny": self.rng.choice((0, 120000, 120000.0, 10_000_000_000)),
            "recovered_cny": 0,
            "complexity": self.rng.choice(([], [], [], ["MAJOR_OR_COMPLEX"], ["LARGE_SOCIAL_EFFECT"])),
        }
        self.intent.tolerance[outcome] += 1
        self.intent.collective += bool(data["complexity"]) and outcome != "NOT_ACCEPTED"
        return self.send("handling", "handling.accountability_matter_identified.v1", on, data, district)

    def matter_shapes(self, outcome: str) -> list[Data]:
        """Answers to the three, six and four questions that section 6.4 gives the outcome."""

        def shape(
            adverse: str = "", distinct: bool = True, tests: bool = True, bottom: str = "", hits: str = ""
        ) -> Data:
            names = ("motive", "conditions", "procedure", "nature", "consequence", "recovery")
            return {
                "distinctions": {
                    "first_trial_not_knowing": True,
                    "no_explicit_limit": distinct,
                    "unintentional_not_private": True,
                },
                "elements": {name: "ADVERSE" if name in adverse.split() else "NEUTRAL" for name in names},
                "tests": {"purpose": True, "procedure": True, "result": tests, "discipline": True},
                "bottom_line": bottom.split(),
                "list_hits": [{"list_kind": kind, "item_code": f"M-{kind[0]}1"} for kind in hits.split()],
            }

        shapes = {
            "NOT_ACCEPTED": [shape(bottom="PRIVATE_GAIN"), shape(bottom="CORRUPTION_OR_CRIME", hits="POSITIVE")],
            "NOT_A_FAULT": [shape(hits="POSITIVE"), shape("motive nature recovery", distinct=False, hits="POSITIVE")],
            "EXEMPT": [
                shape(hits="EXEMPTION"),
                shape("motive procedure consequence"),
                shape("conditions nature recovery", tests=False),
            ],
            "LIGHTER_OR_MITIGATED": [
                shape("motive", tests=False),
                shape(distinct=False),
                shape("nature recovery", hits="NEGATIVE POSITIVE"),
            ],
            "NOT_TOLERATED": [
                shape("motive nature recovery", tests=False),
                shape("conditions nature recovery", hits="NEGATIVE"),
                shape("conditions nature recovery", distinct=False),
            ],
        }
        return shapes[outcome]

    def rectified(self, matter: Sent, *, before: bool) -> None:
        on = date.fromisoformat(matter.data["identified_on"]) + timedelta(days=5 if before else 30)
        data = {"basis": "CORRECTION_PLAN", "reference_no": matter.data["matter_no"], "completed_on": on.isoformat()}
        unit = f"{matter.district}-{self.rng.randint(1, 80):04d}"
        name = "unit.rectification_completed.v1"
        self.send("unit", name, on, data, unit, before=matter if before else None)

    def matter_corrected(self) -> None:
        sent = self.matter("NOT_TOLERATED")
        self.correct(sent, {**self.matter_shapes("EXEMPT")[0], "complexity": []})
        self.intent.tolerance.subtract({"NOT_TOLERATED": 1, "EXEMPT": -1})
        self.intent.collective -= bool(sent.data["complexity"])

    def answers_to_nothing(self) -> None:
        """Answers to recommendations and suggestions that were never given: they wait for good."""
        on = self.day((2, 1), (11, 20))
        number = self.number("TJ", self.city, self.year)
        answers: list[tuple[str, str, Data]] = [
            ("organisation", "organisation.recommendation_acknowledged.v1",
             {"recommendation_no": number, "receipt_no": "ZB-1", "received_on": on.isoformat()}),
            ("organisation", "organisation.recommendation_decided.v1",
             {"recommendation_no": number, "decided_on": on.isoformat(), "outcome": "DECLINED", "reason_code": "R1"}),
            ("unit", "unit.suggestion_replied.v1",
             {"doc_no": f"JY-{number}", "replied_on": on.isoformat(), "accepted": True}),
            ("unit", "unit.rectification_completed.v1",
             {"basis": "SUGGESTION", "reference_no": f"JY-{number}", "completed_on": on.isoformat()}),
        ]  # fmt: skip
        for kind, name, data in answers:
            source = f"{self.city}-0017" if kind == "unit" else self.city
            self.send(kind, name, on, data, source, fate="parked_open")

    # Bars, with their free days written out.

    def barred(self, scale: float) -> None:
        cases = self.bar_cases()
        for measures, free in self.some(cases, max(6.0, min(len(cases), 120 * scale))):
            person = self.person("STANDARD")
            sents = [self.barring(person, *measure) for measure in measures]
            self.intent.bars.append(
                {
                    "subject_token": person.token,
                    "measures": sorted([sent.data["code"], sent.data["effective_on"]] for sent in sents),
                    "first_free_day": dict(sorted(free.items())),
                }
            )
            in_force = [sent for sent, (_, _, more) in zip(sents, measures, strict=True) if not more.get("revoked")]
            person.heavy = any(sent.data["form"] == 3 for sent in in_force)
            person.program = "DEEP" if person.heavy else "STANDARD"

    def barring(self, person: Person, code: str, on: str, more: Data) -> Sent:
        """A measure of a bar case; `restored` names the day of restoration, `wrongly` one told first by mistake."""
        decided_on = date.fromisoformat(on)
        form = 3 if code in ("P3", "P4", "P5", "G4", "G5", "O5", "O6") else 2
        options = {"period_months": more["months"]} if "months" in more else {}
        sent = self.measure(person, code, form, decided_on, in_force=not more.get("revoked"), **options)
        if more.get("revoked"):
            self.revoke(sent, decided_on + timedelta(days=30))
        if "restored" in more:
            told = date.fromisoformat(str(more.get("wrongly", more["restored"])))
            data = {name: sent.data[name] for name in ("decision_no", "subject_token")}
            data["restored_on"] = told.isoformat()
            restored = self.send("trial", "trial.party_rights_restored.v1", told, data, sent.district)
            if "wrongly" in more:
                self.correct(restored, {"restored_on": more["restored"]})
        return sent

    def bar_cases(self) -> list[BarCase]:
        """Measures with the first free day by bar type; null is open."""
        before = max(2021, self.year - 1)
        return [*self.short_bar_cases(str(before)), *self.long_bar_cases(str(before)), *self.leap_bar_cases()]

    def short_bar_cases(self, b: str) -> list[BarCase]:
        one, two = str(int(b) + 1), str(int(b) + 2)
        party = ("PROMOTION", "FURTHER_USE")
        posts = (*party, "EQUAL_POST", "HIGHER_POST")
        steps = ("PROMOTION", "RANK", "PAY_STEP")
        leading = {"LEADING_POST": f"{one}-03-01", "HIGHER_POST": f"{two}-03-01", "RANK": f"{two}-03-01"}
        may_revoke = int(b) < self.year
        revoked_free = dict.fromkeys(("PROMOTION", "RANK"), f"{b}-12-15")
        kept_free = {**dict.fromkeys(posts, f"{two}-02-03"), "RANK": f"{b}-12-15"}
        return [
            ([("P1", f"{b}-05-10", {})], dict.fromkeys(party, f"{one}-05-10")),
            ([("P1", f"{b}-05-10", {"months": 18})], dict.fromkeys(party, f"{one}-11-10")),
            ([("P2", f"{b}-08-31", {})], dict.fromkeys(party, f"{two}-03-01")),
            ([("P2b", f"{b}-04-30", {})], dict.fromkeys(posts, f"{two}-04-30")),
            ([("P3", f"{b}-01-31", {})], dict.fromkeys(posts, f"{two}-01-31")),
            ([("G1", f"{b}-03-31", {})], dict.fromkeys(("PROMOTION", "RANK"), f"{b}-10-01")),
            ([("G2", f"{b}-06-15", {})], dict.fromkeys(steps, f"{one}-06-15")),
            ([("G3", f"{b}-08-31", {})], dict.fromkeys(steps, f"{two}-03-01")),
            ([("G4", f"{b}-07-01", {})], dict.fromkeys(steps, f"{two}-07-01")),
            ([("G5", f"{b}-07-02", {})], dict.fromkeys(steps, f"{two}-07-02")),
            ([("G1v", f"{b}-05-31", {})], {"PAY_STEP": f"{b}-12-01"}),
            ([("G2v", f"{b}-05-31", {})], {"PAY_STEP": f"{one}-05-31"}),
            ([("G3v", f"{b}-03-31", {})], {"PAY_STEP": f"{one}-10-01"}),
            ([("I1", f"{b}-10-31", {"months": 6})], dict.fromkeys(("PROMOTION", "RANK"), f"{one}-05-01")),
            ([("S1", f"{b}-10-30", {"months": 24})], dict.fromkeys(("PROMOTION", "RANK"), f"{two}-10-30")),
            (
                [("O1", f"{b}-08-31", {})],
                {**dict.fromkeys(party, f"{one}-03-01"), "EXCELLENCE_RATING": f"{one}-01-01"},
            ),
            (
                [("O1", f"{b}-08-31", {"months": 12})],
                {**dict.fromkeys(party, f"{one}-08-31"), "EXCELLENCE_RATING": f"{one}-01-01"},
            ),
            ([("O2", f"{b}-09-01", {})], {}),
            ([("O3", f"{b}-09-01", {"months": 3})], {}),
            ([("O4", f"{b}-09-10", {})], dict.fromkeys((*party, "RANK"), f"{one}-09-10")),
            ([("O5", f"{b}-03-01", {"months": 6})], leading),
            ([("O6", f"{b}-03-01", {})], dict.fromkeys((*party, "RANK"), f"{two}-03-01")),
            (
                [("P1", f"{b}-02-10", {}), ("G3", f"{b}-02-10", {})],
                {"FURTHER_USE": f"{one}-02-10", **dict.fromkeys(steps, f"{one}-08-10")},
            ),
            (
                [("P3", f"{b}-02-03", {"revoked": may_revoke}), ("G1", f"{b}-06-15", {})],
                revoked_free if may_revoke else kept_free,
            ),
        ]

    def long_bar_cases(self, b: str) -> list[BarCase]:
        """Probation within the Party, with restoration in the business year, corrected, or not at all."""
        y, after, two = self.year, self.year + 1, self.year + 2
        all_posts = ("PROMOTION", "FURTHER_USE", "EQUAL_POST", "HIGHER_POST")
        never: dict[str, str | None] = dict.fromkeys((*all_posts, "PARTY_RIGHTS"))
        start = f"{b}-02-15"
        return [
            ([("P4", start, {})], never),
            ([("P5", start, {"months": 6})], never),
            (
                [("P4", start, {"restored": f"{y}-09-30", "months": 6})],
                {"PARTY_RIGHTS": f"{y}-09-30", **dict.fromkeys(all_posts, f"{two}-09-30")},
            ),
            (
                [("P5", start, {"restored": f"{y}-09-20", "wrongly": f"{y}-09-22"})],
                {"PARTY_RIGHTS": f"{y}-09-20", **dict.fromkeys(all_posts, f"{two}-09-20")},
            ),
            (
                [("P4", start, {"restored": f"{y}-09-30"}), ("G2", f"{y}-10-31", {})],
                {
                    "PARTY_RIGHTS": f"{y}-09-30",
                    **dict.fromkeys(all_posts, f"{two}-09-30"),
                    "RANK": f"{after}-10-31",
                    "PAY_STEP": f"{after}-10-31",
                },
            ),
        ]

    def leap_bar_cases(self) -> list[BarCase]:
        if self.year < 2024:
            return []
        party = ("PROMOTION", "FURTHER_USE")
        return [
            ([("P1", "2024-02-29", {})], dict.fromkeys(party, "2025-03-01")),
            ([("P1", "2024-02-29", {"months": 48})], dict.fromkeys(party, "2028-02-29")),
            ([("G1", "2024-08-31", {})], dict.fromkeys(("PROMOTION", "RANK"), "2025-03-01")),
        ]

    # What is odd, and right.

    def near_misses(self, scale: float) -> None:
        """Events that look wrong and must be accepted."""
        remarks = (
            "编号138001380001",
            "案卷213800138000号",
            "档案330206199013011234",
            "编码33020619900101123XA",
            "举报人反映的问题经核实不属实",
            "二〇二三年 13800 13800",
            "S-138001380001 与 A-77aa01c2de90",
        )
        for remark in self.some(remarks, max(2.0, 7 * scale)):
            variant = (self.clearable()[0], {"remarks": remark})
            if remark.startswith("S-"):
                variant = (variant[0], {"remarks": "核查 2023-02-15 至 2023-03-15"})
            self.concluded("CLARIFIED", self.day((2, 1), (11, 5)), variant)
        digits = f"R-a138{self.rng.randint(10_000_000, 99_999_999)}"
        token = {"report_token": digits}
        self.concluded("FOUNDED", self.day((2, 1), (11, 5)), self.shapes("FOUNDED")[0], report=token)
        self.same_number_elsewhere()
        self.odd_but_readable()

    def same_number_elsewhere(self) -> None:
        """An event number is the agency's own: two agencies may use the same."""
        on = self.day((2, 1), (11, 5))
        number = f"SAME-{self.year}-1"
        for district in self.districts[:2]:
            data = {"subject_token": self.token("S"), "award": "先进个人", "conferred_on": on.isoformat()}
            self.send("organisation", "organisation.award_conferred.v1", on, data, district, id=number)

    def odd_but_readable(self) -> None:
        """Lines padded to the limit, with a carriage return, with escapes, with blanks; and lines of blanks only."""
        on = self.day((2, 1), (11, 5))
        for form in (
            lambda line: line.ljust(64 * 1024),
            lambda line: line + b"\r",
            lambda line: json.dumps(json.loads(line)).encode(),
            lambda line: json.dumps(json.loads(line), indent=2, ensure_ascii=False).replace("\n", " \t").encode(),
        ):
            event = self.award_event(on)
            self.put(form(encoded(event)), datetime.fromisoformat(event["time"]), "applied")
        for blank in (b"", b" ", b"\t \r", b"   "):
            self.lines.append((at_hour(on, 12, 0, 0), len(self.lines), blank))

    # Duplicates and conflicts.

    def duplicates(self, scale: float) -> None:
        last = datetime(self.year + 1, 1, 31, 20, tzinfo=SHANGHAI)
        for sent in self.rng.sample(self.good, min(len(self.good), max(4, round(84 * scale)))):
            event = self.retold(sent)
            arrival = min(last, sent.arrival + timedelta(minutes=self.rng.choice((1, 90, 40_000))))
            self.put(encoded(event), max(arrival, sent.arrival), "duplicate")
        for sent in self.rng.sample(self.good, min(len(self.good), max(3, round(12 * scale)))):
            event = self.contradicted(sent)
            self.spoil(event, "DUPLICATE_CONFLICT", sent.arrival + timedelta(minutes=self.rng.choice((1, 500))))

    def retold(self, sent: Sent) -> Data:
        """The same content in another shape: order of members, time, correlation."""
        event = copy.deepcopy(sent.event)
        match self.rng.randint(0, 3):
            case 0:
                event["data"] = dict(reversed(event["data"].items()))
                return dict(reversed(event.items()))
            case 1:
                return {**event, "time": stamp(sent.time + timedelta(hours=1))}
            case 2:
                return {**event, "correlationid": "QF-1"}
            case _:
                return event

    def contradicted(self, sent: Sent) -> Data:
        """The same number with other content."""
        event = copy.deepcopy(sent.event)
        data = event["data"]
        if "dereliction" in data and self.rng.random() < 0.5:
            data["dereliction"] = not data["dereliction"]
        elif "findings" in data and self.rng.random() < 0.5:
            data["findings"] = [point("I1", 9, "TRUE")]
        else:
            event["subject"] = self.token("S")
        return event

    # What is wrong: quarantine.

    def award_event(self, on: date) -> Data:
        data = {"subject_token": self.token("S"), "award": "先进个人", "conferred_on": on.isoformat()}
        return self.event("organisation", "organisation.award_conferred.v1", on, data, self.rng.choice(self.districts))

    def decoy(self, kind: str = "") -> Data:
        """A new event that would change the figures if it were let in; it is spoiled before it is put."""
        on, district = self.day((2, 1), (10, 31)), self.rng.choice(self.districts)
        intent, persons = self.intent, len(self.persons)
        self.intent = Intent()
        match kind or self.rng.choice(("measure", "registration", "appointment", "matter")):
            case "measure":
                self.measure(self.person("STANDARD"), "P1", 2, on)
            case "registration":
                self.report(on)
            case "appointment":
                subject = self.rng.choice([person.token for person in self.persons if person.program])
                self.appoint(subject, "PROMOTED", on, district)
            case "accusation":
                self.accused_decoy(on, district)
            case _:
                self.matter("EXEMPT")
        self.intent = intent
        del self.persons[persons:]
        self.lines.pop()
        return self.good.pop().event

    def accused_decoy(self, on: date, district: str) -> None:
        data: Data = {"report_token": self.token("R"), "concluded_on": on.isoformat(), "findings": self.clearable()[0]}
        data["accusation_findings"] = self.accusation()
        self.send("handling", "handling.verification_concluded.v1", on, data, district)

    def quarantine(self, scale: float) -> None:
        for reason, spoilers in QUARANTINE.items():
            for kind, spoiler in self.some(spoilers, max(2.0, 0.8 * len(spoilers) * scale)):
                event = self.decoy(kind)
                arrival = datetime.fromisoformat(event["time"])
                line = spoiler(event)
                self.put(line if isinstance(line, bytes) else encoded(line), arrival, reason)

    # The whole.

    def expected(self) -> Data:
        intent = self.intent
        clarification = self.clarification()
        programs = [person for person in self.persons if person.program is not None]
        return {
            "business_year": self.year,
            "lines": self.line_figures(),
            "annual": {
                "persons_clarified": sum(clarification["persons_by_level"].values()),
                "organisations_clarified": sum(clarification["organisations_by_level"].values()),
                "false_accusations_recognised": intent.recognised.total(),
                "persons_revisited": len(programs),
                "persons_promoted": intent.promoted.total(),
            },
            "clarification": clarification,
            "false_accusation": {
                "recognised": intent.recognised.total(),
                "mistaken": intent.mistaken,
                "recognised_by_accuser_class": dict(sorted(intent.recognised.items())),
                "review_tasks": intent.reviews,
            },
            "revisit": {
                "persons_by_program": tallied(str(person.program) for person in programs),
                "persons_by_district": tallied(person.district for person in programs),
                "young_and_heavy": sum(person.heavy and person.program == "WARM" for person in programs),
                "handled_but_not_in_scope": len(self.persons) - len(programs),
            },
            "sanctions": {
                "by_code_in_year": dict(sorted((+intent.in_year).items())),
                "by_code_since_2021": dict(sorted((+intent.since_2021).items())),
                "revoked": intent.revoked,
            },
            "promoted": {"by_kind": dict(sorted(intent.promoted.items()))},
            "tolerance": {
                "by_outcome": dict(sorted((+intent.tolerance).items())),
                "collective_decisions": intent.collective,
            },
            "bars": intent.bars,
        }

    def line_figures(self) -> Data:
        fates = self.intent.fates
        told = ("applied", "released", "parked_open", "duplicate")
        return {
            "total": fates.total(),
            "accepted": fates["applied"] + fates["released"],
            "applied_on_arrival": fates["applied"],
            "parked_then_applied": fates["released"],
            "parked_open": fates["parked_open"],
            "duplicate": fates["duplicate"],
            "quarantined": {reason: count for reason, count in sorted(fates.items()) if reason not in told},
            "corrections_applied": self.intent.corrections,
            "late_for_closed_month": self.intent.late,
        }

    def clarification(self) -> Data:
        first: dict[str, Report] = {}
        for _, report in sorted(self.intent.clearances, key=lambda clearance: clearance[0]):
            first.setdefault(report.subject, report)
        persons = [report for report in first.values() if report.subject.startswith("S-")]
        organisations = [report for report in first.values() if report.subject.startswith("G-")]
        outcomes = self.intent.outcomes
        exclusions = ("INQUIRY_SIDE_EFFECT_ONLY", "NO_ADVERSE_IMPACT", "PARTLY_TRUE", "SECRECY")
        return {
            "cases_clarified": outcomes["CLARIFIED"],
            "persons_by_district": tallied(report.district for report in persons),
            "persons_by_level": tallied(report.level for report in persons),
            "organisations_by_district": tallied(report.district for report in organisations),
            "organisations_by_level": tallied(report.level for report in organisations),
            "not_needed": {code: outcomes[code] for code in exclusions if outcomes[code]},
            "closed_declined": outcomes["CLOSED_DECLINED"],
            "deferred": outcomes["DEFERRED"],
            "unresolved": outcomes["UNRESOLVED"],
            "founded": outcomes["FOUNDED"],
        }

    def build(self, scale: float) -> GeneratedCity:
        for part in (
            self.plain_reports,
            self.special_reports,
            self.accusations,
            self.population,
            self.outside,
            self.appointments,
            self.matters,
            self.barred,
            self.near_misses,
            self.duplicates,
            self.quarantine,
        ):
            part(scale)
        lines = [line for _, _, line in sorted(self.lines)]
        return GeneratedCity(lines, self.expected(), sorted(self.names))


# Ways to spoil an event. Each stands with the kind of event it needs; "" is any that would change a figure.

Spoiler = Callable[[Data], Data | bytes]
DROP = object()


def edited(path: str, value: Any) -> Spoiler:
    """Set the member at a path such as `data.post` or `data.issues.0.note`; DROP removes it."""

    def spoil(event: Data) -> Data:
        event = copy.deepcopy(event)
        *steps, last = path.split(".")
        place: Any = event
        for step in steps:
            place = place[int(step)] if isinstance(place, list) else place[step]
        if value is DROP:
            del place[last]
        else:
            place[last] = value
        return event

    return spoil


def all_of(*spoilers: Callable[[Data], Any]) -> Spoiler:
    def spoil(event: Data) -> Data:
        for spoiler in spoilers:
            event = spoiler(event)
        return event

    return spoil


def later(event: Data) -> Data:
    return {**event, "time": f"2099{event['time'][4:]}"}


def nested(depth: int, name: str) -> Data:
    record: Any = {name: "x"}
    for _ in range(depth):
        record = {"more": [record]}
    return dict(record)


def of_any(*spoilers: Spoiler) -> list[tuple[str, Spoiler]]:
    return [("", spoiler) for spoiler in spoilers]


def of(kind: str, /, **values: Any) -> list[tuple[str, Spoiler]]:
    """Spoilers that set one field of `data` each; several wrong values of a field stand in a tuple."""
    return [
        (kind, edited(f"data.{name.replace('__', '.')}", value))
        for name, wrong in values.items()
        for value in (wrong if isinstance(wrong, tuple) else (wrong,))
    ]


MALFORMED = of_any(
    lambda event: encoded(event)[:150],
    lambda event: encoded([event]),
    lambda event: encoded(event) * 2,
    lambda event: encoded(json.dumps(event)),
    lambda event: b"\xef\xbb\xbf" + encoded(event),
    lambda event: json.dumps(event).encode("utf-16"),
    lambda event: encoded(event)[:-1] + b',"note":"\xff\xfe"}',
    lambda event: encoded(event)[:-1] + b',"note":"\xed\xa0\x80"}',
    lambda event: encoded(event)[:-1] + b',"note":"\\ud800"}',
    lambda event: encoded(event)[:-1] + b',"\\udfff":"note"}',
    lambda event: encoded(event)[:-1] + b',"data":{}}',
    lambda event: encoded(event)[:-1] + b',"\\u0069d":"twice"}',
    lambda event: encoded(event)[:-1] + b',"note":{"a":[{"b":1,"b":1}]}}',
    lambda event: encoded(event)[:-1] + b',"note":NaN}',
    lambda event: encoded(event)[:-1] + b',"note":-Infinity}',
    lambda event: encoded(event)[:-1] + b",}",
    lambda event: encoded(event).ljust(64 * 1024 + 1),
    lambda event: encoded({**event, "note": "长" * 22_000}),
    lambda event: encoded(event).replace(b'"', b"'"),
    lambda event: b"<event/>",
    lambda event: b"null",
    *(edited(name, DROP) for name in ("specversion", "id", "source", "type", "time", "datacontenttype", "data")),
    edited("specversion", 1.0),
    edited("specversion", "0.3"),
    edited("specversion", "1.0\n"),
    edited("id", 17),
    edited("type", None),
    edited("data", []),
    edited("data", None),
    edited("data", "{}"),
    edited("datacontenttype", "text/xml"),
    edited("datacontenttype", "application/json\n"),
    edited("source", "police"),
    edited("source", "urn:agency:police"),
    edited("source", "urn:agency:trial.330200\n"),
    edited("source", "urn:agency:.330200"),
    edited("time", "2023-02-30T10:00:00+08:00"),
    edited("time", "2023-02-20T10:00:00Z"),
    edited("time", "2023-02-20T10:00:00+09:00"),
    edited("time", "2023-02-20T10:00:00"),
    edited("time", "2023-02-20T10:00:00+08:00\n"),
    edited("time", "2023-02-20T25:00:00+08:00"),
    edited("time", "2023-02-20"),
    edited("time", 1_676_851_200),
)
PERSONAL_DATA = of_any(
    *(
        edited(f"data.{name}", "x")
        for name in (
            "reporter",
            "Reporter_Name",
            "re-porter",
            "ｒｅｐｏｒｔｅｒ",
            "complainantToken",
            "informant",
            "whistle_blower",
            "petitioner-id",
            "subject_id_card",
            "IDNumber",
            "contact_phone",
            "mobile",
            "We-Chat",
            "举报人姓名",
            "被检举人",
            "控告人",
            "身份证号",
            "备用手机",
        )
    ),
    edited("reporter_token", "R-000000000000"),
    edited("data.more", nested(40, "reporterName")),
    edited("data.more", nested(1, "１３８００１３８０００")),
    *(
        edited("data.remarks", value)
        for value in (
            "110101199003071234",
            "证件110101 19900307 123X。",
            "110101-19900307-1234",
            "１１０１０１１９９００３０７１２３４",
            "１１０１０１－１９９００３０７－１２３Ｘ",
            "见¹¹⁰¹⁰¹¹⁹⁹⁰⁰³⁰⁷¹²³⁴",
            "电话13800138000",
            "138 0013 8000",
            "139-0013-8000",
            "１９９００１３８０００",
            "①③⑧⓪⓪①③⑧⓪⓪⓪",
            "S-138001380001\n 13800138000",
        )
    ),
    edited("id", "110101199003071234"),
    edited("correlationid", "TEL-13800138000"),
    all_of(edited("type", "police.arrest_made.v1"), edited("data.reporter", "x")),
    all_of(edited("signature", "x..y"), edited("data.phone", 1)),
)
UNKNOWN_TYPE = of_any(
    *(
        edited("type", name)
        for name in (
            "trial.sanction_decided.v2",
            "SanctionDecided",
            "police.arrest_made.v1",
            "trial.sanction_decided.v1\n",
            "Trial.Sanction_Decided.V1",
            "",
        )
    ),
    all_of(edited("type", "audit.finding_transferred.v1"), edited("source", "urn:agency:audit.330200")),
    all_of(edited("type", "trial.sanction_decided"), edited("signature", "x..y")),
)
NOT_PERMITTED = [
    ("", edited("source", "urn:agency:audit.330200")),
    ("", edited("source", "urn:agency:Trial.330200")),
    ("", edited("source", "urn:agency:court.330200")),
    ("measure", edited("source", "urn:agency:organisation.330200")),
    ("measure", edited("source", "urn:agency:unit.330212-0017")),
    ("registration", edited("source", "urn:agency:handling.330200")),
    ("appointment", edited("source", "urn:agency:police.330200")),
    ("matter", edited("source", "urn:agency:trial.330200")),
    ("", all_of(edited("source", "urn:agency:procuratorate.330200"), edited("signature", "x..y"))),
    ("", all_of(edited("source", "urn:agency:audit.330200"), later)),
]
SIGNATURE = of_any(
    edited("signature", "unsigned"),
    edited("signature", ""),
    edited("signature", "eyJhbGciOiJFZERTQSIsImtpZCI6InVybjphZ2VuY3k6dHJpYWwuMzMwMjAwIzEifQ..AAAA"),
    edited("signature", "eyJhbGciOiJub25lIn0.."),
    all_of(edited("signature", "x..y"), later),
    all_of(edited("signature", "x..y"), edited("data.note", 1)),
)
CLOCK = of_any(later, all_of(later, edited("data.note", 1)), all_of(later, edited("subject", None)))
SCHEMA = [
    *of_any(
        edited("subject", None),
        edited("subject", "A-0123456789ab"),
        edited("subject", 5),
        edited("correlationid", ""),
        edited("correlationid", "x" * 65),
        edited("supersedes", 5),
        edited("supersedes", ["TR-1"]),
        edited("dataschema", "urn:x"),
        edited("id", "x" * 65),
        edited("id", ""),
        edited("id", "TR 1"),
        edited("id", "TR-1\n"),
        edited("data.name", "某甲"),
        edited("data.note", None),
        edited("data.subject_token", "S-0123456789AB"),
        edited("data.subject_token", "S-0123456789ab\n"),
        edited("data.subject_token", "S-0123456789abc"),
        edited("data.subject_token", "Ｓ-0123456789ab"),
        edited("data.subject_token", None),
        edited("data.subject_token", DROP),
    ),
    *of(
        "measure",
        code=("P9", "p1", "O1", None, DROP, "P1 "),
        form=(5, 0, "2", 2.5, True, None),
        decided_on=(
            "2023-02-30",
            "2023-02-29",
            "2023-04-31",
            "2023/04/30",
            "2023-4-3",
            "2023-04-03\n",
            "２０２３-04-03",
        ),
        effective_on=("2023-04-03T00:00:00+08:00", 20230403),
        period_months=(0, 61, 6.5, "6", None),
        district_code=("33020", "330206\n", "３３０２０６", 330206),
        dereliction=(1, "true", None),
        decision_no=("", "x" * 65, "处〔2023〕1号"),
        management_level=("city_managed", "NATIONAL"),
    ),
    ("measure", all_of(edited("data.code", "I1"))),
    ("measure", all_of(edited("data.code", "S1"))),
    *of(
        "registration",
        issues=([], {}, [{"issue_id": "I1"}], [{"issue_id": "I100", "category": "WORK"}]),
        issues__0__title="x",
        issues__0__neutral_text=("", "字" * 201),
        real_name=("true", 0),
        subject_token=("R-0123456789ab", "A-0123456789ab"),
        channel="FAX",
        repeat_of="S-0123456789ab",
    ),
    *of("appointment", kind=("promoted", "", ["PROMOTED"]), post=("", "长" * 41, None), subject_token="G-0123456789ab"),
    *of(
        "matter",
        bottom_line=(["PRIVATE_GAIN", "PRIVATE_GAIN"], "PRIVATE_GAIN", ["GREED"], None),
        elements__motive="BAD",
        elements__name="x",
        tests__purpose=(DROP, 1),
        loss_cny=(-1, 10_000_000_001, 0.5, "0", True),
        list_hits=([{"list_kind": "POSITIVE"}],),
    ),
    *of(
        "accusation",
        accusation_findings__indicators=(["OTHER", "OTHER"], None),
        accusation_findings__elements__act=({"met": True, "evidence_ref": None}, {"evidence_ref": "EV-1"}),
        accusation_findings__accuser_token="S-0123456789ab",
        findings=([], [{**point("I1", 1, "UNFOUNDED"), "point": 0}], [{**point("I1", 1, "TRUE"), "point": 1.5}]),
        findings__0__impact_reasons=(DROP, ["OTHER_DEEMED_NEEDED"] * 2),
        remarks="",
    ),
]

QUARANTINE = {
    "MALFORMED": MALFORMED,
    "PERSONAL_DATA": PERSONAL_DATA,
    "UNKNOWN_TYPE": UNKNOWN_TYPE,
    "NOT_PERMITTED": NOT_PERMITTED,
    "SIGNATURE": SIGNATURE,
    "CLOCK": CLOCK,
    "SCHEMA": SCHEMA,
}


def generate(seed: int, city: str, year: int, scale: float) -> GeneratedCity:
    """Invent the year of a city such as 330100 or 320500; scale 1 is about 6,500 lines, the same seed the same city."""
    return City(seed, city, year).build(scale)


def write(city: GeneratedCity, out: Path) -> None:
    """Write `city.jsonl.gz` and `expected.json`; the same city gives the same bytes."""
    out.mkdir(parents=True, exist_ok=True)
    lines = b"".join(line + b"\n" for line in city.lines)
    (out / "city.jsonl.gz").write_bytes(gzip.compress(lines, mtime=0))
    (out / "expected.json").write_text(json.dumps(city.expected, ensure_ascii=False, indent=1), encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog="example: python tests/city/generator.py --seed 7 --city 320500 --year 2024 --scale 0.3 --out suzhou",
    )
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same city (default 1)")
    parser.add_argument("--city", default="330100", help="code of the city, xxyy00 (default 330100)")
    parser.add_argument("--year", type=int, choices=range(2021, 2026), default=2023, help="business year")
    parser.add_argument("--scale", type=float, default=1.0, help="1 is about 6,500 lines (default 1)")
    parser.add_argument("--out", type=Path, required=True, help="folder for city.jsonl.gz and expected.json")
    chosen = parser.parse_args(arguments)
    write(generate(chosen.seed, chosen.city, chosen.year, chosen.scale), chosen.out)


if __name__ == "__main__":
    main()
