"""A revisit case from enrolment to its close: every transition of 3.4, and every refusal."""

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from services.revisit.domain import commands as c
from services.revisit.domain import errors
from services.revisit.domain import events as e
from services.revisit.domain.model import REVISIT
from services.revisit.domain.model.case_decided import POSSIBLE, require_possible
from services.revisit.domain.terms import Status
from shared.kernel import Role
from shared.security.directory import person
from tests.services.revisit.builders import (
    ANSWERED,
    APPROVED,
    AVERAGE,
    BODY,
    DECISION,
    ENROLLED,
    EVALUATED,
    EXTENDED,
    FOUND,
    FULL,
    GOOD,
    HEAD,
    HELD_ON,
    LEFT,
    OFFICER,
    POOR,
    PRINCIPAL,
    PROFILE,
    PROPOSED,
    STAFF,
    STRANGER,
    SUBJECT,
    SUSPENSION,
    SYSTEM,
    TIMELY,
    TIMELY_ON,
    TOLD,
    case,
    case_in,
    evaluation,
    in_scope,
    plan,
    recommendable,
    recommendation,
    recommendation_no,
    session,
    standing,
    taken,
)

COMMANDS: dict[type[Any], Any] = {
    c.Enrol: c.Enrol(),
    c.DrawProfile: PROFILE,
    c.DraftPlan: plan(),
    c.ApprovePlan: c.ApprovePlan(),
    c.ReturnPlan: c.ReturnPlan(reason="补充"),
    c.HoldSession: session(),
    c.Evaluate: evaluation(),
    c.Continue: c.Continue(),
    c.FindRecommendable: recommendable(),
    c.ProposeRecommendation: recommendation(),
    c.Close: c.Close(),
    c.Suspend: SUSPENSION,
    c.Resume: c.Resume(),
    c.Terminate: c.Terminate(reason="已离职"),
    c.TransferClue: c.TransferClue(to_body=BODY),
    c.ReviewConcern: c.ReviewConcern(reason="继续"),
    c.RestrictUse: c.RestrictUse(restricted=True, reason="注明"),
    c.RecuseStaff: c.RecuseStaff(person=STAFF[0], reason="亲属"),
}
REFUSED = [(kind, status) for kind, states in POSSIBLE.items() for status in Status if status not in states]


def steps(story: Any) -> list[str]:
    return [task.step for task in REVISIT.tasks(story.state)]


@pytest.mark.parametrize(("kind", "status"), REFUSED, ids=lambda value: getattr(value, "__name__", str(value)))
def test_what_is_not_listed_is_refused_with_the_state_and_the_states_it_needs(kind: type[Any], status: Status) -> None:
    story = case_in(status).when(COMMANDS[kind], by=OFFICER, on=ANSWERED).refused(errors.NotPossibleInState)

    assert isinstance(story.result, errors.NotPossibleInState)
    assert story.result.details["state"] == status
    assert story.result.details["states"] == ", ".join(POSSIBLE[kind])


def test_each_command_of_a_person_has_its_states() -> None:
    assert {command for command in REVISIT.commands if command.roles} == POSSIBLE.keys()


# Enrolment


def test_a_person_in_scope_waits_for_enrolment_after_the_agencies_last_word() -> None:
    story = in_scope().when(standing(open_cases=("LA-1",)), by=SYSTEM, on=date(2023, 5, 4))

    (task,) = REVISIT.tasks(story.state)
    assert (task.step, task.body, task.opened_on, task.quiet_since) == ("enrolment", BODY, TOLD, date(2023, 5, 4))
    assert task.due_on is not None


def test_a_person_never_in_scope_has_no_case() -> None:
    case().when(LEFT, by=SYSTEM, on=TOLD).then()


def test_a_person_in_scope_is_enrolled() -> None:
    story = in_scope().when(c.Enrol(), by=OFFICER, on=ENROLLED).then(e.Enrolled)

    assert (story.state.status, steps(story)) == (Status.ENROLLED, ["profile"])


