r"""Parses scenario files: front matter, steps, fenced blocks and transcripts, with file and line in every error.

The way is lines → headings and fences → blocks → transcripts, a function each.

Transcripts. A line that begins with the prompt starts a command; lines that
begin with the second prompt, directly below, continue it; all else is output.
Four marks let any output stand in a file and be read back as it was:

``[n]``       alone on the last line: the exit code (1 for an exception). ``[0]``
              is written only below an output whose own last line looks so.
``\$ …``      an output line that would be read as a prompt has a backslash in
              front. A line that has that form itself gets one more. Only the
              first line of an output can be taken for a continuation, so
              ``> …`` further down stands as it is.
``(no-eol)``  behind a blank at the end of the last line: no newline was printed there.
``(eol)``     likewise: a newline was printed, and the line itself ends in one of these two marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import pydantic
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from .errors import ScenarioError
from .model import BASELINE_ENGINE, TRACKS, Block, BlockKind, Command, Place, Rule, Scenario, Step

KNOWN_IMAGES = frozenset({"busybox", "debian:bookworm", "redis", "nginx", "registry"})
PROMPTS: dict[str, tuple[str, str]] = {"console": ("$", ">"), "pycon": (">>>", "...")}
NO_EOL, EOL = " (no-eol)", " (eol)"
EXIT_LINE = re.compile(r"\[(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])\]")

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FENCE = re.compile(r"( {0,3})(?:(`{3,})([^`]*)|(~{3,})(.*))")
_HEADING = re.compile(r" {0,3}##(?!#)(.*)")
_COMMENT = re.compile(r" {0,3}<!--")
_OPTION = re.compile(r'[ \t]+([a-z]+)(?:=(?:"([^"]*)"|([^\s"]+)))?(?=[ \t]|$)')
_CAPTURES = re.compile(r"networks|containers|volumes|images|topology|nodes|tasks|(network|container|history):\S+")
_FLAGS = frozenset({"tty", "enter", "volatile"})
_OPTIONS: dict[str, frozenset[str]] = {
    "console": frozenset({"tty", "prompt", "enter", "node", "engine", "exempt"}),
    "pycon": frozenset({"tty", "prompt", "enter", "node", "engine", "exempt"}),
    "file": frozenset({"file", "node", "engine"}),
    "capture": frozenset({"capture", "node"}),
    "volatile": frozenset({"volatile"}),
}
_ALLOWED = 'allowed: console, pycon, any language with file="PATH", json capture="WHAT", yaml volatile'


class _FrontMatter(pydantic.BaseModel, extra="forbid", strict=True):
    title: str = pydantic.Field(min_length=1)
    images: list[str] = []
    timeout: float = pydantic.Field(60.0, gt=0, le=3600)
    daemon: dict[str, pydantic.JsonValue] = {}
    nodes: list[str] = pydantic.Field([], max_length=1)  # a veth pair joins two labs, not more
    outside: bool = False
    context: list[str] = []
    tracks: list[Literal["shell", "python"]] = pydantic.Field(list(TRACKS), min_length=1)


class _RuleModel(pydantic.BaseModel, extra="forbid", strict=True):
    name: str = pydantic.Field(min_length=1)
    pattern: str = pydantic.Field(min_length=1)
    reason: str = pydantic.Field(min_length=1)


@dataclass(frozen=True)
class _Yaml:
    """Parsed YAML that knows the line of each of its keys and items."""

    data: Any
    path: Path
    first_line: int

    def where(self, *keys: str | int) -> str:
        """``file:line`` of a key or item; of the nearest one around it when it is not there."""
        row, data = 0, self.data
        for key in keys:
            try:
                marks = data.lc
                row = (marks.key(key) if isinstance(data, dict) else marks.item(key))[0]
                data = data[key]
            except (AttributeError, LookupError, TypeError):
                break
        return str(Place(self.path, self.first_line + row))


@dataclass(frozen=True)
class _Heading:
    name: str
    place: Place


@dataclass(frozen=True)
class _Fence:
    info: str
    place: Place
    body: tuple[str, ...]
    end: int  # line of the closing fence, counted from 1


def load(path: Path, root: Path, known_images: frozenset[str] = KNOWN_IMAGES) -> Scenario:
    """The scenario in ``path``; its id is the path below ``root`` without its suffix.

    Raises ScenarioError when the file cannot be read or what it names in ``context`` is missing.
    """
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8")
    except OSError as error:
        raise ScenarioError(
            f"the file cannot be read: {error.strerror}", where=f"{path}:1", hint="check its name and its permissions"
        ) from error
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ScenarioError("the file is not UTF-8", where=f"{path}:{line}", hint="save it as UTF-8") from error
    scenario, front = _parse(text, path, path.relative_to(root).with_suffix("").as_posix(), known_images)
    for index, entry in enumerate(scenario.context):
        if not (path.parent / entry).exists():
            raise ScenarioError(
                f"context {entry!r} does not exist beside the scenario",
                where=front.where("context", index),
                hint="create it, or remove it from context",
            )
    return scenario


def discover(root: Path) -> list[Scenario]:
    """Every scenario below ``root``, sorted by id. Raises ScenarioError for the first that cannot be read.

    README.md files, the folders of the base images' recipes and whatever lies in a hidden folder are no scenarios.
    """
    files = sorted(p for p in root.rglob("*.md") if p.name != "README.md" and p.is_file())
    return sorted((load(p, root) for p in files if not _skipped(p.relative_to(root))), key=lambda s: s.id)


def _skipped(relative: Path) -> bool:
    folders = relative.parts[:-1]
    # snippets/images/ is a chapter too: only the recipes' own folders are passed over.
    return (folders[:1] == ("images",) and len(folders) > 1) or any(folder.startswith(".") for folder in folders)


def parse(text: str, path: Path, identity: str, known_images: frozenset[str] = KNOWN_IMAGES) -> Scenario:
    """The scenario that ``text`` holds, with ``identity`` (``chapter/scenario``) as its id.

    Raises ScenarioError with file and line.
    """
    return _parse(text, path, identity, known_images)[0]


def _parse(text: str, path: Path, identity: str, known: frozenset[str]) -> tuple[Scenario, _Yaml]:
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    matter, first = _front_matter(lines, path)
    front = _checked_front(matter, known)
    steps = _steps(_lex(lines, first, path), identity, front, Place(path, first + 1))
    scenario = Scenario(
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
    return scenario, matter


# Front matter


def _front_matter(lines: Sequence[str], path: Path) -> tuple[_Yaml, int]:
    """The front matter and the index of the first line behind it."""
    ends = (i for i, line in enumerate(lines) if i and line.rstrip() == "---")
    end = next(ends, None) if lines[0].rstrip() == "---" else None
    if end is None:
        raise ScenarioError("no front matter", where=f"{path}:1", hint="begin the file with: ---, title: …, ---")
    return _yaml(lines[1:end], path, 2), end + 1


def _yaml(lines: Sequence[str], path: Path, first_line: int) -> _Yaml:
    try:
        return _Yaml(YAML(typ="rt").load("\n".join(lines)), path, first_line)
    except MarkedYAMLError as error:
        line = first_line + (error.problem_mark.line if error.problem_mark else 0)
        what = f"this is not YAML: {error.problem}"
    except YAMLError as error:
        line, what = first_line, f"this is not YAML: {str(error).splitlines()[0]}"
    raise ScenarioError(what, where=f"{path}:{line}", hint="mend the line")


def _plain(data: Any) -> Any:
    """The same data in Python's own types, so that nothing of the YAML library travels on."""
    if isinstance(data, dict):
        return {_plain(key): _plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_plain(value) for value in data]
    for kind in (bool, int, float, str):
        if isinstance(data, kind):
            return kind(data)
    return data


