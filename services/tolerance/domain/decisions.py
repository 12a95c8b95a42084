"""What follows from a command on a tolerance case: the state machine as one table, and who takes which step."""

from collections.abc import Callable, Mapping
from typing import Any

from services.tolerance.domain import assessment, commands, errors, follow_up, records, rules
from services.tolerance.domain.moves import Acts, Facts, Move
from services.tolerance.domain.state import Case
from services.tolerance.domain.terms import BEFORE_DETERMINATION, DETERMINED_ON, EFFECTIVE, Status
from shared.kernel import Command, Context


def decide(case: Case, command: Command, context: Context) -> Facts:
    """Return the facts that follow; raise the refusal that says why nothing does."""
    move = MOVES.get(type(command))
    if move is None:
        return RECORDS[type(command)](case, command, context)
    require_possible(case, command, move)
    require_body(case, context, move)
    return move.decide(case, command, context)


def require_possible(case: Case, command: Command, move: Move) -> None:
    """Refuse what the state machine does not list: no step can be skipped. Source: T-7, 4.3."""
    if case.status not in move.states:
        possible = rules.listed(state.value for state in Status if state in move.states)
        raise errors.NotPossibleInState(state=case.status.value, command=command.name, possible=possible)


def require_body(case: Case, context: Context, move: Move) -> None:
    """Refuse a person of another body than the one that takes the step. Source: C-8, 4.2 step 8."""
    bodies = {
        Acts.HANDLING: (case.known.body,),
        Acts.APPROVING: (case.approver_body,),
        Acts.EITHER: (case.known.body, case.approver_body),
    }[move.acts]
    if context.actor.body not in bodies:
        raise errors.BodyNotCompetent(actor_body=context.actor.body, bodies=rules.listed(dict.fromkeys(bodies)))


def _from(*states: Status) -> frozenset[Status]:
    return frozenset(states)


MOVES: Mapping[type[Command], Move] = {
    commands.AcceptCase: Move(_from(Status.INITIATED), assessment.accept),
    commands.RefuseCase: Move(_from(Status.INITIATED), assessment.refuse),
    commands.ReapplyForCase: Move(_from(Status.NOT_ACCEPTED), assessment.reapply),
    commands.ApprovePlan: Move(_from(Status.ACCEPTED), assessment.approve_plan),
    commands.SubmitEvidence: Move(_from(Status.PLANNED, Status.INVESTIGATING), assessment.submit_evidence),
    commands.ExtendEvidenceLimit: Move(_from(Status.PLANNED, Status.INVESTIGATING), assessment.extend),
    commands.RecordHearing: Move(_from(Status.INVESTIGATING), assessment.hear),
    commands.SubmitReport: Move(_from(Status.HEARD), assessment.propose),
    commands.RecordConsultation: Move(_from(Status.REPORTED), assessment.consult),
    commands.ReturnCase: Move(_from(Status.CONSULTED), assessment.return_case, Acts.EITHER),
    commands.DetermineOutcome: Move(_from(Status.CONSULTED), assessment.determine, Acts.APPROVING),
    commands.DeliverFeedback: Move(_from(Status.DETERMINED), follow_up.feed_back),
    commands.ConfirmNoObjection: Move(_from(Status.OBJECTION_OPEN), follow_up.confirm_no_objection),
    commands.DecideObjection: Move(_from(Status.OBJECTION_OPEN), follow_up.decide_objection, Acts.APPROVING),
    commands.PlanCorrection: Move(_from(Status.FINAL), follow_up.plan_correction),
    commands.ConfirmNoCorrection: Move(_from(Status.FINAL), follow_up.confirm_no_correction),
    commands.VerifyCorrection: Move(_from(Status.CORRECTING), follow_up.verify_correction),
    commands.IssueSuggestion: Move(EFFECTIVE, follow_up.issue_suggestion),
    commands.CheckImplementation: Move(EFFECTIVE, follow_up.check_implementation),
    commands.FileCase: Move(_from(Status.CORRECTING), follow_up.file_case),
    commands.CloseTracking: Move(_from(Status.TRACKING), follow_up.close_tracking),
    commands.WithdrawCase: Move(BEFORE_DETERMINATION, follow_up.withdraw),
    commands.TransferCase: Move(BEFORE_DETERMINATION, follow_up.transfer),
    commands.RevokeDetermination: Move(DETERMINED_ON, follow_up.revoke, Acts.APPROVING),
    commands.ConcludeReview: Move(frozenset(Status) - {Status.ABSENT}, records.conclude_review),
}
RECORDS: Mapping[type[Command], Callable[[Case, Any, Context], Facts]] = {
    commands.RecordMatter: records.record_matter,
    commands.RecordUnitReport: records.record_report,
    commands.PassLimit: records.pass_limit,
}
