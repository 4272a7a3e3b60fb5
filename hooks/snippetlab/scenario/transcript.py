r"""Transcripts: commands with the outputs under them.

A line that begins with a prompt starts a command. What continues it stands directly below: lines behind the second
prompt (``> ``), the line after one that ends in a backslash, and the rest of a here-document or of a quoted text.
All else is output; how that stands in a file is told in ``notation``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from snippetlab.errors import ScenarioError
from snippetlab.model import Command, Notation, Place
from snippetlab.scenario.markdown import Fence
from snippetlab.scenario.notation import behind_continuation, behind_prompt, lookalike, read_recording
from snippetlab.scenario.rules import takes_any_line
from snippetlab.shellgrammar.waiting import Waiting

_DIRECTIVE_OPTION = re.compile(r":[\w-]+:")
_MENDING = (
    "a command stands behind its prompt and a blank: $ cmd; other prompts are set by `prompts`; "
    "an output line that begins so is written with a backslash in front"
)


def transcript(fence: Fence, notation: Notation) -> tuple[Command, ...]:
    """The commands of a transcript. Raises ScenarioError with every line that cannot be what it should."""
    body = fence.body
    starts = _starts(body, notation)
    errors = list(_above(fence, starts[0] if starts else len(body), notation))
    commands = []
    for start, end in pairwise([*starts, len(body)]):
        source = _source(body[start:end], notation)
        below = start + len(source)
        if "\0" in "".join(source):
            errors.append(_error(fence, start, "a command with a NUL character", "remove the character"))
        if not source[0].strip():
            hint = (
                f"write a command behind the prompt; an output line that begins so is written \\{body[start].strip()}"
            )
            errors.append(_error(fence, start, "an empty command", hint))
        if notation.shell and _read(source).continued:
            hint = f"write what continues it in the line below, or remove the backslash: {body[below - 1].strip()}"
            errors.append(
                _error(fence, below - 1, "a command that ends in a backslash, and nothing continues it", hint)
            )
        for index in range(below, end):
            if lookalike(body[index], notation):
                what = f"this line looks typed, and stands in an output: {body[index]!r}"
                errors.append(_error(fence, index, what, _MENDING))
        found = read_recording(body[below:end], notation)
        for rule in found.rules:
            errors += _bad_pattern(fence, below + found.skipped + rule.line, rule.pattern)
        commands.append(
            Command(
                "\n".join(source),
                found.output,
                found.exit_code,
                _place(fence, start),
                rules=found.rules,
                unordered=found.unordered,
                output_start=below + found.skipped,
                stream=found.stream,
                quiet=found.quiet,
            )
        )
    ScenarioError.raise_all(errors)
    return tuple(commands)


def _starts(body: Sequence[str], notation: Notation) -> list[int]:
    """The lines, from 0, on which commands begin. What an earlier command goes on with begins none."""
    starts = []
    after = 0
    for index, line in enumerate(body):
        if index >= after and behind_prompt(line, notation) is not None:
            starts.append(index)
            until = next((i for i in range(index + 1, len(body)) if behind_prompt(body[i], notation) is not None), None)
            after = index + len(_source(body[index:until], notation))
    return starts


def _source(lines: Sequence[str], notation: Notation) -> list[str]:
    """What is typed: the first of ``lines`` and those that continue it. None of the others begins a command."""
    source = [behind_prompt(lines[0], notation) or ""]
    while len(source) < len(lines):
        line = lines[len(source)]
        more = behind_continuation(line, notation)
        if more is None and notation.shell and line.strip() and _read(source).continued:
            more = line
        if more is None:
            break
        source.append(more)
    return source + list(_rest(source, lines[len(source) :])) if notation.shell else source


def _rest(source: Sequence[str], below: Sequence[str]) -> Sequence[str]:
    """The lines that end a here-document or a quoted text which the lines above begin; none where nothing ends it."""
    waiting = _read(source)
    if not waiting.waits:
        return ()
    end = next((index for index, line in enumerate(below) if not waiting.feed(line)), None)
    return below[: end + 1] if end is not None else ()


def _read(source: Sequence[str]) -> Waiting:
    """What a shell waits for that has read these lines."""
    waiting = Waiting()
    for line in source:
        waiting.feed(line)
    return waiting


def _above(fence: Fence, first_command: int, notation: Notation) -> Iterator[ScenarioError]:
    """What is wrong with the lines above the first command: none of them can be what a command printed."""
    lines = fence.body[:first_command]
    if first_command < len(fence.body):
        for index, line in enumerate(lines):
            directive = fence.info.startswith("{") and _DIRECTIVE_OPTION.match(line)
            if line.strip() and not line.startswith("# ") and not directive:
                yield _error(fence, index, f"this line stands above the first command: {line!r}", _MENDING)
                return
        return
    typed = next((index for index, line in enumerate(lines) if line.strip()), None)
    if typed is None:
        hint = "write a command into it, or remove it"
        yield ScenarioError("a block without a command verifies nothing", where=str(fence.place), hint=hint)
        return
    line = lines[typed]
    what = f"a block without a command verifies nothing; it begins with {line!r}"
    if line.startswith("# "):
        hint = 'set prompts = ["# "] where a command stands behind it, or call the block another word (text)'
    else:
        hint = (
            f"{_MENDING}; where no command printed it, call the block another word (text), put "
            '<!-- snippetlab: {skip: why} --> above it, or leave all such blocks alone: fences = { console = "shell" }'
        )
    yield _error(fence, typed, what, hint)


def _bad_pattern(fence: Fence, index: int, pattern: str) -> Iterator[ScenarioError]:
    try:
        re.compile(pattern)
    except re.error as error:
        what = f"a line with the mark (re) is no regular expression: {error}"
        yield _error(fence, index, what, "mend it, or write (equal) behind it where it is meant as it stands")
    else:
        if takes_any_line(pattern):
            hint = "write (any) behind a line that may be any other, or say what the line looks like"
            yield _error(fence, index, "the pattern matches whatever is printed", hint)


def _place(fence: Fence, index: int) -> Place:
    """The place of a line of a fence's body, counted from 0."""
    return Place(fence.place.path, fence.place.line + 1 + index)


def _error(fence: Fence, index: int, what: str, hint: str) -> ScenarioError:
    return ScenarioError(what, where=str(_place(fence, index)), hint=hint)


def typed_lines(command: Command, prompt: str) -> tuple[str, ...]:
    """What is typed into a command of a ``tty`` block: the recorded lines that begin with its prompt, without it.

    A line with the prompt alone is what the program shows when it waits; nothing was typed there.
    """
    lines = command.output.split("\n")
    return tuple(line[len(prompt) :] for line in lines if prompt and line.startswith(prompt) and line != prompt)
