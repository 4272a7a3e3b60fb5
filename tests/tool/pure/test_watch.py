"""Files that change while scenarios are watched."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from snippetlab.cli.watch import changes_below, touched_among
from snippetlab.scenario.finding import find
from snippetlab.scenario.selection import Selection
from snippetlab.settings import Project, Settings


def test_a_change_is_seen_although_nobody_has_asked_yet(tmp_path: Path) -> None:
    changes = changes_below([tmp_path])
    file = tmp_path / "it.md"
    file.write_text("changed")
    assert any(file in touched for touched in islice(changes, 50))


def test_what_changed_before_is_no_change(tmp_path: Path) -> None:
    old = tmp_path / "old.md"
    old.write_text("there")
    changes = changes_below([tmp_path])
    (tmp_path / "new.md").write_text("changed")
    touched = next(touched for touched in changes if touched)
    assert touched == {tmp_path / "new.md"}


def test_a_page_runs_again_when_a_file_changes_that_it_brings_along(tmp_path: Path) -> None:
    for name, text in (("src/tool.py", "x"), ("docs/a.md", PAGE), ("docs/b.md", PAGE), ("src/other.py", "x")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    override = {"files": ["docs/a.md"], "set": {"project_files": ["src/tool.py"]}}
    settings = Settings.model_validate({"pages": ["docs"], "overrides": [override]})
    found = find(Project(folder=tmp_path, settings=settings), [])
    all_of_it = Selection(found.scenarios, {}, not_run=found.not_run)
    again = touched_among(all_of_it, {tmp_path / "src" / "tool.py"})
    assert again is not None
    assert [scenario.path for scenario in again.scenarios] == [tmp_path / "docs" / "a.md"]
    assert [one.place.path for one in again.not_run] == [tmp_path / "docs" / "a.md"]
    assert touched_among(all_of_it, {tmp_path / "src" / "other.py"}) is None


PAGE = "# A\n\n```console\n$ a\n```\n\n```text\n$ b\n```\n"
