"""Scenarios and pages as tests: pytest collects an item for each step, and one for what is left at the end."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from snippetlab.check import Silent, absent, check_scenarios, default_provider
from snippetlab.compare import Reading, diff_lines, hunks, readings, shortened
from snippetlab.engines import scenario_on, wanted_engines
from snippetlab.errors import LabError, LabUnavailable, ScenarioError, SnippetLabError, UsageError, of_machine
from snippetlab.model import Drift, DriftKind, Scenario, ScenarioResult
from snippetlab.packs import Pack, find_pack, known_to
from snippetlab.report.hints import hints
from snippetlab.scenario import is_scenario
from snippetlab.scenario.finding import is_markdown, is_page, scenarios_of
from snippetlab.settings import find_project

STATE_ITEM = "both tracks leave the same state"
END_ITEM = "the engine answers at the end"  # in its place where only one track runs
_ABSENT: pytest.StashKey[dict[Sequence[str], dict[str, LabError]]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a person name engines."""
    group = parser.getgroup("snippetlab")
    group.addoption(
        "--engine",
        action="append",
        metavar="NAME",
        help="the engine that scenarios run on; may be given several times, or be all",
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the project's scenarios, and the pages that its settings name."""
    if not is_markdown(file_path):
        return None
    project = find_project(parent.config.rootpath)
    wanted = is_scenario(project.scenarios.resolve(), file_path) or is_page(project, file_path)
    return ScenarioFile.from_parent(parent, path=file_path) if wanted else None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A scenario runs as a whole, so pytest-xdist must keep its steps in one worker."""
    if config.getvalue("dist") != "load":
        return None
    from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

    scheduling = LoadScopeScheduling(config, log)
    scheduling._split_scope = _handed_out_with
    return scheduling


def _handed_out_with(nodeid: str) -> str:
    """What goes to one worker as a whole: a scenario's file; other tests one by one."""
    file = nodeid.partition("::")[0]
    return file if file.endswith(".md") else nodeid


class ScenarioFile(pytest.File):
    """One scenario or page. It runs when its first item does."""

    _results: list[ScenarioResult] | SnippetLabError | None = None
    _absent: Mapping[str, LabError] = {}
    scenarios: tuple[Scenario, ...]
    engines: Sequence[str]

    def collect(self) -> Iterable[pytest.Item]:
        """An item for each step, then the comparison of the tracks."""
        project = find_project(self.config.rootpath)
        try:
            pack = find_pack(project)
            known = known_to(pack)
            self.scenarios = scenarios_of(project, self.path, known)
            self.engines = wanted_engines(self.config.getoption("--engine"), pack, project)
        except (ScenarioError, UsageError) as error:
            raise self.CollectError(str(error)) from error
        for scenario in self.scenarios:
            for engine in self.engines[:1] if scenario.in_place else self.engines:
                there = scenario_on(scenario, engine, pack)
                if not there.tracks:
                    continue
                on = f"[{engine}]" if len(self.engines) > 1 else ""
                for step in scenario.steps:
                    yield StepItem.from_parent(self, name=step.name + on, scenario=scenario, engine=engine)
                end = STATE_ITEM if len(there.tracks) > 1 else END_ITEM
                # A page may have a lab for each of its sections, and then an end for each.
                name = end if len(self.scenarios) == 1 else f"{scenario.steps[-1].name}: {end}"
                yield StepItem.from_parent(self, name=name + on, scenario=scenario, engine=engine)

    def result(self, scenario: Scenario, engine: str) -> ScenarioResult:
        """The result of one of the file's scenarios on an engine.

        Where no lab can run, the item is skipped, or fails when labs are
        required (SNIPPETLAB_REQUIRE_LABS). It is skipped where its engine, which
        nobody named, cannot be had. Raises SnippetLabError.
        """
        if self._results is None:
            self._results = self._run()
        if engine in self._absent:
            pytest.skip(f"{engine} was not verified, its recordings stand as they are: {self._absent[engine]}")
        if isinstance(self._results, LabUnavailable) and not os.environ.get("SNIPPETLAB_REQUIRE_LABS"):
            pytest.skip(self._results.what)
        if isinstance(self._results, SnippetLabError):
            raise self._results
        return next(r for r in self._results if (r.scenario.id, r.engine) == (scenario.id, engine))

    def reading(self, drift: Drift) -> Reading:
        """How the outputs of a drift's step are read."""
        vocabulary = self._pack().vocabulary
        return readings(self.scenarios, vocabulary).get(drift.step_id, Reading(vocabulary))

    def _pack(self) -> Pack:
        return find_pack(find_project(self.config.rootpath))

    def _run(self) -> list[ScenarioResult] | SnippetLabError:
        pack = self._pack()
        try:
            self._absent = self._missing(pack)
            engines = [engine for engine in self.engines if engine not in self._absent]
            return check_scenarios(self.scenarios, pack=pack, engines=engines, jobs=2, progress=Silent())
        except (SnippetLabError, OSError) as error:
            told = error if isinstance(error, SnippetLabError) else of_machine(error)
            if told is None:
                raise
            # What is wrong with labs is as wrong for the next step; it is not tried again.
            return told

    def _missing(self, pack: Pack) -> Mapping[str, LabError]:
        """The engines that cannot be had, with the reasons. It is found out once: nothing is there a file later."""
        kept = self.config.stash.setdefault(_ABSENT, {})
        named = self.config.getoption("--engine")
        provider = default_provider(pack, Silent())
        if provider.problem() or (named and "all" not in named):
            return {}
        others = tuple(engine for engine in self.engines if engine != pack.baseline)
        if others not in kept:
            kept[others] = absent(others, provider)
        return kept[others]


class DriftFound(Exception):
    """The drifts of one item."""

    def __init__(self, drifts: list[Drift]) -> None:
        self.drifts = drifts
        super().__init__(f"{len(drifts)} drifts")


class StepItem(pytest.Item):
    """One step of a scenario on one engine, in both tracks."""

    parent: ScenarioFile

    def __init__(self, *, scenario: Scenario, engine: str, **given: Any) -> None:
        super().__init__(**given)
        self.scenario = scenario
        self.engine = engine
        self.step = self.name.removesuffix(f"[{engine}]")

    def runtest(self) -> None:
        """Fail with every drift of this step."""
        result = self.parent.result(self.scenario, self.engine)
        drifts = [d for d in result.drifts if not d.warning and self._is_of(d)]
        # What never ran agrees with nothing: the lab died before it, and only the end tells why.
        if not drifts and not self.step.endswith((STATE_ITEM, END_ITEM)) and not self._ran(result):
            drifts = [drift for drift in result.drifts if not drift.warning]
        if drifts:
            raise DriftFound(drifts)

    def _ran(self, result: ScenarioResult) -> bool:
        return all(any(done.step.name == self.step for done in run.steps) for run in result.runs if run.whole)

    def _is_of(self, drift: Drift) -> bool:
        step = drift.step_id.partition("#")[2]
        at_the_end = drift.kind is DriftKind.STATE or (drift.kind is DriftKind.LAB_DIED and drift.place.line == 1)
        return self.step.endswith((STATE_ITEM, END_ITEM)) if at_the_end or not step else self.step == step

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        """Drifts as text with file and line; anything else as pytest shows it."""
        if isinstance(excinfo.value, DriftFound):
            drifts = excinfo.value.drifts
            return "\n".join(line for drift in drifts for line in self._lines(drift))
        if isinstance(excinfo.value, SnippetLabError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def _lines(self, drift: Drift) -> Iterator[str]:
        yield from _lines(drift, self.parent.reading(drift))
        yield from (f"  hint: {hint}" for hint in hints(drift, self.scenario))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """File, line (from 0) and name of the step."""
        lines = {step.name: step.place.line - 1 for step in self.scenario.steps}
        page = self.scenario.id.partition("#")[0]
        return self.path, lines.get(self.step, 0), f"{page}#{self.name}"


def _lines(drift: Drift, reading: Reading) -> Iterator[str]:
    yield f"{drift.place}: {drift.kind}: {drift.message}"
    if drift.recorded or drift.captured:
        for shown in shortened(hunks(diff_lines(drift, reading))):
            yield f"    … {shown} lines alike" if isinstance(shown, int) else f"  {shown[0]} {shown[1]}"
