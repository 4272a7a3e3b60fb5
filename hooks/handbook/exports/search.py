"""What the search names first: a page is the right one for the commands, flags and words of its ``finds``."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from handbook.pages.sources import PageSource

# Words that say nothing where others stand beside them. None of them is a flag or an instruction of Docker.
_EMPTY = "a an and are at can do does how i in is it my of on or that the there this to what when why"
EMPTY = frozenset(_EMPTY.split())
# A word of nearly every section: it tells no text from another, but `docker wait` from `--wait`.
COMMON = frozenset({"docker"})


def as_word(text: str) -> str:
    """``docker ps -l`` as the one word ``find_docker_l_ps_``: in any order and number, without empty words."""
    words = set(re.findall(r"\w+", text.lower(), re.ASCII))
    told = {re.sub(r"([a-z]{2}[^s])s$", r"\1", word) for word in words - EMPTY or words}
    return "_".join(["find", *sorted(told), ""])


def with_words(index: str, pages: Mapping[str, PageSource]) -> str:
    """A search index of the theme (JSON) in which each page's own entry has its ``finds`` as tags.

    The theme weighs tags above titles, and those above text. It cuts queries and
    tags into words; so that ``docker ps -l`` is more than its words, each of the
    ``finds`` is made one word, and the worker (site-search.js) asks for such words. It is told
    which words say little.
    """
    data = json.loads(index)
    finds = {page.url: page.front.finds for page in pages.values()}
    for entry in data["docs"]:
        if found := finds.get(entry["location"]):
            # Nobody who reads about Docker must type "docker".
            short = [text.removeprefix("docker ") for text in found]
            entry["tags"] = list(dict.fromkeys(as_word(text) for text in [*found, *short]))
    data["config"] |= {"empty": sorted(EMPTY), "common": sorted(COMMON)}
    return json.dumps(data, separators=(",", ":"))