def _validated(model: type[Any], source: _Yaml, *keys: str | int) -> Any:
    """``model`` made from the mapping under ``keys``. Raises ScenarioError at the line of the first wrong key."""
    data = source.data
    for key in keys:
        data = data[key]
    if not isinstance(data, dict | None):
        hint = f"write it as key: value, with the keys {', '.join(model.model_fields)}"
        raise ScenarioError("keys and values are wanted here", where=source.where(*keys), hint=hint)
    try:
        return model.model_validate(_plain(data or {}))
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        what = {"extra_forbidden": "unknown key", "missing": "this key is missing"}.get(first["type"], first["msg"])
        raise ScenarioError(
            f"{'.'.join(map(str, first['loc']))}: {what}",
            where=source.where(*keys, *first["loc"]),
            hint=f"known keys: {', '.join(model.model_fields)} (CONTRIBUTING.md says what they mean)",
        ) from error


def _checked_front(matter: _Yaml, known: frozenset[str]) -> _FrontMatter:
    front: _FrontMatter = _validated(_FrontMatter, matter)
    for key in ("images", "nodes", "context", "tracks"):
        entries: list[str] = getattr(front, key)
        for index, entry in enumerate(entries):
            what = hint = ""
            if entry in entries[:index]:
                what, hint = f"{entry!r} stands twice in {key}", "remove one"
            elif key == "images" and entry not in known:
                what, hint = f"unknown image {entry!r}", f"known images: {', '.join(sorted(known))}"
            elif key == "nodes" and (entry == "main" or not _NAME.fullmatch(entry)):
                what, hint = f"bad node name {entry!r}", "like: worker (main is the first lab's own name)"
            elif key == "context" and not _beside(entry):
                what, hint = f"context {entry!r} does not lie beside the scenario", "name a file or folder next to it"
            if what:
                raise ScenarioError(what, where=matter.where(key, index), hint=hint)
    return front


