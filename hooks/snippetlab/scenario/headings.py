"""From the text of a heading to a step's name."""

from __future__ import annotations

import re
import unicodedata


def slug(text: str) -> str:
    """A heading's text as a name: letters and digits of any script, in lower case, joined by hyphens.

    Made as Python-Markdown's toc makes ids, but letters of other scripts stay.
    """
    plain = unicodedata.normalize("NFC", text).lower()
    return re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", plain)).strip("-_")
