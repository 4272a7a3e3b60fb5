"""What changed in Docker: an update that replaces a committed recording leaves a dated entry in ``changes.yml``."""

from __future__ import annotations

import difflib
import io
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from snippetlab.errors import ScenarioError, SnippetLabError
from snippetlab.files import write_atomically
from snippetlab.model import Block, Scenario, ScenarioResult
from snippetlab.scenario import parse
from snippetlab.yaml import read_yaml_file

LINES = 12  # of each side; an entry is to be read, and the page shows the rest
NAME = "changes.yml"
Committed = Callable[[Scenario], Scenario | None]


def committed(scenario: Scenario) -> Scenario | None:
    """The scenario as it stands in the last commit; None where there is none, or no git."""
    command = ["git", "-C", str(scenario.path.parent), "show", f"HEAD:./{scenario.path.name}"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=30, check=False)
        if done.returncode == 0:
            found = parse(done.stdout.decode("utf-8"), scenario.path, scenario.id)
            return found if isinstance(found, Scenario) else None
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError, ScenarioError):
        pass
    return None


def entries(
    result: ScenarioResult, bodies: Sequence[tuple[Block, str]], before: Scenario | None, *, because: str = ""
) -> list[dict[str, str]]:
    """An entry for each step of which ``bodies`` replace what was committed (``before``).

    Each has ``date``, ``step``, ``what``, ``before``, ``after`` and ``engine``.
    A block that was edited since the last commit says nothing about Docker: its
    author changed it. ``because`` is what a person says of all of them.
    """
    if before is None:
        return []
    old_steps = {step.name: step for step in before.steps}
    versions = {run.engine: run.versions.get("engine", run.engine) for run in result.runs}
    baseline = next((run.engine for run in result.runs if run.whole), "")
    found: dict[str, dict[str, str]] = {}
    for step in result.scenario.steps:
        old = old_steps.get(step.name)
        known = {(b.kind, tuple(sorted(b.options.items())), b.text) for b in old.blocks} if old else set()
        for block, body in bodies:
            same = (block.kind, tuple(sorted(block.options.items())), block.text) in known
            if block not in step.blocks or not same or not block.text.strip() or body == block.text:
                continue
            gone, came = _difference(block.text, body)
            entry = found.setdefault(
                step.id,
                {
                    "date": result.when,
                    "step": step.id,
                    "what": because or _what(block),
                    "before": "",
                    "after": "",
                    "engine": versions.get(block.engine or baseline, ""),
                },
            )
            entry["before"] += gone
            entry["after"] += came
    return list(found.values())


def _what(block: Block) -> str:
    if block.kind == "capture":
        return f"The engine describes {block.option('capture')} in other words."
    first = block.commands[0].source.splitlines()[0] if block.commands else "The step"
    return f"`{first}` prints something else." if len(block.commands) == 1 else "The commands print something else."


def _difference(old: str, new: str) -> tuple[str, str]:
    """The lines that went and those that came, at most ``LINES`` of each."""
    lines = list(difflib.ndiff(old.splitlines(), new.splitlines()))
    sides = ([line[2:] for line in lines if line.startswith(mark)] for mark in "-+")
    gone, came = (
        "".join(f"{line}\n" for line in (side if len(side) <= LINES else [*side[:LINES], "…"])) for side in sides
    )
    return gone, came


def log(snippets: Path, new: Sequence[Mapping[str, str]]) -> Path | None:
    """Add entries to ``changes.yml`` in ``snippets``; gives the file when something was added.

    An entry that stands there already is not added again. What a person wrote
    in the file stays. Raises SnippetLabError for a file that is no list.
    """
    path = snippets / NAME
    yaml = YAML(typ="rt")
    yaml.width = 110
    yaml.indent(mapping=2, sequence=2, offset=0)
    data: Any = read_yaml_file(path).data if path.exists() else []
    data = [] if data is None else data
    if not isinstance(data, list):
        raise SnippetLabError("a list of changes is wanted", where=f"{path}:1", hint="begin each entry with `- date:`")
    told = [{k: str(v) for k, v in row.items() if k != "what"} for row in data if isinstance(row, dict)]
    added = [e for e in new if {k: v for k, v in e.items() if k != "what"} not in told]
    if not added:
        return None
    for entry in added:
        text = {k: LiteralScalarString(v) if k in ("before", "after") and v else v for k, v in entry.items()}
        data.append({k: v for k, v in text.items() if v})
    out = io.StringIO()
    yaml.dump(data, out)
    write_atomically(path, out.getvalue())
    return path
