"""Parses scenario files, with file and line in every error.

The way is lines → front matter, headings and fences → blocks → transcripts, a module each.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from snippetlab.errors import ScenarioError
from snippetlab.model import Place, Scenario, Step
from snippetlab.scenario.blocks import Rules, steps_of
from snippetlab.scenario.engines import is_recordings, read_recordings
from snippetlab.scenario.frontmatter import FrontMatter, checked_front, front_end, front_matter
from snippetlab.scenario.known import ANYTHING, Known
from snippetlab.scenario.markdown import Fence, fences_in_part, lex
from snippetlab.scenario.sections import scenario_sections
from snippetlab.scenario.text import lines_of, read_text
from snippetlab.scenario.transcript import typed_lines
from snippetlab.settings import PageSettings
from snippetlab.yaml import Yaml

__all__ = [
    "discover",
    "fences_in",
    "find_scenarios",
    "is_scenario",
    "load",
    "parse",
    "steps_beside",
    "typed_lines",
]


def load(path: Path, root: Path, known: Known = ANYTHING) -> Scenario:
    """The scenario in ``path``; its id is the path below ``root`` without its suffix, ``known`` what it may name.

    Raises ScenarioError when the file cannot be read or what it names in ``context`` is missing.
    """
    identity = path.relative_to(root).with_suffix("").as_posix()
    scenario, front, rules = _parse(read_text(path), path, identity, known)
    for index, entry in enumerate(scenario.context):
        if not (path.parent / entry).exists():
            raise ScenarioError(
                f"context {entry!r} does not exist beside the scenario",
                where=front.where("context", index),
                hint="create it, or remove it from context",
            )
        if away := _link_away(path.parent, entry):
            raise ScenarioError(
                f"context {entry!r} leads to what does not lie beside the scenario: {away}",
                where=front.where("context", index),
                hint="put the file itself there, not a link to it",
            )
    return replace(scenario, others=read_recordings(path, lambda text, file: _steps(text, file, 0, identity, rules)))


def _link_away(folder: Path, entry: str) -> Path | None:
    """The first path of a context entry that, links followed, lies outside of the scenario's folder."""
    own = folder.resolve()
    source = folder / entry
    paths = [source, *sorted(source.rglob("*"))] if source.is_dir() else [source]
    return next((p for p in paths if not p.resolve().is_relative_to(own)), None)


def discover(root: Path, known: Known = ANYTHING) -> list[Scenario]:
    """Every scenario below ``root``, sorted by id. Raises ScenarioError with all that is wrong in any of them.

    README.md files, the folders of the base images' recipes and whatever lies in a hidden folder are no scenarios.
    """
    scenarios, errors = find_scenarios(root, known)
    ScenarioError.raise_all(errors)
    return scenarios


def find_scenarios(root: Path, known: Known = ANYTHING) -> tuple[list[Scenario], list[ScenarioError]]:
    """Every scenario below ``root`` that can be read, sorted by id, and the errors of those that cannot."""
    found: list[Scenario] = []
    errors: list[ScenarioError] = []
    for path in sorted(p for p in root.rglob("*.md") if is_scenario(root, p)):
        try:
            found.append(load(path, root, known))
        except ScenarioError as error:
            errors.append(error)
    return sorted(found, key=lambda scenario: scenario.id), errors


def is_scenario(root: Path, path: Path) -> bool:
    """True for a Markdown file below ``root`` that holds a scenario.

    A README.md is none, nor are another engine's recordings, nor what lies with a recipe or in a hidden folder.
    """
    if path.suffix != ".md" or path.name == "README.md" or not path.is_relative_to(root):
        return False
    return path.is_file() and not _skipped(path.relative_to(root)) and not is_recordings(path)


def _skipped(relative: Path) -> bool:
    folders = relative.parts[:-1]
    # snippets/images/ is a chapter too: only the recipes' own folders are passed over.
    return (folders[:1] == ("images",) and len(folders) > 1) or any(folder.startswith(".") for folder in folders)


def parse(text: str, path: Path, identity: str, known: Known = ANYTHING) -> Scenario:
    """The scenario that ``text`` holds, with ``identity`` (``chapter/scenario``) as its id.

    Raises ScenarioError with file and line.
    """
    return _parse(text, path, identity, known)[0]


def fences_in(text: str, path: Path) -> list[Fence]:
    """Every fenced block of a whole file, front matter and all. Raises ScenarioError as ``parse`` does."""
    lines = lines_of(text)
    return [f for part in lex(lines, front_end(lines), path, lambda info: False) for f in fences_in_part(part)]


def _steps(text: str, path: Path, first: int, identity: str, rules: Rules) -> list[Step]:
    """The steps of a file from line ``first`` on, counted from 0."""
    sections = scenario_sections(lex(lines_of(text), first, path), Place(path, first + 1))
    return steps_of(sections, identity, rules)


def steps_beside(text: str, path: Path, scenario: Scenario) -> list[Step]:
    """The steps in the text of a file beside a scenario, read as its own are. Raises ScenarioError."""
    streams = any(block.notation.streams for step in scenario.steps for block in step.blocks)
    rules = Rules(PageSettings(streams=streams), nodes=scenario.nodes, tracks=scenario.tracks)
    return _steps(text, path, 0, scenario.id, rules)


def _rules(front: FrontMatter, known: Known) -> Rules:
    settings = PageSettings(streams=front.streams)
    return Rules(settings, nodes=tuple(front.nodes), tracks=tuple(front.tracks), known=known)


def _parse(text: str, path: Path, identity: str, known: Known) -> tuple[Scenario, Yaml, Rules]:
    matter, first = front_matter(lines_of(text), path)
    front = checked_front(matter, known)
    rules = _rules(front, known)
    steps = _steps(text, path, first, identity, rules)
    scenario = Scenario(
        id=identity,
        path=path,
        title=front.title,
        steps=tuple(steps),
        images=tuple(front.images),
        timeout=front.timeout,
        daemon=front.daemon,
        nodes=tuple(front.nodes),
        outside=front.outside,
        context=tuple(front.context),
        tracks=tuple(front.tracks),
        engines=tuple(sorted({b.engine for s in steps for b in s.blocks if b.engine})),
    )
    return scenario, matter, rules
