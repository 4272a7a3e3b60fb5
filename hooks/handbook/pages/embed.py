"""Where pages name steps: the ``step`` fences of a page, read with file and line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from snippetlab.errors import SnippetLabError
from snippetlab.model import Place
from snippetlab.scenario.markdown import fences_of

OPTIONS = {"only", "fold", "picture", "title", "id", "tabs", "source"}
TABS = ("Shell|Python", "Python|Shell")
PICTURES = ("topology", "layers", "services", "nodes")
_NOTE = re.compile(r"^-\s+(?:`(?P<quoted>[^`]+)`|(?P<word>.+?)):\s+(?P<text>.+)$")


@dataclass(frozen=True)
class Note:
    """A short note of the author's, bound to a word of an output."""

    word: str
    text: str
    place: Place


@dataclass(frozen=True)
class Embed:
    """One ``step`` fence: which step, how it is shown, and the notes beside its output."""

    step_id: str
    place: Place
    notes: tuple[Note, ...] = ()
    only: str | None = None  # a track, when just that one is shown
    fold: bool = False
    picture: str | None = None
    title: str = ""
    id: str = ""
    python_first: bool = False

    @property
    def anchor(self) -> str:
        """The id of the step's element on its page."""
        return self.id or anchor_of(self.step_id)


class EmbedError(SnippetLabError):
    """A ``step`` fence cannot be read, or a note's word is not in the output."""


def anchor_of(step_id: str) -> str:
    """``networking/app#create`` as an HTML id: ``networking-app-create``."""
    return re.sub(r"[^A-Za-z0-9]+", "-", step_id).strip("-")


def parse_embed(body: str, options: Mapping[str, object], place: Place) -> Embed:
    """Read the body and the options of a ``step`` fence whose opening stands at ``place``.

    Raises EmbedError with the line of what is wrong.
    """
    unknown = sorted(set(options) - OPTIONS)
    if unknown:
        raise EmbedError(
            f"unknown option {unknown[0]!r} on a step fence",
            where=str(place),
            hint=f"options are {', '.join(sorted(OPTIONS))}",
        )
    lines = body.split("\n")
    step_id = lines[0].strip()
    if not step_id or step_id.startswith("- "):
        raise EmbedError(
            "a step fence must begin with the id of a step",
            where=str(place),
            hint="write chapter/scenario#step on the first line of the fence",
        )
    only = _text(options, "only") or None
    if only not in (None, "shell", "python"):
        raise EmbedError(f"only={only!r} is no track", where=str(place), hint='write only="shell" or only="python"')
    picture = _text(options, "picture") or None
    if picture is not None and picture not in PICTURES:
        raise EmbedError(
            f"there is no picture {picture!r}", where=str(place), hint=f"pictures are {', '.join(PICTURES)}"
        )
    tabs = _text(options, "tabs") or TABS[0]
    if tabs not in TABS:
        raise EmbedError(
            f"tabs={tabs!r} on a step fence",
            where=str(place),
            hint=f"only these work with linked tabs: {' or '.join(TABS)}",
        )
    return Embed(
        step_id,
        place,
        tuple(_notes(lines[1:], place)),
        only,
        "fold" in options and str(options["fold"]).lower() not in ("false", "no", "0"),
        picture,
        _text(options, "title"),
        _text(options, "id"),
        tabs == TABS[1],
    )


def _text(options: Mapping[str, object], name: str) -> str:
    value = options.get(name, "")
    return value if isinstance(value, str) else ""


def _notes(lines: list[str], place: Place) -> list[Note]:
    notes: list[Note] = []
    for offset, line in enumerate(lines, start=2):
        here = Place(place.path, place.line + offset)
        if not line.strip():
            continue
        if found := _NOTE.match(line.strip()):
            notes.append(Note(found["quoted"] or found["word"], found["text"], here))
        elif notes and line[:1].isspace():
            # A note may go on in indented lines.
            last = notes[-1]
            notes[-1] = Note(last.word, f"{last.text} {line.strip()}", last.place)
        else:
            raise EmbedError(
                f"this line of a step fence is no note: {line.strip()!r}",
                where=str(here),
                hint="write `- WORD: text`; WORD stands in the output",
            )
    return notes


@dataclass(frozen=True)
class Fence:
    """A ``step`` fence as it stands in the page: its line, what stands behind ``step``, its body, its last line."""

    place: Place
    info: str
    body: str
    end: int


def find_fences(text: str, path: Path, *, first_line: int = 1) -> list[Fence]:
    """Every ``step`` fence of a Markdown page, in order.

    Fences inside other fences (examples of how to write one) are left out.
    ``first_line`` is the number of the text's first line in the file. Raises
    ScenarioError for a ``step`` fence that is not closed or that Markdown takes for text.
    """
    found = []
    for fence in fences_of(text, path, _is_step, first_line=first_line):
        if _is_step(fence.info):
            info = fence.info.partition(" ")[2].strip()
            found.append(Fence(fence.place, info, "\n".join(fence.body), fence.end))
    return found


def _is_step(info: str) -> bool:
    return info.split(" ", 1)[0] == "step"


def with_lines(text: str, *, first_line: int = 1) -> str:
    """The page with each ``step`` fence told its own line, as an option ``line="N"``.

    The Markdown renderer does not know lines; errors need them.
    """
    lines = text.split("\n")
    for fence in find_fences(text, Path(), first_line=first_line):
        index = fence.place.line - first_line
        lines[index] = re.sub(r"([`~]{3,}[ \t]*step)\b", rf'\1 line="{fence.place.line}"', lines[index], count=1)
    return "\n".join(lines)
