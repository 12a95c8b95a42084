"""How the services of one house hear of each other: what each reads of the others, and what carries facts there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.messaging.direct import DirectSource
from shared.messaging.port import Source
from shared.service import Projection, Service


def nothing_to_close() -> None:
    return None


@dataclass(frozen=True)
class Joint:
    """sources: reader → owner → source; carriers: pulled in turn with the services until nothing moves."""

    sources: Mapping[str, Mapping[str, Source]]
    carriers: Sequence[Projection] = ()
    close: Callable[[], None] = nothing_to_close


Join = Callable[[Mapping[str, Service], Path], Joint]


def directly(services: Mapping[str, Service], _folder: Path) -> Joint:
    """Let everybody read the neighbours' logs in the same process (the embedded default)."""
    sources = {name: DirectSource(service.log) for name, service in services.items()}
    return Joint(dict.fromkeys(services, sources))
