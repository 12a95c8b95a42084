"""What agencies tell us of a case: opened, corrected, or left to a person; recorded in any state (E-8)."""

from datetime import date
from typing import Any

import pytest

from services.tolerance.domain import commands, errors, events
from services.tolerance.domain.limits import tasks
from services.tolerance.domain.terms import BottomLine, Grade, Outcome, ReviewReason, Status, UnitReport
from shared.testing.story import Story
from tests.services.tolerance.builders import (
    ACCEPT,
    CASE_ID,
    CONSULTATION,
    CONTENT,
    DETERMINATION,
    HEARING,
    IDENTIFIED,
    NOTE,
    OFFICER,
    PRINCIPAL,
    REPORT,
    SUGGESTION,
    SYSTEM,
    VERIFICATION,
    VERIFIED_ON,
    after,
    case_in,
    empty_story,
    evidence,
    identified,
)

BEFORE = [
    Status.INITIATED,
    Status.ACCEPTED,
    Status.PLANNED,
    Status.INVESTIGATING,
    Status.HEARD,
    Status.REPORTED,
    Status.CONSULTED,
]
DECIDED = [
    Status.NOT_ACCEPTED,
    Status.DETERMINED,
    Status.OBJECTION_OPEN,
    Status.FINAL,
    Status.CORRECTING,
    Status.TRACKING,
    Status.CLOSED,
    Status.WITHDRAWN,
    Status.TRANSFERRED,
    Status.REVOKED,
]
WORSE = {**CONTENT["elements"], "motive": "ADVERSE"}


def report(origin: str = "U1", **content: Any) -> commands.RecordUnitReport:
    body = {"kind": "RECTIFICATION", "happened_on": "2023-09-01", "origin": origin, **content}
    return commands.RecordUnitReport(report=UnitReport.model_validate(body))


def told(story: Story, command: Any, status: Status) -> Story:
    return story.when(command, by=SYSTEM, on=after(status))


def test_an_identified_matter_opens_the_case() -> None:
    story = empty_story().when(identified(), by=SYSTEM, on=IDENTIFIED).then(events.ToleranceInitiated)

    assert story.state.status is Status.INITIATED
    assert story.state.due_on == date(2023, 6, 21)


def test_limits_run_from_receipt_where_that_is_later() -> None:
    story = empty_story().when(identified(), by=SYSTEM, on=date(2023, 7, 3))

    assert story.state.due_on == date(2023, 7, 10)


def test_the_same_event_twice_changes_nothing() -> None:
    told(case_in(Status.ACCEPTED), identified(), Status.ACCEPTED).then()


@pytest.mark.parametrize("status", BEFORE)
def test_before_the_determination_a_correction_replaces_the_content(status: Status) -> None:
    story = told(case_in(status), identified("E2", "E1", elements=WORSE), status).then(events.MatterCorrected)

    assert story.state.status is status
    assert story.state.elements.motive is Grade.ADVERSE
    told(story, identified("E2", "E1", elements=WORSE), status).then()


def test_what_a_correction_leaves_alone_stays_as_the_steps_answered_it() -> None:
    graded = evidence({**CONTENT["elements"], "nature": "ADVERSE"})
    story = case_in(Status.INVESTIGATING).when(graded, by=OFFICER, on=after(Status.INVESTIGATING))

    story = told(story, identified("E2", "E1", elements=WORSE), Status.HEARD)

    assert (story.state.elements.motive, story.state.elements.nature) == (Grade.ADVERSE, Grade.ADVERSE)


def test_a_bottom_line_that_appears_after_the_acceptance_is_seen_at_the_determination() -> None:
    story = told(case_in(Status.CONSULTED), identified("E2", "E1", bottom_line=["PRIVATE_GAIN"]), Status.CONSULTED)

    story.when(DETERMINATION, by=PRINCIPAL, on=date(2023, 7, 18)).refused(errors.BottomLineHit)
    not_tolerated = commands.DetermineOutcome(outcome=Outcome.NOT_TOLERATED)
    story.when(not_tolerated, by=PRINCIPAL, on=date(2023, 7, 18)).then(events.ToleranceDetermined)


