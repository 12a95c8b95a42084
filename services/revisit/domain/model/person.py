"""A handled person (受处分处理人员): measures, bars, scope by day, appointments; also of people not revisited."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from services.revisit.domain import commands as c
from services.revisit.domain import events as e
from services.revisit.domain.errors import (
    AppointmentUnknown,
    NotHandledPopulation,
    NotTheCasesBody,
    PromotionStillStands,
    SecondEventUnknown,
)
from services.revisit.domain.rules import (
    HEAVY_FORM,
    PROBATION,
    Bars,
    bars_in_force,
    form_of,
    government_periods_overlap,
    probation_over_on,
    scope_of,
)
from services.revisit.domain.terms import MeasureTaken, RevisitPolicy
from shared.contracts.revisit import ScopeSegment
from shared.kernel import Command, Context, Fact, ManagementLevel, Model, Role, Task

COUNTED_KINDS = ("PROMOTED", "RANK_RAISED", "IMPORTANT_USE")
CONVICTED = ("CONVICTED", "CONVICTED_EXEMPT")
PROBATION_OVER = "probation-over:"
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of one person; every table by the number the agencies use.

    measures: content in force by decision number; voids: revoked ones.
    profiles: all in force by event (a corrected one is replaced). confirmed: appointment → as confirmed.
    """

    token: str
    measures: Mapping[str, e.MeasureRecorded] = field(default_factory=dict)
    voids: Mapping[str, e.MeasureVoided] = field(default_factory=dict)
    restored: Mapping[str, date] = field(default_factory=dict)
    awaited: frozenset[str] = frozenset()
    probations: Mapping[str, date] = field(default_factory=dict)
    profiles: Mapping[str, e.ProfileNoted] = field(default_factory=dict)
    appointments: Mapping[str, e.AppointmentNoted] = field(default_factory=dict)
    confirmed: Mapping[str, e.PromotionConfirmed] = field(default_factory=dict)
    awards: Mapping[str, date] = field(default_factory=dict)
    filed: Mapping[str, date] = field(default_factory=dict)
    withdrawn: Mapping[str, date] = field(default_factory=dict)
    judgments: Mapping[str, str] = field(default_factory=dict)
    doubts: Mapping[str, e.SecondEventNoted] = field(default_factory=dict)
    bars: Mapping[str, date | None] = field(default_factory=dict)
    overlap_warning: bool = False
    scope: tuple[ScopeSegment, ...] = ()
    quiet_since: date | None = None
    seen: frozenset[str] = frozenset()

    @property
    def in_force(self) -> list[e.MeasureRecorded]:
        """Measures not revoked, the latest decided last: the same in whatever order they were told."""
        return sorted((measure for number, measure in self.measures.items() if number not in self.voids), key=decided)

    @property
    def now(self) -> ScopeSegment | None:
        """The segment that holds on the newest day known."""
        return self.scope[-1] if self.scope else None

    @property
    def in_scope(self) -> bool:
        return bool(self.scope) and self.scope[-1].in_scope

    @property
    def open_cases(self) -> tuple[str, ...]:
        """Cases filed, neither withdrawn nor ended by a measure with that number (agency-events.md 6.1)."""
        if not self.filed:
            return ()
        ended = {measure.case_no for measure in self.measures.values()}
        return tuple(no for no in self.filed if no not in self.withdrawn and no not in ended)

    @property
    def convicted(self) -> bool:
        return any(verdict in CONVICTED for verdict in self.judgments.values())

    @property
    def district(self) -> str:
        """Where the person is managed: by the scope, else by the newest measure, else by the profile."""
        if self.in_scope:
            return self.scope[-1].district
        newest = self._newest
        return newest.district if newest else ""

    @property
    def level(self) -> str:
        if self.in_scope:
            return self.scope[-1].level
        newest = self._newest
        return newest.level if newest else ""

    @property
    def _newest(self) -> e.MeasureRecorded | e.ProfileNoted | None:
        if self.measures:
            return max(self.measures.values(), key=decided)
        return max(self.profiles.values(), key=lambda one: (one.as_of, one.published_at), default=None)


def decided(measure: e.MeasureRecorded) -> tuple[date, str]:
    """Order of measures: by the day of the decision, on one day by its number."""
    return measure.decided_on, measure.decision_no


def in_population(state: Person, appointment: e.AppointmentNoted) -> bool:
    """Is the person handled in the sense of 5.1 for this appointment: in scope, by a measure up to that year's end?"""
    year_end = date(appointment.effective_on.year, 12, 31)
    return state.in_scope and any(measure.decided_on <= year_end for measure in state.in_force)


