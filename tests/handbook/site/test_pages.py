"""The HTML of every page, of the fixture and of the handbook."""

from __future__ import annotations

import ast
import gzip
import json
import re
import subprocess
from pathlib import Path

import pytest

from . import html
from .conftest import Workplace


# To read the handbook's pages takes so long that one process does it for all of these tests.
@pytest.fixture(params=["fixture_site", pytest.param("handbook", marks=pytest.mark.xdist_group("pages"))])
def site(request: pytest.FixtureRequest) -> Path:
    return request.getfixturevalue(request.param)


def test_ids_are_unique(site: Path) -> None:
    repeated = {address: html.repeated_ids(page) for address, page in html.pages(site).items()}
    assert {a: r for a, r in repeated.items() if r} == {}


def test_no_link_is_dead(site: Path) -> None:
    assert list(html.dead_links(site)) == []


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    assert list(html.foreign_addresses(site)) == []


def test_every_term_of_a_list_of_terms_is_explained(site: Path) -> None:
    unexplained = {address: html.unexplained_terms(page) for address, page in html.pages(site).items()}
    assert {a: u for a, u in unexplained.items() if u} == {}


def test_every_code_block_has_a_language(site: Path) -> None:
    untagged = {address: html.untagged_code(page) for address, page in html.pages(site).items()}
    assert {a: u for a, u in untagged.items() if u} == {}


def test_what_search_leaves_out_holds_no_element_of_its_own_name(site: Path) -> None:
    # The theme's search takes the end of such a one for the end of what it leaves out.
    wrong = {
        f"{url}: {left_out.name} of class {left_out.get('class')}"
        for url, page in html.pages(site).items()
        for left_out in page.select("[data-search-exclude]")
        if left_out.find(left_out.name)
    }
    assert not wrong


def test_pages_are_light(site: Path) -> None:
    heavy = {
        p.relative_to(site).as_posix(): size
        for p in site.rglob("*.html")
        if (size := len(gzip.compress(p.read_bytes()))) > 200_000
    }
    assert heavy == {}


def test_every_page_has_one_title_and_a_description_of_its_own(site: Path) -> None:
    known: dict[str, str] = {}
    for address, page in html.pages(site).items():
        if page.select_one('meta[http-equiv="refresh"]') or address.endswith("404.html"):
            continue
        assert len(page.select("h1")) == 1, address
        assert page.select_one('meta[property="og:title"]'), address
        words = page.select('meta[name="description"]')
        assert len(words) == 1, address
        assert str(words[0]["content"]) not in known, (address, known)
        known[str(words[0]["content"])] = address


def test_every_page_has_a_markdown_twin(site: Path) -> None:
    for page in site.rglob("index.html"):
        if "http-equiv" not in page.read_text():
            twin = page.with_name("index.md")
            assert twin.exists(), page
            text = twin.read_text()
            assert "```step" not in text and "<!--" not in text and " markdown>" not in text, page


def test_a_twin_shows_the_newest_engine_and_what_others_print(fixture_site: Path) -> None:
    text = (fixture_site / "networking/index.md").read_text()
    newest, _, older = text.partition("On 26.1, `docker network create app` gives:")
    assert "On 20.10, `docker network create app` gives:" in older
    assert "\nOn 20.10: This one says it *in fewer words*.\n" in text
    assert "app is there already" in newest
    assert older.strip().startswith("```text\nError response from daemon: network with name app already exists\n[1]")
    assert "- `already exists` (on 26.1): a name belongs to one network." in text
    assert "Verified on Engine 28.5.2" in text and "Verified on Engine 26.1.5" in text


def test_a_twin_s_links_lead_to_twins(site: Path) -> None:
    links = [
        (twin, target)
        for twin in site.rglob("index.md")
        # Links stand in prose; what is between fences is code.
        for target in re.findall(r"\]\(([^)#\s]+)", re.sub(r"(?sm)^[ ]*```.*?^[ ]*```$", "", twin.read_text()))
        if "://" not in target
    ]
    assert any(target.endswith("index.md") for _, target in links)
    assert [(str(twin), target) for twin, target in links if not (twin.parent / target).exists()] == []


