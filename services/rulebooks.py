"""All rule books in one table: what `qingfeng rules` prints."""

import importlib
from typing import Any

RULEBOOKS = ("clarification", "revisit", "tolerance", "reporting", "exchange")


def rows(service: str = "all") -> list[dict[str, Any]]:
    """Return the rules of one service or of all: service, id, source, zh, en, where."""
    names = RULEBOOKS if service == "all" else (service,)
    return [
        {"service": name, "id": rule.id, "source": rule.source, "zh": rule.zh, "en": rule.en, "where": rule.places()}
        for name in names
        for rule in importlib.import_module(f"services.{name}.domain.rulebook").RULES
    ]
