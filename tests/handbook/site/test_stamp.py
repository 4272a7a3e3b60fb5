"""A site that was built from just what is there stands; whatever decides how it looks lets it be rendered anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import handbook.program as program
import pytest
from handbook.build import stamp
from snippetlab.errors import WrongEngine
from typer.testing import CliRunner

from .conftest import Workplace, passed


@pytest.fixture
def rendered(workplace: Workplace, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Runs ``site``, expects it to end well, and gives how often the site generator was asked so far."""
    calls: list[Path] = []

    def render(config: Path) -> int:
        calls.append(config)
        workplace.site.mkdir(exist_ok=True)
        (workplace.site / "index.html").write_text("built")
        return 0

    monkeypatch.setattr(program, "render", render)

    def build(*options: str) -> int:
        done = CliRunner().invoke(program.app, ["site", "--config", str(workplace.folder / "mkdocs.yml"), *options])
        assert done.exit_code == 0, done.output
        return len(calls)

    return build


def test_what_has_not_changed_is_rendered_once(rendered: Callable[..., int]) -> None:
    assert (rendered(), rendered(), rendered()) == (1, 1, 1)


CHANGES: dict[str, Callable[[Workplace, pytest.MonkeyPatch], object]] = {
    "a page": lambda place, patch: place.edit("docs/start/index.md", "Escaping", "Escaped"),
    "a new file": lambda place, patch: (place.folder / "docs" / "note.txt").write_text("x"),
    "a scenario": lambda place, patch: place.edit("snippets/networking/app.md", "for maintainers", "for you"),
    "the settings": lambda place, patch: place.edit("mkdocs.yml", "site_name: Fixture", "site_name: Other"),
    "an address": lambda place, patch: patch.setenv("SITE_URL", "https://example.test/"),
    "the book": lambda place, patch: patch.setenv("BOOK", "1"),
    "a result of another day": lambda place, patch: setattr(
        place, "results", lambda scenario: replace(passed(scenario), when="2026-11-24")
    ),
    "an engine that is gone": lambda place, patch: place.absent.update(
        {"28.5": WrongEngine("28.5", "29.1.0", hint="it has moved on")}
    ),
    "Python": lambda place, patch: patch.setattr(stamp.sys, "version", "3.99"),
    "a site that is gone": lambda place, patch: (place.site / "index.html").unlink(),
    "a site that another build has left": lambda place, patch: (place.site / stamp.NAME).unlink(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_decides_how_a_site_looks_lets_it_be_rendered_anew(
    change: Callable[[Workplace, pytest.MonkeyPatch], object],
    rendered: Callable[..., int],
    workplace: Workplace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert rendered() == 1
    change(workplace, monkeypatch)
    assert rendered() == 2
    assert rendered() == 2


def test_a_site_that_could_not_be_rendered_is_not_marked(
    rendered: Callable[..., int], workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "render", lambda config: 3)
    done = CliRunner().invoke(program.app, ["site", "--config", str(workplace.folder / "mkdocs.yml")])
    assert done.exit_code == 3
    assert not (workplace.site / stamp.NAME).exists()
