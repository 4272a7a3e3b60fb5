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
# Words that mean the same to whoever looks for something. Each is asked for with the others, and counts for less.
ALIKE = (
    "delete remove erase",
    "folder directory",
    "enter exec shell",
    "list show see view display",
    "start launch boot",
    "stop end quit terminate",
    "exit end",
    "ram memory",
    "cpu processor",
    "shrink reduce smaller",
    "big large size",
    "internet outside",
    "password secret credential",
    "reach access connect",
    "output print log",
    "publish forward",
    "upgrade update",
    "crash fail",
    "dns resolve",
    "cluster swarm",
    "machine host computer",
    "sudo root",
    "unused dangling prune",
    "save export",
    "error fail",
    "change edit",
    "full space",
)


def as_word(text: str) -> str:
    """``docker ps -l`` as the one word ``find_docker_l_ps_``: in any order and number, without empty words."""
    words = set(re.findall(r"\w+", text.lower(), re.ASCII))
    told = {re.sub(r"([a-z]{2}[^s])s$", r"\1", word) for word in words - EMPTY or words}
    return "_".join(["find", *sorted(told), ""])


def with_words(index: str, pages: Mapping[str, PageSource]) -> str:
    """A search index of the theme (JSON) in which each page's own entry has its ``finds`` and its description.

    The theme's worker cuts queries and tags into words; so that a page is found
    by ``docker ps -l`` although it says nothing of it, each of the ``finds`` is also
    a tag of one word, and the site's worker (site-search.js) asks for such words.
    In which order pages are shown is decided there (ranking.js), by the ``finds`` as they
    stand among other things. It is told which words say little and which mean the same.
    """
    data = json.loads(index)
    fronts = {page.url: page.front for page in pages.values()}
    for entry in data["docs"]:
        if (front := fronts.get(entry["location"])) is None:
            continue
        if front.description:
            entry["about"] = front.description
        if front.finds:
            # Nobody who reads about Docker must type "docker".
            found = [*front.finds, *(text.removeprefix("docker ") for text in front.finds)]
            entry["finds"] = list(dict.fromkeys(found))
            entry["tags"] = list(dict.fromkeys(map(as_word, found)))
    alike = [group.split() for group in ALIKE]
    data["config"] |= {"empty": sorted(EMPTY), "common": sorted(COMMON), "alike": alike}
    return json.dumps(data, separators=(",", ":"))
