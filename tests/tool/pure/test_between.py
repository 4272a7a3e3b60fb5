"""What two engines print differently, and ``snippetlab why``."""

from __future__ import annotations

from pathlib import Path

import pytest
from snippetlab.between import Change, changes_between
from snippetlab.cli.why import why
from snippetlab.errors import ScenarioError, SnippetLabError, UsageError
from snippetlab.model import Scenario
from snippetlab.scenario import load

from tests.tool.runs import PACK, console, written

Capture = pytest.CaptureFixture[str]
BODY = (
    console("$ docker stop web", "web", "$ docker rm web", "Error: no", "[1]", step="a")
    + console("$ docker create busybox", "a" * 64, step="b")
    + console("$ echo same", "same", step="c")
)
NEWER = """\
## a

```console
$ docker stop web
web
$ docker rm web
Error: not there
[2]
```

## b

```console
$ docker create busybox
{}
```
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def recorded(project: Path, newer: str = NEWER.format("b" * 64)) -> Scenario:
    """The scenario ``test/it``, with what it prints on 28.5."""
    path = written(project / "snippets", "test/it", BODY).path
    path.with_name("it.28.5.md").write_text(newer)
    return load(path, project / "snippets")


def changes(scenario: Scenario, one: str, other: str) -> list[Change]:
    return list(changes_between(scenario, one, other, PACK.baseline, PACK.vocabulary))


@pytest.mark.parametrize(("second", "count"), [("two", 0), ("TWO", 1)])
def test_objects_in_another_order_are_no_change(project: Path, second: str, count: int) -> None:
    """JSON from one of Go's maps, keyed by ids that are new in each run."""

    def printed(*pairs: tuple[str, str]) -> list[str]:
        return ["{", ",\n".join(f'    "{key * 64}": "{name}"' for key, name in pairs), "}"]

    path = written(project / "snippets", "test/it", console("$ show", *printed(("a", "one"), ("b", "two")))).path
    newer = console("$ show", *printed(("c", second), ("d", "one")))
    path.with_name("it.28.5.md").write_text(newer)
    assert len(changes(load(path, project / "snippets"), "26.1", "28.5")) == count


def test_a_change_is_the_command_with_what_each_engine_prints_and_its_exit_code(project: Path) -> None:
    (change,) = changes(recorded(project), "26.1", "28.5")
    assert (change.step_id, change.track, change.command) == ("test/it#a", "console", "docker rm web")
    assert (change.old, change.new) == ("Error: no\n[1]\n", "Error: not there\n[2]\n")
    assert change.changed == ["Error: no", "[1]", "Error: not there", "[2]"]
    assert [f"{place.path.name}:{place.line}" for place in change.places] == ["it.md:11", "it.28.5.md:6"]


def test_an_id_that_is_another_one_is_no_change(project: Path) -> None:
    assert [c.step_id for c in changes(recorded(project), "26.1", "28.5")] == ["test/it#a"]
    shorter = recorded(project, NEWER.format("b" * 12))  # an id in a length of its own is one
    assert [c.step_id for c in changes(shorter, "26.1", "28.5")] == ["test/it#a", "test/it#b"]


def test_an_engine_without_recordings_prints_what_the_baseline_prints(project: Path) -> None:
    scenario = recorded(project)
    assert changes(scenario, "26.1", "20.10") == []
    (back,) = changes(scenario, "28.5", "20.10")
    assert (back.old, back.new) == ("Error: not there\n[2]\n", "Error: no\n[1]\n")


def test_why_shows_both_engines_with_file_and_line(project: Path, capsys: Capture) -> None:
    recorded(project)
    why("test/it")
    told = capsys.readouterr().out
    assert "test/it#a  26.1 at snippets/test/it.md:11, 28.5 at snippets/test/it.28.5.md:6" in told
    assert "  docker rm web\n  - Error: no\n  - [1]\n  + Error: not there\n  + [2]\n" in told


@pytest.mark.parametrize(
    ("identity", "engine", "told"),
    [
        ("test/it#c", None, "test/it#c: nothing is recorded on 28.5, 28.5-containerd, 20.10 that 26.1 does not print"),
        ("test/it", ["20.10"], "test/it: nothing is recorded on 20.10 that 26.1 does not print"),
        ("test/it", ["26.1"], "test/it: nothing is recorded on another engine that 26.1 does not print"),
    ],
)
def test_why_says_so_where_nothing_differs(
    project: Path, capsys: Capture, identity: str, engine: list[str] | None, told: str
) -> None:
    recorded(project)
    why(identity, engine=engine)
    assert capsys.readouterr().out == f"{told}\n"


def test_why_shows_what_a_variant_prints(project: Path, capsys: Capture) -> None:
    body = BODY + '```console engine="20.10"\n$ echo same\nsame then\n```\n'
    written(project / "snippets", "test/it", body)
    why("test/it#c")
    assert "  - same\n  + same then\n" in capsys.readouterr().out


def test_why_says_where_a_step_does_not_run(project: Path, capsys: Capture) -> None:
    ranged = '```yaml engines\nengines: ">=23"\nreason: It came with 23.0.\n```\n'
    written(project / "snippets", "test/it", BODY + ranged)
    why("test/it#c")
    where = "snippets/test/it.md:30"
    assert capsys.readouterr().out == f"test/it#c  does not run on 20.10: {where} says >=23. It came with 23.0.\n"
    why("test/it#a", engine=["20.10"])
    assert "nothing is recorded on 20.10" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("identity", "engine", "newer", "error", "what"),
    [
        ("test/it", None, NEWER.replace("rm web", "rm other"), ScenarioError, "stale: the block at"),
        ("test/it", ["28"], NEWER, UsageError, "there is no engine '28'"),
        ("test/other", None, NEWER, UsageError, "no scenario is named 'test/other'"),
    ],
)
def test_why_of_what_cannot_be_told_is_an_error(
    project: Path, identity: str, engine: list[str] | None, newer: str, error: type[SnippetLabError], what: str
) -> None:
    recorded(project, newer)
    with pytest.raises(error, match=what):
        why(identity, engine=engine)
