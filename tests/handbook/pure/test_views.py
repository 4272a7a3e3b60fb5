"""What a step prints on several engines: which are told together, and what is marked side by side."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from handbook.html.page import Differing, differing
from handbook.html.sides import Row, rows
from handbook.html.step import Surroundings, render_step
from handbook.library import Library, OtherEngine
from handbook.pages.embed import EmbedError, parse_embed
from handbook.pages.sources import page_from_text
from handbook.views import View, names, newest_first, views_of
from snippetlab.between import Change, step_changes
from snippetlab.compare import Reading
from snippetlab.model import Block, Command, Holds, Place, Step
from snippetlab.packs.docker import make
from snippetlab.packs.docker.kinds import VOCABULARY
from snippetlab.scenario import discover
from snippetlab.scenario.holds import where_it_holds
from snippetlab.scenario.known import Known
from snippetlab.settings import find_project

from tests.conftest import PROJECT

PLACE = Place(Path("p.md"), 3)


def block(kind: str, output: str, source: str = "docker ps") -> Block:
    command = Command(source, output, 0, PLACE)
    return Block(kind, "sh", {}, (command,), f"$ {source}\n{output}", PLACE, 4, 5)  # type: ignore[arg-type]


def step(shell: str, python: str = "1\n") -> Step:
    return Step("a/b#c", "c", (block("console", shell), block("pycon", python)), (), PLACE)


def changes(old: View, new: View) -> list[Change]:
    return list(step_changes(old.step, new.step, Reading(VOCABULARY)))


def rendered(
    views: list[View], *notes: str, silent: Collection[str] = (), shell_only: Collection[str] = ()
) -> BeautifulSoup:
    library = Library({}, others={name: OtherEngine(name, "2026-01-01", tracks=("shell",)) for name in shell_only})
    around = Surroundings(library, "../verification/", str, None, lambda text, rules: [], changes, silent)
    embed = parse_embed("\n".join(["a/b#c", *notes]), {}, Place(Path("page.md"), 10))
    return BeautifulSoup(render_step(embed, views, around), "html.parser")


def test_engines_stand_newest_first() -> None:
    given = {"26.1": "26.1", "9.9": "9.9.0", "28.5": "28.5.2", "28.5-containerd": "28.5.2", "20.10": "20.10.24"}
    assert newest_first(given) == ("28.5", "28.5-containerd", "26.1", "20.10", "9.9")
    assert names(("28.5", "26.1", "20.10")) == "28.5, 26.1 and 20.10"


def test_engines_that_print_the_same_share_a_view() -> None:
    views = views_of({"28.5": step("new\n"), "26.1": step("old\n"), "20.10": step("old\n")})
    assert [view.engines for view in views] == [("28.5",), ("26.1", "20.10")]


def test_what_is_not_shown_makes_no_difference() -> None:
    steps = {"28.5": step("same\n", "2\n"), "26.1": step("same\n")}
    assert [view.engines for view in views_of(steps, "shell")] == [("28.5", "26.1")]
    assert len(views_of(steps)) == len(views_of(steps, "python")) == 2


def test_runs_that_differ_in_an_id_alone_share_a_view(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    own = "\n## same\n\n```console\n$ docker ps -q\n{id}\n```\n\n## other\n\n```console\n$ docker ps\n{word}\n```\n"
    (tmp_path / "a/it.md").write_text("---\ntitle: It\n---\n" + own.format(id="3efd115129ac", word="old"))
    (tmp_path / "a/it.28.5.md").write_text(own.format(id="9b1c7f02de44", word="new"))
    pack = make(find_project(PROJECT))
    found = {s.id: s for s in discover(tmp_path, Known(pack.images, pack.captures, pack.alias))}
    library = Library(found, baseline="26.1", engines=("28.5", "26.1"), vocabulary=VOCABULARY)
    assert [view.engines for view in library.views("a/it#same")] == [("28.5", "26.1")]
    assert [view.engines for view in library.views("a/it#other")] == [("28.5",), ("26.1",)]


def test_what_engines_print_of_a_step_is_compared_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    own = "\n## c\n\n```console\n$ docker ps\n{}\n```\n"
    (tmp_path / "a/it.md").write_text("---\ntitle: It\n---\n" + own.format("old"))
    (tmp_path / "a/it.28.5.md").write_text(own.format("new"))
    found = {s.id: s for s in discover(tmp_path)}
    library = Library(found, baseline="26.1", engines=("28.5", "26.1"), vocabulary=VOCABULARY)
    compared: list[str] = []

    def counted(old: Step, new: Step, reading: Reading) -> Iterator[Change]:
        compared.append(old.id)
        return step_changes(old, new, reading)

    monkeypatch.setattr("handbook.library.step_changes", counted)
    asked = [library.views("a/it#c") for _ in range(3)]
    assert compared == ["a/it#c"]
    # What one of those that ask makes of its list is none of the others' business.
    asked[0].clear()
    assert [view.engines for view in library.views("a/it#c")] == [("28.5",), ("26.1",)]
    assert [view.engines for view in library.views("a/it#c", "python")] == [("28.5", "26.1")]


def test_a_page_says_of_an_engine_what_differs_and_what_does_not_run(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    everywhere = "---\ntitle: It\n---\n\n## one\n\n```console\n$ docker ps\nold\n```\n"
    (tmp_path / "a/it.md").write_text(everywhere)
    (tmp_path / "a/it.20.10.md").write_text("\n## one\n\n```console\n$ docker ps\nolder\n```\n")
    (tmp_path / "a/new.md").write_text(
        "---\ntitle: It\nengines: {engines: '>=23', reason: No such program there.}\n---\n"
        "\n## two\n\n```console\n$ docker compose ls\nnew\n```\n\n## three\n\n```console\n$ docker compose ps\n```\n"
        '\n## file\n\n```yaml file="compose.yaml"\nservices: {}\n```\n'
    )
    (tmp_path / "a/newer.md").write_text(
        "---\ntitle: It\nengines: {engines: '>=24', reason: It came with 24.0.}\n---\n"
        "\n## four\n\n```console\n$ docker ps\n```\n"
    )
    pack = make(find_project(PROJECT))
    found = {s.id: s for s in discover(tmp_path, Known(pack.images, pack.captures, pack.alias))}
    library = Library(found, baseline="26.1", engines=("26.1", "20.10"), vocabulary=VOCABULARY)
    fence = "```step\na/{0}\n```\n\n"
    page = page_from_text("a.md", fence.format("it#one") + fence.format("new#two") + fence.format("new#three"))
    assert differing(page, library) == [Differing("20.10", steps=1, idle=2, nothing="")]
    page = page_from_text("a.md", fence.format("new#two") + fence.format("new#three"))
    why = "This does not run on 20.10, only from 23 on. No such program there."
    assert differing(page, library) == [Differing("20.10", steps=0, idle=2, nothing=why)]
    # A file alone is the same everywhere, and nothing that would run.
    page = page_from_text("a.md", fence.format("new#two") + fence.format("new#three") + fence.format("new#file"))
    assert differing(page, library) == [Differing("20.10", steps=0, idle=2, nothing=why)]
    # Two reasons are told where the steps stand.
    page = page_from_text("a.md", fence.format("new#two") + fence.format("newer#four"))
    assert differing(page, library) == [Differing("20.10", steps=0, idle=2, nothing="")]
    assert differing(page_from_text("a.md", "# Nothing\n"), library) == []


def test_an_engine_of_the_shell_track_alone_tells_nothing_of_the_other() -> None:
    steps = {"28.5": step("new\n", "2\n"), "c": step("own\n"), "26.1": step("old\n"), "20.10": step("old\n")}
    newest, own, old = views_of(steps, shell_only={"c", "20.10"})
    assert [newest.engines, own.engines, old.engines] == [("28.5",), ("c",), ("26.1", "20.10")]
    assert (own.step.of_kind("pycon"), len(old.step.of_kind("pycon"))) == ((), 1)
    # Where the shell prints the same, there is nothing that it could be told to print otherwise.
    same = {"28.5": step("same\n", "2\n"), "26.1": step("same\n"), "20.10": step("same\n")}
    assert [view.engines for view in views_of(same, shell_only={"20.10"})] == [("28.5", "20.10"), ("26.1",)]
    assert [view.engines for view in views_of(steps, "python", {"c", "20.10"})] == [("28.5", "c", "20.10"), ("26.1",)]


def test_what_docker_py_prints_is_told_of_no_engine_that_runs_the_shell_track_alone() -> None:
    steps = {"28.5": step("new\n", "2\n"), "c": step("new\n"), "26.1": step("old\n"), "20.10": step("old\n")}
    fold = rendered(views_of(steps, shell_only={"c", "20.10"}), shell_only={"c", "20.10"})
    heads = [[th.text for th in table.find_all("th")] for table in fold.find_all("table")]
    assert heads == [["26.1 and 20.10", "28.5 and c"], ["26.1", "28.5"]]


def test_a_step_that_is_the_same_everywhere_shows_nothing_of_engines() -> None:
    page = rendered([View(("28.5", "26.1"), step("same\n"))])
    assert page.select(".differs, .view, .view-slot") == []
    assert "28.5" not in page.text


def test_the_newest_stands_in_front_and_others_are_folded() -> None:
    page = rendered([View(("28.5",), step("new words\n")), View(("26.1",), step("old words\n"))])
    assert "new words" in page.select_one(".step > .view-slot .run").text
    fold = page.select_one(".step > details.differs")
    assert fold.summary.text == "differs on 26.1"
    assert [cell.text for cell in fold.select("table.sides th")] == ["26.1", "28.5"]
    assert [mark.text for mark in fold.select("table.sides mark")] == ["old", "new"]
    assert "old words" in fold.select_one("details .view-slot .run").text


def test_a_fold_says_where_the_python_listing_alone_differs() -> None:
    newest = View(("28.5",), step("same\n", "2\n"))
    python = rendered([newest, View(("26.1",), step("same\n", "1\n"))])
    assert python.select_one("details.differs > summary").text == "differs on 26.1 in Python"
    both = rendered([newest, View(("26.1",), step("other\n", "1\n"))])
    assert both.select_one("details.differs > summary").text == "differs on 26.1"


def not_run(text: str) -> Step:
    return replace(step(text), holds=Holds("none", (("<", (1,)),), "No such program.", "it.md:1"))


def test_a_step_that_does_not_run_on_an_engine_does_not_differ_there() -> None:
    views = [View(("28.5",), step("new\n")), View(("20.10",), not_run("old\n"))]
    assert rendered(views).select_one("details.differs > summary").text == "not run on 20.10"
    # Where the newest does not run it, what another prints is a difference.
    other = [View(("28.5",), not_run("new\n")), View(("20.10",), step("old\n"))]
    assert rendered(other).select_one("details.differs > summary").text == "differs on 20.10"


def test_what_the_page_says_of_all_its_steps_no_step_says_again() -> None:
    views = [View(("28.5",), step("new\n")), View(("26.1",), step("old\n")), View(("20.10",), not_run("old\n"))]
    page = rendered(views, silent={"20.10"})
    assert [fold.has_attr("hidden") for fold in page.select("details.differs")] == [False, True]
    # What two engines share is hidden where nothing runs on both.
    shared = [View(("28.5",), step("new\n")), View(("26.1", "20.10"), not_run("old\n"))]
    assert not rendered(shared, silent={"20.10"}).select_one("details.differs").has_attr("hidden")


def test_ids_are_unique_over_all_views() -> None:
    page = rendered([View(("28.5",), step("a word\n")), View(("26.1",), step("that word\n"))], "- word: text")
    ids = [tag["id"] for tag in page.select("[id]")]
    assert len(ids) == len(set(ids)) > 6


@pytest.mark.parametrize(("note", "engine"), [("- new: text", "26.1"), ("- [26.1] new: text", "26.1")])
def test_a_note_whose_word_an_engine_does_not_print_is_an_error(note: str, engine: str) -> None:
    with pytest.raises(EmbedError) as caught:
        rendered([View(("28.5",), step("new\n")), View(("26.1",), step("old\n"))], note)
    assert f"'new' stands in no output of a/b#c on {engine}" in str(caught.value)
    assert str(caught.value.where) == "page.md:12"


def test_a_note_for_an_engine_that_is_not_there_is_an_error() -> None:
    with pytest.raises(EmbedError) as caught:
        rendered([View(("28.5",), step("new\n"))], "- [29.1] new: text")
    assert str(caught.value).startswith("page.md:12: a note is for 29.1, which this site does not show")


def test_a_note_is_shown_where_it_holds() -> None:
    views = [View(("28.5",), step("new\n")), View(("26.1", "20.10"), step("old\n"))]
    page = rendered(views, "- [28.5] new: first", "- [26.1, 20.10] old: second")
    assert [note.span.text for note in page.select(".step > .view-slot .notes li")] == ["first"]
    assert [note.span.text for note in page.select(".differs .notes li")] == ["second"]


def test_a_note_of_the_other_track_is_none_where_that_does_not_run() -> None:
    whole, shell = step("new\n", "a number\n"), replace(step("old\n"), blocks=step("old\n").blocks[:1])
    page = rendered([View(("28.5",), whole), View(("20.10",), shell)], "- number: text", "- [28.5] new: text")
    assert len(page.select(".step > .view-slot .notes li")) == 2 and page.select(".differs .notes li") == []
    with pytest.raises(EmbedError, match=r"on 20\.10"):
        rendered([View(("28.5",), whole), View(("20.10",), shell)], "- new: text")


def test_a_note_may_be_for_a_range_of_engines() -> None:
    views = [View(("28.5",), step("new\n")), View(("20.10",), step("old\n"))]
    page = rendered(views, "- [>=23] new: first", "- [<23] old: second")
    assert [note.span.text for note in page.select(".step > .view-slot .notes li")] == ["first"]
    assert [note.span.text for note in page.select(".differs .notes li")] == ["second"]
    with pytest.raises(EmbedError, match="stands in no output"):
        rendered(views, "- [>=20] new: text")
    with pytest.raises(EmbedError, match=r"page\.md:12: a note is for >20\.10, <28, and no engine of this site"):
        rendered(views, "- [>20.10, <28] new: text")


def test_a_note_says_on_which_engines_it_holds_where_others_print_the_same() -> None:
    views = [View(("28.5", "26.1"), step("new\n")), View(("20.10",), step("old\n"))]
    page = rendered(views, "- [28.5] new: a default", "- [>=23] new: for both", "- [20.10] old: <i>")
    assert [note.span.text for note in page.select(".step > .view-slot .notes li")] == [
        "On 28.5: a default",
        "for both",
    ]
    assert [note.span.text for note in page.select(".differs .notes li")] == ["<i>"]


def test_where_a_step_does_not_run_its_reason_stands_in_the_fold() -> None:
    """And not in the whole step alone, which paper leaves out."""
    holds = Holds(">=23", ((">=", (23,)),), "It came with 23.0.", "it.md:9")
    new = replace(step("new\n"), holds=holds)
    page = rendered([View(("28.5", "26.1"), new), View(("20.10",), where_it_holds(new, "20.10"))])
    (why,) = page.select(".differs > .differs-why")
    assert why.text == "This does not run on 20.10, only from 23 on. It came with 23.0."


def test_lines_that_have_little_in_common_are_marked_as_a_whole() -> None:
    (change,) = step_changes(step("alpha beta\n"), step("gamma\n"), Reading(VOCABULARY))
    assert list(rows(change)) == [Row("<mark>alpha beta</mark>", "<mark>gamma</mark>")]


def test_a_long_line_of_one_engine_is_shown_by_its_beginning() -> None:
    (change,) = step_changes(step("x" * 2000 + "\n"), step("null\n"), Reading(VOCABULARY))
    (row,) = rows(change)
    assert str(row.left).startswith(f"<mark>{'x' * 240}</mark><span") and "1,760 letters more" in str(row.left)


def test_values_that_are_others_in_each_run_are_no_change() -> None:
    """Two ids on a line of which a word changed."""
    (change,) = step_changes(step(f"{'a' * 64} old\n"), step(f"{'b' * 64} new\n"), Reading(VOCABULARY))
    (row,) = rows(change)
    assert str(row.left) == f"{'a' * 64} <mark>old</mark>"


def test_an_empty_line_stands_beside_none_that_says_something() -> None:
    (change,) = step_changes(step("See help now.\n"), step("\nSee help later.\n"), Reading(VOCABULARY))
    blank, words = rows(change)
    assert (blank.left, blank.right, blank.blank) == (None, "", True)
    assert str(words.left) == "See help <mark>now</mark>." and str(words.right) == "See help <mark>later</mark>."


def test_on_a_phone_all_lines_of_one_engine_come_before_those_of_the_other() -> None:
    """The order is the style sheet's; it needs the part of each row, and each part names an engine once."""
    page = rendered([View(("28.5",), step("a\nfor\nfive\nb\nsix\n")), View(("26.1",), step("a\none\ntwo\nb\nten\n"))])
    found = page.select("table.sides tbody tr")
    assert [row["style"] for row in found] == ["--part:1", "--part:2", "--part:2", "--part:3", "--part:4"]
    named = [[cell.get("data-on") for cell in row.select("td")] for row in found]
    assert named == [[None, None], ["26.1", "28.5"], [None, None], [None, None], ["26.1", "28.5"]]
