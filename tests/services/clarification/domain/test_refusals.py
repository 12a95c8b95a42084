"""Every refusal of a clarification case: its rule, and that the mended command passes."""

from datetime import date, timedelta

import pytest

from services.clarification.domain import errors
from services.clarification.domain.commands import clarification as c
from services.clarification.domain.events import clarification as e
from services.clarification.domain.model.clarification import CLARIFICATION
from services.clarification.domain.terms import Status
from shared.kernel import ManagementLevel, Role
from tests.services.clarification import builders as b
from tests.services.clarification.small_town import finding

S = Status
DAY, LATER = b.DAY, b.DAY + timedelta(days=100)


def on(days: int) -> date:
    return DAY + timedelta(days=days)


def test_a_conclusion_is_classified_by_its_findings_only() -> None:
    story = b.case(S.REGISTERED)
    story.when(c.ClassifyConclusion(classification="FOUNDED"), by=b.SUPERVISOR, on=DAY).refused(
        errors.ClassificationByRule
    )
    story.when(c.ClassifyConclusion(classification="UNFOUNDED"), by=b.PETITION, on=DAY).then(e.ConclusionClassified)


def test_a_conclusion_is_classified_once() -> None:
    again = c.ClassifyConclusion(classification="UNFOUNDED")
    b.case(S.ASSESSING).when(again, by=b.SUPERVISOR, on=DAY).refused(errors.AlreadyClassified)


def test_assessment_waits_for_the_classification() -> None:
    b.case(S.REGISTERED).when(c.StartAssessment(), by=b.HANDLER, on=DAY).refused(errors.NotClassifiedYet)


def test_a_corrected_conclusion_is_classified_again() -> None:
    corrected = b.conclusion(b.AFFECTED, finding(issue="I2"), event="corrected", supersedes="concluded")
    story = b.case(S.PROPOSED).when(corrected, by=b.SYSTEM, on=on(4)).then(e.ConclusionRecorded)

    story.when(c.Approve(), by=b.PRINCIPAL, on=on(5)).refused(errors.NotClassifiedYet)


@pytest.mark.parametrize("only", ["HANDLING", "PETITION"])
def test_two_departments_consult(only: str) -> None:
    alone = b.assessment_result(participants=({"person_id": "330206.DEPT_HEAD.1", "department": only},))
    b.case(S.ASSESSING).when(alone, by=b.HANDLER, on=on(1)).refused(errors.DepartmentMissing)


@pytest.mark.parametrize(
    "petition",
    ["330206.HANDLER.2", "330206.TRIAL_OFFICER.1", "330206.DEPT_HEAD.1"],
    ids=["of another department", "of a third one", "the same person twice"],
)
def test_each_department_of_an_assessment_sends_a_person_of_its_own(petition: str) -> None:
    handling = "330206.DEPT_HEAD.1" if petition == "330206.DEPT_HEAD.1" else "330206.HANDLER.1"
    people = ({"person_id": handling, "department": "HANDLING"}, {"person_id": petition, "department": "PETITION"})

    story = b.case(S.ASSESSING).when(b.assessment_result(participants=people), by=b.HANDLER, on=on(1))

    story.refused(errors.NotOfTheDepartment)


def test_an_impact_that_was_not_found_is_not_assessed() -> None:
    invented = b.assessment_result(impact_reasons=("SOCIAL_IMPACT",))
    b.case(S.ASSESSING).when(invented, by=b.HANDLER, on=on(1)).refused(errors.ImpactReasonNotFound)


def test_an_assessment_is_made_once_and_before_the_consent() -> None:
    consent = c.RecordConsent(consent="AGREED")
    b.case(S.ASSESSING).when(consent, by=b.HANDLER, on=on(1)).refused(errors.AssessmentIncomplete)
    b.case(b.WITH_RESULT).when(b.assessment_result(), by=b.HANDLER, on=on(2)).refused(errors.AssessmentComplete)


def test_a_limited_consent_names_methods_and_scope() -> None:
    limited = c.RecordConsent(consent="AGREED_LIMITED", methods=("WRITTEN",))
    b.case(b.WITH_RESULT).when(limited, by=b.HANDLER, on=on(2)).refused(errors.ConsentDetailMissing)


