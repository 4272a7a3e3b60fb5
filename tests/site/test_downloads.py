"""The scripts that a page offers, run in a lab: they do what the page does and leave nothing behind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from snippetlab.check import Silent, default_provider, lab_problem
from snippetlab.lab import Lab, LabSpec
from snippetlab.scenario import KNOWN_IMAGES

from .conftest import ROOT

SNIPPETS = ROOT / "snippets"
# One page is enough for each thing that a script must do; all of them would take longer than the build itself.
PAGES = ["networking/own-network", "networking/connect"]


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    provider = default_provider(SNIPPETS, Silent())
    if problem := provider.problem():
        if os.environ.get("SNIPPETLAB_REQUIRE_LABS"):
            pytest.fail(str(lab_problem(SNIPPETS)))
        pytest.skip(f"no lab can run here: {problem.what}")
    running = provider.start(LabSpec(images=KNOWN_IMAGES - {"busybox", "debian:bookworm"}))
    yield running
    running.stop()


def held(lab: Lab) -> dict[str, list[str]]:
    client = lab.client
    return {
        "containers": [c.name for c in client.containers.list(all=True)],
        "networks": sorted(n.name for n in client.networks.list()),
        "volumes": [v.name for v in client.volumes.list()],
        "images": sorted(i.id for i in client.images.list()),
    }


@pytest.mark.parametrize("interpreter", ["bash", "python3"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_s_script_runs_and_cleans_up(handbook: Path, lab: Lab, page: str, interpreter: str) -> None:
    suffix = {"bash": ".sh", "python3": ".py"}[interpreter]
    script = handbook / page / f"{page.rpartition('/')[2]}{suffix}"
    before = held(lab)
    # `run` fails when the script does: it checks the exit code of each command itself.
    command = f"cat > /tmp/script && {interpreter} /tmp/script 2>&1 && rm /tmp/script"
    printed = lab.run(["sh", "-c", command], script.read_bytes(), timeout=180)
    # It printed the outputs of its commands, from the first (a network that is listed) on.
    assert "bridge" in printed
    assert len(printed.splitlines()) > 15
    assert held(lab) == before


def test_a_script_refuses_an_engine_that_is_in_use(handbook: Path, lab: Lab) -> None:
    script = handbook / "networking/connect/connect.sh"
    container = lab.client.containers.run("busybox", "sleep 100", detach=True)
    try:
        printed = lab.run(["sh", "-c", "bash - 2>&1; echo code $?"], script.read_bytes())
    finally:
        container.remove(force=True)
    assert "This engine holds containers" in printed
    assert printed.endswith("code 2\n")
