"""Files of agency events: read a line at a time, checked without being sent, or sent through the door."""

import gzip
import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, cast

from pydantic import BaseModel

from services.exchange.application import Exchange, FileReader
from services.exchange.bootstrap import ExchangeService, build
from services.exchange.domain.errors import words
from services.exchange.domain.reading import is_blank
from services.exchange.receipts import Line, Receipt
from shared.kernel import SandboxClock, SystemClock, Workdays
from shared.service import Kit

GZIP = b"\x1f\x8b"
BATCH = 500
SHOWN = 1_000
RECEIVED_BEFORE = "RECEIVED_BEFORE"
DEAD = "DEAD"


class Finding(BaseModel):
    """One line that would be quarantined: where, why, and what would make it pass."""

    line: int
    reason: str
    code: str
    path: str
    zh: str
    en: str
    fix_zh: str
    fix_en: str


class Waiting(BaseModel):
    """One line that would stay parked at the end of the file, and what it waits for."""

    line: int
    event_type: str
    waits_for: list[str]


class FileReport(BaseModel):
    """What would become of a file's lines in an empty exchange.

    counts: lines by outcome and by reason of quarantine; findings and parked: the first ones, in file order.
    """

    file: str
    sha256: str
    counts: dict[str, int]
    quarantined: int
    findings: list[Finding]
    parked: list[Waiting]


def sha256_of(path: Path) -> str:
    """Return the digest of a file as it lies there, packed or plain: it names the file's deliveries."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def lines_of(path: Path, sha256: str, *, after: int = 0, longest: int = 65_536) -> Iterator[Line]:
    """Yield a file's lines that are not blank and come after a line number; plain or gzip.

    Of a line that is too long only the beginning is kept in memory, with the digest and length of the whole.
    """
    with _opened(path) as file:
        number = 0
        while line := _next_line(file, longest):
            number += 1
            content, length, digest, blank = line
            if number > after and not blank:
                yield Line(f"{sha256[:12]}-{number}", content, sha256, number, digest=digest, length=length)


def _opened(path: Path) -> BinaryIO:
    with path.open("rb") as plain:
        is_gzip = plain.read(2) == GZIP
    return cast(BinaryIO, gzip.open(path, "rb")) if is_gzip else path.open("rb")


def _next_line(file: BinaryIO, longest: int) -> tuple[bytes, int, str, bool] | None:
    content = file.readline(longest + 3)
    if not content:
        return None
    if content.endswith(b"\n") or len(content) < longest + 3:
        content = content.removesuffix(b"\n")
        return content, len(content), "", is_blank(content)
    digest, length, blank, part = hashlib.sha256(), 0, True, content
    while part:
        text = part.removesuffix(b"\n")
        digest.update(text)
        length += len(text)
        blank = blank and is_blank(text)
        part = b"" if part.endswith(b"\n") else file.readline(longest)
    return content, length, digest.hexdigest(), blank


def read_file(exchange: Exchange, path: Path, sha256: str) -> FileReader:
    """Return a reader of the file that goes on after the last line that has its receipt."""
    after = exchange.resume_at(sha256)
    return exchange.reader(sha256, lines_of(path, sha256, after=after, longest=exchange.door.policy.line_bytes))


def send_file(exchange: Exchange, path: Path) -> dict[str, int]:
    """Send a file through the door; return the lines by outcome. Sent again, it goes on where it stopped."""
    sha256 = sha256_of(path)
    before = exchange.resume_at(sha256)
    counts: Counter[str] = Counter()
    lines = lines_of(path, sha256, after=before, longest=exchange.door.policy.line_bytes)
    while batch := list(islice(lines, BATCH)):
        counts.update(map(outcome_of, exchange.receive_all(batch, door="file")))
    if before:
        counts[RECEIVED_BEFORE] = before
    return dict(sorted(counts.items()))


def outcome_of(receipt: Receipt) -> str:
    """Return a receipt's outcome in one word, the reason where it was quarantined."""
    if receipt.outcome is None:
        return DEAD
    return str(receipt.reason or receipt.outcome)


def check_file(path: Path, wall: datetime | None = None) -> FileReport:
    """Say what would become of a file's lines in an empty exchange; nothing is sent or kept.

    Duplicates, conflicts, corrections and parking are found too: the same code runs over a folder that is thrown away.
    """
    now = wall or SystemClock().wall()
    with TemporaryDirectory(prefix="qingfeng-check-") as folder:
        clock = SandboxClock(now, now.date())
        kit = Kit(
            Path(folder), clock, Workdays([]), _seal_nothing, _seal_nothing, _destroy_nothing, survives_power_loss=False
        )
        service = build(kit)
        try:
            return _report(service, path)
        finally:
            service.log.store.datastore.close()
            service.cases.view.store.datastore.close()


def _report(service: ExchangeService, path: Path) -> FileReport:
    sha256 = sha256_of(path)
    lines = lines_of(path, sha256, longest=service.exchange.door.policy.line_bytes)
    while batch := list(islice(lines, BATCH)):
        service.exchange.receive(batch, door="check")
    counts = service.lines.counts()
    reasons: dict[str, int] = counts.pop("quarantined")
    return FileReport(
        file=path.name,
        sha256=sha256,
        counts={**counts, **reasons},
        quarantined=sum(reasons.values()),
        findings=[_finding(row) for row in service.lines.quarantined(limit=SHOWN)],
        parked=[_waiting(row) for row in service.lines.parked(limit=SHOWN)],
    )


def _finding(row: dict[str, Any]) -> Finding:
    zh, fix_zh = words(row["code"], "zh", row["path"], row["expected"])
    en, fix_en = words(row["code"], "en", row["path"], row["expected"])
    shown = {name: row[name] for name in ("line", "reason", "code", "path")}
    return Finding(**shown, zh=zh, en=en, fix_zh=fix_zh, fix_en=fix_en)


def _waiting(row: dict[str, Any]) -> Waiting:
    line = int(str(row["receipt_id"]).rpartition("-")[2])
    return Waiting(line=line, event_type=row["event_type"], waits_for=row["waits_for"])


def _destroy_nothing(_owner: str) -> None:
    """Nothing was sealed in a folder that is thrown away."""


def _seal_nothing(_owner: str, _text: str) -> str:
    return ""
