"""What follows from a command on a tolerance case: the facts, or one refusal."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any

from services.tolerance.domain import commands, errors, events, rules
from services.tolerance.domain.limits import deadlines
from services.tolerance.domain.state import Case, acted_on, already_reported
from services.tolerance.domain.terms import (
    APPLICANTS,
    BEFORE_DETERMINATION,
    DETERMINED_ON,
    EFFECTIVE,
    Addressee,
    ElementName,
    Implementation,
    Initiator,
    ObjectionDecision,
    Outcome,
    PreReview,
    ReviewReason,
    RevocationGround,
    Status,
)
from shared.kernel import Command, Context, Fact
from shared.kernel.bodies import parent_of

Facts = Sequence[Fact]


class Acts(Enum):
    """Which body takes a step: the handling one, the approving one of C-8, or either."""

    HANDLING = 1
    APPROVING = 2
    EITHER = 3


@dataclass(frozen=True, slots=True)
class Move:
    """A person's command: from which states it is possible, at which body, and what follows."""

    states: frozenset[Status]
    decide: Callable[[Case, Any, Context], Facts]
    acts: Acts = Acts.HANDLING


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


def _who(case: Case) -> dict[str, Any]:
    return {
        "case_id": case.case_id,
        "matter_no": case.matter_no,
        "subject_token": case.subject,
        "district": case.known.district,
        "level": case.known.level,
    }


def _within(context: Context, count: int, since: date | None = None) -> date | None:
    return context.workdays.after(since or context.today, count)


def _sealed(case: Case, context: Context, text: str | None) -> str:
    return context.seal(case.case_id, text) if text else ""


def _sealed_of_person(case: Case, context: Context, text: str) -> str:
    return context.seal(case.subject, text)


def _accept(case: Case, command: commands.AcceptCase, context: Context) -> Facts:
    rules.require_no_bottom_line(case.bottom_line)
    distinctions = rules.require_answers(command.distinctions)
    if not command.within_jurisdiction:
        raise errors.OutsideJurisdiction
    return [
        events.ToleranceScreened(
            **_who(case),
            result=PreReview.CANDIDATE,
            screened_on=context.today,
            distinctions=distinctions,
            due_on=_within(context, context.policy.plan_within),
        )
    ]


def _refuse(case: Case, command: commands.RefuseCase, context: Context) -> Facts:
    flags = tuple(dict.fromkeys((*case.bottom_line, *command.bottom_line)))
    if not flags and (command.reason is None or command.note is None):
        raise errors.NoReasonForNonAcceptance
    return [
        events.ToleranceScreened(
            **_who(case),
            result=PreReview.NOT_ACCEPTED if flags else PreReview.NOT_APPLICABLE,
            screened_on=context.today,
            bottom_line=flags,
            reason=command.reason,
            note_sealed=_sealed(case, context, command.note),
        )
    ]


def _reapply(case: Case, command: commands.ReapplyForCase, context: Context) -> Facts:
    return [
        events.Reapplied(
            reapplied_on=context.today,
            new_facts_sealed=_sealed(case, context, command.new_facts),
            due_on=_within(context, context.policy.accept_within),
        )
    ]


def _plan(case: Case, command: commands.ApprovePlan, context: Context) -> Facts:
    policy = context.policy
    rules.require_investigators(
        command.investigators, command.recusal_declared_by, context.actor.person_id, policy.investigators_least
    )
    return [
        events.PlanApproved(
            investigators=command.investigators,
            approved_on=context.today,
            plan_sealed=_sealed(case, context, command.plan),
            due_on=_within(context, policy.evidence_within),
        )
    ]


def _submit_evidence(case: Case, command: commands.SubmitEvidence, context: Context) -> Facts:
    rules.require_six_elements(command.elements)
    established = {name.value: item.grade for name, item in command.elements.items()}
    assert case.tests is not None
    return [
        events.EvidenceCollected(
            elements=case.findings.elements.model_copy(update=established),
            evidence={name.value: item.evidence_ref for name, item in command.elements.items()},
            tests=command.tests or case.tests,
            bottom_line=command.bottom_line,
            collected_on=context.today,
            due_on=_within(context, context.policy.hearing_within),
        )
    ]


def _extend(case: Case, command: commands.ExtendEvidenceLimit, context: Context) -> Facts:
    if case.extended:
        raise errors.AlreadyExtended
    return [
        events.EvidenceLimitExtended(
            extended_on=context.today,
            reason_sealed=_sealed(case, context, command.reason),
            due_on=_within(context, context.policy.evidence_extension, case.due_on),
        )
    ]


