"""Text people write into commands: bounded, and never with an identity number or a mobile number (PD-6)."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

ID_NUMBER = re.compile(
    r"(?<![0-9])[1-9][0-9]{5}[ -]?(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])"
    r"[ -]?[0-9]{3}[0-9Xx](?![0-9A-Za-z])"
)
MOBILE_NUMBER = re.compile(r"(?<![0-9])1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9])")


def has_personal_number(text: str) -> bool:
    """Is there an 18-digit ID number or a mobile number in the text, after NFKC? Source: agency-events.md 3."""
    normal = unicodedata.normalize("NFKC", text)
    return ID_NUMBER.search(normal) is not None or MOBILE_NUMBER.search(normal) is not None


def _without_personal_numbers(text: str) -> str:
    if has_personal_number(text):
        raise ValueError("文字中不得有身份证号或手机号 / no identity or mobile number may stand in the text (PD-6)")
    return text


NeutralText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=1000),
    AfterValidator(_without_personal_numbers),
]
Number = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z._:/-]{1,64}$")]
