"""The simulated office drives cases to the outcomes of agency-events.md 6.1 and 6.2."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.clarification.domain.events import clarification as e
from services.clarification.domain.terms import Status
from shared.contracts import agency
from tests.services.clarification.small_town import ALL_MET, SIGNS, SUBJECT, Town, finding, report

R = report(1)
IMPACT = "APPOINTMENT_AFFECTED"
AFFECTED = finding("UNFOUNDED", IMPACT)
HALF_A_YEAR, A_YEAR = timedelta(days=120), timedelta(days=420)
OUTCOMES: Mapping[str, tuple[tuple[dict[str, Any], ...], dict[str, Any], str, str]] = {
    "founded": ((finding("TRUE"),), {}, "CONCLUDED", "FOUNDED"),
    "unresolved": ((finding("UNRESOLVED"), finding("TRUE", issue="I2")), {}, "CONCLUDED", "UNRESOLVED"),
    "partly true": ((finding("TRUE"), finding(point=2)), {}, "NOT_NEEDED", "PARTLY_TRUE"),
    "partly without an unfounded point": ((finding("TRUE"), finding("PARTLY", point=2)), {}, "CONCLUDED", "FOUNDED"),
    "no impact": ((finding(),), {}, "NOT_NEEDED", "NO_ADVERSE_IMPACT"),
    "interviews only": (
        (finding("UNFOUNDED", IMPACT, side_effect=True),),
        {},
        "NOT_NEEDED",
        "INQUIRY_SIDE_EFFECT_ONLY",
    ),
    "secrecy": ((AFFECTED,), {"secrecy_blocks": True}, "NOT_NEEDED", "SECRECY"),
    "declined": ((AFFECTED,), {"subject_wish": "DECLINED"}, "CLOSED_DECLINED", ""),
    "not reachable": ((AFFECTED,), {"subject_wish": "NOT_REACHABLE"}, "CLOSED", ""),
    "cleared": ((AFFECTED, finding("TRUE", issue="I2")), {}, "CLOSED", ""),
}


@pytest.mark.parametrize("name", OUTCOMES)
def test_the_office_arrives_at_the_outcome_of_the_findings(name: str, tmp_path: Path) -> None:
    findings, more, status, code = OUTCOMES[name]
    town = Town(tmp_path)
    town.register(R)
    town.conclude(R, *findings, **more)

    town.work_until(town.today + A_YEAR)

    assert town.status(R) == status
    summary = town.summary(R)
    if status not in {"CLOSED_DECLINED", "CLOSED"}:
        assert code in {summary["exclusion"], summary["classification"]}
    assert town.office.refused == 0
    assert [fact for fact in town.facts(R) if isinstance(fact, e.DeadlineBreached)] == []
    assert town.service.cases.tasks() == []


def test_a_cleared_case_has_two_revisits_a_written_clarification_and_an_archive_number(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.register(R, level="CITY_MANAGED")
    town.conclude(R, AFFECTED, finding("UNFOUNDED", issue="I2"))

    town.work_until(town.today + A_YEAR)

    (cleared,) = [fact for fact in town.facts(R) if isinstance(fact, e.Clarified)]
    assert cleared.issues == ("I1",)
    assert "WRITTEN" in cleared.methods
    assert cleared.approver_body == "330200"
    assert (cleared.clarified_on - cleared.concluded_on).days < 60
    assert [revisit["number"] for revisit in town.summary(R)["revisits"]][:2] == [1, 2]
    assert town.summary(R)["archive_no"]


def test_a_case_waits_for_the_other_matter_and_is_cleared_when_it_ends(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.tell(agency.CaseFiled, case_no="LA-1", subject_token=SUBJECT, nature="DISCIPLINE")
    town.register(R)
    town.conclude(R, AFFECTED)
    town.work_until(town.today + HALF_A_YEAR)
    assert town.status(R) == Status.DEFERRED

    town.tell(agency.CaseWithdrawn, case_no="LA-1", subject_token=SUBJECT, reason="NO_VIOLATION")
    town.work_until(town.today + A_YEAR)

    assert town.status(R) == Status.CLOSED
    assert town.office.refused == 0


def test_a_measure_with_the_number_of_a_matter_ends_it_also_when_it_comes_first(tmp_path: Path) -> None:
    town = Town(tmp_path)
    sanction = {
        "district_code": "330206",
        "management_level": "VILLAGE",
        "code": "P1",
        "form": 2,
        "effective_on": town.today,
        "announced_on": town.today,
        "error_category": "WORK",
        "dereliction": False,
        "important_post": False,
    }
    town.register(R)
    town.tell(
        agency.SanctionDecided, "trial.330206", decision_no="DJ-1", subject_token=SUBJECT, case_no="LA-1", **sanction
    )
    town.tell(agency.CaseFiled, case_no="LA-1", subject_token=SUBJECT, nature="DISCIPLINE")
    town.conclude(R, AFFECTED)

    town.work_until(town.today + A_YEAR)

    assert town.status(R) == Status.CLOSED
    assert "CaseDeferred" not in town.names(R)


def judgment(verdict: str) -> dict[str, Any]:
    return {"criminal_case_no": "XS-1", "verdict": verdict, "party": "SUBJECT", "subject_token": SUBJECT}


@pytest.mark.parametrize("verdict", ["CONVICTED", "CONVICTED_EXEMPT"])
def test_a_conviction_after_the_conclusion_cancels_an_open_case(verdict: str, tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.register(R)
    town.conclude(R, AFFECTED)
    town.tell(agency.JudgmentEffective, "court.330206", **judgment(verdict))

    town.work_until(town.today + HALF_A_YEAR)

    assert town.status(R) == Status.CANCELLED
    assert town.summary(R)["cancelled_because"] == "SUBJECT_CONVICTED"


@pytest.mark.parametrize("verdict", ["ACQUITTED", "CONVICTED"])
def test_an_acquittal_or_a_conviction_before_the_conclusion_changes_nothing(verdict: str, tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.register(R)
    town.tell(agency.JudgmentEffective, "court.330206", **judgment(verdict))
    town.conclude(R, AFFECTED)

    town.work_until(town.today + A_YEAR)

    assert town.status(R) == Status.CLOSED


def test_a_corrected_conviction_brings_the_case_back(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.register(R)
    town.conclude(R, AFFECTED)
    first = town.tell(agency.JudgmentEffective, "court.330206", **judgment("CONVICTED"))
    town.settle()
    town.tell(agency.JudgmentEffective, "court.330206", supersedes=first, **judgment("ACQUITTED"))

    town.settle()

    assert town.status(R) == Status.REGISTERED


def test_corrections_end_the_case_and_bring_it_back(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.register(R)
    first = town.conclude(R, AFFECTED)
    town.settle()
    second = town.conclude(R, finding("TRUE"), supersedes=first)
    town.settle()
    assert town.status(R) == Status.CANCELLED

    town.conclude(R, AFFECTED, supersedes=second)
    town.work_until(town.today + A_YEAR)

    assert town.status(R) == Status.CLOSED


def test_a_correction_after_clearance_undoes_nothing_and_asks_a_person(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.register(R)
    first = town.conclude(R, AFFECTED)
    town.work_until(town.today + HALF_A_YEAR)
    town.conclude(R, finding("TRUE"), supersedes=first)

    town.settle()

    assert town.status(R) == Status.REVISITING
    assert {"correction-review", "classification"} <= {task.task.step for task in town.service.cases.tasks()}


def test_a_second_conclusion_without_a_correction_changes_nothing(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.register(R)
    town.conclude(R, AFFECTED)
    town.conclude(R, finding("TRUE"))

    town.work_until(town.today + A_YEAR)

    assert town.status(R) == Status.CLOSED
    assert "ReviewSettled" in town.names(R)


def test_without_an_office_nothing_but_records_and_breaches_happens(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.register(R)
    town.conclude(R, AFFECTED, accusation_findings=SIGNS)
    town.settle()

    town.rest_until(town.today + HALF_A_YEAR)

    assert town.names(R) == ["RegistrationRecorded", "ConclusionRecorded", "CaseOpened", "DeadlineBreached"]
    assert town.status(R, "accusation") == "SCREENING"


@pytest.mark.parametrize(
    ("level", "by"), [("VILLAGE", "330200"), ("CITY_MANAGED", "330200"), ("PROVINCE_MANAGED", "330000")]
)
def test_a_proven_accusation_is_recognised_by_the_city_or_the_province(level: str, by: str, tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.register(R, level=level)
    town.conclude(R, AFFECTED, accusation_findings={**SIGNS, "benefits": ({"benefit_kind": "POST", "authority": "a"},)})

    town.work_until(town.today + HALF_A_YEAR)

    assert town.status(R, "accusation") == "CLOSED"
    assert town.summary(R, "accusation")["recognised_by"] == by
    assert "VICTIM_OF_FALSE_ACCUSATION" in town.summary(R)["priority"]
    assert town.office.refused == 0


WITHOUT_INTENT = {**SIGNS, "elements": {**ALL_MET, "intent": {"met": False}}}
WITHOUT_EVIDENCE = {**SIGNS, "elements": {**ALL_MET, "act": {"met": True}}}


@pytest.mark.parametrize(
    ("signs", "conclusion", "status"),
    [
        (WITHOUT_INTENT, "UNFOUNDED", "CLOSED_NOT_FALSE"),
        (WITHOUT_EVIDENCE, "UNFOUNDED", "CLOSED_NOT_FALSE"),
        ({**SIGNS, "indicators": ()}, "UNFOUNDED", "CLOSED_NOT_FALSE"),
        (SIGNS, "TRUE", "CLOSED_NOT_FALSE"),
        ({**SIGNS, "accuser_class": "UNIDENTIFIED"}, "UNFOUNDED", "CLOSED_UNIDENTIFIED"),
        ({**WITHOUT_INTENT, "accuser_class": "UNIDENTIFIED"}, "UNFOUNDED", "CLOSED_NOT_FALSE"),
    ],
)
def test_any_other_accusation_ends_as_mistaken_or_unidentified(
    signs: dict[str, Any], conclusion: str, status: str, tmp_path: Path
) -> None:
    town = Town(tmp_path)
    town.register(R)
    town.conclude(R, finding(conclusion), accusation_findings=signs)

    town.work_until(town.today + HALF_A_YEAR)

    assert town.status(R, "accusation") == status


def test_findings_that_a_correction_drops_end_as_mistaken(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.register(R)
    first = town.conclude(R, AFFECTED, accusation_findings=SIGNS)
    town.settle()
    town.conclude(R, AFFECTED, supersedes=first)

    town.work_until(town.today + HALF_A_YEAR)

    assert town.status(R, "accusation") == "CLOSED_NOT_FALSE"


def pursue(town: Town) -> None:
    town.tell(agency.PoliceClueReceived, "police.330206", transfer_no="YS-1", report_token=R)
    town.tell(
        agency.PoliceCaseFiled,
        "police.330206",
        report_token=R,
        transfer_no="YS-1",
        criminal_case_no="XS-1",
        charge="FALSE_ACCUSATION",
    )
    town.tell(
        agency.ProsecutionDecided,
        "procuratorate.330206",
        report_token=R,
        criminal_case_no="XS-1",
        result="NON_PROSECUTED_INSUFFICIENT",
    )


def test_an_author_who_is_pursued_without_recognition_is_protected(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.register(R)
    town.conclude(R, AFFECTED)
    pursue(town)

    town.settle()

    assert town.names(R, "accusation").count("ProtectionReviewOpened") == 1
    (review,) = [task.task for task in town.service.cases.tasks(kind="accusation")]
    assert (review.step, review.role, review.urgent) == ("review", "PRINCIPAL", True)


@pytest.mark.parametrize("days", [0, 200], ids=["before recognition", "after recognition"])
def test_insufficient_evidence_opens_one_review_of_a_recognition(days: int, tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.register(R)
    town.conclude(R, AFFECTED, accusation_findings=SIGNS)
    town.work_until(town.today + timedelta(days=days))
    pursue(town)

    town.work_until(town.today + HALF_A_YEAR)

    assert town.names(R, "accusation").count("AccusationReviewOpened") == 1
    assert town.status(R, "accusation") in {"RECOGNISED", "HANDLING", "CLOSED"}


def test_an_award_after_the_clearance_is_a_later_outcome(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.register(R)
    town.conclude(R, AFFECTED)
    town.work_until(town.today + HALF_A_YEAR)
    town.tell(
        agency.AwardConferred,
        "organisation.330206",
        subject_token=SUBJECT,
        award="担当作为好支书",
        conferred_on=town.today,
    )

    town.settle()

    assert town.summary(R)["later_outcomes"] == [{"outcome": "AWARD", "on": town.today}]


def test_a_corrected_registration_counts_until_the_clearance(tmp_path: Path) -> None:
    town = Town(tmp_path, date(2023, 3, 1))
    first = town.register(R)
    town.conclude(R, AFFECTED)
    town.settle()
    town.register(R, supersedes=first, district_code="330205", level="COUNTY_MANAGED")

    town.work_until(town.today + HALF_A_YEAR)

    (cleared,) = [fact for fact in town.facts(R) if isinstance(fact, e.Clarified)]
    assert (cleared.district, cleared.level) == ("330205", "COUNTY_MANAGED")
