"""The clarification case (澄清案件): its table of steps, and the model that ties it together."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.clarification.domain.commands import clarification as c
from services.clarification.domain.events import clarification as e
from services.clarification.domain.model.clarification import care, due, ledger, work
from services.clarification.domain.model.clarification.evolving import evolve
from services.clarification.domain.model.clarification.tasks import tasks
from services.clarification.domain.model.clarification.view import summary
from services.clarification.domain.model.step import Step, require_competent, require_possible
from services.clarification.domain.rules.clarification import approver_body, require_none_recused
from services.clarification.domain.states.clarification import ClarificationCase
from services.clarification.domain.terms import Status
from shared.kernel import Command, Context, Fact, Model

S = Status
KNOWN = frozenset(Status) - {S.NONE}
CONCLUDED = KNOWN - {S.REPORTED}
CLEARED = frozenset({S.REVISITING, S.EFFECT_REVIEW, S.CLOSED})


def handling_body(case: ClarificationCase) -> str:
    return case.body


def _step(
    decide: Callable[..., Sequence[Fact]],
    *possible_from: Status,
    body: Callable[[ClarificationCase], str] = handling_body,
) -> Step:
    return Step(decide, frozenset(possible_from), body)


NOTES: Mapping[type[Command], Callable[[ClarificationCase, Any, Context], Sequence[Fact]]] = {
    c.RecordRegistration: ledger.record_registration,
    c.RecordTransfer: ledger.record_transfer,
    c.RecordRepeat: ledger.record_repeat,
    c.RecordConclusion: ledger.record_conclusion,
    c.NoteOtherMatter: ledger.note_other_matter,
    c.NoteOtherMatterEnded: ledger.note_other_matter_ended,
    c.NoteConviction: ledger.note_conviction,
    c.RecordLaterOutcome: ledger.record_later_outcome,
    c.OpenForVictim: ledger.open_for_victim,
    c.NoteAccusationReversed: ledger.note_accusation_reversed,
    c.PassDeadline: ledger.pass_deadline,
}

STEPS: Mapping[type[Command], Step] = {
    c.ClassifyConclusion: _step(work.classify, *CONCLUDED),
    c.ReturnClassification: _step(work.return_classification, *CONCLUDED),
    c.SettleReview: _step(work.settle_review, *KNOWN),
    c.RaisePriority: _step(work.raise_priority, *KNOWN),
    c.RecusePerson: _step(work.recuse_person, *KNOWN),
    c.StartAssessment: _step(work.start_assessment, S.REGISTERED),
    c.CompleteAssessment: _step(work.complete_assessment, S.ASSESSING),
    c.RecordConsent: _step(work.record_consent, S.ASSESSING),
    c.OverrideConsent: _step(work.override_consent, S.ASSESSING, body=approver_body),
    c.SubmitProposal: _step(work.submit_proposal, S.ASSESSING),
    c.DecideNotNeeded: _step(work.decide_not_needed, S.ASSESSING),
    c.CloseDeclined: _step(work.close_declined, S.ASSESSING),
    c.Defer: _step(work.defer, S.ASSESSING, S.PROPOSED, S.APPROVED),
    c.ReviewDeferral: _step(work.review_deferral, S.DEFERRED),
    c.Resume: _step(work.resume, S.DEFERRED),
    c.Approve: _step(work.approve, S.PROPOSED, body=approver_body),
    c.ReturnForRework: _step(work.return_for_rework, S.PROPOSED, body=approver_body),
    c.Reject: _step(work.reject, S.PROPOSED, body=approver_body),
    c.Cancel: _step(work.cancel, S.APPROVED, body=approver_body),
    c.WithdrawConsent: _step(work.withdraw_consent, S.PROPOSED, S.APPROVED),
    c.Reopen: _step(work.reopen, S.NOT_NEEDED, S.REJECTED, S.CLOSED_DECLINED),
    c.StartImplementation: _step(care.start_implementation, S.APPROVED),
    c.RecordImplementation: _step(care.record_implementation, S.IMPLEMENTING),
    c.CompleteImplementation: _step(care.complete_implementation, S.IMPLEMENTING),
    c.ReportBack: _step(care.report_back, *CLEARED),
    c.RecordRevisit: _step(care.record_revisit, S.REVISITING),
    c.WaiveRevisit: _step(care.waive_revisit, S.REVISITING),
    c.ReviewEffect: _step(care.review_effect, S.EFFECT_REVIEW),
    c.OrderExtraRevisit: _step(care.order_extra_revisit, S.EFFECT_REVIEW),
    c.WidenScope: _step(care.widen_scope, S.EFFECT_REVIEW, body=approver_body),
    c.Archive: _step(care.archive, S.EFFECT_REVIEW),
    c.Revoke: _step(care.revoke, S.IMPLEMENTING, *CLEARED, body=approver_body),
}


def decide(case: ClarificationCase, command: Command, context: Context) -> Sequence[Fact]:
    """Decide on a command. What an agency told is never refused; a person's step is checked against the table."""
    note = NOTES.get(type(command))
    if note is not None:
        return note(case, command, context)
    step = STEPS[type(command)]
    require_possible(step, case.status, command)
    require_competent(step, case, command, context)
    require_none_recused(case, (context.actor.person_id,))
    return step.decide(case, command, context)


CLARIFICATION: Model[ClarificationCase] = Model(
    kind="clarification",
    initial=ClarificationCase,
    decide=decide,
    evolve=evolve,
    facts=e.FACTS,
    commands=c.COMMANDS,
    deadlines=due.deadlines,
    tasks=tasks,
    summary=summary,
    pass_deadline=due.passing,
)
