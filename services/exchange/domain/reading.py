"""Strict reading of a line, and the search for what may never stand in one (sections 2 and 3 of the contract)."""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from services.exchange.domain.errors import Rejection
from services.exchange.domain.terms import TOKEN
from shared.kernel.text import ID_NUMBER, MOBILE_NUMBER

BLANK = b" \t\r\n"
PERSONAL_STARTS = ("reporter", "complainant", "informant", "whistleblower", "petitioner")
PERSONAL_PARTS = ("idcard", "idnumber", "phone", "mobile", "wechat", "举报人", "检举人", "控告人", "身份证", "手机")
MAY_BE_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
EXACT_DIGITS = 300
APART = "\x00"
"""Stands between the texts scanned together: it is neither digit nor letter, so no number reaches across."""


def is_blank(line: bytes) -> bool:
    """Is the line of spaces, tabs and line ends only? Such a line is skipped and not counted."""
    return not line.strip(BLANK)


def read_strictly(line: bytes, nesting: int) -> Any:
    """Return the line's JSON value; integral numbers come as integers. Source: section 3, strict JSON."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise Rejection("NOT_UTF8") from None
    try:
        value = _decode(text)
    except RecursionError:
        raise Rejection("TOO_DEEP", expected=str(nesting)) from None
    except ValueError:
        raise Rejection("NOT_JSON") from None
    if MAY_BE_SURROGATE.search(line):
        _require_whole_characters(value)
    return value


def _members_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Rejection("DUPLICATE_MEMBER")
    return members


def _no_constant(_name: str) -> Any:
    raise Rejection("NOT_A_NUMBER")


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) < EXACT_DIGITS else float(digits)


def _number(digits: str) -> int | float:
    value = float(digits)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


_decode = json.JSONDecoder(
    object_pairs_hook=_members_once, parse_constant=_no_constant, parse_int=_integer, parse_float=_number
).decode


def _require_whole_characters(value: Any) -> None:
    try:
        for text in _texts(value):
            text.encode("utf-8")
    except UnicodeEncodeError:
        raise Rejection("LONE_SURROGATE") from None


def _texts(value: Any) -> Iterator[str]:
    """Every name and every string at any depth."""
    names, strings, _ = names_and_strings(value)
    yield from names
    yield from strings


def names_and_strings(value: Any) -> tuple[set[str], list[str], int]:
    """Return all property names, all string values, and how deep the value is nested."""
    names: set[str] = set()
    strings: list[str] = []
    depth = 0
    level = [value]
    while level:
        depth += 1
        below: list[Any] = []
        for node in level:
            if isinstance(node, dict):
                names.update(node)
                children: Iterable[Any] = node.values()
            elif isinstance(node, list):
                children = node
            else:
                children = (node,)
            for child in children:
                if isinstance(child, str):
                    strings.append(child)
                elif isinstance(child, (dict, list)):
                    below.append(child)
        level = below
    return names, strings, depth


@lru_cache(maxsize=4096)
def is_personal_name(name: str) -> bool:
    """Does a property name tell of a reporter or of a personal number? Source: section 3, no. 1."""
    plain = unicodedata.normalize("NFKC", name).lower().replace("_", "").replace("-", "")
    return plain.startswith(PERSONAL_STARTS) or any(part in plain for part in PERSONAL_PARTS)


def personal_number_in(texts: Iterable[str]) -> str:
    """Return the fault of the first kind of personal number found, or nothing. Source: section 3, nos. 2 and 3."""
    joined = APART.join([text for text in texts if not TOKEN.fullmatch(text)])
    normal = joined if joined.isascii() else unicodedata.normalize("NFKC", joined)
    if ID_NUMBER.search(normal):
        return "ID_NUMBER"
    return "MOBILE_NUMBER" if MOBILE_NUMBER.search(normal) else ""


def require_no_personal_data(event: Mapping[str, Any], known_names: frozenset[str], nesting: int) -> None:
    """Reject a line with a personal name or number anywhere in it. Source: section 3; PD-6, E-7."""
    names, strings, depth = names_and_strings(event)
    if depth > nesting:
        raise Rejection("TOO_DEEP", expected=str(nesting))
    others = names - known_names
    if any(map(is_personal_name, others)):
        raise Rejection("PERSONAL_NAME", _place(event, known_names, is_personal_name, in_names=True))
    strings.extend(others)
    fault = personal_number_in(strings)
    if fault:
        place = _place(event, known_names, lambda text: personal_number_in([text]) == fault, in_names=False)
        raise Rejection(fault, place)


def _place(event: Any, known_names: frozenset[str], is_found: Any, *, in_names: bool) -> str:
    """Return the JSON path of the first find; names that the contract does not have are not repeated."""
    pending: list[tuple[str, Any]] = [("$", event)]
    while pending:
        path, node = pending.pop()
        if isinstance(node, dict):
            for name, member in node.items():
                if is_found(name):
                    return path
                pending.append((f"{path}.{name}" if name in known_names else f"{path}.*", member))
        elif isinstance(node, list):
            pending += [(f"{path}[{index}]", row) for index, row in enumerate(node)]
        elif not in_names and isinstance(node, str) and is_found(node):
            return path
    return "$"
