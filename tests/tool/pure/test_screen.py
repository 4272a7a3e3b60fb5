"""A screen without edges: nothing that was printed is lost, and cursors move as on a real terminal."""

from __future__ import annotations

import sys
import unicodedata

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from snippetlab.run.screen import Screen
from snippetlab.run.terminal import as_text

COLOUR = st.sampled_from(
    ["\x1b[31m", "\x1b[0m", "\x1b[m\x1b[K", "\x1b[1;38;5;12m", "\x1b]0;t\x07", "\x1b(B", "\x1b[?25l"]
)
PRINTED = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\x1b"), max_size=12)


def screen(text: str) -> str:
    """The text as a screen holds it in the end."""
    played = Screen()
    played.play(text)
    return played.text()


@given(st.lists(PRINTED | COLOUR | st.just("\n") | st.just("\t"), max_size=20))
def test_what_is_printed_without_moving_the_cursor_stands_there(parts: list[str]) -> None:
    printed = "".join(part for part in parts if not part.startswith("\x1b"))
    # A letter and its accent may come as one character.
    assert unicodedata.normalize("NFC", screen("".join(parts))) == unicodedata.normalize("NFC", printed)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("disk\ufe0f full", id="variation selector"),
        pytest.param("disk\u200d full", id="joiner"),
        pytest.param("disk\u200b full", id="zero width space"),
        pytest.param("\u0301 full", id="combining at the start of a line"),
        pytest.param("👩‍👩‍👧 full", id="family"),
        pytest.param("🇩🇪🇫🇷 full", id="flags"),
        pytest.param("❤️ full", id="heart"),
        pytest.param("\u2066disk\u2069 full", id="direction marks"),
    ],
)
def test_behind_a_character_without_a_width_nothing_is_lost(text: str) -> None:
    assert as_text(f"old\r\x1b[K{text}\n".encode()) == f"{text}\n"
    assert as_text(f"\x1b[31m\x1b[K{text}\n".encode()) == f"{text}\n"


def test_behind_a_control_character_nothing_is_lost() -> None:
    assert as_text(b"10%\rdisk\x07 full\x00!\n") == "disk\\x07 full\\x00!\n"
    assert as_text(b"10%\r\x1b[K\x07full\n") == "\\x07full\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("容器\r12\n", "12器\n", id="two letters over a wide one"),
        pytest.param("容器\r1\n", "1 器\n", id="half of a wide one"),
        pytest.param("容器\x1b[2GX\n", " X器\n", id="its other half"),
        pytest.param("we\u0301\rW\n", "W\u00e9\n", id="a letter and its accent are one"),
        pytest.param("e\u0301x\rE\n", "Ex\n", id="a combining character goes with its letter"),
        pytest.param("👩‍👩‍👧x\rab\n", "abx\n", id="a family is as wide as one"),
        pytest.param("🇩🇪x\rab\n", "abx\n", id="so is a flag"),
        pytest.param("❤️x\rab\n", "abx\n", id="a heart that a selector makes wide"),
        pytest.param("ab\tc\n\x1b[A\rxy\n", "xy\tc\n", id="a tab stays one"),
        pytest.param("ab\tc\x1b[5Gz\n", "ab  z   c\n", id="a tab that is written over"),
        pytest.param("abc\x1b[2D\x1b[1PX\n", "aX\n", id="delete a character"),
        pytest.param("abc\x1b[2D\x1b[@X\n", "aXbc\n", id="insert one"),
        pytest.param("abc\r\x1b[2X\n", "  c\n", id="erase two"),
        pytest.param("abc\x1b[2D\x1b[1K\n", "  c\n", id="erase to the left"),
        pytest.param("a\nb\nc\n\x1b[2A\x1b[Mx\n", "a\nx\n", id="delete a line: the next comes up"),
        pytest.param("a\nb\n\x1b[A\x1b[Lx\n\n", "a\nx\nb\n", id="insert a line"),
        pytest.param("ab\x1b7cd\x1b8X\n", "abXd\n", id="saved and restored"),
        pytest.param("a\x1b[9999CX\n", "a" + " " * 98 + "X\n", id="no further right than the terminal"),
        pytest.param("old\nlines\n\x1b[H\x1b[2Jnew\n", "new\n", id="clear"),
        pytest.param("a\nb\x1b[2;1HB\n\x1b[1;1HA\n\n", "A\nB\n", id="by line and column"),
    ],
)
def test_movements(text: str, shown: str) -> None:
    assert as_text(text.encode()) == shown


MOVES = st.builds(lambda n, k: f"\x1b[{n}{k}", st.integers(1, 3), st.sampled_from("ABCDGEFPX@")) | st.sampled_from(
    ["\r", "\b", "\n", "\x1b[K", "\x1b[1K", "\x1b[2K", "\x1b[J", "\x1b[H", "\x1b[2;3H"]
)


@given(st.lists(st.text("abcé ", max_size=4) | MOVES, max_size=10))
def test_movements_are_those_of_another_terminal(parts: list[str]) -> None:
    text = "".join(parts)
    other = pyte.Screen(200, 40)
    other.set_mode(pyte.modes.LNM)
    pyte.Stream(other).feed(text)
    ours = [line.rstrip() for line in screen(text).split("\n")]
    theirs = [line.rstrip() for line in other.display]
    assert ours + [""] * (40 - len(ours)) == theirs


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "".join(f"\x1b[31mtcp\x1b[m\x1b[K\t{n}\tx y\n" for n in range(1000)), id="coloured lines with tabs"
        ),
        pytest.param("x" * 200_000 + "\r", id="one long line and a return"),
        pytest.param("".join(f"line {n}\r\n\x1b[K" for n in range(5000)), id="5,000 lines"),
        pytest.param("".join(f"{n}%\r" for n in range(50_000)), id="a long progress"),
        pytest.param("\x1b[1000000C\x1b[1000000Bx" * 1000, id="far away"),
        pytest.param("\x1b[1000000L\x1b[1000000@x" * 1000, id="much inserted"),
    ],
)
def test_the_cost_grows_with_the_text(text: str) -> None:
    """Counted in steps of the interpreter, not in seconds: at most a few hundred for each character."""
    steps = 0

    def count(*_: object) -> None:
        nonlocal steps
        steps += 1

    sys.setprofile(count)
    try:
        screen(text)
    finally:
        sys.setprofile(None)
    assert steps < 40 * len(text) + 1000


def test_a_screen_of_letters_of_every_script() -> None:
    letters = "".join(c for n in range(0x20, 0x3000) if unicodedata.category(c := chr(n)) not in ("Cc", "Cs"))
    shown = as_text(f"\x1b[31m{letters}\x1b[0m\x1b[K\n".encode())
    assert unicodedata.normalize("NFC", shown) == unicodedata.normalize("NFC", f"{letters}\n")