def test_nobody_out_of_scope_is_enrolled() -> None:
    case().when(c.Enrol(), by=OFFICER, on=ENROLLED).refused(errors.NotInScope)
    left = in_scope().when(LEFT, by=SYSTEM, on=TOLD)
    left.when(c.Enrol(), by=OFFICER, on=ENROLLED).refused(errors.NotInScope)
    assert steps(left) == []


def test_another_body_does_not_enrol() -> None:
    in_scope().when(c.Enrol(), by=STRANGER, on=ENROLLED).refused(errors.NotTheCasesBody)


# Profile and plan


def test_the_profile_keeps_its_words_sealed() -> None:
    drawn = case_in(Status.ENROLLED).when(PROFILE.model_copy(update={"remarks": "愿意改正"}), by=OFFICER, on=ENROLLED)

    (fact,) = drawn.then(e.ProfileDrawn).facts[-1:]
    assert isinstance(fact, e.ProfileDrawn)
    assert fact.remarks_sealed == f"sealed({SUBJECT},愿意改正)"
    assert fact.sanction_refs == (DECISION,)


def test_a_plan_names_its_sessions_and_waits_for_a_department_head() -> None:
    story = case_in(Status.PROFILED).when(plan(), by=OFFICER, on=ENROLLED).then(e.PlanDrafted)

    (task,) = REVISIT.tasks(story.state)
    assert (task.step, task.role) == ("plan-approval", Role.DEPT_HEAD)
    assert [s.session_id for s in story.state.draft.sessions] == [TIMELY, FULL, EXTENDED]


@pytest.mark.parametrize(
    ("drafted", "reason"),
    [
        (plan(methods=()), errors.GoalsMissing),
        (plan(staff=STAFF[:1]), errors.StaffNotDistinct),
        (plan(FULL, EXTENDED), errors.TimelySessionMissing),
        (plan(TIMELY, "D9/FULL"), errors.SessionNotProposed),
        (plan(sessions=[{"session_id": TIMELY, "due_on": date(2023, 6, 30)}]), errors.DateOutsideWindow),
        (
            plan(further_sessions=[{"stage": "FULL", "not_before": date(2023, 9, 2), "due_on": date(2023, 9, 1)}]),
            errors.DateOutsideWindow,
        ),
    ],
)
def test_a_plan_that_lacks_something_is_refused(drafted: c.DraftPlan, reason: type[Any]) -> None:
    case_in(Status.PROFILED).when(drafted, by=OFFICER, on=ENROLLED).refused(reason)


def test_a_plan_may_ask_for_earlier_and_for_further_sessions() -> None:
    wish = {"stage": "FULL", "not_before": date(2023, 9, 1), "due_on": date(2023, 9, 30)}
    drafted = plan(sessions=[{"session_id": TIMELY, "due_on": TIMELY_ON}], further_sessions=[wish])

    state = case_in(Status.PROFILED).when(drafted, by=OFFICER, on=ENROLLED).then(e.PlanDrafted).state

    assert [s.due_on for s in state.draft.sessions] == [TIMELY_ON, date(2023, 9, 30)]


def test_the_planner_may_not_approve() -> None:
    both = person(BODY, Role.DEPT_HEAD, 1)
    drafted = case_in(Status.PROFILED).when(plan(), by=both, on=ENROLLED)

    drafted.when(c.ApprovePlan(), by=both, on=APPROVED).refused(errors.PlannerMayNotApprove)
    drafted.when(c.ApprovePlan(), by=person(BODY, Role.DEPT_HEAD, 2), on=APPROVED).then(e.PlanApproved)


