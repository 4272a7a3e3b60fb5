"""What the workflows take from others: just the code that somebody has looked at, whatever a tag says tomorrow."""

from __future__ import annotations

import re

import pytest

from tests.conftest import PROJECT

FILES = [
    *sorted((PROJECT / ".github/workflows").glob("*.yml")),
    PROJECT / "hooks/snippetlab/cli/templates/workflow.yml",
]
PINNED = re.compile(r"(?P<action>[\w-]+/[\w./-]+)@(?P<commit>[0-9a-f]{40}) # (?P<tag>v\d+\.\d+\.\d+)")


def used() -> list[str]:
    found = [re.search(r"\buses:\s*(.*)", line) for file in FILES for line in file.read_text().splitlines()]
    return [use[1] for use in found if use]


@pytest.mark.parametrize("use", sorted({*used()}))
def test_an_action_is_named_by_its_commit(use: str) -> None:
    assert PINNED.fullmatch(use), f"{use}: write owner/action@COMMIT # vX.Y.Z"


def test_an_action_is_the_same_in_all_workflows() -> None:
    assert len(FILES) > 3 and len(used()) > 10
    assert len({*used()}) == len({use.partition("@")[0] for use in used()})
