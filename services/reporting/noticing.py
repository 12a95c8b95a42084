"""What the live indicators take of each public fact; what no public fact tells cannot be an indicator.

Not derivable, since it is private to its service or told by nobody: clues we sent to the police and not accepted yet,
the judgment after a prosecution, rectifications (no due date is public), notices of results to reporters' units, an
agency that never told anything.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from services.reporting.domain.live import ExchangeStep, Kind, Notice, Registration, Repeat
from shared.contracts import OWNERS, public_facts
from shared.contracts import agency as ag
from shared.contracts import clarification as cl
from shared.contracts import reporting as rp
from shared.contracts import tolerance as tl
from shared.contracts.exchange import BusinessClockAdvanced, LineReceived, LineReleased
from shared.kernel import Fact, Recorded

AGENCY = "urn:agency:"
UNNOTICED = frozenset({LineReceived, LineReleased, BusinessClockAdvanced, rp.MonthClosed, rp.PriorityAdvised})
NOTICED: Mapping[str, tuple[type[Fact], ...]] = {
    owner: tuple(fact for fact in public_facts(owner) if fact not in UNNOTICED) for owner in OWNERS
}
"""The facts the indicators count, by owner: all that tell of a case, not the exchange's and our own book-keeping."""


class Opening(NamedTuple):
    """Which exchanges a fact opens: names, fields of the number, the day, the other side and the last day."""

    exchanges: tuple[str, ...]
    key: str
    on: str
    whom: str = ""
    due_on: str = ""


class Answer(NamedTuple):
    """Which exchanges a fact answers."""

    exchanges: tuple[str, ...]
    key: str
    on: str


RECOMMENDED = ("recommendation-receipt", "recommendation-answer")
OPENINGS: Mapping[type[Fact], Opening] = {
    rp.RecommendationSent: Opening(RECOMMENDED, "recommendation_no", "sent_on", "receiver"),
    tl.SuggestionIssued: Opening(("suggestion-reply",), "doc_no", "issued_on", "district", "reply_due"),
    ag.PetitionTransferred: Opening(("petition-transfer",), "report_token", "transferred_on", "to_body"),
    ag.PoliceClueReceived: Opening(("police-clue",), "report_token", "accepted_on"),
    ag.PoliceCaseFiled: Opening(("police-case",), "report_token", "filed_on"),
    cl.AccusationReferredUp: Opening(("accusation-referral",), "report_token", "referred_on", "to_body"),
}
ANSWERS: Mapping[type[Fact], Answer] = {
    ag.RecommendationAcknowledged: Answer(("recommendation-receipt",), "recommendation_no", "received_on"),
    ag.RecommendationDecided: Answer(RECOMMENDED, "recommendation_no", "decided_on"),
    rp.RecommendationAnswered: Answer(RECOMMENDED, "recommendation_no", "decided_on"),
    rp.RecommendationWithdrawn: Answer(RECOMMENDED, "recommendation_no", "withdrawn_on"),
    ag.SuggestionReplied: Answer(("suggestion-reply",), "doc_no", "replied_on"),
    ag.VerificationConcluded: Answer(("petition-transfer",), "report_token", "concluded_on"),
    ag.PoliceCaseFiled: Answer(("police-clue",), "report_token", "filed_on"),
    ag.PoliceCaseNotFiled: Answer(("police-clue",), "report_token", "decided_on"),
    ag.PolicePenaltyImposed: Answer(("police-clue",), "report_token", "imposed_on"),
    ag.PoliceInvestigationConcluded: Answer(("police-case",), "report_token", "concluded_on"),
    cl.AccusationRecognised: Answer(("accusation-referral",), "report_token", "recognised_on"),
    cl.AccusationNotRecognised: Answer(("accusation-referral",), "report_token", "decided_on"),
    cl.AccusationClosedNotFalse: Answer(("accusation-referral",), "report_token", "closed_on"),
    cl.AccusationUnidentified: Answer(("accusation-referral",), "report_token", "closed_on"),
}


def notice_of(recorded: Recorded[Any]) -> Notice | None:
    """Return what the indicators take of a fact, None where they take nothing."""
    fact = recorded.fact
    if type(fact) not in ALL_NOTICED:
        return None
    origin: ag.Origin | None = getattr(fact, "origin", None)
    fields = fact.__dict__
    return Notice(
        fact_id=recorded.fact_id,
        told_on=origin.published_on if origin else recorded.meta.on,
        on=origin.business_on if origin else recorded.meta.on,
        kind=Kind(
            agency=origin.source.removeprefix(AGENCY) if origin else "",
            district=fields.get("district_code") or fields.get("district") or "",
            fact_name=fact.fact_name,
        ),
        registration=_registration(recorded) if type(fact) is ag.ReportRegistered else None,
        repeat=_repeat(fact) if type(fact) is ag.RepeatFlagged else None,
        steps=(*_opened(fact), *_answered(fact)),
    )


ALL_NOTICED = frozenset(fact for facts in NOTICED.values() for fact in facts)


def _registration(recorded: Recorded[ag.ReportRegistered]) -> Registration:
    fact = recorded.fact
    return Registration(
        report=fact.report_token,
        version=recorded.version,
        on=fact.received_on,
        subject=fact.subject_token,
        body=fact.origin.source.rpartition(".")[2],
    )


def _repeat(fact: ag.RepeatFlagged) -> Repeat:
    origin = fact.origin
    superseded = f"{origin.source}#{origin.supersedes}" if origin.supersedes else ""
    return Repeat(fact.report_token, fact.flagged_on, f"{origin.source}#{origin.event_id}", superseded)


def _opened(fact: Any) -> tuple[ExchangeStep, ...]:
    opening = OPENINGS.get(type(fact))
    if opening is None:
        return ()
    fields = fact.__dict__
    whom = fields[opening.whom] if opening.whom else fact.origin.source.removeprefix(AGENCY)
    due_on = fields[opening.due_on] if opening.due_on else None
    return tuple(
        ExchangeStep(exchange, fields[opening.key], fields[opening.on], opens=True, whom=whom, due_on=due_on)
        for exchange in opening.exchanges
    )


def _answered(fact: Any) -> tuple[ExchangeStep, ...]:
    answer = ANSWERS.get(type(fact))
    if answer is None:
        return ()
    fields = fact.__dict__
    return tuple(
        ExchangeStep(exchange, fields[answer.key], fields[answer.on], opens=False) for exchange in answer.exchanges
    )
