"""The live indicators as a process of its own: `python -m services.reporting.live` (faust-streaming).

It reads the topics of all owners from their beginning at each start, under a consumer group of its own, and keeps the
indicators in memory: no table, no changelog, no committed position that a kill -9 could count twice. What comes twice
is dropped by the id of the fact. Indicators and rules are those of the embedded default, by the same functions.
"""

import tempfile
import time
import uuid
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING, Any

import structlog
from kafka import KafkaConsumer, TopicPartition
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.reporting.bootstrap import POLICY
from services.reporting.domain.live import Indicators, LiveReport
from services.reporting.domain.terms import ReportingPolicy
from services.reporting.noticing import NOTICED, notice_of
from shared.contracts.exchange import BusinessClockAdvanced
from shared.kernel import Fact, SystemClock, load_policy
from shared.messaging.cluster import READER, Cluster, Topic, broker_answers
from shared.messaging.envelope import from_message, topic_of
from shared.messaging.port import TransportUnavailable

if TYPE_CHECKING:
    import faust

log = structlog.get_logger()

FACTS: Mapping[str, Mapping[str, type[Fact]]] = {
    owner: {fact.fact_name: fact for fact in facts} | {BusinessClockAdvanced.fact_name: BusinessClockAdvanced}
    for owner, facts in NOTICED.items()
}


class LiveSettings(BaseSettings):
    """From the environment: QINGFENG_KAFKA, QINGFENG_LIVE_HOST, QINGFENG_LIVE_PORT, QINGFENG_LIVE_WAIT_S,
    QINGFENG_TOPIC_PREFIX (before the names of all topics, for trials)."""

    model_config = SettingsConfigDict(env_prefix="QINGFENG_")

    kafka: str = "127.0.0.1:9092"
    live_host: str = "127.0.0.1"
    live_port: int = 6066
    live_wait_s: int = 60
    topic_prefix: str = ""


class LiveTopics:
    """The indicators as the topics give them, message by message.

    behind: partition → the offset that has to be reached before the indicators show all there was at the start.
    """

    def __init__(self, policy: ReportingPolicy, clock: SystemClock, prefix: str = "") -> None:
        self.owners = {f"{prefix}{topic_of(owner)}": owner for owner in FACTS}
        self.messages = 0
        self.behind: dict[TopicPartition, int] = {}
        self._indicators = Indicators(policy)
        self._clock = clock
        self._moved_to: date | None = None

    def take(self, place: TopicPartition, offset: int, value: bytes | None) -> None:
        """Take a message; one that cannot be read, or tells nothing the indicators count, changes nothing."""
        owner = self.owners[place.topic]
        recorded = from_message(owner, f"{place.topic}/{place.partition}/{offset}", value, FACTS[owner])
        self.messages += 1
        if offset + 1 >= self.behind.get(place, 0):
            self.behind.pop(place, None)
        if isinstance(recorded.fact, BusinessClockAdvanced):
            self._moved_to = max(recorded.fact.day, self._moved_to or recorded.fact.day)
        elif (notice := notice_of(recorded)) is not None:
            self._indicators.take(notice)

    def report(self) -> LiveReport:
        """Return the indicators on the business day: where a sandbox's clock was moved to, else today."""
        return self._indicators.report(self._moved_to or self._clock.business())


def build_app(settings: LiveSettings, topics: LiveTopics) -> "faust.App":
    """Return the Faust application; its group is new at each start, so that it reads everything."""
    import faust  # noqa: PLC0415

    app = faust.App(
        f"qingfeng-live-{uuid.uuid4().hex}",
        broker=f"kafka://{settings.kafka}",
        datadir=tempfile.gettempdir(),
        store="memory://",
        consumer_auto_offset_reset="earliest",
        topic_disable_leader=True,
        topic_allow_declare=False,
        web_bind=settings.live_host,
        web_host=settings.live_host,
        web_port=settings.live_port,
    )
    channel = app.topic(*topics.owners, key_serializer="raw", value_serializer="raw")

    @app.agent(channel)
    async def notice(stream: Any) -> None:
        async for event in stream.events():
            message = event.message
            topics.take(TopicPartition(message.topic, message.partition), message.offset, event.value)

    @app.page("/live")
    async def live(page: Any, _request: Any) -> Any:
        """Answer with the indicators, with 503 while what was there at the start is still being read."""
        if topics.behind:
            return page.json({"status": "reading", "messages": topics.messages}, status=503)
        return page.bytes(topics.report().model_dump_json().encode(), content_type="application/json")

    @app.page("/health/ready")
    async def ready(page: Any, _request: Any) -> Any:
        status = "reading" if topics.behind else "ready"
        return page.json({"status": status, "messages": topics.messages}, status=503 if topics.behind else 200)

    return app


def wait_for_topics(settings: LiveSettings, names: Iterable[str]) -> dict[TopicPartition, int]:
    """Wait until the broker has all topics: Faust itself would silently go without a missing one.

    Return where each partition with anything to read ends. Raises TransportUnavailable after the settings' time.
    """
    until = time.monotonic() + settings.live_wait_s
    with closing(Cluster(settings.kafka)) as cluster:
        while True:
            try:
                return _ends(settings, [cluster.topic(name) for name in names])
            except TransportUnavailable as missing:
                if time.monotonic() > until:
                    raise
                log.info("waiting for topics", why=str(missing))
                time.sleep(1)


def _ends(settings: LiveSettings, topics: Iterable[Topic]) -> dict[TopicPartition, int]:
    places = [TopicPartition(topic.name, number) for topic in topics for number in range(topic.partitions)]
    with broker_answers(), closing(KafkaConsumer(bootstrap_servers=settings.kafka, **READER)) as reader:
        reader.assign(places)
        reader.seek_to_beginning(*places)
        first = {place: reader.position(place) for place in places}
        reader.seek_to_end(*places)
        ends = {place: reader.position(place) for place in places}
    return {place: end for place, end in ends.items() if end > first[place]}


def main() -> None:
    """Run until SIGTERM or Ctrl-C."""
    import faust  # noqa: PLC0415

    settings = LiveSettings()
    topics = LiveTopics(load_policy(POLICY, ReportingPolicy), SystemClock(), settings.topic_prefix)
    try:
        topics.behind = wait_for_topics(settings, topics.owners)
    except TransportUnavailable as missing:
        raise SystemExit(f"no topics to read at {settings.kafka}: {missing}") from missing
    faust.Worker(build_app(settings, topics), loglevel="WARNING", quiet=True).execute_from_commandline()


if __name__ == "__main__":
    main()
