"""Options and settings that one track, or the lab alone, has: each is caught, and its field is named.

All options are given to objects of one lab, and the same objects without them stand in a second lab: so a
row costs a hundredth of a lab.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import docker
import pytest
from snippetlab.compare import compare_recorded, compare_states
from snippetlab.compare.states import State
from snippetlab.lab import Lab, LabSpec, Provider
from snippetlab.model import Place, Scenario, TrackRun
from snippetlab.packs import Pack
from snippetlab.packs.docker import SOCKET
from snippetlab.packs.docker.held import Held
from snippetlab.packs.docker.objects import read
from snippetlab.packs.docker.state import state_of
from snippetlab.packs.docker.watch import Watch

from tests.tool.runs import PACK

from .waiting import wait_until

# One process has the labs that all of these tests look at.
pytestmark = pytest.mark.xdist_group("options")

# What is given to `docker create` (%s stands for nothing but the image and its command), and the field that tells it.
CONTAINERS: Mapping[str, tuple[str, str]] = {
    "cap-add": ("--cap-add NET_ADMIN", "HostConfig.CapAdd"),
    "cap-drop": ("--cap-drop CHOWN", "HostConfig.CapDrop"),
    "privileged": ("--privileged", "HostConfig.Privileged"),
    "memory": ("-m 64m", "HostConfig.Memory"),
    "memory-reservation": ("--memory-reservation 32m", "HostConfig.MemoryReservation"),
    "cpus": ("--cpus 0.5", "HostConfig.NanoCpus"),
    "cpu-shares": ("--cpu-shares 512", "HostConfig.CpuShares"),
    "cpuset": ("--cpuset-cpus 0", "HostConfig.CpusetCpus"),
    "pids": ("--pids-limit 50", "HostConfig.PidsLimit"),
    "ulimit": ("--ulimit nofile=100:200", "HostConfig.Ulimits[0].Name"),
    "restart": ("--restart always", "HostConfig.RestartPolicy.Name"),
    "retries": ("--restart on-failure:3", "HostConfig.RestartPolicy.MaximumRetryCount"),
    "dns": ("--dns 192.0.2.1", "HostConfig.Dns"),
    "dns-search": ("--dns-search example.test", "HostConfig.DnsSearch"),
    "add-host": ("--add-host db:192.0.2.2", "HostConfig.ExtraHosts"),
    "hostname": ("--hostname box", "Config.Hostname"),
    "domainname": ("--domainname example.test", "Config.Domainname"),
    "read-only": ("--read-only", "HostConfig.ReadonlyRootfs"),
    "tmpfs": ("--tmpfs /scratch", "HostConfig.Tmpfs./scratch"),
    "tmpfs-size": ("--tmpfs /scratch:size=1m", "HostConfig.Tmpfs./scratch"),
    "log-driver": ("--log-driver none", "HostConfig.LogConfig.Type"),
    "log-option": ("--log-opt max-size=1m", "HostConfig.LogConfig.Config.max-size"),
    "health-command": ("--health-cmd true", "Config.Healthcheck.Test"),
    "health-interval": ("--health-interval 1500ms", "Config.Healthcheck.Interval"),
    "stop-signal": ("--stop-signal SIGINT", "Config.StopSignal"),
    "stop-timeout": ("--stop-timeout 3", "Config.StopTimeout"),
    "init": ("--init", "HostConfig.Init"),
    "security-option": ("--security-opt no-new-privileges", "HostConfig.SecurityOpt"),
    "pid": ("--pid host", "HostConfig.PidMode"),
    "pid-of": ("--pid container:peer", "HostConfig.PidMode"),
    "ipc": ("--ipc host", "HostConfig.IpcMode"),
    "uts": ("--uts host", "HostConfig.UTSMode"),
    "userns": ("--userns host", "HostConfig.UsernsMode"),
    "cgroupns": ("--cgroupns private", "HostConfig.CgroupnsMode"),
    "device": ("--device /dev/null:/dev/x", "HostConfig.Devices[0].PathInContainer"),
    "sysctl": ("--sysctl net.ipv4.ip_forward=0", "HostConfig.Sysctls.net.ipv4.ip_forward"),
    "auto-remove": ("--rm", "HostConfig.AutoRemove"),
    "tty": ("-t", "Config.Tty"),
    "stdin": ("-i", "Config.OpenStdin"),
    "shm": ("--shm-size 1m", "HostConfig.ShmSize"),
    "oom-score": ("--oom-score-adj 100", "HostConfig.OomScoreAdj"),
    "group-add": ("--group-add 7", "HostConfig.GroupAdd"),
    "alias": ("--network app --network-alias db", "NetworkSettings.Networks.app.Aliases"),
    "address": ("--network app --ip 172.30.0.9", "NetworkSettings.Networks.app.IPAMConfig.IPv4Address"),
    "network": ("--network app", "HostConfig.NetworkMode"),
    "network-of": ("--network container:peer", "HostConfig.NetworkMode"),
    "mac": ("--mac-address 02:42:ac:11:00:77", "Config.MacAddress"),
    "bind": ("-v /srv:/data", "HostConfig.Binds"),
    "bind-read-only": ("-v /srv:/data:ro", "Mounts[0].Mode"),
    "anonymous-volume": ("-v /data", "Config.Volumes./data"),
    "volumes-from": ("--volumes-from peer", "HostConfig.VolumesFrom"),
    "expose": ("--expose 99", "Config.ExposedPorts.99/tcp"),
    "publish": ("-p 8081:80", "HostConfig.PortBindings.80/tcp[0].HostPort"),
    "publish-address": ("-p 127.0.0.1:8082:80", "HostConfig.PortBindings.80/tcp[0].HostIp"),
    "publish-all": ("-P", "HostConfig.PublishAllPorts"),
    "label": ("--label a=b", "Config.Labels.a"),
    "entrypoint": ("--entrypoint echo", "Config.Entrypoint"),
    "workdir": ("-w /srv", "Config.WorkingDir"),
    "user": ("-u 7", "Config.User"),
    "env": ("-e A=b", "Config.Env"),
    "runtime": ("--runtime io.containerd.runc.v2", "HostConfig.Runtime"),
    "cgroup-parent": ("--cgroup-parent /own", "HostConfig.CgroupParent"),
    "volume-driver": ("--volume-driver local", "HostConfig.VolumeDriver"),
    "link": ("--link peer:db", "HostConfig.Links"),
}

# Two commands that differ in one thing, kind and name of the object, and the field.
OTHERS: Mapping[str, tuple[str, str, str, str, str]] = {
    "command": ("docker create --name c-cmd busybox a", "docker create --name c-cmd busybox b", "containers", "c-cmd", "Config.Cmd"),
    "image": ("docker create --name c-image busybox", "docker create --name c-image debian:bookworm", "containers", "c-image", "Image"),
    "which container": ("docker create --name c-peer --pid container:peer busybox", "docker create --name c-peer --pid container:other busybox", "containers", "c-peer", "HostConfig.PidMode"),
    "status": ("docker run --name c-ran busybox true", "docker create --name c-ran busybox true", "containers", "c-ran", "State.Status"),
    "exit code": ("docker run --name c-code busybox cat /no || true", "docker create --name c-code busybox cat /no", "containers", "c-code", "State.ExitCode"),
    "subnet": ("docker network create --subnet 172.31.0.0/24 n-subnet", "docker network create --subnet 172.32.0.0/24 n-subnet", "networks", "n-subnet", "IPAM.Config[0].Subnet"),
    "internal": ("docker network create --subnet 172.31.1.0/24 --internal n-internal", "docker network create --subnet 172.31.1.0/24 n-internal", "networks", "n-internal", "Internal"),
    "network option": ("docker network create --subnet 172.31.2.0/24 -o com.docker.network.bridge.enable_icc=false n-option", "docker network create --subnet 172.31.2.0/24 n-option", "networks", "n-option", "Options.com.docker.network.bridge.enable_icc"),
    "network label": ("docker network create --subnet 172.31.3.0/24 --label a=b n-label", "docker network create --subnet 172.31.3.0/24 n-label", "networks", "n-label", "Labels.a"),
    "volume label": ("docker volume create --label a=b v-label", "docker volume create v-label", "volumes", "v-label", "Labels.a"),
    "volume option": ("docker volume create -o type=tmpfs -o device=tmpfs v-option", "docker volume create v-option", "volumes", "v-option", "Options.type"),
    "label of a base image": ("docker commit -c 'LABEL a=b' peer busybox", "docker commit peer busybox", "images", "busybox:latest", "Config.Labels.a"),
    "a layer": ("docker create --name c-layer busybox; docker commit c-layer i-layer", "docker create --name c-layer debian:bookworm; docker commit c-layer i-layer", "images", "i-layer:latest", "RootFS.Layers"),
}  # fmt: skip

DAEMON: Mapping[str, object] = {
    "userland-proxy": False,
    "default-ulimits": {"nofile": {"Name": "nofile", "Hard": 2048, "Soft": 1024}},
    "default-shm-size": "32M",
    "no-new-privileges": True,
    "log-opts": {"max-size": "1m"},
    "default-cgroupns-mode": "private",
    "icc": False,
    "init": True,
    "live-restore": True,
    "labels": ["site=test"],
    "mtu": 1400,
    "insecure-registries": ["registry.example.test"],
    "default-address-pools": [{"base": "10.9.0.0/16", "size": 24}],
    "max-concurrent-downloads": 1,
}
# The fields in which a container of that lab differs: what the engine does, whatever its file says.
DONE = ("HostConfig.ShmSize", "HostConfig.LogConfig.Config.max-size", "NetworkSettings.Networks.app.IPAddress")
SCENARIO = Scenario("test/options", Path("snippets/test/options.md"), "t", ())
SETUP = """
docker network create --subnet 172.30.0.0/16 app
docker create --name peer busybox; docker create --name other busybox
"""


def left(provider: Provider, pack: Pack, spec: LabSpec, script: str) -> TrackRun:
    """A run that leaves what ``script`` makes."""
    lab = provider.start(spec)
    try:
        with pack.watch(lab) as watcher:
            lab.run(["sh", "-ec", f"exec >/dev/null; {script}"], timeout=200)
            found = watcher.state()
    finally:
        lab.stop()
    assert found is not None
    return TrackRun("shell", "26.1", (), found)


@pytest.fixture(scope="module")
def runs(provider: Provider) -> tuple[TrackRun, TrackRun]:
    """What is left with the options, and without them."""
    with_options = [f"docker create --name {name} {options} busybox x" for name, (options, _) in CONTAINERS.items()]
    without = [f"docker create --name {name} busybox x" for name in CONTAINERS]
    scripts = (
        "\n".join([SETUP, *with_options, *(row[0] for row in OTHERS.values())]),
        "\n".join([SETUP, *without, *(row[1] for row in OTHERS.values())]),
    )
    one, two = (left(provider, PACK, LabSpec(), script) for script in scripts)
    return one, replace(two, track="python")


def fields(message: str, name: str) -> set[str]:
    """The fields of an object that a drift's message names."""
    return set(re.findall(rf"of '{re.escape(name)}', (\S+) is ", message))


