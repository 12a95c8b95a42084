"""What other services tell the exchange: a number of ours is out; an accuser turned out to be none."""

from shared.kernel import Command


class RecordNumberOfOurs(Command):
    """number: `<kind>|<number>`, as answers wait for it."""

    name = "number-of-ours"
    number: str


class RecordNotFalse(Command):
    """The report was mistaken, not false: the sealed token of its author is destroyed (F-4a)."""

    name = "not-false"
    report_token: str
