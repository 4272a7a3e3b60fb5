"""From headings and fences to steps and blocks: options checked, rules read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import pydantic

from snippetlab.errors import ScenarioError
from snippetlab.model import Block, BlockKind, Notation, Place, Rule, Step
from snippetlab.scenario.frontmatter import FrontMatter, validated
from snippetlab.scenario.headings import slug
from snippetlab.scenario.markdown import Fence, Heading, Part
from snippetlab.scenario.rules import matches_everything
from snippetlab.scenario.transcript import transcript
from snippetlab.yaml import read_yaml

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


class _RuleModel(pydantic.BaseModel, extra="forbid", strict=True):
    name: str = pydantic.Field(min_length=1)
    pattern: str = pydantic.Field(min_length=1)
    reason: str = pydantic.Field(min_length=1)


def steps_of(parts: Iterable[Part], identity: str, front: FrontMatter, first: Place) -> list[Step]:
    """The steps that level-2 headings and fences make, in order. Raises ScenarioError with all that is wrong."""
    errors: list[ScenarioError] = []
    found: dict[str, tuple[Heading, list[Fence]]] = {}
    fences: list[Fence] | None = None
    for part in parts:
        if isinstance(part, Heading) and part.level == 2:
            name = part.id or slug(part.text)
            fences = []
            if not name:
                errors.append(
                    ScenarioError("a heading without a name", where=str(part.place), hint="name the step: ## create")
                )
            elif name in found:
                line = found[name][0].place.line
                what = f"there are two steps {name!r}: one begins at line {line}"
                errors.append(ScenarioError(what, where=str(part.place), hint="rename one"))
            else:
                found[name] = (part, fences)
        elif isinstance(part, Fence) and fences is None:
            hint = "begin a step above it: ## name"
            errors.append(ScenarioError("a block before the first step", where=str(part.place), hint=hint))
        elif isinstance(part, Fence) and fences is not None:
            fences.append(part)
    if not found and not errors:
        errors.append(ScenarioError("there is no step", where=str(first), hint="begin one: ## name"))
    steps = []
    for name, (heading, own) in found.items():
        try:
            steps.append(_step(name, heading.place, own, identity, front))
        except ScenarioError as error:
            errors.append(error)
    ScenarioError.raise_all(errors)
    return steps


def _step(name: str, place: Place, fences: Sequence[Fence], identity: str, front: FrontMatter) -> Step:
    blocks: list[Block] = []
    rules: list[Rule] = []
    errors: list[ScenarioError] = []
    for fence in fences:
        try:
            language, options = _info(fence)
            kind = _kind(fence, language, options)
            _check_options(fence, kind, options, front.nodes)
            if kind == "volatile":
                rules += _rules(fence)
            else:
                blocks.append(_block(fence, kind, language, options))
        except ScenarioError as error:
            errors.append(error)
    ScenarioError.raise_all(errors)
    if not blocks:
        hint = "add one, or remove the heading"
        raise ScenarioError(f"step {name!r} has no block", where=str(place), hint=hint)
    return Step(f"{identity}#{name}", name, tuple(blocks), tuple(rules), place)


def _info(fence: Fence) -> tuple[str, dict[str, str]]:
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


def _kind(fence: Fence, language: str, options: Mapping[str, str]) -> BlockKind | Literal["volatile"]:
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


def _check_options(fence: Fence, kind: str, options: Mapping[str, str], nodes: Sequence[str]) -> None:
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
    if engine is not None and not re.fullmatch(r"\d+\.\d+", engine):
        raise ScenarioError(f"bad engine {engine!r}", where=where, hint='like: engine="20.10"')
    if kind == "capture" and not _CAPTURES.fullmatch(options["capture"]):
        hint = (
            "known: networks, network:NAME, container:NAME, containers, volumes, images, history:IMAGE, topology, "
            "nodes, tasks"
        )
        raise ScenarioError(f"unknown capture {options['capture']!r}", where=where, hint=hint)


def _rules(fence: Fence) -> list[Rule]:
    source = read_yaml(fence.body, fence.place.path, fence.place.line + 1)
    if not isinstance(source.data, list):
        hint = "each rule begins with a hyphen: - name: …, pattern: …, reason: …"
        raise ScenarioError("a list of rules is wanted here", where=source.where(), hint=hint)
    rules = []
    for index in range(len(source.data)):
        model = validated(_RuleModel, source, index)
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
        if matches_everything(pattern):
            hint = "say what the value looks like, or what stands around it: a rule is for one value, not for a line"
            raise ScenarioError("the pattern matches whatever is printed", where=where, hint=hint)
        rules.append(Rule(model.pattern, model.name, model.reason))
    return rules


def _block(fence: Fence, kind: BlockKind, language: str, options: Mapping[str, str]) -> Block:
    own = notation(kind, options)
    commands = transcript(fence, own) if own else ()
    text = "".join(f"{line}\n" for line in fence.body)
    return Block(
        kind, language, options, commands, text, fence.place, fence.place.line + 1, fence.end, own or Notation()
    )


def notation(kind: str, options: Mapping[str, str]) -> Notation | None:
    """How the transcript of a block of that kind is written; None for a block that holds none."""
    if kind == "pycon":
        return Notation((">>> ",), "... ", shell=False, lookalikes=False)
    return Notation(lookalikes="tty" not in options) if kind == "console" else None
