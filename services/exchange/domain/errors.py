"""Why a line is not taken (section 2): the one reason, the rule within it, and what would make the line pass."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shared.contracts.exchange import QuarantineReason
from shared.kernel import Refusal


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to fail a check; the words never hold a value of the line.

    The texts are templates over `path` (JSON path within the line) and `expected` (what the contract asks for).
    """

    reason: QuarantineReason
    rule: str
    zh: str
    en: str
    fix_zh: str
    fix_en: str


class Rejection(Exception):
    """A line fails a check: the code of a fault, where in the line, and what the contract expects there."""

    def __init__(self, code: str, path: str = "$", expected: str = "") -> None:
        self.code = code
        self.path = path
        self.expected = expected
        super().__init__(code)

    @property
    def reason(self) -> QuarantineReason:
        return FAULTS[self.code].reason


def words(code: str, language: str, path: str = "$", expected: str = "") -> tuple[str, str]:
    """Return why a line was not taken and what would make it pass."""
    fault = FAULTS[code]
    why, fix = (fault.zh, fault.fix_zh) if language == "zh" else (fault.en, fault.fix_en)
    return why.format(path=path, expected=expected), fix.format(path=path, expected=expected)


MALFORMED = QuarantineReason.MALFORMED
PERSONAL_DATA = QuarantineReason.PERSONAL_DATA
NOT_PERMITTED = QuarantineReason.NOT_PERMITTED
SIGNATURE = QuarantineReason.SIGNATURE
SCHEMA = QuarantineReason.SCHEMA
CONFLICT = QuarantineReason.DUPLICATE_CONFLICT

