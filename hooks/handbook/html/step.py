"""A whole step as HTML: files, tabs for the two tracks, outputs, captures, notes and the mark of proof."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import markdown
from snippetlab.model import Block, Rule, Step

from handbook.html.overlay import highlight, overlay
from handbook.html.transcript import NoteMarks, Volatile, render_output, render_transcript
from handbook.library import Library, Proof, executed_blocks
from handbook.pages.embed import Embed, EmbedError, Note, anchor_of

Draw = Callable[[str, Step], str]


@dataclass(frozen=True)
class Surroundings:
    """What a step needs of the page that it stands on.

    ``verification`` is the page's way to the verification page. ``volatile``
    gives the spans of volatile values of a text. ``draw`` gives the figure of a
    picture's name and a step.
    """

    library: Library
    verification: str
    volatile: Volatile
    draw: Draw


def render_step(embed: Embed, step: Step, around: Surroundings) -> str:
    """The HTML of an embedded step.

    Raises EmbedError when a note's word stands in no output that is shown, or
    when ``only`` names a track that the step does not have.
    """
    marks = NoteMarks(embed.anchor, embed.notes)
    show = _Shower(step.rules, around.volatile, marks, embed.fold)
    baseline = [b for b in step.blocks if b.engine is None]
    variants = [b for b in step.blocks if b.engine is not None]
    transcripts = [i for i, b in enumerate(baseline) if b.kind in ("console", "pycon")]
    # Files before the first transcript stand above the tabs, captures behind the last one below them.
    files = next((i for i, b in enumerate(baseline) if b.kind != "file"), len(baseline))
    first, last = (transcripts[0], transcripts[-1]) if transcripts else (files, files - 1)
    middle = baseline[first : last + 1]
    shell = [b for b in middle if b.kind != "pycon"]
    python = [b for b in middle if b.kind != "console"]
    has_shell = any(b.kind == "console" for b in middle)
    has_python = any(b.kind == "pycon" for b in middle)
    if embed.only and not {"shell": has_shell, "python": has_python}[embed.only]:
        raise EmbedError(
            f"step {step.id} has no {embed.only} block",
            where=str(embed.place),
            hint=f"leave only= out, or add a block at {step.place}",
        )
    parts = [show.blocks(baseline[:first])]
    if embed.only == "shell" or not has_python:
        parts.append(show.blocks(shell))
    elif embed.only == "python" or not has_shell:
        parts.append(show.blocks(python))
    else:
        tabs = [("Shell", show.blocks(shell)), ("Python", show.blocks(python))]
        parts.append(_tabs(embed.anchor, tabs[::-1] if embed.python_first else tabs))
    if embed.picture:
        parts.append(around.draw(embed.picture, step))
    parts.append(show.blocks(baseline[last + 1 :]))
    parts += [show.variant(b) for b in variants]
    if missing := marks.missing():
        note = missing[0]
        raise EmbedError(
            f"{note.word!r} stands in no output of {step.id}",
            where=str(note.place),
            hint=f"notes are bound to recorded output; see {step.place}",
        )
    parts.append(_notes(embed.anchor, embed.notes))
    parts.append(render_mark(step, around.library.proof(step.id), around.verification))
    title = f'<p class="step-title">{escape(embed.title)}</p>' if embed.title else ""
    return f'<div class="step" id="{escape(embed.anchor)}" data-step="{escape(step.id)}">{title}{"".join(parts)}</div>'


@dataclass(frozen=True)
class _Shower:
    """Turns the blocks of one step into HTML."""

    rules: Sequence[Rule]
    volatile: Volatile
    marks: NoteMarks
    fold: bool

    def blocks(self, blocks: Sequence[Block]) -> str:
        return "".join(self.block(b) for b in blocks)

    def block(self, block: Block) -> str:
        if block.kind == "file":
            return render_file(block, self.marks.block_id())
        if block.kind == "capture":
            return self.capture(block)
        return render_transcript(block, rules=self.rules, volatile=self.volatile, marks=self.marks, fold=self.fold)

    def capture(self, block: Block) -> str:
        text = block.text.rstrip("\n")
        if not text:
            return ""
        lines = text.count("\n") + 1
        # A capture is always folded; its own output must not be folded a second time.
        body = render_output(text, block, rules=self.rules, volatile=self.volatile, marks=self.marks, fold=True)
        inner = body[body.index("<pre") : body.rindex("</pre>") + len("</pre>")]
        opened = " open" if body.startswith('<details class="run-fold" open') else ""
        what = escape(block.option("capture") or "")
        return (
            f'<details class="run-fold run-capture highlight"{opened} data-search-exclude><summary>'
            f"Read through docker-py: <b>{what}</b>, {lines} lines of JSON</summary>{inner}</details>"
        )

    def variant(self, block: Block) -> str:
        return (
            f'<div class="admonition variant"><p class="admonition-title">On Engine {escape(block.engine or "")}</p>'
            f"{self.block(block)}</div>"
        )


def render_file(block: Block, block_id: str) -> str:
    """A file of a step as titled code. Copying gives the file's text."""
    text = block.text.removesuffix("\n")
    code = overlay(text, highlight(text, block.language))
    label = ""
    if block.exempt is not None:
        label = f'<p class="run-label">Shown, not executed: {escape(block.exempt)}</p>'
    kind = " run--exempt" if block.exempt is not None else ""
    name = escape(block.option("file") or "")
    return (
        f'<div class="run run-file highlight{kind}" id="{escape(block_id)}">{label}<span class="filename">{name}</span>'
        f"<pre><code>{code}\n</code></pre></div>"
    )


