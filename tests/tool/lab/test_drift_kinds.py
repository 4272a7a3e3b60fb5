"""Each kind of drift, provoked once for real; afterwards nothing is left and the scenario file is as before."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from snippetlab.model import DriftKind
from snippetlab.packs import docker as docker_pack

from tests.tool.runs import PACK

from .conftest import Checked

Check = Callable[[str], Checked]
pytestmark = pytest.mark.usefixtures("leaves_nothing")

HEAD = "---\ntitle: test\n{more}---\n\n"


def scenario(body: str, more: str = "") -> str:
    return HEAD.format(more=more) + body


def only_drift(checked: Checked, kind: DriftKind, line: int) -> str:
    """Asserts that exactly this was found, at this line, and gives its message."""
    assert [(d.kind, d.place.line) for d in checked.drifts] == [(kind, line)]
    assert checked.before == checked.after
    return checked.drifts[0].message


def shell_only(body: str, more: str = "") -> str:
    return scenario(body, "tracks: [shell]\n" + more)


@pytest.mark.parametrize("then", ["", '## b\n\n```json capture="containers"\n[]\n```\n'], ids=["at the end", "capture"])
def test_an_engine_that_hangs_is_told_and_not_waited_for(
    checked: Check, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    monkeypatch.setattr(docker_pack, "_ALIVE_WITHIN", 2)
    # Each of these asks many questions, and docker-py waits a minute for the answer to each.
    monkeypatch.setattr(docker_pack, "read", lambda client: pytest.fail("it was asked all the same"))
    monkeypatch.setattr(docker_pack, "capture", lambda client, what: pytest.fail("it was asked all the same"))
    done = checked(shell_only(f"## a\n\n```console\n$ pkill -STOP dockerd\n```\n\n{then}"))
    told = [(d.kind, d.place.line) for d in done.drifts]
    assert told == [*([(DriftKind.CAPTURE, 14)] if then else []), (DriftKind.LAB_DIED, 1)]
    assert done.drifts[-1].message == "the engine did not answer at the end of the scenario"


def test_what_is_recorded_rightly_is_no_drift(checked: Check) -> None:
    done = checked(
        scenario("""\
## run

```console
$ docker run -d --name web busybox sleep 1000
3efd115129ac12a3ec4260a9edfdfb9dcce17741b751b274abc9a0082ffc5575
$ docker ps
CONTAINER ID   IMAGE     COMMAND        CREATED        STATUS        PORTS     NAMES
3efd115129ac   busybox   "sleep 1000"   2 hours ago    Up 2 hours              web
$ false
[1]
$ nosuch
bash: nosuch: command not found
[127]
```

```pycon
>>> client.containers.run("busybox", "sleep 1000", name="web", detach=True).name
'web'
```
""")
    )
    assert done.drifts == []
    assert done.before == done.after


def test_changed_output(checked: Check) -> None:
    done = checked(shell_only("## a\n\n```console\n$ echo one\none\n$ echo two\nthree\n```\n"))
    only_drift(done, DriftKind.OUTPUT, 11)
    assert (done.drifts[0].recorded, done.drifts[0].captured) == ("three\n", "two\n")


def test_unexpected_exit_code(checked: Check) -> None:
    done = checked(shell_only("## a\n\n```console\n$ docker run --rm busybox false\n```\n"))
    assert "1" in only_drift(done, DriftKind.EXIT_CODE, 9)


def test_unexpected_success(checked: Check) -> None:
    done = checked(shell_only("## a\n\n```console\n$ true\n[1]\n```\n"))
    only_drift(done, DriftKind.EXIT_CODE, 9)


def test_misspelt_command(checked: Check) -> None:
    done = checked(shell_only("## a\n\n```console\n$ docker insect web\n[]\n```\n"))
    assert {d.kind for d in done.drifts} <= {DriftKind.OUTPUT, DriftKind.EXIT_CODE}
    assert "'insect' is not a docker command" in done.drifts[0].captured


def test_another_identity(checked: Check) -> None:
    body = """\
## a

```console
$ docker run -d --name one busybox sleep 1000
3efd115129ac12a3ec4260a9edfdfb9dcce17741b751b274abc9a0082ffc5575
$ docker run -d --name two busybox sleep 1000
7aa0d8e7a8bd0a0a7e2e6d1cc9d0a1b4f1d1e3f0a9b8c7d6e5f4a3b2c1d0e9f8
$ docker ps -q -f name=one
7aa0d8e7a8bd
```
"""
    done = checked(shell_only(body))
    only_drift(done, DriftKind.OUTPUT, 13)


def test_changed_json_field(checked: Check) -> None:
    body = """\
## a

