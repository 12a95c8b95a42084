"""A refusal names its rule, its source and what would make the command pass, in Chinese and English.

Source: design.md 4, guarantee 8.
"""

import re
import string
from collections import Counter

import pytest

from shared.kernel import Refusal
from tests.architecture.house import SERVICES, classes_of

PACKAGES = (*(f"services.{service}" for service in SERVICES), "shared")


def refusals(package: str) -> list[type[Refusal]]:
    """Return the reasons of a package; a class that only gathers others is none."""
    return [refusal for refusal in classes_of(package, Refusal) if not refusal.__subclasses__()]


def fields(template: str) -> set[str]:
    """Return the details a template names; one that is given in both languages counts as one."""
    names = {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
    return {re.sub("_(zh|en)$", "", name) for name in names}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_refusal_has_all_it_needs_to_be_understood(package: str) -> None:
    texts = ("rule", "source", "zh", "en", "fix_zh", "fix_en")

    assert [
        f"{refusal.__name__}.{text}" for refusal in refusals(package) for text in texts if not getattr(refusal, text)
    ] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_its_chinese_is_chinese_and_its_english_english(package: str) -> None:
    chinese = re.compile("[\u4e00-\u9fff]")

    assert [
        refusal.__name__
        for refusal in refusals(package)
        if not chinese.search(refusal.zh) or not chinese.search(refusal.fix_zh) or not re.search("[a-z]{2}", refusal.en)
    ] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_both_languages_tell_the_same_details(package: str) -> None:
    assert [
        refusal.__name__
        for refusal in refusals(package)
        if fields(refusal.zh + refusal.fix_zh) != fields(refusal.en + refusal.fix_en)
    ] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_a_reason_has_one_name(package: str) -> None:
    """Services that refuse for the same reason may use the same word; none takes a word of what they share."""
    names = Counter(refusal.__name__ for refusal in refusals(package))
    taken = set() if package == "shared" else {refusal.__name__ for refusal in refusals("shared")} & set(names)

    assert [name for name, count in names.items() if count > 1] == []
    assert taken == set()
