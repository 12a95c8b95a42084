"""Topics as code: what is missing is created; what would break order or lose facts is refused."""

import subprocess
import sys
from pathlib import Path

import pytest

from services.topics import Declared, Existing, Step, changes_between, read_declared
from shared.contracts import OWNERS
from shared.testing.broker import Broker

ROOT = Path(__file__).parents[2]
DECLARED = ROOT / "infra" / "kafka" / "topics.toml"


def declared(partitions: int = 1, days: int = 0) -> Declared:
    return Declared(name="t", owner="o", key="k", partitions=partitions, retention_days=days, contract="c")


def existing(partitions: int = 1, retention_ms: str = "-1") -> Existing:
    return Existing(name="t", partitions=partitions, retention_ms=retention_ms)


@pytest.mark.parametrize(
    ("there", "wanted", "steps"),
    [
        (None, declared(), [Step.CREATE]),
        (existing(), declared(), []),
        (existing(retention_ms="86400000"), declared(days=1), []),
        (existing(retention_ms="86400000"), declared(days=2), [Step.LENGTHEN]),
        (existing(retention_ms="86400000"), declared(days=0), [Step.LENGTHEN]),
        (existing(retention_ms="172800000"), declared(days=1), [Step.REFUSE]),
        (existing(retention_ms="-1"), declared(days=400), [Step.REFUSE]),
        (existing(partitions=1), declared(partitions=3), [Step.REFUSE]),
        (existing(partitions=3), declared(partitions=1), [Step.REFUSE]),
        (existing(3, "-1"), declared(1, 1), [Step.REFUSE, Step.REFUSE]),
    ],
)
def test_what_would_break_order_or_lose_facts_is_refused(
    there: Existing | None, wanted: Declared, steps: list[Step]
) -> None:
    changes = changes_between([there] if there else [], [wanted])

    assert [change.step for change in changes] == steps
    assert all(change.zh and change.en for change in changes)


def test_a_topic_that_nobody_declared_is_left_alone() -> None:
    assert changes_between([Existing(name="other", partitions=1, retention_ms="1")], []) == []


def test_every_owner_has_its_topic_in_one_partition_kept_for_ever_and_one_for_dead_letters() -> None:
    found = {topic.name: topic for topic in read_declared(DECLARED)}

    for owner in OWNERS:
        facts = found[f"{owner}.facts.v1"]
        assert (facts.partitions, facts.retention_ms) == (1, "-1")
        assert f"{owner}.facts.v1.dlt" in found
    assert "agency.police.330206.v1" in found


def test_a_name_may_be_declared_once(tmp_path: Path) -> None:
    entry = '[[topic]]\nnames=["a"]\nowner="o"\nkey="k"\npartitions=1\nretention_days=1\ncontract="c"\n'
    (tmp_path / "twice.toml").write_text(entry * 2, encoding="utf-8")

    with pytest.raises(ValueError, match="declared twice"):
        read_declared(tmp_path / "twice.toml")


@pytest.mark.parametrize(
    ("content", "words"),
    [("", "does not answer"), ("[[topic]]\nnames = 3", "declares no topics"), ("x", "declares no topics")],
)
def test_what_cannot_be_done_is_said_in_words(tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / "topics.toml"
    file.write_text(content or DECLARED.read_text(encoding="utf-8"), encoding="utf-8")
    options = ("--kafka", "127.0.0.1:1", "--file", str(file))
    command = (sys.executable, "-W", "ignore", "-m", "services.main", "topics", "plan", *options)

    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)

    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_apply_creates_what_plan_showed_and_then_there_is_nothing_left(broker: Broker, tmp_path: Path) -> None:
    entry = '[[topic]]\nnames=["{}"]\nowner="o"\nkey="k"\npartitions={}\nretention_days={}\ncontract="c"\n'
    file = tmp_path / "topics.toml"

    def run(command: str, partitions: int, days: int) -> tuple[int, str]:
        file.write_text(entry.format(f"made-{tmp_path.name}", partitions, days), encoding="utf-8")
        options = ("--kafka", broker.servers, "--file", str(file))
        words = (sys.executable, "-W", "ignore", "-m", "services.main", "topics", command, *options)
        done = subprocess.run(words, cwd=ROOT, check=False, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    answers = [
        run("plan", 2, 5),
        run("apply", 2, 5),
        run("plan", 2, 5),
        run("apply", 2, 9),
        run("plan", 2, 9),
        run("apply", 3, 9),
        run("apply", 2, 1),
        run("plan", 2, 9),
    ]

    assert [code for code, _ in answers] == [0, 0, 0, 0, 0, 1, 1, 0], answers
    assert ["as declared" in words for _, words in answers] == [False, False, True, False, True, False, False, True]
