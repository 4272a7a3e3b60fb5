"""A whole step as HTML: files, tabs for the two tracks, outputs, captures, notes and the mark of proof."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup
from snippetlab.errors import SnippetLabError
from snippetlab.model import Block, Step

from handbook.html.highlight import highlight
from handbook.html.inline import inline_markdown
from handbook.html.notes import NoteMarks
from handbook.html.output import Showing, Volatile, marked_output
from handbook.html.overlay import overlay
from handbook.html.templates import render
from handbook.html.transcript import render_transcript
from handbook.library import Library, Proof, executed_blocks
from handbook.pages.embed import Embed, EmbedError, Note, anchor_of


@dataclass(frozen=True)
class Surroundings:
    """What a step needs of the page that it stands on.

    ``verification`` is the page's way to the verification page. ``resolve`` turns
    the path of a page in a note's link into its address, and raises
    SnippetLabError for one that is not there. ``told`` is what the page says of
    all its steps: a step says only where it deviates. ``volatile`` gives the spans of
    volatile values of a text.
    """

    library: Library
    verification: str
    resolve: Callable[[str], str]
    told: Proof | None
    volatile: Volatile


def render_step(embed: Embed, step: Step, around: Surroundings) -> Markup:
    """The HTML of an embedded step.

    Raises EmbedError when a note's word stands in no output that is shown, or
    when ``only`` names a track that the step does not have.
    """
    marks = NoteMarks(embed.anchor, embed.notes)
    showing = Showing(step.rules, around.volatile, marks, embed.fold)
    baseline = [b for b in step.blocks if b.engine is None]
    above, middle, below = _in_three(baseline)
    tracks = {
        "shell": [b for b in middle if b.kind != "pycon"] if any(b.kind == "console" for b in middle) else [],
        "python": [b for b in middle if b.kind != "console"] if any(b.kind == "pycon" for b in middle) else [],
    }
    if embed.only and not tracks[embed.only]:
        raise EmbedError(
            f"step {step.id} has no {embed.only} block",
            where=str(embed.place),
            hint=f"leave only= out, or add a block at {step.place}",
        )
    order = ("python", "shell") if embed.python_first else ("shell", "python")
    shown = [track for track in order if tracks[track] and embed.only in (None, track)]
    body = render(
        "step-body.html",
        anchor=embed.anchor,
        above=_blocks(above, showing),
        tabs=[(track.capitalize(), _blocks(tracks[track], showing)) for track in shown]
        or [("", _blocks(middle, showing))],
        below=_blocks(below, showing),
        variants=[(b.engine, _block(b, showing)) for b in step.blocks if b.engine is not None],
    )
    if missing := marks.missing():
        note = missing[0]
        raise EmbedError(
            f"{note.word!r} stands in no output of {step.id}",
            where=str(note.place),
            hint=f"notes are bound to recorded output; see {step.place}",
        )
    return render(
        "step.html",
        embed=embed,
        step=step,
        body=body,
        notes=[(note.word, _note(note, around.resolve)) for note in embed.notes],
        proof=around.library.proof(step.id),
        deviates=_deviates(step, around),
        results=f"{around.verification}#{anchor_of(step.id)}",
    )


def _deviates(step: Step, around: Surroundings) -> bool:
    """True where a step that runs was verified on other versions than the page says, not at all, or not at once."""
    proof, told = around.library.proof(step.id), around.told
    if not executed_blocks(step) or proof is None or told is None:
        return bool(executed_blocks(step)) and proof is not told
    return step.id in proof.unsteady or (proof.engine, proof.cli) != (told.engine, told.cli)


def _note(note: Note, resolve: Callable[[str], str]) -> Markup:
    try:
        return inline_markdown(note.text, resolve)
    except SnippetLabError as error:
        raise EmbedError(error.what, where=str(note.place), hint=error.hint) from error


def _in_three(blocks: Sequence[Block]) -> tuple[Sequence[Block], Sequence[Block], Sequence[Block]]:
    """Files before the first transcript stand above the tabs, captures behind the last one below them."""
    transcripts = [i for i, b in enumerate(blocks) if b.kind in ("console", "pycon")]
    files = next((i for i, b in enumerate(blocks) if b.kind != "file"), len(blocks))
    first, last = (transcripts[0], transcripts[-1]) if transcripts else (files, files - 1)
    return blocks[:first], blocks[first : last + 1], blocks[last + 1 :]


def _blocks(blocks: Sequence[Block], showing: Showing) -> Markup:
    return Markup("").join(_block(b, showing) for b in blocks)


def _block(block: Block, showing: Showing) -> Markup:
    if block.kind == "file":
        return render_file(block, showing.marks.block_id())
    if block.kind == "capture":
        return _capture(block, showing)
    return render_transcript(block, showing)


def _capture(block: Block, showing: Showing) -> Markup:
    """A capture is always folded, and its output not a second time."""
    text = block.text.rstrip("\n")
    if not text:
        return Markup()
    marked = marked_output(text, block, replace(showing, fold=True), 0)
    return render("capture.html", name=block.option("capture") or "", marked=marked)


def render_file(block: Block, block_id: str) -> Markup:
    """A file of a step as titled code. Copying gives the file's text."""
    text = block.text.removesuffix("\n")
    return render("file.html", block=block, id=block_id, code=overlay(text, highlight(text, block.language)))