FAULTS: Mapping[str, Fault] = MappingProxyType(
    {
        "TOO_LONG": Fault(
            MALFORMED,
            "2/1",
            "来文超过 {expected} 字节",
            "the line is longer than {expected} bytes",
            "缩短来文，换行符不计",
            "send a shorter line; the line end does not count",
        ),
        "NOT_UTF8": Fault(
            MALFORMED,
            "2/1",
            "来文不是 UTF-8 编码",
            "the line is not UTF-8",
            "用 UTF-8 编码重新发送",
            "send it encoded as UTF-8",
        ),
        "NOT_JSON": Fault(
            MALFORMED,
            "2/1",
            "来文不是 JSON",
            "the line is not JSON",
            "每行发送一个完整的 JSON 对象，不带字节顺序标记",
            "send one whole JSON object a line, without a byte order mark",
        ),
        "TOO_DEEP": Fault(
            MALFORMED,
            "2/1",
            "嵌套超过 {expected} 层",
            "nested deeper than {expected} levels",
            "按第 5 节的结构发送",
            "send the structure of section 5",
        ),
        "DUPLICATE_MEMBER": Fault(
            MALFORMED,
            "3",
            "同一对象中有重复的成员名",
            "an object has a member name twice",
            "每个成员名只写一次",
            "give each member once",
        ),
        "NOT_A_NUMBER": Fault(
            MALFORMED,
            "3",
            "NaN 和 Infinity 不是 JSON",
            "NaN and Infinity are not JSON",
            "写成数字，或省略该字段",
            "give a number or leave the field out",
        ),
        "LONE_SURROGATE": Fault(
            MALFORMED,
            "3",
            "文字含不成对的代理码",
            "a text holds a lone surrogate",
            "成对书写代理码，或直接用 UTF-8 书写",
            "write surrogates in pairs, or the character itself in UTF-8",
        ),
        "NOT_AN_OBJECT": Fault(
            MALFORMED,
            "2/1",
            "来文不是 JSON 对象",
            "the line is not a JSON object",
            "每行发送一个 CloudEvents 对象",
            "send one CloudEvents object a line",
        ),
        "ATTRIBUTE_MISSING": Fault(
            MALFORMED,
            "2/1",
            "缺少必备属性 {path}",
            "the required attribute {path} is missing",
            "补上 {path}",
            "add {path}",
        ),
        "ATTRIBUTE_TYPE": Fault(
            MALFORMED,
            "2/1",
            "必备属性 {path} 的 JSON 类型不对",
            "the required attribute {path} is not of its JSON type",
            "{path} 应为 {expected}",
            "{path} has to be a JSON {expected}",
        ),
        "ATTRIBUTE_VALUE": Fault(
            MALFORMED,
            "2/1",
            "属性 {path} 的值不对",
            "the attribute {path} has another value than it must",
            "{path} 应为 {expected}",
            "{path} has to be {expected}",
        ),
        "PERSONAL_NAME": Fault(
            PERSONAL_DATA,
            "3/1",
            "{path} 处有指向举报人或个人号码的字段名",
            "a field name at {path} tells of a reporter or of a personal number",
            "去掉该字段；只用 report_token 指称检举控告",
            "leave the field out; name the report by report_token only",
        ),
        "ID_NUMBER": Fault(
            PERSONAL_DATA,
            "3/2",
            "{path} 处有身份证号码",
            "an identity number stands at {path}",
            "去掉号码，以令牌指称",
            "take the number out and use a token",
        ),
        "MOBILE_NUMBER": Fault(
            PERSONAL_DATA,
            "3/3",
            "{path} 处有手机号码",
            "a mobile number stands at {path}",
            "去掉号码",
            "take the number out",
        ),
        "TYPE_UNKNOWN": Fault(
            QuarantineReason.UNKNOWN_TYPE,
            "2/3",
            "契约第 5 节没有这个类型或版本",
            "section 5 has no such type, or not in this version",
            "核对 type 的名称和版本",
            "check the name and version in type",
        ),
        "KIND_UNKNOWN": Fault(
            NOT_PERMITTED,
            "2/4",
            "来源不是契约所列的机关种类",
            "the source is no kind of agency of this contract",
            "由 {expected} 发送",
            "let {expected} send it",
        ),
        "PUBLISHER": Fault(
            NOT_PERMITTED,
            "2/4",
            "该来源不得发布这一类型",
            "this source may not publish this type",
            "由 {expected} 发送",
            "let {expected} send it",
        ),
        "TOPIC": Fault(
            NOT_PERMITTED,
            "1.3",
            "主题的机关代码与来源不一致",
            "the topic is of another agency than the source",
            "发到本机关的主题",
            "send it on the agency's own topic",
        ),
        "SIGNATURE_WRONG": Fault(
            SIGNATURE,
            "1.4",
            "签名无法验证",
            "the signature does not verify",
            "按 1.4 用登记的密钥签名；沙箱中可不带签名",
            "sign as 1.4 says with a key that is registered; in a sandbox leave it out",
        ),
        "SIGNATURE_MISSING": Fault(
            SIGNATURE,
            "1.4",
            "缺少签名",
            "there is no signature",
            "按 1.4 签名",
            "sign the event as 1.4 says",
        ),
        "AHEAD": Fault(
            QuarantineReason.CLOCK,
            "2/6",
            "time 比接收时钟快 {expected} 小时以上",
            "time is more than {expected} hours ahead of the receiving clock",
            "核对发布时间和机关的时钟",
            "check the time of publishing and the agency's clock",
        ),
        "FIELD_UNKNOWN": Fault(
            SCHEMA,
            "2/7",
            "{path} 有契约之外的字段",
            "{path} has a field that the contract does not have",
            "只用这些字段：{expected}",
            "use these fields only: {expected}",
        ),
        "FIELD_MISSING": Fault(
            SCHEMA,
            "2/7",
            "{path} 缺少字段 {expected}",
            "{path} lacks the field {expected}",
            "补上 {expected}",
            "add {expected}",
        ),
        "FIELD_VALUE": Fault(
            SCHEMA,
            "2/7",
            "{path} 的值不合契约",
            "the value at {path} is not what the contract allows",
            "应为：{expected}",
            "it has to be: {expected}",
        ),
        "SUPERSEDES_ITSELF": Fault(
            SCHEMA,
            "4.3",
            "来文更正了自己",
            "the event supersedes itself",
            "给更正一个新的编号",
            "give the correction a number of its own",
        ),
        "SUPERSEDES_OTHER_KEY": Fault(
            SCHEMA,
            "4.3",
            "被更正的来文类型不同，或编号、令牌不同",
            "the superseded event is of another type, or of another number or token",
            "更正须与原件同类型，且以下字段一致：{expected}",
            "a correction has the type of the event and the same: {expected}",
        ),
        "OTHER_CONTENT": Fault(
            CONFLICT,
            "4.1",
            "同一来源、同一编号已收到过内容不同的来文",
            "an event of this source and number was taken before with other content",
            "用新编号发送，并以 supersedes 指明被更正的来文",
            "send it under a number of its own that names the earlier one in supersedes",
        ),
        "SUPERSEDED_ALREADY": Fault(
            CONFLICT,
            "4.3",
            "所更正的来文已被另一来文更正",
            "the superseded event was superseded by another event already",
            "以 supersedes 指明最近一次更正",
            "name the latest correction in supersedes",
        ),
    }
)


class BusinessClockIsTheWallClock(Refusal):
    rule = "CLOCK"
    source = "design.md 1, two clocks"
    zh = "生产环境的业务时钟就是当前时间，不能拨动"
    en = "in production the business clock is the wall clock and cannot be moved"
    fix_zh = "在沙箱中拨动业务时钟"
    fix_en = "move the business clock in a sandbox"
