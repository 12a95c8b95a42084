"""The rules tolerance enforces, and where."""

from services.tolerance.domain import assessment, decisions, follow_up, limits, records, rules, state
from shared.kernel import nearest_body
from shared.kernel.rulebook import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "T-1",
        "[P] 三个区分开来",
        "受理时逐项回答三个区分；有一项不在可容一侧即不得免责",
        "each of the three distinctions is answered at acceptance; one that fails blocks an exemption",
        (rules.require_answers, rules.exemption_blocked_by),
    ),
    Rule(
        "T-2",
        "[P] 中办 2018 六要素",
        "六要素各有评价等次和证据",
        "each of the six elements has a grade and evidence",
        (rules.require_six_elements,),
    ),
    Rule(
        "T-3",
        "[S] 鄞州免责四条件；正面、负面、免责清单",
        "四条件全部满足（或动机、程序、后果均无不利）方可免责；触及负面清单不得免责；仅触及正面清单为不构成过错",
        "all four tests, or motive, procedure, consequence not adverse; a negative hit blocks, a positive is no fault",
        (rules.exemption_blocked_by, rules.outcome_by_rule),
    ),
    Rule(
        "T-4",
        "[S] 防止突破党纪国法底线；[P] Shaanxi, Hancheng",
        "底线在受理和认定时各核一次，任何人不得豁免",
        "the bottom line is checked at acceptance and again at determination; no role can waive it",
        (rules.require_no_bottom_line, rules.require_outcome_allowed),
    ),
    Rule(
        "T-6",
        "[S] 前置审核",
        "每一问责事项都有前置审核记录，结果为受理、不予受理或不适用",
        "every matter carries a pre-review record",
        (assessment.accept, assessment.refuse),
    ),
    Rule(
        "T-7",
        "[S] 十二步骤；domain.md 4.3",
        "步骤不得跳过，未列明的变动一律拒绝",
        "no step can be skipped; what the state machine does not list is refused",
        (decisions.require_possible,),
    ),
    Rule(
        "T-7/5",
        "[L] 政务处分法 art.43",
        "不得因陈述申辩而加重",
        "a defence may not aggravate",
        (rules.require_not_aggravated,),
    ),
    Rule(
        "T-8",
        "[L] 政务处分法 art.11-12",
        "认定结果是意见，不是处分",
        "an outcome is an opinion, never a sanction",
        (assessment.determine,),
    ),
    Rule(
        "T-9",
        "[S] T-3, [P] T-1, [A] number of adverse elements",
        "建议和认定的结果须为规则所允许；从轻或减轻由人选择",
        "a proposed or determined outcome is one the rule allows; lighter or mitigated is a person's choice",
        (rules.outcome_by_rule, rules.require_outcome_allowed),
    ),
    Rule(
        "T-10",
        "[S] 一事一议",
        "情形复杂的由领导班子集体研究，有纪要",
        "a complex matter is decided collectively, with minutes",
        (rules.require_collective,),
    ),
    Rule(
        "T-12",
        "[S] 有错必纠、有过必改",
        "除不构成过错外都有整改方案，逐项核实，逾期提醒",
        "every outcome but NOT_A_FAULT has a correction plan, verified item by item, reminded when overdue",
        (
            follow_up.plan_correction,
            follow_up.confirm_no_correction,
            follow_up.verify_correction,
            records.remind_of_correction,
        ),
    ),
    Rule(
        "T-13",
        "[S] 纪检监察建议",
        "建议书有编号和回复期限，回头看后方可了结",
        "a suggestion has a number and a limit to reply; tracking ends only after it was checked",
        (follow_up.issue_suggestion, follow_up.check_implementation, follow_up.close_tracking),
    ),
    Rule(
        "T-14",
        "[S] 备案；[A] limit",
        "整改了结后十五个工作日内备案归档",
        "filed with the body above within fifteen working days",
        (follow_up.file_case, limits.deadlines),
    ),
    Rule(
        "C-8",
        "[P] 检举控告工作规则 art.50",
        "由按干部管理权限最近的机关主要负责人认定",
        "the principal of the nearest body that manages the person's level determines",
        (nearest_body, decisions.require_body),
    ),
    Rule(
        "C-9",
        "[L] 监察法 art.67, 政务处分法 art.47",
        "核查组回避声明；提出与批准分离",
        "investigators declare on recusal; who proposes does not approve",
        (rules.require_investigators, assessment.determine),
    ),
    Rule(
        "E-8",
        "agency-events.md 4.3",
        "来文在任何状态都记录，不因状态拒绝；作出决定之后的更正由人查看",
        "agencies' facts are recorded in any state; a correction after a decision is for a person",
        (records.record_matter, records.record_report, state.acted_on),
    ),
)
