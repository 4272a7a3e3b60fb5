"""Which provider is chosen, what is said where none can run labs, and how several engines share them."""

from __future__ import annotations

import os
import re
import socket
import threading
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests
from snippetlab.check import default_provider
from snippetlab.cli import doctor, listing
from snippetlab.cli.commands import app
from snippetlab.errors import LabError, LabUnavailable, UsageError
from snippetlab.lab import Lab, LabSpec, Limits, fitting
from snippetlab.lab.choice import Wish, choose
from snippetlab.lab.preparing import one_by_one
from snippetlab.lab.providers.bubblewrap import Bubblewrap
from snippetlab.lab.providers.engine import EngineProvider, stocks
from snippetlab.lab.providers.engine.images import Packed, bring
from snippetlab.lab.providers.engine.lab import remove_container
from snippetlab.lab.providers.engine.networks import Outside, Wire
from snippetlab.lab.providers.engine.reach import Engine, unfit
from snippetlab.lab.providers.spread import Spread
from typer.testing import CliRunner

from tests.tool.runs import PACK

COMMANDS = (doctor, listing)  # importing them adds them to the program


def chosen(wish: Wish) -> object:
    return choose(wish, PACK, lambda line: None, Limits())


@pytest.mark.parametrize(
    ("settings", "on", "variable", "wish"),
    [
        ("auto", (), "", Wish("auto")),
        ("bubblewrap", (), "", Wish("bubblewrap")),
        ("bubblewrap", (), "engine", Wish("engine")),
        ("engine", (), "auto", Wish("auto")),
        # Who names engines wants them.
        ("auto", ("ssh://a",), "", Wish("engine", ("ssh://a",))),
        ("auto", ("ssh://a",), "bubblewrap", Wish("bubblewrap", ("ssh://a",))),
    ],
)
def test_the_environment_goes_before_the_settings(settings, on, variable: str, wish: Wish) -> None:
    assert Wish.of(settings, on, variable) == wish


def test_another_word_is_told() -> None:
    with pytest.raises(UsageError, match="there is no provider 'docker'") as caught:
        Wish.of("auto", (), "docker")
    assert caught.value.hint == "providers are auto, bubblewrap, engine"


def test_what_is_asked_for_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(chosen(Wish("bubblewrap")), Bubblewrap)
    assert isinstance(chosen(Wish("engine")), EngineProvider)
    assert isinstance(chosen(Wish("engine", ("ssh://a", "ssh://b"))), Spread)
    monkeypatch.setenv("SNIPPETLAB_PROVIDER", "engine")
    assert isinstance(default_provider(PACK, Quiet()), EngineProvider)


@pytest.fixture
def no_bubblewrap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.delenv("DOCKER_CONTEXT", raising=False)


def test_where_nothing_can_run_labs_both_reasons_are_told(no_bubblewrap: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    provider = choose(Wish(), PACK, lambda line: None, Limits())
    problem = provider.problem()
    assert problem is not None
    assert problem.what == (
        "no lab can run here (bubblewrap: labs need root (they mount file systems and make network namespaces); "
        "engine: no Docker Engine listens at unix:///nowhere/docker.sock)"
    )
    assert problem.hint is not None
    assert "SNIPPETLAB_MODE=recorded" in problem.hint and "set DOCKER_HOST" in problem.hint
    with pytest.raises(LabUnavailable):
        provider.start(LabSpec())


# What engines say of themselves (GET /info), as far as it decides.
DESKTOP = {"OSType": "linux", "ServerVersion": "28.5.2", "SecurityOptions": ["name=seccomp", "name=cgroupns"]}


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"ServerVersion": "20.10.24+dfsg1", "SecurityOptions": None},
        {"ServerVersion": "dev"},
        {"MemoryLimit": True, "PidsLimit": True},
    ],
)
def test_an_engine_with_its_usual_rights_can_run_labs(facts: dict[str, object]) -> None:
    assert unfit({**DESKTOP, **facts}) is None


