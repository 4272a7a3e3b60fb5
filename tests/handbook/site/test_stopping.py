"""A build that is stopped: whenever the signal comes, it ends in order, with no traceback and no half of a site."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.tool.lab.waiting import wait_until

from .conftest import ROOT, Workplace, make_workplace

STOPPED = "stopped: every lab was ended\n"
# The first module that only the commands load, long before all are loaded.
EARLY = """
import os, runpy, signal, sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "typer": os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder())
sys.argv = ["handbook", "site"]
runpy.run_module("handbook", run_name="__main__", alter_sys=True)
"""


def test_make_holds_a_ctrl_c_back_until_somebody_listens() -> None:
    made = subprocess.run(["make", "-n", "site", "check", "update"], cwd=ROOT, capture_output=True, text=True).stdout
    started = [line for line in made.splitlines() if re.search(r"/python -m (handbook|snippetlab)", line)]
    assert len(started) == 3, made
    assert all("env --block-signal=INT" in line for line in started), made


def start(place: Workplace, *words: str, **variables: str) -> subprocess.Popen[str]:
    path = os.pathsep.join(p for p in (str(ROOT / "hooks"), os.environ.get("PYTHONPATH", "")) if p)
    environment = {**os.environ, "SNIPPETLAB_MODE": "recorded", "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": path}
    environment |= variables
    return subprocess.Popen(
        [sys.executable, *words], cwd=place.folder, env=environment, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_a_ctrl_c_while_the_program_loads_ends_it_without_a_traceback(workplace: Workplace) -> None:
    process = start(workplace, "-c", EARLY)
    _, told = process.communicate(timeout=60)
    assert (process.returncode, told) == (130, STOPPED)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_build_that_is_stopped_while_it_renders_leaves_the_former_site(tmp_path: Path, number: int) -> None:
    place = make_workplace(tmp_path / "work")
    site = place.folder / "site"
    site.mkdir()
    (site / "index.html").write_text("former")
    process = start(place, "-m", "handbook", "site")
    while not list(place.folder.glob(".site.new-*")):
        assert process.poll() is None
        time.sleep(0.01)
    # From a terminal it comes to the site generator, too.
    os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert "Traceback" not in told and told.endswith(STOPPED)
    assert [path.name for path in place.folder.iterdir() if "site" in path.name] == ["site"]
    assert (site / "index.html").read_text() == "former"


# Says that it is there, and never prints.
BROWSER = """#!/bin/sh
echo $$ > "$BROWSER.new"
mv "$BROWSER.new" "$BROWSER"
exec sleep 1000
"""


@pytest.mark.skipif(sys.platform != "linux", reason="no process hears of its parent's end")
@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("handbook site", signal.SIGINT),
        ("handbook site", signal.SIGHUP),
        ("handbook site", signal.SIGKILL),
        ("mkdocs build", signal.SIGINT),
        ("mkdocs build", signal.SIGTERM),
    ],
)
def test_neither_browser_nor_file_stays_of_a_book_that_is_stopped_while_it_is_printed(
    tmp_path: Path, words: str, number: int
) -> None:
    place = make_workplace(tmp_path / "work")
    told, programs, files = (tmp_path / name for name in ("browser", "programs", "files"))
    programs.mkdir()
    files.mkdir()
    (programs / "chromium").write_text(BROWSER)
    (programs / "chromium").chmod(0o755)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    process = start(place, "-m", *words.split(), BOOK="1", PATH=path, BROWSER=str(told), TMPDIR=str(files))
    assert wait_until(lambda: told.exists() or process.poll() is not None), process.communicate()
    process.send_signal(number)
    # It is over when nobody has its outputs any more.
    _, err = process.communicate(timeout=60)
    assert process.returncode != 0 and "Traceback" not in err
    browser = Path("/proc", told.read_text().strip(), "cmdline")
    assert wait_until(lambda: not browser.exists() or not browser.read_bytes())
    assert list(files.iterdir()) == []
    assert [path.name for path in place.folder.iterdir() if "site" in path.name] == []


def test_a_site_that_cannot_be_written_is_told_before_anything_is_verified(workplace: Workplace) -> None:
    (workplace.folder / "site").write_text("a file")
    # Verifying would tell this.
    workplace.edit("docs/start/index.md", "start/escape#html", "start/escape#none")
    process = start(workplace, "-m", "handbook", "site")
    _, told = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "the site's place is taken by a file" in told and "none" not in told


def test_what_a_killed_build_left_goes_also_where_nothing_is_rendered(workplace: Workplace) -> None:
    (workplace.folder / ".site.new-0123abcd").mkdir()
    workplace.edit("docs/start/index.md", "start/escape#html", "start/escape#none")
    process = start(workplace, "-m", "handbook", "site")
    process.communicate(timeout=60)
    assert process.returncode == 1  # a page that does not fit
    assert not (workplace.folder / ".site.new-0123abcd").exists()


def test_a_build_whose_output_is_closed_is_built(workplace: Workplace) -> None:
    path = os.pathsep.join((str(ROOT / "hooks"), os.environ.get("PYTHONPATH", "")))
    environment = {**os.environ, "SNIPPETLAB_MODE": "recorded", "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": path}
    command = ["sh", "-c", 'exec "$0" -m handbook site <&- >&-', sys.executable]
    done = subprocess.run(command, cwd=workplace.folder, env=environment, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 0, done.stderr
    assert (workplace.site / "index.html").exists()
