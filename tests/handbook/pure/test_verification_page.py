"""What the verification page tells of the strength of the mark: unsteady steps, and what is compared by kind."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from handbook.library import Library, OtherEngine, Proof
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
PROOF = Proof("26.1", "26.1", "7", "1.45", "2026-11-25")
LIBRARY = Library({"a/b": SCENARIO}, {"a/b": PROOF})


def section(verdict: Verdict, heading: str, library: Library = LIBRARY, masked: Share | None = None) -> str:
    text = verification_page(library, verdict, [], [], {}, masked=masked)
    return text.split(f"## {heading} ", 1)[1].split("\n## ", 1)[0]


def on_two_engines(newer: OtherEngine) -> Library:
    ran = frozenset({("a/b#c", 4)})
    return Library({"a/b": SCENARIO}, {"a/b": PROOF}, ran=ran, engines=("28.5", ""), others={"28.5": newer})


def test_an_unsteady_step_stands_with_its_runs_and_its_day() -> None:
    unsteady = UnsteadyStep("a/b#c", 1, 7, "2026-11-23", "26.1")
    told = section(Verdict((), live=True, unsteady=(unsteady,)), "Unsteady")
    assert "a/b#c" in told and "<td>26.1</td>" in told and "1 of 7 runs" in told and "2026-11-23" in told
    assert "Nothing:" in section(Verdict((), live=True), "Unsteady")


def test_an_unsteady_result_that_another_folder_kept_is_told() -> None:
    """The history goes by the folder of a checkout, kept results do not: a page would say both and contradict itself."""
    newer = OtherEngine(
        "28.5.2", "2026-11-30", {"a/b": replace(PROOF, when="2026-11-30", unsteady=frozenset({"a/b#c"}))}
    )
    library = on_two_engines(newer)
    told = section(Verdict((), live=True), "Unsteady", library)
    assert "a/b#c" in told and "<td>28.5</td>" in told and "2026-11-30" in told and "Nothing:" not in told
    known = UnsteadyStep("a/b#c", 1, 7, "2026-11-30", "28.5")
    assert section(Verdict((), live=True, unsteady=(known,)), "Unsteady", library).count("a/b#c") == 1


def test_a_scenario_stands_with_every_engine_that_ran_it() -> None:
    newer = OtherEngine("28.5.2", "2026-11-30", {"a/b": replace(PROOF, engine="28.5.2", when="2026-11-30")})
    library = on_two_engines(newer)
    assert "Engine 28.5.2 and 26.1, 2026-11-25" in verification_page(library, Verdict((), live=True), [], [], {})
    assert "recorded, not verified in this build" in verification_page(
        Library({"a/b": SCENARIO}), Verdict((), live=False), [], [], {}
    )


def test_docker_py_is_named_only_where_it_ran() -> None:
    (step,) = SCENARIO.steps
    python = replace(step.blocks[0], kind="pycon")
    both = replace(SCENARIO, steps=(replace(step, blocks=(*step.blocks, python)),))
    page = verification_page(Library({"a/b": both}, {"a/b": PROOF}), Verdict((), live=True), [], [], {})
    assert "Engine 26.1, docker-py 7, 2026-11-25" in page
    assert "docker-py 7" not in verification_page(LIBRARY, Verdict((), live=True), [], [], {})


def test_each_kind_stands_with_its_share_the_largest_first() -> None:
    """30 and 120 of 1000 characters are 3 % and 12 %, together 15 %."""
    told = section(Verdict((), live=True), "Compared by kind", masked=Share(1000, {"time": 30, "id": 120}))
    rows = [row for row in re.findall("<tr>(.*?)</tr>", told, re.DOTALL) if "%" in row]
    assert [re.findall("<td[^>]*>(.*?)</td>", row) for row in rows] == [
        ["id", "12.00%"],
        ["time", "3.00%"],
        ["together", "15.00%"],
    ]


def test_where_nothing_is_masked_the_page_says_so() -> None:
    told = section(Verdict((), live=True), "Compared by kind", masked=Share(0, {}))
    assert "Nothing: everything is compared" in told
