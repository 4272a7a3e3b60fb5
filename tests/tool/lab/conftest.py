"""The lab layer: real engines. Skipped, with the reason, where no lab can run."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from snippetlab.check import Silent, check_scenarios, default_provider, lab_problem
from snippetlab.lab import Lab, LabSpec, Provider
from snippetlab.model import Drift, ScenarioResult
from snippetlab.scenario import discover

from tests.conftest import PROJECT, traces
from tests.tool.runs import PACK, pack_of

from .project import Project

BOOK = pack_of(PROJECT)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip this layer without labs; where labs are required, a missing one is a failure."""
    here = [item for item in items if Path(item.path).is_relative_to(Path(__file__).parent)]
    problem = lab_problem(BOOK) if here else None
    if problem is None:
        return
    if os.environ.get("SNIPPETLAB_REQUIRE_LABS"):
        raise pytest.UsageError(f"labs are required here, but: {problem}")
    for item in here:
        item.add_marker(pytest.mark.skip(reason=problem.what))


@pytest.fixture(scope="session")
def provider() -> Provider:
    """The provider of this machine."""
    return default_provider(BOOK, Silent())


@pytest.fixture(scope="module")
def lab(provider: Provider) -> Iterator[Lab]:
    """One lab for the tests of a module."""
    running = provider.start(LabSpec())
    yield running
    running.stop()


@pytest.fixture
def fresh_lab(provider: Provider) -> Iterator[Lab]:
    """A lab for one test."""
    running = provider.start(LabSpec())
    yield running
    running.stop()


@pytest.fixture
def leaves_nothing() -> Iterator[None]:
    """Fails the test when anything of a lab is on the machine afterwards that was not there before."""
    before = traces()
    yield
    assert traces() == before


@dataclass(frozen=True)
class Checked:
    """What a check of a scenario file gave, and the file's bytes before and after."""

    result: ScenarioResult
    before: bytes
    after: bytes

    @property
    def drifts(self) -> list[Drift]:
        """Its drifts, without warnings."""
        return [d for d in self.result.drifts if not d.warning]


@pytest.fixture
def checked(tmp_path: Path, provider: Provider) -> Callable[[str], Checked]:
    """Checks one scenario, given its text, as `snippetlab check` would."""

    def run(text: str) -> Checked:
        root = tmp_path / "snippets"
        path = root / "test" / "scenario.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")
        before = path.read_bytes()
        (result,) = check_scenarios(discover(root), pack=PACK, provider=provider, jobs=2)
        return Checked(result, before, path.read_bytes())

    return run


@pytest.fixture
def own(tmp_path: Path) -> Project:
    """An empty project."""
    return Project(tmp_path)
