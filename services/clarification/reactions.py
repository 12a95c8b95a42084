"""What others' facts mean here: one table, fact → orders. Reactions record, open and remind (E-6)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from services.clarification.domain.commands import accusation
from services.clarification.domain.commands import clarification as case
from services.clarification.domain.commands import subject as person
from services.clarification.domain.terms import (
    AccusationSigns,
    Classification,
    Consent,
    JusticeKind,
    PointFinding,
    ReportedIssue,
    Told,
)
from shared.casework import Order, Reaction
from shared.contracts import agency
from shared.contracts import clarification as own
from shared.kernel import Actor, Command, Fact, Recorded

Orders = Iterator[Order]
StateOf = Callable[[str], Any]
SYSTEM = Actor.system("clarification")


def told_by(recorded: Recorded[Any]) -> Told:
    """Return which agency event told it; keys name the source, since numbers are unique to it only."""
    origin: agency.Origin = recorded.fact.origin
    return Told(
        event=f"{origin.source}#{origin.event_id}",
        body=origin.source.rpartition(".")[2],
        received_on=recorded.meta.on,
        supersedes=f"{origin.source}#{origin.supersedes}" if origin.supersedes else None,
    )


def order(recorded: Recorded[Any], stream: str, command: Command) -> Order:
    correlation = recorded.meta.cor or recorded.fact_id
    return Order(stream, command, SYSTEM, correlation_id=correlation, causation_id=recorded.fact_id)


def to_report(recorded: Recorded[Any], command: Command) -> Order:
    return order(recorded, f"clarification:{recorded.fact.report_token}", command)


def report_registered(recorded: Recorded[agency.ReportRegistered], state_of: StateOf) -> Orders:
    """Register the report, tell it the matters of its subject that are open, and its author's case a correction."""
    fact, told = recorded.fact, told_by(recorded)
    yield to_report(
        recorded,
        case.RecordRegistration(
            told=told,
            subject_token=fact.subject_token,
            level=fact.management_level,
            district=fact.district_code,
            received_on=fact.received_on,
            issues=tuple(ReportedIssue(issue_id=one.issue_id, category=one.category) for one in fact.issues),
        ),
    )
    subject = f"subject:{fact.subject_token}"
    yield order(recorded, subject, person.RecordReport(report_token=fact.report_token, event=told.event))
    for case_no, filed_on in state_of(subject).open_matters():
        noted = case.NoteOtherMatter(case_no=case_no, filed_on=filed_on, received_on=told.received_on)
        yield to_report(recorded, noted)
    if state_of(f"accusation:{fact.report_token}").about is not None:
        report = state_of(f"clarification:{fact.report_token}")
        yield to_accusation(recorded, accusation.RecordReport(**whose(report), told=told))


def petition_transferred(recorded: Recorded[agency.PetitionTransferred], state_of: StateOf) -> Orders:
    fact = recorded.fact
    yield to_report(
        recorded,
        case.RecordTransfer(
            told=told_by(recorded), to_body=fact.to_body, transferred_on=fact.transferred_on, reason=fact.reason
        ),
    )


def repeat_flagged(recorded: Recorded[agency.RepeatFlagged], state_of: StateOf) -> Orders:
    fact = recorded.fact
    yield to_report(recorded, case.RecordRepeat(told=told_by(recorded), count=fact.count, flagged_on=fact.flagged_on))


def verification_concluded(recorded: Recorded[agency.VerificationConcluded], state_of: StateOf) -> Orders:
    """Record the conclusion; where it is in force and has signs of a false accusation, or had, record these too."""
    fact, told = recorded.fact, told_by(recorded)
    yield to_report(
        recorded,
        case.RecordConclusion(
            told=told,
            concluded_on=fact.concluded_on,
            findings=tuple(PointFinding.model_validate(finding.model_dump()) for finding in fact.findings),
            secrecy_blocks=bool(fact.secrecy_blocks),
            subject_wish=Consent(fact.subject_wish) if fact.subject_wish else None,
        ),
    )

    report = state_of(f"clarification:{fact.report_token}")
    in_force = report.ledger.conclusion is not None and report.ledger.conclusion.told.event == told.event
    followed = state_of(f"accusation:{fact.report_token}").conclusion is not None
    if in_force and (fact.accusation_findings is not None or followed):
        yield to_accusation(recorded, _signs(fact, told, report))


def _signs(fact: agency.VerificationConcluded, told: Told, report: Any) -> accusation.RecordSigns:
    findings = fact.accusation_findings
    return accusation.RecordSigns(
        **whose(report),
        told=told,
        concluded_on=fact.concluded_on,
        supported=report.conclusion.proposed is Classification.UNFOUNDED,
        signs=AccusationSigns.model_validate(findings.model_dump()) if findings is not None else None,
    )


