"""Patterns that people write end, however long they would take: what cannot be told in time is no match, and said."""

from __future__ import annotations

from pathlib import Path

import pytest
from snippetlab.errors import ScenarioError
from snippetlab.matching import found_in, takes_too_long, whole_line
from snippetlab.report.hints import hints

from tests.tool.runs import console, result, run, written

ENDLESS = "(a+)+b"
LINE = "a" * 60


def test_what_cannot_be_told_in_time_is_no_match() -> None:
    assert not whole_line(ENDLESS, LINE)
    assert takes_too_long(ENDLESS, LINE, whole=True)
    assert found_in(ENDLESS, LINE) == ()


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"(?:\w+ )+x", "ab cd x", ((0, 7),)),
        (r"(?:[a-z]+,)+$", "ab,\ncd,", ((0, 3), (4, 7))),
        (r"[0-9]+", "1 22", ((0, 1), (2, 4))),
        (r"(?P<a>é)+", "éé", ((0, 2),)),
    ],
)
def test_it_is_found_where_it_stands_wherever_it_is_looked_for(
    pattern: str, text: str, found: tuple[tuple[int, int], ...]
) -> None:
    assert found_in(pattern, text) == found


def test_a_rule_that_never_ends_is_drift_and_the_report_says_why(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/it", console("$ x", f"{ENDLESS} (re)"))
    (drift,) = result(scenario, run(scenario, [f"{LINE}\n"])).drifts
    assert f"the pattern {ENDLESS} takes longer to match than anybody waits" in hints(drift, scenario)[0]


def test_a_volatile_rule_that_never_ends_is_refused_with_its_line(tmp_path: Path) -> None:
    rule = f"```yaml volatile\n- name: n\n  pattern: {ENDLESS}\n  reason: r\n```\n"
    with pytest.raises(ScenarioError, match="takes longer to match than anybody waits") as error:
        written(tmp_path, "test/it", console("$ x", LINE) + rule)
    assert str(error.value.where).endswith("it.md:15")
