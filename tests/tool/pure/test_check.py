"""What a check makes of labs that cannot be had; the provider is made by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import pytest
from snippetlab.check import check_scenarios
from snippetlab.errors import LabError, LabUnavailable, ScenarioError
from snippetlab.lab import Lab, LabSpec
from snippetlab.lab.preparing import one_by_one
from snippetlab.model import DriftKind

from tests.tool.runs import PACK, console, written


class Broken:
    """A provider whose labs never start."""

    def __init__(self, error: LabError) -> None:
        self.error = error
        self.asked = 0

    def problem(self) -> LabUnavailable | None:
        return None

    name = "none"

    def describe(self) -> str:
        return "here"

    def at_once(self) -> int:
        return 1

    def lost(self, lab: Lab) -> bool:
        return False

    def prepare(self, specs: Collection[LabSpec]) -> Mapping[LabSpec, LabError]:
        return one_by_one(specs, self.identity)

    def identity(self, spec: LabSpec) -> str:
        return spec.engine

    def start(self, spec: LabSpec, beside: Lab | None = None) -> Lab:
        self.asked += 1
        raise self.error


def test_a_scenario_without_a_lab_drifts(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/it", console("$ echo one", "one"))
    provider = Broken(LabError("the engine did not answer", hint="look at the log"))
    (found,) = check_scenarios([scenario], pack=PACK, provider=provider, jobs=1)
    assert not found.ok
    (drift,) = found.drifts
    assert (drift.kind, str(drift.place)) == (DriftKind.LAB_DIED, f"{scenario.path}:1")
    assert drift.message == "nothing was run: the engine did not answer\n  → look at the log"


def test_three_labs_that_cannot_be_had_end_the_check(tmp_path: Path) -> None:
    scenarios = [written(tmp_path, f"test/s{n}", console("$ echo one", "one")) for n in range(9)]
    provider = Broken(LabError("no memory is left"))
    with pytest.raises(LabError, match="no memory is left"):
        check_scenarios(scenarios, pack=PACK, provider=provider, jobs=1)
    assert provider.asked == 3


def test_a_machine_that_can_run_no_lab_is_told_at_once(tmp_path: Path) -> None:
    scenarios = [written(tmp_path, f"test/s{n}", console("$ echo one", "one")) for n in range(2)]
    provider = Broken(LabUnavailable("no bubblewrap"))
    with pytest.raises(LabUnavailable):
        check_scenarios(scenarios, pack=PACK, provider=provider, jobs=1)
    assert provider.asked == 1


@pytest.mark.parametrize(
    ("engine", "told"), [("26.1", "26.1 is the baseline, so this is no variant"), ("9.9", "there is no engine '9.9'")]
)
def test_a_variant_of_no_other_engine_is_refused(tmp_path: Path, engine: str, told: str) -> None:
    scenario = written(tmp_path, "test/it", f'## a\n\n```console engine="{engine}"\n$ echo one\none\n```\n')
    provider = Broken(LabError("no lab is asked for"))
    with pytest.raises(ScenarioError, match=told) as caught:
        check_scenarios([scenario], pack=PACK, provider=provider, jobs=1)
    assert (caught.value.where, provider.asked) == (f"{scenario.path}:8", 0)
