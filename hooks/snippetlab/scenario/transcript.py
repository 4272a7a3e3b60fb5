r"""Transcripts: commands with the outputs under them.

A line that begins with the prompt starts a command; lines that
begin with the second prompt, directly below, continue it; all else is output.
Four marks let any output stand in a file and be read back as it was:

``[n]``       alone on the last line: the exit code (1 for an exception). ``[0]``
              is written only below an output whose own last line looks so.
``\$ …``      an output line that would be read as a prompt has a backslash in
              front. A line that has that form itself gets one more. Only the
              first line of an output can be taken for a continuation, so
              ``> …`` further down stands as it is.
``(no-eol)``  behind a blank at the end of the last line: no newline was printed there.
``(eol)``     likewise: a newline was printed, and the line itself ends in one of these two marks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from snippetlab.errors import ScenarioError
from snippetlab.model import Command, Place
from snippetlab.scenario.markdown import Fence

PROMPTS: dict[str, tuple[str, str]] = {"console": ("$", ">"), "pycon": (">>>", "...")}
NO_EOL, EOL = " (no-eol)", " (eol)"
EXIT_LINE = re.compile(r"\[(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])\]")


def transcript(fence: Fence, kind: str) -> tuple[Command, ...]:
    """The commands of a transcript. Raises ScenarioError with every line that cannot be what it should."""
    first, more = PROMPTS[kind]
    body = fence.body
    starts = [index for index, line in enumerate(body) if _begins(line, first)]
    errors = _above(fence, starts[0] if starts else len(body), kind)
    commands = []
    for start, end in pairwise([*starts, len(body)]):
        place = _place(fence, start)
        stop = start + 1
        while stop < end and _begins(body[stop], more):
            stop += 1
        source = [body[start][len(first) + 1 :], *(line[len(more) + 1 :] for line in body[start + 1 : stop])]
        if not source[0].strip():
            hint = f"write a command behind {first}; an output line that begins so is written \\{first}"
            errors.append(ScenarioError("an empty command", where=str(place), hint=hint))
        output, code = _recorded(body[stop:end], kind)
        commands.append(Command("\n".join(source), output, code, place))
    ScenarioError.raise_all(errors)
    return tuple(commands)


def _place(fence: Fence, index: int) -> Place:
    """The place of a line of a fence's body, counted from 0."""
    return Place(fence.place.path, fence.place.line + 1 + index)


def _above(fence: Fence, first_command: int, kind: str) -> list[ScenarioError]:
    """What is wrong with the lines above the first command: none of them can be what a command printed."""
    prompt = PROMPTS[kind][0]
    typed = next((i for i, line in enumerate(fence.body[:first_command]) if line.strip()), None)
    if typed is None and first_command < len(fence.body):
        return []
    if typed is None:
        hint = f"write a command behind {prompt}, or remove the block"
        return [ScenarioError("a block without a command verifies nothing", where=str(fence.place), hint=hint)]
    line = fence.body[typed]
    what = f"this line stands above the first command: {line.strip()!r}"
    if first_command == len(fence.body):
        what = f"a block without a command verifies nothing; it begins with {line.strip()!r}"
    hint = f"a command stands behind {prompt} and a blank; for what no command printed, take another block (text)"
    return [ScenarioError(what, where=str(_place(fence, typed)), hint=hint)]


def _begins(line: str, prompt: str) -> bool:
    return line.startswith(prompt) and line[len(prompt) : len(prompt) + 1] in ("", " ")


def looks_typed(line: str, kind: str, *, first: bool) -> bool:
    """True when an output line (the ``first`` of its output or not) would be read as a prompt.

    Also for a line that is one but for the backslashes in front of it: those count the escapes.
    """
    prompt, more = PROMPTS[kind]
    bare = line.lstrip("\\")
    return _begins(bare, prompt) or (first and _begins(bare, more))


def _recorded(lines: Sequence[str], kind: str) -> tuple[str, int]:
    """The output and the exit code that the lines below a command record."""
    code = 0
    if lines and (found := EXIT_LINE.fullmatch(lines[-1])):
        code, lines = int(found[1]), lines[:-1]
    read = [
        line[1:] if line.startswith("\\") and looks_typed(line, kind, first=index == 0) else line
        for index, line in enumerate(lines)
    ]
    if read and read[-1].endswith(NO_EOL):
        return "\n".join(read).removesuffix(NO_EOL), code
    if read and read[-1].endswith(EOL):
        read[-1] = read[-1].removesuffix(EOL)
    return "".join(f"{line}\n" for line in read), code


def typed_lines(command: Command, prompt: str) -> tuple[str, ...]:
    """What is typed into a command of a ``tty`` block: the recorded lines that begin with its prompt, without it.

    A line with the prompt alone is what the program shows when it waits; nothing was typed there.
    """
    lines = command.output.split("\n")
    return tuple(line[len(prompt) :] for line in lines if prompt and line.startswith(prompt) and line != prompt)
