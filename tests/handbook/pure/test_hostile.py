"""Whatever a person writes into a field, it is text: no element and no attribute appears that was not meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from handbook.captures import Material, chapter_list, figures, material, table
from handbook.exports.redirects import check_former_addresses, redirects
from handbook.html.inline import inline_markdown
from handbook.html.page import Build, eyebrow, with_head
from handbook.html.pictures import layers
from handbook.html.step import Surroundings, render_step
from handbook.html.templates import markdown_text, render
from handbook.html.visible import visible
from handbook.library import Library, Proof
from handbook.pages.chapters import chapters_of
from handbook.pages.embed import Embed, EmbedError, Note, parse_embed
from handbook.pages.front_matter import FrontMatter
from handbook.pages.sources import PageSource, page_from_text, read_page
from handbook.pages.step_links import StepLink, step_links
from handbook.reference.between import Pair, between_page
from handbook.reference.changes import Change, changes_page
from handbook.reference.coverage import Coverage, Entry, Item, coverage_page
from handbook.reference.verification import verification_page
from handbook.verdict import Verdict
from handbook.views import View
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown import Markdown
from snippetlab.between import Change as Between
from snippetlab.errors import SnippetLabError
from snippetlab.model import Block, Command, Place, Scenario, Step

from tests.handbook.markup import OVER_TEXT, elements, structure

PLACE = Place(Path("p.md"), 3)
# Pieces from which markup, attributes, templates and addresses can be made; and any other text.
PIECES = ['"', "'", "<", ">", "&", "=", " onclick=alert(1) ", "</samp>", "<script>", "-->", "<!--", "`", "{{", "}}",
          "{% raw %}", "javascript:", "](", "[", "*", "{: #x }", "\\", "\u202e", "]]>", "<img src=x onerror=y>"]  # fmt: skip
hostile = st.lists(
    st.sampled_from(PIECES) | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=4), max_size=8
).map(lambda parts: "x" + "".join(parts))


def block(kind: str, *commands: Command, text: str = "", **options: str) -> Block:
    return Block(kind, "sh", options, commands, text, PLACE, 4, 5)  # type: ignore[arg-type]


def scenario(word: str) -> Scenario:
    blocks = (
        block("file", text=f"{word}\n", file=word),
        block("console", Command(word, f"{word}\nnoted\n", 1, PLACE), node=word),
        block("pycon", Command(f"print({word!r})", f"{word}\n", 0, PLACE)),
        block("capture", text=f'{{"a": 1}}\n{word}', capture=word),
        block("console", Command(word, word, 0, PLACE), engine=word),
        block("console", Command(word, word, 0, PLACE), exempt=word),
    )
    return Scenario("a/b", Path("snippets/a/b.md"), word, (Step("a/b#c", "c", blocks, (), PLACE),))


def page(word: str) -> PageSource:
    front = FrontMatter(title=word, description=word, finds=[word], at_a_glance={word: "text"})
    bare = page_from_text("a/index.md", "# T\n\n```step\na/b#c\n```\n")
    return PageSource(bare.uri, bare.path, front, bare.body, bare.first_line, bare.filled)


def build(word: str) -> Build:
    found = scenario(word)
    library = Library(
        {found.id: found},
        {found.id: Proof(word, word, word, word, word)},
        ran=frozenset({("a/b#c", found.steps[0].blocks[0].body_start)}),
    )
    pages = [page(word)]
    chapters = chapters_of(pages, {"a": word})
    return Build(
        library, chapters, Verdict((), live=True), ["a/a.sh", "a/a.py"], step_links(pages), {"a/index.md": word}
    )


def as_html(markdown: str) -> str:
    """A page that is made from data, as the site's Markdown reader takes it."""
    body = markdown.split("\n---\n", 1)[1]
    return Markdown(
        extensions=["attr_list", "md_in_html", "tables", "toc", "pymdownx.superfences", "admonition"]
    ).convert(body)


@given(hostile)
def test_a_step(word: str) -> None:
    def rendered(word: str) -> str:
        around = Surroundings(
            build(word).library,
            "../verification/",
            str,
            None,
            lambda text, rules: [(0, 1, "id")],
            lambda one, other: [],
        )
        embed = Embed("a/b#c", PLACE, (Note("noted", "text", PLACE),), title=word)
        return render_step(embed, [View(("26.1",), scenario(word).steps[0])], around)

    assert structure(rendered(word)) == structure(rendered("x"))
    assert BeautifulSoup(rendered(word), "html.parser").select_one(".filename").text == word


