"""Recordings of other engines: files beside a scenario, what they make of it, and how they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from snippetlab.accept.engines import update_recordings
from snippetlab.accept.register import Kept, read_register, write_register
from snippetlab.check import absent, check_scenarios, drifts_of, refuse_misfits
from snippetlab.engines import one_engine, only_engine, scenario_on, usual_engines, wanted_engines
from snippetlab.errors import LabError, ScenarioError, SnippetLabError, UsageError, WrongEngine
from snippetlab.lab import LabSpec
from snippetlab.model import DriftKind, Scenario, ScenarioResult, Step, Track
from snippetlab.packs.docker import make
from snippetlab.results.key import key_of
from snippetlab.scenario import discover, find_scenarios, load
from snippetlab.scenario.engines import on_engine, stale_entries
from snippetlab.settings import EngineSettings, Project, Settings

from tests.tool.pure.test_check import Broken
from tests.tool.runs import PACK, Answer, console, run, written

TWO = console("$ echo one", "one", "$ echo two", "two", step="a") + console("$ echo three", "three", step="b")
NEWER = """\
<!-- What is not as in it.md on 28.5. Written by `snippetlab update --engine 28.5`. -->

## a

```console
$ echo one
ONE
$ echo two
two
```
"""


def with_newer(root: Path, text: str = NEWER, body: str = TWO, front: str = "tracks: [shell]\n") -> Scenario:
    """The scenario ``test/it``, which prints ONE on 28.5."""
    scenario = written(root, "test/it", body, front)
    (root / "test" / "it.28.5.md").write_text(text)
    return load(scenario.path, root)


def on_newer(scenario: Scenario, answers: Sequence[Answer], *tracks: Track) -> ScenarioResult:
    """What a check makes of a run on 28.5; commands without an answer print what is recorded."""
    there = on_engine(scenario, "28.5", PACK.baseline)
    runs = tuple(
        replace(run(there, answers, track=track, engine="28.5"), whole=True) for track in (tracks or ("shell",))
    )
    drifts = tuple(replace(d, engine="28.5") for d in drifts_of(there, runs, PACK.vocabulary))
    return ScenarioResult(there, runs, drifts, "2026-11-25", engine="28.5")


def outputs(step: Step) -> list[str]:
    return [command.output for block in step.blocks for command in block.commands]


def update(scenario: Scenario, answers: Sequence[Answer]) -> str:
    """Update the recordings on 28.5; gives the text of their file, empty where there is none."""
    update_recordings([on_newer(scenario, answers)], {scenario.id: scenario}, PACK.vocabulary, PACK.baseline)
    path = scenario.path.with_name("it.28.5.md")
    return path.read_text() if path.exists() else ""


# Reading


def test_recordings_of_an_engine_are_no_scenario(tmp_path: Path) -> None:
    with_newer(tmp_path)
    written(tmp_path, "test/v1.2", TWO)  # a dot alone makes none: there is no v1.md
    assert [scenario.id for scenario in discover(tmp_path)] == ["test/it", "test/v1.2"]


def test_a_scenario_is_as_recorded_on_each_engine(tmp_path: Path) -> None:
    scenario = with_newer(tmp_path)
    assert outputs(scenario.step("a")) == ["one\n", "two\n"]
    there = on_engine(scenario, "28.5", "26.1")
    assert outputs(there.step("a")) == ["ONE\n", "two\n"]
    assert outputs(there.step("b")) == ["three\n"]
    assert on_engine(scenario, "20.10", "26.1").step("a") == scenario.step("a")
    assert on_engine(scenario, "26.1", "26.1") is scenario


def test_what_drifts_is_told_where_it_is_recorded(tmp_path: Path) -> None:
    scenario = with_newer(tmp_path)
    found = on_newer(scenario, ["One\n", "two\n", "THREE\n"]).drifts
    assert [str(d.place.path.name) + f":{d.place.line}" for d in found] == ["it.28.5.md:6", "it.md:18"]


def test_only_what_differs_stands_beside_a_variant(tmp_path: Path) -> None:
    body = TWO + '```console engine="28.5"\n$ echo 3\n3\n```\n'
    there = on_engine(written(tmp_path, "test/it", body), "28.5", "26.1")
    assert [c.source for b in there.step("b").blocks for c in b.commands] == ["echo 3"]
    assert there.engines == ()


@pytest.mark.parametrize(
    ("body", "line", "what"),
    [
        (TWO.replace("echo two", "echo 2"), 8, "has other commands or options now"),
        (TWO.replace("```console\n$ echo one", "```console tty\n$ echo one"), 5, "has other commands or options now"),
        (TWO.replace("## a", "## first"), 3, "has no step 'a' any more"),
        (TWO.replace("$ echo two", "```\n\n```console\n$ echo two"), 3, "has 2 console blocks, this entry 1"),
    ],
)
def test_an_entry_that_no_longer_fits_is_an_error_with_its_line(
    tmp_path: Path, body: str, line: int, what: str
) -> None:
    scenario = with_newer(tmp_path, body=body)
    (error,) = stale_entries(scenario)
    assert error.where == f"{tmp_path}/test/it.28.5.md:{line}"
    assert "stale" in error.what and what in error.what
    assert error.hint == "snippetlab update --engine 28.5 test/it records it anew"
    with pytest.raises(ScenarioError, match="stale"):
        check_scenarios([scenario], pack=PACK, provider=Broken(LabError("none")), jobs=1)
    assert "ONE\n" not in outputs(on_engine(scenario, "28.5", "26.1").steps[0])


@pytest.mark.parametrize(
    ("front", "body", "entry", "line", "what"),
    [
        ("tracks: [shell]\n", TWO, NEWER + "\n```pycon\n>>> print(1)\n2\n```\n", 12, "this pycon block never runs"),
        ("tracks: [shell]\n", TWO, NEWER.replace("```console", '```console node="second"'), 5, "unknown node 'second'"),
        ("tracks: [shell]\n", TWO, NEWER + NEWER.partition("\n")[2], 12, "'a'"),
        ("tracks: [shell]\n", TWO, NEWER.partition("```console")[0], 3, "step 'a' has no block"),
    ],
)
def test_an_entry_that_cannot_be_read_any_more_is_stale_and_an_update_records_it_anew(
    tmp_path: Path, front: str, body: str, entry: str, line: int, what: str
) -> None:
    """A track or a machine that the scenario has no more, or a slip by hand."""
    scenario = with_newer(tmp_path, entry, body, front)
    with pytest.raises(ScenarioError) as caught:
        refuse_misfits([scenario], PACK)
    assert caught.value.where == f"{tmp_path}/test/it.28.5.md:{line}"
    assert caught.value.what.startswith("stale: ") and what in caught.value.what
    assert caught.value.hint == "snippetlab update --engine 28.5 test/it records it anew"
    refuse_misfits([scenario], PACK, accept_stale=True)
    # Half of a run says nothing of the other half, and nobody can read what is recorded of it.
    ran = on_newer(scenario, ["ONE\n"])
    half = replace(ran, runs=tuple(replace(r, steps=r.steps[:1]) for r in ran.runs))
    assert update_recordings([half], {scenario.id: scenario}, PACK.vocabulary, PACK.baseline) == []
    assert update(scenario, ["ONE\n"]) == NEWER


def test_an_entry_that_fits_is_none(tmp_path: Path) -> None:
    assert stale_entries(with_newer(tmp_path)) == []


def test_recordings_of_no_known_engine_are_refused(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/it", TWO)
    scenario.path.with_name("it.9.9.md").write_text(NEWER)
    with pytest.raises(ScenarioError) as caught:
        refuse_misfits([load(scenario.path, tmp_path)], PACK)
    assert caught.value.where == f"{tmp_path}/test/it.9.9.md:1"
    assert caught.value.what.startswith("there is no engine '9.9'")


def test_recordings_whose_scenario_is_gone_are_told_as_such(tmp_path: Path) -> None:
    with_newer(tmp_path).path.rename(tmp_path / "test" / "new.md")
    found = find_scenarios(tmp_path)
    assert [s.id for s in found.scenarios] == ["test/new"]
    (error,) = found.errors
    assert error.where == f"{tmp_path}/test/it.28.5.md:1"
    assert error.what.startswith("these are recordings of it.md on another engine") and "rename" in (error.hint or "")


def test_states_of_no_known_engine_are_refused(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/it", TWO)
    for name in ("test/it.28.5.state.yml", "test/it.state.yml", "defaults.28.5.state.yml", "defaults.state.yml"):
        (tmp_path / name).write_text("networks: {}\n")
    refuse_misfits([scenario], PACK)
    for name in ("test/it.9.9.state.yml", "defaults.9.9.state.yml"):
        (tmp_path / name).write_text("networks: {}\n")
    with pytest.raises(ScenarioError) as caught:
        refuse_misfits([scenario], PACK)
    places = [f"{tmp_path}/{name}:1" for name in ("defaults.9.9.state.yml", "test/it.9.9.state.yml")]
    assert [error.where for error in caught.value.all] == places
    assert "there is no engine '9.9'" in caught.value.what


# Writing


def test_a_step_that_differs_gets_an_entry(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/it", TWO)
    before = scenario.path.read_bytes()
    assert update(scenario, ["ONE\n"]) == NEWER
    assert scenario.path.read_bytes() == before
    assert outputs(on_engine(load(scenario.path, tmp_path), "28.5", "26.1").step("a")) == ["ONE\n", "two\n"]


def test_a_step_that_prints_what_is_recorded_keeps_its_entry(tmp_path: Path) -> None:
    scenario = with_newer(tmp_path)
    path = scenario.path.with_name("it.28.5.md")
    assert update_recordings([on_newer(scenario, [])], {scenario.id: scenario}, PACK.vocabulary, PACK.baseline) == []
    assert path.read_text() == NEWER


def test_a_step_that_no_longer_differs_loses_its_entry(tmp_path: Path) -> None:
    assert update(with_newer(tmp_path), ["one\n", "two\n"]) == ""
    assert "## a\n" not in (text := update(with_newer(tmp_path), ["one\n", "two\n", "THREE\n"]))
    assert "## b\n" in text


def test_what_did_not_run_keeps_its_entry(tmp_path: Path) -> None:
    scenario = with_newer(tmp_path, body=console("$ true", step="first") + TWO)
    ran = on_newer(scenario, [])
    half = replace(ran, runs=tuple(replace(r, steps=r.steps[:1]) for r in ran.runs))
    update_recordings([half], {scenario.id: scenario}, PACK.vocabulary, PACK.baseline)
    assert scenario.path.with_name("it.28.5.md").read_text() == NEWER


def test_a_changed_command_is_recorded_anew(tmp_path: Path) -> None:
    scenario = with_newer(tmp_path, body=TWO.replace("echo two", "echo 2"))
    assert update(scenario, ["ONE\n"]) == NEWER.replace("echo two", "echo 2")
    assert stale_entries(load(scenario.path, tmp_path)) == []


def test_an_id_that_another_entry_holds_has_one_form_in_a_new_entry_too(tmp_path: Path) -> None:
    before, now = "3efd" * 16, "a7b8" * 16
    entry = NEWER.replace("## a", "## b").replace("$ echo one\nONE\n$ echo two\ntwo", f"$ echo three\n{before}")
    scenario = with_newer(tmp_path, entry)
    text = update(scenario, [f"{now}\n", "two\n", f"{now}\n"])
    assert "## a\n" in text and "## b\n" in text
    assert text.count(before) == 2 and now not in text


def test_exit_codes_and_outputs_that_look_like_marks_come_back(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/it", console("$ cat it", "x"))
    answer = ("```\n## no step\n[1]\n$ no prompt\n", 3)
    update(scenario, [answer])
    (again,) = on_engine(load(scenario.path, tmp_path), "28.5", "26.1").step("a").blocks
    assert (again.commands[0].output, again.commands[0].exit_code) == answer


def test_a_line_that_looks_typed_and_is_not_printed_elsewhere_is_a_difference_as_every_other(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/it", console("$ cat it", "# by hand", "text"))
    assert [d.kind for d in on_newer(scenario, ["text\n"]).drifts] == [DriftKind.NO_COMMAND]
    assert update(scenario, ["text\n"]).endswith("$ cat it\ntext\n```\n")


# Which engines


def pack_with(folder: Path, **changes: object) -> tuple[Project, list[str]]:
    project = Project(folder=folder, settings=Settings(**changes))  # type: ignore[arg-type]
    (folder / "snippets").mkdir(exist_ok=True)
    return project, usual_engines(make(project), project)


def test_the_newest_is_usual_where_recordings_of_it_are_kept(tmp_path: Path) -> None:
    project, usual = pack_with(tmp_path)
    assert usual == ["26.1"]
    write_register(project.scenarios, {"28.5": Kept("28.5.2", "2026-11-25"), "20.10": Kept("20.10.24", "2026-11-25")})
    assert usual_engines(make(project), project) == ["26.1", "28.5"]
    assert wanted_engines(["all"], make(project), project) == ["26.1", "28.5", "28.5-containerd", "20.10"]
    assert wanted_engines(["20.10", "20.10"], make(project), project) == ["20.10"]
    with pytest.raises(UsageError, match=r"there is no engine '28\.6'"):
        wanted_engines(["all", "28.6"], make(project), project)


def test_an_unknown_engine_is_told_with_what_was_meant() -> None:
    with pytest.raises(UsageError) as caught:
        one_engine("28.6", PACK)
    assert str(caught.value) == "there is no engine '28.6'\n  → did you mean 28.5?"
    with pytest.raises(UsageError, match="one engine is wanted here, not all"):
        one_engine("all", PACK)


def test_an_empty_name_is_no_engine_and_not_the_baseline() -> None:
    # As `--engine "$ENGINE"` gives it where the variable is not set: an update would write to another engine's files.
    for ask in (lambda: only_engine([""], PACK), lambda: wanted_engines(["28.5", ""], PACK, Project(folder=Path()))):
        with pytest.raises(UsageError, match="there is no engine ''"):
            ask()


def test_where_one_engine_is_wanted_two_are_refused() -> None:
    assert [only_engine(names, PACK) for names in (None, [], ["28.5"], ["28.5", "28.5"])] == [PACK.baseline] * 2 + [
        "28.5"
    ] * 2
    with pytest.raises(UsageError, match=r"not 2: 28\.5, 20\.10"):
        only_engine(["28.5", "20.10"], PACK)


def test_the_register_reads_what_it_writes(tmp_path: Path) -> None:
    kept = {"28.5": Kept("28.5.2", "2026-11-25"), "20.10": Kept("20.10.24", "2026-11-24")}
    assert write_register(tmp_path, kept) == tmp_path / "engines.yml"
    assert read_register(tmp_path) == kept
    assert write_register(tmp_path, kept) is None


def test_a_register_of_something_else_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "engines.yml").write_text("28.5: 28.5.2\n")
    with pytest.raises(SnippetLabError) as caught:
        read_register(tmp_path)
    assert caught.value.where == f"{tmp_path}/engines.yml:1"


# Labs


class Answering:
    """As much of docker-py as says which version answers."""

    def __init__(self, version: str) -> None:
        self._version = version

    def version(self) -> dict[str, str]:
        return {"Version": self._version}


class Named:
    """As much of a lab as says which engine it should hold."""

    def __init__(self, engine: str) -> None:
        self.spec = LabSpec(engine)


@pytest.mark.parametrize("version", ["28.5.2+dfsg4", "28.5", "28.5.10"])
def test_a_lab_with_the_engine_that_its_name_says_is_taken(version: str) -> None:
    PACK.refuse_another(Named("28.5"), Answering(version))  # type: ignore[arg-type]


@pytest.mark.parametrize(("version", "new"), [("29.1.0+dfsg1", "29.1"), ("28.50.1", "28.50"), ("2.28.5", "2.28")])
def test_a_lab_with_a_wrong_label_is_refused(version: str, new: str) -> None:
    with pytest.raises(WrongEngine) as caught:
        PACK.refuse_another(Named("28.5"), Answering(version))  # type: ignore[arg-type]
    assert caught.value.what == f"the lab called 28.5 runs version {version}, which its name does not say"
    moved = "the packages of forky have moved on"
    assert caught.value.hint == f"{moved}: a new engine {new} is there; `snippetlab engines add {new}`"


def test_a_new_engine_that_is_in_the_settings_need_not_be_added() -> None:
    newer = EngineSettings(name="29.1", suite="trixie", packages=(), version="29.1")
    pack = replace(PACK, engines={**PACK.engines, "29.1": newer})
    with pytest.raises(WrongEngine) as caught:
        pack.refuse_another(Named("28.5"), Answering("29.1.0"))  # type: ignore[arg-type]
    moved = "the packages of forky have moved on"
    assert caught.value.hint == f"{moved}: a new engine 29.1 is there, and in the settings already"


def test_an_image_whose_name_now_stands_for_another_engine_is_told() -> None:
    taken = EngineSettings(name="29", suite="trixie", packages=(), version="29", programs_from="docker:dind")
    with pytest.raises(WrongEngine) as caught:
        replace(PACK, engines={"29": taken}).refuse_another(Named("29"), Answering("30.0.1"))  # type: ignore[arg-type]
    assert caught.value.hint == "docker:dind has moved on: a new engine 30.0 is there; `snippetlab engines add 30.0`"


class WithCommand(Named):
    """As much of a lab as says which docker command it has."""

    def __init__(self, engine: str, version: str) -> None:
        super().__init__(engine)
        self._version = version

    def run(self, command: Sequence[str]) -> str:
        assert command[:2] == ["docker", "version"]
        return f"{self._version}\n"


def test_a_lab_whose_docker_command_is_of_another_version_is_refused() -> None:
    PACK.refuse_another_command(WithCommand("28.5", "28.5.2+dfsg4"))  # type: ignore[arg-type]
    with pytest.raises(WrongEngine) as caught:
        PACK.refuse_another_command(WithCommand("28.5", "26.1.5+dfsg1"))  # type: ignore[arg-type]
    told = "the lab called 28.5 has a docker command of version 26.1.5+dfsg1, which its name does not say"
    assert (caught.value.what, caught.value.found) == (told, "26.1.5+dfsg1")
    assert caught.value.hint and "come from forky" in caught.value.hint


def test_an_engine_without_a_version_may_be_any() -> None:
    engines = {"mine": EngineSettings(name="mine", suite="trixie", packages=(), role="baseline")}
    replace(PACK, engines=engines).refuse_another(Named("mine"), Answering("1.2"))  # type: ignore[arg-type]


class Moved(Broken):
    """A provider of which one engine's suite has moved on, and another engine cannot be built."""

    def identity(self, spec: LabSpec) -> str:
        if spec.engine == "28.5":
            raise WrongEngine("28.5", "29.1.0", hint="look")
        if spec.engine == "20.10":
            raise LabError("lab image 20.10: the Debian mirror is not reachable")
        return spec.engine