def test_a_proposal_that_no_longer_stands_goes_back_and_is_made_anew() -> None:
    negative = [{"list_kind": "NEGATIVE", "item_code": "F-01"}]
    story = told(case_in(Status.CONSULTED), identified("E2", "E1", list_hits=negative), Status.CONSULTED)

    assert [task.step for task in tasks(story.state)] == ["return"]
    story.when(DETERMINATION, by=PRINCIPAL, on=date(2023, 7, 18)).refused(errors.NegativeListHit)
    story = story.when(commands.ReturnCase(reason=NOTE), by=PRINCIPAL, on=date(2023, 7, 18))
    for command in (evidence(), HEARING, REPORT.model_copy(update={"outcome": Outcome.LIGHTER}), CONSULTATION):
        story = story.when(command, by=OFFICER, on=date(2023, 7, 24))
    lighter = commands.DetermineOutcome(outcome=Outcome.LIGHTER)
    story.when(lighter, by=PRINCIPAL, on=date(2023, 7, 25)).then(events.ToleranceDetermined)


@pytest.mark.parametrize("status", DECIDED)
def test_after_a_decision_a_correction_is_for_a_person_and_undoes_nothing(status: Status) -> None:
    before = case_in(status)

    story = told(before, identified("E2", "E1", bottom_line=["PRIVATE_GAIN"]), status).then(events.ReviewOpened)

    state = story.state
    assert (state.status, state.matter, state.outcome) == (status, before.state.matter, before.state.outcome)
    assert state.reviews == (ReviewReason.CORRECTED_AFTER_DECISION,)
    assert "correction-review" in [task.step for task in tasks(state)]


@pytest.mark.parametrize("status", [*BEFORE, *DECIDED])
def test_a_second_event_of_the_same_matter_and_person_is_for_a_person(status: Status) -> None:
    before = case_in(status)

    story = told(before, identified("E9", elements=WORSE), status).then(events.ReviewOpened)

    assert story.state.reviews == (ReviewReason.SECOND_MATTER,)
    assert (story.state.status, story.state.elements) == (status, before.state.elements)


def test_a_correction_of_a_second_event_changes_nothing_either() -> None:
    story = told(case_in(Status.PLANNED), identified("E9", elements=WORSE), Status.PLANNED)

    story = told(story, identified("E10", "E9", bottom_line=["PRIVATE_GAIN"]), Status.PLANNED)

    story.then(events.ReviewOpened)
    assert story.state.bottom_line == ()
    assert story.state.elements.motive is Grade.FAVOURABLE


def test_a_person_concludes_the_review() -> None:
    review = commands.ConcludeReview(note=NOTE)
    story = told(case_in(Status.FINAL), identified("E9"), Status.FINAL)

    story = story.when(review, by=OFFICER, on=after(Status.FINAL)).then(events.ReviewConcluded)

    assert story.state.reviews == ()
    story.when(review, by=OFFICER, on=after(Status.FINAL)).refused(errors.NothingToReview)


def test_a_correction_after_non_acceptance_is_the_new_fact_to_ask_again_with() -> None:
    story = case_in(Status.INITIATED, outcome="NOT_ACCEPTED").when(commands.RefuseCase(), by=OFFICER, on=IDENTIFIED)
    story = told(story, identified("E2", "E1"), Status.NOT_ACCEPTED)
    assert story.state.bottom_line == (BottomLine.PRIVATE_GAIN,)

    story = story.when(commands.ReapplyForCase(new_facts=NOTE), by=OFFICER, on=date(2023, 7, 3))

    assert (story.state.bottom_line, story.state.reviews) == ((), ())
    story.when(ACCEPT, by=OFFICER, on=date(2023, 7, 4)).then(events.ToleranceScreened)


