"""What the two tracks leave behind must be the same, and what is recorded of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from snippetlab.compare import compare_recorded, compare_states
from snippetlab.compare.states import State, flat
from snippetlab.model import Drift, DriftKind, Place, Scenario, TrackRun
from snippetlab.packs.docker.fields import BETWEEN_TRACKS, NEVER
from snippetlab.packs.docker.kinds import VOCABULARY

SCENARIO = Scenario("a/b", Path("snippets/a/b.md"), "t", ())
WEB = {"Config.Image": "busybox", "State.Status": "running", "HostConfig.Memory": 0}
HERE = Place(Path("snippets/a/b.state.yml"), 7)


def left(state: State | None, track: Any = "shell") -> TrackRun:
    return TrackRun(track, "26.1", (), state)


def compare(shell: State | None, python: State | None) -> list[Drift]:
    return compare_states(SCENARIO, left(shell), left(python, "python"), VOCABULARY)


def recorded(was: State, now: State) -> list[Drift]:
    return compare_recorded(SCENARIO, left(now), was, lambda kind, name: HERE)


def test_equal_states() -> None:
    db = {**WEB, "Config.Image": "redis"}
    assert compare({"containers": {"web": WEB, "db": db}}, {"containers": {"db": db, "web": dict(WEB)}}) == []


def test_a_container_that_one_track_leaves() -> None:
    (drift,) = compare({}, {"containers": {"web": WEB}})
    assert drift.kind is DriftKind.STATE
    assert (drift.step_id, str(drift.place)) == ("a/b", "snippets/a/b.md:1")
    assert drift.message == "containers: the python track leaves 'web' running, the shell track does not"
    assert (drift.recorded, drift.captured) == ("", "web\n")


def test_each_field_that_differs_is_named() -> None:
    other = {**WEB, "HostConfig.Memory": 67108864, "HostConfig.Init": True}
    (drift,) = compare({"containers": {"web": WEB}}, {"containers": {"web": other}})
    assert drift.message == (
        "containers: of 'web', HostConfig.Init is not set after the shell track and true after the python track; "
        "of 'web', HostConfig.Memory is 0 after the shell track and 67108864 after the python track"
    )
    assert drift.recorded == "web: HostConfig.Memory: 0\n"


@pytest.mark.parametrize(("one", "other"), [(1, True), (0, False), (1, "1"), (["a"], ["b"]), ([1], 1)])
def test_values_of_different_types_differ(one: Any, other: Any) -> None:
    assert len(compare({"volumes": {"v": {"x": one}}}, {"volumes": {"v": {"x": other}}})) == 1


def test_a_drift_for_each_kind_of_object() -> None:
    found = compare({"containers": {"web": WEB}, "images": {"a:1": {}}}, {"images": {"b:1": {}}})
    assert [d.message.partition(":")[0] for d in found] == ["containers", "images"]
    assert "'a:1'" in found[1].message


def test_what_one_track_alone_removes_is_drift() -> None:
    gone = {"removed containers": {"job": WEB}}
    (drift,) = compare(gone, {})
    assert (
        drift.message
        == "removed containers: the shell track makes and removes 'job' running, the python track does not"
    )
    assert compare(gone, gone) == []


def test_what_both_remove_is_compared_field_by_field() -> None:
    other = {**WEB, "Config.Cmd": ["sleep", "1000"]}
    (drift,) = compare({"removed containers": {"job": WEB}}, {"removed containers": {"job": other}})
    assert "of 'job', Config.Cmd is not set after the shell track" in drift.message


def test_what_one_track_alone_could_not_see_is_compared_by_its_name() -> None:
    seen, unseen = ({"removed containers": {"job": fields}} for fields in (WEB, {"unseen": True}))
    assert compare(seen, unseen) == []
    assert len(compare(seen, {"removed containers": {}})) == 1


# One and the same thing in the words of the CLI and in those of docker-py; and a third that is not the same.
CLIENTS = {
    "removed by the client": (
        "removed containers", {"HostConfig.AutoRemove": True}, {"HostConfig.AutoRemove": False}, {"HostConfig.Init": True}
    ),
    "a bind": (
        "containers",
        {"HostConfig.Binds": ["/srv:/www:ro"]},
        {"HostConfig.Binds": ["/srv:/www:ro"], "Config.Volumes./www": {}},
        {"HostConfig.Binds": ["/srv:/www:ro"], "Config.Volumes./other": {}},
    ),
    "a volume without a name": (
        "removed containers",
        {"Config.Volumes./data": {}},
        {"HostConfig.Binds": ["/data"], "Config.Volumes./data": {}},
        {"HostConfig.Binds": ["/data"]},
    ),
    "another source": (
        "containers",
        {"HostConfig.Binds": ["/srv:/www"]},
        {"HostConfig.Binds": ["/srv:/www"], "Config.Volumes./www": {}},
        {"HostConfig.Binds": ["/etc:/www"], "Config.Volumes./www": {}},
    ),
    "a volume's label": ("removed volumes", {"Labels.com.docker.volume.anonymous": ""}, {}, {"Labels.a": "b"}),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "shell", "python", "other"), CLIENTS.values(), ids=CLIENTS)
def test_what_two_clients_say_in_different_words(kind: str, shell: Any, python: Any, other: Any) -> None:
    assert compare({kind: {"web": shell}}, {kind: {"web": python}}) == []
    assert len(compare({kind: {"web": shell}}, {kind: {"web": other}})) == 1


def test_a_container_that_is_left_keeps_who_removes_it() -> None:
    one, other = ({"containers": {"web": {"HostConfig.AutoRemove": flag}}} for flag in (True, False))
    assert len(compare(one, other)) == 1


def test_what_was_removed_is_recorded() -> None:
    (drift,) = recorded({}, {"removed containers": {"web": WEB}})
    assert drift.message == "removed containers: 'web' running was there and is not recorded"


def test_every_field_that_is_not_compared_has_its_reason() -> None:
    assert all(unlike.reason for unlike in (*NEVER, *BETWEEN_TRACKS))


def test_a_field_that_is_unlike_by_nature_is_not_compared_between_tracks_but_with_the_record() -> None:
    one, other = ({"containers": {"web": {"HostConfig.ConsoleSize": size}}} for size in ([24, 80], [0, 0]))
    assert compare(one, other) == []
    assert len(recorded(one, other)) == 1


def test_the_recorded_state_names_the_field_and_its_line() -> None:
    (drift,) = recorded({"containers": {"web": WEB}}, {"containers": {"web": {**WEB, "HostConfig.Memory": 1}}})
    assert (drift.kind, drift.place, drift.track) == (DriftKind.STATE, HERE, "shell")
    assert drift.message == "containers: of 'web', HostConfig.Memory is recorded as 0 and is 1 now"


def test_what_was_gone_before_it_was_seen_is_compared_by_its_name_alone() -> None:
    seen, unseen = {"removed containers": {"web": WEB}}, {"removed containers": {"web": {"unseen": True}}}
    assert recorded(seen, unseen) == recorded(unseen, seen) == []
    assert len(recorded(unseen, {})) == 1


@pytest.mark.parametrize(("shell", "python"), [(None, {"containers": {}}), ({"containers": {"web": WEB}}, None)])
def test_without_both_states_there_is_nothing_to_compare(shell: Any, python: Any) -> None:
    assert compare(shell, python) == []


def test_fields_have_paths_and_what_nobody_set_is_none() -> None:
    data = {"A": {"B": 0, "C": None, "D": [], "E": {}, "F": ""}, "G": [1, 2], "H": [{"I": False}, {"I": True}]}
    assert dict(flat(data)) == {"A.B": 0, "G": [1, 2], "H[0].I": False, "H[1].I": True}


def test_a_key_that_somebody_chose_is_a_field_even_without_a_value() -> None:
    data = {"Labels": {"A": "", "B": None}, "Tmpfs": {"/x": ""}, "Volumes": None, "Ports": {"C": {}}}
    maps = frozenset({"Labels", "Tmpfs", "Volumes"})
    assert dict(flat(data, maps)) == {"Labels.A": "", "Labels.B": "", "Tmpfs./x": ""}
