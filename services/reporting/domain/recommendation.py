"""The recommendation's life with the organisation department (推荐使用): domain.md 5.5, V-14, S-9, S-10."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from services.reporting.domain import commands as c
from services.reporting.domain import errors, rules
from services.reporting.domain import events as e
from services.reporting.domain.terms import (
    ANSWERED,
    BEFORE_SENDING,
    COUNTED_AS_PROMOTED,
    WITH_RECEIVER,
    AnswerOutcome,
    FollowUp,
    Status,
)
from shared.kernel import Command, Context, Fact, ManagementLevel

ACKNOWLEDGEMENT, OUTCOME = "acknowledgement", "outcome"
Facts = Sequence[Fact]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One recommendation. `concern` is the open new concern; while it is with the receiver, it is suspended.

    reply_events: event ids of replies that were recorded; acknowledged_by, answered_by: the events in force;
    to_check: event id → day noted; promotions: appointment id → kind confirmed.
    """

    number: str
    status: Status = Status.NONE
    subject: str = ""
    use: str = ""
    bars: Mapping[str, date | None] = field(default_factory=dict)
    grade: str = ""
    evaluated_on: date = date.min
    sessions: int = 0
    has_opinions: bool = False
    informed: bool = False
    body: str = ""
    district: str = ""
    level: ManagementLevel = ManagementLevel.OTHER
    proposed_by: str = ""
    reviewed_by: str = ""
    approved_by: str = ""
    since: date = date.min
    valid_until: date | None = None
    send_by: date | None = None
    secrecy: bool = False
    receiver: str = ""
    sent_on: date | None = None
    acknowledge_due: date | None = None
    outcome_due: date | None = None
    remind_on: date | None = None
    breached: frozenset[str] = frozenset()
    concern: str = ""
    concern_on: date = date.min
    reply_events: frozenset[str] = frozenset()
    acknowledged_by: str = ""
    answered_by: str = ""
    outcome: str = ""
    decided_on: date = date.min
    review_on: date | None = None
    reason_code: str | None = None
    to_check: Mapping[str, date] = field(default_factory=dict)
    promotions: Mapping[str, str] = field(default_factory=dict)
    follow_up: str = ""
    alerted: bool = False

    @property
    def suspended(self) -> bool:
        return bool(self.concern) and self.status in WITH_RECEIVER

    @property
    def people(self) -> dict[str, str]:
        """Who did the steps that must be different persons' acts."""
        return {"proposed": self.proposed_by, "reviewed": self.reviewed_by, "approved": self.approved_by}


def initial(number: str) -> Recommendation:
    return Recommendation(number)


def decide(state: Recommendation, command: Command, context: Context) -> Facts:
    """Return what follows from a command; a person's command may be refused, a recording one never is (E-8)."""
    if type(command) in BY_HOUSE:
        return BY_HOUSE[type(command)](state, command, context)
    if state.status is not Status.NONE:
        rules.require_body(context.actor, state.body)
    return BY_PERSON[type(command)](state, command, context)


def _review(state: Recommendation, command: c.ReviewRecommendation, context: Context) -> Facts:
    rules.require_status(state.status, command.name, [Status.DRAFT])
    rules.require_other_person(context.actor, command.name, {"proposed": state.proposed_by})
    opinion = context.seal(state.number, command.opinion)
    return [
        e.RecommendationReviewed(reviewed_by=context.actor.person_id, opinion_sealed=opinion, reviewed_on=context.today)
    ]


def _approve(state: Recommendation, command: c.ApproveRecommendation, context: Context) -> Facts:
    rules.require_status(state.status, command.name, [Status.REVIEWED])
    earlier = {"proposed": state.proposed_by, "reviewed": state.reviewed_by}
    rules.require_other_person(context.actor, command.name, earlier)
    rules.require_no_concern(state)
    valid_until = context.today + timedelta(days=context.policy.validity_days)
    fresh_until = state.evaluated_on + timedelta(days=context.policy.evaluation_valid_days)
    return [
        e.RecommendationApproved(
            approved_by=context.actor.person_id,
            opinion_sealed=context.seal(state.number, command.opinion),
            approved_on=context.today,
            valid_until=valid_until,
            send_by=max(context.today, min(valid_until, fresh_until)),
        )
    ]


