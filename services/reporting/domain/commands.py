"""What persons and the house want done to a recommendation (推荐使用) and to a month's figures."""

from typing import ClassVar

from shared.contracts.reporting import Restatement
from shared.kernel import Command


class RecordMonthClosed(Command):
    """Close a month with its figures as they stand (封账)."""

    name: ClassVar[str] = "close"
    figures: dict[str, int]
    restatements: tuple[Restatement, ...] = ()
    positions: dict[str, int]
