"""Public facts of the exchange: a receipt for every line, the sandbox's clock, and what the agencies told us."""

from datetime import date
from enum import StrEnum

from shared.contracts.agency import AGENCY_FACTS
from shared.kernel import Fact


class LineOutcome(StrEnum):
    APPLIED = "APPLIED"
    PARKED = "PARKED"
    DUPLICATE = "DUPLICATE"
    QUARANTINED = "QUARANTINED"


class QuarantineReason(StrEnum):
    MALFORMED = "MALFORMED"
    PERSONAL_DATA = "PERSONAL_DATA"
    UNKNOWN_TYPE = "UNKNOWN_TYPE"
    NOT_PERMITTED = "NOT_PERMITTED"
    SIGNATURE = "SIGNATURE"
    CLOCK = "CLOCK"
    SCHEMA = "SCHEMA"
    DUPLICATE_CONFLICT = "DUPLICATE_CONFLICT"


class LineReceived(Fact):
    """One line has its receipt. Stream `receipt:<receipt id>`.

    source, event_type, business_on, published_on are there where they could be read and may be kept.
    """

    fact_name = "exchange.line_received.v1"
    zh = "收到一条来文：{outcome}"
    en = "a line was received: {outcome}"
    receipt_id: str
    door: str
    outcome: LineOutcome
    reason: QuarantineReason | None = None
    source: str = ""
    event_type: str = ""
    supersedes: bool = False
    business_on: date | None = None
    published_on: date | None = None


class LineReleased(Fact):
    """A parked line left its parking: applied, or found wrong when its target appeared."""

    fact_name = "exchange.line_released.v1"
    zh = "暂存的来文已处理：{outcome}"
    en = "a parked line was released: {outcome}"
    receipt_id: str
    outcome: LineOutcome
    reason: QuarantineReason | None = None


class BusinessClockAdvanced(Fact):
    """The sandbox's business clock was moved to a day. Stream `clock:business`. Refused in production."""

    fact_name = "exchange.business_clock_advanced.v1"
    zh = "业务时钟拨到 {day}"
    en = "the business clock was moved to {day}"
    day: date


FACTS: tuple[type[Fact], ...] = (LineReceived, LineReleased, BusinessClockAdvanced, *AGENCY_FACTS)
