"""One transcript as HTML: prompts, commands, and joined under each its recorded output."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from markupsafe import Markup
from snippetlab.model import Block, Command

from handbook.html.clipboard import python_script, shell_script
from handbook.html.highlight import highlight
from handbook.html.output import Showing, render_output
from handbook.html.overlay import Span, overlay
from handbook.html.templates import render
from handbook.html.wrapping import NARROW, WIDE, Cut, cuts, held, seams, unbroken

_SHORT = 20  # columns: a command that no line breaks, in a box within a box neither


def render_transcript(block: Block, showing: Showing) -> Markup:
    """HTML of a ``console`` or ``pycon`` block.

    The first ``pre > code`` of a block carries the copy button; ``data-copy``
    on the block is what it gives: all commands, without prompts and outputs.
    """
    python = block.kind == "pycon"
    groups = [
        {
            "quiet": group[0].quiet,
            "typed": [_typed(command.source, python) for command in group],
            "output": _output(group[-1], block, showing),
            "exit_code": group[-1].exit_code if block.kind == "console" else 0,
        }
        for group in _grouped(block.commands)
    ]
    return render(
        "transcript.html",
        block=block,
        id=showing.marks.block_id(),
        copied=python_script(block) if python else shell_script(block),
        prompts=(">>> ", "... ") if python else ("$ ", "> "),
        groups=groups,
        loud=next((n for n, group in enumerate(groups) if not group["quiet"]), None),
    )


def _grouped(commands: Sequence[Command]) -> list[list[Command]]:
    """Commands that print nothing stand together with the next one; quiet ones stand alone."""
    groups: list[list[Command]] = [[]]
    for command in commands:
        if command.quiet:
            groups.append([])
        groups[-1].append(command)
        if command.output or command.exit_code or command.quiet:
            groups.append([])
    return [g for g in groups if g]


@lru_cache(maxsize=4096)
def _typed(source: str, python: bool) -> tuple[Markup, ...]:
    """A command by line, coloured. Spans may run over a line's end: prompts inside them do no harm.

    Engines that print something else of a step were typed the same commands, and many a page types those of another.
    """
    seam = Markup('<span class="seam"></span>')
    marks = [(place, seam) for place in seams(source, python)]
    if python:
        coloured = overlay(source, highlight(source, "python"), marks)
    else:
        whole = unbroken(source) if len(source) > _SHORT else ()
        kept = [(*span, "whole") for span in whole] + [(*span, "held") for span in held(source, cuts(source, NARROW))]
        spans = [Span(start, end, "span", {"class": name}) for start, end, name in kept]
        coloured = overlay(source, [*highlight(source, "bash"), *spans], [*_breaks(source), *marks])
    return tuple(Markup(line) for line in coloured.split("\n"))


def _breaks(source: str) -> list[tuple[int, Markup]]:
    """Marks at which the style sheet shows a break: on a narrow screen, on others, or on both."""
    shown: dict[Cut, list[str]] = {}
    for width, name in ((WIDE, "wide"), (NARROW, "narrow")):
        for cut in cuts(source, width):
            shown.setdefault(cut, []).append(name)
    return [
        (
            cut.position,
            Markup('<span class="{}"></span>').format(" ".join(f"cut-{n}{'-bare' * cut.bare}" for n in names)),
        )
        for cut, names in sorted(shown.items(), key=lambda item: item[0].position)
    ]


def _output(command: Command, block: Block, showing: Showing) -> Markup:
    text = command.output.removesuffix("\n")
    return render_output(text, block, showing) if text else Markup()
