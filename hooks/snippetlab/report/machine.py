"""Results for machines: JUnit XML and JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from ..model import Drift, ScenarioResult
from ..rewrite import write_atomically


def _text(drift: Drift) -> str:
    return f"{drift.place}: {drift.message}\n--- recorded\n{drift.recorded}\n--- captured\n{drift.captured}"


def junit(results: Sequence[ScenarioResult]) -> str:
    """JUnit XML: a suite for each scenario, a case for each step and track, and one for the state left.

    Source: the format that Jenkins' JUnit plugin and pytest write.
    """
    root = ElementTree.Element("testsuites", name="snippetlab")
    for result in results:
        suite = ElementTree.SubElement(root, "testsuite", name=result.scenario.id, timestamp=result.when)
        cases = [(s.step.id, run.track, s.seconds) for run in result.runs for s in run.steps]
        known = {(step_id, track) for step_id, track, _ in cases}
        extra = sorted({(d.step_id, str(d.track or "")) for d in result.drifts} - known)
        cases += [(step_id, track, 0.0) for step_id, track in extra]  # type: ignore[misc]
        for step_id, track, seconds in cases:
            case = ElementTree.SubElement(
                suite, "testcase", classname=f"{result.scenario.id}.{track}", name=step_id, time=f"{seconds:.3f}"
            )
            for drift in result.drifts:
                if drift.step_id == step_id and (drift.track or "") == track and not drift.warning:
                    failure = ElementTree.SubElement(case, "failure", type=str(drift.kind), message=drift.message)
                    failure.text = _printable(_text(drift))
        suite.set("tests", str(len(cases)))
        suite.set("failures", str(sum(not d.warning for d in result.drifts)))
        suite.set("time", f"{result.seconds:.3f}")
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _printable(text: str) -> str:
    # XML 1.0 has no form for most control characters (section 2.2).
    return "".join(c if c in "\n\t" or ord(c) >= 32 else f"\\x{ord(c):02x}" for c in text)


def as_data(results: Sequence[ScenarioResult]) -> dict[str, Any]:
    """Results as plain data: ``{"scenarios": [{"id", "ok", "when", "versions", "steps", "drifts"}]}``."""
    return {"scenarios": [_scenario(r) for r in results]}


def _scenario(result: ScenarioResult) -> Mapping[str, Any]:
    return {
        "id": result.scenario.id,
        "path": str(result.scenario.path),
        "ok": result.ok,
        "when": result.when,
        "cached": result.cached,
        "versions": {run.engine: dict(run.versions) for run in result.runs},
        "steps": [
            {"id": s.step.id, "track": run.track, "engine": run.engine, "seconds": round(s.seconds, 3)}
            for run in result.runs
            for s in run.steps
        ],
        "drifts": [
            {
                "kind": str(d.kind),
                "step": d.step_id,
                "track": d.track,
                "place": str(d.place),
                "message": d.message,
                "warning": d.warning,
                "recorded": d.recorded,
                "captured": d.captured,
            }
            for d in result.drifts
        ],
    }


def write_junit(path: Path, results: Sequence[ScenarioResult]) -> None:
    """Write the JUnit file, whole or not at all."""
    write_atomically(path, junit(results))


def write_json(path: Path, results: Sequence[ScenarioResult]) -> None:
    """Write the JSON file, whole or not at all."""
    write_atomically(path, json.dumps(as_data(results), indent=2, ensure_ascii=False) + "\n")
