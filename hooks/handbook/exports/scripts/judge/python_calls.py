"""Calls in a page's Python that need a closer look, by what they are given."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterator, Mapping

from handbook.exports.scripts.judge.container import (
    PLAIN,
    Container,
    Mount,
    is_beside_programs,
    judge_container,
    runs_only,
    target_of,
    volume,
)
from handbook.exports.scripts.judge.docker import host_network_build
from handbook.exports.scripts.judge.kinds import judge_word
from handbook.exports.scripts.judge.paths import own_path
from handbook.exports.scripts.judge.python_table import CLOSER, HARMLESS
from handbook.exports.scripts.judge.python_values import HERE, Made, Values, arguments_of, known, listed
from handbook.exports.scripts.judge.values import HOME, UNKNOWN, Argument, Refused
from handbook.exports.scripts.judge.world import BASE_IMAGES

# What a container with more in its hands may have beside.
_BARE = frozenset(
    ["cap_add", "cap_drop", "command", "image", "name", "network", "privileged", "remove", "stderr", "stdout"]
)


class Calls(Values):
    """Judges what functions and methods are given."""

    def _function(self, name: str, node: ast.Call, keywords: Mapping[str, ast.expr]) -> None:
        if HARMLESS.get(name) is not None:
            known(name, HARMLESS, keywords)
        elif name == "docker.DockerClient":
            known(name, {name: "base_url version"}, keywords)
            if node.args:
                raise Refused("uses another engine")
            self._word("ENGINE", keywords.get("base_url"))
        elif name == "docker.types.LogConfig":
            known(name, {name: "config type"}, keywords)
            self._word("LOGDRIVER", keywords.get("type"))
            config = self._value(keywords["config"]) if "config" in keywords else {}
            for key, value in config.items() if isinstance(config, dict) else [(UNKNOWN, "")]:
                judge_word("LOGOPT", Argument(frozenset([f"{key}={value}"])), self.here)
        elif name == "docker.types.Mount":
            self._mount(node, keywords)
        elif name in ("requests.get", "urllib.request.urlopen"):
            known(name, {name: "auth timeout"}, keywords)
            if len(node.args) != 1:
                raise Refused("asks a machine in a way that nobody judged")
            self._word("URL", node.args[0])
        elif name in CLOSER and len(node.args) == 1 and not keywords:
            self._word("TEXT" if name == "pathlib.Path" else "READ", node.args[0])
        else:
            raise Refused(f"uses {name}")

    def _open(self, node: ast.Call, keywords: Mapping[str, ast.expr]) -> None:
        mode = self._text(node.args[1]) if len(node.args) > 1 else "r"
        if keywords or not 0 < len(node.args) < 3 or mode not in ("r", "rb", "w", "wb"):
            raise Refused("opens a file in a way that nobody judged")
        self._word("READ" if mode[0] == "r" else "OWN", node.args[0])

    def _method(self, name: str, owner: ast.expr, node: ast.Call, keywords: Mapping[str, ast.expr]) -> None:
        path = self._value(owner)
        if isinstance(path, Made) and path.kind == "path":
            kinds = {"chmod": "OWN", "touch": "OWN", "write_text": "OWN", "read_text": "READ", "exists": "READ"}
            if name not in kinds:
                raise Refused(f"does {name} to a file, which nobody judged")
            judge_word(kinds[name], Argument(frozenset([path.path])), self.here)
            if name == "chmod" and self._value(node.args[0] if node.args else node) not in range(0o1000):
                raise Refused("sets permissions that nobody judged")
        elif name in ("chmod", "touch", "write_text", "read_text", "exists"):
            raise Refused("works on a path that cannot be foreseen")
        elif any(isinstance(argument, ast.Starred) for argument in node.args):
            raise Refused("calls with arguments that cannot be foreseen")
        elif name in ("containers.run", "containers.create"):
            self._container(node, keywords)
        elif name == "images.build":
            self._build(node, keywords)
        elif name == "exec_run":
            self._exec(node, keywords)
        elif name in ("attach", "start"):
            self.world.distrust()
        elif name in ("tag", "commit"):
            self._tag(node, keywords)
        elif name == "images.push":
            self._word("LOCALREPO", node.args[0] if node.args else None)
        elif name == "swarm.init":
            if node.args:
                raise Refused("makes a swarm in a way that nobody judged")
            self._word("HOST", keywords.get("advertise_addr"))
        elif name == "networks.create":
            if len(node.args) > 1:
                raise Refused("makes a network in a way that nobody judged")
            self._word("NETDRIVER", keywords.get("driver"))
        elif name in ("volumes.create", "services.create") and len(node.args) > 1:
            raise Refused("makes something in a way that nobody judged")

    def _container(self, node: ast.Call, keywords: Mapping[str, ast.expr]) -> None:
        given = {name: self._value(value) for name, value in keywords.items()}
        if len(node.args) > 2:
            raise Refused("runs a container in a way that nobody judged")
        image = self._text(node.args[0] if node.args else keywords.get("image"))
        command = self._value(node.args[1]) if len(node.args) > 1 else given.get("command", ())
        for name, kind in (("cap_add", "CAP"), ("sysctls", "SYSCTL"), ("network", "CONTAINERNET")):
            for text in listed(given.get(name, [])):
                judge_word(kind, Argument(frozenset([text])), self.here)
        log = given.get("log_config")
        if log is not None and not (isinstance(log, Made) and log.kind == "log"):
            raise Refused("has settings of logs that cannot be foreseen")
        mounts = tuple(self._mounts(given))
        container = Container(
            image=image if "entrypoint" not in keywords else "",
            arguments=arguments_of(command),
            mounts=mounts,
            privileged=given.get("privileged", False) is not False,
            host_network="host" in listed(given.get("network", [])),
            altered=self.world.replaced or bool(given.keys() & {"environment", "healthcheck", "tmpfs"}),
            bare=given.keys() <= _BARE,
            attended=not given.keys() & {"detach", "tty", "stdin_open"},
        )
        if "network_mode" in given and given["network_mode"] not in ("none", "bridge"):
            raise Refused("joins a network that nobody judged")
        judge_container(container, self.world)
        if "volumes_from" in given and not (
            image in BASE_IMAGES and not container.altered and runs_only(container.arguments or ("?",), PLAIN)
        ):
            self.world.distrust()

    def _mounts(self, given: Mapping[str, object]) -> Iterator[Mount]:
        volumes = given.get("volumes", [])
        if isinstance(volumes, dict):
            volumes = [
                f"{source}:{binding.get('bind')}:{binding.get('mode', 'rw')}" if isinstance(binding, dict) else UNKNOWN
                for source, binding in volumes.items()
            ]
        for text in listed(volumes):
            if UNKNOWN in text:
                raise Refused("mounts a path that cannot be foreseen")
            self.world.replaced |= not is_beside_programs(target_of(text))
            yield from volume(text, HERE)
        mounts = given.get("mounts", [])
        for made in mounts if isinstance(mounts, list) else [mounts]:
            if not isinstance(made, Made) or made.kind != "mount":
                raise Refused("mounts what cannot be foreseen")
            yield from made.mounts

    def _build(self, node: ast.Call, keywords: Mapping[str, ast.expr]) -> None:
        if node.args:
            raise Refused("builds in a way that nobody judged")
        if "path" in keywords:
            self._word("CONTEXT", keywords["path"])
        file = posixpath.join(
            self._text(keywords.get("path"), "."), self._text(keywords.get("dockerfile"), "Dockerfile")
        )
        if "dockerfile" in keywords:
            judge_word("READOWN", Argument(frozenset([file])), self.here)
        self._word("TAG", keywords.get("tag"))
        network = self._text(keywords.get("network_mode"), "none")
        if network not in ("none", "default"):
            host_network_build(self.world.files.get(own_path(file, HOME)) if network == "host" else None)

    def _exec(self, node: ast.Call, keywords: Mapping[str, ast.expr]) -> None:
        if len(node.args) > 1:
            raise Refused("runs something in a container in a way that nobody judged")
        command = node.args[0] if node.args else keywords.get("cmd")
        arguments = arguments_of(self._value(command)) if command is not None else None
        if not arguments or "environment" in keywords or not runs_only(arguments, PLAIN):
            self.world.distrust()

    def _tag(self, node: ast.Call, keywords: Mapping[str, ast.expr]) -> None:
        repository = self._text(node.args[0] if node.args else keywords.get("repository"), "none")
        tag = self._text(node.args[1] if len(node.args) > 1 else keywords.get("tag"), "latest")
        judge_word("TAG", Argument(frozenset([f"{repository}:{tag}"])), self.here)
