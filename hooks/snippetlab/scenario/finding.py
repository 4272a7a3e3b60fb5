"""From a project, and what a person names in it, to the scenarios and pages that are meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from snippetlab.errors import ScenarioError
from snippetlab.model import NotRun, Scenario
from snippetlab.scenario import find_scenarios, load
from snippetlab.scenario.known import ANYTHING, Known
from snippetlab.scenario.pages import load_page
from snippetlab.settings import Project

SUFFIXES = (".md", ".markdown", ".mdown", ".mkdn", ".mkd", ".mdx")


@dataclass(frozen=True)
class Found:
    """What can be run, what cannot be read, what of the pages is not run and why, and the pages without a command."""

    scenarios: tuple[Scenario, ...] = ()
    errors: tuple[ScenarioError, ...] = ()
    not_run: tuple[NotRun, ...] = ()
    empty: tuple[Path, ...] = ()


def is_markdown(path: Path) -> bool:
    """True for a file whose name says that it holds Markdown, in small letters or capitals."""
    return path.suffix.lower() in SUFFIXES


def find(project: Project, names: Sequence[str], known: Known = ANYTHING) -> Found:
    """Every scenario and page that ``names`` may mean; without names, all scenarios and the pages of the settings.

    A name that is a Markdown file, or a folder, outside the scenarios' folder
    means pages. A file that cannot be read stops none of the others.
    """
    base = project.scenarios
    named = [path for name in names if (path := _page_path(name, base)) is not None]
    scenarios: list[Scenario] = []
    errors: list[ScenarioError] = [] if names else list(_no_pages(project))
    set_ = (
        [] if names else [path for path in map(project.folder.joinpath, project.settings.pages) if _may_be_page(path)]
    )
    not_run: list[NotRun] = []
    empty: list[Path] = []
    if base.is_dir() and len(named) < max(len(names), 1):
        files = find_scenarios(base, known, project.page_settings)
        scenarios = files.scenarios
        errors = [e for e in files.errors if not names or any(_concerns(_file(e), n, base) for n in names)]
        not_run = [o for o in files.not_run if not names or any(_concerns(o.place.path, n, base) for n in names)]
    for path in _each_once(_files([*named, *set_], base)):
        try:
            page = load_page(path, identity(project, path), project.page_settings, known, project.folder)
        except ScenarioError as error:
            errors.append(error)
            continue
        scenarios += page.scenarios
        not_run += page.not_run
        if not page.scenarios and not page.skipped:
            empty.append(path)
    return Found(tuple(scenarios), tuple(errors), tuple(not_run), tuple(empty))


def scenarios_of(project: Project, path: Path, known: Known = ANYTHING) -> tuple[Scenario, ...]:
    """The scenarios in one file. Raises ScenarioError when it cannot be read."""
    base = project.scenarios
    if _within(path, base):
        root = base if path.is_relative_to(base) else base.resolve()
        found = load(path, root, known, project.page_settings)
        return () if isinstance(found, NotRun) else (found,)
    return load_page(path, identity(project, path), project.page_settings, known, project.folder).scenarios


def reload(scenario: Scenario, project: Project, known: Known = ANYTHING) -> Scenario:
    """The same scenario or page, as its file stands now. Raises ScenarioError when it cannot be read or is gone."""
    found = scenarios_of(project, scenario.path, known)
    again = next((other for other in found if other.id == scenario.id), None)
    if again is None:
        hint = "run the command again"
        raise ScenarioError(f"{scenario.id} was edited while its commands ran", where=str(scenario.path), hint=hint)
    return again


def identity(project: Project, path: Path) -> str:
    """What the ids of a page begin with: its path from the project's folder."""
    inside = path.resolve().is_relative_to(project.folder.resolve())
    return (path.resolve().relative_to(project.folder.resolve()) if inside else path).as_posix()


def is_page(project: Project, path: Path) -> bool:
    """True for a file that the settings name among the pages, itself or by its folder."""
    if not is_markdown(path) or _within(path, project.scenarios):
        return False
    return any(_within(path, project.folder / entry) for entry in project.settings.pages)


def _page_path(name: str, base: Path) -> Path | None:
    """The file or folder of pages that a name is; None where it is an id, or lies among the scenarios."""
    for text in (name, name.partition("#")[0]):
        path = Path(text)
        if text and path.exists() and not _within(path, base) and (path.is_dir() or is_markdown(path)):
            return path
    return None


def _no_pages(project: Project) -> Iterator[ScenarioError]:
    """An error for each entry of the setting ``pages`` that can be no page."""
    for entry in project.settings.pages:
        path = project.folder / entry
        if _may_be_page(path):
            continue
        if path.exists():
            what = f"pages names {entry!r}, which is no Markdown page"
            hint = f"the names of pages end in {', '.join(SUFFIXES)}"
        else:
            what = f"pages names {entry!r}, and there is neither a file nor a folder"
            hint = "name files and folders, by their paths from the project's folder on; patterns stand in `overrides`"
        yield ScenarioError(what, where=project.where(entry), hint=hint)


def _may_be_page(path: Path) -> bool:
    return path.is_dir() or (path.exists() and is_markdown(path))


def _within(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _files(paths: Iterable[Path], base: Path) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        # A link that leads nowhere is a page that cannot be read.
        for file in sorted(p for p in path.rglob("*") if is_markdown(p) and (p.is_file() or not p.exists())):
            hidden = any(part.startswith(".") or part == "node_modules" for part in file.relative_to(path).parts[:-1])
            if not hidden and not _within(file, base):
                yield file


def _each_once(paths: Iterable[Path]) -> list[Path]:
    """The paths without those that lead to the same file as another one: of these, the file itself is taken."""
    files: dict[Path, Path] = {}
    for path in paths:
        if files.get(path.resolve(), path).is_symlink() or path.resolve() not in files:
            files[path.resolve()] = path
    return list(files.values())


def _file(error: ScenarioError) -> Path:
    return Path((error.where or "").rpartition(":")[0])


def _concerns(path: Path, name: str, base: Path) -> bool:
    """True for the file of a scenario that ``name`` (an id or a path) means."""
    own = path.relative_to(base).with_suffix("").as_posix() if path.is_relative_to(base) else ""
    bare = name.partition("#")[0].rstrip("/")
    return own == bare or own.startswith(f"{bare}/") or _within(path, Path(bare))
