"""The shell script of a page as text."""

from __future__ import annotations

import base64
import shlex
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from snippetlab.model import Scenario
from snippetlab.shellgrammar import parse, simple_commands

from handbook.exports.scripts.escaping import filled, folder_name, one_line
from handbook.exports.scripts.heads import SHELL, SHELL_TERMINAL
from handbook.exports.scripts.parts import FilePart, Part, ShellPart, context_parts, parts_of


def shell_text(title: str, scenarios: Sequence[Scenario], missing: Sequence[str]) -> str:
    """The script of a page with these scenarios; ``missing`` says in lines what is left out."""
    left_out = "".join(f"# {one_line(line)}".rstrip() + "\n" for line in missing)
    text = [filled(SHELL, {"title": one_line(title), "left_out": left_out})]
    parts = {s.id: [list(parts_of(step, "shell")) for step in s.steps] for s in scenarios}
    if any(isinstance(p, ShellPart) and p.typed is not None for steps in parts.values() for s in steps for p in s):
        text.append(SHELL_TERMINAL)
    for scenario in scenarios:
        text.append(f"\n### {one_line(scenario.title)}\n(\npage_part {folder_name(scenario.id)}")
        text += map(_file, context_parts(scenario))
        for step, pieces in zip(scenario.steps, parts[scenario.id], strict=True):
            text.append(f"\n## {one_line(step.name)}")
            text += _pieces(pieces)
        text.append("\nexit $page_unexpected\n) </dev/null || page_unexpected=1\npage_clean_up")
    text.append("\nexit $page_unexpected")
    return "\n".join(text) + "\n"


def _pieces(parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, FilePart):
            yield _file(part)
        elif isinstance(part, ShellPart):
            yield _command(part)


def _command(part: ShellPart) -> str:
    source = part.source
    if part.typed is not None:
        typed = [" ".join(map(shlex.quote, pair)) for pair in part.typed]
        source = " \\\n  ".join([f"page_terminal {shlex.quote(source)}", *typed])
    # Where a `cd` did not do what the page shows, what follows would work in another folder.
    stops = " || exit 1" if part.exit_code == 0 and moves(part.source) else ""
    return f"{source}\npage_code {part.exit_code} $?{stops}"


def moves(source: str) -> bool:
    """True when a piece of shell goes to another folder."""
    return any(command.words and command.words[0].text == "cd" for command in simple_commands(parse(source)))


def _file(part: FilePart) -> str:
    # Below the part's home, as in the lab, wherever the page's own `cd` has led.
    quoted = f"~/{shlex.quote(part.name)}"
    folder = shlex.quote(str(PurePosixPath(part.name).parent))
    parent = f"mkdir -p ~/{folder} || exit 1\n" if "/" in part.name else ""
    after = f"\nchmod +x {quoted}" if part.executable else ""
    text = part.text
    if text is None:
        encoded = base64.encodebytes(part.data).decode()
        return f"{parent}base64 --decode > {quoted} <<'END_OF_FILE' || exit 1\n{encoded}END_OF_FILE{after}"
    if text and not text.endswith("\n"):
        return f"{parent}printf %s {shlex.quote(text)} > {quoted} || exit 1{after}"
    end = "END_OF_FILE"
    while end in text.split("\n"):
        end += "_"
    return f"{parent}cat > {quoted} <<'{end}' || exit 1\n{text}{end}{after}"