def test_not_reachable_needs_two_attempts_on_different_days() -> None:
    once = c.RecordConsent(consent="NOT_REACHABLE", attempts=(on(1), on(1)))
    twice = c.RecordConsent(consent="NOT_REACHABLE", attempts=(on(1), on(2)))
    b.case(b.WITH_RESULT).when(once, by=b.HANDLER, on=on(2)).refused(errors.AttemptsTooFew)
    b.case(b.WITH_RESULT).when(twice, by=b.HANDLER, on=on(2)).then(e.ConsentRecorded)


def test_an_attempt_in_the_future_is_none() -> None:
    ahead = c.RecordConsent(consent="NOT_REACHABLE", attempts=(on(1), on(9)))
    b.case(b.WITH_RESULT).when(ahead, by=b.HANDLER, on=on(2)).refused(errors.DateOutOfOrder)


def test_who_is_not_reachable_is_cleared_in_writing_to_file_and_unit_principal() -> None:
    unreached = c.RecordConsent(consent="NOT_REACHABLE", attempts=(on(1), on(2)))
    story = b.case([*b.WITH_RESULT, (unreached, b.HANDLER, 2)])

    story.when(b.proposal(scope="UNIT_LEADERSHIP"), by=b.HANDLER, on=on(3)).refused(errors.MethodBeyondConsent)
    story.when(b.proposal(methods=("WRITTEN",)), by=b.HANDLER, on=on(3)).refused(errors.ScopeBeyondConsent)
    story.when(b.proposal(methods=("WRITTEN",), scope="UNIT_LEADERSHIP"), by=b.HANDLER, on=on(3)).then(
        e.ClarificationProposed
    )


def test_a_proposal_waits_for_the_consent() -> None:
    b.case(b.WITH_RESULT).when(b.proposal(), by=b.HANDLER, on=on(2)).refused(errors.ConsentMissing)


def test_a_refusal_of_the_subject_blocks_the_proposal_unless_overridden_and_never_allows_a_meeting() -> None:
    story = b.case(b.DECLINED)
    story.when(b.proposal(), by=b.HANDLER, on=on(3)).refused(errors.ConsentDeclined)

    story = story.when(c.OverrideConsent(reason="公共利益"), by=b.PRINCIPAL, on=on(3)).then(e.ConsentOverridden)

    story.when(b.proposal(scope="UNIT_LEADERSHIP"), by=b.HANDLER, on=on(4)).refused(errors.MethodBeyondConsent)
    quiet = b.proposal(methods=("WRITTEN", "IN_PERSON"), scope="UNIT_LEADERSHIP")
    story.when(quiet, by=b.HANDLER, on=on(4)).then(e.ClarificationProposed)


def test_only_a_refusal_is_closed_as_declined() -> None:
    b.case(b.WITH_CONSENT).when(c.CloseDeclined(), by=b.HANDLER, on=on(3)).refused(errors.ConsentNotDeclined)


@pytest.mark.parametrize("method", ["IN_PERSON", "MEETING", "BULLETIN"])
def test_each_other_method_needs_a_written_one(method: str) -> None:
    alone = b.proposal(methods=(method,))
    b.case(b.WITH_CONSENT).when(alone, by=b.HANDLER, on=on(3)).refused(errors.WrittenMethodMissing)


def test_only_unfounded_issues_with_an_impact_are_cleared() -> None:
    other = b.proposal(issues=("I1", "I2"))
    b.case(b.WITH_CONSENT).when(other, by=b.HANDLER, on=on(3)).refused(errors.IssueNotClearable)


@pytest.mark.parametrize(
    "wording",
    [
        "举报人反映的问题不属实",
        "匿名信所称不属实",
        "三封信反映的问题",
        "the reporter was wrong",
        "R-1f0c55d2a901 不属实",
    ],
)
def test_the_wording_says_nothing_of_the_reporter(wording: str) -> None:
    b.case(b.WITH_CONSENT).when(b.proposal(wording=wording), by=b.HANDLER, on=on(3)).refused(errors.ReporterDataInText)


def test_another_open_matter_blocks_proposal_approval_and_implementation() -> None:
    matter = (b.MATTER, b.SYSTEM, 3)
    b.case([*b.WITH_CONSENT, matter]).when(b.proposal(), by=b.HANDLER, on=on(4)).refused(errors.OtherMatterOpen)
    b.case([*b.PROPOSED, matter]).when(c.Approve(), by=b.PRINCIPAL, on=on(5)).refused(errors.OtherMatterOpen)
    b.case([*b.APPROVED, matter]).when(c.StartImplementation(), by=b.HANDLER, on=on(5)).refused(errors.OtherMatterOpen)


