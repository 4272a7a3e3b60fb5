"""A reader who types two pages into one machine: a small part of what ``python -m tests.reader`` does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from handbook.pages.sources import page_from_text
from snippetlab.check import Silent, default_provider, lab_problem
from snippetlab.lab.pool import Pool
from snippetlab.model import DriftKind
from snippetlab.scenario import discover, parse

from tests.reader.machine import Left
from tests.reader.typing import typed
from tests.reader.walking import in_reading_order, walk
from tests.tool.runs import pack_of

from .conftest import ROOT

PACK = pack_of(ROOT)


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    if problem := lab_problem(PACK):
        if os.environ.get("SNIPPETLAB_REQUIRE_LABS"):
            pytest.fail(str(problem))
        pytest.skip(problem.what)
    with Pool(default_provider(PACK, Silent()), PACK) as labs:
        yield labs


def test_a_reader_types_the_first_pages_on_one_machine(pool: Pool) -> None:
    scenarios = {scenario.id: scenario for scenario in discover(ROOT / "snippets")}
    pages = {page.uri: page for page in in_reading_order(ROOT)}
    first = [pages["start/1-first-container.md"], pages["start/2-client-and-daemon.md"]]
    walked = walk(typed("two pages", first, scenarios), scenarios, PACK, pool)
    assert (walked.drifts, walked.left, walked.excused) == ((), (), ())


# On its own each of the two pages is right; the second does not work for whoever typed the first.
LEAVES = """---
title: A page that leaves something
---

## make

```console
$ docker create --name app busybox > /dev/null
$ mkdir work && cd work
```
"""
MEETS = """---
title: A page that takes the same name
images: [redis]
---

## make

```console
$ docker create --name app busybox > /dev/null
$ docker images --format '{{.Repository}}' redis
redis
$ docker rm app
app
```
"""


def test_what_a_page_leaves_is_told_and_so_is_what_fails_for_it(pool: Pool) -> None:
    texts = {"a/leaves": LEAVES, "a/meets": MEETS}
    scenarios = {name: parse(text, Path(f"snippets/{name}.md"), name) for name, text in texts.items()}
    pages = [page_from_text(f"{name}.md", f"# T\n\n```step\n{name}#make\n```\n") for name in texts]
    walked = walk(typed("two pages", pages, scenarios), scenarios, PACK, pool)
    assert walked.left == (
        Left("a/leaves.md", "its reader in /root/work"),
        Left("a/leaves.md", "the container app"),
        Left("a/meets.md", "its reader in /root/work"),
    )
    (taken,) = walked.drifts
    assert (taken.step_id, taken.kind, taken.place.line) == ("a/meets#make", DriftKind.EXIT_CODE, 9)
    assert "already in use" in taken.captured
