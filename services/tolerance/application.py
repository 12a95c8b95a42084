"""Uses of tolerance beyond commands on a case: whether a matter may go on to a responsibility decision (T-6)."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.tolerance.domain.index import Index
from services.tolerance.domain.state import Case
from shared.service import Service


@dataclass(frozen=True, slots=True)
class PreReviewRecord:
    """The pre-review (前置审核) of one person in a matter; `blocked`: there is none yet, so nobody may decide."""

    case_id: str
    subject: str
    result: str | None
    blocked: bool


def pre_reviews(service: Service, matter_no: str) -> Sequence[PreReviewRecord]:
    """Return the pre-review of each person of a matter, empty for a matter that is not known.

    Source: [S] 前置审核, T-6.
    """
    matter: Index = service.casework.state(f"matter:{matter_no}")
    return [_record(service.casework.state(f"tolerance:{case_id}")) for case_id in matter.case_ids]


def _record(case: Case) -> PreReviewRecord:
    result = case.screened.value if case.screened else None
    return PreReviewRecord(case.case_id, case.subject, result, blocked=result is None)
