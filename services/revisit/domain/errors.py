"""Why a command of revisit education is refused: rule, source, and what would make it pass."""

from shared.kernel import Refusal


class NotPossibleInState(Refusal):
    rule = "3.4"
    source = "domain.md 3.4"
    zh = "案件处于 {state}，不能执行“{command}”"
    en = "the case is {state}; '{command}' is not possible"
    fix_zh = "此操作只能在以下状态进行：{states}"
    fix_en = "it is possible from: {states}"


class NotTheCasesBody(Refusal):
    rule = "V-4"
    source = "[P] 谁查处谁回访，V-4"
    zh = "{actor_body} 不是本案的承办机关"
    en = "{actor_body} is not the body that revisits this person"
    fix_zh = "由 {body} 办理"
    fix_en = "let {body} do it"


class NotInScope(Refusal):
    rule = "V-1"
    source = "[S] V-1, V-2; agency-events.md 6.3"
    zh = "此人不在回访范围：{reason}"
    en = "the person is not in the revisit population: {reason}"
    fix_zh = "核对处分、处理和干部信息；范围变化后再办"
    fix_en = "check measures and profile; try again when the scope has changed"


class StillInScope(Refusal):
    rule = "3.4"
    source = "domain.md 3.4: TERMINATED"
    zh = "此人仍在回访范围，不能终止"
    en = "the person is still in scope; the case cannot be terminated"
    fix_zh = "等待离职、去世、开除或撤销处分的来文"
    fix_en = "wait for the event that the person left, died, was expelled, or that the measure was revoked"


class GoalsMissing(Refusal):
    rule = "V-8"
    source = "[S] 一人一策，V-8"
    zh = "回访计划没有目标或方法"
    en = "the plan names no goal or no method"
    fix_zh = "写明目标，并至少选一种方法"
    fix_en = "state the goals and choose at least one method"


class SessionNotProposed(Refusal):
    rule = "V-6"
    source = "[A] V-6"
    zh = "回访 {session_id} 不在应排的回访之中"
    en = "session {session_id} is not among those that are due"
    fix_zh = "从案件的建议安排中选择：{proposed}"
    fix_en = "choose from the proposed sessions: {proposed}"


class TimelySessionMissing(Refusal):
    rule = "V-6"
    source = "[S] 及时访适用于所有人，3.2"
    zh = "计划缺少及时访 {session_id}"
    en = "the plan lacks the TIMELY session {session_id}"
    fix_zh = "把它列入计划"
    fix_en = "put it into the plan"


class DateOutsideWindow(Refusal):
    rule = "V-6"
    source = "[A] V-6"
    zh = "{day} 不在 {not_before} 至 {due_on} 之内"
    en = "{day} is not between {not_before} and {due_on}"
    fix_zh = "日期放在这段时间之内"
    fix_en = "choose a day in this window"


class PlannerMayNotApprove(Refusal):
    rule = "C-9"
    source = "[S] separation of proposer and approver, C-9; domain.md 8 no. 11"
    zh = "制定计划的人不能批准计划"
    en = "the planner may not approve the plan"
    fix_zh = "由另一名部门负责人批准"
    fix_en = "let another department head approve it"


class StaffNotDistinct(Refusal):
    rule = "V-10"
    source = "[P] Hanyin, V-10"
    zh = "回访须由不少于 {least} 名不同的本机关人员进行"
    en = "a session needs at least {least} different members of staff of {body}"
    fix_zh = "写明 {least} 名以上 {body} 的人员"
    fix_en = "name at least {least} different persons of {body}"


class StaffRecused(Refusal):
    rule = "V-10"
    source = "[L] 监察法 67, 政务处分法 47; V-10, C-9"
    zh = "{person} 已回避，不能参加回访"
    en = "{person} is recused and may not take part"
    fix_zh = "换一名人员"
    fix_en = "let somebody else take part"


class UnitNotContacted(Refusal):
    rule = "V-9"
    source = "[P] Tianjin, V-9"
    zh = "回访前没有联系所在单位党组织"
    en = "the unit's Party committee was not contacted before the session"
    fix_zh = "先联系单位，再登记回访"
    fix_en = "contact the unit first"