def _beside(entry: str) -> bool:
    path = PurePosixPath(entry)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts


# Headings and fences


def _lex(lines: Sequence[str], start: int, path: Path) -> Iterator[_Heading | _Fence]:
    """The level-2 headings and fenced blocks, in order. What is commented out does not count."""
    number = start
    while number < len(lines):
        line = lines[number]
        place = Place(path, number + 1)
        if opening := _FENCE.fullmatch(line):
            fence, number = _fence(lines, number, opening, place)
            yield fence
        elif heading := _HEADING.fullmatch(line):
            yield _heading(heading[1], place)
        elif _COMMENT.match(line):
            while "-->" not in lines[number]:
                number += 1
                if number == len(lines):
                    raise ScenarioError("this comment is not closed", where=str(place), hint="close it with -->")
        elif line.lstrip(" ").startswith("```") and '="' in line:
            # By CommonMark no fence at all, so the block would silently count as prose.
            hint = "open and close the block with ~~~ instead"
            raise ScenarioError("a backtick behind ``` makes this no block", where=str(place), hint=hint)
        number += 1


def _heading(rest: str, place: Place) -> _Heading:
    name = re.sub(r"(?:^|[ \t])#+[ \t]*$", "", rest).strip()
    if rest[:1] not in (" ", "\t") or not _NAME.fullmatch(name):
        hint = "lower case, digits and hyphens, like: ## create-network"
        raise ScenarioError(f"bad step name {name!r}", where=str(place), hint=hint)
    return _Heading(name, place)


def _fence(lines: Sequence[str], number: int, opening: re.Match[str], place: Place) -> tuple[_Fence, int]:
    indent = len(opening[1])
    mark, info = (opening[2], opening[3]) if opening[2] else (opening[4], opening[5])
    for end in range(number + 1, len(lines)):
        bare = lines[end].lstrip(" ")
        if bare.startswith(mark) and len(lines[end]) - len(bare) <= 3:
            rest = bare.lstrip(mark[0])
            if rest.strip():
                # CommonMark takes this for text; but where a closing fence was forgotten,
                # the steps below would be taken for output, and an update would remove them.
                hint = f"close the block above this line, or open it with more than {len(mark)} of {mark[0]}"
                what = f"a fence inside the block that line {place.line} opens"
                raise ScenarioError(what, where=str(Place(place.path, end + 1)), hint=hint)
            body = (dedent(line, indent) for line in lines[number + 1 : end])
            return _Fence(info.strip(), place, tuple(body), end + 1), end
    raise ScenarioError("this block is not closed", where=str(place), hint=f"close it with {mark}")


def dedent(line: str, indent: int) -> str:
    """A line of a block without the blanks, ``indent`` at most, that its opening fence has in front."""
    return line[min(indent, len(line) - len(line.lstrip(" "))) :]


# Steps and blocks


