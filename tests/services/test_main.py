"""The command line as a user sees it: help, answers in words and exit codes, reports, nothing cut off in a pipe."""

import csv
import fcntl
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog
from rich.cells import cell_len

from services.main import main
from services.rulebooks import RULEBOOKS, rows
from shared.folder import sole_writer
from tests.city.generator import generate
from tests.journeys.conftest import City, write_city

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "ningbo-2023.jsonl.gz"
EXPECTED = ROOT / "examples" / "ningbo-2023.expected.json"
QINGFENG = str(Path(sys.executable).with_name("qingfeng"))
YEAR = 2024
WIDTH = 100
COMMANDS = ("play", "serve", "events check", "events send", "report", "rebuild", "rules")
DAMAGED, WRONG, DIFFERENT, INTERNAL, INTERRUPTED = 2, 2, 1, 70, 130
CHINESE = re.compile("[一-鿿]{2}")
ENGLISH = re.compile("[a-z]{2,} [a-z]{2,}")
EVENT = {
    "specversion": "1.0",
    "id": "ORG-1",
    "source": "urn:agency:organisation.330206",
    "type": "organisation.award_conferred.v1",
    "time": "2023-02-06T16:20:00+08:00",
    "datacontenttype": "application/json",
    "data": {"subject_token": "S-0a41c7be9d22", "conferred_on": "2023-02-06", "award": "担当作为好支书"},
}


@dataclass(frozen=True)
class Answer:
    """What a command answered: its exit code, what it printed, what it said on the side."""

    code: int
    printed: str
    said: str


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Answer]]:
    """Run a command in an empty folder, to its end, within this process: that is quicker than a process each."""

    def called(*words: object, **environment: str) -> Answer:
        with monkeypatch.context() as patch:
            patch.chdir(tmp_path)
            patch.setattr(sys, "argv", ["qingfeng", *map(str, words)])
            for name, value in environment.items():
                patch.setenv(name, value)
            capsys.readouterr()
            with pytest.raises(SystemExit) as ended:
                main()
        answer = Answer(int(ended.value.code or 0), *capsys.readouterr())
        assert "Traceback" not in answer.printed + answer.said
        return answer

    yield called
    structlog.reset_defaults()


