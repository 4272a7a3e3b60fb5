"""Folders in the cache: they appear whole or not at all, once, and are listed and removed."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from snippetlab.errors import LabError
from snippetlab.files import digest
from snippetlab.lab.stock.cache import (
    _still,
    appearing,
    cache_root,
    cached,
    in_use,
    is_whole,
    leftovers,
    locked,
    mark_whole,
    require_space,
)
from snippetlab.lab.stock.store import entries, remove


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "snippetlab"


@pytest.mark.parametrize("value", [None, "", "relative/path"])
def test_the_cache_lies_at_home_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    if value is not None:
        monkeypatch.setenv("XDG_CACHE_HOME", value)
    assert cache_root() == Path("/home/somebody/.cache/snippetlab")


def test_the_cache_lies_where_it_is_told(root: Path) -> None:
    assert cache_root() == root


def test_a_user_without_a_home_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(
        Path, "home", lambda: (_ for _ in ()).throw(RuntimeError("Could not determine home directory."))
    )
    with pytest.raises(LabError, match="this user has no home folder") as caught:
        cache_root()
    assert "XDG_CACHE_HOME" in (caught.value.hint or "")


def test_a_digest_keeps_its_parts_apart() -> None:
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("a") != digest("a", "")
    assert digest("a", b"b") == digest(b"a", "b")


def test_a_folder_appears_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "it"
    with appearing(target) as new:
        (new / "file").write_text("x")
        assert not target.exists()
    assert [p.name for p in tmp_path.iterdir()] == ["it"]
    assert (target / "file").read_text() == "x"
    assert target.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_folder_whose_making_fails_does_not_appear(tmp_path: Path, error: type[BaseException]) -> None:
    def make() -> None:
        with appearing(tmp_path / "it") as new:
            (new / "half").write_text("x")
            raise error

    with pytest.raises(error):
        make()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_in_words(tmp_path: Path, code: int) -> None:
    with pytest.raises(LabError, match="no disk space left") as caught, appearing(tmp_path / "it"):
        raise OSError(code, os.strerror(code))
    assert "XDG_CACHE_HOME" in (caught.value.hint or "")
    assert list(tmp_path.iterdir()) == []


def test_too_little_space_is_told_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**10, 9 * 10**9, 10**9))
    require_space(tmp_path / "new", 10**9)
    with pytest.raises(LabError, match=r"no disk space: 2\.5 GB are needed in .*, 1\.0 GB are free"):
        require_space(tmp_path / "new", 2_500_000_000)


def test_a_cache_that_cannot_be_made_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LabError, match=r"file/images cannot be made: Not a directory"):
        require_space(tmp_path / "file" / "images", 1)
    with pytest.raises(LabError, match="XDG_CACHE_HOME"), locked(tmp_path / "file" / "images" / "it"):
        pass


def build(new: Path) -> None:
    (new / "folder").mkdir()
    (new / "folder" / "binary").write_bytes(b"12345")
    (new / "folder" / "link").symlink_to("binary")
    (new / "facts.json").write_text("{}")
    for file in (new / "folder" / "binary", new / "facts.json"):
        os.utime(file, (1_700_000_000, 1_700_000_000.5))


def test_an_entry_is_built_once_and_found_again(root: Path) -> None:
    said: list[str] = []
    folder = cached("kind", "name", build, said.append)
    assert folder == root / "kind" / "name"
    assert cached("kind", "name", lambda _: pytest.fail("built again"), said.append) == folder
    assert said == []


DAMAGES = {
    "empty": lambda file: file.write_bytes(b""),
    "lost": lambda file: file.unlink(),
    "longer": lambda file: file.write_bytes(file.read_bytes() + b"more"),
    "other bytes": lambda file: file.write_bytes(b"x" * file.stat().st_size),
    "another mode": lambda file: file.chmod(0o600),
    "a folder in its place": lambda file: (file.unlink(), file.mkdir()),
    "a link in its place": lambda file: (file.rename(file.with_name("away")), file.symlink_to("away")),
}


@pytest.mark.parametrize(
    ("file", "how"),
    [
        *((file, how) for file in ("folder/binary", "facts.json") for how in DAMAGES),
        (".measure", "lost"),
        ("folder/link", "lost"),
        ("folder/link", "a folder in its place"),
    ],
)
def test_a_damaged_entry_is_built_again_with_a_word(root: Path, file: str, how: str) -> None:
    folder = cached("kind", "name", build)
    if file == ".measure":
        (folder / ".whole").unlink()  # the mark of earlier versions
    DAMAGES[how](folder / file)
    said: list[str] = []
    assert cached("kind", "name", build, said.append) == folder
    assert said == [f"{folder} is damaged; it is built again"]
    assert (folder / "folder" / "binary").read_bytes() == b"12345"
    assert (folder / "folder" / "link").readlink() == Path("binary")
    assert [p.name for p in folder.parent.iterdir() if p.is_dir()] == ["name"]


def test_what_a_copy_of_a_cache_does_not_keep_is_no_damage(root: Path) -> None:
    folder = cached("kind", "name", build)
    os.utime(folder / "folder")
    os.utime(folder / "facts.json", (1_800_000_000, 1_700_000_000))  # an archive may know seconds alone
    assert cached("kind", "name", lambda _: pytest.fail("built again")) == folder


def test_an_entry_of_an_earlier_version_is_taken_and_known_better_from_then_on(root: Path) -> None:
    folder = cached("kind", "name", build)
    (folder / ".measure").unlink()
    assert cached("kind", "name", lambda _: pytest.fail("built again")) == folder
    (folder / "folder" / "link").unlink()
    _still.cache_clear()  # as in another process
    said: list[str] = []
    cached("kind", "name", build, said.append)
    assert said == [f"{folder} is damaged; it is built again"]


def test_a_mark_is_of_one_folder_alone(root: Path, tmp_path: Path) -> None:
    folder = cached("kind", "name", build)
    shutil.copytree(folder, tmp_path / "copy", symlinks=True, copy_function=os.link)
    (tmp_path / "copy" / "folder" / "link").unlink()
    mark_whole(tmp_path / "copy")
    assert is_whole(tmp_path / "copy") and is_whole(folder)


def test_a_file_too_many_is_damage_too(root: Path) -> None:
    (cached("kind", "name", build) / "folder" / "further").touch()
    said: list[str] = []
    assert not (cached("kind", "name", build, said.append) / "folder" / "further").exists()
    assert len(said) == 1


def test_a_cache_in_use_is_not_removed(root: Path) -> None:
    # Several may use it at once.
    with in_use(), in_use(), pytest.raises(LabError, match="the cache is in use"), in_use(alone=True):
        pytest.fail("it was had alone")
    with in_use(alone=True), pytest.raises(LabError, match="the cache is being removed"), in_use():
        pytest.fail("it was used")


def test_what_others_run_from_stays_while_a_damaged_folder_is_built_again(root: Path) -> None:
    def build(new: Path) -> None:
        (new / "program").write_text("whole")

    folder = cached("kind", "name", build)
    with in_use():
        opened = os.open(folder, os.O_RDONLY)  # a lab has no more of it
        mounted = Path(f"/proc/self/fd/{opened}")
        (folder / "further").touch()
        said: list[str] = []
        assert cached("kind", "name", build, said.append) == folder and len(said) == 1
        assert not (folder / "further").exists()
        with in_use():  # somebody else begins
            assert (mounted / "further").exists() and (mounted / "program").read_text() == "whole"
        # It is listed, and goes with the next who has the cache.
        assert [path.name.rpartition("-")[0] for path in leftovers(folder.parent)] == [".name.retired"]
    with in_use():
        assert not [*mounted.iterdir()]
        assert [path.name for path in folder.parent.iterdir() if path.is_dir()] == ["name"]
    os.close(opened)


def test_what_is_only_listed_is_not_measured(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "images" / "one").mkdir(parents=True)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("it was measured"))
    assert [entry.name for entry in entries()] == ["one"]


def test_a_file_with_several_names_counts_once(root: Path) -> None:
    (root / "images" / "one").mkdir(parents=True)
    (root / "images" / "one" / "a").write_bytes(b"x" * 1_000_000)
    (root / "images" / "one" / "b").hardlink_to(root / "images" / "one" / "a")
    (entry,) = entries()
    assert 1_000_000 <= entry.bytes < 1_100_000


def test_what_cannot_be_removed_is_told_in_words(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "images" / "one").mkdir(parents=True)

    def busy(path: Path) -> None:
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), str(path / "proc"))

    monkeypatch.setattr(shutil, "rmtree", busy)
    (entry,) = entries()
    with pytest.raises(LabError, match="cannot be removed whole: Device or resource busy") as caught:
        remove(entry)
    assert "findmnt" in (caught.value.hint or "")


BUILDER = """
import sys
from pathlib import Path
from snippetlab.lab.stock.cache import appearing, locked
target = Path(sys.argv[1])
with locked(target), appearing(target) as new:
    (new / "half").write_text("x")
    print("building", flush=True)
    sys.stdin.readline()
