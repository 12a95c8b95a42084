"""Comparing a report with expected figures, leaf by leaf, and stories with what public facts say of single cases."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.reporting.domain.book import CLARIFICATION, Book, Row

NOT_COMPARED = frozenset({"seed", "profile", "business_year", "stories", "bars"})
CLAIMS = re.compile(r"; | and ")


@dataclass(frozen=True)
class Difference:
    """A figure that is not as expected; a side that has no such figure is None."""

    where: str
    expected: Any
    actual: Any
    words: str = ""


def compare(
    expected: Mapping[str, Any],
    actual: Mapping[str, Any],
    bars_of: Callable[[str], Mapping[str, Any]] | None = None,
) -> list[Difference]:
    """Compare every leaf of the expected figures with a report as JSON; a key missing on either side differs.

    bars_of(token): `measures` and `first_free_day` of one person; without it, bars are not compared.
    """
    blocks = [name for name in expected if name not in NOT_COMPARED]
    found = [difference for name in blocks for difference in _compare(name, expected[name], actual.get(name))]
    if bars_of is not None:
        found += [difference for person in expected.get("bars", ()) for difference in _compare_bars(person, bars_of)]
    return found


def _compare(where: str, expected: Any, actual: Any) -> Iterator[Difference]:
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        for key in sorted({*expected, *actual}):
            yield from _compare(f"{where}.{key}", expected.get(key), actual.get(key))
    elif isinstance(expected, Mapping):
        for key in sorted(expected):
            yield from _compare(f"{where}.{key}", expected[key], None)
    elif expected != actual:
        yield Difference(where, expected, actual)


def _compare_bars(person: Mapping[str, Any], bars_of: Callable[[str], Mapping[str, Any]]) -> Iterator[Difference]:
    token = person["subject_token"]
    found = bars_of(token)
    wanted, have = ({tuple(measure) for measure in side["measures"]} for side in (person, found))
    if wanted != have:
        yield Difference(f"bars.{token}.measures", sorted(wanted), sorted(have))
    yield from _compare(f"bars.{token}.first_free_day", person["first_free_day"], dict(found["first_free_day"]))


@dataclass(frozen=True)
class Lookups:
    """What public facts say of the cases a story names, by token or number."""

    book: Book
    hashed: Callable[[str], str]

    def clarification_outcomes(self, report_token: str) -> Collection[str]:
        """Return CLARIFIED once cleared, else where the case stands."""
        rows = self._of_case(report_token, "clarified")
        if rows:
            return {"CLARIFIED"}
        standing = self.book.standing(CLARIFICATION, self.hashed(report_token), "9999-12-31")
        return {OUTCOMES.get(standing.measure, "UNDER_WAY")} if standing else set()

    def accusation_outcomes(self, report_token: str) -> Collection[str]:
        return {"RECOGNISED"} if self._of_case(report_token, "recognised") else set()

    def later_outcomes(self, report_token: str) -> Collection[str]:
        return {row.code for row in self._of_case(report_token, "later_outcome")}

    def tolerance_outcomes(self, subject_token: str) -> Collection[str]:
        return {row.code for row in self._of_person(subject_token, "determined", "screened")}

    def programs(self, subject_token: str) -> Collection[str]:
        return {segment.program for segment in self.book.scopes.get(self.hashed(subject_token), ()) if segment.program}

    def promotions(self, subject_token: str) -> Collection[str]:
        subject = self.hashed(subject_token)
        return {f"{row.code} {row.on_day}" for row in self.book.promotions[1] if row.subject == subject}

    def free_days(self, subject_token: str) -> Collection[str]:
        """Return the day on which the last bar ends, none while one is open or there is none."""
        ends = self.book.bars.get(self.hashed(subject_token), {}).values()
        days = [end for end in ends if end is not None]
        return {max(days)} if days and len(days) == len(ends) else set()

    def _of_case(self, value: str, *measures: str) -> list[Row]:
        key = self.hashed(value)
        return [row for row in self.book.all(*measures) if row.key == key]

    def _of_person(self, token: str, *measures: str) -> list[Row]:
        subject = self.hashed(token)
        return [row for row in self.book.all(*measures) if row.subject == subject]


OUTCOMES = {
    "not_needed": "NOT_NEEDED",
    "declined": "CLOSED_DECLINED",
    "deferred": "DEFERRED",
    "rejected": "REJECTED",
    "cancelled": "CANCELLED",
}
CLARIFICATION_CLAIMS = frozenset({"CLARIFIED", *OUTCOMES.values()})
TOLERANCE_CLAIMS = frozenset(
    {"EXEMPT", "NOT_A_FAULT", "LIGHTER", "MITIGATED", "LIGHTER_OR_MITIGATED", "NOT_TOLERATED", "NOT_ACCEPTED"}
)
ADDED_UP = {"LIGHTER": "LIGHTER_OR_MITIGATED", "MITIGATED": "LIGHTER_OR_MITIGATED"}
Story = Mapping[str, Any]


def check_story(story: Story, lookups: Lookups) -> list[Difference]:
    """Check each claim of a story's `expected` text; a claim of unknown form is a difference, not a pass."""
    claims = CLAIMS.split(str(story["expected"]))
    return [difference for claim in claims if (difference := _check(story, claim.strip(), lookups)) is not None]


def _check(story: Story, claim: str, lookups: Lookups) -> Difference | None:
    where = f"stories.{story['story']}.{claim}"
    question = _question(claim)
    if question is None:
        return Difference(where, claim, None, "cannot be checked")
    key, wanted, ask = question
    if key not in story:
        return Difference(where, claim, None, f"cannot be checked: the story names no {key}")
    found = ask(lookups, story[key])
    return None if wanted in found else Difference(where, wanted, ", ".join(sorted(found)) or None)


def _tolerated(lookups: Lookups, subject_token: str) -> Collection[str]:
    found = lookups.tolerance_outcomes(subject_token)
    return {*found, *(ADDED_UP[outcome] for outcome in found if outcome in ADDED_UP)}


Question = tuple[str, str, Callable[[Lookups, str], Collection[str]]]
QUESTIONS: tuple[tuple[re.Pattern[str], str, Callable[[Lookups, str], Collection[str]]], ...] = (
    (re.compile(f"({'|'.join(sorted(CLARIFICATION_CLAIMS))})"), "report_token", Lookups.clarification_outcomes),
    (re.compile(r"(RECOGNISED)"), "report_token", Lookups.accusation_outcomes),
    (re.compile(r"later_outcome (\S+)"), "report_token", Lookups.later_outcomes),
    (re.compile(f"({'|'.join(sorted(TOLERANCE_CLAIMS))})"), "subject_token", _tolerated),
    (re.compile(r"revisit program (\S+)"), "subject_token", Lookups.programs),
    (re.compile(r"promoted (\S+ \S+)"), "subject_token", Lookups.promotions),
    (re.compile(r"free (\S+)"), "subject_token", Lookups.free_days),
)
"""Form of a claim, with what it expects → the token of the story to ask about, and whom to ask."""


def _question(claim: str) -> Question | None:
    """Return which token of the story to ask about, what to expect, and whom to ask."""
    for form, key, ask in QUESTIONS:
        if match := form.fullmatch(claim):
            return key, match[1], ask
    return None
