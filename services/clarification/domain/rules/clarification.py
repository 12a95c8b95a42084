"""Rules of a clarification case (澄清案件): what each step needs."""

from collections.abc import Collection, Iterable
from datetime import date

from services.clarification.domain import errors
from services.clarification.domain.states.clarification import ClarificationCase
from services.clarification.domain.terms import (
    INSUFFICIENT,
    OPENS_CASE,
    PUBLIC_METHODS,
    Classification,
    Consent,
    Department,
    Effect,
    Exclusion,
    ImpactReason,
    Method,
    Participant,
    RevisitKind,
    RevisitNumber,
    Scope,
)
from shared.kernel import Context, Role, nearest_body

ALL_METHODS = tuple(Method)
UNREACHED_METHODS = (Method.WRITTEN,)
OVERRIDDEN_METHODS = tuple(method for method in Method if method not in PUBLIC_METHODS)


def approver_body(case: ClarificationCase) -> str:
    """Return the body whose principal approves. Source: [P] 检举控告工作规则 art.50; C-8."""
    return nearest_body(case.body, case.registration.level)


def may_open(case: ClarificationCase) -> bool:
    """May (and must) a case be opened by the conclusion in force? Source: [P] national 意见 2020, C-1, C-4."""
    return case.ledger.conclusion is not None and case.ledger.conclusion.proposed in OPENS_CASE


def require_between(day: date, earliest: date, latest: date) -> None:
    """Refuse a date before the case's last step or in the future."""
    if not earliest <= day <= latest:
        raise errors.DateOutOfOrder(day=day, earliest=earliest, latest=latest)


def require_future(day: date, context: Context) -> None:
    if day <= context.today:
        raise errors.DateOutOfOrder(day=day, earliest=context.today, latest=date.max)


def require_classification(case: ClarificationCase, chosen: Classification) -> None:
    """Refuse another classification than the rule of 6.1 gives. Source: C-4; agency-events.md 6.1."""
    if case.ledger.classification is not None:
        raise errors.AlreadyClassified(classification=case.ledger.classification)
    if chosen is not case.conclusion.proposed:
        raise errors.ClassificationByRule(proposed=case.conclusion.proposed, chosen=chosen)


def require_classified(case: ClarificationCase) -> None:
    """Refuse work on a conclusion that no person classified yet; a corrected one is classified again."""
    if case.ledger.classification is None:
        raise errors.NotClassifiedYet


def require_departments(participants: Iterable[Participant], needed: int) -> None:
    """Refuse an assessment without petition and handling department, each by a person of its own. Source: [S] C-9."""
    people = list(participants)
    strangers = [one.person_id for one in people if not one.may_speak_for_department]
    if strangers or len({one.person_id for one in people}) < len(people):
        raise errors.NotOfTheDepartment(people=", ".join(strangers or [one.person_id for one in people]))
    present = {participant.department for participant in people}
    missing = [d for d in (Department.PETITION, Department.HANDLING) if d not in present]
    if missing or len(present) < needed:
        raise errors.DepartmentMissing(missing=", ".join(missing) or f"{needed - len(present)}")


def require_impact_found(case: ClarificationCase, reasons: Iterable[ImpactReason]) -> None:
    """Refuse impact reasons the handling department did not find. Source: C-2; agency-events.md 6.1."""
    found = case.conclusion.impact_reasons
    unknown = [reason for reason in reasons if reason not in found]
    if unknown:
        raise errors.ImpactReasonNotFound(reasons=", ".join(unknown), found=", ".join(found) or "–")


def require_assessed(case: ClarificationCase) -> None:
    if case.work.assessment is None:
        raise errors.AssessmentIncomplete


def require_not_assessed(case: ClarificationCase) -> None:
    if case.work.assessment is not None:
        raise errors.AssessmentComplete


def require_no_exclusion(case: ClarificationCase) -> None:
    """Refuse what an exclusion (不予澄清) blocks. Source: C-4; agency-events.md 6.1 no. 1 to 4."""
    if case.conclusion.exclusion is not None:
        raise errors.ExclusionApplies(code=case.conclusion.exclusion)


def require_exclusion(case: ClarificationCase, code: Exclusion) -> None:
    """Refuse an exclusion code whose condition the findings do not give. Source: C-4."""
    if case.conclusion.exclusion is not code:
        raise errors.ExclusionNotGiven(code=code, applies=case.conclusion.exclusion or "–")


