"""Pages at former addresses, which lead to the present ones; none of them may take another file's place."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import PurePosixPath

from snippetlab.errors import SnippetLabError

from handbook.html.templates import render
from handbook.pages.sources import PageSource


def redirects(pages: Mapping[str, PageSource]) -> dict[str, str]:
    """A page at each former address that a page names in ``moved_from``, by path below the site."""
    files: dict[str, str] = {}
    for page in pages.values():
        for address in page.front.moved_from:
            up = "../" * (address.count("/") + 1)
            files[f"{address}/index.html"] = str(render("redirect.html", target=up + page.url))
    return files


def check_former_addresses(pages: Mapping[str, PageSource], taken: Collection[str]) -> None:
    """Refuse a former address that is another's present one, or that two pages claim.

    ``taken`` are the paths of all other files of the site. Raises SnippetLabError.
    """
    # On some file systems, `Networking/` and `networking/` are one folder.
    known = {path.lower(): path for path in taken}
    folders = {str(parent).lower() for path in taken for parent in PurePosixPath(path).parents}
    claimed: dict[str, PageSource] = {}
    for page in pages.values():
        for address in page.front.moved_from:
            path = f"{address}/index.html".lower()
            what = ""
            if path in known or path.removesuffix("index.html") + "index.md" in known:
                what = f"moved_from names {address!r}, where a page stands"
            elif path in folders or any(str(p).lower() in known for p in PurePosixPath(path).parents):
                what = f"moved_from names {address!r}, where a file of the site stands"
            elif path in claimed:
                what = f"moved_from names {address!r}, which {claimed[path].path} names too"
            if what:
                raise SnippetLabError(
                    what, where=f"{page.path}:1", hint="name only addresses that nothing has any more"
                )
            claimed[path] = page
