"""The page "Use it for your own docs": its settings are those that there are, and its five minutes go as it says."""

from __future__ import annotations

import re
from pathlib import Path

from snippetlab.scenario.markdown import fences_of
from snippetlab.settings import PageSettings

from tests.conftest import PROJECT

from .conftest import Run

PAGE = PROJECT / "docs" / "own-docs.md"


def test_every_setting_of_a_page_is_told() -> None:
    told = re.findall(r"^\| `(\w+)` \|", PAGE.read_text(), re.MULTILINE)
    assert sorted(told) == sorted(PageSettings.model_fields)


def test_the_five_minutes(tmp_path: Path, run_labs: Run) -> None:
    page, check, update, *_ = fences_of(PAGE.read_text(), PAGE)
    (tmp_path / "hello.md").write_text("".join(f"{line}\n" for line in page.body))
    first = run_labs(tmp_path, "snippetlab", "check", "hello.md")
    assert first.returncode == 1
    assert [line for line in check.body[1:] if line not in first.stdout.split("\n")] == []
    second = run_labs(tmp_path, "snippetlab", "update", "hello.md")
    assert second.returncode == 0
    third = run_labs(tmp_path, "snippetlab", "check", "hello.md")
    assert third.returncode == 0
    printed = [*second.stdout.split("\n"), *third.stdout.split("\n")]
    assert [line for line in update.body if not line.startswith("$ ") and line not in printed] == []
