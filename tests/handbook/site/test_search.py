"""Search in the browser: what a reader types, and the chapter that must come first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from handbook.pages.sources import read_pages
from playwright.sync_api import Browser, Page

from .conftest import ROOT

# What a person may type, and the page that must come first.
QUERIES = [
    ("--restart", "containers/exit-codes-and-restarts/"),
    ("docker ps -l", "containers/lists-and-names/"),
    ("network ls", "networking/own-network/"),
    ("--add-host", "networking/links/"),
    ("--volumes-from", "volumes/share/"),
    ("docker run --restart always web", "containers/exit-codes-and-restarts/"),
    ("docker network create --driver bridge app", "networking/own-network/"),
    ("how to backup volume", "volumes/share/"),
    ("DOCKER_HOST", "api/tcp/"),
]
# And all that the pages themselves say they are to be found by.
FINDS = [(text, page.url) for page in read_pages(ROOT / "docs/en") for text in page.front.finds]


@pytest.fixture(scope="module")
def page(browser: Browser, handbook: Path, serve: Callable[[Path], str]) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    opened.goto(f"{serve(handbook)}verification/")
    opened.locator("input.md-search__input").click()
    yield opened
    opened.close()


ASK = """async (queries) => {
  const field = document.querySelector("input.md-search__input");
  const list = document.querySelector(".md-search-result__list");
  const type = (text) => {
    field.value = text;
    field.dispatchEvent(new KeyboardEvent("keyup"));
  };
  const until = async (done) => {
    const end = performance.now() + 10000;
    while (!done() && performance.now() < end) await new Promise((next) => setTimeout(next, 5));
  };
  const answers = [];
  for (const query of queries) {
    // Once with nothing, so that no older result stands.
    type("");
    await until(() => list.childElementCount === 0);
    type(query);
    await until(() => list.childElementCount > 0);
    answers.push([...list.querySelectorAll("a.md-search-result__link")].map((link) => link.href));
  }
  return answers;
}"""


def ask(page: Page, handbook: Path, queries: list[str]) -> list[list[str]]:
    """For each query the pages that the search names, in order."""
    # A page is followed by its own sections: what counts is which pages come first.
    return [
        list(dict.fromkeys(urlsplit(link).path.removeprefix(f"/{handbook.name}/") for link in links)) or ["nothing"]
        for links in page.evaluate(ASK, queries)
    ]


@pytest.mark.parametrize(("query", "wanted"), QUERIES)
def test_the_right_page_comes_first(page: Page, handbook: Path, query: str, wanted: str) -> None:
    assert ask(page, handbook, [query])[0][0] == wanted


def test_every_page_is_found_by_what_it_says(page: Page, handbook: Path) -> None:
    first = [pages[0] for pages in ask(page, handbook, [text for text, _ in FINDS])]
    assert len(first) > 200
    wrong = [(*find, got) for find, got in zip(FINDS, first, strict=True) if find[1] != got]
    assert wrong == [], str(wrong)


def test_words_that_nobody_typed_are_not_called_missing(page: Page, handbook: Path) -> None:
    ask(page, handbook, ["docker ps frobnicate"])
    assert "frobnicate" in page.locator(".md-search-result__terms").first.inner_text()
    assert "find_" not in page.locator(".md-search-result__list").inner_html()
