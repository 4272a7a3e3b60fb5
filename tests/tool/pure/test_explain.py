"""What of a recording is compared is said line by line, and the share that is not, by kind."""

from __future__ import annotations

from pathlib import Path

from snippetlab.compare.explain import explain, masked_share
from snippetlab.compare.reading import Reading
from snippetlab.packs.docker.kinds import VOCABULARY
from snippetlab.scenario.engines import recorded_elsewhere

from tests.tool.runs import console, written

BODY = """\
## a

```console
$ docker ps
3efd115129ac is up
rev 7

$ docker run -p 40000:80 web
0.0.0.0:40000 0.0.0.0:32768
```

```yaml volatile
- name: revision
  pattern: (?<=rev )\\d+
  reason: it counts up
```
"""


def test_each_part_of_a_line_says_why_it_is_compared_or_not(tmp_path: Path) -> None:
    lines = [line for output in explain(written(tmp_path, "a/b", BODY), VOCABULARY) for line in output.lines]
    assert [(line.source, line.number) for line in lines] == [
        ("docker ps", 1),
        ("docker ps", 2),
        ("docker ps", 3),
        ("docker run -p 40000:80 web", 1),
    ]
    assert [(part.text, part.kind) for part in lines[0].parts] == [("3efd115129ac", "id"), (" is up", "")]
    assert "in the same places" in lines[0].parts[0].why
    assert [(part.text, part.kind) for part in lines[1].parts] == [("rev ", ""), ("7", "revision")]
    assert lines[1].parts[1].why == "a rule of the step: it counts up"
    assert [(part.text, part.kind) for part in lines[2].parts] == [("", "")]
    # 40000 was typed, so it is compared.
    assert [(part.text, part.kind) for part in lines[3].parts] == [("0.0.0.0:40000 0.0.0.0:", ""), ("32768", "port")]


def test_what_holds_for_an_output_as_a_whole_is_said(tmp_path: Path) -> None:
    scenario = written(
        tmp_path,
        "a/b",
        '## a\n\n```console\n$ one\n$ two\n(unordered)\nb\na\n```\n\n```console exempt="no printer"\n$ lp\n```\n',
        "tracks: [shell]\nunrecorded: anything\n",
    )
    assert [(output.source, output.notes) for output in explain(scenario, VOCABULARY)] == [
        ("one", ("nothing is recorded, and it may print anything; its exit code counts",)),
        ("two", ("its lines may come in any order",)),
        ("lp", ("it is not run: no printer",)),
    ]


def test_the_masked_share_by_kind(tmp_path: Path) -> None:
    share = masked_share([written(tmp_path, "a/b", BODY)], VOCABULARY)
    assert share.masked == {"id": 12, "port": 5, "revision": 1}
    assert share.recorded == len("3efd115129ac is up") + len("rev 7") + len("0.0.0.0:40000 0.0.0.0:32768")
    assert round(share.share, 2) == 0.36
    assert masked_share([], VOCABULARY).share == 0.0


ELSEWHERE = console(
    "$ docker ps", "3efd115129ac is well", "rev 7", "", "$ docker run -p 40000:80 web", "0.0.0.0:40000 0.0.0.0:32768"
)


def test_the_masked_share_counts_what_is_recorded_for_other_engines(tmp_path: Path) -> None:
    """Step a is recorded twice, step b once: 28.5 prints the same of it."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a/b.28.5.md").write_text(ELSEWHERE)
    scenario = written(tmp_path, "a/b", BODY + "\n" + console("$ echo fine", "fine", step="b"))
    share = masked_share([scenario], VOCABULARY, recorded_elsewhere(scenario, "26.1"))
    assert share.masked == {"id": 24, "port": 10, "revision": 2}
    both = len("rev 7") + len("0.0.0.0:40000 0.0.0.0:32768")
    assert share.recorded == len("3efd115129ac is up") + len("3efd115129ac is well") + 2 * both + len("fine")


def test_a_reading_of_one_command_keeps_the_rest() -> None:
    reading = Reading(VOCABULARY)
    assert reading.of("date").source == "date"
    assert reading.of("date").vocabulary is VOCABULARY
