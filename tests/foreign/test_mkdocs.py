"""A MkDocs project that is not this one, built with the wheel of the tool: one line in mkdocs.yml checks its pages."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import PROJECT

from .conftest import Run

CONFIG = "site_name: Other\ntheme: {name: null, custom_dir: theme}\nplugins: [snippetlab]\n"
PAGE = """\
# Start

!!! note
    Do it so:

    ```console
    $ echo hello
    hello
    ```
"""


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what the wheel installs, and nothing of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", str(PROJECT), "--no-deps", "--wheel-dir", str(folder)], check=True)
    (built,) = folder.glob("*.whl")
    names = zipfile.ZipFile(built).namelist()
    assert not [name for name in names if name.startswith(("handbook", "tests"))]
    subprocess.run([*pip, "install", "--no-deps", "--target", str(folder / "installed"), str(built)], check=True)
    return folder / "installed"


def build(folder: Path, wheel: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(wheel)}
    command = [sys.executable, "-m", "mkdocs", "build"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_a_build_checks_the_pages_and_fails_on_drift(tmp_path: Path, wheel: Path, run_labs: Run) -> None:
    (tmp_path / "theme").mkdir()
    (tmp_path / "theme" / "main.html").write_text("<title>{{ page.title }}</title>{{ page.content }}")
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text(CONFIG)
    page = tmp_path / "docs" / "index.md"
    page.write_text(PAGE)
    done = build(tmp_path, wheel)
    assert done.returncode == 0, done.stderr
    assert "Checked: 1 scenario, 1 step: no drift" in done.stderr
    assert "<title>Start</title>" in (tmp_path / "site" / "index.html").read_text()

    page.write_text(PAGE.replace("    hello\n", "    hullo\n"))
    done = build(tmp_path, wheel)
    assert done.returncode == 1
    assert "docs/index.md:7: drift: output" in done.stderr

    page.write_text(PAGE.replace("    $ echo", "    $echo"))
    done = build(tmp_path, wheel)
    assert done.returncode == 1
    assert "index.md:7: a block without a command" in done.stderr
