"""YAML that a person wrote: the line of what is wrong, and what could swallow the machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import snippetlab.yaml
from snippetlab.errors import ScenarioError
from snippetlab.scenario import parse
from snippetlab.yaml import DEEPEST, LARGEST, MOST_NODES, read_yaml

PATH = Path("snippets/a.yml")


def refused(text: str, first_line: int = 1) -> ScenarioError:
    with pytest.raises(ScenarioError) as caught:
        read_yaml(text.split("\n"), PATH, first_line)
    assert caught.value.hint
    return caught.value


def test_keys_and_items_know_their_lines() -> None:
    yaml = read_yaml(["a: 1", "b:", "- x", "- y"], PATH, 2)
    assert yaml.data == {"a": 1, "b": ["x", "y"]}
    assert yaml.where("b", 1) == "snippets/a.yml:5"
    assert yaml.where("missing") == "snippets/a.yml:2"


def test_a_bomb_of_aliases_is_refused_at_its_first_alias() -> None:
    # Each line holds the one above ten times: the last would be a list of a billion.
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"{b}: &{b} [{', '.join([f'*{a}'] * 10)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
    error = refused("\n".join(lines), first_line=3)
    assert error.where == "snippets/a.yml:4"
    assert "alias (*a)" in error.what


def test_a_merge_is_an_alias_too() -> None:
    assert "alias" in refused("a: &a {x: 1}\nb:\n  <<: *a\n").what


@pytest.mark.parametrize("opening", ["[", "{a: "])
def test_brackets_without_end_are_refused(opening: str) -> None:
    assert f"more than {DEEPEST} levels" in refused("title: " + opening * 100_000).what


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the YAML library was asked to read so far: its events, and ``load`` for a whole document."""
    read: list[object] = []

    class Counted(snippetlab.yaml.YAML):  # type: ignore[misc]
        def parse(self, stream: str) -> Iterator[object]:
            for event in super().parse(stream):
                read.append(event)
                yield event

        def load(self, stream: str) -> Any:
            read.append("load")
            return super().load(stream)

    monkeypatch.setattr(snippetlab.yaml, "YAML", Counted)
    return read


LARGE = {
    "one long value": "a: " + "x" * LARGEST,
    "one long line of brackets": "a: " + "[" * LARGEST,
    "many comments": "a: 1\n" + "# c\n" * LARGEST,
    "many keys": "".join(f"k{i}: v\n" for i in range(LARGEST // 5)),
    "text of many lines": "a: |\n" + "  x\n" * (LARGEST // 2),
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
def test_what_is_too_large_is_refused_unread(events: list[object], text: str) -> None:
    error = refused(text, first_line=2)
    assert error.where == "snippets/a.yml:2"
    assert f"more than {LARGEST:,} characters" in error.what
    assert events == []


MANY = {
    "a list": ("- a\n" * (MOST_NODES + 5), MOST_NODES),
    "a list on one line": ("a: [" + "1," * (MOST_NODES + 5) + "1]", 1),
    "keys": ("".join(f"k{i}: v\n" for i in range(MOST_NODES)), MOST_NODES // 2),
    "lists of lists": ("- [a, [b]]\n" * MOST_NODES, MOST_NODES // 4),
}


@pytest.mark.parametrize(("text", "line"), MANY.values(), ids=MANY)
def test_what_holds_too_much_is_refused_where_it_becomes_too_much(events: list[object], text: str, line: int) -> None:
    error = refused(text)
    assert abs(int(error.where.partition(":")[2]) - line) <= 2
    assert f"more than {MOST_NODES:,} keys and values" in error.what
    assert "load" not in events
    assert len(events) <= 2 * MOST_NODES + 20, "no more than the ends of lists beside what is counted"


def test_a_bomb_is_refused_before_it_is_read_on(events: list[object]) -> None:
    lines = ["a: &a [x]", *(f"{b}: &{b} [*{a}, *{a}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True))]
    refused("\n".join([*lines, *("- x" for _ in range(1000))]))
    assert len(events) < 20


@pytest.mark.parametrize(
    "front",
    ["title: t\nimages: [" + "busybox, " * 60_000 + "busybox]", "title: " + "[" * 100_000, "title: &a t\nx: *a"],
)
def test_the_front_matter_of_a_scenario_is_refused_with_its_line(front: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse(f"---\n{front}\n---\n\n## s\n\n```console\n$ true\n```\n", PATH, "a/b")
    assert str(caught.value.where).startswith("snippets/a.yml:")
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "line"), [("a: [", 1), ("a: 1\nb: 'x", 2), ("a: 1\na: 2", 2), ("a: 2026-13-40", 1), ("a: \x07", 1)]
)
def test_what_is_no_yaml_is_told_with_its_line(text: str, line: int) -> None:
    error = refused(text)
    assert error.where == f"snippets/a.yml:{line}"
    assert error.what.startswith("this is not YAML")
