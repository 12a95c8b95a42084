"""Why a command is refused: the rule, its source, and what would make it pass; in both languages."""

from shared.kernel import Refusal


class TransitionNotAllowed(Refusal):
    rule = "STATE"
    source = "domain.md 1.4, 2.3"
    zh = "案件状态为“{status}”，不能执行“{command}”"
    en = "the case is in state '{status}', from which '{command}' is not possible"
    fix_zh = "此操作只能在以下状态执行：{possible_from}"
    fix_en = "it is possible from: {possible_from}"


class BodyNotCompetent(Refusal):
    rule = "C-8"
    source = "[P] 检举控告工作规则 art.50; domain.md 1.3, C-8, F-5"
    zh = "{actor_body} 不是办理“{command}”的机关"
    en = "{actor_body} is not the body that does '{command}'"
    fix_zh = "由 {body} 的人员办理"
    fix_en = "let a person of {body} do it"


class PersonIsRecused(Refusal):
    rule = "C-9"
    source = "[L] 监察法 art.67, 政务处分法 art.47"
    zh = "{person_id} 已回避本案"
    en = "{person_id} is recused from this case"
    fix_zh = "由其他人员办理"
    fix_en = "let another person do it"


class ProposerMayNotApprove(Refusal):
    rule = "C-9"
    source = "domain.md C-9"
    zh = "提出人 {person_id} 不得审批自己的建议"
    en = "{person_id} proposed it and may not decide on it"
    fix_zh = "由批准机关的另一人审批"
    fix_en = "let another person of the deciding body decide"


class ProposerNotOfTheCase(Refusal):
    rule = "C-9"
    source = "domain.md C-9, 1.3"
    zh = "提出人 {person_id} 不是 {body} 的承办人"
    en = "{person_id}, named as proposer, is no handler of {body}"
    fix_zh = "填写 {body} 提出建议的承办人"
    fix_en = "name the handler of {body} who proposed it"


class PrincipalMayNotInvestigate(Refusal):
    rule = "C-9"
    source = "domain.md C-9, F-5; [L] 监察法 art.67"
    zh = "主要负责人 {people} 负责认定，不得担任核查人员"
    en = "{people} decide on recognition and may not check the case"
    fix_zh = "另选核查人员"
    fix_en = "choose other investigators"


class StaffOfAnotherBody(Refusal):
    rule = "C-9"
    source = "domain.md 1.3, C-9, C-19"
    zh = "{people} 不是 {bodies} 的人员"
    en = "{people}: not of {bodies}"
    fix_zh = "由 {bodies} 的人员参加"
    fix_en = "let persons of {bodies} do it"


class ApprovedAtAnotherLevel(Refusal):
    rule = "C-8"
    source = "[P] 检举控告工作规则 art.50; domain.md C-8"
    zh = "登记已更正：应由 {needed} 批准，而非 {approved_by}"
    en = "the registration was corrected: {needed} has to approve, not {approved_by}"
    fix_zh = "由 {needed} 主要负责人撤回，重新研判后报其批准"
    fix_en = "let the principal of {needed} cancel it; assessed again, the case is approved there"


class DateOutOfOrder(Refusal):
    rule = "DATES"
    source = "domain.md 0"
    zh = "日期 {day} 不在 {earliest} 至 {latest} 之间"
    en = "the date {day} is not between {earliest} and {latest}"
    fix_zh = "填写 {earliest} 至 {latest} 之间的日期"
    fix_en = "give a date from {earliest} to {latest}"


class ClassificationByRule(Refusal):
    rule = "C-4"
    source = "[P] Hubei art.2, Jiangxi 3(2); agency-events.md 6.1"
    zh = "按核实结论应归类为 {proposed}，不能归类为 {chosen}"
    en = "by its findings the conclusion is {proposed}, not {chosen}"
    fix_zh = "确认 {proposed}；如结论有误，退回承办部门更正"
    fix_en = "confirm {proposed}, or send it back so that the handling department corrects the conclusion"


class NotClassifiedYet(Refusal):
    rule = "C-4"
    source = "agency-events.md 6.1"
    zh = "现行核实结论尚未归类"
    en = "the conclusion in force was not classified yet"
    fix_zh = "先由案件监督管理室或信访举报部门确认归类"
    fix_en = "let case supervision or the petition department confirm its classification first"


