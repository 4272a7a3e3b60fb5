"""What a person is told whose setting does not fit."""

from __future__ import annotations

import re
from collections.abc import Mapping

# How a value of each setting of a page looks, in YAML and in TOML alike but for the sign between key and value.
LIKE: Mapping[str, str] = {
    "fences": '{ terminal = "console" }',
    "prompts": '["$ ", "# "]',
    "continuation": '"> "',
    "images": '{ alpine = "busybox" }',
    "unrecorded": '"anything"',
    "kinds_off": '["port"]',
    "lab": '"heading"',
    "tracks": '["shell"]',
    "timeout": "120",
    "setup": '"cd $(mktemp -d)"',
    "project_files": '["dist/mytool"]',
    "skip": '"needs a printer"',
    "pages": '["README.md", "docs"]',
}


def like(key: str, sign: str = ":") -> str:
    """How a value of that setting looks, for a person whose own does not fit."""
    value = LIKE.get(key, "true").replace(" = ", f"{' ' if sign == '=' else ''}{sign} ")
    return f"like {key}{' ' if sign == '=' else ''}{sign} {value}"


def said(message: str) -> str:
    """What is wrong with a value, in the words of a person: Python's words for lists and mappings are not theirs."""
    message = message.removeprefix("Value error, ").replace("valid tuple", "list")
    return re.sub(r"valid (?:mapping|dictionary)\b.*", "table of keys and values", message)
