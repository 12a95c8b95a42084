"""What follows from the findings of a conclusion (agency-events.md 6.1): advice for the office, never a decision."""

from collections.abc import Iterable, Sequence

from services.clarification.domain.terms import (
    Classification,
    Exclusion,
    ImpactReason,
    IssueStatus,
    PointFinding,
)

Issues = dict[str, list[PointFinding]]


def issues_of(findings: Iterable[PointFinding]) -> Issues:
    """Group the points by issue, in order of first mention."""
    issues: Issues = {}
    for finding in findings:
        issues.setdefault(finding.issue_id, []).append(finding)
    return issues


def issue_status(points: Sequence[PointFinding]) -> IssueStatus:
    """Return what the points of one issue add up to. Source: agency-events.md 6.1; C-4 UNRESOLVED."""
    conclusions = {point.conclusion for point in points}
    if IssueStatus.UNRESOLVED in conclusions:
        return IssueStatus.UNRESOLVED
    return conclusions.pop() if len(conclusions) == 1 else IssueStatus.PARTLY


def unfounded_issues(issues: Issues) -> list[str]:
    return [issue_id for issue_id, points in issues.items() if issue_status(points) is IssueStatus.UNFOUNDED]


def classification_of(issues: Issues) -> Classification:
    """Return what the conclusion is by rule 1. Source: C-1, C-4; [P] Hubei art.2, Jiangxi 3(2)."""
    statuses = {issue_id: issue_status(points) for issue_id, points in issues.items()}
    if IssueStatus.UNFOUNDED in statuses.values():
        return Classification.UNFOUNDED
    if IssueStatus.UNRESOLVED in statuses.values():
        return Classification.UNRESOLVED
    partly = (issues[issue_id] for issue_id, status in statuses.items() if status is IssueStatus.PARTLY)
    if any(point.conclusion is IssueStatus.UNFOUNDED for points in partly for point in points):
        return Classification.PARTLY_TRUE
    return Classification.FOUNDED


def affected_issues(issues: Issues) -> list[str]:
    """Return the unfounded issues with an impact reason: those that may be cleared (rule 7; C-2)."""
    return [issue_id for issue_id in unfounded_issues(issues) if any(p.impact_reasons for p in issues[issue_id])]


def is_side_effect_only(points: Iterable[PointFinding]) -> bool:
    """Did the effect come only from ordinary interviews, on every point that names one? Source: [P] Jiangxi 3(3)."""
    return all(point.inquiry_side_effect_only for point in points if point.impact_reasons)


def exclusion_of(issues: Issues, *, secrecy_blocks: bool) -> Exclusion | None:
    """Return the first exclusion (不予澄清) that applies by rules 1 to 4, if any. Source: C-4."""
    if classification_of(issues) is Classification.PARTLY_TRUE:
        return Exclusion.PARTLY_TRUE
    affected = affected_issues(issues)
    if not affected:
        return Exclusion.NO_ADVERSE_IMPACT
    if all(is_side_effect_only(issues[issue_id]) for issue_id in affected):
        return Exclusion.INQUIRY_SIDE_EFFECT_ONLY
    return Exclusion.SECRECY if secrecy_blocks else None


def impact_reasons_of(issues: Issues) -> tuple[ImpactReason, ...]:
    """Return the impact reasons of the unfounded issues, each once, in order of first mention."""
    found = (reason for issue in affected_issues(issues) for point in issues[issue] for reason in point.impact_reasons)
    return tuple(dict.fromkeys(found))
