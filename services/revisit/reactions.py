"""What others' facts mean here: one table, fact → commands of ours; they record, open and remind, nothing else."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from services.revisit.domain import commands as c
from services.revisit.domain.model.campaign import ROLL_STREAM, Campaign, Roll, campaign_of
from services.revisit.domain.model.case_state import RevisitCase
from services.revisit.domain.model.person import Person, standing_of
from shared.casework import Order, Reaction
from shared.contracts import agency, exchange, reporting, revisit
from shared.kernel import Actor, Command, Fact, Recorded, city_of

StateOf = Callable[[str], Any]
SYSTEM = Actor.system("revisit")
AGENCY = "urn:agency:"


def person_of(token: str) -> str:
    return f"person:{token}"


def case_of(token: str) -> str:
    return f"revisit:{token}"


def _order(stream: str, command: Command, recorded: Recorded[Any]) -> Order:
    return Order(
        stream,
        command,
        SYSTEM,
        correlation_id=recorded.meta.cor or recorded.fact_id,
        causation_id=recorded.fact_id,
    )


def _told(fact: agency.AgencyFact) -> dict[str, str]:
    """Name the agency's event, and the one it corrects, by source and id."""
    origin = fact.origin
    source = origin.source.removeprefix(AGENCY)
    supersedes = f"{source}:{origin.supersedes}" if origin.supersedes else ""
    return {"event": f"{source}:{origin.event_id}", "supersedes": supersedes}


def _record(recorded: Recorded[Any], token: str, command: Command, state_of: StateOf) -> Iterator[Order]:
    """Record what an agency told of a person; what holds for the person then goes on to the revisit case."""
    yield _order(person_of(token), command, recorded)
    person: Person = state_of(person_of(token))
    if not person.measures:
        return
    yield _order(case_of(token), standing_of(person), recorded)
    yield from _campaign_of_year(recorded, token, recorded.meta.on.year, state_of)


def _campaign_of_year(recorded: Recorded[Any], token: str, year: int, state_of: StateOf) -> Iterator[Order]:
    """An open campaign's session, for a person enrolled and in scope who has not got it yet."""
    case: RevisitCase = state_of(case_of(token))
    if not case.is_enrolled or year in case.campaigns:
        return
    campaign: Campaign = state_of(campaign_of(year))
    if campaign.opened_on is not None:
        yield _order(case_of(token), c.RecordCampaign(year=year, city=city_of(campaign.body)), recorded)


def on_sanction(recorded: Recorded[agency.SanctionDecided], state_of: StateOf) -> Iterator[Order]:
    yield from _on_measure(recorded, recorded.fact.decided_on, state_of)


def on_org_measure(recorded: Recorded[agency.OrgMeasureImposed], state_of: StateOf) -> Iterator[Order]:
    yield from _on_measure(recorded, recorded.fact.imposed_on, state_of)


def _on_measure(recorded: Recorded[Any], decided_on: Any, state_of: StateOf) -> Iterator[Order]:
    fact = recorded.fact
    command = c.RecordMeasure(
        **_told(fact),
        decision_no=fact.decision_no,
        code=fact.code,
        form=fact.form,
        decided_on=decided_on,
        effective_on=fact.effective_on,
        announced_on=fact.announced_on,
        district=fact.district_code,
        level=fact.management_level,
        error_category=fact.error_category,
        dereliction=fact.dereliction,
        important_post=fact.important_post,
        period_months=fact.period_months,
        case_no=fact.case_no,
    )
    yield from _record(recorded, fact.subject_token, command, state_of)
    roll: Roll = state_of(ROLL_STREAM)
    city = city_of(fact.district_code)
    if city not in roll.cities:
        yield _order(ROLL_STREAM, c.NoteCity(city=city), recorded)
    yield from _remind(recorded, recorded.meta.on.year, state_of)


def _remind(recorded: Recorded[Any], year: int, state_of: StateOf) -> Iterator[Order]:
    """Once a year, as soon as there are handled persons: the city body has to open the campaign."""
    campaign: Campaign = state_of(campaign_of(year))
    roll: Roll = state_of(ROLL_STREAM)
    if campaign.noted_on is None and campaign.opened_on is None and roll.cities:
        yield _order(campaign_of(year), c.RemindOfCampaign(year=year, body=min(roll.cities)), recorded)


def on_clock(recorded: Recorded[exchange.BusinessClockAdvanced], state_of: StateOf) -> Iterator[Order]:
    yield from _remind(recorded, recorded.fact.day.year, state_of)


def on_revocation(recorded: Recorded[agency.SanctionRevoked], state_of: StateOf) -> Iterator[Order]:
    fact = recorded.fact
    command = c.RecordRevocation(
        **_told(fact), decision_no=fact.decision_no, basis=fact.basis, voided_on=fact.revoked_on
    )
    yield from _record(recorded, fact.subject_token, command, state_of)


def on_restoration(recorded: Recorded[agency.PartyRightsRestored], state_of: StateOf) -> Iterator[Order]:
    fact = recorded.fact
    command = c.RecordRestoration(**_told(fact), decision_no=fact.decision_no, restored_on=fact.restored_on)
    yield from _record(recorded, fact.subject_token, command, state_of)


