"""What stands around a recorded output and is none of it: blank lines that do not count, and what looks typed."""

from __future__ import annotations

import re

from snippetlab.model import Block, Command

# What a shell and Python say of a command that ends where they wait for more of it.
_UNFINISHED = {
    "console": re.compile(
        r"^bash: (?:.*: )?(?:syntax error: unexpected end of file|unexpected EOF while looking for matching"
        r"|warning: here-document at line \d+ delimited by end-of-file)",
        re.MULTILINE,
    ),
    "pycon": re.compile(
        r"^(?:IndentationError: expected an indented block"
        r"|SyntaxError: .*(?:was never closed|unterminated|unexpected EOF))",
        re.MULTILINE,
    ),
}


def outputs_alone(block: Block, command: Command, captured: str) -> tuple[str, str]:
    """The recorded and the captured output, without blank lines that do not count."""
    if block.notation.ignore_blank_lines:
        return without_blank_ends(command.output), without_blank_ends(captured)
    return command.output, captured


def without_blank_ends(text: str) -> str:
    """``text`` without the blank lines above and below it."""
    lines = text.split("\n")
    full = [index for index, line in enumerate(lines) if line.strip()]
    if not full:
        return ""
    ended = full[-1] < len(lines) - 1
    return "\n".join(lines[full[0] : full[-1] + 1]) + ("\n" if ended else "")


def typed_among(recorded: str, captured: str) -> int | None:
    """The first recorded line, from 0, that is most likely a comment, or typed behind a root's prompt (``# cmd``).

    None where the command itself prints such lines.
    """
    own, printed = (
        [index for index, line in enumerate(text.split("\n")) if line.startswith("# ")] for text in (recorded, captured)
    )
    return own[0] if own and not printed else None


def unfinished(block: Block, command: Command, captured: str) -> bool:
    """True where a command ends too early, so that what is recorded below it is most likely the rest of it."""
    said = _UNFINISHED["pycon" if block.kind == "pycon" else "console"]
    return bool(command.output.strip() and said.search(captured) and not said.search(command.output))
