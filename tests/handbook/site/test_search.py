"""Search in the browser: what a reader types, and the pages that are found."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from handbook.exports.search import tasks_of
from handbook.pages.sources import read_pages
from playwright.sync_api import Browser, Page

from .conftest import ROOT

# One process has the search's worker and its index.
pytestmark = pytest.mark.xdist_group("search")

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
    ("permission denied docker.sock", "daemon/group/"),
    ("permission denied /var/run/docker.sock", "daemon/group/"),
    ("port already allocated", "networking/ports/"),
    ("Bind for 0.0.0.0:8080 failed: port is already allocated", "networking/ports/"),
    ("share files", "volumes/share/"),
    ("no space left", "volumes/disk/"),
    ("no space left on device", "volumes/disk/"),
    ("image too big", "dockerfile/multi-stage/"),
    ("remove all containers", "containers/remove/"),
    ("how do I remove all the containers?", "containers/remove/"),
    ("exited 137", "containers/exit-codes-and-restarts/"),
    ("difference cmd entrypoint", "dockerfile/start/"),
    ("difference between CMD and ENTRYPOINT", "dockerfile/start/"),
    ("run as non root user", "dockerfile/surroundings/"),
    ("volume backup", "volumes/share/"),
    ("capabilities", "containers/privileges/"),
    ("capability", "containers/privileges/"),
    ("environment variable", "containers/environment/"),
    ("environment variables", "containers/environment/"),
    # What a beginner asks in words of their own, and messages as they are pasted.
    ("Cannot connect to the Docker daemon at unix:///var/run/docker.sock", "daemon/"),
    ("container exits immediately", "containers/run/"),
    ('Conflict. The container name "/web" is already in use', "containers/lists-and-names/"),
    ("address already in use", "networking/ports/"),
    ("bash into a running container", "containers/attach-and-exec/"),
    ("copy file from container to host", "containers/copy/"),
    ("get container ip address", "containers/inspect/"),
    ("remove unused images", "volumes/disk/"),
    ("where are volumes stored", "volumes/"),
    ("volume", "volumes/"),
    ("container killed out of memory", "containers/limits/"),
    ("start container on boot", "containers/exit-codes-and-restarts/"),
    ("access host from container", "networking/links/"),
    ("build without cache", "dockerfile/cache/"),
    ("COPY failed: file not found in build context", "dockerfile/context/"),
    ("reduce image size", "dockerfile/multi-stage/"),
    ("run docker without sudo", "daemon/group/"),
    ("client version 1.24 is too old", "api/versions/"),
    ("follow logs", "containers/logs/"),
    ("docker eats my disk", "volumes/disk/"),
    ("scale service", "swarm/cluster/"),
    ("container is unhealthy", "containers/health/"),
    ("change restart policy of existing container", "containers/exit-codes-and-restarts/"),
    ("compose wait until healthy", "compose/order/"),
    ("services must be a mapping", "compose/old-file/"),
    ("image is being used by stopped container", "images/"),
    ("curl not found healthcheck", "containers/health/"),
    ("docker service fails to start", "daemon/configure/"),
    ("rotate logs", "containers/logs/"),
    ("dockerfile parse error line 3: unknown instruction", "dockerfile/layers/"),
    ("container does not see changed file", "volumes/bind-mounts/"),
    ("persistent storage", "volumes/"),
    ("/var/lib/docker full", "volumes/disk/"),
    ("move volume to another machine", "volumes/share/"),
    ("copy image to another machine", "images/save/"),
    ("save changes of a container as image", "images/commit/"),
    ("run own registry", "images/registry/"),
    ("docker build --pull", "dockerfile/cache/"),
    ("force rebuild", "dockerfile/cache/"),
    ("build is slow", "dockerfile/cache/"),
    ("returned a non-zero code: 1", "dockerfile/debug/"),
    ("COPY file from parent directory", "dockerfile/context/"),
    ("default command of an image", "dockerfile/start/"),
    ("difference -p and -P", "dockerfile/ports-and-volumes/"),
    ("docker bypasses firewall", "networking/firewall/"),
    ("docker ipv6 firewall", "networking/firewall/"),
    ("fixed ip address", "networking/connect/"),
    ("container hostname resolve", "networking/lookup/"),
    ("BuildKit is enabled but the buildx component is missing or broken", "daemon/install/"),
    ("You cannot remove a running container. Stop the container before attempting removal", "containers/remove/"),
    ("bind source path does not exist", "volumes/bind-mounts/"),
    ("Error response from daemon: remove data: volume is in use", "volumes/"),
    ("keep my database when I remove the container", "volumes/"),
    ("run a command once and throw the container away", "containers/remove/"),
    ("my code changes do not show up in the container", "volumes/bind-mounts/"),
    ("leave a container without stopping it", "containers/attach-and-exec/"),
    ("send my image to a friend", "images/save/"),
    ("start my containers in the right order", "compose/order/"),
    ("run docker on my raspberry pi", "start/kernel/"),
    ("what is the difference between docker and a virtual machine", "start/"),
    ("what happens when the server reboots", "containers/exit-codes-and-restarts/"),
    ("which images do I have", "images/"),
    ("two containers same port", "networking/ports/"),
    ("put a file into an image", "dockerfile/files/"),
    ("go back to the old version of my service", "swarm/update/"),
]
# And all that the pages themselves say they are to be found by, with what the index of tasks leads to.
PAGES_READ = read_pages(ROOT / "docs/en")
FINDS = [(text, page.url) for page in PAGES_READ for text in page.front.finds]
FINDS += [task for page in PAGES_READ if page.uri == "tasks.md" for task in tasks_of(page.body)]

# The worker that the theme starts for the field, without the field.
START = """async () => {
  const { base, search } = JSON.parse(document.querySelector("#__config").textContent);
  const address = (path) => new URL(path, new URL(`${base}/`, location.href));
  const index = await (await fetch(address("search/search_index.json"))).json();
  const worker = new Worker(new URL(search, location.href));
  const answer = () =>
    new Promise((done) => worker.addEventListener("message", ({ data }) => done(data), { once: true }));
  worker.postMessage({ type: 0, data: { ...index, options: { suggest: false } } });
  await answer();
  window.ask = async (query) => {
    worker.postMessage({ type: 2, data: query });
    return (await answer()).data.items;
  };
}"""
PAGES = """async (queries) => {
  const answers = [];
  for (const query of queries)
    answers.push((await ask(query)).map(([hit]) => hit.location.split("#")[0]));
  return answers;
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, handbook: Path, serve: Callable[[Path], str]) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    opened.goto(f"{serve(handbook)}verification/")
    opened.evaluate(START)
    yield opened
    opened.close()