def _send(state: Recommendation, command: c.SendRecommendation, context: Context) -> Facts:
    _require_sendable(state, command, context)
    rules.require_other_person(context.actor, command.name, state.people)
    rules.require_no_concern(state)
    rules.require_conditions(state, context.today, context.policy, secrecy=command.secrecy_of_personnel_work)
    policy, today = context.policy, context.today
    return [
        e.RecommendationSent(
            recommendation_no=state.number,
            subject_token=state.subject,
            receiver=rules.receiver_by(state.body, state.level, command.receiver, command.unit_code),
            use=state.use,
            sent_on=today,
            sent_by=context.actor.person_id,
            acknowledge_due=context.workdays.after(today, policy.acknowledge_within_workdays),
            outcome_due=today + timedelta(days=policy.outcome_within_days),
            valid_until=today + timedelta(days=policy.validity_days),
            secrecy_of_personnel_work=command.secrecy_of_personnel_work,
        )
    ]


def _require_sendable(state: Recommendation, command: c.SendRecommendation, context: Context) -> None:
    """Refuse unless approved and valid, or deferred and due again. Source: 5.5, S-9."""
    if state.status is Status.OUTCOME and state.outcome == AnswerOutcome.DEFERRED:
        if state.review_on is not None and context.today < state.review_on:
            raise errors.TooEarly(review_on=state.review_on)
        return
    rules.require_status(state.status, command.name, [Status.APPROVED])
    rules.require_valid(state.valid_until, context.today)


def _study(state: Recommendation, command: c.StartStudy, context: Context) -> Facts:
    rules.require_status(state.status, command.name, [Status.RECEIVED])
    rules.require_between(command.told_on, state.since, context.today)
    return [e.StudyStarted(told_on=command.told_on)]


def _follow_up(state: Recommendation, command: c.FollowUpRecommendation, context: Context) -> Facts:
    rules.require_status(state.status, command.name, [Status.OUTCOME])
    rules.require_between(command.followed_on, state.decided_on, context.today)
    if command.follow_up in COUNTED_AS_PROMOTED and command.follow_up not in state.promotions.values():
        raise errors.PromotionNotConfirmed(follow_up=command.follow_up)
    return [e.FollowUpRecorded(follow_up=command.follow_up, followed_on=command.followed_on)]


def _close(state: Recommendation, command: c.CloseRecommendation, context: Context) -> Facts:
    rules.require_status(state.status, command.name, [Status.FOLLOWED_UP])
    return [
        e.RecommendationClosed(
            recommendation_no=state.number,
            subject_token=state.subject,
            follow_up=state.follow_up,
            closed_on=context.today,
        )
    ]


def _withdraw(state: Recommendation, command: c.WithdrawRecommendation, context: Context) -> Facts:
    rules.require_status(state.status, command.name, sorted(BEFORE_SENDING | WITH_RECEIVER))
    return [
        e.RecommendationWithdrawn(
            recommendation_no=state.number,
            subject_token=state.subject,
            withdrawn_on=context.today,
            withdrawn_by=context.actor.person_id,
            reason_sealed=context.seal(state.number, command.reason),
        )
    ]


def _alert(state: Recommendation, command: c.AlertReceiver, context: Context) -> Facts:
    rules.require_status(state.status, command.name, sorted(ANSWERED))
    return [
        e.RecommendationAlerted(
            recommendation_no=state.number,
            subject_token=state.subject,
            alerted_on=context.today,
            alerted_by=context.actor.person_id,
            reason_sealed=context.seal(state.number, command.reason),
        )
    ]


def _resume(state: Recommendation, command: c.ResumeRecommendation, context: Context) -> Facts:
    rules.require_status(state.status, command.name, sorted(BEFORE_SENDING | WITH_RECEIVER) if state.concern else [])
    rules.require_other_person(context.actor, command.name, {"proposed": state.proposed_by})
    rules.require_conditions(state, context.today, context.policy, secrecy=state.secrecy)
    finding = context.seal(state.number, command.finding)
    person = context.actor.person_id
    if not state.suspended:
        return [e.ConcernSettled(settled_by=person, finding_sealed=finding, settled_on=context.today)]
    rules.require_valid(state.valid_until, context.today)
    return [
        e.RecommendationResumed(
            recommendation_no=state.number,
            subject_token=state.subject,
            resumed_on=context.today,
            resumed_by=person,
            finding_sealed=finding,
        )
    ]


