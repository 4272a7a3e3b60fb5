"""The index of tasks: each line leads to a step that runs the command of the line, without a failure."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from handbook.pages.sources import read_page, read_pages
from snippetlab.model import Command, Step
from snippetlab.scenario import discover

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs/en"
_TASK = re.compile(r"- \[[^\]]+\]\((?P<page>[^)#]+\.md)#(?P<anchor>[\w-]+)\): `(?P<command>[^`]+)`")


def faults(text: str, anchors: dict[tuple[str, str], Step]) -> list[str]:
    """What is wrong with the list items of a text. ``anchors`` tells the step that stands at a page's anchor."""
    wrong = []
    for line in text.split("\n"):
        if not line.startswith("- "):
            continue
        found = _TASK.fullmatch(line)
        step = anchors.get((posixpath.normpath(found["page"]), found["anchor"])) if found else None
        if found is None:
            wrong.append(f"no task, link and command: {line}")
        elif step is None:
            wrong.append(f"no step stands there: {line}")
        elif not any(runs(command, found["command"]) for block in step.blocks for command in block.commands):
            wrong.append(f"{step.id} does not run this, or it fails there: {line}")
    return wrong


def runs(command: Command, shown: str) -> bool:
    """True when the command is the one that is shown. Where its output goes may be left out."""
    rest = command.source.split("\n")[0].removeprefix(shown)
    return (
        command.exit_code == 0
        and command.source.startswith(shown)
        and re.fullmatch(r"( 2?>| \| ).*|", rest) is not None
    )


def anchors() -> dict[tuple[str, str], Step]:
    steps = {step.id: step for scenario in discover(ROOT / "snippets") for step in scenario.steps}
    return {(p.uri, f.anchor): steps[f.step_id] for p in read_pages(DOCS) for f in p.fences if f.step_id in steps}


def test_each_task_leads_to_a_step_that_runs_its_command() -> None:
    page = read_page(DOCS, DOCS / "tasks.md")
    assert page.body.count("\n- ") > 80
    assert faults(page.body, anchors()) == []


def test_no_task_stands_there_twice() -> None:
    lines = [line for line in (DOCS / "tasks.md").read_text().split("\n") if line.startswith("- ")]
    tasks = [re.sub(r"\].*", "", line) for line in lines]
    assert len(tasks) == len(set(tasks))


def test_what_is_wrong_is_told() -> None:
    known = anchors()
    good = "- [stop it](start/1-first-container.md#start-first-stop): `docker stop web`"
    assert faults(good, known) == []
    assert "does not run this" in faults(good.replace("stop web", "stop wbe"), known)[0]
    assert "does not run this" in faults(good.replace("stop web", "stop we"), known)[0]
    assert "no step stands there" in faults(good.replace("first-stop", "first-stopp"), known)[0]
    assert "no task" in faults("- docker stop web", known)[0]
    failing = (
        "- [start one](start/1-first-container.md#start-first-no-such-image): `docker run --pull never hello-world`"
    )
    assert "it fails there" in faults(failing, known)[0]
