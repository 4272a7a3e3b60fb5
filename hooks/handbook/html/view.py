"""A step as some engines print it, as HTML: files, tabs for the two tracks, outputs, captures and notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from markupsafe import Markup, escape
from snippetlab.errors import SnippetLabError
from snippetlab.model import Block, Step

from handbook.html.highlight import highlight
from handbook.html.inline import inline_markdown
from handbook.html.notes import NoteMarks
from handbook.html.output import Showing, Volatile, marked_output
from handbook.html.overlay import overlay
from handbook.html.templates import render
from handbook.html.transcript import render_transcript
from handbook.pages.embed import Embed, EmbedError, Note
from handbook.views import View, names


def render_view(
    embed: Embed, view: View, anchor: str, resolve: Callable[[str], str], volatile: Volatile, *, alone: bool = True
) -> Markup:
    """The HTML of a step as one view has it, without what other engines print. ``anchor`` begins its ids.

    Raises EmbedError when a note's word stands in no output that is shown, or
    when ``only`` names a track that the step does not have. ``alone`` says that there is no other view.
    """
    step = view.step
    notes = [note for note in embed.notes if view.among(note.engines)]
    marks = NoteMarks(anchor, notes)
    showing = Showing(step.rules, volatile, marks, embed.fold)
    above, middle, below = _in_three([b for b in step.blocks if b.engine is None])
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
        anchor=anchor,
        above=_blocks(above, showing),
        tabs=[(track.capitalize(), _blocks(tracks[track], showing)) for track in shown]
        or [("", _blocks(middle, showing))],
        below=_blocks(below, showing),
    )
    if missing := marks.missing():
        raise _misplaced(missing[0], view, alone)
    words = [(note.word, _on(note, view) + _note(note, resolve)) for note in notes]
    return render("view.html", body=body, notes=words, anchor=anchor)


def render_variants(embed: Embed, step: Step, volatile: Volatile) -> list[tuple[str, Markup]]:
    """The blocks that a scenario holds for one engine alone, each with that engine's name."""
    showing = Showing(step.rules, volatile, NoteMarks(f"{embed.anchor}-variant", ()), embed.fold)
    return [(b.engine, _block(b, showing)) for b in step.blocks if b.engine is not None]


def _misplaced(note: Note, view: View, alone: bool) -> EmbedError:
    on = "" if alone else f" on {names(view.engines)}"
    hint = f"notes are bound to recorded output; see {view.step.place}"
    if not alone and not note.engines:
        hint += "; a note that holds for some engines begins with their names, as in `- [28.5] WORD: text`"
    return EmbedError(f"{note.word!r} stands in no output of {view.step.id}{on}", where=str(note.place), hint=hint)


def _on(note: Note, view: View) -> Markup:
    """On which engines a note holds, where others print the same and it does not hold there."""
    own = view.among(note.engines)
    return escape("" if len(own) == len(view.engines) else f"On {names(own)}: ")


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
