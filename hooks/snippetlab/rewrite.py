"""Writes outputs back into scenario files; every other byte stays."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .model import Block, CommandCapture
from .scenario import PROMPTS

_ESCAPED = re.compile(r"^\\*(\$|>|>>>|\.\.\.)( |$)")


def format_body(block: Block, commands: Sequence[CommandCapture]) -> str:
    """The body of a console or pycon block with these outputs under its commands."""
    first, more = PROMPTS[block.kind]
    parts: list[str] = []
    for command, done in zip(block.commands, commands, strict=True):
        source = command.source.split("\n")
        parts += [f"{first} {source[0]}", *(f"{more} {line}" if line else more for line in source[1:])]
        output = done.output
        lines = output.split("\n")
        if output.endswith("\n"):
            lines.pop()
        elif output:
            lines[-1] += " (no-eol)"
        else:
            lines = []
        parts += [f"\\{line}" if _ESCAPED.match(line) else line for line in lines]
        if done.exit_code or (lines and re.fullmatch(r"\[\d{1,3}\]", lines[-1])):
            parts.append(f"[{done.exit_code}]")
    return "".join(f"{part}\n" for part in parts)


def rewrite(text: str, changes: Sequence[tuple[Block, str]]) -> str:
    """``text`` with the bodies of the given blocks replaced; fences grow where a body would close them."""
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(newline)
    for block, body in sorted(changes, key=lambda item: -item[0].body_start):
        opening, closing = block.body_start - 2, block.body_end - 1
        new = body.split("\n")[:-1]
        mark = re.match(r"\s*(`+|~+)", lines[opening])
        assert mark is not None
        fence = mark.group(1)
        longest = max(
            (len(m.group(1)) for line in new if (m := re.match(rf" {{0,3}}({fence[0]}{{3,}})", line))), default=0
        )
        if longest >= len(fence):
            longer = fence[0] * (longest + 1)
            lines[opening] = lines[opening].replace(fence, longer, 1)
            lines[closing] = lines[closing].replace(fence, longer, 1)
        lines[block.body_start - 1 : closing] = new
    return newline.join(lines)


def write_atomically(path: Path, text: str) -> None:
    """Write ``text`` to ``path``, whole or not at all; the file keeps its mode."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, path.stat().st_mode & 0o7777 if path.exists() else 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
