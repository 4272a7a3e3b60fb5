"""What the two tracks leave behind must be the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from snippetlab.compare import compare_states
from snippetlab.model import Drift, DriftKind, Scenario, TrackRun
from snippetlab.packs.docker.kinds import VOCABULARY

SCENARIO = Scenario("a/b", Path("snippets/a/b.md"), "t", ())
WEB = {"name": "web", "image": "busybox", "running": True, "networks": ["bridge"], "ports": {}}


def compare(shell: Mapping[str, Any] | None, python: Mapping[str, Any] | None) -> list[Drift]:
    runs = TrackRun("shell", "26.1", (), shell), TrackRun("python", "26.1", (), python)
    return compare_states(SCENARIO, *runs, VOCABULARY)


def test_equal_states() -> None:
    assert compare({"containers": [WEB], "volumes": []}, {"containers": [dict(WEB)], "volumes": []}) == []


def test_a_container_that_one_track_leaves() -> None:
    (drift,) = compare({"containers": []}, {"containers": [WEB]})
    assert drift.kind is DriftKind.STATE
    assert (drift.step_id, str(drift.place)) == ("a/b", "snippets/a/b.md:1")
    assert drift.message == "containers: the python track leaves 'web' running, the shell track does not"
    assert drift.recorded == ""
    assert '"name": "web"' in drift.captured


def test_a_setting_that_differs_is_named() -> None:
    (drift,) = compare({"containers": [WEB]}, {"containers": [{**WEB, "running": False, "networks": ["app"]}]})
    assert drift.message == (
        "containers: of 'web', 'networks[0]' is \"bridge\" after the shell track and \"app\" after the python track; "
        "of 'web', 'running' is true after the shell track and false after the python track"
    )


def test_the_order_does_not_matter() -> None:
    db = {**WEB, "name": "db"}
    assert compare({"containers": [WEB, db]}, {"containers": [db, WEB]}) == []


def test_ids_generated_names_and_ephemeral_ports_may_differ() -> None:
    def thing(name: str, volume: str, port: str) -> dict[str, Any]:
        return {**WEB, "name": name, "mounts": [{"Name": volume}], "ports": {"80/tcp": [{"HostPort": port}]}}

    one, other = thing("admiring_curie", "1" * 64, "32768"), thing("happy_bell", "2" * 64, "32799")
    assert compare({"containers": [one]}, {"containers": [other]}) == []
    (drift,) = compare({"containers": [one]}, {"containers": [thing("happy_bell", "2" * 64, "8080")]})
    assert "HostPort" in drift.message


@pytest.mark.parametrize(("one", "other"), [(1, 2), (2, 1)])
def test_equal_things_are_counted(one: int, other: int) -> None:
    anonymous = {"name": "3" * 64, "driver": "local"}
    (drift,) = compare({"volumes": [anonymous] * one}, {"volumes": [anonymous] * other})
    assert drift.message.startswith(f"volumes: the {'python' if other > one else 'shell'} track leaves '<id>'")


def test_a_drift_for_each_kind_of_object() -> None:
    left = {"containers": [WEB], "images": [{"tags": ["a:1"]}]}
    found = compare(left, {"containers": [], "images": [{"tags": ["b:1"]}]})
    assert [d.message.partition(":")[0] for d in found] == ["containers", "images"]
    assert "'a:1'" in found[1].message


@pytest.mark.parametrize(("shell", "python"), [(None, {"containers": [WEB]}), ({"containers": [WEB]}, None)])
def test_without_both_states_there_is_nothing_to_compare(shell: Any, python: Any) -> None:
    assert compare(shell, python) == []