"""


def builder(target: Path) -> subprocess.Popen[str]:
    """A process in the middle of building ``target``; a line on its stdin lets it go on."""
    process = subprocess.Popen(
        [sys.executable, "-c", BUILDER, str(target)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "building\n"
    return process


def end(process: subprocess.Popen[str], number: int | None = None) -> None:
    if number is not None:
        process.send_signal(number)
    process.communicate("\n")


def test_a_killed_build_leaves_nothing_that_is_trusted_and_the_next_one_clears_it(tmp_path: Path) -> None:
    target = tmp_path / "it"
    end(builder(target), signal.SIGKILL)
    assert not target.exists()
    assert [p.name for p in leftovers(tmp_path)] == [p.name for p in tmp_path.glob(".it.new-*")]
    assert len(list(tmp_path.glob(".it.new-*/half"))) == 1
    with locked(target), appearing(target) as new:
        (new / "whole").touch()
    assert [p.name for p in target.iterdir()] == ["whole"]
    assert list(tmp_path.glob(".it.new-*")) == []


def test_what_another_process_builds_is_no_leftover(tmp_path: Path) -> None:
    process = builder(tmp_path / "it")
    assert list(leftovers(tmp_path)) == []
    end(process)
    assert [p.name for p in (tmp_path / "it").iterdir()] == ["half"]


def test_leftovers_of_another_user_are_left_to_him(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".it.new-abc").mkdir()
    (tmp_path / ".it.lock").mkdir()  # for root, too, a file that cannot be opened
    assert list(leftovers(tmp_path)) == []


def test_entries_are_listed_with_kind_and_size_and_removed(root: Path) -> None:
    for folder in ("images/26.1-abc", "base/busybox-def", "seeds/26.1-123", "docker-py/456", "results"):
        (root / folder).mkdir(parents=True)
        (root / folder / "data").write_bytes(b"x" * 1_000_000)
    (root / "images" / ".26.1-abc.lock").touch()
    (root / "somebody else's").mkdir()
    found = list(entries())
    assert [(e.kind, e.name) for e in found] == [
        ("lab image", "26.1-abc"),
        ("base image", "busybox-def"),
        ("data root", "26.1-123"),
        ("docker-py", "456"),
        ("results", "all"),
    ]
    assert all(1_000_000 <= e.bytes < 1_100_000 for e in found)
    for entry in found:
        remove(entry)
    assert list(entries()) == []
    assert {p.name for p in root.rglob("*") if p.is_dir()} == {
        "images",
        "base",
        "seeds",
        "docker-py",
        "somebody else's",
    }


def test_what_interrupted_builds_and_removals_left_is_listed_and_removed(root: Path) -> None:
    for name in ("images/.26.1-old.new-x1", ".results.new-x2"):
        (root / name).mkdir(parents=True)
        (root / name / "data").write_bytes(b"x" * 1_000_000)
    (root / "results").mkdir()
    found = list(entries())
    assert sorted((e.kind, e.name) for e in found) == [
        ("results", "all"),
        ("unfinished", ".26.1-old.new-x1"),
        ("unfinished", ".results.new-x2"),
    ]
    for entry in found:
        remove(entry)
    assert list(entries()) == []
    assert not any(p.name == "data" for p in root.rglob("*"))


def test_an_empty_cache_lists_nothing(root: Path) -> None:
    assert list(entries()) == []
