"""The tests' broker: gone with whoever started it; where none can be had, what is missing is named."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shared.testing import broker as brokers
from shared.testing.broker import Broker, NoBroker, OwnBroker, kafka

ROOT = Path(__file__).parents[3]


def answers(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def test_a_named_broker_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QINGFENG_TEST_KAFKA", "kafka.example:9092")

    with kafka() as named:
        assert named.servers == "kafka.example:9092"


def test_without_java_or_maven_it_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QINGFENG_TEST_KAFKA", raising=False)
    monkeypatch.setattr(brokers, "_engine_answers", lambda: False)
    monkeypatch.setattr(brokers, "_java", lambda: "java")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(NoBroker, match=r"QINGFENG_TEST_KAFKA.*container engine.*Maven"), kafka():
        pass


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_the_broker_goes_with_whoever_started_it(broker: Broker, tmp_path: Path, how: signal.Signals) -> None:
    if not isinstance(broker, OwnBroker):
        pytest.skip("the broker at hand is not from jars")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = (sys.executable, "-m", "shared.testing.broker", str(port))
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == f"QINGFENG_KAFKA=127.0.0.1:{port}\n".encode()
        assert answers(port)
        owner.send_signal(how)
        owner.wait(timeout=20)

    deadline = time.monotonic() + 10
    while answers(port) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not answers(port)
