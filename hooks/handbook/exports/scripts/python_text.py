"""The Python script of a page as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from snippetlab.model import Scenario

from handbook.exports.scripts.escaping import filled, folder_name, in_docstring, one_line
from handbook.exports.scripts.heads import PYTHON, TERMINAL
from handbook.exports.scripts.parts import FilePart, Part, PythonPart, ShellPart, context_parts, parts_of


def python_text(title: str, scenarios: Sequence[Scenario], missing: Sequence[str]) -> str:
    """The script of a page with these scenarios; ``missing`` says in lines what is left out."""
    body: list[str] = []
    terminal = False
    for scenario in scenarios:
        body += [f"\n# {one_line(scenario.title)}", f'page_part("{folder_name(scenario.id)}")']
        body.append("client = docker.from_env()")
        body += map(_file, context_parts(scenario))
        for step in scenario.steps:
            parts = list(parts_of(step, "python"))
            terminal = terminal or any(isinstance(p, ShellPart) and p.typed is not None for p in parts)
            body += [f"\n# {one_line(step.name)}", *_pieces(parts)]
        body.append("\npage_clean_up()")
    head = filled(
        PYTHON,
        {
            "title": in_docstring(title),
            "left_out": "".join(f"{in_docstring(line)}\n" for line in missing),
            "imports": "import pty\nimport re\n" if terminal else "",
            "terminal": f"\n{TERMINAL}\n" if terminal else "",
        },
    )
    return head + "\n".join(body) + "\n"


def _pieces(parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, FilePart):
            yield _file(part)
        elif isinstance(part, ShellPart):
            yield _shell(part)
        else:
            yield _code(part)


def _shell(part: ShellPart) -> str:
    if part.typed is not None:
        arguments = "".join(f", {prompt!r}, {line!r}" for prompt, line in part.typed)
        return f"page_code(page_terminal({part.source!r}{arguments}), {part.exit_code}, {part.source!r})"
    wanted = f", wanted={part.exit_code}" if part.exit_code else ""
    return f"page_shell({part.source!r}{wanted})"


def _code(part: PythonPart) -> str:
    if part.raised is None:
        return part.source
    inner = "\n".join(f"    {line}" for line in part.source.splitlines())
    return f'with page_raises("{part.raised}"):\n{inner}'


def _file(part: FilePart) -> str:
    mode = ", 0o755" if part.executable else ""
    text = part.text
    if text is None:
        return f"page_file({part.name!r}, {part.data!r}{mode})"
    text = text.replace("\\", "\\\\")
    if '"""' in text or text.endswith('"'):
        text = text.replace('"', '\\"')
    return f'page_file({part.name!r}, """\\\n{text}"""{mode})'
