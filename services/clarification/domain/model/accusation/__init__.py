"""The false accusation case (诬告陷害案件): its table of steps, and the model that ties it together."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.clarification.domain.commands import accusation as c
from services.clarification.domain.events import accusation as e
from services.clarification.domain.model.accusation import deciding, due, record
from services.clarification.domain.model.accusation.evolving import evolve
from services.clarification.domain.model.accusation.tasks import tasks
from services.clarification.domain.model.accusation.view import summary
from services.clarification.domain.model.step import Step, require_competent, require_possible
from services.clarification.domain.rules.accusation import deciding_body, reviewing_body
from services.clarification.domain.states.accusation import AccusationCase
from services.clarification.domain.terms import BEFORE_RECOGNITION, AccusationStatus
from shared.kernel import Command, Context, Fact, Model

S = AccusationStatus


def handling_body(case: AccusationCase) -> str:
    return case.body


def _step(
    decide: Callable[..., Sequence[Fact]],
    *possible_from: AccusationStatus,
    body: Callable[[AccusationCase], str] = handling_body,
) -> Step:
    return Step(decide, frozenset(possible_from), body)


NOTES: Mapping[type[Command], Callable[[AccusationCase, Any, Context], Sequence[Fact]]] = {
    c.RecordReport: record.record_report,
    c.RecordSigns: record.record_signs,
    c.RecordJustice: record.record_justice,
    c.NoteClarificationLinked: record.note_clarification_linked,
    c.PassTransferDeadline: record.pass_deadline,
}

STEPS: Mapping[type[Command], Step] = {
    c.Suspect: _step(deciding.suspect, S.SCREENING),
    c.ApproveTracing: _step(deciding.approve_tracing, S.SUSPECTED, S.VERIFYING),
    c.PlanVerification: _step(deciding.plan_verification, S.SUSPECTED),
    c.CloseUnidentified: _step(deciding.close_unidentified, S.VERIFYING),
    c.ProposeRecognition: _step(deciding.propose_recognition, S.VERIFYING),
    c.ReturnRecognition: _step(deciding.return_recognition, S.PROPOSED, S.REFERRED_UP, body=deciding_body),
    c.ReferUp: _step(deciding.refer_up, S.PROPOSED),
    c.Recognise: _step(deciding.recognise, S.PROPOSED, S.REFERRED_UP, body=deciding_body),
    c.RefuseRecognition: _step(deciding.refuse_recognition, S.PROPOSED, S.REFERRED_UP, body=deciding_body),
    c.CloseNotFalse: _step(deciding.close_not_false, *BEFORE_RECOGNITION),
    c.TakeMeasure: _step(deciding.take_measure, S.RECOGNISED, S.HANDLING),
    c.RecordMeasureResult: _step(deciding.record_measure_result, S.HANDLING),
    c.CorrectBenefit: _step(deciding.correct_benefit, S.HANDLING),
    c.PublishTypicalCase: _step(deciding.publish_typical_case, S.HANDLING, body=reviewing_body),
    c.CloseAccusation: _step(deciding.close, S.HANDLING),
    c.Reverse: _step(deciding.reverse, S.RECOGNISED, S.HANDLING, S.CLOSED, body=reviewing_body),
    c.ReopenScreening: _step(deciding.reopen, S.CLOSED_NOT_FALSE, S.CLOSED_UNIDENTIFIED),
    c.SettleAccusationReview: _step(deciding.settle_review, *S),
    c.SettlePrincipalReview: _step(deciding.settle_principal_review, *S, body=reviewing_body),
}


def decide(case: AccusationCase, command: Command, context: Context) -> Sequence[Fact]:
    """Decide on a command. What an agency told is never refused; a person's step is checked against the table."""
    note = NOTES.get(type(command))
    if note is not None:
        return note(case, command, context)
    step = STEPS[type(command)]
    require_possible(step, case.status, command)
    require_competent(step, case, command, context)
    return step.decide(case, command, context)


ACCUSATION: Model[AccusationCase] = Model(
    kind="accusation",
    initial=AccusationCase,
    decide=decide,
    evolve=evolve,
    facts=e.FACTS,
    commands=c.COMMANDS,
    deadlines=due.deadlines,
    tasks=tasks,
    summary=summary,
    pass_deadline=due.passing,
)
