"""Live indicators: what counts in a window, what a surge is, who is silent, which answer is overdue."""

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.reporting.domain.live import ExchangeStep, Indicators, Kind, Notice, Registration, Repeat
from tests.services.reporting.builders import JUNE, OTHER_PERSON, OTHER_REPORT, PERSON, REPORT, RULES

PETITION, COURT = "petition.330206", "court.330206"
THIRD_REPORT = "R-000000000003"


def indicators(*notices: Notice) -> Indicators:
    found = Indicators(RULES)
    for notice in notices:
        found.take(notice)
    return found


def day(number: int) -> date:
    return JUNE + timedelta(number)


def notice(
    number: int, on: date = JUNE, told_on: date | None = None, agency: str = PETITION, **parts: object
) -> Notice:
    kind = Kind(agency, "330206" if agency else "", "petition.report_registered.v1")
    return Notice(f"exchange/report:{number}/1", told_on or on, on, kind, **parts)  # type: ignore[arg-type]


def registered(number: int, report: str, on: date = JUNE, subject: str = PERSON, version: int = 1) -> Notice:
    return notice(number, on, registration=Registration(report, version, on, subject, "330206"))


def repeated(number: int, report: str = REPORT, on: date = JUNE, supersedes: str = "") -> Notice:
    return notice(number, on, repeat=Repeat(report, on, f"event-{number}", supersedes))


def exchange(number: int, on: date, *, opens: bool, name: str = "police-clue", due_on: date | None = None) -> Notice:
    return notice(number, on, steps=(ExchangeStep(name, REPORT, on, opens, "police.330206", due_on),))


def test_a_window_counts_by_agency_district_and_type_the_days_up_to_today() -> None:
    found = indicators(notice(1, day(-7)), notice(2, day(-6)), notice(3, agency=""), notice(4, day(1), JUNE))

    week = found.window(7, JUNE)

    assert (week.total, week.by_agency, week.by_district) == (2, {PETITION: 1}, {"330206": 1})
    assert week.by_type == {"petition.report_registered.v1": 2}


def test_a_late_fact_falls_into_the_window_of_its_own_day() -> None:
    found = indicators(notice(1, JUNE), notice(2, day(-20), told_on=JUNE))

    assert (found.window(7, JUNE).total, found.window(30, JUNE).total) == (1, 2)
    assert found.window(7, day(-20)).total == 1


def test_a_fact_told_twice_counts_once_and_one_too_old_not_at_all() -> None:
    longest = max(RULES.live_windows_days)

    found = indicators(notice(1), notice(1), notice(2, day(-longest - 1), told_on=JUNE))

    assert found.window(longest, JUNE).total == 1
    assert list(found.facts) == [JUNE]


def test_three_reports_of_one_subject_within_the_span_are_a_surge_of_their_month() -> None:
    found = indicators(
        registered(1, REPORT, day(-10)), registered(2, OTHER_REPORT, day(-5)), repeated(3, OTHER_REPORT, JUNE)
    )

    (surge,) = found.surges(JUNE)

    assert (surge.subject, surge.window, surge.reports, surge.reached_on, surge.body) == (
        PERSON,
        "2023-06",
        3,
        JUNE,
        "330206",
    )
    assert found.surges_against(OTHER_PERSON, JUNE) == ()


def test_reports_further_apart_or_of_several_subjects_are_no_surge() -> None:
    apart = indicators(
        registered(1, REPORT, day(-60)), registered(2, OTHER_REPORT, day(-25)), registered(3, THIRD_REPORT)
    )
    several = indicators(
        registered(1, REPORT), registered(2, OTHER_REPORT, subject=OTHER_PERSON), registered(3, THIRD_REPORT)
    )

    assert apart.surges(JUNE) == several.surges(JUNE) == ()


def test_a_surge_grows_within_its_month_and_is_over_after_its_span() -> None:
    found = indicators(*(registered(number, f"R-{number:012}", day(number)) for number in range(5)))

    (surge,) = found.surges(day(4))

    assert (surge.reports, surge.reached_on) == (5, day(2))
    assert found.surges(day(2 + RULES.surge_window_days)) == ()


def test_a_surge_that_goes_on_in_the_next_month_is_another_one() -> None:
    found = indicators(*(registered(number, f"R-{number:012}", day(3 * number)) for number in range(8)))

    assert [surge.window for surge in found.surges(day(21))] == ["2023-06", "2023-07"]


