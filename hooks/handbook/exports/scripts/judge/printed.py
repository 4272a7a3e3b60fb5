"""What simple commands print, where that is sure before they run."""

from __future__ import annotations

from snippetlab.shellgrammar import Node, Simple, Substitution, Word

from handbook.exports.scripts.judge.paths import readable_path
from handbook.exports.scripts.judge.sed import SCRIPT, edited
from handbook.exports.scripts.judge.values import Refused, State, argument
from handbook.exports.scripts.judge.world import Surroundings


def printed(node: Node, surroundings: Surroundings) -> str | None:
    """The text that ``echo``, ``printf``, ``cat`` and ``sed`` print; None for all that is not sure."""
    if not isinstance(node, Simple) or node.redirections or node.assignments or not node.words:
        return None
    name, *words = node.words
    texts = [word.text for word in words]
    literal = [text for text in texts if text is not None]
    if name.text == "echo" and len(literal) == len(texts) and literal[:1] not in (["-e"], ["-n"]):
        return " ".join(literal) + "\n"
    if name.text == "echo" and len(literal) == len(texts) == 2 and literal[0] == "-e":
        return literal[1].replace("\\r", "\r").replace("\\n", "\n") + "\n"
    if name.text == "printf" and len(texts) == 1 and literal and "%" not in literal[0]:
        plain = literal[0].replace("\\n", "\n")
        return None if "\\" in plain else plain
    if name.text == "cat":
        parts = [_content(word, surroundings) for word in words] or [surroundings.feed]
        known = [part for part in parts if part is not None]
        return "".join(known) if len(known) == len(parts) else None
    if name.text == "sed" and len(words) == 2 and texts[0] is not None and SCRIPT.fullmatch(texts[0]):
        return edited([texts[0]], _content(words[1], surroundings))
    return None


def _content(word: Word, surroundings: Surroundings) -> str | None:
    if word.text == "-":
        return surroundings.feed
    match word.parts:
        case (Substitution(body, process=True),):
            return printed(body, surroundings)
    return _file(word, surroundings.state, surroundings)


def _file(word: Word, state: State, surroundings: Surroundings) -> str | None:
    try:
        texts = argument(word, state).texts
        paths = {readable_path(text, folder) for text in texts for folder in state.folders}
    except Refused:
        return None
    return surroundings.world.files.get(paths.pop()) if len(paths) == 1 else None
