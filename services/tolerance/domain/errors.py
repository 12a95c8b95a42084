"""Why tolerance refuses a command: each reason with its rule, its source, and what would make it pass."""

from shared.kernel import Refusal


class NotPossibleInState(Refusal):
    rule = "T-7"
    source = "domain.md 4.3, T-7 [S] fixed order of steps"
    zh = "案件状态为 {state}，不能执行“{command}”"
    en = "the case is in state {state}: '{command}' is not possible"
    fix_zh = "只有在以下状态才能执行：{possible}"
    fix_en = "it is possible from: {possible}"


class BodyNotCompetent(Refusal):
    rule = "C-8"
    source = "[P] 检举控告工作规则 art.50, C-8; domain.md 4.2 step 8"
    zh = "{actor_body} 不是本步骤的机关"
    en = "body {actor_body} is not the one that takes this step"
    fix_zh = "由 {bodies} 的人员执行"
    fix_en = "let a person of {bodies} do it"


class DateOutOfOrder(Refusal):
    rule = "DATES"
    source = "domain.md 0, Time"
    zh = "日期 {day} 不在 {earliest} 至 {latest} 之间"
    en = "the date {day} is not between {earliest} and {latest}"
    fix_zh = "日期不得晚于今天，也不得早于上一步骤"
    fix_en = "name a date not after today and not before the step before"


class BottomLineHit(Refusal):
    rule = "T-4"
    source = "[S] 防止突破党纪国法底线; [P] Shaanxi, Hancheng 容错办法; T-4"
    zh = "触及底线（{flags}），任何人不得豁免"
    en = "the bottom line is hit ({flags}); no role can waive it"
    fix_zh = "受理前作不予受理；受理后只能认定为不予容错，或移交办案部门"
    fix_en = "do not accept the case; once accepted, determine NOT_TOLERATED or transfer it to the case department"


class DistinctionsNotAnswered(Refusal):
    rule = "T-1"
    source = "[P] 三个区分开来, T-1"
    zh = "三个区分开来尚有未回答：{missing}"
    en = "of the three distinctions these are not answered: {missing}"
    fix_zh = "逐项回答三个区分"
    fix_en = "answer each of the three"


class OutsideJurisdiction(Refusal):
    rule = "T-6"
    source = "[S] 前置审核, T-6; domain.md 4.2 step 2"
    zh = "管辖权未确认，不能受理"
    en = "jurisdiction is not confirmed, the case cannot be accepted"
    fix_zh = "确认管辖，或以“不属管辖”为由不予受理"
    fix_en = "confirm jurisdiction, or do not accept for the reason OUTSIDE_JURISDICTION"


class NoReasonForNonAcceptance(Refusal):
    rule = "T-6"
    source = "[S] 前置审核, T-6; domain.md 4.2 step 2"
    zh = "没有触及底线，也没有写明理由，不能不予受理"
    en = "there is no bottom-line hit and no stated reason: the case cannot be refused"
    fix_zh = "选择理由并写明，或受理"
    fix_en = "choose a reason and state it, or accept the case"


class TooFewInvestigators(Refusal):
    rule = "T-7/3"
    source = "[A] domain.md 4.2 step 3"
    zh = "核查组只有 {count} 人"
    en = "the plan names {count} investigator(s)"
    fix_zh = "核查组不少于 {least} 人，且不得重复"
    fix_en = "name at least {least} different persons"


class RecusalNotDeclared(Refusal):
    rule = "C-9"
    source = "[L] 监察法 art.67, 政务处分法 art.47; C-9"
    zh = "以下核查人员未作回避声明：{missing}"
    en = "these investigators have not declared on recusal: {missing}"
    fix_zh = "每名核查人员都要作回避声明"
    fix_en = "let each investigator declare"


class ApproverInvestigates(Refusal):
    rule = "C-9"
    source = "[S] separation, C-9"
    zh = "批准方案的人不能是核查人员"
    en = "who approves the plan cannot be one of the investigators"
    fix_zh = "另选核查人员，或由另一位部门负责人批准"
    fix_en = "choose other investigators, or let another head of department approve"


class PrincipalInvestigates(Refusal):
    rule = "C-9"
    source = "[S] separation, C-9; step 8"
    zh = "主要负责人 {people} 负责认定，不能担任核查人员"
    en = "{people} determine outcomes and may not investigate"
    fix_zh = "另选核查人员"
    fix_en = "choose other investigators"


class ElementsWithoutEvidence(Refusal):
    rule = "T-2"
    source = "[P] 中办 2018 六要素, T-2; domain.md 4.2 step 4"
    zh = "六要素中尚无证据：{missing}"
    en = "of the six elements these have no evidence: {missing}"
    fix_zh = "每一要素都要有评价等次和证据编号"
    fix_en = "give each element a grade and an evidence reference"


