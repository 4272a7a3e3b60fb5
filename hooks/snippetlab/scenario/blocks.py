"""From headings and fences to steps and blocks: options checked, rules read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal

from snippetlab.errors import ScenarioError
from snippetlab.model import TRACKS, Block, BlockKind, Holds, Notation, NotRun, Step, Track
from snippetlab.scenario.copied import OPTION as COPIED
from snippetlab.scenario.holds import read_holds
from snippetlab.scenario.info import SHELLS, Info, meant, read_info
from snippetlab.scenario.known import ANYTHING, Known, kind_words
from snippetlab.scenario.markdown import Fence, Indented, Part
from snippetlab.scenario.notation import behind_prompt
from snippetlab.scenario.rules import Volatile, read_volatile, refuse_greedy
from snippetlab.scenario.sections import Placed, Section
from snippetlab.scenario.transcript import transcript
from snippetlab.settings import PageSettings

WORDS: Mapping[str, Literal["console", "pycon"]] = {
    **dict.fromkeys(("console", "shell-session", "shellsession", "sh-session", "bash-session"), "console"),
    "pycon": "pycon",
}
SKIP = "skip"
_PYTHON = Notation(prompts=(">>> ",))
_FLAGS = frozenset({"tty", "enter", "volatile", "unordered", "engines", COPIED})
_OPTIONS: dict[str, frozenset[str]] = {
    "console": frozenset({"tty", "prompt", "enter", "node", "engine", "exempt", "unordered", COPIED, SKIP}),
    "pycon": frozenset({"tty", "prompt", "enter", "node", "engine", "exempt", "unordered", COPIED, SKIP}),
    "file": frozenset({"file", "node", "engine", SKIP}),
    "capture": frozenset({"capture", "node", SKIP}),
    "volatile": frozenset({"volatile"}),
    "engines": frozenset({"engines"}),
}
_ALLOWED = 'allowed: console, pycon, any language with file="PATH", json capture="WHAT", yaml volatile, yaml engines'


@dataclass(frozen=True)
class Rules:
    """How the blocks of a file are read. In a ``strict`` one (a scenario) what is not known is an error."""

    settings: PageSettings = field(default_factory=PageSettings)
    nodes: tuple[str, ...] = ()
    strict: bool = True
    tracks: tuple[Track, ...] = TRACKS
    known: Known = ANYTHING
    holds: Holds | None = None


def steps_of(sections: Iterable[Section], identity: str, rules: Rules) -> list[Step]:
    """The steps that sections make, in order. Raises ScenarioError with all that is wrong.

    Of a page, sections without a block of ours are none.
    """
    errors: list[ScenarioError] = []
    steps = []
    for section in sections:
        try:
            step = _step(section, identity, rules)
        except ScenarioError as error:
            errors.append(error)
            continue
        if step.blocks:
            steps.append(step)
        elif rules.strict:
            what = f"step {section.name!r} has no block"
            errors.append(ScenarioError(what, where=str(section.place), hint="add one, or remove the heading"))
    ScenarioError.raise_all(errors)
    return steps


def _step(section: Section, identity: str, rules: Rules) -> Step:
    blocks: list[Block] = []
    volatile: list[Volatile] = []
    holds: list[Holds] = []
    errors: list[ScenarioError] = []
    for placed in section.blocks:
        fence = placed.fence
        try:
            info = read_info(fence.info)
            options = {**info.options, **placed.options}
            kind = kind_of(fence, info, options, rules)
            if kind is None:
                _refuse_lost_options(placed)
                continue
            options = _checked(fence, kind, info, options, rules)
            if kind == "volatile":
                volatile.append(read_volatile(fence))
                errors += _no_kinds(volatile[-1], rules.known)
            elif kind == "engines":
                holds.append(read_holds(fence))
            else:
                blocks.append(_block(placed, kind, info.language, options, rules.settings))
        except ScenarioError as error:
            errors.append(error)
    for check in (
        *(partial(_refuse_idle, b, blocks, rules.tracks) for b in blocks),
        *(partial(refuse_greedy, v, blocks) for v in volatile),
    ):
        try:
            check()
        except ScenarioError as error:
            errors.append(error)
    ScenarioError.raise_all(errors)
    name = section.name
    own = tuple(rule for v in volatile for rule in v.rules)
    off = dict.fromkeys([*rules.settings.kinds_off, *(kind for v in volatile for kind, _ in v.off)])
    return Step(
        f"{identity}#{name}", name, tuple(blocks), own, section.place, tuple(off), holds[0] if holds else rules.holds
    )


def _no_kinds(volatile: Volatile, known: Known) -> Iterator[ScenarioError]:
    """An error for each kind that is turned off and is none."""
    for kind, where in volatile.off:
        if not known.kind(kind):
            hint = kind_words(kind, known.kinds or ())
            yield ScenarioError(f"there is no kind {kind!r} to turn off", where=where, hint=hint)


def left_alone(parts: Iterable[Part], sections: Iterable[Section], settings: PageSettings) -> Iterator[NotRun]:
    """The blocks of a page that hold a prompt and that nothing says to run; call it where ``steps_of`` found no fault.

    What a project's ``fences`` call ``text`` is not told.
    """
    rules = Rules(settings, strict=False)
    for section in sections:
        for placed in section.blocks:
            info = read_info(placed.fence.info)
            options = {**info.options, **placed.options}
            named = {word.lower(): kind for word, kind in settings.fences.items()}.get(info.word)
            if (
                named == "text"
                or kind_of(placed.fence, info, options, rules)
                or not (has_prompt(placed.fence.body, settings) or _has_examples(placed.fence.body))
            ):
                continue
            said = f"its fence says {info.language!r}" if info.language else "its fence says nothing"
            why = options.get(SKIP) or f"{said}; `fences` in the settings gives such a block a meaning"
            yield NotRun("block", placed.fence.place, why)
    for part in parts:
        if isinstance(part, Indented) and has_prompt(part.body, settings):
            yield NotRun("block", part.place, "it is indented and has no fence that says what it is")


def has_prompt(body: Sequence[str], settings: PageSettings) -> bool:
    """True where the first line that is neither blank nor a comment stands behind a prompt."""
    notation = _notation("console", {}, settings) or Notation()
    typed = next((line for line in body if line.strip() and not line.startswith("# ")), "")
    return behind_prompt(typed, notation) is not None


def _has_examples(body: Sequence[str]) -> bool:
    """True where the first line that is no comment stands behind Python's prompt."""
    typed = next((line for line in body if line.strip() and not line.startswith("# ")), "")
    return behind_prompt(typed, _PYTHON) is not None


