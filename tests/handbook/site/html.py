"""The rules that every built page must keep, as functions that give the faults they find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from bs4 import BeautifulSoup

ORIGIN = "http://site.test/"


@cache
def pages(site: Path) -> dict[str, BeautifulSoup]:
    """Every page by its address below the site, which must not change any more; read once for all tests."""
    return {
        p.relative_to(site).as_posix().removesuffix("index.html"): BeautifulSoup(p.read_text(), "html.parser")
        for p in sorted(site.rglob("*.html"))
    }


def repeated_ids(page: BeautifulSoup) -> list[str]:
    counts = Counter(str(el["id"]) for el in page.select("[id]"))
    return [name for name, count in counts.items() if count > 1]


def dead_links(site: Path) -> Iterator[str]:
    """Internal links, sources and fragments that lead nowhere."""
    soups = pages(site)
    ids = {address: {str(el["id"]) for el in soup.select("[id]")} for address, soup in soups.items()}
    for address, soup in soups.items():
        if address == "404.html":
            continue
        for element in soup.select("[href], [src]"):
            target = str(element.get("href") or element.get("src"))
            if target.startswith(("mailto:", "data:", "http:", "https:")):
                continue
            parts = urlsplit(urljoin(ORIGIN + address, target))
            path = unquote(parts.path).lstrip("/")
            if not (site / path).exists() or ((site / path).is_dir() and not (site / path / "index.html").exists()):
                yield f"{address}: {target}"
            elif parts.fragment and path in ids and unquote(parts.fragment) not in ids[path]:
                yield f"{address}: {target} (no such anchor)"


def foreign_addresses(site: Path) -> Iterator[str]:
    """What a page would load from elsewhere: links that a reader follows do not count."""
    for address, soup in pages(site).items():
        for element in soup.select("script[src], img[src], iframe[src], source[src], link[href]"):
            target = str(element.get("src") or element.get("href"))
            if urlsplit(target).netloc and element.get("rel") not in (["canonical"], ["alternate"], ["prev"], ["next"]):
                yield f"{address}: {target}"


def unexplained_terms(page: BeautifulSoup) -> list[str]:
    """Terms of a list of terms (``dl``) behind which no ``dd`` says what they are: HTML allows none."""
    return [dt.get_text(" ", strip=True) for dt in page.select("dl dt") if dt.find_next_sibling("dd") is None]


def untagged_code(page: BeautifulSoup) -> list[str]:
    """Code blocks of a page's own (not of steps) without a language."""
    found = []
    for pre in page.select("article pre"):
        if pre.find_parent(class_="run") or pre.find_parent(class_="run-capture") or "diff" in (pre.get("class") or []):
            continue
        box = pre.find_parent(class_="highlight")
        names = " ".join(str(c) for c in (box.get("class") if box else []) or [])
        if "language-" not in names or ("language-text" in names and not pre.get_text(strip=True)):
            found.append(pre.get_text()[:60])
    return found
