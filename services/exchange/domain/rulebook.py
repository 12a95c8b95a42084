"""The rules the exchange enforces, for `qingfeng rules`."""

from services.exchange.domain import checks, reading, rules
from shared.kernel.rulebook import Rule

CONTRACT = "agency-events.md"

RULES: tuple[Rule, ...] = (
    Rule(
        "E-1",
        f"[A] {CONTRACT} 4.1; domain.md 6",
        "来源与编号相同、内容相同的来文不再生效；内容不同的隔离，先到者有效",
        "the same source, number and content takes no effect again; other content is quarantined, the first stays",
        (rules.content_digest,),
    ),
    Rule(
        "E-2",
        f"[A] {CONTRACT} 2; domain.md 6 and 8 no. 1",
        "来文按顺序检查，第一项不合格即为隔离理由；不部分生效，也不妨碍后面的来文",
        "checks run in order and the first that fails is the reason; nothing is applied in part, no later line stops",
        (checks.check,),
    ),
    Rule(
        "E-3",
        f"[A] {CONTRACT} 4.2; domain.md 6",
        "先决来文未到的暂存，到后按到达次序生效；超过 30 天列为人工事项",
        "an event whose prerequisite is missing is parked, applied in order of arrival; after 30 days a person looks",
        (rules.prerequisite, rules.provided),
    ),
    Rule(
        "E-4",
        f"[A] {CONTRACT} 4.3; domain.md 6",
        "更正以 supersedes 指明原件，类型和关键字段必须一致；从不删除",
        "a correction names what it supersedes, with the same type and key fields; nothing is ever deleted",
        (rules.correction_key,),
    ),
    Rule(
        "E-5",
        "[A] domain.md 6 and 8 no. 2",
        "来文只用令牌指称人员和单位，令牌由身份库发放",
        "events name persons and organisations by tokens of the identity vault only",
        (reading.require_no_personal_data,),
    ),
    Rule(
        "E-6",
        "[L] 个人信息保护法 24; domain.md 6 and 8 no. 12",
        "机关来文只作登记，本身不批准、不认定、不办结",
        "an agency's event informs; by itself it approves, recognises and closes nothing",
        (rules.stream_of,),
    ),
    Rule(
        "E-7",
        f"[P] 检举控告工作规则; {CONTRACT} 3; domain.md 6",
        "举报人身份不进入系统：带有此类字段名的来文隔离，内容不留存",
        "a reporter's identity never enters: a line with such a field name is quarantined and its content not kept",
        (reading.is_personal_name, reading.require_no_personal_data),
    ),
    Rule(
        "E-8",
        f"[A] {CONTRACT} 4.3; domain.md 6",
        "机关来文无论案件处于何种状态都予登记；同一报告的来文同流有序",
        "agencies' events are recorded in any state of a case; what follows from one report comes in one stream",
        (rules.stream_of, rules.report_of),
    ),
    Rule(
        "PD-6",
        f"[L] 个人信息保护法; {CONTRACT} 3; domain.md 7.4",
        "来文中不得有身份证号、手机号；姓名、备注和问题描述加密存放，不进入事实",
        "no identity or mobile number in a line; names, remarks and neutral texts are sealed and in no fact",
        (reading.personal_number_in, rules.split),
    ),
    Rule(
        "F-4a",
        "[A] domain.md 2",
        "举报人令牌封存于本案专用密钥下，事实只说明已封存；认定为错告即销毁密钥",
        "an accuser's token is sealed under a key of its own, destroyed once the report is found mistaken",
        (rules.split, rules.accuser_key),
    ),
    Rule(
        "IN-1",
        f"[A] {CONTRACT} 2 no. 1 and 3 (MALFORMED)",
        "来文须为 UTF-8 的严格 JSON 对象，不超过 64 KiB，必备属性齐全",
        "a line is one strict JSON object in UTF-8 of at most 64 KiB with the required attributes",
        (reading.read_strictly, checks.require_envelope),
    ),
    Rule(
        "IN-3",
        f"[A] {CONTRACT} 2 nos. 3 and 4 (UNKNOWN_TYPE, NOT_PERMITTED)",
        "类型须在契约第 5 节之列，且由有权机关发布；不问地域",
        "the type stands in section 5 and this kind of agency publishes it; territory is no question",
        (checks.require_permitted,),
    ),
    Rule(
        "IN-5",
        f"[A] {CONTRACT} 1.4 and 2 no. 5 (SIGNATURE)",
        "签名一经出现必须可验证；生产环境必须签名",
        "a signature that is present verifies; production asks for one",
        (checks.require_signed,),
    ),
    Rule(
        "IN-6",
        f"[A] {CONTRACT} 2 no. 6 (CLOCK)",
        "发布时间不得比接收时钟快 24 小时以上；过去的时间不受限制",
        "the time is at most 24 hours ahead of the receiving clock; there is no lower limit",
        (checks.require_not_ahead,),
    ),
)
