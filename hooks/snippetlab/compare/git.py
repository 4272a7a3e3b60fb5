"""Kinds of values that git makes anew in each run: a commit's id depends on the second in which it was made.

What depends on contents alone, such as the id of a file or a tree, is compared as it stands.
"""

from __future__ import annotations

import re

from snippetlab.compare.forms import form_of_time
from snippetlab.compare.vocabulary import Kind

COMMIT = "commit"
_GIT = re.compile(r"\bgit\b(?!.*(?:\bhash-object\b|\bwrite-tree\b|\bmktree\b|\{tree\}|\brev-parse \S*\w:))")
_ID = r"[0-9a-f]{7,40}"


def _commit(pattern: str, hints: tuple[str, ...] = (), inside: str = "") -> Kind:
    return Kind(COMMIT, "identity", pattern, hints, asked=_GIT, inside=inside)


GIT = (
    _commit(rf"^(?:(?:commit|parent|From) |\^|[*|\\/ ]*)(?P<v>{_ID})(?=[ \t]|$)"),
    _commit(rf"^Merge: (?P<v>{_ID} {_ID})$", ("Merge: ",), _ID),
    _commit(rf"^\[\S+ (?:\([\w -]+\) )?(?P<v>{_ID})(?=\] )", ("] ",)),
    _commit(rf"^(?:Updating|[ +*-]) +(?P<v>{_ID}\.\.\.?{_ID})\b", ("..",), _ID),
    _commit(rf"^[*+ ] \S+ +(?P<v>{_ID})(?= )(?!.* \| )"),  # of branch -v
    _commit(rf"^/\S+ +(?P<v>{_ID})(?= [\[(])"),  # of worktree list
    _commit(rf"(?:\b(?:at|was|from|onto|reverts commit) |\bon [^\s:]+: |(?<=\d)-g)(?P<v>{_ID})\b"),
    _commit(r"(?<=\()[0-9a-f]{40}(?=\))", ("(",)),  # of what a stash dropped
    Kind(
        "time",
        "any",
        r"^(?:author|committer) .*> (?P<v>[12]\d{9})(?= [+-]\d{4}$)",
        ("> ",),
        asked=_GIT,
        form=form_of_time,
    ),
    Kind("time", "any", r"\b[12]\d{9}\b", asked=re.compile(r"\bgit\b.*(?:%[ac]t|=raw|=unix)"), form=form_of_time),
    Kind("ago", "any", r"\b\d+ (?:second|minute|hour)s?(?= ago\b)", (" ago",), asked=_GIT, measured=True),
)
