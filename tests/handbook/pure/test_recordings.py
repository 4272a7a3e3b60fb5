"""The book's recordings: no secret that a run made, rules that are for one value each, and files that an update would leave."""

from __future__ import annotations

import pytest
from snippetlab.accept.secrets import SECRET, is_stand_in
from snippetlab.scenario import discover

from tests.conftest import PROJECT
from tests.tool.pure.test_rewrite import with_own_recordings


def test_no_file_that_a_run_writes_holds_a_secret() -> None:
    files = [f for folder in ("snippets", "docs") for f in sorted((PROJECT / folder).rglob("*")) if f.is_file()]
    texts = {f: f.read_text(encoding="utf-8", errors="replace") for f in files if f.suffix in (".md", ".yml", ".json")}
    found = {f: s.group() for f, text in texts.items() for s in SECRET.finditer(text) if not is_stand_in(s.group())}
    assert found == {}
    assert any(SECRET.search(text) for text in texts.values())  # the scan sees the stand-ins


def test_some_rules_stand_in_the_book_and_all_can_be_read() -> None:
    assert sum(len(step.rules) for scenario in discover(PROJECT / "snippets") for step in scenario.steps) > 5


@pytest.mark.parametrize("folder", ["snippets", "tests/handbook/site/fixture/snippets"])
def test_own_recordings_change_no_byte(folder: str) -> None:
    scenarios = discover(PROJECT / folder)
    assert scenarios
    for scenario in scenarios:
        text = scenario.path.read_bytes().decode()
        assert with_own_recordings(text) == text, scenario.path
