"""The machine-readable captures: what every step printed, on which engine, on which day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from snippetlab.model import Block, Scenario, Step

from handbook.html.visible import visible
from handbook.library import Library, Proof


def scenario_captures(scenario: Scenario, library: Library) -> dict[str, Any]:
    """A scenario as plain data: versions, and for each step its blocks with commands and outputs.

    The outputs are the baseline's recordings, which the run named in ``verified`` was
    proven equal to; ``verified`` is null where this build proved nothing. A step that prints something else on
    other engines has the blocks of each under ``on``; ``others`` is what this build verified there.
    """
    proof = library.proofs.get(scenario.id)
    return {
        "id": scenario.id,
        "title": scenario.title,
        "verified": _verified(proof),
        "others": {name: _verified(other.proofs.get(scenario.id)) for name, other in library.others.items()},
        "steps": [
            {"id": step.id, "blocks": [_block(b) for b in step.blocks], "on": _on_others(step, library)}
            for step in scenario.steps
        ],
    }


def _verified(proof: Proof | None) -> dict[str, str] | None:
    if proof is None:
        return None
    return {
        "engine": proof.engine,
        "api": proof.api,
        "cli": proof.cli,
        "docker-py": proof.docker_py,
        "date": proof.when,
    }


def _on_others(step: Step, library: Library) -> dict[str, list[dict[str, Any]]]:
    """The blocks of a step on each engine that prints something else than the baseline."""
    return {
        engine: [_block(block) for block in view.step.blocks]
        for view in library.views(step.id)
        if library.baseline not in view.engines
        for engine in view.engines
    }


def _block(block: Block) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": block.kind, "options": dict(block.options)}
    if block.kind == "capture":
        try:
            data["data"] = json.loads(block.text)
        except ValueError:
            data["text"] = block.text
    elif block.kind == "file":
        data["text"] = block.text
    else:
        data["commands"] = [{"source": c.source, "output": c.output, "exit_code": c.exit_code} for c in block.commands]
    return data


def capture_files(library: Library) -> dict[str, str]:
    """``captures.json`` with everything, and a file for each scenario below ``captures/``."""
    scenarios = [scenario_captures(s, library) for s in library.scenarios.values()]
    files = {"captures.json": _dump({"scenarios": scenarios})}
    files.update({f"captures/{s['id']}.json": _dump(s) for s in scenarios})
    files["captures/seconds.json"] = _dump(_seconds(library.seconds))
    return files


def _seconds(seconds: Mapping[str, float]) -> dict[str, float]:
    return {step_id: round(value, 2) for step_id, value in sorted(seconds.items())}


def _dump(data: object) -> str:
    return visible(json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)) + "\n"
