"""What docker-py's classic builder makes on its way is no difference between the tracks, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest
from snippetlab.packs.docker.tracks import by_any_client

STEP = {"HostConfig.LogConfig.Type": "none", "Config.Cmd": ["/bin/sh", "-c", "touch /made"], "Config.Image": "busybox"}
JOB = {"HostConfig.LogConfig.Type": "json-file", "Config.Cmd": ["true"], "Config.AttachStdout": True}
UNSEEN = {"unseen": True}
NAME, GONE = "unnamed, of busybox", "removed containers"


def compared(shell: dict[str, Any], python: dict[str, Any], kind: str = GONE) -> tuple[Any, Any]:
    left, right = by_any_client({kind: shell}, {kind: python})
    return left[kind], right[kind]


def test_the_steps_of_a_classic_build_are_not_compared_and_not_counted() -> None:
    python = {NAME: STEP, f"{NAME} (2)": JOB, f"{NAME} (3)": STEP, f"{NAME} (10)": {**JOB, "Config.Cmd": ["false"]}}
    shell = {NAME: JOB, f"{NAME} (2)": {**JOB, "Config.Cmd": ["false"]}}
    assert compared(shell, python) == (shell, shell)


def test_a_container_that_a_person_made_is_no_step() -> None:
    for own in (
        {**STEP, "Config.AttachStdout": True},
        {**STEP, "HostConfig.AutoRemove": True},
        {**STEP, "HostConfig.LogConfig.Type": "json-file"},
        {**STEP, "Config.Cmd": ["sh", "-c", "touch /made"]},
    ):
        assert compared({}, {NAME: own}) == ({}, {NAME: own})


def test_one_without_a_name_that_nobody_saw_may_be_a_step() -> None:
    assert compared({NAME: JOB}, {NAME: JOB, f"{NAME} (2)": UNSEEN}) == ({}, {})
    assert compared({"web": UNSEEN}, {}) == ({"web": UNSEEN}, {})


def test_volumes_without_a_name_are_counted_only_where_nothing_was_built() -> None:
    volumes = {"unnamed": {"Driver": "local"}, "data": {"Driver": "local"}}
    state = {"removed volumes": volumes}
    assert by_any_client(state, {"removed volumes": {}})[0] == state
    left, right = by_any_client(state, {"removed volumes": {}, GONE: {NAME: STEP}})
    assert left["removed volumes"] == {"data": {"Driver": "local"}}
    assert right["removed volumes"] == {}


@pytest.mark.parametrize("kind", ["services", "removed services"])
def test_a_default_of_a_service_may_be_said_or_not(kind: str) -> None:
    said = {
        "Spec.EndpointSpec.Mode": "vip",
        "Spec.UpdateConfig.Monitor": 5000000000,
        "Spec.RollbackConfig.FailureAction": "pause",
        "Spec.TaskTemplate.ContainerSpec.Init": False,
        "Spec.Name": "web",
    }
    assert compared({"web": said}, {"web": {"Spec.Name": "web"}}, kind)[0] == {"web": {"Spec.Name": "web"}}
    for path, value in {
        "Spec.EndpointSpec.Mode": "dnsrr",
        "Spec.UpdateConfig.Monitor": 5,
        "Spec.Mode.Global": {},
    }.items():
        assert compared({"web": {path: value}}, {}, kind)[0] == {"web": {path: value}}


def test_a_capability_may_have_its_prefix_or_not() -> None:
    cli = {**JOB, "HostConfig.CapAdd": ["CAP_NET_ADMIN", "CAP_SYS_TIME"], "HostConfig.CapDrop": ["ALL"]}
    docker_py = {**JOB, "HostConfig.CapAdd": ["NET_ADMIN", "SYS_TIME"], "HostConfig.CapDrop": ["ALL"]}
    left, right = compared({"web": cli}, {"web": docker_py})
    assert left == right
    left, right = compared({"web": cli}, {"web": {**docker_py, "HostConfig.CapAdd": ["NET_ADMIN"]}})
    assert left != right


def test_what_is_left_keeps_its_name() -> None:
    state = {"containers": {f"{NAME} (2)": STEP}}
    assert by_any_client(state, {}) == (state, {})
