"""The shell tokeniser: what Bash sees in a source, and that nothing is lost."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from snippetlab.shellgrammar import (
    AndOr,
    Background,
    Commands,
    Opaque,
    Other,
    Pipeline,
    Simple,
    Substitution,
    Variable,
    Word,
    parse,
    simple_commands,
    walk,
)


def words(source: str) -> list[list[str | None]]:
    return [[word.text for word in command.words] for command in simple_commands(parse(source))]


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("a b", [["a", "b"]]),
        ("a 'b c' \"d e\" f\\ g", [["a", "b c", "d e", "f g"]]),
        ('a "b\\"c\\$d\\x" \'e"f\'', [["a", 'b"c$d\\x', 'e"f']]),
        ("a b'c'\"d\"e", [["a", "bcde"]]),
        ("a \\\n b", [["a", "b"]]),
        ("a \"\" ''", [["a", "", ""]]),
        ("a; b\nc & d", [["a"], ["b"], ["c"], ["d"]]),
        ("a > f b 2>&1 < g", [["a", "b"]]),
        ("> f a b", [["a", "b"]]),
        ("a $(b c) d", [["a", None, "d"], ["b", "c"]]),
        ('a "x $(b) `c`"', [["a", None], ["b"], ["c"]]),
        ("a <(b)", [["a", None], ["b"]]),
        ("x=$(b) a", [["a"], ["b"]]),
        ("if a; then b; elif c; then d; else e; fi", [["a"], ["b"], ["c"], ["d"], ["e"]]),
        ("while a; do b; done", [["a"], ["b"]]),
        ("for x in y $(a); do b; done", [["a"], ["b"]]),
        ("(a; { b; })", [["a"], ["b"]]),
        ("! a || b && c", [["a"], ["b"], ["c"]]),
        ('[ -z "$(a)" ]', [["[", "-z", None, "]"], ["a"]]),
        ("f() { a; }", [["a"]]),
        ("case x in y) a;; esac", [["a"]]),
        ("a # b; c", [["a"]]),
        ("a {b,c} {{.D}}", [["a", "{b,c}", "{{.D}}"]]),
    ],
)
def test_simple_commands(source: str, wanted: list[list[str | None]]) -> None:
    assert words(source) == wanted


def test_structure() -> None:
    assert isinstance(parse("a && b"), AndOr)
    assert isinstance(parse("a | b"), Pipeline)
    assert isinstance(parse("a &"), Background)
    assert isinstance(parse("a; b"), Commands)
    simple = parse('X=1 a "$y" ${z} ${w:0:4} > f 2>&1')
    assert isinstance(simple, Simple)
    assert [(a.name, a.value.text) for a in simple.assignments] == [("X", "1")]
    assert [w.parts for w in simple.words[1:]] == [
        (Variable("y", quoted=True),),
        (Variable("z", quoted=False),),
        (Variable("w", quoted=False, cut=True),),
    ]
    assert [(r.descriptor, r.operator, r.target.text) for r in simple.redirections] == [
        ("", ">", "f"),
        ("2", ">&", "1"),
    ]
    (word,) = next(iter(simple_commands(parse("a $( b c )")))).words[1:]
    (part,) = word.parts
    assert isinstance(part, Substitution) and part.source == "b c"


@pytest.mark.parametrize(
    "source", ["a 'b", 'a "b', "a )", "a; ; b", "a $(b", "if a; then b", "a\u00a0b", "a# b", "a && ", "`a", 'x"\u00a0']
)
def test_what_cannot_be_read_is_told(source: str) -> None:
    nodes = list(walk(parse(source)))
    opaque = [p for n in nodes if isinstance(n, Word) for p in n.parts if isinstance(p, Opaque)]
    assert opaque or any(isinstance(n, Other) for n in nodes)


@pytest.mark.parametrize(
    "source", ["f() { a; }", "case x in y) a;; esac", "a <<E\nb\nE", "[[ a ]]", "((a))", "x=(a b)"]
)
def test_what_has_no_class_is_kept_as_other(source: str) -> None:
    assert any(isinstance(node, Other) for node in walk(parse(source)))


@pytest.mark.parametrize("word", ["$((1))", "${x:-y}", "${x%y}", "$'a'", "${!x}"])
def test_expansions_without_a_class_are_opaque(word: str) -> None:
    (command,) = list(simple_commands(parse(f"a {word}")))[:1]
    assert any(isinstance(part, Opaque) for part in command.words[1].parts)


def quoted(text: str) -> str:
    """In quotes always: shlex leaves a bare == as it is, which the grammar takes for an operator, and tells as unread."""
    return "'" + text.replace("'", "'\\''") + "'"


@settings(deadline=None, max_examples=60)
@example(["==", "=~"])
@given(st.lists(st.text(alphabet="ab '\"\\$`;|&<>(){}*?[]#~=!\n\té日", min_size=1), min_size=1, max_size=4))
def test_quoted_words_come_back_as_bash_reads_them(texts: list[str]) -> None:
    source = "printf '%s\\0' " + " ".join(map(quoted, texts))
    (command,) = simple_commands(parse(source))
    assert [word.text for word in command.words[2:]] == texts
    printed = subprocess.run(["bash", "-c", source], capture_output=True, check=True).stdout
    assert printed.decode().split("\0")[:-1] == texts


@settings(deadline=None, max_examples=400)
@example("\\\n#")
@given(st.text(alphabet="ab '\"\\$`;|&{}#~=\n", max_size=14))
def test_words_are_those_of_bash_or_told_to_be_unread(tail: str) -> None:
    """Any source: where every word is literal and one command is read, bash gives the same words."""
    source = f"printf '%s\\0' x{tail}"
    nodes = list(walk(parse(source)))
    commands = [n for n in nodes if isinstance(n, Simple)]
    plain = len(commands) == 1 and not any(isinstance(n, Other) for n in nodes) and isinstance(parse(source), Simple)
    if not plain or commands[0].redirections or any(w.text is None for w in commands[0].words):
        return
    # Where there are braces or tildes unquoted, bash may make other words of one.
    if "{" in tail or "~" in tail:
        return
    done = subprocess.run(["bash", "-c", source], capture_output=True, stdin=subprocess.DEVNULL)
    assert done.stdout.decode().split("\0")[:-1] == [word.text for word in commands[0].words[2:]]
