"""What stands around a recorded output and is none of it: blank lines that do not count, comments of the author's."""

from __future__ import annotations

from snippetlab.model import Block, Command


def output_alone(block: Block, command: Command, captured: str) -> tuple[str, str]:
    """The recorded and the captured output, without what does not count as either."""
    recorded = command.output
    if comments := comments_of(command, captured):
        lines = recorded.split("\n")[:-1]
        recorded = "".join(f"{line}\n" for line in lines[: len(lines) - comments])
    if block.notation.ignore_blank_lines:
        return without_blank_ends(recorded), without_blank_ends(captured)
    return recorded, captured


def comments_of(command: Command, captured: str) -> int:
    """How many of the last recorded lines are a comment: none where the command itself prints such lines."""
    return 0 if any(line.startswith("# ") for line in captured.split("\n")) else command.comments


def without_blank_ends(text: str) -> str:
    """``text`` without the blank lines above and below it."""
    lines = text.split("\n")
    full = [index for index, line in enumerate(lines) if line.strip()]
    if not full:
        return ""
    ended = full[-1] < len(lines) - 1
    return "\n".join(lines[full[0] : full[-1] + 1]) + ("\n" if ended else "")


def typed_among(command: Command, captured: str) -> int | None:
    """The first line of the recording, from 0, that was most likely typed behind a root's prompt (``# cmd``)."""
    printed = captured.split("\n")
    if any(line.startswith("# ") for line in printed):
        return None
    lines = command.output.split("\n")[:-1]
    own = lines[: len(lines) - command.comments]
    return next((index for index, line in enumerate(own) if line.startswith("# ")), None)