def _hear(case: Case, command: commands.RecordHearing, context: Context) -> Facts:
    if not case.evidenced:
        raise errors.ElementsWithoutEvidence(missing=rules.listed(ElementName))
    held_on = command.held_on or context.today
    rules.require_day(held_on, earliest=case.step_on, latest=context.today)
    return [
        events.PersonHeard(
            held_on=held_on,
            recorded_on=context.today,
            elements=rules.require_not_aggravated(case.findings.elements, command.regraded),
            statement_sealed=_sealed_of_person(case, context, command.statement),
            unit_opinion_sealed=_sealed(case, context, command.unit_opinion),
            due_on=_within(context, context.policy.report_within),
        )
    ]


def _report(case: Case, command: commands.SubmitReport, context: Context) -> Facts:
    rules.require_outcome_allowed(command.outcome, case.findings, case.known)
    return [
        events.ReportSubmitted(
            outcome=command.outcome,
            proposed_by=context.actor.person_id,
            submitted_on=context.today,
            analysis_sealed=_sealed(case, context, command.analysis),
            due_on=_within(context, context.policy.consultation_within),
        )
    ]


def _consult(case: Case, command: commands.RecordConsultation, context: Context) -> Facts:
    rules.require_departments(command.departments, context.policy.departments_least)
    if case.known.complexity and command.minutes_no is None:
        raise errors.MinutesMissing(flags=rules.listed(case.known.complexity))
    held_on = command.held_on or context.today
    rules.require_day(held_on, earliest=case.step_on, latest=context.today)
    return [
        events.ConsultationHeld(
            held_on=held_on,
            recorded_on=context.today,
            departments=tuple(dict.fromkeys(command.departments)),
            minutes_no=command.minutes_no or "",
            opinion_sealed=_sealed(case, context, command.opinion),
            due_on=_within(context, context.policy.determination_within),
        )
    ]


def _return(case: Case, command: commands.ReturnCase, context: Context) -> Facts:
    return [
        events.CaseReturned(
            returned_on=context.today,
            reason_sealed=_sealed(case, context, command.reason),
            due_on=_within(context, context.policy.evidence_within),
        )
    ]


def _determine(case: Case, command: commands.DetermineOutcome, context: Context) -> Facts:
    flags = case.known.complexity
    if context.actor.person_id == case.proposer:
        raise errors.ProposerApproves(person=case.proposer)
    rules.require_outcome_allowed(command.outcome, case.findings, case.known)
    rules.require_collective(
        collectively=command.collectively,
        minutes_no=command.minutes_no,
        participants=command.participants,
        flags=flags,
        least=context.policy.participants_least,
    )
    return [
        events.ToleranceDetermined(
            **_who(case),
            outcome=command.outcome,
            collectively=command.collectively,
            approver_body=case.approver_body,
            determined_on=context.today,
            rule_outcome=rules.outcome_by_rule(case.findings),
            complexity=flags,
            minutes_no=command.minutes_no or "",
            participants=command.participants,
            guidance_requested=command.guidance_requested,
            opinion_sealed=_sealed(case, context, command.opinion),
            due_on=_within(context, context.policy.feedback_within),
        )
    ]


def _feed_back(_case: Case, command: commands.DeliverFeedback, context: Context) -> Facts:
    receipts = {item.addressee: item.receipt_no for item in command.deliveries}
    missing = [addressee for addressee in Addressee if addressee not in receipts]
    if missing:
        raise errors.FeedbackIncomplete(missing=rules.listed(missing))
    return [
        events.FeedbackDelivered(receipts=receipts, delivered_on=context.today),
        events.ObjectionWindowOpened(
            opened_on=context.today,
            until=_within(context, context.policy.objection_window),
            due_on=_within(context, context.policy.objection_review_within),
        ),
    ]


def _window_end(case: Case, context: Context) -> date | None:
    """Return the window's last day, computed now where the calendar was not published when it opened (8 no. 13)."""
    return case.objection_until or _within(context, context.policy.objection_window, case.step_on)


def _final(case: Case, context: Context) -> events.ToleranceFinal:
    due_on = context.today + timedelta(days=context.policy.correction_plan_days)
    return events.ToleranceFinal(**_who(case), final_on=context.today, due_on=due_on)


