"""Steps 2 to 8: from the pre-review to the determination."""

from services.tolerance.domain import commands, errors, events, rules
from services.tolerance.domain.moves import Facts, sealed, sealed_of_person, who, within
from services.tolerance.domain.state import Case
from services.tolerance.domain.terms import (
    ElementName,
    PreReview,
)
from shared.kernel import Context


def accept(case: Case, command: commands.AcceptCase, context: Context) -> Facts:
    """Accept after the pre-review: no bottom line, three distinctions answered, jurisdiction (T-1, T-4, T-6)."""
    rules.require_no_bottom_line(case.bottom_line)
    distinctions = rules.require_answers(command.distinctions)
    if not command.within_jurisdiction:
        raise errors.OutsideJurisdiction
    return [
        events.ToleranceScreened(
            **who(case),
            result=PreReview.CANDIDATE,
            screened_on=context.today,
            distinctions=distinctions,
            due_on=within(context, context.policy.plan_within),
        )
    ]


def refuse(case: Case, command: commands.RefuseCase, context: Context) -> Facts:
    """Turn away: NOT_ACCEPTED for a bottom-line hit, NOT_APPLICABLE for a stated reason (T-4, T-6)."""
    flags = tuple(dict.fromkeys((*case.bottom_line, *command.bottom_line)))
    if not flags and (command.reason is None or command.note is None):
        raise errors.NoReasonForNonAcceptance
    return [
        events.ToleranceScreened(
            **who(case),
            result=PreReview.NOT_ACCEPTED if flags else PreReview.NOT_APPLICABLE,
            screened_on=context.today,
            bottom_line=flags,
            reason=command.reason,
            note_sealed=sealed(case, context, command.note),
        )
    ]


def reapply(case: Case, command: commands.ReapplyForCase, context: Context) -> Facts:
    """Begin again with new facts; the bottom line is checked anew at the acceptance (4.3, T-4)."""
    return [
        events.Reapplied(
            reapplied_on=context.today,
            new_facts_sealed=sealed(case, context, command.new_facts),
            due_on=within(context, context.policy.accept_within),
        )
    ]


def approve_plan(case: Case, command: commands.ApprovePlan, context: Context) -> Facts:
    """Approve plan and investigators (step 3, C-9)."""
    policy = context.policy
    rules.require_investigators(
        command.investigators, command.recusal_declared_by, context.actor.person_id, policy.investigators_least
    )
    return [
        events.PlanApproved(
            investigators=command.investigators,
            approved_on=context.today,
            plan_sealed=sealed(case, context, command.plan),
            due_on=within(context, policy.evidence_within),
        )
    ]


def submit_evidence(case: Case, command: commands.SubmitEvidence, context: Context) -> Facts:
    """Establish the six elements with evidence (step 4, T-2)."""
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
            due_on=within(context, context.policy.hearing_within),
        )
    ]


def extend(case: Case, command: commands.ExtendEvidenceLimit, context: Context) -> Facts:
    """Extend the limit of step 4, once; it runs on from its last day."""
    if case.extended:
        raise errors.AlreadyExtended
    return [
        events.EvidenceLimitExtended(
            extended_on=context.today,
            reason_sealed=sealed(case, context, command.reason),
            due_on=within(context, context.policy.evidence_extension, case.due_on),
        )
    ]


def hear(case: Case, command: commands.RecordHearing, context: Context) -> Facts:
    """Hear the person and the unit (step 5); refused until the evidence is there (T-7)."""
    if not case.evidenced:
        raise errors.ElementsWithoutEvidence(missing=rules.listed(ElementName))
    held_on = command.held_on or context.today
    rules.require_day(held_on, earliest=case.step_on, latest=context.today)
    return [
        events.PersonHeard(
            held_on=held_on,
            recorded_on=context.today,
            elements=rules.require_not_aggravated(case.findings.elements, command.regraded),
            statement_sealed=sealed_of_person(case, context, command.statement),
            unit_opinion_sealed=sealed(case, context, command.unit_opinion),
            due_on=within(context, context.policy.report_within),
        )
    ]


def propose(case: Case, command: commands.SubmitReport, context: Context) -> Facts:
    """Propose an outcome the rule allows (step 6, T-9)."""
    rules.require_outcome_allowed(command.outcome, case.findings, case.known)
    return [
        events.ReportSubmitted(
            outcome=command.outcome,
            proposed_by=context.actor.person_id,
            submitted_on=context.today,
            analysis_sealed=sealed(case, context, command.analysis),
            due_on=within(context, context.policy.consultation_within),
        )
    ]


def consult(case: Case, command: commands.RecordConsultation, context: Context) -> Facts:
    """Consult the departments, on a complex matter with minutes (step 7, T-10)."""
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
            opinion_sealed=sealed(case, context, command.opinion),
            due_on=within(context, context.policy.determination_within),
        )
    ]


def return_case(case: Case, command: commands.ReturnCase, context: Context) -> Facts:
    """Send the case back: evidence, hearing, report and consultation are done again (4.3, T-7)."""
    return [
        events.CaseReturned(
            returned_on=context.today,
            reason_sealed=sealed(case, context, command.reason),
            due_on=within(context, context.policy.evidence_within),
        )
    ]


def determine(case: Case, command: commands.DetermineOutcome, context: Context) -> Facts:
    """Determine the outcome, the bottom line checked again (step 8, T-4, T-8, T-9, T-10, C-8, C-9)."""
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
        body=case.approver_body,
    )
    return [
        events.ToleranceDetermined(
            **who(case),
            outcome=command.outcome,
            collectively=command.collectively,
            approver_body=case.approver_body,
            determined_on=context.today,
            rule_outcome=rules.outcome_by_rule(case.findings),
            complexity=flags,
            minutes_no=command.minutes_no or "",
            participants=command.participants,
            guidance_requested=command.guidance_requested,
            opinion_sealed=sealed(case, context, command.opinion),
            due_on=within(context, context.policy.feedback_within),
        )
    ]