def require_no_other_matter(case: ClarificationCase) -> None:
    """Refuse while another matter of the subject is open. Source: [A] C-4; domain.md 8 no. 10."""
    if case.ledger.matters:
        raise errors.OtherMatterOpen(count=len(case.ledger.matters))


def require_other_matter(case: ClarificationCase) -> None:
    if not case.ledger.matters:
        raise errors.NoOtherMatterOpen


def require_consent_detail(consent: Consent, methods: Collection[Method], scope: Scope | None) -> None:
    if consent is Consent.AGREED_LIMITED and (not methods or scope is None):
        raise errors.ConsentDetailMissing


def require_attempts(consent: Consent, attempts: Collection[date], needed: int) -> None:
    """Refuse "not reachable" with fewer attempts on different days than needed. Source: [A] C-6."""
    if consent is Consent.NOT_REACHABLE and len(set(attempts)) < needed:
        raise errors.AttemptsTooFew(needed=needed, given=len(set(attempts)))


def require_consent(case: ClarificationCase) -> None:
    """Refuse a proposal before the subject was asked, or against their refusal. Source: C-6."""
    if case.work.consent is None:
        raise errors.ConsentMissing
    if case.work.consent.consent is Consent.DECLINED and not case.work.overridden:
        raise errors.ConsentDeclined


def require_declined(case: ClarificationCase) -> None:
    if case.work.consent is None or case.work.consent.consent is not Consent.DECLINED:
        raise errors.ConsentNotDeclined


def allowed_methods(case: ClarificationCase) -> tuple[Method, ...]:
    """Return the methods that the subject's wish leaves; in writing always, since it goes with the others (C-11).

    Source: C-6.
    """
    consent = case.work.consent
    if consent is None:
        return ()
    match consent.consent:
        case Consent.AGREED:
            return ALL_METHODS
        case Consent.AGREED_LIMITED:
            return tuple(method for method in Method if method in consent.methods or method is Method.WRITTEN)
        case Consent.NOT_REACHABLE:
            return UNREACHED_METHODS
        case Consent.DECLINED:
            return OVERRIDDEN_METHODS if case.work.overridden else ()


def consented_scope(case: ClarificationCase) -> Scope:
    """Return the widest scope that the subject's wish leaves. Source: C-6, C-14."""
    consent = case.work.consent
    if consent is None or consent.consent is Consent.DECLINED:
        return Scope.UNIT_LEADERSHIP
    if consent.consent is Consent.NOT_REACHABLE:
        return Scope.UNIT_LEADERSHIP
    return consent.scope or Scope.PUBLIC_MEDIA


def allowed_scope(case: ClarificationCase) -> Scope:
    """Return the widest scope without a recorded reason: neither beyond the bad effect nor beyond the consent.

    Source: [P] 适当方式、一定范围; [A] C-14.
    """
    spread = case.work.assessment.spread if case.work.assessment else Scope.PUBLIC_MEDIA
    return min(spread, consented_scope(case), key=lambda scope: scope.width)


def require_written(methods: Collection[Method]) -> None:
    """Refuse in person, meeting or bulletin without a written clarification. Source: [P] national 意见 2020, C-11."""
    if Method.WRITTEN not in methods:
        raise errors.WrittenMethodMissing


def require_methods_consented(case: ClarificationCase, methods: Iterable[Method]) -> None:
    """Refuse methods beyond the subject's consent. Source: C-6."""
    allowed = allowed_methods(case)
    beyond = [method for method in methods if method not in allowed]
    if beyond:
        raise errors.MethodBeyondConsent(methods=", ".join(beyond), allowed=", ".join(allowed) or "–")


def require_scope_within(case: ClarificationCase, scope: Scope, reason: str | None) -> None:
    """Refuse a scope beyond effect or consent without a recorded reason of the approver. Source: C-14."""
    allowed = allowed_scope(case)
    if reason is None and scope.width > allowed.width:
        raise errors.ScopeBeyondConsent(scope=scope, allowed=allowed)


def require_clearable(case: ClarificationCase, issues: Iterable[str]) -> None:
    """Refuse issues that are not unfounded with an impact. Source: [P] Hubei art.3; agency-events.md 6.1 no. 7."""
    clearable = case.conclusion.clearable
    unknown = [issue for issue in issues if issue not in clearable]
    if unknown:
        raise errors.IssueNotClearable(issues=", ".join(unknown), clearable=", ".join(clearable) or "–")