def test_engines_that_are_gone_or_cannot_be_built_are_told_apart() -> None:
    found = absent(["28.5", "28.5-containerd", "20.10"], Moved(LabError("never asked")))
    assert list(found) == ["28.5", "20.10"]
    assert isinstance(found["28.5"], WrongEngine) and found["28.5"].found == "29.1.0"
    assert str(found["20.10"]) == "lab image 20.10: the Debian mirror is not reachable"


def test_a_wrong_label_ends_the_check_at_once(tmp_path: Path) -> None:
    scenarios = [written(tmp_path, f"test/s{n}", TWO) for n in range(3)]
    provider = Broken(WrongEngine("28.5", "29.1.0", hint="look"))
    with pytest.raises(WrongEngine):
        check_scenarios(scenarios, pack=PACK, engines=["28.5"], provider=provider, jobs=1)
    assert provider.asked == 1


def test_each_engine_gives_a_result_and_its_drifts_name_it(tmp_path: Path) -> None:
    scenario = with_newer(tmp_path)
    provider = Broken(LabError("no memory is left"))
    found = check_scenarios([scenario], pack=PACK, engines=["26.1", "28.5"], provider=provider, jobs=1)
    assert [(r.engine, [d.engine for d in r.drifts]) for r in found] == [("26.1", [""]), ("28.5", ["28.5"])]


