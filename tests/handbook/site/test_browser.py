"""The site in a real browser: Debian's chromium, driven by Playwright."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from handbook.pages.sources import read_pages
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, ViewportSize, expect

from .conftest import ROOT

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDE: ViewportSize = {"width": 1280, "height": 900}
KINDS = ["", "start/", "networking/", "coverage/", "commands/", "verification/", "between/", "404.html"]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport=WIDE, reduced_motion="reduce")
    opened.grant_permissions(["clipboard-read", "clipboard-write"])
    yield opened
    opened.close()


@pytest.fixture
def base(fixture_site: Path, serve: Callable[[Path], str]) -> str:
    return serve(fixture_site)


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def copied(page: Page, block: str) -> str:
    """What the copy button of a block puts on the clipboard."""
    page.evaluate("navigator.clipboard.writeText('')")
    button = page.locator(f"{block} button[data-md-type=copy]").first
    button.scroll_into_view_if_needed()
    button.click()
    page.wait_for_function("navigator.clipboard.readText().then((text) => text !== '')")
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_copy_gives_only_commands(page: Page, base: str) -> None:
    page.goto(f"{base}networking/")
    text = copied(page, "#networking-app-create .tabbed-block:first-child .run")
    assert text == "docker network create app\ndocker network ls"


def test_python_is_copied_as_a_script(page: Page, base: str) -> None:
    page.goto(f"{base}networking/")
    page.locator("#networking-app-create .tabbed-labels").get_by_text("Python").click()
    text = copied(page, "#networking-app-create .tabbed-block:last-child .run")
    assert text.startswith("import docker\n\nclient = docker.from_env()\n\nnetwork = client.networks.create(")
    assert "print(network.name)" in text
    assert ">>>" not in text
    assert "app bridge" not in text


def test_a_block_has_one_copy_button(page: Page, base: str) -> None:
    page.goto(f"{base}networking/")
    page.wait_for_selector("button[data-md-type=copy]")
    shell = page.locator("#networking-app-create .tabbed-block:first-child .run")
    assert shell.locator("button[data-md-type=copy]").count() == 1


def test_a_chosen_tab_is_remembered_on_other_steps_and_visits(page: Page, base: str) -> None:
    page.goto(f"{base}networking/")
    page.locator("#networking-app-create .tabbed-labels").get_by_text("Python").click()
    assert page.locator("#networking-app-create .tabbed-block:last-child").is_visible()
    page.goto(f"{base}")
    assert page.locator(".hero-step .tabbed-block:last-child").is_visible()
    assert page.locator(".hero-step .tabbed-block:first-child").is_hidden()


def shown_first(page: Page) -> str:
    return page.locator("#networking-app-name-taken > .view-slot .run-out").inner_text()


def engine(page: Page, name: str) -> Locator:
    return page.get_by_role("radio", name=name, exact=True)


def test_every_engine_of_the_site_can_be_chosen(page: Page, base: str) -> None:
    page.goto(f"{base}networking/")
    names = page.locator("fieldset.engines label").all_inner_texts()
    assert names == ["28.5", "28.5-containerd", "26.1", "20.10"]
    said = {"28.5": "there already", "28.5-containerd": "there already", "26.1": "already exists", "20.10": "is taken"}
    for name in reversed(names):
        engine(page, name).check()
        assert said[name] in shown_first(page), name


def test_a_paragraph_of_an_engine_is_shown_to_those_who_chose_it(page: Page, browser: Browser, base: str) -> None:
    page.goto(f"{base}networking/")
    paragraph = page.locator("p.on-engines")
    assert paragraph.text_content() == "On 20.10: This one says it in fewer words."
    assert paragraph.is_hidden()
    engine(page, "20.10").check()
    assert paragraph.is_visible()
    context = browser.new_context(java_script_enabled=False)
    bare = context.new_page()
    bare.goto(f"{base}networking/")
    assert bare.locator("p.on-engines em").is_visible()
    context.close()


def test_an_engine_of_the_shell_track_alone_shows_no_other(page: Page, base: str) -> None:
    page.goto(f"{base}networking/")
    first = page.locator("#networking-app-create > .view-slot")
    assert first.locator(".tabbed-labels label").all_inner_texts() == ["Shell", "Python"]
    engine(page, "20.10").check()
    assert first.locator(".tabbed-labels label").count() < 2
    assert "none" not in first.locator(".run-out").last.inner_text()
    assert page.locator(".engines-say").inner_text().endswith("28.5, and docker-py was not run on 20.10")


def test_a_chosen_engine_is_remembered_on_other_pages_and_visits(page: Page, base: str) -> None:
    page.goto(f"{base}networking/")
    assert "there already" in shown_first(page)
    assert page.locator(".engines-say").inner_text() == "2 steps differ on 26.1, 3 steps differ on 20.10"
    engine(page, "28.5").focus()
    page.keyboard.press("ArrowRight")
    assert engine(page, "28.5-containerd").is_checked() and "there already" in shown_first(page)
    say = "0 steps are other than on 28.5, and docker-py was not run on 28.5-containerd"
    assert page.locator(".engines-say").inner_text() == say
    page.keyboard.press("ArrowRight")
    assert "already exists" in shown_first(page)
    assert page.locator(".engines-say").inner_text() == "2 steps are other than on 28.5"
    folds = page.locator("#networking-app-name-taken > .differs > summary").all_inner_texts()
    assert folds == ["differs on 28.5 and 28.5-containerd", "differs on 20.10"]
    page.goto(f"{base}start/")
    assert engine(page, "26.1").is_checked()
    page.goto(f"{base}networking/")
    assert "already exists" in shown_first(page)
    assert page.locator("#networking-app-name-taken > .view-slot .notes").inner_text().startswith("already exists")
    engine(page, "28.5").check()
    assert "there already" in shown_first(page)
    assert page.locator(".engines-say").inner_text() == "2 steps differ on 26.1, 3 steps differ on 20.10"


def test_what_the_strip_says_of_all_steps_no_step_shows(
    page: Page, handbook: Path, serve: Callable[[Path], str]
) -> None:
    page.goto(f"{serve(handbook)}compose/change/")
    assert "nothing runs on 20.10" in page.locator(".engines-say").inner_text()
    folds = page.locator("details.differs")
    assert folds.filter(visible=True).count() < folds.count()
    assert "20.10" not in "".join(folds.filter(visible=True).locator(".differs-on").all_inner_texts())
    engine(page, "20.10").check()
    assert page.locator("details.differs", has_text="differs on").filter(visible=True).count() > 0


def test_an_engine_that_the_site_has_no_more_is_forgotten(page: Page, base: str) -> None:
    page.goto(f"{base}networking/")
    page.evaluate("localStorage.setItem('handbook.engine', '19.03')")
    page.reload()
    assert engine(page, "28.5").is_checked() and "there already" in shown_first(page)
    assert page.locator("p.on-engines").is_hidden()
    assert page.evaluate("localStorage.getItem('handbook.engine')") == ""


def test_without_a_script_the_newest_is_shown_and_others_can_be_unfolded(browser: Browser, base: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base}networking/")
    assert "there already" in shown_first(page)
    assert page.locator("fieldset.engines").is_hidden()
    fold = page.locator("#networking-app-name-taken > .differs").first
    assert not fold.locator("table").is_visible()
    fold.locator("summary").first.click()
    assert fold.locator("table").is_visible()
    fold.locator("summary").last.click()
    assert fold.locator(".view").inner_text().count("already exists") >= 1
    context.close()


def test_paper_shows_the_newest_with_the_differences(page: Page, base: str) -> None:
    page.goto(f"{base}networking/")
    page.emulate_media(media="print")
    assert page.locator("#networking-app-name-taken > .differs > table.sides").first.is_visible()
    assert page.locator("#networking-app-name-taken .differs .view").first.is_hidden()
    assert page.locator("fieldset.engines").is_hidden()


def test_folds_open_by_keyboard(page: Page, base: str) -> None:
    page.goto(f"{base}start/")
    fold = page.locator("#start-escape-terminal .run-fold")
    assert not fold.locator("samp").is_visible()
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    assert fold.locator("samp").is_visible()


def test_a_note_leads_to_its_line_and_back(page: Page, base: str) -> None:
    page.goto(f"{base}networking/")
    page.locator("#networking-app-create ol.notes .note-word").nth(1).click()
    # The line is in the Python tab, which was not in view.
    expect(page.locator("#networking-app-create-mark-2")).to_be_visible()


def test_what_the_strip_tells_of_its_page_uses_its_whole_width(page: Page, base: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{base}networking/")
    strip, more = page.locator(".strip").bounding_box(), page.locator(".strip .strip-more").bounding_box()
    assert strip is not None and more is not None
    assert more["width"] > 0.9 * strip["width"]


# How high the strip below the title is, of all engines that can be chosen the worst.
STRIP = """() => {
  const strip = document.querySelector(".strip");
  const heights = [...document.querySelectorAll("fieldset.engines input")].map((radio) => {
    radio.click();
    return strip.getBoundingClientRect().height;
  });
  return Math.max(...heights);
}"""


def test_on_a_phone_the_strip_is_one_line_that_names_the_engine(page: Page, base: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{base}networking/")
    one_line = 60  # a second one would be above that
    assert page.evaluate(STRIP) <= one_line
    fold = page.locator(".strip-more > summary")
    assert fold.inner_text() == "Engine 20.10"
    assert page.locator("fieldset.engines").is_hidden()
    fold.click()
    engine(page, "28.5-containerd").check()
    assert fold.inner_text() == "28.5-containerd"


def test_printing_shows_both_tracks_and_opens_folds(page: Page, base: str) -> None:
    page.goto(f"{base}networking/")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for block in page.locator("#networking-app-create .tabbed-block").all():
        assert block.is_visible()
        # The tabs' own labels cannot be seen on paper.
        assert (
            block.evaluate("el => getComputedStyle(el, '::before').content") == f'"{block.get_attribute("data-label")}"'
        )
    for fold in page.locator(":not(.differs *) > details.run-fold").all():
        assert fold.locator("samp").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".run-capture[open]").count() == 0


def test_a_site_that_is_opened_as_files_leads_from_page_to_page(page: Page, fixture_site: Path) -> None:
    page.goto((fixture_site / "index.html").as_uri())
    page.locator("article a.button--first").click()
    page.wait_for_load_state()
    assert page.url == (fixture_site / "start/index.html").as_uri()
    folders = "() => [...document.links].map((a) => a.href).filter((a) => a.startsWith('file:') && /[/](#|$)/.test(a))"
    assert page.evaluate(folders) == []


# Of an element: the sum of its colour's parts (0 is black), and the size of its type.
INK = """(selector) => {
  const style = getComputedStyle(document.querySelector(selector));
  return [style.color.match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + +part, 0), parseFloat(style.fontSize)];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_is_dark_on_white_and_its_listings_are_no_larger_than_its_text(
    page: Page, base: str, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{base}networking/")
    assert (page.evaluate(INK, "article p:not(.eyebrow)")[0] > 384) == (scheme == "dark")
    page.emulate_media(media="print", color_scheme=scheme)
    text, listing = page.evaluate(INK, "article p:not(.eyebrow)"), page.evaluate(INK, ".run-cmd > code")
    assert text[0] < 300 and listing[0] < 300
    assert listing[1] <= text[1]
    assert page.locator(".strip-more > summary").is_hidden()


ALL_RULES = {"type": "tag", "values": WCAG}
# Of these rules, those whose answer depends on colours.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}


# Selectors, which nobody reads here, are a good part of what a run costs.
AXE = """async (rules) => {
  const { violations } = await axe.run({ runOnly: rules, resultTypes: ["violations"], selectors: false });
  return violations.flatMap((v) => v.nodes.map((node) => `${v.id}: ${node.html.slice(0, 160)}`));
}"""


def faults(page: Page, rules: object = ALL_RULES) -> list[str]:
    """What axe finds on a page by the rules of WCAG 2.2 AA."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    return list(page.evaluate(AXE, rules))


def faults_by_scheme(page: Page) -> list[str]:
    """The faults in light and, of the rules that depend on colours, in dark."""
    found = []
    for scheme, name, rules in (("light", "default", ALL_RULES), ("dark", "slate", COLOURS)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.wait_for_selector(f"body[data-md-color-scheme={name}]")
        found += [f"{scheme}: {fault}" for fault in faults(page, rules)]
    return found


@pytest.mark.parametrize("address", KINDS)
def test_every_kind_of_page(context: BrowserContext, base: str, address: str) -> None:
    """One visit: nothing from elsewhere and nothing missing, no fault wide or narrow, nothing wider than a phone."""
    page = context.new_page()
    asked: list[Request] = []
    failed: list[str] = []
    messages: list[str] = []
    page.on("request", lambda request: asked.append(request))
    page.on("response", lambda r: failed.append(r.url) if r.status >= 400 else None)
    page.on("console", lambda m: messages.append(m.text) if m.type == "error" else None)
    page.goto(f"{base}{address}")
    page.wait_for_load_state("networkidle")
    assert faults_by_scheme(page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert faults_by_scheme(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator("label[for=__search]").first.dispatch_event("click")
    page.wait_for_load_state("networkidle")
    own = urlsplit(base).netloc
    assert len(asked) > 3
    assert [r.url for r in asked if urlsplit(r.url).scheme.startswith("http") and urlsplit(r.url).netloc != own] == []
    assert failed == []
    assert messages == []


# The line boxes of the commands' text, and the boxes of copy buttons, where they are seen.
COMMANDS = """() => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  const cut = [], covered = [];
  for (const label of [0, 1]) {
    for (const set of document.querySelectorAll(".tabbed-set"))
      set.querySelectorAll(":scope > input")[label]?.click();
    for (const el of document.querySelectorAll(".run-cmd > :is(code, kbd)"))
      if (el.offsetParent && el.scrollWidth > el.clientWidth) cut.push(el.textContent);
    for (const nav of document.querySelectorAll(".run .md-code__nav")) {
      const code = nav.closest("pre").querySelector("code");
      const range = document.createRange();
      range.selectNodeContents(code);
      const a = nav.getBoundingClientRect();
      const over = (b) => b.left < a.right && a.left < b.right && b.top < a.bottom && a.top < b.bottom;
      if (a.width && [...range.getClientRects()].some(over)) covered.push(code.textContent);
    }
  }
  return { cut, covered };
}"""


def handbook_pages() -> list[str]:
    """The addresses of the handbook's own pages; the kinds of generated pages are seen in the fixture."""
    return [page.url for page in read_pages(ROOT / "docs/en")]


