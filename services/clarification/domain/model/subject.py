"""The subject's record: their reports, and which of their matters are open, in whatever order facts arrive."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.clarification.domain.commands import subject as c
from services.clarification.domain.events import subject as e
from services.clarification.domain.model.step import Step, require_competent, require_possible
from services.clarification.domain.rules.clarification import require_open_review
from services.clarification.domain.states.review import Review
from services.clarification.domain.states.subject import Subject
from services.clarification.domain.terms import ReviewKind
from shared.kernel import Command, Context, Fact, Model, Role, Task

Facts = Sequence[Fact]


def record_report(subject: Subject, command: c.RecordReport, context: Context) -> Facts:
    return () if command.report_token in subject.reports else (e.SubjectReported(**dict(command)),)


def record_matter_filed(subject: Subject, command: c.RecordMatterFiled, context: Context) -> Facts:
    if command.told.event in subject.heard:
        return ()
    known = [event for case_no, _, event in subject.filed if case_no == command.case_no]
    if known and command.told.supersedes not in known:
        return (e.SecondEventNoted(told=command.told, number=command.case_no),)
    return (e.MatterFiled(**dict(command)),)


def record_matter_ended(subject: Subject, command: c.RecordMatterEnded, context: Context) -> Facts:
    return () if command.told.event in subject.heard else (e.MatterEnded(**dict(command)),)


def record_judgment(subject: Subject, command: c.RecordJudgment, context: Context) -> Facts:
    if command.told.event in subject.heard:
        return ()
    known = [event for number, event in subject.judgments if number == command.criminal_case_no]
    if known and command.told.supersedes not in known:
        return (e.SecondEventNoted(told=command.told, number=command.criminal_case_no),)
    return (e.JudgmentRecorded(**dict(command)),)


def note_priority_advice(subject: Subject, command: c.NotePriorityAdvice, context: Context) -> Facts:
    """Note the advice once; no priority is changed by it. Source: domain.md section 8, no. 14."""
    return () if command.ref in subject.heard else (e.PriorityAdviceNoted(**dict(command)),)


def settle_second_event(subject: Subject, command: c.SettleSecondEvent, context: Context) -> Facts:
    finding = context.seal(subject.subject_token, command.finding)
    return (e.SecondEventSettled(ref=command.ref, finding_sealed=finding, settled_on=context.today),)


def settle_priority_advice(subject: Subject, command: c.SettlePriorityAdvice, context: Context) -> Facts:
    finding = context.seal(subject.subject_token, command.finding)
    return (e.PriorityConsidered(ref=command.ref, finding_sealed=finding, settled_on=context.today),)


def reviewing_body(subject: Subject) -> str:
    return subject.asked[-1] if subject.asked else ""


NOTES: Mapping[type[Command], Callable[[Subject, Any, Context], Facts]] = {
    c.RecordReport: record_report,
    c.RecordMatterFiled: record_matter_filed,
    c.RecordMatterEnded: record_matter_ended,
    c.RecordJudgment: record_judgment,
    c.NotePriorityAdvice: note_priority_advice,
}
SETTLING: Mapping[type[Command], tuple[ReviewKind, Callable[[Subject, Any, Context], Facts]]] = {
    c.SettleSecondEvent: (ReviewKind.SECOND_EVENT, settle_second_event),
    c.SettlePriorityAdvice: (ReviewKind.SURGE_OF_REPORTS, settle_priority_advice),
}
STEP_OF = {kind: command.name for command, (kind, _) in SETTLING.items()}


def decide(subject: Subject, command: Command, context: Context) -> Facts:
    note = NOTES.get(type(command))
    if note is not None:
        return note(subject, command, context)
    assert isinstance(command, c.SettleSecondEvent | c.SettlePriorityAdvice)
    kind, settle = SETTLING[type(command)]
    asked = {
        review.ref: body for review, body in zip(subject.reviews, subject.asked, strict=True) if review.kind is kind
    }
    step = Step(settle, frozenset({"KNOWN"}), lambda _: asked[command.ref])
    require_possible(step, subject.status, command)
    require_open_review(list(asked), command.ref)
    require_competent(step, subject, command, context)
    return settle(subject, command, context)


def reported(subject: Subject, fact: e.SubjectReported) -> Subject:
    return replace(subject, reports=(*subject.reports, fact.report_token))


def filed(subject: Subject, fact: e.MatterFiled) -> Subject:
    others = tuple(matter for matter in subject.filed if matter[0] != fact.case_no)
    matter = (fact.case_no, fact.filed_on, fact.told.event)
    return replace(subject, filed=(*others, matter), heard=subject.heard | {fact.told.event})


def ended(subject: Subject, fact: e.MatterEnded) -> Subject:
    others = tuple(matter for matter in subject.ended if matter[0] != fact.case_no)
    return replace(subject, ended=(*others, (fact.case_no, fact.ended_on)), heard=subject.heard | {fact.told.event})


def judged(subject: Subject, fact: e.JudgmentRecorded) -> Subject:
    others = tuple(known for known in subject.judgments if known[0] != fact.criminal_case_no)
    judgments = (*others, (fact.criminal_case_no, fact.told.event))
    return replace(subject, judgments=judgments, heard=subject.heard | {fact.told.event})


def second_noted(subject: Subject, fact: e.SecondEventNoted) -> Subject:
    review = Review(ReviewKind.SECOND_EVENT, fact.told.event, fact.told.received_on)
    return replace(
        subject,
        reviews=(*subject.reviews, review),
        asked=(*subject.asked, fact.told.body),
        heard=subject.heard | {fact.told.event},
    )


def advice_noted(subject: Subject, fact: e.PriorityAdviceNoted) -> Subject:
    review = Review(ReviewKind.SURGE_OF_REPORTS, fact.ref, fact.noted_on)
    return replace(
        subject,
        reviews=(*subject.reviews, review),
        asked=(*subject.asked, fact.body),
        heard=subject.heard | {fact.ref},
    )


def settled(subject: Subject, fact: e.SecondEventSettled | e.PriorityConsidered) -> Subject:
    kept = [pair for pair in zip(subject.reviews, subject.asked, strict=True) if pair[0].ref != fact.ref]
    return replace(subject, reviews=tuple(one for one, _ in kept), asked=tuple(body for _, body in kept))


REMEMBER: Mapping[type[Fact], Callable[[Subject, Any], Subject]] = {
    e.SubjectReported: reported,
    e.MatterFiled: filed,
    e.MatterEnded: ended,
    e.JudgmentRecorded: judged,
    e.SecondEventNoted: second_noted,
    e.SecondEventSettled: settled,
    e.PriorityAdviceNoted: advice_noted,
    e.PriorityConsidered: settled,
}


def evolve(subject: Subject, fact: Fact) -> Subject:
    return REMEMBER[type(fact)](subject, fact)


def tasks(subject: Subject) -> tuple[Task, ...]:
    return tuple(
        Task(STEP_OF[review.kind], Role.CASE_SUPERVISOR, body, review.opened_on, ref=review.ref)
        for review, body in zip(subject.reviews, subject.asked, strict=True)
    )


def summary(subject: Subject) -> Mapping[str, Any]:
    return {
        "status": subject.status,
        "subject": subject.subject_token,
        "body": reviewing_body(subject),
        "reports": subject.reports,
        "open_matters": [{"case_no": case_no, "filed_on": filed_on} for case_no, filed_on in subject.open_matters()],
    }


SUBJECT: Model[Subject] = Model(
    kind="subject",
    initial=Subject,
    decide=decide,
    evolve=evolve,
    facts=e.FACTS,
    commands=c.COMMANDS,
    tasks=tasks,
    summary=summary,
)
