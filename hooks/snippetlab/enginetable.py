"""What is wrong with a project's table of engines as a whole, though each engine in it may stand by itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

ALL = "all"  # as a name on the command line, it means every engine
# A name is part of the names of files, and of what stands between blanks and commas.
_NAME = re.compile(r"\w[\w.+-]*")


class Mistake(NamedTuple):
    """What is wrong, the value that it shows at (the n-th time that it stands there), and what to do next."""

    what: str
    key: str
    value: str
    times: int
    hint: str


class Row(Protocol):
    """What counts of an engine's settings here."""

    @property
    def name(self) -> str:
        """What it is asked for by."""

    @property
    def image(self) -> str:
        """The engine whose lab image it shares; empty for none."""

    @property
    def role(self) -> str:
        """``baseline``, ``newest``, or another."""


def mistakes(engines: Sequence[Row]) -> Iterator[Mistake]:
    """What is wrong with a table of engines; nothing where there is none."""
    if not engines:
        return
    for name, count in Counter(engine.name for engine in engines).items():
        if count > 1:
            yield Mistake(f"{count} engines have the name {name!r}", "name", name, 2, "give each a name of its own")
        if name == ALL or not _NAME.fullmatch(name):
            hint = f"letters, digits, dots and hyphens make a name, and {ALL!r} means every engine"
            yield Mistake(f"{name!r} cannot be the name of an engine", "name", name, 1, hint)
    known = [engine.name for engine in engines]
    for engine in engines:
        if engine.image and engine.image not in known:
            hint = f"image names the engine whose lab image this one shares: {', '.join(known)}"
            yield Mistake(f"there is no engine {engine.image!r}", "image", engine.image, 1, hint)
    baselines, newest = ([e.name for e in engines if e.role == role] for role in ("baseline", "newest"))
    if len(baselines) != 1:
        what = f"{len(baselines)} engines have the role baseline, one must"
        yield Mistake(what, "role", "baseline", 2, 'write role = "baseline" at just one engine')
    if len(newest) > 1:
        what = f"{len(newest)} engines have the role newest, one may"
        yield Mistake(what, "role", "newest", 2, 'write role = "newest" at one engine alone')


def line_of(mistake: Mistake, text: str) -> int:
    """The line of the settings that a mistake shows at, as near as its value tells; TOML's reader gives none."""
    value = re.escape(mistake.value)
    found = list(re.finditer(rf"""\b{mistake.key}["']?\s*=\s*["']{value}["']""", text))
    if not found:
        found = list(re.finditer(rf"\b{mistake.key}\b|\bengines\b", text))
    at = found[min(mistake.times, len(found)) - 1].start() if found else 0
    return text.count("\n", 0, at) + 1
