"""YAML that a person wrote: the line of what is wrong, and what could swallow the machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from snippetlab.errors import ScenarioError
from snippetlab.yaml import DEEPEST, read_yaml

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


@pytest.mark.parametrize(
    ("text", "line"), [("a: [", 1), ("a: 1\nb: 'x", 2), ("a: 1\na: 2", 2), ("a: 2026-13-40", 1), ("a: \x07", 1)]
)
def test_what_is_no_yaml_is_told_with_its_line(text: str, line: int) -> None:
    error = refused(text)
    assert error.where == f"snippets/a.yml:{line}"
    assert error.what.startswith("this is not YAML")
