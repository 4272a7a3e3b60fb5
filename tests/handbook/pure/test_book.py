"""Pages as leaves of the book: what is folded stands open, and links lead to places in the book."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from handbook.counts import Totals
from handbook.exports.book.edition import Edition, Leaf, Part, slug_of
from handbook.exports.book.epub import epub
from handbook.exports.book.leaf import leaf_tree
from handbook.exports.book.links import by_address, find_place
from handbook.exports.book.paper import Numbers, paper, paper_html
from handbook.exports.book.sheet import sheet_html, sheets_of
from handbook.html.templates import css_string
from lxml import etree, html
from snippetlab.errors import SnippetLabError

from tests.conftest import PROJECT

FONTS = PROJECT / "docs/overrides/assets/fonts"
STEP = """
<h1 id="run">Run<a class="headerlink" href="#run">#</a></h1>
<section class="glance"><ul><li><span><a href="#run-one"><code>docker ps</code></a></span></li></ul></section>
<p>See <a href="../../networking/#create">networks</a>, <a href="../../verification/#x">results</a>
and <a href="run.sh" download>the script</a>.</p>
<h2 id="first">The first</h2>
<div class="step" id="run-one" data-step="containers/run#one"><div class="tabbed-set">
<input checked id="__tabbed_1" type="radio"><div class="tabbed-labels"><label>Shell</label><label>Python</label></div>
<div class="tabbed-content">
<div class="tabbed-block" data-label="Shell"><div class="run" data-copy="docker ps"><pre class="run-cmd"><code>
<span class="gp">$ </span>docker ps</code></pre><pre class="run-out"><samp>A   B
1   2<span class="note-mark" id="m-1" data-n="1" role="img" aria-label="note 1"></span></samp></pre>
<details class="run-fold"><summary>2 more lines</summary><pre class="run-out"><samp>3
4</samp></pre></details></div></div>
<div class="tabbed-block" data-label="Python"><div class="run"><pre><code>1</code></pre></div></div></div></div></div>
<details class="differs"><summary><span class="differs-how">differs on</span> <span class="differs-on">26.1</span></summary><table class="sides"><tr><td>x</td><td>y</td></tr></table>
<details class="differs-whole"><summary>The whole step</summary><p>again</p></details></details>
<details class="differs"><summary><span class="differs-how">not run on</span> <span class="differs-on">19.03</span></summary><p class="differs-why">It is too old.</p>
<details class="differs-whole"><summary>The whole step</summary><p>again</p></details></details>
<details class="differs"><summary><span class="differs-how">differs on</span> <span class="differs-on">20.10</span></summary>
<details class="differs-whole"><summary>The whole step</summary><p>again</p></details></details>
<details class="differs" hidden><summary><span class="differs-how">not run on</span> <span class="differs-on">18.09</span></summary>
<details class="differs-whole"><summary>The whole step</summary><p>again</p></details></details>
<details class="note"><summary>Solution</summary><p>It is 3.</p></details>
<p>Give <code>docker run --rm busybox date</code>.</p>
"""
OTHER = '<h1 id="networking">Networking</h1><h2 id="create">Create</h2><figure><svg aria-label="two boxes" viewBox="0 0 9 9"></svg></figure>'
TASKS = '<h1>I want to</h1><ul><li><a href="../containers/run/#run-one">see what runs</a>: <code>docker ps -a</code></li></ul>'
TOTALS = Totals(3, 3, 2, 1, 1, 0, 0, 0, "26.1.5", "26.1.5", "7.2.0", "2026-11-23")


def leaves() -> tuple[Leaf, Leaf, Leaf]:
    return (
        Leaf("networking/", "Networking", OTHER, "1"),
        Leaf("containers/run/", "Run", STEP, "1.1"),
        Leaf("tasks/", "I want to", TASKS),
    )


def test_where_a_word_may_be_broken_holds_no_text() -> None:
    """The parser takes `wbr` for an element with contents; an EPUB has no such thing."""
    tree = leaf_tree(Leaf("a/", "A", "<table><tr><td><code>/<wbr>var/<wbr>run</code></td></tr></table>"))
    (code,) = tree.iter("code")
    assert [(each.get("class"), each.text, each.tail) for each in code] == [
        ("joint", None, "var/"),
        ("joint", None, "run"),
    ]
    assert code.text == "/"


def edition(address: str = "", reason: str = "") -> Edition:
    first, second, last = leaves()
    parts = (Part("Networking", (first, second), "1"), Part("Reference", (last,)))
    engines = ("28.5", "26.1", "20.10")
    recorded = {"20.10": "2026-10-01"}
    return Edition("Docker & <friends>", "A handbook.", address, TOTALS, engines, "2026-11-23", reason, parts, recorded)


def test_a_flag_is_whole_where_the_site_would_break_its_command() -> None:
    """Between `-` and `-no-install-recommends`, a book would break it."""
    flag = '<span class="na"><span class="whole">{}</span></span>'
    held = '<span class="held"> <span class="cut-narrow"></span>{}</span>'
    code = flag.format('-<span class="held">y</span>') + held.format(flag.format("-")) + flag.format("-no-recommends")
    end = ' gi<span class="held">t <span class="cut-narrow"></span>&gt;</span>/dev/null'
    source = f'<pre class="run-cmd"><code><span class="whole">apt</span> {code}{end}</code></pre>'
    tree = leaf_tree(Leaf("a/", "A", source))
    assert tree.text_content() == "apt -y --no-recommends git >/dev/null"
    assert [e.text for e in tree.find_class("whole")] == ["apt", "-y", "--no-recommends"]
    assert tree.find_class("held") == [] and tree.find_class("cut-narrow") == []


def test_what_is_folded_or_behind_a_tab_stands_open() -> None:
    tree = leaf_tree(leaves()[1])
    text = tree.text_content()
    assert list(tree.iter("details", "summary", "input", "label")) == []
    assert "3\n4" in text and "2 more lines" not in text
    assert [e.text for e in tree.find_class("track")] == ["Shell", "Python"]
    assert [e.text for e in tree.find_class("admonition-title")] == ["Solution"]
    assert [e.text_content() for e in tree.find_class("differs-name")] == [
        "differs on 26.1",
        "not run on 19.03",
        "differs on 20.10; the website shows the whole step",
    ]
    assert "xy" in text and "again" not in text
    assert [e.text for e in tree.find_class("note-mark")] == ["1"]
    assert tree.find("h1").text_content() == "1.1 Run"
    assert not any(name.startswith("data-") for e in tree.iter() for name in e.attrib)


def sides(rows: str) -> str:
    return f'<table class="sides"><caption>c</caption><tbody>{rows}</tbody></table>'


def test_of_lines_that_differ_in_an_id_alone_one_is_shown() -> None:
    alone = "".join(f"<tr><td><samp>Deleted: sha256:{c * 64}</samp></td><td></td></tr>" for c in "abcd")
    untagged = "<tr><td><samp>Untagged: a</samp></td><td><samp>Untagged: a</samp></td></tr>"
    (table,) = leaf_tree(Leaf("a/", "A", f'<details class="differs">{sides(alone + untagged)}</details>')).find_class(
        "sides"
    )
    assert [row.text_content() for row in table.iter("tr")] == [
        f"Deleted: sha256:{'a' * 64}",
        "… 3 more lines like it, which the website shows",
        "Untagged: aUntagged: a",
    ]
    two = "".join(f"<tr><td><samp>{c * 12}</samp></td><td></td></tr>" for c in "ab")
    (table,) = leaf_tree(Leaf("a/", "A", f'<details class="differs">{sides(two)}</details>')).find_class("sides")
    assert table.find_class("sides-more") == []


def test_what_only_one_engine_prints_at_length_is_shortened_in_its_middle() -> None:
    both = "<tr><td><samp>both</samp></td><td><samp>both</samp></td></tr>"
    alone = "".join(f"<tr><td><samp>line {n}</samp></td><td></td></tr>" for n in range(30))
    leaf = Leaf("a/", "A", f'<details class="differs">{sides(both + alone + both)}</details>')
    (table,) = leaf_tree(leaf).find_class("sides")
    assert [row.text_content() for row in table.iter("tr")] == [
        "bothboth",
        *(f"line {n}" for n in range(4)),
        "… 22 more lines, which the website shows",
        *(f"line {n}" for n in range(26, 30)),
        "bothboth",
    ]
    empty = '<tr class="sides-blank"><td><samp></samp></td><td></td></tr>'
    (table,) = leaf_tree(Leaf("a/", "A", sides(both + alone + empty + alone))).find_class("sides")
    assert len(table.find_class("sides-more")) == 1
    few = "".join(f"<tr><td></td><td><samp>line {n}</samp></td></tr>" for n in range(12))
    (table,) = leaf_tree(Leaf("a/", "A", sides(few + both + few))).find_class("sides")
    assert len(list(table.iter("tr"))) == 25


def test_a_table_is_as_wide_as_its_longest_line_with_the_marks_of_its_notes() -> None:
    mark = '<span class="note-mark" data-n="1"></span>'
    output = f'<pre class="run-out"><samp>ID   NAME\n1    web{mark}{mark}\n</samp></pre>'
    (table,) = leaf_tree(Leaf("a/", "A", output)).find_class("table")
    # A mark takes the room of four letters.
    assert table.get("style") == "--columns:16"


@pytest.mark.parametrize(
    ("outputs", "held"), [(1, ["Clean up", "In short"]), (30, ["In short"]), (0, ["Clean up", "In short"])]
)
def test_what_a_page_says_in_short_is_held_together_with_a_short_section_before_it(
    outputs: int, held: list[str]
) -> None:
    text = "<pre>a\nb</pre>" * outputs
    leaf = Leaf("a/", "A", f"<h1>A</h1><h2>First</h2><h2>Clean up</h2>{text}<h2>In short</h2><ul><li>One</li></ul>")
    tree = leaf_tree(leaf)
    assert [e.text for e in tree[-1].iter("h2")] == held
    assert tree[-1].get("class") == "closing" and tree[-1][-1].tag == "ul"


def test_of_a_long_section_the_last_sentence_is_held_with_what_a_page_says_in_short() -> None:
    long = "<pre>a\nb</pre>" * 30
    ends = "<p>At last:</p><pre>a</pre><h2>In short</h2><ul><li>One</li></ul>"
    tree = leaf_tree(Leaf("a/", "A", f"<h1>A</h1><h2>Clean up</h2><p>First:</p>{long}{ends}"))
    assert [e.tag for e in tree[-1]] == ["p", "pre", "h2", "ul"]


def test_what_was_verified_stands_apart_from_what_differs() -> None:
    strip = """<div class="strip"><p><b>1 of 1</b> commands verified</p><p class="engines-say">the same on 26.1</p>
    <details class="strip-more"><summary>more</summary><ul><li>on Engine 28.5.2</li>
    <li class="strip-gone">Engine 20.10: not in this build</li><li><a href="x/">results</a></li></ul>
    </details></div>"""
    (found,) = leaf_tree(Leaf("a/", "A", strip)).find_class("strip")
    assert [(e.tag, e.text_content()) for e in found] == [
        ("p", "1 of 1 commands verified"),
        ("p", "the same on 26.1"),
        ("ul", "on Engine 28.5.2\n    "),
    ]


def test_why_a_step_does_not_run_on_an_engine_is_told_once() -> None:
    fold = """<details class="differs"><summary>not run on 20.10</summary><p class="differs-why">{}</p></details>"""
    html = "".join(map(fold.format, ["No such program.", "No such program.", "Another reason."]))
    tree = leaf_tree(Leaf("a/", "A", html))
    assert [e.text for e in tree.find_class("differs-why")] == ["No such program.", "Another reason."]
    assert tree.text_content().count("not run on 20.10") == 3


def test_a_command_in_a_sentence_breaks_between_its_words_only() -> None:
    code = next(e for e in leaf_tree(leaves()[1]).iter("code") if "busybox" in e.text_content())
    assert code.text_content() == "docker run --rm busybox date"
    assert [(e.text, e.get("class")) for e in code][2] == ("--rm", "whole")


@pytest.mark.parametrize(
    ("href", "place"),
    [
        ("../../networking/#create", ("networking/", "create")),
        ("../../networking/", ("networking/", "")),
        ("../../networking/#gone", ("networking/", "")),
        ("#first", ("containers/run/", "first")),
        ("../../verification/#x", None),
        ("run.sh", None),
        ("https://example.test/networking/", None),
    ],
)
def test_where_a_link_leads(href: str, place: tuple[str, str] | None) -> None:
    trees = [(leaf, leaf_tree(leaf)) for leaf in leaves()]
    found = find_place(leaves()[1], href, by_address(trees))
    assert (found and (found.leaf.url, found.anchor)) == place


def test_what_only_the_site_has_is_linked_there_or_not_at_all() -> None:
    def outside(address: str) -> list[str]:
        tree = html.document_fromstring(paper_html(edition(address), FONTS, {}))
        return [e.get("href") for e in tree.find_class("outside")]

    assert outside("https://example.test/") == [
        "https://example.test/verification/#x",
        "https://example.test/containers/run/run.sh",
    ]
    assert outside("") == []


def test_every_link_on_paper_leads_to_an_id_and_shows_its_page() -> None:
    numbers: Numbers = {"networking..create": 7, "networking": 5, "containers-run": 6}
    tree = html.document_fromstring(paper_html(edition(), FONTS, numbers))
    ids = [e.get("id") for e in tree.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    inside = [e.get("href")[1:] for e in tree.iter("a") if e.get("href", "").startswith("#")]
    assert set(inside) <= set(ids)
    assert "See networks7, results" in " ".join(tree.text_content().split())
    assert [e.text for e in tree.find_class("page")] == ["5", "6", "100"]


def test_a_number_takes_the_room_of_the_widest_that_stood_in_its_place() -> None:
    def classes(numbers: Numbers, widest: Numbers) -> list[str]:
        tree = html.document_fromstring(paper_html(edition(), FONTS, numbers, widest))
        return [e.get("class") for e in tree.find_class("see")]

    low, high = {"networking..create": 99}, {"networking..create": 100}
    assert classes(low, low)[0] == "see see--2"
    assert classes(low, high)[0] == "see see--3"
    assert classes({"networking..create": 7}, {})[0] == "see see--1"


def test_a_list_of_places_names_a_page_once() -> None:
    first, *_ = leaves()
    index = Leaf(
        "commands/", "Index", '<p><a href="../networking/#create">Networking</a> <a href="../networking/">2</a>, x</p>'
    )
    both = Edition(
        "A", "B", "", TOTALS, ("26.1",), "2026-11-23", "", (Part("N", (first,), "1"), Part("Reference", (index,)))
    )
    tree = html.document_fromstring(paper_html(both, FONTS, {"networking..create": 7, "networking": 7}))
    assert "Networking7, x" in tree.text_content()
    tree = html.document_fromstring(paper_html(both, FONTS, {"networking..create": 7, "networking": 6}))
    assert "Networking7 6, x" in tree.text_content()


class Printer:
    """Prints pages whose numbers are, in turn, those given."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *numbers: Numbers) -> None:
        self.left = list(numbers)
        self.drafts: list[bool] = []
        monkeypatch.setattr("handbook.exports.book.paper.numbers_of", lambda pdf: self.left.pop(0))

    def __call__(self, page: str, *, draft: bool = False) -> bytes:
        self.drafts.append(draft)
        return page.encode()