class SessionUnknown(Refusal):
    rule = "V-6"
    source = "domain.md 3.4, V-6"
    zh = "没有待进行的回访 {session_id}"
    en = "there is no session {session_id} to be held"
    fix_zh = "待进行的回访：{open}"
    fix_en = "sessions to be held: {open}"


class SessionTooEarly(Refusal):
    rule = "V-6"
    source = "[A] V-6; a lower bound blocks"
    zh = "回访 {session_id} 不得早于 {not_before}"
    en = "session {session_id} may not be held before {not_before}"
    fix_zh = "在 {not_before} 或以后进行"
    fix_en = "hold it on or after {not_before}"


class DateInFuture(Refusal):
    rule = "V-10"
    source = "domain.md 0: business dates"
    zh = "{day} 在今天之后"
    en = "{day} lies in the future"
    fix_zh = "登记已经发生的日期"
    fix_en = "record it when it has happened"


class NoSessionSinceEvaluation(Refusal):
    rule = "V-11"
    source = "[P] Hanyin, V-11"
    zh = "上次评估以后没有进行过回访"
    en = "no session was held since the last evaluation"
    fix_zh = "先进行回访，再评估"
    fix_en = "hold a session first"


class GradeDoesNotFollow(Refusal):
    rule = "V-11"
    source = "[S] four criteria, [P] grades; V-11"
    zh = "按四项标准，等次应为 {right}，不是 {given}"
    en = "by the four criteria the grade is {right}, not {given}"
    fix_zh = "改为 {right}，或更正四项标准"
    fix_en = "give {right}, or mend the criteria"


class PeriodNotOver(Refusal):
    rule = "3.4"
    source = "domain.md 3.4: EVALUATED -> CLOSED"
    zh = "影响期未满（{until}）"
    en = "the impact period is not over ({until})"
    fix_zh = "影响期满后再结束；在此之前继续回访"
    fix_en = "close when it is over; until then continue"


class NothingToContinue(Refusal):
    rule = "3.4"
    source = "domain.md 3.4: EVALUATED -> IN_PROGRESS"
    zh = "影响期已满且评估为好，无须继续"
    en = "the period is over and the evaluation GOOD: there is nothing to continue"
    fix_zh = "结束案件或提出推荐"
    fix_en = "close the case or recommend the person"


class SessionsOutstanding(Refusal):
    rule = "3.4"
    source = "[A] domain.md 3.4"
    zh = "还有待进行的回访：{open}"
    en = "sessions are still to be held: {open}"
    fix_zh = "先完成这些回访"
    fix_en = "hold them first"


class GradeTooPoor(Refusal):
    rule = "V-12"
    source = "[A] V-12; domain.md 3.4"
    zh = "评估为较差，不能结束"
    en = "the evaluation is POOR: the case cannot be closed"
    fix_zh = "继续回访，加强一次深度访后重新评估"
    fix_en = "continue; hold the extra session and evaluate again"


class BarStands(Refusal):
    rule = "V-14.1"
    source = "[P] 影响期 table 3.6; V-14 no. 1"
    zh = "{bars} 尚未解除，不能推荐作 {use}"
    en = "{bars} still stands, so the person cannot be recommended for {use}"
    fix_zh = "期满后再推荐，或推荐作不受影响的使用"
    fix_en = "wait until it has expired, or recommend a use it does not bar"


class UseRestricted(Refusal):
    rule = "V-14.2"
    source = "[K] 期满影响使用，V-14 no. 2"
    zh = "有权机关标注“期满影响使用”"
    en = "a competent body has flagged the use as restricted beyond the period"
    fix_zh = "由标注机关解除后再推荐"
    fix_en = "let that body lift the flag first"


