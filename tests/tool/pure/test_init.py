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


def test_settings_in_pyproject_are_settings(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.snippetlab]\npack = "plain"\n')
    done = CliRunner().invoke(app, ["init"])
    assert "kept:    snippetlab.toml (pyproject.toml holds the settings)" in done.output
    assert not (folder / "snippetlab.toml").exists()


def test_the_workflow_of_a_folder_within_a_repository_stands_at_its_top(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".git").mkdir()
    (folder / "tools" / "greet").mkdir(parents=True)
    monkeypatch.chdir(folder / "tools" / "greet")
    done = CliRunner().invoke(app, ["init"])
    assert "written: ../../.github/workflows/snippets.yml" in done.output
    workflow = YAML(typ="safe").load((folder / ".github/workflows/snippets.yml").read_text())
    [check, upload] = workflow["jobs"]["check"]["steps"][-2:]
    assert (check["working-directory"], upload["with"]["path"]) == ("tools/greet", "tools/greet/snippets.xml")
    assert sorted(path.name for path in Path().iterdir()) == ["docs", "snippetlab.toml"]


def test_an_unknown_pack_is_told_before_anything_is_written(folder: Path) -> None:
    done = CliRunner().invoke(app, ["init", "--pack", "podman"])
    assert done.exit_code != 0
    assert "there is no pack 'podman'" in str(done.exception)
    assert list(folder.iterdir()) == []
