"""What the front matter of a page may say, checked with the line of what is wrong."""

from __future__ import annotations

import re
from typing import Any, Literal

import pydantic
from snippetlab.yaml import Yaml, validated

# A former address names files of the site: plain words between slashes, none of which begins with a dot.
_ADDRESS = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


class Search(pydantic.BaseModel, extra="forbid", strict=True, frozen=True):
    """How the site's search treats the page."""

    boost: float = 1.0
    exclude: bool = False


class FrontMatter(pydantic.BaseModel, extra="forbid", strict=True, frozen=True):
    """The keys that a page may have. ``at_a_glance`` maps commands to what they do (or to nothing); ``finds``
    is what the search finds the page by first; ``moved_from`` holds former addresses, without slashes around them."""

    title: str = ""
    description: str = ""
    hide: list[Literal["navigation", "toc", "path", "tags", "footer", "feedback"]] = []
    search: Search = Search()
    nav_order: float | None = None
    at_a_glance: dict[str, str] = {}
    finds: list[str] = []
    download: bool = True
    moved_from: list[str] = []

    @pydantic.field_validator("at_a_glance", mode="before")
    @classmethod
    def _commands(cls, given: Any) -> Any:
        if isinstance(given, list) and all(isinstance(command, str) for command in given):
            return dict.fromkeys(given, "")
        if not isinstance(given, dict) or not all(isinstance(text, str) for item in given.items() for text in item):
            raise ValueError(
                "at_a_glance must be a list of commands, or map commands to what they do; "
                'write `- docker network ls`, or `"docker network ls": lists networks`'
            )
        return given

    @pydantic.field_validator("finds", mode="before")
    @classmethod
    def _texts(cls, given: Any) -> Any:
        if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
            raise ValueError(
                'finds must be a list of commands, flags or words; write `- "--add-host"`, since quotes keep YAML '
                "from reading anything into it"
            )
        return given

    @pydantic.field_validator("moved_from", mode="before")
    @classmethod
    def _addresses(cls, given: Any) -> Any:
        addresses = [given] if isinstance(given, str) else given
        if not isinstance(addresses, list):
            raise ValueError("moved_from must be a former address, or a list of them")
        for address in addresses:
            if not isinstance(address, str) or not _ADDRESS.fullmatch(address.strip("/")):
                raise ValueError(
                    f"{address!r} is no former address below the site's root; write it as networking/old-name"
                )
        return [address.strip("/") for address in addresses]


def front_matter(source: Yaml) -> FrontMatter:
    """The front matter that the YAML holds. Raises SnippetLabError at the line of the first key that is wrong."""
    return validated(FrontMatter, source, hint="; CONTRIBUTING.md says what they mean")
