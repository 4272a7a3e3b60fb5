"""A page that teaches: it begins with what the reader will be able to do and why it is so, tells what can go wrong,
and ends with exercises whose solutions run, and with what to keep in mind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from handbook.pages.sources import PageSource, page_from_text, read_pages

DOCS = Path(__file__).parents[3] / "docs/en"
# Chapters of which each page has exercises and a summary. A chapter comes in when all of its pages have them.
TAUGHT = ["start", "containers", "images", "volumes", "dockerfile", "networking", "daemon"]
TAUGHT += ["compose", "swarm", "api", "then-and-now"]
EXERCISES, CLEAN_UP, SUMMARY, FAULTS = "Try it yourself", "Clean up", "In short", "What can go wrong"
# Pages without a section of what can go wrong: the first, before there is a Docker, and those that show nothing else.
NO_FAULTS = {"start/index.md", "compose/2-old-file.md", "swarm/8-retired.md"}
NO_FAULTS |= {f"then-and-now/{page}.md" for page in ("index", "1-misspelt", "2-moved", "3-gone", "4-which-docker")}
AIMS = ("You will ", "By the end of this chapter ")
# Fewer words than this are a sentence, and no paragraph.
PARAGRAPH = 30
_FOLDED = '??? success "Solution"'


def lacks(page: PageSource) -> list[str]:
    """What a page lacks of exercises and a summary; empty when it has both."""
    parts = sections(page.body)
    wrong = opening_faults(page.body) + exercise_faults(parts.get(EXERCISES)) + summary_faults(parts.get(SUMMARY))
    if (FAULTS in parts) is (page.uri in NO_FAULTS):
        wrong.append(f"no section “{FAULTS}”" if page.uri not in NO_FAULTS else f"has “{FAULTS}”: no exception")
    order = [name for name in parts if name in (EXERCISES, CLEAN_UP, SUMMARY)]
    if not wrong and order != [name for name in (EXERCISES, CLEAN_UP, SUMMARY) if name in parts]:
        wrong.append(f"the order is {EXERCISES}, {CLEAN_UP}, {SUMMARY}, not {', '.join(order)}")
    return [f"{page.uri}: {fault}" for fault in wrong]


def sections(body: str) -> dict[str, list[str]]:
    """The lines below each level-2 heading, in order."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in body.split("\n"):
        if line.startswith("## "):
            lines = found.setdefault(line[3:].strip(), [])
        else:
            lines.append(line)
    return found


def opening_faults(body: str) -> list[str]:
    """What is wrong with the beginning: what the reader will be able to do, and a paragraph of why it is so."""
    opening = re.split(r"\n(?:## |```)", body[body.index("# ") :].partition("\n")[2])[0]
    paragraphs = [text.strip() for text in re.split(r"\n\s*\n", opening) if text.strip()]
    wrong = [] if paragraphs and paragraphs[0].startswith(AIMS) else [f"does not begin with “{'” or “'.join(AIMS)}”"]
    why = max((len(text.split()) for text in paragraphs[1:] if not text.startswith(("- ", "[", "!", "<"))), default=0)
    return wrong if why >= PARAGRAPH else [*wrong, f"no paragraph says why: the longest one has {why} words"]


def exercise_faults(lines: list[str] | None) -> list[str]:
    """What is wrong with the exercises: two or more, numbered from 1, each with a folded step."""
    if lines is None:
        return [f"no section “{EXERCISES}”"]
    tasks = [int(found[1]) for line in lines if (found := re.match(r"\*\*(\d+)\.\*\* \S", line))]
    solutions = [fold(lines[i + 1 :]) for i, line in enumerate(lines) if line == _FOLDED]
    wrong = []
    if len(tasks) not in (2, 3):
        wrong.append(f"two or three exercises are wanted, there are {len(tasks)}")
    if tasks != list(range(1, len(tasks) + 1)):
        wrong.append(f"the exercises are numbered {tasks}")
    if len(solutions) != len(tasks):
        wrong.append(f"{len(tasks)} exercises, {len(solutions)} folded solutions")
    for number, solution in enumerate(solutions, 1):
        if "    ```step" not in solution:
            wrong.append(f"solution {number} runs no step")
        elif not any(re.match(r"    [A-Z“`]", line) for line in solution[: solution.index("    ```step")]):
            wrong.append(f"solution {number} has no sentence above its step")
    return wrong


