"""What a person wrote stands in scripts as text, and never becomes a command or code."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from handbook.exports.scripts.escaping import filled, folder_name, in_docstring, one_line
from handbook.exports.scripts.python_text import python_text
from handbook.exports.scripts.shell_text import moves, shell_text
from hypothesis import given
from hypothesis import strategies as st
from snippetlab.scenario import parse

from .judging import HEAD, code, console, file

TITLES = [
    "a\nrm -rf /etc",
    "a\rrm -rf /etc",
    "a\u2028rm -rf /etc",
    "$(rm -rf /etc)",
    "`rm -rf /etc`",
    '"""\nimport os\n"""',
    "a\\",
    'a"',
    '\\"""',
    "{left_out}{imports}{title}",
    "\x00\x1b[2J",
    "\u202etxt.hs",
]


def scripts(title: str, *blocks: str, missing: Sequence[str] = ()) -> tuple[str, str]:
    """The shell script and the Python script of a page with one scenario; both have the title."""
    steps = "".join(f"## step-{index}\n\n{block}\n" for index, block in enumerate(blocks))
    scenario = replace(parse(HEAD + steps, Path("x.md"), "chapter/x"), title=title, id=f"chapter/{title}")
    return shell_text(title, [scenario], missing), python_text(title, [scenario], missing)


def commands_only(shell: str) -> list[str]:
    """The lines of a script that bash would run."""
    return [line for line in shell.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def code_only(python: str) -> str:
    """A script as Python understands it, without comments and without its docstring."""
    tree = ast.parse(python)
    assert isinstance(tree.body[0], ast.Expr) and isinstance(tree.body[0].value, ast.Constant)
    return ast.unparse(ast.Module(tree.body[1:], []))


@pytest.mark.parametrize("title", TITLES)
def test_a_title_changes_no_command(title: str) -> None:
    plain_shell, plain_python = scripts("", console("ls"))
    shell, python = scripts(title, console("ls"), missing=["", f"- {title}: reason {title}"])
    folder = folder_name(f"chapter/{title}")
    assert [line.replace(folder, "chapter") for line in commands_only(shell)] == commands_only(plain_shell)
    assert code_only(python).replace(folder, "chapter") == code_only(plain_python)
    assert subprocess.run(["bash", "-n"], input=shell, text=True, capture_output=True).stderr == ""


@given(st.text())
def test_no_text_leaves_its_comment_or_docstring(text: str) -> None:
    assert len(f"# {one_line(text)}".splitlines()) == 1
    tree = ast.parse(f'"""\n{in_docstring(text)}\n"""\nx = 1\n')
    assert len(tree.body) == 2
    name = folder_name(text)
    assert (
        name.isascii()
        and name.strip("-")
        and set(name) <= set("abcdefghijklmnopqrstuvwxyz-_ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    )


def test_a_value_s_own_places_are_not_filled() -> None:
    assert filled("{a} {b} {c}", {"a": "{b}", "b": "{a}"}) == "{b} {a} {c}"


FILES = [
    "a\nEND_OF_FILE\nrm -rf /etc\n",
    "END_OF_FILE\nEND_OF_FILE_\nx\n",
    "$(rm -rf /etc) `x` \\\n",
    'x = """y"""\n',
    "\\",
    "\r\n",
    "",
]


@pytest.mark.parametrize("text", FILES)
def test_a_file_is_written_as_it_is(tmp_path: Path, text: str) -> None:
    scenario = parse(HEAD + "## one\n\n" + file("d/x.txt") + "\n" + code("1"), Path("x.md"), "chapter/x")
    step = scenario.steps[0]
    block = replace(step.blocks[0], text=text)
    scenario = replace(scenario, steps=(replace(step, blocks=(block, *step.blocks[1:])),))
    # The part that writes the file, run in a folder of its own.
    shell = shell_text("t", [scenario], []).partition("\n## one\n")[2].partition("\nexit $page")[0]
    subprocess.run(["bash", "-c", shell], env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}, check=True)
    assert (tmp_path / "d" / "x.txt").read_bytes() == text.encode()
    python = python_text("t", [scenario], [])
    call = next(
        n for n in ast.walk(ast.parse(python)) if isinstance(n, ast.Call) and ast.unparse(n.func) == "page_file"
    )
    name, content = (ast.literal_eval(argument) for argument in call.args)
    assert name == "d/x.txt"
    assert (content if isinstance(content, bytes) else content.encode()) == text.encode()


@pytest.mark.parametrize(
    ("source", "wanted"), [("cd x", True), ("mkdir x && cd x", True), ("ls; (cd x)", True), ("echo cd x", False)]
)
def test_where_a_command_moves_the_script_stops_when_it_fails(source: str, wanted: bool) -> None:
    assert moves(source) == wanted
    shell, _ = scripts("t", console(source))
    assert (f"{source}\npage_code 0 $? || exit 1\n" in shell) == wanted
