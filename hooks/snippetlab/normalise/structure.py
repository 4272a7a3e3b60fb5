"""JSON and Python literals compared as structure."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from typing import Any

_ANY_KEYS = frozenset({"Pid", "MemTotal", "NCPU", "KernelVersion", "Created", "SystemTime", "NFd", "NGoroutines",
                       "UpdatedAt", "CreatedAt", "StartedAt", "FinishedAt", "LastTagTime"})  # fmt: skip
_HEX_KEY = re.compile(r"[0-9a-f]{12,64}|[a-z0-9]{25}")
Normal = Callable[[str], str]


def parsed(text: str) -> list[Any] | None:
    """What ``text`` holds as JSON, JSON lines or a Python list, dict or tuple; ``None`` when it is none of them."""
    stripped = text.strip()
    if not stripped or stripped[0] not in "[{(":
        return None
    try:
        return [json.loads(stripped)]
    except ValueError:
        pass
    lines = stripped.split("\n")
    try:
        if all(line.startswith("{") for line in lines):
            return [json.loads(line) for line in lines]
    except ValueError:
        pass
    try:
        value = ast.literal_eval(stripped)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return [value] if isinstance(value, (dict, list, tuple)) else None


def canonical(value: Any, normal: Normal, blind: Normal, key: str = "") -> Any:
    """``value`` in one form: strings normalised, keys sorted, objects keyed by ids ordered by what lies in them.

    ``normal`` numbers identities, ``blind`` does not; the order must not depend
    on ids that are new in each run.
    """
    if isinstance(value, dict):
        items = [(str(k), v) for k, v in value.items()]
        items.sort(key=lambda item: _order(item[0], item[1], normal, blind))
        return {normal(k): canonical(v, normal, blind, k) for k, v in items}
    if isinstance(value, (list, tuple)):
        return [canonical(v, normal, blind, key) for v in value]
    if key in _ANY_KEYS and not isinstance(value, bool) and value not in (0, "", None):
        return f"<{key}>"
    if isinstance(value, str):
        if key == "HostPort":
            return normal(f":{value}")
        return normal(value)
    return value if isinstance(value, (int, float, bool, type(None))) else normal(repr(value))


def _order(key: str, value: Any, normal: Normal, blind: Normal) -> tuple[int, str, str]:
    if _HEX_KEY.fullmatch(key):
        return (1, json.dumps(canonical(value, blind, blind), sort_keys=True, default=str), "")
    return (0, key, "")
