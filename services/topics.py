"""`qingfeng topics`: the topics of the house as code; what would break order or lose facts is refused."""

import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from itertools import product
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel, ConfigDict
from rich.console import Console
from rich.table import Table

from shared.eventstore import StoreUnavailable

app = typer.Typer(help="Topics as code: what the broker lacks, and how it gets it.", no_args_is_help=True)
out = Console()
err = Console(stderr=True)

DECLARED = Path("infra/kafka/topics.toml")
DAY_MS = 86_400_000
FOR_EVER = "-1"


class Declared(BaseModel):
    """A topic as the file declares it; retention_days 0: kept for ever."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    owner: str
    key: str
    partitions: int
    retention_days: int
    contract: str

    @property
    def retention_ms(self) -> str:
        return str(self.retention_days * DAY_MS) if self.retention_days else FOR_EVER


class Existing(BaseModel):
    """A topic as the broker has it."""

    name: str
    partitions: int
    retention_ms: str


class Step(StrEnum):
    CREATE = "create"
    LENGTHEN = "keep longer"
    REFUSE = "refused"


class Change(BaseModel):
    """One step from what is there to what is declared; a refused one says why and what to do instead."""

    step: Step
    topic: str
    zh: str
    en: str


File = Annotated[Path, typer.Option("--file", help="the declaration")]
Servers = Annotated[str, typer.Option("--kafka", help="host:port of the broker", envvar="QINGFENG_KAFKA")]


@app.command("plan", epilog="Example: qingfeng topics plan --kafka 127.0.0.1:9092")
def plan_topics(servers: Servers = "127.0.0.1:9092", file: File = DECLARED) -> None:
    """Show what `apply` would do; nothing is changed. Exit 1 where something is refused."""
    with _answering(servers, file):
        _show(_changes(servers, file))


@app.command("apply", epilog="Example: qingfeng topics apply --kafka 127.0.0.1:9092")
def apply_topics(
    servers: Servers = "127.0.0.1:9092",
    file: File = DECLARED,
    replicas: Annotated[int, typer.Option(help="copies of each new topic", min=1)] = 1,
) -> None:
    """Create what is missing and lengthen what is kept too short. Does nothing at all where anything is refused."""
    with _answering(servers, file):
        changes = _changes(servers, file)
        if not _refused(changes):
            carry_out(servers, read_declared(file), changes, replicas)
        _show(changes)


@contextmanager
def _answering(servers: str, file: Path) -> Iterator[None]:
    """Say in words that the broker is away or the file is no declaration; exit 2."""
    try:
        yield
    except StoreUnavailable as away:
        zh = f"{servers} 没有应答：检查 --kafka，或先运行 make broker"
        en = f"{servers} does not answer: check --kafka, or run make broker first"
        err.print(f"{zh}\n{en} ({away})", soft_wrap=True, markup=False)
        raise typer.Exit(2) from away
    except (ValueError, TypeError, KeyError) as wrong:
        err.print(f"{file} 不是主题声明\n{file} declares no topics: {wrong}", soft_wrap=True, markup=False)
        raise typer.Exit(2) from wrong


def read_declared(file: Path) -> list[Declared]:
    """Return the topics that a file declares, each name once."""
    found = list(_declared(tomllib.loads(file.read_text(encoding="utf-8"))))
    names = [topic.name for topic in found]
    if len(names) != len(set(names)):
        raise ValueError(f"{file}: a topic is declared twice")
    return found


def _declared(content: dict[str, Any]) -> Iterator[Declared]:
    for entry in content.get("topic", []):
        for name in entry.pop("names"):
            yield Declared(name=name, **entry)
    for entry in content.get("family", []):
        pattern, kinds, districts = entry.pop("name"), entry.pop("kinds"), entry.pop("districts")
        for kind, district in product(kinds, districts):
            yield Declared(name=pattern.format(kind=kind, district=district), **entry)


def changes_between(existing: Sequence[Existing], declared: Sequence[Declared]) -> list[Change]:
    """Return what leads from one to the other. Topics that nobody declared are left alone."""
    there = {topic.name: topic for topic in existing}
    return [change for topic in declared for change in _towards(there.get(topic.name), topic)]


def _towards(there: Existing | None, topic: Declared) -> Iterator[Change]:
    if there is None:
        kept = f"{topic.retention_days} days" if topic.retention_days else "for ever"
        en = f"{topic.partitions} partition(s), kept {kept}"
        zh = f"{topic.partitions} 个分区，保留{f'{topic.retention_days} 天' if topic.retention_days else '不限期'}"
        yield Change(step=Step.CREATE, topic=topic.name, zh=zh, en=en)
        return
    if there.partitions != topic.partitions:
        yield Change(
            step=Step.REFUSE,
            topic=topic.name,
            zh=f"已有 {there.partitions} 个分区，声明为 {topic.partitions}：改变分区会打乱案件次序；请另立新版本主题",
            en=f"it has {there.partitions} partitions, {topic.partitions} are declared: another number would move keys "
            "and break each case's order; declare a new version of the topic instead",
        )
    if _shorter(topic.retention_ms, there.retention_ms):
        yield Change(
            step=Step.REFUSE,
            topic=topic.name,
            zh=f"现保留 {there.retention_ms} 毫秒，声明为 {topic.retention_ms}：缩短会丢失事实；请保持原值",
            en=f"it keeps {there.retention_ms} ms, {topic.retention_ms} are declared: shortening would lose facts; "
            "declare at least what it keeps",
        )
    elif topic.retention_ms != there.retention_ms:
        words = f"retention.ms {there.retention_ms} → {topic.retention_ms}"
        yield Change(step=Step.LENGTHEN, topic=topic.name, zh=words, en=words)


def _shorter(wanted: str, kept: str) -> bool:
    if wanted == FOR_EVER:
        return False
    return kept == FOR_EVER or int(wanted) < int(kept)


def existing_topics(servers: str, names: Sequence[str]) -> list[Existing]:
    """Return those of the names that the broker has."""
    from kafka.admin import ConfigResource, ConfigResourceType  # noqa: PLC0415

    from shared.messaging.cluster import Cluster, broker_answers  # noqa: PLC0415

    cluster = Cluster(servers)
    try:
        with broker_answers():
            admin = cluster.admin()
            there = sorted(set(admin.list_topics()) & set(names))
            if not there:
                return []
            told = {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics(there)}
            asked = [ConfigResource(ConfigResourceType.TOPIC, name, {"retention.ms": None}) for name in there]
            kept = admin.describe_configs(asked, config_filter="all")["topic"]
    finally:
        cluster.close()
    return [
        Existing(name=name, partitions=told[name], retention_ms=str(kept[name]["retention.ms"]["value"]))
        for name in there
    ]


def carry_out(servers: str, declared: Sequence[Declared], changes: Sequence[Change], replicas: int = 1) -> None:
    """Create and lengthen as the changes say; a repeat does nothing."""
    from kafka.admin import ConfigResource, ConfigResourceType  # noqa: PLC0415

    from shared.messaging.cluster import Cluster, broker_answers  # noqa: PLC0415

    named = {topic.name: topic for topic in declared}
    new = {
        change.topic: {
            "num_partitions": named[change.topic].partitions,
            "replication_factor": replicas,
            "configs": {"retention.ms": named[change.topic].retention_ms, "cleanup.policy": "delete"},
        }
        for change in changes
        if change.step is Step.CREATE
    }
    longer = [
        ConfigResource(ConfigResourceType.TOPIC, change.topic, {"retention.ms": named[change.topic].retention_ms})
        for change in changes
        if change.step is Step.LENGTHEN
    ]
    cluster = Cluster(servers)
    try:
        with broker_answers():
            if new:
                cluster.admin().create_topics(new, wait_for_metadata=True)
            if longer:
                cluster.admin().alter_configs(longer)
    finally:
        cluster.close()


def _changes(servers: str, file: Path) -> list[Change]:
    declared = read_declared(file)
    return changes_between(existing_topics(servers, [topic.name for topic in declared]), declared)


def _refused(changes: Sequence[Change]) -> bool:
    return any(change.step is Step.REFUSE for change in changes)


def _show(changes: Sequence[Change]) -> None:
    table = Table("step", "topic", "说明 / what", show_lines=False)
    for change in changes:
        table.add_row(change.step, change.topic, change.zh if change.zh == change.en else f"{change.zh}\n{change.en}")
    out.print(table if changes else "✓ 主题与声明一致 / the topics are as declared")
    if _refused(changes):
        raise typer.Exit(1)