def test_a_plan_is_approved_only_once_drafted_and_drafted_only_once() -> None:
    profiled = case_in(Status.PROFILED)

    profiled.when(c.ApprovePlan(), by=HEAD, on=APPROVED).refused(errors.NotPossibleInState)
    drafted = profiled.when(plan(), by=OFFICER, on=ENROLLED)
    drafted.when(plan(), by=OFFICER, on=ENROLLED).refused(errors.NotPossibleInState)


def test_a_plan_that_was_returned_is_drafted_again() -> None:
    story = case_in(Status.PROFILED).when(plan(), by=OFFICER, on=ENROLLED)

    returned = story.when(c.ReturnPlan(reason="补充目标"), by=HEAD, on=APPROVED).then(e.PlanReturned)

    assert steps(returned) == ["plan"]


def test_windows_that_had_passed_at_enrolment_are_not_planned() -> None:
    old = taken("G1", decided_on=date(2021, 3, 1), effective_on=date(2021, 3, 1), announced_on=date(2021, 3, 8))
    story = in_scope(measures=(old,)).when(c.Enrol(), by=OFFICER, on=ENROLLED)

    assert REVISIT.summary(story.state)["proposals"] == []


def test_a_measure_told_between_draft_and_approval_gets_its_sessions() -> None:
    second = taken("O2", decision_no="D2", announced_on=APPROVED)
    drafted = case_in(Status.PROFILED).when(plan(), by=OFFICER, on=ENROLLED)
    told = drafted.when(standing(measures=(taken(), second)), by=SYSTEM, on=APPROVED)

    approved = told.when(c.ApprovePlan(), by=HEAD, on=APPROVED).then(e.PlanApproved, e.SessionsReplanned)

    assert [s.session_id for s in approved.state.sessions] == [TIMELY, FULL, EXTENDED, "D2/TIMELY"]


# Sessions


def test_a_session_is_held_by_two_of_staff() -> None:
    story = case_in(Status.PLANNED).when(session(), by=OFFICER, on=TIMELY_ON).then(e.SessionHeld)

    assert story.state.status is Status.IN_PROGRESS
    assert [s.session_id for s in story.state.sessions] == [FULL, EXTENDED]


@pytest.mark.parametrize(
    ("held", "on", "reason"),
    [
        (session(staff=STAFF[:1]), TIMELY_ON, errors.StaffNotDistinct),
        (session(staff=(STAFF[0], STAFF[0])), TIMELY_ON, errors.StaffNotDistinct),
        (session(staff=(STAFF[0], STRANGER.person_id)), TIMELY_ON, errors.StaffNotDistinct),
        (session(unit_contacted=False), TIMELY_ON, errors.UnitNotContacted),
        (session("D9/FULL"), TIMELY_ON, errors.SessionUnknown),
        (session(FULL), TIMELY_ON, errors.SessionTooEarly),
        (session(held_on=ENROLLED), TIMELY_ON, errors.SessionTooEarly),
        (session(held_on=TIMELY_ON + timedelta(days=1)), TIMELY_ON, errors.DateInFuture),
    ],
)
def test_a_session_against_the_rules_is_refused(held: c.HoldSession, on: date, reason: type[Any]) -> None:
    case_in(Status.PLANNED).when(held, by=OFFICER, on=on).refused(reason)


def test_a_recused_member_of_staff_takes_no_part() -> None:
    recused = case_in(Status.PLANNED).when(COMMANDS[c.RecuseStaff], by=HEAD, on=APPROVED).then(e.StaffMemberRecused)

    recused.when(session(), by=OFFICER, on=TIMELY_ON).refused(errors.StaffRecused)


def test_a_session_is_not_held_twice() -> None:
    held = case_in(Status.PLANNED).when(session(), by=OFFICER, on=TIMELY_ON)

    held.when(session(), by=OFFICER, on=TIMELY_ON).refused(errors.SessionUnknown)


def test_no_session_is_held_with_a_person_out_of_scope() -> None:
    left = case_in(Status.PLANNED).when(LEFT, by=SYSTEM, on=TIMELY_ON)

    left.when(session(), by=OFFICER, on=TIMELY_ON).refused(errors.NotInScope)
    assert steps(left) == ["termination"]


