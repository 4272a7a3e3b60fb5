"""Another engine, for real: what it prints goes into files of its own, and comes back from them."""

from __future__ import annotations

import json

import pytest

from tests.tool.runs import console

from .project import Project

pytestmark = pytest.mark.usefixtures("leaves_nothing")

BODY = console("$ docker version --format '{{.Server.Version}}' | cut -d + -f 1", "26.1.5") + console(
    "$ echo one", "one", step="b"
)


SETTINGS = """\
[tool.snippetlab]
pack = "docker"

[[tool.snippetlab.engines]]
name = "26.1"
version = "26.1"
role = "baseline"
suite = "trixie"
packages = ["docker.io", "docker-cli", "docker-buildx", "docker-compose"]

[[tool.snippetlab.engines]]
name = "28.5"
version = "28.5"
role = "newest"
image = "26.1"
suite = "trixie"
packages = ["docker.io", "docker-cli", "docker-buildx", "docker-compose"]
"""


def test_an_engine_whose_suite_has_moved_on_is_gone_and_the_report_says_what_is_there(own: Project) -> None:
    """Its packages are another engine's by now: those of the baseline, here."""
    own.scenario("test/it", BODY)
    (own.folder / "pyproject.toml").write_text(SETTINGS)
    kept = own.folder / "snippets" / "engines.yml"
    kept.write_text('"28.5":\n  version: "28.5.2"\n  verified: "2026-11-25"\n')
    before = kept.read_text()
    told = "the lab called 28.5 runs version 26.1."
    new = "a new engine 26.1 is there, and in the settings already"
    done = own.run("snippetlab", "check", "--json", "out.json")
    assert done.returncode == 0, done.stdout
    assert f"28.5 was not verified, its recordings stand as they are: {told}" in done.stdout and new in done.stdout
    assert "1 scenario, 2 steps: no drift; not run: 1 engine" in done.stdout
    (report,) = json.loads((own.folder / "out.json").read_text())["not_run"]
    assert (report["what"], report["place"]) == ("engine", "snippets/engines.yml:1") and new in report["reason"]
    # Who names it wants it.
    for words in (["check"], ["update"], ["shell", "test/it"]):
        done = own.run("snippetlab", *words, "--engine", "28.5")
        assert done.returncode == 2 and told in done.stderr and new in done.stderr, done.stderr
    assert kept.read_text() == before


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
