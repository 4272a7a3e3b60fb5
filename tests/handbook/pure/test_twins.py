"""A page for machines: what the newest engine prints, and what is to be said of others."""

from __future__ import annotations

from pathlib import Path

import pytest
from handbook.exports.twins import twin
from handbook.library import Library, OtherEngine
from handbook.pages.sources import page_from_text
from snippetlab.between import step_changes
from snippetlab.packs.docker import make
from snippetlab.packs.docker.kinds import VOCABULARY
from snippetlab.scenario import discover
from snippetlab.scenario.known import Known
from snippetlab.settings import find_project

from tests.conftest import PROJECT

SCENARIO = """---
title: It
---

## run

```console
$ echo new
new
```

```yaml engines
engines: "{range}"
reason: It is not everywhere.
```
"""


def twin_of(step: str, library: Library) -> str:
    """The twin of a page that embeds this step alone."""
    page = page_from_text("page.md", f"# Page\n\n```step\n{step}\n```\n")
    return twin(
        page,
        library,
        lambda *_: "",
        lambda step, old, new: list(step_changes(old.step, new.step, library.reading(step))),
    )


@pytest.mark.parametrize(
    ("where", "told", "count"),
    [
        (">=23", "This does not run on 20.10, only from 23 on. It is not everywhere.", 1),
        ("<28", "On 26.1 and 20.10:\n\n```console\n$ echo new\nnew\n```", 1),
        (">=20", "On ", 0),
    ],
)
def test_a_twin_says_where_a_step_does_not_run(tmp_path: Path, where: str, told: str, count: int) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/it.md").write_text(SCENARIO.replace("{range}", where))
    found = {s.id: s for s in discover(tmp_path)}
    library = Library(found, baseline="26.1", engines=("28.5", "26.1", "20.10"), vocabulary=VOCABULARY)
    text = twin_of("a/it#run", library)
    assert text.count(told) == count


def test_a_twin_tells_what_docker_py_prints_of_no_engine_that_runs_the_shell_track_alone(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    own = "## it\n\n```console\n$ docker ps\n{n}\n```\n\n```pycon\n>>> client.ping()\n{n}\n```\n"
    (tmp_path / "a/it.md").write_text("---\ntitle: It\n---\n\n" + own.format(n="old"))
    (tmp_path / "a/it.28.5.md").write_text(own.format(n="new"))
    shell = {"20.10": OtherEngine("20.10.24", "2026-01-01", tracks=("shell",))}
    pack = make(find_project(PROJECT))
    found = {s.id: s for s in discover(tmp_path, Known(pack.images, pack.captures, pack.alias))}
    library = Library(found, baseline="26.1", engines=("28.5", "26.1", "20.10"), others=shell, vocabulary=VOCABULARY)
    text = twin_of("a/it#it", library)
    assert "On 26.1 and 20.10, `docker ps` gives:" in text and "On 26.1, `client.ping()` gives:" in text


TWO = """---
title: It
---

## always

```console
$ echo always
always
```

## first

```console
$ echo first
first
```

```yaml engines
engines: ">=23, <29"
reason: It is not everywhere.
```

## second

```console
$ echo second
second
```

```yaml engines
engines: ">=23, <29"
reason: It is not everywhere.
```
"""
WHY = "This does not run on 20.10, only from 23 on and before 29. It is not everywhere."


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        (["always", "first", "second"], [WHY, "Nor does this run on 20.10."]),
        # What holds for all of a page is said once.
        (["first", "second"], [f"{WHY} So it is with every other step of this page."]),
    ],
)
def test_a_twin_gives_a_reason_once(tmp_path: Path, steps: list[str], told: list[str]) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/it.md").write_text(TWO)
    found = {s.id: s for s in discover(tmp_path)}
    library = Library(found, baseline="26.1", engines=("28.5", "26.1", "20.10"), vocabulary=VOCABULARY)
    body = "".join(f"```step\na/it#{step}\n- [>=23] {step}: it is printed.\n```\n\n" for step in steps)
    text = twin(page_from_text("page.md", f"# Page\n\n{body}"), library, lambda *_: "", lambda *_: [])
    assert [line for line in text.split("\n") if "20.10" in line] == told
    # A note says where it holds only where the step runs elsewhere, too.
    marks = ["- `always` (on 28.5 and 26.1): it is printed.", "- `first`: it is printed.", "- `second`: it is printed."]
    assert [line for line in text.split("\n") if line.startswith("- ")] == marks[3 - len(steps) :]
