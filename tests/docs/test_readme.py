"""What the documents promise a reader: two commands to start with, links that lead somewhere, commands that exist."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from services.main import app
from services.reporting.labels import LABELS

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
DOCUMENTS = [README, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(?P<kind>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|mailto:)(?P<target>[^)#\s]*)(?:#(?P<heading>[^)\s]*))?\)")
INLINE = re.compile(r"`([^`\n]+)`")
PLACES = ("services/", "shared/", "tests/", "docs/", "examples/", "benchmarks/", "infra/")

in_each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def text_of(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def code_of(document: Path) -> list[str]:
    """Return what a document shows as code: lines of its fenced blocks, and inline."""
    text = text_of(document)
    fenced = [line for block in FENCE.finditer(text) for line in block["text"].splitlines()]
    return fenced + INLINE.findall(FENCE.sub("", text))


def heading_anchors(document: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", FENCE.sub("", text_of(document)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-") for title in titles}


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def commands(group: Any = None, *before: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield each command of the command line with the words that call it."""
    group = group or get_command(app)
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, *before, name)
        else:
            yield (*before, name), command


def commands_named(code: str) -> Iterator[tuple[str, ...]]:
    """Yield the commands of ours that a piece of code names, each as the words after `qingfeng`."""
    groups = {words[0] for words, _ in commands() if len(words) > 1}
    for line in re.findall(r"(?<![\w/.-])qingfeng ([a-z][a-z -]*)", code):
        words = [word for word in line.split() if not word.startswith("-")]
        yield tuple(words[: 2 if words[0] in groups else 1])


def test_the_readme_asks_for_exactly_two_commands() -> None:
    first = next(block for block in FENCE.finditer(text_of(README)) if block["kind"] == "sh")

    assert [line.partition("#")[0].strip() for line in first["text"].splitlines()] == ["make demo", "make test"]


def test_the_readme_shows_the_figures_that_the_demonstration_prints() -> None:
    expected = json.loads((ROOT / "examples" / "ningbo-2023.expected.json").read_text(encoding="utf-8"))
    shown = " ".join(code_of(README))

    for figure, number in expected["annual"].items():
        chinese, english = LABELS[figure]
        assert re.search(rf"{chinese} {english}\W+{number:,}\b", shown), f"{chinese} {english} {number:,}"


@in_each_document
def test_each_link_leads_somewhere(document: Path) -> None:
    lost = []
    for link in LINK.finditer(FENCE.sub("", text_of(document))):
        target = (document.parent / link["target"]).resolve() if link["target"] else document
        if not target.exists() or (link["heading"] and link["heading"] not in heading_anchors(target)):
            lost.append(link[0])

    assert lost == []


@in_each_document
def test_each_file_that_is_named_exists(document: Path) -> None:
    named = {word.rstrip(".,;:/") for code in code_of(document) for word in code.split() if word.startswith(PLACES)}
    plain = {path.partition(":")[0] for path in named if not re.search(r"[<>…*{}$]", path)}

    assert sorted(path for path in plain if not (ROOT / path).exists()) == []


@in_each_document
def test_each_make_target_that_is_named_exists(document: Path) -> None:
    named = {target for code in code_of(document) for target in re.findall(r"(?:^|\s)make ([a-z-]+)", code)}

    assert named - make_targets() == set()


@in_each_document
def test_each_command_that_is_named_exists(document: Path) -> None:
    named = {words for code in code_of(document) for words in commands_named(code)}

    assert named - {words for words, _ in commands()} == set()


@pytest.mark.parametrize("words", dict(commands()), ids=" ".join)
def test_each_command_shows_an_example_of_itself_that_can_be_typed(words: tuple[str, ...]) -> None:
    command = dict(commands())[words]
    called = f"Example: qingfeng {' '.join(words)} "

    assert command.help
    assert command.epilog.startswith(called)
    assert command.make_context(words[-1], shlex.split(command.epilog.removeprefix(called)))