def ask(page: Page, queries: Sequence[str]) -> list[list[str]]:
    """For each query the pages that the search names, in order."""
    answers: list[list[str]] = page.evaluate(PAGES, list(queries))
    return answers


@pytest.mark.parametrize(("query", "wanted"), QUERIES)
def test_the_right_page_comes_first(page: Page, query: str, wanted: str) -> None:
    assert ask(page, [query])[0][:1] == [wanted]


def test_every_page_is_found_by_what_it_says(page: Page) -> None:
    found = ask(page, [text for text, _ in FINDS])
    assert len(found) > 200
    wrong = [(*find, got[:1]) for find, got in zip(FINDS, found, strict=True) if [find[1]] != got[:1]]
    assert wrong == [], str(wrong)


# What a reader sees of a page, but for what the build says of its own work.
TEXT = """async (address) => {
  const text = await (await fetch(address)).text();
  const article = new DOMParser().parseFromString(text, "text/html").querySelector("article");
  for (const el of article.querySelectorAll("[data-search-exclude], .eyebrow, .headerlink, script, style")) el.remove();
  // What stands in two paragraphs, lines or cells is no one word.
  const blocks = "div, p, pre, li, dt, dd, td, th, h1, h2, h3, h4, summary, caption, label, figcaption, text, .filename";
  for (const el of article.querySelectorAll(blocks)) {
    el.before(" ");
    el.after(" ");
  }
  return article.textContent;
}"""


def test_every_word_of_every_page_finds_the_page(page: Page, handbook: Path, serve: Callable[[Path], str]) -> None:
    base = serve(handbook)
    places: dict[str, set[str]] = defaultdict(set)
    for source in read_pages(ROOT / "docs/en"):
        for word in re.findall(r"[A-Za-z0-9]+(?:[._][A-Za-z0-9]+)*", page.evaluate(TEXT, f"{base}{source.url}")):
            places[word].add(source.url)
    assert len(places) > 4000
    words = sorted(places)
    found = ask(page, words)
    lost = [(word, urls) for word, got in zip(words, found, strict=True) if (urls := places[word] - set(got))]
    assert lost == [], f"{len(lost)} of {len(words)}: {lost[:400]}"


@pytest.mark.parametrize(
    ("typed", "stands_there"),
    [
        ("removing", "remove"),
        ("remove", "removing"),
        ("volumes", "volume"),
        ("stopped", "stop"),
        ("copies", "copy"),
        ("processes", "process"),
        ("capability", "capabilities"),
        ("mounted", "mount"),
    ],
)
def test_a_word_finds_its_other_forms(page: Page, typed: str, stands_there: str) -> None:
    typed_found, other_found = ask(page, [typed, stands_there])
    assert set(other_found[:3]) <= set(typed_found)


def test_the_beginning_of_a_word_finds_it_at_every_letter(page: Page) -> None:
    word = "capabilities"
    found = ask(page, [word[:n] for n in range(4, len(word) + 1)])
    assert all("containers/privileges/" in pages for pages in found)


def test_what_is_about_the_build_is_not_searched(page: Page) -> None:
    found = ask(page, ["verification verified", "coverage of the notes", "tracks state seconds"])
    assert not {"verification/", "coverage/"} & {url for pages in found for url in pages}


def test_a_teaser_shows_what_was_found_in_two_lines(
    page: Page, browser: Browser, handbook: Path, serve: Callable[[Path], str]
) -> None:
    phone = browser.new_page(viewport={"width": 360, "height": 740})
    phone.goto(serve(handbook))
    type_in(phone, "allocated")
    teasers = phone.locator("article .teaser")
    assert teasers.count() > 0
    for teaser in teasers.all():
        assert teaser.locator("mark").count() > 0
        lines = "el => el.getBoundingClientRect().height / parseFloat(getComputedStyle(el).lineHeight)"
        assert teaser.evaluate(lines) < 2.1
    phone.close()


def type_in(page: Page, query: str) -> None:
    """Types into the theme's own field, and waits for its list."""
    page.locator("label[for=__search]").first.dispatch_event("click")
    page.locator("input.md-search__input").fill(query)
    page.locator("input.md-search__input").press("End")
    page.locator(".md-search-result__item").first.wait_for()


def test_only_words_that_somebody_typed_are_called_missing(
    browser: Browser, handbook: Path, serve: Callable[[Path], str]
) -> None:
    page = browser.new_page()
    page.goto(serve(handbook))
    type_in(page, "the docker volumes frobnicate")
    missing = page.locator(".md-search-result__terms")
    assert "frobnicate" in missing.first.inner_text()
    assert {text.removeprefix("Missing: ") for text in missing.all_text_contents()} == {"frobnicate"}
    assert "find_" not in page.locator(".md-search-result__list").inner_html()
    page.close()
