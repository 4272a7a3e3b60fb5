"""Code with docker-py: only what is known may stand in it, with arguments judged as those of the docker command."""

from __future__ import annotations

import ast

from handbook.exports.scripts.judge.python_calls import Calls
from handbook.exports.scripts.judge.python_table import (
    ATTRIBUTES,
    BUILTINS,
    CLOSER,
    COLLECTIONS,
    ERRORS,
    EXCEPTIONS,
    HARMLESS,
    METHODS,
    NODES,
)
from handbook.exports.scripts.judge.python_values import known
from handbook.exports.scripts.judge.values import CONTROL, Refused

_READING = ast.dump(ast.parse("json.load(sys.stdin)"))
_GIVEN = frozenset(["client", "docker", "page_folder"])


def judge_reading(source: str) -> None:
    """``python3 -c``: prints something of the JSON that it is fed. Raises Refused for anything else."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        body = []
    ok = len(body) == 2 and isinstance(body[0], ast.Import) and {a.name for a in body[0].names} == {"json", "sys"}
    if not ok or any(a.asname for a in body[0].names) or not isinstance(body[1], ast.Expr):  # type: ignore[attr-defined]
        raise Refused("runs a program in Python that nobody judged")
    call = body[1].value
    if not isinstance(call, ast.Call) or ast.unparse(call.func) != "print" or len(call.args) != 1 or call.keywords:
        raise Refused("runs a program in Python that nobody judged")
    value = call.args[0]
    while isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Constant):
        value = value.value
    if ast.dump(ast.Module([ast.Expr(value)], [])) != _READING:
        raise Refused("runs a program in Python that nobody judged")


class PythonJudge(Calls):
    """Follows the code of a scenario, which is one program: names keep what they were given."""

    def judge(self, source: str) -> None:
        """A piece of code, as the script holds it. Raises Refused."""
        if CONTROL.search(source):
            raise Refused("holds signs that nobody can see")
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError):
            raise Refused("holds Python that cannot be read") from None
        for node in ast.walk(tree):
            if not isinstance(node, NODES):
                raise Refused(f"holds Python that nobody judged ({type(node).__name__})")
        # What a loop gives to a name is not known before it ran.
        loops = [n for n in ast.walk(tree) if isinstance(n, ast.For | ast.While | ast.Try | ast.If)]
        for name in {n.id for loop in loops for n in ast.walk(loop) if isinstance(n, ast.Name)} & self.values.keys():
            if any(_stores(loop, name) for loop in loops):
                del self.values[name]
        for statement in tree.body:
            self._statement(statement)

    def _statement(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Import | ast.ImportFrom):
            self._import(node)
            return
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                self._store(inner.id)
            elif isinstance(inner, ast.arg):
                self._store(inner.arg)
            elif isinstance(inner, ast.ExceptHandler) and inner.name:
                self._store(inner.name)
            elif isinstance(inner, ast.Import | ast.ImportFrom):
                raise Refused("imports in a way that nobody judged")
        for inner in ast.walk(node):
            if isinstance(inner, ast.For) and isinstance(inner.target, ast.Name):
                options = self._value(inner.iter)
                if isinstance(options, tuple | list) and all(isinstance(o, str) for o in options):
                    self.values[inner.target.id] = frozenset(options)
        self._look(node)
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            for inner in ast.walk(node.targets[0]):
                if isinstance(inner, ast.Name):
                    self.values.pop(inner.id, None)
            if isinstance(node.targets[0], ast.Name):
                self.values[node.targets[0].id] = self._value(node.value)

    def _store(self, name: str) -> None:
        if name in _GIVEN | BUILTINS.keys() | EXCEPTIONS | self.imported.keys() or name.startswith(("page_", "__")):
            raise Refused(f"gives {name} another meaning")
        self.stored.add(name)
        self.values.pop(name, None)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            module = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            name = f"{module}{alias.name}"
            modules = [full for full in (*HARMLESS, *CLOSER) if full == name or full.startswith(f"{name}.")]
            if alias.asname or not (modules or ERRORS.fullmatch(name)) or name.startswith("."):
                raise Refused(f"imports {name}")
            bound = alias.name.partition(".")[0]
            if bound in self.stored:
                raise Refused(f"gives {bound} another meaning")
            self.imported[bound] = name if isinstance(node, ast.ImportFrom) else bound

    def _look(self, node: ast.AST) -> None:
        """Every name, attribute and call inside. Raises Refused for those that are not known."""
        if isinstance(node, ast.Call):
            self._call(node)
            return
        if isinstance(node, ast.Attribute):
            dotted = self._dotted(node)
            if dotted is not None:
                if HARMLESS.get(dotted, "") is not None and not ERRORS.fullmatch(dotted):
                    raise Refused(f"uses {dotted}")
                return
            if node.attr not in ATTRIBUTES or not isinstance(node.ctx, ast.Load):
                raise Refused(f"uses .{node.attr}, which nobody judged")
        elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            raise Refused("changes what it was given")
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            full = self.imported.get(node.id, "")
            if node.id not in self.stored | EXCEPTIONS | {"client", "page_folder"} and not ERRORS.fullmatch(full):
                raise Refused(f"uses {node.id}, which nobody judged")
        for child in ast.iter_child_nodes(node):
            self._look(child)

    def _call(self, node: ast.Call) -> None:
        keywords = {k.arg: k.value for k in node.keywords if k.arg is not None}
        if len(keywords) != len(node.keywords):
            raise Refused("calls with keywords that cannot be foreseen")
        function = self._dotted(node.func)
        if function is not None:
            self._function(function, node, keywords)
        elif isinstance(node.func, ast.Name):
            if node.func.id == "open":
                self._open(node, keywords)
            else:
                known(node.func.id, BUILTINS, keywords)
        elif isinstance(node.func, ast.Attribute):
            owner = node.func.value
            group = owner.attr if isinstance(owner, ast.Attribute) and owner.attr in COLLECTIONS else ""
            name = f"{group}.{node.func.attr}" if group else node.func.attr
            known(name, METHODS, keywords)
            self._method(name, owner, node, keywords)
            self._look(owner)
        else:
            raise Refused("calls what cannot be foreseen")
        for child in (*node.args, *keywords.values()):
            self._look(child)


def _stores(tree: ast.AST, name: str) -> bool:
    return any(isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store) for n in ast.walk(tree))
