"""What the search names first: a page is right for what its ``finds`` say, and for the tasks that lead to it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from handbook.pages.sources import PageSource, url_of

# The page of what a reader may want to do: a line for each, which leads to the page that does it.
TASKS = "tasks.md"
_TASK = re.compile(r"^- \[(?P<wish>[^]]+)\]\((?P<uri>[^)#]+)", re.MULTILINE)
# A line that speaks of what the line above names says nothing by itself.
_OF_ANOTHER = re.compile(r"\b(?:it|its|that|there|them|those|one)\b")

_CODE = re.compile(r"<pre\b.*?</pre>", re.DOTALL)
_COLOURS = re.compile(r"</?(?:span|i|b|mark)\b[^>]*>")

# Words that say nothing where others stand beside them. None of them is a flag or an instruction of Docker.
_EMPTY = "a an and are at can do does has have how i in is it my of on or that the there this to what when which why"
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
    "all everything",
    "no none without",
)


def as_word(text: str) -> str:
    """``docker ps -l`` as the one word ``find_docker_l_ps_``: in any order and number, without empty words."""
    words = set(re.findall(r"\w+", text.lower(), re.ASCII))
    told = {re.sub(r"([a-z]{2}[^s])s$", r"\1", word) for word in words - EMPTY or words}
    return "_".join(["find", *sorted(told), ""])


def tasks_of(text: str) -> list[tuple[str, str]]:
    """What the index of tasks lists in words that stand for themselves: each wish with the address of its page."""
    return [
        (task["wish"], url_of(task["uri"])) for task in _TASK.finditer(text) if not _OF_ANOTHER.search(task["wish"])
    ]


def lighter(html: str) -> str:
    """Page HTML that the theme's search reads the same words from, in a fraction of the time: it takes each element
    apart, and nearly all of a page's are the colours and marks within its code."""
    return _CODE.sub(lambda code: code[0] if "data-search" in code[0] else _COLOURS.sub("", code[0]), html)


def with_words(index: str, pages: Mapping[str, PageSource]) -> str:
    """A search index of the theme (JSON) in which each page's own entry has what it is found by, and its description.

    The theme's worker cuts queries and tags into words; so that a page is found
    by ``docker ps -l`` although it says nothing of it, each of the ``finds``, and each task that
    leads to the page, is also a tag of one word, and the site's worker (site-search.js) asks for such words.
    In which order pages are shown is decided there (ranking.js), by the ``finds`` as they
    stand among other things. It is told which words say little and which mean the same.
    """
    data = json.loads(index)
    fronts = {page.url: page.front for page in pages.values()}
    tasks = [task for page in pages.values() if page.uri == TASKS for task in tasks_of(page.body)]
    for entry in data["docs"]:
        if (front := fronts.get(entry["location"])) is None:
            continue
        if front.description:
            entry["about"] = front.description
        finds = [*front.finds, *(wish for wish, url in tasks if url == entry["location"])]
        if finds:
            # Nobody who reads about Docker must type "docker".
            found = [*finds, *(text.removeprefix("docker ") for text in finds)]
            entry["finds"] = list(dict.fromkeys(found))
            entry["tags"] = list(dict.fromkeys(map(as_word, found)))
    alike = [group.split() for group in ALIKE]
    data["config"] |= {"empty": sorted(EMPTY), "common": sorted(COMMON), "alike": alike}
    return json.dumps(data, separators=(",", ":"))