def awaits_confirmation(state: Person, appointment: e.AppointmentNoted) -> bool:
    """Is there an appointment of a counted kind that nobody confirmed yet? LATERAL never is (5.22)."""
    return (
        appointment.kind in COUNTED_KINDS
        and appointment.event not in state.confirmed
        and in_population(state, appointment)
    )


# What agencies told


def _told(command: c.RecordTold, context: Context) -> dict[str, Any]:
    return {"event": command.event, "noted_on": context.today}


def _content(command: c.RecordTold) -> dict[str, Any]:
    return command.model_dump(exclude={"event", "supersedes"})


def _second(state: Person, command: c.RecordTold, key: str, context: Context) -> Sequence[Fact]:
    return (
        e.SecondEventNoted(
            **_told(command, context),
            event_type=type(command).__name__.removeprefix("Record"),
            key=key,
            due_on=context.workdays.after(context.today, context.policy.settle_within),
        ),
    )


def _record_measure(state: Person, command: c.RecordMeasure, context: Context) -> Sequence[Fact]:
    known = command.decision_no in state.measures
    if known and not command.supersedes:
        return _second(state, command, command.decision_no, context)
    fact = _measure_fact(state, command, context, correction=known)
    return _with_consequences(state, fact, "MEASURE_CORRECTED" if known else "MEASURE_DECIDED", context.policy)


def _measure_fact(state: Person, command: c.RecordMeasure, context: Context, *, correction: bool) -> e.MeasureRecorded:
    form, policy = form_of(command.code, command.form), context.policy
    return e.MeasureRecorded(
        subject_token=state.token,
        **_told(command, context),
        **{**_content(command), "form": form},
        correction=correction,
        counted=command.decided_on >= policy.population_from and form <= HEAVY_FORM,
        probation_over_on=probation_over_on(command, policy) if command.code in PROBATION else None,
    )


def _record_revocation(state: Person, command: c.RecordRevocation, context: Context) -> Sequence[Fact]:
    if command.decision_no in state.voids and not command.supersedes:
        return _second(state, command, command.decision_no, context)
    fact = e.MeasureVoided(subject_token=state.token, **_told(command, context), **_content(command))
    return _with_consequences(state, fact, "MEASURE_REVOKED", context.policy)


def _record_restoration(state: Person, command: c.RecordRestoration, context: Context) -> Sequence[Fact]:
    if command.decision_no in state.restored and not command.supersedes:
        return _second(state, command, command.decision_no, context)
    fact = e.PartyRightsNoted(**_told(command, context), **_content(command))
    return _with_consequences(state, fact, "RIGHTS_RESTORED", context.policy)


def _record_profile(state: Person, command: c.RecordProfile, context: Context) -> Sequence[Fact]:
    fact = e.ProfileNoted(**_told(command, context), **_content(command), replaces=command.supersedes)
    if not state.measures:
        return (fact,)
    return _with_consequences(state, fact, "PROFILE", context.policy)


def _with_consequences(state: Person, fact: Fact, reason: str, policy: RevisitPolicy) -> Sequence[Fact]:
    """Return the fact, and the bars and the scope where they are others than before (V-20: appended)."""
    after = evolve(state, fact)
    facts: list[Fact] = [fact]
    in_force = after.in_force
    bars: Bars = bars_in_force(in_force, after.restored, policy)
    overlap = government_periods_overlap(in_force, policy)
    if (bars, overlap) != (after.bars, after.overlap_warning):
        facts.append(
            e.BarsComputed(
                subject_token=state.token,
                bars=bars,
                before=dict(after.bars),
                reason=reason,
                overlap_warning=overlap,
            )
        )
    segments = scope_of(in_force, [*after.profiles.values()], policy, ever_measured=bool(after.measures))
    if segments != after.scope:
        facts.append(e.ScopeComputed(subject_token=state.token, segments=segments, reason=reason))
    return facts


def _record_appointment(state: Person, command: c.RecordAppointment, context: Context) -> Sequence[Fact]:
    noted = e.AppointmentNoted(
        **_told(command, context),
        **_content(command),
        replaces=command.supersedes,
        confirm_due=context.workdays.after(context.today, context.policy.confirm_within),
    )
    if command.supersedes not in state.confirmed:
        return (noted,)
    withdrawn = e.PromotionWithdrawn(
        subject_token=state.token, appointment_id=command.supersedes, reason="APPOINTMENT_CORRECTED"
    )
    return (noted, withdrawn)


