"""Shell commands: followed through lists, loops and substitutions, with the folder in which each one runs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from snippetlab.shellgrammar import (
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
    Pipeline,
    Redirection,
    Simple,
    Substitution,
    Word,
    parse,
    walk,
)

from handbook.exports.scripts.judge.commands import Runner, judge_command
from handbook.exports.scripts.judge.kinds import judge_word
from handbook.exports.scripts.judge.paths import WRITABLE_DEVICES, shown
from handbook.exports.scripts.judge.printed import printed
from handbook.exports.scripts.judge.values import ANY, CONTROL, MADE, UNKNOWN, Argument, Refused, State, argument
from handbook.exports.scripts.judge.world import Surroundings, World

# Variables that a script may set. Others mean something to bash, to docker or to the programs that it runs.
_SETTABLE = re.compile(r"(?!page_|http|ftp|all_|no_)[a-z][a-z0-9_]*|DOCKER_BUILDKIT|DOCKER_API_VERSION|PORT|PYTHONPATH")
_ONLY_UNSET = frozenset(["PYTHONPATH"])
_KINDS = {
    "ERROR": "a command that cannot be read",
    "function_definition": "a function, which may be named like a command",
    "case_statement": "a choice (case)",
    "redirect": "a here-document or a redirection",
    "[[": "a test in double brackets, which may run what it compares",
}


@dataclass(frozen=True)
class Outcome:
    """The states of the shell behind a command that succeeded, and behind one that failed."""

    success: State
    failure: State

    @property
    def either(self) -> State:
        """The state when it is not known which."""
        return self.success.join(self.failure)


def judge_source(source: str, state: State, world: World) -> Outcome:
    """A piece of shell in a state. Raises Refused where one of its commands has no known shape."""
    if CONTROL.search(source) or source.rstrip(" \t").endswith("\\"):
        raise Refused("holds signs that nobody can see")
    tree = parse(source)
    for node in walk(tree):
        if isinstance(node, Other):
            raise Refused(f"holds {_KINDS.get(node.kind, f'what nobody judged ({shown(node.kind)})')}")
    return _Shell(world).run(tree, state)


class _Shell(Runner):
    """Follows commands. ``world`` is what is known of the files."""

    def __init__(self, world: World) -> None:
        self.world = world

    def nested(self, source: str, state: State) -> None:
        """What ``sh -c`` is given."""
        judge_source(source, State(state.folders), self.world)

    def run(self, node: Node, state: State, feed: str | None = None) -> Outcome:
        """Judge a node in a state. Raises Refused."""
        match node:
            case Simple():
                return self._simple(node, state, feed)
            case Declaration():
                return self._declaration(node, state)
            case Commands(items):
                outcome = Outcome(state, state)
                for item in items:
                    outcome = self.run(item, outcome.either)
                return outcome
            case AndOr(left, operator, right):
                return self._and_or(left, operator, right, state)
            case Negated(body):
                outcome = self.run(body, state)
                return Outcome(outcome.failure, outcome.success)
            case Pipeline(items):
                text = feed
                for item in items:
                    self.run(item, state, text)
                    text = printed(item, Surroundings(self.world, state, text))
                return Outcome(state, state)
            case Background(body):
                self.world.background = True
                self._perhaps(body, state)
                return Outcome(state, state)
            case Group(body, subshell, redirections):
                self._redirections(redirections, state, None)
                outcome = self.run(body, state)
                return Outcome(state, state) if subshell else outcome
            case Loop(_, condition, body, redirections):
                self._redirections(redirections, state, None)
                return self._loop([condition, body], _forgetting([condition, body], state))
            case For(name, words, body, redirections):
                self._redirections(redirections, state, None)
                return self._for(name, words, body, state)
            case If():
                return self._if(node, state)
        raise Refused("holds what nobody judged")

    def _perhaps(self, node: Node, state: State) -> Outcome:
        """What runs once, several times or not at all: of the files that it writes only the names are known."""
        certain, self.world.certain = self.world.certain, False
        try:
            return self.run(node, state)
        finally:
            self.world.certain = certain

    def _and_or(self, left: Node, operator: str, right: Node, state: State) -> Outcome:
        first = self.run(left, state)
        if operator == "&&":
            second = self._perhaps(right, first.success)
            return Outcome(second.success, first.failure.join(second.failure))
        second = self._perhaps(right, first.failure)
        return Outcome(first.success.join(second.success), second.failure)

    def _loop(self, parts: Iterable[Node], state: State) -> Outcome:
        now = state
        for part in parts:
            now = self._perhaps(part, now).either
        if now.folders != state.folders:
            raise Refused("moves in a loop")
        # It may not have run at all.
        return Outcome(now.join(state), now.join(state))

    def _for(self, name: str, words: Iterable[Word], body: Node, state: State) -> Outcome:
        self._settable(name)
        texts: set[str] = set()
        for word in words:
            read = self._argument(word, state)
            texts |= ANY if read.many or read.pattern else read.texts
        before = _forgetting([body], state)
        inside = before if name in _assigned([body]) else before.with_variable(name, frozenset(texts))
        outcome = self._loop([body], inside)
        return Outcome(outcome.either.join(state), outcome.either.join(state))

    def _if(self, node: If, state: State) -> Outcome:
        self._redirections(node.redirections, state, None)
        ends: list[State] = []
        for condition, body in node.branches:
            tested = self._perhaps(condition, state)
            ends.append(self._perhaps(body, tested.success).either)
            state = tested.failure
        ends.append(self._perhaps(node.otherwise, state).either if node.otherwise else state)
        end = ends[0]
        for other in ends[1:]:
            end = end.join(other)
        return Outcome(end, end)

    def _declaration(self, node: Declaration, state: State) -> Outcome:
        if node.keyword not in ("export", "unset"):
            raise Refused(f"holds what nobody judged ({node.keyword})")
        for name in node.names:
            self._settable(name, unset=node.keyword == "unset")
        after = self._assign(node.assignments, state)
        for name in node.names if node.keyword == "unset" else ():
            after = after.with_variable(name, ANY)
        return Outcome(after, after)

    def _simple(self, node: Simple, state: State, feed: str | None) -> Outcome:
        after = self._assign(node.assignments, state)
        words = [self._argument(word, state) for word in node.words]
        surroundings = Surroundings(self.world, state, feed)
        self._redirections(node.redirections, state, printed(replace(node, redirections=()), surroundings))
        if not words:
            return Outcome(after, after)
        if words[0].text == "cd":
            return self._cd(words[1:], state)
        judge_command(words, surroundings, self)
        return Outcome(state, state)

    def _cd(self, words: list[Argument], state: State) -> Outcome:
        texts = words[0].texts if words else frozenset(["~"])
        if len(words) > 1 or any(word.many or word.pattern for word in words):
            raise Refused("moves in a way that nobody judged")
        if any(text.startswith(("-", UNKNOWN)) or text == "" for text in texts):
            raise Refused("moves to a folder that cannot be foreseen")
        if not words:
            return Outcome(replace(state, folders=State().folders), state)
        folders = frozenset(self.world.enter(text, folder) for text in texts for folder in state.folders)
        return Outcome(replace(state, folders=folders), state)

    def _assign(self, assignments: Iterable[Assignment], state: State) -> State:
        for assignment in assignments:
            self._settable(assignment.name)
            if re.search(r"(^|[:=])~", assignment.value.source) and assignment.value.source[:2] not in ("~/", "~"):
                raise Refused("names another user's home")
            value = self._argument(assignment.value, state)
            state = state.with_variable(assignment.name, ANY if assignment.append else _assigned_value(value))
        return state

    def _settable(self, name: str, *, unset: bool = False) -> None:
        if not _SETTABLE.fullmatch(name) or (name in _ONLY_UNSET and not unset):
            raise Refused(f"sets {name}, which programs read")

    def _argument(self, word: Word, state: State) -> Argument:
        for part in word.parts:
            if isinstance(part, Substitution):
                self._perhaps(part.body, state)
            elif isinstance(part, Opaque) and part.inside:
                raise Refused("holds an expansion that nobody judged")
        return argument(word, state)

    def _redirections(self, redirections: Iterable[Redirection], state: State, text: str | None) -> None:
        for redirection in redirections:
            target = self._argument(redirection.target, state)
            if redirection.operator in (">&", "<&") and re.fullmatch(r"\d|-", target.text):
                continue
            if target.many or target.pattern:
                raise Refused("writes to a file that cannot be foreseen")
            if redirection.operator == "<":
                judge_word("READ", target, Surroundings(self.world, state))
            elif redirection.operator in (">", ">>", ">|", "&>"):
                known = text if redirection.operator == ">" and redirection.descriptor in ("", "1") else None
                for name in sorted(target.texts - WRITABLE_DEVICES):
                    for folder in sorted(state.folders):
                        self.world.write(name, folder, known if len(state.folders) == 1 else None)
            else:
                raise Refused(f"holds a redirection that nobody judged: {redirection.operator}")


def _assigned_value(value: Argument) -> frozenset[str]:
    return frozenset(UNKNOWN if UNKNOWN in text and text != UNKNOWN else text for text in value.texts) or frozenset(
        [MADE]
    )


def _assigned(nodes: Iterable[Node]) -> set[str]:
    """The names that commands give a value to, at any depth."""
    found: set[str] = set()
    for inner in (n for node in nodes for n in walk(node)):
        if isinstance(inner, Simple | Declaration):
            found |= {a.name for a in inner.assignments}
        elif isinstance(inner, For):
            found.add(inner.name)
    return found


def _forgetting(nodes: Iterable[Node], state: State) -> State:
    """The state in which what the nodes assign may hold anything."""
    for name in _assigned(nodes):
        state = state.with_variable(name, ANY)
    return state
