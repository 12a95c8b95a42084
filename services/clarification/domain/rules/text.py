"""What may not stand in a text that leaves the office (C-7, C-15)."""

import re

from services.clarification.domain.errors import ReporterDataInText
from services.clarification.domain.terms import TOKEN

REPORTER_WORDS = re.compile(
    "举报人|检举人|控告人|信访人|来信人|来访人|知情人|匿名|实名|署名|联名|[0-9一二三四五六七八九十两多]+封信|举报信|来信|来电|来访"
    "|reporter|informant|whistle-?blower|complainant|petitioner|anonymous",
    re.IGNORECASE,
)


def forbidden_in(text: str) -> tuple[str, ...]:
    """Return what in the text speaks of the reporter, of the channel, or is a token of ours."""
    return tuple(match.group() for pattern in (REPORTER_WORDS, TOKEN) for match in pattern.finditer(text))


def require_neutral(text: str) -> None:
    """Refuse a text that speaks of the reporter, their number or channel, or shows a token.

    Source: [P] 检举控告工作规则 art.52; C-7, C-15.
    """
    found = forbidden_in(text)
    if found:
        raise ReporterDataInText(found="、".join(found))
