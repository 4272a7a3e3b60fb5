"""One transcript as HTML: prompts, commands, and joined under each its recorded output."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

from snippetlab.model import Block, Command, Rule

from handbook.html.clipboard import python_script, shell_script
from handbook.html.overlay import Span, highlight, overlay
from handbook.pages.embed import Note

FOLD_ABOVE = 12  # outputs with more lines are folded
FOLD_HEAD = 8  # lines that stay in view above the fold
VOLATILE = Span(0, 0, '<i class="v" title="differs on your machine">', "</i>")

Volatile = Callable[[str, Sequence[Rule]], Iterable[tuple[int, int, str]]]


@dataclass
class NoteMarks:
    """The ids and notes of one embed: notes look for their word, each is placed once, at the first line."""

    anchor: str
    notes: Sequence[Note]
    placed: set[int] = field(default_factory=set)
    blocks: int = 0

    def block_id(self) -> str:
        """An id for the next block. The theme's copy buttons tell blocks apart by the id around them."""
        self.blocks += 1
        return f"{self.anchor}-block-{self.blocks}"

    def take(self, text: str) -> list[tuple[int, int, int]]:
        """Triples of start, end and number of the notes whose word stands in ``text``.

        Within a longer word it does not count: `8` is no part of an id.
        """
        found: list[tuple[int, int, int]] = []
        for number, note in enumerate(self.notes, start=1):
            before = r"(?<!\w)" if note.word[:1].isalnum() else ""
            after = r"(?!\w)" if note.word[-1:].isalnum() else ""
            at = re.search(before + re.escape(note.word) + after, text)
            if number not in self.placed and at:
                self.placed.add(number)
                found.append((at.start(), at.end(), number))
        return found

    def missing(self) -> list[Note]:
        """The notes whose word stood in no output."""
        return [n for i, n in enumerate(self.notes, start=1) if i not in self.placed]


def render_transcript(
    block: Block, *, rules: Sequence[Rule], volatile: Volatile, marks: NoteMarks, fold: bool = False
) -> str:
    """HTML of a ``console`` or ``pycon`` block.

    The first ``pre > code`` of a block carries the copy button; ``data-copy``
    on the block is what it gives: all commands, without prompts and outputs.
    """
    python = block.kind == "pycon"
    copied = python_script(block) if python else shell_script(block)
    groups = _grouped(block.commands)
    parts: list[str] = []
    for index, group in enumerate(groups):
        lines = "\n".join(_typed(c, python) for c in group)
        # `kbd` is what a person types; only the first is `code`, because there the copy button stands.
        tag = "code" if index == 0 else "kbd"
        parts.append(f'<pre class="run-cmd"><{tag}>{lines}</{tag}></pre>')
        last = group[-1]
        parts.append(_output(last, block, rules, volatile, marks, fold))
    kind = " run--exempt" if block.exempt is not None else ""
    head = ""
    if block.exempt is not None:
        head = f'<p class="run-label">Shown, not executed: {escape(block.exempt)}</p>'
    elif block.node:
        head = f'<p class="run-label">On the machine <b>{escape(block.node)}</b></p>'
    opening = f'<div class="run highlight{kind}" id="{marks.block_id()}" data-copy="{escape(copied)}">'
    return f"{opening}{head}{''.join(parts)}</div>"


def _grouped(commands: Sequence[Command]) -> list[list[Command]]:
    """Commands that print nothing stand together with the next one."""
    groups: list[list[Command]] = [[]]
    for command in commands:
        groups[-1].append(command)
        if command.output or command.exit_code:
            groups.append([])
    return [g for g in groups if g]


def _typed(command: Command, python: bool) -> str:
    first, more = (">>> ", "... ") if python else ("$ ", "> ")
    coloured = overlay(command.source, highlight(command.source, "python" if python else "bash"))
    lines = _split_html_lines(coloured)
    return "\n".join(
        f'<span class="gp">{escape(first if i == 0 else more, quote=False)}</span>{line}'
        for i, line in enumerate(lines)
    )


