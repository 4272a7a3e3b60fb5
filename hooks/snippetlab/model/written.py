"""What a person writes: scenarios and pages, as they were read. Plain and frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from snippetlab.model.holds import Holds

Track = Literal["shell", "python"]
TRACKS: tuple[Track, ...] = ("shell", "python")


@dataclass(frozen=True)
class Place:
    """A line of a file. ``str()`` gives ``path:line``; lines count from 1."""

    path: Path
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True)
class Rule:
    """A volatile rule of one step: what ``pattern`` (a regular expression) matches
    is replaced by ``<name>`` on both sides before comparing. ``reason`` is shown."""

    pattern: str
    name: str
    reason: str


@dataclass(frozen=True)
class LineRule:
    """How one recorded line is compared, where it is not compared as it is.

    ``line`` counts the recorded output's lines from 0. ``any`` stands for one
    line, whatever it says, ``re`` for one line that ``pattern`` matches as a
    whole, ``elision`` for any number of lines, none among them.
    """

    line: int
    how: Literal["any", "re", "elision"]
    pattern: str = ""


class Stream(StrEnum):
    """Where an output came from."""

    OUT = "stdout"
    ERR = "stderr"
    BOTH = "stdout, stderr"

    @classmethod
    def usual(cls, exit_code: int) -> Stream:
        """Where an output is taken to come from where nothing is said: results from one, complaints from the other."""
        return cls.ERR if exit_code else cls.OUT


@dataclass(frozen=True)
class Notation:
    """How the transcripts of a block are written.

    A command stands behind one of ``prompts`` (``*`` in one is any text), what
    continues it behind ``continuation``. ``shell`` says that commands are a
    shell's: a backslash, a quote or a here-document continues them.
    ``streams`` says that an output without a mark is one from the usual stream.
    ``unrecorded`` is what a command without a recorded output may print.
    ``lookalikes`` says that other prompts in an output are taken for mistakes.
    """

    prompts: tuple[str, ...] = ("$ ",)
    continuation: str = "> "
    elision: bool = False
    ignore_blank_lines: bool = False
    streams: bool = False
    unrecorded: Literal["nothing", "anything"] = "nothing"
    shell: bool = True
    lookalikes: bool = True


@dataclass(frozen=True)
class Command:
    """One command of a transcript and what was recorded under it.

    ``source`` is what is typed, without prompts; continuation lines are joined
    by ``\\n``. ``output`` is the recorded text, every line ending in ``\\n``
    (but the last where none was printed; empty when nothing is printed). A command of a ``tty`` block may hold typed
    lines in its output: they begin with the block's ``prompt`` option.

    ``output_start`` is the line of the block's body, from 0, on which the output begins.
    """

    source: str
    output: str
    exit_code: int
    place: Place
    rules: tuple[LineRule, ...] = ()  # of single lines of the output
    unordered: bool = False  # the output's lines may come in any order
    output_start: int = 0
    stream: Stream | None = None  # where the output comes from; None where no mark says it
    quiet: str = ""  # what a page says in place of a command that runs and teaches nothing


BlockKind = Literal["console", "pycon", "file", "capture"]


@dataclass(frozen=True)
class Block:
    """One fenced block of a step.

    ``console`` and ``pycon`` blocks hold commands. A ``file`` block writes
    ``text`` to ``option('file')`` in the lab's working directory. A ``capture``
    block holds, as recorded JSON in ``text``, a structure that is read through
    docker-py after the commands above it; ``option('capture')`` says which
    (``networks``, ``network:NAME``, ``container:NAME``, ``topology``,
    ``history:IMAGE`` …). ``language`` is the word behind the fence.
    """

    kind: BlockKind
    language: str
    options: Mapping[str, str]
    commands: tuple[Command, ...]
    text: str
    place: Place
    body_start: int  # first line of the body, counted from 1
    body_end: int  # line of the closing fence, counted from 1
    notation: Notation = Notation()
    hidden: bool = False  # it stands in a comment: readers do not see it

    @property
    def silence_means_nothing(self) -> bool:
        """True where a command without a recorded output may print anything: nobody sees it, or the settings say so."""
        return self.hidden or self.notation.unrecorded == "anything"

    def option(self, name: str) -> str | None:
        """The value of an option, ``""`` for a bare word, ``None`` when absent."""
        return self.options.get(name)

    @property
    def tty(self) -> bool:
        """True when the commands run under a terminal."""
        return "tty" in self.options

    @property
    def engine(self) -> str | None:
        """The engine that a variant is for; ``None`` for the baseline."""
        return self.options.get("engine")

    @property
    def node(self) -> str | None:
        """The lab, of several joined ones, in which the block runs; ``None`` for the first."""
        return self.options.get("node")

    @property
    def exempt(self) -> str | None:
        """The reason why the block is shown but not executed; ``None`` when it runs."""
        return self.options.get("exempt")


@dataclass(frozen=True)
class Step:
    """One section of a scenario or a page. ``id`` is ``chapter/scenario#step``, or ``docs/page.md#section``."""

    id: str
    name: str
    blocks: tuple[Block, ...]
    rules: tuple[Rule, ...]
    place: Place
    kinds_off: tuple[str, ...] = ()  # names of volatile kinds that are compared as they are here
    holds: Holds | None = None  # the engines that it runs on, where that is not all

    def of_kind(self, kind: BlockKind) -> tuple[Block, ...]:
        """The step's blocks of one kind, in order."""
        return tuple(b for b in self.blocks if b.kind == kind)

    def in_track(self, track: Track) -> tuple[Block, ...]:
        """The baseline blocks that run in ``track``, in order.

        The python track takes the ``pycon`` blocks; a step that has none is run
        by its ``console`` blocks, so that each track is whole. Files, captures
        and what readers do not see (set-up and clean-up) belong to both. Exempt
        blocks run in none; nor do variants for other engines.
        """
        own = "console" if track == "shell" or not self.of_kind("pycon") else "pycon"
        kinds = (own, "file", "capture")
        runs = [b for b in self.blocks if b.exempt is None and b.engine is None]
        return tuple(b for b in runs if b.kind in kinds or (b.hidden and b.kind == "console"))


