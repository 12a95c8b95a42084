"""Text people write is bounded and holds no identity number and no mobile number, in whatever digits."""

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.kernel.text import NeutralText, Number, has_personal_number

TEXT: TypeAdapter[str] = TypeAdapter(NeutralText)
NUMBER: TypeAdapter[str] = TypeAdapter(Number)


@pytest.mark.parametrize(
    "text",
    [
        "身份证330206198001011234",
        "33020619800101123X",
        "33020619800101123x。",
        "330206 19800101 1234",
        "330206-19800101-1234",
        "３３０２０６１９８００１０１１２３４",
        "３３０２０６１９８００１０１１２３Ｘ",
        "13912345678",
        "电话：139 1234 5678",
        "139-1234-5678",
        "１３９１２３４５６７８",
    ],
)
def test_personal_numbers_are_refused(text: str) -> None:
    assert has_personal_number(text)
    with pytest.raises(ValidationError, match="PD-6"):
        TEXT.validate_python(text)


@pytest.mark.parametrize(
    "text",
    [
        "核查属实，不予采信",
        "2023-03-06 谈话 2 次",
        "案号 330206202300001",
        "33020619801301123X",
        "021-12345678",
        "12345678901",
    ],
)
def test_other_numbers_may_stand_in_a_text(text: str) -> None:
    assert TEXT.validate_python(text) == text


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "长" * 1001])
def test_a_text_has_at_least_one_letter_and_an_end(text: str) -> None:
    with pytest.raises(ValidationError):
        TEXT.validate_python(text)


def test_blanks_around_a_text_are_cut() -> None:
    assert TEXT.validate_python("  已核实 \n") == "已核实"


@pytest.mark.parametrize(("number", "fits"), [("甬纪-1", False), ("A-1/2.3:4_5", True), ("A-1\n", False), ("", False)])
def test_a_document_number_is_plain(number: str, fits: bool) -> None:
    if fits:
        assert NUMBER.validate_python(number) == number
    else:
        with pytest.raises(ValidationError):
            NUMBER.validate_python(number)
