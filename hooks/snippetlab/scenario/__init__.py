"""Parses scenario files, with file and line in every error.

The way is lines → front matter, headings and fences → blocks → transcripts, a module each.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from snippetlab.errors import ScenarioError
from snippetlab.files import lines_of, read_text
from snippetlab.model import TRACKS, NotRun, Place, Scenario, Step
from snippetlab.scenario.blocks import Rules, steps_of
from snippetlab.scenario.context import link_away, read_context
from snippetlab.scenario.copied import idle_copies
from snippetlab.scenario.directives import read_directives
from snippetlab.scenario.engines import is_recordings, read_recordings, refuse_orphan
from snippetlab.scenario.frontmatter import checked_front, front_end, front_matter
from snippetlab.scenario.holds import front_holds
from snippetlab.scenario.known import ANYTHING, Known
from snippetlab.scenario.markdown import Fence, fences_in_part, lex
from snippetlab.scenario.sections import scenario_sections
from snippetlab.scenario.setup import settings_by, setup_block, tracks_of, with_first
from snippetlab.scenario.transcript import typed_lines
from snippetlab.settings import SettingsOf, own_settings
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


# What a page may set, and a scenario may not: why, and what to do.
_OF_PAGES = {
    "lab": ("a scenario runs in one lab", "make a scenario of each part that wants a lab of its own"),
    "project_files": ("project_files are those of a page", "name files beside the scenario in its context"),
}


def load(path: Path, root: Path, known: Known = ANYTHING, settings_of: SettingsOf = own_settings) -> Scenario | NotRun:
    """The scenario in ``path``, or why it is skipped. Its id is the path below ``root`` without its suffix.

    ``known`` is what it may name. Raises ScenarioError when the file cannot be read or what it names in ``context``
    is missing.
    """
    identity = path.relative_to(root).with_suffix("").as_posix()
    text = read_text(path)
    refuse_orphan(text, path)
    scenario, front, rules = _parse(text, path, identity, known, settings_of)
    if isinstance(scenario, NotRun):
        return scenario
    for index, entry in enumerate(scenario.context):
        if not (path.parent / entry).exists():
            raise ScenarioError(
                f"context {entry!r} does not exist beside the scenario",
                where=front.where("context", index),
                hint="create it, or remove it from context",
            )
        if away := link_away(path.parent, entry):
            raise ScenarioError(
                f"context {entry!r} leads to what does not lie beside the scenario: {away}",
                where=front.where("context", index),
                hint="put the file itself there, not a link to it",
            )
    others = read_recordings(path, lambda text, file: _steps_beside(text, file, identity, rules))
    return replace(scenario, others=others, files=read_context(scenario))


def discover(root: Path, known: Known = ANYTHING, settings_of: SettingsOf = own_settings) -> list[Scenario]:
    """Every scenario below ``root`` that is not skipped, sorted by id.

    Raises ScenarioError with all that is wrong in any of them.

    README.md files, the folders of the base images' recipes and whatever lies in a hidden folder are no scenarios.
    """
    found = find_scenarios(root, known, settings_of)
    ScenarioError.raise_all(found.errors)
    return found.scenarios


class ScenarioFiles(NamedTuple):
    """The scenarios of a folder, the errors of those that cannot be read, and those that are skipped."""

    scenarios: list[Scenario]
    errors: list[ScenarioError]
    not_run: list[NotRun]


def find_scenarios(root: Path, known: Known = ANYTHING, settings_of: SettingsOf = own_settings) -> ScenarioFiles:
    """Every scenario file below ``root``, sorted by id."""
    found = ScenarioFiles([], [], [])
    for path in sorted(p for p in root.rglob("*.md") if is_scenario(root, p)):
        try:
            one = load(path, root, known, settings_of)
        except ScenarioError as error:
            found.errors.append(error)
            continue
        found.not_run.append(one) if isinstance(one, NotRun) else found.scenarios.append(one)
    found.scenarios.sort(key=lambda scenario: scenario.id)
    return found


def is_scenario(root: Path, path: Path) -> bool:
    """True for a Markdown file below ``root`` that holds a scenario.

    A README.md is none, nor are another engine's recordings, nor what lies with a recipe or in a hidden folder. A link
    that leads nowhere is a scenario that cannot be read.
    """
    if path.suffix != ".md" or path.name == "README.md" or not path.is_relative_to(root):
        return False
    there = path.is_file() or (path.is_symlink() and not path.exists())
    return there and not _skipped(path.relative_to(root)) and not is_recordings(path)


def _skipped(relative: Path) -> bool:
    folders = relative.parts[:-1]
    # snippets/images/ is a chapter too: only the recipes' own folders are passed over.
    return (folders[:1] == ("images",) and len(folders) > 1) or any(folder.startswith(".") for folder in folders)


def parse(
    text: str, path: Path, identity: str, known: Known = ANYTHING, settings_of: SettingsOf = own_settings
) -> Scenario | NotRun:
    """The scenario that ``text`` holds, with ``identity`` (``chapter/scenario``) as its id, or why it is skipped.

    Raises ScenarioError with file and line.
    """
    return _parse(text, path, identity, known, settings_of)[0]


def fences_in(text: str, path: Path) -> list[Fence]:
    """Every fenced block of a whole file, front matter and all. Raises ScenarioError as ``parse`` does."""
    lines = lines_of(text)
    return [f for part in lex(lines, front_end(lines), path, lambda info: False) for f in fences_in_part(part)]


def steps_beside(text: str, path: Path, scenario: Scenario, settings_of: SettingsOf = own_settings) -> list[Step]:
    """The steps in the text of a file beside a scenario, read as its own are. Raises ScenarioError."""
    rules = _parse(read_text(scenario.path), scenario.path, scenario.id, ANYTHING, settings_of)[2]
    return _steps_beside(text, path, scenario.id, rules)


def _steps_beside(text: str, path: Path, identity: str, rules: Rules) -> list[Step]:
    return steps_of(scenario_sections(lex(lines_of(text), 0, path), Place(path, 1)), identity, rules)


def _parse(
    text: str, path: Path, identity: str, known: Known, settings_of: SettingsOf
) -> tuple[Scenario | NotRun, Yaml, Rules]:
    lines = lines_of(text)
    matter, first = front_matter(lines, path)
    front = checked_front(matter, known)
    parts = lex(lines, first, path)
    said = read_directives((), parts, path)
    for key, (what, hint) in _OF_PAGES.items():
        if key in said.settings:
            raise ScenarioError(what, where=said.where[key], hint=hint)
    own = {**front.page_settings(), **said.settings}
    settings = settings_by(settings_of, path, own, lambda key: said.where.get(key) or matter.where(key), known)
    if "streams" not in settings.model_fields_set:
        settings = settings.model_copy(update={"streams": front.streams})
    tracks = settings.tracks or TRACKS
    holds = front_holds(front.engines, matter)
    rules = Rules(settings, nodes=tuple(front.nodes), tracks=tracks, known=known, holds=holds)
    if settings.skip:
        return NotRun("page", Place(path, 1), settings.skip), matter, rules
    sections = scenario_sections(parts, Place(path, first + 1), said.options)
    steps = steps_of(sections, identity, rules)
    ScenarioError.raise_all(idle_copies(steps))
    if before := setup_block(path, settings, known.alias):
        steps = [with_first(steps[0], (before,)), *steps[1:]]
    wanted = front.images if isinstance(front.images, list) else []
    scenario = Scenario(
        id=identity,
        path=path,
        title=front.title,
        steps=tuple(steps),
        images=tuple(dict.fromkeys([*wanted, *sorted(settings.images.values())])),
        timeout=settings.timeout,
        daemon=front.daemon,
        nodes=tuple(front.nodes),
        outside=front.outside,
        context=tuple(front.context),
        tracks=tracks_of(settings, steps),
        engines=tuple(sorted({b.engine for s in steps for b in s.blocks if b.engine})),
    )
    return scenario, matter, rules