def fold(lines: list[str]) -> list[str]:
    """The lines that stand in a fold, of the lines below its first one."""
    end = next((i for i, line in enumerate(lines) if line.strip() and not line.startswith("    ")), len(lines))
    return lines[:end]


def summary_faults(lines: list[str] | None) -> list[str]:
    """What is wrong with the summary: one to five points, a line each, and nothing else."""
    if lines is None:
        return [f"no section “{SUMMARY}”"]
    points = [line for line in lines if line.startswith("- ")]
    wrong = [] if 1 <= len(points) <= 5 else [f"one to five points are wanted, there are {len(points)}"]
    return wrong + [f"no point of the summary: {line}" for line in lines if line.strip() and line not in points]


def test_each_page_has_exercises_that_run_and_a_summary() -> None:
    pages = [page for page in read_pages(DOCS) if page.chapter in TAUGHT]
    assert {page.chapter for page in pages} == set(TAUGHT)
    assert [fault for page in pages for fault in lacks(page)] == []


def test_each_chapter_opens_with_a_picture() -> None:
    openings = [page for page in read_pages(DOCS) if page.uri.endswith("/index.md")]
    assert {page.chapter for page in openings} == set(TAUGHT)
    # A picture of an idea stands above whatever is run.
    without = [page.uri for page in openings if "print(draw_" not in page.body.partition("```step")[0]]
    assert without == []


WHY = "Words that say why. " * 10
SOLUTION = '??? success "Solution"\n    Words.\n\n    ```step\n    a/b#try-{0}\n    ```\n'
ONE, TWO = (f"**{n}.** Do {n}.\n\n{SOLUTION.format(n)}" for n in (1, 2))
GOOD = f"# T\n\nYou will read.\n\n{WHY}\n\n## What can go wrong\n\nAll.\n\n## Try it yourself\n\n{ONE}\n{TWO}\n## Clean up\n\nDone.\n\n## In short\n\n- One.\n- Two.\n"


def faults(text: str) -> str:
    """All that a page with this text lacks."""
    return "\n".join(lacks(page_from_text("page.md", text)))


def test_a_page_that_lacks_nothing() -> None:
    assert faults(GOOD) == ""
    assert faults(GOOD.replace("## Clean up\n\nDone.\n\n", "")) == ""


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("You will read.", "A page to read.", "does not begin with “You will ” or “By the end of this chapter ”"),
        (WHY, "It is so.", "no paragraph says why: the longest one has 3 words"),
        (f"{WHY}\n\n", "", "no paragraph says why: the longest one has 0 words"),
        (f"{WHY}\n\n", f"```step\na/b#c\n```\n\n{WHY}\n\n", "no paragraph says why: the longest one has 0 words"),
        ("## What can go wrong", "## Faults", "no section “What can go wrong”"),
        ("## Try it yourself", "## Exercise", "no section “Try it yourself”"),
        ("**1.**", "**1.** Do 1.\n\n**2.** Do 2.\n\n**3.**", "two or three exercises are wanted, there are 4"),
        ("## In short", "## Summary", "no section “In short”"),
        (TWO, "", "two or three exercises are wanted, there are 1"),
        ("**2.**", "**3.**", "the exercises are numbered [1, 3]"),
        ("**2.** ", "", "1 exercises, 2 folded solutions"),
        (SOLUTION.format(2), "", "2 exercises, 1 folded solutions"),
        (SOLUTION.format(2), '??? success "Solution"\n    Words alone.\n', "solution 2 runs no step"),
        (SOLUTION.format(2), '??? success "Solution"\n    Words.\n\n```step\na/b#c\n```\n', "solution 2 runs no step"),
        ("    Words.\n\n    ```step\n    a/b#try-1", "    ```step\n    a/b#try-1", "solution 1 has no sentence"),
        ("- One.\n- Two.\n", "", "one to five points are wanted, there are 0"),
        ("- One.\n", "- One.\n" * 5, "one to five points are wanted, there are 6"),
        ("- Two.\n", "- Two.\n\nMore words.\n", "no point of the summary: More words."),
        (
            "## Clean up\n\nDone.\n\n## In short\n\n- One.\n- Two.\n",
            "## In short\n\n- One.\n\n## Clean up\n",
            "the order is",
        ),
    ],
)
def test_what_a_page_lacks_is_told(old: str, new: str, fault: str) -> None:
    assert old in GOOD
    assert f"page.md: {fault}" in faults(GOOD.replace(old, new))