def _refuse_lost_options(placed: Placed) -> None:
    """Raises ScenarioError for what a comment says of a block that is none of ours, but that it is skipped."""
    lost = [name for name in placed.options if name != SKIP]
    if lost:
        what = f"the comment above gives this block {', '.join(lost)}, and it is none that is run"
        hint = "put the comment right above the block that it is for"
        raise ScenarioError(what, where=str(placed.fence.place), hint=hint)


def _refuse_idle(block: Block, blocks: Sequence[Block], tracks: Sequence[Track]) -> None:
    """Raises ScenarioError for a transcript that runs in no track and does not say so."""
    if block.exempt is not None or block.kind not in ("console", "pycon"):
        return
    which = f"the tracks are [{', '.join(tracks)}]"
    if block.kind == "pycon" and "python" not in tracks:
        what = f"this pycon block never runs: {which}"
        raise ScenarioError(what, where=str(block.place), hint="add python to tracks in the front matter")
    if block.kind == "console" and "shell" not in tracks and any(b.kind == "pycon" for b in blocks):
        what = f"this console block never runs: {which}, and the step has a pycon block"
        raise ScenarioError(what, where=str(block.place), hint="add shell to tracks in the front matter")


def kind_of(
    fence: Fence, info: Info, options: Mapping[str, str], rules: Rules
) -> BlockKind | Literal["volatile", "engines"] | None:
    """What a block is to us; None for one of another language, which is left alone. Raises ScenarioError for a slip."""
    words = {**WORDS, **{word.lower(): kind for word, kind in rules.settings.fences.items()}}
    word = words.get(info.word, "shell" if info.word in SHELLS else None)
    if word in ("console", "pycon"):
        return word
    if "file" in options:
        return "file"
    if info.word == "json" and "capture" in options:
        return "capture"
    if info.word == "yaml" and ("volatile" in options or "engines" in options):
        return "volatile" if "volatile" in options else "engines"
    if word == "text":
        return None
    prompted = has_prompt(fence.body, rules.settings)
    if word == "shell" and prompted:
        return "console"
    if rules.strict and (word == "shell" or not info.language):
        what = f"a {info.language!r} block means nothing here" if info.language else "a block without a language"
        raise ScenarioError(what, where=str(fence.place), hint=_ALLOWED)
    if prompted and word is None and (near := meant(info.language, WORDS)):
        hint = f"did you mean {near}? Or set it under `fences`"
        raise ScenarioError(f"a {info.language!r} block means nothing here", where=str(fence.place), hint=hint)
    return None


