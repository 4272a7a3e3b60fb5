"""The result cache: what makes another key, what is kept, and what is not believed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from snippetlab import results as module
from snippetlab.check import check_scenarios
from snippetlab.errors import LabUnavailable
from snippetlab.lab import Lab, LabSpec
from snippetlab.model import Drift, DriftKind, Place, Scenario
from snippetlab.results import ResultCache, package_digest
from snippetlab.scenario import load

from tests.tool.runs import PACK, console, result, run, written

LABS = {"26.1": "one"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "snippets"


@pytest.fixture
def cache(tmp_path: Path) -> ResultCache:
    return ResultCache(tmp_path / "results")


@pytest.fixture
def scenario(root: Path) -> Scenario:
    context = root / "test" / "web"
    context.mkdir(parents=True)
    (context / "Dockerfile").write_text("FROM busybox\n")
    (root / "test" / "beside.txt").write_text("not in the context\n")
    body = console("$ echo a", "a") + console("$ echo b", "b", step="b")
    return written(root, "test/it", body, "tracks: [shell]\ncontext: [web]\n")


def test_the_same_again_has_the_same_key(cache: ResultCache, scenario: Scenario, root: Path) -> None:
    again = load(scenario.path, root)
    (root / "test" / "beside.txt").write_text("changed\n")
    os.utime(scenario.path, (1, 1))
    assert cache.key(scenario, LABS) == cache.key(again, dict(LABS))


def _append(path: str) -> Callable[[Path, pytest.MonkeyPatch], None]:
    def change(root: Path, _: pytest.MonkeyPatch) -> None:
        with open(root / path, "a") as file:
            file.write("\n")

    return change


def _executable(root: Path, _: pytest.MonkeyPatch) -> None:
    (root / "test/web/Dockerfile").chmod(0o755)


def _renamed(root: Path, _: pytest.MonkeyPatch) -> None:
    (root / "test/web/Dockerfile").rename(root / "test/web/dockerfile")


def _another_file(root: Path, _: pytest.MonkeyPatch) -> None:
    (root / "test/web/empty").touch()


def _package(_: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(module, "package_digest", lambda: "another")


def _docker_py(_: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(module, "docker_py_digest", lambda: "another")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_append("test/it.md"), id="scenario file"),
        pytest.param(_append("test/web/Dockerfile"), id="context file"),
        pytest.param(_another_file, id="file added to the context"),
        pytest.param(_renamed, id="context file renamed"),
        pytest.param(_executable, id="context file made executable"),
        pytest.param(_package, id="package"),
        pytest.param(_docker_py, id="docker-py"),
    ],
)
def test_what_decides_the_outcome_makes_another_key(
    cache: ResultCache,
    scenario: Scenario,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Path, pytest.MonkeyPatch], None],
) -> None:
    before = cache.key(scenario, LABS)
    change(root, monkeypatch)
    assert cache.key(load(scenario.path, root), LABS) != before


@pytest.mark.parametrize("labs", [{"26.1": "two"}, {"28.5": "one"}, {"26.1": "one", "20.10": "x"}])
def test_another_lab_makes_another_key(cache: ResultCache, scenario: Scenario, labs: dict[str, str]) -> None:
    assert cache.key(scenario, labs) != cache.key(scenario, LABS)


def test_the_package_digest_is_over_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lab").mkdir()
    (tmp_path / "report").mkdir()
    for name in ("results.py", "lab/launch.sh", "report/page.py"):
        (tmp_path / name).write_text("1")
    monkeypatch.setattr(module, "__file__", str(tmp_path / "results.py"))

    def digest() -> str:
        package_digest.cache_clear()
        return package_digest()

    try:
        first = digest()
        (tmp_path / "report" / "page.py").write_text("2")
        assert digest() == first  # how results are shown decides none
        (tmp_path / "lab" / "launch.sh").write_text("2")
        assert digest() != first
    finally:
        package_digest.cache_clear()


def test_what_was_kept_comes_back(cache: ResultCache, scenario: Scenario) -> None:
    key = cache.key(scenario, LABS)
    assert cache.load(key, scenario) is None
    cache.save(key, result(scenario, run(scenario)))
    found = cache.load(key, scenario)
    assert found is not None
    assert (found.cached, found.ok, found.when, found.seconds) == (True, True, "2026-11-23", 1.0)
    assert [(r.track, r.engine, r.versions["cli"]) for r in found.runs] == [("shell", "26.1", "26.1.5")]
    assert [(s.step.id, s.seconds) for s in found.runs[0].steps] == [("test/it#a", 0.5), ("test/it#b", 0.5)]


def test_drift_is_never_kept_nor_is_a_warning_or_nothing(cache: ResultCache, scenario: Scenario) -> None:
    drifted = result(scenario, run(scenario, ["other\n"]))
    assert not drifted.ok
    warning = Drift(DriftKind.UNUSED_STEP, "test/it#a", Place(scenario.path, 1), "", "", "", warning=True)
    for kept in (drifted, replace(result(scenario, run(scenario)), drifts=(warning,)), result(scenario)):
        cache.save("key", kept)
        assert cache.load("key", scenario) is None


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe", b"[]", b"null", b"{}", b'{"runs": null}', b'{"runs": [{}], "when": "", "seconds": 0}'],
)
def test_a_file_that_cannot_be_understood_is_not_there(cache: ResultCache, scenario: Scenario, content: bytes) -> None:
    cache.folder.mkdir()
    (cache.folder / "key.json").write_bytes(content)
    assert cache.load("key", scenario) is None


def test_half_a_file_is_not_there(cache: ResultCache, scenario: Scenario) -> None:
    cache.save("key", result(scenario, run(scenario)))
    file = cache.folder / "key.json"
    whole = file.read_bytes()
    json.loads(whole)
    file.write_bytes(whole[: len(whole) // 2])
    assert cache.load("key", scenario) is None
    cache.save("key", result(scenario, run(scenario)))
    assert file.read_bytes() == whole


def test_a_cache_that_cannot_be_written_hinders_nothing(tmp_path: Path, scenario: Scenario) -> None:
    (tmp_path / "in the way").touch()
    cache = ResultCache(tmp_path / "in the way")
    cache.save("key", result(scenario, run(scenario)))
    assert cache.load("key", scenario) is None


class NoLabs:
    """A provider whose labs have an identity and never start."""

    def problem(self) -> LabUnavailable | None:
        return None

    def identity(self, spec: LabSpec) -> str:
        return "one"

    def start(self, spec: LabSpec) -> Lab:
        raise LabUnavailable("a lab was started")


def test_a_check_starts_no_lab_for_what_is_kept(cache: ResultCache, scenario: Scenario, root: Path) -> None:
    cache.save(cache.key(scenario, LABS), result(scenario, run(scenario)))
    (found,) = check_scenarios([scenario], pack=PACK, provider=NoLabs(), cache=cache)
    assert found.cached
    with pytest.raises(LabUnavailable, match="a lab was started"):
        check_scenarios([scenario], pack=PACK, provider=NoLabs())
    # A part of a scenario says nothing about the whole: it is neither taken from the cache nor kept.
    with pytest.raises(LabUnavailable, match="a lab was started"):
        check_scenarios([scenario], pack=PACK, provider=NoLabs(), cache=cache, until={"test/it": "a"})
    with open(scenario.path, "a") as file:
        file.write("\n")
    with pytest.raises(LabUnavailable, match="a lab was started"):
        check_scenarios([load(scenario.path, root)], pack=PACK, provider=NoLabs(), cache=cache)