@dataclass
class Tab:
    """A tab that goes from page to page, as a reader's does: what pages share is loaded and compiled once. No page
    finds what a visit before it has stored, and none is visited in a tab in which something failed."""

    browser: Browser
    context: BrowserContext | None = None

    @contextmanager
    def visit(self) -> Iterator[Page]:
        """The tab as a new one is: wide, light, and with nothing stored."""
        if self.context is None:
            self.context = self.browser.new_context(viewport=WIDE, reduced_motion="reduce")
            self.context.new_page()
        try:
            page = self.context.pages[0]
            page.set_viewport_size(WIDE)
            page.emulate_media(color_scheme="light")
            yield page
            page.evaluate("localStorage.clear(); sessionStorage.clear()")
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let it go; the next visit opens another one."""
        context, self.context = self.context, None
        if context is not None:
            context.close()


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Tab]:
    opened = Tab(browser)
    yield opened
    opened.close()


# Marks of notes that are not in view as a whole on their line, and marks that stand on another.
MARKS = """(() => {
  const shown = [...document.querySelectorAll(".run-out .note-mark")].filter((mark) => mark.getClientRects().length);
  const box = (el) => el.getBoundingClientRect();
  const within = (mark, out) => box(mark).left >= box(out).left && box(mark).right <= box(out).right + 1;
  const on = (a, b) => box(b).right - box(a).right < 16 && Math.abs(box(a).top - box(b).top) < 4;
  return {
    cut: shown.filter((mark) => !within(mark, mark.closest("samp"))).map((mark) => mark.id),
    covered: shown.filter((mark, i) => shown[i + 1] && on(mark, shown[i + 1])).map((mark) => mark.id),
  };
})()"""


@pytest.mark.parametrize("address", handbook_pages())
def test_every_page_of_the_handbook(tab: Tab, handbook: Path, serve: Callable[[Path], str], address: str) -> None:
    """One visit: nothing from elsewhere, no fault in either scheme; on a phone nothing is too wide, and no command and
    no mark of a note is cut or covered."""
    base = serve(handbook)
    foreign: list[str] = []

    def look(request: Request) -> None:
        if not request.url.startswith((base, "data:", "blob:")):
            foreign.append(request.url)

    with tab.visit() as page:
        page.on("request", look)
        page.goto(f"{base}{address}")
        assert faults_by_scheme(page) == []
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        if page.locator(".run").count():
            page.wait_for_selector(".md-code__nav", state="attached")
        assert page.evaluate(COMMANDS) == {"cut": [], "covered": []}
        assert page.evaluate(MARKS) == {"cut": [], "covered": []}
        page.set_viewport_size({"width": 320, "height": 740})  # 1280 at a zoom of 400 %: WCAG 2.2, 1.4.10
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert foreign == []
        page.remove_listener("request", look)


def test_a_contrast_theme_hides_no_word_and_marks_the_tab_that_is_shown(page: Page, base: str) -> None:
    page.emulate_media(forced_colors="active", color_scheme="dark")
    page.goto(f"{base}networking/")
    seen = page.locator("mark").evaluate_all(
        "(all) => all.map((el) => getComputedStyle(el)).map((s) => [s.color, s.backgroundColor])"
    )
    assert seen and all(ink != ground and not ground.startswith("rgba") for ink, ground in seen)  # a: see-through
    step = page.locator("#networking-app-create")
    borders = step.locator(".tabbed-labels > label").evaluate_all(
        "(all) => all.map((el) => getComputedStyle(el).borderBottomColor)"
    )
    assert set(borders) == {page.evaluate("getComputedStyle(document.body).backgroundColor")}


def test_the_system_s_dark_scheme_is_followed(page: Page, base: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(base)
    assert page.locator("body").get_attribute("data-md-color-scheme") == "slate"


def test_what_scrolls_can_be_reached_by_keyboard(browser: Browser, base: str) -> None:
    phone = browser.new_context(viewport={"width": 360, "height": 740})
    page = phone.new_page()
    page.goto(f"{base}networking/")
    page.wait_for_load_state("networkidle")
    lost = page.evaluate(
        """[...document.querySelectorAll('.run samp, .run kbd, .run code, .picture-scroll')]
           .filter((el) => el.scrollWidth > el.clientWidth + 1 && el.offsetParent && el.tabIndex < 0).length"""
    )
    phone.close()
    assert lost == 0


def test_the_shadow_of_a_wide_table_is_seen(browser: Browser, serve: Callable[[Path], str], handbook: Path) -> None:
    """A table's own ground would lie over it."""
    phone = browser.new_context(viewport={"width": 360, "height": 740})
    page = phone.new_page()
    page.goto(f"{serve(handbook)}daemon/install/")
    wide = page.locator(".md-typeset__scrollwrap", has=page.locator("table")).first
    over, grounds = wide.evaluate(
        """(el) => [el.scrollWidth > el.clientWidth,
                    ['table', 'td'].map((name) => getComputedStyle(el.querySelector(name)).backgroundColor)]"""
    )
    phone.close()
    assert (over, grounds) == (True, ["rgba(0, 0, 0, 0)"] * 2)