def _no_objection(case: Case, _command: commands.ConfirmNoObjection, context: Context) -> Facts:
    until = _window_end(case, context)
    if until is None or context.today <= until:
        raise errors.ObjectionWindowOpen(until=until or "?")
    return [_final(case, context)]


def _objection(case: Case, command: commands.DecideObjection, context: Context) -> Facts:
    until = _window_end(case, context)
    rules.require_day(command.raised_on, earliest=case.step_on, latest=context.today)
    if until is not None and command.raised_on > until:
        raise errors.ObjectionTooLate(raised_on=command.raised_on, until=until)
    upheld = command.decision is ObjectionDecision.UPHELD
    decided = events.ObjectionDecided(
        decision=command.decision,
        raised_on=command.raised_on,
        decided_on=context.today,
        reason_sealed=_sealed(case, context, command.reason),
        due_on=_within(context, context.policy.evidence_within) if upheld else None,
    )
    return [decided] if upheld else [decided, _final(case, context)]


def _plan_correction(case: Case, command: commands.PlanCorrection, context: Context) -> Facts:
    if case.outcome is Outcome.NOT_A_FAULT:
        raise errors.NothingToCorrect
    longest = max(item.due_in_days for item in command.items)
    if longest > context.policy.correction_days:
        raise errors.CorrectionLimitTooLong(days=longest, most=context.policy.correction_days)
    items = tuple(
        events.CorrectionItem(number=number, owner=item.owner, due_on=context.today + timedelta(days=item.due_in_days))
        for number, item in enumerate(command.items, 1)
    )
    words = "\n".join(f"{number}. {item.text}" for number, item in enumerate(command.items, 1))
    return [
        events.CorrectionPlanned(
            items=items,
            items_sealed=_sealed(case, context, words),
            planned_on=context.today,
            due_on=context.today + timedelta(days=longest),
        )
    ]


def _verify_correction(case: Case, command: commands.VerifyCorrection, context: Context) -> Facts:
    if case.corrected:
        raise errors.AlreadyVerified
    evidence = {item.number: item.evidence_ref for item in command.items}
    missing = [item.number for item in case.corrections if item.number not in evidence]
    if missing:
        raise errors.CorrectionUnverified(missing=rules.listed(missing))
    return [
        events.CorrectionVerified(
            evidence=evidence,
            verified_on=context.today,
            due_on=_within(context, context.policy.filing_within),
        )
    ]


def _no_correction(case: Case, _command: commands.ConfirmNoCorrection, context: Context) -> Facts:
    if case.outcome is not Outcome.NOT_A_FAULT:
        raise errors.CorrectionNeeded(outcome=case.outcome)
    due_on = _within(context, context.policy.filing_within)
    return [events.CorrectionNotNeeded(confirmed_on=context.today, due_on=due_on)]


def _suggest(case: Case, command: commands.IssueSuggestion, context: Context) -> Facts:
    policy = context.policy
    days = command.reply_within_days or policy.suggestion_reply_days
    if days > policy.suggestion_report_days:
        raise errors.ReplyLimitTooLong(days=days, most=policy.suggestion_report_days)
    count = len(case.suggestions) + 1
    return [
        events.SuggestionIssued(
            **_who(case),
            doc_no=rules.doc_no_of(case.known.body, case.case_id, context.today, count),
            reply_due=context.today + timedelta(days=days),
            issued_on=context.today,
            kind=command.kind,
            addressed_unit=command.addressed_unit,
            full_report_due=context.today + timedelta(days=policy.suggestion_report_days),
            problems_sealed=_sealed(case, context, command.problems),
            suggestions_sealed=_sealed(case, context, command.suggestions),
        )
    ]


def _check(case: Case, command: commands.CheckImplementation, context: Context) -> Facts:
    suggestion = case.suggestion(command.doc_no)
    if suggestion is None:
        known = rules.listed(item.doc_no for item in case.suggestions) or "–"
        raise errors.SuggestionUnknown(doc_no=command.doc_no, known=known)
    if suggestion.finding is not None:
        raise errors.SuggestionAlreadyChecked(doc_no=command.doc_no)
    answered = suggestion.replied_on or suggestion.rectified_on
    if answered is None and context.today <= suggestion.reply_due:
        raise errors.ReplyStillDue(doc_no=command.doc_no, reply_due=suggestion.reply_due)
    return [
        events.SuggestionChecked(
            doc_no=command.doc_no,
            finding=command.finding,
            ordered_to_correct=command.finding is not Implementation.IMPLEMENTED,
            checked_on=context.today,
            note_sealed=_sealed(case, context, command.note),
            due_on=_within(context, context.policy.tracking_within),
        )
    ]