def _record_award(state: Person, command: c.RecordAward, context: Context) -> Sequence[Fact]:
    sealed = context.seal(state.token, command.award)
    return (
        e.AwardNoted(
            **_told(command, context),
            replaces=command.supersedes,
            conferred_on=command.conferred_on,
            award_sealed=sealed,
        ),
    )


def _record_case_filed(state: Person, command: c.RecordCaseFiled, context: Context) -> Sequence[Fact]:
    if command.case_no in state.filed and not command.supersedes:
        return _second(state, command, command.case_no, context)
    return (e.CaseFiledNoted(**_told(command, context), **_content(command)),)


def _record_case_withdrawn(state: Person, command: c.RecordCaseWithdrawn, context: Context) -> Sequence[Fact]:
    if command.case_no in state.withdrawn and not command.supersedes:
        return _second(state, command, command.case_no, context)
    return (e.CaseWithdrawnNoted(**_told(command, context), **_content(command)),)


def _record_judgment(state: Person, command: c.RecordJudgment, context: Context) -> Sequence[Fact]:
    if command.criminal_case_no in state.judgments and not command.supersedes:
        return _second(state, command, command.criminal_case_no, context)
    return (e.JudgmentNoted(**_told(command, context), **_content(command)),)


def _pass_probation(state: Person, command: c.PassProbation, _context: Context) -> Sequence[Fact]:
    if command.decision_no not in state.probations or command.decision_no in state.awaited:
        return ()
    return (e.RestorationAwaited(decision_no=command.decision_no, since=command.since),)


# What persons decide


def _confirm_promotion(state: Person, command: c.ConfirmPromotion, context: Context) -> Sequence[Fact]:
    appointment = state.appointments.get(command.appointment_id)
    if appointment is None or appointment.kind not in COUNTED_KINDS or appointment.event in state.confirmed:
        raise AppointmentUnknown(appointment_id=command.appointment_id)
    if not in_population(state, appointment):
        raise NotHandledPopulation
    _require_body(state, context)
    barred = [kind for kind, free in state.bars.items() if free is None or free > appointment.effective_on]
    return (
        e.PromotionConfirmed(
            subject_token=state.token,
            appointment_id=appointment.event,
            kind=appointment.kind,
            effective_on=appointment.effective_on,
            recommendation_no=appointment.recommendation_no,
            district=state.district,
            level=ManagementLevel(state.level),
            barred=tuple(barred),
        ),
    )


def _withdraw_promotion(state: Person, command: c.WithdrawPromotion, context: Context) -> Sequence[Fact]:
    if command.appointment_id not in _confirmed_in_vain(state):
        raise PromotionStillStands(appointment_id=command.appointment_id)
    _require_body(state, context)
    return (
        e.PromotionWithdrawn(
            subject_token=state.token,
            appointment_id=command.appointment_id,
            reason="NOT_IN_POPULATION",
            note_sealed=context.seal(state.token, command.reason),
        ),
    )


def _review_second_event(state: Person, command: c.ReviewSecondEvent, context: Context) -> Sequence[Fact]:
    if command.event not in state.doubts:
        raise SecondEventUnknown(event=command.event)
    _require_body(state, context)
    return (e.SecondEventReviewed(event=command.event, finding_sealed=context.seal(state.token, command.finding)),)


def _require_body(state: Person, context: Context) -> None:
    if context.actor.body != state.district:
        raise NotTheCasesBody(actor_body=context.actor.body, body=state.district)


def _confirmed_in_vain(state: Person) -> list[str]:
    """Confirmed appointments of a person whose measures were all revoked since: never handled at all."""
    return [*state.confirmed] if state.confirmed and not state.in_force else []


DECIDE: Mapping[type[Command], Callable[[Person, Any, Context], Sequence[Fact]]] = {
    c.RecordMeasure: _record_measure,
    c.RecordRevocation: _record_revocation,
    c.RecordRestoration: _record_restoration,
    c.RecordProfile: _record_profile,
    c.RecordAppointment: _record_appointment,
    c.RecordAward: _record_award,
    c.RecordCaseFiled: _record_case_filed,
    c.RecordCaseWithdrawn: _record_case_withdrawn,
    c.RecordJudgment: _record_judgment,
    c.PassProbation: _pass_probation,
    c.ConfirmPromotion: _confirm_promotion,
    c.WithdrawPromotion: _withdraw_promotion,
    c.ReviewSecondEvent: _review_second_event,
}


