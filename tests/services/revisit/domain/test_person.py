"""What agencies tell of a person, and what follows: bars, scope, restorations, promotions, second events."""

from datetime import date

import pytest

from services.revisit.domain import commands as c
from services.revisit.domain import errors
from services.revisit.domain import events as e
from services.revisit.domain.model import PERSON
from services.revisit.domain.model.person import standing_of
from tests.services.revisit.builders import (
    DECISION,
    OFFICER,
    STRANGER,
    SUBJECT,
    SYSTEM,
    TOLD,
    appointment,
    event,
    measure,
    profile,
    told,
)


def steps(story: object) -> list[str]:
    return [task.step for task in PERSON.tasks(story.state)]  # type: ignore[attr-defined]


def test_a_measure_sets_bars_and_scope() -> None:
    told(measure()).then(e.MeasureRecorded, e.BarsComputed, e.ScopeComputed)


def test_a_profile_of_a_person_without_measures_publishes_nothing() -> None:
    told(profile()).then(e.ProfileNoted)


def test_the_same_event_again_changes_nothing() -> None:
    once = measure()

    told(once, once).then()


def test_a_second_event_of_a_decision_is_a_persons_task_and_changes_nothing() -> None:
    story = told(measure(), measure("G3")).then(e.SecondEventNoted)

    assert story.state.measures[DECISION].code == "G1"
    assert steps(story) == ["second-event-review"]


def test_a_second_event_is_settled_by_a_person_of_the_body() -> None:
    story = told(measure(), second := measure("G3"))
    review = c.ReviewSecondEvent(event=second.event, finding="来文重复")

    story.when(review, by=STRANGER, on=TOLD).refused(errors.NotTheCasesBody)
    settled = story.when(review, by=OFFICER, on=TOLD).then(e.SecondEventReviewed)
    settled.when(review, by=OFFICER, on=TOLD).refused(errors.SecondEventUnknown)


def test_a_correction_replaces_the_measure_and_appends_new_bars() -> None:
    first = measure()
    story = told(first, measure("G3", supersedes=first.event)).then(e.MeasureRecorded, e.BarsComputed)

    computed = story.result[1]  # type: ignore[index]
    assert isinstance(computed, e.BarsComputed)
    assert computed.before == {"PROMOTION": date(2023, 10, 18), "RANK": date(2023, 10, 18)}
    assert (computed.bars["PAY_STEP"], computed.reason) == (date(2024, 10, 18), "MEASURE_CORRECTED")


def test_a_correction_that_changes_no_bar_publishes_the_measure_only() -> None:
    first = measure()

    told(first, measure(supersedes=first.event, error_category="DUTY")).then(e.MeasureRecorded)


def test_a_revoked_measure_counts_as_never_imposed() -> None:
    revoked = c.RecordRevocation(event=event(), decision_no=DECISION, basis="REVIEW", voided_on=TOLD)
    story = told(measure(), revoked).then(e.MeasureVoided, e.BarsComputed, e.ScopeComputed)

    assert (dict(story.state.bars), story.state.in_scope) == ({}, False)
    assert [segment.reason for segment in story.state.scope] == ["REVOKED"]


def test_a_revocation_and_its_decision_may_come_in_any_order() -> None:
    decided = measure()
    revoked = c.RecordRevocation(event=event(), decision_no=DECISION, basis="COURT", voided_on=TOLD)

    one, other = told(decided, revoked).state, told(revoked, decided).state

    assert (one.scope, one.bars, one.voids) == (other.scope, other.bars, other.voids)
    assert not other.in_scope


def test_of_several_measures_the_latest_end_counts_by_type() -> None:
    state = told(measure("P1"), measure("G3", decision_no="D2")).state

    assert state.bars == {
        "FURTHER_USE": date(2024, 4, 18),
        "PAY_STEP": date(2024, 10, 18),
        "PROMOTION": date(2024, 10, 18),
        "RANK": date(2024, 10, 18),
    }


