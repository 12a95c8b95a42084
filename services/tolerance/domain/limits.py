"""What runs out, and what persons have to do: deadlines and to-do entries of a tolerance case, from its state alone."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from services.tolerance.domain import commands
from services.tolerance.domain.rules import allowed_outcomes
from services.tolerance.domain.state import Case, Suggestion
from services.tolerance.domain.terms import DETERMINED_ON, EFFECTIVE, Outcome, Status
from shared.kernel import Command, Role, Task

Next = type[Command] | None


def next_command(case: Case) -> Next:
    """Return the command that takes the case's next step; None where none is left, or suggestions are to be checked."""
    follow = NEXT.get(case.status)
    return follow(case) if follow else None


def _after_initiated(case: Case) -> Next:
    return commands.RefuseCase if case.bottom_line else commands.AcceptCase


def _while_investigating(case: Case) -> Next:
    return commands.RecordHearing if case.evidenced else commands.SubmitEvidence


def _after_consultation(case: Case) -> Next:
    """A proposal that no longer stands, since the matter was corrected, goes back."""
    stands = case.proposed in allowed_outcomes(case.findings)
    return commands.DetermineOutcome if stands else commands.ReturnCase


def _once_final(case: Case) -> Next:
    return commands.ConfirmNoCorrection if case.outcome is Outcome.NOT_A_FAULT else commands.PlanCorrection


def _while_correcting(case: Case) -> Next:
    return commands.FileCase if case.corrected else commands.VerifyCorrection


def _while_tracking(case: Case) -> Next:
    return None if case.unchecked else commands.CloseTracking


NEXT: Mapping[Status, Callable[[Case], Next]] = {
    Status.INITIATED: _after_initiated,
    Status.ACCEPTED: lambda _case: commands.ApprovePlan,
    Status.PLANNED: lambda _case: commands.SubmitEvidence,
    Status.INVESTIGATING: _while_investigating,
    Status.HEARD: lambda _case: commands.SubmitReport,
    Status.REPORTED: lambda _case: commands.RecordConsultation,
    Status.CONSULTED: _after_consultation,
    Status.DETERMINED: lambda _case: commands.DeliverFeedback,
    Status.OBJECTION_OPEN: lambda _case: commands.ConfirmNoObjection,
    Status.FINAL: _once_final,
    Status.CORRECTING: _while_correcting,
    Status.TRACKING: _while_tracking,
}


def deadlines(case: Case) -> Mapping[str, date]:
    """Return what runs out: the next step's limit, reminders of a correction, replies to suggestions (T-12, T-13)."""
    found: dict[str, date] = {}
    step = next_command(case)
    if step is not None and case.due_on is not None and not case.late:
        found[step.name] = case.due_on + timedelta(days=1)
    if case.remind_on is not None and case.status is Status.CORRECTING:
        found["correction-reminder"] = case.remind_on
    if case.suggestions and case.status in DETERMINED_ON:
        for item in case.suggestions:
            if not (_answered(item) or item.overdue):
                found[f"reply:{item.doc_no}"] = item.reply_due + timedelta(days=1)
    return found


def tasks(case: Case) -> Sequence[Task]:
    """Return what persons have to do: the next step, suggestions to check, agencies' facts to look at."""
    if case.matter is None:
        return ()
    found: list[Task] = []
    step = next_command(case)
    if step is not None:
        found.append(_step(case, step))
    if case.status in EFFECTIVE:
        found += [_check(case, item) for item in case.unchecked]
    if case.review_since is not None:
        found.append(
            Task(commands.ConcludeReview.name, Role.TOLERANCE_OFFICER, case.matter.body, opened_on=case.review_since)
        )
    return found


def _step(case: Case, step: type[Command]) -> Task:
    assert case.step_on is not None
    begins = case.status is Status.INITIATED
    checked = (item.checked_on for item in case.suggestions if item.checked_on is not None)
    return Task(
        step=step.name,
        role=_role(step),
        body=case.approver_body if case.status is Status.CONSULTED else case.known.body,
        opened_on=max((case.step_on, *checked)) if case.status is Status.TRACKING else case.step_on,
        due_on=case.due_on,
        not_before=_day_after(case.objection_until) if case.status is Status.OBJECTION_OPEN else None,
        quiet_since=case.arrived_on if begins else None,
    )


def _check(case: Case, item: Suggestion) -> Task:
    return Task(
        step=commands.CheckImplementation.name,
        role=Role.TOLERANCE_OFFICER,
        body=case.known.body,
        opened_on=item.issued_on,
        not_before=None if _answered(item) else item.reply_due + timedelta(days=1),
        ref=item.doc_no,
    )


def _answered(item: Suggestion) -> bool:
    return item.replied_on is not None or item.rectified_on is not None


def _role(step: type[Command]) -> Role:
    return Role.PRINCIPAL if Role.PRINCIPAL in step.roles else next(iter(step.roles))


def _day_after(day: date | None) -> date | None:
    return day + timedelta(days=1) if day is not None else None