def test_a_late_session_is_held_all_the_same() -> None:
    case_in(Status.PLANNED).when(session(), by=OFFICER, on=date(2023, 9, 1)).then(e.SessionHeld)


def test_a_third_session_in_a_year_is_a_warning_only() -> None:
    held = [fact for fact in case_in(Status.IN_PROGRESS).facts if isinstance(fact, e.SessionHeld)]

    assert [fact.over_yearly_count for fact in held] == [False, False, True]


def test_defects_of_execution_are_recorded() -> None:
    found = session(execution_defects=("PAY_NOT_CHANGED",))

    case_in(Status.PLANNED).when(found, by=OFFICER, on=TIMELY_ON).then(e.SessionHeld, e.ExecutionDefectFound)


@pytest.mark.parametrize("status", [Status.RECOMMENDED, Status.FEEDBACK_RECEIVED])
def test_a_campaigns_session_of_somebody_recommended_leaves_the_state(status: Status) -> None:
    joined = case_in(status).when(c.RecordCampaign(year=2023, city="330200"), by=SYSTEM, on=ANSWERED)

    held = joined.when(session("campaign/2023"), by=OFFICER, on=ANSWERED).then(e.SessionHeld)

    assert held.state.status is status


# Evaluation


@pytest.mark.parametrize("given", [GOOD, AVERAGE])
def test_a_grade_that_follows_is_recorded(given: dict[str, Any]) -> None:
    case_in(Status.IN_PROGRESS).when(evaluation(**given), by=OFFICER, on=EVALUATED).then(e.Evaluated)


@pytest.mark.parametrize(
    "wrong",
    [{**GOOD, "work": False}, {**AVERAGE, "work": True}, {**GOOD, "new_problem": True}, {**POOR, "grade": "AVERAGE"}],
)
def test_a_grade_that_does_not_follow_is_refused(wrong: dict[str, Any]) -> None:
    case_in(Status.IN_PROGRESS).when(evaluation(**wrong), by=OFFICER, on=EVALUATED).refused(errors.GradeDoesNotFollow)


def test_poor_calls_for_an_extra_session_within_sixty_days() -> None:
    story = case_in(Status.IN_PROGRESS).when(evaluation(**POOR), by=OFFICER, on=EVALUATED)

    story.then(e.Evaluated, e.SessionsReplanned)
    (extra,) = story.state.sessions
    assert (extra.stage, extra.due_on) == ("DEEP", EVALUATED + timedelta(days=60))


def test_a_new_problem_goes_to_the_case_department() -> None:
    worse = evaluation(**{**POOR, "new_problem": True})
    story = case_in(Status.IN_PROGRESS).when(worse, by=OFFICER, on=EVALUATED)
    assert "clue-transfer" in steps(story)

    handed = story.when(COMMANDS[c.TransferClue], by=OFFICER, on=FOUND).then(e.ClueTransferred)

    handed.when(COMMANDS[c.TransferClue], by=OFFICER, on=FOUND).refused(errors.NoOpenConcern)


def test_an_evaluation_needs_a_session_since_the_last_one() -> None:
    continued = case_in(Status.EVALUATED, AVERAGE).when(c.Continue(), by=OFFICER, on=FOUND)

    continued.when(evaluation(), by=OFFICER, on=FOUND).refused(errors.NoSessionSinceEvaluation)


def test_average_and_poor_go_on() -> None:
    for grade in (AVERAGE, POOR):
        story = case_in(Status.EVALUATED, grade).when(c.Continue(), by=OFFICER, on=FOUND).then(e.Continued)
        assert story.state.status is Status.IN_PROGRESS


def test_good_does_not_go_on_when_the_period_is_over() -> None:
    case_in(Status.EVALUATED).when(c.Continue(), by=OFFICER, on=FOUND).refused(errors.NothingToContinue)


