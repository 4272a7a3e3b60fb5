"""A paragraph of Markdown that holds on some engines alone, marked for the style sheet and the switch."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from handbook.html.templates import render


def on_engines(engines: Sequence[str], text: str) -> str:
    """The paragraph ``text``, in which Markdown goes on, on as many lines as it had."""
    return str(render("on-engines.html", engines=engines, text=Markup(text)))
