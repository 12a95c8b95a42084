"""Advice to consider priority, once a subject and month; only a person changes a priority."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.reporting.domain.commands import NotePrioritySurge
from shared.contracts.reporting import PriorityAdvised
from shared.kernel import Context, Fact


@dataclass(frozen=True, slots=True)
class Advice:
    """Advice `<subject>.<yyyy-mm>`; `advised` is what was said."""

    advice_id: str
    advised: PriorityAdvised | None = None


def decide_advice(state: Advice, command: NotePrioritySurge, context: Context) -> Sequence[Fact]:
    """Advise once; further reports of the same month say nothing new. Source: domain.md section 8, no. 14."""
    if state.advised is not None:
        return []
    return [
        PriorityAdvised(
            subject_token=command.subject,
            window=state.advice_id.rpartition(".")[2],
            reports=command.reports,
            reached_on=command.reached_on,
            body=command.body,
            advised_on=context.today,
        )
    ]


def evolve_advice(state: Advice, fact: Any) -> Advice:
    return replace(state, advised=fact)


def advice_summary(state: Advice) -> dict[str, Any]:
    advised = state.advised
    if advised is None:
        return {"status": ""}
    return {
        "status": "ADVISED",
        "subject": advised.subject_token,
        "body": advised.body,
        "window": advised.window,
        "reports": advised.reports,
        "advised_on": advised.advised_on,
    }
