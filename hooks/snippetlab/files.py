"""Files: read with words for what is wrong with them, written whole or not at all; digests over what they hold."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from snippetlab.errors import ScenarioError, SnippetLabError


def read_text(path: Path) -> str:
    """The text of a file. Raises ScenarioError for one that cannot be read or is not UTF-8."""
    if path.exists() and not path.is_file():
        raise ScenarioError("this is no file that could be read", where=f"{path}:1", hint="name a file")
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


def write_atomically(path: Path, text: str) -> None:
    """Write ``text`` to ``path``, whole or not at all.

    The file keeps its mode and, where this user may set it, its owner; a link
    stays a link. Raises SnippetLabError when it cannot be written.
    """
    target = path.resolve()
    try:
        _replace(target, text.encode("utf-8"))
    except OSError as error:
        raise SnippetLabError(
            f"the file cannot be written: {error.strerror or error}",
            where=str(path),
            hint="look at the disk space and the folder's permissions; the file is as it was before",
        ) from error


def _replace(target: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            former = target.stat()
            # Labs need root, and a person's file must not become root's by an update.
            if hasattr(os, "geteuid") and os.geteuid() == 0:
                os.chown(name, former.st_uid, former.st_gid)
            os.chmod(name, former.st_mode & 0o7777)
        else:
            os.chmod(name, 0o644)
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def digest(*parts: str | bytes) -> str:
    """A short digest (16 hexadecimal digits) over parts, which are kept apart from each other."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        total.update(str(len(data)).encode() + b":" + data)
    return total.hexdigest()[:16]