def test_good_goes_on_while_the_period_runs() -> None:
    longer = case_in(Status.EVALUATED).when(standing(bars={"PROMOTION": None}), by=SYSTEM, on=FOUND)

    longer.when(c.Continue(), by=OFFICER, on=FOUND).then(e.Continued)


# Close, suspend, terminate


@pytest.mark.parametrize("grade", [GOOD, AVERAGE])
def test_a_case_closes_after_the_period(grade: dict[str, Any]) -> None:
    story = case_in(Status.EVALUATED, grade).when(c.Close(), by=OFFICER, on=FOUND).then(e.RevisitClosed)

    assert (story.state.status, steps(story)) == (Status.CLOSED, [])


def test_a_case_does_not_close_within_the_period_nor_with_poor_nor_with_sessions_left() -> None:
    good = case_in(Status.EVALUATED)
    longer = good.when(standing(bars={"PROMOTION": date(2024, 1, 1)}), by=SYSTEM, on=FOUND)
    third = taken("O2", decision_no="D2", effective_on=FOUND, announced_on=FOUND)

    longer.when(c.Close(), by=OFFICER, on=FOUND).refused(errors.PeriodNotOver)
    case_in(Status.EVALUATED, POOR).when(c.Close(), by=OFFICER, on=FOUND).refused(errors.GradeTooPoor)
    more = good.when(standing(measures=(taken(), third)), by=SYSTEM, on=FOUND)
    more.when(c.Close(), by=OFFICER, on=FOUND).refused(errors.SessionsOutstanding)


def test_a_case_closes_after_the_answer() -> None:
    case_in(Status.FEEDBACK_RECEIVED).when(c.Close(), by=OFFICER, on=ANSWERED).then(e.RevisitClosed)


@pytest.mark.parametrize("status", POSSIBLE[c.Suspend])
def test_any_open_case_is_suspended_and_comes_back_where_it_was(status: Status) -> None:
    suspended = case_in(status).when(SUSPENSION, by=OFFICER, on=ANSWERED).then(e.RevisitSuspended)
    assert (suspended.state.status, REVISIT.deadlines(suspended.state)) == (Status.SUSPENDED, {})

    resumed = suspended.when(c.Resume(), by=OFFICER, on=ANSWERED).then(e.RevisitResumed)

    assert resumed.state.status is status


@pytest.mark.parametrize("status", POSSIBLE[c.Terminate])
def test_any_open_case_of_a_person_out_of_scope_is_terminated_by_a_person(status: Status) -> None:
    left = case_in(status).when(LEFT, by=SYSTEM, on=ANSWERED)
    assert left.state.status is status

    left.when(c.Terminate(reason="已离职"), by=OFFICER, on=ANSWERED).then(e.RevisitTerminated)


def test_nobody_in_scope_is_terminated() -> None:
    case_in(Status.PLANNED).when(c.Terminate(reason="-"), by=OFFICER, on=TIMELY_ON).refused(errors.StillInScope)


def test_a_person_who_comes_back_into_scope_is_enrolled_again() -> None:
    back = case_in(Status.TERMINATED).when(standing(), by=SYSTEM, on=FOUND)
    assert steps(back) == ["enrolment"]

    assert back.when(c.Enrol(), by=OFFICER, on=ANSWERED).then(e.Enrolled).state.status is Status.ENROLLED


# What is recorded


def test_a_filed_case_is_a_concern_that_a_person_looks_at() -> None:
    filed = case_in(Status.PLANNED).when(standing(open_cases=("LA-1",)), by=SYSTEM, on=TIMELY_ON)
    filed.then(e.StandingRecorded, e.NewConcernRaised)
    assert steps(filed)[0] == "concern-review"

    looked = filed.when(COMMANDS[c.ReviewConcern], by=OFFICER, on=TIMELY_ON).then(e.ConcernReviewed)

    assert "concern-review" not in steps(looked)
    looked.when(COMMANDS[c.ReviewConcern], by=OFFICER, on=TIMELY_ON).refused(errors.NoOpenConcern)


