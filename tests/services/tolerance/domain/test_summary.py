"""What a case view shows: enough to decide on, and nothing that is sealed."""

import json

import pytest

from services.tolerance.domain.rulebook import RULES
from services.tolerance.domain.summary import summary
from services.tolerance.domain.terms import STEP_OF, STEPS, Status
from tests.services.tolerance.builders import BY_OUTCOME, CITY, SUBJECT, case_in


@pytest.mark.parametrize("status", [status for status in Status if status not in (Status.FED_BACK, Status.FILED)])
def test_every_state_can_be_shown_without_sealed_text(status: Status) -> None:
    shown = json.dumps(summary(case_in(status).state), default=str)

    assert json.loads(shown)["status"] == status
    assert "sealed" not in shown


def test_a_view_names_the_step_in_both_languages() -> None:
    shown = summary(case_in(Status.HEARD).state)

    assert (shown["step"], shown["step_zh"], shown["stage_zh"]) == (5, "听取陈述申辩及单位意见", "调查核实")
    assert (shown["step_en"], shown["next"]) == ("hearing", "report")


@pytest.mark.parametrize("outcome", list(BY_OUTCOME))
def test_a_view_shows_what_the_rule_arrives_at(outcome: str) -> None:
    assert summary(case_in(Status.INITIATED, outcome=outcome).state)["rule_outcome"] == outcome


def test_a_view_shows_what_blocks_an_exemption_and_who_approves() -> None:
    shown = summary(case_in(Status.REPORTED, outcome="NOT_TOLERATED", level="CITY_MANAGED").state)

    assert shown["exemption_blocked_by"] == ["elements.motive", "tests.purpose"]
    assert (shown["approver_body"], shown["subject"]) == (CITY, SUBJECT)


def test_there_are_twelve_steps_in_five_stages() -> None:
    assert [step.number for step in STEPS] == list(range(1, 13))
    assert len({step.stage_zh for step in STEPS}) == 5
    assert set(STEP_OF.values()) == set(range(1, 13))


def test_each_rule_names_the_places_that_enforce_it() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(place.startswith(("services/", "shared/")) for rule in RULES for place in rule.places())
