"""The one command of the exchange: a number of ours is out, so answers to it may come in."""

from shared.kernel import Command


class RecordNumberOfOurs(Command):
    """number: `<kind>|<number>`, as answers wait for it."""

    name = "number-of-ours"
    number: str
