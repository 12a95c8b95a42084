"""A policy is versioned data, and each number says where it comes from."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from shared.kernel import Policy, load_policy


class LetterPolicy(Policy):
    answer_days: int


GOOD = """
policy_id = "letters"
version = 3
effective_from = "2023-01-01"
scope = "330200"
[values.answer_days]
value = 10
mark = "A"
source_ref = "our assumption"
"""


def load(folder: Path, text: str) -> LetterPolicy:
    path = folder / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return load_policy(path, LetterPolicy)


def test_a_policy_is_read_with_its_sources(tmp_path: Path) -> None:
    policy = load(tmp_path, GOOD)

    assert (policy.reference, policy.answer_days) == ("letters@3", 10)
    assert policy.sources == {"answer_days": "[A] our assumption"}


@pytest.mark.parametrize(
    ("found", "instead"),
    [
        ("[values.answer_days]", "[values.answer_weeks]"),
        ("value = 10", 'value = "ten"'),
        ("version = 3", ""),
        ('scope = "330200"', 'scope = "330200"\nauthor = "x"'),
    ],
)
def test_a_value_missing_unknown_or_of_another_type_is_not_loaded(tmp_path: Path, found: str, instead: str) -> None:
    with pytest.raises(ValidationError):
        load(tmp_path, GOOD.replace(found, instead))


@pytest.mark.parametrize("line", ['mark = "A"', 'source_ref = "our assumption"', "value = 10"])
def test_a_value_without_a_source_is_not_loaded(tmp_path: Path, line: str) -> None:
    with pytest.raises(KeyError, match=line.partition(" ")[0]):
        load(tmp_path, GOOD.replace(line, ""))


def test_a_policy_does_not_change(tmp_path: Path) -> None:
    policy = load(tmp_path, GOOD)

    with pytest.raises(ValidationError):
        policy.answer_days = 20  # type: ignore[misc]
