"""What a project sets: the table ``[tool.snippetlab]`` of pyproject.toml, or the file snippetlab.toml, typed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import pydantic

from snippetlab.enginetable import line_of, mistakes
from snippetlab.errors import UsageError
from snippetlab.model import TRACKS, Track
from snippetlab.patterns import matches
from snippetlab.settingwords import LIKE, like, said

FILES = ("snippetlab.toml", "pyproject.toml")
BlockWord = Literal["console", "pycon", "shell", "text"]


class _Table(pydantic.BaseModel):
    """A table in which an unknown key is an error."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class PageSettings(_Table):
    """How the blocks of a page are read and run; a project, a folder or a page may set each of these.

    ``fences`` maps further words behind a fence (beside ``console``, ``shell-session``, ``pycon`` and their
    other names) to the kind of block that it opens: ``console`` and ``pycon`` hold commands, ``shell`` does where
    it has a prompt (as ``bash`` and ``sh`` do without being named), ``text`` is left alone.
    ``prompts`` are what a command may stand behind, ``continuation`` is what each further line of it stands behind.
    ``images`` maps the name of an image on the page to the base image that
    stands in for it. With ``elision``, a recorded line ``...`` stands for any
    lines. With ``ignore_blank_lines``, blank lines between a command and its
    output, and behind the output, do not count. With ``streams``, an output
    without a mark must come from the usual stream: stdout, or stderr where the
    exit code is not 0. With ``unrecorded = "anything"``, a command below which
    no output stands may print what it likes. ``kinds_off`` names volatile
    kinds that are compared as they are. ``lab`` says what has a lab of its own:
    a whole page, or each section below a heading. ``timeout`` is the limit of a
    step in seconds. ``setup`` are commands that are run first in each lab of a page
    and shown nowhere. ``project_files`` are files and folders of the project that each lab of a page has in its
    working directory. ``skip`` is the reason why a page is not run; empty when it is.
    """

    fences: Mapping[str, BlockWord] = {}
    prompts: tuple[str, ...] = ("$ ",)
    continuation: str = "> "
    images: Mapping[str, str] = {}
    elision: bool = False
    ignore_blank_lines: bool = False
    streams: bool = False
    unrecorded: Literal["nothing", "anything"] = "nothing"
    kinds_off: tuple[str, ...] = ()
    lab: Literal["page", "heading"] = "page"
    tracks: tuple[Literal["shell", "python"], ...] = ()
    timeout: float = pydantic.Field(default=60.0, gt=0, le=3600)
    setup: str = ""
    project_files: tuple[str, ...] = ()
    skip: str = ""

    @pydantic.field_validator("prompts")
    @classmethod
    def _no_empty_prompt(cls, prompts: tuple[str, ...]) -> tuple[str, ...]:
        if not prompts or not all(prompt.strip(" *") for prompt in prompts):
            raise ValueError("a prompt without a character of its own would make every line a command")
        return prompts


# The settings of a file, given what it says itself; ``Project.page_settings`` is one.
SettingsOf = Callable[[Path, Mapping[str, Any]], PageSettings]


def own_settings(path: Path, own: Mapping[str, Any]) -> PageSettings:
    """The settings of a file in no project: what it says itself, and the defaults."""
    return PageSettings.model_validate(own)


class Override(_Table):
    """Settings for some files: ``files`` are patterns (``docs/reference/**``), ``set`` what holds for them."""

    files: tuple[str, ...] = pydantic.Field(min_length=1)
    set: Mapping[str, Any]


def in_bytes(size: str) -> int:
    """Bytes of a size such as ``512m`` or ``2g``."""
    return int(size[:-1]) << {"k": 10, "m": 20, "g": 30}[size[-1]]


class EngineSettings(_Table):
    """An engine: where its packages come from, and what makes it another than its version.

    ``suite`` is the Debian suite of the lab's user land. ``packages`` are taken
    from ``packages_from`` (a second suite) where that is given, with ``options``
    for mmdebstrap. ``version`` is what the engine's version must begin with: a lab that holds another one is refused
    (empty: any will do). ``image`` names the engine whose lab image it shares, where
    only settings or programs tell the two apart. ``programs_from`` is an image of a registry
    (of the shape of docker:dind) whose programs stand in for those of the packages: a Docker
    Engine must have it or be able to pull it. ``daemon`` is laid under what a scenario
    puts into daemon.json. The ``baseline`` is the engine whose drift always fails a check;
    exactly one has that role.
    ``tracks`` are those that run on it; the baseline runs in all.
    """

    name: str = pydantic.Field(min_length=1)
    suite: str
    packages: tuple[str, ...]
    version: str = ""
    packages_from: str = ""
    programs_from: str = ""
    options: tuple[str, ...] = ()
    image: str = ""
    daemon: Mapping[str, Any] = {}
    role: Literal["baseline", "newest", "other"] = "other"
    tracks: tuple[Track, ...] = pydantic.Field(default=TRACKS, min_length=1)

    @pydantic.model_validator(mode="after")
    def _baseline_is_whole(self) -> EngineSettings:
        if self.role == "baseline" and set(self.tracks) != set(TRACKS):
            raise ValueError("the baseline runs in every track: other engines' recordings say what is not as there")
        return self

    @property
    def source(self) -> str:
        """Where the engine itself comes from: an image, or a suite."""
        return self.programs_from or self.packages_from or self.suite

    @property
    def like(self) -> str:
        """The engine that it is but for its settings; empty where its programs are others."""
        return "" if self.programs_from else self.image


