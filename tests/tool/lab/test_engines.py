"""Another engine, for real: what it prints goes into files of its own, and comes back from them."""

from __future__ import annotations

import pytest

from tests.tool.runs import console

from .project import Project

pytestmark = pytest.mark.usefixtures("leaves_nothing")

BODY = console("$ docker version --format '{{.Server.Version}}' | cut -d + -f 1", "26.1.5") + console(
    "$ echo one", "one", step="b"
)


def test_an_engine_is_recorded_checked_and_explained(own: Project) -> None:
    own.scenario("test/it", BODY)
    done = own.run("snippetlab", "update", "--engine", "28.5")
    assert done.returncode == 0, done.stdout
    recorded = own.folder / "snippets" / "test" / "it.28.5.md"
    assert "\n28.5." in recorded.read_text() and "## b" not in recorded.read_text()
    assert (own.folder / "snippets" / "engines.yml").exists()
    both = own.run("snippetlab", "check", "--junit", "out.xml")
    assert both.returncode == 0, both.stdout
    assert "1 scenario on 26.1, 28.5, 2 steps: no drift" in both.stdout
    suites = (own.folder / "out.xml").read_text()
    assert 'name="test/it on 28.5"' in suites and 'hostname="26.1"' in suites
    told = own.run("snippetlab", "why", "test/it#a").stdout
    assert "- 26.1.5" in told and "+ 28.5." in told
    recorded.write_text(recorded.read_text().replace("cut -d", "cut  -d"))
    stale = own.run("snippetlab", "check")
    assert stale.returncode == 2
    assert "it.28.5.md:6: stale" in stale.stderr