@settings(max_examples=30, deadline=None)
@given(hostile)
def test_a_step_that_differs_between_engines(word: str) -> None:
    def rendered(word: str) -> str:
        lines = (("-", f"{word} old", []), ("+", f"{word} new", []), (" ", word, []))
        change = Between("a/b#c", "console", word, f"{word} old", f"{word} new", (PLACE, PLACE), lines)
        library = build(word).library
        around = Surroundings(
            library, "../v/", str, None, lambda text, rules: [(0, 1, "id")], lambda one, other: [change]
        )
        step = scenario(word).steps[0]
        views = [View((word,), step), View((f"{word}-2",), step)]
        pair = Pair(word, f"{word}-2", (), (change,))
        link = {"a/b#c": [StepLink(word, "a/#c")]}
        return render_step(Embed("a/b#c", PLACE), views, around) + as_html(between_page([pair], link))

    html = rendered(word)
    assert structure(html) == structure(rendered("x"))
    assert word in BeautifulSoup(html, "html.parser").select_one("table.sides td").text


@given(hostile)
def test_the_head_of_a_page(word: str) -> None:
    def rendered(word: str) -> str:
        of = build(word)
        return eyebrow(page(word), of.chapters) + with_head(page(word), "<h1>T</h1>", of, lambda url: f"../{url}")

    assert structure(rendered(word)) == structure(rendered("x"))


@given(hostile)
def test_the_pages_that_are_made_from_data(word: str) -> None:
    def rendered(word: str) -> str:
        of = build(word)
        change = Change(word, "a/b#c", "text", f"{word}\n{word}", word, word, "x:1")
        entry = Entry(1, "executed", ("a/b#c",), "text", "x:1")
        coverage = Coverage((Item(1, "a", word), Item(2, "a", word)), {1: entry}, ())
        pages = [
            verification_page(of.library, of.verdict, of.chapters, [page(word)], of.links),
            changes_page([change], of.links),
            coverage_page(coverage, of.links, {"a": word}),
        ]
        return "".join(map(as_html, pages))

    assert elements(rendered(word)) == elements(rendered("x"))


@given(hostile)
def test_what_python_blocks_can_show(word: str) -> None:
    def rendered(word: str) -> str:
        of = build(word)
        with material(Material(of.library, of.verdict, of.chapters)):
            return figures({word: word}) + table([word], [[word]]) + chapter_list()

    assert elements(rendered(word)) == elements(rendered("x"))


INLINE = {("code", ()), ("em", ()), ("strong", ()), ("a", ("href",)), ("a", ("href", "title")), ("a", ()), ("br", ())}


@given(hostile)
def test_a_line_of_markdown_holds_only_what_markdown_has_for_a_line(text: str) -> None:
    html = inline_markdown(text)
    assert set(elements(html)) <= INLINE
    for link in BeautifulSoup(html, "html.parser").select("a[href]"):
        assert not str(link["href"]).strip().lower().startswith(("javascript:", "data:", "vbscript:"))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("`a` and *b*", "<code>a</code> and <em>b</em>"),
        ("[x](https://a.test)", '<a href="https://a.test">x</a>'),
        ("[x](../y/)", '<a href="../y/">x</a>'),
        ("[x](javascript:alert)", "<a>x</a>"),
        ("[x](JaVaScRiPt:alert)", "<a>x</a>"),
        ("<b onclick=x>y</b>", "&lt;b onclick=x&gt;y&lt;/b&gt;"),
        ("![x](y)", "![x](y)"),
        ("# no heading", "# no heading"),
        ("- no list", "- no list"),
    ],
)
def test_lines_of_markdown(text: str, html: str) -> None:
    assert inline_markdown(text) == html


@given(hostile)
def test_text_means_nothing_to_markdown(word: str) -> None:
    html = Markdown(extensions=["attr_list", "tables"]).convert(f"# {markdown_text(word)} {{ #own }}")
    assert list(elements(html)) == [("h1", ("id",))]
    assert BeautifulSoup(html, "html.parser").h1["id"] == "own"


@settings(max_examples=15)  # each starts graphviz
@given(hostile)
def test_a_picture(word: str) -> None:
    def rendered(word: str) -> str:
        drawn = layers([{"created_by": word, "size": 4, "tags": [word]}])
        return str(render("picture.html", picture=drawn))

    # A backslash begins an escape of graphviz' own.
    plain = word.replace("\\", "")
    attributes = {a for _, names in elements(rendered(plain)) for a in names}
    assert attributes <= {a for _, names in elements(rendered("x")) for a in names} | {"font-weight", "font-style"}
    assert not {"script", "img"} & {tag for tag, _ in elements(rendered(plain))}


