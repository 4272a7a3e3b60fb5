"""The one reader of Markdown: what is a block by CommonMark's rules, and what is an error because it is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from snippetlab.errors import ScenarioError
from snippetlab.scenario.markdown import Comment, Fence, Heading, fences_of, lex

PATH = Path("page.md")


def read(text: str) -> list[Fence]:
    return fences_of(text, PATH, lambda info: info.startswith("console"))


def only(text: str) -> Fence:
    (found,) = read(text)
    return found


def error(text: str) -> ScenarioError:
    with pytest.raises(ScenarioError) as raised:
        read(text)
    assert all(one.hint for one in raised.value.all)
    return raised.value


@pytest.mark.parametrize(
    ("text", "line", "prefix"),
    [
        ("```console\n$ a\n  b\n\n```\n", 1, ""),
        ("1. First:\n\n    ```console\n    $ a\n      b\n\n    ```\n", 3, "    "),
        ("- x\n\n    - y\n\n        ```console\n        $ a\n          b\n\n        ```\n", 5, "        "),
        ("- ```console\n  $ a\n    b\n\n  ```\n", 1, "  "),
        ("-\tx\n\n\t```console\n\t$ a\n\t  b\n\n\t```\n", 3, "\t"),
        ("> [!NOTE]\n> ```console\n> $ a\n>   b\n>\n> ```\n", 2, "> "),
        (">```console\n>$ a\n>   b\n>\n>```\n", 1, "> "),
        ("> - x\n>\n>   ```console\n>   $ a\n>     b\n>\n>   ```\n", 3, ">   "),
        ("1. > ```console\n   > $ a\n   >   b\n   >\n   > ```\n", 1, "   > "),
        ("!!! note\n\n    ```console\n    $ a\n      b\n\n    ```\n", 3, "    "),
        ('!!! note "T"\n    Text\n    ```console\n    $ a\n      b\n\n    ```\n', 3, "    "),
        ('=== "Shell"\n\n    ```console\n    $ a\n      b\n\n    ```\n\n=== "Other"\n\n    text\n', 3, "    "),
        ("[^1]: Note\n\n    ```console\n    $ a\n      b\n\n    ```\n", 3, "    "),
        ("Word\n:   Meaning\n\n    ```console\n    $ a\n      b\n\n    ```\n", 4, "    "),
        ("<details>\n<summary>More</summary>\n\n```console\n$ a\n  b\n\n```\n\n</details>\n", 4, ""),
        ("text\n```console\n$ a\n  b\n\n```\ntext\n", 2, ""),
        ("    ~~~\n    code\n\n~~~console\n$ a\n  b\n\n~~~\n", 4, ""),
        ("````console\n$ a\n  b\n\n``````\n", 1, ""),
    ],
)
def test_a_block_in_every_place_where_markdown_shows_one(text: str, line: int, prefix: str) -> None:
    found = only(text)
    assert found.body == ("$ a", "  b", "")
    assert (found.place.line, found.end, found.prefix) == (line, line + 4, prefix)
    assert only(text.replace("\n", "\r\n")).body == found.body


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("text\n\n    ```console\n    $ a\n    ```\n", 3, "does not take this for a block"),
        ("text\n\n\t```console\n\t$ a\n\t```\n", 3, "does not take this for a block"),
        ("- x\n\n      ```console\n      $ a\n      ```\n", 3, "does not take this for a block"),
        ("text\n    ```console\n    $ a\n    ```\n", 2, "does not take this for a block"),
        ("<details>\n```console\n$ a\n```\n</details>\n", 2, "does not take this for a block"),
        ("> - x\n>\n>       ```console\n>       $ a\n>       ```\n", 3, "does not take this for a block"),
        ('```console title="`x`"\n$ a\n```\n', 1, "a backtick behind ```"),
        ("```console\n$ a\n", 1, "not closed"),
        ("> ```console\n> $ a\n\ntext\n", 1, "not closed"),
        ("- ```console\n  $ a\ntext\n", 1, "not closed"),
        ("```console\n$ a\n\n```console\n$ b\n```\n", 4, "a fence inside the block that line 1 opens"),
        ("<!-- off\n```console\n$ a\n```\n", 1, "comment is not closed"),
        ("# A\r\r```console\r$ a\r```\r", 1, "a carriage return alone"),
        ("text <!-- off\n```console\n$ a\n```\n-->\n", 2, "Markdown shows it"),
    ],
)
def test_what_is_no_block_though_it_looks_like_one_is_told(text: str, line: int, words: str) -> None:
    found = error(text)
    assert found.where == f"page.md:{line}"
    assert words in found.what


@pytest.mark.parametrize(
    "text",
    [
        "    ```yaml\n    a: b\n    ```\n",
        "Write ```console``` so.\n",
        "```console``` is a word.\n",
        "````markdown\n```console\n$ a\n```\n````\n",
        "<pre>\n```console\n$ a\n```\n</pre>\n",
        "<!--\n```console\n$ a\n```\n-->\n",
        "<!-- x\n\n```console\n$ a\n```\n\n-->\n",
        "text <!-- x\ny -->\n",
        "a `<!--` b\n\n-->\n",
    ],
)
def test_what_is_not_shown_as_a_block_and_not_meant_as_one(text: str) -> None:
    assert [f for f in read(text) if f.info.startswith("console")] == []


def test_all_errors_of_a_text_are_told_in_their_order() -> None:
    found = error("text\n\n    ```console\n    $ a\n    ```\n\ntext\n\n\t```console\n\t$ b\n\t```\n\n```console\n$ c\n")
    assert [one.where for one in found.all] == ["page.md:3", "page.md:9", "page.md:13"]
    assert str(found).count("page.md:") == 3


def test_what_a_comment_behind_text_holds_is_not_there() -> None:
    parts = lex(["text <!--", "## off", "--> more", "", "## on", ""], 0, PATH)
    assert [(p.text, p.place.line) for p in parts if isinstance(p, Heading)] == [("on", 5)]


def test_headings_of_every_form() -> None:
    text = (
        "# One *two* `three`\n\nFour\n====\n\nfive six\n---\n\n"
        '### <a name="env"></a> Set (--env)\n\n## My step {#my-step .x}\n\n## B { #b }\n\n> ## in a quote\n\n#not\n'
    )
    found = [p for p in lex(text.split("\n"), 0, PATH) if isinstance(p, Heading)]
    assert [(p.level, p.text, p.id, p.place.line) for p in found] == [
        (1, "One two three", "", 1),
        (1, "Four", "", 3),
        (2, "five six", "", 6),
        (3, "Set (--env)", "env", 9),
        (2, "My step", "my-step", 11),
        (2, "B", "b", 13),
    ]


def test_comments_are_told_with_their_lines() -> None:
    text = "<!-- one -->\n\ntext\nmore <!-- two --> text\n\n- x\n\n  <!-- three\n  four -->\n"
    found = [p for p in lex(text.split("\n"), 0, PATH) if isinstance(p, Comment)]
    assert [(p.text, p.place.line) for p in found] == [(" one ", 1), (" two ", 4), (" three\nfour ", 8)]


def test_characters_that_a_markdown_reader_replaces_stay_as_they_are() -> None:
    assert only("```console\n$ a\n\0 \r x\n\u2028\x85\x0c\n```\n").body == ("$ a", "\0 \r x", "\u2028\x85\x0c")
