"""Both houses: imports go one way, the tool knows nothing of the book and names no engine or image, nor do its tests."""

from __future__ import annotations

import ast
import graphlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PROJECT

HOOKS = PROJECT / "hooks"
# What labs run inside stands alone: it has only the standard library of the lab's own Python.
MODULES = sorted(p for p in HOOKS.rglob("*.py") if "inside" not in p.parts)
TOOL = [p for p in MODULES if "snippetlab" in p.relative_to(HOOKS).parts]
# Engines, base images and chapters: they are data, in the settings or in a pack's defaults.
NAMES = re.compile(
    r"^(?:20\.10|26\.1|28\.5\S*|29(?:\.\d+)*|busybox|debian:\w+|redis|nginx|registry|alpine|ubuntu"
    r"|containers|dockerfile|networking|then-and-now)$"
)


def imports(module: Path) -> Iterator[str]:
    """The dotted names that a module imports."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from [f"{node.module}.{a.name}" for a in node.names] if "." not in node.module else [node.module]
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def room(dotted: str) -> str:
    """``snippetlab.compare`` for everything below it."""
    return ".".join(dotted.split(".")[:2])


@pytest.mark.parametrize("house", ["snippetlab", "handbook"])
def test_no_arrow_between_rooms_runs_back(house: str) -> None:
    graph: dict[str, set[str]] = {}
    for module in (m for m in MODULES if m.is_relative_to(HOOKS / house)):
        own = room(".".join(module.relative_to(HOOKS).with_suffix("").parts))
        wanted = {room(name) for name in imports(module) if name.startswith(f"{house}.")}
        graph.setdefault(own, set()).update(wanted - {own})
    # Raises CycleError, which names the rooms of the circle.
    assert len(list(graphlib.TopologicalSorter(graph).static_order())) >= 8


# A plugin of the site generator for other projects; nothing else of the tool imports it.
PLUGIN = HOOKS / "snippetlab" / "mkdocs_plugin.py"


@pytest.mark.parametrize("module", [m for m in TOOL if m != PLUGIN], ids=lambda p: p.relative_to(HOOKS).as_posix())
def test_the_tool_knows_neither_book_nor_site_generator(module: Path) -> None:
    foreign = {name.split(".")[0] for name in imports(module)} & {"handbook", "mkdocs", "material", "markdown_exec"}
    assert foreign == set()


def test_only_the_hook_and_the_plugin_import_the_site_generator() -> None:
    users = {m for m in MODULES if any(n.split(".")[0] in ("mkdocs", "properdocs") for n in imports(m))}
    assert users == {HOOKS / "mkdocs_hooks.py", PLUGIN}
    assert [m for m in TOOL if any(n.startswith("snippetlab.mkdocs_plugin") for n in imports(m))] == []


@pytest.mark.parametrize("module", TOOL, ids=lambda p: p.relative_to(HOOKS).as_posix())
def test_the_tool_names_no_engine_image_or_chapter(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    strings = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    # A word of Docker's own API or of a capture is no name of a chapter.
    known = {"containers", "dockerfile"} if {"packs", "docker"} <= set(module.parts) else set()
    assert [text for text in strings if NAMES.match(text) and text not in known] == []


@pytest.mark.parametrize("module", sorted((PROJECT / "tests" / "tool" / "pure").glob("*.py")), ids=lambda p: p.name)
def test_the_tests_of_the_tool_need_no_book(module: Path) -> None:
    assert [name for name in imports(module) if name.split(".")[0] == "handbook"] == []
    # The folder of this project, in which the book stands.
    assert "PROJECT" not in re.findall(r"\w+", module.read_text(encoding="utf-8"))
