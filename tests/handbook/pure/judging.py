"""Small scenarios for the judge of downloads."""

from __future__ import annotations

from pathlib import Path

from handbook.exports.scripts.judge import why_left_out
from snippetlab.model import Track
from snippetlab.scenario import parse

HEAD = "---\ntitle: A title\ntracks: [shell, python]\n---\n\n"


def fence(word: str, *lines: str) -> str:
    return "\n".join([f"```{word}", *lines, "```", ""])


def console(source: str, exit_code: int = 0) -> str:
    """A block with one shell command."""
    prompted = "$ " + source.replace("\n", "\n> ")
    return fence("console", prompted, *([f"[{exit_code}]"] if exit_code else []))


def code(source: str) -> str:
    """A block with one piece of Python."""
    return fence("pycon", ">>> " + source.replace("\n", "\n... "))


def file(name: str, text: str = "text\n", language: str = "text") -> str:
    """A block that writes a file."""
    return fence(f'{language} file="{name}"', *text.rstrip("\n").split("\n"))


def why(*blocks: str, track: Track = "shell") -> str | None:
    """Why a scenario of these blocks, one step each, is left out of the script of a track; None when it is not."""
    steps = "".join(f"## step-{index}\n\n{block}\n" for index, block in enumerate(blocks))
    return why_left_out(parse(HEAD + steps, Path("x.md"), "chapter/x"), track)