def test_a_case_is_deferred_only_for_an_open_matter_and_resumed_when_it_ended() -> None:
    defer = c.Defer(review_on=LATER)
    b.case(b.WITH_CONSENT).when(defer, by=b.HANDLER, on=on(3)).refused(errors.NoOtherMatterOpen)
    deferred = b.case(S.DEFERRED)
    deferred.when(c.Resume(), by=b.HANDLER, on=on(9)).refused(errors.OtherMatterOpen)
    deferred.when(b.MATTER_ENDED, by=b.SYSTEM, on=on(9)).when(c.Resume(), by=b.HANDLER, on=on(9)).then(e.CaseResumed)


def test_a_review_of_a_deferral_lies_ahead() -> None:
    past = c.ReviewDeferral(review_on=on(3))
    b.case(S.DEFERRED).when(past, by=b.HANDLER, on=on(9)).refused(errors.DateOutOfOrder)


def test_an_exclusion_is_decided_only_where_its_condition_is_given() -> None:
    secrecy = c.DecideNotNeeded(code="SECRECY", proposer="330206.HANDLER.1", reason="保密")
    b.case(b.WITH_RESULT).when(secrecy, by=b.DEPUTY, on=on(2)).refused(errors.ExclusionNotGiven)


def test_an_exclusion_blocks_proposal_deferral_and_closing_as_declined() -> None:
    secret = [b.START[0], (b.conclusion(secrecy_blocks=True), b.SYSTEM, 0), *b.DECLINED[2:], (b.MATTER, b.SYSTEM, 2)]
    for command in (b.proposal(), c.Defer(review_on=LATER), c.CloseDeclined()):
        b.case(secret).when(command, by=b.HANDLER, on=on(3)).refused(errors.ExclusionApplies)


def test_who_proposed_does_not_decide() -> None:
    alone = c.DecideNotNeeded(code="SECRECY", proposer=b.DEPUTY.person_id, reason="保密")
    secret = [b.START[0], (b.conclusion(secrecy_blocks=True), b.SYSTEM, 0), *b.WITH_RESULT[2:]]
    b.case(secret).when(alone, by=b.DEPUTY, on=on(2)).refused(errors.ProposerMayNotApprove)


@pytest.mark.parametrize(
    ("level", "body"), [("CITY_MANAGED", "330200"), ("PROVINCE_MANAGED", "330000"), ("OTHER", "330206")]
)
def test_the_principal_of_the_body_that_manages_the_subject_approves(level: str, body: str) -> None:
    story = b.case([(b.registration(level=ManagementLevel(level)), b.SYSTEM, 0), *b.PROPOSED[1:]])
    other = "330206" if body != "330206" else "330200"

    story.when(c.Approve(), by=b.who(Role.PRINCIPAL, other), on=on(4)).refused(errors.BodyNotCompetent)
    story.when(c.Approve(), by=b.who(Role.PRINCIPAL, body), on=on(4)).then(e.ClarificationApproved)


def test_a_wider_scope_than_the_effect_needs_the_approvers_reason() -> None:
    story = b.case([*b.WITH_CONSENT, (b.proposal(scope="SYSTEM"), b.HANDLER, 3)])

    story.when(c.Approve(), by=b.PRINCIPAL, on=on(4)).refused(errors.ScopeBeyondConsent)
    story.when(c.Approve(scope_reason="影响已扩散"), by=b.PRINCIPAL, on=on(4)).then(e.ClarificationApproved)


def test_only_approved_methods_are_carried_out_within_the_approved_scope_and_not_in_the_future() -> None:
    story = b.case(S.IMPLEMENTING)
    for command, refusal in (
        (b.carried_out("BULLETIN"), errors.MethodNotApproved),
        (b.carried_out("MEETING", attendees="SYSTEM"), errors.ScopeBeyondConsent),
        (b.carried_out("MEETING", carried_out_on=LATER), errors.DateOutOfOrder),
        (b.carried_out("MEETING", place="举报人家中"), errors.ReporterDataInText),
    ):
        story.when(command, by=b.HANDLER, on=on(6)).refused(refusal)


def test_a_clarification_is_complete_when_each_method_was_carried_out() -> None:
    half = b.case([*b.IMPLEMENTING, b.CARRIED_OUT[-1]])
    half.when(c.CompleteImplementation(), by=b.HANDLER, on=on(6)).refused(errors.ImplementationIncomplete)
    b.case(b.CARRIED_OUT).when(c.CompleteImplementation(), by=b.HANDLER, on=on(6)).then(
        e.Clarified, e.ResultUseNoticed, e.RevisitScheduled
    )