@pytest.mark.parametrize(
    ("facts", "what", "hint"),
    [
        ({"OSType": "windows"}, "no Linux containers", "switch Docker Desktop"),
        ({"SecurityOptions": ["name=seccomp", "name=rootless"]}, "rootless", "runs as root"),
        ({"BuildahVersion": "1.42.0", "Rootless": False, "ServerVersion": "5.7.0"}, "Podman", "install Docker Engine"),
        ({"ServerVersion": "19.03.15"}, "version 19.03.15, and labs need 20.10 or a newer one", "update Docker"),
        ({"MemoryLimit": False, "PidsLimit": False}, r"no limits \(memory, pids\)", "docker info"),
    ],
)
def test_an_engine_that_can_run_no_labs_says_why(facts: dict[str, object], what: str, hint: str) -> None:
    problem = unfit({**DESKTOP, **facts})
    assert problem is not None
    assert re.search(what, problem.what) and hint in (problem.hint or "")


@pytest.mark.parametrize(
    ("asked", "last"),
    [
        ("", "cannot run here with no provider"),
        (
            "engine",
            "cannot run here with engine, which is asked for: no Docker Engine listens at unix:///nowhere/d.sock",
        ),
    ],
)
def test_doctor_says_what_each_provider_lacks_and_what_mends_it(
    no_bubblewrap: None, monkeypatch: pytest.MonkeyPatch, asked: str, last: str
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/d.sock")
    monkeypatch.setenv("SNIPPETLAB_PROVIDER", asked)
    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == 2
    assert done.output.splitlines()[-5:] == [
        "bubblewrap labs need root (they mount file systems and make network namespaces)",
        "           → run as root, or use a Docker Engine that this user may use, or build in recorded mode: "
        "SNIPPETLAB_MODE=recorded make site",
        "engine     no Docker Engine listens at unix:///nowhere/d.sock",
        "           → start Docker, or set DOCKER_HOST to an engine (`docker context ls` lists what is known)",
        f"labs       {last}",
    ]


def test_doctor_says_that_there_is_no_place_for_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == 2
    at = done.output.splitlines().index(
        f"disk       the cache folder {tmp_path}/file/snippetlab cannot be made: Not a directory"
    )
    assert "set XDG_CACHE_HOME" in done.output.splitlines()[at + 1]


def test_doctor_tells_of_each_engine_that_the_settings_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "snippetlab.toml").write_text('on = ["unix:///nowhere/a.sock", "unix:///nowhere/b.sock"]\n')
    monkeypatch.chdir(tmp_path)
    lines = CliRunner().invoke(app, ["doctor"]).output.splitlines()
    for name in "ab":
        at = lines.index(f"engine     no Docker Engine listens at unix:///nowhere/{name}.sock")
        assert "set DOCKER_HOST to an engine" in lines[at + 1]


def test_the_hint_where_no_engine_can_says_what_to_do_about_each() -> None:
    urls = ("unix:///nowhere/a.sock", "ssh://me@nowhere.invalid")
    problem = choose(Wish("engine", urls), PACK, lambda line: None, Limits()).problem()
    assert problem is not None and problem.hint is not None
    assert "unix:///nowhere/a.sock: start Docker" in problem.hint
    assert "ssh://me@nowhere.invalid: `ssh me@nowhere.invalid docker version` says why" in problem.hint


@pytest.fixture
def refusing(tmp_path: Path) -> Iterator[str]:
    """The address of a socket at which somebody closes every connection."""
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def refuse() -> None:
            while True:
                try:
                    listener.accept()[0].close()
                except OSError:
                    return

        threading.Thread(target=refuse, daemon=True).start()
        yield f"unix://{path}"
        listener.shutdown(socket.SHUT_RDWR)


def test_what_is_no_engine_is_told(refusing: str) -> None:
    with pytest.raises(LabUnavailable, match=f"no Docker Engine answers at {refusing}: "):
        Engine.reach(refusing)


