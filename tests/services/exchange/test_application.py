"""The exchange at work: batches, files, the business clock, numbers of ours, and what lies in the data folder."""

import gzip
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from services.exchange.application import peek_day
from services.exchange.bootstrap import build, connect, door
from services.exchange.domain.checks import check
from services.exchange.domain.errors import BusinessClockIsTheWallClock
from services.exchange.domain.rules import accuser_key
from services.exchange.files import lines_of, sha256_of
from services.exchange.intake import Intake
from services.exchange.receipts import Line
from services.exchange.settings import ExchangeSettings
from shared.contracts import clarification, reporting, tolerance
from shared.contracts.exchange import BusinessClockAdvanced, LineOutcome
from shared.eventstore import Log, StoreUnavailable, open_log, stored
from shared.kernel import Fact, ManagementLevel, Meta, SystemClock, Workdays
from shared.messaging.direct import DirectSource
from shared.security.keys import KeyRing
from shared.service import Kit
from tests.services.exchange.lines import CONCLUDED, FILED, RECTIFIED, REGISTERED, Sandbox, event, numbered, text

SAMPLE = Path(__file__).parents[3] / "examples" / "ningbo-2023.jsonl.gz"
SHA = "a" * 64


def drive(house: Sandbox, contents: list[bytes], size: int, *, stop_after: int = 10**9) -> None:
    """Take lines as `play` does: stop before each later day, move the clock, go on."""
    reader = house.exchange.reader(SHA, numbered(SHA, contents))
    while not reader.exhausted and reader.line < stop_after:
        day = reader.receive(size)
        if day is not None:
            house.exchange.advance_clock(day)


@pytest.fixture(scope="module")
def sample() -> list[bytes]:
    return gzip.decompress(SAMPLE.read_bytes()).split(b"\n")


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, sample: list[bytes]) -> Iterator[tuple[Path, Sandbox]]:
    folder = tmp_path_factory.mktemp("sample")
    ring = KeyRing(folder / "keys", survives_power_loss=False)
    house = Sandbox(folder, seal=ring.seal)
    drive(house, sample, 500)
    yield folder, house
    house.close()
    ring.close()


def test_the_sample_city_gives_the_published_figures(played: tuple[Path, Sandbox]) -> None:
    expected = json.loads((SAMPLE.parent / "ningbo-2023.expected.json").read_bytes())["lines"]
    expected.pop("late_for_closed_month")

    assert played[1].lines.counts() == expected
    assert played[1].lines.dead_lines() == []


def test_no_fact_is_recorded_under_a_day_before_its_own(played: tuple[Path, Sandbox]) -> None:
    house = played[1]
    for recorded in house.service.log.follow(0, 20_000, house.service.log.catalogue):
        if isinstance(recorded.fact, BusinessClockAdvanced):
            assert recorded.meta.on == recorded.fact.day
        elif hasattr(recorded.fact, "origin"):
            assert recorded.meta.on >= recorded.fact.origin.published_on
    assert house.clock.business() == house.exchange.business_clock() == date(2024, 1, 31)


def test_names_of_persons_stand_in_no_file_of_the_data_folder(
    played: tuple[Path, Sandbox], sample: list[bytes]
) -> None:
    marked = "某".encode()
    names = {line.partition(b'"name": "')[2].partition(b'"')[0] for line in sample if b'"name": "' in line}
    assert sum(marked in name for name in names) > 300

    for file in filter(Path.is_file, played[0].rglob("*")):
        around = {match[0] for match in re.finditer(b"(?s)..." + marked + b"...", file.read_bytes())}
        assert not around & names


@pytest.mark.parametrize("size", [1, 7, 500])
def test_batches_of_any_size_give_the_same_facts(tmp_path: Path, sample: list[bytes], size: int) -> None:
    some = sample[:300]
    house, other = Sandbox(tmp_path / "a"), Sandbox(tmp_path / "b")

    drive(house, some, size)
    drive(other, some, 40)

    assert house.log() == other.log()
    house.close()
    other.close()


def test_a_run_that_ended_between_batches_goes_on_to_the_same_facts(tmp_path: Path, sample: list[bytes]) -> None:
    some = sample[:300]
    whole = Sandbox(tmp_path / "whole")
    drive(whole, some, 20)

    for stop in (35, 120, 220, 10**9):
        part = Sandbox(tmp_path / "part")
        part.clock.advance(part.exchange.business_clock() or part.clock.business())
        drive(part, some, 20, stop_after=stop)
        part.close()

    again = Sandbox(tmp_path / "part")
    assert again.log() == whole.log()
    assert again.exchange.resume_at(SHA) == 300
    again.close()
    whole.close()