def on_profile(recorded: Recorded[agency.ProfileUpdated], state_of: StateOf) -> Iterator[Order]:
    fact = recorded.fact
    command = c.RecordProfile(
        **_told(fact),
        as_of=fact.as_of,
        published_at=fact.origin.published_at,
        birth_month=fact.birth_month,
        service_status=fact.service_status,
        district=fact.district_code,
        level=fact.management_level,
    )
    yield from _record(recorded, fact.subject_token, command, state_of)


def on_appointment(recorded: Recorded[agency.AppointmentConfirmed], state_of: StateOf) -> Iterator[Order]:
    fact = recorded.fact
    command = c.RecordAppointment(
        **_told(fact), kind=fact.kind, effective_on=fact.effective_on, recommendation_no=fact.recommendation_no
    )
    yield from _record(recorded, fact.subject_token, command, state_of)


def on_award(recorded: Recorded[agency.AwardConferred], state_of: StateOf) -> Iterator[Order]:
    fact = recorded.fact
    command = c.RecordAward(**_told(fact), award=fact.award, conferred_on=fact.conferred_on)
    yield from _record(recorded, fact.subject_token, command, state_of)


def on_case_filed(recorded: Recorded[agency.CaseFiled], state_of: StateOf) -> Iterator[Order]:
    fact = recorded.fact
    command = c.RecordCaseFiled(**_told(fact), case_no=fact.case_no, filed_on=fact.filed_on)
    yield from _record(recorded, fact.subject_token, command, state_of)


def on_case_withdrawn(recorded: Recorded[agency.CaseWithdrawn], state_of: StateOf) -> Iterator[Order]:
    fact = recorded.fact
    command = c.RecordCaseWithdrawn(**_told(fact), case_no=fact.case_no, withdrawn_on=fact.withdrawn_on)
    yield from _record(recorded, fact.subject_token, command, state_of)


def on_judgment(recorded: Recorded[agency.JudgmentEffective], state_of: StateOf) -> Iterator[Order]:
    """A judgment of the SUBJECT; that of a false accuser concerns clarification alone."""
    fact = recorded.fact
    if fact.party != "SUBJECT" or fact.subject_token is None:
        return
    command = c.RecordJudgment(
        **_told(fact), criminal_case_no=fact.criminal_case_no, verdict=fact.verdict, effective_on=fact.effective_on
    )
    yield from _record(recorded, fact.subject_token, command, state_of)


def on_enrolled(recorded: Recorded[revisit.Enrolled], state_of: StateOf) -> Iterator[Order]:
    """Our own fact: the person stands on the roll, and takes part in a campaign that is already open."""
    fact = recorded.fact
    yield _order(ROLL_STREAM, c.RecordEnrolment(subject_token=fact.subject_token), recorded)
    yield from _campaign_of_year(recorded, fact.subject_token, fact.enrolled_on.year, state_of)


def on_campaign_opened(recorded: Recorded[revisit.CampaignOpened], state_of: StateOf) -> Iterator[Order]:
    """Our own fact: one session more for everybody on the roll who is in scope (3.4)."""
    roll: Roll = state_of(ROLL_STREAM)
    command = c.RecordCampaign(year=recorded.fact.year, city=city_of(recorded.fact.body))
    for token in sorted(roll.tokens):
        yield _order(case_of(token), command, recorded)


def on_sent(recorded: Recorded[reporting.RecommendationSent], _state_of: StateOf) -> Iterator[Order]:
    yield _recommendation(recorded, "SENT")


def on_recommendation_suspended(
    recorded: Recorded[reporting.RecommendationSuspended], _state_of: StateOf
) -> Iterator[Order]:
    yield _recommendation(recorded, "SUSPENDED")


def on_recommendation_withdrawn(
    recorded: Recorded[reporting.RecommendationWithdrawn], _state_of: StateOf
) -> Iterator[Order]:
    yield _recommendation(recorded, "WITHDRAWN")


def on_answered(recorded: Recorded[reporting.RecommendationAnswered], _state_of: StateOf) -> Iterator[Order]:
    yield _recommendation(recorded, "ANSWERED", recorded.fact.outcome)


def _recommendation(recorded: Recorded[Any], state: str, outcome: str = "") -> Order:
    command = c.NoteRecommendation(recommendation_no=recorded.fact.recommendation_no, state=state, outcome=outcome)
    return _order(case_of(recorded.fact.subject_token), command, recorded)


REACTIONS: Mapping[type[Fact], Reaction] = {
    agency.SanctionDecided: on_sanction,
    agency.OrgMeasureImposed: on_org_measure,
    agency.SanctionRevoked: on_revocation,
    agency.PartyRightsRestored: on_restoration,
    agency.ProfileUpdated: on_profile,
    agency.AppointmentConfirmed: on_appointment,
    agency.AwardConferred: on_award,
    agency.CaseFiled: on_case_filed,
    agency.CaseWithdrawn: on_case_withdrawn,
    agency.JudgmentEffective: on_judgment,
    exchange.BusinessClockAdvanced: on_clock,
    revisit.Enrolled: on_enrolled,
    revisit.CampaignOpened: on_campaign_opened,
    reporting.RecommendationSent: on_sent,
    reporting.RecommendationSuspended: on_recommendation_suspended,
    reporting.RecommendationWithdrawn: on_recommendation_withdrawn,
    reporting.RecommendationAnswered: on_answered,
}
"""Fact of another (or, twice, of our own log) → what is recorded here."""
