"""Several machine-readable reports as one, as if one machine had run everything."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from snippetlab.errors import UsageError
from snippetlab.report.machine import NOT_RUN_SUITE

_NOT_RUN = (NOT_RUN_SUITE, "")
_HINT = "name files that `snippetlab check --json` or `--junit` has written"


@dataclass(frozen=True)
class Merged:
    """The text of the whole, and whether nothing in it drifted."""

    text: str
    ok: bool


def merge_json(files: Sequence[Path]) -> Merged:
    """One JSON report. Raises UsageError for a file that is none, and for a scenario that stands in two."""
    scenarios: dict[tuple[str, str], dict[str, Any]] = {}
    not_run: dict[str, dict[str, str]] = {}
    parts: list[str] = []
    for file in files:
        try:
            report = json.loads(file.read_text(encoding="utf-8"))
            named = {(str(scenario["id"]), str(scenario["engine"])): scenario for scenario in report["scenarios"]}
            # Every part tells of all that is shown and not run.
            not_run |= {str(one): one for one in report["not_run"]}
            parts.append(str(report.get("shard", "")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UsageError("this is no report in JSON", where=str(file), hint=_HINT) from error
        _refuse_twice(file, scenarios, named)
        scenarios |= named
    _refuse_gaps(parts)
    ordered = [scenarios[name] for name in sorted(scenarios)]
    whole = {"scenarios": ordered, "not_run": list(not_run.values())}
    text = json.dumps(whole, indent=2, ensure_ascii=False) + "\n"
    read = all(one["what"] != "unreadable" for one in not_run.values())
    return Merged(text, read and all(scenario["ok"] for scenario in ordered))


def merge_junit(files: Sequence[Path]) -> Merged:
    """One JUnit report. Raises UsageError for a file that is none, and for a suite that stands in two."""
    suites: dict[tuple[str, str], ElementTree.Element] = {}
    not_run: list[ElementTree.Element] = []
    parts: list[str] = []
    for file in files:
        try:
            report = ElementTree.fromstring(file.read_text(encoding="utf-8"))
        except (OSError, ValueError, ElementTree.ParseError) as error:
            raise UsageError("this is no report in JUnit's form", where=str(file), hint=_HINT) from error
        parts.append(report.get("name", "").partition(" ")[2])
        named = {(suite.get("name", ""), suite.get("hostname", "")): suite for suite in report.findall("testsuite")}
        # Every part tells of all that is shown and not run.
        if _NOT_RUN in named:
            not_run = [named.pop(_NOT_RUN)]
        _refuse_twice(file, suites, named)
        suites |= named
    _refuse_gaps(parts)
    root = ElementTree.Element("testsuites", name="snippetlab")
    root.extend([*(suites[name] for name in sorted(suites)), *not_run])
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"
    return Merged(text, not root.findall("testsuite/testcase/failure"))


def _refuse_gaps(parts: Sequence[str]) -> None:
    """Raise UsageError where a part of a whole has no report: nobody would miss what ran there, or should have."""
    counts = {part.partition("/")[2] for part in parts if part}
    whole = [f"{index}/{count}" for count in sorted(counts) if count.isdecimal() for index in range(1, int(count) + 1)]
    if missing := [part for part in whole if part not in parts]:
        hint = f"name it, too; where there is none, `snippetlab check --shard {missing[0]}` makes it"
        more = ", …" if len(missing) > 3 else ""
        raise UsageError(f"there is no report of part {', '.join(missing[:3])}{more}", hint=hint)


def _refuse_twice(file: Path, known: dict[tuple[str, str], Any], new: dict[tuple[str, str], Any]) -> None:
    for identity, _ in sorted(set(known) & set(new)):
        hint = "name each part once: the parts of one --shard number hold every scenario once"
        raise UsageError(f"{identity} stands in another of these reports, too", where=str(file), hint=hint)
