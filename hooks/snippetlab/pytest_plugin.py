"""Scenarios as tests: ``pytest snippets/`` collects an item for each step, and one for the state left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from .check import Silent, check_scenarios, lab_problem
from .drift import diff_lines
from .errors import ScenarioError
from .model import Drift, DriftKind, Scenario, ScenarioResult
from .scenario import load

STATE_ITEM = "both tracks leave the same state"


def _root_of(path: Path, top: Path) -> Path | None:
    root = top / "snippets"
    inside = path.is_relative_to(root) and path.suffix == ".md" and path.name != "README.md"
    recipe = path.is_relative_to(root / "images") and path.parent != root / "images"
    return root if inside and not recipe else None


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the scenarios below the project's snippets folder."""
    root = _root_of(file_path, parent.config.rootpath)
    return ScenarioFile.from_parent(parent, path=file_path) if root else None


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """A scenario runs as a whole, so pytest-xdist must keep its steps in one worker."""
    if getattr(config.option, "dist", None) == "load":
        config.option.dist = "loadgroup"


class ScenarioFile(pytest.File):
    """One scenario. It runs when its first item does."""

    _result: ScenarioResult | None = None
    scenario: Scenario

    def collect(self) -> Iterable[pytest.Item]:
        """An item for each step, then the comparison of the tracks."""
        root = _root_of(self.path, self.config.rootpath)
        assert root is not None
        try:
            self.scenario = load(self.path, root)
        except ScenarioError as error:
            raise self.CollectError(str(error)) from error
        names = [step.name for step in self.scenario.steps]
        if len(self.scenario.tracks) > 1:
            names.append(STATE_ITEM)
        for name in names:
            item = StepItem.from_parent(self, name=name)
            item.add_marker(pytest.mark.xdist_group(self.scenario.id))
            yield item

    def result(self) -> ScenarioResult:
        """The scenario's result; skips the item where no lab can run."""
        if self._result is None:
            root = self.config.rootpath / "snippets"
            if problem := lab_problem(root):
                pytest.skip(f"no lab can run here: {problem.what}")
            (self._result,) = check_scenarios([self.scenario], root=root, jobs=2, progress=Silent())
        return self._result


class DriftFound(Exception):
    """The drifts of one item."""

    def __init__(self, drifts: list[Drift]) -> None:
        self.drifts = drifts
        super().__init__(f"{len(drifts)} drifts")


class StepItem(pytest.Item):
    """One step of a scenario, in both tracks."""

    parent: ScenarioFile

    def runtest(self) -> None:
        """Fail with every drift of this step."""
        result = self.parent.result()
        drifts = [d for d in result.drifts if not d.warning and _belongs(d, self.name)]
        if drifts:
            raise DriftFound(drifts)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        """Drifts as text with file and line; anything else as pytest shows it."""
        if isinstance(excinfo.value, DriftFound):
            return "\n".join(line for drift in excinfo.value.drifts for line in _lines(drift))
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """File, line (from 0) and name of the step."""
        scenario = self.parent.scenario
        lines = {step.name: step.place.line - 1 for step in scenario.steps}
        return self.path, lines.get(self.name, 0), f"{scenario.id}#{self.name}"


def _belongs(drift: Drift, name: str) -> bool:
    step = drift.step_id.partition("#")[2]
    return name == STATE_ITEM if drift.kind is DriftKind.STATE or not step else step == name


def _lines(drift: Drift) -> Iterator[str]:
    yield f"{drift.place}: {drift.kind}: {drift.message}"
    if drift.recorded or drift.captured:
        yield from (f"  {tag} {line}" for tag, line, _ in diff_lines(drift, ()))