def test_a_page_weighs_little(context: BrowserContext, base: str, fixture_site: Path) -> None:
    import gzip

    page = context.new_page()
    paths: list[str] = []
    page.on("request", lambda r: paths.append(urlsplit(r.url).path.removeprefix(urlsplit(base).path)))
    page.goto(f"{base}networking/")
    page.wait_for_load_state("networkidle")
    weight = 0
    for path in set(paths):
        file = fixture_site / path
        file = file / "index.html" if file.is_dir() else file
        data = file.read_bytes()
        weight += len(data) if file.suffix == ".woff2" else len(gzip.compress(data))
    assert weight < 400_000


def test_seconds_are_filled_in(page: Page, base: str) -> None:
    # The link to a step unfolds its scenario.
    page.goto(f"{base}verification/#networking-app-create")
    cell = page.locator('td[data-seconds="networking/app#create"]')
    cell.get_by_text("0.4").wait_for()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_broken_command_is_copied_whole(
    context: BrowserContext, handbook: Path, serve: Callable[[Path], str], width: int
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(f"{serve(handbook)}start/first-container/")
    command = "docker run -d --name web -p 127.0.0.1:8080:80 nginx"
    block = page.locator(".run", has_text=command).first
    lines = block.locator("code").first.evaluate("el => el.clientHeight / parseFloat(getComputedStyle(el).lineHeight)")
    assert (lines > 2.5) == (width == 360)
    assert copied(page, f"#{block.get_attribute('id')}").split("\n")[0] == command