class AlreadyClassified(Refusal):
    rule = "C-4"
    source = "agency-events.md 6.1"
    zh = "现行核实结论已归类为 {classification}"
    en = "the conclusion in force was classified as {classification} already"
    fix_zh = "结论更正后再归类"
    fix_en = "it is classified again when the conclusion is corrected"


class DepartmentMissing(Refusal):
    rule = "C-9"
    source = "[S] 信访举报部门会同办案部门"
    zh = "会商缺少部门：{missing}"
    en = "the consultation lacks: {missing}"
    fix_zh = "会商须有信访举报部门和承办部门参加，并写明参加人"
    fix_en = "name participants of the petition and of the handling department"


class NotOfTheDepartment(Refusal):
    rule = "C-9"
    source = "[S] 信访举报部门会同办案部门"
    zh = "参加人不能代表所列部门，或一人代表两个部门：{people}"
    en = "a participant cannot speak for the department named, or speaks for two: {people}"
    fix_zh = "每个部门由本部门人员或其负责人参加，一人只代表一个部门"
    fix_en = "let each department send a person of its own or a leader, one person for one department"


class ImpactReasonNotFound(Refusal):
    rule = "C-2"
    source = "[P] national 意见 2020; agency-events.md 6.1"
    zh = "结论中没有此影响情形：{reasons}"
    en = "the findings name no such impact: {reasons}"
    fix_zh = "只填写承办部门认定的情形：{found}"
    fix_en = "give only what the handling department found: {found}"


class AssessmentIncomplete(Refusal):
    rule = "C-1"
    source = "[P] national 意见 2020"
    zh = "会商研判尚未完成"
    en = "the assessment is not complete yet"
    fix_zh = "先记录会商研判结果"
    fix_en = "record the result of the assessment first"


class AssessmentComplete(Refusal):
    rule = "C-1"
    source = "domain.md 1.4"
    zh = "会商研判已完成"
    en = "the assessment is complete already"
    fix_zh = "继续征求意愿、提出建议或作出决定"
    fix_en = "go on with consent, proposal or decision"


class ConsentMissing(Refusal):
    rule = "C-6"
    source = "[P] Lancang 2024; domain.md C-6"
    zh = "尚未征求当事人意愿"
    en = "the subject was not asked yet"
    fix_zh = "先记录当事人意愿"
    fix_en = "record the subject's consent first"


class ConsentDetailMissing(Refusal):
    rule = "C-6"
    source = "domain.md C-6"
    zh = "有限同意须写明方式和范围"
    en = "a limited consent names its methods and its scope"
    fix_zh = "补充 methods 和 scope"
    fix_en = "give methods and scope"


class AttemptsTooFew(Refusal):
    rule = "C-6"
    source = "[A] domain.md C-6"
    zh = "无法联系须有 {needed} 次不同日期的联系记录，现有 {given} 次"
    en = "not reachable needs {needed} attempts on different days, {given} were given"
    fix_zh = "再次联系并记录日期"
    fix_en = "try again and record the day"


class ConsentDeclined(Refusal):
    rule = "C-6"
    source = "[A] domain.md C-6"
    zh = "当事人不同意澄清"
    en = "the subject declined"
    fix_zh = "以当事人不同意结案；或由批准机关主要负责人记录公共利益理由"
    fix_en = "close it as declined, or let the approving principal record a reason of public interest"


class ConsentNotDeclined(Refusal):
    rule = "C-6"
    source = "domain.md 1.4"
    zh = "当事人没有表示不同意"
    en = "the subject did not decline"
    fix_zh = "先如实记录当事人意愿"
    fix_en = "record the subject's wish as it is first"


class MethodBeyondConsent(Refusal):
    rule = "C-6"
    source = "[P] Lancang 2024; [A] domain.md C-6"
    zh = "方式 {methods} 超出当事人意愿"
    en = "the methods {methods} go beyond the subject's consent"
    fix_zh = "可用方式：{allowed}"
    fix_en = "methods that may be used: {allowed}"


class ScopeBeyondConsent(Refusal):
    rule = "C-14"
    source = "[P] 适当方式、一定范围; [A] domain.md C-6, C-14"
    zh = "范围 {scope} 超出 {allowed}"
    en = "the scope {scope} is wider than {allowed}"
    fix_zh = "缩小范围；或由批准人写明理由"
    fix_en = "narrow the scope, or let the approver record a reason"