def test_a_revisit_is_not_held_too_early_but_may_be_late() -> None:
    story = b.case(S.REVISITING)
    story.when(b.revisit(1), by=b.HANDLER, on=on(12)).refused(errors.RevisitNotDueYet)
    story.when(b.revisit(2), by=b.HANDLER, on=on(20)).refused(errors.AnotherRevisitIsDue)
    story.when(b.revisit(1), by=b.HANDLER, on=on(300)).then(e.ClarificationRevisitHeld, e.RevisitScheduled)


def test_two_different_staff_revisit() -> None:
    alone = b.revisit(1, staff=("330206.HANDLER.1", "330206.HANDLER.1"))
    b.case(S.REVISITING).when(alone, by=b.HANDLER, on=on(20)).refused(errors.StaffTooFew)


def test_a_family_visit_needs_consent_and_a_family() -> None:
    visit = b.revisit(1, kind="FAMILY_VISIT")
    unit = [(b.registration(subject_token="G-0a41c7be9d22"), b.SYSTEM, 0), *b.REVISITING[1:]]
    b.case(S.REVISITING).when(visit, by=b.HANDLER, on=on(20)).then(e.ClarificationRevisitHeld, e.RevisitScheduled)
    b.case(unit).when(visit, by=b.HANDLER, on=on(20)).refused(errors.FamilyVisitNotAllowed)
    not_asked = [
        (c.RecordConsent(consent="AGREED"), *rest) if isinstance(command, c.RecordConsent) else (command, *rest)
        for command, *rest in b.REVISITING
    ]
    b.case(not_asked).when(visit, by=b.HANDLER, on=on(20)).refused(errors.FamilyVisitNotAllowed)


def test_a_case_is_closed_only_with_a_sufficient_effect() -> None:
    archive = c.Archive(archive_no="DA-1")
    story = b.case(S.EFFECT_REVIEW)
    story.when(archive, by=b.PETITION, on=on(61)).refused(errors.EffectNotReviewed)
    poor = story.when(c.ReviewEffect(effect="NOT", note="仍有议论"), by=b.HEAD, on=on(61))
    poor.when(archive, by=b.PETITION, on=on(62)).refused(errors.EffectNotReviewed)


def test_an_insufficient_effect_leads_to_a_further_revisit() -> None:
    story = b.case(S.EFFECT_REVIEW).when(c.ReviewEffect(effect="PARTLY", note="仍有议论"), by=b.HEAD, on=on(61))
    story = story.when(c.OrderExtraRevisit(reason="不足"), by=b.HEAD, on=on(62))
    story = story.then(e.ExtraRevisitOrdered, e.RevisitScheduled)
    story = story.when(b.revisit(3, effect="PARTLY"), by=b.HANDLER, on=on(80))
    story = story.when(c.ReviewEffect(effect="PARTLY", note="已尽力"), by=b.HEAD, on=on(81))

    story.when(c.Archive(archive_no="DA-1"), by=b.PETITION, on=on(82)).then(e.CaseClosed)


def test_a_wider_scope_is_carried_out_again_and_counts_once() -> None:
    story = b.case(S.EFFECT_REVIEW).when(c.ReviewEffect(effect="NOT", note="仍有议论"), by=b.HEAD, on=on(61))
    same = c.WidenScope(methods=("WRITTEN",), scope="UNIT_ALL", reason="不足")
    wider = c.WidenScope(methods=("WRITTEN",), scope="SYSTEM", reason="不足")
    story.when(same, by=b.PRINCIPAL, on=on(62)).refused(errors.ScopeNotWider)
    story = story.when(wider, by=b.PRINCIPAL, on=on(62)).then(e.ScopeWidened)
    story = story.when(b.carried_out("WRITTEN", attendees="SYSTEM"), by=b.HANDLER, on=on(63))

    story.when(c.CompleteImplementation(), by=b.HANDLER, on=on(64)).then(e.WideningCompleted, e.RevisitScheduled)


def test_no_further_action_where_the_effect_is_sufficient() -> None:
    for command, actor in (
        (c.OrderExtraRevisit(reason="不足"), b.HEAD),
        (c.WidenScope(methods=("WRITTEN",), scope="SYSTEM", reason="不足"), b.PRINCIPAL),
    ):
        b.case(b.REVIEWED).when(command, by=actor, on=on(62)).refused(errors.EffectSufficient)


