"""Files that change while scenarios are watched."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from snippetlab.cli.watch import changes_below


def test_a_change_is_seen_although_nobody_has_asked_yet(tmp_path: Path) -> None:
    changes = changes_below([tmp_path])
    file = tmp_path / "it.md"
    file.write_text("changed")
    assert any(file in touched for touched in islice(changes, 50))


def test_what_changed_before_is_no_change(tmp_path: Path) -> None:
    old = tmp_path / "old.md"
    old.write_text("there")
    changes = changes_below([tmp_path])
    (tmp_path / "new.md").write_text("changed")
    touched = next(touched for touched in changes if touched)
    assert touched == {tmp_path / "new.md"}
