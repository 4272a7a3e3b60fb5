"""Every error that a person can meet at the command line: what is wrong, where, what to do next, exit code 2.

No engine is needed: all of these are told before a lab starts.
"""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from snippetlab.check import lab_problem
from snippetlab.cli import listing, main
from snippetlab.errors import LabError, LabUnavailable, ScenarioError, SnippetLabError, UsageError
from snippetlab.lab.providers import bubblewrap

from tests.tool.runs import PACK, console, written

BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def cli(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Ended]]:
    """Runs ``snippetlab`` with the given words in a project of its own, in this process."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "200")
    written(Path("snippets"), "test/it", console("$ echo a", "a"))

    def run(*words: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["snippetlab", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return Ended(int(ended.value.code or 0), told.out, told.err)

    yield run
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_an_error_says_what_where_and_what_next() -> None:
    assert str(SnippetLabError("it broke")) == "it broke"
    assert str(SnippetLabError("it broke", where="a.md:3")) == "a.md:3: it broke"
    assert str(SnippetLabError("it broke", where="a.md:3", hint="mend it")) == "a.md:3: it broke\n  → mend it"


@pytest.mark.parametrize("kind", [ScenarioError, LabError, LabUnavailable, UsageError])
def test_all_errors_are_of_one_family(kind: type[SnippetLabError]) -> None:
    assert issubclass(kind, SnippetLabError)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "Usage: "),
        (("nosuch",), "No such command 'nosuch'"),
        (("check", "--nosuch"), "No such option: --nosuch"),
        (("check", "--jobs", "0"), "--jobs"),
        (("check", "--jobs", "many"), "--jobs"),
        (("shell",), "Missing argument"),
        (("check", "test/if"), "no scenario is named 'test/if'\n  → did you mean test/it"),
        (("check", "test/it#b"), "test/it has no step 'b'"),
        (("check", "-k", "nosuch"), "no scenario holds the word 'nosuch'"),
        (("check", "--root", "nosuch"), "there is no scenario in nosuch"),
        (("check", "--junit", "nosuch/out.xml"), "nosuch/out.xml: there is no folder nosuch"),
        (("check", "--json", "nosuch/out.json"), "nosuch/out.json: there is no folder nosuch"),
        (("check", "--json", "empty"), "empty: this is a folder\n  → name a file for the report"),
        (("list", "nosuch.md"), "no scenario is named 'nosuch.md'"),
        (("list", "--root", "nosuch", "nosuch.md"), "there is neither a file nor a scenario 'nosuch.md'"),
        (("list", "--root", "nosuch", "data.txt"), "data.txt is no Markdown page\n  → the names of pages end in .md"),
        (("list", "--root", "nosuch", "empty"), "there is no page below empty"),
        (("list", "pipe.md"), "pipe.md:1: this is no file that could be read"),
        (("update", "nosuch"), "no scenario is named 'nosuch'"),
        (("shell", "nosuch"), "no scenario is named 'nosuch'"),
        (("list", "nosuch"), "no scenario is named 'nosuch'"),
    ],
)
def test_misuse_is_exit_code_2_and_never_a_traceback(
    cli: Callable[..., Ended], words: tuple[str, ...], told: str
) -> None:
    Path("data.txt").touch()
    Path("empty").mkdir()
    os.mkfifo("pipe.md")
    ended = cli(*words)
    assert ended.code == 2
    assert told in ended.out + ended.err
    assert "Traceback" not in ended.err


def test_outside_of_a_project(cli: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir("/")
    ended = cli("check")
    assert (ended.code, ended.out) == (2, "")
    assert "there is no scenario in snippets" in ended.err
    assert "--root" in ended.err


def test_two_scenarios_have_no_one_shell(cli: Callable[..., Ended]) -> None:
    written(Path("snippets"), "test/other", console("$ true"))
    ended = cli("shell", "test")
    assert ended.code == 2
    assert "'test' names 2 scenarios" in ended.err


@pytest.mark.parametrize(
    ("front", "line", "told"),
    [
        ("title: t\ntitel: u\n", 3, "titel"),
        ("images: [nosuch]\ntitle: t\n", 2, "nosuch"),
        ("title: t\ntimeout: soon\n", 3, "timeout"),
        ("title: [\n", 2, "not YAML"),
    ],
    ids=["unknown key", "unknown image", "wrong value", "no YAML"],
)
def test_broken_front_matter_is_told_with_file_and_line(
    cli: Callable[..., Ended], front: str, line: int, told: str
) -> None:
    Path("snippets/test/broken.md").write_text(f"---\n{front}---\n\n{console('$ true')}")
    ended = cli("check", "test/broken")
    assert (ended.code, ended.out) == (2, "")
    assert f"snippets/test/broken.md:{line}: " in ended.err
    assert told in ended.err
    assert "  → " in ended.err


def test_a_file_that_is_no_text_is_told(cli: Callable[..., Ended]) -> None:
    Path("snippets/test/broken.md").write_bytes(b"---\ntitle: \xff\n---\n")
    ended = cli("list")
    assert ended.code == 2
    assert "snippets/test/broken.md" in ended.err


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of PATH and holds every tool of labs, none of which does anything."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in bubblewrap.TOOLS:
        (folder / tool).write_text("#!/bin/sh\n")
        (folder / tool).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return folder


@pytest.mark.parametrize("command", ["check", "update", "shell"])
def test_without_bubblewrap(cli: Callable[..., Ended], tools: Path, command: str) -> None:
    (tools / "bwrap").unlink()
    ended = cli(command, "test/it")
    assert ended.code == 2
    assert "not installed: bwrap" in ended.err
    assert "apt-get install bubblewrap" in ended.err


def test_every_missing_tool_is_named(tools: Path) -> None:
    for tool in bubblewrap.TOOLS:
        (tools / tool).unlink()
    assert all(tool in str(lab_problem(PACK)) for tool in bubblewrap.TOOLS)


@pytest.mark.parametrize("command", ["check", "update", "shell"])
def test_not_as_root(cli: Callable[..., Ended], tools: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    ended = cli(command, "test/it")
    assert ended.code == 2
    assert "labs need root" in ended.err
    assert "SNIPPETLAB_MODE=recorded make site" in ended.err


def test_not_on_linux(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "labs need Linux" in str(lab_problem(PACK))


def test_a_machine_that_refuses_namespaces_says_what_it_said(cli: Callable[..., Ended], tools: Path) -> None:
    (tools / "unshare").write_text("#!/bin/sh\necho 'unshare failed: Operation not permitted' >&2\nexit 1\n")
    ended = cli("check")
    assert ended.code == 2
    assert "refuses mounts or network namespaces: unshare failed: Operation not permitted" in ended.err
    assert "--privileged" in ended.err


def test_a_machine_with_everything_has_no_problem(tools: Path) -> None:
    assert lab_problem(PACK) is None


def test_a_report_is_left_alone_where_nothing_ran(cli: Callable[..., Ended], tools: Path) -> None:
    (tools / "bwrap").unlink()
    Path("out.xml").write_text("the former report")
    assert cli("check", "--junit", "out.xml", "--json", "out.json").code == 2
    assert Path("out.xml").read_text() == "the former report"
    assert not Path("out.json").exists()


def test_what_needs_no_lab_works_without_one(cli: Callable[..., Ended], tools: Path) -> None:
    (tools / "bwrap").unlink()
    assert cli("list") == Ended(0, "test/it#a\tsnippets/test/it.md:6\n", "")
    assert cli("labs").code == 0
    assert cli("--help").code == 0


def test_labs_are_not_built_where_they_cannot_run(cli: Callable[..., Ended], tools: Path, tmp_path: Path) -> None:
    (tools / "bwrap").unlink()
    assert cli("labs", "--build").code == 2
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            OSError(errno.EACCES, "Permission denied", "/x"),
            "/x: the machine refuses: Permission denied\n  → look at who",
        ),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            "the machine refuses: No space left on device\n  → free some",
        ),
        (
            OSError(errno.EFBIG, "File too large", "/x"),
            "/x: the machine refuses: File too large\n  → raise the limit (`ulimit -f` shows it), or choose another place",
        ),
        (OSError(errno.EMFILE, "Too many open files"), "the machine refuses: Too many open files\n  → raise the limit"),
        (RuntimeError("can't start new thread"), "the machine refuses one more thread\n  → raise the limit"),
    ],
)
def test_what_a_machine_refuses_is_told_and_is_no_fault_of_the_tool(
    cli: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch, error: Exception, told: str
) -> None:
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(listing, "chosen", refuse)
    ended = cli("list")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(told)


def test_another_error_is_a_fault_with_its_lines(cli: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "chosen", lambda *_: {}["nothing"])
    ended = cli("list")
    assert ended.code == 3
    assert "Traceback" in ended.err and "This is a fault of the tool itself." in ended.err


def test_what_cannot_be_printed_is_told(cli: Callable[..., Ended]) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run([BIN / "snippetlab", "list"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, "the machine refuses: No space left on device")


def test_a_list_of_an_engine_tells_what_is_stale(cli: Callable[..., Ended]) -> None:
    newer = next(name for name in PACK.engines if name != PACK.baseline)
    Path(f"snippets/test/it.{newer}.md").write_text(
        "## a\n\n```console\n$ echo b\nb\n```\n\n## gone\n\n```console\n$ true\n```\n"
    )
    ended = cli("list", "--engine", newer)
    assert ended.code == 2
    assert ended.out == f"test/it#a\tsnippets/test/it.{newer}.md:1\t{newer}\n"
    assert f"snippets/test/it.{newer}.md:4: stale: the block at snippets/test/it.md:" in ended.err
    assert f"snippets/test/it.{newer}.md:8: stale: snippets/test/it.md has no step 'gone' any more" in ended.err
    assert cli("list", "--engine", PACK.baseline) == Ended(0, "", "")