def test_an_open_end_is_later_than_any_day() -> None:
    state = told(measure("P4"), measure("P1", decision_no="D2")).state

    assert state.bars["PROMOTION"] is None


def test_overlapping_government_periods_are_flagged() -> None:
    assert told(measure("G1"), measure("G2", date(2023, 8, 1), decision_no="D2")).state.overlap_warning
    assert not told(measure("G1"), measure("G2", date(2023, 11, 1), decision_no="D2")).state.overlap_warning


def test_rights_not_restored_at_the_end_of_probation_are_awaited() -> None:
    story = told(measure("P4"))
    ((kind, day),) = PERSON.deadlines(story.state).items()
    assert day == date(2024, 4, 18)
    assert PERSON.pass_deadline is not None

    awaiting = story.when(PERSON.pass_deadline(kind, day), by=SYSTEM, on=day).then(e.RestorationAwaited)

    assert PERSON.summary(awaiting.state)["awaiting_restoration"] == [DECISION]
    assert PERSON.deadlines(awaiting.state) == {}
    awaiting.when(PERSON.pass_deadline(kind, day), by=SYSTEM, on=day).then()


def test_the_restoration_starts_the_tail() -> None:
    restored = c.RecordRestoration(event=event(), decision_no=DECISION, restored_on=date(2024, 4, 20))
    story = told(measure("P4"), restored).then(e.PartyRightsNoted, e.BarsComputed)

    assert story.state.bars["PROMOTION"] == date(2026, 4, 20)
    assert PERSON.deadlines(story.state) == {}


def test_a_corrected_profile_replaces_the_one_it_names_though_it_was_not_the_latest() -> None:
    older = profile(date(2023, 5, 1))
    newer = profile(date(2023, 6, 1))
    corrected = profile(date(2023, 7, 1), supersedes=older.event, service_status="LEFT")

    state = told(measure(), older, newer, corrected).state

    assert {p.as_of for p in state.profiles.values()} == {date(2023, 6, 1), date(2023, 7, 1)}
    assert not state.in_scope


def test_a_case_is_open_until_it_is_withdrawn_or_ended_by_a_measure() -> None:
    filed = c.RecordCaseFiled(event=event(), case_no="LA-1", filed_on=TOLD)
    withdrawn = c.RecordCaseWithdrawn(event=event(), case_no="LA-1", withdrawn_on=TOLD)
    ending = measure(decision_no="D2", case_no="LA-1")

    assert standing_of(told(measure(), filed).state).open_cases == ("LA-1",)
    for commands in ([filed, withdrawn], [withdrawn, filed], [filed, ending], [ending, filed]):
        assert told(measure(), *commands).state.open_cases == ()


@pytest.mark.parametrize(
    "second",
    [
        lambda: c.RecordRevocation(event=event(), decision_no=DECISION, basis="REVIEW", voided_on=TOLD),
        lambda: c.RecordRestoration(event=event(), decision_no=DECISION, restored_on=TOLD),
        lambda: c.RecordCaseFiled(event=event(), case_no="LA-1", filed_on=TOLD),
        lambda: c.RecordCaseWithdrawn(event=event(), case_no="LA-1", withdrawn_on=TOLD),
        lambda: c.RecordJudgment(event=event(), criminal_case_no="XS-1", verdict="CONVICTED", effective_on=TOLD),
    ],
)
def test_every_second_event_of_one_number_is_a_persons_task(second: object) -> None:
    told(measure(), second(), second()).then(e.SecondEventNoted)  # type: ignore[operator]


def test_an_award_is_kept_with_its_name_sealed() -> None:
    told(c.RecordAward(event="o:1", award="好支书", conferred_on=TOLD)).then(
        e.AwardNoted(event="o:1", noted_on=TOLD, conferred_on=TOLD, award_sealed=f"sealed({SUBJECT},好支书)")
    )


