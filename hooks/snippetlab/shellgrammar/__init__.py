"""What a piece of Bash holds: commands, words, redirections and expansions, as plain data.

tree-sitter's grammar of Bash reads the source. What it finds becomes the small set of classes below, and nothing is
lost: what has no class of its own becomes an `Other`, with the words and commands inside it. Each text is checked
against Bash's own rules of quoting, so that a caller may trust that a word holds what Bash would see there.
"""

from __future__ import annotations

from functools import cache, lru_cache

import tree_sitter
import tree_sitter_bash

from snippetlab.shellgrammar.nodes import (
    AndOr,
    Assignment,
    Background,
    Commands,
    Declaration,
    For,
    Group,
    If,
    Loop,
    Negated,
    Node,
    Opaque,
    Other,
    Part,
    Pipeline,
    Redirection,
    Simple,
    Substitution,
    Text,
    Variable,
    Word,
    simple_commands,
    walk,
)
from snippetlab.shellgrammar.reader import Reader

__all__ = [
    "AndOr",
    "Assignment",
    "Background",
    "Commands",
    "Declaration",
    "For",
    "Group",
    "If",
    "Loop",
    "Negated",
    "Node",
    "Opaque",
    "Other",
    "Part",
    "Pipeline",
    "Redirection",
    "Simple",
    "Substitution",
    "Text",
    "Variable",
    "Word",
    "parse",
    "simple_commands",
    "walk",
]


@lru_cache(maxsize=4096)
def parse(source: str) -> Node:
    """The commands of a piece of Bash. Never raises: what is no Bash becomes an `Other` of the kind ``ERROR``."""
    data = source.encode("utf-8", "surrogatepass")
    root = _parser().parse(data).root_node
    node = Reader(data).sequence(root)
    # The grammar mends what it can, and goes on: no part of what it then finds is sure.
    return Other("ERROR", (node,)) if root.has_error else node


@cache
def _parser() -> tree_sitter.Parser:
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))
