"""Random commands by random roles: what may never happen does not happen, whatever is tried."""

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.clarification.bootstrap import POLICY
from services.clarification.domain.events import accusation as ae
from services.clarification.domain.events import clarification as ce
from services.clarification.domain.model.accusation import ACCUSATION
from services.clarification.domain.model.clarification import CLARIFICATION
from services.clarification.domain.terms import AccusationStatus, ClarificationPolicy, Status
from shared.casework import Order, require_role
from shared.holidays import published_workdays
from shared.kernel import (
    Actor,
    Command,
    Context,
    Fact,
    ManagementLevel,
    Model,
    Refusal,
    Role,
    body_level,
    load_policy,
)
from shared.kernel.bodies import BodyLevel
from shared.testing.story import plain_seal
from tests.services.clarification import builders as b
from tests.services.clarification.domain.test_steps import SENT, sent
from tests.services.clarification.small_town import finding

BODIES = (b.BODY, b.CITY, b.PROVINCE, "330282")
ACTORS = [b.who(role, body, number) for role in Role for body in BODIES for number in (1, 2)] + [b.SYSTEM]
POLICY_IN_FORCE = load_policy(POLICY, ClarificationPolicy)
WORKDAYS = published_workdays()
FOUND = st.sampled_from(
    [
        (b.AFFECTED,),
        (b.AFFECTED,),
        (b.AFFECTED, finding("TRUE", issue="I2")),
        (finding(),),
        (finding("TRUE"),),
        (finding("UNFOUNDED", "SOCIAL_IMPACT", side_effect=True),),
    ]
)
METHODS = st.sampled_from(
    [("WRITTEN",), ("MEETING",), ("WRITTEN", "MEETING"), ("WRITTEN", "IN_PERSON"), ("BULLETIN", "IN_PERSON")]
)
SCOPES = st.sampled_from(["PERSON_ONLY", "UNIT_LEADERSHIP", "UNIT_ALL", "SYSTEM"])


class Anything(RuleBasedStateMachine):
    """One case, driven by whoever wants to do whatever."""

    model: Model[Any]

    def __init__(self) -> None:
        super().__init__()
        self.state = self.model.initial(b.R)
        self.facts: list[tuple[Fact, Actor]] = []
        self.today = b.DAY
        self.told = 0
        self.quiet_until = b.DAY + timedelta(days=150)

    @rule(days=st.integers(1, 60))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)
        for kind, fires_on in dict(self.model.deadlines(self.state)).items():
            if fires_on <= self.today:
                assert self.model.pass_deadline is not None
                self.attempt(self.model.pass_deadline(kind, fires_on), b.SYSTEM)

    def attempt(self, command: Command, actor: Actor) -> bool:
        """Send as casework does; return whether it passed. A wrong role never does."""
        context = Context(self.today, actor, POLICY_IN_FORCE, WORKDAYS, plain_seal)
        try:
            require_role(Order(f"{self.model.kind}:{b.R}", command, actor))
            facts = self.model.decide(self.state, command, context)
        except Refusal:
            return False
        allowed = type(command).roles
        assert actor.role in allowed if allowed else not actor.is_person
        for fact in facts:
            self.facts.append((fact, actor))
            self.state = self.model.evolve(self.state, fact)
        return True

    def do_next(self, data: st.DataObject, commands: dict[str, Command]) -> None:
        """Do one of the tasks, so that a run gets somewhere."""
        tasks = [task for task in self.model.tasks(self.state) if task.step in commands]
        if tasks:
            task = data.draw(st.sampled_from(tasks))
            self.today = max(self.today, task.not_before or self.today)
            self.attempt(commands[task.step], b.who(task.role, task.body))

    def teardown(self) -> None:
        """Replaying gives the same state."""
        state = self.model.initial(b.R)
        for fact, _ in self.facts:
            state = self.model.evolve(state, fact)
        assert state == self.state

    @invariant()
    def what_is_shown_can_be_computed(self) -> None:
        assert self.model.summary(self.state)["status"] is not None
        steps = {command.name for command in self.model.commands}
        assert {task.step for task in self.model.tasks(self.state)} <= steps


