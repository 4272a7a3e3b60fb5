"""From what a person names to scenarios: paths, ids, steps, words, and near misses."""

from __future__ import annotations

from pathlib import Path

import pytest
from snippetlab.errors import UsageError
from snippetlab.model import Scenario
from snippetlab.scenario.selection import select

from tests.tool.runs import console, written

BODY = console("$ true", step="create") + console("$ true", step="connect") + console("$ true", step="remove")


@pytest.fixture
def scenarios(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Scenario]:
    monkeypatch.chdir(tmp_path)
    names = ("networking/bridge", "networking/links", "networking-more/links", "volumes/mount")
    return [written(Path("snippets"), name, BODY) for name in names]


def ids(scenarios: list[Scenario], *names: str, word: str | None = None) -> list[str]:
    return [s.id for s in select(scenarios, names, word).scenarios]


def test_without_a_name_all_are_chosen(scenarios: list[Scenario]) -> None:
    assert ids(scenarios) == ["networking/bridge", "networking/links", "networking-more/links", "volumes/mount"]


@pytest.mark.parametrize(
    ("name", "chosen"),
    [
        ("networking/links", ["networking/links"]),
        ("networking", ["networking/bridge", "networking/links"]),
        ("networking/", ["networking/bridge", "networking/links"]),
        ("snippets/volumes/mount.md", ["volumes/mount"]),
        ("./snippets/volumes/../volumes/mount.md", ["volumes/mount"]),
        ("snippets/volumes", ["volumes/mount"]),
        ("networking/links#create", ["networking/links"]),
        ("snippets/networking/links.md#create", ["networking/links"]),
    ],
)
def test_a_path_or_an_id_chooses(scenarios: list[Scenario], name: str, chosen: list[str]) -> None:
    assert ids(scenarios, name) == chosen


def test_an_absolute_path_chooses(scenarios: list[Scenario], tmp_path: Path) -> None:
    assert ids(scenarios, str(tmp_path / "snippets" / "volumes")) == ["volumes/mount"]


def test_the_order_is_that_of_the_scenarios_and_none_comes_twice(scenarios: list[Scenario]) -> None:
    assert ids(scenarios, "volumes/mount", "networking/links", "networking") == [
        "networking/bridge",
        "networking/links",
        "volumes/mount",
    ]


def test_a_step_is_where_a_run_ends(scenarios: list[Scenario]) -> None:
    assert select(scenarios, ["networking/links#connect"]).until == {"networking/links": "connect"}


@pytest.mark.parametrize("order", [("create", "remove"), ("remove", "create")])
def test_of_two_steps_the_later_one_is_the_end(scenarios: list[Scenario], order: tuple[str, str]) -> None:
    names = [f"networking/links#{step}" for step in order]
    assert select(scenarios, names).until == {"networking/links": "remove"}


@pytest.mark.parametrize("whole", ["networking/links", "networking"])
def test_who_names_the_whole_scenario_too_gets_it(scenarios: list[Scenario], whole: str) -> None:
    assert select(scenarios, [whole, "networking/links#create"]).until == {}
    assert select(scenarios, ["networking/links#create", whole]).until == {}


@pytest.mark.parametrize(
    ("name", "what", "hint"),
    [
        ("networking/brigde", "no scenario is named 'networking/brigde'", "did you mean networking/bridge"),
        ("networkin", "no scenario is named 'networkin'", "networking,"),
        ("zzzzzz", "no scenario is named 'zzzzzz'", "snippetlab list"),
        ("network", "no scenario is named 'network'", "networking"),
        ("networking/links#conect", "networking/links has no step 'conect'", "did you mean connect"),
        ("networking/links#zzz", "networking/links has no step 'zzz'", "create, connect, remove"),
        ("networking#create", "networking is 2 scenarios", "chapter/scenario#step"),
        ("snippets/nosuch.md", "no scenario is named 'snippets/nosuch.md'", None),
    ],
)
def test_what_fits_nothing_is_told_with_what_is_near(
    scenarios: list[Scenario], name: str, what: str, hint: str | None
) -> None:
    with pytest.raises(UsageError) as caught:
        select(scenarios, [name])
    assert what in caught.value.what
    assert (hint or "") in (caught.value.hint or "")


def test_an_unknown_step_is_told_with_its_file(scenarios: list[Scenario]) -> None:
    with pytest.raises(UsageError, match=r"snippets/networking/links\.md: "):
        select(scenarios, ["networking/links#nosuch"])


def test_a_word_keeps_what_holds_it(scenarios: list[Scenario]) -> None:
    assert ids(scenarios, word="mount") == ["volumes/mount"]
    assert ids(scenarios, word="links") == ["networking/links", "networking-more/links"]
    assert len(ids(scenarios, word="connect")) == 4
    assert ids(scenarios, "networking", word="links") == ["networking/links"]
    with pytest.raises(UsageError, match="no scenario holds the word 'nosuch'"):
        select(scenarios, [], "nosuch")
