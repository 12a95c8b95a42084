"""The rules on recommendations and months that reporting's domain enforces."""

from services.reporting.domain import evidence, figures, month, recommendation, reports, rules
from shared.kernel.rulebook import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "S-1",
        "[A] domain.md 5.4; agency-events.md 4.4",
        "按业务日期归月；封账后的数据不变，迟到事实在下期列为更正",
        "months by business date; a closed month never changes, late facts are restated in the next report",
        (month.decide_month, reports.restatements_now, figures.is_late),
    ),
    Rule(
        "S-3",
        "[S] domain.md 5.1, 5.4",
        "同一人一年内只计一次，案件按件计",
        "a person is counted once a year, each case as a case",
        (figures.persons_clarified, figures.organisations_clarified, figures.persons_revisited),
    ),
    Rule(
        "S-4",
        "[A] domain.md 5.4",
        "勾稽关系：分地区、分层级之和等于总数；人数不超过件数；提拔重用均有确认",
        "sum checks: parts add up to totals, persons do not exceed cases, the promoted are confirmed ones",
        (reports.failed_checks, reports.failed_month_checks),
    ),
    Rule(
        "S-7",
        "[A] domain.md 5.4",
        "没有发生的也要写明为零",
        "nil is reported explicitly",
        (reports.annual_report, reports.month_figures),
    ),
    Rule(
        "S-8",
        "[A] domain.md 5.4",
        "每个数字可以打开到其后的事实",
        "every figure can be opened down to the facts behind it",
        (evidence.evidence,),
    ),
    Rule(
        "V-14 no. 1",
        "[P] V-14, V-16",
        "推荐当日，妨碍该使用方式的影响期均须届满",
        "on the recommendation date every bar that blocks the recommended use has expired",
        (rules.standing_bars, rules.require_conditions),
    ),
    Rule(
        "V-14 no. 3",
        "[A] V-14",
        "最近评估为“好”且不超过 90 天，回访不少于 2 次",
        "the latest evaluation is GOOD and at most 90 days old, with at least 2 sessions",
        (rules.require_good_evaluation, rules.require_conditions),
    ),
    Rule(
        "V-14 no. 4",
        "[K] V-14",
        "没有未了结的线索、案件或新处分",
        "no clue, case or new sanction is open",
        (rules.require_no_concern,),
    ),
    Rule(
        "V-14 no. 5",
        "[K] V-14",
        "附单位党组织意见和廉政意见",
        "the unit's opinion and the integrity opinion are there",
        (rules.require_conditions,),
    ),
    Rule(
        "V-14 no. 6",
        "[L] PIPL art.24",
        "由具名的人决定；提出、审核、批准、送出由不同的人办理",
        "a named human decides; proposing, reviewing, approving and sending are different persons' acts",
        (rules.require_other_person,),
    ),
    Rule(
        "V-14 no. 7",
        "[A] V-14",
        "已告知本人，人事工作保密的除外",
        "the person has been informed, unless personnel work is secret",
        (rules.require_conditions,),
    ),
    Rule(
        "V-15",
        "[S] V-15",
        "送主管层级的组织部门，或所在单位党委",
        "to the organisation department of the managing level, or the unit's Party committee",
        (rules.receiver_by,),
    ),
    Rule(
        "S-9",
        "[S] domain.md 5.4",
        "提拔重用以组织部门来文为准；暂缓的推荐再次送出前重新核对条件",
        "promoted only as the organisation department told; a deferred one is checked anew before it is sent again",
        (recommendation.may_promote, recommendation.decide, figures.persons_promoted),
    ),
    Rule(
        "S-10",
        "[A] domain.md 5.4",
        "送出后出现新处分或线索，即行中止",
        "a new sanction or clue after sending suspends it at once",
        (recommendation.decide, rules.require_no_concern),
    ),
    Rule(
        "E-8",
        "[A] domain.md 6; agency-events.md 4.3",
        "回执与反馈在任何状态都予记录；第二件来文由人核对",
        "receipts and answers are recorded in any state; a second event goes to a person",
        (recommendation.decide, recommendation.evolve),
    ),
    Rule(
        "5.5",
        "[A] domain.md 5.5",
        "签收 5 个工作日、反馈 90 天，逾期每月催办；推荐 180 天有效",
        "receipt within 5 working days, answer within 90 days, then monthly reminders; valid for 180 days",
        (recommendation.deadlines, rules.require_valid, rules.require_status),
    ),
)