def test_a_socket_that_one_may_not_use_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: socket.socket, address: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    with pytest.raises(LabUnavailable, match="this user may not use the Docker Engine at unix:///s") as caught:
        Engine.reach("unix:///s")
    assert "usermod -aG docker" in (caught.value.hint or "")


def test_an_engine_without_ssh_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ssh = tmp_path / "ssh"
    ssh.write_text('#!/bin/sh\necho "$@" > "$0.words"\nexit 255\n')
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(LabUnavailable, match="ssh reaches no Docker Engine at ssh://me@far:2222") as caught:
        Engine.reach("ssh://me@far:2222")
    assert caught.value.hint == "`ssh -p 2222 me@far docker version` says why"
    words = (tmp_path / "ssh.words").read_text().split()
    assert words[-5:] == ["--", "far", "docker", "system", "dial-stdio"]
    assert words[words.index("-l") + 1] == "me" and words[words.index("-p") + 1] == "2222"


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:port", "ssh://far:port", "ssh://"])
def test_what_is_no_address_is_told(url: str) -> None:
    with pytest.raises(LabUnavailable, match=f"no Docker Engine can be reached by {url}: ") as caught:
        Engine.reach(url)
    assert "DOCKER_HOST" in (caught.value.hint or "")


@pytest.mark.parametrize("config", ["[]", '{"proxies": 5}'])
def test_settings_of_docker_that_are_none_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: str
) -> None:
    (tmp_path / "config.json").write_text(config)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    with pytest.raises(LabUnavailable, match="no Docker Engine can be reached by unix:///nowhere/s: ") as caught:
        Engine.reach("unix:///nowhere/s")
    assert "DOCKER_CONFIG" in (caught.value.hint or "")


