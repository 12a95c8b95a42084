"""A year's campaign (大回访), opened by a person; and the roll of enrolled persons, so that each gets its session."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.revisit.domain import commands as c
from services.revisit.domain import events as e
from services.revisit.domain.errors import CampaignBodyTooLow, CampaignOfAnotherYear, NotPossibleInState
from shared.kernel import BodyLevel, Command, Context, Fact, Model, Role, Task, body_level, city_of

YEAR_OVER = "year-over"
ROLL_STREAM = "roll:revisit"


@dataclass(frozen=True, slots=True)
class Campaign:
    """The campaign of one year; body: the one that is to open it, or has."""

    case_id: str
    body: str = ""
    noted_on: date | None = None
    due_on: date | None = None
    opened_on: date | None = None
    lapsed: bool = False

    @property
    def is_due(self) -> bool:
        return self.noted_on is not None and self.opened_on is None and not self.lapsed

    @property
    def year(self) -> int:
        return int(self.case_id) if self.case_id.isascii() and self.case_id.isdigit() else 0


def campaign_of(year: int) -> str:
    return f"campaign:{year}"


def decide(state: Campaign, command: Command, context: Context) -> Sequence[Fact]:
    if isinstance(command, c.RemindOfCampaign):
        return _remind(state, command, context)
    if isinstance(command, c.PassDeadline):
        return (e.CampaignLapsed(year=state.year),) if state.is_due else ()
    return _open(state, context)


def _remind(state: Campaign, command: c.RemindOfCampaign, context: Context) -> Sequence[Fact]:
    if state.noted_on or state.opened_on:
        return ()
    limit = context.workdays.after(context.today, context.policy.open_campaign_within)
    due_on = min(limit, date(command.year, 12, 31)) if limit else None
    return (e.CampaignDue(year=command.year, body=command.body, noted_on=context.today, due_on=due_on),)


def _open(state: Campaign, context: Context) -> Sequence[Fact]:
    """Open the campaign of the current year, as the body reminded, or, if none was, as one of city level or above."""
    if state.opened_on is not None:
        raise NotPossibleInState(state="OPEN", command=c.OpenCampaign.name, states="DUE")
    if state.year != context.today.year:
        raise CampaignOfAnotherYear(year=state.case_id)
    body = context.actor.body
    if state.body not in ("", body) or body_level(body) < BodyLevel.CITY:
        raise CampaignBodyTooLow(body=state.body or city_of(body))
    return (e.CampaignOpened(year=state.year, body=body, opened_on=context.today),)


def evolve(state: Campaign, fact: Any) -> Campaign:
    if isinstance(fact, e.CampaignDue):
        return replace(state, body=fact.body, noted_on=fact.noted_on, due_on=fact.due_on)
    if isinstance(fact, e.CampaignLapsed):
        return replace(state, lapsed=True)
    return replace(state, body=fact.body, opened_on=fact.opened_on)


def deadlines(state: Campaign) -> Mapping[str, date]:
    return {YEAR_OVER: date(state.year + 1, 1, 1)} if state.is_due else {}


def pass_deadline(kind: str, day: date) -> Command:
    return c.PassDeadline(kind=kind, fires_on=day)


def tasks(state: Campaign) -> Sequence[Task]:
    if state.noted_on is None or not state.is_due:
        return ()
    return (
        Task(
            step=c.OpenCampaign.name,
            role=Role.DEPUTY_IN_CHARGE,
            body=state.body,
            opened_on=state.noted_on,
            due_on=state.due_on,
        ),
    )


def summary(state: Campaign) -> Mapping[str, Any]:
    return {
        "status": "OPEN" if state.opened_on else "LAPSED" if state.lapsed else "DUE",
        "body": state.body,
        "district": state.body,
        "level": "",
        "subject": "",
        "year": state.year,
        "opened_on": state.opened_on,
    }


CAMPAIGN = Model(
    kind="campaign",
    initial=Campaign,
    decide=decide,
    evolve=evolve,
    facts=(e.CampaignDue, e.CampaignOpened, e.CampaignLapsed),
    commands=(c.RemindOfCampaign, c.PassDeadline, c.OpenCampaign),
    deadlines=deadlines,
    tasks=tasks,
    summary=summary,
    pass_deadline=pass_deadline,
)


@dataclass(frozen=True, slots=True)
class Roll:
    """Who was ever enrolled, and in which cities persons were handled. One roll: `roll:revisit`."""

    case_id: str
    tokens: frozenset[str] = frozenset()
    cities: frozenset[str] = frozenset()


def decide_roll(state: Roll, command: Command, _context: Context) -> Sequence[Fact]:
    match command:
        case c.NoteCity(city=city) if city not in state.cities:
            return (e.CityNoted(city=city),)
        case c.RecordEnrolment(subject_token=token) if token not in state.tokens:
            return (e.RollEntered(subject_token=token),)
        case _:
            return ()


def evolve_roll(state: Roll, fact: Any) -> Roll:
    if isinstance(fact, e.CityNoted):
        return replace(state, cities=state.cities | {fact.city})
    return replace(state, tokens=state.tokens | {fact.subject_token})


def summarise_roll(state: Roll) -> Mapping[str, Any]:
    return {"status": "KEPT", "persons": len(state.tokens), "cities": sorted(state.cities)}


ROLL = Model(
    kind="roll",
    initial=Roll,
    decide=decide_roll,
    evolve=evolve_roll,
    facts=(e.CityNoted, e.RollEntered),
    commands=(c.NoteCity, c.RecordEnrolment),
    summary=summarise_roll,
)