def whose(report: Any) -> dict[str, Any]:
    """Return subject, district, level and handling body of a report, for the case about its author."""
    registration = report.registration
    return {
        "subject_token": registration.subject_token,
        "district": registration.district,
        "level": registration.level,
        "handling_body": report.body,
    }


def to_accusation(recorded: Recorded[Any], command: Command) -> Order:
    return order(recorded, f"accusation:{recorded.fact.report_token}", command)


def case_filed(recorded: Recorded[agency.CaseFiled], state_of: StateOf) -> Orders:
    """Record the matter on its subject; each report of the subject learns of it, unless it has ended already."""
    fact, told = recorded.fact, told_by(recorded)
    stream = f"subject:{fact.subject_token}"
    filed = person.RecordMatterFiled(told=told, case_no=fact.case_no, filed_on=fact.filed_on)
    yield order(recorded, stream, filed)
    subject = state_of(stream)
    for case_no, filed_on in subject.open_matters():
        if case_no == fact.case_no:
            noted = case.NoteOtherMatter(case_no=case_no, filed_on=filed_on, received_on=told.received_on)
            yield from to_reports_of(recorded, subject.reports, noted)


def case_withdrawn(recorded: Recorded[agency.CaseWithdrawn], state_of: StateOf) -> Orders:
    fact = recorded.fact
    yield from matter_ended(recorded, state_of, fact.case_no, fact.withdrawn_on)


def sanction_decided(recorded: Recorded[agency.SanctionDecided], state_of: StateOf) -> Orders:
    if recorded.fact.case_no is not None:
        yield from matter_ended(recorded, state_of, recorded.fact.case_no, recorded.fact.decided_on)


def org_measure_imposed(recorded: Recorded[agency.OrgMeasureImposed], state_of: StateOf) -> Orders:
    if recorded.fact.case_no is not None:
        yield from matter_ended(recorded, state_of, recorded.fact.case_no, recorded.fact.imposed_on)


def matter_ended(recorded: Recorded[Any], state_of: StateOf, case_no: str, ended_on: date) -> Orders:
    """Record the end of a matter, also one not told to be filed yet; each report of the subject learns of it."""
    told, stream = told_by(recorded), f"subject:{recorded.fact.subject_token}"
    yield order(recorded, stream, person.RecordMatterEnded(told=told, case_no=case_no, ended_on=ended_on))
    noted = case.NoteOtherMatterEnded(case_no=case_no, ended_on=ended_on, received_on=told.received_on)
    yield from to_reports_of(recorded, state_of(stream).reports, noted)


def to_reports_of(recorded: Recorded[Any], reports: Iterable[str], command: Command) -> Orders:
    for report in reports:
        yield order(recorded, f"clarification:{report}", command)


def judgment_effective(recorded: Recorded[agency.JudgmentEffective], state_of: StateOf) -> Orders:
    """A judgment against the subject goes to their reports; against a false accuser to the report's side record."""
    if recorded.fact.party == "SUBJECT":
        yield from subject_judged(recorded, state_of)
    elif recorded.fact.report_token:
        fact = recorded.fact
        kind = JusticeKind.JUDGMENT_EFFECTIVE
        yield justice(recorded, state_of, kind, fact.criminal_case_no, fact.verdict, fact.effective_on)


def subject_judged(recorded: Recorded[agency.JudgmentEffective], state_of: StateOf) -> Orders:
    """Tell each report of the subject; a second judgment of the same number goes to a person only."""
    fact, told = recorded.fact, told_by(recorded)
    stream = f"subject:{fact.subject_token}"
    content = {
        "told": told,
        "criminal_case_no": fact.criminal_case_no,
        "verdict": fact.verdict,
        "effective_on": fact.effective_on,
    }
    yield order(recorded, stream, person.RecordJudgment(**content))
    if state_of(stream).has_judgment(told.event):
        yield from to_reports_of(recorded, state_of(stream).reports, case.NoteConviction(**content))


def justice(
    recorded: Recorded[Any],
    state_of: StateOf,
    kind: JusticeKind,
    number: str,
    result: str,
    happened_on: date,
    key: str = "",
) -> Order:
    """Order one entry of the side record; key: what a second event is known by, the number by default."""
    report = state_of(f"clarification:{recorded.fact.report_token}")
    return to_accusation(
        recorded,
        accusation.RecordJustice(
            **whose(report),
            told=told_by(recorded),
            kind=kind,
            key=key or number,
            number=number,
            result=result,
            happened_on=happened_on,
        ),
    )


