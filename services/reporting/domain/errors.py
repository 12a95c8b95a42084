"""Why a command on a recommendation is refused: the rule, its source, what would make it pass."""

from shared.kernel import Refusal

STATES = "domain.md 5.5"
CONDITIONS = "[K] V-14, domain.md 3.5"


class NotInThisState(Refusal):
    rule = "5.5"
    source = STATES
    zh = "推荐处于“{status}”，不能执行“{command}”"
    en = "the recommendation is {status}: '{command}' is not possible"
    fix_zh = "可执行的状态：{states}"
    fix_en = "possible in: {states}"


class OtherBody(Refusal):
    rule = "C-9"
    source = "[L] 监察法 67; domain.md 1.3"
    zh = "{person} 不属于本推荐的机关 {body}"
    en = "{person} is not of this recommendation's body {body}"
    fix_zh = "由 {body} 的人员办理"
    fix_en = "let a person of {body} do it"


class SamePerson(Refusal):
    rule = "V-14 no. 6"
    source = "[L] PIPL art.24; domain.md 3.5"
    zh = "{person} 已经{earlier_zh}本推荐，不能再{command}"
    en = "{person} {earlier_en} this recommendation and may not also do '{command}'"
    fix_zh = "由另一人办理：提出、审核、批准、送出须由不同的人"
    fix_en = "let another person do it: proposing, reviewing, approving and sending are different persons' acts"


class BarsStand(Refusal):
    rule = "V-14 no. 1"
    source = "[P] V-14, V-16; agency-events.md 6.5"
    zh = "影响期未满，不能推荐“{use}”：{bars}"
    en = "bars still block the use {use}: {bars}"
    fix_zh = "待影响期满后再送，或改提其他使用方式"
    fix_en = "send it when they have expired, or propose another kind of use"


class EvaluationTooOld(Refusal):
    rule = "V-14 no. 3"
    source = "[A] V-14 no. 3"
    zh = "最近一次评估在 {evaluated_on}，已超过 {days} 天"
    en = "the latest evaluation is of {evaluated_on}, more than {days} days ago"
    fix_zh = "重新评估后再办"
    fix_en = "evaluate again first"


class NotGood(Refusal):
    rule = "V-14 no. 3"
    source = CONDITIONS
    zh = "最近一次评估为 {grade}，不是 GOOD"
    en = "the latest evaluation is {grade}, not GOOD"
    fix_zh = "评估为“好”后再推荐"
    fix_en = "recommend after an evaluation GOOD"


class TooFewSessions(Refusal):
    rule = "V-14 no. 3"
    source = "[A] V-14 no. 3"
    zh = "只有 {sessions} 次回访记录，至少 {needed} 次"
    en = "there are {sessions} sessions on record, {needed} are needed"
    fix_zh = "补足回访后再推荐"
    fix_en = "hold the further sessions first"


class ConcernOpen(Refusal):
    rule = "V-14 no. 4"
    source = CONDITIONS
    zh = "存在未了结的新情况：{concern}"
    en = "a new concern is open: {concern}"
    fix_zh = "查清后以“恢复”重新核对，或撤回推荐"
    fix_en = "settle it and check anew by 'resumption', or withdraw the recommendation"


class OpinionMissing(Refusal):
    rule = "V-14 no. 5"
    source = CONDITIONS
    zh = "缺少所在单位党组织意见或廉政意见"
    en = "the unit's opinion or the integrity opinion is missing"
    fix_zh = "附上两份意见后重新提出推荐"
    fix_en = "propose the recommendation anew with both opinions"


class NotInformed(Refusal):
    rule = "V-14 no. 7"
    source = "[A] V-14 no. 7"
    zh = "尚未告知本人"
    en = "the person has not been informed"
    fix_zh = "告知本人；涉及人事工作保密的，在命令中注明"
    fix_en = "inform the person, or say in the command that secrecy of personnel work applies"


class Lapsed(Refusal):
    rule = "5.5"
    source = "[A] domain.md 5.5, validity"
    zh = "推荐已于 {valid_until} 失效"
    en = "the recommendation was valid until {valid_until}"
    fix_zh = "重新提出推荐"
    fix_en = "propose it anew"


class TooEarly(Refusal):
    rule = "S-9"
    source = "[A] S-9"
    zh = "暂缓至 {review_on}，此前不能再次送出"
    en = "deferred until {review_on}: it may not be sent again before"
    fix_zh = "到期后重新核对条件再送"
    fix_en = "check the conditions again and send on that day or later"


class PromotionNotConfirmed(Refusal):
    rule = "S-9"
    source = "[S] S-9"
    zh = "没有组织部门对“{follow_up}”的任用确认"
    en = "no appointment {follow_up} told by the organisation department was confirmed"
    fix_zh = "等组织部门来文并经确认；不得由经办人自填"
    fix_en = "wait until the organisation department's event is confirmed; nobody types it in"


class DateImpossible(Refusal):
    rule = "DATES"
    source = "domain.md section 0"
    zh = "日期 {day} 不在 {earliest} 至 {latest} 之间"
    en = "{day} is not between {earliest} and {latest}"
    fix_zh = "核对日期"
    fix_en = "check the date"


class UnitMissing(Refusal):
    rule = "V-15"
    source = "[S] V-15"
    zh = "送所在单位党委时须写明单位代码"
    en = "a recommendation to the unit's Party committee names the unit"
    fix_zh = "填写单位代码"
    fix_en = "give the unit code"


class NothingToCheck(Refusal):
    rule = "E-8"
    source = "agency-events.md 4.3"
    zh = "没有编号为 {event_id} 的待核对来文"
    en = "there is no event {event_id} to be checked"
    fix_zh = "核对来文编号"
    fix_en = "check the event id"
