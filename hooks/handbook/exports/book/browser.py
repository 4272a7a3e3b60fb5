"""Debian's chromium as a printer: an HTML page goes in, a PDF or a picture comes out."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pikepdf
from lxml import html  # type: ignore[import-untyped]
from snippetlab.errors import SnippetLabError

from handbook.children import ending_with_this_process

_NAMES = ("chromium", "chromium-browser", "google-chrome")
# A page of some hundred sheets takes seconds; a browser that hangs must not hold a build for ever.
_SECONDS = 600
_ENDS = (b"%%EOF", b"IEND\xaeB`\x82")  # of a PDF and of a PNG
_FOLDER = "handbook-book-"


def find_browser() -> str:
    """The browser's path. Raises SnippetLabError where there is none."""
    for name in _NAMES:
        if path := shutil.which(name):
            return path
    raise SnippetLabError(
        "chromium is not installed, so no book can be printed",
        hint="install Debian's package chromium (make book does so as root), or build the site without BOOK=1",
    )


def print_pdf(page: str, *, day: str, draft: bool = False) -> bytes:
    """The page as PDF, with an outline of its headings, and tags for whoever hears it read.

    ``day`` (ISO) is that of the file: it says nothing of now. A ``draft`` is without outline and tags, and takes half
    the time.
    """
    options = ["--disable-pdf-tagging"] if draft else ["--generate-pdf-document-outline"]
    done = _run(page, "page.pdf", "--print-to-pdf={}", "--no-pdf-header-footer", *options)
    if draft:
        return done
    held = io.BytesIO()
    with pikepdf.open(io.BytesIO(done)) as document:
        for name in ("/CreationDate", "/ModDate"):
            document.docinfo[name] = pikepdf.String(f"D:{day.replace('-', '')}000000Z")
        document.docinfo["/Creator"] = pikepdf.String("handbook")  # the browser names itself there, at length
        _name_outline(document, page)
        # Less than half of what the browser writes, which packs no object.
        document.save(held, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return held.getvalue()


def _name_outline(document: pikepdf.Pdf, page: str) -> None:
    """Give the outline its titles: the browser writes those twice that have a part in type of its own."""
    headings = list(html.document_fromstring(page).iter(*(f"h{level}" for level in range(1, 7))))
    with document.open_outline() as outline:
        items = list(_in_order(outline.root))
        # A heading that is not printed has no entry; then which is which cannot be told.
        if len(items) == len(headings):
            for item, heading in zip(items, headings, strict=True):
                item.title = " ".join(heading.text_content().split())


def _in_order(items: Iterable[pikepdf.OutlineItem]) -> Iterator[pikepdf.OutlineItem]:
    for item in items:
        yield item
        yield from _in_order(item.children)


def take_picture(page: str, width: int, height: int) -> bytes:
    """The page as PNG of that size."""
    return _run(page, "page.png", "--screenshot={}", f"--window-size={width},{height}", "--hide-scrollbars")


def _run(page: str, result: str, *options: str) -> bytes:
    browser = find_browser()
    _clear_leftovers()
    # What a browser that was killed still writes there is no reason to fail.
    with tempfile.TemporaryDirectory(prefix=_FOLDER, ignore_cleanup_errors=True) as folder:
        source, target = Path(folder, "page.html"), Path(folder, result)
        source.write_text(page, encoding="utf-8")
        command = [
            browser,
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            f"--user-data-dir={folder}/profile",
            # As root, and in most containers, the browser's own sandbox cannot start; the page is our own.
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
            *(option.format(target) for option in options),
            source.as_uri(),
        ]
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_SECONDS,
                check=False,
                preexec_fn=ending_with_this_process(signal.SIGKILL),
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise SnippetLabError(f"chromium could not print the book: {error}", hint=_hint(page)) from error
        if done.returncode < 0:
            what = f"chromium was ended by {signal.Signals(-done.returncode).name} while it printed"
            raise SnippetLabError(
                what, where=browser, hint="look at the machine's memory and limits (`ulimit -a`), and build again"
            )
        if not target.exists():
            last = done.stderr.strip().split("\n")[-1]
            raise SnippetLabError(
                f"chromium printed nothing (exit code {done.returncode}): {last}", where=browser, hint=_hint(page)
            )
        printed = target.read_bytes()
        if not printed.rstrip().endswith(_ENDS):
            # The browser ends as if all were well.
            raise SnippetLabError(
                f"chromium printed the beginning of {result} alone", where=folder, hint="free some space there"
            )
        return printed


def _clear_leftovers() -> None:
    """Remove what browsers of killed builds have left: none that is at work is so old."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*"):
        try:
            if time.time() - folder.stat().st_mtime > 2 * _SECONDS:
                shutil.rmtree(folder)
        except OSError:
            pass  # another user's, or another build was faster


def _hint(page: str) -> str:
    return f"the page has {len(page):,} characters; run {_NAMES[0]} --version to see whether it starts at all"