```console
$ docker network inspect bridge --format '{{json .IPAM.Config}}'
[{"Subnet":"172.99.0.0/16","Gateway":"172.17.0.1"}]
```
"""
    only_drift(checked(shell_only(body)), DriftKind.OUTPUT, 9)
    right = body.replace("172.99.0.0", "172.17.0.0")
    assert checked(shell_only(right)).drifts == []


def test_changed_capture(checked: Check) -> None:
    body = '## a\n\n```json capture="volumes"\n[{"Name": "x"}]\n```\n'
    assert [d.kind for d in checked(shell_only(body)).drifts] == [DriftKind.CAPTURE]


def test_python_track_leaves_another_state(checked: Check) -> None:
    body = """\
## a

```console
$ docker volume create one
one
```

```pycon
>>> client.volumes.create("two").name
'two'
```
"""
    done = checked(scenario(body))
    assert [d.kind for d in done.drifts] == [DriftKind.STATE]
    assert "volumes" in done.drifts[0].message


def test_exception_that_nobody_recorded(checked: Check) -> None:
    body = '## a\n\n```console\n$ true\n```\n\n```pycon\n>>> 1\n1\n>>> client.containers.get("missing").id\n```\n'
    done = checked(scenario(body))
    assert [d.kind for d in done.drifts] == [DriftKind.EXCEPTION]
    assert "docker.errors.NotFound" in done.drifts[0].captured


def test_no_recording(checked: Check) -> None:
    only_drift(checked(shell_only("## a\n\n```console\n$ echo hello\n```\n")), DriftKind.NO_RECORDING, 9)


def test_a_step_that_hangs(checked: Check) -> None:
    done = checked(shell_only("## a\n\n```console\n$ sleep 100\n$ echo after\nafter\n```\n", "timeout: 1\n"))
    assert "1 s" in only_drift(done, DriftKind.TIME_LIMIT, 10)


def test_a_step_that_floods(checked: Check) -> None:
    done = checked(shell_only("## a\n\n```console\n$ yes\n```\n"))
    assert "1 MiB" in only_drift(done, DriftKind.OUTPUT_LIMIT, 9)


def test_a_python_step_that_floods(checked: Check) -> None:
    body = '## a\n\n```console\n$ true\n```\n\n```pycon\n>>> while True: print("x" * 1000)\n...\n```\n'
    assert [d.kind for d in checked(scenario(body)).drifts] == [DriftKind.OUTPUT_LIMIT]


def test_a_step_that_ends_its_shell(checked: Check) -> None:
    done = checked(
        shell_only("## a\n\n```console\n$ exit 3\n$ echo after\nafter\n```\n\n## b\n\n```console\n$ echo b\nb\n```\n")
    )
    only_drift(done, DriftKind.SHELL_ENDED, 9)


def test_a_step_that_kills_everything_it_sees(checked: Check) -> None:
    done = checked(shell_only("## a\n\n```console\n$ kill -9 -1\n```\n"))
    assert [d.kind for d in done.drifts] == [DriftKind.LAB_DIED]


def test_a_step_that_kills_what_types_into_its_shell(checked: Check) -> None:
    done = checked(shell_only("## a\n\n```console\n$ kill -9 $PPID\n$ echo after\nafter\n```\n"))
    assert "types into the lab's shell was killed" in only_drift(done, DriftKind.LAB_DIED, 9)


def test_a_step_that_takes_more_memory_than_its_lab_may_have(checked: Check) -> None:
    body = "## a\n\n```console\n$ python3 -c 'x = bytearray(3 << 30)'\n$ echo after\nafter\n```\n"
    only_drift(checked(shell_only(body)), DriftKind.OUT_OF_MEMORY, 9)


def test_an_engine_killed_in_the_middle(checked: Check) -> None:
    body = """\
## a

```console
$ docker run -d --name web busybox sleep 1000
3efd115129ac12a3ec4260a9edfdfb9dcce17741b751b274abc9a0082ffc5575
$ kill -9 $(cat /run/docker.pid)
$ docker ps -q
3efd115129ac
```
"""
    done = checked(shell_only(body))
    assert "Cannot connect to the Docker daemon" in done.drifts[0].captured
    assert done.before == done.after


def test_a_step_that_fills_the_disk(checked: Check) -> None:
    done = checked(
        shell_only(
            "## a\n\n```console\n$ fallocate -l 20G /root/big\nfallocate: fallocate failed: No space left on device\n[1]\n```\n"
        )
    )
    assert done.drifts == []


def test_other_scenarios_go_on_after_a_failure(checked: Check, tmp_path, provider) -> None:
    from snippetlab.check import check_scenarios
    from snippetlab.scenario import discover

    root = tmp_path / "snippets"
    (root / "test").mkdir(parents=True)
    (root / "test" / "bad.md").write_text(shell_only("## a\n\n```console\n$ sleep 100\n```\n", "timeout: 1\n"))
    (root / "test" / "good.md").write_text(shell_only("## a\n\n```console\n$ echo fine\nfine\n```\n"))
    results = check_scenarios(discover(root), pack=PACK, provider=provider, jobs=1)
    assert [(r.scenario.id, r.ok) for r in results] == [("test/bad", False), ("test/good", True)]
