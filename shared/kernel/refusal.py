"""A refusal says which rule, from which source, and what would make the command pass; in Chinese and English."""

from typing import ClassVar


class Refusal(Exception):
    """Why a command was not carried out; nothing was changed and the same command may be sent again, mended.

    Each reason is a subclass named by it. The four texts are templates over the keyword arguments.
    """

    rule: ClassVar[str] = ""
    source: ClassVar[str] = ""
    zh: ClassVar[str] = ""
    en: ClassVar[str] = ""
    fix_zh: ClassVar[str] = ""
    fix_en: ClassVar[str] = ""

    def __init__(self, **details: object) -> None:
        self.details = details
        super().__init__(f"{self.rule} {self.text('en')}")

    def text(self, language: str) -> str:
        return (self.zh if language == "zh" else self.en).format(**self.details)

    def fix(self, language: str) -> str:
        return (self.fix_zh if language == "zh" else self.fix_en).format(**self.details)


class RoleNotPermitted(Refusal):
    rule = "ROLES"
    source = "domain.md 1.3, 7.3, 8 no. 11"
    zh = "角色 {role} 不能执行“{command}”"
    en = "role {role} may not issue '{command}'"
    fix_zh = "由以下角色之一执行：{roles}"
    fix_en = "let one of these roles do it: {roles}"
