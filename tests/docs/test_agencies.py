"""What docs/agencies.md tells an agency's engineers to type works as written, and prints what it says."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from services.exchange.domain.terms import EVENT_TYPES, KINDS
from shared.contracts.exchange import LineOutcome, QuarantineReason

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "agencies.md"
FENCE = re.compile(r"^```(?P<kind>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
START_S = 30


@dataclass(frozen=True)
class Block:
    """A fenced block: `sh run`, `sh serve`, `text` (what the block before it prints) or `python <file>`."""

    kind: str
    text: str


def blocks() -> list[Block]:
    return [Block(found["kind"], found["text"]) for found in FENCE.finditer(PAGE.read_text(encoding="utf-8"))]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Terminal:
    """The reader's two terminals: one in which a house serves, one for everything else."""

    folder: Path
    port: int
    house: subprocess.Popen[str] | None = None

    @property
    def environment(self) -> dict[str, str]:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        url = f"http://127.0.0.1:{self.port}"
        return {**os.environ, "PATH": path, "DATA": "trial", "PORT": str(self.port), "QINGFENG_URL": url}

    def serve(self, text: str) -> None:
        self.end()
        self.house = subprocess.Popen(
            ["bash", "-c", f"{_exec_last(text)}"],
            cwd=self.folder,
            env=self.environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        until = time.monotonic() + START_S
        while not self._is_ready():
            assert self.house.poll() is None, self.house.communicate()[1]
            assert time.monotonic() < until, "the house does not start"
            time.sleep(0.1)

    def run(self, text: str) -> str:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def end(self) -> None:
        if self.house is not None:
            self.house.terminate()
            self.house.communicate(timeout=START_S)
            self.house = None

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def _exec_last(text: str) -> str:
    """Let the shell become the house, so that ending the one ends the other."""
    assignments, _, command = text.strip().rpartition("qingfeng ")
    return f"{assignments}exec qingfeng {command}"


@contextmanager
def terminal(folder: Path) -> Iterator[Terminal]:
    opened = Terminal(folder, free_port())
    try:
        yield opened
    finally:
        opened.end()


def require_printed(promised: str, printed: str) -> None:
    """Each promised line stands in what was printed, in that order; `…` stands for anything within a line."""
    at = 0
    for line in promised.splitlines():
        found = re.compile("[^\n]*?".join(map(re.escape, line.split("…")))).search(printed, at)
        assert found, f"{line!r} is not printed after character {at} of\n{printed}"
        at = found.end()


def test_each_command_of_the_page_works_as_written_and_prints_what_the_page_says(tmp_path: Path) -> None:
    page = blocks()
    with terminal(tmp_path) as shell:
        printed = ""
        for block in page:
            match block.kind.split():
                case ["sh", "serve"]:
                    shell.serve(block.text)
                case ["sh", "run"]:
                    printed = shell.run(block.text)
                case ["python", name]:
                    (tmp_path / name).write_text(block.text, encoding="utf-8")
                case ["text"]:
                    require_printed(block.text, printed)


def test_each_promise_follows_the_command_that_keeps_it() -> None:
    kinds = [block.kind for block in blocks()]

    assert {"sh", "sh run", "sh serve", "text"} <= set(kinds)
    assert all(before == "sh run" for before, kind in pairwise(kinds) if kind == "text")


def test_the_reader_sets_the_same_variables_as_this_test(tmp_path: Path) -> None:
    exports = [block.text for block in blocks() if block.kind == "sh"]

    assert len(exports) == 1
    names = re.findall(r"(\w+)=", exports[0])
    assert names == ["DATA", "PORT", "QINGFENG_URL"]
    assert set(names) <= set(Terminal(tmp_path, 1).environment)


@pytest.mark.parametrize("word", [*LineOutcome, *QuarantineReason])
def test_each_outcome_and_each_reason_has_its_row(word: str) -> None:
    assert re.search(rf"^\| `{word}`", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_of_agency_is_named(kind: str) -> None:
    assert kind in PAGE.read_text(encoding="utf-8")


def test_each_type_named_on_the_page_is_one_of_the_contract() -> None:
    named = set(re.findall(r"\b[a-z]+\.[a-z_]+\.v[0-9]+\b", PAGE.read_text(encoding="utf-8")))

    assert named
    assert named <= set(EVENT_TYPES)
