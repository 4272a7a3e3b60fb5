"""The book that a build makes: the fixture's as if every scenario had run, and the whole handbook's from recordings."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pikepdf
import pytest
from bs4 import BeautifulSoup

from .conftest import DAY

pytestmark = pytest.mark.xdist_group("book")
NAME = "book/docker-verified"


def tool(name: str, package: str) -> str:
    """The program's path; without it, the test is skipped."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed (Debian's package {package})")
    return found


def texts(pdf: Path) -> list[str]:
    """The text of each page, by lines."""
    program = tool("pdftotext", "poppler-utils")
    done = subprocess.run([program, "-layout", pdf, "-"], capture_output=True, text=True, check=True)
    return done.stdout.split("\f")[:-1]


class Word(NamedTuple):
    """A word of a PDF, with its page's number, and where it stands, in parts of the page's width and height."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str


def words(pdf: Path) -> Iterator[Word]:
    """All words, page by page."""
    program = tool("pdftotext", "poppler-utils")
    done = subprocess.run([program, "-bbox", pdf, "-"], capture_output=True, text=True, check=True)
    for number, page in enumerate(re.split(r"<page ", done.stdout)[1:], 1):
        width, height = (float(v) for v in re.findall(r'(?:width|height)="([\d.]+)"', page)[:2])
        for found in re.finditer(r'xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>', page):
            left, top, right, bottom = (float(v) for v in found.groups()[:4])
            yield Word(number, left / width, top / height, right / width, bottom / height, found[5])


def beyond(pdf: Path) -> Iterator[str]:
    """The words that are not whole on their page, each with the page's number."""
    for word in words(pdf):
        if word.left < 0 or word.top < 0 or word.right > 1 or word.bottom > 1:
            yield f"page {word.page}: {word.text}"


def test_epubcheck_finds_nothing(book: Path) -> None:
    jar = tool("epubcheck", "epubcheck")
    done = subprocess.run(
        [tool("java", "epubcheck"), "-jar", jar, book / f"{NAME}.epub"], capture_output=True, text=True
    )
    assert "0 fatals / 0 errors / 0 warnings / 0 infos" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0


def test_every_link_of_the_pdf_leads_to_a_page_of_it_or_to_the_web(book: Path) -> None:
    with pikepdf.open(book / f"{NAME}.pdf") as pdf:
        pages = {page.objgen for page in pdf.pages}
        places = pdf.Root.Dests
        inside, outside = 0, set()
        for page in pdf.pages:
            for link in page.get("/Annots", []):
                if "/A" in link and "/URI" in link.A:
                    outside.add(str(link.A.URI))
                    continue
                name = str(link.Dest if "/Dest" in link else link.A.D)
                assert places[name if name.startswith("/") else f"/{name}"][0].objgen in pages, name
                inside += 1
        assert inside > 1500
        assert {a for a in outside if not a.startswith(("http://", "https://"))} == set()


def test_the_contents_name_the_page_on_which_each_title_stands(book: Path) -> None:
    pages = texts(book / f"{NAME}.pdf")
    at = next(n for n, text in enumerate(pages) if text.split("\n")[2:] and "Contents" in text[:200])
    rows = re.findall(r"(?:^|(?<=  ))(\d+\.\d+) +(\S.*?) +(\d+)(?=\s)", pages[at], re.MULTILINE)
    assert len(rows) > 60
    wrong = [row for row in rows if " ".join(row[:2]) not in " ".join(pages[int(row[2]) - 1].split())]
    assert wrong == []


def test_the_outline_has_chapters_with_their_pages(book: Path) -> None:
    with pikepdf.open(book / f"{NAME}.pdf") as pdf, pdf.open_outline() as outline:
        titles = {item.title: [below.title for below in item.children] for item in outline.root}
    assert titles["1 Start here"][-5:-3] == ["1.1 Get Docker", "1.2 A first container"]
    assert titles["Reference"][0] == "Glossary"


def test_few_sheets_are_nearly_empty(book: Path) -> None:
    filled: dict[int, float] = {}
    for word in words(book / f"{NAME}.pdf"):
        if word.top > 0.08 and word.bottom < 0.92:  # not what stands on every sheet
            filled[word.page] = max(filled.get(word.page, 0), word.bottom)
    # The last sheet of a chapter may be.
    assert sum(part < 0.4 for part in filled.values()) <= 11


def test_what_is_said_of_a_page_stands_whole_on_its_sheet(book: Path) -> None:
    ends = [
        [len(re.findall(end, page)) for end in (r"\d+ of \d+\s+commands\s+verified", r"last\s+edited")]
        for page in texts(book / f"{NAME}.pdf")[2:]
    ]
    assert sum(begun for begun, _ in ends) > 60
    assert [begun for begun, _ in ends] == [ended for _, ended in ends]


@pytest.mark.parametrize("name", [f"{NAME}.pdf", f"{NAME}-cheat-sheet.pdf"])
def test_the_pdf_names_what_made_it(book: Path, name: str) -> None:
    with pikepdf.open(book / name) as pdf:
        assert str(pdf.docinfo["/Creator"]) == "handbook"


@pytest.mark.parametrize("name", [f"{NAME}.pdf", f"{NAME}-cheat-sheet.pdf"])
def test_nothing_runs_off_the_page(book: Path, name: str) -> None:
    assert list(beyond(book / name)) == []


def test_the_cheat_sheet_has_one_page_for_each_chapter(book: Path) -> None:
    pages = texts(book / f"{NAME}-cheat-sheet.pdf")
    heads = [" ".join(page.split("\n")[0].split()) for page in pages]
    assert heads[:3] == ["1 Start here", "2 Install and run the daemon", "3 Containers"]
    assert len(heads) == 11
    # The first row and the last of the fullest sheet.
    together = "".join("".join(pages[4].split()))
    assert "dockerbuild-q-trecar/static_web:v1site" in together and "Multi-stagebuilds" in together


def test_the_site_offers_the_files_that_are_there(book: Path) -> None:
    home = BeautifulSoup((book / "index.html").read_text(), "html.parser")
    assert home.select_one('.offline a[href="book/"]') is not None
    page = BeautifulSoup((book / "book/index.html").read_text(), "html.parser")
    offered = [str(a["href"]) for a in page.select("ul.offer a")]
    assert len(offered) == 3
    assert sorted(offered) == sorted(p.name for p in (book / "book").iterdir() if p.suffix in (".epub", ".pdf"))


def test_a_site_without_the_book_offers_none(handbook: Path) -> None:
    assert not (handbook / "book").exists()
    assert "book/" not in (handbook / "index.html").read_text()


def test_the_day_of_the_verification_stands_on_the_cover(fixture_book: Path) -> None:
    pages = texts(fixture_book / "book/fixture.pdf")
    assert f"Verified {DAY}" in pages[0]
    assert "commands verified on Docker Engine 28.5.2 and 26.1.5" in " ".join(pages[0].split())