@pytest.fixture(scope="module")
def told(runs: tuple[TrackRun, TrackRun]) -> Mapping[str, str]:
    """The message about each kind of object."""
    found = compare_states(SCENARIO, *runs, PACK.vocabulary)
    return {drift.message.partition(":")[0]: drift.message for drift in found}


@pytest.mark.parametrize("name", CONTAINERS)
def test_an_option_of_one_track_alone(told: Mapping[str, str], name: str) -> None:
    assert CONTAINERS[name][1] in fields(told["containers"], name)


@pytest.mark.parametrize("name", OTHERS)
def test_a_difference_of_one_track_alone(told: Mapping[str, str], name: str) -> None:
    *_, kind, thing, field = OTHERS[name]
    assert field in fields(told[kind], thing)


def test_what_is_the_same_in_both_is_no_drift(told: Mapping[str, str]) -> None:
    assert fields(told["containers"], "peer") == fields(told["containers"], "other") == set()
    assert "engine" not in told


@pytest.fixture(scope="module")
def daemons(provider: Provider) -> tuple[State, str]:
    """The fields by object in which a lab with other settings differs from the recorded state of a plain one."""
    script = "docker network create app; docker run -d --name web --network app -p 8080:80 busybox sleep 1000"
    plain = left(provider, PACK, LabSpec(), script)
    scenario = replace(SCENARIO, daemon=DAEMON)
    other = left(provider, PACK, PACK.spec(scenario, "", "lab"), script)
    assert plain.state is not None
    found = compare_recorded(SCENARIO, other, plain.state, lambda kind, name: Place(SCENARIO.path, 1))
    return plain.state, "\n".join(drift.message for drift in found)


