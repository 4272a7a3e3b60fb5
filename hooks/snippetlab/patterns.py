"""Patterns of paths, as settings name files by them."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import PurePosixPath


def matches(path: PurePosixPath, pattern: str) -> bool:
    """Whether a path fits a pattern. ``*`` stays within a folder, ``**`` goes through any number of them."""
    return _parts_match(path.parts, PurePosixPath(pattern).parts)


def _parts_match(path: Sequence[str], pattern: Sequence[str]) -> bool:
    if not pattern:
        return not path
    if pattern[0] == "**":
        return any(_parts_match(path[start:], pattern[1:]) for start in range(len(path) + 1)) or len(pattern) == 1
    return bool(path) and fnmatch(path[0], pattern[0]) and _parts_match(path[1:], pattern[1:])
