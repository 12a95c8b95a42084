"""What the rule book says of tolerance: the outcome by rule, what blocks an exemption, and what a step requires."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from services.tolerance.domain import errors
from services.tolerance.domain.commands import Answers
from services.tolerance.domain.terms import (
    SEVERITY,
    BottomLine,
    Complexity,
    Department,
    Distinctions,
    ElementName,
    Elements,
    FourTests,
    Grade,
    ListKind,
    Matter,
    Outcome,
    RuleOutcome,
)
from shared.kernel import Role

ALLOWED: Mapping[RuleOutcome, tuple[Outcome, ...]] = {
    RuleOutcome.NOT_ACCEPTED: (Outcome.NOT_TOLERATED,),
    RuleOutcome.NOT_A_FAULT: (Outcome.NOT_A_FAULT,),
    RuleOutcome.EXEMPT: (Outcome.EXEMPT,),
    RuleOutcome.LIGHTER_OR_MITIGATED: (Outcome.LIGHTER, Outcome.MITIGATED),
    RuleOutcome.NOT_TOLERATED: (Outcome.NOT_TOLERATED,),
}
DECISIVE = (ElementName.MOTIVE, ElementName.PROCEDURE, ElementName.CONSEQUENCE)
ALWAYS_CONSULTED = (Department.DISCIPLINE_BODY, Department.ORGANISATION_DEPT)


@dataclass(frozen=True, slots=True)
class Findings:
    """What is established about one person in one matter: the identified facts as the steps have answered them."""

    bottom_line: tuple[BottomLine, ...]
    distinctions: Distinctions
    elements: Elements
    tests: FourTests
    positive: bool
    negative: bool
    adverse_most: int


def outcome_by_rule(findings: Findings) -> RuleOutcome:
    """Return what the rule arrives at; the first that applies.

    Source: [S] T-3, T-4, [P] T-1, T-2, [A] T-9; agency-events.md 6.4; domain.md 8 no. 6.
    """
    if findings.bottom_line:
        return RuleOutcome.NOT_ACCEPTED
    if findings.positive and not findings.negative:
        return RuleOutcome.NOT_A_FAULT
    if not exemption_blocked_by(findings):
        return RuleOutcome.EXEMPT
    if len(findings.elements.adverse) <= findings.adverse_most:
        return RuleOutcome.LIGHTER_OR_MITIGATED
    return RuleOutcome.NOT_TOLERATED


def exemption_blocked_by(findings: Findings) -> tuple[str, ...]:
    """Return what stands in the way of an exemption; empty where nothing does.

    Four tests met, or none of motive, procedure and consequence adverse: either suffices, so both have to fail.
    Source: T-9, T-3, T-4.
    """
    blocks = [f"bottom_line.{item}" for item in findings.bottom_line]
    if findings.negative:
        blocks.append("list.NEGATIVE")
    blocks += [f"distinctions.{name}" for name in findings.distinctions.failed]
    decisive = [name for name in DECISIVE if findings.elements.grade(name) is Grade.ADVERSE]
    if decisive and findings.tests.failed:
        blocks += [f"elements.{name}" for name in decisive]
        blocks += [f"tests.{name}" for name in findings.tests.failed]
    return tuple(blocks)


def allowed_outcomes(findings: Findings) -> tuple[Outcome, ...]:
    """Return the outcomes a report may propose and a determination may have (T-9).

    A bottom line that appears after the acceptance leaves NOT_TOLERATED alone (T-4, domain.md 8 no. 6).
    """
    return ALLOWED[outcome_by_rule(findings)]


def require_outcome_allowed(outcome: Outcome, findings: Findings, matter: Matter) -> None:
    """Refuse an outcome that the established facts do not allow.

    The bottom line is looked at first, then the negative list. Source: [S] T-4, T-3; [A] T-9.
    """
    allowed = allowed_outcomes(findings)
    if outcome in allowed:
        return
    if findings.bottom_line:
        raise errors.BottomLineHit(flags=listed(findings.bottom_line))
    if findings.negative and outcome is Outcome.EXEMPT:
        items = [hit.item_code for hit in matter.list_hits if hit.list_kind is ListKind.NEGATIVE]
        raise errors.NegativeListHit(items=listed(items), allowed=listed(allowed))
    why = listed(exemption_blocked_by(findings)) or outcome_by_rule(findings).value
    raise errors.OutcomeNotAllowed(outcome=outcome.value, why=why, allowed=listed(allowed))


def require_no_bottom_line(flags: Iterable[BottomLine]) -> None:
    """Refuse to accept where any bottom-line item is hit. Source: [S] T-4; it cannot be waived by any role."""
    hit = listed(flags)
    if hit:
        raise errors.BottomLineHit(flags=hit)


def require_answers(answers: Answers) -> Distinctions:
    """Return the three distinctions, each of them answered. Source: [P] T-1."""
    missing = [name for name, answer in answers if answer is None]
    if missing:
        raise errors.DistinctionsNotAnswered(missing=listed(missing))
    return Distinctions.model_validate(answers.model_dump())


def require_investigators(investigators: tuple[str, ...], declared: Collection[str], approver: str, least: int) -> None:
    """Refuse fewer than two different investigators, one who has not declared on recusal, or who decides (C-9)."""
    if len(set(investigators)) < max(least, len(investigators)):
        raise errors.TooFewInvestigators(count=len(set(investigators)), least=least)
    missing = [person for person in investigators if person not in declared]
    if missing:
        raise errors.RecusalNotDeclared(missing=listed(missing))
    if approver in investigators:
        raise errors.ApproverInvestigates
    principals = [person for person in investigators if f".{Role.PRINCIPAL}." in person]
    if principals:
        raise errors.PrincipalInvestigates(people=listed(principals))


def require_six_elements(named: Collection[ElementName]) -> None:
    """Refuse evidence that leaves out one of the six elements. Source: [P] T-2."""
    missing = [name for name in ElementName if name not in named]
    if missing:
        raise errors.ElementsWithoutEvidence(missing=listed(missing))


def require_not_aggravated(before: Elements, regraded: Mapping[ElementName, Grade]) -> Elements:
    """Return the grades after the hearing; refuse where one is worse than before it. Source: [L] 政务处分法 art.43."""
    worse = [name for name, grade in regraded.items() if SEVERITY[grade] > SEVERITY[before.grade(name)]]
    if worse:
        raise errors.DefenceAggravates(elements=listed(worse))
    return before.model_copy(update={name.value: grade for name, grade in regraded.items()})


def require_departments(departments: Collection[Department], least: int) -> None:
    """Refuse a consultation without discipline body, organisation department and a third one (4.2 step 7)."""
    missing = [department.value for department in ALWAYS_CONSULTED if department not in departments]
    if not missing and len(set(departments)) < least:
        missing = [item.value for item in Department if item not in departments]
    if missing:
        raise errors.TooFewDepartments(missing=listed(missing), least=least)


def require_collective(
    *,
    collectively: bool,
    minutes_no: str | None,
    participants: tuple[str, ...],
    flags: tuple[Complexity, ...],
    least: int,
    body: str,
) -> None:
    """Refuse a decision on a complex matter not taken together, with minutes, by the approving body. Source: T-10."""
    if flags and not collectively:
        raise errors.CollectiveDecisionMissing(flags=listed(flags))
    if not collectively:
        return
    if minutes_no is None:
        raise errors.MinutesMissing(flags=listed(flags) or "–")
    if len(set(participants)) < max(least, len(participants)):
        raise errors.TooFewParticipants(count=len(set(participants)), least=least)
    strangers = [person for person in participants if person.partition(".")[0] != body]
    if strangers:
        raise errors.ParticipantsOfAnotherBody(people=listed(strangers), body=body)


def require_day(day: date, *, earliest: date | None, latest: date) -> None:
    """Refuse a day in the future or before the step it follows."""
    if day > latest or (earliest is not None and day < earliest):
        raise errors.DateOutOfOrder(day=day, earliest=earliest or "–", latest=latest)


def case_id_of(matter_no: str, subject_token: str) -> str:
    """Return the case's id: one for each matter and person; numbers may carry `/` and `:`."""
    return f"T-{_hex(f'{matter_no}|{subject_token}')}"


def doc_no_of(body: str, case_id: str, today: date, count: int) -> str:
    """Return the number of a suggestion: `JY-<body>-<year>-<12 hex>`, which no running number can meet."""
    return f"JY-{body}-{today.year}-{_hex(f'{case_id}|{today.isoformat()}|{count}')}"


def listed(items: Iterable[object]) -> str:
    return ", ".join(str(item) for item in items)


def _hex(content: str) -> str:
    return hashlib.blake2b(content.encode(), digest_size=6).hexdigest()
