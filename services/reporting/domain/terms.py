"""Terms of reporting: the recommendation's states, uses and replies; the numbers that places set for themselves."""

from enum import StrEnum

from shared.kernel import Policy


class Status(StrEnum):
    """States of a recommendation (推荐使用). Source: domain.md 5.5."""

    NONE = ""
    DRAFT = "DRAFT"
    REVIEWED = "REVIEWED"
    APPROVED = "APPROVED"
    SENT = "SENT"
    RECEIVED = "RECEIVED"
    UNDER_STUDY = "UNDER_STUDY"
    OUTCOME = "OUTCOME"
    FOLLOWED_UP = "FOLLOWED_UP"
    CLOSED = "CLOSED"
    WITHDRAWN = "WITHDRAWN"


BEFORE_SENDING = frozenset({Status.DRAFT, Status.REVIEWED, Status.APPROVED})
WITH_RECEIVER = frozenset({Status.SENT, Status.RECEIVED, Status.UNDER_STUDY})
ANSWERED = frozenset({Status.OUTCOME, Status.FOLLOWED_UP, Status.CLOSED})


class AnswerOutcome(StrEnum):
    """What the organisation department answers (采纳、部分采纳、暂缓、不采纳)."""

    ADOPTED = "ADOPTED"
    PARTLY = "PARTLY"
    DEFERRED = "DEFERRED"
    DECLINED = "DECLINED"


class FollowUp(StrEnum):
    """What became of the person. Source: domain.md 5.5."""

    PROMOTED = "PROMOTED"
    RANK_RAISED = "RANK_RAISED"
    IMPORTANT_USE = "IMPORTANT_USE"
    TRANSFERRED = "TRANSFERRED"
    TRAINING = "TRAINING"
    AWARD = "AWARD"
    NONE = "NONE"


COUNTED_AS_PROMOTED = frozenset({FollowUp.PROMOTED, FollowUp.RANK_RAISED, FollowUp.IMPORTANT_USE})


class ReceiverKind(StrEnum):
    """Who receives a recommendation. Source: [S] V-15."""

    ORGANISATION_DEPARTMENT = "ORGANISATION_DEPARTMENT"
    UNIT_PARTY_COMMITTEE = "UNIT_PARTY_COMMITTEE"


class ReportingPolicy(Policy):
    """Numbers of reporting; each with its mark and source in `policy.toml`."""

    month_close_day: int
    population_from: str
    evaluation_valid_days: int
    sessions_needed: int
    validity_days: int
    acknowledge_within_workdays: int
    outcome_within_days: int
    reminder_every_days: int
    bars_by_use: dict[str, list[str]]
    live_windows_days: list[int]
    live_retention_days: int
    surge_window_days: int
    surge_reports: int
    silent_after_days: dict[str, int]
    unanswered_after_days: dict[str, int]