def _checked(fence: Fence, kind: str, info: Info, options: dict[str, str], rules: Rules) -> dict[str, str]:
    """The options, checked. Those of a page that are nobody's slip are its site's, and left out."""
    known = _OPTIONS[kind]
    if rules.strict and info.unreadable:
        hint = 'write name or name="value"; a value with blanks needs the quotes'
        what = f"cannot read the options from {info.unreadable!r} on"
        raise ScenarioError(what, where=str(fence.place), hint=hint)
    if info.twice:
        raise ScenarioError(f"option {info.twice} stands twice", where=str(fence.place), hint="remove one")
    if not rules.strict:
        options = {name: value for name, value in options.items() if name in known or meant(name, known)}
    _check_options(fence, kind, options, rules.nodes, rules.known)
    return options


def _check_options(fence: Fence, kind: str, options: Mapping[str, str], nodes: Sequence[str], known: Known) -> None:
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
    if kind == "capture" and not known.capture(options["capture"]):
        hint = f"known: {known.capture_words()}"
        raise ScenarioError(f"unknown capture {options['capture']!r}", where=where, hint=hint)


def _block(placed: Placed, kind: BlockKind, language: str, options: Mapping[str, str], settings: PageSettings) -> Block:
    fence = placed.fence
    own = _notation(kind, options, settings)
    # What is shown and not run on a page need not be in any form.
    commands = transcript(fence, own) if own and SKIP not in options else ()
    if "unordered" in options:
        commands = tuple(replace(command, unordered=True) for command in commands)
    if SKIP in options:
        options = {"exempt": options[SKIP]}
    text = "".join(f"{line}\n" for line in fence.body)
    start = fence.place.line + 1
    return Block(
        kind, language, options, commands, text, fence.place, start, fence.end, own or Notation(), placed.hidden
    )


def _notation(kind: str, options: Mapping[str, str], settings: PageSettings) -> Notation | None:
    """How the transcript of a block of that kind is written; None for a block that holds none."""
    if kind not in ("console", "pycon"):
        return None
    own = Notation(
        elision=settings.elision,
        ignore_blank_lines=settings.ignore_blank_lines,
        streams=settings.streams,
        unrecorded=settings.unrecorded,
    )
    if kind == "pycon":
        return replace(own, prompts=_PYTHON.prompts, continuation="... ", shell=False, lookalikes=False)
    return replace(own, prompts=settings.prompts, continuation=settings.continuation, lookalikes="tty" not in options)
