"""The trial directory: every body has the same persons."""

import pytest

from shared.kernel import Role
from shared.security import directory


def test_a_person_is_found_by_id() -> None:
    person = directory.person("330206", Role.HANDLER, 2)

    assert directory.find("330206.HANDLER.2") == person
    assert directory.role_of("330206.HANDLER.2") is Role.HANDLER


def test_numbers_wrap_at_the_head_count() -> None:
    assert directory.person("330206", Role.HANDLER, 5) == directory.person("330206", Role.HANDLER, 1)
    assert directory.person("330206", Role.PRINCIPAL, 2).person_id == "330206.PRINCIPAL.1"


@pytest.mark.parametrize(
    "unknown",
    ["", "330206", "330206.HANDLER.0", "330206.HANDLER.5", "330206.PRINCIPAL.2", "330206.KING.1", "33.HANDLER.1"],
)
def test_nobody_else_is_in_the_directory(unknown: str) -> None:
    assert directory.find(unknown) is None
    assert directory.role_of(unknown) is None
