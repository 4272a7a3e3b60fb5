"""Pages in the shape of a command line's reference, checked where they lie: what must be changed on them, and how much.

``original/`` is as such pages are written by people who never heard of this tool, ``checked/`` what they become.
"""

from __future__ import annotations

import difflib
import shutil
from pathlib import Path

import pytest

from .conftest import Run

HERE = Path(__file__).parent / "reference"
PAGES = sorted(path.name for path in (HERE / "original").iterdir())
MOST = 10  # changed lines on a page


@pytest.mark.parametrize("page", PAGES)
def test_few_lines_are_changed(page: str) -> None:
    old, new = ((HERE / folder / page).read_text().split("\n") for folder in ("original", "checked"))
    changed = [line for line in difflib.ndiff(old, new) if line[0] in "+-"]
    assert 0 < len(changed) <= MOST, changed


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    """A copy of the folder."""
    return shutil.copytree(HERE, tmp_path / "reference")


def test_the_changed_pages_hold(reference: Path, run_labs: Run) -> None:
    done = run_labs(reference, "snippetlab", "check")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "3 scenarios" in done.stdout
    listed = run_labs(reference, "snippetlab", "list", "checked/container_exec.md").stdout.split("\n")
    assert "checked/container_exec.md#workdir\tchecked/container_exec.md:75" in listed
    before = {page: (reference / "checked" / page).read_bytes() for page in PAGES}
    run_labs(reference, "snippetlab", "update")
    assert {page: (reference / "checked" / page).read_bytes() for page in PAGES} == before


def test_what_the_originals_lack_is_told_of_all_of_them(reference: Path, run_labs: Run) -> None:
    done = run_labs(reference, "snippetlab", "check", "original")
    assert done.returncode == 2
    assert "original/volume_create.md:35: a block without a command" in done.stderr
    assert "original/network_create.md:75: a block without a command" in done.stderr
    assert "original/container_exec.md" in done.stdout


def test_an_output_that_is_wrong_is_drift_and_an_update_mends_it_alone(reference: Path, run_labs: Run) -> None:
    page = reference / "checked" / "network_create.md"
    right = page.read_text()
    page.write_text(right.replace("> true\n", "> false\n"))
    assert run_labs(reference, "snippetlab", "check", "checked/network_create.md").returncode == 1
    assert run_labs(reference, "snippetlab", "update", "checked/network_create.md").returncode == 0
    assert page.read_text() == right
