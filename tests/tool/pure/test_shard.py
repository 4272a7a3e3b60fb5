"""Parts of a whole: every scenario in just one, and reports that come together again."""

from __future__ import annotations

import json
import random
from pathlib import Path
from xml.etree import ElementTree

import pytest
from snippetlab.errors import UsageError
from snippetlab.model import NotRun, Place, Scenario, ScenarioResult
from snippetlab.report.machine import write_json, write_junit
from snippetlab.report.merge import merge_json, merge_junit
from snippetlab.scenario.shard import Shard

from tests.tool.runs import console, run, written
from tests.tool.runs import result as made_of


def result(scenario: Scenario, printed: str) -> ScenarioResult:
    return made_of(scenario, run(scenario, [f"{printed}\n"]))


@pytest.fixture
def scenarios(tmp_path: Path) -> list[Scenario]:
    front = {n: "nodes: [worker]\n" if n in (4, 7) else "" for n in range(11)}
    return [
        written(tmp_path, f"test/s{n:02}", console("$ echo one", "one"), f"tracks: [shell]\n{front[n]}") for n in front
    ]


@pytest.mark.parametrize("count", [1, 2, 3, 5, 11, 12])
def test_all_parts_together_are_the_whole(scenarios: list[Scenario], count: int) -> None:
    parts = [Shard(index, count).share(scenarios) for index in range(1, count + 1)]
    assert sorted(s.id for part in parts for s in part) == [s.id for s in scenarios]
    sizes = [len(part) for part in parts]
    assert max(sizes) - min(sizes) <= 1


def test_a_part_does_not_depend_on_the_order(scenarios: list[Scenario]) -> None:
    mixed = random.Random(1).sample(scenarios, len(scenarios))
    assert {s.id for s in Shard(2, 3).share(mixed)} == {s.id for s in Shard(2, 3).share(scenarios)}
    assert [s.id for s in mixed if s in Shard(2, 3).share(mixed)] == [s.id for s in Shard(2, 3).share(mixed)]


def test_scenarios_with_several_machines_are_in_different_parts(scenarios: list[Scenario]) -> None:
    assert [sum(bool(s.nodes) for s in Shard(index, 2).share(scenarios)) for index in (1, 2)] == [1, 1]


@pytest.mark.parametrize("text", ["0/5", "6/5", "2", "a/b", "-1/5", "2/5/1", "1/0", "²/5"])
def test_what_is_no_part_is_told(text: str) -> None:
    with pytest.raises(UsageError, match="this is no part of a whole") as caught:
        Shard.of(text)
    assert "2/5" in (caught.value.hint or "")


def test_reports_of_parts_are_the_report_of_the_whole(scenarios: list[Scenario], tmp_path: Path) -> None:
    results = {s.id: result(s, "two" if s.id == "test/s03" else "one") for s in scenarios}
    left = [NotRun("block", Place(Path("a.md"), 3), "no lab"), NotRun("page", Place(Path("b.md"), 1), "old")]
    for name, part in (("all", scenarios), ("1", Shard(1, 2).share(scenarios)), ("2", Shard(2, 2).share(scenarios))):
        shard = "" if name == "all" else f"{name}/2"
        write_json(tmp_path / f"{name}.json", [results[s.id] for s in part], left, shard)
        write_junit(tmp_path / f"{name}.xml", [results[s.id] for s in part], left, shard)
    merged = merge_json([tmp_path / "2.json", tmp_path / "1.json"])
    assert json.loads(merged.text) == json.loads((tmp_path / "all.json").read_text())
    assert not merged.ok
    whole = merge_junit([tmp_path / "2.xml", tmp_path / "1.xml"])
    expected = ElementTree.canonicalize((tmp_path / "all.xml").read_text(), strip_text=True)
    assert ElementTree.canonicalize(whole.text, strip_text=True) == expected
    assert not whole.ok


def test_a_whole_without_drift_is_ok(scenarios: list[Scenario], tmp_path: Path) -> None:
    write_json(tmp_path / "1.json", [result(scenarios[0], "one")])
    write_junit(tmp_path / "1.xml", [result(scenarios[0], "one")])
    assert merge_json([tmp_path / "1.json"]).ok
    assert merge_junit([tmp_path / "1.xml"]).ok


@pytest.mark.parametrize("kind", ["json", "xml"])
def test_a_part_whose_report_was_lost_is_told(scenarios: list[Scenario], tmp_path: Path, kind: str) -> None:
    write, merge = (write_json, merge_json) if kind == "json" else (write_junit, merge_junit)
    for index in (1, 3):
        part = Shard(index, 3).share(scenarios)
        write(tmp_path / f"{index}", [result(s, "one") for s in part], (), f"{index}/3")
    with pytest.raises(UsageError, match="there is no report of part 2/3") as caught:
        merge([tmp_path / "1", tmp_path / "3"])
    assert "--shard 2/3" in (caught.value.hint or "")


def test_the_same_part_twice_is_told(scenarios: list[Scenario], tmp_path: Path) -> None:
    for name in ("1.json", "again.json"):
        write_json(tmp_path / name, [result(scenarios[0], "one")])
    with pytest.raises(UsageError, match="test/s00 stands in another of these reports") as caught:
        merge_json([tmp_path / "1.json", tmp_path / "again.json"])
    assert caught.value.where == str(tmp_path / "again.json")


@pytest.mark.parametrize("text", ["", "{", "[]", "<x>"])
def test_what_is_no_report_is_told(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x"
    file.write_text(text)
    with pytest.raises(UsageError, match="no report in JSON"):
        merge_json([file])
    if text != "":
        with pytest.raises(UsageError, match="no report in JUnit"):
            merge_junit([file])
