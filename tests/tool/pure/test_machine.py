"""What the host hears from the machine with cgroup v2, which is played by a pipe."""

from __future__ import annotations

import io
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from snippetlab.errors import LabError

from tests.machine.disks import legacy
from tests.machine.machine import Machine, sweep
from tests.machine.small import make_small
from tests.machine.trials import TRIALS, of_this_kernel, unverified


class Line:
    """The serial line, seen from the machine's end."""

    def __init__(self, folder: Path) -> None:
        (folder / "host").mkdir()
        (folder / "console").write_text("a word of the kernel\n")
        answers, self.says = os.pipe()
        self.hears, orders = os.pipe()
        self.machine = Machine(folder / "host", answers, orders)

    def say(self, text: str) -> None:
        os.write(self.says, text.encode())


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    line = Line(tmp_path)
    yield line
    for end in (line.says, line.hears):
        os.close(end)
    line.machine.close()


def test_a_script_is_named_on_the_line_and_its_output_and_code_come_back(line: Line) -> None:
    line.say("one\r\ntwo\r\nhalf a line\x1e3\n")
    shown = io.StringIO()
    assert line.machine.run("exit 3", 5, shown) == (3, "one\ntwo\nhalf a line")
    assert shown.getvalue() == "one\ntwo\nhalf a line"
    assert os.read(line.hears, 100) == b"script-1\n"
    assert (line.machine.folder / "script-1").read_text() == "exit 3"


def test_what_comes_after_the_code_belongs_to_the_next_script(line: Line) -> None:
    line.say("\x1eready\nfirst\n\x1e0\nsecond\n\x1e1\n")
    line.machine.wait_until_ready(5)
    assert line.machine.run("", 5) == (0, "first\n")
    assert line.machine.run("", 5) == (1, "second\n")


def test_a_machine_that_is_silent_or_gone_is_told_with_its_last_words(line: Line) -> None:
    with pytest.raises(LabError, match="did not answer within 0 s") as error:
        line.machine.run("", 0)
    assert "a word of the kernel" in error.value.hint
    os.close(line.says)
    line.says = os.open(os.devnull, os.O_RDONLY)
    with pytest.raises(LabError, match="the test machine ended"):
        line.machine.run("", 5)


def test_a_lab_image_gets_the_older_kind_of_iptables_and_the_original_keeps_its_own(tmp_path: Path) -> None:
    original, links = tmp_path / "original", tmp_path / "links"
    (original / "etc/alternatives").mkdir(parents=True)
    for name in ("iptables", "ip6tables", "iptables-save", "ip6tables-save", "iptables-restore", "ip6tables-restore"):
        (original / "etc/alternatives" / name).symlink_to(f"/usr/sbin/{name.replace('tables', 'tables-nft')}")
    subprocess.run(["cp", "-al", str(original), str(links)], check=True)
    legacy(links)
    assert os.readlink(links / "etc/alternatives/ip6tables-save") == "/usr/sbin/ip6tables-legacy-save"
    assert os.readlink(original / "etc/alternatives/ip6tables-save") == "/usr/sbin/ip6tables-nft-save"


@pytest.mark.parametrize(
    ("recorded", "captured"),
    [
        (" OSType: linux\n", "WARNING: No cpuset support\n OSType: linux\n"),
        ('unnamed, of busybox (3): HostConfig.CpusetCpus: "0"\n', ""),
        (
            " Kernel Version: 6.18.4\n OSType: linux\n",
            "WARNING: No cpuset support\n Kernel Version: 6.12.1\n OSType: linux\n",
        ),
    ],
)
def test_what_the_kernel_lacks_is_no_fault_of_the_tool(recorded: str, captured: str) -> None:
    assert of_this_kernel({"recorded": recorded, "captured": captured})