def test_a_store_that_is_away_is_told_and_nothing_is_kept(house: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_self: Any) -> None:
        raise StoreUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(Intake, "flush", away)
        with pytest.raises(StoreUnavailable):
            house.send(event(REGISTERED))

    assert house.lines.counts()["total"] == 0
    assert house.outcome(event(REGISTERED)) == LineOutcome.APPLIED


# The business clock


def lines(*contents: Any) -> list[Line]:
    raw = [content if isinstance(content, bytes) else text(content) for content in contents]
    return [Line(f"l-{number}", content, SHA, number) for number, content in enumerate(raw, 1)]


def at(day: str, event_type: str = FILED, **attributes: Any) -> dict[str, Any]:
    number = attributes.pop("id", f"{event_type}-{day}")
    return event(event_type, id=number, time=f"{day}T10:00:00+08:00", **attributes)


def test_the_first_line_moves_the_clock_and_a_later_day_stops_the_batch(house: Sandbox) -> None:
    batch = lines(at("2023-03-02"), at("2023-03-01", id="x"), at("2023-03-05", id="y"))

    received = house.exchange.receive(batch, door="file", moves_clock=True)

    assert (received.taken, received.next_day) == (2, date(2023, 3, 5))
    assert house.clock.business() == house.exchange.business_clock() == date(2023, 3, 2)


def test_lines_that_are_quarantined_or_duplicates_never_move_the_clock(house: Sandbox) -> None:
    first = at("2023-03-02")
    batch = lines(first, at("2023-04-01", id="x", data={"nature": "X"}), {**first, "time": "2023-05-01T10:00:00+08:00"})

    received = house.exchange.receive(batch, door="file", moves_clock=True)

    assert (received.taken, house.clock.business()) == (3, date(2023, 3, 2))


def test_a_parked_line_moves_the_clock(house: Sandbox) -> None:
    house.exchange.receive(lines(at("2023-03-02", CONCLUDED)), door="file", moves_clock=True)

    assert house.clock.business() == date(2023, 3, 2)


def test_the_day_of_a_line_is_the_date_in_shanghai(house: Sandbox) -> None:
    assert peek_day(text(event(FILED, time="2023-03-02T00:30:00+08:00"))) == date(2023, 3, 2)
    assert peek_day(b'{"time": "2023-02-31T"}') is None
    assert peek_day(b"") is None


