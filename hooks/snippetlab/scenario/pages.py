"""Pages in place: any Markdown file whose blocks hold commands, as one scenario or as one for each section."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pydantic

from snippetlab.errors import ScenarioError
from snippetlab.model import TRACKS, Block, Command, NotRun, Place, Scenario, Step, Track
from snippetlab.scenario.blocks import WORDS, Rules, left_alone, steps_of
from snippetlab.scenario.directives import Directives, read_directives
from snippetlab.scenario.frontmatter import front_end
from snippetlab.scenario.info import SHELLS, read_info
from snippetlab.scenario.known import ANYTHING, Known
from snippetlab.scenario.markdown import Heading, Part, lex
from snippetlab.scenario.sections import page_sections
from snippetlab.scenario.text import lines_of, read_text
from snippetlab.settings import PageSettings

# The settings of a page, given what it says itself, as ``Project.page_settings`` gives them.
SettingsOf = Callable[[Path, Mapping[str, Any]], PageSettings]
# The command that gives a base image (second) the name that a page has for it (first).
Alias = Callable[[str, str], str]


@dataclass(frozen=True)
class Page:
    """A page as it was read: its scenarios (none where it holds no command), and what of it is not run."""

    path: Path
    scenarios: tuple[Scenario, ...] = ()
    not_run: tuple[NotRun, ...] = ()

    @property
    def skipped(self) -> bool:
        """True where the whole page is not run."""
        return any(one.what == "page" for one in self.not_run)


def load_page(path: Path, identity: str, settings_of: SettingsOf, alias: Alias, known: Known = ANYTHING) -> Page:
    """The page in ``path``; ``identity`` is what its ids begin with. Raises ScenarioError with all that is wrong."""
    return parse_page(read_text(path), path, identity, settings_of, alias, known)


def parse_page(
    text: str, path: Path, identity: str, settings_of: SettingsOf, alias: Alias, known: Known = ANYTHING
) -> Page:
    """The page that ``text`` holds, as ``load_page`` gives it."""
    lines = lines_of(text)
    start = front_end(lines)
    words = {*WORDS, *SHELLS, *(word.lower() for word in settings_of(path, {}).fences)}
    parts = lex(lines, start, path, lambda info: read_info(info).word in words)
    directives = read_directives(lines[:start], parts, path)
    settings = _settings(path, settings_of, directives)
    if settings.skip:
        return Page(path, not_run=(NotRun("page", Place(path, 1), settings.skip),))
    sections = page_sections(parts, Place(path, 1), directives.options)
    steps = steps_of(sections, identity, Rules(settings, strict=False, known=known))
    not_run = [*exempt_blocks(steps), *left_alone(parts, sections, settings)]
    if not any(block.exempt is None and not block.hidden for step in steps for block in step.blocks):
        steps = []
    first = _first_block(path, settings, alias)
    whole = Scenario(
        id=identity,
        path=path,
        title=_title(parts, path),
        steps=(),
        images=tuple(sorted(set(settings.images.values()))),
        timeout=settings.timeout,
        tracks=_tracks(settings, steps),
        in_place=True,
        engines=tuple(sorted({b.engine for s in steps for b in s.blocks if b.engine})),
    )
    ordered = tuple(sorted(not_run, key=lambda one: one.place.line))
    return Page(path, _scenarios(whole, steps, settings, first), ordered)


def exempt_blocks(steps: Iterable[Step]) -> Iterator[NotRun]:
    """The blocks of steps that are shown and not run."""
    for step in steps:
        for block in step.blocks:
            if block.exempt is not None:
                yield NotRun("block", block.place, block.exempt)


def _settings(path: Path, settings_of: SettingsOf, directives: Directives) -> PageSettings:
    try:
        return settings_of(path, directives.settings)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0])
        where = directives.where.get(key, f"{path}:1")
        raise ScenarioError(f"{key}: {first['msg']}", where=where, hint="see the page on your own docs") from error


def _scenarios(whole: Scenario, steps: list[Step], settings: PageSettings, first: Block | None) -> tuple[Scenario, ...]:
    if not steps:
        return ()
    if settings.lab == "page":
        return (replace(whole, steps=(_with(steps[0], (first,) if first else ()), *steps[1:])),)
    # What is hidden above the first heading sets up the lab of each section.
    top = steps[0] if steps[0].id.endswith("#top") else None
    setup = tuple(block for block in (first, *(top.blocks if top else ())) if block and block.hidden)
    shown = [step for step in steps if any(not block.hidden for block in step.blocks)]
    return tuple(
        replace(whole, id=step.id, title=f"{whole.title}: {step.name}", steps=(_with(step, setup),)) for step in shown
    )


def _with(step: Step, blocks: tuple[Block, ...]) -> Step:
    """The step with these blocks first, unless it has them."""
    own = tuple(block for block in blocks if block not in step.blocks)
    return replace(step, blocks=(*own, *step.blocks))


def _first_block(path: Path, settings: PageSettings, alias: Alias) -> Block | None:
    """What the settings ask to be run first, which stands nowhere in the file."""
    place = Place(path, 1)
    sources = [alias(name, image) for name, image in settings.images.items() if name != image]
    sources += [settings.setup.rstrip("\n")] if settings.setup.strip() else []
    commands = tuple(Command(source, "", 0, place) for source in sources if source)
    return Block("console", "console", {}, commands, "", place, 0, 0, hidden=True) if commands else None


def _tracks(settings: PageSettings, steps: list[Step]) -> tuple[Track, ...]:
    if settings.tracks:
        return tuple(track for track in TRACKS if track in settings.tracks)
    return TRACKS if any(step.of_kind("pycon") for step in steps) else TRACKS[:1]


def _title(parts: list[Part], path: Path) -> str:
    return next((part.text for part in parts if isinstance(part, Heading) and part.text), path.stem)
