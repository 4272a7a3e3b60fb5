"""A browser that does not print to its end is told of in words, and nothing that it left is taken for a page."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from handbook.exports.book.browser import take_picture
from snippetlab.errors import SnippetLabError

# A browser is told the file by `--screenshot=FILE`.
FIND = """#!/bin/sh
for word in "$@"; do case $word in --screenshot=*) file=${word#*=} ;; esac; done
"""


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, for this test alone."""
    folder = tmp_path / "files"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.parametrize(
    ("does", "told"),
    [
        (r"printf '\211PNG\r\n' > $file", "chromium printed the beginning of page.png alone"),
        ("kill -KILL $$", "chromium was ended by SIGKILL while it printed"),
        ("echo 'no display' >&2; exit 3", "chromium printed nothing (exit code 3): no display"),
        (r"printf '\377\n' >&2; exit 3", "chromium printed nothing (exit code 3): \ufffd"),
    ],
)
def test_what_a_browser_did_not_print_is_told(
    tmp_path: Path, files: Path, monkeypatch: pytest.MonkeyPatch, does: str, told: str
) -> None:
    (tmp_path / "chromium").write_text(f"{FIND}{does}\n")
    (tmp_path / "chromium").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    (files / "handbook-book-of-a-killed-build").mkdir()
    os.utime(files / "handbook-book-of-a-killed-build", (0, 0))
    (files / "handbook-book-of-another-build").mkdir()
    with pytest.raises(SnippetLabError) as raised:
        take_picture("<p>x</p>", 10, 10)
    assert raised.value.what == told
    assert [folder.name for folder in files.iterdir()] == ["handbook-book-of-another-build"]
