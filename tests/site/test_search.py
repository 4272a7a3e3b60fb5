"""Search in the browser: what a reader types, and the chapter that must come first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from .conftest import ROOT

# Query, and the first part of the address of the first hit. The command index may come first for a whole command.
QUERIES = [
    ("docker network create", "networking/"),
    ("docker network connect", "networking/"),
    ("network ls", "networking/"),
    ("--link", "networking/links/"),
    ("docker0", "networking/"),
    ("resolv.conf", "networking/own-network/"),
    ("--restart", "containers/"),
    ("docker logs -f", "containers/"),
    ("--cap-add", "containers/"),
    ("docker exec", "containers/"),
    ("docker commit", "images/"),
    ("docker history", "dockerfile/layers/"),
    ("docker login", "images/"),
    ("ONBUILD", "dockerfile/"),
    ("HEALTHCHECK", "dockerfile/"),
    (".dockerignore", "dockerfile/"),
    ("--build-arg", "dockerfile/"),
    ("backup volume", "volumes/"),
    ("docker compose up", "compose/"),
    ("docker swarm init", "swarm/"),
    ("docker service create", "swarm/"),
    ("2375", "api/"),
    ("UFW", "daemon/"),
    ("DOCKER_HOST", "api/tls/"),
]
WRITTEN = {p.parent.name for p in (ROOT / "docs/en").glob("*/index.md")}


@pytest.fixture(scope="module")
def page(browser: Browser, handbook: Path, serve: Callable[[Path], str]) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    opened.goto(f"{serve(handbook)}verification/")
    opened.locator("input.md-search__input").click()
    yield opened
    opened.close()


@pytest.mark.parametrize(("query", "wanted"), [q for q in QUERIES if q[1].partition("/")[0] in WRITTEN])
def test_the_right_page_comes_first(page: Page, handbook: Path, query: str, wanted: str) -> None:
    # The theme searches when a key is let go: once with nothing, so that no older result stands, once for all.
    field = page.locator("input.md-search__input")
    field.fill("")
    field.press("Shift")
    page.wait_for_function("document.querySelector('.md-search-result__list').childElementCount === 0")
    field.fill(query)
    field.press("Shift")
    page.locator(".md-search-result__item").first.wait_for()
    hits = [
        urlsplit(link.get_attribute("href") or "").path.removeprefix(f"/{handbook.name}/")
        for link in page.locator(".md-search-result__item > .md-search-result__link, .md-search-result__item > a").all()
    ]
    # A page is followed by its own sections: what counts is which pages come first.
    pages = list(dict.fromkeys(hits))
    assert pages[0].startswith((wanted, "commands/")), pages[:5]
    assert any(page.startswith(wanted) for page in pages[:2]), pages[:5]
