"""A site that is written whole or not at all: rendered beside its place, then moved there."""

from __future__ import annotations

import shutil
from pathlib import Path

from snippetlab.errors import SnippetLabError


def staging_of(target: Path) -> Path:
    """The folder beside ``target`` into which a build renders."""
    return target.with_name(f".{target.name}.new")


def swap_in(staging: Path, target: Path) -> None:
    """Put ``staging`` in the place of ``target``; the former site is removed only when the new one stands.

    Raises SnippetLabError when ``target`` is something other than a folder.
    """
    if target.exists() and not target.is_dir():
        raise SnippetLabError(
            "the site's place is taken by a file", where=str(target), hint="remove it or set another site_dir"
        )
    former = target.with_name(f".{target.name}.old")
    shutil.rmtree(former, ignore_errors=True)
    if target.exists():
        target.rename(former)
    staging.rename(target)
    shutil.rmtree(former, ignore_errors=True)
