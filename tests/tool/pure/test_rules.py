"""A step's own rule is for one value: one that takes whatever is printed is refused, however it is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from snippetlab.errors import ScenarioError
from snippetlab.model import Scenario

from tests.tool.runs import written

PRINTED = "job 4711 took 12.5 s on web-1\nwarning: retried, cache was cold\n"
PATTERN_LINE = 16  # of the file: four lines of front matter, then the step


def read(folder: Path, pattern: str, printed: str = PRINTED) -> Scenario:
    rule = f"- name: own\n  pattern: '{pattern.replace(chr(39), chr(39) * 2)}'\n  reason: it differs\n"
    body = f"## s\n\n```console\n$ run\n{printed}```\n\n```yaml volatile\n{rule}```\n"
    return written(folder, "a/b", body)


def refused(folder: Path, pattern: str) -> ScenarioError:
    with pytest.raises(ScenarioError) as caught:
        read(folder, pattern)
    return caught.value


EVERYTHING = [
    *(".+", ".*", "(?s).*", "(?s).+", r"[\s\S]+", r"[\W\w]{1,200}", "(?m)^.*$", "^.+$", ".+?$"),
    *("[^x]*", "[^x]+", r"[^\n]{2,}", "[ -~]+", "(?i)[a-z0-9 .,:;/$-]+", r"\D+", "(?:[^a]|a)+"),
    *(r"\S+", r"\S+ ?.*", r"\S+(?: \S+)*", r"\S|\s", r"(?:\S+|\s+)", r"\x20*\S.*", r"\w+", r"\w+|\W+", r"[^\W_]+\W*"),
    *("warning|", "warning|.+", "warning|.*", "(?:warning|.)+", "(?:warning|.*)", "(?:|.+)", "x?.+", ".?.?.?x?."),
    *(r"\b.*", "(?=.).*", "(?<=^).*", "(?<!x).+", "[a-z].*", r"\w.*", r".*\w", ".*[aeiou]", "(.)(.)*", "^.*(?= )"),
    *("(?s)a.*", r".+(?=\n)", "[A-Za-z ]+", "[a-zA-Z0-9]+", "[^:]+:?.*", r".*\n?", ".{5,}"),
]
# With something around it that is fixed: whatever is printed in that place passes.
IN_ITS_PLACE = [
    *("(?<=took ).+", "(?<=took )[^x]+", "took .+", "took .*", "took(?:.*)", "took(?: 12.5 s.*|.*)", ".+(?= took)"),
    *(
        ".*took",
        "^.*took",
        "(?<=warning: ).*",
        "(?<=warning: )[^;]+",
        r"(?<=warning: )\w.*",
        r"(?s)took.*",
        "(?<=took )(?s:.+)",
    ),
]


@pytest.mark.parametrize("pattern", [*EVERYTHING, *IN_ITS_PLACE])
def test_a_rule_that_takes_whatever_is_printed_is_refused(tmp_path: Path, pattern: str) -> None:
    error = refused(tmp_path, pattern)
    assert error.where == f"{tmp_path}/a/b.md:{PATTERN_LINE}"
    assert "whatever is printed" in error.what or "where nothing stands" in error.what
    assert error.hint


ONE_VALUE = [
    *(r"\d+", r"\d+\.\d+ s", r"(?<=job )\d+", "4711|4712", r"web-\d", r"(?<=took )[\d.]+", "[0-9a-f]{12,64}"),
    *(
        r"job \d+ took [\d.]+ s",
        r"(?<=on )\S+",
        "retried|tried once",
        "(?:, cache was cold)",
        r"took \S+ s",
        ", cache was (?:cold|warm)",
    ),
    *(r"/tmp/[^ /]+", "sha256:[0-9a-f]{64}", r"(?:\d{1,3}\.){3}\d{1,3}", "(?<=took )(?:[0-9]+[.])?[0-9]+"),
]


@pytest.mark.parametrize("pattern", ONE_VALUE)
def test_a_rule_that_says_what_a_value_looks_like_is_none(tmp_path: Path, pattern: str) -> None:
    (step,) = read(tmp_path, pattern).steps
    assert [rule.pattern for rule in step.rules] == [pattern]


def test_every_wrong_rule_of_a_step_is_told(tmp_path: Path) -> None:
    rules = "- {name: a, pattern: '.+', reason: r}\n- {name: b, pattern: '(?<=took ).+', reason: r}\n"
    body = f"## s\n\n```console\n$ run\n{PRINTED}```\n\n```yaml volatile\n{rules}```\n"
    with pytest.raises(ScenarioError) as caught:
        written(tmp_path, "a/b", body)
    assert [error.where for error in caught.value.all] == [f"{tmp_path}/a/b.md:{line}" for line in (15, 16)]


@pytest.mark.parametrize("line", [".* (re)", r"\S.* (re)", "[^x]* (re)", "(?:fine|.*) (re)"])
def test_a_rule_beside_a_line_that_takes_any_line_says_so(tmp_path: Path, line: str) -> None:
    with pytest.raises(ScenarioError, match="whatever is printed") as caught:
        written(tmp_path, "a/b", f"## s\n\n```console\n$ run\none\n{line}\n```\n")
    assert caught.value.where == f"{tmp_path}/a/b.md:11"
    assert "(any)" in caught.value.hint


@pytest.mark.parametrize("line", [r"took \d+ s (re)", "took .* s (re)", "(?:one|two) (re)"])
def test_one_that_says_what_the_line_looks_like_is_none(tmp_path: Path, line: str) -> None:
    assert written(tmp_path, "a/b", f"## s\n\n```console\n$ run\n{line}\n```\n").steps
