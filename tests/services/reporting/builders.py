"""Public facts as other services publish them, and a source that delivers them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from services.reporting.bootstrap import POLICY
from services.reporting.domain.terms import ReportingPolicy
from services.reporting.projections import Figures
from shared.contracts import clarification as cl
from shared.contracts import exchange as ex
from shared.contracts import revisit as rv
from shared.contracts import tolerance as tl
from shared.kernel import Fact, ManagementLevel, Meta, Recorded, load_policy
from tests.places import view_place

PERSON, OTHER_PERSON, ORGANISATION = "S-0a41c7be9d22", "S-93d0e4417ab6", "G-5f01c2d3e4b5"
REPORT, OTHER_REPORT = "R-1f0c55d2a901", "R-be7db0a11926"
JUNE = date(2023, 6, 15)
AT = datetime(2023, 6, 15, tzinfo=UTC)
WHERE: dict[str, Any] = {"district": "330206", "level": ManagementLevel.VILLAGE}
RULES = load_policy(POLICY, ReportingPolicy)


@dataclass
class Feed:
    """The public facts of one owner, as a list; positions and versions as the owner's log would give them."""

    name: str
    facts: list[Recorded[Any]] = field(default_factory=list)
    versions: Counter[str] = field(default_factory=Counter)

    def publish(self, stream: str, *facts: Fact, on: date = JUNE) -> None:
        for fact in facts:
            before = self.versions[stream]
            self.versions[stream] += 1
            meta = Meta(on=on, at=AT, by="330206.HANDLER.1", prv=before)
            self.facts.append(Recorded(self.name, len(self.facts) + 1, stream, before + 1, fact, meta))

    def fetch(self, after: int, limit: int) -> Sequence[Recorded[Any]]:
        return self.facts[after : after + limit]

    def head(self) -> int:
        return len(self.facts)


@dataclass
class City:
    """All owners' feeds and the figures store that reads them."""

    folder: Path
    feeds: dict[str, Feed] = field(
        default_factory=lambda: {
            name: Feed(name) for name in ("exchange", "clarification", "revisit", "tolerance", "reporting")
        }
    )

    def report(self, token: str, *facts: Fact) -> None:
        for fact in facts:
            kind = "accusation" if type(fact).__name__.startswith("Accusation") else "clarification"
            self.feeds["clarification"].publish(f"{kind}:{token}", fact)

    def person(self, *facts: Any) -> None:
        for fact in facts:
            self.feeds["revisit"].publish(f"person:{fact.subject_token}", fact)

    def matter(self, *facts: Any) -> None:
        for fact in facts:
            self.feeds["tolerance"].publish(f"tolerance:{fact.case_id}", fact)

    def lines(self, *facts: Any) -> None:
        for fact in facts:
            self.feeds["exchange"].publish(f"receipt:{fact.receipt_id}", fact)

    def figures(self) -> Figures:
        figures = Figures(self.folder, RULES, dict, list(self.feeds.values()), view_place(self.folder, "figures"))
        figures.view.store.create_tables()
        figures.drain()
        return figures


def report_fact(kind: Any, token: str = REPORT, subject: str = PERSON, **fields: Any) -> Any:
    return kind(**{"report_token": token, "subject_token": subject, **WHERE, **fields})


def clarified(on: date = JUNE, token: str = REPORT, subject: str = PERSON, **fields: Any) -> cl.Clarified:
    content = {"issues": ("I1",), "methods": ("WRITTEN",), "scope": "UNIT_ALL", "approver_body": "330206"}
    found: cl.Clarified = report_fact(
        cl.Clarified, token, subject, **{**content, "clarified_on": on, "concluded_on": on, **fields}
    )
    return found


def not_needed(on: date = JUNE, token: str = REPORT, code: str = "SECRECY") -> cl.NotNeededDecided:
    found: cl.NotNeededDecided = report_fact(cl.NotNeededDecided, token, code=code, decided_on=on, concluded_on=on)
    return found