class WrittenMethodMissing(Refusal):
    rule = "C-11"
    source = "[P] national 意见 2020"
    zh = "当面、会议、通报澄清须同时书面澄清"
    en = "clearing in person, in a meeting or by bulletin must be accompanied by a written one"
    fix_zh = "方式中加上 WRITTEN"
    fix_en = "add WRITTEN to the methods"


class ExclusionApplies(Refusal):
    rule = "C-4"
    source = "[P] Jiangxi art.3; agency-events.md 6.1"
    zh = "存在不予澄清情形 {code}"
    en = "an exclusion applies: {code}"
    fix_zh = "报分管领导作出不予澄清决定"
    fix_en = "let the deputy in charge decide that clarification is not needed"


class ExclusionNotGiven(Refusal):
    rule = "C-4"
    source = "[P] Jiangxi art.3; agency-events.md 6.1"
    zh = "不具备 {code} 情形；按结论适用的是：{applies}"
    en = "the condition of {code} is not given; what applies by the findings: {applies}"
    fix_zh = "填写适用的情形；没有则继续办理"
    fix_en = "give the code that applies; where there is none, go on"


class OtherMatterOpen(Refusal):
    rule = "C-4"
    source = "[A] OTHER_OPEN_MATTER; domain.md 8 no. 10"
    zh = "当事人另有 {count} 件未结案件"
    en = "{count} other matter(s) of the subject are open"
    fix_zh = "先暂缓，另案终结后恢复办理"
    fix_en = "defer the case, and resume it when the other matter ended"


class NoOtherMatterOpen(Refusal):
    rule = "C-4"
    source = "domain.md 1.4, C-4"
    zh = "当事人没有其他未结案件，不能暂缓"
    en = "no other matter of the subject is open: there is no ground to defer"
    fix_zh = "继续办理"
    fix_en = "go on with the case"


class IssueNotClearable(Refusal):
    rule = "C-1"
    source = "[P] Hubei art.3; agency-events.md 6.1 no. 7"
    zh = "不能澄清的问题：{issues}"
    en = "these issues cannot be cleared: {issues}"
    fix_zh = "只澄清失实且有不良影响的问题：{clearable}"
    fix_en = "clear only unfounded issues with an impact: {clearable}"


class ReporterDataInText(Refusal):
    rule = "C-15"
    source = "[P] 检举控告工作规则 art.52; domain.md C-7, C-15"
    zh = "文字涉及举报人、举报渠道或内部编号：{found}"
    en = "the text speaks of the reporter, the channel or an internal token: {found}"
    fix_zh = "只写经核实的问题和结论，用中性文字"
    fix_en = "write only the issue and its conclusion, in neutral words"


class MethodNotApproved(Refusal):
    rule = "C-10"
    source = "[S] 闭环; domain.md C-10"
    zh = "方式 {method} 未经批准"
    en = "the method {method} was not approved"
    fix_zh = "经批准的方式：{approved}"
    fix_en = "approved methods: {approved}"


class ImplementationIncomplete(Refusal):
    rule = "C-10"
    source = "[S] 闭环; domain.md 1.4"
    zh = "以下方式还没有实施记录：{missing}"
    en = "no record of implementation yet for: {missing}"
    fix_zh = "逐项记录日期、地点、范围和文号"
    fix_en = "record date, place, range and document number of each"


class RevisitNotDueYet(Refusal):
    rule = "C-18"
    source = "[A] domain.md C-18"
    zh = "第 {number} 次回访不得早于 {not_before}"
    en = "revisit {number} may not be held before {not_before}"
    fix_zh = "在 {not_before} 或之后回访"
    fix_en = "hold it on {not_before} or later"


class AnotherRevisitIsDue(Refusal):
    rule = "C-18"
    source = "[S] 澄清两回访"
    zh = "现在应进行的是第 {due} 次回访"
    en = "the revisit that is due is number {due}"
    fix_zh = "先记录或免除第 {due} 次回访"
    fix_en = "record or waive revisit {due} first"


class StaffTooFew(Refusal):
    rule = "C-19"
    source = "[A] as V-10 [P] Hanyin"
    zh = "须有 {needed} 名不同人员"
    en = "{needed} different persons are needed"
    fix_zh = "补充人员"
    fix_en = "name further staff"


class FamilyVisitNotAllowed(Refusal):
    rule = "C-18"
    source = "[S] 家庭回访; [A] domain.md C-18"
    zh = "不得进行家庭回访：{why_zh}"
    en = "a family visit is not allowed: {why_en}"
    fix_zh = "改用单位回访或当面回访"
    fix_en = "visit the unit or meet in person instead"


