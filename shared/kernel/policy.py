"""Policies: day limits, intervals, ages, thresholds and levels as versioned data with source marks."""

import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict


class Policy(BaseModel):
    """One version of a service's numbers. A fact records `reference`; a replay never uses a newer version."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    policy_id: str
    version: int
    effective_from: str
    scope: str
    sources: dict[str, str]

    @property
    def reference(self) -> str:
        return f"{self.policy_id}@{self.version}"


P = TypeVar("P", bound=Policy)


def load_policy(path: Path, policy: type[P]) -> P:
    """Read a policy file: head fields, then `[values.<key>]` tables with `value`, `mark` and `source_ref`.

    Raises pydantic's ValidationError where a value is missing, unknown or of another type.
    """
    content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    values = content.pop("values")
    sources = {key: f"[{entry['mark']}] {entry['source_ref']}".strip() for key, entry in values.items()}
    return policy.model_validate(
        {**content, "sources": sources, **{key: entry["value"] for key, entry in values.items()}}
    )