@pytest.mark.parametrize(
    ("recorded", "captured"),
    [
        ("137 true\n", "137 false\n"),
        ("137 true\n", "WARNING: No cpuset support\n137 false\n"),
        ("", ""),
        ("1\n", None),
    ],
)
def test_all_else_is_drift(recorded: str, captured: str | None) -> None:
    assert not of_this_kernel({"recorded": recorded, "captured": captured})


def test_the_folder_that_a_killed_run_left_goes_and_that_of_a_living_one_stays(tmp_path: Path) -> None:
    gone = 4194304  # beyond the highest process id there can be
    for name in (f"snippetlab-machine-{gone}-ab", f"snippetlab-machine-{os.getpid()}-cd", "somebody-else"):
        (tmp_path / name / "host").mkdir(parents=True)
    sweep(tmp_path)
    assert {folder.name for folder in tmp_path.iterdir()} == {"somebody-else", f"snippetlab-machine-{os.getpid()}-cd"}


TWO_STEPS = """---
title: Two steps
---

## a-step

```console
$ true
```

## another

```console
$ false
[1]
```
"""


def _checkout(folder: Path) -> None:
    for name in ("one/first.md", "one/firstly.md", "two/other.md"):
        (folder / "snippets" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "snippets" / name).write_text(TWO_STEPS)
    (folder / "snippets/one/first.28.5.md").write_text("## another\n\n```console\n$ false\n[2]\n```\n")
    (folder / "snippets/one/first.state.yml").write_text("engine: {}\n")
    for name in ("notes.tsv", "between.yml", "engines.yml", "defaults.state.yml", "images/redis/etc/redis.conf"):
        (folder / "snippets" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "snippets" / name).write_text("something\n")
    (folder / "docs/en/one").mkdir(parents=True)
    (folder / "docs/en/one/page.md").write_text("# A page\n")
    (folder / "mkdocs.yml").write_text("extra: {coverage: strict}\n")


def test_a_small_book_holds_the_steps_of_its_scenarios_and_nothing_else(tmp_path: Path) -> None:
    _checkout(tmp_path)
    make_small(tmp_path, ["one/first"])
    left = {str(file.relative_to(tmp_path / "snippets")) for file in (tmp_path / "snippets").rglob("*.*")}
    own = {"one/first.md", "one/first.28.5.md", "one/first.state.yml"}
    assert left == own | {"notes.tsv", "engines.yml", "defaults.state.yml", "images/redis/etc/redis.conf"}
    assert (tmp_path / "snippets/notes.tsv").read_text() == ""
    pages = {str(file.relative_to(tmp_path / "docs/en")): file.read_text() for file in tmp_path.glob("docs/en/**/*.md")}
    assert sorted(pages) == ["index.md", "one/index.md"]
    assert pages["one/index.md"].endswith(
        "# One\n\n```step\none/first#a-step\n```\n\n```step\none/first#another\n```\n"
    )
    assert (tmp_path / "mkdocs.yml").read_text() == "extra: {coverage: draft}\n"


def test_a_small_book_of_what_is_not_there_leaves_the_checkout_as_it_is(tmp_path: Path) -> None:
    _checkout(tmp_path)
    with pytest.raises(KeyError):
        make_small(tmp_path, ["one/first", "one/missing"])
    assert (tmp_path / "docs/en/one/page.md").exists() and (tmp_path / "snippets/two/other.md").exists()


def test_a_site_that_took_a_recording_has_not_passed(tmp_path: Path) -> None:
    shown = [{"id": "one/first", "verified": {"date": "2026-11-29"}}, {"id": "one/second", "verified": None}]
    assert unverified({"scenarios": shown}, ["one/first"]) == []
    assert unverified({"scenarios": shown}, ["one/first", "one/second", "one/third"]) == ["one/second", "one/third"]
    site = next(trial for trial in TRIALS if trial.name == "site")
    (tmp_path / "site.json").write_text('{"scenarios": []}')
    assert site.verdict(0, tmp_path, ["one/first"]) == (1, "not verified: one/first")
    assert site.verdict(2, tmp_path, ["one/first"]) == (2, "the script, `make site` above all, ended with 2")
