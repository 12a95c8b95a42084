"""Agencies' facts reach the right cases, in whatever order they come, and once."""

from datetime import date
from pathlib import Path

import pytest

from services.tolerance.application import pre_reviews
from services.tolerance.domain.terms import Status
from tests.services.tolerance.builders import MATTER_NO, OFFICER, SUBJECT
from tests.services.tolerance.small_town import Town

OTHER = "S-000000000002"
ODD_NO = "WZ:330212/2023/3"


def test_each_person_of_a_matter_has_a_case_of_their_own(tmp_path: Path) -> None:
    town = Town(tmp_path)

    town.identify("E1", bottom_line=["PRIVATE_GAIN"])
    town.identify("E2", subject=OTHER)
    town.settle()

    assert town.case().status is town.case(subject=OTHER).status is Status.INITIATED
    assert (town.case().bottom_line, town.case(subject=OTHER).bottom_line) == (("PRIVATE_GAIN",), ())
    assert town.facts()["tolerance.initiated.v1"] == 2


def test_the_handling_body_is_the_one_that_wrote(tmp_path: Path) -> None:
    town = Town(tmp_path)

    town.identify("E1", district_code="330206")
    town.settle()

    assert (town.case().matter.body, town.case().matter.district) == ("330212", "330206")


def test_a_number_may_carry_colons_and_slashes(tmp_path: Path) -> None:
    town = Town(tmp_path)

    town.identify("E1", matter_no=ODD_NO)
    town.rectify("U1", ODD_NO)
    town.settle()

    assert town.case(ODD_NO).rectified_on == town.today


def test_a_rectification_reaches_every_case_of_the_matter_in_any_order(tmp_path: Path) -> None:
    town = Town(tmp_path)

    town.identify("E1")
    town.rectify("U1")
    town.identify("E2", subject=OTHER)
    town.settle()

    assert town.case().rectified_on == town.case(subject=OTHER).rectified_on == town.today


@pytest.mark.usefixtures("store")
def test_a_redelivered_event_changes_nothing(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.identify("E1")
    town.rectify("U1")
    town.settle()
    before = town.facts()

    town.identify("E1")
    town.rectify("U1")
    town.settle()

    assert town.facts() == before


def test_nothing_is_screened_or_determined_without_a_person(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.identify("E1")
    town.identify("E2", subject=OTHER, bottom_line=["PRIVATE_GAIN"])

    town.settle()
    town.clock.advance(date(2023, 12, 31))
    town.settle()

    assert not {"tolerance.screened.v1", "tolerance.determined.v1"} & set(town.facts())
    assert town.facts()["tolerance.deadline_breached.v1"] == 2


def test_a_matter_without_pre_review_is_blocked(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.identify("E1")
    town.settle()
    assert [record.blocked for record in pre_reviews(town.service, MATTER_NO)] == [True]

    town.live_until(date(2023, 7, 15))

    (record,) = pre_reviews(town.service, MATTER_NO)
    assert (record.subject, record.result, record.blocked) == (SUBJECT, "CANDIDATE", False)
    assert pre_reviews(town.service, "WZ-unknown") == []


def issue(town: Town) -> str:
    body = {"kind": "SUPERVISION", "addressed_unit": "330212-0017", "problems": "漏洞", "suggestions": "修订"}
    outcome = town.service.send("tolerance", town.case().case_id, "suggestion", body, OFFICER, "key-of-suggestion")
    assert outcome.refusal is None
    doc_no: str = town.case().suggestions[-1].doc_no
    return doc_no


def final_town(folder: Path) -> Town:
    town = Town(folder)
    town.identify("E1")
    while town.case().status is not Status.FINAL:
        town.live_until(town.today)
    return town


@pytest.mark.usefixtures("store")
def test_a_reply_finds_its_suggestion_by_number(tmp_path: Path) -> None:
    town = final_town(tmp_path)
    doc_no = issue(town)
    town.settle()

    town.reply("U1", doc_no, accepted=False)
    town.rectify("U2", doc_no, basis="SUGGESTION")
    town.settle()

    (suggestion,) = town.case().suggestions
    assert (suggestion.replied_on, suggestion.accepted, suggestion.rectified_on) == (town.today, False, town.today)
    assert town.case().rectified_on is None


def test_a_reply_that_is_read_before_our_own_suggestion_is_kept_for_it(tmp_path: Path) -> None:
    town = final_town(tmp_path)
    doc_no = issue(town)

    town.reply("U1", doc_no)
    town.service.consumers[0].pull()
    assert town.case().suggestions[0].replied_on is None
    town.settle()

    assert town.case().suggestions[0].replied_on == town.today


def test_a_corrected_reply_replaces_the_first(tmp_path: Path) -> None:
    town = final_town(tmp_path)
    doc_no = issue(town)
    town.reply("U1", doc_no)
    town.reply("U2", doc_no, supersedes="U1", accepted=False)

    town.settle()

    assert town.case().suggestions[0].accepted is False
    assert town.case().reviews == ()
