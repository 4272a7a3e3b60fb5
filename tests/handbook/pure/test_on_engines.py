"""Paragraphs that hold on some engines alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from handbook.html.paragraph import on_engines
from handbook.pages.on_engines import Marked, in_words, with_engines
from snippetlab.errors import SnippetLabError

KNOWN = ("28.5", "28.5-containerd", "26.1", "20.10")
PAGE = """# Page

Words for all.

[20.10] The old one builds
in another way.

[>=28] A new thing.

```text

[20.10] no paragraph
```

See [20.10] here, and
[20.10] there.
"""


def made(text: str, marked: Marked = on_engines) -> str:
    return with_engines(text, Path("docs/page.md"), KNOWN, first_line=3, marked=marked)


def test_a_paragraph_of_some_engines_says_so_and_is_marked() -> None:
    lines = made(PAGE).split("\n")
    assert lines[4:6] == [
        '<p class="on-engines" data-on="20.10" markdown>On 20.10: The old one builds',
        "in another way.</p>",
    ]
    new = '<p class="on-engines" data-on="28.5 28.5-containerd" markdown>On 28.5 and 28.5-containerd: A new thing.</p>'
    assert lines[7] == new
    assert [i for i, (a, b) in enumerate(zip(lines, PAGE.split("\n"), strict=True)) if a != b] == [4, 5, 7]


def test_without_a_page_it_is_said_in_words_alone() -> None:
    lines = made(PAGE, in_words).split("\n")
    assert lines[4:6] == ["On 20.10: The old one builds", "in another way."]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[29.1] Text", "docs/page.md:3: a paragraph is for 29.1, which this site does not show"),
        ("\n[>=29] Text", "docs/page.md:4: no engine of this site is in >=29"),
    ],
)
def test_an_engine_that_is_not_there_is_an_error(text: str, told: str) -> None:
    with pytest.raises(SnippetLabError) as caught:
        made(text)
    assert str(caught.value).startswith(told)
