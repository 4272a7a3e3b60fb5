"""The words between the steps: no step of the handbook stands below another, or below a bare heading, without a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from handbook.pages.sources import PageSource, page_from_text, read_pages
from snippetlab.scenario import discover

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs/en"
# Tables, HTML, titles of boxes and tabs, names of links and of abbreviations, attributes: they say nothing by themselves.
_NO_SENTENCE = re.compile(r"\s*(?:[|<{]|!!!|\?\?\?|===|\*?\[[^\]]+\]: )")
# What holds on some engines alone is not there for the readers of the others.
_SOME_ENGINES = re.compile(r"\s*\[[<>=\d][^\]]*\] ")


def bare_steps(page: PageSource) -> list[str]:
    """The steps (``file:line id``) above which no sentence stands that every reader sees."""
    lines = page.body.split("\n")
    return [
        f"{fence.place} {fence.step_id}"
        for fence in page.fences
        if not any(map(_says_something, _paragraphs_above(lines[: fence.place.line - page.first_line])))
    ]


def _paragraphs_above(lines: Sequence[str]) -> Iterator[str]:
    """The paragraphs between the end of these lines and the heading or the fence above it."""
    paragraph: list[str] = []
    for line in reversed(("#", *lines)):
        ends = line.startswith("#") or line.lstrip().startswith("```")
        if paragraph and (ends or not line.strip()):
            yield "\n".join(reversed(paragraph))
            paragraph = []
        if ends:
            return
        if line.strip():
            paragraph.append(line)


def _says_something(paragraph: str) -> bool:
    said = "\n".join(line for line in paragraph.split("\n") if not _NO_SENTENCE.match(line))
    return len(said.split()) > 2 and not _SOME_ENGINES.match(said)


def test_no_step_follows_another_without_a_sentence() -> None:
    assert [step for page in read_pages(DOCS) for step in bare_steps(page)] == []


ONE, TWO = (
    "```step\na/b#one\n```\n",
    "```step\na/b#two\n- word: a note, which is no sentence above the next step\n```\n",
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"# T\n\nSome words here.\n\n{ONE}\nMore words here.\n\n{TWO}", []),
        (f"# T\n\nSome words here.\n\n{ONE}\n{TWO}", ["page.md:9 a/b#two"]),
        (f"# T\n\nSome words here.\n\n{ONE}\n## Heading\n\n{TWO}", ["page.md:11 a/b#two"]),
        (f"# T\n\nSome words here.\n\n## Clean up\n\n{ONE}", ["page.md:7 a/b#one"]),
        (f"# T\n\n{ONE}", ["page.md:3 a/b#one"]),
        (ONE, ["page.md:1 a/b#one"]),
        (f"---\ntitle: t\n---\n# T\n\nSome words here.\n\n{TWO}\n{ONE}", ["page.md:13 a/b#one"]),
        (f"# T\n\n- A list of words.\n\n{ONE}", []),
        (f"# T\n\nA list of words.\n\n| a | b |\n|---|---|\n| some words | here |\n\n{ONE}", []),
        (f"# T\n\n| a | b |\n|---|---|\n| some words | here |\n\n{ONE}", ["page.md:7 a/b#one"]),
        (f"# T\n\nSo:\n\n{ONE}", ["page.md:5 a/b#one"]),
        (f"# T\n\n<div class='some words here'>\n\n{ONE}", ["page.md:5 a/b#one"]),
        (f"# T\n\n[20.10] Some words on one engine.\n\n{ONE}", ["page.md:5 a/b#one"]),
        (f"# T\n\nSome words here.\n\n[>=23] And more of them.\n\n{ONE}", []),
        (f"# T\n\n[A link](a.md) begins this one.\n\n{ONE}", []),
        ('??? success "A title of words"\n    ```step\n    a/b#one\n    ```\n', ["page.md:2 a/b#one"]),
        ('=== "A title of words"\n\n    ```step\n    a/b#one\n    ```\n', ["page.md:3 a/b#one"]),
        (
            '!!! note "N"\n    Some words here.\n\n    ```step\n    a/b#one\n    ```\n\n'
            "    ```step\n    a/b#two\n    ```\n",
            ["page.md:8 a/b#two"],
        ),
    ],
)
def test_which_steps_are_bare(text: str, wanted: list[str]) -> None:
    assert bare_steps(page_from_text("page.md", text)) == wanted


def test_what_only_waits_is_a_quiet_line() -> None:
    """A loop around a command teaches nobody that command: the page says what is waited for."""
    loud = [
        f"{command.place} {command.source}"
        for scenario in discover(ROOT / "snippets")
        for step in scenario.steps
        for block in step.of_kind("console")
        for command in block.commands
        if command.source.startswith(("until ", "while ")) and not command.quiet
    ]
    assert loud == []
