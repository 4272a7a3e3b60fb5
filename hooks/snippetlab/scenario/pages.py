"""Pages in place: any Markdown file whose blocks hold commands, as one scenario or as one for each section."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from snippetlab.errors import ScenarioError
from snippetlab.files import lines_of, read_text
from snippetlab.model import TRACKS, Block, NotRun, Place, Scenario, Step, Track
from snippetlab.scenario.blocks import WORDS, Rules, left_alone, steps_of
from snippetlab.scenario.copied import idle_copies
from snippetlab.scenario.directives import read_directives
from snippetlab.scenario.frontmatter import front_end
from snippetlab.scenario.info import SHELLS, read_info
from snippetlab.scenario.known import ANYTHING, Known
from snippetlab.scenario.markdown import Heading, Part, lex
from snippetlab.scenario.sections import page_sections
from snippetlab.scenario.setup import exempt_blocks, settings_by, setup_block, with_first
from snippetlab.settings import PageSettings, SettingsOf


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


def load_page(path: Path, identity: str, settings_of: SettingsOf, known: Known = ANYTHING) -> Page:
    """The page in ``path``; ``identity`` is what its ids begin with. Raises ScenarioError with all that is wrong."""
    return parse_page(read_text(path), path, identity, settings_of, known)


def parse_page(text: str, path: Path, identity: str, settings_of: SettingsOf, known: Known = ANYTHING) -> Page:
    """The page that ``text`` holds, as ``load_page`` gives it."""
    lines = lines_of(text)
    start = front_end(lines)
    words = {*WORDS, *SHELLS, *(word.lower() for word in settings_of(path, {}).fences)}
    parts = lex(lines, start, path, lambda info: read_info(info).word in words)
    directives = read_directives(lines[:start], parts, path)
    settings = settings_by(
        settings_of, path, directives.settings, lambda key: directives.where.get(key, f"{path}:1"), known
    )
    if settings.skip:
        return Page(path, not_run=(NotRun("page", Place(path, 1), settings.skip),))
    sections = page_sections(parts, Place(path, 1), directives.options)
    steps = steps_of(sections, identity, Rules(settings, strict=False, known=known))
    ScenarioError.raise_all(idle_copies(steps))
    not_run = [*exempt_blocks(steps), *left_alone(parts, sections, settings)]
    if not any(block.exempt is None and not block.hidden for step in steps for block in step.blocks):
        steps = []
    first = setup_block(path, settings, known.alias)
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


def _scenarios(whole: Scenario, steps: list[Step], settings: PageSettings, first: Block | None) -> tuple[Scenario, ...]:
    if not steps:
        return ()
    if settings.lab == "page":
        return (replace(whole, steps=(with_first(steps[0], (first,) if first else ()), *steps[1:])),)
    # What is hidden above the first heading sets up the lab of each section.
    top = steps[0] if steps[0].id.endswith("#top") else None
    setup = tuple(block for block in (first, *(top.blocks if top else ())) if block and block.hidden)
    shown = [step for step in steps if any(not block.hidden for block in step.blocks)]
    return tuple(
        replace(whole, id=step.id, title=f"{whole.title}: {step.name}", steps=(with_first(step, setup),))
        for step in shown
    )


def _tracks(settings: PageSettings, steps: list[Step]) -> tuple[Track, ...]:
    if settings.tracks:
        return tuple(track for track in TRACKS if track in settings.tracks)
    return TRACKS if any(step.of_kind("pycon") for step in steps) else TRACKS[:1]


def _title(parts: list[Part], path: Path) -> str:
    return next((part.text for part in parts if isinstance(part, Heading) and part.text), path.stem)
