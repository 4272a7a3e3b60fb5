"""The Markdown that is read: CommonMark, and what MkDocs indents by four blanks."""

from __future__ import annotations

import re
from itertools import takewhile

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock

_INDENTED = re.compile(r"(?:!!!|\?\?\?\+?|===[!+]*) |\[\^[^\]]+\]:|: {1,3}\S")


def _indented(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A block rule of markdown-it: a line with a marker of MkDocs', and what is indented by four blanks below it."""
    if state.is_code_block(start):
        return False
    if not _INDENTED.match(state.src, state.bMarks[start] + state.tShift[start], state.eMarks[start]):
        return False
    below = [
        line
        for line in takewhile(
            lambda n: state.isEmpty(n) or state.sCount[n] - state.blkIndent >= 4, range(start + 1, end)
        )
        if not state.isEmpty(line)
    ]
    if not below:
        return False
    if silent:
        return True
    state.push("indented_open", "div", 1)
    former = state.parentType, state.lineMax
    state.parentType, state.lineMax = "root", below[-1] + 1
    state.blkIndent += 4
    state.md.block.tokenize(state, start + 1, below[-1] + 1)
    state.blkIndent -= 4
    state.parentType, state.lineMax = former
    state.push("indented_close", "div", -1)
    state.line = below[-1] + 1
    return True


def reader() -> MarkdownIt:
    """CommonMark with MkDocs' indented blocks, and with texts that tell an escaped ``<`` from one."""
    markdown = MarkdownIt("commonmark").disable("text_join")
    interrupts: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    markdown.block.ruler.before("code", "indented", _indented, interrupts)
    return markdown
