"""What the search names first: a page is the right one for the commands, flags and words of its ``finds``."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from handbook.pages.sources import PageSource


def as_word(text: str) -> str:
    """``docker ps -l`` as the one word ``find_docker_ps_l_``. Its end keeps the stemmer from it."""
    return "_".join(["find", *re.findall(r"[a-z0-9]+", text.lower()), ""])


def with_words(index: str, pages: Mapping[str, PageSource]) -> str:
    """A search index of the theme (JSON) in which each page's own entry has its ``finds`` as tags.

    The theme weighs tags above titles, and those above text. It cuts queries and
    tags into words; so that ``docker ps -l`` is more than its words, each of the
    ``finds`` is made one word, and search.js asks for such words.
    """
    data = json.loads(index)
    finds = {page.url: page.front.finds for page in pages.values()}
    for entry in data["docs"]:
        if found := finds.get(entry["location"]):
            # Nobody who reads about Docker must type "docker".
            short = [text.removeprefix("docker ") for text in found]
            entry["tags"] = list(dict.fromkeys(as_word(text) for text in [*found, *short]))
    return json.dumps(data, separators=(",", ":"))
