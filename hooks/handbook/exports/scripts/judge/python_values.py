"""What an expression of a page's Python gives, where that is known before it runs."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from handbook.exports.scripts.judge.container import Mount, is_beside_programs, mounted
from handbook.exports.scripts.judge.kinds import judge_word
from handbook.exports.scripts.judge.paths import own_path
from handbook.exports.scripts.judge.values import HOME, MADE, UNKNOWN, Argument, Refused, State
from handbook.exports.scripts.judge.world import Surroundings, World

HERE = frozenset([HOME])  # code stays in the part's folder
_ENGINE_GIVES = {
    "attrs/State/Pid": MADE,
    "attrs/LogPath": f"/var/lib/docker/containers/{MADE}/{MADE}-json.log",
}


@dataclass(frozen=True)
class Made:
    """What a judged call gave: a mount, settings of a log, a path."""

    kind: str
    path: str = ""
    mounts: tuple[Mount, ...] = ()


class Values:
    """The names of a program and what they were given. ``world`` is what is known of the files."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.here = Surroundings(world, State())
        self.values: dict[str, object] = {}
        self.stored: set[str] = set()
        self.imported: dict[str, str] = {}

    def _dotted(self, node: ast.expr) -> str | None:
        """The full name of something in a module; None for anything else."""
        if isinstance(node, ast.Attribute):
            owner = self._dotted(node.value)
            return f"{owner}.{node.attr}" if owner else None
        if isinstance(node, ast.Name):
            return "docker" if node.id == "docker" else self.imported.get(node.id)
        return None

    def _word(self, kind: str, node: ast.expr | None) -> None:
        if node is not None:
            value = self._value(node)
            texts = value if isinstance(value, frozenset) else frozenset([value if isinstance(value, str) else UNKNOWN])
            judge_word(kind, Argument(texts), self.here)

    def _text(self, node: ast.expr | None, default: str = UNKNOWN) -> str:
        value = self._value(node) if node is not None else default
        return value if isinstance(value, str) else UNKNOWN

    def _value(self, node: ast.expr) -> object:
        """What an expression gives; `UNKNOWN` where it is not known."""
        match node:
            case ast.Constant(value):
                return value
            case ast.Name(name):
                return HOME if name == "page_folder" else self.values.get(name, UNKNOWN)
            case ast.List(elements) | ast.Tuple(elements):
                made = [self._value(e) for e in elements]
                return made if isinstance(node, ast.List) else tuple(made)
            case ast.Dict(keys, values):
                return {
                    key if isinstance(key := self._value(k) if k else UNKNOWN, str) else UNKNOWN: self._value(v)
                    for k, v in zip(keys, values, strict=True)
                }
            case ast.JoinedStr(parts):
                return self._joined(parts)
            case ast.Subscript():
                return _ENGINE_GIVES.get(_path_of(node), UNKNOWN)
            case ast.Call():
                return self._made(node)
        return UNKNOWN

    def _joined(self, parts: list[ast.expr]) -> object:
        texts: frozenset[str] = frozenset([""])
        for part in parts:
            value = self._value(part.value) if isinstance(part, ast.FormattedValue) else self._value(part)
            options = (
                value if isinstance(value, frozenset) else frozenset([value if isinstance(value, str) else UNKNOWN])
            )
            texts = frozenset(a + b for a in texts for b in options)
        return next(iter(texts)) if len(texts) == 1 else texts

    def _made(self, node: ast.Call) -> object:
        name = self._dotted(node.func)
        keywords = {k.arg: k.value for k in node.keywords if k.arg is not None}
        if name == "docker.types.Mount":
            return Made("mount", mounts=self._mount(node, keywords))
        if name == "docker.types.LogConfig":
            return Made("log")
        if name == "pathlib.Path" and len(node.args) == 1:
            return Made("path", self._text(node.args[0]))
        if name == "os.path.abspath" and len(node.args) == 1:
            return own_path(self._text(node.args[0]), HOME, below=False)
        return UNKNOWN

    def _mount(self, node: ast.Call, keywords: Mapping[str, ast.expr]) -> tuple[Mount, ...]:
        known("docker.types.Mount", {"docker.types.Mount": "read_only source target tmpfs_size type"}, keywords)
        values = dict(zip(("target", "source", "type"), node.args, strict=False)) | dict(keywords)
        if len(node.args) > 2 or "source" not in values:
            raise Refused("mounts in a way that nobody judged")
        self.world.replaced |= not is_beside_programs(self._text(values.get("target")))
        kind, source = self._text(values.get("type"), "volume"), self._text(values["source"])
        read_only = "read_only" in keywords and self._value(keywords["read_only"]) is True
        return tuple(mounted(kind, source, HERE, read_only=read_only))


def _path_of(node: ast.expr) -> str:
    """``web.attrs["State"]["Pid"]`` as ``attrs/State/Pid``."""
    names: list[str] = []
    while isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        names.insert(0, str(node.slice.value))
        node = node.value
    return "/".join([node.attr, *names]) if isinstance(node, ast.Attribute) else ""


def known(name: str, table: Mapping[str, str | None], keywords: Mapping[str, ast.expr]) -> None:
    """Raises Refused where a table does not have a function, or not with these keywords."""
    allowed = table.get(name)
    if allowed is None:
        raise Refused(f"calls {name}, which nobody judged")
    for keyword in keywords:
        if keyword not in allowed.split():
            raise Refused(f"calls {name} with {keyword}, which nobody judged")


def listed(value: object) -> list[str]:
    """A text, or a list or a dictionary of texts, as texts; what is not known is `UNKNOWN`."""
    if isinstance(value, dict):
        return [f"{key}={content}" for key, content in value.items()]
    if isinstance(value, list | tuple | frozenset):
        return [v if isinstance(v, str) else UNKNOWN for v in value]
    return [value if isinstance(value, str) else UNKNOWN]


def arguments_of(value: object) -> tuple[str, ...] | None:
    """A container's command as words; None where it is not known."""
    if isinstance(value, str) and UNKNOWN not in value:
        return tuple(value.split()) if not set(value) & set("'\"\\") else None
    if isinstance(value, list | tuple) and all(isinstance(v, str) and UNKNOWN not in v for v in value):
        return tuple(value)
    return None
