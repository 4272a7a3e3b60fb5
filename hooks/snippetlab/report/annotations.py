"""Drifts as annotations of a pull request: GitHub's workflow commands, and SARIF for everything else that reads it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from snippetlab.model import Drift, DriftKind, NotRun, Place, ScenarioResult
from snippetlab.report.hints import hints

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def github(results: Sequence[ScenarioResult], not_run: Sequence[NotRun] = ()) -> str:
    """A workflow command a line for each drift, and a notice for what was not run.

    Source: GitHub's "Workflow commands for GitHub Actions", with the escapes of
    the toolkit's ``command.ts``: ``%``, CR and LF in the message; those and ``:`` and ``,`` in properties.
    """
    lines = []
    for drift, told in _told(results):
        level = "warning" if drift.warning else "error"
        on = f" on {drift.engine}" if drift.engine else ""
        lines.append(_command(level, drift.place, f"{drift.kind}: {drift.step_id}{on}", told))
    for one in not_run:
        level, title = ("error", "unreadable") if one.what == "unreadable" else ("notice", f"{one.what} not run")
        lines.append(_command(level, one.place, title, one.reason))
    return "".join(lines)


def _command(level: str, place: Place, title: str, told: str) -> str:
    path = _in_repository(place.path)
    properties = f"file={_property(str(path))},line={place.line},title={_property(title)}"
    return f"::{level} {properties}::{_data(told)}\n"


def _in_repository(path: Path) -> Path:
    """The path from the folder of the checkout on, where a workflow runs in a folder below it; else as it is."""
    checkout = os.environ.get("GITHUB_WORKSPACE")
    if checkout and path.absolute().is_relative_to(checkout):
        return path.absolute().relative_to(checkout)
    return path


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def sarif(results: Sequence[ScenarioResult], not_run: Sequence[NotRun] = ()) -> str:
    """A SARIF log with one run: a rule for each kind of drift, a result for each drift, a note for what was not run.

    Source: OASIS, Static Analysis Results Interchange Format 2.1.0, sections 3.13 to 3.30 and, for notes, 3.58.
    """
    rules = [{"id": _rule(kind), "name": str(kind), "shortDescription": {"text": str(kind)}} for kind in DriftKind]
    driver = {"name": "snippetlab", "version": version("snippetlab"), "rules": rules}
    found = [_result(drift, told) for drift, told in _told(results)]
    run: dict[str, Any] = {"tool": {"driver": driver}, "results": found}
    if not_run:
        notes = [_note(one) for one in not_run]
        whole = all(one.what != "unreadable" for one in not_run)
        run["invocations"] = [{"executionSuccessful": whole, "toolExecutionNotifications": notes}]
    log = {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(kind: DriftKind) -> str:
    return str(kind).replace(" ", "-")


def _result(drift: Drift, told: str) -> dict[str, Any]:
    return {
        "ruleId": _rule(drift.kind),
        "level": "warning" if drift.warning else "error",
        "message": {"text": told},
        "locations": [_location(drift.place)],
        "partialFingerprints": {"step/v1": " ".join(filter(None, [drift.step_id, drift.track, drift.engine]))},
    }


def _note(one: NotRun) -> dict[str, Any]:
    wrong = one.what == "unreadable"
    text = f"unreadable: {one.reason}" if wrong else f"{one.what} not run: {one.reason}"
    return {"level": "error" if wrong else "note", "message": {"text": text}, "locations": [_location(one.place)]}


def _location(place: Place) -> dict[str, Any]:
    path = _in_repository(place.path)
    artifact = {"uri": path.as_uri() if path.is_absolute() else quote(path.as_posix())}
    return {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": place.line}}}


def _told(results: Sequence[ScenarioResult]) -> Iterator[tuple[Drift, str]]:
    """Every drift with its message, the track, and what may be done about it."""
    for result in results:
        for drift in result.drifts:
            track = f" ({drift.track} track)" if drift.track else ""
            track += f" on {drift.engine}" if drift.engine else ""
            yield drift, "\n".join([f"{drift.message}{track}", *(f"hint: {h}" for h in hints(drift, result.scenario))])


FORMATS: dict[str, Callable[[Sequence[ScenarioResult], Sequence[NotRun]], str]] = {"github": github, "sarif": sarif}
