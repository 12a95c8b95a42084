"""Rules of a false accusation case (诬告陷害): protection first, recognition only by city level or above."""

import re
from collections.abc import Collection, Mapping
from datetime import date

from services.clarification.domain import errors
from services.clarification.domain.states.accusation import AccusationCase
from services.clarification.domain.terms import (
    MEASURES_OF,
    TOKEN,
    AccusationSigns,
    AccusationStatus,
    AccuserClass,
    Assessed,
    ClarificationPolicy,
    ElementFinding,
    ElementName,
    JusticeKind,
    MeasureKind,
    Party,
    Remedy,
)
from shared.kernel import BodyLevel, Context, ManagementLevel, Role, body_level
from shared.kernel.bodies import parent_of

IDENTIFIERS = re.compile(r"[0-9]{6}\.[A-Z_]+\.[1-9]|[A-Z]{2}-[0-9]{6}-[0-9]{4}-[0-9]+")
ENDED_BY_DOUBT = frozenset({"ACQUITTED", "NON_PROSECUTED_INSUFFICIENT"})
PURSUIT = frozenset({JusticeKind.CASE_FILED, JusticeKind.PENALTY_IMPOSED})


def missing_elements(elements: Mapping[ElementName, ElementFinding]) -> list[ElementName]:
    """Return the elements that are not met or have no evidence. Source: [P] F-2."""
    return [name for name in ElementName if name not in elements or not elements[name].evidenced]


def assessed(signs: AccusationSigns | None, *, supported: bool) -> Assessed:
    """Return what the findings would lead to by agency-events.md 6.2; a person decides."""
    if signs is None or not supported or not signs.indicators or missing_elements(signs.elements):
        return Assessed.MISTAKEN
    if signs.accuser_class is AccuserClass.UNIDENTIFIED:
        return Assessed.UNIDENTIFIED
    return Assessed.RECOGNISABLE


def is_supported(case: AccusationCase) -> bool:
    """Has the conclusion in force an unfounded issue and signs of a false accusation?"""
    return case.conclusion is not None and case.conclusion.supported and case.conclusion.signs is not None


def level_needed(level: ManagementLevel, policy: ClarificationPolicy) -> BodyLevel:
    """Return the lowest level that may recognise. Source: [K] 规则 2020, [P] Sichuan art.7; F-5, F-6."""
    provincial = level is ManagementLevel.PROVINCE_MANAGED and policy.province_managed_requires_province
    return BodyLevel.PROVINCE if provincial else BodyLevel.CITY


def recognising_body(case: AccusationCase) -> str:
    """Return the nearest body, going up from the handling body, that may recognise by the strictest reading.

    Source: F-5, F-6; the policy may lower a province-managed person's case to the city, never below it.
    """
    assert case.about is not None
    needed = BodyLevel.PROVINCE if case.about.level is ManagementLevel.PROVINCE_MANAGED else BodyLevel.CITY
    body = case.body
    while body_level(body) < needed:
        body = parent_of(body)
    return body


def deciding_body(case: AccusationCase) -> str:
    """Return the body whose principal decides on the proposal now: after a referral the one referred to."""
    return case.referred_to or case.body


def may_recognise(case: AccusationCase) -> bool:
    """Is the body that decides now at least of the level that the subject needs? Source: F-5, F-6."""
    return body_level(deciding_body(case)) >= body_level(recognising_body(case))


def recognised_by(case: AccusationCase) -> str:
    return case.recognition.approver_body if case.recognition else deciding_body(case)


def reviewing_body(case: AccusationCase) -> str:
    """Return the body whose principal reviews: the recognising one, before a recognition the handling body."""
    return case.recognition.approver_body if case.recognition else case.body


def require_supported(case: AccusationCase) -> None:
    """Refuse to go on where nothing is unfounded or no sign is left. Source: F-1; agency-events.md 6.2."""
    if not is_supported(case):
        raise errors.NothingUnfounded


def require_indicator(case: AccusationCase) -> None:
    """Refuse suspicion without an indicator: unfounded is not false. Source: [P] Sichuan art.5; F-1, F-3."""
    require_supported(case)
    assert case.conclusion is not None
    assert case.conclusion.signs is not None
    if not case.conclusion.signs.indicators:
        raise errors.IndicatorMissing


def require_traceable(case: AccusationCase) -> None:
    """Refuse to trace an author who is known already. Source: F-4."""
    require_supported(case)
    assert case.conclusion is not None
    assert case.conclusion.signs is not None
    if case.conclusion.signs.accuser_class is not AccuserClass.UNIDENTIFIED:
        raise errors.TracingNotAllowed