def test_paper_is_printed_until_its_numbers_are_right(monkeypatch: pytest.MonkeyPatch) -> None:
    printer = Printer(monkeypatch, {"networking": 5}, {"networking": 6}, {"networking": 6})
    assert b'<span class="page">6</span>' in paper(edition(), FONTS, printer)
    assert printer.drafts == [True, False, False]


def test_numbers_that_never_come_to_rest_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SnippetLabError, match="others after each"):
        paper(edition(), FONTS, Printer(monkeypatch, *({"networking": n} for n in range(9))))


def test_an_epub_is_the_same_bytes_for_the_same_edition_and_every_link_has_a_target() -> None:
    first = epub(edition(), b"cover", FONTS)
    assert first == epub(edition(), b"cover", FONTS)
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        names = archive.namelist()
        assert names[0] == "mimetype" and archive.infolist()[0].compress_type == zipfile.ZIP_STORED
        for name in (n for n in names if n.endswith(".xhtml")):
            for element in etree.fromstring(archive.read(name)).iter("{*}a", "{*}img"):
                path = (element.get("href") or element.get("src")).partition("#")[0]
                assert not path or (Path(name).parent / path).as_posix().replace("text/../", "") in names
        picture = next(n for n in names if n.endswith(".svg"))
        assert b'viewBox="0 0 9 9"' in archive.read(picture)
        assert b'alt="two boxes"' in archive.read("EPUB/text/networking.xhtml")