def _split_html_lines(html: str) -> list[str]:
    """Highlighted code by line. Spans may run over a line's end: prompts inside them do no harm."""
    return html.split("\n")


def _output(
    command: Command, block: Block, rules: Sequence[Rule], volatile: Volatile, marks: NoteMarks, fold: bool
) -> str:
    text = command.output.removesuffix("\n")
    parts: list[str] = []
    if text:
        parts.append(render_output(text, block, rules=rules, volatile=volatile, marks=marks, fold=fold))
    if command.exit_code and block.kind == "console":
        parts.append(f'<p class="run-exit">exit code {command.exit_code}</p>')
    return "".join(parts)


def render_output(
    text: str, block: Block, *, rules: Sequence[Rule], volatile: Volatile, marks: NoteMarks, fold: bool = False
) -> str:
    """An output as HTML: escaped, coloured when it is JSON, volatile values and notes marked, folded when long."""
    spans = highlight(text, "json") if is_json(text) else []
    spans += [Span(start, end, VOLATILE.open, VOLATILE.close) for start, end, _ in volatile(text, rules)]
    prompt = block.option("prompt")
    if prompt:
        spans += _typed_lines(text, prompt)
    inserts: list[tuple[int, str]] = []
    noted: list[int] = []
    for start, end, number in marks.take(text):
        spans.append(Span(start, end, '<mark class="noted">', "</mark>"))
        line_end = text.find("\n", start)
        inserts.append((len(text) if line_end < 0 else line_end, _note_mark(marks.anchor, number)))
        noted.append(text.count("\n", 0, start))
    lines = text.count("\n") + 1
    if not fold and lines <= FOLD_ABOVE:
        return _pre(overlay(text, spans, inserts))
    head_lines = 0 if fold else FOLD_HEAD
    at = _line_start(text, head_lines)
    head, rest = _cut(text, spans, inserts, at)
    hidden = lines - head_lines
    # A note must not point at something that is folded away.
    opened = " open" if any(line >= head_lines for line in noted) else ""
    label = f"{hidden} more lines" if head_lines else f"output, {lines} {'line' if lines == 1 else 'lines'}"
    top = _pre(head) if head else ""
    return f'{top}<details class="run-fold"{opened}><summary>{label}</summary>{_pre(rest)}</details>'


def _pre(html: str) -> str:
    return f'<pre class="run-out"><samp>{html}</samp></pre>'


def _note_mark(anchor: str, number: int) -> str:
    return (
        # No link: on a phone, marks on neighbouring lines would be too small to touch. The list leads here and back.
        f'<span class="note-mark" id="{anchor}-mark-{number}" role="img" aria-label="note {number}" data-n="{number}">'
        "</span>"
    )


def _typed_lines(text: str, prompt: str) -> list[Span]:
    spans: list[Span] = []
    position = 0
    for line in text.split("\n"):
        if line.startswith(prompt) and len(line) > len(prompt):
            spans.append(Span(position + len(prompt), position + len(line), '<b class="typed">', "</b>"))
        position += len(line) + 1
    return spans


def _line_start(text: str, line: int) -> int:
    position = 0
    for _ in range(line):
        position = text.index("\n", position) + 1
    return position


def _cut(text: str, spans: Sequence[Span], inserts: Sequence[tuple[int, str]], at: int) -> tuple[str, str]:
    """The HTML above and below a cut at the beginning of a line."""
    head = overlay(text[: max(at - 1, 0)], [s for s in spans if s.start < at - 1], [i for i in inserts if i[0] < at])
    below = [Span(max(s.start - at, 0), s.end - at, s.open, s.close) for s in spans if s.end > at]
    rest = overlay(text[at:], below, [(p - at, html) for p, html in inserts if p >= at])
    return head, rest


def is_json(text: str) -> bool:
    """True for a JSON object or array."""
    if text.lstrip()[:1] not in ("{", "["):
        return False
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
