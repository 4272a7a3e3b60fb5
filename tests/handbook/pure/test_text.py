"""Text with marks over it, step fences as they stand in pages, and what is copied."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from handbook.html.clipboard import python_body
from handbook.html.highlight import highlight
from handbook.html.notes import NoteMarks
from handbook.html.output import is_json
from handbook.html.overlay import Span, overlay
from handbook.html.page import keep_together
from handbook.pages.embed import EmbedError, Note, anchor_of, find_fences, parse_embed, with_lines
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from snippetlab.model import Command, Place

HERE = Place(Path("page.md"), 10)


def command(source: str, output: str = "") -> Command:
    return Command(source, output, 0, HERE)


def test_text_is_escaped() -> None:
    assert overlay("<b> & c", []) == "&lt;b&gt; &amp; c"


def test_a_span_stands_around_its_part() -> None:
    assert overlay("one two", [Span(4, 7, "b")]) == "one <b>two</b>"


def test_crossing_spans_are_cut_so_that_they_nest() -> None:
    html = overlay("abcdef", [Span(0, 4, "b"), Span(2, 6, "i")])
    assert html == "<b>ab<i>cd</i></b><i>ef</i>"


def test_an_insert_stands_outside_of_what_ends_before_it() -> None:
    assert overlay("ab\nc", [Span(0, 2, "b")], [(2, Markup("<hr>"))]) == "<b>ab</b><hr>\nc"


@given(
    st.text("ab<&\n", max_size=12),
    st.lists(st.tuples(st.integers(-2, 14), st.integers(-2, 14)), max_size=5),
)
def test_marks_never_change_the_text(text: str, pairs: list[tuple[int, int]]) -> None:
    spans = [Span(start, end, f"s{i}") for i, (start, end) in enumerate(pairs)]
    html = overlay(text, spans)
    assert BeautifulSoup(f"<pre>{html}</pre>", "html.parser").get_text() == text
    # Well nested: each closing tag closes what was opened last.
    open_tags: list[str] = []
    for closing, name in re.findall(r"<(/?)(s\d+)>", html):
        if closing:
            assert open_tags.pop() == name
        else:
            open_tags.append(name)
    assert open_tags == []


def test_flags_are_coloured_but_not_inside_quotes() -> None:
    text = "docker run --rm x sh -c 'ls -l'"
    coloured = {text[s.start : s.end] for s in highlight(text, "bash") if s.attributes["class"] == "na"}
    assert coloured == {"--rm", "-c"}


def test_an_unknown_language_is_left_plain() -> None:
    assert highlight("x", "no-such-language") == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [('{"a": 1}', True), ("[]", True), ("[emerg] no", False), ("{{.Name}}", False), ('"a"', False), ("", False)],
)
def test_only_objects_and_arrays_are_json(text: str, wanted: bool) -> None:
    assert is_json(text) is wanted


def test_fences_are_found_with_their_lines() -> None:
    page = "# T\n\n```step\na/b#c\n```\n\n- item\n\n    ```step fold\n    a/b#d\n    ```\n"
    assert [(f.place.line, f.info, f.body) for f in find_fences(page, Path("p.md")).steps] == [
        (3, "", "a/b#c"),
        (9, "fold", "a/b#d"),
    ]


def test_a_fence_that_is_shown_as_an_example_is_not_one() -> None:
    page = "````markdown\n```step\na/b#c\n```\n````\n\n```step\nx/y#z\n```\n"
    assert [f.place.line for f in find_fences(page, Path("p.md")).steps] == [7]


def test_each_fence_is_told_its_line_in_the_file() -> None:
    assert with_lines("text\n```step fold\na/b#c\n```\n", first_line=5).split("\n")[1] == '```step line="6" fold'


def test_notes_are_bound_to_words_with_their_lines() -> None:
    body = 'a/b#c\n- NETWORK ID: the id\n  goes on\n- `"Subnet": "x"`: with a colon'
    embed = parse_embed(body, {}, HERE)
    assert [(n.word, n.text, n.place.line) for n in embed.notes] == [
        ("NETWORK ID", "the id goes on", 12),
        ('"Subnet": "x"', "with a colon", 14),
    ]


def test_a_fence_without_an_id_says_so() -> None:
    with pytest.raises(EmbedError, match="must begin with the id") as caught:
        parse_embed("- A: note", {}, HERE)
    assert caught.value.where == "page.md:10"


def test_an_id_becomes_an_anchor() -> None:
    assert anchor_of("networking/app#create") == "networking-app-create"


@pytest.mark.parametrize(
    ("source", "output", "wanted"),
    [
        ("network.name", "'app'\n", "print(network.name)"),
        ("network = f()", "", "network = f()"),
        ("print(1)", "1\n", "print(1)"),
        ("network.remove()", "", "network.remove()"),
        ("for x in y:\n    print(x)", "1\n", "for x in y:\n    print(x)"),
    ],
)
def test_what_an_interactive_session_echoes_is_printed(source: str, output: str, wanted: str) -> None:
    assert python_body([command(source, output)]) == wanted


@pytest.mark.parametrize(
    ("word", "text", "at"),
    [
        ("8", "c8f 18 8\n", 7),
        ("auth", '"auths": {"auth": 1}', 11),
        ("Up", "Uptime Up 3", 7),
        ("<>", "a<>b", 1),
        ("CapEff", "CapEff:", 0),
    ],
)
def test_a_note_is_bound_to_a_whole_word(word: str, text: str, at: int) -> None:
    marks = NoteMarks("a", [Note(word, "words", HERE)])
    assert marks.take(text) == [(at, at + len(word), 1)]
    assert marks.missing() == []


def test_a_note_stands_apart_from_the_longer_word_of_another_where_it_can() -> None:
    text = "# colour=blue\nblue\n"
    for words in (["colour=blue", "blue"], ["blue", "colour=blue"]):
        marks = NoteMarks("a", [Note(word, "words", HERE) for word in words])
        assert {text[a:b]: a for a, b, _ in marks.take(text)} == {"colour=blue": 2, "blue": 14}
    marks = NoteMarks("a", [Note("colour=blue", "words", HERE), Note("blue", "words", HERE)])
    assert [at for at, _, _ in marks.take("colour=blue")] == [0, 7]


def test_a_part_of_a_word_is_no_place_for_a_note() -> None:
    marks = NoteMarks("a", [Note("NETADMIN", "words", HERE)])
    assert marks.take("unknown capability: CAP_NETADMIN") == []
    assert [n.word for n in marks.missing()] == ["NETADMIN"]


def test_short_inline_code_is_kept_together() -> None:
    assert keep_together("<p><code>--rm</code></p>") == '<p><code class="whole">--rm</code></p>'
    for other in ("<code>rm</code>", "<code>docker ps</code>", f"<code>--{'x' * 30}</code>", "<p>a --</p>"):
        assert keep_together(other) == other
    assert keep_together("<p><code>su -</code></p>") == '<p><code class="whole">su -</code></p>'


def test_a_flag_within_inline_code_is_kept_together() -> None:
    assert keep_together("<code>docker run --rm -v a-b:/c --name=web busybox</code>") == (
        '<code>docker run <span class="whole">--rm</span> <span class="whole">-v</span> a-b:/c '
        '<span class="whole">--name</span>=web busybox</code>'
    )
    assert keep_together("<code>--pull never</code>") == '<code><span class="whole">--pull</span> never</code>'


def test_a_flag_and_a_day_in_plain_text_are_kept_together() -> None:
    assert keep_together("<h2>Names: --add-host</h2>") == '<h2>Names: <span class="whole">--add-host</span></h2>'
    assert keep_together("<b>with --rm</b>, 2026-11-29") == (
        '<b>with <span class="whole">--rm</span></b>, <span class="whole">2026-11-29</span>'
    )
    for other in (
        "<p>well---behaved a--b 12026-11-29</p>",
        '<a href="#--add-host" title="2026-11-29">there</a>',
        "<pre><samp>--rm 2026-11-29</samp></pre>",
        "<svg><text>--rm</text></svg>",
    ):
        assert keep_together(other) == other


def test_a_long_name_in_a_table_is_broken_at_its_seams() -> None:
    assert keep_together("<td><code>/var/run/docker.sock</code></td>") == (
        "<td><code>/<wbr>var/<wbr>run/<wbr>docker<wbr>.sock</code></td>"
    )
    for other in ("<p><code>/var/run/docker.sock</code></p>", "<td><code>busybox</code></td>"):
        assert keep_together(other) == other
