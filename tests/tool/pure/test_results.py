"""The result cache: what makes another key, what is kept, and what is not believed."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from snippetlab.check import check_scenarios
from snippetlab.errors import LabError, LabUnavailable
from snippetlab.lab import Lab, LabSpec
from snippetlab.lab.preparing import one_by_one
from snippetlab.model import Scenario
from snippetlab.packs.docker import DockerPack, make
from snippetlab.results.cache import ResultCache, Reuse
from snippetlab.results.key import Key, code_of, key_of, this_machine
from snippetlab.scenario import load
from snippetlab.settings import Project, Settings

from tests.tool.runs import PACK, console, result, run, written

LABS = {"26.1": "one"}
MACHINE = {"kernel": "6.1", "cgroup version": "1", "python": "3.11.2", "tool": "abc", "library wcwidth": "0.2.13"}
WEEK = timedelta(days=7)


def key(scenario: Scenario, labs: Mapping[str, str] = LABS, pack: DockerPack = PACK, **machine: str) -> Key:
    return key_of(scenario, pack, labs, {**MACHINE, **machine})


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


def test_the_same_again_has_the_same_key(scenario: Scenario, root: Path) -> None:
    again = load(scenario.path, root)
    (root / "test" / "beside.txt").write_text("changed\n")
    os.utime(scenario.path, (1, 1))
    assert key(scenario) == key(again, dict(LABS))


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


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_append("test/it.md"), id="scenario file"),
        pytest.param(_append("test/web/Dockerfile"), id="context file"),
        pytest.param(_another_file, id="file added to the context"),
        pytest.param(_renamed, id="context file renamed"),
        pytest.param(_executable, id="context file made executable"),
        pytest.param(_append("test/it.state.json"), id="recorded state"),
    ],
)
def test_what_decides_the_outcome_makes_another_key(
    scenario: Scenario,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Path, pytest.MonkeyPatch], None],
) -> None:
    before = key(scenario)
    change(root, monkeypatch)
    assert key(load(scenario.path, root)) != before


@pytest.mark.parametrize("labs", [{"26.1": "two"}, {"28.5": "one"}, {"26.1": "one", "20.10": "x"}])
def test_another_lab_makes_another_key(scenario: Scenario, labs: dict[str, str]) -> None:
    assert key(scenario, labs) != key(scenario)


@pytest.mark.parametrize("part", sorted(MACHINE))
def test_each_part_of_the_machine_makes_another_key(scenario: Scenario, part: str) -> None:
    assert key(scenario, **{part: "other"}).changed(dict(key(scenario).parts)) == [part]


def test_the_machine_tells_kernel_cgroup_version_python_libraries_and_the_tool() -> None:
    told = this_machine()
    assert {
        "kernel",
        "cgroup version",
        "python",
        "tool",
        "library wcwidth",
        "library docker",
        "library ruamel-yaml",
    } <= {*told}
    assert told["kernel"].startswith(platform.release())
    # What docker-py needs in turn decides as much.
    assert told["library requests"] == importlib.metadata.version("requests")


@pytest.mark.parametrize(
    ("settings", "part"),
    [
        ({"environment": {"LANG": "de_DE.UTF-8"}}, "settings"),
        ({"limits": {"memory": "1g"}}, "settings"),
        ({"prompts": ["# "]}, "settings"),
    ],
)
def test_settings_that_decide_make_another_key(scenario: Scenario, settings: dict[str, object], part: str) -> None:
    other = make(Project(folder=Path(), settings=Settings.model_validate(settings)))
    assert key(scenario, pack=other).changed(dict(key(scenario).parts)) == [part]


@pytest.mark.parametrize("settings", [{"jobs": 7}, {"reuse_days": 1.0}])
def test_settings_that_decide_nothing_leave_the_key(scenario: Scenario, settings: dict[str, object]) -> None:
    other = make(Project(folder=Path(), settings=Settings.model_validate(settings)))
    assert key(scenario, pack=other) == key(scenario)


def test_another_daemon_setting_of_an_engine_makes_another_key(scenario: Scenario) -> None:
    engine = PACK.engines["26.1"].model_copy(update={"daemon": {"userland-proxy": False}})
    other = replace(PACK, engines={**PACK.engines, "26.1": engine})
    assert key(scenario, pack=other).changed(dict(key(scenario).parts)) == ["engine 26.1"]


def test_the_code_is_told_apart_wherever_the_package_lies(tmp_path: Path) -> None:
    """A folder above it that is called like one of its own (``report``) hides nothing."""

    def installed(where: str, **changed: str) -> str:
        package = tmp_path / where / "snippetlab"
        files = {"__init__.py": "1", "lab/launch.sh": "1", "report/page.py": "1", "packs/docker/defaults.toml": "1"}
        for name, text in {**files, **changed}.items():
            (package / name).parent.mkdir(parents=True, exist_ok=True)
            (package / name).write_text(text)
        code_of.cache_clear()
        return code_of(package / "__init__.py")

    first = installed("a")
    assert installed("opt/report/b") == first
    assert installed("opt/report/c", **{"lab/launch.sh": "2"}) != first
    assert installed("opt/report/d", **{"packs/docker/defaults.toml": "2"}) != first
    assert installed("opt/report/e", **{"lab/new.py": ""}) != first
    assert installed("f", **{"report/page.py": "2"}) == first  # how results are told decides none


def test_what_was_kept_comes_back(cache: ResultCache, scenario: Scenario) -> None:
    assert cache.load(key(scenario), scenario, WEEK) is None
    cache.save(key(scenario), result(scenario, run(scenario)))
    found = cache.load(key(scenario), scenario, WEEK)
    assert found is not None
    assert (found.cached, found.ok, found.when, found.seconds) == (True, True, "2026-11-23", 1.0)
    assert [(r.track, r.engine, r.versions["cli"], r.whole) for r in found.runs] == [("shell", "26.1", "26.1.5", True)]
    assert [(s.step.id, s.seconds) for s in found.runs[0].steps] == [("test/it#a", 0.5), ("test/it#b", 0.5)]


@pytest.mark.parametrize(
    ("age", "found"),
    [
        (timedelta(), True),
        (timedelta(days=6, hours=23), True),
        (timedelta(days=7, minutes=1), False),
        (timedelta(hours=-1), False),  # a clock that was wrong
    ],
)
def test_a_result_is_taken_while_it_is_young(
    cache: ResultCache, scenario: Scenario, age: timedelta, found: bool
) -> None:
    cache.save(key(scenario), result(scenario, run(scenario)), datetime.now(UTC) - age)
    assert (cache.load(key(scenario), scenario, WEEK) is not None) is found


def test_what_reaches_out_is_taken_for_a_day(cache: ResultCache, scenario: Scenario) -> None:
    reuse = Reuse(cache)
    outside = replace(scenario, outside=True)
    for it in (scenario, outside):
        cache.save(key(it), result(it, run(it)), datetime.now(UTC) - timedelta(days=2))
    assert reuse.find(key(scenario), scenario) is not None
    assert reuse.find(key(outside), outside) is None
    assert replace(reuse, days_outside=3).find(key(outside), outside) is not None
    assert replace(reuse, take=False).find(key(scenario), scenario) is None


def test_a_result_of_another_key_is_not_believed(cache: ResultCache, scenario: Scenario) -> None:
    """Were two keys ever to have one digest, the parts would still tell them apart."""
    cache.save(key(scenario), result(scenario, run(scenario)))
    (file,) = cache.folder.iterdir()
    file.rename(cache.folder / f"{key(scenario, kernel='6.2').digest}.json")
    assert cache.load(key(scenario, kernel="6.2"), scenario, WEEK) is None


def test_the_newest_former_key_tells_what_changed_since(cache: ResultCache, scenario: Scenario) -> None:
    assert cache.former(scenario) == {}
    for kernel, age in (("5.1", 3), ("6.0", 1), ("5.2", 2)):
        at = datetime.now(UTC) - timedelta(days=age)
        cache.save(key(scenario, kernel=kernel), result(scenario, run(scenario)), at)
    assert cache.former(scenario)["kernel"] == "6.0"
    assert key(scenario).changed(cache.former(scenario)) == ["kernel"]


def test_drift_is_never_kept_nor_is_nothing(cache: ResultCache, scenario: Scenario) -> None:
    drifted = result(scenario, run(scenario, ["other\n"]))
    assert not drifted.ok
    for kept in (drifted, result(scenario)):
        cache.save(key(scenario), kept)
        assert cache.load(key(scenario), scenario, WEEK) is None


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe", b"[]", b"null", b"{}", b'{"runs": null}', b'{"runs": [{}], "when": "", "seconds": 0}'],
)
def test_a_file_that_cannot_be_understood_is_not_there(cache: ResultCache, scenario: Scenario, content: bytes) -> None:
    cache.folder.mkdir()
    (cache.folder / f"{key(scenario).digest}.json").write_bytes(content)
    assert cache.load(key(scenario), scenario, WEEK) is None
    assert cache.former(scenario) == {}


def test_half_a_file_is_not_there(cache: ResultCache, scenario: Scenario) -> None:
    at = datetime.now(UTC)
    cache.save(key(scenario), result(scenario, run(scenario)), at)
    (file,) = cache.folder.iterdir()
    whole = file.read_bytes()
    json.loads(whole)
    file.write_bytes(whole[: len(whole) // 2])
    assert cache.load(key(scenario), scenario, WEEK) is None
    cache.save(key(scenario), result(scenario, run(scenario)), at)
    assert file.read_bytes() == whole


def test_a_cache_that_cannot_be_written_hinders_nothing(tmp_path: Path, scenario: Scenario) -> None:
    (tmp_path / "in the way").touch()
    cache = ResultCache(tmp_path / "in the way")
    cache.save(key(scenario), result(scenario, run(scenario)))
    assert cache.load(key(scenario), scenario, WEEK) is None


class NoLabs:
    """A provider whose labs have an identity and never start."""

    def problem(self) -> LabUnavailable | None:
        return None

    name = "none"

    def describe(self) -> str:
        return "here"

    def at_once(self) -> int:
        return 1

    def lost(self, lab: Lab) -> bool:
        return False

    def prepare(self, specs: Collection[LabSpec]) -> Mapping[LabSpec, LabError]:
        return one_by_one(specs, self.identity)

    def identity(self, spec: LabSpec) -> str:
        return "one"

    def start(self, spec: LabSpec, beside: Lab | None = None) -> Lab:
        raise LabUnavailable("a lab was started")


def test_a_check_starts_no_lab_for_what_is_kept(cache: ResultCache, scenario: Scenario, root: Path) -> None:
    own = key_of(scenario, PACK, LABS, {**this_machine(), "provider": "here"})
    cache.save(own, result(scenario, run(scenario)))
    reuse = Reuse(cache)
    (found,) = check_scenarios([scenario], pack=PACK, provider=NoLabs(), reuse=reuse)
    assert found.cached
    for given in (None, replace(reuse, take=False)):
        with pytest.raises(LabUnavailable, match="a lab was started"):
            check_scenarios([scenario], pack=PACK, provider=NoLabs(), reuse=given)
    # A part of a scenario says nothing about the whole: it is neither taken from the cache nor kept.
    with pytest.raises(LabUnavailable, match="a lab was started"):
        check_scenarios([scenario], pack=PACK, provider=NoLabs(), reuse=reuse, until={"test/it": "a"})
    with open(scenario.path, "a") as file:
        file.write("\n")
    with pytest.raises(LabUnavailable, match="a lab was started"):
        check_scenarios([load(scenario.path, root)], pack=PACK, provider=NoLabs(), reuse=reuse)