def require_investigators(investigators: Collection[str], needed: int) -> None:
    """Refuse a check by fewer than two, or by who recognises; bodies may check together. Source: 2.3, C-9, F-5."""
    if len(set(investigators)) < needed:
        raise errors.StaffTooFew(needed=needed)
    principals = [person for person in investigators if f".{Role.PRINCIPAL}." in person]
    if principals:
        raise errors.PrincipalMayNotInvestigate(people=", ".join(principals))


def require_elements(elements: Mapping[ElementName, ElementFinding]) -> None:
    """Refuse a proposal unless each element is met and names its evidence. Source: [P] F-2."""
    missing = missing_elements(elements)
    if missing:
        raise errors.ElementMissing(missing=", ".join(missing))


def require_known_accuser(case: AccusationCase, accuser_class: AccuserClass) -> None:
    """Refuse to propose recognition of somebody unknown, or traced without approval. Source: domain.md 8 no. 4, F-4."""
    if accuser_class is AccuserClass.UNIDENTIFIED:
        raise errors.AccuserUnknown
    signs = case.conclusion.signs if case.conclusion else None
    if signs is not None and signs.accuser_class is AccuserClass.UNIDENTIFIED and not case.traced:
        raise errors.TracingNotApproved


def require_unidentified(case: AccusationCase) -> None:
    signs = case.conclusion.signs if case.conclusion else None
    if signs is not None and signs.accuser_class is not AccuserClass.UNIDENTIFIED:
        raise errors.AccuserIsKnown(accuser_class=signs.accuser_class)


def require_heard(case: AccusationCase, heard_on: date | None, context: Context) -> date:
    """Refuse a proposal before the accuser was heard. Source: F-12; 2.3."""
    if heard_on is None:
        raise errors.AccuserNotHeard
    if not case.since <= heard_on <= context.today:
        raise errors.DateOutOfOrder(day=heard_on, earliest=case.since, latest=context.today)
    return heard_on


def require_level(case: AccusationCase, context: Context) -> None:
    """Refuse recognition below the city, or below the province for a province-managed subject. Source: F-5, F-6."""
    assert case.about is not None
    needed = level_needed(case.about.level, context.policy)
    if body_level(context.actor.body) < needed:
        raise errors.ApprovalLevelTooLow(body=context.actor.body, needed=needed.name, to_body=recognising_body(case))


def require_referral_needed(case: AccusationCase) -> None:
    """Refuse to refer up what the body may recognise itself. Source: 2.3, F-5."""
    if recognising_body(case) == case.body:
        raise errors.NoReferralNeeded(body=case.body)


def is_overtaken(case: AccusationCase) -> bool:
    """Was the conclusion corrected after recognition was proposed?"""
    if case.proposal is None or case.conclusion is None:
        return False
    return case.proposal.conclusion_event != case.conclusion.told.event


def require_current(case: AccusationCase) -> None:
    """Refuse to recognise on a conclusion that was corrected meanwhile. Source: 2.3; agency-events.md 4.3."""
    if is_overtaken(case):
        raise errors.OvertakenByCorrection


def require_not_proposer(case: AccusationCase, context: Context) -> None:
    """Refuse a decision on one's own proposal. Source: C-9, F-5."""
    assert case.proposal is not None
    if case.proposal.proposer == context.actor.person_id:
        raise errors.ProposerMayNotApprove(person_id=context.actor.person_id)


def require_closable_as_mistaken(case: AccusationCase) -> None:
    """Refuse to close as mistaken past the check, unless a correction took the ground away. Source: 2.3."""
    checked = case.status in {AccusationStatus.SCREENING, AccusationStatus.VERIFYING}
    if not checked and is_supported(case):
        raise errors.OnlyOnCorrection


def require_measure(case: AccusationCase, kind: MeasureKind) -> None:
    """Refuse a measure that is not for the accuser's class, or a criminal referral without that intent.

    Source: [P] 2.4; [L] 刑法 art.243, F-9.
    """
    assert case.recognition is not None
    accuser_class = AccuserClass(case.recognition.accuser_class)
    if kind is MeasureKind.CRIMINAL_REFERRAL:
        if not case.recognition.intent_of_criminal_pursuit:
            raise errors.NoCriminalIntent
        return
    allowed = MEASURES_OF[accuser_class]
    if kind not in allowed:
        raise errors.MeasureNotForClass(
            kind=kind, accuser_class=accuser_class, allowed=", ".join(sorted(allowed)) or "–"
        )


