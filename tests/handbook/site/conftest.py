"""Builds sites to look at: the fixture (as if every scenario had run), and the handbook itself in recorded mode."""

from __future__ import annotations

import fcntl
import functools
import http.server
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment
from jinja2.bccache import Bucket, BytecodeCache
from mkdocs.commands.build import build
from mkdocs.config import load_config
from playwright.sync_api import Browser, sync_playwright
from snippetlab import check
from snippetlab.errors import LabError
from snippetlab.model import (
    BlockCapture,
    CommandCapture,
    Drift,
    Scenario,
    ScenarioResult,
    StepCapture,
    Track,
    TrackRun,
)
from snippetlab.run.track import blocks_to_run
from snippetlab.scenario.engines import on_engine

ROOT = Path(__file__).parents[3]
FIXTURE = Path(__file__).parent / "fixture"
VERSIONS = {"engine": "26.1.5", "cli": "26.1.5", "api": "1.45", "docker-py": "7.2.0"}
NEWER = {**VERSIONS, "engine": "28.5.2", "cli": "28.5.2", "api": "1.51"}
DAY = "2026-11-23"
BASELINE = "26.1"


def passed(scenario: Scenario, drifts: Sequence[Drift] = (), engine: str = BASELINE) -> ScenarioResult:
    """A result as the check core gives it for a scenario that ran on an engine, in each of its tracks."""
    scenario = on_engine(scenario, engine, BASELINE)
    runs = tuple(ran(scenario, track, engine) for track in scenario.tracks)
    return ScenarioResult(scenario, runs, tuple(drifts), DAY, 1.0, engine=engine)


def ran(scenario: Scenario, track: Track, engine: str = BASELINE) -> TrackRun:
    """A run of one track that printed what is recorded."""
    steps = tuple(
        StepCapture(
            step,
            track,
            tuple(
                BlockCapture(b, tuple(CommandCapture(c.output, c.exit_code) for c in b.commands), b.text)
                for b in blocks_to_run(step, track, engine)
            ),
            0.41,
        )
        for step in scenario.steps
    )
    return TrackRun(track, engine, steps, {}, VERSIONS if engine == BASELINE else NEWER)


class _Compiled(BytecodeCache):
    """Templates that were compiled once in this process: a third of what it takes to build so small a site."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        # It is of use where the template's text is the same still; the bucket sees to that.
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = _Compiled()


@dataclass
class Workplace:
    """A copy of the fixture's sources in which a test may change things, and a way to build it."""

    folder: Path
    results: Callable[[Scenario], ScenarioResult]
    absent: dict[str, LabError] = field(default_factory=dict)
    others: Callable[[Scenario, str], ScenarioResult] = field(
        default=lambda scenario, engine: passed(scenario, (), engine)
    )

    @property
    def site(self) -> Path:
        return self.folder / "site"

    def edit(self, path: str, old: str, new: str) -> None:
        file = self.folder / path
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))

    def build(self, **options: object) -> Path:
        config = load_config(config_file=str(self.folder / "mkdocs.yml"), site_dir=str(self.site), **options)
        make = config.theme.get_env

        def get_env() -> Environment:
            made = make()
            made.bytecode_cache = COMPILED
            return made

        config.theme.get_env = get_env
        config.plugins.on_startup(command="build", dirty=False)
        build(config)
        return self.site


def make_workplace(folder: Path) -> Workplace:
    shutil.copytree(FIXTURE, folder, dirs_exist_ok=True)
    text = (FIXTURE / "mkdocs.yml").read_text().replace("../../../..", str(ROOT))
    (folder / "mkdocs.yml").write_text(text)
    return Workplace(folder, passed)


def pretend(workplace: Workplace, patch: pytest.MonkeyPatch) -> None:
    """Let scenarios run at once, with the results that the workplace gives."""
    patch.setenv("SNIPPETLAB_MODE", "live")
    patch.setattr(check, "lab_problem", lambda pack: None)
    patch.setattr(check, "absent", lambda engines, provider: workplace.absent)
    patch.setattr(check, "check_scenarios", partial(_results, workplace))


def _results(workplace: Workplace, scenarios: Sequence[Scenario], **options: Any) -> list[ScenarioResult]:
    """What the workplace gives on the baseline, and on other engines."""
    others = [engine for engine in options.get("engines", ()) if engine != BASELINE]
    whole = [scenario for scenario in scenarios if not scenario.in_place]
    on_others = [workplace.others(scenario, engine) for scenario in whole for engine in others]
    return [*(workplace.results(scenario) for scenario in scenarios), *on_others]


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    place = make_workplace(tmp_path / "work")
    pretend(place, monkeypatch)
    return place


def built_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder ``name``, filled by ``make``: once for all the processes among which tests are spread."""
    base = factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, done = root / name, root / f"{name}.done"
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            make(folder)
            done.touch()
    return folder / "site"


@pytest.fixture(scope="session")
def fixture_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fixture, built once as if every scenario had run."""

    def make(folder: Path) -> None:
        place = make_workplace(folder)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SITE_URL", "https://example.test/site/")
            pretend(place, patch)
            place.build()

    return built_once(tmp_path_factory, "fixture", make)


@pytest.fixture(scope="session")
def handbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The handbook itself, built once from its recordings."""

    def make(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SNIPPETLAB_MODE", "recorded")
            config = load_config(config_file=str(ROOT / "mkdocs.yml"), site_dir=str(folder / "site"))
            config.plugins.on_startup(command="build", dirty=False)
            build(config)

    return built_once(tmp_path_factory, "handbook", make)


def need_chromium() -> str:
    """The browser's path; without it, the test is skipped."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("chromium is not installed")
    return path


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The handbook from its recordings, with the files of the book."""
    need_chromium()

    def make(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SNIPPETLAB_MODE", "recorded")
            patch.setenv("BOOK", "1")
            config = load_config(config_file=str(ROOT / "mkdocs.yml"), site_dir=str(folder / "site"))
            config.plugins.on_startup(command="build", dirty=False)
            build(config)

    return built_once(tmp_path_factory, "book", make)


@pytest.fixture(scope="session")
def fixture_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fixture as if every scenario had run, with the files of its book."""
    need_chromium()

    def make(folder: Path) -> None:
        place = make_workplace(folder)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("BOOK", "1")
            pretend(place, patch)
            place.build()

    return built_once(tmp_path_factory, "fixture-book", make)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], str]]:
    """Serves a folder below a sub-path, as a site that shares its host with others."""
    servers: list[http.server.ThreadingHTTPServer] = []

    def start(site: Path) -> str:
        root = site.parent
        handler = functools.partial(_Quiet, directory=str(root))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/{site.name}/"

    yield functools.cache(start)
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = need_chromium()
    with sync_playwright() as playwright:
        # The tests' machine is often a container and its user root: there the browser's own sandbox cannot start.
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()
