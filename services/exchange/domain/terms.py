"""The agencies' event types (section 5 of the contract), the tokens and the fields that name what an event is about."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shared.contracts import agency
from shared.contracts.agency import AGENCY_FACTS, AgencyFact
from shared.kernel import Policy

SOURCE = re.compile(r"urn:agency:(?P<code>(?P<kind>[0-9A-Za-z_-]+)\.[0-9A-Za-z_-]+)")
NUMBER = re.compile(r"[0-9A-Za-z._:/-]{1,64}")
TOKEN = re.compile(r"[SGRA]-[0-9a-f]{12}")

KEY_FIELDS = (
    "report_token",
    "case_no",
    "matter_no",
    "decision_no",
    "transfer_no",
    "criminal_case_no",
    "recommendation_no",
    "doc_no",
    "reference_no",
    "subject_token",
)
"""Fields a correction never changes (section 4.3); the party of a judgment is one more."""

RECOMMENDATION = "recommendation"
SUGGESTION = "suggestion"


class ExchangePolicy(Policy):
    """The exchange's numbers: limits of a line and of the door, and how long a line may stay parked."""

    line_bytes: int
    nesting: int
    clock_ahead_hours: int
    parked_days: int
    http_bytes: int


@dataclass(frozen=True, slots=True)
class EventType:
    """One row of section 5.

    needs: (kind of number, field) that must have been applied before; provides: the numbers that exist once it is
    applied; stream: (kind of stream, field of its key), the field absent where the number leads to the report.
    """

    fact: type[AgencyFact]
    publishers: tuple[str, ...]
    stream: tuple[str, str]
    needs: tuple[str, str] | None = None
    provides: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        return self.fact.fact_name


REPORT = ("report", "report_token")
PERSON = ("person", "subject_token")
OF_CLUE = ("clue", "transfer_no")
OF_CRIMINAL_CASE = ("criminal", "criminal_case_no")
OF_RECOMMENDATION = (RECOMMENDATION, "recommendation_no")
OF_SUGGESTION = (SUGGESTION, "doc_no")


def _types() -> tuple[EventType, ...]:
    petition, handling, trial, police = ("petition",), ("handling",), ("trial",), ("police",)
    organisation, unit = ("organisation",), ("unit",)
    linked = ("report", "")
    return (
        EventType(agency.ReportRegistered, petition, REPORT, provides=(REPORT,)),
        EventType(agency.RepeatFlagged, petition, REPORT, REPORT),
        EventType(agency.PetitionTransferred, petition, REPORT, REPORT),
        EventType(agency.VerificationConcluded, handling, REPORT, REPORT),
        EventType(agency.CaseFiled, handling, PERSON, provides=(("case", "case_no"),)),
        EventType(agency.CaseWithdrawn, handling, PERSON, ("case", "case_no")),
        EventType(
            agency.AccountabilityMatterIdentified,
            handling,
            ("matter", "matter_no"),
            provides=(("matter", "matter_no"),),
        ),
        EventType(
            agency.SanctionDecided,
            trial,
            PERSON,
            provides=(("measure", "decision_no"), ("sanction", "decision_no")),
        ),
        EventType(agency.SanctionRevoked, trial, PERSON, ("measure", "decision_no")),
        EventType(agency.PartyRightsRestored, trial, PERSON, ("sanction", "decision_no")),
        EventType(agency.OrgMeasureImposed, ("trial", "organisation"), PERSON, provides=(("measure", "decision_no"),)),
        EventType(agency.PoliceClueReceived, police, REPORT, REPORT, (OF_CLUE,)),
        EventType(agency.PoliceCaseFiled, police, linked, OF_CLUE, (OF_CRIMINAL_CASE,)),
        EventType(agency.PoliceCaseNotFiled, police, linked, OF_CLUE),
        EventType(agency.PolicePenaltyImposed, police, linked, OF_CLUE),
        EventType(agency.PoliceInvestigationConcluded, police, linked, OF_CRIMINAL_CASE),
        EventType(
            agency.ProsecutionDecided,
            ("procuratorate",),
            linked,
            OF_CRIMINAL_CASE,
            (("prosecution", "criminal_case_no"),),
        ),
        EventType(agency.JudgmentEffective, ("court",), linked, ("prosecution", "criminal_case_no")),
        EventType(agency.ProfileUpdated, organisation, PERSON),
        EventType(agency.RecommendationAcknowledged, organisation, OF_RECOMMENDATION, OF_RECOMMENDATION),
        EventType(agency.RecommendationDecided, organisation, OF_RECOMMENDATION, OF_RECOMMENDATION),
        EventType(agency.AppointmentConfirmed, organisation, PERSON),
        EventType(agency.AwardConferred, organisation, PERSON),
        EventType(agency.SuggestionReplied, unit, OF_SUGGESTION, OF_SUGGESTION),
        EventType(agency.RectificationCompleted, unit, ("matter", "reference_no"), ("matter", "reference_no")),
    )


EVENT_TYPES: Mapping[str, EventType] = MappingProxyType({row.name: row for row in _types()})
assert tuple(EVENT_TYPES) == tuple(fact.fact_name for fact in AGENCY_FACTS)
KINDS = frozenset(kind for row in EVENT_TYPES.values() for kind in row.publishers)