def _steps(parts: Iterator[_Heading | _Fence], identity: str, front: _FrontMatter, first: Place) -> list[Step]:
    found: dict[str, tuple[_Heading, list[_Fence]]] = {}
    fences: list[_Fence] | None = None
    for part in parts:
        if isinstance(part, _Heading):
            if part.name in found:
                line = found[part.name][0].place.line
                what = f"there are two steps {part.name!r}: one begins at line {line}"
                raise ScenarioError(what, where=str(part.place), hint="rename one")
            fences = []
            found[part.name] = (part, fences)
        elif fences is None:
            hint = "begin a step above it: ## name"
            raise ScenarioError("a block before the first step", where=str(part.place), hint=hint)
        else:
            fences.append(part)
    if not found:
        raise ScenarioError("there is no step", where=str(first), hint="begin one: ## name")
    return [_step(heading, fences, identity, front) for heading, fences in found.values()]


def _step(heading: _Heading, fences: Sequence[_Fence], identity: str, front: _FrontMatter) -> Step:
    blocks: list[Block] = []
    rules: list[Rule] = []
    for fence in fences:
        language, options = _info(fence)
        kind = _kind(fence, language, options)
        _check_options(fence, kind, options, front.nodes)
        if kind == "volatile":
            rules += _rules(fence)
        else:
            blocks.append(_block(fence, kind, language, options))
    if not blocks:
        hint = "add one, or remove the heading"
        raise ScenarioError(f"step {heading.name!r} has no block", where=str(heading.place), hint=hint)
    return Step(f"{identity}#{heading.name}", heading.name, tuple(blocks), tuple(rules), heading.place)


def _info(fence: _Fence) -> tuple[str, dict[str, str]]:
    """The language and the options behind a fence."""
    language = fence.info.split(maxsplit=1)[0] if fence.info else ""
    options: dict[str, str] = {}
    position = len(language)
    while position < len(fence.info):
        found = _OPTION.match(fence.info, position)
        if not found:
            hint = 'write name or name="value"; a value with blanks needs the quotes'
            what = f"cannot read the options from {fence.info[position:].strip()!r} on"
            raise ScenarioError(what, where=str(fence.place), hint=hint)
        if found[1] in options:
            raise ScenarioError(f"option {found[1]} stands twice", where=str(fence.place), hint="remove one")
        options[found[1]] = found[2] or found[3] or ""
        position = found.end()
    return language, options


def _kind(fence: _Fence, language: str, options: Mapping[str, str]) -> BlockKind | Literal["volatile"]:
    if language == "console":
        return "console"
    if language == "pycon":
        return "pycon"
    if "file" in options:
        return "file"
    if language == "json" and "capture" in options:
        return "capture"
    if language == "yaml" and "volatile" in options:
        return "volatile"
    what = f"a {language!r} block means nothing here" if language else "a block without a language"
    raise ScenarioError(what, where=str(fence.place), hint=_ALLOWED)


def _check_options(fence: _Fence, kind: str, options: Mapping[str, str], nodes: Sequence[str]) -> None:
    where = str(fence.place)
    for name, value in options.items():
        if name not in _OPTIONS[kind]:
            hint = f"known here: {', '.join(sorted(_OPTIONS[kind]))}"
            raise ScenarioError(f"unknown option {name!r}", where=where, hint=hint)
        if name in _FLAGS and value:
            raise ScenarioError(f"option {name} takes no value", where=where, hint=f"write {name} alone")
        if name not in _FLAGS and not value.strip():
            raise ScenarioError(f"option {name} needs a value", where=where, hint=f'write {name}="…"')
    if ("prompt" in options or "enter" in options) and "tty" not in options:
        raise ScenarioError("prompt and enter need tty", where=where, hint="add tty")
    if options.get("node", "main") not in ("main", *nodes):
        hint = f"known: {', '.join(('main', *nodes))}; add it to nodes in the front matter"
        raise ScenarioError(f"unknown node {options['node']!r}", where=where, hint=hint)
    engine = options.get("engine")
    if engine == BASELINE_ENGINE:
        what = f"{engine} is the baseline, so this is no variant"
        raise ScenarioError(what, where=where, hint="remove the engine option")
    if engine is not None and not re.fullmatch(r"\d+\.\d+", engine):
        raise ScenarioError(f"bad engine {engine!r}", where=where, hint='like: engine="20.10"')
    if kind == "capture" and not _CAPTURES.fullmatch(options["capture"]):
        hint = (
            "known: networks, network:NAME, container:NAME, containers, volumes, images, history:IMAGE, topology, "
            "nodes, tasks"
        )
        raise ScenarioError(f"unknown capture {options['capture']!r}", where=where, hint=hint)


