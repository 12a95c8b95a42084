"""The public facts of every owner: the only thing services share. A name, once published, never changes its meaning."""

import importlib

from shared.kernel import Fact

OWNERS = ("exchange", "clarification", "revisit", "tolerance", "reporting")


def public_facts(owner: str) -> tuple[type[Fact], ...]:
    """Return the public facts of one owner, as its contract module lists them."""
    facts: tuple[type[Fact], ...] = importlib.import_module(f"shared.contracts.{owner}").FACTS
    return facts
