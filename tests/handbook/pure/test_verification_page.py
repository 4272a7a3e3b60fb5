"""What the verification page tells of the strength of the mark: unsteady steps, and what is compared by kind."""

from __future__ import annotations

import re
from pathlib import Path

from handbook.library import Library, Proof
from handbook.reference.verification import verification_page
from handbook.verdict import Verdict
from snippetlab.compare.explain import Share
from snippetlab.model import Block, Command, Place, Scenario, Step
from snippetlab.results.history import UnsteadyStep

PLACE = Place(Path("a.md"), 3)
SCENARIO = Scenario(
    "a/b",
    Path("snippets/a/b.md"),
    "B",
    (Step("a/b#c", "c", (Block("console", "sh", {}, (Command("true", "", 0, PLACE),), "", PLACE, 4, 5),), (), PLACE),),
)
LIBRARY = Library({"a/b": SCENARIO}, {"a/b": Proof("26.1", "26.1", "7", "1.45", "2026-11-25")})


def section(verdict: Verdict, heading: str) -> str:
    text = verification_page(LIBRARY, verdict, [], [], {})
    return text.split(f"## {heading} ", 1)[1].split("\n## ", 1)[0]


def test_an_unsteady_step_stands_with_its_runs_and_its_day() -> None:
    unsteady = UnsteadyStep("a/b#c", 1, 7, "2026-11-23", "26.1")
    told = section(Verdict((), live=True, unsteady=(unsteady,)), "Unsteady")
    assert "a/b#c" in told and "<td>26.1</td>" in told and "1 of 7 runs" in told and "2026-11-23" in told
    assert "Nothing:" in section(Verdict((), live=True), "Unsteady")


def test_each_kind_stands_with_its_share_the_largest_first() -> None:
    """30 and 120 of 1000 characters are 3 % and 12 %, together 15 %."""
    told = section(Verdict((), live=True, masked=Share(1000, {"time": 30, "id": 120})), "Compared by kind")
    rows = [row for row in re.findall("<tr>(.*?)</tr>", told, re.DOTALL) if "%" in row]
    assert [re.findall("<td[^>]*>(.*?)</td>", row) for row in rows] == [
        ["id", "12.00%"],
        ["time", "3.00%"],
        ["together", "15.00%"],
    ]


def test_where_nothing_is_masked_the_page_says_so() -> None:
    assert "Nothing: everything is compared" in section(Verdict((), live=True, masked=Share(0, {})), "Compared by kind")