def test_over_text_is_what_the_overlay_makes() -> None:
    assert {tag for tag, _ in OVER_TEXT} == {"span", "i", "mark", "b"}


@pytest.mark.parametrize("own", ['y" onclick="alert(1)', "a b", "1a", "a#b", "ä", ""])
def test_an_id_is_an_id(own: str) -> None:
    if own:
        with pytest.raises(EmbedError, match="is no id") as caught:
            parse_embed("a/b#c", {"id": own}, PLACE)
        assert caught.value.where == "p.md:3"
    else:
        assert parse_embed("a/b#c", {"id": own}, PLACE).anchor == "a-b-c"


@pytest.mark.parametrize(
    "address",
    ["../../x", "/../x", "a/../../b", "a//b", ".git", "a/.hidden", "a b", 'a"b', "a?b", "a#b", "C:\\x", "", 7],
)
def test_a_former_address_stays_below_the_site(tmp_path: Path, address: object) -> None:
    file = tmp_path / "a.md"
    file.write_text(f"---\ndescription: d\nmoved_from: [old, {address!r}]\n---\n# T\n")
    with pytest.raises(SnippetLabError, match="is no former address") as caught:
        read_page(tmp_path, file)
    assert caught.value.where == f"{file}:3"


def moved(tmp_path: Path, **pages: str) -> dict[str, PageSource]:
    found = {}
    for name, former in pages.items():
        file = tmp_path / f"{name}.md"
        file.write_text(f"---\nmoved_from: {former}\n---\n# T\n")
        found[f"{name}.md"] = read_page(tmp_path, file)
    return found


@pytest.mark.parametrize("former", ["b", "B", "b/index.html", "assets/site.css", "assets/site.css/more"])
def test_a_former_address_takes_nobody_s_place(tmp_path: Path, former: str) -> None:
    pages = moved(tmp_path, a=former)
    with pytest.raises(SnippetLabError, match="moved_from names") as caught:
        check_former_addresses(pages, {"a/index.html", "b/index.html", "b/index.md", "assets/site.css"})
    assert caught.value.where == f"{tmp_path / 'a.md'}:1"


def test_two_pages_cannot_have_stood_at_one_address(tmp_path: Path) -> None:
    with pytest.raises(SnippetLabError, match=r"which .*a\.md names too"):
        check_former_addresses(moved(tmp_path, a="old", b="old"), set())


def test_other_former_addresses_are_taken(tmp_path: Path) -> None:
    pages = moved(tmp_path, a="[old, b/older/, assets]")
    check_former_addresses(pages, {"a/index.html", "b/index.html", "assets/site.css"})
    assert list(redirects(pages)) == ["old/index.html", "b/older/index.html", "assets/index.html"]


@pytest.mark.parametrize("name", ['a"b', "a b", "a#b", "a<b"])
def test_a_page_s_name_is_an_address(tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.md").write_text("# T\n")
    with pytest.raises(SnippetLabError, match="the name of a page is its address"):
        read_page(tmp_path, tmp_path / f"{name}.md")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "a\\u202eb"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("\x1b[1m\x00", "\\u001b[1m\\u0000"),
        ("a\tb\r\n", "a\tb\r\n"),
        ("é中👩‍👧", "é中👩‍👧"),
    ],
)
def test_what_hides_itself_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("front", "line", "message"),
    [
        ("colour: red", 2, "colour: unknown key"),
        ("description: d\nnav_order: first", 3, "nav_order"),
        ("at_a_glance: 7", 2, "at_a_glance must be"),
        ("finds:\n- a\n- 7", 2, "finds must be"),
        ("search: {boost: high}", 2, "search.boost"),
        ("hide: [everything]", 2, "hide.0"),
        ("- a", 2, "keys and values are wanted"),
        ("a: &x [1]\nb: *x", 3, "alias"),
    ],
)
def test_what_is_wrong_in_front_matter_is_told_with_its_line(
    tmp_path: Path, front: str, line: int, message: str
) -> None:
    file = tmp_path / "a.md"
    file.write_text(f"---\n{front}\n---\n# T\n")
    with pytest.raises(SnippetLabError) as caught:
        read_page(tmp_path, file)
    assert message in caught.value.what
    assert caught.value.where == f"{file}:{line}"