@pytest.mark.parametrize("setting", DAEMON)
def test_a_setting_of_the_lab_alone(daemons: tuple[State, str], setting: str) -> None:
    named = fields(daemons[1], "engine")
    assert any(field == f"daemon.json.{setting}" or field.startswith(f"daemon.json.{setting}.") for field in named) or (
        f"daemon.json.{setting}[0].base" in named
    )


@pytest.mark.parametrize("field", DONE)
def test_what_a_setting_does_to_a_container(daemons: tuple[State, str], field: str) -> None:
    assert field in fields(daemons[1], "web")


def test_who_publishes_ports_is_seen_at_work(daemons: tuple[State, str]) -> None:
    engine = daemons[0]["engine"]["engine"]
    assert any("-container-port 80" in line for line in engine["proxies of published ports"])
    assert "proxies of published ports is recorded as" in daemons[1]


def test_what_a_scenario_removes_is_seen(fresh_lab: Lab) -> None:
    client = fresh_lab.client
    own = docker.DockerClient(base_url=fresh_lab.socket_url(SOCKET), version=client.api.api_version)
    with Watch(own, lambda: fresh_lab.alive) as watch:
        fresh_lab.run(["docker", "create", "--rm", "--name", "gone", "--shm-size", "1m", "busybox", "true"])
        fresh_lab.run(["docker", "network", "create", "--internal", "away"])
        fresh_lab.run(["docker", "volume", "create", "--label", "a=b", "lost"])
        # What is removed at once may be gone before anybody could look.
        assert wait_until(lambda: {kind for kind, _ in watch.seen} >= {"containers", "networks", "volumes"})
        fresh_lab.run(["sh", "-c", "docker rm gone; docker network rm away; docker volume rm lost"])
        found = read(client)
        state = state_of(found, watch.removed(found))
    assert state["removed containers"]["gone"]["HostConfig.ShmSize"] == 1 << 20
    assert state["removed containers"]["gone"]["HostConfig.AutoRemove"] is True
    assert state["removed networks"]["away"]["Internal"] is True
    assert state["removed volumes"]["lost"]["Labels.a"] == "b"