@pytest.mark.parametrize("status", [*BEFORE, *DECIDED])
def test_a_completed_rectification_is_recorded_in_any_state(status: Status) -> None:
    story = told(case_in(status), report(), status).then(events.UnitReported)

    assert (story.state.status, story.state.rectified_on) == (status, date(2023, 9, 1))
    told(story, report(), status).then()


def test_a_second_rectification_changes_nothing_by_itself() -> None:
    story = told(case_in(Status.FINAL), report(), Status.FINAL)

    story = told(story, report("U2", happened_on="2023-09-30"), Status.FINAL).then(events.ReviewOpened)

    assert story.state.rectified_on == date(2023, 9, 1)
    assert story.state.reviews == (ReviewReason.SECOND_REPORT,)


def test_a_corrected_rectification_holds_until_it_was_verified() -> None:
    story = told(case_in(Status.CORRECTING), report(), Status.CORRECTING)
    corrected = report("U2", supersedes="U1", happened_on="2023-08-20")

    followed = told(story, corrected, Status.CORRECTING).then(events.UnitReported)
    verified = told(story.when(VERIFICATION, by=OFFICER, on=VERIFIED_ON), corrected, Status.CORRECTING)

    assert followed.state.rectified_on == date(2023, 8, 20)
    verified.then(events.ReviewOpened)
    assert verified.state.reviews == (ReviewReason.REPORT_CORRECTED_AFTER_CHECK,)


def suggested() -> tuple[Story, str]:
    story = case_in(Status.TRACKING).when(SUGGESTION, by=OFFICER, on=date(2023, 9, 5))
    return story, story.state.suggestions[0].doc_no


@pytest.mark.parametrize("accepted", [True, False])
def test_a_reply_ends_the_clock_even_a_late_one(accepted: bool) -> None:
    story, doc_no = suggested()
    reply = report(kind="REPLY", doc_no=doc_no, happened_on="2023-11-20", accepted=accepted)

    story = story.when(reply, by=SYSTEM, on=date(2023, 11, 21)).then(events.UnitReported)

    (suggestion,) = story.state.suggestions
    assert (suggestion.replied_on, suggestion.accepted) == (date(2023, 11, 20), accepted)


def test_a_suggestion_may_be_answered_and_carried_out_once_each() -> None:
    story, doc_no = suggested()
    for origin, kind in (("U1", "REPLY"), ("U2", "RECTIFICATION")):
        told_once = report(origin, kind=kind, doc_no=doc_no)
        story = story.when(told_once, by=SYSTEM, on=date(2023, 9, 20)).then(events.UnitReported)

    for origin, kind in (("U3", "REPLY"), ("U4", "RECTIFICATION")):
        again = report(origin, kind=kind, doc_no=doc_no)
        story = story.when(again, by=SYSTEM, on=date(2023, 9, 21)).then(events.ReviewOpened)


def test_a_reply_corrected_after_the_check_is_for_a_person() -> None:
    story, doc_no = suggested()
    story = story.when(report(kind="REPLY", doc_no=doc_no), by=SYSTEM, on=date(2023, 9, 20))
    check = commands.CheckImplementation.model_validate({"doc_no": doc_no, "finding": "IMPLEMENTED", "note": NOTE})
    story = story.when(check, by=OFFICER, on=date(2023, 9, 21)).then(events.SuggestionChecked)

    corrected = report("U2", supersedes="U1", kind="REPLY", doc_no=doc_no, accepted=False)
    story.when(corrected, by=SYSTEM, on=date(2023, 9, 22)).then(events.ReviewOpened)


def test_a_report_on_a_suggestion_that_is_not_the_cases_leaves_it_alone() -> None:
    other = report(doc_no="JY-330212-2023-0002")

    story = told(case_in(Status.FINAL), other, Status.FINAL)

    assert story.state.rectified_on is None


def test_a_unit_reporting_on_no_case_changes_nothing() -> None:
    empty_story().when(report(), by=SYSTEM, on=IDENTIFIED).then()


def test_a_replay_gives_the_same_state() -> None:
    story = case_in(Status.CLOSED)

    assert story.state == Story(story.model, CASE_ID, story.policy, story.workdays, story.facts).state
