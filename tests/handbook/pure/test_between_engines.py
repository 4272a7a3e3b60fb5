"""The page "Between engines": described by a person, made from recordings, and nothing forgotten."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from handbook.captures import Material, differences, material
from handbook.library import Library, OtherEngine
from handbook.reference.between import between_json, between_page, pairs_of
from handbook.reference.sentences import neighbours, read_entries
from handbook.verdict import recorded
from snippetlab.errors import SnippetLabError
from snippetlab.packs.docker import make
from snippetlab.scenario import discover
from snippetlab.scenario.known import Known
from snippetlab.settings import find_project

from tests.conftest import PROJECT
from tests.handbook.shelf import handbook

SCENARIO = """---
title: It
---

## run

```console
$ docker run nothing
docker: No such image: nothing.
See 'docker run --help'.
[125]
```

## ports

```console
$ docker port web
80/tcp -> :::80
$ docker --version
26.1.5
```
"""
NEWER = """
## run

```console
$ docker run nothing
docker: No such image: nothing

Run 'docker run --help' for more information
[1]
```

## ports

```console
$ docker port web
80/tcp -> [::]:80
$ docker --version
28.5.2
```
"""
HELP = r"""
- between: ["26.1", "28.5"]
  kind: messages
  what: The hint is another.
  old: "\\.\nSee '(.*?)'\\.$"
  new: "\n\nRun '\\1' for more information"