def require_still_clear(case: ClarificationCase) -> None:
    """Refuse to decide or act upon a proposal that newer facts overtook: correction, exclusion, other matter."""
    assert case.work.proposal is not None
    require_classified(case)
    require_assessed(case)
    require_no_exclusion(case)
    require_clearable(case, case.work.proposal.issues)
    require_no_other_matter(case)


def require_approved_at_level(case: ClarificationCase) -> None:
    """Refuse to act upon an approval of a body that no longer manages the subject's level. Source: C-8."""
    assert case.work.approval is not None
    needed, approved_by = approver_body(case), case.work.approval.approver_body
    if approved_by != needed:
        raise errors.ApprovedAtAnotherLevel(needed=needed, approved_by=approved_by)


def is_overtaken(case: ClarificationCase) -> bool:
    """Did a correction of conclusion or registration take the ground of what was approved?"""
    approval = case.work.approval
    return case.work.assessment is None or (approval is not None and approval.approver_body != approver_body(case))


def require_not_proposer(case: ClarificationCase, context: Context) -> None:
    """Refuse an approver who proposed it. Source: C-9."""
    assert case.work.proposal is not None
    if case.work.proposal.proposer == context.actor.person_id:
        raise errors.ProposerMayNotApprove(person_id=context.actor.person_id)


def require_proposed_by_handler(case: ClarificationCase, proposer: str, context: Context) -> None:
    """Refuse a decision on one's own proposal, or on that of nobody who handles the case. Source: C-9."""
    if proposer == context.actor.person_id:
        raise errors.ProposerMayNotApprove(person_id=proposer)
    if not proposer.startswith(f"{case.body}.{Role.HANDLER}."):
        raise errors.ProposerNotOfTheCase(person_id=proposer, body=case.body)


def require_of_bodies(persons: Iterable[str], *bodies: str) -> None:
    """Refuse persons of other bodies than those whose case it is. Source: C-9, 1.3."""
    strangers = [person for person in persons if person.partition(".")[0] not in bodies]
    if strangers:
        raise errors.StaffOfAnotherBody(people=", ".join(strangers), bodies=", ".join(dict.fromkeys(bodies)))


def require_approved_method(case: ClarificationCase, method: Method) -> None:
    """Refuse a method that was not approved. Source: C-10."""
    if method not in case.work.methods:
        raise errors.MethodNotApproved(method=method, approved=", ".join(case.work.methods))


def missing_methods(case: ClarificationCase) -> list[Method]:
    """Return the approved methods without a record of implementation."""
    done = {record.method for record in case.work.carried_out}
    return [method for method in case.work.methods if method not in done]


def require_all_carried_out(case: ClarificationCase) -> None:
    """Refuse completion while an approved method has no executed record. Source: [S] C-10; 1.4."""
    missing = missing_methods(case)
    if missing:
        raise errors.ImplementationIncomplete(missing=", ".join(missing))


def require_revisit_due(case: ClarificationCase, number: int) -> None:
    assert case.care.plan is not None
    if case.care.plan.number != number:
        raise errors.AnotherRevisitIsDue(due=case.care.plan.number)


def require_in_window(case: ClarificationCase, held_on: date, context: Context) -> None:
    """Refuse a revisit before its lower bound; after the upper bound it is late, not refused. Source: [A] C-18."""
    plan = case.care.plan
    assert plan is not None
    if plan.not_before > held_on:
        raise errors.RevisitNotDueYet(number=plan.number, not_before=plan.not_before)
    require_between(held_on, plan.not_before, context.today)


def require_staff(case: ClarificationCase, staff: Collection[str], needed: int) -> None:
    """Refuse fewer than two distinct staff, or one who is recused. Source: C-18, C-19, V-10."""
    if len(set(staff)) < needed:
        raise errors.StaffTooFew(needed=needed)
    require_of_bodies(staff, case.body)
    require_none_recused(case, staff)


def require_none_recused(case: ClarificationCase, persons: Iterable[str]) -> None:
    """Refuse recused persons. Source: [L] 监察法 art.67, C-9."""
    for person in persons:
        if person in case.recused:
            raise errors.PersonIsRecused(person_id=person)