class EvaluationNotGoodEnough(Refusal):
    rule = "V-14.3"
    source = "[A] V-14 no. 3"
    zh = "须有 {days} 日以内评估为好的结论（现为 {grade}，{evaluated_on}）"
    en = "the latest evaluation must be GOOD and at most {days} days old (it is {grade} of {evaluated_on})"
    fix_zh = "再进行一次回访并评估"
    fix_en = "hold a session and evaluate again"


class TooFewSessions(Refusal):
    rule = "V-14.3"
    source = "[A] V-14 no. 3"
    zh = "已进行 {held} 次回访，须至少 {least} 次"
    en = "{held} sessions were held, at least {least} are needed"
    fix_zh = "继续回访"
    fix_en = "hold further sessions"


class MatterOpen(Refusal):
    rule = "V-14.4"
    source = "[L] 政务处分法 14, 49; V-14 no. 4"
    zh = "有未了结的事项：{matters}"
    en = "there is an open matter: {matters}"
    fix_zh = "事项了结后再推荐"
    fix_en = "recommend when it has ended"


class PersonNotInformed(Refusal):
    rule = "V-14.7"
    source = "[A] V-14 no. 7"
    zh = "没有告知本人，也没有注明因人事工作秘密不告知"
    en = "the person was not informed, and no secrecy of personnel work is stated"
    fix_zh = "告知本人，或注明保密原因"
    fix_en = "inform the person, or state the secrecy"


class UseNotTheOneChecked(Refusal):
    rule = "V-14"
    source = "domain.md 3.4: RECOMMENDABLE"
    zh = "研判的使用是 {checked}，不是 {use}"
    en = "the case was found recommendable for {checked}, not for {use}"
    fix_zh = "按 {checked} 提出推荐"
    fix_en = "recommend for {checked}"


class NoOpenConcern(Refusal):
    rule = "3.4"
    source = "domain.md 3.4, V-12"
    zh = "没有需要研究的新情况"
    en = "there is no open concern to be looked at"
    fix_zh = "出现新立案或新问题线索后再办"
    fix_en = "there is nothing to do until one appears"


class AppointmentUnknown(Refusal):
    rule = "S-9"
    source = "domain.md 5.4 S-9, 8 no. 7"
    zh = "没有可以确认的任用 {appointment_id}"
    en = "there is no appointment {appointment_id} that could be confirmed"
    fix_zh = "只有组织部门通报的提拔、职级晋升、重用才能确认，每项一次"
    fix_en = "only a promotion, raised rank or important use told by the organisation department can be, and once"


class NotHandledPopulation(Refusal):
    rule = "S-9"
    source = "domain.md 8 no. 7; agency-events.md 5.22"
    zh = "任用当年此人不属受处分处理人员范围"
    en = "the person was not in the handled population of that year"
    fix_zh = "无须确认"
    fix_en = "nothing has to be confirmed"


class PromotionStillStands(Refusal):
    rule = "S-9"
    source = "domain.md 5.4 S-9"
    zh = "任用 {appointment_id} 未经确认，或仍应计入"
    en = "appointment {appointment_id} is not confirmed, or still counts"
    fix_zh = "只有本人不再属于受处分处理人员范围时才撤回"
    fix_en = "withdraw it only when the person is in the handled population no longer"


class SecondEventUnknown(Refusal):
    rule = "E-8"
    source = "agency-events.md 4.3"
    zh = "没有待核对的重复来文 {event}"
    en = "there is no second event {event} to look at"
    fix_zh = "核对来文编号"
    fix_en = "check the event's number"


class CampaignOfAnotherYear(Refusal):
    rule = "3.4"
    source = "[S] 大回访，domain.md 3.4 OpenCampaign"
    zh = "今年不是 {year} 年"
    en = "this is not the year {year}"
    fix_zh = "只能启动当年的大回访"
    fix_en = "open the campaign of the current year"


class CampaignBodyTooLow(Refusal):
    rule = "3.4"
    source = "[S] 全市大回访，domain.md 3.4 OpenCampaign"
    zh = "大回访由 {body} 启动"
    en = "the campaign is opened by {body}"
    fix_zh = "由该机关主要负责人或分管领导启动"
    fix_en = "let its principal or deputy in charge open it"