def decide(state: Person, command: Command, context: Context) -> Sequence[Fact]:
    """Agency facts are recorded in any state (E-8); the same event again changes nothing."""
    if isinstance(command, c.RecordTold) and command.event in state.seen:
        return ()
    return DECIDE[type(command)](state, command, context)


# What follows for the state


def _noted(state: Person, fact: e.ToldFact, **changes: Any) -> Person:
    return replace(state, quiet_since=fact.noted_on, seen=state.seen | {fact.event}, **changes)


def _measure_recorded(state: Person, fact: e.MeasureRecorded) -> Person:
    return _with_probations(_noted(state, fact, measures={**state.measures, fact.decision_no: fact}))


def _measure_voided(state: Person, fact: e.MeasureVoided) -> Person:
    return _with_probations(_noted(state, fact, voids={**state.voids, fact.decision_no: fact}))


def _rights_noted(state: Person, fact: e.PartyRightsNoted) -> Person:
    return _with_probations(_noted(state, fact, restored={**state.restored, fact.decision_no: fact.restored_on}))


def _with_probations(state: Person) -> Person:
    """Measures whose restoration is still to come, with the first day after their probation."""
    probations = {
        measure.decision_no: measure.probation_over_on
        for measure in state.in_force
        if measure.probation_over_on is not None and measure.decision_no not in state.restored
    }
    if probations == state.probations:
        return state
    return replace(state, probations=probations, awaited=state.awaited & probations.keys())


def _profile_noted(state: Person, fact: e.ProfileNoted) -> Person:
    return _noted(state, fact, profiles=_replaced(state.profiles, fact))


def _appointment_noted(state: Person, fact: e.AppointmentNoted) -> Person:
    return _noted(state, fact, appointments=_replaced(state.appointments, fact))


def _replaced(known: Mapping[str, Any], fact: Any) -> Mapping[str, Any]:
    kept = {event: earlier for event, earlier in known.items() if event != fact.replaces}
    return {**kept, fact.event: fact}


def _award_noted(state: Person, fact: e.AwardNoted) -> Person:
    kept = {event: day for event, day in state.awards.items() if event != fact.replaces}
    return _noted(state, fact, awards={**kept, fact.event: fact.conferred_on})


def _confirmed(state: Person, fact: e.PromotionConfirmed) -> Person:
    return replace(state, confirmed={**state.confirmed, fact.appointment_id: fact})


def _withdrawn(state: Person, fact: e.PromotionWithdrawn) -> Person:
    return replace(state, confirmed={k: v for k, v in state.confirmed.items() if k != fact.appointment_id})


def _reviewed(state: Person, fact: e.SecondEventReviewed) -> Person:
    return replace(state, doubts={event: doubt for event, doubt in state.doubts.items() if event != fact.event})


EVOLVE: Mapping[type[Fact], Callable[[Person, Any], Person]] = {
    e.MeasureRecorded: _measure_recorded,
    e.MeasureVoided: _measure_voided,
    e.BarsComputed: lambda s, f: replace(s, bars=f.bars, overlap_warning=f.overlap_warning),
    e.ScopeComputed: lambda s, f: replace(s, scope=f.segments),
    e.PartyRightsNoted: _rights_noted,
    e.RestorationAwaited: lambda s, f: replace(s, awaited=s.awaited | {f.decision_no}),
    e.ProfileNoted: _profile_noted,
    e.AppointmentNoted: _appointment_noted,
    e.AwardNoted: _award_noted,
    e.CaseFiledNoted: lambda s, f: _noted(s, f, filed={**s.filed, f.case_no: f.filed_on}),
    e.CaseWithdrawnNoted: lambda s, f: _noted(s, f, withdrawn={**s.withdrawn, f.case_no: f.withdrawn_on}),
    e.JudgmentNoted: lambda s, f: _noted(s, f, judgments={**s.judgments, f.criminal_case_no: f.verdict}),
    e.SecondEventNoted: lambda s, f: _noted(s, f, doubts={**s.doubts, f.event: f}),
    e.SecondEventReviewed: _reviewed,
    e.PromotionConfirmed: _confirmed,
    e.PromotionWithdrawn: _withdrawn,
}


def evolve(state: Person, fact: Fact) -> Person:
    return EVOLVE[type(fact)](state, fact)


# What is derived


