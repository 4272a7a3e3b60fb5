"""A site is written whole or not at all, also when builds run side by side or are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from handbook.build.staging import stage
from snippetlab.errors import SnippetLabError


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def site(target: Path, text: str) -> None:
    target.mkdir()
    (target / "index.html").write_text(text)


def test_a_site_takes_the_place_of_the_former_one(tmp_path: Path) -> None:
    target = tmp_path / "site"
    site(target, "old")
    (target / "gone.html").write_text("old")
    staging = stage(target)
    (staging.folder / "index.html").write_text("new")
    staging.swap_in()
    assert names(target) == ["index.html"]
    assert (target / "index.html").read_text() == "new"
    assert names(tmp_path) == ["site"]


def test_two_builds_do_not_touch_each_other(tmp_path: Path) -> None:
    target = tmp_path / "site"
    first, second = stage(target), stage(target)
    (first.folder / "index.html").write_text("first")
    (second.folder / "index.html").write_text("second")
    second.swap_in()
    assert (target / "index.html").read_text() == "second"
    assert (first.folder / "index.html").read_text() == "first"
    first.swap_in()
    assert (target / "index.html").read_text() == "first"
    assert names(tmp_path) == ["site"]


def test_a_dropped_build_leaves_the_former_site_alone(tmp_path: Path) -> None:
    target = tmp_path / "site"
    site(target, "old")
    staging = stage(target)
    staging.drop()
    staging.drop()
    assert names(tmp_path) == ["site"]
    assert (target / "index.html").read_text() == "old"


KILLED = """
import sys, time
from pathlib import Path
from handbook.build.staging import stage
staging = stage(Path(sys.argv[1]))
(staging.folder / "half.html").write_text("half")
print(staging.folder.name, flush=True)
time.sleep(600)
"""


def test_the_leftovers_of_a_killed_build_are_cleared_by_the_next(tmp_path: Path) -> None:
    target = tmp_path / "site"
    build = subprocess.Popen([sys.executable, "-c", KILLED, str(target)], stdout=subprocess.PIPE, text=True)
    assert build.stdout is not None
    folder = build.stdout.readline().strip()
    stage(target).drop()
    assert names(tmp_path) == [folder], "a build that is at work keeps its folder"
    build.send_signal(signal.SIGKILL)
    build.wait()
    build.stdout.close()
    stage(target).drop()
    assert names(tmp_path) == []


def test_a_build_that_died_between_its_moves_gives_the_former_site_back(tmp_path: Path) -> None:
    site(tmp_path / ".site.old-0123abcd", "old")
    stage(tmp_path / "site").drop()
    assert names(tmp_path) == ["site"]
    assert (tmp_path / "site" / "index.html").read_text() == "old"


def test_a_former_site_that_was_replaced_is_cleared(tmp_path: Path) -> None:
    site(tmp_path / ".site.old-0123abcd", "old")
    site(tmp_path / "site", "new")
    stage(tmp_path / "site").drop()
    assert names(tmp_path) == ["site"]
    assert (tmp_path / "site" / "index.html").read_text() == "new"


def test_a_file_in_the_site_s_place_is_not_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "site"
    target.write_text("mine")
    with pytest.raises(SnippetLabError, match="taken by a file"):
        stage(target)
    assert target.read_text() == "mine"


def test_where_nothing_can_be_written_one_sentence_says_so() -> None:
    # No folder can be made in /proc, not even by root.
    with pytest.raises(SnippetLabError, match="no site can be written into /proc") as caught:
        stage(Path("/proc/site"))
    assert "--site-dir" in (caught.value.hint or "")


def test_everybody_may_read_the_site_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        staging = stage(tmp_path / "site")
        (staging.folder / "assets").mkdir()
        (staging.folder / "assets" / "site.css").write_text("x")
        staging.swap_in()
    finally:
        os.umask(before)
    modes = {p.name: p.stat().st_mode & 0o777 for p in (tmp_path / "site", *(tmp_path / "site").rglob("*"))}
    assert modes == {"site": 0o755, "assets": 0o755, "site.css": 0o644}