class EffectSufficient(Refusal):
    rule = "C-19"
    source = "domain.md 1.4, C-19"
    zh = "没有认定效果不足"
    en = "the effect was not found insufficient"
    fix_zh = "先评估效果；效果为 PARTLY 或 NOT 才能增加措施"
    fix_en = "review the effect first; only PARTLY or NOT calls for further action"


class EffectNotReviewed(Refusal):
    rule = "C-10"
    source = "[S] 闭环; domain.md C-10, C-19"
    zh = "效果未评估或评估为不足，不能归档"
    en = "the effect was not reviewed, or found insufficient: the case cannot be closed"
    fix_zh = "先评估效果，必要时增加回访或扩大范围"
    fix_en = "review the effect first; order a further revisit or a wider scope where needed"


class ScopeNotWider(Refusal):
    rule = "C-14"
    source = "domain.md 1.4, C-19"
    zh = "{scope} 不比原范围 {before} 更大"
    en = "{scope} is not wider than {before}"
    fix_zh = "选择更大的范围"
    fix_en = "choose a wider scope"


class SameScopeMustBeTold(Refusal):
    rule = "1.4"
    source = "domain.md 1.4 RevokeClarification"
    zh = "撤销须在原澄清范围 {scope} 内告知"
    en = "a revocation is told in the scope of the clarification: {scope}"
    fix_zh = "notified_scope 填写 {scope}"
    fix_en = "give {scope} as notified_scope"


class NothingToReview(Refusal):
    rule = "E-8"
    source = "agency-events.md 4.3"
    zh = "没有待复核事项 {ref}"
    en = "nothing is waiting to be looked at under {ref}"
    fix_zh = "核对编号：{open}"
    fix_en = "give one of: {open}"


class AlreadyReportedBack(Refusal):
    rule = "1.6"
    source = "domain.md 1.6"
    zh = "已书面报告"
    en = "the work was reported back already"
    fix_zh = "无需再次报告"
    fix_en = "nothing more to do"


class ConclusionOpensNoCase(Refusal):
    rule = "C-1"
    source = "[P] national 意见 2020; C-4"
    zh = "现行核实结论为 {proposed}，没有失实内容"
    en = "the conclusion in force is {proposed}: nothing in it is unfounded"
    fix_zh = "由承办部门更正结论后再启动"
    fix_en = "it can be opened once the handling department corrects the conclusion"


class IndicatorMissing(Refusal):
    rule = "F-1"
    source = "[P] Sichuan art.5; F-1, F-3"
    zh = "没有诬告线索，不能列为涉嫌诬告"
    en = "there is no indicator of a false accusation"
    fix_zh = "按错告或检举失实了结"
    fix_en = "close it as a mistaken report"


class NothingUnfounded(Refusal):
    rule = "F-1"
    source = "[P] 规则; F-1, F-2; agency-events.md 6.2"
    zh = "现行核实结论中没有失实问题或没有诬告线索"
    en = "the conclusion in force has no unfounded issue, or no signs of a false accusation"
    fix_zh = "按错告或检举失实了结"
    fix_en = "close it as a mistaken report"


class ElementMissing(Refusal):
    rule = "F-2"
    source = "[P] 规则; Hubei art.2; F-2"
    zh = "四个要件缺少证据：{missing}"
    en = "not met, or without evidence: {missing}"
    fix_zh = "逐项查证并填写证据编号"
    fix_en = "each of act, target, untruth and intent must be met and name its evidence"


class AccuserUnknown(Refusal):
    rule = "F-2"
    source = "domain.md 8 no. 4"
    zh = "举报来源未查明，不能提请认定"
    en = "the author is not known: recognition cannot be proposed"
    fix_zh = "查明身份类别，或以未查明了结"
    fix_en = "find the accuser's class, or close it as unidentified"


class AccuserIsKnown(Refusal):
    rule = "F-2"
    source = "domain.md 8 no. 4"
    zh = "来源已查明（{accuser_class}）"
    en = "the author is known ({accuser_class})"
    fix_zh = "提请认定，或按错告了结"
    fix_en = "propose recognition, or close it as a mistaken report"


class AccuserNotHeard(Refusal):
    rule = "F-12"
    source = "domain.md 2.3, F-12"
    zh = "尚未听取被认定人的陈述"
    en = "the accuser was not heard"
    fix_zh = "听取陈述并填写日期 heard_on"
    fix_en = "hear the accuser and give heard_on"


