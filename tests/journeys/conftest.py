"""Journeys through the whole house, by its command line, as a user would."""

import gzip
import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.city.generator import GeneratedCity, generate

ROOT = Path(__file__).parents[2]
QINGFENG = (sys.executable, "-m", "services.main")


@dataclass(frozen=True)
class City:
    """A generated city on disk: its file of agency events, what it must give, the names that may stand nowhere."""

    file: Path
    expected: Path
    figures: Mapping[str, Any]
    names: tuple[str, ...]
    year: int

    def play(self, data: Path, *options: str) -> tuple[str, ...]:
        return (*QINGFENG, "play", str(self.file), "--year", str(self.year), "--data", str(data), *options)


def write_city(folder: Path, generated: GeneratedCity, year: int) -> City:
    folder.mkdir(parents=True, exist_ok=True)
    file, expected = folder / "city.jsonl.gz", folder / "expected.json"
    file.write_bytes(gzip.compress(b"\n".join(generated.lines) + b"\n"))
    expected.write_text(json.dumps(generated.expected), encoding="utf-8")
    return City(file, expected, generated.expected, tuple(generated.names), year)


def run(*command: str, code: int = 0) -> str:
    """Run a command to its end; return what it printed."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == code, f"{command}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def figures_of(printed: str) -> dict[str, Any]:
    """Return a report's JSON without what differs between two runs of the same year."""
    return {key: value for key, value in json.loads(printed).items() if key not in {"run", "differences"}}


@pytest.fixture(scope="session")
def city_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int, str, int, float], City]:
    def make(seed: int, code: str, year: int, scale: float) -> City:
        return write_city(tmp_path_factory.mktemp("city"), generate(seed, code, year, scale), year)

    return make


@pytest.fixture(scope="session")
def small_city(city_of: Callable[[int, str, int, float], City]) -> City:
    """A small city of another province and year than the sample's."""
    return city_of(11, "320500", 2024, 0.05)


@pytest.fixture(scope="session")
def played(small_city: City, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The small city, played to its end: its data folder and its report."""
    data = tmp_path_factory.mktemp("played")
    return data, json.loads(run(*small_city.play(data, "--format", "json", "--check", str(small_city.expected))))


@dataclass(frozen=True)
class Server:
    """A served data folder: its process, and what a person sends and reads there."""

    data: Path
    process: subprocess.Popen[bytes]
    http: httpx.Client

    def read(self, path: str, person: str = "", language: str = "zh", **params: Any) -> httpx.Response:
        headers = {"X-Qingfeng-Person": person, "Accept-Language": language}
        return self.http.get(path, params=params, headers=headers)

    def send(
        self, path: str, body: Any, person: str = "", *, key: str | None = None, language: str = "zh"
    ) -> httpx.Response:
        """Send a command, under a fresh idempotency key if none is named; an empty one is left out."""
        headers = {"X-Qingfeng-Person": person, "Accept-Language": language}
        key = str(uuid.uuid4()) if key is None else key
        if key:
            headers["Idempotency-Key"] = key
        return self.http.post(path, json=body, headers=headers)

    def deliver(self, *events: Mapping[str, Any], language: str = "zh") -> httpx.Response:
        """Send agency events as lines, as an agency would."""
        lines = "".join(f"{json.dumps(event, ensure_ascii=False)}\n" for event in events).encode()
        headers = {"Content-Type": "application/x-ndjson", "Accept-Language": language}
        return self.http.post("/exchange/events", content=lines, headers=headers)

    def end(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal; return the exit code, within ten seconds or not at all."""
        self.process.send_signal(by)
        return self.process.wait(timeout=10)


@contextmanager
def serving(data: Path, *options: str, **environment: str) -> Iterator[Server]:
    """Serve a data folder on a free port until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = (*QINGFENG, "serve", "--data", str(data), "--port", str(port), *options)
    with (data.parent / f"{data.name}-serve.log").open("ab") as words:
        process = subprocess.Popen(command, cwd=ROOT, stdout=words, stderr=words, env={**os.environ, **environment})
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:
            server = Server(data, process, http)
            _wait_until_ready(server)
            yield server
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def _wait_until_ready(server: Server) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert server.process.poll() is None, "the server ended before it was ready"
        with suppress(httpx.TransportError):
            if server.read("/health/ready").status_code == 200:
                return
        time.sleep(0.05)
    raise AssertionError("the server was not ready within 30 seconds")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A sandbox that nobody used before, served; its tests take subjects and reports of their own."""
    with serving(tmp_path_factory.mktemp("house") / "data") as served:
        yield served
