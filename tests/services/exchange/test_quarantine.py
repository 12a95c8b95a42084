"""Section 2 and 3 of the contract: which lines are quarantined, for which one reason, and what is kept of them."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.exchange.domain.checks import Rejected
from services.exchange.domain.errors import FAULTS, words
from services.exchange.domain.reading import is_blank
from shared.contracts.exchange import LineOutcome, QuarantineReason
from tests.services.exchange.lines import (
    CONCLUDED,
    EXAMPLES,
    FILED,
    JUDGMENT,
    PROFILE,
    REGISTERED,
    SANCTION,
    WALL,
    Gate,
    Sandbox,
    envelope,
    event,
    text,
)

APPLIED = LineOutcome.APPLIED
MALFORMED = QuarantineReason.MALFORMED
PERSONAL_DATA = QuarantineReason.PERSONAL_DATA
SCHEMA = QuarantineReason.SCHEMA
ID = "330206199001011234"
MOBILE = "13800138000"


def with_raw(name: str, raw: bytes, base: str = REGISTERED) -> bytes:
    """Return the example with one attribute written as raw JSON."""
    marked = text(envelope(base, **{name: "@@"}))
    return marked.replace(b'"@@"', raw)


# 1 MALFORMED


@pytest.mark.parametrize(
    "line",
    [
        b"not json",
        b"{",
        b'"text"',
        b"[1]",
        b"null",
        b"{}",
        b"\xff\xfe{}",
        b"\xef\xbb\xbf" + text(event(REGISTERED)),
        text(event(REGISTERED)) + b"x",
        text(event(REGISTERED)) + text(event(REGISTERED)),
        text(event(REGISTERED)).replace(b"{", b'{"specversion": "1.0", ', 1),
        with_raw("data", b'{"report_token": 1, "report_token": 1}'),
        with_raw("data", b'{"x": NaN}'),
        with_raw("data", b'{"x": -Infinity}'),
        with_raw("data", b'{"x": "\\ud800"}'),
        with_raw("data", b'{"\\udfff": 1}'),
        with_raw("data", b'{"x": "\\ud800\\u0041"}'),
        with_raw("data", b'{"x": "\xed\xa0\x80"}'),
        with_raw("data", b'{"x": "\x01"}'),
        with_raw("data", b'{"x": 01}'),
        with_raw("data", b"{'x': 1}"),
        with_raw("data", b'{"x": 1,}'),
        with_raw("data", b"[" * 40_000),
        with_raw("data", b'{"x":' * 600 + b"1" + b"}" * 600),
    ],
)
def test_a_line_that_is_no_strict_json_object_is_malformed(gate: Gate, line: bytes) -> None:
    assert gate.outcome(line) == MALFORMED


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type", "time", "datacontenttype", "data"])
@pytest.mark.parametrize("value", [..., None, 1, True, [], ["x"]])
def test_a_required_attribute_missing_or_of_another_json_type_is_malformed(gate: Gate, name: str, value: Any) -> None:
    assert gate.outcome(envelope(REGISTERED, **{name: value})) == MALFORMED


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("specversion", "1.0\n"),
        ("specversion", "0.3"),
        ("datacontenttype", "application/json; charset=utf-8"),
        ("time", "2023-02-06"),
        ("time", "2023-02-06T16:20:00Z"),
        ("time", "2023-02-06T16:20:00+0800"),
        ("time", "2023-02-06T16:20:00+08:00\n"),
        ("time", "2023-02-30T16:20:00+08:00"),
        ("time", "2023-02-06T24:00:00+08:00"),
        ("time", "2023-02-06 16:20:00+08:00"),
        ("time", "２023-02-06T16:20:00+08:00"),
        ("time", "0000-02-06T16:20:00+08:00"),
        ("source", "urn:agency:petition"),
        ("source", "agency:petition.330206"),
        ("source", "urn:agency:petition.330206\n"),
        ("source", "urn:agency:.330206"),
        ("data", "{}"),
    ],
)
def test_an_attribute_of_another_form_is_malformed(gate: Gate, name: str, value: Any) -> None:
    assert gate.outcome(envelope(REGISTERED, **{name: value})) == MALFORMED


def test_a_line_may_be_64_kib_long_without_its_line_end(house: Sandbox) -> None:
    line = text(event(REGISTERED))
    full = line + b" " * (65_536 - len(line))

    assert house.outcome(full) == APPLIED
    assert house.outcome(full + b"\r\n") == LineOutcome.DUPLICATE
    assert house.outcome(full + b" ") == MALFORMED


def test_a_blank_line_is_skipped_and_not_counted(house: Sandbox) -> None:
    from services.exchange.receipts import Line  # noqa: PLC0415

    received = house.exchange.receive([Line("a", b" \t\r"), Line("b", b"")], door="test")

    assert (received.receipts, received.taken, house.lines.counts()["total"]) == ([], 2, 0)


# 2 PERSONAL_DATA


@pytest.mark.parametrize(
    "name",
    [
        "reporter",
        "Reporter_Name",
        "complainant-id",
        "INFORMANT",
        "whistle_blower",
        "petitioner",
        "id_card",
        "myIdNumber",
        "tele-phone",
        "Mobile",
        "we_chat",
        "举报人",
        "实名检举人姓名",
        "控告人",
        "身份证号",
        "手机",
        "ｒeporter",
        "ＰＨＯＮＥ",
    ],
)
def test_a_name_that_tells_of_a_reporter_is_personal_data_anywhere(gate: Gate, name: str) -> None:
    deep = {"a": [{"b": [{name: 1}]}]}

    assert gate.outcome(envelope(REGISTERED, **{name: "x"})) == PERSONAL_DATA
    assert gate.outcome(event(REGISTERED, data=deep)) == PERSONAL_DATA


def test_report_token_and_real_name_are_permitted_names(gate: Gate) -> None:
    assert gate.outcome(event(REGISTERED)) is None


@pytest.mark.parametrize(
    "found",
    [
        ID,
        f"证{ID}号",
        "330206-19900101-123X",
        "330206 19900101 123x",
        "３３０２０６１９９００１０１１２３４",
        MOBILE,
        "电话138-0013-8000",
        "138 0013 8000",
        "１３８００１３８０００",
        "⑬800138000",
        "a13800138000",
    ],
)
def test_a_personal_number_is_personal_data_in_any_string_or_name(gate: Gate, found: str) -> None:
    issues = [{"issue_id": "I1", "category": "WORK", "neutral_text": found}]

    assert gate.outcome(event(REGISTERED, data={"issues": issues})) == PERSONAL_DATA
    assert gate.outcome(event(REGISTERED, data={found: 1})) == PERSONAL_DATA
    assert gate.outcome(event(REGISTERED, correlationid=found)) == PERSONAL_DATA


@pytest.mark.parametrize(
    "harmless",
    [
        "1" + ID,
        ID[:-1],
        ID + "A",
        "330206199013011234",
        "23800138000",
        "138001380001",
        "1380013800",
        "138--00138000",
        "138_0013_8000",
    ],
)
def test_what_only_looks_like_a_personal_number_is_none(gate: Gate, harmless: str) -> None:
    issues = [{"issue_id": "I1", "category": "WORK", "neutral_text": harmless}]

    assert gate.outcome(event(REGISTERED, data={"issues": issues})) is None


def test_numbers_never_reach_across_two_strings(gate: Gate) -> None:
    issues = [
        {"issue_id": "I1", "category": "WORK", "neutral_text": "138"},
        {"issue_id": "I2", "category": "WORK", "neutral_text": "00138000"},
    ]

    assert gate.outcome(event(REGISTERED, data={"issues": issues})) is None


def test_a_token_whose_digits_look_like_a_mobile_number_is_not_scanned(gate: Gate) -> None:
    assert gate.outcome(event(FILED, data={"subject_token": "S-a13800138000"})) is None
    assert gate.outcome(event(FILED, id="x", data={"subject_token": "S-a13800138000\n"})) == PERSONAL_DATA


def test_a_json_number_is_not_scanned(gate: Gate) -> None:
    assert gate.outcome(event(FILED, data={"case_no": 13800138000})) == SCHEMA


def test_personal_data_goes_before_every_later_check(gate: Gate) -> None:
    wrong = event(REGISTERED, type="unknown.v9", source="urn:agency:audit.330200", signature="x", phone="x")

    assert gate.outcome(wrong) == PERSONAL_DATA


# 3 UNKNOWN_TYPE, 4 NOT_PERMITTED


@pytest.mark.parametrize("name", ["petition.report_registered.v2", "petition.report_registered", "x", "", f"{FILED}\n"])
def test_a_type_that_section_5_does_not_have_is_unknown(gate: Gate, name: str) -> None:
    assert gate.outcome(event(REGISTERED, type=name)) == QuarantineReason.UNKNOWN_TYPE


@pytest.mark.parametrize(
    "source", ["urn:agency:police.330206", "urn:agency:audit.330200", "urn:agency:Petition.330206"]
)
def test_a_source_that_may_not_publish_the_type_is_not_permitted(gate: Gate, source: str) -> None:
    assert gate.outcome(event(REGISTERED, source=source)) == QuarantineReason.NOT_PERMITTED


def test_territory_is_no_permission_question(gate: Gate) -> None:
    assert gate.outcome(event(REGISTERED, source="urn:agency:petition.110101")) is None


def test_a_kafka_topic_of_another_agency_is_not_permitted(house: Sandbox) -> None:
    from services.exchange.receipts import Line  # noqa: PLC0415

    line = text(event(REGISTERED))
    lines = [Line("a", line, topic_code="petition.330212"), Line("b", line, topic_code="petition.330206")]
    first, second = house.exchange.receive(lines, door="kafka").receipts

    assert (first.reason, second.outcome) == (QuarantineReason.NOT_PERMITTED, APPLIED)


# 6 CLOCK


def test_a_time_is_at_most_24_hours_ahead_of_the_receiving_clock(gate: Gate) -> None:
    assert WALL.isoformat() == "2024-02-01T00:00:00+00:00"

    assert gate.outcome(event(REGISTERED, time="2024-02-02T08:00:00+08:00")) is None
    assert gate.outcome(event(FILED, time="2024-02-02T08:00:00.000001+08:00")) == QuarantineReason.CLOCK
    assert gate.outcome(event(FILED, time="1970-01-01T00:00:00+08:00")) is None


# 7 SCHEMA


@pytest.mark.parametrize(
    ("event_type", "change"),
    [
        (REGISTERED, {"extra": 1}),
        (REGISTERED, {"name": "某甲"}),
        (REGISTERED, {"channel": ...}),
        (REGISTERED, {"channel": "letter"}),
        (REGISTERED, {"received_on": "2023-02-30"}),
        (REGISTERED, {"received_on": "2023-02-06\n"}),
        (REGISTERED, {"received_on": "0000-02-06"}),
        (REGISTERED, {"received_on": "2023-02-06T00:00:00"}),
        (REGISTERED, {"district_code": "330206\n"}),
        (REGISTERED, {"district_code": 330206}),
        (REGISTERED, {"district_code": "３３０２０６"}),
        (REGISTERED, {"report_token": "R-1F0C55D2A901"}),
        (REGISTERED, {"subject_token": "S-0a41c7be9d22\n"}),
        (REGISTERED, {"real_name": 1}),
        (REGISTERED, {"real_name": None}),
        (REGISTERED, {"issues": []}),
        (REGISTERED, {"issues": [{"issue_id": "I1\n", "category": "WORK"}]}),
        (REGISTERED, {"repeat_of": None}),
        (FILED, {"case_no": ""}),
        (FILED, {"case_no": "a" * 65}),
        (FILED, {"case_no": "a\n"}),
        (FILED, {"subject_token": "G-0a41c7be9d22"}),
        (SANCTION, {"form": 5}),
        (SANCTION, {"form": 2.5}),
        (SANCTION, {"form": True}),
        (SANCTION, {"form": "2"}),
        (SANCTION, {"code": "I1"}),
        (PROFILE, {"birth_month": "1996-08\n"}),
        (PROFILE, {"unit_code": "330211-00211"}),
        (PROFILE, {"name": "某" * 21}),
        (PROFILE, {"name": ""}),
        (JUDGMENT, {"party": "SUBJECT"}),
        ("organisation.recommendation_decided.v1", {"outcome": "DEFERRED"}),
        ("organisation.recommendation_decided.v1", {"outcome": "DECLINED"}),
        (CONCLUDED, {"findings": [{"issue_id": "I1", "point": 0, "conclusion": "TRUE", "impact_reasons": []}]}),
    ],
)
def test_data_that_are_not_of_the_types_form_fail_the_schema(
    gate: Gate, event_type: str, change: dict[str, Any]
) -> None:
    found = gate.check(event(event_type, data=change))

    assert isinstance(found, Rejected)
    assert found.rejection.reason == SCHEMA
    assert found.rejection.path.startswith("$.data")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("dataschema", "x"),
        ("id", ""),
        ("id", "a b"),
        ("id", "a\n"),
        ("source", "urn:agency:petition.33020"),
        ("time", "2023-02-06t16:20:00+08:00"),
        ("time", "2023-02-06T16:20:00.1234567+08:00"),
        ("subject", 1),
        ("subject", "A-0a41c7be9d22"),
        ("subject", None),
        ("correlationid", ["x"]),
        ("supersedes", 1),
        ("supersedes", None),
        ("supersedes", "a\n"),
    ],
)
def test_an_envelope_that_is_not_of_the_schemas_form_fails_it(gate: Gate, name: str, value: Any) -> None:
    assert gate.outcome(envelope(REGISTERED, **{name: value})) == SCHEMA


@pytest.mark.parametrize("number", [b"1e999", b"9" * 400, b"-0.5", b"1e-5"])
def test_a_number_no_field_can_hold_fails_the_schema(gate: Gate, number: bytes) -> None:
    line = text(event(SANCTION, data={"form": 12345})).replace(b"12345", number)

    assert gate.outcome(line) == SCHEMA


def test_2_0_is_the_integer_2_and_the_same_content(house: Sandbox) -> None:
    line = text(event(SANCTION, data={"form": 12345}))

    assert house.outcome(line.replace(b"12345", b"2.0")) == APPLIED
    assert house.outcome(line.replace(b"12345", b"2")) == LineOutcome.DUPLICATE
    assert house.outcome(line.replace(b"12345", b"20e-1")) == LineOutcome.DUPLICATE
    assert house.outcome(line.replace(b"12345", b"3")) == QuarantineReason.DUPLICATE_CONFLICT


def test_lengths_are_counted_in_characters(gate: Gate) -> None:
    assert gate.outcome(event(PROFILE, data={"name": "𠮷" * 20})) is None


@pytest.mark.parametrize("event_type", list(EXAMPLES))
def test_each_example_of_the_contract_passes_every_check(gate: Gate, event_type: str) -> None:
    assert gate.outcome(EXAMPLES[event_type]) is None


# What a quarantined line leaves behind


def test_a_quarantined_line_does_not_occupy_its_number(house: Sandbox) -> None:
    assert house.outcome(event(FILED, data={"nature": "OTHER"})) == SCHEMA
    assert house.outcome(event(FILED)) == APPLIED


def test_of_malformed_and_personal_lines_only_digest_length_and_place_are_kept(house: Sandbox) -> None:
    house.send(text(event(REGISTERED, data={"reporter_name": "李四光"})))
    house.send(event(REGISTERED, id=f"PET-{MOBILE}"))
    house.send(b'{"id": "' + MOBILE.encode())

    kept = [dict(row) for row in house.service.log.rows("SELECT * FROM receipt")]

    assert [row["content"] for row in kept] == ["", "", ""]
    assert [row["event_id"] for row in kept] == ["PET-2023-000001", "", ""]
    assert all(len(row["digest"]) == 64 and row["length"] > 0 for row in kept)
    assert "李四光" not in str(kept)
    assert MOBILE not in str(kept)


def test_of_other_quarantined_lines_the_content_is_sealed_under_the_receipts_own_key(house: Sandbox) -> None:
    receipt = house.send(event(PROFILE, data={"gender": "X"}))

    (row,) = house.service.log.rows("SELECT content FROM receipt")

    assert row[0].startswith(f"sealed<receipt:{receipt.receipt_id}:")


def test_the_words_of_a_rejection_never_repeat_a_value_of_the_line(house: Sandbox) -> None:
    secret = "张三丰"
    house.send(event(REGISTERED, data={secret: secret}))
    house.send(event(REGISTERED, data={"channel": secret}))
    house.send(event(REGISTERED, data={"district_code": secret}))
    house.send(event(REGISTERED, data={"a": {secret: {"手机": secret}}}))
    house.send(event(REGISTERED, type=secret, id=secret))

    for language in ("zh", "en"):
        told = json.dumps(house.lines.quarantined(language=language), ensure_ascii=False)
        assert told.count('"why"') == 5
        assert secret not in told


def test_a_rejection_says_where_and_what_would_pass(house: Sandbox) -> None:
    receipt = house.send(event(REGISTERED, data={"channel": "FAX"}))

    why, fix = words(receipt.code, "en", receipt.path, receipt.expected)

    assert why == "the value at $.data.channel is not what the contract allows"
    assert "LETTER" in fix


@pytest.mark.parametrize("code", list(FAULTS))
def test_every_fault_has_words_in_both_languages(code: str) -> None:
    for language in ("zh", "en"):
        assert all(words(code, language, "$.x", "y"))


# Whatever the bytes

LINES = gzip.decompress((Path(__file__).parents[3] / "examples" / "ningbo-2023.jsonl.gz").read_bytes()).split(b"\n")[
    :200
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A real line with some bytes replaced, cut out or put in."""
    line = bytearray(draw(st.sampled_from(LINES)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(line) - 1, 0)))
        line[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=4))
    return bytes(line)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300) | damaged() | JSON.map(lambda value: json.dumps(value).encode()))
def test_arbitrary_bytes_never_raise_and_always_give_a_receipt(house: Sandbox, content: bytes) -> None:
    from services.exchange.receipts import Line  # noqa: PLC0415

    before = house.lines.counts()["total"]
    received = house.exchange.receive([Line(f"x-{before}", content)], door="test")

    assert len(received.receipts) == (0 if is_blank(content) else 1)
    assert all(receipt.outcome is not None for receipt in received.receipts)
    assert house.lines.dead_lines() == []


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from([*EXAMPLES[REGISTERED], "supersedes", "signature", "subject"]), JSON))
def test_an_envelope_with_anything_in_it_gets_a_verdict(gate: Gate, changes: dict[str, Any]) -> None:
    line = json.dumps({**EXAMPLES[REGISTERED], **changes}).encode()

    verdict = gate.check(line)

    assert not isinstance(verdict, Rejected) or verdict.rejection.reason in QuarantineReason
