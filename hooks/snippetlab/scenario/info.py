"""What stands behind a fence: a language, and options as MkDocs, Docusaurus, Hugo, pandoc and MyST write them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

# A directive of MyST or Sphinx that shows code: the language stands behind it.
_DIRECTIVE = re.compile(r"\{(?:code-block|code|sourcecode)\}[ \t]*(?P<language>[\w+-]*)")
_BRACED = re.compile(r"\{\s*(?P<word>[A-Za-z][\w+-]*)\s*\}")
_CLASS = re.compile(r"\{[^}]*?\.(?P<word>[A-Za-z][\w+-]*)")
_OPTION = re.compile(
    r"""\s*(?: [{},] | (?: (?P<name>[A-Za-z][\w-]*)
                (?:=(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>\[[^\]]*\]|[^\s"'{}]+)))?
             | [.\#][\w:-]+ | [\d,-]+ )(?=[\s{},]|$))""",
    re.VERBOSE,
)
# Of how a site shows a block, and nothing to us.
_LAYOUT = re.compile(
    r"title|hl_?lines|lin(?:e|enos|enums|enostart|eno-start).*|id|class|name|caption|emphasize-lines|show_?line.*|"
    r"data-.+|copy|wrap|highlight|filename|label|collapse|start.*|theme|norun|exec",
    re.IGNORECASE,
)
SHELLS = frozenset({"bash", "sh", "shell", "zsh", "ksh", "dash"})


@dataclass(frozen=True)
class Info:
    """A language, the options by name (``""`` for a bare word), what is unreadable, and a name that stands twice."""

    language: str
    options: Mapping[str, str]
    unreadable: str = ""
    twice: str = ""

    @property
    def word(self) -> str:
        """The language in lower case: ``Console`` and ``console`` are the same to every site."""
        return self.language.lower()


def read_info(text: str) -> Info:
    """The language and the options behind a fence; those that only lay a block out are left out."""
    text = text.strip()
    if text.startswith("{"):
        found = _DIRECTIVE.match(text) or _BRACED.match(text) or _CLASS.match(text)
        language = found[1] if found else ""
        position = 1 if found and found.re is _CLASS else found.end() if found else len(text)
    else:
        language = re.split(r"[\s{,]", text, maxsplit=1)[0]
        position = len(language)
    options: dict[str, str] = {}
    while text[position:].strip():
        found = _OPTION.match(text, position)
        if not found:
            return Info(language, options, unreadable=text[position:].strip())
        name = found["name"]
        if name and not _LAYOUT.fullmatch(name):
            if name in options:
                return Info(language, options, twice=name)
            options[name] = found["double"] or found["single"] or found["bare"] or ""
        position = found.end()
    return Info(language, options)


def meant(word: str, known: Collection[str]) -> str | None:
    """The known word that ``word`` is most likely a slip for."""
    near = difflib.get_close_matches(word.lower(), known, 1, 0.8)
    return near[0] if near and near[0] != word else None
