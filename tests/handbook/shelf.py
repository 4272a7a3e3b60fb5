"""The handbook's own recordings, as a build knows them that verified nothing."""

from __future__ import annotations

from handbook.library import Library, OtherEngine
from handbook.views import newest_first
from snippetlab.accept.register import read_register
from snippetlab.packs.docker import make
from snippetlab.scenario import discover
from snippetlab.scenario.known import Known
from snippetlab.settings import find_project

from tests.conftest import PROJECT


def handbook() -> Library:
    """Every scenario with what is recorded of it on every engine of the site."""
    project = find_project(PROJECT)
    pack = make(project)
    kept = read_register(project.scenarios)
    found = discover(project.scenarios, Known(pack.images, pack.captures, pack.alias), project.page_settings)
    others = {
        name: OtherEngine(row.version, row.verified, like=pack.engines[name].like, tracks=pack.engines[name].tracks)
        for name, row in kept.items()
    }
    versions = {pack.baseline: pack.engines[pack.baseline].version, **{n: row.version for n, row in kept.items()}}
    return Library(
        {scenario.id: scenario for scenario in found},
        baseline=pack.baseline,
        engines=newest_first(versions),
        others=others,
        vocabulary=pack.vocabulary,
    )
