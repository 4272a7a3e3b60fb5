"""A Markdown file as lines."""

from __future__ import annotations

from pathlib import Path

from snippetlab.errors import ScenarioError


def read_text(path: Path) -> str:
    """The text of a file. Raises ScenarioError for one that cannot be read or is not UTF-8."""
    if path.exists() and not path.is_file():
        raise ScenarioError("this is no file that could be read", where=f"{path}:1", hint="name a Markdown file")
    try:
        raw = path.read_bytes()
        return raw.decode("utf-8")
    except OSError as error:
        raise ScenarioError(
            f"the file cannot be read: {error.strerror}", where=f"{path}:1", hint="check its name and its permissions"
        ) from error
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ScenarioError("the file is not UTF-8", where=f"{path}:{line}", hint="save it as UTF-8") from error


def lines_of(text: str) -> list[str]:
    """Its lines, without a byte order mark and without the line ends of Windows."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
