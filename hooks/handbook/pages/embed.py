"""Where pages name steps: the ``step`` fences of a page (and its Python blocks), read with file and line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from snippetlab.errors import SnippetLabError
from snippetlab.model import Place
from snippetlab.scenario.markdown import fences_of

OPTIONS = {"only", "fold", "title", "id", "tabs", "source"}
TABS = ("Shell|Python", "Python|Shell")
_OPTION = r"""(?:^|\s){}=(?P<quote>["'])(?P<value>.*?)(?P=quote)"""
_OPTION_ID = re.compile(_OPTION.format("id"))
_OPTION_ONLY = re.compile(_OPTION.format("only"))
# An id stands in links and style sheets too: letters, digits and hyphens mean the same in all of them.
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
# `- [26.1, 20.10] WORD: text` holds for these engines alone, `- [>=23] WORD: text` for those of a range.
ENGINE = r"(?:\d+\.[\w.-]+|[<>]=?\s*\d+(?:\.\d+)*)"
_NOTE = re.compile(
    rf"^-\s+(?:\[(?P<engines>{ENGINE}(?:,\s*{ENGINE})*)\]\s+)?(?:`(?P<quoted>[^`]+)`|(?P<word>.+?)):\s+(?P<text>.+)$"
)


@dataclass(frozen=True)
class Note:
    """A short note of the author's, bound to a word of an output: on ``engines`` (names, or bounds such as ``>=23``),
    or on all where none is named."""

    word: str
    text: str
    place: Place
    engines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Embed:
    """One ``step`` fence: which step, how it is shown, and the notes beside its output."""

    step_id: str
    place: Place
    notes: tuple[Note, ...] = ()
    only: str | None = None  # a track, when just that one is shown
    fold: bool = False
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
    own = _text(options, "id")
    if own and not _ID.fullmatch(own):
        raise EmbedError(
            f"id={own!r} is no id", where=str(place), hint="write letters, digits and hyphens, and a letter first"
        )
    only = _text(options, "only") or None
    if only not in (None, "shell", "python"):
        raise EmbedError(f"only={only!r} is no track", where=str(place), hint='write only="shell" or only="python"')
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
        _text(options, "title"),
        own,
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
            engines = tuple(re.split(r",\s*", found["engines"])) if found["engines"] else ()
            notes.append(Note(found["quoted"] or found["word"], found["text"], here, engines))
        elif notes and line[:1].isspace():
            # A note may go on in indented lines.
            last = notes[-1]
            notes[-1] = replace(last, text=f"{last.text} {line.strip()}")
        else:
            raise EmbedError(
                f"this line of a step fence is no note: {line.strip()!r}",
                where=str(here),
                hint="write `- WORD: text`; WORD stands in the output",
            )
    return notes


@dataclass(frozen=True)
class Fence:
    """A fence that the build fills, as it stands in the page: its line, what stands behind its word, its body, its
    last line."""

    place: Place
    info: str
    body: str
    end: int

    @property
    def step_id(self) -> str:
        """The id of the step that a ``step`` fence names."""
        return self.body.split("\n", 1)[0].strip()

    @property
    def anchor(self) -> str:
        """The id of the step's element: the fence's own, else one made from the step's."""
        own = _OPTION_ID.search(self.info)
        return own["value"] if own else anchor_of(self.step_id)

    @property
    def only(self) -> str | None:
        """The track that alone is shown; None where both are."""
        found = _OPTION_ONLY.search(self.info)
        return found["value"] if found else None


@dataclass(frozen=True)
class Fences:
    """The fences of a page that the build fills: embedded steps, and Python blocks with ``exec``."""

    steps: tuple[Fence, ...] = ()
    blocks: tuple[Fence, ...] = ()


def find_fences(text: str, path: Path, *, first_line: int = 1) -> Fences:
    """Every ``step`` fence and every executed ``python`` fence of a Markdown page, in order.

    Fences inside other fences (examples of how to write one) are left out.
    ``first_line`` is the number of the text's first line in the file. Raises
    ScenarioError for a ``step`` fence that is not closed or that Markdown takes for text.
    """
    steps: list[Fence] = []
    blocks: list[Fence] = []
    for fence in fences_of(text, path, _is_filled, first_line=first_line):
        word, _, info = fence.info.partition(" ")
        found = Fence(fence.place, info.strip(), "\n".join(fence.body), fence.end)
        if word == "step":
            steps.append(found)
        elif _is_filled(fence.info):
            blocks.append(found)
    return Fences(tuple(steps), tuple(blocks))


def _is_filled(info: str) -> bool:
    word, *options = info.split()
    return word == "step" or (word == "python" and any(option.startswith("exec=") for option in options))


def with_lines(text: str, *, first_line: int = 1) -> str:
    """The page with each fence that the build fills told its own line, as an option ``line="N"``.

    The Markdown renderer does not know lines; errors need them.
    """
    lines = text.split("\n")
    fences = find_fences(text, Path(), first_line=first_line)
    for fence in (*fences.steps, *fences.blocks):
        index = fence.place.line - first_line
        option = rf'\1 line="{fence.place.line}"'
        lines[index] = re.sub(r"([`~]{3,}[ \t]*(?:step|python))\b", option, lines[index], count=1)
    return "\n".join(lines)
