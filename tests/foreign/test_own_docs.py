"""The page "Use it for your own docs": its settings are those that there are, and its five minutes go as it says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pydantic
import pytest
from snippetlab.scenario.frontmatter import FrontMatter
from snippetlab.scenario.markdown import fences_of
from snippetlab.settings import PageSettings, Settings

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


def _told(page: str, section: str) -> dict[str, object]:
    """The defaults in the tables of a section whose last column tells them, by the key in the first."""
    text = (PROJECT / page).read_text().partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    rows = [row.strip("| ").split(" | ") for row in text.split("\n") if row.startswith("| `")]
    cells = [(row[0].strip("`"), row[-1].strip("`")) for row in rows if len(row) == 3]
    values = re.compile(r"""true|false|[\d.]+|".*"|\[.*\]|\{\}""")
    return {key: tomllib.loads(f"x = {cell}")["x"] for key, cell in cells if values.fullmatch(cell)}


@pytest.mark.parametrize(
    ("page", "section", "model"),
    [
        ("CONTRIBUTING.md", "The scenario file", FrontMatter),
        ("CONTRIBUTING.md", "Settings", Settings),
        ("docs/own-docs.md", "What you can set", PageSettings),
    ],
)
def test_the_guides_tell_the_defaults_that_there_are(page: str, section: str, model: type[pydantic.BaseModel]) -> None:
    fields = {key: field.get_default(call_default_factory=True) for key, field in model.model_fields.items()}
    found = {key: (told, fields[key]) for key, told in _told(page, section).items() if key not in WORDED}
    assert len(found) > 3
    assert {key: both for key, both in found.items() if both[0] != _plain(both[1])} == {}


WORDED = frozenset({"images", "tracks"})  # what a file's own default is comes from the file


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