def test_llms_txt_names_every_twin_that_exists(site: Path) -> None:
    targets = re.findall(r"\]\(([^)]+)\)", (site / "llms.txt").read_text())
    assert len(targets) >= 5
    for target in targets:
        path = target.removeprefix("https://example.test/site/")
        assert (site / path).exists(), target


def test_scripts_can_be_read_by_their_interpreters(site: Path) -> None:
    shells = list(site.rglob("*.sh"))
    assert shells
    for script in shells:
        done = subprocess.run(["bash", "-n", script], capture_output=True, text=True)
        assert done.returncode == 0, (script, done.stderr)
    for script in (p for p in site.rglob("*.py")):
        ast.parse(script.read_text())


# What follows is about the fixture, whose content is known.


def test_output_is_escaped(fixture_site: Path) -> None:
    page = html.pages(fixture_site)["start/"]
    output = page.select_one("#start-escape-html samp")
    assert output is not None
    assert output.get_text() == "<script>alert(1)</script> & </pre>"
    assert page.select("article script") == []


def test_exempt_blocks_are_labelled_and_counted(fixture_site: Path) -> None:
    pages = html.pages(fixture_site)
    label = pages["start/"].select_one("#start-escape-hub .run--exempt .run-label")
    assert label is not None
    assert label.text == "Shown, not executed: Docker Hub is not reachable from a lab"
    assert "1 shown, not executed" in pages["start/"].select_one(".strip").get_text()
    assert pages["start/"].select_one("#start-escape-hub .mark") is None
    assert "Docker Hub is not reachable from a lab" in pages["verification/"].get_text()


def test_variants_stand_as_notes(fixture_site: Path) -> None:
    variant = html.pages(fixture_site)["start/"].select_one("#start-escape-files .variant")
    assert variant is not None
    assert variant.select_one(".admonition-title").text == "On Engine 20.10"
    assert "Sending build context" in variant.text


def test_long_outputs_are_folded_with_their_lines(fixture_site: Path) -> None:
    fold = html.pages(fixture_site)["networking/"].select_one("#networking-app-inspect .run-fold")
    assert fold is not None
    # The newest engine's output has 22 lines, of which 8 stay in view.
    assert fold.select_one("summary").text == "14 more lines"


def test_exit_codes_are_shown(fixture_site: Path) -> None:
    step = html.pages(fixture_site)["networking/"].select_one("#networking-app-name-taken")
    # On the two that print the same, on the baseline, and on the oldest.
    assert [e.text for e in step.select(".run-exit")] == ["exit code 1"] * 3


def test_notes_are_bound_to_lines(fixture_site: Path) -> None:
    step = html.pages(fixture_site)["networking/"].select_one("#networking-app-create")
    # The last one is of the oldest engine, whose list is shorter; it runs the shell track alone.
    assert [m.text for m in step.select("mark.noted")] == ["NETWORK ID", "app bridge", "NETWORK ID"]
    marks = [("", 1), ("", 2), ("-on-20-10", 1)]
    for (engine, number), note in zip(marks, step.select("ol.notes > li"), strict=True):
        mark = f"#networking-app-create{engine}-mark-{number}"
        assert note.select_one("a")["href"] == mark
        assert step.select_one(mark)["aria-label"] == f"note {number}"


def test_volatile_values_are_marked(fixture_site: Path) -> None:
    step = html.pages(fixture_site)["networking/"].select_one("#networking-app-create")
    marked = [v.text for v in step.select("i.v")]
    assert "3efd115129ac" in marked
    assert "app" not in marked
    assert {v["title"] for v in step.select("i.v")} == {"differs on your machine"}


def test_the_strip_counts_commands(fixture_site: Path) -> None:
    # create: 2 shell and 3 Python commands; inspect: 1; name-taken: 1; clean: 1 and 1.
    strip = html.pages(fixture_site)["networking/"].select_one(".strip")
    assert strip.select_one("p").text == "9 of 9 commands verified"
    assert strip.select_one("li").text == "on Engine 28.5.2, CLI 28.5.2"