def test_the_same_standing_again_changes_nothing() -> None:
    case_in(Status.PLANNED).when(standing(), by=SYSTEM, on=TIMELY_ON).then()


def test_a_new_measure_adds_its_sessions_and_a_revoked_one_drops_them() -> None:
    second = taken("O2", decision_no="D2", announced_on=TIMELY_ON)
    more = case_in(Status.PLANNED).when(standing(measures=(taken(), second)), by=SYSTEM, on=TIMELY_ON)
    more.then(e.StandingRecorded, e.NewConcernRaised, e.SessionsReplanned)

    fewer = more.when(standing(measures=(second,)), by=SYSTEM, on=TIMELY_ON)

    assert [s.session_id for s in fewer.state.sessions] == ["D2/TIMELY"]


def test_a_new_measure_brings_a_closed_case_back_to_its_plan() -> None:
    second = taken("O2", decision_no="D2", announced_on=ANSWERED)

    story = case_in(Status.CLOSED).when(standing(measures=(taken(), second)), by=SYSTEM, on=ANSWERED)

    assert story.state.status is Status.PLANNED


def test_a_corrected_period_moves_the_sessions_not_yet_held() -> None:
    corrected = standing(measures=(taken("P1"),), bars={"PROMOTION": date(2024, 4, 18)})
    story = case_in(Status.PLANNED).when(session(), by=OFFICER, on=TIMELY_ON)

    moved = story.when(corrected, by=SYSTEM, on=TIMELY_ON)

    assert {s.session_id: s.due_on for s in moved.state.sessions} == {
        FULL: date(2023, 11, 17),
        EXTENDED: date(2024, 6, 16),
    }


def test_a_missed_limit_is_recorded_once_and_only_while_it_stands() -> None:
    story = case_in(Status.PLANNED)
    fires_on = REVISIT.deadlines(story.state)[f"session:{TIMELY}"]
    assert REVISIT.pass_deadline is not None
    late = REVISIT.pass_deadline(f"session:{TIMELY}", fires_on)

    story.when(late, by=SYSTEM, on=fires_on).then(
        e.DeadlineBreached(stage=f"session:{TIMELY}", due_on=date(2023, 5, 25), days_late=1)
    )
    story.when(session(), by=OFFICER, on=TIMELY_ON).when(late, by=SYSTEM, on=fires_on).then()


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.SUSPENDED])
def test_every_task_has_a_limit_that_can_be_missed(status: Status) -> None:
    state = case_in(status).state
    limited = {task.step for task in REVISIT.tasks(state) if task.step in ("profile", "plan", "plan-approval")}

    assert limited <= {kind.partition(":")[0] for kind in REVISIT.deadlines(state)}


# Recommendation


def test_a_person_who_meets_all_conditions_is_recommended() -> None:
    story = case_in(Status.RECOMMENDABLE).when(recommendation(), by=OFFICER, on=PROPOSED)

    (fact,) = story.then(e.RecommendationProposed).facts[-1:]
    assert isinstance(fact, e.RecommendationProposed)
    assert (fact.proposed_by, fact.body, fact.sessions) == (OFFICER.person_id, BODY, tuple(HELD_ON.values()))
    assert fact.recommendation_no == recommendation_no()


def recommendable_with(**more: Any) -> Any:
    story = case_in(Status.EVALUATED).when(standing(**more), by=SYSTEM, on=FOUND)
    return story.when(recommendable(), by=OFFICER, on=FOUND)


