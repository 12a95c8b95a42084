"""The case that is measured: an account whose command makes five entries of about 500 bytes each."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from shared.casework import Casework, Order
from shared.eventstore import Database, open_log
from shared.holidays import published_workdays
from shared.kernel import Actor, Command, Context, Fact, Model, Policy, Role, SandboxClock, Task
from shared.security import directory
from shared.testing.story import plain_seal

ENTRIES = 5
TEXT = "核实情况与处理意见" * 7 + "the entry's own words, long enough to be like a real one " * 2
POLICY = Policy(policy_id="ledger", version=1, effective_from="2023-01-01", scope="330200", sources={})
CLERK: Actor = directory.person("330206", Role.HANDLER)
TODAY = date(2023, 3, 6)


class EntryMade(Fact):
    fact_name = "ledger.entry_made.v1"
    zh = "记第 {number} 条"
    en = "entry {number} was made"
    number: int
    made_on: date
    text: str


class OpenAccount(Command):
    pass


class MakeEntries(Command):
    name = "entries"
    roles = frozenset({Role.HANDLER})
    text: str


@dataclass(frozen=True, slots=True)
class Account:
    """How many entries an account has, and since when the last one."""

    entries: int = 0
    last_on: date | None = None


def decide(state: Account, command: Any, context: Context) -> Sequence[Fact]:
    numbers = range(state.entries + 1, state.entries + ENTRIES + 1)
    text = command.text if isinstance(command, MakeEntries) else TEXT
    return [EntryMade(number=number, made_on=context.today, text=text) for number in numbers]


def evolve(_state: Account, fact: Any) -> Account:
    return Account(fact.number, fact.made_on)


def tasks(state: Account) -> Sequence[Task]:
    return (Task("entries", Role.HANDLER, "330206", state.last_on or TODAY),)


def summary(state: Account) -> Mapping[str, Any]:
    return {"status": "OPEN", "body": "330206", "district": "330206", "entries": state.entries}


LEDGER: Model[Account] = Model(
    kind="account",
    initial=lambda _case_id: Account(),
    decide=decide,
    evolve=evolve,
    facts=(EntryMade,),
    commands=(OpenAccount, MakeEntries),
    tasks=tasks,
    summary=summary,
)


def open_ledger(place: Path | Database) -> Casework:
    """Open a ledger in a folder, or in a schema of PostgreSQL that has its tables."""
    return Casework(
        log=open_log("ledger", place / "ledger.db" if isinstance(place, Path) else place, LEDGER.facts),
        models={LEDGER.kind: LEDGER},
        clock=SandboxClock(datetime(2024, 2, 1, tzinfo=UTC), TODAY),
        policy=POLICY,
        workdays=published_workdays(),
        seal=plain_seal,
        public=frozenset({EntryMade.fact_name}),
    )


def opening(number: int) -> Order:
    """Return the order that opens an account with its first five entries, under an id of its own."""
    return Order(f"account:{number:07}", OpenAccount(), Actor.system("ledger"), f"opening-{number:07}")


def entering(number: int, turn: int) -> Order:
    """Return a person's order for five more entries."""
    return Order(f"account:{number:07}", MakeEntries(text=TEXT), CLERK, f"entries-{number:07}-{turn}")


def orders(facts: int, *, accounts: int = 10_000) -> Iterator[Order]:
    """Yield the orders that make so many facts, five each, over the accounts in turn."""
    for number in range(facts // ENTRIES):
        turn, account = divmod(number, accounts)
        yield entering(account, turn) if turn else opening(account)


def groups(facts: int, group: int = 100) -> Iterator[list[Order]]:
    """Yield the orders in groups for one transaction each."""
    coming = orders(facts)
    while part := list(itertools.islice(coming, group)):
        yield part