def standing_of(state: Person) -> c.RecordStanding:
    """Return the picture that the person's revisit case needs."""
    now = state.now
    if now is None or not now.in_scope:
        return c.RecordStanding(
            in_scope=False, reason=now.reason if now else "NOT_HANDLED", bars=dict(state.bars), district=state.district
        )
    counted = [measure for measure in state.in_force if measure.counted]
    return c.RecordStanding(
        in_scope=True,
        program=now.program,
        planned_deep=now.planned_deep,
        district=now.district,
        level=now.level,
        error_category=counted[-1].error_category if counted else "",
        measures=tuple(_taken(state, measure) for measure in counted),
        bars=dict(state.bars),
        open_cases=state.open_cases,
        convicted=state.convicted,
    )


def _taken(state: Person, measure: e.MeasureRecorded) -> MeasureTaken:
    return MeasureTaken(
        decision_no=measure.decision_no,
        code=measure.code,
        decided_on=measure.decided_on,
        effective_on=measure.effective_on,
        announced_on=measure.announced_on,
        period_months=measure.period_months,
        restored_on=state.restored.get(measure.decision_no),
    )


def deadlines(state: Person) -> Mapping[str, date]:
    if not state.probations:
        return NOTHING
    return {PROBATION_OVER + number: over for number, over in state.probations.items() if number not in state.awaited}


def pass_deadline(kind: str, day: date) -> Command:
    return c.PassProbation(decision_no=kind.removeprefix(PROBATION_OVER), since=day)


def tasks(state: Person) -> Sequence[Task]:
    if not state.measures:
        return ()
    body = state.district
    confirm = [
        Task(
            step=c.ConfirmPromotion.name,
            role=Role.REVISIT_OFFICER,
            body=body,
            opened_on=appointment.noted_on,
            due_on=appointment.confirm_due,
            quiet_since=state.quiet_since,
            ref=appointment.event,
        )
        for appointment in state.appointments.values()
        if awaits_confirmation(state, appointment)
    ]
    since = state.quiet_since
    withdraw = [
        Task(step=c.WithdrawPromotion.name, role=Role.REVISIT_OFFICER, body=body, opened_on=since, ref=appointment)
        for appointment in _confirmed_in_vain(state)
        if since is not None
    ]
    review = [
        Task(
            step=c.ReviewSecondEvent.name,
            role=Role.REVISIT_OFFICER,
            body=body,
            opened_on=doubt.noted_on,
            due_on=doubt.due_on,
            ref=doubt.event,
        )
        for doubt in state.doubts.values()
    ]
    return [*confirm, *withdraw, *review]


def summary(state: Person) -> Mapping[str, Any]:
    now = state.now
    return {
        "status": _status(state),
        "body": state.district,
        "district": state.district,
        "level": state.level,
        "subject": state.token,
        "program": now.program if now else "",
        "planned_deep": bool(now and now.planned_deep),
        "bars": dict(state.bars),
        "overlap_warning": state.overlap_warning,
        "awaiting_restoration": sorted(state.awaited),
        "measures": [
            {
                "decision_no": measure.decision_no,
                "code": measure.code,
                "form": measure.form,
                "decided_on": measure.decided_on,
                "effective_on": measure.effective_on,
                "voided": measure.decision_no in state.voids,
            }
            for measure in state.measures.values()
        ],
        "scope": [segment.model_dump() for segment in state.scope],
        "appointments": [_appointment_row(state, appointment) for appointment in state.appointments.values()],
        "awards": sorted(state.awards.values()),
        "open_cases": list(state.open_cases),
        "second_events": [{"event": d.event, "key": d.key, "type": d.event_type} for d in state.doubts.values()],
    }


def _status(state: Person) -> str:
    if not state.measures:
        return "NOT_HANDLED"
    return "IN_SCOPE" if state.in_scope else "OUT_OF_SCOPE"


def _appointment_row(state: Person, appointment: e.AppointmentNoted) -> dict[str, Any]:
    return {
        "appointment_id": appointment.event,
        "kind": appointment.kind,
        "effective_on": appointment.effective_on,
        "confirmed": appointment.event in state.confirmed,
        "to_confirm": awaits_confirmation(state, appointment),
        "barred": [kind for kind, free in state.bars.items() if free is None or free > appointment.effective_on],
    }


PERSON = Model(
    kind="person",
    initial=Person,
    decide=decide,
    evolve=evolve,
    facts=tuple(EVOLVE),
    commands=tuple(DECIDE),
    deadlines=deadlines,
    tasks=tasks,
    summary=summary,
    pass_deadline=pass_deadline,
)
