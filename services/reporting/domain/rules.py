"""What must hold before a recommendation goes to the receiver (V-14), and who may act on it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Protocol

from services.reporting.domain import errors
from services.reporting.domain.terms import ReceiverKind, ReportingPolicy, Status
from shared.kernel import Actor, ManagementLevel, nearest_body

EARLIER = {
    "proposed": ("提出了", "proposed"),
    "reviewed": ("审核了", "reviewed"),
    "approved": ("批准了", "approved"),
}


class Evidence(Protocol):
    """What the conditions look at."""

    @property
    def use(self) -> str: ...
    @property
    def bars(self) -> Mapping[str, date | None]: ...
    @property
    def grade(self) -> str: ...
    @property
    def evaluated_on(self) -> date: ...
    @property
    def sessions(self) -> int: ...
    @property
    def has_opinions(self) -> bool: ...
    @property
    def informed(self) -> bool: ...
    @property
    def concern(self) -> str: ...


def standing_bars(bars: Mapping[str, date | None], use: str, today: date, policy: ReportingPolicy) -> list[str]:
    """Return the bars that block this use today; a use the policy does not list is blocked by every bar.

    Source: [P] V-14 no. 1, V-16. A bar without a free day (rights not restored) stands.
    """
    blocking: Iterable[str] = policy.bars_by_use.get(use, bars)
    return sorted(bar for bar in blocking if bar in bars and not _is_free(bars[bar], today))


def _is_free(free_on: date | None, today: date) -> bool:
    return free_on is not None and free_on <= today


def require_conditions(evidence: Evidence, today: date, policy: ReportingPolicy, *, secrecy: bool) -> None:
    """Refuse unless all conditions hold on the recommendation date. Source: V-14 no. 1, 3, 5, 7."""
    if bars := standing_bars(evidence.bars, evidence.use, today, policy):
        raise errors.BarsStand(use=evidence.use, bars=", ".join(bars))
    require_good_evaluation(evidence, today, policy)
    if evidence.sessions < policy.sessions_needed:
        raise errors.TooFewSessions(sessions=evidence.sessions, needed=policy.sessions_needed)
    if not evidence.has_opinions:
        raise errors.OpinionMissing
    if not evidence.informed and not secrecy:
        raise errors.NotInformed


def require_good_evaluation(evidence: Evidence, today: date, policy: ReportingPolicy) -> None:
    """Refuse unless the latest evaluation is GOOD and fresh. Source: V-14 no. 3 [A: 90 days]."""
    if evidence.grade != "GOOD":
        raise errors.NotGood(grade=evidence.grade)
    if today > evidence.evaluated_on + timedelta(days=policy.evaluation_valid_days):
        raise errors.EvaluationTooOld(evaluated_on=evidence.evaluated_on, days=policy.evaluation_valid_days)


def require_no_concern(evidence: Evidence) -> None:
    """Refuse while a new sanction or clue is not settled. Source: V-14 no. 4, S-10."""
    if evidence.concern:
        raise errors.ConcernOpen(concern=evidence.concern)


def require_valid(valid_until: date | None, today: date) -> None:
    """Refuse after the recommendation's validity. Source: [A] 5.5."""
    if valid_until is not None and today > valid_until:
        raise errors.Lapsed(valid_until=valid_until)


def require_body(actor: Actor, body: str) -> None:
    """Refuse a person of another body. Source: C-9."""
    if actor.body != body:
        raise errors.OtherBody(person=actor.person_id, body=body)


def require_other_person(actor: Actor, command: str, earlier: Mapping[str, str]) -> None:
    """Refuse a person who did an earlier step that must be another's. Source: V-14 no. 6."""
    for step, person in earlier.items():
        if actor.person_id == person:
            zh, en = EARLIER[step]
            raise errors.SamePerson(person=person, earlier_zh=zh, earlier_en=en, command=command)


def require_status(status: Status, command: str, states: Sequence[Status]) -> None:
    """Refuse a command that this state does not know. Source: 5.5."""
    if status not in states:
        raise errors.NotInThisState(
            status=status or "UNKNOWN", command=command, states=", ".join(state.value for state in states)
        )


def require_between(day: date, earliest: date, latest: date) -> None:
    """Refuse a date in the future or before what it follows."""
    if not earliest <= day <= latest:
        raise errors.DateImpossible(day=day, earliest=earliest, latest=latest)


def receiver_by(body: str, level: ManagementLevel, kind: ReceiverKind, unit_code: str | None) -> str:
    """Return the receiver: the organisation department of the managing level, or the unit's Party committee.

    Source: [S] V-15; C-8 for the managing level.
    """
    if kind is ReceiverKind.ORGANISATION_DEPARTMENT:
        return f"organisation.{nearest_body(body, level)}"
    if unit_code is None:
        raise errors.UnitMissing
    return f"unit.{unit_code}"