def _check_answer(state: Recommendation, command: c.CheckAnswer, context: Context) -> Facts:
    if command.event_id not in state.to_check:
        raise errors.NothingToCheck(event_id=command.event_id)
    return [
        e.AnswerChecked(
            event_id=command.event_id,
            checked_by=context.actor.person_id,
            finding_sealed=context.seal(state.number, command.finding),
            checked_on=context.today,
        )
    ]


def _record_draft(state: Recommendation, command: c.RecordDraft, _context: Context) -> Facts:
    if state.status is not Status.NONE:
        return []
    return [e.RecommendationDrafted(**dict(command))]


def _record_standing(state: Recommendation, command: c.RecordStanding, _context: Context) -> Facts:
    bars = dict(state.bars if command.bars is None else command.bars)
    grade, evaluated_on = command.grade or state.grade, command.evaluated_on or state.evaluated_on
    if state.status in (Status.NONE, Status.CLOSED, Status.WITHDRAWN) or evaluated_on < state.evaluated_on:
        return []
    if (bars, grade, evaluated_on) == (dict(state.bars), state.grade, state.evaluated_on):
        return []
    return [e.StandingNoted(bars=bars, grade=grade, evaluated_on=evaluated_on)]


def _record_concern(state: Recommendation, command: c.RecordConcern, context: Context) -> Facts:
    """S-10: with the receiver it is suspended at once; before and after, a person is told."""
    if state.status in (Status.NONE, Status.WITHDRAWN) or state.concern == command.reason:
        return []
    if state.status in WITH_RECEIVER and not state.concern:
        return [
            e.RecommendationSuspended(
                recommendation_no=state.number,
                subject_token=state.subject,
                reason=command.reason,
                suspended_on=context.today,
            )
        ]
    return [e.ConcernNoted(reason=command.reason, noted_on=context.today)]


def _record_acknowledgement(state: Recommendation, command: c.RecordAcknowledgement, context: Context) -> Facts:
    if command.event_id in state.reply_events:
        return []
    acknowledged = e.RecommendationAcknowledged(
        event_id=command.event_id, receipt_no=command.receipt_no, received_on=command.received_on
    )
    if not state.acknowledged_by and command.supersedes is None:
        return [acknowledged]
    if command.supersedes == state.acknowledged_by and state.status is Status.RECEIVED:
        return [acknowledged]
    return [_to_check(command, state, context, command.receipt_no, command.received_on)]


def _record_answer(state: Recommendation, command: c.RecordAnswer, context: Context) -> Facts:
    """The first answer takes effect; a correction replaces it while it was not acted upon (agency-events.md 4.3)."""
    if command.event_id in state.reply_events:
        return []
    first = not state.answered_by and command.supersedes is None and state.status in WITH_RECEIVER
    corrects = command.supersedes == state.answered_by and state.status is Status.OUTCOME
    if (first or corrects) and _is_complete(command):
        return [
            e.RecommendationAnswered(
                recommendation_no=state.number,
                subject_token=state.subject,
                outcome=command.outcome,
                decided_on=command.decided_on,
                event_id=command.event_id,
                review_on=command.review_on,
                reason_code=command.reason_code,
            )
        ]
    return [_to_check(command, state, context, command.outcome, command.decided_on)]


def _is_complete(command: c.RecordAnswer) -> bool:
    """DEFERRED needs a day to look at it again, DECLINED a reason. Source: agency-events.md 5.21."""
    match command.outcome:
        case AnswerOutcome.DEFERRED:
            return command.review_on is not None
        case AnswerOutcome.DECLINED:
            return command.reason_code is not None
        case _:
            return True


def _to_check(
    command: c.RecordAcknowledgement | c.RecordAnswer,
    state: Recommendation,
    context: Context,
    content: str,
    told_on: date,
) -> Fact:
    if command.supersedes is not None:
        reason = "LATE_CORRECTION"
    elif isinstance(command, c.RecordAnswer) and not _is_complete(command):
        reason = "INCOMPLETE"
    else:
        reason = "SECOND_EVENT" if state.answered_by or state.acknowledged_by else f"NOT_EXPECTED_IN_{state.status}"
    return e.AnswerCheckAsked(
        event_id=command.event_id, reason=reason, content=content, told_on=told_on, noted_on=context.today
    )