def require_visit_allowed(case: ClarificationCase, kind: RevisitKind) -> None:
    """Refuse a family visit to an organisation, or without the subject's consent. Source: [A] C-18."""
    if kind is not RevisitKind.FAMILY_VISIT:
        return
    if case.registration.subject_token.startswith("G-"):
        raise errors.FamilyVisitNotAllowed(why_zh="对象是单位", why_en="the subject is an organisation")
    if case.work.consent is None or not case.work.consent.family_visit:
        raise errors.FamilyVisitNotAllowed(why_zh="当事人未同意", why_en="the subject did not consent to it")


def is_sufficient(case: ClarificationCase, effect: Effect) -> bool:
    """Is no further action needed: effect achieved, or further action already taken? Source: C-19."""
    steps = len(case.care.revisits) + len(case.care.waived)
    return effect not in INSUFFICIENT or steps > len(RevisitNumber)


def require_insufficient(case: ClarificationCase) -> None:
    """Refuse further action where the effect was not found insufficient. Source: C-19; 1.4."""
    if case.care.effect is None or case.care.effect.sufficient:
        raise errors.EffectSufficient


def require_archivable(case: ClarificationCase) -> None:
    """Refuse to close without implementation, both revisits or waiver, notices and a sufficient effect.

    Source: [S] 澄清工作有闭环, C-10.
    """
    require_all_carried_out(case)
    held = {revisit.number for revisit in case.care.revisits} | set(case.care.waived)
    if not set(RevisitNumber) <= held or not case.care.noticed:
        raise errors.EffectNotReviewed
    if case.care.effect is None or not case.care.effect.sufficient:
        raise errors.EffectNotReviewed


def require_wider(case: ClarificationCase, scope: Scope) -> None:
    assert case.work.scope is not None
    if scope.width <= case.work.scope.width:
        raise errors.ScopeNotWider(scope=scope, before=case.work.scope)


def scope_reached(case: ClarificationCase) -> Scope | None:
    """Return the widest scope in which the clarification was carried out so far."""
    scopes = [record.attendees for record in case.work.carried_out]
    if case.care.reached is not None:
        scopes.append(case.care.reached)
    return max(scopes, key=lambda scope: scope.width, default=None)


def require_same_scope_told(case: ClarificationCase, told: Scope | None) -> None:
    """Refuse a revocation told in another scope than the clarification was. Source: 1.4."""
    reached = scope_reached(case)
    if told is not reached:
        raise errors.SameScopeMustBeTold(scope=reached or "–")


def require_scope_reachable(case: ClarificationCase, scope: Scope) -> None:
    """Refuse more than file and unit principal where the subject was not reached, or declined. Source: [A] C-6."""
    consent = case.work.consent
    unasked = consent is None or consent.consent in {Consent.NOT_REACHABLE, Consent.DECLINED}
    if unasked and scope.width > Scope.UNIT_LEADERSHIP.width:
        raise errors.ScopeBeyondConsent(scope=scope, allowed=Scope.UNIT_LEADERSHIP)


def require_attendees(case: ClarificationCase, attendees: Scope) -> None:
    """Refuse a range of persons wider than the approved scope. Source: C-14."""
    assert case.work.scope is not None
    if attendees.width > case.work.scope.width:
        raise errors.ScopeBeyondConsent(scope=attendees, allowed=case.work.scope)


def require_impact(case: ClarificationCase) -> None:
    """Refuse a proposal whose assessment names no impact reason. Source: C-2; 1.4."""
    if case.work.assessment is None or not case.work.assessment.impact_reasons:
        raise errors.ImpactReasonNotFound(reasons="–", found=", ".join(case.conclusion.impact_reasons) or "–")


def require_opens_case(case: ClarificationCase) -> None:
    """Refuse to reopen where the conclusion in force opens no case. Source: C-1, C-4."""
    if not may_open(case):
        raise errors.ConclusionOpensNoCase(proposed=case.conclusion.proposed)


def require_not_reported_back(case: ClarificationCase) -> None:
    if case.care.reported_back:
        raise errors.AlreadyReportedBack


def require_open_review(refs: Collection[str], ref: str) -> None:
    if ref not in refs:
        raise errors.NothingToReview(ref=ref, open=", ".join(refs) or "–")
