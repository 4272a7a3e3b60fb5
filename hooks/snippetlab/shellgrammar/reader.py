"""From tree-sitter's tree to the data, with a check of each text against Bash's own rules of quoting."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import tree_sitter

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
)

_WORDS = frozenset(
    [
        "word",
        "number",
        "string",
        "raw_string",
        "concatenation",
        "simple_expansion",
        "expansion",
        "command_substitution",
        "process_substitution",
        "ansi_c_string",
        "translated_string",
        "arithmetic_expansion",
        "brace_expression",
        "test_operator",
        "regex",
        "extglob_pattern",
    ]
)
_BETWEEN = re.compile(rb"(?:[ \t\n]|\\\n)*")
_PLAIN = re.compile(r"(?:[^\s'\"\\$`|&;<>()]|\\.)*", re.DOTALL)
# In double quotes a dollar sign is literal where no name, sign or brace follows.
_IN_QUOTES = re.compile(r"(?:[^\"\\$`]|\\.|\$(?![\w({'\"@*#?$!-]|$))*", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPE_IN_QUOTES = re.compile(r"\\([$`\"\\\n])")


def _inner(source: str) -> str:
    """What stands between the signs of a substitution."""
    return source[1:-1].strip() if source.startswith("`") else source[2:-1].strip()


class Reader:
    """Turns the grammar's nodes into the classes above."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def sequence(self, node: tree_sitter.Node, children: Sequence[tree_sitter.Node] | None = None) -> Node:
        """The statements among a node's children, one after another."""
        if not self._closed(node):
            return self._other("ERROR", node)
        items: list[Node] = []
        for child in node.children if children is None else children:
            if child.is_named:
                if child.type != "comment":
                    items.append(self.statement(child))
                elif not self._begins(child):
                    items.append(self._other("ERROR", child))
            elif child.type == "&" and items:
                items.append(Background(items.pop()))
            elif child.type not in (";", "\n", "do", "done", "{", "}", "(", ")", "$(", "`", "<(", "then", "else"):
                items.append(self._other("ERROR", child))
        return items[0] if len(items) == 1 else Commands(tuple(items))

    def _begins(self, comment: tree_sitter.Node) -> bool:
        """True where a comment may begin: not within a word, which a backslash may have brought to this line."""
        before = self.data[max(comment.start_byte - 2, 0) : comment.start_byte]
        return not before or (before[-1:] in (b" ", b"\t", b"\n", b";") and before != b"\\\n")

    def statement(self, node: tree_sitter.Node) -> Node:
        """One statement."""
        if node.is_error or node.is_missing or not self._closed(node):
            return self._other("ERROR", node)
        named = node.named_children
        match node.type:
            case "command" | "test_command" | "variable_assignment":
                return self._simple(node)
            case "redirected_statement":
                return self._redirected(node)
            case "pipeline" if all(c.type in ("|", "|&") for c in node.children if not c.is_named):
                return Pipeline(tuple(self.statement(c) for c in named))
            case "list" if len(named) == 2 and node.children[1].type in ("&&", "||"):
                return AndOr(self.statement(named[0]), node.children[1].type, self.statement(named[1]))
            case "negated_command":
                return Negated(self.sequence(node, named))
            case "compound_statement" if node.children[0].type == "{":
                return Group(self.sequence(node), subshell=False)
            case "subshell":
                return Group(self.sequence(node), subshell=True)
            case "while_statement":
                return self._loop(node)
            case "for_statement" if node.children[0].type == "for":
                return self._for(node)
            case "if_statement":
                return self._if(node)
            case "declaration_command" | "unset_command":
                return self._declaration(node)
        return self._other(node.type, node)

    def _simple(self, node: tree_sitter.Node) -> Node:
        if node.type == "variable_assignment":
            found = self._assignment(node)
            return Simple((found,), ()) if found else self._other("variable_assignment", node)
        if node.type == "test_command":
            return self._test(node)
        assignments: list[Assignment] = []
        words: list[Word] = []
        redirections: list[Redirection] = []
        for child in node.children:
            if child.type == "variable_assignment" and (found := self._assignment(child)):
                assignments.append(found)
            elif child.type == "command_name" and len(child.children) == 1:
                words.append(self.word(child.children[0]))
            elif child.type in _WORDS:
                words.append(self.word(child))
            elif child.type == "file_redirect" and (read := self._redirection(child)):
                redirections.append(read[0])
                words += read[1]
            else:
                return self._other(child.type, node)
        return Simple(tuple(assignments), tuple(words), tuple(redirections))

    def _test(self, node: tree_sitter.Node) -> Node:
        if node.children[0].type != "[":
            return self._other(node.children[0].type, node)
        words: list[Word] = []
        todo = list(node.children)
        while todo:
            child = todo.pop(0)
            if child.type in _WORDS or not child.is_named:
                words.append(self.word(child))
            elif child.type in ("unary_expression", "binary_expression") and self._closed(child):
                todo = [*child.children, *todo]
            else:
                return self._other(child.type, node)
        return Simple((), tuple(words))

    def _assignment(self, node: tree_sitter.Node) -> Assignment | None:
        name, operator, *values = node.children
        if name.type != "variable_name" or operator.type not in ("=", "+=") or len(values) > 1:
            return None
        if values and values[0].type not in _WORDS:
            return None
        value = self.word(values[0]) if values else Word((), "")
        return Assignment(self._source(name), value, operator.type == "+=")

    def _redirection(self, node: tree_sitter.Node) -> tuple[Redirection, list[Word]] | None:
        """A redirection; the words behind its target are words of the command."""
        descriptor = [c for c in node.children if c.type == "file_descriptor"]
        operators = [c for c in node.children if not c.is_named]
        targets = [c for c in node.children if c.is_named and c.type != "file_descriptor"]
        if len(operators) != 1 or not targets or not all(c.type in _WORDS for c in targets) or not self._closed(node):
            return None
        target, *words = map(self.word, targets)
        written = self._source(descriptor[0]) if descriptor else ""
        return Redirection(written, operators[0].type, target), words

    def _redirected(self, node: tree_sitter.Node) -> Node:
        bodies = [c for c in node.named_children if not c.type.endswith("redirect")]
        read = [self._redirection(c) for c in node.named_children if c.type == "file_redirect"]
        found = [r for r in read if r]
        if len(bodies) > 1 or len(found) + len(bodies) != len(node.children):
            return self._other("redirect", node)
        redirections = tuple(r for r, _ in found)
        words = tuple(w for _, more in found for w in more)
        body = self.statement(bodies[0]) if bodies else Simple((), ())
        match body:
            case Simple(assignments, own, earlier):
                return Simple(assignments, own + words, earlier + redirections)
            case Group() | Loop() | For() | If() if not words:
                fields = {name: getattr(body, name) for name in body.__dataclass_fields__}
                return type(body)(**{**fields, "redirections": body.redirections + redirections})
            # The grammar reads `a | b > f` as one: the redirection is the last command's.
            case Pipeline((*items, Simple(assignments, own, earlier))):
                last = Simple(assignments, own + words, earlier + redirections)
                return Pipeline((*items, last))
            case AndOr(left, operator, Simple(assignments, own, earlier)):
                return AndOr(left, operator, Simple(assignments, own + words, earlier + redirections))
        return self._other("redirect", node)

    def _loop(self, node: tree_sitter.Node) -> Node:
        body = node.child_by_field_name("body")
        if body is None or body.type != "do_group" or not self._closed(body):
            return self._other(node.type, node)
        condition = [c for c in node.children[1:] if c != body]
        return Loop(node.children[0].type, self.sequence(node, condition), self.sequence(body))

    def _for(self, node: tree_sitter.Node) -> Node:
        name, body = node.child_by_field_name("variable"), node.child_by_field_name("body")
        values = node.children_by_field_name("value")
        if name is None or body is None or body.type != "do_group" or not all(v.type in _WORDS for v in values):
            return self._other(node.type, node)
        if not any(c.type == "in" for c in node.children):
            return self._other(node.type, node)
        return For(self._source(name), tuple(map(self.word, values)), self.sequence(body))

    def _if(self, node: tree_sitter.Node) -> Node:
        branches: list[tuple[Node, Node]] = []
        otherwise: Node | None = None
        clauses = [node, *(c for c in node.named_children if c.type in ("elif_clause", "else_clause"))]
        for clause in clauses:
            if not self._closed(clause):
                return self._other("ERROR", node)
            own = [
                c for c in clause.children if c.type not in ("elif_clause", "else_clause", "if", "elif", "else", "fi")
            ]
            then = [i for i, c in enumerate(own) if c.type == "then"]
            if clause.type == "else_clause":
                otherwise = self.sequence(clause, own)
            elif len(then) == 1:
                branches.append((self.sequence(clause, own[: then[0]]), self.sequence(clause, own[then[0] + 1 :])))
            else:
                return self._other(node.type, node)
        return If(tuple(branches), otherwise)

    def _declaration(self, node: tree_sitter.Node) -> Node:
        keyword, *rest = node.children
        assignments, names = [], []
        for child in rest:
            if child.type == "variable_assignment" and (found := self._assignment(child)):
                assignments.append(found)
            elif child.type == "variable_name":
                names.append(self._source(child))
            else:
                return self._other(node.type, node)
        return Declaration(keyword.type, tuple(assignments), tuple(names))

    def word(self, node: tree_sitter.Node) -> Word:
        """A node that is a word, as one."""
        return Word(tuple(self._parts(node)), self._source(node))

    def _parts(self, node: tree_sitter.Node, quoted: bool = False) -> Iterator[Part]:
        source = self._source(node)
        if node.is_error or node.is_missing:
            yield Opaque("ERROR", quoted)
            return
        match node.type:
            case "concatenation":
                yield from self._run(node.children, node.start_byte, node.end_byte, quoted, spaced=False)
            case "string" if node.children[-1].is_missing:
                yield Opaque("ERROR", quoted)  # the grammar adds the quote that ends it, which nobody wrote
            case "string":
                inner = node.children[1:-1]
                yield from self._run(inner, node.start_byte + 1, node.end_byte - 1, True, spaced=True)
            case "raw_string" if re.fullmatch(r"'[^']*'", source):
                yield Text(source[1:-1], quoted=True)
            case "simple_expansion" if len(node.children) == 2:
                yield Variable(source[1:], quoted)
            case "expansion" if re.fullmatch(r"\$\{\w+\}", source):
                yield Variable(source[2:-1], quoted)
            case "expansion" if cut := re.fullmatch(r"\$\{(\w+):\d+(?::\d+)?\}", source):
                yield Variable(cut[1], quoted, cut=True)
            case "expansion" if source == "${!}":
                yield Variable("!", quoted)
            case "command_substitution" if source[:1] == "`" and "\\" in source:
                # Backslashes are read twice there.
                yield Opaque("command_substitution", quoted, (self.sequence(node),))
            case "command_substitution" if source[:2] == "$(" or source[:1] == "`":
                yield Substitution(self.sequence(node), quoted, _inner(source))
            case "process_substitution" if source[:2] == "<(":
                yield Substitution(self.sequence(node), quoted, _inner(source), process=True)
            case _ if not node.children and _PLAIN.fullmatch(source):
                plain = _ESCAPE.sub(lambda m: "" if m[1] == "\n" else m[1], source)
                yield Text(plain, quoted=False, escaped="\\" in source)
            case kind:
                inside = tuple(self.statement(c) for c in node.named_children if c.type not in _WORDS)
                yield Opaque(kind, quoted, inside)

    def _run(
        self, children: Sequence[tree_sitter.Node], start: int, end: int, quoted: bool, *, spaced: bool
    ) -> Iterator[Part]:
        """The parts of a string or of words written together; in a string, what lies between them is text."""
        for child in [*children, None]:
            upto = end if child is None else child.start_byte
            if child is not None and child.type == "string_content":
                continue
            if upto > start:
                text = self.data[start:upto].decode("utf-8", "surrogatepass")
                if not spaced or not _IN_QUOTES.fullmatch(text):
                    yield Opaque("ERROR", quoted)
                else:
                    yield Text(_ESCAPE_IN_QUOTES.sub(lambda m: "" if m[1] == "\n" else m[1], text), quoted=True)
            if child is not None:
                yield from self._parts(child, quoted)
                start = child.end_byte

    def _source(self, node: tree_sitter.Node) -> str:
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "surrogatepass")

    def _closed(self, node: tree_sitter.Node) -> bool:
        """True when nothing but blanks lies between the children of a node."""
        at = node.start_byte if node.type != "program" else 0
        behind_word = False
        for child in node.children:
            if child.is_missing or not _BETWEEN.fullmatch(self.data[at : child.start_byte]):
                return False
            # Two words without a blank between them are one to Bash.
            is_word = child.type in _WORDS or child.type in ("command_name", "variable_assignment")
            if is_word and behind_word and not self.data[at : child.start_byte].replace(b"\\\n", b""):
                return False
            behind_word, at = is_word, child.end_byte
        end = node.end_byte if node.type != "program" else len(self.data)
        return not node.children or bool(_BETWEEN.fullmatch(self.data[at:end]))

    def _other(self, kind: str, node: tree_sitter.Node) -> Other:
        inside: list[Node | Word] = []
        for child in node.named_children:
            if child.type in _WORDS:
                inside.append(self.word(child))
            elif child.named_child_count:
                inside.append(self.statement(child))
        return Other(kind, tuple(inside))
