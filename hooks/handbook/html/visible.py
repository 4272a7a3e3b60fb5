"""Characters that change how a reader sees a text without being seen themselves, shown as escapes."""

from __future__ import annotations

import re

# Marks of direction and what embeds, overrides or isolates it; spaces without width; the marks of lines that are no
# newline; and control characters, but for tab, newline and carriage return.
# See https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters and "Trojan Source" (CVE-2021-42574).
_HIDDEN = re.compile(
    "[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)


def visible(text: str) -> str:
    r"""The text with each such character as its escape: a right-to-left override becomes ``\u202e``.

    In JSON the escape stands for the character itself, so nothing is lost there.
    """
    return _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
