"""``snippetlab init``: what it writes can be read, and what is there already stays."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from snippetlab.cli.commands import app
from snippetlab.settings import find_project
from typer.testing import CliRunner


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("pack", ["plain", "docker"])
def test_an_empty_folder_gets_settings_a_page_and_a_workflow(folder: Path, pack: str) -> None:
    done = CliRunner().invoke(app, ["init", "--pack", pack])
    assert done.exit_code == 0, done.output
    settings = find_project(folder).settings
    assert (settings.pack, settings.pages) == (pack, ("docs",))
    page = (folder / "docs" / "first.md").read_text()
    assert ("docker volume" in page) is (pack == "docker")
    workflow = YAML(typ="safe").load((folder / ".github/workflows/snippets.yml").read_text())
    assert any("snippetlab check" in step.get("run", "") for step in workflow["jobs"]["check"]["steps"])
    assert tomllib.loads((folder / "snippetlab.toml").read_text())["pack"] == pack


def test_what_is_there_stays(folder: Path) -> None:
    (folder / "snippetlab.toml").write_text("# mine\n")
    done = CliRunner().invoke(app, ["init"])
    assert "kept:    snippetlab.toml" in done.output
    assert (folder / "snippetlab.toml").read_text() == "# mine\n"
    assert (folder / "docs" / "first.md").exists()


def test_an_unknown_pack_is_told_before_anything_is_written(folder: Path) -> None:
    done = CliRunner().invoke(app, ["init", "--pack", "podman"])
    assert done.exit_code != 0
    assert "there is no pack 'podman'" in str(done.exception)
    assert list(folder.iterdir()) == []