"""
CODE = HELP.split("kind")[0] + "kind: exit codes\n  what: It ends in 1.\n  old: '^\\[125\\]$'\n  new: '[1]'\n"
PORTS = HELP.split("kind")[0] + "kind: messages\n  what: Ports.\n  steps: [a/it#ports]\n"


def library(folder: Path, entries: str, *engines: str) -> Library:
    (folder / "a").mkdir(exist_ok=True)
    (folder / "a/it.md").write_text(SCENARIO)
    (folder / "a/it.28.5.md").write_text(NEWER)
    (folder / "between.yml").write_text(entries)
    pack = make(find_project(PROJECT))
    found = discover(folder, Known(pack.images, pack.captures, pack.alias))
    return Library(
        {s.id: s for s in found}, baseline="26.1", engines=engines or ("28.5", "26.1"), vocabulary=pack.vocabulary
    )


def pairs(folder: Path, entries: str):  # type: ignore[no-untyped-def]
    of = library(folder, entries)
    return pairs_of(of, read_entries(folder, of))


def test_what_nobody_described_is_listed_and_counted(tmp_path: Path) -> None:
    (pair,) = pairs(tmp_path, HELP)
    assert [change.step_id for change in pair.open] == ["a/it#run", "a/it#ports", "a/it#ports"]
    page = between_page([pair], {})
    assert "3 differences have no sentence yet." in page
    assert "2 steps print something else on 28.5 than on 26.1." in page


def test_a_difference_is_described_when_all_of_it_is(tmp_path: Path) -> None:
    """The hint and the exit code of one command are two entries; neither alone says all."""
    (pair,) = pairs(tmp_path, HELP + CODE + PORTS)
    assert pair.open == ()
    assert (pair.steps, pair.kinds) == (2, {"Messages": 2, "Exit codes": 1})
    with material(Material(library(tmp_path, ""), recorded([], ""), (), pairs=[pair])):
        assert differences() == [("26.1 and 28.5", 2, "Messages 2, Exit codes 1")]
    told = {one.entry.what: [change.command for change in one.changes] for one in pair.described}
    assert told == {
        "The hint is another.": ["docker run nothing"],
        "It ends in 1.": ["docker run nothing"],
        "Ports.": ["docker port web", "docker --version"],
    }
    page = between_page([pair], {})
    assert "All of it is described here." in page and "Not described yet" not in page
    assert page.index("### Exit codes") < page.index("### Messages")


@pytest.mark.parametrize(
    ("where", "open_commands"),
    [
        ("steps: ['a/*']", []),
        ("steps: ['a/it#r*']", ["docker port web", "docker --version"]),
        ("command: '^docker port '", ["docker run nothing", "docker --version"]),
        ("older: '^\\[125\\]$'", ["docker port web", "docker --version"]),
        ("newer: '^28'", ["docker run nothing", "docker port web"]),
        (
            "command: '^docker port '\n  newer: '^28'\n- between: ['26.1', '28.5']\n  kind: flags\n  what: x\n  steps: ['a/*']",
            None,
        ),
    ],
)
def test_one_sentence_describes_all_that_fits(tmp_path: Path, where: str, open_commands: list[str] | None) -> None:
    """Everything that is said must fit; what fits nothing is an error, also where another entry describes all."""
    entries = PORTS.replace("steps: [a/it#ports]", where)
    if open_commands is None:
        with pytest.raises(SnippetLabError, match="this describes no difference"):
            pairs(tmp_path, entries)
    else:
        (pair,) = pairs(tmp_path, entries)
        assert [change.command for change in pair.open] == open_commands


def test_neighbours_are_versions_and_then_what_settings_make_of_one() -> None:
    others = {
        "28.5": OtherEngine("28.5.2", ""),
        "28.5-containerd": OtherEngine("28.5.2", "", like="28.5"),
        "20.10": OtherEngine("20.10.24", ""),
    }
    of = Library({}, baseline="26.1", engines=("28.5", "28.5-containerd", "26.1", "20.10"), others=others)
    assert neighbours(of) == [("26.1", "28.5"), ("20.10", "26.1"), ("28.5", "28.5-containerd")]


def test_what_one_of_two_engines_did_not_run_is_no_difference(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    body = "## run\n\n```console\n$ echo 1\n1\n```\n\n```pycon\n>>> print(1)\n{}\n```\n"
    (tmp_path / "a/it.md").write_text("---\ntitle: It\n---\n\n" + body.format(1))
    (tmp_path / "a/it.28.5.md").write_text(body.format(2))
    (tmp_path / "a/it.28.5-containerd.md").write_text(
        body.format(1).replace("```pycon\n>>> print(1)\n1\n```\n", "").replace("\n1\n", "\n2\n")
    )
    found = discover(tmp_path)
    others = {
        "28.5": OtherEngine("28.5.2", ""),
        "28.5-containerd": OtherEngine("28.5.2", "", like="28.5", tracks=("shell",)),
    }
    of = Library({s.id: s for s in found}, baseline="26.1", engines=("28.5", "28.5-containerd", "26.1"), others=others)
    told = {(pair.old, pair.new): [change.command for change in pair.open] for pair in pairs_of(of, {})}
    assert told == {("26.1", "28.5"): ["print(1)"], ("28.5", "28.5-containerd"): ["echo 1"]}


@pytest.mark.parametrize(("where", "engine"), [("<28", "28.5"), (">=27", "26.1")])
def test_what_does_not_run_on_one_of_two_engines_is_told_too(tmp_path: Path, where: str, engine: str) -> None:
    of = library(tmp_path, HELP)
    ranged = (
        f'## more\n\n```yaml engines\nengines: "{where}"\nreason: It is *elsewhere*.\n```\n\n```console\n$ true\n```\n'
    )
    (tmp_path / "a/it.md").write_text(f"{SCENARIO}\n{ranged}\n{ranged.replace('more', 'again')}")
    of = replace(of, scenarios={s.id: s for s in discover(tmp_path)})
    (pair,) = pairs_of(of, read_entries(tmp_path, of))
    page = between_page([pair], {})
    assert f"2 steps do not run on {engine}. It is <em>elsewhere</em>." in page
    (data,) = json.loads(between_json([pair]))["pairs"]
    steps = ["a/it#more", "a/it#again"]
    assert data["not there"] == [{"engine": engine, "holds on": where, "reason": "It is *elsewhere*.", "steps": steps}]


def test_the_same_stands_in_the_data(tmp_path: Path) -> None:
    data = json.loads(between_json(pairs(tmp_path, HELP)))
    (pair,) = data["pairs"]
    assert (pair["old"], pair["new"], pair["steps"], len(pair["not described"])) == ("26.1", "28.5", 2, 3)
    assert pair["kinds"] == {"Messages": 1}
    assert pair["differences"][0]["found"][0]["step"] == "a/it#run"


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        (HELP.replace("28.5", "29.1"), "between.yml:2: 26.1 and 29.1 are no neighbours"),
        (PORTS.replace("#ports", "#port"), "there is no step 'a/it#port'"),
        (PORTS.replace("a/it#ports", "'b/*'"), "there is no step 'b/*'"),
        (PORTS.replace("steps: [a/it#ports]", "newer: '('"), "`newer` is no regular expression"),
        (HELP.replace("See", "Look"), "between.yml:2: this describes no difference between 26.1 and 28.5"),
        (HELP.replace("See '(", "See '(("), "`old` is no regular expression"),
        (HELP + "  steps: [a/it#run]\n", "either by `old` and `new`, or by `steps`, `command`"),
        (HELP.replace("messages", "gossip"), "kind:"),
    ],
)
def test_an_entry_that_cannot_be_used_is_an_error(tmp_path: Path, entries: str, told: str) -> None:
    with pytest.raises(SnippetLabError) as caught:
        pairs(tmp_path, entries)
    assert told in str(caught.value)


def test_every_difference_of_the_handbook_is_described() -> None:
    of = handbook()
    found = pairs_of(of, read_entries(PROJECT / "snippets", of))
    assert {("26.1", "28.5"), ("20.10", "26.1"), ("28.5", "28.5-containerd")} <= {(p.old, p.new) for p in found}
    for pair in found:
        assert [f"{change.step_id}: {change.command}" for change in pair.open] == []
        assert pair.steps > 0
