"""A public fact that cannot be read: it is handed on as such, so that it stops its own case and no other."""

from datetime import UTC, date, datetime

from pydantic import ValidationError

from shared.kernel import Fact, Meta

NOTHING_KNOWN = Meta(on=date.min, at=datetime.min.replace(tzinfo=UTC), by="")


class Unreadable(Fact):
    """Stands where a fact stands whose form or name its reader does not know.

    name: the fact's name, as far as it could be read; why: the kind of trouble and its place, never content.
    """

    name: str = ""
    why: str


def why(error: Exception) -> str:
    """Return what is wrong in a few words without a value of it: content may stand in no log and in no dead letter."""
    if not isinstance(error, ValidationError):
        return type(error).__name__
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    return f"{first['type']} at {'.'.join(map(str, first['loc']))}"