def test_a_result_depends_on_its_own_engines_recordings_alone(tmp_path: Path) -> None:
    scenario = with_newer(tmp_path)

    def parts(engine: str) -> dict[str, str]:
        return dict(key_of(scenario, PACK, {engine: "lab"}, {}, engine).parts)

    before = {engine: parts(engine) for engine in ("26.1", "28.5")}
    (tmp_path / "test" / "it.28.5.md").write_text(NEWER.replace("ONE", "One"))
    assert parts("26.1") == before["26.1"]
    assert {k for k, v in parts("28.5").items() if before["28.5"].get(k) != v} == {"file it.28.5.md"}
    (tmp_path / "test" / "it.28.5.state.yml").write_text("networks: {}\n")
    assert "file it.28.5.state.yml" in parts("28.5")
    assert before["26.1"]["runs on"] != before["28.5"]["runs on"]


def test_a_page_runs_on_the_first_engine_or_on_its_own(tmp_path: Path) -> None:
    page = replace(with_newer(tmp_path), in_place=True)
    provider = Broken(LabError("no memory is left"))

    def ran(**given: str) -> list[str]:
        found = check_scenarios([page], pack=PACK, engines=["26.1", "28.5"], provider=provider, jobs=1, **given)
        return [result.engine for result in found]

    assert (ran(), ran(pages_on="28.5")) == (["26.1"], ["28.5"])


