"""A page that leaves steps of a scenario out is run by itself: what its readers type, and no more."""

from __future__ import annotations

from pathlib import Path

import pytest
from handbook.pages.replay import Replay, replays
from handbook.pages.sources import page_from_text
from snippetlab.model import Drift, DriftKind, Place, Scenario, ScenarioResult
from snippetlab.scenario import discover, parse
from snippetlab.scenario.engines import on_engine, stale_entries

SCENARIO = """---
title: Files
---

## make

```console
$ touch a
```

## look

```console
$ ls
a
```

```pycon
>>> print('a')
a
```

## clean-up

```console
$ rm a
```
"""


@pytest.fixture
def scenario() -> Scenario:
    return parse(SCENARIO, Path("snippets/start/files.md"), "start/files")


def found(scenario: Scenario, *fences: str) -> list[Replay]:
    lines = []
    for fence in fences:
        name, _, options = fence.partition(" ")
        lines += [f"```step {options}".rstrip(), f"start/files#{name}", "```"]
    text = "\n".join(["# Page", "", *lines, ""])
    return replays([page_from_text("start/page.md", text, Path("docs/start/page.md"))], [scenario])


def names(replay: Replay) -> list[str]:
    return [step.name for step in replay.scenario.steps]


def test_a_page_that_shows_all_needs_no_run_of_its_own(scenario: Scenario) -> None:
    assert found(scenario, "make", "look", "clean-up") == []


def test_a_page_that_shows_nothing_of_it_needs_none_either(scenario: Scenario) -> None:
    assert found(scenario) == []


def test_what_a_page_leaves_out_is_not_typed(scenario: Scenario) -> None:
    (replay,) = found(scenario, "look", "clean-up")
    assert names(replay) == ["look", "clean-up"]
    assert replay.left_out == ("make",)
    assert str(replay.place) == "docs/start/page.md:3"
    # It leaves another state, and is no scenario of the book: only what it prints is compared.
    assert (replay.scenario.in_place, replay.scenario.id != scenario.id) == (True, True)


def test_a_listing_of_one_track_is_all_that_its_readers_see(scenario: Scenario) -> None:
    (replay,) = found(scenario, "make", 'look only="python"', "clean-up")
    look = replay.scenario.step("look")
    assert [block.kind for block in look.in_track("python")] == ["pycon"]
    assert look.in_track("shell") == ()
    (replay,) = found(scenario, "make", 'look only="shell"', "clean-up")
    assert [block.kind for block in replay.scenario.step("look").in_track("python")] == ["console"]


def test_a_page_has_what_other_engines_print_of_its_steps(tmp_path: Path) -> None:
    (tmp_path / "start").mkdir()
    (tmp_path / "start/files.md").write_text(SCENARIO)
    newer = SCENARIO.partition("---\n\n")[2].replace("$ touch a", "$ touch a\nnew").replace("\na\n```", "\nA\n```")
    (tmp_path / "start/files.28.5.md").write_text(newer)
    (scenario,) = discover(tmp_path)
    (replay,) = found(scenario, 'look only="shell"', "clean-up")
    assert stale_entries(replay.scenario) == []
    there = on_engine(replay.scenario, "28.5", "26.1").step("look")
    assert [(block.kind, block.commands[0].output) for block in there.blocks] == [("console", "A\n")]


def test_a_step_that_is_shown_once_with_each_track_is_shown_whole(scenario: Scenario) -> None:
    assert found(scenario, "make", 'look only="shell"', 'look only="python" id="again"', "clean-up") == []


def test_drift_is_told_on_the_page_with_what_was_never_typed(scenario: Scenario) -> None:
    (replay,) = found(scenario, "look", "clean-up")
    at = Place(scenario.path, 16)
    drift = Drift(DriftKind.OUTPUT, "start/files#clean-up", at, "", "rm: no such file\n", "the output differs")
    (told,) = replay.drifts(ScenarioResult(replay.scenario, (), (drift,), "2026-11-29"))
    assert str(told.place) == "docs/start/page.md:6"
    assert told.message == (
        f"the output differs ({at}); a reader of this page alone never typed make: show it above, or leave this step "
        "out, too"
    )
