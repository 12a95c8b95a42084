"""One concept, one word: docs/glossary.md knows the words that cases, commands, facts, URLs and statuses use."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cache
from itertools import pairwise

import pytest

from services.house import clock_of, open_house
from services.serve import Worker, build_app
from shared.contracts.exchange import LineOutcome
from shared.kernel import Fact
from tests.architecture.house import ROOT, SERVICES, classes_of, recorded_facts, sources, tree_of

PAGE = ROOT / "docs" / "glossary.md"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ORDINARY = _words(
    """
    absent cancellation check city closing completion confirmation continuation draft extra health limit live
    fed in member no non open opening other out override progress ready reapplication received record result
    schema sending staff types under withdrawal
    drawn due effective found heard held known overdue overridden sent set taken
    """
)
"""Ordinary English, no term of this field; the last line: participles without -ed, and what a day brings."""

SYNONYMS: Mapping[str, str] = {
    "complaint": "report",
    "complainant": "reporter, who is in no program",
    "denunciation": "report",
    "informant": "reporter, who is in no program",
    "petitioner": "reporter, who is in no program",
    "reporter": "report_token: the reporter is in no program",
    "whistleblower": "reporter, who is in no program",
    "calumny": "false accusation",
    "malicious": "false accusation",
    "slander": "false accusation",
    "slanderer": "accuser",
    "exoneration": "clarification",
    "rehabilitation": "clarification",
    "vindication": "clarification",
    "cadre": "person",
    "suspect_person": "subject",
    "punishment": "sanction, or measure",
    "amnesty": "tolerance",
    "leniency": "tolerance",
    "questionnaire": "profile",
    "aggregate": "case",
    "saga": "reaction",
    "todo": "task",
    "ticket": "task",
    "inbox_message": "line, or event",
}
KEEPING_REPORTERS_OUT = frozenset({"ReporterDataInText", "REPORTER_WORDS"})
PINYIN = _words(
    """
    anjian baobiao chengqing chufen chuli ganbu heshi huifang jianju jianwei jianyi jieguo jigou jiguan jiwei jiucuo
    jubao kongsu kongao pizhun rending rongcuo shenpi shixiang tuijian wenze wugao xianhai xiansuo xinfang yixiang
    yingxiangqi zhengming zuzhi
    """
)


@cache
def terms() -> dict[str, tuple[str, str]]:
    """Return the page's rows: word → Chinese term, meaning."""
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {
        word: (chinese, meaning) for word, chinese, meaning in rows if not set(word) <= {"-", " "} and word != "word"
    }


@cache
def glossary_words() -> frozenset[str]:
    return frozenset(word for term in terms() for word in re.findall(r"[a-z]+", term.lower()))


def is_known(word: str) -> bool:
    """Is a noun a word of the page, in singular or plural, or ordinary?"""
    singular = re.sub("ies$", "y", word) if word.endswith("ies") else word.removesuffix("s")
    return not {word, singular}.isdisjoint(glossary_words() | ORDINARY)


def is_known_inflected(word: str) -> bool:
    """Is a status or participle an inflection of a word of the page, or ordinary?"""
    return is_known(word) or (len(word) > 4 and any(known[:4] == word[:4] for known in glossary_words() | ORDINARY))


def unknown(used: Mapping[str, Iterable[str]], is_covered: object = is_known) -> dict[str, list[str]]:
    assert callable(is_covered)
    return {word: sorted(places) for word, places in used.items() if not is_covered(word)}


