"""Drifts as annotations of a pull request: GitHub's workflow commands, and SARIF for everything else that reads it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from snippetlab.model import Drift, DriftKind, ScenarioResult
from snippetlab.report.hints import hints

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def github(results: Sequence[ScenarioResult], more: Sequence[Drift] = ()) -> str:
    """A workflow command a line for each drift.

    Source: GitHub's "Workflow commands for GitHub Actions", with the escapes of
    the toolkit's ``command.ts``: ``%``, CR and LF in the message; those and ``:`` and ``,`` in properties.
    """
    lines = []
    for drift, told in _told(results, more):
        level = "warning" if drift.warning else "error"
        properties = f"file={_property(str(drift.place.path))},line={drift.place.line}"
        on = f" on {drift.engine}" if drift.engine else ""
        title = _property(f"{drift.kind}: {drift.step_id}{on}")
        lines.append(f"::{level} {properties},title={title}::{_data(told)}\n")
    return "".join(lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def sarif(results: Sequence[ScenarioResult], more: Sequence[Drift] = ()) -> str:
    """A SARIF log with one run: a rule for each kind of drift, a result for each drift.

    Source: OASIS, Static Analysis Results Interchange Format 2.1.0, sections 3.13 to 3.30.
    """
    rules = [{"id": _rule(kind), "name": str(kind), "shortDescription": {"text": str(kind)}} for kind in DriftKind]
    driver = {"name": "snippetlab", "version": version("snippetlab"), "rules": rules}
    found = [_result(drift, told) for drift, told in _told(results, more)]
    log = {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": found}]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(kind: DriftKind) -> str:
    return str(kind).replace(" ", "-")


def _result(drift: Drift, told: str) -> dict[str, Any]:
    path = drift.place.path
    location: dict[str, Any] = {"uri": path.as_uri() if path.is_absolute() else quote(path.as_posix())}
    region = {"startLine": drift.place.line}
    return {
        "ruleId": _rule(drift.kind),
        "level": "warning" if drift.warning else "error",
        "message": {"text": told},
        "locations": [{"physicalLocation": {"artifactLocation": location, "region": region}}],
        "partialFingerprints": {"step/v1": " ".join(filter(None, [drift.step_id, drift.track, drift.engine]))},
    }


def _told(results: Sequence[ScenarioResult], more: Sequence[Drift]) -> Iterator[tuple[Drift, str]]:
    """Every drift with its message, the track, and what may be done about it."""
    for result in results:
        for drift in result.drifts:
            track = f" ({drift.track} track)" if drift.track else ""
            track += f" on {drift.engine}" if drift.engine else ""
            yield drift, "\n".join([f"{drift.message}{track}", *(f"hint: {h}" for h in hints(drift, result.scenario))])
    for drift in more:
        yield drift, drift.message


FORMATS: dict[str, Callable[[Sequence[ScenarioResult], Sequence[Drift]], str]] = {"github": github, "sarif": sarif}
