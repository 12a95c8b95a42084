"""The twelve steps as stories: every transition, every refusal."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.tolerance.domain import commands, errors, events
from services.tolerance.domain.decisions import MOVES
from services.tolerance.domain.terms import (
    BottomLine,
    Distinctions,
    ElementName,
    Grade,
    Outcome,
    PreReview,
    RuleOutcome,
    Status,
)
from shared.casework import Order, require_role
from shared.kernel import Actor, Command, ManagementLevel, Refusal, Role, RoleNotPermitted
from shared.security.directory import person
from tests.services.tolerance.builders import (
    ACCEPT,
    ANSWERS,
    BODY,
    BY_OUTCOME,
    CASE_ID,
    CITY,
    CITY_PRINCIPAL,
    CONSULTATION,
    CONTENT,
    CORRECTION,
    DEPUTY,
    DETERMINATION,
    FEEDBACK,
    FILING,
    HEAD,
    HEARING,
    INVESTIGATORS,
    MATTER_NO,
    NO_CORRECTION,
    NO_OBJECTION,
    NOTE,
    OFFICER,
    PLAN,
    PRINCIPAL,
    REPORT,
    SUBJECT,
    SUGGESTION,
    TRACKED,
    VERIFICATION,
    VERIFIED_ON,
    after,
    case_in,
    collective,
    evidence,
)

SAMPLES: dict[type[Command], Command] = {
    commands.AcceptCase: ACCEPT,
    commands.RefuseCase: commands.RefuseCase.model_validate({"reason": "OTHER", "note": NOTE}),
    commands.ReapplyForCase: commands.ReapplyForCase(new_facts=NOTE),
    commands.ApprovePlan: PLAN,
    commands.SubmitEvidence: evidence(),
    commands.ExtendEvidenceLimit: commands.ExtendEvidenceLimit(reason=NOTE),
    commands.RecordHearing: HEARING,
    commands.SubmitReport: REPORT,
    commands.RecordConsultation: CONSULTATION,
    commands.ReturnCase: commands.ReturnCase(reason=NOTE),
    commands.DetermineOutcome: DETERMINATION,
    commands.DeliverFeedback: FEEDBACK,
    commands.ConfirmNoObjection: NO_OBJECTION,
    commands.DecideObjection: commands.DecideObjection.model_validate(
        {"decision": "REJECTED", "raised_on": "2023-07-21", "reason": NOTE}
    ),
    commands.PlanCorrection: CORRECTION,
    commands.ConfirmNoCorrection: NO_CORRECTION,
    commands.VerifyCorrection: VERIFICATION,
    commands.IssueSuggestion: SUGGESTION,
    commands.CheckImplementation: commands.CheckImplementation.model_validate(
        {"doc_no": "JY-1", "finding": "IMPLEMENTED", "note": NOTE}
    ),
    commands.FileCase: FILING,
    commands.CloseTracking: TRACKED,
    commands.WithdrawCase: commands.WithdrawCase(reason=NOTE),
    commands.TransferCase: commands.TransferCase(reason=NOTE),
    commands.RevokeDetermination: commands.RevokeDetermination.model_validate(
        {"ground": "FACTS_CONCEALED", "reason": NOTE}
    ),
    commands.ConcludeReview: commands.ConcludeReview(note=NOTE),
}
PASSED_THROUGH = {Status.FED_BACK, Status.FILED}
STAYABLE = [status for status in Status if status not in PASSED_THROUGH]
NOT_LISTED = [(status, kind) for status in STAYABLE for kind, move in MOVES.items() if status not in move.states]


def reached(status: Status, command: Command, by: Actor, **changes: Any) -> Status:
    result: Status = case_in(status, **changes).when(command, by=by, on=after(status)).state.status
    return result


def doc_no(story: Any) -> str:
    number: str = story.state.suggestions[-1].doc_no
    return number


@pytest.mark.parametrize(("status", "kind"), NOT_LISTED, ids=lambda value: getattr(value, "name", str(value)))
def test_what_the_state_machine_does_not_list_is_refused(status: Status, kind: type[Command]) -> None:
    story = case_in(status).when(SAMPLES[kind], by=OFFICER, on=after(status))

    story.refused(errors.NotPossibleInState)
    assert isinstance(story.result, Refusal)
    assert story.result.details["state"] == status
    assert story.result.details["command"] == kind.name
    assert set(str(story.result.details["possible"]).split(", ")) == {state.value for state in MOVES[kind].states}


@pytest.mark.parametrize("kind", [kind for kind in MOVES if kind is not commands.ConcludeReview])
def test_a_person_of_another_body_is_refused(kind: type[Command]) -> None:
    status = min(MOVES[kind].states & set(STAYABLE), key=STAYABLE.index)
    stranger = person("330206", Role.PRINCIPAL)

    case_in(status).when(SAMPLES[kind], by=stranger, on=after(status)).refused(errors.BodyNotCompetent)


@pytest.mark.parametrize("kind", MOVES)
def test_each_step_belongs_to_certain_roles(kind: type[Command]) -> None:
    auditor = person(BODY, Role.AUDITOR)

    with pytest.raises(RoleNotPermitted):
        require_role(Order(f"tolerance:{CASE_ID}", SAMPLES[kind], auditor))


@pytest.mark.parametrize("kind", MOVES)
def test_no_reaction_takes_a_persons_step(kind: type[Command]) -> None:
    with pytest.raises(RoleNotPermitted):
        require_role(Order(f"tolerance:{CASE_ID}", SAMPLES[kind], Actor.system("tolerance")))


def test_a_case_is_accepted_after_its_pre_review() -> None:
    case_in(Status.INITIATED).when(ACCEPT, by=OFFICER, on=date(2023, 6, 16)).then(
        events.ToleranceScreened(
            case_id=CASE_ID,
            matter_no=MATTER_NO,
            subject_token=SUBJECT,
            district=BODY,
            level=ManagementLevel.COUNTY_MANAGED,
            result=PreReview.CANDIDATE,
            screened_on=date(2023, 6, 16),
            distinctions=Distinctions.model_validate(CONTENT["distinctions"]),
            due_on=date(2023, 6, 26),
        )
    )


@pytest.mark.parametrize("flag", BottomLine)
def test_no_bottom_line_case_is_accepted(flag: BottomLine) -> None:
    case_in(Status.INITIATED, bottom_line=[flag]).when(ACCEPT, by=OFFICER, on=after(Status.INITIATED)).refused(
        errors.BottomLineHit
    )


@pytest.mark.parametrize("missing", list(CONTENT["distinctions"]))
def test_each_of_the_three_distinctions_has_to_be_answered(missing: str) -> None:
    answers = ANSWERS.model_copy(update={missing: None})
    command = commands.AcceptCase(distinctions=answers, within_jurisdiction=True)

    case_in(Status.INITIATED).when(command, by=OFFICER, on=after(Status.INITIATED)).refused(
        errors.DistinctionsNotAnswered
    )


def test_a_case_of_another_jurisdiction_is_not_accepted() -> None:
    command = commands.AcceptCase(distinctions=ANSWERS, within_jurisdiction=False)

    case_in(Status.INITIATED).when(command, by=OFFICER, on=after(Status.INITIATED)).refused(errors.OutsideJurisdiction)


def test_a_bottom_line_hit_is_not_accepted_without_further_reason() -> None:
    story = case_in(Status.INITIATED, outcome="NOT_ACCEPTED")

    story = story.when(commands.RefuseCase(), by=OFFICER, on=after(Status.INITIATED)).then(events.ToleranceScreened)

    assert isinstance(story.result, tuple)
    assert story.result[0].result is PreReview.NOT_ACCEPTED  # type: ignore[attr-defined]
    assert story.state.status is Status.NOT_ACCEPTED


def test_a_bottom_line_found_by_the_pre_review_is_not_accepted() -> None:
    command = commands.RefuseCase(bottom_line=(BottomLine.POLITICAL_DISCIPLINE,))

    story = case_in(Status.INITIATED).when(command, by=OFFICER, on=after(Status.INITIATED))

    assert story.state.screened is PreReview.NOT_ACCEPTED
    assert story.state.bottom_line == (BottomLine.POLITICAL_DISCIPLINE,)


def test_a_stated_reason_makes_the_procedure_not_applicable() -> None:
    story = case_in(Status.NOT_ACCEPTED)

    assert story.state.status is Status.NOT_ACCEPTED
    assert story.state.screened is PreReview.NOT_APPLICABLE


@pytest.mark.parametrize("content", [{}, {"reason": "OTHER"}, {"note": NOTE}])
def test_a_case_is_not_turned_away_without_bottom_line_or_stated_reason(content: dict[str, str]) -> None:
    command = commands.RefuseCase.model_validate(content)

    case_in(Status.INITIATED).when(command, by=OFFICER, on=after(Status.INITIATED)).refused(
        errors.NoReasonForNonAcceptance
    )


def test_new_facts_open_a_case_again_that_was_not_accepted() -> None:
    story = case_in(Status.NOT_ACCEPTED)

    story = story.when(commands.ReapplyForCase(new_facts=NOTE), by=OFFICER, on=date(2023, 7, 3)).then(events.Reapplied)

    assert story.state.status is Status.INITIATED
    story.when(ACCEPT, by=OFFICER, on=date(2023, 7, 4)).then(events.ToleranceScreened)


def test_new_facts_do_not_waive_the_bottom_line() -> None:
    story = case_in(Status.INITIATED, outcome="NOT_ACCEPTED")
    story = story.when(commands.RefuseCase(), by=OFFICER, on=after(Status.INITIATED))

    story = story.when(commands.ReapplyForCase(new_facts=NOTE), by=OFFICER, on=date(2023, 7, 3))

    story.when(ACCEPT, by=OFFICER, on=date(2023, 7, 4)).refused(errors.BottomLineHit)


def test_a_bottom_line_our_own_steps_found_is_not_waived_by_asking_again() -> None:
    found = commands.RefuseCase(bottom_line=(BottomLine.POLITICAL_DISCIPLINE,))
    story = case_in(Status.INITIATED).when(found, by=OFFICER, on=after(Status.INITIATED))

    story = story.when(commands.ReapplyForCase(new_facts=NOTE), by=OFFICER, on=date(2023, 7, 3))

    story.when(ACCEPT, by=OFFICER, on=date(2023, 7, 4)).refused(errors.BottomLineHit)


def test_a_head_of_department_approves_the_plan() -> None:
    case_in(Status.ACCEPTED).when(PLAN, by=HEAD, on=date(2023, 6, 19)).then(
        events.PlanApproved(
            investigators=INVESTIGATORS, approved_on=date(2023, 6, 19), plan_sealed="", due_on=date(2023, 7, 18)
        )
    )


@pytest.mark.parametrize("investigators", [(), INVESTIGATORS[:1], INVESTIGATORS[:1] * 2])
def test_a_plan_names_two_investigators(investigators: tuple[str, ...]) -> None:
    command = commands.ApprovePlan(investigators=investigators, recusal_declared_by=investigators)

    case_in(Status.ACCEPTED).when(command, by=HEAD, on=after(Status.ACCEPTED)).refused(errors.TooFewInvestigators)


def test_each_investigator_declares_on_recusal() -> None:
    command = commands.ApprovePlan(investigators=INVESTIGATORS, recusal_declared_by=INVESTIGATORS[:1])

    case_in(Status.ACCEPTED).when(command, by=HEAD, on=after(Status.ACCEPTED)).refused(errors.RecusalNotDeclared)


def test_who_determines_the_outcome_does_not_investigate() -> None:
    both = (PRINCIPAL.person_id, INVESTIGATORS[0])
    command = commands.ApprovePlan(investigators=both, recusal_declared_by=both)

    case_in(Status.ACCEPTED).when(command, by=HEAD, on=after(Status.ACCEPTED)).refused(errors.PrincipalInvestigates)


def test_who_approves_the_plan_does_not_investigate() -> None:
    both = (HEAD.person_id, INVESTIGATORS[0])
    command = commands.ApprovePlan(investigators=both, recusal_declared_by=both)

    case_in(Status.ACCEPTED).when(command, by=HEAD, on=after(Status.ACCEPTED)).refused(errors.ApproverInvestigates)


@pytest.mark.parametrize("missing", list(CONTENT["elements"]))
def test_each_of_the_six_elements_has_evidence(missing: str) -> None:
    rest = {name: grade for name, grade in CONTENT["elements"].items() if name != missing}

    case_in(Status.PLANNED).when(evidence(rest), by=OFFICER, on=after(Status.PLANNED)).refused(
        errors.ElementsWithoutEvidence
    )


def test_evidence_may_be_supplemented_before_the_hearing() -> None:
    graded = {**CONTENT["elements"], "nature": "ADVERSE"}

    story = case_in(Status.INVESTIGATING).when(evidence(graded), by=OFFICER, on=after(Status.INVESTIGATING))

    assert story.state.status is Status.INVESTIGATING
    assert story.state.elements.nature is Grade.ADVERSE


def test_a_bottom_line_found_by_the_investigation_leaves_not_tolerated_alone() -> None:
    found = evidence(bottom_line=["PRIVATE_GAIN"])
    story = case_in(Status.PLANNED).when(found, by=OFFICER, on=date(2023, 7, 3))
    story = story.when(HEARING, by=OFFICER, on=date(2023, 7, 5))

    story.when(REPORT, by=OFFICER, on=date(2023, 7, 7)).refused(errors.BottomLineHit)
    not_tolerated = commands.SubmitReport(outcome=Outcome.NOT_TOLERATED, analysis=NOTE)
    story.when(not_tolerated, by=OFFICER, on=date(2023, 7, 7)).then(events.ReportSubmitted)


def test_the_limit_for_evidence_is_extended_once_by_ten_working_days() -> None:
    extend = commands.ExtendEvidenceLimit(reason=NOTE)

    story = (
        case_in(Status.PLANNED)
        .when(extend, by=HEAD, on=date(2023, 7, 3))
        .then(
            events.EvidenceLimitExtended(
                extended_on=date(2023, 7, 3), reason_sealed=f"sealed({CASE_ID},{NOTE})", due_on=date(2023, 8, 1)
            )
        )
    )

    story.when(extend, by=HEAD, on=date(2023, 7, 4)).refused(errors.AlreadyExtended)


def test_the_persons_statement_is_sealed_under_the_persons_own_key() -> None:
    story = case_in(Status.INVESTIGATING).when(HEARING, by=OFFICER, on=date(2023, 7, 5)).then(events.PersonHeard)

    assert isinstance(story.result, tuple)
    assert story.result[0].statement_sealed == f"sealed({SUBJECT},{NOTE})"  # type: ignore[attr-defined]


@pytest.mark.parametrize("grade", [Grade.NEUTRAL, Grade.ADVERSE])
def test_a_defence_may_not_aggravate(grade: Grade) -> None:
    command = HEARING.model_copy(update={"regraded": {ElementName.MOTIVE: grade}})

    case_in(Status.INVESTIGATING).when(command, by=OFFICER, on=date(2023, 7, 5)).refused(errors.DefenceAggravates)


def test_a_defence_may_improve_a_grade() -> None:
    command = HEARING.model_copy(update={"regraded": {ElementName.NATURE: Grade.FAVOURABLE}})

    story = case_in(Status.INVESTIGATING).when(command, by=OFFICER, on=date(2023, 7, 5))

    assert story.state.elements.nature is Grade.FAVOURABLE


@pytest.mark.parametrize("held_on", [date(2023, 7, 6), date(2023, 7, 2)])
def test_a_hearing_is_neither_in_the_future_nor_before_the_evidence(held_on: date) -> None:
    command = HEARING.model_copy(update={"held_on": held_on})

    case_in(Status.INVESTIGATING).when(command, by=OFFICER, on=date(2023, 7, 5)).refused(errors.DateOutOfOrder)


@pytest.mark.parametrize("outcome", [Outcome.NOT_A_FAULT, Outcome.LIGHTER, Outcome.MITIGATED, Outcome.NOT_TOLERATED])
def test_a_report_proposes_only_what_the_rule_allows(outcome: Outcome) -> None:
    command = commands.SubmitReport(outcome=outcome, analysis=NOTE)

    case_in(Status.HEARD).when(command, by=OFFICER, on=after(Status.HEARD)).refused(errors.OutcomeNotAllowed)


def test_a_negative_list_hit_blocks_an_exemption() -> None:
    story = case_in(Status.HEARD, outcome="LIGHTER_OR_MITIGATED")

    story.when(REPORT, by=OFFICER, on=after(Status.HEARD)).refused(errors.NegativeListHit)


@pytest.mark.parametrize("outcome", [Outcome.LIGHTER, Outcome.MITIGATED])
def test_lighter_or_mitigated_is_a_persons_choice(outcome: Outcome) -> None:
    story = case_in(Status.HEARD, outcome="LIGHTER_OR_MITIGATED")
    command = commands.SubmitReport(outcome=outcome, analysis=NOTE)

    story.when(command, by=OFFICER, on=after(Status.HEARD)).then(events.ReportSubmitted)


@pytest.mark.parametrize(
    "departments",
    [
        [],
        ["DISCIPLINE_BODY", "ORGANISATION_DEPT"],
        ["DISCIPLINE_BODY", "BUSINESS_DEPT", "AUDIT"],
        ["ORGANISATION_DEPT", "BUSINESS_DEPT", "JUDICIAL"],
        ["DISCIPLINE_BODY", "ORGANISATION_DEPT", "ORGANISATION_DEPT"],
    ],
)
def test_three_departments_are_consulted(departments: list[str]) -> None:
    command = commands.RecordConsultation.model_validate({"departments": departments, "opinion": NOTE})

    case_in(Status.REPORTED).when(command, by=OFFICER, on=after(Status.REPORTED)).refused(errors.TooFewDepartments)


def test_a_complex_matter_is_consulted_with_minutes() -> None:
    story = case_in(Status.REPORTED, complexity=["MAJOR_OR_COMPLEX"])

    story.when(CONSULTATION, by=OFFICER, on=after(Status.REPORTED)).refused(errors.MinutesMissing)
    with_minutes = CONSULTATION.model_copy(update={"minutes_no": "HY-1"})
    story.when(with_minutes, by=OFFICER, on=after(Status.REPORTED)).then(events.ConsultationHeld)


def test_a_consultation_is_not_held_before_the_report() -> None:
    command = CONSULTATION.model_copy(update={"held_on": date(2023, 7, 6)})

    case_in(Status.REPORTED).when(command, by=OFFICER, on=date(2023, 7, 12)).refused(errors.DateOutOfOrder)


@pytest.mark.parametrize("by", [HEAD, DEPUTY, PRINCIPAL])
def test_a_returned_case_takes_every_step_of_the_investigation_again(by: Actor) -> None:
    story = case_in(Status.CONSULTED).when(commands.ReturnCase(reason=NOTE), by=by, on=date(2023, 7, 14))

    assert story.state.status is Status.INVESTIGATING
    story.when(HEARING, by=OFFICER, on=date(2023, 7, 17)).refused(errors.ElementsWithoutEvidence)
    again = story.when(evidence(), by=OFFICER, on=date(2023, 7, 17))
    again.when(HEARING, by=OFFICER, on=date(2023, 7, 18)).then(events.PersonHeard)


def test_the_principal_of_the_competent_body_determines() -> None:
    case_in(Status.CONSULTED).when(DETERMINATION, by=PRINCIPAL, on=date(2023, 7, 18)).then(
        events.ToleranceDetermined(
            case_id=CASE_ID,
            matter_no=MATTER_NO,
            subject_token=SUBJECT,
            district=BODY,
            level=ManagementLevel.COUNTY_MANAGED,
            outcome=Outcome.EXEMPT,
            collectively=False,
            approver_body=BODY,
            determined_on=date(2023, 7, 18),
            rule_outcome=RuleOutcome.EXEMPT,
            due_on=date(2023, 7, 25),
        )
    )


def test_a_city_managed_person_is_determined_by_the_city() -> None:
    story = case_in(Status.CONSULTED, level="CITY_MANAGED")

    story.when(DETERMINATION, by=PRINCIPAL, on=date(2023, 7, 18)).refused(errors.BodyNotCompetent)
    decided = story.when(DETERMINATION, by=CITY_PRINCIPAL, on=date(2023, 7, 18))
    assert decided.state.status is Status.DETERMINED
    assert decided.state.approver_body == CITY


def test_who_proposed_does_not_approve() -> None:
    proposer = Actor(person_id=OFFICER.person_id, role=Role.PRINCIPAL, body=BODY)

    case_in(Status.CONSULTED).when(DETERMINATION, by=proposer, on=date(2023, 7, 18)).refused(errors.ProposerApproves)


@pytest.mark.parametrize("outcome", [Outcome.NOT_A_FAULT, Outcome.LIGHTER, Outcome.NOT_TOLERATED])
def test_a_determination_has_only_an_outcome_the_rule_allows(outcome: Outcome) -> None:
    command = commands.DetermineOutcome(outcome=outcome)

    case_in(Status.CONSULTED).when(command, by=PRINCIPAL, on=date(2023, 7, 18)).refused(errors.OutcomeNotAllowed)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"collectively": False}, errors.CollectiveDecisionMissing),
        ({"minutes_no": None}, errors.MinutesMissing),
        ({"participants": (PRINCIPAL.person_id, DEPUTY.person_id)}, errors.TooFewParticipants),
        (
            {"participants": (PRINCIPAL.person_id, DEPUTY.person_id, "330999.DEPT_HEAD.1")},
            errors.ParticipantsOfAnotherBody,
        ),
        ({"participants": (PRINCIPAL.person_id, DEPUTY.person_id, DEPUTY.person_id)}, errors.TooFewParticipants),
    ],
)
def test_a_complex_matter_is_decided_collectively(changes: dict[str, Any], reason: type[Refusal]) -> None:
    story = case_in(Status.CONSULTED, complexity=["HARD_TO_CHARACTERISE"])

    story.when(collective(Outcome.EXEMPT, **changes), by=PRINCIPAL, on=date(2023, 7, 18)).refused(reason)
    decided = story.when(collective(Outcome.EXEMPT), by=PRINCIPAL, on=date(2023, 7, 18))
    assert decided.state.collectively


@pytest.mark.parametrize("outcome", [outcome for outcome in BY_OUTCOME if outcome != "NOT_ACCEPTED"])
def test_each_outcome_can_be_walked_to_its_end(outcome: str) -> None:
    assert case_in(Status.CLOSED, outcome=outcome).state.status is Status.CLOSED


def test_feedback_opens_the_objection_window() -> None:
    case_in(Status.DETERMINED).when(FEEDBACK, by=OFFICER, on=date(2023, 7, 20)).then(
        events.FeedbackDelivered,
        events.ObjectionWindowOpened(opened_on=date(2023, 7, 20), until=date(2023, 8, 3), due_on=date(2023, 8, 10)),
    )


@pytest.mark.parametrize("left_out", [0, 1, 2])
def test_person_unit_and_proposing_unit_are_told_in_writing(left_out: int) -> None:
    told = tuple(item for index, item in enumerate(FEEDBACK.deliveries) if index != left_out)

    case_in(Status.DETERMINED).when(
        commands.DeliverFeedback(deliveries=told), by=OFFICER, on=after(Status.DETERMINED)
    ).refused(errors.FeedbackIncomplete)


def test_a_determination_is_final_only_when_the_window_is_over() -> None:
    story = case_in(Status.OBJECTION_OPEN)

    story.when(NO_OBJECTION, by=OFFICER, on=date(2023, 8, 3)).refused(errors.ObjectionWindowOpen)
    final = story.when(NO_OBJECTION, by=OFFICER, on=date(2023, 8, 4)).then(events.ToleranceFinal)
    assert final.state.status is Status.FINAL


def objection(decision: str, raised_on: str) -> commands.DecideObjection:
    return commands.DecideObjection.model_validate({"decision": decision, "raised_on": raised_on, "reason": NOTE})


def test_a_rejected_objection_makes_the_determination_final() -> None:
    story = case_in(Status.OBJECTION_OPEN).when(objection("REJECTED", "2023-08-03"), by=DEPUTY, on=date(2023, 8, 7))

    assert story.then(events.ObjectionDecided, events.ToleranceFinal).state.status is Status.FINAL


def test_an_upheld_objection_opens_the_investigation_again() -> None:
    story = case_in(Status.OBJECTION_OPEN).when(objection("UPHELD", "2023-07-25"), by=DEPUTY, on=date(2023, 8, 7))

    state = story.then(events.ObjectionDecided).state
    assert (state.status, state.outcome, state.evidenced) == (Status.INVESTIGATING, None, False)
    again = story.when(evidence(), by=OFFICER, on=date(2023, 8, 21))
    again.when(HEARING, by=OFFICER, on=date(2023, 8, 22)).then(events.PersonHeard)


def test_an_objection_is_raised_within_the_window() -> None:
    story = case_in(Status.OBJECTION_OPEN)

    story.when(objection("UPHELD", "2023-08-04"), by=DEPUTY, on=date(2023, 8, 7)).refused(errors.ObjectionTooLate)
    story.when(objection("UPHELD", "2023-07-19"), by=DEPUTY, on=date(2023, 8, 7)).refused(errors.DateOutOfOrder)
    story.when(objection("UPHELD", "2023-08-08"), by=DEPUTY, on=date(2023, 8, 7)).refused(errors.DateOutOfOrder)


def test_every_outcome_but_not_a_fault_needs_a_correction_plan() -> None:
    story = case_in(Status.FINAL)

    story.when(NO_CORRECTION, by=OFFICER, on=after(Status.FINAL)).refused(errors.CorrectionNeeded)
    story.when(CORRECTION, by=OFFICER, on=after(Status.FINAL)).then(events.CorrectionPlanned)


def test_where_there_is_no_fault_nothing_is_corrected() -> None:
    story = case_in(Status.FINAL, outcome="NOT_A_FAULT")

    story.when(CORRECTION, by=OFFICER, on=after(Status.FINAL)).refused(errors.NothingToCorrect)
    story.when(NO_CORRECTION, by=OFFICER, on=after(Status.FINAL)).then(events.CorrectionNotNeeded)


def test_a_correction_is_done_within_sixty_days() -> None:
    item = CORRECTION.items[0].model_copy(update={"due_in_days": 61})

    case_in(Status.FINAL).when(commands.PlanCorrection(items=(item,)), by=OFFICER, on=after(Status.FINAL)).refused(
        errors.CorrectionLimitTooLong
    )


def test_a_correction_plan_gives_each_item_its_day_and_seals_its_words() -> None:
    planned_on = date(2023, 8, 10)

    story = (
        case_in(Status.FINAL)
        .when(CORRECTION, by=OFFICER, on=planned_on)
        .then(
            events.CorrectionPlanned(
                items=(
                    events.CorrectionItem(number=1, owner=SUBJECT, due_on=planned_on + timedelta(days=20)),
                    events.CorrectionItem(number=2, owner="330212-0017", due_on=planned_on + timedelta(days=30)),
                ),
                items_sealed=f"sealed({CASE_ID},1. 补办手续\n2. 修订规则)",
                planned_on=planned_on,
                due_on=planned_on + timedelta(days=30),
            )
        )
    )

    assert story.state.status is Status.CORRECTING


def test_each_correction_is_verified_with_evidence() -> None:
    partly = commands.VerifyCorrection(items=VERIFICATION.items[:1])
    story = case_in(Status.CORRECTING)

    story.when(partly, by=OFFICER, on=VERIFIED_ON).refused(errors.CorrectionUnverified)
    verified = story.when(VERIFICATION, by=OFFICER, on=VERIFIED_ON).then(events.CorrectionVerified)
    verified.when(VERIFICATION, by=OFFICER, on=VERIFIED_ON).refused(errors.AlreadyVerified)


def test_a_case_is_filed_only_when_the_correction_is_done() -> None:
    story = case_in(Status.CORRECTING)

    story.when(FILING, by=OFFICER, on=VERIFIED_ON).refused(errors.CorrectionUnverified)
    filed = story.when(VERIFICATION, by=OFFICER, on=VERIFIED_ON).when(FILING, by=OFFICER, on=VERIFIED_ON)
    assert filed.then(events.ToleranceFiled, events.TrackingOpened).state.status is Status.TRACKING
    assert isinstance(filed.result, tuple)
    assert filed.result[0].filed_to == CITY  # type: ignore[attr-defined]


def test_tracking_is_closed_with_its_effect() -> None:
    case_in(Status.TRACKING).when(TRACKED, by=OFFICER, on=date(2023, 9, 11)).then(events.ToleranceClosed)


@pytest.mark.parametrize("status", [Status.FINAL, Status.CORRECTING, Status.TRACKING])
def test_a_suggestion_is_issued_with_its_own_number_and_limit(status: Status) -> None:
    story = case_in(status).when(SUGGESTION, by=OFFICER, on=date(2023, 9, 5)).then(events.SuggestionIssued)

    (suggestion,) = story.state.suggestions
    assert suggestion.doc_no.startswith(f"JY-{BODY}-2023-")
    assert suggestion.reply_due == date(2023, 10, 5)
    second = story.when(SUGGESTION, by=OFFICER, on=date(2023, 9, 5))
    assert second.state.suggestions[1].doc_no != suggestion.doc_no


def test_a_unit_replies_within_sixty_days() -> None:
    command = SUGGESTION.model_copy(update={"reply_within_days": 61})

    case_in(Status.FINAL).when(command, by=OFFICER, on=after(Status.FINAL)).refused(errors.ReplyLimitTooLong)


def check(number: str, finding: str = "IMPLEMENTED") -> commands.CheckImplementation:
    return commands.CheckImplementation.model_validate({"doc_no": number, "finding": finding, "note": NOTE})


def test_tracking_is_not_closed_before_each_suggestion_was_checked() -> None:
    story = case_in(Status.TRACKING).when(SUGGESTION, by=OFFICER, on=date(2023, 9, 5))

    story.when(TRACKED, by=OFFICER, on=date(2023, 9, 6)).refused(errors.SuggestionOpen)
    checked = story.when(check(doc_no(story)), by=OFFICER, on=date(2023, 10, 6)).then(events.SuggestionChecked)
    checked.when(TRACKED, by=OFFICER, on=date(2023, 10, 9)).then(events.ToleranceClosed)


def test_a_suggestion_is_checked_after_the_reply_or_its_limit() -> None:
    story = case_in(Status.TRACKING).when(SUGGESTION, by=OFFICER, on=date(2023, 9, 5))

    story.when(check(doc_no(story)), by=OFFICER, on=date(2023, 10, 5)).refused(errors.ReplyStillDue)
    checked = story.when(check(doc_no(story)), by=OFFICER, on=date(2023, 10, 6))
    checked.when(check(doc_no(story)), by=OFFICER, on=date(2023, 10, 6)).refused(errors.SuggestionAlreadyChecked)


@pytest.mark.parametrize(("finding", "ordered"), [("IMPLEMENTED", False), ("PARTLY", True), ("NOT_IMPLEMENTED", True)])
def test_what_was_not_carried_out_is_ordered_to_be_corrected(finding: str, ordered: bool) -> None:
    story = case_in(Status.TRACKING).when(SUGGESTION, by=OFFICER, on=date(2023, 9, 5))

    story = story.when(check(doc_no(story), finding), by=OFFICER, on=date(2023, 10, 6))

    assert isinstance(story.result, tuple)
    assert story.result[0].ordered_to_correct is ordered  # type: ignore[attr-defined]


def test_only_a_suggestion_of_the_case_is_checked() -> None:
    case_in(Status.TRACKING).when(check("JY-330212-2023-0002"), by=OFFICER, on=date(2023, 10, 6)).refused(
        errors.SuggestionUnknown
    )


@pytest.mark.parametrize(
    "status",
    [
        Status.INITIATED,
        Status.ACCEPTED,
        Status.PLANNED,
        Status.INVESTIGATING,
        Status.HEARD,
        Status.REPORTED,
        Status.CONSULTED,
    ],
)
def test_before_the_determination_a_case_may_be_withdrawn_or_transferred(status: Status) -> None:
    assert reached(status, commands.WithdrawCase(reason=NOTE), OFFICER) is Status.WITHDRAWN
    assert reached(status, commands.TransferCase(reason=NOTE), HEAD) is Status.TRANSFERRED


@pytest.mark.parametrize("initiator", ["ORGANISATION_PROPOSAL", "HANDLING_EX_OFFICIO"])
def test_only_an_applicant_withdraws(initiator: str) -> None:
    story = case_in(Status.ACCEPTED, initiator=initiator)

    story.when(commands.WithdrawCase(reason=NOTE), by=OFFICER, on=after(Status.ACCEPTED)).refused(errors.NoApplicant)


@pytest.mark.parametrize(
    "status",
    [
        Status.DETERMINED,
        Status.OBJECTION_OPEN,
        Status.FINAL,
        Status.CORRECTING,
        Status.TRACKING,
        Status.CLOSED,
    ],
)
def test_a_determination_is_revoked_for_concealed_facts_or_a_new_bottom_line(status: Status) -> None:
    new = commands.RevokeDetermination.model_validate(
        {"ground": "NEW_BOTTOM_LINE", "bottom_line": ["CORRUPTION_OR_CRIME"], "reason": NOTE}
    )

    assert reached(status, SAMPLES[commands.RevokeDetermination], PRINCIPAL) is Status.REVOKED
    assert reached(status, new, PRINCIPAL) is Status.REVOKED


def test_a_new_bottom_line_is_named() -> None:
    command = commands.RevokeDetermination.model_validate({"ground": "NEW_BOTTOM_LINE", "reason": NOTE})

    case_in(Status.CLOSED).when(command, by=PRINCIPAL, on=after(Status.CLOSED)).refused(errors.NewBottomLineMissing)