def test_a_corrected_registration_counts_for_the_corrected_subject() -> None:
    before = [registered(1, REPORT), registered(2, OTHER_REPORT), registered(3, THIRD_REPORT)]

    found = indicators(*before, registered(4, REPORT, subject=OTHER_PERSON, version=2))

    assert found.surges(JUNE) == ()
    assert found.subject_of(REPORT) == OTHER_PERSON


def test_a_corrected_repeat_counts_once() -> None:
    found = indicators(registered(1, REPORT), repeated(2), repeated(3, on=day(-1), supersedes="event-2"))

    assert found.surges(JUNE) == ()
    assert len(indicators(registered(1, REPORT), repeated(2), repeated(3, on=day(-1))).surges(JUNE)) == 1


def test_an_agency_is_silent_after_the_days_of_its_kind() -> None:
    found = indicators(notice(1, day(-31)), notice(2, day(-40), agency=COURT), notice(3, day(-400), agency="unit.1"))

    (silent,) = found.silent_agencies(JUNE)

    assert (silent.agency, silent.silent_days, silent.allowed_days) == (PETITION, 31, 30)
    assert found.silent_agencies(day(-1)) == ()


def test_an_exchange_without_an_answer_is_shown_when_overdue() -> None:
    found = indicators(exchange(1, day(-31), opens=True))

    (late,) = found.unanswered(JUNE)

    assert (late.exchange, late.whom, late.due_on, late.days_late) == ("police-clue", "police.330206", day(-1), 1)
    assert found.unanswered(day(-1)) == ()
    assert found.report(day(-1)).waiting == {"police-clue": 1}


def test_a_last_day_that_the_fact_names_goes_before_the_policys() -> None:
    found = indicators(exchange(1, day(-3), opens=True, due_on=day(-1)))

    assert [late.due_on for late in found.unanswered(JUNE)] == [day(-1)]


def test_an_answer_ends_the_exchange_until_it_is_opened_again() -> None:
    asked, answered = exchange(1, day(-90), opens=True), exchange(2, day(-80), opens=False)
    again = exchange(3, day(-70), opens=True)

    assert indicators(answered, asked).unanswered(JUNE) == ()
    assert [late.opened_on for late in indicators(asked, again, answered).unanswered(JUNE)] == [day(-70)]


def test_what_is_older_than_the_memory_is_forgotten() -> None:
    found = indicators(
        registered(1, REPORT), repeated(2), exchange(3, JUNE, opens=True), exchange(4, JUNE, opens=False)
    )

    found.take(notice(5, day(RULES.live_retention_days + 1)))

    assert {**found.registrations, **found.repeats, **found.opened, **found.answered, **found.reports_of} == {}
    assert found.heard == {PETITION: day(RULES.live_retention_days + 1)}


@st.composite
def notices(draw: st.DrawFn) -> list[Notice]:
    """Return notices of a long time, of a few reports, subjects, agencies and exchanges."""
    found = []
    for number in range(draw(st.integers(1, 25))):
        on = day(draw(st.integers(-RULES.live_retention_days - 60, 5)))
        told_on = on + timedelta(draw(st.integers(0, 40)))
        report = draw(st.sampled_from([REPORT, OTHER_REPORT, THIRD_REPORT]))
        subject = draw(st.sampled_from([PERSON, OTHER_PERSON]))
        superseded = draw(st.sampled_from(["", "event-0", "event-1"]))
        parts: dict[str, object] = {
            "registration": draw(st.sampled_from([None, Registration(report, number, on, subject, "330206")])),
            "repeat": draw(st.sampled_from([None, Repeat(report, on, f"event-{number}", superseded)])),
            "steps": (ExchangeStep("police-clue", report, on, draw(st.booleans()), "police.330206"),),
        }
        found.append(notice(number, on, told_on, draw(st.sampled_from([PETITION, COURT, ""])), **parts))
    return found


@given(notices(), st.randoms(use_true_random=False))
def test_any_order_and_any_repeats_give_the_same_indicators(told: Sequence[Notice], random: object) -> None:
    shuffled = [*told, *told[::2]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    one, other = indicators(*told), indicators(*shuffled)

    assert one == other
    assert [one.report(day(number)) for number in (-90, 0, 40)] == [other.report(day(n)) for n in (-90, 0, 40)]