def test_a_bar_that_stands_blocks_the_use_it_bars_and_no_other() -> None:
    barred = {"PROMOTION": date(2023, 11, 11)}

    recommendable_with(bars=barred).refused(errors.BarStands)
    story = case_in(Status.EVALUATED).when(standing(bars=barred), by=SYSTEM, on=FOUND)
    story.when(recommendable("TRAINING"), by=OFFICER, on=FOUND).then(e.FoundRecommendable)
    story.when(recommendable(), by=OFFICER, on=date(2023, 11, 11)).then(e.FoundRecommendable)


def test_a_flag_of_a_competent_body_blocks_and_can_be_lifted() -> None:
    flagged = case_in(Status.EVALUATED).when(COMMANDS[c.RestrictUse], by=PRINCIPAL, on=FOUND).then(e.UseRestrictionSet)
    flagged.when(recommendable(), by=OFFICER, on=FOUND).refused(errors.UseRestricted)

    lifted = flagged.when(c.RestrictUse(restricted=False, reason="解除"), by=PRINCIPAL, on=FOUND)

    lifted.when(recommendable(), by=OFFICER, on=FOUND).then(e.FoundRecommendable)


def test_the_evaluation_must_be_good_and_at_most_ninety_days_old() -> None:
    good = case_in(Status.EVALUATED)

    good.when(recommendable(), by=OFFICER, on=EVALUATED + timedelta(days=90)).then(e.FoundRecommendable)
    good.when(recommendable(), by=OFFICER, on=EVALUATED + timedelta(days=91)).refused(errors.EvaluationNotGoodEnough)
    average = case_in(Status.EVALUATED, AVERAGE)
    average.when(recommendable(), by=OFFICER, on=FOUND).refused(errors.EvaluationNotGoodEnough)


def test_two_sessions_are_needed() -> None:
    once = case_in(Status.PLANNED).when(session(), by=OFFICER, on=FOUND).when(evaluation(), by=OFFICER, on=FOUND)

    once.when(recommendable(), by=OFFICER, on=FOUND).refused(errors.TooFewSessions)


@pytest.mark.parametrize("matter", [{"open_cases": ("LA-1",)}, {"convicted": True}])
def test_an_open_matter_blocks(matter: dict[str, Any]) -> None:
    recommendable_with(**matter).refused(errors.MatterOpen)
    recommended = case_in(Status.RECOMMENDABLE).when(standing(**matter), by=SYSTEM, on=PROPOSED)
    recommended.when(recommendation(), by=OFFICER, on=PROPOSED).refused(errors.MatterOpen)


def test_a_pending_review_blocks() -> None:
    story = case_in(Status.EVALUATED)

    story.when(recommendable(review_pending=True), by=OFFICER, on=FOUND).refused(errors.MatterOpen)


def test_the_person_is_informed_unless_secrecy_is_stated() -> None:
    story = case_in(Status.RECOMMENDABLE)

    story.when(recommendation(informed=False), by=OFFICER, on=PROPOSED).refused(errors.PersonNotInformed)
    story.when(recommendation(informed=False, secrecy=True), by=OFFICER, on=PROPOSED).then(e.RecommendationProposed)


def test_only_the_use_that_was_checked_is_recommended() -> None:
    story = case_in(Status.RECOMMENDABLE)

    story.when(recommendation(use="RANK_RAISE"), by=OFFICER, on=PROPOSED).refused(errors.UseNotTheOneChecked)


@pytest.mark.parametrize("missing", ["unit_opinion_ref", "integrity_opinion_ref"])
def test_both_opinions_are_required_by_the_commands_form(missing: str) -> None:
    with pytest.raises(ValueError, match=missing):
        recommendation(**{missing: ""})


def test_the_answer_of_another_recommendation_is_not_ours() -> None:
    other = c.NoteRecommendation(recommendation_no="TJ-1", state="ANSWERED", outcome="ADOPTED")

    case_in(Status.RECOMMENDED).when(other, by=SYSTEM, on=ANSWERED).then()