class LabLimits(_Table):
    """What one lab may take: ``memory`` (its processes and its files, which lie in memory), ``disk`` (its files
    alone), both as ``8g`` or ``512m``, and ``pids`` (processes and threads)."""

    memory: str = pydantic.Field(default="2g", pattern=r"^\d+[kmg]$")
    disk: str = pydantic.Field(default="1536m", pattern=r"^\d+[kmg]$")
    pids: int = pydantic.Field(default=8192, gt=63)


class Settings(PageSettings):
    """Everything that a project sets.

    ``pack`` names the subject (``docker``, ``plain``, or one that an installed
    package brings). ``scenarios`` is the folder of scenario files, ``pages`` are
    files and folders of pages that are checked in place, ``recipes`` holds a
    folder with a Dockerfile for each base image of the project's own. ``jobs``
    is how many labs run at once (0: three a processor).
    ``provider`` is the way to run labs (``auto``: the first that can), ``on`` are
    the addresses of Docker Engines to run them on. ``environment`` is added
    to what each step sees. ``reuse_days`` is how old a result may be that is
    taken again, ``reuse_days_outside`` the same for scenarios that reach out.
    """

    pack: str = "docker"
    scenarios: str = "snippets"
    pages: tuple[str, ...] = ()
    recipes: str = "snippets/images"
    jobs: int = pydantic.Field(default=0, ge=0)
    provider: Literal["auto", "bubblewrap", "engine"] = "auto"
    on: tuple[str, ...] = ()
    environment: Mapping[str, str] = {}
    limits: LabLimits = LabLimits()
    engines: tuple[EngineSettings, ...] = ()
    overrides: tuple[Override, ...] = ()
    reuse_days: float = pydantic.Field(default=7.0, ge=0)
    reuse_days_outside: float = pydantic.Field(default=1.0, ge=0)

    def stand_ins(self) -> frozenset[str]:
        """The base images that stand in for those of pages."""
        named = [self.images, *(override.set.get("images", {}) for override in self.overrides)]
        return frozenset(image for images in named for image in images.values())

    def kinds_turned_off(self) -> frozenset[str]:
        """The kinds of volatile values that are compared as they are, in any file."""
        return frozenset(self.kinds_off).union(*(override.set.get("kinds_off", ()) for override in self.overrides))

    def for_page(self, path: PurePosixPath, own: Mapping[str, Any] | None = None) -> PageSettings:
        """The settings of the page at ``path`` (relative to the project's folder); what nobody set is at its default.

        Overrides hold in their order, a later one over an earlier one; ``own``
        is what the page says itself and holds over all. Raises pydantic.ValidationError for
        a value of ``own`` that does not fit.
        """
        names = self.model_fields_set & PageSettings.model_fields.keys()
        values: dict[str, Any] = {name: getattr(self, name) for name in names}
        for override in self.overrides:
            if any(matches(path, pattern) for pattern in override.files):
                values |= override.set
        return PageSettings.model_validate(values | dict(own or {}))


class Project(_Table):
    """A project: its folder (from the current one, where that is shorter), its settings, and the file that holds them.

    ``file`` is None where nothing is set.
    """

    folder: Path
    settings: Settings = Settings()
    file: Path | None = None

    @property
    def scenarios(self) -> Path:
        """The folder of the scenario files."""
        return self.folder / self.settings.scenarios

    @property
    def recipes(self) -> Path:
        """The folder of the base images' recipes."""
        return self.folder / self.settings.recipes

    def where(self, value: str) -> str:
        """The line of the settings on which a text first stands in quotes; the file alone where it does not."""
        line = line_in(self.file, value) if self.file else 0
        return f"{self.file}:{line}" if line else str(self.file)

    def page_settings(self, page: Path, own: Mapping[str, Any] | None = None) -> PageSettings:
        """The settings of a page, given by its file."""
        resolved, folder = page.resolve(), self.folder.resolve()
        inside = resolved.relative_to(folder) if resolved.is_relative_to(folder) else Path(page.name)
        return self.settings.for_page(PurePosixPath(inside.as_posix()), own)


