"""What somebody typed in a scenario: a value that stands there is no accident, so it is compared as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from snippetlab.compare.typed.checksums import asks_for_checksums, checksums
from snippetlab.compare.typed.notations import notations
from snippetlab.compare.typed.shell import commands_in
from snippetlab.compare.typed.times import times
from snippetlab.model import Block, ContextFile, Scenario
from snippetlab.scenario.copied import typed_alone

_DIGEST = re.compile(r"(?<![0-9a-zA-Z])[0-9a-f]{13,64}(?![0-9a-zA-Z])")
_BEGINNING = re.compile(r"(?:sha256:)?([0-9a-f]{7,63})")
_BEFORE, _AFTER = re.compile(r"(?:\S+ )?\S*$"), re.compile(r"\S*(?: \S+)?")


@dataclass(frozen=True)
class Typed:
    """The texts that stand in a scenario, and the ``forms`` that Docker and others make of values in them.

    ``digests`` are those of which a beginning is printed for the whole.
    """

    text: str = ""
    forms: frozenset[str] = frozenset()
    digests: tuple[str, ...] = ()
    _known: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)

    def holds(self, value: str) -> bool:
        """True for a value that was typed as a whole, not as a part of a longer word."""
        known = self._known.get(value)
        if known is None:
            known = self._known[value] = value in self.forms or self._stands(value) or self._begins(value)
        return known

    def holds_beside(self, text: str, start: int, end: int) -> bool:
        """True where that part of a line was typed with the word that stands before it, or with the one behind it.

        What a clock gave may be equal to a typed value. It is no accident that its neighbour is the same, too.
        """
        before = _BEFORE.search(text[:start].rpartition("\n")[2])
        after = _AFTER.match(text[end:].partition("\n")[0])
        value, beside = text[start:end], (before.group() if before else "", after.group() if after else "")
        return any(
            any(sign.isalnum() for sign in own) and self.holds(phrase)
            for own, phrase in ((beside[0], f"{beside[0]}{value}"), (beside[1], f"{value}{beside[1]}"))
        )

    def _stands(self, value: str) -> bool:
        at = self.text.find(value) if value else -1
        while at >= 0:
            end = at + len(value)
            before, after = self.text[at - 1 : at], self.text[end : end + 1]
            longer = before.isalnum() or after.isalnum() or (after == "." and self.text[end + 1 : end + 2].isdigit())
            if not longer and not (before == "." and self.text[at - 2 : at - 1].isdigit()):
                return True
            at = self.text.find(value, at + 1)
        return False

    def _begins(self, value: str) -> bool:
        found = _BEGINNING.fullmatch(value) if self.digests else None
        return found is not None and any(digest.startswith(found.group(1)) for digest in self.digests)


NOTHING = Typed()


def typed_in(scenario: Scenario) -> Typed:
    """What stands in the commands, file blocks, front matter and context of a scenario.

    Values that a person copied from an output are left out.
    """
    blocks = [block for step in scenario.steps for block in step.blocks]
    front = [json.dumps(dict(scenario.daemon)), *scenario.nodes, *scenario.images]
    sources = [(source, _is_shell(block)) for block, source in typed_alone(scenario)]
    answers = [line for block in blocks for line in _answers(block)]
    files = tuple(block.text for block in blocks if block.kind == "file")
    others = (*front, *(source for source, shell in sources if not shell), *answers)
    return _typed(tuple(source for source, shell in sources if shell), others, files, scenario.files)


def _is_shell(block: Block) -> bool:
    return block.kind == "console" and block.notation.shell


def _answers(block: Block) -> Iterator[str]:
    """What is typed in a terminal while a command runs: it stands behind the block's prompt, among the output."""
    prompt = block.option("prompt") if block.tty else None
    if prompt:
        lines = (line for command in block.commands for line in command.output.split("\n"))
        yield from (line.removeprefix(prompt) for line in lines if line.startswith(prompt))


@lru_cache(maxsize=512)
def _typed(
    sources: tuple[str, ...], others: tuple[str, ...], files: tuple[str, ...], context: tuple[ContextFile, ...]
) -> Typed:
    words = tuple(commands_in(sources))
    texts = [*others, *sources, *files, *(file.text for file in context), *map(" ".join, words)]
    text = "\n".join(dict.fromkeys(texts))
    forms, digests = {*notations(text), *times(text)}, set(_DIGEST.findall(text))
    if asks_for_checksums(text):
        digests |= {*checksums((*sources, *others), words, files), *(file.sha256 for file in context)}
    return Typed(text, frozenset(forms | _named(digests)), tuple(sorted(digests)))


def _named(digests: Iterable[str]) -> set[str]:
    return {form for digest in digests for form in (digest, f"sha256:{digest}")}
