"""Parses scenario files: front matter, steps, fenced blocks and transcripts, with file and line in every error."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pydantic
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from .errors import ScenarioError
from .model import Block, BlockKind, Command, Place, Rule, Scenario, Step

KNOWN_IMAGES = frozenset({"busybox", "debian:bookworm", "redis", "nginx", "registry"})
PROMPTS: dict[str, tuple[str, str]] = {"console": ("$", ">"), "pycon": (">>>", "...")}
_STEP_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_OPTION = re.compile(r'\s+([a-z]+)(?:=("([^"]*)"|[^\s"]+))?')
_CAPTURES = re.compile(r"networks|containers|volumes|images|topology|nodes|tasks|(network|container|history):\S+")
_EXIT = re.compile(r"\[(\d{1,3})\]")
_OPTIONS: dict[str, frozenset[str]] = {
    "console": frozenset({"tty", "prompt", "enter", "node", "engine", "exempt"}),
    "pycon": frozenset({"tty", "prompt", "enter", "node", "engine", "exempt"}),
    "file": frozenset({"file", "node", "engine"}),
    "capture": frozenset({"capture", "node"}),
}


class _FrontMatter(pydantic.BaseModel, extra="forbid"):
    title: str
    images: list[str] = []
    timeout: float = pydantic.Field(60.0, gt=0, le=3600)
    daemon: dict[str, Any] = {}
    nodes: list[str] = pydantic.Field([], max_length=1)
    outside: bool = False
    context: list[str] = []
    tracks: list[Literal["shell", "python"]] = pydantic.Field(["shell", "python"], min_length=1)


class _RuleModel(pydantic.BaseModel, extra="forbid"):
    name: str
    pattern: str
    reason: str


@dataclass(frozen=True)
class _Fence:
    info: str
    place: Place
    body: tuple[str, ...]
    end: int


def load(path: Path, root: Path, known_images: frozenset[str] = KNOWN_IMAGES) -> Scenario:
    """The scenario in ``path``; its id is the path below ``root`` without its suffix. Raises ScenarioError."""
    identity = path.relative_to(root).with_suffix("").as_posix()
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise ScenarioError("the file is not UTF-8", where=f"{path}:1", hint="save it as UTF-8") from error
    scenario = parse(text, path, identity, known_images)
    for entry in scenario.context:
        if not (path.parent / entry).exists():
            raise ScenarioError(
                f"context {entry!r} does not exist beside the scenario",
                where=f"{path}:1",
                hint="create it or remove it",
            )
    return scenario


def discover(root: Path) -> list[Scenario]:
    """Every scenario below ``root``, sorted by id. Raises ScenarioError for the first that cannot be read."""
    files = sorted(p for p in root.rglob("*.md") if p.name != "README.md")
    inside = [p for p in files if not _skipped(p.relative_to(root))]
    return sorted((load(p, root) for p in inside), key=lambda s: s.id)


def _skipped(relative: Path) -> bool:
    return len(relative.parts) < 2 or relative.parts[0] == "images" or any(p.startswith(".") for p in relative.parts)


def parse(text: str, path: Path, identity: str, known_images: frozenset[str] = KNOWN_IMAGES) -> Scenario:
    """The scenario that ``text`` holds. Raises ScenarioError with file and line."""
    lines = text.replace("\r\n", "\n").split("\n")
    front, first = _front_matter(lines, path, known_images)
    steps = _steps(lines, first, path, identity, front)
    return Scenario(
        id=identity,
        path=path,
        title=front.title,
        steps=tuple(steps),
        images=tuple(front.images),
        timeout=front.timeout,
        daemon=front.daemon,
        nodes=tuple(front.nodes),
        outside=front.outside,
        context=tuple(front.context),
        tracks=tuple(front.tracks),
        engines=tuple(sorted({b.engine for s in steps for b in s.blocks if b.engine})),
    )


def _front_matter(lines: Sequence[str], path: Path, known: frozenset[str]) -> tuple[_FrontMatter, int]:
    if not lines or lines[0] != "---" or "---" not in lines[1:]:
        raise ScenarioError("no front matter", where=f"{path}:1", hint="begin with ---, title: …, ---")
    end = lines.index("---", 1)
    data = _yaml("\n".join(lines[1:end]), path, 2)
    places = {key: 2 + data.lc.key(key)[0] for key in data} if hasattr(data, "lc") else {}
    front = _validated(_FrontMatter, data, path, places)
    for image in front.images:
        if image not in known:
            raise ScenarioError(
                f"unknown image {image!r}",
                where=f"{path}:{places['images']}",
                hint=f"known: {', '.join(sorted(known))}",
            )
    for node in front.nodes:
        if node == "main" or not _STEP_NAME.fullmatch(node):
            raise ScenarioError(f"bad node name {node!r}", where=f"{path}:{places['nodes']}", hint="like: worker")
    return front, end + 1


def _yaml(text: str, path: Path, first_line: int) -> Any:
    try:
        return YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = first_line + (error.problem_mark.line if error.problem_mark else 0)
        raise ScenarioError(
            f"this is not YAML: {error.problem}", where=f"{path}:{line}", hint="mend the line"
        ) from error


def _validated(model: type[Any], data: Any, path: Path, places: dict[str, int]) -> Any:
    try:
        return model.model_validate(dict(data or {}))
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0]) if first["loc"] else ""
        what = "unknown key" if first["type"] == "extra_forbidden" else first["msg"]
        raise ScenarioError(
            f"{key}: {what}", where=f"{path}:{places.get(key, 1)}", hint=f"known keys: {', '.join(model.model_fields)}"
        ) from error


def _steps(lines: Sequence[str], start: int, path: Path, identity: str, front: _FrontMatter) -> list[Step]:
    steps: list[Step] = []
    fences: list[_Fence] = []
    heading: tuple[str, Place] | None = None

    def close() -> None:
        if heading is not None:
            steps.append(_step(heading[0], heading[1], fences, identity, front))
            fences.clear()

    number = start
    while number < len(lines):
        line = lines[number]
        place = Place(path, number + 1)
        if opening := re.match(r"( {0,3})(`{3,}|~{3,})([^`]*)$", line):
            if heading is None:
                raise ScenarioError("a block before the first step", where=str(place), hint="begin a step: ## name")
            fence, number = _fence(lines, number, opening, place)
            fences.append(fence)
        elif line.startswith("## "):
            close()
            heading = (line[3:].strip(), place)
            if not _STEP_NAME.fullmatch(heading[0]):
                raise ScenarioError(f"bad step name {heading[0]!r}", where=str(place), hint="like: create-network")
            if any(s.name == heading[0] for s in steps):
                raise ScenarioError(f"there are two steps {heading[0]!r}", where=str(place), hint="rename one")
        number += 1
    close()
    if not steps:
        raise ScenarioError("no step", where=f"{path}:{start + 1}", hint="begin one: ## name")
    return steps


def _fence(lines: Sequence[str], number: int, opening: re.Match[str], place: Place) -> tuple[_Fence, int]:
    mark = opening.group(2)
    closing = re.compile(rf" {{0,3}}{re.escape(mark[0])}{{{len(mark)},}}\s*$")
    for end in range(number + 1, len(lines)):
        if closing.match(lines[end]):
            return _Fence(opening.group(3).strip(), place, tuple(lines[number + 1 : end]), end + 1), end
    raise ScenarioError("this block is not closed", where=str(place), hint=f"close it with {mark}")


def _step(name: str, place: Place, fences: Sequence[_Fence], identity: str, front: _FrontMatter) -> Step:
    if not fences:
        raise ScenarioError(f"step {name!r} has no block", where=str(place), hint="add a console block")
    blocks: list[Block] = []
    rules: list[Rule] = []
    for fence in fences:
        language, options = _info(fence)
        if "volatile" in options:
            rules += _rules(fence)
        else:
            blocks.append(_block(fence, language, options, front))
    return Step(f"{identity}#{name}", name, tuple(blocks), tuple(rules), place)


def _info(fence: _Fence) -> tuple[str, dict[str, str]]:
    language, _, rest = fence.info.partition(" ")
    options: dict[str, str] = {}
    position = 0
    rest = f" {rest}" if rest else ""
    while position < len(rest.rstrip()):
        found = _OPTION.match(rest, position)
        if not found:
            raise ScenarioError(
                f"cannot read the options {rest.strip()!r}", where=str(fence.place), hint='write name="value" or name'
            )
        value = found.group(3) if found.group(3) is not None else found.group(2) or ""
        options[found.group(1)] = value
        position = found.end()
    return language, options


def _rules(fence: _Fence) -> list[Rule]:
    path, line = fence.place.path, fence.place.line + 1
    rules = []
    for entry in _yaml("\n".join(fence.body), path, line) or []:
        model = _validated(_RuleModel, entry, path, {})
        try:
            re.compile(model.pattern)
        except re.error as error:
            raise ScenarioError(
                f"bad pattern: {error}", where=f"{path}:{line}", hint="a Python regular expression"
            ) from error
        rules.append(Rule(model.pattern, model.name, model.reason))
    return rules


def _block(fence: _Fence, language: str, options: dict[str, str], front: _FrontMatter) -> Block:
    kind: BlockKind
    if language in ("console", "pycon"):
        kind = "console" if language == "console" else "pycon"
    elif "file" in options:
        kind = "file"
    elif language == "json" and "capture" in options:
        kind = "capture"
    else:
        raise ScenarioError(
            f"a block {language!r} means nothing here",
            where=str(fence.place),
            hint='allowed: console, pycon, any language with file="PATH", json capture="WHAT", yaml volatile',
        )
    _check_options(fence, kind, options, front)
    commands: tuple[Command, ...] = ()
    stray = ""
    if kind in PROMPTS:
        commands, stray = _transcript(fence, *PROMPTS[kind])
    text = "".join(f"{line}\n" for line in fence.body)
    start = fence.place.line + 1
    return Block(kind, language, options, commands, text, fence.place, start, fence.end, stray)


def _check_options(fence: _Fence, kind: str, options: dict[str, str], front: _FrontMatter) -> None:
    where = str(fence.place)
    for name in options:
        if name not in _OPTIONS[kind]:
            known = ", ".join(sorted(_OPTIONS[kind]))
            raise ScenarioError(f"unknown option {name!r}", where=where, hint=f"known here: {known}")
    if ("prompt" in options or "enter" in options) and "tty" not in options:
        raise ScenarioError("prompt and enter need tty", where=where, hint="add tty")
    if options.get("node", "main") not in ("main", *front.nodes):
        raise ScenarioError(
            f"unknown node {options['node']!r}", where=where, hint="name it in the front matter's nodes"
        )
    if options.get("exempt") == "":
        raise ScenarioError("an exemption needs a reason", where=where, hint='write exempt="why it cannot run"')
    if kind == "capture" and not _CAPTURES.fullmatch(options["capture"]):
        raise ScenarioError(f"unknown capture {options['capture']!r}", where=where, hint="see CONTRIBUTING.md")


def _transcript(fence: _Fence, first: str, more: str) -> tuple[tuple[Command, ...], str]:
    commands: list[Command] = []
    source: list[str] = []
    output: list[str] = []
    stray: list[str] = []
    line_of_command = 0

    def close() -> None:
        if line_of_command:
            text, code = _output(output)
            commands.append(Command("\n".join(source), text, code, Place(fence.place.path, line_of_command)))

    for offset, line in enumerate(fence.body):
        number = fence.place.line + 1 + offset
        if line == first or line.startswith(f"{first} "):
            close()
            source, output, line_of_command = [line[len(first) + 1 :]], [], number
            if not source[0].strip():
                raise ScenarioError("an empty command", where=f"{fence.place.path}:{number}", hint="remove the prompt")
        elif line_of_command and not output and (line == more or line.startswith(f"{more} ")):
            source.append(line[len(more) + 1 :])
        elif line_of_command:
            output.append(line)
        else:
            stray.append(line)
    close()
    return tuple(commands), "".join(f"{line}\n" for line in stray)


def _output(lines: list[str]) -> tuple[str, int]:
    code = 0
    if lines and (found := _EXIT.fullmatch(lines[-1])):
        code = int(found.group(1))
        lines = lines[:-1]
    lines = [re.sub(r"^\\(?=\\*(\$|>|>>>|\.\.\.)( |$))", "", line) for line in lines]
    if lines and lines[-1].endswith(" (no-eol)"):
        return "".join(f"{line}\n" for line in lines)[: -len(" (no-eol)\n")], code
    return "".join(f"{line}\n" for line in lines), code


def typed_lines(command: Command, prompt: str) -> tuple[str, ...]:
    """The lines that are typed into a command of a ``tty`` block: those that begin with its prompt."""
    lines = command.output.split("\n")
    return tuple(line[len(prompt) :] for line in lines if prompt and line.startswith(prompt) and line != prompt)