def line_in(file: Path, value: str) -> int:
    """The line of a file on which a text first stands in quotes; 0 where it does not, or where there is no file."""
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    found = re.search(rf"""["']{re.escape(value)}["']""", text)
    return text.count("\n", 0, found.start()) + 1 if found else 0


def find_project(start: Path) -> Project:
    """The project that ``start`` lies in: the nearest folder, upwards, that holds settings.

    Without any, the nearest one with a ``snippets`` folder, else ``start`` itself, with every setting at its
    default. Raises UsageError, with file and line, for settings that cannot be used.
    """
    for folder in (start, *start.resolve().parents):
        for name in FILES:
            if (found := _read(folder / name)) is not None:
                return Project(folder=_short(folder), settings=found, file=_short(folder) / name)
    for folder in (start, *start.resolve().parents):
        if (folder / Settings().scenarios).is_dir():
            return Project(folder=_short(folder))
    return Project(folder=_short(start))


def read_settings(file: Path) -> Settings:
    """The settings that a file holds. Raises UsageError when it cannot be read or holds none."""
    found = _read(file)
    if found is None:
        raise UsageError("there is no [tool.snippetlab] table", where=str(file), hint="`snippetlab init` writes one")
    return found


def _short(folder: Path) -> Path:
    here = Path.cwd()
    absolute = folder.resolve()
    return absolute.relative_to(here) if absolute.is_relative_to(here) else absolute


def _read(file: Path) -> Settings | None:
    """The settings in ``file``; None where there is no such file or it holds none."""
    if not file.is_file():
        return None
    try:
        text = file.read_text(encoding="utf-8")
        data: Any = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the settings cannot be read: {error}", where=str(file), hint="save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        where = f"{file}:{line[1]}" if line else str(file)
        raise UsageError(f"this is not TOML: {error}", where=where, hint="mend the line") from error
    if file.name == "pyproject.toml":
        data = data.get("tool", {}).get("snippetlab")
    return None if data is None else _validated(data, file, text)


def _validated(data: Any, file: Path, text: str) -> Settings:
    try:
        settings = Settings.model_validate(data)
    except pydantic.ValidationError as error:
        raise _mistake(error, file, text, Settings) from error
    for override in settings.overrides:
        try:
            settings.for_page(PurePosixPath("page.md"), override.set)
        except pydantic.ValidationError as error:
            raise _mistake(error, file, text, PageSettings) from error
    if wrong := next(mistakes(settings.engines), None):
        raise UsageError(wrong.what, where=f"{file}:{line_of(wrong, text)}", hint=wrong.hint)
    return settings


def _mistake(error: pydantic.ValidationError, file: Path, text: str, model: type[pydantic.BaseModel]) -> UsageError:
    first = error.errors()[0]
    keys = [str(part) for part in first["loc"]]
    what = {"extra_forbidden": "unknown setting", "missing": "this setting is missing"}.get(
        first["type"], said(first["msg"])
    )
    named = [key for key in keys if not key.isdigit()]
    key = "" if first["type"] == "missing" else named[-1] if named else ""
    table = _TABLES.get(keys[0], model) if len(keys) > 1 else model
    return UsageError(
        f"{'.'.join(keys)}: {what}",
        where=f"{file}:{_line(text, key, keys)}",
        hint=like(keys[0], "=")
        if keys[0] in LIKE and what != "unknown setting"
        else f"known settings: {', '.join(table.model_fields)}",
    )


_TABLES: Mapping[str, type[pydantic.BaseModel]] = {
    "engines": EngineSettings,
    "overrides": Override,
    "limits": LabLimits,
}


def _line(text: str, key: str, keys: Sequence[str]) -> int:
    """The line on which a key stands, as near as its name tells, or its table begins; TOML's reader gives none."""
    head = re.search(r"^\[+tool\.snippetlab", text, re.MULTILINE)
    start = head.start() if head else 0
    if len(keys) > 1:
        tables = [
            found.start()
            for found in re.finditer(rf"^\s*\[+[\w.]*\b{re.escape(keys[0])}\b[^\n=]*\]", text, re.MULTILINE)
        ]
        number = int(keys[1]) if keys[1].isdigit() else 0
        start = tables[number] if number < len(tables) else start
    found = (
        re.compile(rf"""^\s*(?:\[.*\b)?["']?{re.escape(key)}\b""", re.MULTILINE).search(text, start) if key else None
    )
    position = found.end() if found else start
    return text.count("\n", 0, position) + 1
