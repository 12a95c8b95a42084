"""A service put together: its casework, its reading of others, its read side; driven by a worker or by `play`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from shared.caseview import CaseView
from shared.casework import Casework, Order, Outcome, Reaction
from shared.contracts import public_facts
from shared.eventstore import Database, Log, Place, View, open_log
from shared.kernel import Actor, Clock, Command, Fact, Model, Policy, Workdays
from shared.messaging.consumer import Consumer
from shared.messaging.port import Source, parts


class Projection(Protocol):
    """A further read model of a service; `pull` projects the next batch and returns how many facts it read."""

    def pull(self) -> int: ...


@runtime_checkable
class StoredProjection(Projection, Protocol):
    """A read model that keeps its rows in a view of its own."""

    view: View


@dataclass(frozen=True)
class Kit:
    """What every service is given by the composition root: where data lies, the clocks, the working days, the keys.

    destroy(owner): what was sealed for the owner can never be read again.
    survives_power_loss: are commits forced to the disk; a sandbox only has to survive the death of its process.
    database: the URL of a PostgreSQL database for logs and read models, `{service}` in it stands for a service's name;
    without it they are SQLite files in the folder.
    """

    folder: Path
    clock: Clock
    workdays: Workdays
    seal: Callable[[str, str], str]
    unseal: Callable[[str, str], str]
    destroy: Callable[[str], None]
    survives_power_loss: bool = True
    database: str | None = None

    def log_place(self, service: str) -> Place:
        if self.database is None:
            return self.folder / f"{service}.db"
        return Database(self.database.replace("{service}", service), service)

    def view_place(self, service: str, part: str = "") -> Place:
        """Return the place of a service's case view, or of a further read model of it by name."""
        if self.database is None:
            return self.folder / "views" / f"{f'{service}-{part}' if part else service}.db"
        return Database(self.database.replace("{service}", service), f"{service}_{part or 'cases'}")


@dataclass
class Service:
    """One service in one process.

    commands: model kind → URL segment → command; what HTTP, pages and the simulated office may send.
    """

    name: str
    casework: Casework
    cases: CaseView
    commands: Mapping[str, Mapping[str, type[Command]]]
    consumers: list[Consumer] = field(default_factory=list)
    projections: list[Projection] = field(default_factory=list)
    unseal: Callable[[str, str], str] = lambda _owner, _sealed: ""

    @property
    def log(self) -> Log:
        return self.casework.log

    def create_tables(self) -> None:
        """Create the tables of the log and of all read models, where they are not there yet.

        For PostgreSQL, once, as their owner, before workers start; SQLite files have theirs from the opening on.
        """
        views = [self.cases.view, *(one.view for one in self.projections if isinstance(one, StoredProjection))]
        for store in (self.log.store, *(view.store for view in views)):
            store.create_tables()

    def subscribe(self, sources: Sequence[Source], reactions: Mapping[type[Fact], Reaction]) -> None:
        """Read the sources with one table of reactions: fact → orders."""
        self.consumers += [Consumer(self.casework, part, reactions) for source in sources for part in parts(source)]

    def send(self, kind: str, case_id: str, segment: str, body: Mapping[str, Any], actor: Actor, key: str) -> Outcome:
        """Carry out one command by its URL segment, exactly once per idempotency key."""
        return self.send_many([(kind, case_id, segment, body, actor, key)])[0]

    def send_many(self, requests: Sequence[tuple[str, str, str, Mapping[str, Any], Actor, str]]) -> list[Outcome]:
        """Carry out commands in one transaction, each with its own outcome; a malformed body raises ValidationError."""
        orders = [
            Order(
                f"{kind}:{case_id}", self.commands[kind][segment].model_validate(body), actor, key, correlation_id=key
            )
            for kind, case_id, segment, body, actor, key in requests
        ]
        return self.casework.handle(orders)

    def pull(self) -> int:
        """Read what others published and fire what is due, once; return how much was done."""
        done = sum(consumer.pull() for consumer in self.consumers)
        return done + self.casework.fire_deadlines(self.casework.clock.business())

    def project(self) -> int:
        """Bring the read models forward by one batch each; return how many facts were read."""
        return self.cases.pull() + sum(projection.pull() for projection in self.projections)


def segments(model: Model[Any]) -> dict[str, type[Command]]:
    """Return the commands of a model that a person may send, by URL segment."""
    return {command.name: command for command in model.commands if command.roles}


def build_service(
    name: str, kit: Kit, models: Sequence[Model[Any]], policy: Policy, tables: Sequence[str] = ()
) -> Service:
    """Open a service's log and views at the kit's places and wire its models to them."""
    facts = [fact for model in models for fact in model.facts]
    log = open_log(name, kit.log_place(name), facts, tables, survives_power_loss=kit.survives_power_loss)
    casework = Casework(
        log=log,
        models={model.kind: model for model in models},
        clock=kit.clock,
        policy=policy,
        workdays=kit.workdays,
        seal=kit.seal,
        public=frozenset(fact.fact_name for fact in public_facts(name)),
    )
    cases = CaseView(kit.view_place(name), casework)
    return Service(name, casework, cases, {model.kind: segments(model) for model in models}, unseal=kit.unseal)