def test_a_quiet_command_is_a_line_that_unfolds(workplace: Workplace) -> None:
    command = "until docker network ls -q; do sleep 0.1; done"
    for file in ("app.md", "app.20.10.md"):
        workplace.edit(
            f"snippets/networking/{file}",
            "$ docker network ls\n",
            f"$ {command}\n(quiet: waits until the engine answers)\n$ docker network ls\n",
        )
    site = workplace.build()
    block = html.pages(site)["networking/"].select_one("#networking-app-create .run")
    quiet = block.select_one("details.run-quiet")
    assert quiet.select_one("summary").text == "waits until the engine answers"
    assert quiet.select_one(".run-cmd").text == f"$ {command}"
    assert not quiet.has_attr("open")
    assert command not in "".join(pre.text for pre in block.select(":scope > .run-cmd"))
    # Whoever takes the commands away takes this one, too.
    assert command in block["data-copy"]
    assert command in (site / "networking/index.md").read_text()


def test_a_publisher_can_switch_on_a_link_to_edit_each_page(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = workplace.build() / "networking/index.html"
    assert 'rel="edit"' not in page.read_text()
    monkeypatch.setenv("EDIT_URI", "https://code.example/book/edit/main/docs/en/")
    workplace.build()
    assert 'href="https://code.example/book/edit/main/docs/en/networking/index.md"' in page.read_text()
    # What is made from data has no source to edit.
    assert 'rel="edit"' not in (workplace.site / "verification/index.html").read_text()


def test_what_has_not_changed_has_no_page(workplace: Workplace) -> None:
    page = workplace.build() / "changes/index.html"
    assert not page.exists()
    (workplace.folder / "snippets/changes.yml").write_text(
        "- date: 2026-11-23\n  step: networking/app#create\n  what: it prints more\n  before: a\n  after: b\n"
    )
    workplace.build()
    assert "it prints more" in page.read_text()


def test_links_of_the_index_say_where_they_lead(site: Path) -> None:
    links = html.pages(site)["commands/"].select("article .command-steps a, article table a")
    assert links
    assert [link.text for link in links if link.text.isdigit() or not link.text] == []


def test_the_command_index_knows_flags(fixture_site: Path) -> None:
    page = html.pages(fixture_site)["commands/"]
    names = [h.get_text().rstrip("#") for h in page.select("h2")]
    assert names == [
        "docker build",
        "docker network create",
        "docker network inspect",
        "docker network ls",
        "docker network rm",
        "docker run",
    ]
    run = page.select_one("#docker-run").find_next("table")
    assert [c.text for c in run.select("td:first-child")] == ["-i", "--rm", "-t"]


def test_captures_hold_commands_versions_and_date(fixture_site: Path) -> None:
    data = json.loads((fixture_site / "captures.json").read_text())
    app = next(s for s in data["scenarios"] if s["id"] == "networking/app")
    assert app["others"]["28.5"]["engine"] == "28.5.2"
    taken = next(step for step in app["steps"] if step["id"] == "networking/app#name-taken")
    assert "already exists" in taken["blocks"][0]["commands"][0]["output"]
    assert "there already" in taken["on"]["28.5"][0]["commands"][0]["output"]
    assert "is taken" in taken["on"]["20.10"][0]["commands"][0]["output"]
    assert [step["id"] for step in app["steps"] if step["on"]] == [
        "networking/app#create",
        "networking/app#inspect",
        "networking/app#name-taken",
    ]
    assert app["verified"] == {
        "engine": "26.1.5",
        "api": "1.45",
        "cli": "26.1.5",
        "docker-py": "7.2.0",
        "date": "2026-11-23",
    }
    taken = next(s for s in app["steps"] if s["id"] == "networking/app#name-taken")
    assert taken["blocks"][0]["commands"][0]["exit_code"] == 1


def test_the_site_map_and_canonical_links_use_the_address(fixture_site: Path) -> None:
    assert "https://example.test/site/networking/" in (fixture_site / "sitemap.xml").read_text()
    canonical = html.pages(fixture_site)["networking/"].select_one('link[rel="canonical"]')
    assert canonical["href"] == "https://example.test/site/networking/"
