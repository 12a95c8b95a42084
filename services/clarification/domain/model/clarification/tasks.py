"""What persons have to do about a report and its case; derived from the state, so nothing can be forgotten."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from services.clarification.domain.rules import clarification as rules
from services.clarification.domain.states.clarification import ClarificationCase
from services.clarification.domain.terms import BEFORE_ACTION, Consent, Stage, Status
from shared.kernel import Refusal, Role, Task

Tasks = Iterator[Task]


def tasks(case: ClarificationCase) -> tuple[Task, ...]:
    return tuple(_tasks(case))


def _tasks(case: ClarificationCase) -> Tasks:
    for review in case.ledger.reviews:
        yield Task("correction-review", Role.DEPT_HEAD, case.body, review.opened_on, ref=review.ref)
    unclassified = case.ledger.conclusion is not None and case.ledger.classification is None
    if unclassified:
        yield _classification(case)
    if not (unclassified and case.status in BEFORE_ACTION) and case.status in DUTIES:
        yield from DUTIES[case.status](case)
    if case.care.report_back_by is not None and not case.care.reported_back and case.status is not Status.REVOKED:
        yield Task(
            "report-back",
            Role.HANDLER,
            case.body,
            case.since,
            due_on=case.care.report_back_by,
            ref=Stage.REPORT_BACK,
        )


def _task(
    case: ClarificationCase, step: str, role: Role = Role.HANDLER, *, ref: str = "", begins: bool = False
) -> Task:
    return Task(
        step,
        role,
        rules.approver_body(case) if role is Role.PRINCIPAL else case.body,
        case.since,
        due_on=case.limit.due_on if case.limit else None,
        quiet_since=case.ledger.heard_on if begins else None,
        ref=ref,
        urgent=bool(case.priority),
    )


def _classification(case: ClarificationCase) -> Task:
    conclusion = case.conclusion
    return Task(
        "classification",
        Role.CASE_SUPERVISOR,
        case.body,
        conclusion.told.received_on,
        due_on=conclusion.assess_by,
        quiet_since=case.ledger.heard_on,
        urgent=bool(case.priority),
    )


def registered(case: ClarificationCase) -> Tasks:
    yield _task(case, "assessment", begins=True)


def assessing(case: ClarificationCase) -> Tasks:
    """Yield the next step in the order of agency-events.md 6.1: exclusion, refusal, open matter, proposal."""
    work, wish = case.work, case.conclusion.subject_wish
    if work.assessment is None:
        yield _task(case, "assessment-result")
    elif case.conclusion.exclusion is not None:
        yield _task(case, "not-needed", Role.DEPUTY_IN_CHARGE)
    elif work.consent is not None and work.consent.consent is Consent.DECLINED and not work.overridden:
        yield _task(case, "declined")
    elif case.ledger.matters and not (work.consent is None and wish is Consent.DECLINED):
        yield _task(case, "deferral")
    elif work.consent is None:
        yield _task(case, "consent")
    else:
        yield _task(case, "proposal")


def deferred(case: ClarificationCase) -> Tasks:
    if not case.ledger.matters:
        yield _task(case, "resumption", begins=True)
        return
    day: date | None = case.work.review_on
    yield Task("deferral-review", Role.HANDLER, case.body, case.since, due_on=day, not_before=day)


def proposed(case: ClarificationCase) -> Tasks:
    yield _blocked(case, "return") or _task(case, "approval", Role.PRINCIPAL)


def approved(case: ClarificationCase) -> Tasks:
    yield _blocked(case, "cancellation") or _task(case, "implementation")


def _blocked(case: ClarificationCase, way_back: str) -> Task | None:
    """Return what has to be done instead where newer facts overtook the proposal."""
    if case.ledger.matters:
        return _task(case, "deferral")
    try:
        rules.require_still_clear(case)
        if case.work.approval is not None:
            rules.require_approved_at_level(case)
    except Refusal:
        return _task(case, way_back, Role.PRINCIPAL)
    return None


def implementing(case: ClarificationCase) -> Tasks:
    missing = rules.missing_methods(case)
    for method in missing:
        yield _task(case, "implementation-record", ref=method)
    if not missing:
        yield _task(case, "completion")


def revisiting(case: ClarificationCase) -> Tasks:
    plan = case.care.plan
    assert plan is not None
    yield Task(
        "revisit-record",
        Role.HANDLER,
        case.body,
        case.since,
        due_on=plan.due_on,
        not_before=plan.not_before,
        ref=str(plan.number),
    )


def reviewing_effect(case: ClarificationCase) -> Tasks:
    effect = case.care.effect
    if effect is None:
        yield _task(case, "effect-review", Role.DEPT_HEAD)
    elif not effect.sufficient:
        yield _task(case, "extra-revisit", Role.DEPT_HEAD)
    else:
        yield _task(case, "archive", Role.PETITION_OFFICER)


DUTIES: Mapping[Status, Callable[[ClarificationCase], Tasks]] = {
    Status.REGISTERED: registered,
    Status.ASSESSING: assessing,
    Status.DEFERRED: deferred,
    Status.PROPOSED: proposed,
    Status.APPROVED: approved,
    Status.IMPLEMENTING: implementing,
    Status.REVISITING: revisiting,
    Status.EFFECT_REVIEW: reviewing_effect,
}
