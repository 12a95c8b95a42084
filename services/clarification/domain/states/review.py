"""Something that was recorded without effect and waits for a person."""

from dataclasses import dataclass
from datetime import date

from services.clarification.domain.terms import ReviewKind

NEVER = date.min


@dataclass(frozen=True, slots=True)
class Review:
    """Something a person has to look at; `ref` is the agency event, or the case, that it is about."""

    kind: ReviewKind
    ref: str
    opened_on: date
