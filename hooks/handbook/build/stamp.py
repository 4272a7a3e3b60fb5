"""What a site was built from: while none of it has changed, the site stands and need not be rendered again."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from snippetlab.errors import SnippetLabError
from snippetlab.files import digest, write_atomically

from handbook.build.verify import Book
from handbook.children import run_to_its_end

NAME = ".built-from"
# Variables that a build reads (mkdocs.yml, hooks/): a page may hold what they say.
VARIABLES = ("SITE_URL", "EDIT_URI", "SNIPPETLAB_MODE", "SNIPPETLAB_PROVIDER", "ENGINES", "BOOK")
# What else lies in the project decides nothing but the days on which pages were last edited: see _last_commit.
_SOURCES = ("docs", "snippets", "hooks", "mkdocs.yml", "pyproject.toml")


def stamp_of(root: Path, book: Book, environment: Mapping[str, str]) -> str:
    """A digest of everything that decides how the site in ``root`` looks: sources, results, tools, variables."""
    return digest(
        *_files(root),
        *_results(book),
        *(f"{name}={environment.get(name, '')}" for name in VARIABLES),
        *sorted(f"{found.name}=={found.version}" for found in importlib.metadata.distributions()),
        sys.version,
        _last_commit(root),
    )


def is_built_from(site: Path, stamp: str) -> bool:
    """True for a site that a build with this stamp has left, and that is still there."""
    try:
        return (site / NAME).read_text(encoding="utf-8") == stamp and (site / "index.html").is_file()
    except OSError:
        return False


def mark(site: Path, stamp: str) -> None:
    """Write the stamp into a site that has just been built. Where that is not possible, the next build renders anew."""
    try:
        write_atomically(site / NAME, stamp)
    except (OSError, SnippetLabError):
        return


def _files(root: Path) -> Iterable[str | bytes]:
    for name in _SOURCES:
        top = root / name
        for path in sorted(p for p in ([top] if top.is_file() else top.rglob("*")) if p.is_file()):
            if "__pycache__" not in path.parts:
                yield path.relative_to(root).as_posix()
                yield path.read_bytes()


def _results(book: Book) -> Iterable[str]:
    verdict = book.verdict
    yield f"{verdict.live} {verdict.reason} {dict(verdict.absent)} {verdict.unsteady}"
    for result in (*verdict.results, *verdict.others, *verdict.replayed):
        yield f"{result.scenario.id} {result.engine} {result.when} {result.seconds} {len(result.drifts)}"


def _last_commit(root: Path) -> str:
    """The id of the last commit: pages tell the days of the commits that edited them. Empty without git."""
    command = ["git", "-C", str(root), "rev-parse", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def render(config: Path) -> int:
    """Let MkDocs build the site; gives its exit code. It takes the results that were just verified."""
    command = [sys.executable, "-m", "mkdocs", "build", "--config-file", str(config)]
    # MkDocs asks its output whether it is a terminal, whether there is one or not.
    output = subprocess.DEVNULL if sys.stdout is None else None
    return run_to_its_end(command, {**os.environ, "FRESH": ""}, output)
