"""What a page says to this tool: under the key ``snippetlab`` of its front matter, and in comments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from snippetlab.errors import ScenarioError
from snippetlab.scenario.blocks import SKIP
from snippetlab.scenario.markdown import Comment, Part
from snippetlab.settings import PageSettings
from snippetlab.yaml import plain, read_yaml

KEY = "snippetlab"
HIDDEN = ("setup", "cleanup", "run")  # what a comment that holds a block may be called
BLOCK_OPTIONS = frozenset({SKIP, "tty", "prompt", "enter", "node", "engine", "exempt", "unordered"})


@dataclass(frozen=True)
class Directives:
    """The settings of a page's own, with the places of their keys, and the options of blocks by a comment's line."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[int, Mapping[str, str]] = field(default_factory=dict)


def read_directives(front: Sequence[str], parts: Iterable[Part], path: Path) -> Directives:
    """What a page says: ``front`` are the lines of its front matter. Raises ScenarioError with all that is wrong."""
    settings: dict[str, Any] = {}
    where: dict[str, str] = {}
    options: dict[int, Mapping[str, str]] = {}
    errors: list[ScenarioError] = []
    for key, value, place in _front(front, path):
        settings[key], where[key] = value, place
    for part in parts:
        if not isinstance(part, Comment) or not part.text.lstrip().startswith(f"{KEY}:"):
            continue
        try:
            own, given = _comment(part)
        except ScenarioError as error:
            errors.append(error)
            continue
        settings |= own
        where |= dict.fromkeys(own, str(part.place))
        if given:
            options[part.place.line] = given
    unknown = [key for key in settings if key not in PageSettings.model_fields]
    errors += [
        ScenarioError(
            f"{key}: unknown setting",
            where=where[key],
            hint=f"known: {', '.join(PageSettings.model_fields)}; above a block: {', '.join(sorted(BLOCK_OPTIONS))}",
        )
        for key in unknown
    ]
    ScenarioError.raise_all(errors)
    return Directives(settings, where, options)


def _front(front: Sequence[str], path: Path) -> list[tuple[str, Any, str]]:
    """The key of ours alone: what else stands there belongs to the site, and need not even be YAML."""
    start = next((i for i, line in enumerate(front) if line.startswith(f"{KEY}:")), None)
    if start is None or front[0].rstrip() != "---":
        return []
    end = next((i for i in range(start + 1, len(front)) if front[i][:1] not in (" ", "\t", "#", "")), len(front))
    source = read_yaml(front[start:end], path, start + 1)
    own = source.data[KEY] or {}
    if not isinstance(own, dict):
        raise ScenarioError(
            "keys and values are wanted here", where=source.where(KEY), hint="like: snippetlab: {skip: …}"
        )
    return [(_named(key), plain(own[key]), source.where(KEY, key)) for key in own]


def _comment(comment: Comment) -> tuple[dict[str, Any], dict[str, str]]:
    """The page's settings and the next block's options that a comment gives; one with a block says what it is."""
    text = comment.text.lstrip()
    first = comment.place.line + comment.text[: len(comment.text) - len(text)].count("\n")
    said = text.removeprefix(f"{KEY}:")
    if comment.fences:
        word = said.strip().split("\n")[0].strip()
        if word not in HIDDEN and not word.startswith(("`", "~")):
            hint = f"call it {', '.join(HIDDEN)}; what is set stands in a comment of its own"
            raise ScenarioError(f"a comment with a block in it is called {word!r}", where=str(comment.place), hint=hint)
        return {}, {}
    data = read_yaml(said.split("\n"), comment.place.path, first).data
    if not isinstance(data, dict):
        hint = "like: <!-- snippetlab: {skip: needs a printer} -->, or with a fenced block below snippetlab: setup"
        raise ScenarioError("this comment says nothing that is known", where=str(comment.place), hint=hint)
    named = {_named(key): plain(value) for key, value in data.items()}
    options = {key: "" if value in (True, None) else str(value) for key, value in named.items() if key in BLOCK_OPTIONS}
    if SKIP in named and not options[SKIP].strip():
        raise ScenarioError("skip needs a reason", where=str(comment.place), hint="like: {skip: needs a printer}")
    return {key: value for key, value in named.items() if key not in BLOCK_OPTIONS}, options


def _named(key: object) -> str:
    return str(key).replace("-", "_")
