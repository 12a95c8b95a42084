"""What persons have to do about a possible false accusation."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from services.clarification.domain.rules import accusation as rules
from services.clarification.domain.states.accusation import AccusationCase
from services.clarification.domain.terms import AccusationStatus, Assessed, ReviewKind
from shared.kernel import Role, Task

Tasks = Iterator[Task]
S = AccusationStatus


def tasks(case: AccusationCase) -> tuple[Task, ...]:
    return tuple(_tasks(case))


def _tasks(case: AccusationCase) -> Tasks:
    for review in case.reviews:
        step = "reopening" if review.kind is ReviewKind.FINDINGS_AFTER_CLOSURE else "correction-review"
        yield Task(step, Role.DEPT_HEAD, case.body, review.opened_on, ref=review.ref)
    for review in (*case.doubts, *case.protection):
        body = rules.reviewing_body(case)
        yield Task("review", Role.PRINCIPAL, body, review.opened_on, ref=review.ref, urgent=True)
    if case.status in DUTIES:
        yield from DUTIES[case.status](case)


def _task(case: AccusationCase, step: str, role: Role = Role.HANDLER, *, ref: str = "", begins: bool = False) -> Task:
    body = rules.deciding_body(case) if role is Role.PRINCIPAL else case.body
    return Task(step, role, body, case.since, ref=ref, quiet_since=case.heard_on if begins else None)


def outlook(case: AccusationCase) -> Assessed:
    """Return what the conclusion in force would lead to."""
    conclusion = case.conclusion
    if conclusion is None:
        return Assessed.MISTAKEN
    return rules.assessed(conclusion.signs, supported=conclusion.supported)


def screening(case: AccusationCase) -> Tasks:
    step = "not-false" if outlook(case) is Assessed.MISTAKEN else "suspicion"
    yield _task(case, step, Role.DEPT_HEAD, begins=True)


def suspected(case: AccusationCase) -> Tasks:
    yield _task(case, "verification-plan" if rules.is_supported(case) else "not-false", Role.DEPT_HEAD)


def verifying(case: AccusationCase) -> Tasks:
    match outlook(case):
        case Assessed.MISTAKEN:
            yield _task(case, "not-false", Role.DEPT_HEAD)
        case Assessed.UNIDENTIFIED:
            yield _task(case, "unidentified")
        case Assessed.RECOGNISABLE:
            yield _task(case, "recognition-proposal")


def proposed(case: AccusationCase) -> Tasks:
    yield _way_back(case) or _task(case, _decision(case), Role.PRINCIPAL)


def _way_back(case: AccusationCase) -> Task | None:
    """Return what has to be done instead where a correction overtook the proposal."""
    if not rules.is_supported(case):
        return _task(case, "not-false", Role.DEPT_HEAD)
    too_low = case.status is S.REFERRED_UP and not rules.may_recognise(case)
    return _task(case, "return", Role.PRINCIPAL) if rules.is_overtaken(case) or too_low else None


def _decision(case: AccusationCase) -> str:
    return "recognition" if rules.may_recognise(case) else "referral-up"


def recognised(case: AccusationCase) -> Tasks:
    yield _task(case, "handling-measure")


def handling(case: AccusationCase) -> Tasks:
    numbers, benefits = rules.open_measures(case), rules.open_benefits(case)
    for number in numbers:
        yield _task(case, "measure-result", ref=number)
    for benefit in benefits:
        yield _task(case, "benefit-correction", ref=benefit)
    until = rules.remedy_until(case)
    if not numbers and not benefits and until is not None:
        yield Task("closing", Role.HANDLER, case.body, case.since, not_before=until + timedelta(days=1))


DUTIES: Mapping[AccusationStatus, Callable[[AccusationCase], Tasks]] = {
    S.SCREENING: screening,
    S.SUSPECTED: suspected,
    S.VERIFYING: verifying,
    S.PROPOSED: proposed,
    S.REFERRED_UP: proposed,
    S.RECOGNISED: recognised,
    S.HANDLING: handling,
}