def test_a_stopped_line_is_checked_once(house: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[bytes] = []

    def counted(line: bytes, *rest: Any) -> Any:
        checked.append(line)
        return check(line, *rest)

    monkeypatch.setattr("services.exchange.application.check", counted)

    house.exchange.receive_all(lines(at("2023-03-02"), at("2023-03-03"), at("2023-03-04")), door="file")

    assert len(checked) == 3


def test_a_reader_stops_before_its_first_line_too(house: Sandbox) -> None:
    reader = house.exchange.reader(SHA, numbered(SHA, [text(at("2023-03-02")), b"", text(at("2023-03-02", id="x"))]))

    assert reader.receive(10) == date(2023, 3, 2)
    house.exchange.advance_clock(date(2023, 3, 2))
    assert reader.receive(1) is None
    assert (reader.line, reader.exhausted) == (1, False)
    assert reader.receive(10) is None
    assert (reader.line, reader.exhausted) == (3, True)


def test_the_clock_never_goes_back(house: Sandbox) -> None:
    house.exchange.advance_clock(date(2023, 3, 2))
    house.exchange.advance_clock(date(2023, 3, 1))

    assert house.exchange.business_clock() == date(2023, 3, 2)
    assert house.service.log.head() == 1


def test_in_production_the_clock_is_not_moved(tmp_path: Path) -> None:
    kit = Kit(tmp_path, SystemClock(), Workdays([]), lambda _owner, _text: "", lambda _owner, _text: "", print)
    service = build(kit, ExchangeSettings())

    with pytest.raises(BusinessClockIsTheWallClock):
        service.exchange.advance_clock(date(2023, 3, 2))
    received = service.exchange.receive(lines(at("2023-03-02"), at("2023-03-05")), door="file", moves_clock=True)
    assert (received.taken, service.exchange.business_clock()) == (2, None)


# Numbers of ours


def neighbour(folder: Path, name: str, facts: tuple[type[Fact], ...], stream: str, fact: Fact) -> Log:
    log = open_log(name, folder / f"{name}.db", facts)
    meta = Meta(on=date(2023, 5, 1), at=datetime(2023, 5, 1, tzinfo=UTC), by="330206.PRINCIPAL.1")
    with log.transaction() as transaction:
        transaction.insert([stored(stream, 1, fact, log.catalogue.encode(fact, meta))])
    return log


def test_answers_are_released_when_our_number_goes_out(house: Sandbox, tmp_path: Path) -> None:
    waiting = [
        house.send(event("organisation.recommendation_decided.v1")),
        house.send(event("organisation.recommendation_acknowledged.v1")),
        house.send(event("unit.suggestion_replied.v1")),
        house.send(event(RECTIFIED, data={"basis": "SUGGESTION", "reference_no": "JY-330212-2023-0002"})),
    ]
    sent = reporting.RecommendationSent(
        recommendation_no="TJ-330282-2023-0004",
        subject_token="S-40fe12ab77c9",
        receiver="organisation.330282",
        use="RANK",
        sent_on=date(2023, 5, 1),
    )
    issued = tolerance.SuggestionIssued(
        case_id="x",
        matter_no="WZ-1",
        subject_token="S-5ce0b1f7a230",
        district="330212",
        level=ManagementLevel.COUNTY_MANAGED,
        doc_no="JY-330212-2023-0002",
        reply_due=date(2023, 9, 1),
        issued_on=date(2023, 8, 1),
    )
    logs = [
        neighbour(tmp_path, "reporting", reporting.FACTS, "recommendation:x", sent),
        neighbour(tmp_path, "tolerance", tolerance.FACTS, "matter:x", issued),
    ]
    connect(house.service, {log.name: DirectSource(log) for log in logs})

    while house.service.pull():
        pass

    assert [house.now(receipt) for receipt in waiting] == [LineOutcome.APPLIED] * 4
    names = [fact.fact_name for fact in house.facts("recommendation:TJ-330282-2023-0004")]
    assert names == ["organisation.recommendation_decided.v1", "organisation.recommendation_acknowledged.v1"]
    assert [fact.fact_name for fact in house.facts("suggestion:JY-330212-2023-0002")] == [
        "unit.suggestion_replied.v1",
        RECTIFIED,
    ]
    assert [consumer.position for consumer in house.service.consumers] == [1, 1]
    for log in logs:
        log.store.datastore.close()


def test_a_number_given_before_lets_answers_in_at_once(house: Sandbox) -> None:
    with house.exchange.recording() as (intake, _):
        intake.know("suggestion|JY-330212-2023-0002")

    assert house.outcome(event("unit.suggestion_replied.v1")) == LineOutcome.APPLIED


def test_the_key_of_an_accuser_goes_when_the_report_is_found_mistaken(house: Sandbox, tmp_path: Path) -> None:
    mistaken = clarification.AccusationClosedNotFalse(
        report_token="R-1f0c55d2a901",
        subject_token="S-0a41c7be9d22",
        district="330206",
        level=ManagementLevel.VILLAGE,
        concluded_on=date(2023, 3, 20),
        closed_on=date(2023, 4, 20),
    )
    log = neighbour(tmp_path, "clarification", clarification.FACTS, "accusation:R-1f0c55d2a901", mistaken)
    connect(house.service, {log.name: DirectSource(log)})

    while house.service.pull():
        pass

    assert house.destroyed == [accuser_key("R-1f0c55d2a901")]
    log.store.datastore.close()


# Files


def test_the_case_view_keeps_step_with_the_log(house: Sandbox) -> None:
    house.send(event(REGISTERED))

    assert house.service.project() == 2
    assert house.service.project() == 0
    assert house.service.cases.position == house.service.log.head()
    assert door(house.service) is house.exchange


def test_a_file_is_read_line_by_line_plain_or_packed(tmp_path: Path) -> None:
    content = b"\n{}\r\n  \n" + b"x" * 70_000 + b"\nlast"
    plain, packed = tmp_path / "a.jsonl", tmp_path / "a.jsonl.gz"
    plain.write_bytes(content)
    packed.write_bytes(gzip.compress(content))

    for path in (plain, packed):
        found = list(lines_of(path, sha256_of(path)))
        assert [(line.number, line.length) for line in found] == [(2, 3), (4, 70_000), (5, 4)]
        assert len(found[1].content) < 65_600
        assert found[1].digest
        assert [line.number for line in lines_of(path, "x", after=4)] == [5]
