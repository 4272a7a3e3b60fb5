"""What a person typed: never taken for an output in silence, never deleted by an update."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from snippetlab.accept.update import new_bodies, update_files
from snippetlab.compare.plain import PLAIN
from snippetlab.errors import ScenarioError
from snippetlab.model import Command, DriftKind, Scenario
from snippetlab.scenario import load, parse

from tests.tool.runs import console, result, run, written

PATH = Path("snippets/a/b.md")
HEAD = "---\ntitle: t\ntracks: [shell]\n---\n\n## a\n\n"  # the block's opening stands in line 8, its body begins in 9


def read(body: str, info: str = "console") -> Scenario:
    return parse(f"{HEAD}```{info}\n{body}```\n", PATH, "a/b")


def commands(body: str, info: str = "console") -> list[tuple[str, str, int]]:
    return [(c.source, c.output, c.exit_code) for c in read(body, info).steps[0].blocks[0].commands]


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("$echo hi\nhi\n$ echo one\none\n", 9, "above the first command: '$echo hi'"),
        ("$echo hi\nhi\n", 9, "a block without a command"),
        ("$ echo one\none\n$echo hi\nhi\n", 11, "looks typed, and stands in an output: '$echo hi'"),
        ("# echo hi\nhi\n", 9, "a block without a command verifies nothing; it begins with '# echo hi'"),
        ("PS C:\\> echo hi\nhi\n", 9, "a block without a command"),
        ("$ echo one\none\nPS C:\\> echo hi\nhi\n", 11, "looks typed"),
        ("$ echo one\none\nPS> echo hi\nhi\n", 11, "looks typed"),
        ("user@host:~$ echo hi\nhi\n$ echo one\none\n", 9, "above the first command"),
        ("$ echo one\none\nuser@host:~$ echo hi\nhi\n", 11, "looks typed"),
        ("$ echo one\none\nroot@4f1b:/# echo hi\nhi\n", 11, "looks typed"),
        ("$ echo one\none\n[me@host dir]$ echo hi\n", 11, "looks typed"),
        ("node1$ docker ps\n", 9, "a block without a command"),
        ("$ echo one\none\nnode1$ docker ps\n", 11, "looks typed"),
        ("$ echo a \\\n$ echo b\nb\n", 9, "ends in a backslash, and nothing continues it"),
        ("$ echo a \\\n", 9, "ends in a backslash, and nothing continues it"),
        ("$ echo a \\\n> b \\\n\nb\n", 10, "ends in a backslash, and nothing continues it"),
        ("$ echo one\none\n$ \n", 11, "an empty command"),
        ("$ echo a\0b\n", 9, "NUL"),
        ("A volume named hello already exists.\n", 9, "a block without a command"),
        ("", 8, "a block without a command"),
        ("\n", 8, "a block without a command"),
        ("$ a\n( (re)\n", 10, "no regular expression"),
    ],
)
def test_what_looks_typed_is_an_error_with_its_line(body: str, line: int, words: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        read(body)
    assert raised.value.where == f"{PATH}:{line}"
    assert words in raised.value.what
    assert raised.value.hint


def test_every_error_of_every_block_is_told() -> None:
    with pytest.raises(ScenarioError) as raised:
        parse(f"{HEAD}```console\nx\n```\n\n```console\n$ a\nPS> b\n$ c \\\n```\n", PATH, "a/b")
    assert [error.where for error in raised.value.all] == [f"{PATH}:{n}" for n in (9, 14, 15)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("$ echo one \\\n    two\none two\n", [("echo one \\\n    two", "one two\n", 0)]),
        ("$ echo one \\\n>     two\none two\n", [("echo one \\\n    two", "one two\n", 0)]),
        ("$ a \\\n  b \\\n  c\nout\n$ d\n", [("a \\\n  b \\\n  c", "out\n", 0), ("d", "", 0)]),
        ("$ printf 'a\\\\'\na\\\n", [("printf 'a\\\\'", "a\\\n", 0)]),
        ("$\techo hi\nhi\n", [("echo hi", "hi\n", 0)]),
        (
            "$ cat > f <<EOF\none\n# two\nEOF\n$ cat f\none\n",
            [("cat > f <<EOF\none\n# two\nEOF", "", 0), ("cat f", "one\n", 0)],
        ),
        ("$ cat <<'E' | sort\nb\nE\nb\n", [("cat <<'E' | sort\nb\nE", "b\n", 0)]),
        ("$ cat <<EOF\n> never ended\nnever ended\n", [("cat <<EOF\nnever ended", "never ended\n", 0)]),
        ("$ cat <<< x\nx\n", [("cat <<< x", "x\n", 0)]),
        ("$ sh -c '\n  echo a\n'\na\n", [("sh -c '\n  echo a\n'", "a\n", 0)]),
        ("$ echo 'one\nbash: unexpected EOF\n[1]\n$ b\n", [("echo 'one", "bash: unexpected EOF\n", 1), ("b", "", 0)]),
        ("# First\n$ a\nout\n", [("a", "out\n", 0)]),
        ("$ a\n\\PS> b\n\\$cmd x\n\\u@h:~$ c\n", [("a", "PS> b\n$cmd x\nu@h:~$ c\n", 0)]),
        ("$ a\n$5.00\n$HOME\n", [("a", "$5.00\n$HOME\n", 0)]),
    ],
)
def test_what_is_plain_is_understood(body: str, expected: list[tuple[str, str, int]]) -> None:
    assert commands(body) == expected


def test_rules_beside_lines() -> None:
    (command,) = read("$ a\n(unordered)\none (any)\nt.o (re)\nthree (any) (equal)\n...\n").steps[0].blocks[0].commands
    assert command.output == "one\nt.o\nthree (any)\n...\n"
    assert [(r.line, r.how, r.pattern) for r in command.rules] == [(0, "any", ""), (1, "re", "t.o")]
    assert command.unordered


def test_words_that_a_page_shows_in_place_of_a_command() -> None:
    body = "$ a\n(quiet: waits until it is up)\n$ b\n(stderr)\n(quiet: tries)\n(unordered)\nout\n[1]\n$ c\n(quiet: x) (equal)\n"
    a, b, c = read(body).steps[0].blocks[0].commands
    assert (a.quiet, a.output) == ("waits until it is up", "")
    assert (b.quiet, b.output, b.exit_code, b.unordered, b.output_start) == ("tries", "out\n", 1, True, 6)
    assert (c.quiet, c.output) == ("", "(quiet: x)\n")


def test_a_terminals_prompts_are_its_own() -> None:
    assert len(commands("$ docker exec -it web bash\nroot@web:/# exit\n", 'console tty prompt="root@web:/# "')) == 1


def test_a_comment_in_an_output_is_told_and_not_deleted(tmp_path: Path) -> None:
    body = console("$ echo one", "one", "# a bare comment above the command", "$ echo two", "two")
    scenario = written(tmp_path, "test/it", body)
    found = result(scenario, run(scenario, ["one\n", "2\n"]))
    assert [(d.kind, d.place.line) for d in found.drifts] == [(DriftKind.NO_COMMAND, 11), (DriftKind.OUTPUT, 12)]
    before = scenario.path.read_text()
    update_files([found], PLAIN)
    assert scenario.path.read_text() == before.replace("\ntwo\n", "\n2\n")
    # A command that prints such lines may print others.
    assert [d.kind for d in result(scenario, run(scenario, ["one\n# another\n"])).drifts] == [DriftKind.OUTPUT]


def test_what_looks_typed_behind_a_roots_prompt_is_not_deleted(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/it", console("$ echo one", "one", "# docker ps", "CONTAINER ID"))
    found = result(scenario, run(scenario, ["one\n"]))
    assert [(d.kind, d.place.line) for d in found.drifts] == [(DriftKind.NO_COMMAND, 11)]
    assert new_bodies(found, PLAIN) == []


def test_a_typed_value_is_not_put_into_the_words_of_the_recording(tmp_path: Path) -> None:
    body = console("$ start", "10.0.0.2:40001", "$ curl localhost:40002", "old")
    scenario = written(tmp_path, "test/it", body)
    update_files([result(scenario, run(scenario, ["10.0.0.2:40003\n", "new\n"]))], PLAIN)
    assert scenario.path.read_text().endswith(console("$ start", "10.0.0.2:40001", "$ curl localhost:40002", "new"))


def test_commands_that_did_not_drift_keep_their_recordings(tmp_path: Path) -> None:
    body = console("$ date", "2026-01-01 10:00:00", "$ echo old", "old")
    scenario = written(tmp_path, "test/it", body)
    update_files([result(scenario, run(scenario, ["2026-11-25 02:00:00\n", "new\n"]))], PLAIN)
    assert scenario.path.read_text().endswith(console("$ date", "2026-01-01 10:00:00", "$ echo old", "new"))


def test_rules_that_still_hold_stay_where_another_line_changed(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/it", console("$ a", "pid 1 (any)", "v\\d (re)", "old"))
    assert result(scenario, run(scenario, ["pid 7\nv2\nold\n"])).ok
    update_files([result(scenario, run(scenario, ["pid 7\nv2\nnew\n"]))], PLAIN)
    assert scenario.path.read_text().endswith(console("$ a", "pid 1 (any)", "v\\d (re)", "new"))


# Whatever runs print, every line that is no recorded output survives an update.

PREFIXES = st.sampled_from(["", "  ", "> ", "> > "])
TYPED = st.sampled_from(
    [
        ["$ a"],
        ["$\ta"],
        ["$  a  "],
        ["$ a \\", "    b"],
        ["$ a \\", "> b", ">", "> c"],
        ["$ cat <<E > f", "text", "# no comment", "E"],
        ["$ sh -c '", "  b", "'"],
        ["# A comment", "$ a"],
    ]
)
OUT = st.sampled_from(
    [
        "OUT",
        "OUT  ",
        "  OUT",
        "OUT $ x",
        "> OUT",
        "$ OUT",
        "PS> OUT",
        "OUT (any)",
        "``` OUT",
    ]
)
PRINTED = st.lists(OUT, max_size=3).map(lambda lines: "".join(f"{line}\n" for line in lines))
RECORDED = st.lists(st.sampled_from(["OUT", "  OUT", "old OUT", "\\$ OUT"]), max_size=3)
PROSE = st.lists(
    st.sampled_from(["text", "text \t ", "- x", "<!-- c -->", "**b**", "é\u2028\x0c", "text\rtext"]),
    max_size=3,
)
BLOCKS = st.tuples(PREFIXES, st.lists(st.tuples(TYPED, RECORDED), min_size=1, max_size=3), PROSE)


def in_file(blocks: list[tuple[str, list[tuple[list[str], list[str]]], list[str]]]) -> str:
    lines = HEAD.split("\n")[:-2]
    for prefix, parts, prose in blocks:
        lines.append("")
        body = [line for typed, recorded in parts for line in [*typed, *recorded]]
        lines += [(prefix + line).rstrip(" " if not line else "") for line in ["```console", *body, "```"]]
        lines += ["", *prose]
    return "\n".join(lines)


def without_outputs(raw: bytes) -> list[bytes]:
    return [line.replace(b"````", b"```") for line in raw.split(b"\n") if b"OUT" not in line]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@settings(deadline=None, max_examples=60)
@given(blocks=st.lists(BLOCKS, min_size=1, max_size=3), printed=st.lists(PRINTED, max_size=9), last=st.booleans())
def test_every_line_that_no_run_printed_survives(
    tmp_path_factory: pytest.TempPathFactory, end: str, blocks: list[object], printed: list[str], last: bool
) -> None:
    path = tmp_path_factory.mktemp("property") / "s" / "a" / "b.md"
    path.parent.mkdir(parents=True)
    text = in_file(blocks) + ("\n" if last else "")  # type: ignore[arg-type]
    path.write_bytes(text.replace("\n", end).encode())
    before = path.read_bytes()
    scenario = load(path, path.parent.parent)
    update_files([result(scenario, run(scenario, printed))], PLAIN)
    assert without_outputs(path.read_bytes()) == without_outputs(before)
    again = load(path, path.parent.parent)
    assert [c.source for c in all_commands(again)] == [c.source for c in all_commands(scenario)]
    assert {d.kind for d in result(again, run(again, printed)).drifts} <= {DriftKind.NO_COMMAND}


def all_commands(scenario: Scenario) -> list[Command]:
    return [command for block in scenario.steps[0].blocks for command in block.commands]


def test_a_file_that_is_not_utf_8_is_refused_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes("---\ntitle: t\n---\n\n## a\n\n```console\n$ echo é\né\n```\n".encode("latin-1"))
    with pytest.raises(ScenarioError, match="not UTF-8") as raised:
        load(path, tmp_path)
    assert raised.value.where == f"{path}:8"