def _file(case: Case, command: commands.FileCase, context: Context) -> Facts:
    if not case.corrected:
        missing = rules.listed(item.number for item in case.corrections)
        raise errors.CorrectionUnverified(missing=missing)
    return [
        events.ToleranceFiled(
            **_who(case),
            archive_no=command.archive_no,
            filed_on=context.today,
            filed_to=parent_of(case.known.body),
        ),
        events.TrackingOpened(opened_on=context.today, due_on=_within(context, context.policy.tracking_within)),
    ]


def _close_tracking(case: Case, command: commands.CloseTracking, context: Context) -> Facts:
    if case.unchecked:
        raise errors.SuggestionOpen(open=rules.listed(item.doc_no for item in case.unchecked))
    effect = _sealed(case, context, command.effect)
    return [events.ToleranceClosed(**_who(case), closed_on=context.today, effect_sealed=effect)]


def _withdraw(case: Case, command: commands.WithdrawCase, context: Context) -> Facts:
    if case.known.initiator not in APPLICANTS:
        raise errors.NoApplicant(initiator=case.known.initiator.value)
    reason = _sealed(case, context, command.reason)
    return [events.ToleranceWithdrawn(**_who(case), withdrawn_on=context.today, reason_sealed=reason)]


def _transfer(case: Case, command: commands.TransferCase, context: Context) -> Facts:
    reason = _sealed(case, context, command.reason)
    return [events.ToleranceTransferred(**_who(case), transferred_on=context.today, reason_sealed=reason)]


def _revoke(case: Case, command: commands.RevokeDetermination, context: Context) -> Facts:
    if command.ground is RevocationGround.NEW_BOTTOM_LINE and not command.bottom_line:
        raise errors.NewBottomLineMissing
    return [
        events.ToleranceRevoked(
            **_who(case),
            revoked_on=context.today,
            ground=command.ground,
            bottom_line=command.bottom_line,
            reason_sealed=_sealed(case, context, command.reason),
        )
    ]


def _conclude_review(case: Case, command: commands.ConcludeReview, context: Context) -> Facts:
    if not case.reviews:
        raise errors.NothingToReview
    note = _sealed(case, context, command.note)
    return [events.ReviewConcluded(concluded_on=context.today, note_sealed=note)]


def _record_matter(case: Case, command: commands.RecordMatter, context: Context) -> Facts:
    """Open the case, follow a correction, or leave it to a person (agency-events.md 4.3, E-8)."""
    if command.origin in case.origins:
        return ()
    if case.status is Status.ABSENT:
        return [_initiated(case, command, context)]
    if command.supersedes is None or command.supersedes in case.set_aside:
        return [_review(ReviewReason.SECOND_MATTER, command, context)]
    if case.status not in BEFORE_DETERMINATION:
        return [_review(ReviewReason.CORRECTED_AFTER_DECISION, command, context)]
    return [
        events.MatterCorrected(
            origin=command.origin, supersedes=command.supersedes, received_on=context.today, matter=command.matter
        )
    ]


def _initiated(case: Case, command: commands.RecordMatter, context: Context) -> events.ToleranceInitiated:
    matter = command.matter
    begins = max(matter.identified_on, context.today)
    return events.ToleranceInitiated(
        case_id=case.case_id,
        matter_no=command.matter_no,
        subject_token=command.subject_token,
        district=matter.district,
        level=matter.level,
        initiator=Initiator(matter.initiator).value,
        identified_on=matter.identified_on,
        origin=command.origin,
        supersedes=command.supersedes,
        received_on=context.today,
        matter=matter,
        adverse_most=context.policy.adverse_most,
        due_on=_within(context, context.policy.accept_within, begins),
    )


def _review(reason: ReviewReason, command: commands.RecordMatter, context: Context) -> events.ReviewOpened:
    return events.ReviewOpened(
        reason=reason,
        origin=command.origin,
        supersedes=command.supersedes,
        received_on=context.today,
        matter=command.matter,
    )