@pytest.fixture(scope="module")
def url_words(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Words in the house's URLs and the kinds of its cases, with where they stand."""
    folder = tmp_path_factory.mktemp("house")
    with open_house(folder, clock_of(folder)) as house:
        paths = build_app(house, Worker(house)).openapi()["paths"]
        kinds = {kind for service in house.services.values() for kind in service.casework.models}
    used: dict[str, set[str]] = defaultdict(set)
    for path in [*paths, *kinds]:
        for word in re.findall(r"[a-z]+", re.sub(r"\{.*?\}", "", path)):
            used[word].add(path)
    return used


def fact_words(*, participles: bool) -> dict[str, set[str]]:
    used: dict[str, set[str]] = defaultdict(set)
    for service in SERVICES:
        for fact in recorded_facts(service):
            for word in fact.fact_name.split(".")[1].split("_"):
                if word.endswith("ed") is participles:
                    used[word].add(fact.fact_name)
    return used


def statuses() -> Iterator[type[StrEnum]]:
    yield LineOutcome
    for service in SERVICES:
        yield from (found for found in classes_of(f"services.{service}", StrEnum) if found.__name__.endswith("Status"))


def identifiers() -> dict[str, set[str]]:
    """Return the words within the names that services and shared define or pass, with where they stand."""
    used: dict[str, set[str]] = defaultdict(set)
    for path in sources():
        for name in set(_names(tree_of(path))) - KEEPING_REPORTERS_OUT:
            words = [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]
            for word in (*words, *map("_".join, pairwise(words))):
                used[word].add(f"{path.relative_to(ROOT)}: {name}")
    return used


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.arg(arg=name) | ast.Attribute(attr=name) | ast.Name(id=name) | ast.keyword(arg=str(name)):
                yield name


def test_each_term_stands_once_in_order_with_its_chinese_and_its_meaning() -> None:
    rows = PAGE.read_text(encoding="utf-8").count("\n| ") - 2
    keys = [re.sub("[^a-z ]", "", term.lower()) for term in terms()]

    assert len(terms()) == rows > 100
    assert keys == sorted(keys)
    assert [term for term, (chinese, _) in terms().items() if not re.search("[一-鿿]", chinese)] == []


def test_each_term_is_used_by_the_program() -> None:
    text = " ".join(path.read_text(encoding="utf-8").lower() for path in sources())
    first_words = {term: re.findall("[a-z]+", term.lower())[0] for term in terms()}

    assert [term for term, word in first_words.items() if word[:6] not in text] == []


def test_the_words_of_urls_and_kinds_of_cases_are_in_the_glossary(url_words: dict[str, set[str]]) -> None:
    nouns = {word: places for word, places in url_words.items() if not word.endswith("ed")}
    participles = {word: places for word, places in url_words.items() if word.endswith("ed")}

    assert unknown(nouns) == {}
    assert unknown(participles, is_known_inflected) == {}


def test_the_nouns_of_facts_are_in_the_glossary() -> None:
    assert unknown(fact_words(participles=False)) == {}


@pytest.mark.parametrize("status", list(statuses()), ids=lambda status: f"{status.__module__}.{status.__name__}")
def test_the_words_of_a_status_are_in_the_glossary(status: type[StrEnum]) -> None:
    used = {word: [value] for value in status for word in re.findall("[a-z]+", value.lower())}

    assert unknown(used, is_known_inflected) == {}


def test_no_ordinary_word_is_a_term_and_none_is_idle(url_words: dict[str, set[str]]) -> None:
    of_statuses = {word for status in statuses() for value in status for word in re.findall("[a-z]+", value.lower())}

    assert ORDINARY & glossary_words() == frozenset()
    assert ORDINARY - {*url_words, *fact_words(participles=False), *fact_words(participles=True), *of_statuses} == set()


def test_no_name_uses_another_word_for_a_term() -> None:
    used = identifiers()

    assert {(word, place) for word in SYNONYMS for place in used.get(word, ())} == set()


def test_no_name_is_pinyin() -> None:
    used = identifiers()

    assert {(word, place) for word in PINYIN for place in used.get(word, ())} == set()


def test_an_event_is_an_agencys_and_never_a_fact_of_ours() -> None:
    ours = [fact.__name__ for service in SERVICES for fact in classes_of(f"services.{service}", Fact)]

    assert [name for name in ours if "Event" in name.replace("SecondEvent", "")] == []


def test_no_word_of_the_glossary_is_among_the_words_it_forbids() -> None:
    heads = {re.findall("[a-z]+", term.lower())[0] for term in terms()} - {"reporter"}

    assert heads & set(SYNONYMS) == set()
