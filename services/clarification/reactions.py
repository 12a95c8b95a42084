"""What others' facts mean here: one table, fact → orders. Reactions record, open and remind (E-6)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from services.clarification.domain.commands import clarification as case
from services.clarification.domain.commands import subject as person
from services.clarification.domain.terms import Consent, PointFinding, ReportedIssue, Told
from shared.casework import Order, Reaction
from shared.contracts import agency
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
    """Register the report, and tell it the matters of its subject that are open."""
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
    fact = recorded.fact
    yield to_report(
        recorded,
        case.RecordConclusion(
            told=told_by(recorded),
            concluded_on=fact.concluded_on,
            findings=tuple(PointFinding.model_validate(finding.model_dump()) for finding in fact.findings),
            secrecy_blocks=bool(fact.secrecy_blocks),
            subject_wish=Consent(fact.subject_wish) if fact.subject_wish else None,
        ),
    )


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
    """A judgment against the subject goes to the subject's reports; a second one of the same number to a person."""
    fact, told = recorded.fact, told_by(recorded)
    if fact.party != "SUBJECT":
        return
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
}