# Engines of one track

TRACKS = console("$ echo one", "one", step="a") + "```pycon\n>>> print(1)\n1\n```\n"
IN_SHELL = PACK.engines["28.5"].model_copy(update={"tracks": ("shell",)})
SHELL_ONLY = replace(PACK, engines={**PACK.engines, "28.5": IN_SHELL})


def test_an_engine_of_one_track_runs_no_other(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/it", TRACKS, "")
    assert scenario_on(scenario, "28.5", SHELL_ONLY).tracks == ("shell",)
    assert scenario_on(scenario, "26.1", SHELL_ONLY).tracks == ("shell", "python")
    provider = Broken(LabError("no memory is left"))
    (found,) = check_scenarios([scenario], pack=SHELL_ONLY, engines=["28.5"], provider=provider, jobs=1)
    assert [run.track for run in found.runs] == ["shell"]


def test_a_scenario_without_that_track_does_not_run_there(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/it", "## a\n\n```pycon\n>>> print(1)\n1\n```\n", "tracks: [python]\n")
    provider = Broken(LabError("no memory is left"))
    found = check_scenarios([scenario], pack=SHELL_ONLY, engines=["26.1", "28.5"], provider=provider, jobs=1)
    assert [r.engine for r in found] == ["26.1"]


def test_a_recording_of_a_track_that_does_not_run_there_is_an_error_and_an_update_removes_it(tmp_path: Path) -> None:
    newer = NEWER + "\n```pycon\n>>> print(1)\n2\n```\n"
    scenario = with_newer(tmp_path, newer.replace("$ echo two\ntwo\n", ""), TRACKS, "")
    refuse_misfits([scenario], PACK)
    with pytest.raises(ScenarioError) as caught:
        refuse_misfits([scenario], SHELL_ONLY)
    assert caught.value.where == f"{tmp_path}/test/it.28.5.md:10"
    assert caught.value.what.startswith("the python track does not run on 28.5")
    assert "pycon" not in update(scenario, ["ONE\n"])


def test_the_baseline_runs_in_every_track() -> None:
    with pytest.raises(ValueError, match="the baseline runs in every track"):
        EngineSettings(name="mine", suite="trixie", packages=(), role="baseline", tracks=("shell",))


# A scenario with settings of its own


def test_recordings_are_written_and_read_with_the_settings_of_their_scenario(tmp_path: Path) -> None:
    front = 'tracks: [shell]\nprompts: ["PS> "]\nsetup: mkdir x\n'
    scenario = written(tmp_path, "test/it", console("PS> echo one", "one", step="a"), front)
    assert [block.hidden for block in scenario.step("a").blocks] == [True, False]
    text = update(scenario, [("", 0), ("ONE\n", 0)])
    assert text.endswith("## a\n\n```console\nPS> echo one\nONE\n```\n")
    again = load(scenario.path, tmp_path)
    assert outputs(on_engine(again, "28.5", PACK.baseline).step("a")) == ["", "ONE\n"]
    assert stale_entries(again) == []


# Steps that hold on some engines

RANGE = '```yaml engines\nengines: ">=23"\nreason: The option came with 23.0.\n```\n'


@pytest.mark.parametrize(
    ("text", "on"),
    [
        (">=23", ["26.1", "28.5", "28.5-containerd", "mine"]),
        ("<26.1", ["20.10", "mine"]),
        (">20.10, <=26", ["26.1", "mine"]),
        ("<=28, >=28", ["28.5", "28.5-containerd", "mine"]),
    ],
)
def test_a_range_of_engines(tmp_path: Path, text: str, on: list[str]) -> None:
    holds = written(tmp_path, "test/it", TWO + RANGE.replace(">=23", text)).step("b").holds
    assert holds is not None
    assert [name for name in ("20.10", "26.1", "28.5", "28.5-containerd", "mine") if holds.on(name)] == on


def test_where_a_step_does_not_hold_it_does_not_run_and_says_why(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/it", TWO + RANGE)
    old, new = (on_engine(scenario, engine, "26.1").step("b") for engine in ("20.10", "28.5"))
    assert new.in_track("shell") == scenario.step("b").in_track("shell") != ()
    assert old.in_track("shell") == ()
    (block,) = old.blocks
    assert (block.exempt, block.text) == ("only from 23 on. The option came with 23.0.", "$ echo three\n")
    assert outputs(old) == [""]


def test_what_was_recorded_where_a_step_no_longer_holds_is_stale(tmp_path: Path) -> None:
    body = TWO.replace("## b", RANGE + "\n## b")
    scenario = with_newer(tmp_path, body=body.replace(">=23", "<28"))
    (error,) = stale_entries(scenario)
    assert error.where == f"{tmp_path}/test/it.28.5.md:3" and "0 console blocks" in error.what


def test_a_range_may_be_of_the_whole_scenario(tmp_path: Path) -> None:
    front = 'tracks: [shell]\nengines:\n  engines: ">=23"\n  reason: There is no such thing before.\n'
    scenario = written(tmp_path, "test/it", TWO, front)
    assert all(step.in_track("shell") == () for step in on_engine(scenario, "20.10", "26.1").steps)
    assert on_engine(scenario, "28.5", "26.1").steps == scenario.steps


@pytest.mark.parametrize(
    ("block", "line", "what"),
    [
        (RANGE.replace(">=23", "23"), 23, "'23' is no range of engines"),
        (RANGE.replace("reason: The option came with 23.0.\n", ""), 23, "reason: this key is missing"),
        (RANGE.replace("engines: ", "engine: "), 23, "engine"),
    ],
)
def test_a_range_that_cannot_be_read_is_an_error(tmp_path: Path, block: str, line: int, what: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        written(tmp_path, "test/it", TWO + block)
    assert caught.value.where == f"{tmp_path}/test/it.md:{line}" and what in caught.value.what


@pytest.mark.parametrize("bound", ["<28.5.1", ">=20, <=28.5.0"])
def test_a_bound_is_no_finer_than_the_names_of_engines(tmp_path: Path, bound: str) -> None:
    """28.5 may be 28.5.1 or 28.5.2: a step would not run where it holds, and nobody would know."""
    scenario = written(tmp_path, "test/it", TWO + RANGE.replace(">=23", bound))
    with pytest.raises(ScenarioError, match=r"whether 28\.5 is in .* cannot be told") as caught:
        refuse_misfits([scenario], PACK)
    assert caught.value.where == f"{tmp_path}/test/it.md:22"
    assert caught.value.hint == "write a bound without what follows 28.5"
    refuse_misfits([written(tmp_path, "test/it", TWO + RANGE.replace(">=23", ">=23.0.1, <29.1"))], PACK)


def test_a_step_holds_on_the_baseline(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/it", TWO + RANGE.replace(">=23", ">=27"))
    with pytest.raises(ScenarioError, match=r"does not hold on 26\.1"):
        refuse_misfits([scenario], PACK)


def test_a_list_of_engines_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "engines.yml").write_bytes(b"# one\n\xff\n")
    with pytest.raises(ScenarioError, match=r"engines\.yml:2: the file is not UTF-8"):
        read_register(tmp_path)
