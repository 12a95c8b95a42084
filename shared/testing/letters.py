"""A kind of case small enough to read at a glance, for tests and measurements of what every service is built on.

A letter (来信) arrives, may be noted on and put off, and is answered; an answer that is late is recorded as such.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from shared.kernel import Command, Context, Fact, Model, Policy, Refusal, Role, Task
from shared.kernel.text import NeutralText

DAYS_TO_ANSWER = 10
POLICY = Policy(policy_id="letters", version=1, effective_from="2023-01-01", scope="330200", sources={})


class LetterReceived(Fact):
    fact_name = "post.letter_received.v1"
    zh = "收到来信，{due_on} 前回复"
    en = "a letter was received, to be answered by {due_on}"
    subject_token: str
    body: str
    received_on: date
    due_on: date


class LetterNoted(Fact):
    fact_name = "post.letter_noted.v1"
    zh = "批注第 {number} 条"
    en = "note {number} was made"
    number: int
    note_sealed: str


class LetterPutOff(Fact):
    fact_name = "post.letter_put_off.v1"
    zh = "延期至 {due_on}"
    en = "put off to {due_on}"
    due_on: date


class AnswerMissed(Fact):
    fact_name = "post.answer_missed.v1"
    zh = "{due_on} 未回复"
    en = "not answered by {due_on}"
    due_on: date


class LetterAnswered(Fact):
    fact_name = "post.letter_answered.v1"
    zh = "{answered_on} 已回复"
    en = "answered on {answered_on}"
    subject_token: str
    answered_on: date


PUBLIC: tuple[type[Fact], ...] = (LetterReceived, LetterAnswered)


class RecordLetter(Command):
    """Record a letter that arrived."""

    subject_token: str = "S-1"  # noqa: S105
    body: str = "330206"


class NoteOnLetter(Command):
    """Make a note on the letter; its text is sealed."""

    name = "note"
    roles = frozenset({Role.HANDLER, Role.DEPT_HEAD})
    text: NeutralText


class PutOffLetter(Command):
    """Put the answer off by some days."""

    name = "extension"
    roles = frozenset({Role.DEPT_HEAD})
    days: int


class AnswerLetter(Command):
    """Answer the letter."""

    name = "answer"
    roles = frozenset({Role.HANDLER})
    copies: int = 1


class PassAnswerDate(Command):
    due_on: date


class LetterAnsweredAlready(Refusal):
    rule = "L-1"
    source = "the post's own rule 1"
    zh = "来信 {case_id} 已回复"
    en = "letter {case_id} was answered already"
    fix_zh = "另立一信"
    fix_en = "open another letter"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it stands: RECEIVED or ANSWERED."""

    case_id: str
    status: str = ""
    subject: str = ""
    body: str = ""
    received_on: date = date.min
    due_on: date = date.min
    notes: int = 0
    missed: bool = False


def decide(state: Letter, command: Any, context: Context) -> Sequence[Fact]:
    match command:
        case RecordLetter():
            due_on = context.today + timedelta(days=DAYS_TO_ANSWER)
            received = LetterReceived(
                subject_token=command.subject_token, body=command.body, received_on=context.today, due_on=due_on
            )
            return () if state.status else (received,)
        case PassAnswerDate():
            return () if state.status == "ANSWERED" else (AnswerMissed(due_on=command.due_on),)
    if state.status == "ANSWERED":
        raise LetterAnsweredAlready(case_id=state.case_id)
    match command:
        case NoteOnLetter():
            sealed = context.seal(state.case_id, command.text)
            return (LetterNoted(number=state.notes + 1, note_sealed=sealed),)
        case PutOffLetter():
            return (LetterPutOff(due_on=state.due_on + timedelta(days=command.days)),)
        case AnswerLetter():
            return tuple(
                LetterAnswered(subject_token=state.subject, answered_on=context.today) for _ in range(command.copies)
            )
    raise AssertionError(command)


def evolve(state: Letter, fact: Any) -> Letter:
    match fact:
        case LetterReceived():
            return Letter(
                state.case_id, "RECEIVED", fact.subject_token, fact.body, fact.received_on, fact.due_on, state.notes
            )
        case LetterNoted():
            return replace(state, notes=fact.number)
        case LetterPutOff():
            return replace(state, due_on=fact.due_on, missed=False)
        case AnswerMissed():
            return replace(state, missed=True)
        case LetterAnswered():
            return replace(state, status="ANSWERED")
    raise AssertionError(fact)


def deadlines(state: Letter) -> Mapping[str, date]:
    if state.status != "RECEIVED" or state.missed:
        return {}
    return {"answer": state.due_on + timedelta(days=1)}


def pass_deadline(_kind: str, day: date) -> Command:
    return PassAnswerDate(due_on=day - timedelta(days=1))


def tasks(state: Letter) -> Sequence[Task]:
    if state.status != "RECEIVED":
        return ()
    return (Task("answer", Role.HANDLER, state.body, state.received_on, due_on=state.due_on, urgent=state.missed),)


def summary(state: Letter) -> Mapping[str, Any]:
    return {
        "status": state.status,
        "body": state.body,
        "district": state.body,
        "level": "COUNTY_MANAGED",
        "subject": state.subject,
        "notes": state.notes,
        "due_on": state.due_on,
        "missed": state.missed,
    }


LETTERS: Model[Letter] = Model(
    kind="letter",
    initial=Letter,
    decide=decide,
    evolve=evolve,
    facts=(LetterReceived, LetterNoted, LetterPutOff, AnswerMissed, LetterAnswered),
    commands=(RecordLetter, NoteOnLetter, PutOffLetter, AnswerLetter, PassAnswerDate),
    deadlines=deadlines,
    tasks=tasks,
    summary=summary,
    pass_deadline=pass_deadline,
)