@dataclass(frozen=True)
class Entry:
    """What one step prints on another engine: for each kind of block that differs, all of the step's that run."""

    place: Place
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Recordings:
    """The recordings of a scenario that differ on ``engine``, by step name, and the file that holds them.

    ``unread`` is why that file cannot be read, as its scenario is now: places (``file:line``) and what is wrong there.
    """

    engine: str
    path: Path
    entries: Mapping[str, Entry]
    unread: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ContextFile:
    """A file that a scenario copies into its lab: its SHA-256, and its ``text`` where it is one of a usual size."""

    sha256: str
    text: str = ""


@dataclass(frozen=True)
class Scenario:
    """One Markdown file, run from top to bottom in one lab: a scenario, or a page in place (or a section of it).

    ``images`` are the base images beyond busybox and debian:bookworm.
    ``timeout`` is the limit of each step in seconds. ``daemon`` is the content
    of daemon.json. ``nodes`` names further labs that are joined to the first by
    a network. ``outside`` gives the lab a way to the package mirrors.
    ``context`` names folders or files beside the scenario that are copied into
    the working directory; ``files`` is what they hold. Of a page, they lie in the project's folder, ``context_from``.
    ``tracks`` are those that run.
    """

    id: str  # chapter/scenario
    path: Path
    title: str
    steps: tuple[Step, ...]
    images: tuple[str, ...] = ()
    timeout: float = 60.0
    daemon: Mapping[str, Any] = field(default_factory=dict)
    nodes: tuple[str, ...] = ()
    outside: bool = False
    context: tuple[str, ...] = ()
    context_from: Path | None = None
    files: tuple[ContextFile, ...] = ()
    tracks: tuple[Track, ...] = TRACKS
    engines: tuple[str, ...] = ()  # engines that some step holds a variant for
    others: Mapping[str, Recordings] = field(default_factory=dict)  # by engine: where it prints something else
    in_place: bool = False  # a page: it keeps the recordings of one engine

    def step(self, name: str) -> Step:
        """The step of that name. Raises KeyError when there is none."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)


@dataclass(frozen=True)
class NotRun:
    """A page, or one block, that readers see and that no run takes part in, with the reason.

    So is an engine that could not be had: its recordings stand as they are. A file that nobody could read
    is ``unreadable``: that is a fault, and the others are none.
    """

    what: Literal["page", "block", "engine", "unreadable"]
    place: Place
    reason: str