def _tabs(anchor: str, tabs: Sequence[tuple[str, str]]) -> str:
    """Linked tabs of label and HTML, in the form that the theme's tab script knows."""
    group = f"__tabbed_{anchor}"
    inputs = names = bodies = ""
    for number, (label, body) in enumerate(tabs, start=1):
        checked = " checked" if number == 1 else ""
        inputs += f'<input{checked} id="{group}_{number}" name="{group}" type="radio">'
        names += f'<label for="{group}_{number}">{escape(label)}</label>'
        bodies += f'<div class="tabbed-block" data-label="{escape(label)}">{body}</div>'
    return (
        f'<div class="tabbed-set tabbed-alternate" data-tabs="{anchor}:{len(tabs)}">{inputs}'
        f'<div class="tabbed-labels">{names}</div><div class="tabbed-content">{bodies}</div></div>'
    )


def _notes(anchor: str, notes: Sequence[Note]) -> str:
    if not notes:
        return ""
    items = "".join(
        f'<li id="{anchor}-note-{n}"><a class="note-word" href="#{anchor}-mark-{n}">{escape(note.word)}</a>'
        f"<span>{inline_markdown(note.text)}</span></li>"
        for n, note in enumerate(notes, start=1)
    )
    return f'<ol class="notes">{items}</ol>'


def inline_markdown(text: str) -> str:
    """A line of Markdown (code, emphasis, links) as HTML, without the paragraph around it."""
    html = markdown.markdown(text)
    return html.removeprefix("<p>").removesuffix("</p>")


def render_mark(step: Step, proof: Proof | None, verification: str) -> str:
    """The line under a step that says who verified it, with a link to the capture."""
    if not executed_blocks(step):
        return ""
    href = f"{verification}#{anchor_of(step.id)}"
    if proof is None:
        return (
            f'<p class="mark mark--recorded" data-search-exclude><a href="{href}">recorded, not verified in'
            " this build</a></p>"
        )
    again = ", in a second run: a first one differed" if step.id in proof.unsteady else ""
    return (
        f'<p class="mark" data-search-exclude><a href="{href}" title="{escape(step.id)}">verified on Engine '
        f"{escape(proof.engine)}, CLI {escape(proof.cli)}, {escape(proof.when)}{again}</a></p>"
    )