def require_fresh_number(case: AccusationCase, number: str) -> None:
    if any(measure.taken.number == number for measure in case.measures):
        raise errors.NumberTaken(number=number)


def open_measures(case: AccusationCase) -> list[str]:
    """Return the numbers of the measures without a result."""
    return [measure.taken.number for measure in case.measures if measure.result is None]


def require_open_measure(case: AccusationCase, number: str, decided_on: date, context: Context) -> None:
    if number not in open_measures(case):
        raise errors.UnknownMeasure(number=number, open=", ".join(open_measures(case)) or "–")
    (taken_on,) = [measure.taken.taken_on for measure in case.measures if measure.taken.number == number]
    if not taken_on <= decided_on <= context.today:
        raise errors.DateOutOfOrder(day=decided_on, earliest=taken_on, latest=context.today)


def benefits_found(case: AccusationCase) -> dict[str, str]:
    """Return benefit kind → competent authority, as the conclusion in force found them."""
    signs = case.conclusion.signs if case.conclusion else None
    return {found.benefit_kind: found.authority for found in signs.benefits} if signs else {}


def open_benefits(case: AccusationCase) -> list[str]:
    """Return the benefits whose correction has no outcome yet. Source: F-11."""
    answered = {benefit.benefit_kind for benefit in case.benefits if benefit.outcome is not None}
    return [kind for kind in benefits_found(case) if kind not in answered]


def require_benefit(case: AccusationCase, benefit_kind: str) -> str:
    """Return the authority that corrects the benefit; refuse one that was not found. Source: F-11."""
    found = benefits_found(case)
    if benefit_kind not in found:
        raise errors.UnknownBenefit(benefit_kind=benefit_kind, found=", ".join(found) or "–")
    return found[benefit_kind]


def identifiers_in(text: str) -> list[str]:
    return [match.group() for pattern in (TOKEN, IDENTIFIERS) for match in pattern.finditer(text)]


def require_anonymous(text: str) -> None:
    """Refuse to publish a text with a token, a number or an officer's id. Source: 2.3, F-12, F-14."""
    found = identifiers_in(text)
    if found:
        raise errors.NotAnonymous(found=", ".join(found))


def remedy_until(case: AccusationCase) -> date | None:
    """Return the last day of the remedy period of the last result. Source: [L] 监察法 art.56, F-12."""
    return max((measure.result.remedy_until for measure in case.measures if measure.result), default=None)


def missing_to_close(case: AccusationCase, notified: Collection[Party], remedy: Remedy, context: Context) -> list[str]:
    """Return what a closing still lacks. Source: 2.3, F-8, F-11, F-12."""
    until = remedy_until(case)
    waits = remedy is Remedy.PERIOD_OVER and until is not None and context.today <= until
    return [
        *([] if case.measures else ["handling-measure"]),
        *(f"result of {number}" for number in open_measures(case)),
        *(f"benefit {kind}" for kind in open_benefits(case)),
        *([] if case.linked else ["clarification of the victim"]),
        *(f"notice to {party}" for party in Party if party not in notified),
        *([f"remedy period until {until}"] if waits else []),
    ]


def require_closable(case: AccusationCase, notified: Collection[Party], remedy: Remedy, context: Context) -> None:
    missing = missing_to_close(case, notified, remedy, context)
    if missing:
        raise errors.ClosingIncomplete(missing="; ".join(missing))


def may_take_measures(case: AccusationCase) -> list[MeasureKind]:
    """Return the measures that may be taken against the recognised accuser. Source: 2.4, F-9."""
    if case.recognition is None:
        return []
    kinds = sorted(MEASURES_OF[AccuserClass(case.recognition.accuser_class)])
    return [*kinds, MeasureKind.CRIMINAL_REFERRAL] if case.recognition.intent_of_criminal_pursuit else kinds


def is_pursuit(kind: JusticeKind, result: str) -> bool:
    """Is the author pursued by this fact: case filed, penalty, charge? Source: F-4b."""
    return kind in PURSUIT or (kind is JusticeKind.PROSECUTION_DECIDED and result == "PROSECUTED")


def casts_doubt(result: str) -> bool:
    """Does the result call for a review of a recognition? Source: agency-events.md 5.17, 5.18, 6.2."""
    return result in ENDED_BY_DOUBT
