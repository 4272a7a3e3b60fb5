"""A sample of the attack on all recordings; ``python -m tests.strength`` runs the whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from snippetlab.model import Scenario
from snippetlab.packs.docker.kinds import VOCABULARY
from snippetlab.scenario import discover

from tests.conftest import PROJECT
from tests.strength.attack import attacks
from tests.strength.meaningless import drifts_of_another_run
from tests.strength.survivors import reason

SEED = 20261125


@pytest.fixture(scope="module")
def scenarios() -> Sequence[Scenario]:
    return discover(Path(PROJECT / "snippets"))


def test_a_changed_recording_is_drift_at_its_line(scenarios: Sequence[Scenario]) -> None:
    found = list(attacks(scenarios, VOCABULARY, seed=SEED, most=1, share=0.1))
    assert len(found) > 500, "the sample is large enough to say something"
    assert [str(attack) for attack in found if not attack.caught and not reason(attack)] == []
    assert sum(attack.right_line for attack in found) >= 0.99 * len(found)


def test_a_run_with_new_ids_times_and_figures_is_no_drift(scenarios: Sequence[Scenario]) -> None:
    alarms = [
        f"{drift.place}: {drift.message}"
        for scenario in scenarios
        for track in scenario.tracks
        for drift in drifts_of_another_run(scenario, VOCABULARY, track, SEED)
    ]
    assert alarms == []