def _record_promotion(state: Recommendation, command: c.RecordPromotion, _context: Context) -> Facts:
    if state.promotions.get(command.appointment_id, "") == command.kind:
        return []
    return [e.PromotionNoted(appointment_id=command.appointment_id, kind=command.kind)]


def _remind(state: Recommendation, command: c.RemindReceiver, context: Context) -> Facts:
    """A limit passed: the breach once, then reminders month by month while no outcome is there. Source: [A] 5.5."""
    due = state.acknowledge_due if command.stage == ACKNOWLEDGEMENT else state.outcome_due
    if due is None or command.stage not in deadlines(state):
        return []
    facts: list[Fact] = []
    if command.stage not in state.breached:
        days_late = (context.today - due).days
        facts.append(e.DeadlineBreached(stage=command.stage, due_on=due, days_late=days_late))
    if command.stage == OUTCOME:
        next_on = context.today + timedelta(days=context.policy.reminder_every_days)
        facts.append(e.ReceiverReminded(stage=OUTCOME, reminded_on=context.today, next_on=next_on))
    return facts


Decision = Callable[[Recommendation, Any, Context], Facts]
BY_PERSON: Mapping[type[Command], Decision] = {
    c.ReviewRecommendation: _review,
    c.ApproveRecommendation: _approve,
    c.SendRecommendation: _send,
    c.StartStudy: _study,
    c.FollowUpRecommendation: _follow_up,
    c.CloseRecommendation: _close,
    c.WithdrawRecommendation: _withdraw,
    c.AlertReceiver: _alert,
    c.ResumeRecommendation: _resume,
    c.CheckAnswer: _check_answer,
}
BY_HOUSE: Mapping[type[Command], Decision] = {
    c.RecordDraft: _record_draft,
    c.RecordStanding: _record_standing,
    c.RecordConcern: _record_concern,
    c.RecordAcknowledgement: _record_acknowledgement,
    c.RecordAnswer: _record_answer,
    c.RecordPromotion: _record_promotion,
    c.RemindReceiver: _remind,
}


def evolve(state: Recommendation, fact: Any) -> Recommendation:
    step = STEPS.get(type(fact))
    return step(state, fact) if step else state


def _drafted(state: Recommendation, fact: e.RecommendationDrafted) -> Recommendation:
    return replace(
        state,
        status=Status.DRAFT,
        subject=fact.subject_token,
        use=fact.use,
        bars=fact.bars,
        grade=fact.grade,
        evaluated_on=fact.evaluated_on,
        sessions=len(fact.sessions),
        has_opinions=bool(fact.unit_opinion_ref and fact.integrity_opinion_ref),
        informed=fact.informed,
        body=fact.body,
        district=fact.district,
        level=fact.level,
        proposed_by=fact.proposed_by,
        since=fact.proposed_on,
    )


def _reviewed(state: Recommendation, fact: e.RecommendationReviewed) -> Recommendation:
    return replace(state, status=Status.REVIEWED, reviewed_by=fact.reviewed_by, since=fact.reviewed_on)


def _approved(state: Recommendation, fact: e.RecommendationApproved) -> Recommendation:
    return replace(
        state,
        status=Status.APPROVED,
        approved_by=fact.approved_by,
        since=fact.approved_on,
        valid_until=fact.valid_until,
        send_by=fact.send_by,
    )


def _sent(state: Recommendation, fact: e.RecommendationSent) -> Recommendation:
    return replace(
        state,
        status=Status.SENT,
        receiver=fact.receiver,
        secrecy=fact.secrecy_of_personnel_work,
        since=fact.sent_on,
        sent_on=fact.sent_on,
        acknowledge_due=fact.acknowledge_due,
        outcome_due=fact.outcome_due,
        remind_on=None,
        breached=frozenset(),
        valid_until=fact.valid_until,
        acknowledged_by="",
        answered_by="",
        outcome="",
        review_on=None,
        reason_code=None,
    )


def _acknowledged(state: Recommendation, fact: e.RecommendationAcknowledged) -> Recommendation:
    status = Status.RECEIVED if state.status is Status.SENT else state.status
    return replace(
        state,
        status=status,
        acknowledged_by=fact.event_id,
        since=fact.received_on if status is Status.RECEIVED else state.since,
        reply_events=state.reply_events | {fact.event_id},
    )


