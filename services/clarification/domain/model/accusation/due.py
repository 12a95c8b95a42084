"""Deadlines of a false accusation case: transfers that are not accepted in time (F-13)."""

from collections.abc import Mapping
from datetime import date, timedelta

from services.clarification.domain.commands.accusation import PassTransferDeadline
from services.clarification.domain.states.accusation import AccusationCase
from services.clarification.domain.terms import JusticeKind, Stage
from shared.kernel import Command

ONE_DAY = timedelta(days=1)


def transfer_key(number: str) -> str:
    return f"{Stage.TRANSFER}:{number}"


def deadlines(case: AccusationCase) -> Mapping[str, date]:
    """Return what fires on which day; a clue that the police received has been accepted."""
    if not case.measures or any(one.kind is JusticeKind.CLUE_RECEIVED for one in case.justice):
        return {}
    return {
        key: measure.taken.accept_by + ONE_DAY
        for measure in case.measures
        if measure.taken.accept_by is not None
        and measure.result is None
        and (key := transfer_key(measure.taken.number)) not in case.breached
    }


def passing(kind: str, day: date) -> Command:
    """Return the command a deadline becomes on the day it fires."""
    _, _, number = kind.partition(":")
    return PassTransferDeadline(stage=Stage.TRANSFER, ref=number, due_on=day - ONE_DAY)
