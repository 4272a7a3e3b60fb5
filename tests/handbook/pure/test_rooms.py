"""The book's rooms: imports run in one direction, modules stay small, and MkDocs is known in one file."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.conftest import PROJECT

HOUSE = PROJECT / "hooks" / "handbook"
# From the bottom to the top; a room imports what stands before it, and itself.
ORDER = ["settings", "children", "views", "library", "verdict", "counts", "pages"]
ORDER += ["html", "reference", "captures", "exports", "build", "program"]
LONGEST = 270
TEXTS = {"exports/scripts/heads.py"}  # two scripts as text, hardly any code


def modules() -> list[Path]:
    return sorted(HOUSE.rglob("*.py"))


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            # `from handbook import counts` names a room by itself.
            found |= (
                {f"{node.module}.{a.name}" for a in node.names} if node.module == "handbook" else {node.module or ""}
            )
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def test_imports_run_in_one_direction() -> None:
    wrong = []
    for path in modules():
        room = path.relative_to(HOUSE).parts[0].removesuffix(".py")
        if room in ("__init__", "__main__"):
            continue
        for name in imports(path):
            if name.startswith("handbook.") and ORDER.index(name.split(".")[1]) > ORDER.index(room):
                wrong.append(f"{path.relative_to(HOUSE)} imports {name}")
    assert wrong == []


def test_only_the_hook_knows_the_site_generator() -> None:
    assert [p for p in modules() if any(n.split(".")[0] in ("mkdocs", "properdocs") for n in imports(p))] == []


def _is_markup(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Markup"


def test_html_is_written_in_templates() -> None:
    """No tag stands in an f-string, and none with a place to fill outside of Markup: what is put there is not escaped."""
    found = []
    for path in modules():
        tree = ast.parse(path.read_text())
        escaping = {id(part) for call in ast.walk(tree) if _is_markup(call) for part in ast.walk(call)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in escaping:
                found += [f"{path.name}:{node.lineno}" for _ in re.findall(r"<[a-z]+ [^<>\n]*=\"?\{\w*\}", node.value)]
            if isinstance(node, ast.JoinedStr):
                texts = [v.value for v in node.values if isinstance(v, ast.Constant) and isinstance(v.value, str)]
                found += [
                    f"{path.name}:{node.lineno}" for text in texts if "</" in text or "<div" in text or "<a " in text
                ]
    assert found == []


def test_a_module_is_short_and_says_in_a_line_what_it_is() -> None:
    for path in modules():
        text = path.read_text()
        assert len(text.splitlines()) <= LONGEST or path.relative_to(HOUSE).as_posix() in TEXTS, path
        assert (ast.get_docstring(ast.parse(text)) or "").split("\n")[0].endswith((".", ":")), path
