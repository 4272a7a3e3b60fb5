"""A lab from outside and inside: what is in it, what it cannot reach, how it goes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from docker.errors import DockerException
from requests.exceptions import ConnectionError as NobodyAnswers
from requests.exceptions import RequestException
from snippetlab.errors import LabError
from snippetlab.lab import ENVIRONMENT, Lab, LabSpec, Provider
from snippetlab.packs.docker.seed import ENVIRONMENT as OF_PACK

from tests.conftest import PROJECT
from tests.tool.lab.waiting import wait_until


def test_a_fresh_lab_holds_the_base_images_and_nothing_else(fresh_lab: Lab) -> None:
    client = fresh_lab.client
    assert sorted(tag for i in client.images.list() for tag in i.tags) == ["busybox:latest", "debian:bookworm"]
    assert client.containers.list(all=True) == []
    assert client.volumes.list() == []
    assert sorted(n.name for n in client.networks.list()) == ["bridge", "host", "none"]


def test_the_named_base_images_are_there(provider: Provider) -> None:
    lab = provider.start(LabSpec(images=frozenset({"registry"})))
    try:
        tags = {tag for i in lab.client.images.list() for tag in i.tags}
        assert "registry:latest" in tags
    finally:
        lab.stop()


def test_base_images_have_the_same_ids_in_every_lab(lab: Lab, fresh_lab: Lab) -> None:
    assert lab.client.images.get("busybox").id == fresh_lab.client.images.get("busybox").id


def test_nobody_can_write_to_what_labs_share(lab: Lab) -> None:
    layers = lab.run(["sh", "-c", "ls -d /var/lib/docker/overlay2/*/diff/bin"]).split()
    assert len(layers) == 2  # of the two base images
    for folder in (*layers, "/opt/layers", "/opt/docker-py/docker"):
        with pytest.raises(LabError, match="Read-only file system"):
            lab.run(["touch", f"{folder}/written"])


def test_what_a_lab_makes_of_a_base_image_no_other_lab_sees(lab: Lab, fresh_lab: Lab) -> None:
    change = "docker run --name changed busybox sh -c 'echo mine > /etc/passwd; rm /bin/true; echo > /bin/busybox'"
    fresh_lab.run(["sh", "-c", f"{change}; docker commit changed busybox; docker run debian:bookworm rm -r /etc/apt"])
    assert fresh_lab.client.images.get("busybox").id != lab.client.images.get("busybox").id
    assert lab.client.containers.run("busybox", "cat /etc/passwd", remove=True).startswith(b"root:")
    assert lab.client.containers.run("busybox", "true", remove=True) == b""
    assert b"sources.list" in lab.client.containers.run("debian:bookworm", "ls /etc/apt", remove=True)


def test_docker_py_is_compiled_already(lab: Lab) -> None:
    # Python tells of code that it read compiled with the path in quotes, of what it had to compile without.
    said = lab.run(["sh", "-c", "python3 -v -c 'import docker' 2>&1"])
    assert "code object from '/opt/docker-py/docker/" in said
    assert "code object from /opt/docker-py/" not in said


def test_the_engine_is_not_the_machines_own(lab: Lab) -> None:
    assert lab.run(["hostname"]).strip() == "lab"
    assert lab.client.info()["Name"] == "lab"
    assert lab.run(["readlink", "/proc/self/ns/net"]).strip() != str(Path("/proc/self/ns/net").readlink())


@pytest.mark.parametrize("path", [str(PROJECT), str(Path.home() / ".cache"), "/dev/vda"])
def test_files_of_the_machine_are_out_of_reach(lab: Lab, path: str) -> None:
    with pytest.raises(LabError, match="No such file"):
        lab.run(["ls", path])


def test_environment_of_the_machine_is_out_of_reach(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_MACHINE", "x")
    names = {line.split("=")[0] for line in lab.run(["env"]).splitlines()}
    assert names - {"PWD"} == {*ENVIRONMENT, *(name for name, _ in OF_PACK)}


def test_processes_of_the_machine_are_out_of_reach(lab: Lab) -> None:
    assert str(os.getpid()) not in lab.run(["ps", "-e", "-o", "pid="]).split()
    seen = lab.run(["ps", "-e", "-o", "args="])
    assert "pytest" not in seen


def test_a_lab_has_no_way_out_unless_it_is_given_one(fresh_lab: Lab) -> None:
    routes = ["ip", "route", "show", "default"]
    assert fresh_lab.run(routes).split()[:2] == ["unreachable", "default"]
    with pytest.raises(LabError, match="No route to host"):
        fresh_lab.run(["bash", "-c", "exec 3<>/dev/udp/192.0.2.1/53"])
    fresh_lab.attach_outside()
    assert "default via " in fresh_lab.run(routes)
    # The mirror is the one that the lab image was made from.
    fresh_lab.run(["apt-get", "-qq", "--error-on=any", "update"])
    fresh_lab.detach_outside()
    assert fresh_lab.run(routes).split()[:2] == ["unreachable", "default"]


def test_privileged_containers_and_builds_work(lab: Lab, leaves_nothing: None) -> None:
    out = lab.run(["docker", "run", "--rm", "--privileged", "busybox", "mount", "-t", "tmpfs", "none", "/tmp"])
    assert out == ""
    lab.run(["sh", "-c", "printf 'FROM busybox\\nRUN echo built > /proof\\n' | docker build -q -t proof -"])
    assert lab.client.containers.run("proof", "cat /proof", remove=True) == b"built\n"


@pytest.mark.parametrize("tool", ["git", "jq", "less", "nano", "ping", "ssh", "sudo"])
def test_the_usual_tools_are_there(lab: Lab, tool: str) -> None:
    assert lab.run(["sh", "-c", f"command -v {tool}"]).startswith("/usr/bin/")


def test_sudo_works_as_on_a_machine_of_ones_own(lab: Lab) -> None:
    assert lab.run(["sh", "-c", "sudo echo hi 2>&1"]) == "hi\n"


def test_service_restart_ends_the_engine_in_order(fresh_lab: Lab) -> None:
    # Without --init the first program of a container does not hear that it shall end: it is killed after ten seconds.
    container = fresh_lab.client.containers.run(
        "busybox", "sleep 1000", detach=True, restart_policy={"Name": "unless-stopped"}
    )
    fresh_lab.run(["service", "docker", "restart"])
    assert wait_until(lambda: _running(fresh_lab, container.id)), fresh_lab.run(["tail", "/var/log/docker.log"])


def _running(lab: Lab, container: str | None) -> bool:
    try:
        return bool(lab.client.containers.get(str(container)).status == "running")
    except (DockerException, RequestException):
        return False


@pytest.mark.parametrize("name", ["TERM", "INT", "HUP", "QUIT", "KILL"])
def test_the_first_process_does_not_hear_a_signal_of_its_own_lab(lab: Lab, name: str) -> None:
    lab.run(["sh", "-c", f"kill -{name} 1"])
    assert lab.client.ping()
    assert lab.run(["echo", "still here"]) == "still here\n"


def test_stopping_leaves_nothing(provider: Provider, leaves_nothing: None) -> None:
    lab = provider.start(LabSpec())
    lab.client.containers.run("busybox", "sleep 1000", detach=True)
    lab.stop()
    lab.stop()
    assert not lab.alive


def test_two_labs_reach_each_other_over_their_own_network(provider: Provider, leaves_nothing: None) -> None:
    one = provider.start(LabSpec(name="one"))
    two = provider.start(LabSpec(name="two"))
    try:
        with pytest.raises(LabError):
            one.run(["nc", "-z", "-w", "1", "192.168.65.3", "22"])
        one.connect(two, "192.168.65.2/24", "192.168.65.3/24")
        two.run(["bash", "-c", "setsid nc -l -p 9000 >/tmp/got </dev/null 2>&1 &"])
        assert wait_until(
            lambda: "9000" in two.run(["sh", "-c", "cat /proc/net/tcp | grep -o 2328 && echo 9000 || true"])
        )
        one.run(["bash", "-c", "echo over the wire | nc -N 192.168.65.3 9000"])
        assert wait_until(lambda: two.run(["cat", "/tmp/got"]) == "over the wire\n")
        # One lab may be another's router, and neither is the way out.
        two.run(["ip", "address", "add", "203.0.113.5/32", "dev", "lo"])
        one.run(["ip", "route", "add", "203.0.113.5", "via", "192.168.65.3"])
        one.run(["ping", "-c", "1", "-W", "5", "203.0.113.5"])
        for lab in (one, two):
            assert lab.run(["ip", "route", "show", "default"]).split()[:2] == ["unreachable", "default"]
            assert lab.run(["iptables", "-t", "nat", "-S", "OUTPUT"]).count("127.0.0.11") == 0
        two.attach_outside()
        assert two.run(["ip", "route", "get", "192.0.2.1"]).split()[1] == "via"
        one.run(["ping", "-c", "1", "-W", "5", "203.0.113.5"])
        two.detach_outside()
        assert two.run(["ip", "route", "show", "default"]).split()[:2] == ["unreachable", "default"]
    finally:
        one.stop()
        two.stop()


def test_an_engine_that_has_ended_refuses_and_one_that_came_back_answers(fresh_lab: Lab) -> None:
    fresh_lab.run(["service", "docker", "stop"])
    # A time limit would be another error: whoever asks such an engine must not wait for its end.
    with pytest.raises(NobodyAnswers):
        fresh_lab.client.ping()
    fresh_lab.run(["service", "docker", "start"])
    assert wait_until(lambda: answers(fresh_lab))


def answers(lab: Lab) -> bool:
    try:
        return bool(lab.client.ping())
    except (DockerException, RequestException):
        return False