def run_apart(folder: Path, *words: object, encoding: str = "utf-8") -> Answer:
    """Run a command in a process of its own, as a shell does."""
    done = subprocess.run(
        [QINGFENG, *map(str, words)],
        cwd=folder,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        encoding=encoding,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stdout + done.stderr
    return Answer(done.returncode, done.stdout, done.stderr)


Run = Callable[..., Answer]


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return write_city(tmp_path_factory.mktemp("city"), generate(11, "320500", YEAR, 0.05), YEAR)


@pytest.fixture(scope="session")
def played(city: City, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The small city, played to its end: its data folder, and what was printed."""
    folder = tmp_path_factory.mktemp("played")
    answer = run_apart(folder, "play", city.file, "--year", YEAR, "--data", "data", "--check", city.expected)
    assert answer.code == 0, answer.said
    return folder / "data", answer.printed


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A clean file of one event."""
    place = tmp_path / "one.jsonl"
    place.write_text(json.dumps(EVENT, ensure_ascii=False) + "\n", encoding="utf-8")
    return place


@pytest.fixture
def busy(tmp_path: Path, played: tuple[Path, str]) -> Iterator[Path]:
    """A data folder on which another process works."""
    folder, _ = played
    with sole_writer(folder):
        yield folder


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


def unreadable(folder: Path) -> Path:
    """Return a file that cannot be read, whoever reads."""
    place = folder / "locked.jsonl"
    place.write_text("{}\n")
    place.chmod(0)
    return Path("/proc/self/mem") if os.access(place, os.R_OK) else place


def require_answer_in_words(answer: Answer, code: int, *needles: str) -> None:
    assert answer.code == code, answer
    assert CHINESE.search(answer.said), answer.said
    assert ENGLISH.search(answer.said), answer.said
    assert [needle for needle in needles if needle not in answer.said] == [], answer.said


def require_fits(text: str) -> None:
    """Nothing is wider than a page but a command to copy, and no text in a table was cut off."""
    lines = [line for line in text.splitlines() if re.match(r"  \S*qingfeng ", line) is None]
    assert [line for line in lines if cell_len(line) > WIDTH] == []
    assert "…" not in text


def lines_with(text: str, number: object) -> list[str]:
    return [line for line in text.splitlines() if re.search(rf"│\s+{number}\s+│", line)]


# Help.


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself_with_an_example(run: Run, command: str) -> None:
    answer = run(*command.split(), "--help")

    assert answer.code == 0
    assert f"Example: qingfeng {command}" in answer.printed
    require_fits(answer.printed)


def test_without_a_command_all_commands_are_listed(run: Run) -> None:
    answer = run()

    assert {word for words in COMMANDS for word in words.split()[:1]} <= set((answer.printed + answer.said).split())


# What is wrong is said in Chinese and English, with exit code 2.


@pytest.mark.parametrize("command", ["play {} --year 2023", "events check {}", "events send {}"])
def test_a_file_that_is_not_there_a_folder_and_an_unreadable_one_are_told_apart(
    run: Run, tmp_path: Path, command: str
) -> None:
    (tmp_path / "folder").mkdir()
    locked = unreadable(tmp_path)

    def asked(place: object) -> Answer:
        return run(*command.format(place).split())

    require_answer_in_words(asked("nowhere"), WRONG, "没有文件 nowhere", "there is no file nowhere")
    require_answer_in_words(asked("folder"), WRONG, "folder 是目录", "folder is a folder")
    require_answer_in_words(asked(locked), WRONG, "无法使用", "cannot be used")


@pytest.mark.parametrize("command", ["play {} --year 2024", "events check {}", "events send {}"])
@pytest.mark.parametrize("damage", ["cut off", "damaged", "no gzip"])
def test_a_gzip_file_that_is_cut_off_or_damaged_is_no_internal_error(
    run: Run, tmp_path: Path, city: City, command: str, damage: str
) -> None:
    whole = city.file.read_bytes()
    content = {
        "cut off": whole[: len(whole) // 2],
        "damaged": whole[: len(whole) // 2] + bytes(range(256)) * 40,
        "no gzip": b"\x1f\x8b" + b"no gzip at all",
    }
    (tmp_path / "file.gz").write_bytes(content[damage])

    answer = run(*command.format("file.gz").split())

    require_answer_in_words(answer, DAMAGED, "gzip 文件损坏或不完整", "damaged or cut off")


def test_a_file_that_was_cut_off_leaves_no_run_in_the_way_of_the_whole_file(
    run: Run, tmp_path: Path, city: City
) -> None:
    whole = city.file.read_bytes()
    (tmp_path / "city.jsonl.gz").write_bytes(whole[:-100])

    run("play", "city.jsonl.gz", "--year", YEAR)

    assert [place.name for place in tmp_path.iterdir()] == ["city.jsonl.gz"]


@pytest.mark.parametrize(
    ("content", "words"), [('{"annual"', "不是 JSON"), ("[]", "应是一个 JSON 对象"), ("\x00", "不是 JSON")]
)
def test_expected_figures_that_are_no_json_object_are_refused_before_anything_is_played(
    run: Run, tmp_path: Path, file: Path, content: str, words: str
) -> None:
    (tmp_path / "expected.json").write_text(content)

    answer = run("play", file.name, "--year", 2023, "--check", "expected.json")

    require_answer_in_words(answer, WRONG, words, "expected.json")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "words",
    [
        "play one.jsonl --year 1999",
        "play one.jsonl --year 2101",
        "play one.jsonl",
        "report 1999",
        "report last",
        "report 2023 --month 13",
        "report 2023 --format xml",
        "serve --port 0",
        "nonsense",
        "events nonsense",
        "rules --nonsense",
    ],
)
def test_a_command_written_wrongly_is_answered_with_its_usage(run: Run, file: Path, words: str) -> None:
    require_answer_in_words(run(*words.split()), WRONG, "Usage: qingfeng", "--help")


def test_an_unknown_service_is_answered_with_those_there_are(run: Run) -> None:
    require_answer_in_words(run("rules", "audit"), WRONG, "audit", *RULEBOOKS)


@pytest.mark.parametrize("words", ["report 2023", "rebuild", "report 2023 --data empty", "rebuild --data empty"])
def test_a_report_of_a_folder_without_data_says_how_to_get_some(run: Run, tmp_path: Path, words: str) -> None:
    (tmp_path / "empty").mkdir()

    require_answer_in_words(run(*words.split()), WRONG, "没有数据", "there is no data", "qingfeng play")
    assert list((tmp_path / "empty").iterdir()) == []


@pytest.mark.parametrize(
    "words", ["play one.jsonl --year 2023", "serve --port {}", "events send one.jsonl", "report 2023", "rebuild"]
)
def test_a_file_in_the_place_of_the_data_folder_is_no_internal_error(
    run: Run, tmp_path: Path, file: Path, words: str
) -> None:
    (tmp_path / "place").write_text("")

    require_answer_in_words(run(*words.format(_free_port()).split(), "--data", "place"), WRONG, "place")


@pytest.mark.parametrize("words", ["report 2024", "rebuild", "serve --port {}", "events send one.jsonl", "play {}"])
def test_a_second_process_is_told_that_the_folder_is_busy(
    run: Run, busy: Path, file: Path, city: City, words: str
) -> None:
    port = _free_port()
    typed = words.format(f"{city.file} --year {YEAR}" if words.startswith("play") else port)

    answer = run(*typed.split(), "--data", busy)

    require_answer_in_words(answer, WRONG, "正由另一个进程使用", "another process works on the data folder")


def test_a_port_that_is_taken_is_told(run: Run, taken_port: int) -> None:
    require_answer_in_words(run("serve", "--port", taken_port), WRONG, str(taken_port), "换一个 --port")


def test_another_file_year_office_or_seed_needs_another_folder(
    run: Run, played: tuple[Path, str], city: City, file: Path
) -> None:
    folder, _ = played

    for words in ([city.file, "--year", 2023], [city.file, "--year", YEAR, "--seed", 2], [file, "--year", YEAR]):
        answer = run("play", *words, "--data", folder)
        require_answer_in_words(answer, WRONG, "另一次运行", "another file, year, --office or --seed")


@pytest.mark.parametrize("mode", ["sandbox", "production"])
def test_a_file_is_never_played_into_a_house_that_serves(run: Run, tmp_path: Path, file: Path, mode: str) -> None:
    (tmp_path / "house").mkdir()
    marker = tmp_path / "house" / "house.json"
    marker.write_text(json.dumps({"mode": mode}))

    answer = run("play", file.name, "--year", 2023, "--data", "house")

    require_answer_in_words(answer, WRONG, "不能在其中推演", "another --data")
    assert json.loads(marker.read_text()) == {"mode": mode}


def test_a_sandbox_does_not_become_production(run: Run, tmp_path: Path, file: Path) -> None:
    run("events", "send", file.name, "--data", "house")

    answer = run("serve", "--production", "--data", "house")

    require_answer_in_words(answer, WRONG, "是沙箱", "is a sandbox and stays one")


@pytest.mark.parametrize("keys", [None, "nowhere.json", "[]", "no JSON", '{"urn:agency:police.330200#1": "short"}'])
def test_production_does_not_start_without_a_directory_of_keys(run: Run, tmp_path: Path, keys: str | None) -> None:
    place = "nowhere.json" if keys == "nowhere.json" else "keys.json"
    if keys is not None and keys != place:
        (tmp_path / "keys.json").write_text(keys)
    environment = {"QINGFENG_EXCHANGE_AGENCY_KEYS": place} if keys is not None else {}

    answer = run("serve", "--production", "--data", "house", "--port", _free_port(), **environment)

    require_answer_in_words(answer, WRONG, place if keys is not None else "QINGFENG_EXCHANGE_AGENCY_KEYS")
    assert not (tmp_path / "house").exists()


def test_a_file_is_sent_to_a_production_house_only_with_keys_but_its_reports_need_none(
    run: Run, tmp_path: Path, file: Path
) -> None:
    run("events", "send", file.name, "--data", "house")
    (tmp_path / "house" / "house.json").write_text('{"mode": "production"}')

    sent = run("events", "send", file.name, "--data", "house")
    reported = run("report", 2023, "--data", "house", "--format", "json")

    require_answer_in_words(sent, WRONG, "QINGFENG_EXCHANGE_AGENCY_KEYS")
    assert reported.code == 0


@pytest.mark.parametrize("words", ["events check one.jsonl", "events send one.jsonl", "serve --port {}"])
def test_a_directory_of_keys_that_cannot_be_read_is_told_in_a_sandbox_too(
    run: Run, tmp_path: Path, file: Path, words: str
) -> None:
    (tmp_path / "keys.json").write_text("no JSON")

    answer = run(*words.format(_free_port()).split(), QINGFENG_EXCHANGE_AGENCY_KEYS="keys.json")

    require_answer_in_words(answer, WRONG, "公钥文件 keys.json", "keys.json is no directory of keys")


def test_what_nobody_foresaw_is_said_briefly_and_written_down_elsewhere(run: Run, tmp_path: Path, file: Path) -> None:
    (tmp_path / "house").mkdir()
    (tmp_path / "house" / "play.json").write_text("{")

    answer = run("events", "send", file.name, "--data", "house")

    require_answer_in_words(answer, INTERNAL, "内部错误", "internal error")
    log = Path(re.findall(r"details in (\S+)", answer.said)[0])
    assert "Traceback" in log.read_text(encoding="utf-8")
    log.unlink()


def test_an_interrupted_run_says_how_to_go_on(tmp_path: Path) -> None:
    words = ["play", str(EXAMPLE), "--year", "2023", "--data", "data"]
    started = subprocess.Popen(
        [QINGFENG, *words], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )
    _wait_until(lambda: (tmp_path / "data" / "reporting.db").exists() and _is_locked(tmp_path / "data"))

    started.send_signal(signal.SIGINT)
    printed, said = started.communicate(timeout=30)

    require_answer_in_words(
        Answer(started.returncode, printed, said), INTERRUPTED, "已中断", "run the same command again"
    )


def test_a_reader_that_stops_reading_is_no_error(tmp_path: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{QINGFENG} rules --format json | head -c 1"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout, done.stderr) == ("[", "")


# Files of events.


def test_checking_the_example_finds_what_is_expected_of_it(run: Run) -> None:
    expected = json.loads(EXPECTED.read_text(encoding="utf-8"))["lines"]
    expected |= expected.pop("quarantined")

    answer = run("events", "check", EXAMPLE, "--format", "json")

    report = json.loads(answer.printed)
    assert answer.code == DIFFERENT
    assert report["counts"] == {name: number for name, number in expected.items() if name != "late_for_closed_month"}
    assert len(report["findings"]) == report["quarantined"] == 83
    assert all(
        CHINESE.search(found["zh"] + found["fix_zh"]) and found["en"] and found["fix_en"]
        for found in report["findings"]
    )


def test_checking_tells_line_by_line_what_would_make_it_pass(run: Run, city: City) -> None:
    answer = run("events", "check", city.file)

    assert answer.code == DIFFERENT
    assert "what would make it pass" in answer.printed
    assert "parked, waits for" in answer.printed
    require_fits(answer.printed)


def test_checking_a_clean_file_exits_0_and_keeps_nothing(run: Run, tmp_path: Path, file: Path) -> None:
    answer = run("events", "check", file.name)

    assert answer.code == 0
    assert lines_with(answer.printed, 1)
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_is_sent_again_takes_no_effect_twice(run: Run, file: Path) -> None:
    first = run("events", "send", file.name, "--data", "house")
    again = run("events", "send", file.name, "--data", "house")

    assert (first.code, again.code) == (0, 0)
    assert "APPLIED" in first.printed
    assert "RECEIVED_BEFORE" in again.printed
    assert "APPLIED" not in again.printed


# Reports.


def test_a_played_file_ends_with_its_figures_and_what_to_try_next(played: tuple[Path, str], city: City) -> None:
    _, printed = played

    for number in city.figures["annual"].values():
        assert lines_with(printed, number)
    assert "✓ 与 expected.json 全部一致" in printed
    assert f"qingfeng report {YEAR} --month 6 --data data" in printed
    require_fits(printed)


def test_a_report_says_the_same_in_three_formats(run: Run, played: tuple[Path, str], city: City) -> None:
    folder, _ = played

    table, as_json, as_csv = (
        run("report", YEAR, "--data", folder, "--format", form) for form in ("table", "json", "csv")
    )

    assert (table.code, as_json.code, as_csv.code) == (0, 0, 0)
    annual = json.loads(as_json.printed)["annual"]
    cells = {row["figure"]: row["value"] for row in csv.DictReader(io.StringIO(as_csv.printed)) if not row["dimension"]}
    assert annual == city.figures["annual"]
    assert {f"annual.{name}": str(number) for name, number in annual.items()}.items() <= cells.items()
    assert all(lines_with(table.printed, number) for number in annual.values())
    require_fits(table.printed)


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_a_month_is_reported_too(run: Run, played: tuple[Path, str], form: str) -> None:
    folder, _ = played

    answer = run("report", YEAR, "--month", 6, "--data", folder, "--format", form)

    assert answer.code == 0
    assert "persons_clarified,,0" in answer.printed if form == "csv" else "2024-06" in answer.printed
    require_fits(answer.printed if form == "table" else "")


def test_differences_from_expected_figures_are_listed_and_exit_1(
    run: Run, tmp_path: Path, played: tuple[Path, str], city: City
) -> None:
    folder, _ = played
    figures: dict[str, Any] = {**city.figures, "annual": {**city.figures["annual"], "persons_clarified": 987654}}
    (tmp_path / "other.json").write_text(json.dumps(figures))

    answer = run("play", city.file, "--year", YEAR, "--data", folder, "--check", "other.json")

    assert answer.code == DIFFERENT
    assert "persons_clarified" in answer.printed
    assert "987654" in answer.printed


def test_a_console_that_cannot_show_a_sign_does_not_end_the_command(tmp_path: Path, played: tuple[Path, str]) -> None:
    folder, _ = played

    answer = run_apart(tmp_path, "report", YEAR, "--data", folder, encoding="gbk")
    bare = run_apart(tmp_path, "nonsense", encoding="ascii")

    assert (answer.code, bare.code) == (0, WRONG)
    assert "年度五项" in answer.printed
    assert "No such command" in bare.said


def test_read_models_that_are_rebuilt_give_the_same_report(run: Run, played: tuple[Path, str]) -> None:
    folder, _ = played
    before = run("report", YEAR, "--data", folder, "--format", "json").printed

    answer = run("rebuild", "--data", folder)

    assert answer.code == 0
    assert "figures" in answer.printed
    assert run("report", YEAR, "--data", folder, "--format", "json").printed == before


# Rules.


@pytest.mark.parametrize("service", [*RULEBOOKS, "all"])
def test_the_rules_of_a_service_are_listed_whole(run: Run, service: str) -> None:
    table, as_json = run("rules", service), run("rules", service, "--format", "json")

    assert (table.code, as_json.code) == (0, 0)
    assert json.loads(as_json.printed) == rows(service)
    listed = set(re.findall(r"^│ (\S.*?) +│", table.printed, re.MULTILINE))
    assert {word for row in rows(service) for word in row["id"].split()} <= {w for cell in listed for w in cell.split()}
    require_fits(table.printed)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.05)


def _is_locked(folder: Path) -> bool:
    with (folder / "writer.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        return False