def test_a_waived_revisit_counts_as_done() -> None:
    story = b.case(S.REVISITING)
    for number in (1, 2):
        waiver = c.WaiveRevisit(number=number, reason="本人已调离")
        story = story.when(waiver, by=b.DEPUTY, on=on(10 + number))
    story = story.when(c.ReviewEffect(effect="MOSTLY", note="良好"), by=b.HEAD, on=on(14))

    story.when(c.Archive(archive_no="DA-1"), by=b.PETITION, on=on(15)).then(e.CaseClosed)


def test_a_revocation_is_told_in_the_same_scope() -> None:
    narrow = c.Revoke(reason="新证据", notified_scope="PERSON_ONLY")
    b.case(S.CLOSED).when(narrow, by=b.PRINCIPAL, on=LATER).refused(errors.SameScopeMustBeTold)


def test_the_work_is_reported_back_once() -> None:
    back = c.ReportBack(doc_no="BG-1")
    story = b.case(S.REVISITING).when(back, by=b.HANDLER, on=on(8)).then(e.ReportedBack)
    story.when(back, by=b.HANDLER, on=on(9)).refused(errors.AlreadyReportedBack)


def test_only_what_waits_is_settled() -> None:
    nothing = c.SettleReview(ref="unknown", finding="无")
    b.case(S.ASSESSING).when(nothing, by=b.HEAD, on=on(1)).refused(errors.NothingToReview)


def test_a_recused_person_stays_out() -> None:
    recusal = (c.RecusePerson(person_id=b.HANDLER.person_id, ground="近亲属"), b.HEAD, 0)
    story = b.case([*b.START, b.ASSESSED[2], recusal])
    story.when(c.StartAssessment(), by=b.HANDLER, on=on(1)).refused(errors.PersonIsRecused)
    story = story.when(c.StartAssessment(), by=b.who(Role.HANDLER, number=2), on=on(1))
    story.when(b.assessment_result(), by=b.who(Role.HANDLER, number=2), on=on(1)).refused(errors.PersonIsRecused)


def test_a_decided_case_is_reopened_only_while_something_is_unfounded() -> None:
    reopening = c.Reopen(ground="SUBJECT_REQUEST", reason="本人申请")
    story = b.case(S.NOT_NEEDED)
    story.when(reopening, by=b.HEAD, on=LATER).then(e.CaseReopened)
    corrected = b.conclusion(finding("TRUE"), event="corrected", supersedes="concluded")
    story = story.when(corrected, by=b.SYSTEM, on=LATER).then(e.ConclusionRecorded, e.ReviewOpened)
    story.when(reopening, by=b.HEAD, on=LATER).refused(errors.ConclusionOpensNoCase)


def test_priority_shortens_the_limit_of_the_present_stage() -> None:
    story = b.case(S.PROPOSED)
    before = story.state.limit.due_on
    story = story.when(c.RaisePriority(reasons=("PUBLIC_OPINION",)), by=b.HEAD, on=on(3)).then(e.PriorityRaised)

    assert story.state.limit.due_on < before


def test_limits_run_from_the_receipt_where_that_is_later() -> None:
    late = b.conclusion().model_copy(update={"told": b.told("concluded", on=date(2023, 4, 3))})
    story = b.case([b.START[0], (late, b.SYSTEM, 13)])

    assert story.state.limit.due_on == date(2023, 4, 18)
    assert CLARIFICATION.deadlines(story.state) == {"ASSESS:2023-04-18": date(2023, 4, 19)}


def test_a_missed_limit_is_recorded_once() -> None:
    story = b.case(S.REGISTERED)
    ((kind, day),) = CLARIFICATION.deadlines(story.state).items()
    assert CLARIFICATION.pass_deadline is not None
    passing = CLARIFICATION.pass_deadline(kind, day)
    story = story.when(passing, by=b.SYSTEM, on=day).then(e.DeadlineBreached)

    story.when(passing, by=b.SYSTEM, on=day).then()
    assert CLARIFICATION.deadlines(story.state) == {}


def test_a_year_without_a_calendar_refuses_nothing_and_records_no_date() -> None:
    far = date(2051, 3, 1)
    late = b.conclusion().model_copy(update={"told": b.told("concluded", on=far), "concluded_on": far})
    story = b.case([b.START[0]]).when(late, by=b.SYSTEM, on=far).then(e.ConclusionRecorded, e.CaseOpened)

    assert story.state.limit.due_on is None
    assert CLARIFICATION.tasks(story.state)[0].due_on is None