class Clarifications(Anything):
    model = CLARIFICATION

    @initialize(findings=FOUND, level=st.sampled_from(list(ManagementLevel)))
    def begin(self, findings: Any, level: ManagementLevel) -> None:
        self.attempt(b.registration(level=level), b.SYSTEM)
        self.attempt(b.conclusion(*findings), b.SYSTEM)

    @rule(command=st.sampled_from([c for c in SENT if c in CLARIFICATION.commands]), actor=st.sampled_from(ACTORS))
    def anybody_tries_anything(self, command: type[Command], actor: Actor) -> None:
        self.attempt(sent(command), actor)

    @rule(data=st.data(), methods=METHODS, scope=SCOPES, times=st.integers(1, 12))
    def somebody_works_on(self, data: st.DataObject, methods: tuple[str, ...], scope: str, times: int) -> None:
        for _ in range(times):
            self.do_next(data, self.commands(methods, scope))

    def commands(self, methods: tuple[str, ...], scope: str) -> dict[str, Command]:
        kinds = {command.name: command for command in CLARIFICATION.commands}
        summary = CLARIFICATION.summary(self.state)
        plan = summary.get("next_revisit") or {"number": 1}
        content: dict[str, dict[str, Any]] = {
            "classification": {"classification": summary.get("proposed_classification")},
            "assessment": {},
            "assessment-result": {
                **dict(b.assessment_result()),
                "impact_reasons": summary.get("found_impact_reasons", ()),
            },
            "consent": {"consent": "AGREED"},
            "proposal": {**dict(b.proposal()), "methods": methods, "scope": scope},
            "not-needed": {
                "code": summary.get("exclusion") or "SECRECY",
                "proposer": "330206.HANDLER.2",
                "reason": "不需要",
            },
            "approval": {"scope_reason": "影响已扩散"},
            "implementation": {},
            "completion": {},
            "resumption": {},
            "deferral": {"review_on": self.today + timedelta(days=30)},
            "revisit-record": dict(b.revisit(plan["number"])),
            "effect-review": {"effect": "MOSTLY", "note": "良好"},
            "archive": {"archive_no": "DA-1"},
        }
        made = {step: kinds[step].model_validate(body) for step, body in content.items()}
        missing = [m for m in summary.get("methods", ()) if m not in summary.get("carried_out", ())]
        if missing:
            made["implementation-record"] = b.carried_out(missing[0], attendees="PERSON_ONLY")
        return made

    @precondition(lambda self: self.today > self.quiet_until)
    @rule(findings=FOUND, corrects=st.booleans())
    def an_agency_concludes_again(self, findings: Any, corrects: bool) -> None:
        self.quiet_until = self.today + timedelta(days=150)
        self.told += 1
        current = self.state.conclusion.told.event if corrects else None
        command = b.conclusion(*findings, event=f"again {self.told}", supersedes=current)
        assert self.attempt(command, b.SYSTEM)

    @rule(ended=st.sampled_from([True, True, False]))
    def another_matter_opens_or_ends(self, ended: bool) -> None:
        assert self.attempt(b.MATTER_ENDED if ended else b.MATTER, b.SYSTEM)

    @invariant()
    def closed_means_two_revisits_or_waivers(self) -> None:
        if self.state.status is Status.CLOSED:
            done = {held.number for held in self.state.care.revisits} | set(self.state.care.waived)
            assert {1, 2} <= done
            assert self.state.care.archive_no
            assert self.state.care.noticed

    @invariant()
    def nothing_is_cleared_without_a_written_clarification(self) -> None:
        for fact, _ in self.facts:
            if isinstance(fact, ce.ClarificationProposed | ce.Clarified | ce.ScopeWidened):
                assert "WRITTEN" in fact.methods

    @invariant()
    def the_right_principal_approves_and_not_the_proposer(self) -> None:
        for fact, actor in self.facts:
            if isinstance(fact, ce.ClarificationApproved):
                needed = {"CITY_MANAGED": b.CITY, "PROVINCE_MANAGED": b.PROVINCE}
                assert fact.approver_body == needed.get(self.state.registration.level, b.BODY)
                assert actor.role is Role.PRINCIPAL

    @invariant()
    def cleared_once_at_most(self) -> None:
        assert sum(isinstance(fact, ce.Clarified) for fact, _ in self.facts) <= 1

    @invariant()
    def the_system_decides_nothing(self) -> None:
        decided = (ce.ConclusionClassified, ce.ClarificationApproved, ce.Clarified, ce.NotNeededDecided, ce.CaseClosed)
        assert not any(isinstance(fact, decided) and not actor.is_person for fact, actor in self.facts)


class Accusations(Anything):
    model = ACCUSATION

    @initialize(level=st.sampled_from(list(ManagementLevel)))
    def begin(self, level: ManagementLevel) -> None:
        self.level = level
        self.attempt(b.signs(level=level), b.SYSTEM)

    @rule(command=st.sampled_from([c for c in SENT if c in ACCUSATION.commands]), actor=st.sampled_from(ACTORS))
    def anybody_tries_anything(self, command: type[Command], actor: Actor) -> None:
        self.attempt(sent(command), actor)

    @rule(data=st.data(), times=st.integers(1, 6))
    def somebody_works_on(self, data: st.DataObject, times: int) -> None:
        for _ in range(times):
            self.work_once(data)

    def work_once(self, data: st.DataObject) -> None:
        kinds = {command.name: command for command in ACCUSATION.commands}
        content: dict[str, dict[str, Any]] = {
            "suspicion": {},
            "verification-plan": {"investigators": b.INVESTIGATORS, "plan": "核查"},
            "recognition-proposal": {**dict(b.recognition_proposal()), "heard_on": self.state.since},
            "referral-up": {},
            "recognition": {},
            "return": {"reason": "更正"},
            "handling-measure": dict(b.MEASURE),
            "measure-result": {"number": "CL-1", "result": "IMPOSED"},
            "closing": dict(b.CLOSING),
        }
        self.do_next(data, {step: kinds[step].model_validate(body) for step, body in content.items()})

    @rule(supported=st.booleans())
    def the_conclusion_is_corrected(self, supported: bool) -> None:
        self.told += 1
        current = self.state.conclusion.told.event
        command = b.signs(f"again {self.told}", current, level=self.level, supported=supported)
        assert self.attempt(command, b.SYSTEM)

    @invariant()
    def recognised_only_by_the_city_or_above(self) -> None:
        for fact, actor in self.facts:
            if isinstance(fact, ae.AccusationRecognised):
                provincial = self.level is ManagementLevel.PROVINCE_MANAGED
                assert body_level(fact.approver_body) >= (BodyLevel.PROVINCE if provincial else BodyLevel.CITY)
                assert actor.role is Role.PRINCIPAL

    @invariant()
    def nobody_is_traced_whose_class_is_known(self) -> None:
        assert not self.state.traced

    @invariant()
    def measures_follow_a_recognition(self) -> None:
        if self.state.measures:
            assert self.state.recognition is not None
        if self.state.status is AccusationStatus.CLOSED:
            assert all(measure.result is not None for measure in self.state.measures)


EFFORT = settings(
    max_examples=50, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
TestClarifications = Clarifications.TestCase
TestClarifications.settings = EFFORT
TestAccusations = Accusations.TestCase
TestAccusations.settings = EFFORT
