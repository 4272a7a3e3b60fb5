"""The errors that snippetlab raises: one hierarchy, each with a place and a next step."""

from __future__ import annotations


class SnippetLabError(Exception):
    """Base of every error that a person may meet.

    ``what`` says what is wrong, ``where`` is ``file:line`` (or ``None``) and
    ``hint`` says what to do next (or ``None``). ``str()`` joins the three.
    """

    def __init__(self, what: str, *, where: str | None = None, hint: str | None = None) -> None:
        self.what = what
        self.where = where
        self.hint = hint
        super().__init__(what)

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}\n  → {self.hint}" if self.hint else text


class ScenarioError(SnippetLabError):
    """A scenario file cannot be read: front matter, blocks or ids are wrong."""


class LabError(SnippetLabError):
    """A lab cannot be built, started, used or reset."""


class LabUnavailable(LabError):
    """This machine cannot run labs at all (not root, no bubblewrap, not Linux)."""


class UsageError(SnippetLabError):
    """A person asked for something that does not exist (an unknown path, id or option)."""
