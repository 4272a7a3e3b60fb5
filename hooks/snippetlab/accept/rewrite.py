"""Writes outputs back into scenario files; every other byte stays.

How outputs stand in a file is told in ``scenario``, which reads what is written here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from snippetlab.accept.renew import Line, renewed
from snippetlab.compare.reading import Reading
from snippetlab.compare.streams import stream_message
from snippetlab.errors import ScenarioError
from snippetlab.model import Block, Command, CommandCapture
from snippetlab.scenario import fences_in
from snippetlab.scenario.markdown import Fence, as_commented

Body = Sequence[Line]  # the new body of a block


def text_of(block: Block, body: Body) -> str:
    """A new body as text."""
    old = block.text.split("\n")
    return "".join(f"{old[line] if isinstance(line, int) else line}\n" for line in body)


def format_body(block: Block, commands: Sequence[CommandCapture | None], reading: Reading) -> Body:
    """The body of a console or pycon block with these outputs, one for each of its commands.

    A command with None, or whose output and exit code are as recorded, keeps its lines.
    Raises ValueError for an exit code that is none (0 to 255).
    """
    end = block.text.count("\n")
    bounds = [*(c.place.line - block.body_start for c in block.commands), end]
    body: list[Line] = list(range(bounds[0]))
    for command, done, (start, stop) in zip(block.commands, commands, pairwise(bounds), strict=True):
        if done is None or _as_recorded(block, command, done):
            body += range(start, stop)
        else:
            body += renewed(block, command, done, stop, reading)
    return body


def _as_recorded(block: Block, command: Command, done: CommandCapture) -> bool:
    same = (done.output, done.exit_code) == (command.output, command.exit_code)
    return same and not stream_message(block, command, done)


def rewrite(text: str, path: Path, changes: Sequence[tuple[Block, Body]]) -> str:
    """``text`` with the bodies of the given blocks replaced; fences grow where a body would close them.

    ``text`` is the whole file at ``path`` that the blocks were read from. Raises
    ScenarioError when a block no longer stands there as it was read.
    """
    lines = text.split("\n")
    fences = _fences(text, path)
    for block, body in sorted(changes, key=lambda change: -change[0].body_start):
        fence = fences.get(block.place.line)
        if fence is None or "".join(f"{line}\n" for line in fence.body) != block.text:
            hint = "nothing was written to it; run the command again"
            raise ScenarioError("the file changed in the meantime", where=str(block.place), hint=hint)
        first, end = fence.place.line, fence.end - 1  # the body is lines[first:end], the marks stand around it
        old = lines[first:end]
        carriage = "\r" if lines[first - 1].endswith("\r") else ""
        body = [as_commented(line) if fence.commented and isinstance(line, str) else line for line in body]
        new = [line for line in body if isinstance(line, str)]
        marks = _long_enough(fence.mark, new)
        lines[first:end] = [
            old[line] if isinstance(line, int) else f"{fence.prefix}{line}".rstrip(" \t" if not line else "") + carriage
            for line in body
        ]
        for at in (first - 1, first + len(body)):
            lines[at] = _with_marks(lines[at], marks)
    new_text = "\n".join(lines)
    _make_sure(new_text, path, fences, changes)
    return new_text


def _fences(text: str, path: Path) -> dict[int, Fence]:
    """The blocks of a file by the line of their opening; none when the file cannot be read."""
    try:
        return {fence.place.line: fence for fence in fences_in(text, path)}
    except ScenarioError:
        return {}


def _make_sure(text: str, path: Path, before: Mapping[int, Fence], changes: Sequence[tuple[Block, Body]]) -> None:
    """Read what is about to be written: each block must say what it should. Raises ScenarioError."""
    wanted = {line: list(fence.body) for line, fence in before.items()}
    wanted |= {block.place.line: text_of(block, body).split("\n")[:-1] for block, body in changes}
    if [list(fence.body) for fence in _fences(text, path).values()] != list(wanted.values()):
        first = min((block for block, _ in changes), key=lambda block: block.body_start)
        hint = "nothing was written to this file; move the block out of its list, quote or comment"
        what = "the new outputs cannot stand where this block is, or one below it"
        raise ScenarioError(what, where=str(first.place), hint=hint)


def _long_enough(marks: str, body: Sequence[str]) -> str:
    """A fence's marks, more of them than in every line of ``body`` that could be taken for its end."""
    found = (re.match(rf" {{0,3}}({re.escape(marks[0])}{{{len(marks)},}})", line) for line in body)
    longest = max((len(line[1]) for line in found if line), default=0)
    return marks[0] * (longest + 1) if longest else marks


def _with_marks(line: str, marks: str) -> str:
    """An opening or closing line of a fence with at least these marks."""
    return re.sub(r"`{3,}|~{3,}", lambda found: max(found[0], marks, key=len), line, count=1)