def test_a_scenario_whose_engine_was_restarted_is_seen_on(provider: Provider) -> None:
    script = """
    docker network create --internal before; docker network rm before
    service docker restart
    until docker info; do sleep 0.1; done
    docker network create after; docker network rm after
    """
    state = left(provider, PACK, LabSpec(), script).state
    assert state is not None
    assert set(state["removed networks"]) == {"before", "after"}


def test_an_engine_that_is_told_to_end_need_not_wait_for_whoever_looks_on(provider: Provider) -> None:
    # Since 24.0 an engine waits some seconds for its callers, and then has a word about them in its log.
    script = """
    service docker restart
    until docker version; do sleep 0.1; done
    docker volume create "waited_$(grep -c 'shutting down http server' /var/log/docker.log)"
    """
    state = left(provider, PACK, LabSpec(), script).state
    assert state is not None
    assert set(state["volumes"]) == {"waited_0"}


def test_what_was_read_for_the_state_tells_the_same_ids_as_asking_for_them(fresh_lab: Lab) -> None:
    fresh_lab.run(["sh", "-c", """
        docker swarm init --advertise-addr 127.0.0.1
        docker create --name web -v /data busybox true
        docker network create app
        docker tag busybox again
        echo secret | docker secret create word -
        echo config | docker config create text -
        docker service create --detach --name nowhere --constraint node.id==nothing busybox true
    """])  # fmt: skip
    # Once the service has a task, which nobody can run, nothing moves any more.
    assert wait_until(lambda: [task["Status"]["State"] for task in fresh_lab.client.api.tasks()] == ["pending"])
    asked, told = Held(), Held()
    found = read(fresh_lab.client)
    asked.look(fresh_lab.client)
    told.look(fresh_lab.client, found=found)
    kinds = {"container", "container name", "network", "image", "layer", "volume"}
    assert set(asked.ids()) == kinds | {"service", "task", "node", "cluster", "secret", "config"}
    assert told.ids() == asked.ids()