def _rules(fence: _Fence) -> list[Rule]:
    source = _yaml(fence.body, fence.place.path, fence.place.line + 1)
    if not isinstance(source.data, list):
        hint = "each rule begins with a hyphen: - name: …, pattern: …, reason: …"
        raise ScenarioError("a list of rules is wanted here", where=source.where(), hint=hint)
    rules = []
    for index in range(len(source.data)):
        model = _validated(_RuleModel, source, index)
        where = source.where(index, "pattern")
        try:
            pattern = re.compile(model.pattern)
        except re.error as error:
            raise ScenarioError(
                f"bad pattern: {error}", where=where, hint="a regular expression of Python's"
            ) from error
        if pattern.match(""):
            hint = "make it match at least one character"
            raise ScenarioError("the pattern matches where nothing stands", where=where, hint=hint)
        rules.append(Rule(model.pattern, model.name, model.reason))
    return rules


def _block(fence: _Fence, kind: BlockKind, language: str, options: Mapping[str, str]) -> Block:
    commands, stray = _transcript(fence, kind) if kind in PROMPTS else ((), "")
    text = "".join(f"{line}\n" for line in fence.body)
    return Block(kind, language, options, commands, text, fence.place, fence.place.line + 1, fence.end, stray)


# Transcripts


def _transcript(fence: _Fence, kind: str) -> tuple[tuple[Command, ...], str]:
    """The commands of a transcript, and the output that stands above the first."""
    first, more = PROMPTS[kind]
    body = fence.body
    starts = [index for index, line in enumerate(body) if _begins(line, first)]
    commands = []
    for start, end in pairwise([*starts, len(body)]):
        place = Place(fence.place.path, fence.place.line + 1 + start)
        stop = start + 1
        while stop < end and _begins(body[stop], more):
            stop += 1
        source = [body[start][len(first) + 1 :], *(line[len(more) + 1 :] for line in body[start + 1 : stop])]
        if not source[0].strip():
            hint = f"write a command behind {first}; an output line that begins so is written \\{first}"
            raise ScenarioError("an empty command", where=str(place), hint=hint)
        output, code = _recorded(body[stop:end], kind)
        commands.append(Command("\n".join(source), output, code, place))
    above = body[: starts[0]] if starts else body
    return tuple(commands), "".join(f"{line}\n" for line in above)


def _begins(line: str, prompt: str) -> bool:
    return line.startswith(prompt) and line[len(prompt) : len(prompt) + 1] in ("", " ")


def looks_typed(line: str, kind: str, *, first: bool) -> bool:
    """True when an output line (the ``first`` of its output or not) would be read as a prompt.

    Also for a line that is one but for the backslashes in front of it: those count the escapes.
    """
    prompt, more = PROMPTS[kind]
    bare = line.lstrip("\\")
    return _begins(bare, prompt) or (first and _begins(bare, more))


def _recorded(lines: Sequence[str], kind: str) -> tuple[str, int]:
    """The output and the exit code that the lines below a command record."""
    code = 0
    if lines and (found := EXIT_LINE.fullmatch(lines[-1])):
        code, lines = int(found[1]), lines[:-1]
    read = [
        line[1:] if line.startswith("\\") and looks_typed(line, kind, first=index == 0) else line
        for index, line in enumerate(lines)
    ]
    if read and read[-1].endswith(NO_EOL):
        return "\n".join(read).removesuffix(NO_EOL), code
    if read and read[-1].endswith(EOL):
        read[-1] = read[-1].removesuffix(EOL)
    return "".join(f"{line}\n" for line in read), code


def typed_lines(command: Command, prompt: str) -> tuple[str, ...]:
    """What is typed into a command of a ``tty`` block: the recorded lines that begin with its prompt, without it.

    A line with the prompt alone is what the program shows when it waits; nothing was typed there.
    """
    lines = command.output.split("\n")
    return tuple(line[len(prompt) :] for line in lines if prompt and line.startswith(prompt) and line != prompt)
