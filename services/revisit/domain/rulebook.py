"""The rules of revisit education that are enforced, and where."""

from services.revisit.domain.model import campaign, case, case_decided, case_recorded, person
from services.revisit.domain.rules import (
    age_on,
    bars_in_force,
    bars_of,
    campaign_session,
    first_free_day,
    form_of,
    government_periods_overlap,
    grade_by,
    probation_over_on,
    program_of,
    scope_of,
    sessions_of,
    standing_bars,
)
from shared.kernel.rulebook import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "V-1",
        "[S] 2021 年以来；agency-events.md 6.3",
        "回访范围：2021 年以来受第一至第三种形态处分处理且在职的人员，按日计算",
        "in scope: handled since 2021 in forms 1 to 3 and in service, computed by day",
        (scope_of, case_decided.require_in_scope),
    ),
    Rule(
        "V-2",
        "[K] 四种形态",
        "第四种形态、开除党籍、开除公职的不回访；P2b 除来文注明外按第二种形态",
        "form 4, P6 and G6 are out; P2b is form 2 unless the event says 3",
        (form_of, scope_of),
    ),
    Rule(
        "V-3", "[A] 35 岁", "青年干部：最早处分时不满 36 周岁", "young: at most 35 at the earliest measure", (age_on,)
    ),
    Rule(
        "V-4", "[P] 谁查处谁回访", "由所在地机关回访", "the body of the district revisits", (case_decided.require_body,)
    ),
    Rule("V-5", "[S] 标准访、深度访、暖心访", "先青年后重处分", "young first, then heavy", (program_of,)),
    Rule("V-6", "[A] 及时、全面、延伸", "回访的期限：早于期限的不得进行", "windows: earlier blocks", (sessions_of,)),
    Rule("V-7", "[S] 精准画像", "画像不含健康和宗教信息", "nothing medical or religious", (case_decided.draw_profile,)),
    Rule(
        "V-8",
        "[S] 一人一策",
        "计划须有目标、方法、人员，由另一人批准",
        "a plan has goals, methods and staff, and somebody else approves it",
        (case_decided.draft_plan, case_decided.approve_plan),
    ),
    Rule("V-9", "[P] Tianjin", "回访前联系单位", "the unit is contacted first", (case_decided.hold_session,)),
    Rule(
        "V-10",
        "[P] Hanyin；[L] 监察法 67",
        "两名以上不同人员进行，回避的不得参加，日期不得在将来",
        "two different members of staff, none recused, no day in the future",
        (case_decided.require_staff, case_decided.hold_session),
    ),
    Rule(
        "V-11", "[S] 四项标准；[P] Hanyin", "等次须与标准一致", "the grade follows", (grade_by, case_decided.evaluate)
    ),
    Rule(
        "V-12",
        "[A] 60 日",
        "较差的加一次深度访；新问题移交办案部门",
        "POOR: an extra session; a new problem goes to the case department",
        (case_decided.evaluate, case_decided.transfer_clue),
    ),
    Rule("V-13", "[L] 政务处分法 54", "登记处分执行问题", "execution defects are found", (case_decided.hold_session,)),
    Rule(
        "V-14",
        "[P] 影响期；[A] 90 日、2 次；[L] 个人信息保护法 24",
        "推荐须七项条件全部具备",
        "a recommendation needs all seven conditions",
        (case_decided.require_recommendable, case_decided.propose_recommendation, standing_bars),
    ),
    Rule("V-16", "table 3.6；agency-events.md 6.5", "影响期按类型计算", "bars are typed", (bars_of,)),
    Rule(
        "V-17",
        "[K] 按影响期长的执行",
        "同一类型取最晚期满；政务处分重叠时提示",
        "per type the latest end; overlapping government periods are flagged",
        (bars_in_force, government_periods_overlap),
    ),
    Rule("V-18", "[P] 对应日", "期满计算：对应日，没有的为次月一日", "the corresponding day", (first_free_day,)),
    Rule(
        "V-19",
        "[P] 留党察看",
        "恢复权利前影响期不届满；察看期满未恢复的标注",
        "open until rights are restored; flagged when probation is over",
        (bars_of, probation_over_on, person.deadlines),
    ),
    Rule("V-20", "[L] 复审、复核、法院", "重新计算只追加", "computed again, appended", (person.decide,)),
    Rule(
        "3.4",
        "domain.md 3.4",
        "未列出的状态转换一律拒绝；立案、撤案等来文只记录",
        "transitions not listed are refused; agencies' facts are only recorded",
        (case_decided.require_possible, case_recorded.record_standing, case.decide),
    ),
    Rule(
        "3.4 OpenCampaign",
        "[S] 大回访",
        "大回访由人启动，范围内每人增加一次回访",
        "a person opens the campaign; it adds one session to each person in scope",
        (campaign.decide, campaign_session, case_recorded.record_campaign),
    ),
    Rule(
        "S-9",
        "domain.md 8 no. 7",
        "提拔重用须由人确认",
        "a promotion is confirmed by a person",
        (person.awaits_confirmation, person.in_population),
    ),
    Rule(
        "S-10",
        "[A] domain.md 5.5",
        "新情况通报推荐",
        "a new concern is told to whoever recommends",
        (case_recorded.record_standing,),
    ),
)
