"""Writing back: any output can be recorded and read again, and no other byte changes."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from snippetlab.accept.rewrite import format_body, rewrite
from snippetlab.compare.plain import PLAIN
from snippetlab.compare.reading import Reading
from snippetlab.errors import ScenarioError, SnippetLabError
from snippetlab.files import write_atomically
from snippetlab.model import Block, CommandCapture, Scenario
from snippetlab.scenario import parse

PATH = Path("a/b.md")
READING = Reading(PLAIN)
HEAD = "---\ntitle: t\n---\n\n## s\n\n"


def read(text: str) -> Scenario:
    # The project's own files are read here, too, and one of them names an image of its own.
    return parse(text, PATH, "a/b")


def only(text: str) -> Block:
    (found,) = read(text).steps[0].blocks
    return found


def own(block: Block) -> list[CommandCapture]:
    return [CommandCapture(c.output, c.exit_code) for c in block.commands]


def with_own_recordings(text: str) -> str:
    blocks = [b for step in read(text).steps for b in step.blocks]
    kept = [(b, format_body(b, own(b), READING) if b.commands else b.text.split("\n")[:-1]) for b in blocks]
    return rewrite(text, PATH, kept)


def recorded(text: str, *captures: CommandCapture) -> str:
    block = only(text)
    return rewrite(text, PATH, [(block, format_body(block, captures, READING))])


# What is written


@pytest.mark.parametrize(
    ("output", "code", "lines"),
    [
        ("", 0, ""),
        ("", 3, "[3]\n"),
        ("one\ntwo\n", 0, "one\ntwo\n"),
        ("\n", 0, "\n"),
        ("one", 0, "one (no-eol)\n"),
        ("one (no-eol)\n", 0, "one (no-eol) (eol)\n"),
        ("one (eol)\n", 1, "one (eol) (eol)\n[1]\n"),
        ("[3]\n", 0, "[3]\n[0]\n"),
        ("[3]\n", 4, "[3]\n[4]\n"),
        ("[3]", 0, "[3] (no-eol)\n"),
        ("[300]\n", 0, "[300]\n"),
        ("$ a\n$\n$a b\n$5\n", 0, "\\$ a\n\\$\n\\$a b\n$5\n"),
        ("x (any)\n", 0, "x (any) (equal)\n"),
        ("x (re)", 0, "x (re) (equal) (no-eol)\n"),
        ("x (equal)\n", 0, "x (equal)\n"),
        ("x (re) (equal)\n", 0, "x (re) (equal) (equal)\n"),
        ("(unordered)\n", 0, "(unordered) (equal)\n"),
        ("(quiet: waits)\n", 0, "(quiet: waits) (equal)\n"),
        ("PS C:\\> dir\nu@h:~$ ls\n", 0, "\\PS C:\\> dir\n\\u@h:~$ ls\n"),
        ("> a\n> b\n", 0, "\\> a\n> b\n"),
        ("* x\n> GET / HTTP/1.1\n", 0, "* x\n> GET / HTTP/1.1\n"),
        ("\\$ a\n\\x00\n", 0, "\\\\$ a\n\\x00\n"),
        ("$", 0, "\\$ (no-eol)\n"),
        (">>> a\n", 0, ">>> a\n"),
    ],
)
def test_forms_of_a_recording(output: str, code: int, lines: str) -> None:
    text = f"{HEAD}```console\n$ a\nold\n```\n"
    new = recorded(text, CommandCapture(output, code))
    assert new == f"{HEAD}```console\n$ a\n{lines}```\n"
    (command,) = only(new).commands
    assert (command.output, command.exit_code) == (output, code)


def test_the_python_track_has_its_own_prompts() -> None:
    new = recorded(f"{HEAD}```pycon\n>>> a\n... b\nold\n```\n", CommandCapture("...\n... c\n>>> d\n$ e\n", 1))
    assert new == f"{HEAD}```pycon\n>>> a\n... b\n\\...\n... c\n\\>>> d\n$ e\n[1]\n```\n"


def test_commands_without_recordings_get_them() -> None:
    text = f"{HEAD}```console\n$ a \\\n>   b\n$ c\n$ d\n```\n"
    new = recorded(text, CommandCapture("A\n", 0), CommandCapture("", 0), CommandCapture("", 2))
    assert new == f"{HEAD}```console\n$ a \\\n>   b\nA\n$ c\n$ d\n[2]\n```\n"


def test_only_the_command_that_differs_is_written_anew() -> None:
    # "> " with a blank and "[0]" without need are other forms of the same; they may stay as a person wrote them.
    text = f"{HEAD}```console\n$ a\n> \nout\n[0]\n$ b\nold\n```\n"
    new = recorded(text, CommandCapture("out\n", 0), CommandCapture("new\n", 0))
    assert new == text.replace("old", "new")


def test_as_many_captures_as_commands() -> None:
    block = only(f"{HEAD}```console\n$ a\n$ b\n```\n")
    with pytest.raises(ValueError, match="zip"):
        format_body(block, [CommandCapture("", 0)], READING)


@pytest.mark.parametrize("code", [-1, 256])
def test_what_is_no_exit_code_is_not_written(code: int) -> None:
    block = only(f"{HEAD}```console\n$ a\n```\n")
    with pytest.raises(ValueError, match="is no exit code"):
        format_body(block, [CommandCapture("", code)], READING)


# Fences


@pytest.mark.parametrize(
    ("fence", "close", "output", "new_fence", "new_close"),
    [
        ("```", "```", "```\n", "````", "````"),
        ("```", "```", "  `````\nx\n", "``````", "``````"),
        ("```", "```", "```console\n", "````", "````"),
        ("```", "```", "    ```\n", "```", "```"),
        ("```", "```", "x ```\n``\n~~~~\n", "```", "```"),
        ("```", "``````", "```\n", "````", "``````"),
        ("~~~", "~~~", "~~~\n```\n", "~~~~", "~~~~"),
        ("  ```", " ```", "```\n", "  ````", " ````"),
    ],
)
def test_fences_grow_where_the_output_would_close_them(
    fence: str, close: str, output: str, new_fence: str, new_close: str
) -> None:
    indent = fence[: len(fence) - len(fence.lstrip())]
    text = f"{HEAD}{fence}console tty\n{indent}$ a\n{close}\n\nend\n"
    new = recorded(text, CommandCapture(output, 0))
    lines = new.split("\n")
    assert lines[6] == f"{new_fence}console tty"
    assert new.endswith(f"\n{new_close}\n\nend\n")
    assert only(new).commands[0].output == output


def test_the_indent_of_a_block_stays() -> None:
    text = f"{HEAD} - a list\n\n  ```console\n  $ a\n  ```\n"
    assert recorded(text, CommandCapture("x\n\n  y\n", 0)).endswith("  ```console\n  $ a\n  x\n\n    y\n  ```\n")


def test_captures_are_replaced() -> None:
    text = f"{HEAD}```json capture=images\n```\n\n```json capture=volumes\n[]\n```\n"
    images, volumes = read(text).steps[0].blocks
    new = rewrite(text, PATH, [(images, ["[", '  "a"', "]"]), (volumes, ['["b"]'])])
    assert new == f'{HEAD}```json capture=images\n[\n  "a"\n]\n```\n\n```json capture=volumes\n["b"]\n```\n'
    again_images, again_volumes = read(new).steps[0].blocks
    assert rewrite(new, PATH, [(again_volumes, ["[]"]), (again_images, [])]) == text


# Every other byte

HANDMADE = [
    f"{HEAD}```console\n$ a\nout\n```",
    f"{HEAD}```console\n$ a\n> \n[0]\n$ b\n\n\\$ x\n~~~\n[7]\n```   \n trailing \n\n\n",
    f'{HEAD}~~~~pycon exempt="`x`" \n>>> a\n...\n... b\n```\n~~~\n~~~~~\t\n',
    f"{HEAD}   ```console\n  $ a\n   $ b\n out\n\n   \n```\n",
    f'{HEAD}```text file="a b"\n\n$ no command\n``\n```\n<!-- ```console\n-->\n```json capture=nodes\n```\n',
    f"{HEAD}```console\n$ a\nform\x0cfeed \u2028 \x85 \u00e9 \U0001f433\n```\n",
    "\ufeff---  \ntitle: t\n--- \n## s ##\n\t\n```console\ttty\n$ a\n```\n### x\n",
]


@pytest.mark.parametrize("text", HANDMADE)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_own_recordings_change_no_byte(text: str, end: str) -> None:
    text = text.replace("\n", end)
    assert with_own_recordings(text) == text


def test_line_ends_stay_where_they_are_mixed() -> None:
    text = HEAD.replace("\n", "\r\n") + "```console\n$ a\nold\n```\n\n```console\r\n$ b\r\nold\r\n```\r\nlast\rline"
    first, second = read(text).steps[0].blocks
    new = rewrite(text, PATH, [(b, format_body(b, [CommandCapture("x\ny\n", 0)], READING)) for b in (first, second)])
    expected = "```console\n$ a\nx\ny\n```\n\n```console\r\n$ b\r\nx\r\ny\r\n```\r\nlast\rline"
    assert new == HEAD.replace("\n", "\r\n") + expected


@pytest.mark.parametrize(
    "now",
    [
        f"\n{HEAD}```console\n$ a\nold\n```\n",
        f"{HEAD}```console\n$ a\nother\n```\n",
        f"{HEAD}```console\n$ a\n",
        HEAD,
        "",
    ],
)
def test_a_file_that_changed_in_the_meantime_is_not_touched(now: str) -> None:
    block = only(f"{HEAD}```console\n$ a\nold\n```\n")
    with pytest.raises(ScenarioError, match="changed in the meantime") as raised:
        rewrite(now, PATH, [(block, ["$ a", "new"])])
    assert (raised.value.where, bool(raised.value.hint)) == ("a/b.md:7", True)


# Any output

LINES = st.sampled_from(
    [
        "",
        " ",
        "$",
        "$ a",
        ">",
        "> a",
        ">>>",
        ">>> a",
        "...",
        "... a",
        "\\",
        "\\$ a",
        "\\\\> a",
        "\\...",
        "```",
        "````console",
        "~~~",
        "   ```",
        "[1]",
        "[0]",
        "[255]",
        "[256]",
        "x (no-eol)",
        " (no-eol)",
        "x (eol)",
        "## s",
        "---",
        "<!--",
        "\\[1]",
        "x (any)",
        "x (re)",
        "( (re)",
        "x (equal)",
        "x (re) (equal)",
        "(unordered)",
        "(quiet: waits)",
        "...",
        "# a",
        "$a b",
        "PS> a",
        "u@h:~$ a",
        "\\u@h:~$ a",
    ]
) | st.text(st.characters(exclude_characters="\n\r", exclude_categories=("Cs",)), max_size=8)
OUTPUTS = st.builds(lambda lines, end: "\n".join(lines) + end, st.lists(LINES, max_size=5), st.sampled_from(["", "\n"]))
CAPTURES = st.builds(CommandCapture, OUTPUTS, st.sampled_from([0, 1, 255]) | st.integers(0, 255))
TEMPLATES = {
    "console": f"{HEAD}```console\n$ a\n$ b\n> c\n>\nold\n[9]\n```\n\n## t\n\n~~~console\n$ z\n~~~\nend",
    "pycon": f"{HEAD}  ~~~pycon\n  >>> a\n  >>> b\n  ... c\n  ...\n  old\n  ~~~\n\n## t\n\n```console\n$ z\n```\nend",
}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("kind", ["console", "pycon"])
@settings(deadline=None)
@given(first=CAPTURES, second=CAPTURES)
@example(first=CommandCapture("a (no-eol) (eol)\n", 0), second=CommandCapture("\\\\$ ", 0))
def test_any_output_is_read_back_as_it_was(kind: str, end: str, first: CommandCapture, second: CommandCapture) -> None:
    text = TEMPLATES[kind].replace("\n", end)
    old = only_first(text)
    new = rewrite(text, PATH, [(old, format_body(old, [first, second], READING))])
    block = only_first(new)
    assert [(c.output, c.exit_code) for c in block.commands] == [(c.output, c.exit_code) for c in (first, second)]
    assert [c.source for c in block.commands] == ["a", "b\nc\n"]
    assert [s.name for s in read(new).steps] == ["s", "t"]
    assert new.endswith(end + "end")
    assert with_own_recordings(new) == new
    # What the tool wrote, it writes again so, whatever stood there in between.
    others = [replace(done, output=f"{done.output}other\n") for done in (first, second)]
    between = rewrite(new, PATH, [(block, format_body(block, others, READING))])
    changed = only_first(between)
    assert changed.text != block.text
    back = rewrite(between, PATH, [(changed, format_body(changed, [first, second], READING))])
    assert only_first(back).text == block.text


def only_first(text: str) -> Block:
    return read(text).steps[0].blocks[0]


# Files


def test_a_file_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("old")
    path.chmod(0o640)
    write_atomically(path, "new é\r\n")
    assert path.read_bytes() == b"new \xc3\xa9\r\n"
    assert path.stat().st_mode & 0o7777 == 0o640
    assert [p.name for p in tmp_path.iterdir()] == ["a.md"]


def test_a_new_file_can_be_read_by_others(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a.md", "x")
    assert (tmp_path / "a.md").stat().st_mode & 0o777 == 0o644


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_a_persons_file_stays_theirs(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("old")
    os.chown(path, 1234, 2345)
    write_atomically(path, "new")
    assert (path.read_text(), path.stat().st_uid, path.stat().st_gid) == ("new", 1234, 2345)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target = tmp_path / "target.md"
    target.write_text("old")
    link = tmp_path / "link.md"
    link.symlink_to(target)
    write_atomically(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


@pytest.mark.parametrize("call", ["fsync", "replace", "chmod"])
def test_a_failure_leaves_all_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    path = tmp_path / "a.md"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, full)
    with pytest.raises(SnippetLabError, match="No space left on device") as raised:
        write_atomically(path, "new")
    monkeypatch.undo()
    assert (raised.value.where, bool(raised.value.hint)) == (str(path), True)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.md"]


def test_an_interrupt_leaves_all_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.md"
    path.write_text("old")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, "new")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("a.md", "old")]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SnippetLabError, match="No such file"):
        write_atomically(tmp_path / "none" / "a.md", "x")