class AlreadyExtended(Refusal):
    rule = "T-7/4"
    source = "[A] domain.md 4.2 step 4"
    zh = "核查期限已经延长过一次"
    en = "the limit was extended once already"
    fix_zh = "不能再次延长"
    fix_en = "there is no second extension"


class DefenceAggravates(Refusal):
    rule = "T-7/5"
    source = "[L] 政务处分法 art.43; domain.md 4.2 step 5"
    zh = "不得因陈述申辩而加重：{elements}"
    en = "a person's defence may not aggravate: {elements}"
    fix_zh = "听取申辩后的评价不得比此前更差"
    fix_en = "a grade after the hearing may not be worse than before it"


class NegativeListHit(Refusal):
    rule = "T-3"
    source = "[S] 负面清单, T-3; domain.md 8 no. 6"
    zh = "触及负面清单（{items}），不得免责"
    en = "an item of the negative list is hit ({items}): exemption is blocked"
    fix_zh = "可提出：{allowed}"
    fix_en = "allowed is: {allowed}"


class OutcomeNotAllowed(Refusal):
    rule = "T-9"
    source = "[S] T-3, [P] T-1, [A] T-9; agency-events.md 6.4"
    zh = "认定的事实不允许“{outcome}”（{why}）"
    en = "what was established does not allow {outcome} ({why})"
    fix_zh = "可提出：{allowed}"
    fix_en = "allowed is: {allowed}"


class TooFewDepartments(Refusal):
    rule = "T-7/7"
    source = "[A] domain.md 4.2 step 7"
    zh = "会商缺少：{missing}"
    en = "the consultation lacks: {missing}"
    fix_zh = "会商应有纪检监察机关、组织部门和业务主管（或审计、司法）部门，不少于 {least} 个"
    fix_en = "consult the discipline body, the organisation department and a third one, at least {least} in all"


class MinutesMissing(Refusal):
    rule = "T-10"
    source = "[S] 一事一议, T-10"
    zh = "情形复杂（{flags}），须一事一议并有会议纪要"
    en = "the matter is complex ({flags}): it is dealt with on its own, with minutes"
    fix_zh = "填写会议纪要编号"
    fix_en = "give the number of the minutes"


class CollectiveDecisionMissing(Refusal):
    rule = "T-10"
    source = "[S] 一事一议, T-10"
    zh = "情形复杂（{flags}），须由领导班子集体研究决定"
    en = "the matter is complex ({flags}): the leadership decides it together"
    fix_zh = "以集体研究方式认定（collectively=true），附会议纪要"
    fix_en = "determine it collectively, with minutes"


class TooFewParticipants(Refusal):
    rule = "T-10"
    source = "[S] 一事一议, T-10; [A] number"
    zh = "集体研究只有 {count} 人参加"
    en = "the collective decision names {count} participant(s)"
    fix_zh = "参加人员不少于 {least} 人，且不得重复"
    fix_en = "name at least {least} different persons"


class ParticipantsOfAnotherBody(Refusal):
    rule = "T-10"
    source = "[S] 一事一议, T-10; C-8"
    zh = "{people} 不是批准机关 {body} 的人员"
    en = "{people}: not of the approving body {body}"
    fix_zh = "由 {body} 的人员集体研究"
    fix_en = "let persons of {body} decide together"


class ProposerApproves(Refusal):
    rule = "C-9"
    source = "[S] separation, C-9"
    zh = "提出建议的人 {person} 不能批准"
    en = "{person} proposed the outcome and cannot approve it"
    fix_zh = "由另一人批准"
    fix_en = "let another person approve"


class FeedbackIncomplete(Refusal):
    rule = "T-7/9"
    source = "[A] domain.md 4.2 step 9"
    zh = "尚未书面反馈：{missing}"
    en = "these have not been told in writing: {missing}"
    fix_zh = "向当事人、所在单位、提出单位各送达一次并取得回执"
    fix_en = "deliver to the person, the unit and the proposing unit, each once, with a receipt"


class ObjectionWindowOpen(Refusal):
    rule = "T-7/10"
    source = "[A] domain.md 4.2 step 10"
    zh = "异议期至 {until} 届满，尚未结束"
    en = "the objection window runs until {until}"
    fix_zh = "异议期满次日起可确认无异议"
    fix_en = "confirm from the day after the window on"


class ObjectionTooLate(Refusal):
    rule = "T-7/10"
    source = "[A] domain.md 4.2 step 10"
    zh = "异议于 {raised_on} 提出，已过异议期 {until}"
    en = "the objection was raised on {raised_on}, after the window closed on {until}"
    fix_zh = "异议须在异议期内提出"
    fix_en = "an objection has to be raised within the window"


