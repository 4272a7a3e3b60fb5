"""The commands of ``python -m handbook``.

``verify`` verifies the book before, and without, a site generator; ``site`` builds it, too.
The results are kept, and the build that follows takes them (hooks/mkdocs_hooks.py),
so that the generator only renders. Exit codes: 0 verified (or recorded, with the
reason said), 1 drift, 2 something cannot be read or run.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text
from snippetlab.errors import SnippetLabError, of_machine
from snippetlab.yaml import read_yaml_file

from handbook.build.staging import stage
from handbook.build.stamp import is_built_from, mark, render, stamp_of
from handbook.build.verify import Book, DriftError, verify_book
from handbook.settings import mode_of, read_settings

app = typer.Typer(
    help="The handbook, without its site generator.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def main() -> None:
    """The handbook, without its site generator."""


Config = Annotated[Path, typer.Option(help="The site generator's configuration.")]
Fresh = Annotated[bool, typer.Option(help="Run every scenario, also where nothing has changed.")]
Strict = Annotated[bool, typer.Option(help="Fail where no lab can run.")]


@app.command()
def verify(config: Config = Path("mkdocs.yml"), fresh: Fresh = False, strict: Strict = False) -> None:
    """Run the scenarios and compare; check that pages and scenarios fit each other."""
    _verified(config, Console(stderr=True), fresh=fresh, strict=strict)


@app.command()
def site(config: Config = Path("mkdocs.yml"), fresh: Fresh = False, strict: Strict = False) -> None:
    """Verify, then build the site into the folder site, unless it was built from just this already."""
    console = Console(stderr=True)
    folder = config.parent / "site"
    # Whoever cannot write a site should not wait for labs to hear so. What killed builds left goes, too.
    with _told(console), _undisturbed():
        stage(folder).drop()
    book = _verified(config, console, fresh=fresh, strict=strict)
    stamp = stamp_of(config.parent, book, os.environ)
    if is_built_from(folder, stamp):
        console.print(Text(f"Nothing has changed since {folder} was built."), soft_wrap=True)
        return
    try:
        code = render(config)
    except BaseException:  # Ctrl-C: what was rendered so far goes
        stage(folder).drop()
        raise
    if code:
        raise typer.Exit(code)
    mark(folder, stamp)


def _verified(config: Path, console: Console, *, fresh: bool, strict: bool) -> Book:
    """What was verified. Ends the program with what went wrong."""
    with _told(console):
        table: Any = read_yaml_file(config).data
        settings = read_settings(table.get("extra", {}).get("handbook"))
        docs = config.parent / str(table.get("docs_dir", "docs"))
        mode = mode_of(os.environ, settings.mode)
        book = verify_book(config.parent, docs, settings, mode, console, strict=strict, fresh=fresh)
    if not book.verdict.live:
        console.print(Text(f"Nothing was verified: {book.verdict.reason}", style="yellow"), soft_wrap=True)
    return book


@contextmanager
def _undisturbed() -> Iterator[None]:
    """No signal is heard meanwhile: it would come between a folder's making and its removal."""
    former = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former)


@contextmanager
def _told(console: Console) -> Iterator[None]:
    """Ends the program with what goes wrong meanwhile."""
    try:
        yield
    except DriftError as error:
        console.print(Text(str(error), style="red"), soft_wrap=True)
        raise typer.Exit(1) from error
    except (SnippetLabError, OSError) as error:
        console.print(Text(str(of_machine(error) or error), style="red"), soft_wrap=True)
        raise typer.Exit(2) from error
