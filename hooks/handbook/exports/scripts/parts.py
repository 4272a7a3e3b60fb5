"""What a script of a scenario does, piece by piece. Both the judge and the texts read it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from snippetlab.model import Block, Command, Scenario, Step, Track
from snippetlab.scenario import typed_lines
from snippetlab.scenario.context import context_files

from handbook.html.clipboard import python_body

# The lab's home and working directory, for which a script has a folder of its own: in Python as the beginning of a
# string, in shell as a word (in containers it is somebody else's home).
_HOME_STRING = re.compile(r"""(?<!\w)(["'])/root((?:[/:][^"'{}\\]*)?)\1""")
_HOME_WORD = re.compile(r"(?<![\w/.:=-])/root(?=[/\s]|$)")
_RAISED = re.compile(r"^(?:\w+\.)*([A-Z]\w*)(?::|$)", re.MULTILINE)


@dataclass(frozen=True)
class FilePart:
    """A file below the part's folder, whatever folder the commands have gone to. ``name`` is as the page has it."""

    name: str
    data: bytes
    executable: bool = False

    @property
    def text(self) -> str | None:
        """The content; None where it is no text that a script can hold as such."""
        try:
            text = self.data.decode()
        except UnicodeDecodeError:
            return None
        return None if re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text) else text


@dataclass(frozen=True)
class ShellPart:
    """A shell command and the exit code that it should have.

    ``typed`` is None for a command without a terminal; else pairs of a prompt and
    the line that is typed when it shows (an empty prompt means at once).
    """

    source: str
    exit_code: int
    typed: tuple[tuple[str, str], ...] | None
    shown: str  # its first line, as the page shows it


@dataclass(frozen=True)
class PythonPart:
    """A piece of code, as the script holds it; ``raised`` names the exception that it should end with."""

    source: str
    raised: str | None
    shown: str


Part = FilePart | ShellPart | PythonPart


def context_parts(scenario: Scenario) -> Iterator[FilePart]:
    """The files beside a scenario."""
    for file in context_files(scenario):
        name = file.relative_to(scenario.path.parent).as_posix()
        yield FilePart(name, file.read_bytes(), bool(file.stat().st_mode & 0o100))


def parts_of(step: Step, track: Track) -> Iterator[Part]:
    """What a step does in a track, in order."""
    for block in step.in_track(track):
        if block.kind == "file":
            yield FilePart(block.option("file") or "", block.text.encode("utf-8", "surrogatepass"))
        elif block.kind == "console":
            yield from (_shell(command, block) for command in block.commands)
        elif block.kind == "pycon":
            yield from (_python(command) for command in block.commands)


def _shell(command: Command, block: Block) -> ShellPart:
    source, shown = command.source, command.source.splitlines()[0]
    if not source.startswith("docker "):
        source = _HOME_WORD.sub("$HOME", source)
    return ShellPart(source, command.exit_code, _typed(command, block) if block.tty else None, shown)


def _typed(command: Command, block: Block) -> tuple[tuple[str, str], ...]:
    prompt = block.option("prompt")
    lines = typed_lines(command, prompt) if prompt else ()
    first = (("", "^M"),) if "enter" in block.options else ()
    return (*first, *((prompt or "", line) for line in lines))


def _python(command: Command) -> PythonPart:
    source = _HOME_STRING.sub(r"f\1{page_folder}\2\1", python_body([command]))
    raised = _RAISED.search(command.output) if command.exit_code else None
    name = (raised[1] if raised else "Exception") if command.exit_code else None
    return PythonPart(source, name, command.source.splitlines()[0])
