"""How a false accusation case remembers what happened; never refuses."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from services.clarification.domain.events import accusation as e
from services.clarification.domain.model.accusation.due import transfer_key
from services.clarification.domain.states.accusation import AccusationCase, Measure
from services.clarification.domain.states.review import Review
from services.clarification.domain.terms import AccusationStatus, ReviewKind, Told
from shared.kernel import Fact

Case = AccusationCase
S = AccusationStatus


def _heard(case: Case, told: Told, **changes: Any) -> Case:
    return replace(case, heard=(*case.heard, told.event), heard_on=max(case.heard_on, told.received_on), **changes)


def known(case: Case, fact: e.ReportKnown) -> Case:
    return replace(case, about=fact)


def signs_recorded(case: Case, fact: e.SignsRecorded) -> Case:
    return _heard(case, fact.told, conclusion=fact)


def opened(case: Case, fact: e.AccusationOpened) -> Case:
    return replace(case, status=S.SCREENING, since=fact.opened_on)


def justice_noted(case: Case, fact: e.JusticeNoted) -> Case:
    others = (one for one in case.justice if one.told.event != fact.told.supersedes)
    return _heard(case, fact.told, justice=(*others, fact))


def review_asked(case: Case, fact: e.AccusationReviewAsked) -> Case:
    known_events = case.heard if fact.ref in case.heard else (*case.heard, fact.ref)
    return replace(case, heard=known_events, reviews=(*case.reviews, Review(fact.kind, fact.ref, fact.received_on)))


def review_settled(case: Case, fact: e.AccusationReviewSettled) -> Case:
    return replace(
        case,
        reviews=_others(case.reviews, fact.ref),
        doubts=_others(case.doubts, fact.ref),
        protection=_others(case.protection, fact.ref),
    )


def _others(reviews: tuple[Review, ...], ref: str) -> tuple[Review, ...]:
    return tuple(review for review in reviews if review.ref != ref)


def doubted(case: Case, fact: e.AccusationReviewOpened) -> Case:
    review = Review(ReviewKind.RECOGNITION_DOUBTED, fact.event, fact.opened_on)
    return replace(case, doubts=(*case.doubts, review), answered=case.answered | {fact.event})


def protected(case: Case, fact: e.ProtectionReviewOpened) -> Case:
    review = Review(ReviewKind.AUTHOR_PURSUED, fact.event, fact.opened_on)
    return replace(case, protection=(*case.protection, review), answered=case.answered | {fact.event})


def suspected(case: Case, fact: e.AccusationSuspected) -> Case:
    return replace(case, status=S.SUSPECTED, since=fact.suspected_on)


def tracing_approved(case: Case, fact: e.TracingApproved) -> Case:
    return replace(case, traced=True)


def planned(case: Case, fact: e.VerificationPlanned) -> Case:
    return replace(case, status=S.VERIFYING, since=fact.planned_on, plan=fact)


def proposed(case: Case, fact: e.RecognitionProposed) -> Case:
    return replace(case, status=S.PROPOSED, since=fact.proposed_on, proposal=fact)


def returned(case: Case, fact: e.RecognitionReturned) -> Case:
    return replace(case, status=S.VERIFYING, since=fact.returned_on, proposal=None, referred_to="")


def referred_up(case: Case, fact: e.AccusationReferredUp) -> Case:
    return replace(case, status=S.REFERRED_UP, since=fact.referred_on, referred_to=fact.to_body)


def recognised(case: Case, fact: e.AccusationRecognised) -> Case:
    return replace(case, status=S.RECOGNISED, since=fact.recognised_on, recognition=fact)


def not_recognised(case: Case, fact: e.AccusationNotRecognised) -> Case:
    return replace(case, status=S.NOT_RECOGNISED, since=fact.decided_on)


def not_false(case: Case, fact: e.AccusationClosedNotFalse) -> Case:
    return replace(case, status=S.CLOSED_NOT_FALSE, since=fact.closed_on)


def unidentified(case: Case, fact: e.AccusationUnidentified) -> Case:
    return replace(case, status=S.CLOSED_UNIDENTIFIED, since=fact.closed_on)


def measure_taken(case: Case, fact: e.HandlingMeasureTaken) -> Case:
    return replace(case, status=S.HANDLING, since=fact.taken_on, measures=(*case.measures, Measure(fact)))


def measure_result(case: Case, fact: e.MeasureResultRecorded) -> Case:
    measures = tuple(
        replace(measure, result=fact) if measure.taken.number == fact.number else measure for measure in case.measures
    )
    return replace(case, measures=measures)


def benefit_corrected(case: Case, fact: e.BenefitCorrectionRecorded) -> Case:
    others = (one for one in case.benefits if one.benefit_kind != fact.benefit_kind)
    return replace(case, benefits=(*others, fact))


def unchanged(case: Case, _fact: Fact) -> Case:
    return case


def linked(case: Case, fact: e.ClarificationLinked) -> Case:
    return replace(case, linked=True)


def closed(case: Case, fact: e.AccusationClosed) -> Case:
    return replace(case, status=S.CLOSED, since=fact.closed_on)


def reversed_(case: Case, fact: e.AccusationReversed) -> Case:
    return replace(case, status=S.REVERSED, since=fact.reversed_on)


def reopened(case: Case, fact: e.AccusationReopened) -> Case:
    """A case screened again begins anew; what agencies told stays."""
    reviews = tuple(review for review in case.reviews if review.kind is not ReviewKind.FINDINGS_AFTER_CLOSURE)
    return replace(
        case,
        status=S.SCREENING,
        since=fact.reopened_on,
        reviews=reviews,
        traced=False,
        plan=None,
        proposal=None,
        referred_to="",
    )


def limit_missed(case: Case, fact: e.TransferLimitMissed) -> Case:
    return replace(case, breached=case.breached | {transfer_key(fact.ref)})


REMEMBER: Mapping[type[Fact], Callable[[Case, Any], Case]] = {
    e.ReportKnown: known,
    e.SignsRecorded: signs_recorded,
    e.AccusationOpened: opened,
    e.JusticeNoted: justice_noted,
    e.AccusationReviewAsked: review_asked,
    e.AccusationReviewSettled: review_settled,
    e.AccusationReviewOpened: doubted,
    e.ProtectionReviewOpened: protected,
    e.AccusationSuspected: suspected,
    e.TracingApproved: tracing_approved,
    e.VerificationPlanned: planned,
    e.RecognitionProposed: proposed,
    e.RecognitionReturned: returned,
    e.AccusationReferredUp: referred_up,
    e.AccusationRecognised: recognised,
    e.AccusationNotRecognised: not_recognised,
    e.AccusationClosedNotFalse: not_false,
    e.AccusationUnidentified: unidentified,
    e.HandlingMeasureTaken: measure_taken,
    e.MeasureResultRecorded: measure_result,
    e.BenefitCorrectionRecorded: benefit_corrected,
    e.TypicalCasePublished: unchanged,
    e.ClarificationLinked: linked,
    e.AccusationClosed: closed,
    e.AccusationReversed: reversed_,
    e.AccusationReopened: reopened,
    e.TransferLimitMissed: limit_missed,
}


def evolve(case: Case, fact: Fact) -> Case:
    return REMEMBER[type(fact)](case, fact)
