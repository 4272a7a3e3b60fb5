"""Pages in place: any Markdown file whose blocks hold commands, as one scenario or as one for each section."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from snippetlab.errors import ScenarioError
from snippetlab.files import lines_of, read_text
from snippetlab.model import Block, NotRun, Place, Scenario, Step
from snippetlab.scenario.blocks import WORDS, Rules, left_alone, steps_of
from snippetlab.scenario.context import folder_of, lies_within, link_away, read_context
from snippetlab.scenario.copied import idle_copies
from snippetlab.scenario.directives import read_directives
from snippetlab.scenario.frontmatter import front_end
from snippetlab.scenario.info import SHELLS, read_info
from snippetlab.scenario.known import ANYTHING, Known
from snippetlab.scenario.markdown import Heading, Part, lex
from snippetlab.scenario.sections import page_sections
from snippetlab.scenario.setup import exempt_blocks, settings_by, setup_block, tracks_of, with_first
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


def load_page(
    path: Path, identity: str, settings_of: SettingsOf, known: Known = ANYTHING, folder: Path | None = None
) -> Page:
    """The page in ``path``; ``identity`` is what its ids begin with. ``folder`` is that of the project.

    Raises ScenarioError with all that is wrong.
    """
    return parse_page(read_text(path), path, identity, settings_of, known, folder)


def parse_page(
    text: str, path: Path, identity: str, settings_of: SettingsOf, known: Known = ANYTHING, folder: Path | None = None
) -> Page:
    """The page that ``text`` holds, as ``load_page`` gives it."""
    lines = lines_of(text)
    start = front_end(lines)
    words = {*WORDS, *SHELLS, *(word.lower() for word in settings_of(path, {}).fences)}
    parts = lex(lines, start, path, lambda info: read_info(info).word in words)
    directives = read_directives(lines[:start], parts, path)

    def where(key: str) -> str:
        return directives.where.get(key, f"{path}:1")

    settings = settings_by(settings_of, path, directives.settings, where, known)
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
        tracks=tracks_of(settings, steps),
        in_place=True,
        context=settings.project_files,
        context_from=folder,
        engines=tuple(sorted({b.engine for s in steps for b in s.blocks if b.engine})),
    )
    if steps and whole.context:
        _refuse_missing(whole, where("project_files"))
        whole = replace(whole, files=read_context(whole))
    ordered = tuple(sorted(not_run, key=lambda one: one.place.line))
    return Page(path, _scenarios(whole, steps, settings, first), ordered)


def _refuse_missing(page: Scenario, where: str) -> None:
    """Raises ScenarioError for a file that a page wants and that does not lie in the project's folder."""
    folder = folder_of(page)
    for entry in page.context:
        what = ""
        if not lies_within(entry):
            what = f"project_files: {entry!r} is no file or folder below the project's folder"
        elif not (folder / entry).exists():
            what = f"project_files: there is no {entry!r} in the project's folder"
        elif away := link_away(folder, entry):
            what = f"project_files: {entry!r} leads to what does not lie in the project's folder: {away}"
        if what:
            raise ScenarioError(what, where=where, hint="name files and folders by their paths from that folder on")


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


def _title(parts: list[Part], path: Path) -> str:
    return next((part.text for part in parts if isinstance(part, Heading) and part.text), path.stem)
