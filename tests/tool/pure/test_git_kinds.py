"""What git prints: a commit's id is another one in each run, and the same one wherever it stands; all else is compared."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from snippetlab.compare import compare_run
from snippetlab.compare.plain import PLAIN
from snippetlab.packs.docker.kinds import VOCABULARY

from tests.tool.runs import console, run, written

A = "3efd115129ac12a3ec4260a9edfdfb9dcce17741"
B = "4efd1151c9ac12a3ec4260a9edfdfb9dcce17742"
C = "5afd1151c9ac12a3ec4260a9edfdfb9dcce17743"
ONE, TWO, THREE = A[:7], B[:7], C[:7]
MADE = f"[main (root-commit) {ONE}] one"
PULLED = "From /root/x\n   {0}..{1}  main       -> origin/main\nUpdating {0}..{1}\nFast-forward\n x | 1 +"
GRAPH = "*   {0} (HEAD -> main) Merge\n|\\  \n| * {1} two\n* | {2} three\n|/  \n* 1234567 one"
RAW = "tree {0}\nparent {1}\nauthor A <a@b> {2} +0000\ncommitter A <a@b> {2} +0000\n\none"
STASHED = "Saved working directory and index state WIP on main: {} one\nDropped refs/stash@{{0}} ({})"
BLAMED = "^{} (A 2026-11-23 10:11:12 +0000 1) hi\n{}1 (A 2026-11-23 10:11:12 +0000 2) ho"

SAME: dict[str, Sequence[tuple[str, str, str]]] = {
    "a commit and its log": [
        ("git commit -m one", MADE, MADE.replace(ONE, TWO)),
        ("git log --oneline", f"{ONE} one", f"{TWO} one"),
        ("git log", f"commit {A}\nAuthor: A <a@b>", f"commit {B}\nAuthor: A <a@b>"),
        ("git rev-parse HEAD", A, B),
    ],
    "a pull": [("git pull", PULLED.format(ONE, TWO), PULLED.format(TWO, THREE))],
    "a graph": [("git log --graph", GRAPH.format(ONE, TWO, THREE), GRAPH.format(TWO, THREE, ONE))],
    "an object": [("git cat-file -p HEAD", RAW.format(A, B, 1790000000), RAW.format(A, C, 1790000011))],
    "branches": [("git branch -v", f"  x  {ONE} one\n* main {TWO} two", f"  x  {TWO} one\n* main {THREE} two")],
    "a stash": [("git stash", STASHED.format(ONE, B), STASHED.format(TWO, C))],
    "authors": [("git blame x", BLAMED.format(ONE, TWO), BLAMED.format(TWO, THREE))],
    "a merge": [("git log", f"Merge: {ONE} {TWO}", f"Merge: {TWO} {THREE}")],
    "what was thrown away": [("git branch -d x", f"Deleted branch x (was {ONE}).", f"Deleted branch x (was {TWO}).")],
    "a description": [("git describe", f"v1.0-3-g{ONE}", f"v1.0-3-g{TWO}")],
    "a revert": [("git show", f"This reverts commit {A}.", f"This reverts commit {B}.")],
    "work trees": [("git worktree list", f"/root/clone  {ONE} [main]", f"/root/clone  {TWO} [main]")],
    "a mail": [
        ("git format-patch --stdout", f"From {A} Mon Sep 17 00:00:00 2001", f"From {B} Mon Sep 17 00:00:00 2001")
    ],
    "seconds": [("git log --format='%h %at'", f"{ONE} 1790000000", f"{TWO} 1790000011")],
    "an age": [("git log --format=%ar", "2 seconds ago", "1 second ago")],
    "references": [
        ("git show-ref", f"{A} refs/heads/main\n{A} refs/tags/v1", f"{B} refs/heads/main\n{B} refs/tags/v1")
    ],
}
OTHER: dict[str, Sequence[tuple[str, str, str]]] = {
    "another commit in the log": [
        ("git commit -m one", MADE, MADE.replace(ONE, TWO)),
        ("git log --oneline", f"{ONE} one", f"{THREE} one"),
    ],
    "another commit in full": [
        ("git commit -m one", MADE, MADE.replace(ONE, TWO)),
        ("git log", f"commit {A}", f"commit {C}"),
    ],
    "two commits where there was one": [
        ("git show-ref", f"{A} refs/heads/main\n{A} refs/tags/v1", f"{B} refs/heads/main\n{C} refs/tags/v1")
    ],
    "a shorter id": [("git log --oneline", f"{ONE} one", f"{B[:8]} one")],
    "a file": [("git hash-object x", A, B)],
    "a file of a commit": [("git rev-parse HEAD:x", A, B)],
    "a tree": [("git cat-file -p HEAD", RAW.format(A, B, 1790000000), RAW.format(C, B, 1790000000))],
    "what is listed": [("git ls-tree HEAD", f"100644 blob {A}\tx", f"100644 blob {B}\tx")],
    "an index": [("git diff", f"index {ONE}..{TWO} 100644", f"index {ONE}..{THREE} 100644")],
    "a changed line": [("git diff", f"+{ONE}", f"+{TWO}")],
    "the number of commits": [("git describe", f"v1.0-3-g{ONE}", f"v1.0-4-g{ONE}")],
    "an age of years": [("git log --format=%ar", "2 years ago", "1 year ago")],
    "another program": [("cat x", f"{ONE} one", f"{TWO} one")],
}


def drifts(tmp_path: Path, commands: Sequence[tuple[str, str, str]], *, docker: bool) -> list[str]:
    lines = [line for command, recorded, _ in commands for line in (f"$ {command}", *recorded.split("\n"))]
    scenario = written(tmp_path, "test/it", console(*lines))
    done = run(scenario, [f"{captured}\n" for _, _, captured in commands])
    return [drift.message for drift in compare_run(scenario, done, VOCABULARY if docker else PLAIN)]


@pytest.mark.parametrize("docker", [False, True])
@pytest.mark.parametrize("commands", SAME.values(), ids=SAME)
def test_what_each_run_makes_anew_is_no_drift(
    tmp_path: Path, commands: Sequence[tuple[str, str, str]], docker: bool
) -> None:
    assert drifts(tmp_path, commands, docker=docker) == []


@pytest.mark.parametrize("docker", [False, True])
@pytest.mark.parametrize("commands", OTHER.values(), ids=OTHER)
def test_what_does_not_change_by_itself_is_drift(
    tmp_path: Path, commands: Sequence[tuple[str, str, str]], docker: bool
) -> None:
    assert drifts(tmp_path, commands, docker=docker)
