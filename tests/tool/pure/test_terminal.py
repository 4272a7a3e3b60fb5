"""From the bytes that a program wrote to what a terminal would show of them."""

from __future__ import annotations

import pytest
from snippetlab.run.terminal import as_text

RED = b"\x1b[31mred\x1b[0m"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        pytest.param(b"", "", id="nothing"),
        pytest.param(b"a\n", "a\n", id="a line"),
        pytest.param(b"a", "a", id="no newline at the end"),
        pytest.param(b"a\n\n\n", "a\n\n\n", id="empty lines at the end"),
        pytest.param(b"a  \n\tb\n", "a  \n\tb\n", id="blanks and tabs"),
        pytest.param("über 容器 🐳\n".encode(), "über 容器 🐳\n", id="UTF-8"),
        pytest.param(RED + b"\n", "red\n", id="colour"),
        pytest.param(b"\x1b[1;38;5;12mbold\x1b[m  \n", "bold  \n", id="many colours leave blanks alone"),
        pytest.param(b"a\r\nb\r\n", "a\nb\n", id="lines as terminals end them"),
        pytest.param(b"a  \r\n", "a  \n", id="blanks before such an end"),
        pytest.param(b"10%\r50%\r100%\n", "100%\n", id="a progress line"),
        pytest.param(b"100%\r5%\n", "5%0%\n", id="a shorter text over a longer one"),
        pytest.param(b"100%\r\x1b[K5%\n", "5%\n", id="over an erased one"),
        pytest.param(b"10%\r50%", "50%", id="progress without a newline"),
        pytest.param(b"a\r", "a", id="return at the end"),
        pytest.param(b"ab\bc\n", "ac\n", id="backspace"),
        pytest.param("容\b\bx\n".encode(), "x\n", id="backspace over a wide character"),
        pytest.param(b"a\nb\n\x1b[1A\x1b[2Kc\n", "a\nc\n", id="a line above is written anew"),
        pytest.param(b"a\nb\n\x1b[2AA\n\n", "A\nb\n", id="up and down again"),
        pytest.param(b"one\ntwo\n\x1b[2A", "one\ntwo\n", id="the cursor stays above"),
        pytest.param(b"a\x1b[3Bb\n", "a\n\n\n b\n", id="the cursor goes below what was written"),
        pytest.param(b"\x1b[2J", "", id="a cleared screen"),
        pytest.param(b"\n\x1b[K", "\n", id="an empty line"),
        pytest.param(b"\x1b]0;title\x07a\n", "a\n", id="a window title"),
        pytest.param(b"\x1b[?25la\x1b[?25h\n", "a\n", id="the cursor hidden"),
        pytest.param(b"\xff\n", "\\xff\n", id="not UTF-8"),
        pytest.param(b"caf\xe9\r\n", "caf\\xe9\n", id="Latin-1"),
        pytest.param(b"a\x00b\x07\n", "a\\x00b\\x07\n", id="control characters"),
        pytest.param(b"a\x7fb\xc2\x85c\n", "a\\x7fb\\x85c\n", id="more control characters"),
    ],
)
def test_as_text(raw: bytes, text: str) -> None:
    assert as_text(raw) == text


def test_long_lines_do_not_wrap() -> None:
    assert as_text(b"x" * 6000 + b"\n10%\r20%\n") == "x" * 6000 + "\n20%\n"


def test_nothing_scrolls_away() -> None:
    lines = b"".join(b"line %d\n" % i for i in range(500))
    assert as_text(lines + b"10%\r20%\n") == lines.decode() + "20%\n"


def test_a_line_far_above_can_still_be_written_anew() -> None:
    lines = b"".join(b"line %d\n" % i for i in range(100))
    assert as_text(lines + b"\x1b[100ALINE\n").splitlines()[0] == "LINE 0"


def test_what_is_text_stays_as_it_is() -> None:
    text = "\n".join(f"$ {i}  [0] \\x00 <b>{i}</b>\t" for i in range(50))
    assert as_text(text.encode()) == text