def test_sent_is_noted_and_a_withdrawal_ends_the_waiting() -> None:
    number = recommendation_no()
    sent = case_in(Status.RECOMMENDED).when(
        c.NoteRecommendation(recommendation_no=number, state="SENT"), by=SYSTEM, on=ANSWERED
    )
    assert sent.then(e.RecommendationNoted).state.status is Status.RECOMMENDED

    withdrawn = sent.when(c.NoteRecommendation(recommendation_no=number, state="WITHDRAWN"), by=SYSTEM, on=ANSWERED)

    assert (withdrawn.state.status, steps(withdrawn)) == (Status.FEEDBACK_RECEIVED, ["closing"])


def test_an_answer_during_a_suspension_is_kept() -> None:
    suspended = case_in(Status.RECOMMENDED).when(SUSPENSION, by=OFFICER, on=ANSWERED)
    answer = c.NoteRecommendation(recommendation_no=recommendation_no(), state="ANSWERED", outcome="ADOPTED")

    resumed = suspended.when(answer, by=SYSTEM, on=ANSWERED).when(c.Resume(), by=OFFICER, on=ANSWERED)

    assert resumed.state.status is Status.FEEDBACK_RECEIVED


def test_bars_that_change_under_a_recommendation_are_a_new_concern() -> None:
    changed = case_in(Status.RECOMMENDED).when(standing(bars={"PROMOTION": None}), by=SYSTEM, on=ANSWERED)

    changed.then(e.StandingRecorded, e.NewConcernRaised)
    assert steps(changed) == ["concern-review"]
    looked = changed.when(COMMANDS[c.ReviewConcern], by=OFFICER, on=ANSWERED).then(e.ConcernReviewed)
    assert steps(looked) == []


@pytest.mark.parametrize("status", [*Status])
def test_the_summary_of_every_state_can_be_shown_without_sealed_text(status: Status) -> None:
    shown = REVISIT.summary(case_in(status).state)

    assert shown["status"] == status
    assert "sealed" not in str(shown)


@pytest.mark.parametrize("status", [*Status])
def test_every_task_can_be_answered_from_its_state(status: Status) -> None:
    state = case_in(status).state
    by_name = {command.name: command for command in POSSIBLE}

    for task in REVISIT.tasks(state):
        require_possible(state, COMMANDS[by_name[task.step]])


@pytest.mark.parametrize("status", [Status.RECOMMENDABLE, Status.RECOMMENDED, Status.FEEDBACK_RECEIVED])
def test_a_restriction_of_use_is_told_to_who_recommends(status: Status) -> None:
    restricted = case_in(status).when(COMMANDS[c.RestrictUse], by=PRINCIPAL, on=date(2024, 1, 5))

    restricted.then(e.UseRestrictionSet, e.NewConcernRaised)


@pytest.mark.parametrize(("ground", "told"), [("NEW_INVESTIGATION", (e.NewConcernRaised,)), ("LONG_LEAVE", ())])
def test_an_investigation_that_suspends_a_recommended_person_is_told_to_who_recommends(ground: str, told: Any) -> None:
    suspension = c.Suspend(ground=ground, reason="注明")

    case_in(Status.RECOMMENDED).when(suspension, by=OFFICER, on=date(2024, 1, 5)).then(e.RevisitSuspended, *told)


def test_a_recused_person_does_nothing_more_in_the_case() -> None:
    recusal = c.RecuseStaff(person=OFFICER.person_id, reason="亲属")
    story = case_in(Status.ENROLLED).when(recusal, by=HEAD, on=APPROVED)

    story.when(PROFILE, by=OFFICER, on=APPROVED).refused(errors.StaffRecused)


@pytest.mark.parametrize("stranger", ["330211.某某", "330211.REVISIT_OFFICER.12", "某某"])
def test_staff_are_named_by_their_number_and_never_by_name(stranger: str) -> None:
    with pytest.raises(ValidationError):
        session(staff=(stranger, STAFF[0]))
    with pytest.raises(ValidationError):
        c.RecuseStaff(person=stranger, reason="亲属")
