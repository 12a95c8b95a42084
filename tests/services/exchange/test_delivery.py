"""Section 4 and 5 of the contract: duplicates, parking, release, corrections, and the way of each event inside."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.exchange.domain import rules
from services.exchange.domain.terms import EVENT_TYPES
from services.exchange.receipts import Line
from shared.contracts.agency import AGENCY_FACTS, JudgmentEffective, PoliceCaseFiled, ProsecutionDecided
from shared.contracts.exchange import LineOutcome, LineReceived, LineReleased, QuarantineReason
from tests.city import oracle
from tests.services.exchange.lines import (
    CLUE,
    CONCLUDED,
    EXAMPLES,
    FILED,
    JUDGMENT,
    POLICE_CASE,
    PROFILE,
    RECTIFIED,
    REGISTERED,
    REVOKED,
    SANCTION,
    WALL,
    Sandbox,
    event,
    text,
)

pytestmark = pytest.mark.usefixtures("store")
APPLIED, PARKED, DUPLICATE = LineOutcome.APPLIED, LineOutcome.PARKED, LineOutcome.DUPLICATE
SCHEMA, CONFLICT = QuarantineReason.SCHEMA, QuarantineReason.DUPLICATE_CONFLICT
PROSECUTION = "procuratorate.prosecution_decided.v1"
MATTER = "handling.accountability_matter_identified.v1"

# 4.1 Idempotency


def test_the_same_content_again_is_a_harmless_duplicate(house: Sandbox) -> None:
    first = event(REGISTERED)
    turned = dict(reversed(first.items())) | {"data": dict(reversed(first["data"].items()))}

    assert house.outcome(first) == APPLIED
    assert house.outcome(first) == DUPLICATE
    assert house.outcome(turned) == DUPLICATE
    assert house.outcome({**first, "time": "2023-03-01T00:00:00+08:00"}) == DUPLICATE
    assert house.outcome({**first, "correlationid": "X-1"}) == DUPLICATE
    assert len(house.facts("report:R-1f0c55d2a901")) == 1


def test_the_same_number_with_other_content_is_a_conflict_and_the_first_stays(house: Sandbox) -> None:
    house.send(event(REGISTERED))

    assert house.outcome(event(REGISTERED, data={"channel": "VISIT"})) == CONFLICT
    assert house.outcome(event(REGISTERED, subject="R-1f0c55d2a901")) == CONFLICT
    assert house.outcome(event(REGISTERED)) == DUPLICATE


def test_a_number_belongs_to_its_source(house: Sandbox) -> None:
    house.send(event(FILED))

    assert house.outcome(event(FILED, source="urn:agency:handling.330212", data={"nature": "DUTY_CRIME"})) == APPLIED


def test_a_parked_event_occupies_its_number(house: Sandbox) -> None:
    assert house.outcome(event(CONCLUDED)) == PARKED
    assert house.outcome(event(CONCLUDED)) == DUPLICATE
    assert house.outcome(event(CONCLUDED, data={"subject_wish": "DECLINED"})) == CONFLICT


def test_a_superseded_event_sent_again_is_still_a_duplicate(house: Sandbox) -> None:
    house.send(event(REGISTERED))
    house.send(event(REGISTERED, id="c1", supersedes="PET-2023-000001", data={"channel": "VISIT"}))

    assert house.outcome(event(REGISTERED)) == DUPLICATE


def test_a_redelivered_receipt_takes_no_effect_twice(house: Sandbox) -> None:
    first = house.send(event(REGISTERED), "file-1")
    again = house.send(event(REGISTERED), "file-1")

    assert again == first
    assert house.lines.counts()["total"] == 1


# 4.2 Parking

WAITING: list[tuple[list[tuple[str, dict[str, Any]]], tuple[str, dict[str, Any]]]] = [
    ([("petition.repeat_flagged.v1", {})], (REGISTERED, {})),
    ([("petition.petition_transferred.v1", {})], (REGISTERED, {})),
    ([(CONCLUDED, {})], (REGISTERED, {})),
    ([("handling.case_withdrawn.v1", {})], (FILED, {})),
    ([(REVOKED, {})], (SANCTION, {"decision_no": "ZW-330211-2022-0021"})),
    ([(REVOKED, {})], ("trial.org_measure_imposed.v1", {"decision_no": "ZW-330211-2022-0021"})),
    ([("trial.party_rights_restored.v1", {})], (SANCTION, {"decision_no": "DJ-330203-2021-0044"})),
    ([(RECTIFIED, {})], (MATTER, {})),
]


@pytest.mark.parametrize(("before", "prerequisite"), WAITING)
def test_an_event_waits_for_its_prerequisite(
    house: Sandbox, before: list[tuple[str, dict[str, Any]]], prerequisite: tuple[str, dict[str, Any]]
) -> None:
    receipts = [house.send(event(name, data=data)) for name, data in before]
    assert [receipt.outcome for receipt in receipts] == [PARKED] * len(before)

    assert house.outcome(event(prerequisite[0], data=prerequisite[1])) == APPLIED

    assert [house.now(receipt) for receipt in receipts] == [APPLIED] * len(before)
    assert house.lines.parked() == []


def test_party_rights_wait_for_a_sanction_not_for_an_organisational_measure(house: Sandbox) -> None:
    restored = house.send(event("trial.party_rights_restored.v1"))
    house.send(event("trial.org_measure_imposed.v1", data={"decision_no": "DJ-330203-2021-0044"}))

    assert house.now(restored) == PARKED


def test_a_release_may_release_further_ones_in_order_of_arrival(house: Sandbox) -> None:
    late = [
        event(JUDGMENT),
        event(PROSECUTION),
        event("police.investigation_concluded.v1"),
        event(POLICE_CASE),
        event("police.penalty_imposed.v1", data={"transfer_no": "YS-330205-2023-0002"}),
        event(CLUE),
    ]
    assert [house.outcome(line) for line in late] == [PARKED] * 6

    house.send(event(REGISTERED))

    names = [fact.fact_name for fact in house.facts("report:R-1f0c55d2a901")]
    assert names == [
        REGISTERED,
        CLUE,
        POLICE_CASE,
        PROSECUTION,
        JUDGMENT,
        "police.investigation_concluded.v1",
        "police.penalty_imposed.v1",
    ]


def test_a_prerequisite_of_any_source_counts(house: Sandbox) -> None:
    house.send(event(CLUE, source="urn:agency:police.330212"))
    assert house.outcome(event(REGISTERED)) == APPLIED

    assert house.outcome(event(POLICE_CASE)) == APPLIED


def test_a_superseded_prerequisite_was_applied_all_the_same(house: Sandbox) -> None:
    house.send(event(REGISTERED))
    house.send(event(REGISTERED, id="c1", supersedes="PET-2023-000001", data={"channel": "VISIT"}))

    assert house.outcome(event(CONCLUDED)) == APPLIED


@pytest.mark.parametrize(
    "answer",
    [
        event("organisation.recommendation_acknowledged.v1"),
        event("organisation.recommendation_decided.v1"),
        event("unit.suggestion_replied.v1"),
        event(RECTIFIED, data={"basis": "SUGGESTION"}),
    ],
)
def test_an_answer_to_a_number_we_never_gave_stays_parked(house: Sandbox, answer: dict[str, Any]) -> None:
    house.send(event(MATTER))

    assert house.outcome(answer) == PARKED


def test_the_judgment_of_a_subject_waits_for_nothing(house: Sandbox) -> None:
    judgment = event(JUDGMENT, data={"party": "SUBJECT", "subject_token": "S-0a41c7be9d22"})

    assert house.outcome(judgment) == APPLIED
    (fact,) = house.facts("person:S-0a41c7be9d22")
    assert isinstance(fact, JudgmentEffective)
    assert fact.report_token == ""


def test_a_line_parked_for_more_than_30_days_is_on_the_list_of_a_person(house: Sandbox) -> None:
    from datetime import timedelta  # noqa: PLC0415

    receipt = house.send(event(CONCLUDED))
    today = house.clock.business()

    assert house.lines.overdue_parked(today + timedelta(days=30)) == []
    (row,) = house.lines.overdue_parked(today + timedelta(days=31))
    assert (row["receipt_id"], row["waits_for"]) == (receipt.receipt_id, ["report|R-1f0c55d2a901"])


# 4.3 Corrections


def correction(number: str, of: str, event_type: str = REGISTERED, **data: Any) -> dict[str, Any]:
    return event(event_type, id=number, supersedes=of, data=data)


FIRST = "PET-2023-000001"


def test_a_correction_is_applied_and_marks_what_it_supersedes(house: Sandbox) -> None:
    house.send(event(REGISTERED))

    assert house.outcome(correction("c1", FIRST, channel="VISIT")) == APPLIED

    facts = house.facts("report:R-1f0c55d2a901")
    assert [fact.origin.supersedes for fact in facts] == [None, FIRST]  # type: ignore[attr-defined]
    assert house.lines.counts()["corrections_applied"] == 1


def test_a_correction_may_be_corrected_naming_the_latest(house: Sandbox) -> None:
    house.send(event(REGISTERED))
    house.send(correction("c1", FIRST, channel="VISIT"))

    assert house.outcome(correction("c2", FIRST, channel="PHONE")) == CONFLICT
    assert house.outcome(correction("c2", "c1", channel="PHONE")) == APPLIED


def test_an_event_that_supersedes_itself_fails_the_schema(house: Sandbox) -> None:
    assert house.outcome(correction("c1", "c1")) == SCHEMA


@pytest.mark.parametrize(
    ("first", "wrong"),
    [
        (event(REGISTERED, id="x"), correction("c", "x", report_token="R-000000000000")),
        (event(REGISTERED, id="x"), correction("c", "x", subject_token="S-000000000000")),
        (event(FILED, id="x"), correction("c", "x", FILED, case_no="other")),
        (event(FILED, id="x"), correction("c", "x", CONCLUDED)),
        (event(SANCTION, id="x"), correction("c", "x", SANCTION, case_no="LA-1")),
        (event(SANCTION, id="x", data={"case_no": "LA-1"}), correction("c", "x", SANCTION)),
        (event(MATTER, id="x"), correction("c", "x", MATTER, subject_token="S-000000000000")),
        (
            event(JUDGMENT, id="x", data={"party": "SUBJECT", "subject_token": "S-0a41c7be9d22"}),
            correction("c", "x", JUDGMENT, subject_token="S-0a41c7be9d22"),
        ),
    ],
)
def test_a_correction_moves_no_event_to_another_type_number_or_person(
    house: Sandbox, first: dict[str, Any], wrong: dict[str, Any]
) -> None:
    source = first["source"]
    assert house.outcome(first) == APPLIED

    assert house.outcome({**wrong, "source": source}) == SCHEMA


def test_a_correction_that_comes_first_is_parked_and_applied_after_its_target(house: Sandbox) -> None:
    early = house.send(correction("c1", FIRST, channel="VISIT"))
    assert early.outcome == PARKED

    house.send(event(REGISTERED))

    assert house.now(early) == APPLIED
    assert house.lines.counts()["parked_then_applied"] == 1


def test_a_correction_of_a_parked_event_is_parked_and_compared_at_once(house: Sandbox) -> None:
    house.send(event(CONCLUDED))

    right = house.send(correction("c1", "HAN-2023-000004", CONCLUDED, subject_wish="DECLINED"))
    wrong = house.send(correction("c2", "HAN-2023-000004", CONCLUDED, report_token="R-000000000000"))
    house.send(event(REGISTERED))

    assert (right.outcome, wrong.reason, house.now(right)) == (PARKED, SCHEMA, APPLIED)


def test_a_parked_correction_found_wrong_is_quarantined_and_frees_its_number(house: Sandbox) -> None:
    wrong = house.send(correction("c1", FIRST, subject_token="S-000000000000"))
    assert wrong.outcome == PARKED

    house.send(event(REGISTERED))

    assert house.now(wrong) == SCHEMA
    last = house.facts(f"receipt:{wrong.receipt_id}")[-1]
    assert last == LineReleased(receipt_id=wrong.receipt_id, outcome=LineOutcome.QUARANTINED, reason=SCHEMA)
    assert house.outcome(correction("c1", FIRST, channel="VISIT")) == APPLIED


def test_of_two_parked_corrections_the_first_applied_wins(house: Sandbox) -> None:
    first, second = house.send(correction("c1", FIRST, channel="VISIT")), house.send(correction("c2", FIRST))

    house.send(event(REGISTERED))

    assert (house.now(first), house.now(second)) == (APPLIED, CONFLICT)


def test_a_correction_of_a_parked_correction_follows_it(house: Sandbox) -> None:
    later = house.send(correction("c2", "c1", channel="PHONE"))
    earlier = house.send(correction("c1", FIRST, channel="VISIT"))

    house.send(event(REGISTERED))

    assert (house.now(earlier), house.now(later)) == (APPLIED, APPLIED)
    channels = [fact.channel for fact in house.facts("report:R-1f0c55d2a901")]  # type: ignore[attr-defined]
    assert channels == ["LETTER", "VISIT", "PHONE"]


def test_a_redelivered_correction_is_a_harmless_duplicate(house: Sandbox) -> None:
    house.send(event(REGISTERED))
    house.send(correction("c1", FIRST, channel="VISIT"))

    assert house.outcome(correction("c1", FIRST, channel="VISIT")) == DUPLICATE


def test_a_correction_waits_for_its_own_prerequisite_too(house: Sandbox) -> None:
    house.send(event(MATTER))
    house.send(event(RECTIFIED))

    moved = correction("c1", "UNI-2023-000025", RECTIFIED, basis="SUGGESTION")

    assert house.outcome(moved) == PARKED
    assert house.outcome(correction("c2", "UNI-2023-000025", RECTIFIED, completed_on="2023-09-29")) == APPLIED
    assert house.lines.parked() == []
    assert house.lines.counts()["quarantined"] == {"DUPLICATE_CONFLICT": 1}


# The way inside


def test_every_line_has_its_receipt_fact(house: Sandbox) -> None:
    receipt = house.send(event(CONCLUDED))
    house.send(event(REGISTERED))

    received, released = house.facts(f"receipt:{receipt.receipt_id}")

    assert isinstance(received, LineReceived)
    assert (received.outcome, received.event_type) == (PARKED, CONCLUDED)
    assert str(received.business_on) == "2023-03-20"
    assert released == LineReleased(receipt_id=receipt.receipt_id, outcome=APPLIED)


def test_facts_of_a_report_come_in_one_stream_through_the_numbers_that_lead_to_it(house: Sandbox) -> None:
    for line in (event(REGISTERED), event(CLUE), event(POLICE_CASE), event(PROSECUTION)):
        house.send(line)

    facts = house.facts("report:R-1f0c55d2a901")

    assert [type(fact) for fact in facts[2:]] == [PoliceCaseFiled, ProsecutionDecided]
    assert [fact.report_token for fact in facts[2:]] == ["R-1f0c55d2a901"] * 2  # type: ignore[attr-defined]


def test_versions_run_from_1_and_name_the_public_fact_before(house: Sandbox) -> None:
    for line in (event(REGISTERED), event("petition.repeat_flagged.v1"), event(CONCLUDED)):
        house.send(line)

    recorded = house.service.log.read("report:R-1f0c55d2a901")

    assert [(r.version, r.meta.prv, r.meta.cor) for r in recorded] == [
        (1, 0, "report:R-1f0c55d2a901"),
        (2, 1, "report:R-1f0c55d2a901"),
        (3, 2, "report:R-1f0c55d2a901"),
    ]


@pytest.mark.parametrize("fact", AGENCY_FACTS)
def test_each_type_has_its_stream(fact: Any) -> None:
    event_type, data = EVENT_TYPES[fact.fact_name], EXAMPLES[fact.fact_name]["data"]

    kind, _, key = rules.stream_of(event_type, data, "R-1f0c55d2a901").partition(":")

    assert kind in {"report", "person", "matter", "recommendation", "suggestion"}
    assert key


def test_personal_fields_are_sealed_and_in_no_fact(house: Sandbox) -> None:
    issues = [{"issue_id": "I1", "category": "WORK", "neutral_text": "村集体"}, {"issue_id": "I2", "category": "WORK"}]
    registered = house.send(event(REGISTERED, data={"issues": issues}))
    concluded = house.send(event(CONCLUDED, data={"remarks": "备注"}))
    profile = house.send(event(PROFILE))

    log = str(house.log())

    for secret in ("村集体", "备注", "林某甲", "A-77aa01c2de90"):
        assert secret not in log
    assert '"accuser_token_sealed": true' in log
    assert [owner for owner, _ in house.lines.sealed_parts(registered.receipt_id)] == ["R-1f0c55d2a901"]
    assert [owner for owner, _ in house.lines.sealed_parts(concluded.receipt_id)] == [
        "R-1f0c55d2a901",
        "accuser:R-1f0c55d2a901",
    ]
    assert [owner for owner, _ in house.lines.sealed_parts(profile.receipt_id)] == ["S-93d0e4417ab6"]


def test_a_line_the_house_fails_on_is_a_dead_line_and_the_next_ones_go_on(
    house: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    split = rules.split

    def failing(event_type: Any, data: Any) -> Any:
        if event_type.name == PROFILE:
            raise RuntimeError
        return split(event_type, data)

    monkeypatch.setattr(rules, "split", failing)
    contents = [*map(text, (event(REGISTERED), event(PROFILE), event(CONCLUDED))), b"broken"]
    lines = [Line(f"f-{n}", c, "f" * 64, n) for n, c in enumerate(contents, 1)]

    received = house.exchange.receive(lines, door="file")

    assert [r.outcome for r in received.receipts] == [APPLIED, None, APPLIED, LineOutcome.QUARANTINED]
    assert [row["receipt_id"] for row in house.lines.dead_lines()] == ["f-2"]
    assert house.exchange.resume_at("f" * 64) == 4


# Any order of any lines: the same figures as the outside check


def _pool() -> list[dict[str, Any]]:
    pool = [event(name) for name in EXAMPLES]
    pool += [
        event(REGISTERED, id="PET-2", data={"channel": "VISIT"}),
        event(REGISTERED, data={"channel": "VISIT"}),
        correction("c1", FIRST, channel="VISIT"),
        correction("c2", FIRST, channel="PHONE"),
        correction("c3", "c1", channel="ONLINE"),
        correction("c1", "c3", channel="ONLINE"),
        correction("c4", FIRST, subject_token="S-000000000000"),
        correction("c5", "HAN-2023-000004", CONCLUDED, subject_wish="DECLINED"),
        correction("c6", "HAN-2023-000004", CONCLUDED, report_token="R-000000000000"),
        correction("c6", "c5", CONCLUDED, subject_wish="NOT_REACHABLE"),
        correction("c7", "POL-2023-000013", POLICE_CASE, charge="DEFAMATION"),
        correction("c8", "c7", POLICE_CASE, charge="OTHER"),
        event(POLICE_CASE, id="POL-9", data={"criminal_case_no": "XS-2"}),
        event(PROSECUTION, id="PRO-9", data={"criminal_case_no": "XS-2"}),
        event(JUDGMENT, id="COU-9", data={"party": "SUBJECT", "subject_token": "S-0a41c7be9d22"}),
        correction("c9", "COU-9", JUDGMENT, subject_token="S-0a41c7be9d22"),
        event(REVOKED, id="TRI-9", data={"decision_no": "ZW-330211-2023-0007"}),
    ]
    return pool


POOL = [text(line) for line in _pool()]


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(POOL), min_size=5, max_size=60), st.integers(1, 9))
def test_any_lines_in_any_order_and_batches_give_what_the_outside_check_gives(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], size: int
) -> None:
    outside = oracle.Exchange(WALL)
    for line in lines:
        outside.receive(line)
    house = Sandbox(Path(tmp_path_factory.mktemp("order")))

    arriving = [Line(f"x-{number}", line, "x", number) for number, line in enumerate(lines, 1)]
    for start in range(0, len(arriving), size):
        house.exchange.receive(arriving[start : start + size], door="test")

    figures = outside.figures()
    figures.pop("late_for_closed_month")
    assert house.lines.counts() == figures
    house.close()