def clue_received(recorded: Recorded[agency.PoliceClueReceived], state_of: StateOf) -> Orders:
    fact = recorded.fact
    kind = JusticeKind.CLUE_RECEIVED
    yield justice(recorded, state_of, kind, fact.transfer_no, "ACCEPTED", fact.accepted_on, key=fact.report_token)


def police_case_filed(recorded: Recorded[agency.PoliceCaseFiled], state_of: StateOf) -> Orders:
    fact = recorded.fact
    kind = JusticeKind.CASE_FILED
    yield justice(recorded, state_of, kind, fact.criminal_case_no, fact.charge, fact.filed_on, key=fact.transfer_no)


def police_case_not_filed(recorded: Recorded[agency.PoliceCaseNotFiled], state_of: StateOf) -> Orders:
    fact = recorded.fact
    yield justice(recorded, state_of, JusticeKind.CASE_NOT_FILED, fact.transfer_no, fact.reason, fact.decided_on)


def penalty_imposed(recorded: Recorded[agency.PolicePenaltyImposed], state_of: StateOf) -> Orders:
    fact = recorded.fact
    yield justice(recorded, state_of, JusticeKind.PENALTY_IMPOSED, fact.decision_no, fact.kind, fact.imposed_on)


def investigation_concluded(recorded: Recorded[agency.PoliceInvestigationConcluded], state_of: StateOf) -> Orders:
    fact = recorded.fact
    kind = JusticeKind.INVESTIGATION_CONCLUDED
    yield justice(recorded, state_of, kind, fact.criminal_case_no, fact.result, fact.concluded_on)


def prosecution_decided(recorded: Recorded[agency.ProsecutionDecided], state_of: StateOf) -> Orders:
    fact = recorded.fact
    kind = JusticeKind.PROSECUTION_DECIDED
    yield justice(recorded, state_of, kind, fact.criminal_case_no, fact.result, fact.decided_on)


def accusation_recognised(recorded: Recorded[own.AccusationRecognised], state_of: StateOf) -> Orders:
    """Our own recognition opens or raises the victim's case, and the two are linked (F-8)."""
    yield to_report(recorded, case.OpenForVictim(received_on=recorded.meta.on))
    yield to_accusation(recorded, accusation.NoteClarificationLinked())


def accusation_reversed(recorded: Recorded[own.AccusationReversed], state_of: StateOf) -> Orders:
    """A reversal asks a person to look at the victim's case again (2.3)."""
    yield to_report(recorded, case.NoteAccusationReversed(ref=recorded.fact_id, received_on=recorded.meta.on))


def appointment_confirmed(recorded: Recorded[agency.AppointmentConfirmed], state_of: StateOf) -> Orders:
    yield from later_outcome(recorded, state_of, recorded.fact.kind, recorded.fact.effective_on)


def award_conferred(recorded: Recorded[agency.AwardConferred], state_of: StateOf) -> Orders:
    yield from later_outcome(recorded, state_of, "AWARD", recorded.fact.conferred_on)


def later_outcome(recorded: Recorded[Any], state_of: StateOf, outcome: str, outcome_on: date) -> Orders:
    """An award or appointment is offered to each report of the person; only cleared ones keep it (C-21)."""
    reports = state_of(f"subject:{recorded.fact.subject_token}").reports
    kept = case.RecordLaterOutcome(told=told_by(recorded), outcome=outcome, outcome_on=outcome_on)
    yield from to_reports_of(recorded, reports, kept)


REACTIONS: Mapping[type[Fact], Reaction] = {
    agency.ReportRegistered: report_registered,
    agency.PetitionTransferred: petition_transferred,
    agency.RepeatFlagged: repeat_flagged,
    agency.VerificationConcluded: verification_concluded,
    agency.CaseFiled: case_filed,
    agency.CaseWithdrawn: case_withdrawn,
    agency.SanctionDecided: sanction_decided,
    agency.OrgMeasureImposed: org_measure_imposed,
    agency.JudgmentEffective: judgment_effective,
    agency.AppointmentConfirmed: appointment_confirmed,
    agency.AwardConferred: award_conferred,
    agency.PoliceClueReceived: clue_received,
    agency.PoliceCaseFiled: police_case_filed,
    agency.PoliceCaseNotFiled: police_case_not_filed,
    agency.PolicePenaltyImposed: penalty_imposed,
    agency.PoliceInvestigationConcluded: investigation_concluded,
    agency.ProsecutionDecided: prosecution_decided,
    own.AccusationRecognised: accusation_recognised,
    own.AccusationReversed: accusation_reversed,
}