def classified(classification: str, on: date = JUNE, token: str = REPORT) -> cl.ConclusionClassified:
    found: cl.ConclusionClassified = report_fact(
        cl.ConclusionClassified, token, classification=classification, concluded_on=on
    )
    return found


def recognised(on: date = JUNE, token: str = REPORT) -> cl.AccusationRecognised:
    found: cl.AccusationRecognised = report_fact(
        cl.AccusationRecognised,
        token,
        accuser_class="PARTY_MEMBER",
        approver_body="330200",
        concluded_on=on,
        recognised_on=on,
    )
    return found


def mistaken(on: date = JUNE, token: str = REPORT) -> cl.AccusationClosedNotFalse:
    found: cl.AccusationClosedNotFalse = report_fact(cl.AccusationClosedNotFalse, token, concluded_on=on, closed_on=on)
    return found


def measure(on: date = JUNE, number: str = "D-1", code: str = "P1", subject: str = PERSON) -> rv.MeasureRecorded:
    return rv.MeasureRecorded(
        subject_token=subject,
        decision_no=number,
        code=code,
        form=2,
        decided_on=on,
        effective_on=on,
        announced_on=on,
        **WHERE,
    )


def voided(on: date = JUNE, number: str = "D-1", subject: str = PERSON) -> rv.MeasureVoided:
    return rv.MeasureVoided(subject_token=subject, decision_no=number, basis="REVIEW", voided_on=on)


def session(on: date = JUNE, subject: str = PERSON, program: str = "STANDARD") -> rv.SessionHeld:
    return rv.SessionHeld(
        subject_token=subject,
        session_id="1",
        stage="FULL",
        program=program,
        held_on=on,
        **WHERE,
    )


def scope(*segments: rv.ScopeSegment, subject: str = PERSON) -> rv.ScopeComputed:
    return rv.ScopeComputed(subject_token=subject, segments=segments)


def segment(on: date, *, program: str = "WARM", in_scope: bool = True, deep: bool = False) -> rv.ScopeSegment:
    return rv.ScopeSegment(
        from_on=on,
        in_scope=in_scope,
        program=program if in_scope else "",
        planned_deep=deep,
        district="330212",
        level="COUNTY_MANAGED",
    )


def promotion(
    on: date = JUNE, number: str = "A-1", kind: str = "PROMOTED", subject: str = PERSON, **fields: Any
) -> rv.PromotionConfirmed:
    return rv.PromotionConfirmed(
        subject_token=subject, appointment_id=number, kind=kind, effective_on=on, **{**WHERE, **fields}
    )


def screened(result: str, case_id: str = "T-1") -> tl.ToleranceScreened:
    return tl.ToleranceScreened(
        case_id=case_id,
        matter_no="WZ-1",
        subject_token=PERSON,
        result=result,
        screened_on=JUNE,
        **WHERE,
    )


def determined(outcome: str, case_id: str = "T-1", *, collectively: bool = False) -> tl.ToleranceDetermined:
    return tl.ToleranceDetermined(
        case_id=case_id,
        matter_no="WZ-1",
        subject_token=PERSON,
        outcome=outcome,
        collectively=collectively,
        approver_body="330206",
        determined_on=JUNE,
        **WHERE,
    )


def line(number: int, outcome: str = "APPLIED", reason: str | None = None, **fields: Any) -> ex.LineReceived:
    content = {"business_on": JUNE, "published_on": JUNE, "source": "urn:agency:petition.330206", "door": "file"}
    return ex.LineReceived(**{"receipt_id": f"r-{number}", "outcome": outcome, "reason": reason, **content, **fields})


def released(number: int, outcome: str = "APPLIED", reason: str | None = None) -> ex.LineReleased:
    return ex.LineReleased.model_validate({"receipt_id": f"r-{number}", "outcome": outcome, "reason": reason})