def test_a_conviction_of_the_person_is_known_to_the_case() -> None:
    judged = c.RecordJudgment(event=event(), criminal_case_no="XS-1", verdict="CONVICTED_EXEMPT", effective_on=TOLD)
    acquitted = c.RecordJudgment(event=event(), criminal_case_no="XS-1", verdict="ACQUITTED", effective_on=TOLD)

    assert standing_of(told(measure(), judged).state).convicted
    assert not standing_of(told(measure(), acquitted).state).convicted


def test_a_promotion_of_a_handled_person_is_confirmed_by_a_person() -> None:
    appointed = appointment()
    confirm = c.ConfirmPromotion(appointment_id=appointed.event)
    for story in (told(measure(), appointed), told(appointed, measure())):
        assert steps(story) == ["promotion-confirmation"]
        confirmed = story.when(confirm, by=OFFICER, on=date(2023, 12, 20)).then(e.PromotionConfirmed)
        assert steps(confirmed) == []
        confirmed.when(confirm, by=OFFICER, on=date(2023, 12, 20)).refused(errors.AppointmentUnknown)


def test_a_promotion_is_confirmed_by_the_body_of_the_district() -> None:
    appointed = appointment()

    told(measure(), appointed).when(c.ConfirmPromotion(appointment_id=appointed.event), by=STRANGER, on=TOLD).refused(
        errors.NotTheCasesBody
    )


def test_a_lateral_move_is_never_asked_for() -> None:
    moved = appointment(kind="LATERAL")
    story = told(measure(), moved)

    assert steps(story) == []
    story.when(c.ConfirmPromotion(appointment_id=moved.event), by=OFFICER, on=TOLD).refused(errors.AppointmentUnknown)


def test_the_promotion_of_somebody_never_handled_or_handled_in_a_later_year_is_not_asked_for() -> None:
    early = appointment(effective_on=date(2022, 6, 1))

    assert steps(told(profile(), early)) == steps(told(measure(), early)) == []
    told(measure(), early).when(c.ConfirmPromotion(appointment_id=early.event), by=OFFICER, on=TOLD).refused(
        errors.NotHandledPopulation
    )


def test_a_confirmed_promotion_corrected_to_lateral_is_withdrawn() -> None:
    appointed = appointment()
    confirmed = told(measure(), appointed).when(c.ConfirmPromotion(appointment_id=appointed.event), by=OFFICER, on=TOLD)

    story = told(appointment(supersedes=appointed.event, kind="LATERAL"), story=confirmed)

    story.then(e.AppointmentNoted, e.PromotionWithdrawn)
    assert (dict(story.state.confirmed), steps(story)) == ({}, [])


def test_a_confirmation_is_withdrawn_by_a_person_when_every_measure_was_revoked() -> None:
    appointed = appointment()
    withdraw = c.WithdrawPromotion(appointment_id=appointed.event, reason="处分撤销")
    confirmed = told(measure(), appointed).when(c.ConfirmPromotion(appointment_id=appointed.event), by=OFFICER, on=TOLD)
    confirmed.when(withdraw, by=OFFICER, on=TOLD).refused(errors.PromotionStillStands)

    revoked = c.RecordRevocation(event=event(), decision_no=DECISION, basis="REVIEW", voided_on=TOLD)
    story = told(revoked, story=confirmed)

    assert steps(story) == ["promotion-withdrawal"]
    story.when(withdraw, by=OFFICER, on=TOLD).then(e.PromotionWithdrawn)


def test_the_summary_shows_every_measure_the_revoked_ones_with_a_flag() -> None:
    revoked = c.RecordRevocation(event=event(), decision_no="D2", basis="REVIEW", voided_on=TOLD)
    shown = PERSON.summary(told(measure(), measure("P1", decision_no="D2"), revoked).state)

    assert [(row["code"], row["voided"]) for row in shown["measures"]] == [("G1", False), ("P1", True)]
    assert (shown["status"], shown["program"], shown["body"]) == ("IN_SCOPE", "STANDARD", "330211")
