"""The words of codes: each code of the services' vocabularies has one, and what is no code stays as it is."""

import importlib
from enum import StrEnum

import pytest

from shared.kernel import ManagementLevel
from shared.terms import ZH, word

SERVICES = ("clarification", "revisit", "tolerance", "reporting")


def vocabularies() -> list[type[StrEnum]]:
    modules = [importlib.import_module(f"services.{service}.domain.terms") for service in SERVICES]
    found = [
        kind
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, StrEnum) and kind.__module__ == module.__name__
    ]
    return [*found, ManagementLevel]


@pytest.mark.parametrize(
    "vocabulary", vocabularies(), ids=lambda kind: f"{kind.__module__.split('.')[1]}-{kind.__name__}"
)
def test_each_code_of_a_vocabulary_has_a_chinese_word(vocabulary: type[StrEnum]) -> None:
    missing = [code.value for code in vocabulary if code.value and code.value not in ZH]

    assert missing == []


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("WRITTEN", "书面", "written"),
        ("UNIT_ALL", "单位全体", "unit all"),
        ("330206", "330206", "330206"),
        ("CQ-WRITTEN", "CQ-WRITTEN", "CQ-WRITTEN"),
        ("G1", "G1", "G1"),
    ],
)
def test_a_code_is_read_out_and_anything_else_stays(code: str, zh: str, en: str) -> None:
    assert (word(code, "zh"), word(code, "en")) == (zh, en)
