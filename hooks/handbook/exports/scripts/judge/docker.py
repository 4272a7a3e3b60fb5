"""The docker command: its subcommands that a script may hold, and what is looked at more closely."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

from handbook.exports.scripts.judge import compose
from handbook.exports.scripts.judge.container import (
    ON_HOST,
    PLAIN,
    Container,
    Mount,
    is_beside_programs,
    judge_container,
    mount,
    runs_only,
    shell_runs_only,
    target_of,
    volume,
)
from handbook.exports.scripts.judge.docker_table import (
    ALIASES,
    COMPOSE,
    COMPOSE_GLOBAL,
    DOCKER,
    GLOBAL,
    GROUPS,
    NO_COMMANDS,
)
from handbook.exports.scripts.judge.kinds import judge_word
from handbook.exports.scripts.judge.paths import own_path, shown
from handbook.exports.scripts.judge.shapes import Call, take_apart
from handbook.exports.scripts.judge.values import UNKNOWN, Argument, Refused
from handbook.exports.scripts.judge.world import BASE_IMAGES, Surroundings


def judge_docker(arguments: Sequence[Argument], surroundings: Surroundings) -> None:
    """A docker command, without its first word. Raises Refused."""
    call = take_apart(arguments, GLOBAL)
    _judge_words(call, surroundings)
    if not call.operands:
        return
    name, rest = call.operands[0][0].text, list(call.rest)
    if name in NO_COMMANDS:
        return
    if name == "compose":
        judge_compose(rest, surroundings)
        return
    if name in GROUPS and rest and not rest[0].text.startswith("-"):
        name = f"{name} {rest.pop(0).text}"
    name = ALIASES.get(name, name)
    if rest and rest[0].text == "--help":
        return
    known = DOCKER.get(name)
    if known is None:
        raise Refused(f"runs docker {shown(name)}")
    call = take_apart(rest, known)
    _judge_words(call, surroundings)
    if name in ("run", "create"):
        container = _container(call, surroundings)
        judge_container(container, surroundings.world)
        if call.has("--volumes-from"):
            _runs(container, surroundings)
    elif name == "exec":
        _exec(call, surroundings)
    elif name in ("attach", "start"):
        _typed_into(surroundings)
    elif name == "build":
        _build(call, surroundings)
    elif name == "cp":
        _copy(call, surroundings)


def judge_compose(arguments: Sequence[Argument], surroundings: Surroundings) -> None:
    """A Compose command, without ``docker compose``. Raises Refused."""
    call = take_apart(arguments, COMPOSE_GLOBAL)
    _judge_words(call, surroundings)
    if not call.operands:
        return
    name, rest = call.operands[0][0].text, call.rest
    known = COMPOSE.get(name)
    if known is None:
        raise Refused(f"runs docker compose {shown(name)}")
    inner = take_apart(rest, known)
    _judge_words(inner, surroundings)
    if name == "version":
        return
    named = [value.text for option, value, _ in call.options if option in ("-f", "--file") and value]
    for folder in surroundings.state.folders:
        for path, text in surroundings.world.compose_files(named, folder).items():
            base = (
                own_path(posixpath.dirname(named[0]) or ".", folder, below=False) if named else posixpath.dirname(path)
            )
            compose.judge_file(text, base, surroundings.world)
    if name in ("exec", "run"):
        _exec(inner, surroundings)


def _judge_words(call: Call, surroundings: Surroundings) -> None:
    for word, kind in call.kinds():
        judge_word(kind, word, surroundings)


# What a container with more in its hands may have beside.
_BARE = frozenset(["--cap-add", "--cap-drop", "--name", "--net", "--network", "--privileged", "--rm"])


def _texts(words: Sequence[Argument]) -> tuple[str, ...] | None:
    texts = tuple(word.text for word in words)
    return None if any(UNKNOWN in text for text in texts) else texts


def _container(call: Call, surroundings: Surroundings) -> Container:
    folders = surroundings.state.folders
    mounts: list[Mount] = []
    world = surroundings.world
    for option, value, _ in call.options:
        if value is not None and option in ("-v", "--volume", "--mount"):
            read = mount if option == "--mount" else volume
            mounts += [m for text in sorted(value.texts) for m in read(text, folders)]
            world.replaced |= not all(map(is_beside_programs, map(target_of, value.texts)))
    network = call.value("--network", "--net")
    arguments = _texts(call.rest)
    if call.has("--entrypoint"):
        arguments = None
    return Container(
        image=call.operands[0][0].text if call.operands else "",
        arguments=arguments,
        mounts=tuple(mounts),
        privileged=call.has("--privileged"),
        host_network=network is not None and "host" in network.texts,
        altered=world.replaced or call.has("-e", "--env", "--env-file", "--health-cmd", "--tmpfs"),
        bare={name for name, _, _ in call.options} <= _BARE,
        attended=not call.has("-d", "--detach", "-i", "--interactive", "-t", "--tty"),
    )


def _runs(container: Container, surroundings: Surroundings) -> None:
    """A container that gets the mounts of another."""
    if (
        container.altered
        or container.image not in BASE_IMAGES
        or container.arguments is None
        or not runs_only(container.arguments, PLAIN)
    ):
        surroundings.world.distrust()


def _exec(call: Call, surroundings: Surroundings) -> None:
    texts = _texts(call.rest)
    if not texts or call.has("-e", "--env", "--env-file") or not runs_only(texts, PLAIN):
        surroundings.world.distrust()


def _typed_into(surroundings: Surroundings) -> None:
    # What is typed into a container is not judged.
    surroundings.world.distrust()


def _build(call: Call, surroundings: Surroundings) -> None:
    network = call.value("--network")
    if network is None or network.text in ("none", "default"):
        return
    context = call.operands[0][0].text if call.operands else ""
    file = call.value("-f", "--file")
    for folder in surroundings.state.folders:
        name = file.text if file else posixpath.join(context, "Dockerfile")
        host_network_build(surroundings.world.files.get(own_path(name, folder)))


def host_network_build(dockerfile: str | None) -> None:
    """A build on the machine's network. Raises Refused for all but programs that fetch from the machine itself."""
    lines = re.sub(r"\\\n", " ", dockerfile or "ONBUILD").split("\n")
    for line in filter(None, map(str.strip, lines)):
        word, _, rest = line.partition(" ")
        if word.upper() not in ("FROM", "RUN", "CMD", "COPY") or (
            word.upper() == "RUN" and (rest.startswith("-") or not shell_runs_only(rest, ON_HOST))
        ):
            raise Refused("builds on the machine's network what nobody judged")


def _copy(call: Call, surroundings: Surroundings) -> None:
    source, target = (word.text for word, _ in call.operands)
    inside = re.compile(r"[A-Za-z0-9][\w.-]*:.*", re.DOTALL)
    if inside.fullmatch(target):
        if not inside.fullmatch(source):
            judge_word("READOWN", call.operands[0][0], surroundings)
        # It may be a program.
        surroundings.world.distrust()
        return
    if not inside.fullmatch(source):
        raise Refused("copies in a way that nobody judged")
    # A container's file may be a link: nothing is done with it, or below it, any more.
    for folder in surroundings.state.folders:
        for name in (target, posixpath.join(target, posixpath.basename(source) or ".")):
            path = own_path(name, folder, below=False)
            if path != own_path(".", folder, below=False):
                surroundings.world.foreign.add(surroundings.world.write(name, folder))
