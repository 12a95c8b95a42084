"""Lines on their way in, and the receipts they get."""

from dataclasses import dataclass
from typing import Any

from shared.contracts.exchange import LineOutcome, QuarantineReason


@dataclass(frozen=True, slots=True)
class Line:
    """One line on its way in.

    receipt_id: the same for every redelivery of the same line of the same file; file, number: SHA-256 of the file and
    the line's place in it, from 1; topic_code: the agency's code in the Kafka topic it came on; digest, length: of
    the whole line, given where the content was cut off because it is too long.
    """

    receipt_id: str
    content: bytes
    file: str = ""
    number: int = 0
    topic_code: str = ""
    digest: str = ""
    length: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a line; outcome None: it could not be handled and stands among the dead lines."""

    receipt_id: str
    outcome: LineOutcome | None
    reason: QuarantineReason | None = None
    code: str = ""
    path: str = ""
    expected: str = ""
    source: str = ""
    event_id: str = ""
    event_type: str = ""
    arrived_as: LineOutcome | None = None


def receipt_of(row: Any) -> Receipt:
    """Read a receipt from its row."""
    return Receipt(
        receipt_id=row["receipt_id"],
        outcome=LineOutcome(row["outcome"]),
        reason=QuarantineReason(row["reason"]) if row["reason"] else None,
        code=row["code"],
        path=row["path"],
        expected=row["expected"],
        source=row["source"],
        event_id=row["event_id"],
        event_type=row["event_type"],
        arrived_as=LineOutcome(row["arrived_as"]),
    )
