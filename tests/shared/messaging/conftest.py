"""A topic of its own for each test of the Kafka transport."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shared.messaging.cluster import Cluster
from tests.shared.messaging.line import Line


@pytest.fixture
def line(cluster: Cluster, new_topic: Callable[..., str], tmp_path: Path) -> Iterator[Line]:
    made = Line(cluster, tmp_path, new_topic())
    yield made
    made.close()
