"""The Python blocks of pages, run while the page is built; a fault in one is told with the page's own line."""

from __future__ import annotations

import traceback
from functools import partial
from io import StringIO
from pathlib import Path

from snippetlab.errors import SnippetLabError, of_machine


class BlockError(SnippetLabError):
    """A Python block of a page cannot be run."""


def run_block(code: str, page: Path, line: int) -> str:
    """What the code prints. ``line`` is that of the fence's opening in ``page``.

    Raises BlockError with the line of the page on which the code failed.
    """
    printed = StringIO()
    names = {"__name__": "block", "print": partial(print, file=printed)}
    try:
        # Empty lines in front give every line of the code the number that it has in the page.
        exec(compile("\n" * line + code, str(page), "exec"), names)
    # A block that exits would end the build without a word.
    except (Exception, SystemExit) as error:
        own = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(page)]
        at = error.lineno if isinstance(error, SyntaxError) else own[-1] if own else None
        told = error if isinstance(error, SnippetLabError) else of_machine(error)
        what = told.what if told else str(error)
        hint = told.hint if told else None
        raise BlockError(
            f"the Python block fails with {type(error).__name__}: {what}",
            where=f"{page}:{at or line}",
            hint=hint or "mend the block; handbook/captures.py says what it may use",
        ) from error
    return printed.getvalue()