def _record_report(case: Case, command: commands.RecordUnitReport, context: Context) -> Facts:
    """Record what a unit reported in any state; a second one, or a correction after a check, is for a person."""
    report = command.report
    if report.origin in case.origins or case.status is Status.ABSENT:
        return ()
    if report.supersedes in case.set_aside or (report.supersedes is None and already_reported(case, report)):
        reason = ReviewReason.SECOND_REPORT
    elif report.supersedes is not None and acted_on(case, report):
        reason = ReviewReason.REPORT_CORRECTED_AFTER_CHECK
    else:
        return [events.UnitReported(report=report, received_on=context.today)]
    return [
        events.ReviewOpened(
            reason=reason,
            origin=report.origin,
            supersedes=report.supersedes,
            received_on=context.today,
            report=report,
        )
    ]


def _pass_limit(case: Case, command: commands.PassLimit, context: Context) -> Facts:
    """Record a limit that passed, and remind; nothing where the step was done meanwhile."""
    if deadlines(case).get(command.kind) != command.day:
        return ()
    kind, _, doc_no = command.kind.partition(":")
    if kind == "reply":
        suggestion = case.suggestion(doc_no)
        assert suggestion is not None
        late = (context.today - suggestion.reply_due).days
        return [events.ReplyOverdue(doc_no=doc_no, due_on=suggestion.reply_due, days_late=late)]
    if kind == "correction-reminder":
        return [_reminder(case, context)]
    due_on = command.day - timedelta(days=1)
    return [events.DeadlineBreached(stage=kind, due_on=due_on, days_late=(context.today - due_on).days)]


def _reminder(case: Case, context: Context) -> events.CorrectionReminded:
    again = case.reminders > 0
    next_on = None if again else _within(context, context.policy.correction_reminder_within)
    return events.CorrectionReminded(reminded_on=context.today, talk_advised=again, next_on=next_on)


def _from(*states: Status) -> frozenset[Status]:
    return frozenset(states)


MOVES: Mapping[type[Command], Move] = {
    commands.AcceptCase: Move(_from(Status.INITIATED), _accept),
    commands.RefuseCase: Move(_from(Status.INITIATED), _refuse),
    commands.ReapplyForCase: Move(_from(Status.NOT_ACCEPTED), _reapply),
    commands.ApprovePlan: Move(_from(Status.ACCEPTED), _plan),
    commands.SubmitEvidence: Move(_from(Status.PLANNED, Status.INVESTIGATING), _submit_evidence),
    commands.ExtendEvidenceLimit: Move(_from(Status.PLANNED, Status.INVESTIGATING), _extend),
    commands.RecordHearing: Move(_from(Status.INVESTIGATING), _hear),
    commands.SubmitReport: Move(_from(Status.HEARD), _report),
    commands.RecordConsultation: Move(_from(Status.REPORTED), _consult),
    commands.ReturnCase: Move(_from(Status.CONSULTED), _return, Acts.EITHER),
    commands.DetermineOutcome: Move(_from(Status.CONSULTED), _determine, Acts.APPROVING),
    commands.DeliverFeedback: Move(_from(Status.DETERMINED), _feed_back),
    commands.ConfirmNoObjection: Move(_from(Status.OBJECTION_OPEN), _no_objection),
    commands.DecideObjection: Move(_from(Status.OBJECTION_OPEN), _objection, Acts.APPROVING),
    commands.PlanCorrection: Move(_from(Status.FINAL), _plan_correction),
    commands.ConfirmNoCorrection: Move(_from(Status.FINAL), _no_correction),
    commands.VerifyCorrection: Move(_from(Status.CORRECTING), _verify_correction),
    commands.IssueSuggestion: Move(EFFECTIVE, _suggest),
    commands.CheckImplementation: Move(EFFECTIVE, _check),
    commands.FileCase: Move(_from(Status.CORRECTING), _file),
    commands.CloseTracking: Move(_from(Status.TRACKING), _close_tracking),
    commands.WithdrawCase: Move(BEFORE_DETERMINATION, _withdraw),
    commands.TransferCase: Move(BEFORE_DETERMINATION, _transfer),
    commands.RevokeDetermination: Move(DETERMINED_ON, _revoke, Acts.APPROVING),
    commands.ConcludeReview: Move(frozenset(Status) - {Status.ABSENT}, _conclude_review),
}
RECORDS: Mapping[type[Command], Callable[[Case, Any, Context], Facts]] = {
    commands.RecordMatter: _record_matter,
    commands.RecordUnitReport: _record_report,
    commands.PassLimit: _pass_limit,
}