class CorrectionNeeded(Refusal):
    rule = "T-12"
    source = "[S] 有错必纠、有过必改, T-7, T-12"
    zh = "结果为 {outcome}，必须制定纠错整改方案"
    en = "the outcome is {outcome}: a correction plan is needed"
    fix_zh = "提交纠错整改方案；只有“不构成过错”无需整改"
    fix_en = "submit a correction plan; only NOT_A_FAULT needs none"


class NothingToCorrect(Refusal):
    rule = "T-12"
    source = "[S] 有错必纠、有过必改, T-7, T-12"
    zh = "结果为不构成过错，没有需要整改的事项"
    en = "the outcome is NOT_A_FAULT: there is nothing to correct"
    fix_zh = "确认无需整改"
    fix_en = "confirm that no correction is needed"


class CorrectionLimitTooLong(Refusal):
    rule = "T-12"
    source = "[A] domain.md 4.2 step 11"
    zh = "整改期限 {days} 天超过上限"
    en = "{days} days for a correction are too long"
    fix_zh = "不超过 {most} 天"
    fix_en = "at most {most} days"


class CorrectionUnverified(Refusal):
    rule = "T-12"
    source = "[S] 有错必纠、有过必改, T-12; domain.md 4.2 step 11"
    zh = "整改事项尚未核实：{missing}"
    en = "these corrections are not verified: {missing}"
    fix_zh = "逐项核实并附证据编号"
    fix_en = "verify each of them with an evidence reference"


class AlreadyVerified(Refusal):
    rule = "T-12"
    source = "[S] 有错必纠、有过必改, T-12"
    zh = "整改已经核实完毕"
    en = "the correction was verified already"
    fix_zh = "进行备案归档"
    fix_en = "go on with the filing"


class ReplyLimitTooLong(Refusal):
    rule = "T-13"
    source = "[A] T-13"
    zh = "回复期限 {days} 天超过上限"
    en = "{days} days to reply are too long"
    fix_zh = "不超过 {most} 天"
    fix_en = "at most {most} days"


class SuggestionUnknown(Refusal):
    rule = "T-13"
    source = "[S] 纪检监察建议, T-13"
    zh = "本案没有编号为 {doc_no} 的建议书"
    en = "this case has no suggestion {doc_no}"
    fix_zh = "核对建议书编号：{known}"
    fix_en = "check the number: {known}"


class SuggestionAlreadyChecked(Refusal):
    rule = "T-13"
    source = "[S] 纪检监察建议回头看, T-13"
    zh = "建议书 {doc_no} 已经回头看"
    en = "suggestion {doc_no} was checked already"
    fix_zh = "无需重复"
    fix_en = "there is nothing more to do"


class ReplyStillDue(Refusal):
    rule = "T-13"
    source = "[S] 纪检监察建议, T-13"
    zh = "建议书 {doc_no} 的回复期限 {reply_due} 未到，尚无回复"
    en = "suggestion {doc_no} has no reply yet and may be answered until {reply_due}"
    fix_zh = "收到回复后，或期满次日起进行"
    fix_en = "check once the unit replied, or from the day after the limit on"


class SuggestionOpen(Refusal):
    rule = "T-13"
    source = "[S] 纪检监察建议, T-13; domain.md 4.2 step 12"
    zh = "建议书尚未了结：{open}"
    en = "these suggestions are still open: {open}"
    fix_zh = "先对每份建议书回头看"
    fix_en = "check the implementation of each first"


class NoApplicant(Refusal):
    rule = "T-7/1"
    source = "domain.md 4.3: WITHDRAWN (applicant)"
    zh = "本案由 {initiator} 启动，没有可撤回的申请人"
    en = "the case was started by {initiator}: there is no applicant who could withdraw"
    fix_zh = "只有本人或单位申请的可以撤回"
    fix_en = "only what a person or a unit applied for can be withdrawn"


class NewBottomLineMissing(Refusal):
    rule = "T-4"
    source = "domain.md 4.3: REVOKED (new bottom-line fact)"
    zh = "以新的底线事实撤销，须列明触及的底线"
    en = "a revocation for a new bottom-line fact has to name it"
    fix_zh = "列明底线事项，或改以隐瞒事实为由"
    fix_en = "name the bottom-line item, or revoke for concealed facts"


class NothingToReview(Refusal):
    rule = "E-8"
    source = "agency-events.md 4.3"
    zh = "没有待人工查看的来文"
    en = "there is no agency's fact to look at"
    fix_zh = "无需处理"
    fix_en = "there is nothing to do"
