"""What a page is to be found by, and how it gets into the theme's index."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest
from handbook.exports.search import as_word, lighter, tasks_of, with_words
from handbook.pages.sources import PageSource, read_page, read_pages
from material.plugins.search.plugin import Parser
from snippetlab.errors import SnippetLabError

ROOT = Path(__file__).parents[3]


def page(folder: Path, front: str) -> PageSource:
    path = folder / "lists.md"
    path.write_text(f"---\n{front}---\n\n# Lists\n")
    return read_page(folder, path)


def words_read(html: str) -> list[tuple[str | None, list[str], str]]:
    """What the theme's search takes from a page: the id, the title and the text of each section."""
    parser = Parser()
    parser.feed(html)
    parser.close()
    return [(section.id, section.title, "".join(section.text)) for section in parser.data if not section.is_excluded()]


@pytest.mark.parametrize(
    "html",
    [
        '<h1 id="a">A</h1><pre class="run-cmd"><code><span class="gp">$ </span>docker <b>ps</b>\n</code></pre><p>b</p>',
        '<p>x</p><pre><samp>a &amp; b<mark class="noted">&lt;c&gt;</mark> <i class="v" title="differs">\n</i></samp></pre>',
        '<h2 id="b"><span>B</span> <b>c</b></h2><p><span>d</span>\n<span> </span>e</p><pre><br><kbd>f<span></span></kbd></pre>',
        "<pre><span data-search-exclude>g<span>h</span>i</span>j</pre><details data-search-exclude><pre><b>k</b></pre>"
        "<details><pre><i>l</i></pre></details>m</details><p>n</p>",
    ],
)
def test_search_reads_the_same_from_a_page_without_the_colours_of_its_code(html: str) -> None:
    assert words_read(lighter(html)) == words_read(html)


def test_what_colours_code_is_not_given_to_search() -> None:
    assert lighter('<b>a</b><pre><span class="nt">b</span></pre>') == "<b>a</b><pre>b</pre>"


def test_a_phrase_becomes_one_word() -> None:
    assert as_word("--add-host") == "find_add_host_"
    assert as_word("environment variables") == as_word("environment variable")
    assert as_word("volume backup") == as_word("backup volume")
    assert as_word("docker wait") != as_word("--wait")
    assert as_word("how do I remove it") == as_word("remove")
    assert as_word("how do I") != as_word("I want to")
    assert as_word("DOCKER_HOST") != as_word("host")


def test_only_the_page_s_own_entry_gets_its_words(tmp_path: Path) -> None:
    lists = page(tmp_path, 'description: What runs.\nfinds: ["docker ps -l", "--all"]\n')
    entries = [{"location": "lists/"}, {"location": "lists/#states"}, {"location": "other/"}]
    done = json.loads(with_words(json.dumps({"config": {}, "docs": entries}), {"lists.md": lists}))
    words = ["find_docker_l_ps_", "find_all_", "find_l_ps_"]
    own = {"about": "What runs.", "finds": ["docker ps -l", "--all", "ps -l"], "tags": words}
    assert done["docs"] == [{"location": "lists/", **own}, *entries[1:]]
    assert "the" in done["config"]["empty"]
    assert ["delete", "remove", "erase"] in done["config"]["alike"]


def test_a_task_leads_to_the_page_that_does_it(tmp_path: Path) -> None:
    lists = page(tmp_path, "description: What runs.\n")
    (tmp_path / "tasks.md").write_text(
        "# Tasks\n\n- [see what runs](lists.md#a-b): `docker ps`\n- [stop it](lists.md#a-c)\n"
    )
    tasks = read_page(tmp_path, tmp_path / "tasks.md")
    done = json.loads(
        with_words('{"config": {}, "docs": [{"location": "lists/"}, {"location": "tasks/"}]}', {"a": lists, "b": tasks})
    )
    assert [entry.get("finds") for entry in done["docs"]] == [["see what runs"], None]


@pytest.mark.parametrize(
    "line",
    [
        "- [find its address](a.md#b): `x`",  # of what stands above
        "- [bring it back](a.md#b)",
        "- [use the one before](a.md#b)",
        "Not a task: [a page](a.md).",
        "  - [deeper](a.md)",
    ],
)
def test_a_line_that_needs_the_one_above_it_is_found_by_nothing(line: str) -> None:
    assert tasks_of(f"{line}\n") == []


def test_the_tasks_that_stand_for_themselves() -> None:
    tasks = tasks_of((ROOT / "docs/en/tasks.md").read_text("utf-8"))
    assert ("keep data when a container goes", "volumes/") in tasks
    assert len(tasks) > 50


def test_no_two_pages_are_found_by_the_same_words() -> None:
    pages: dict[str, list[str]] = defaultdict(list)
    for source in read_pages(ROOT / "docs/en"):
        for word in {as_word(text) for text in source.front.finds}:
            pages[word].append(source.path.name)
    assert {word: names for word, names in pages.items() if len(names) > 1} == {}


def test_finds_that_is_no_list_is_told(tmp_path: Path) -> None:
    with pytest.raises(SnippetLabError, match=r"lists\.md:2: finds: finds must be a list"):
        page(tmp_path, "finds: docker ps\n")
