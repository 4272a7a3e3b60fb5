"""A whole step as HTML: what the newest engine prints, what others print, and the mark of proof."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup
from snippetlab.between import Change
from snippetlab.model import Step

from handbook.html.highlight import highlight
from handbook.html.notes import place_of
from handbook.html.output import Volatile
from handbook.html.overlay import overlay
from handbook.html.sides import rows
from handbook.html.templates import render
from handbook.html.view import render_variants, render_view
from handbook.library import Library, Proof, executed_blocks
from handbook.pages.embed import Embed, EmbedError, anchor_of
from handbook.views import View, among, names, names_on

_TRACK = {"console": "bash", "pycon": "python", "capture": "text"}


@dataclass(frozen=True)
class Surroundings:
    """What a step needs of the page that it stands on.

    ``verification`` is the page's way to the verification page. ``resolve`` turns
    the path of a page in a note's link into its address, and raises
    SnippetLabError for one that is not there. ``told`` is what the page says of
    all its steps: a step says only where it deviates. ``volatile`` gives the spans of
    volatile values of a text. ``changes`` gives what the second of two views prints otherwise than the first.
    ``silent`` are engines of which the page says once, for all of its steps, that nothing runs there.
    """

    library: Library
    verification: str
    resolve: Callable[[str], str]
    told: Proof | None
    volatile: Volatile
    changes: Callable[[View, View], Sequence[Change]]
    silent: Collection[str] = ()


def render_step(embed: Embed, views: Sequence[View], around: Surroundings) -> Markup:
    """The HTML of an embedded step, given as the engines print it, newest first.

    Raises EmbedError when a note's word stands in no output that is shown, or
    when ``only`` names a track that the step does not have.
    """
    step = views[0].step
    _refuse_unknown_engines(embed, [engine for view in views for engine in view.engines])
    newest, *older = [
        render_view(
            _with_notes_of(view, embed, step),
            view,
            _anchor(embed, view, views),
            around.resolve,
            around.volatile,
            alone=len(views) == 1,
        )
        for view in views
    ]
    sides = [_sides(embed, view, views, around) for view in views[1:]]
    others = [
        {
            "names": names(view.engines),
            "engines": view.engines,
            "view": html,
            "not_there": view.not_there,
            "sides": differences,
            # A reader of the other tab would look for the difference in vain.
            "in_python": not embed.only and bool(differences) and all(d["track"] == "pycon" for d in differences),
            "how": "not run on" if view.not_there and not views[0].not_there else "differs on",
            "silent": all(engine in around.silent for engine in view.engines),
        }
        for view, html, differences in zip(views[1:], older, sides, strict=True)
    ]
    return render(
        "step.html",
        embed=embed,
        step=step,
        engines=views[0].engines,
        names=names(views[0].engines) if others else "",
        view=newest,
        others=others,
        # They stand in the scenario's own file, which is the baseline's.
        variants=render_variants(embed, around.library.step(step.id) or step, around.volatile),
        # Of what is shown, and that is what the newest prints.
        proof=around.library.proof_on(step.id, views[0].engines) or around.library.proof(step.id),
        unsteady=names(around.library.unsteady_on(step.id)),
        deviates=_deviates(step, around),
        results=f"{around.verification}#{anchor_of(step.id)}",
    )


def _with_notes_of(view: View, embed: Embed, newest: Step) -> Embed:
    """The embed without the notes that are bound to the Python listing, where a view has none and the newest has."""
    if view.step.of_kind("pycon") or not newest.of_kind("pycon"):
        return embed
    python, shell = (
        "\n".join(b.text for b in blocks)
        for blocks in (newest.of_kind("pycon"), [b for b in newest.blocks if b.kind != "pycon"])
    )
    notes = (n for n in embed.notes if not place_of(n.word, python) or place_of(n.word, shell))
    return replace(embed, notes=tuple(notes))


def _refuse_unknown_engines(embed: Embed, known: Sequence[str]) -> None:
    for note in embed.notes:
        for engine in note.engines:
            if engine not in known and engine[0] not in "<>":
                raise EmbedError(
                    f"a note is for {engine}, which this site does not show",
                    where=str(note.place),
                    hint=f"engines are {', '.join(known)}",
                )
        if not among(note.engines, known):
            raise EmbedError(
                f"a note is for {', '.join(note.engines)}, and no engine of this site is in there",
                where=str(note.place),
                hint=f"engines are {', '.join(known)}",
            )


def _anchor(embed: Embed, view: View, views: Sequence[View]) -> str:
    """What the ids of a view begin with: two views of one step have the same notes and blocks."""
    own = "" if view is views[0] else re.sub(r"[^A-Za-z0-9]+", "-", f"-on-{view.engines[0]}")
    return embed.anchor + own


def _sides(embed: Embed, view: View, views: Sequence[View], around: Surroundings) -> list[dict[str, object]]:
    """What an older engine and the newest print differently, of the tracks that are shown."""
    unseen = {"shell": "pycon", "python": "console"}.get(embed.only or "")
    shell_only = around.library.shell_only
    return [
        {
            "left": names_on(change.track, view.engines, shell_only),
            "right": names_on(change.track, views[0].engines, shell_only),
            "command": overlay(change.command, highlight(change.command, _TRACK[change.track])),
            "track": change.track,
            "rows": list(rows(change)),
        }
        for change in around.changes(view, views[0])
        if change.track != unseen
    ]


def _deviates(step: Step, around: Surroundings) -> bool:
    """True where a step that runs was verified on other versions than the page says, not at all, or not at once."""
    proof, told = around.library.proof(step.id), around.told
    if not executed_blocks(step) or proof is None or told is None:
        return bool(executed_blocks(step)) and proof is not told
    return bool(around.library.unsteady_on(step.id)) or (proof.engine, proof.cli) != (told.engine, told.cli)