class ApprovalLevelTooLow(Refusal):
    rule = "F-5"
    source = "[K] 规则 2020, [P] Sichuan art.7; F-5, F-6"
    zh = "{body} 无权认定诬告陷害，须由 {needed} 或以上机关认定"
    en = "{body} may not recognise a false accusation: a body of level {needed} or above does"
    fix_zh = "报 {to_body} 认定"
    fix_en = "refer it up to {to_body}"


class NoReferralNeeded(Refusal):
    rule = "F-5"
    source = "domain.md 2.3, F-5"
    zh = "{body} 自身有权认定"
    en = "{body} may recognise by itself"
    fix_zh = "由本机关主要负责人决定"
    fix_en = "let its own principal decide"


class OnlyOnCorrection(Refusal):
    rule = "2.3"
    source = "domain.md 2.3; agency-events.md 6.2"
    zh = "现行结论仍有诬告线索，此状态不能直接以错告了结"
    en = "the conclusion in force still has its signs: it cannot be closed as mistaken from here"
    fix_zh = "完成核查，或作出不予认定决定"
    fix_en = "finish the check, or decide not to recognise"


class TracingNotAllowed(Refusal):
    rule = "F-4"
    source = "[K/A] strong protection; F-4"
    zh = "举报来源已知，无需追查"
    en = "the author is known: there is nothing to trace"
    fix_zh = "不得追查"
    fix_en = "do not trace"


class TracingNotApproved(Refusal):
    rule = "F-4"
    source = "[K/A] domain.md F-4"
    zh = "核实结论未查明作者，未经批准不得追查"
    en = "the conclusion names no author, and tracing one was not approved"
    fix_zh = "先由主要负责人批准追查，或由承办部门更正结论"
    fix_en = "let the principal approve the tracing, or the handling department correct the conclusion"


class MeasureNotForClass(Refusal):
    rule = "2.4"
    source = "[P] Beiliu 2021, Qilu 2022; [L] 政务处分法 art.32, 62"
    zh = "{kind} 不适用于 {accuser_class}"
    en = "{kind} is not a measure for {accuser_class}"
    fix_zh = "可用：{allowed}"
    fix_en = "measures that may be taken: {allowed}"


class NoCriminalIntent(Refusal):
    rule = "F-9"
    source = "[L] 刑法 art.243"
    zh = "没有认定使他人受刑事追究的意图，不能移送司法机关"
    en = "no intent of criminal pursuit was found: it cannot be referred to judicial organs"
    fix_zh = "按党纪、政务或治安管理处理"
    fix_en = "handle it by Party, government or public-security measures"


class NumberTaken(Refusal):
    rule = "2.4"
    source = "domain.md 2.3"
    zh = "处理编号 {number} 已使用"
    en = "the measure number {number} is taken"
    fix_zh = "使用新的编号"
    fix_en = "use a fresh number"


class UnknownMeasure(Refusal):
    rule = "2.3"
    source = "domain.md 2.3"
    zh = "没有编号为 {number} 的未结处理"
    en = "there is no open measure {number}"
    fix_zh = "未有结果的处理：{open}"
    fix_en = "measures without a result: {open}"


class UnknownBenefit(Refusal):
    rule = "F-11"
    source = "[K] 规则; F-11"
    zh = "没有认定利益 {benefit_kind}"
    en = "no benefit {benefit_kind} was found"
    fix_zh = "已认定的利益：{found}"
    fix_en = "benefits found: {found}"


class NotAnonymous(Refusal):
    rule = "F-12"
    source = "[A] anonymisation of typical cases; F-12, F-14"
    zh = "通报文字含有可识别内容：{found}"
    en = "the text can be traced to somebody: {found}"
    fix_zh = "删去编号、机关代码和身份信息"
    fix_en = "take out tokens, numbers and identities"


class ClosingIncomplete(Refusal):
    rule = "2.3"
    source = "domain.md 2.3, F-11, F-12"
    zh = "不能办结，还缺：{missing}"
    en = "it cannot be closed yet; missing: {missing}"
    fix_zh = "补齐后办结"
    fix_en = "complete these first"


class OvertakenByCorrection(Refusal):
    rule = "2.3"
    source = "domain.md 2.3; agency-events.md 4.3"
    zh = "提请认定后核实结论已更正"
    en = "the conclusion was corrected after recognition was proposed"
    fix_zh = "退回重新核查"
    fix_en = "return it to be checked again"