def test_the_day_and_what_was_verified_stand_in_the_book() -> None:
    with zipfile.ZipFile(io.BytesIO(epub(edition(), b"", FONTS))) as archive:
        about = archive.read("EPUB/about.xhtml").decode()
    assert "3 of 3 commands" in about and "Docker Engine 26.1.5" in about and "2026-11-23" in about
    # Every page would say so of an engine that did not run; the book says it once.
    assert "Engine 20.10 was not run for this edition; what it prints was last verified on 2026-10-01." in about
    printed = paper_html(edition(reason="no lab could run"), FONTS, {})
    assert "Nothing was verified in this build" in printed and "commands verified on Docker Engine" not in printed


def test_a_sheet_has_the_tasks_of_its_chapter_then_what_its_pages_show_at_a_glance() -> None:
    (sheet,) = sheets_of(edition())
    assert [(row.words, row.command) for row in sheet.rows["Run"]] == [
        ("See what runs", "docker ps -a"),
        ("The first", "docker ps"),
    ]


def test_a_sheet_takes_the_words_that_stand_beside_a_command_at_a_glance() -> None:
    first, second, last = leaves()
    said = second.html.replace("</a></span></li>", '</a></span><span class="glance-words">lists what runs</span></li>')
    parts = (Part("Networking", (first, replace(second, html=said)), "1"), Part("Reference", (last,)))
    (sheet,) = sheets_of(replace(edition(), parts=parts))
    assert [row.words for row in sheet.rows["Run"]] == ["See what runs", "Lists what runs"]


def test_a_sheet_breaks_a_command_between_its_words_and_writes_a_heading_as_it_is() -> None:
    tree = html.document_fromstring(sheet_html(edition(), FONTS))
    assert [[e.text for e in code] for code in tree.iter("code")] == [["docker", "ps", "-a"], ["docker", "ps"]]
    assert [code.text_content() for code in tree.iter("code")] == ["docker ps -a", "docker ps"]
    assert [p.text for row in tree.find_class("row") for p in row.iter("p")] == ["See what runs", "The first"]


def test_a_name_of_a_file_and_a_string_of_a_style_sheet() -> None:
    assert slug_of("Docker, verified") == "docker-verified"
    assert css_string('a"</style>\\') == r'"a\22 \3c /style\3e \5c "'