@pytest.mark.parametrize("how", ["by the environment", "by the file"])
def test_a_context_that_is_not_there_is_not_another_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.delenv("DOCKER_CONTEXT", raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    (tmp_path / "config.json").write_text('{"currentContext": "gone"}' if how == "by the file" else "{}")
    if how == "by the environment":
        monkeypatch.setenv("DOCKER_CONTEXT", "gone")
    with pytest.raises(LabUnavailable, match="there is no Docker context 'gone'"):
        Engine.reach()


class Quiet:
    """Progress that keeps what is said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, line: str) -> None:
        self.said.append(line)

    def step(self, *_: object) -> None:
        """Nothing."""

    def done(self, *_: object) -> None:
        """Nothing."""


class Room:
    """Stands for one engine; its labs are this object and a number."""

    def __init__(self, url: str, at_once: int = 4) -> None:
        self.url = url
        self.there = True
        self.started = 0
        self._at_once = at_once

    def problem(self) -> LabUnavailable | None:
        return None if self.there else LabUnavailable("nobody listens")

    def at_once(self) -> int:
        return self._at_once

    def running(self) -> int:
        return self.started

    def answers(self) -> bool:
        return self.there

    def lost(self, lab: object) -> bool:
        return not self.there

    def owns(self, lab: tuple[Room, int]) -> bool:
        return lab[0] is self

    def prepare(self, specs: Collection[LabSpec]) -> Mapping[LabSpec, LabError]:
        return one_by_one(specs, self.identity)

    def identity(self, spec: LabSpec) -> str:
        if not self.there:
            raise LabError("the engine took nothing")
        return "the same"

    def start(self, spec: LabSpec, beside: Lab | None = None) -> object:
        if not self.there:
            raise LabError("the engine made no lab")
        self.started += 1
        return self, self.started


def spread_over(*rooms: Room) -> tuple[Spread, list[str]]:
    said: list[str] = []
    return Spread(rooms, said.append), said  # type: ignore[arg-type]


def test_labs_go_where_most_room_is() -> None:
    small, large = Room("small", 2), Room("large", 6)
    provider, _ = spread_over(small, large)
    assert provider.at_once() == 8
    for _ in range(8):
        provider.start(LabSpec())
    assert (small.started, large.started) == (2, 6)


def test_a_node_is_where_its_main_lab_is() -> None:
    first, second = Room("first"), Room("second")
    provider, _ = spread_over(first, second)
    lab = provider.start(LabSpec())
    assert provider.start(LabSpec(), lab)[0] is lab[0]  # type: ignore[index]


def test_a_lost_engine_is_used_no_more() -> None:
    first, second = Room("first"), Room("second")
    provider, said = spread_over(first, second)
    lab = provider.start(LabSpec())
    first.there = False
    assert provider.lost(lab)
    assert provider.start(LabSpec())[0] is second  # type: ignore[index]
    assert said == ["first: no lab runs there from now on: it does not answer any more"]


def test_an_engine_that_is_lost_while_a_lab_starts_is_told_and_the_next_one_taken() -> None:
    first, second = Room("first"), Room("second")
    provider, said = spread_over(first, second)
    first.there = False
    assert provider.start(LabSpec())[0] is second  # type: ignore[index]
    assert said == ["first: no lab runs there from now on: the engine made no lab"]
    second.there = False
    with pytest.raises(LabUnavailable, match="every engine was lost"):
        provider.start(LabSpec())


def test_an_engine_that_does_not_answer_at_the_beginning_is_left_out() -> None:
    first, second = Room("first"), Room("second")
    first.there = False
    provider, said = spread_over(first, second)
    assert provider.problem() is None
    assert said == ["first: no lab runs there from now on: nobody listens"]
    assert provider.start(LabSpec())[0] is second  # type: ignore[index]
    second.there = False
    problem = provider.problem()
    assert problem is not None and "no lab can run on any engine (second: nobody listens)" in problem.what


def test_an_engine_that_is_lost_while_it_is_given_what_labs_start_from_is_left_out() -> None:
    first, second = Room("first"), Room("second")
    provider, said = spread_over(first, second)
    first.there = False
    assert provider.identity(LabSpec()) == "the same"
    assert said == ["first: no lab runs there from now on: the engine took nothing"]
    second.there = False
    with pytest.raises(LabUnavailable, match="every engine was lost"):
        provider.identity(LabSpec())


class Gone:
    """The client of an engine whose machine is switched off: docker-py lets the fault of the connection through."""

    def __getattr__(self, name: str) -> Gone:
        return self

    def __call__(self, *_: object, **__: object) -> Gone:
        raise requests.ConnectionError("Connection aborted.")


def test_an_engine_that_is_gone_is_told_as_a_fault_of_labs(tmp_path: Path) -> None:
    gone: Any = Gone()
    image = Packed("26.1", tmp_path, "identity")
    for fails in (
        lambda: bring(gone, image, lambda line: None),
        lambda: stocks.is_there(gone, "stock", "image"),
        lambda: stocks.make_empty(gone, "stock"),
        lambda: Wire.make(gone, "container", "192.168.65.2/24"),
        lambda: Outside.make(gone, "container", "image"),
    ):
        with pytest.raises(LabError, match="Connection aborted"):
            fails()


def test_a_lab_of_an_engine_that_is_gone_needs_no_removal() -> None:
    gone: Any = Gone()
    remove_container(gone, "container")
    Wire(gone, gone, "192.168.65.1").close()
    Outside(gone, "container", "").close()


def test_labs_that_differ_from_engine_to_engine_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rooms = Room("first"), Room("second")
    for number, room in enumerate(rooms):
        monkeypatch.setattr(room, "identity", lambda spec, n=number: str(n), raising=False)
    provider, _ = spread_over(*rooms)
    with pytest.raises(LabError, match="the engines hold different labs"):
        provider.identity(LabSpec())


@pytest.mark.parametrize(
    ("processors", "gigabytes", "labs"),
    [(2, 24, 6), (8, 16, 8), (4, 7, 3), (1, 1, 1)],
    ids=["processors", "memory", "not more than whole ones", "one in any case"],
)
def test_as_many_labs_run_at_once_as_processors_and_memory_are_good_for(
    processors: int, gigabytes: int, labs: int
) -> None:
    assert fitting(processors, gigabytes << 30, 2 << 30) == labs