def _answered(state: Recommendation, fact: e.RecommendationAnswered) -> Recommendation:
    return replace(
        state,
        status=Status.OUTCOME,
        answered_by=fact.event_id,
        outcome=fact.outcome,
        decided_on=fact.decided_on,
        review_on=fact.review_on,
        reason_code=fact.reason_code,
        since=fact.decided_on,
        reply_events=state.reply_events | {fact.event_id},
    )


def _noted_to_check(state: Recommendation, fact: e.AnswerCheckAsked) -> Recommendation:
    return replace(
        state,
        to_check={**state.to_check, fact.event_id: fact.noted_on},
        reply_events=state.reply_events | {fact.event_id},
    )


def _checked(state: Recommendation, fact: e.AnswerChecked) -> Recommendation:
    return replace(state, to_check={key: day for key, day in state.to_check.items() if key != fact.event_id})


def _standing(state: Recommendation, fact: e.StandingNoted) -> Recommendation:
    return replace(state, bars=fact.bars, grade=fact.grade, evaluated_on=fact.evaluated_on)


def _promotion(state: Recommendation, fact: e.PromotionNoted) -> Recommendation:
    others = {key: kind for key, kind in state.promotions.items() if key != fact.appointment_id}
    return replace(state, promotions={**others, fact.appointment_id: fact.kind} if fact.kind else others)


def _without_concern(state: Recommendation, _fact: Fact) -> Recommendation:
    return replace(state, concern="")


Step = Callable[[Recommendation, Any], Recommendation]
STEPS: Mapping[type[Fact], Step] = {
    e.RecommendationDrafted: _drafted,
    e.RecommendationReviewed: _reviewed,
    e.RecommendationApproved: _approved,
    e.RecommendationSent: _sent,
    e.RecommendationAcknowledged: _acknowledged,
    e.StudyStarted: lambda state, fact: replace(state, status=Status.UNDER_STUDY, since=fact.told_on),
    e.RecommendationAnswered: _answered,
    e.AnswerCheckAsked: _noted_to_check,
    e.AnswerChecked: _checked,
    e.FollowUpRecorded: lambda state, fact: replace(
        state, status=Status.FOLLOWED_UP, follow_up=fact.follow_up, since=fact.followed_on
    ),
    e.RecommendationClosed: lambda state, fact: replace(state, status=Status.CLOSED, since=fact.closed_on),
    e.RecommendationWithdrawn: lambda state, fact: replace(
        state, status=Status.WITHDRAWN, since=fact.withdrawn_on, concern=""
    ),
    e.RecommendationSuspended: lambda state, fact: replace(state, concern=fact.reason, concern_on=fact.suspended_on),
    e.ConcernNoted: lambda state, fact: replace(state, concern=fact.reason, concern_on=fact.noted_on),
    e.RecommendationResumed: _without_concern,
    e.ConcernSettled: _without_concern,
    e.RecommendationAlerted: lambda state, _fact: replace(state, alerted=True, concern=""),
    e.StandingNoted: _standing,
    e.PromotionNoted: _promotion,
    e.DeadlineBreached: lambda state, fact: replace(state, breached=state.breached | {fact.stage}),
    e.ReceiverReminded: lambda state, fact: replace(state, remind_on=fact.next_on),
}


def deadlines(state: Recommendation) -> dict[str, date]:
    """Return the first day on which each limit of the receiver has passed; reminders follow month by month."""
    found: dict[str, date] = {}
    if state.status not in WITH_RECEIVER or state.concern:
        return found
    if state.status is Status.SENT and state.acknowledge_due and ACKNOWLEDGEMENT not in state.breached:
        found[ACKNOWLEDGEMENT] = state.acknowledge_due + timedelta(days=1)
    if state.outcome_due is not None:
        found[OUTCOME] = state.remind_on or state.outcome_due + timedelta(days=1)
    return found


def pass_deadline(kind: str, day: date) -> Command:
    return c.RemindReceiver(stage=kind, fired_on=day)


def may_promote(state: Recommendation) -> list[str]:
    """Return the follow-ups that the organisation department's facts allow. Source: S-9."""
    confirmed = set(state.promotions.values())
    return [kind.value for kind in FollowUp if kind not in COUNTED_AS_PROMOTED or kind in confirmed]
