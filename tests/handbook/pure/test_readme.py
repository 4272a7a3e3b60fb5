"""What the README says in numbers is what the data say."""

from __future__ import annotations

import re

from handbook.library import Library, exempt_blocks
from handbook.reference.coverage import read_coverage
from snippetlab.scenario import discover

from tests.conftest import PROJECT

NUMBERS = ["no", "one", "two", "three", "four", "five", "six"]
README = (PROJECT / "README.md").read_text()


def test_the_number_of_exempt_blocks() -> None:
    blocks = [b for s in discover(PROJECT / "snippets") for step in s.steps for b in exempt_blocks(step)]
    assert f"the {NUMBERS[len(blocks)]} blocks that no lab can run" in README


def test_the_number_of_items() -> None:
    scenarios = {s.id: s for s in discover(PROJECT / "snippets")}
    coverage = read_coverage(PROJECT / "snippets", Library(scenarios))
    assert coverage is not None
    found = re.search(r"Of the (\d+) things .* (\d+) are executed .*; (\w+) cannot", README)
    assert found is not None
    total, executed, exempt = len(coverage.items), coverage.count("executed"), coverage.count("exempt")
    corrected = coverage.count("corrected")
    assert (int(found[1]), int(found[2]), found[3]) == (total, executed + corrected, NUMBERS[exempt])
    assert total == executed + corrected + exempt
