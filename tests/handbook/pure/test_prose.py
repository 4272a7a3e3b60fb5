"""The words between the steps: no step of the handbook stands below another, or below a bare heading, without a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from handbook.pages.sources import PageSource, page_from_text, read_pages

DOCS = Path(__file__).parents[3] / "docs/en"


def bare_steps(page: PageSource) -> list[str]:
    """The steps (``file:line id``) above which no sentence stands. Below “Clean up” the heading is enough, once."""
    lines = page.body.split("\n")
    bare = []
    for fence in page.fences:
        above = next((line for line in reversed(lines[: fence.place.line - page.first_line]) if line.strip()), "#")
        if above.lstrip().startswith("```") or (above.startswith("#") and above.strip("# ") != "Clean up"):
            bare.append(f"{fence.place} {fence.step_id}")
    return bare


def test_no_step_follows_another_without_a_sentence() -> None:
    assert [step for page in read_pages(DOCS) for step in bare_steps(page)] == []


ONE, TWO = (
    "```step\na/b#one\n```\n",
    "```step\na/b#two\n- word: a note, which is no sentence above the next step\n```\n",
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"# T\n\nWords.\n\n{ONE}\nMore words.\n\n{TWO}", []),
        (f"# T\n\nWords.\n\n{ONE}\n{TWO}", ["page.md:9 a/b#two"]),
        (f"# T\n\nWords.\n\n{ONE}\n## Heading\n\n{TWO}", ["page.md:11 a/b#two"]),
        (f"# T\n\nWords.\n\n## Clean up\n\n{ONE}", []),
        (f"# T\n\nWords.\n\n## Clean up\n\n{ONE}\n{TWO}", ["page.md:11 a/b#two"]),
        (f"# T\n\n{ONE}", ["page.md:3 a/b#one"]),
        (ONE, ["page.md:1 a/b#one"]),
        (f"---\ntitle: t\n---\n# T\n\nWords.\n\n{TWO}\n{ONE}", ["page.md:13 a/b#one"]),
        (
            '!!! note "N"\n    Words.\n\n    ```step\n    a/b#one\n    ```\n\n    ```step\n    a/b#two\n    ```\n',
            ["page.md:8 a/b#two"],
        ),
    ],
)
def test_which_steps_are_bare(text: str, wanted: list[str]) -> None:
    assert bare_steps(page_from_text("page.md", text)) == wanted
