"""Writes outputs back into scenario files; every other byte stays.

How outputs stand in a file is told in ``scenario``, which reads what is written here.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from snippetlab.errors import ScenarioError, SnippetLabError
from snippetlab.model import Block, CommandCapture
from snippetlab.scenario import EOL, EXIT_LINE, NO_EOL, dedent, looks_typed


def format_body(block: Block, commands: Sequence[CommandCapture]) -> str:
    """The body of a console or pycon block with these outputs, one for each of its commands.

    A command whose output and exit code are as recorded keeps its lines as they
    are. Output above the first command, which no command printed, is left out.
    Raises ValueError for an exit code that is none (0 to 255).
    """
    lines = block.text.split("\n")[:-1]
    bounds = [*(c.place.line - block.body_start for c in block.commands), len(lines)]
    parts: list[str] = []
    for command, done, (start, end) in zip(block.commands, commands, pairwise(bounds), strict=True):
        if (done.output, done.exit_code) == (command.output, command.exit_code):
            parts += lines[start:end]
        else:
            parts += lines[start : start + command.source.count("\n") + 1]
            parts += _recording(done.output, done.exit_code, block.kind)
    return "".join(f"{part}\n" for part in parts)


def _recording(output: str, exit_code: int, kind: str) -> Iterator[str]:
    """The lines that record an output and an exit code."""
    if not 0 <= exit_code <= 255:
        raise ValueError(f"{exit_code} is no exit code")
    lines = output.split("\n")
    if output.endswith("\n"):
        lines.pop()
        if lines[-1].endswith((NO_EOL, EOL)):
            lines[-1] += EOL
    elif output:
        lines[-1] += NO_EOL
    else:
        lines = []
    for index, line in enumerate(lines):
        yield f"\\{line}" if looks_typed(line, kind, first=index == 0) else line
    if exit_code or (lines and EXIT_LINE.fullmatch(lines[-1])):
        yield f"[{exit_code}]"


def rewrite(text: str, changes: Sequence[tuple[Block, str]]) -> str:
    """``text`` with the bodies of the given blocks replaced; fences grow where a body would close them.

    ``text`` is the whole file that the blocks were read from. Raises
    ScenarioError when a block no longer stands there as it was read.
    """
    lines = text.split("\n")
    for block, body in sorted(changes, key=lambda change: -change[0].body_start):
        first, end = block.body_start - 1, block.body_end - 1
        opening = re.match(r"( {0,3})(`{3,}|~{3,})", lines[first - 1]) if 0 < first <= end < len(lines) else None
        indent = opening[1] if opening else ""
        old = "".join(f"{dedent(line.removesuffix(chr(13)), len(indent))}\n" for line in lines[first:end])
        if opening is None or old != block.text:
            hint = "nothing was written to it; run the command again"
            raise ScenarioError("the file changed in the meantime", where=str(block.place), hint=hint)
        if body == old:
            continue
        carriage = "\r" if lines[first - 1].endswith("\r") else ""
        new = [f"{indent}{line}" if line else "" for line in body.removesuffix("\n").split("\n")] if body else []
        fence = _long_enough(opening[2], new)
        for at in (first - 1, end):
            lines[at] = _with_fence(lines[at], fence)
        lines[first:end] = [line + carriage for line in new]
    return "\n".join(lines)


def _long_enough(fence: str, body: Sequence[str]) -> str:
    """The fence, made longer than every line of marks in ``body`` that could be taken for its end."""
    marks = (re.match(rf" {{0,3}}({re.escape(fence[0])}{{{len(fence)},}})", line) for line in body)
    longest = max((len(found[1]) for found in marks if found), default=0)
    return fence[0] * (longest + 1) if longest else fence


def _with_fence(line: str, fence: str) -> str:
    """An opening or closing line whose marks are at least as long as ``fence``."""
    return re.sub(r"`{3,}|~{3,}", lambda found: max(found[0], fence, key=len), line, count=1)


def write_atomically(path: Path, text: str) -> None:
    """Write ``text`` to ``path``, whole or not at all.

    The file keeps its mode and, where this user may set it, its owner; a link
    stays a link. Raises SnippetLabError when it cannot be written.
    """
    target = path.resolve()
    try:
        _replace(target, text.encode("utf-8"))
    except OSError as error:
        raise SnippetLabError(
            f"the file cannot be written: {error.strerror or error}",
            where=str(path),
            hint="look at the disk space and the folder's permissions; the file is as it was before",
        ) from error


def _replace(target: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            former = target.stat()
            # Labs need root, and a person's file must not become root's by an update.
            if hasattr(os, "geteuid") and os.geteuid() == 0:
                os.chown(name, former.st_uid, former.st_gid)
            os.chmod(name, former.st_mode & 0o7777)
        else:
            os.chmod(name, 0o644)
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
