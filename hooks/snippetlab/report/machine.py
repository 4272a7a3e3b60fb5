"""Results for machines: JUnit XML and JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from snippetlab.errors import ScenarioError
from snippetlab.files import write_atomically
from snippetlab.model import Drift, NotRun, Place, ScenarioResult

NOT_RUN_SUITE = "not run"  # the name of the JUnit suite of what is shown and not run
# What XML 1.0 has no form for (section 2.2).
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _text(drift: Drift) -> str:
    return f"{drift.place}: {drift.message}\n--- recorded\n{drift.recorded}\n--- captured\n{drift.captured}"


def unreadable(errors: Sequence[ScenarioError]) -> tuple[NotRun, ...]:
    """Files that could not be read, for reports."""
    found = []
    for error in errors:
        path, _, line = (error.where or "").rpartition(":")
        place = Place(Path(path), int(line)) if line.isdigit() else Place(Path(error.where or ""), 1)
        found.append(NotRun("unreadable", place, "\n".join(filter(None, [error.what, error.hint]))))
    return tuple(found)


def junit(results: Sequence[ScenarioResult], not_run: Sequence[NotRun] = (), part: str = "") -> str:
    """JUnit XML: a suite for each scenario and engine, a case for each step and track, and one for what no step gave.

    ``part`` is the one of a whole that ran (``2/5``), if not all did; it stands in the name of the whole.

    The engine is the suite's ``hostname``, and where there are several it stands in the names of suites and cases.

    What is shown and not run is a suite of its own, of cases that are skipped with their reasons; a file that could not
    be read is one that failed.

    Source: the format that Jenkins' JUnit plugin and pytest write.
    """
    root = ElementTree.Element("testsuites", name=f"snippetlab {part}".rstrip())
    several = len({result.engine for result in results}) > 1
    for result in results:
        own = f"{result.scenario.id} on {result.engine}" if several else result.scenario.id
        suite = ElementTree.SubElement(root, "testsuite", name=own, timestamp=result.when)
        if result.engine:
            suite.set("hostname", result.engine)
        # A variant for another engine belongs to the case of its step.
        cases: dict[tuple[str, str], float] = {}
        for run in result.runs:
            for done in run.steps:
                cases[(done.step.id, run.track)] = cases.get((done.step.id, run.track), 0.0) + done.seconds
        for drift in (d for d in result.drifts if not d.warning):
            cases.setdefault((drift.step_id, drift.track or ""), 0.0)
        failed = 0
        for (step_id, track), seconds in cases.items():
            name = f"{own}.{track}" if track else own
            case = ElementTree.SubElement(suite, "testcase", classname=name, name=step_id, time=f"{seconds:.3f}")
            found = [d for d in result.drifts if (d.step_id, d.track or "") == (step_id, track) and not d.warning]
            if found:
                # One failure a case is all that readers of the format count on.
                failed += 1
                message = "; ".join(d.message for d in found)
                failure = ElementTree.SubElement(case, "failure", type=str(found[0].kind), message=_printable(message))
                failure.text = _printable("\n".join(map(_text, found)))
        suite.set("tests", str(len(cases)))
        suite.set("failures", str(failed))
        suite.set("time", f"{result.seconds:.3f}")
    if not_run:
        count, failed = len(not_run), sum(one.what == "unreadable" for one in not_run)
        suite = ElementTree.SubElement(root, "testsuite", name=NOT_RUN_SUITE, tests=str(count), failures=str(failed))
        suite.set("skipped", str(count - failed))
        for one in not_run:
            case = ElementTree.SubElement(
                suite, "testcase", classname=f"{NOT_RUN_SUITE}.{one.what}", name=str(one.place)
            )
            how = "failure" if one.what == "unreadable" else "skipped"
            ElementTree.SubElement(case, how, message=_printable(one.reason))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _printable(text: str) -> str:
    return _NOT_XML.sub(lambda found: f"\\x{ord(found.group()):02x}", text)


def as_data(results: Sequence[ScenarioResult], not_run: Sequence[NotRun] = (), part: str = "") -> dict[str, Any]:
    """Results as plain data.

    ``{"scenarios": [{"id", "engine", "ok", "when", "versions", "steps", "drifts"}],
    "not_run": [{"what", "place", "reason"}]}``, and ``"shard": "2/5"`` where that ``part`` ran.
    """
    left = [{"what": one.what, "place": str(one.place), "reason": one.reason} for one in not_run]
    whole = {"scenarios": [_scenario(r) for r in results], "not_run": left}
    return {"shard": part, **whole} if part else whole


def _scenario(result: ScenarioResult) -> Mapping[str, Any]:
    return {
        "id": result.scenario.id,
        "path": str(result.scenario.path),
        "engine": result.engine,
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


def write_junit(path: Path, results: Sequence[ScenarioResult], not_run: Sequence[NotRun] = (), part: str = "") -> None:
    """Write the JUnit file, whole or not at all."""
    write_atomically(path, junit(results, not_run, part))


def write_json(path: Path, results: Sequence[ScenarioResult], not_run: Sequence[NotRun] = (), part: str = "") -> None:
    """Write the JSON file, whole or not at all."""
    write_atomically(path, json.dumps(as_data(results, not_run, part), indent=2, ensure_ascii=False) + "\n")
