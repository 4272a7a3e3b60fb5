"""Parsing: what a scenario file means, and where each error is said to be."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
from snippetlab.errors import ScenarioError
from snippetlab.model import Block, Place, Rule, Scenario
from snippetlab.scenario import discover, load, parse, typed_lines
from snippetlab.scenario.known import Known

from tests.tool.runs import PACK

PATH = Path("snippets/a/b.md")
KNOWN = Known(frozenset({"busybox", "debian:bookworm", "nginx", "redis", "registry"}), PACK.captures)


def read(text: str) -> Scenario:
    return parse(text, PATH, "a/b", KNOWN)


def front(*lines: str, body: str = "## s\n\n```console\n$ a\n```\n") -> Scenario:
    return read("\n".join(("---", *lines, "---", body)))


def steps(body: str, *lines: str) -> Scenario:
    """A scenario whose body begins at line 4 (title only) + one a line more of front matter."""
    return front("title: t", *lines, body=body)


def block(body: str, info: str = "console", *lines: str) -> Block:
    """The block with this body; its opening fence stands in line 5."""
    (found,) = steps(f"## s\n```{info}\n{body}```\n", *lines).steps[0].blocks
    return found


def error(call: object, *arguments: str) -> ScenarioError:
    with pytest.raises(ScenarioError) as raised:
        call(*arguments)  # type: ignore[operator]
    assert raised.value.hint, "every error says what to do next"
    return raised.value


# The whole

WHOLE = """\
---
title: Two containers
images: [redis]
timeout: 90
daemon: {iptables: false, log-opts: {max-size: 10m}}
nodes: [worker]
outside: true
context:
  - site
tracks: [python, shell]
---

A note. ## not a heading

## create

A note to maintainers.

```console
$ docker network create app \\
>   --label a=b
3efd11
$ false
[1]
```

```pycon
>>> for n in "ab":
...     print(n)
...
a
b
```

### no step of its own

```dockerfile file="web/Dockerfile"
FROM busybox

## not a heading
```

```json capture="network:app"
{"Name": "app"}
```

## second-step

~~~console node="worker" engine="20.10"
$ docker info
~~~

```console engine="28.5"
$ docker info
```

```yaml volatile
- name: build
  pattern: 'build \\d+'
  reason: counts up
```
"""


def test_whole() -> None:
    scenario = read(WHOLE)
    assert (scenario.id, scenario.path, scenario.title) == ("a/b", PATH, "Two containers")
    assert (scenario.images, scenario.timeout, scenario.nodes) == (("redis",), 90.0, ("worker",))
    assert (scenario.outside, scenario.context, scenario.tracks) == (True, ("site",), ("shell", "python"))
    assert scenario.daemon == {"iptables": False, "log-opts": {"max-size": "10m"}}
    assert scenario.engines == ("20.10", "28.5")
    assert [(s.id, s.name, s.place.line) for s in scenario.steps] == [
        ("a/b#create", "create", 15),
        ("a/b#second-step", "second-step", 47),
    ]
    console, pycon, file, capture = scenario.steps[0].blocks
    assert [(c.source, c.output, c.exit_code, c.place) for c in console.commands] == [
        ("docker network create app \\\n  --label a=b", "3efd11\n", 0, Place(PATH, 20)),
        ("false", "", 1, Place(PATH, 23)),
    ]
    assert (console.place.line, console.body_start, console.body_end) == (19, 20, 25)
    (loop,) = pycon.commands
    assert (loop.source, loop.output) == ('for n in "ab":\n    print(n)\n', "a\nb\n")
    assert (file.kind, file.language, file.option("file")) == ("file", "dockerfile", "web/Dockerfile")
    assert file.text == "FROM busybox\n\n## not a heading\n"
    assert (capture.kind, capture.option("capture"), capture.text) == ("capture", "network:app", '{"Name": "app"}\n')
    worker, variant = scenario.steps[1].blocks
    assert (worker.node, worker.engine, variant.node, variant.engine) == ("worker", "20.10", None, "28.5")
    assert scenario.steps[1].rules == (Rule(r"build \d+", "build", "counts up"),)


def test_defaults() -> None:
    scenario = front("title: t")
    assert (scenario.images, scenario.timeout, scenario.daemon, scenario.nodes) == ((), 60.0, {}, ())
    assert (scenario.outside, scenario.context, scenario.tracks, scenario.engines) == (
        False,
        (),
        ("shell",),
        (),
    )


def test_the_python_track_runs_where_there_is_something_for_it() -> None:
    console, pycon = "```console\n$ a\n```\n", "```pycon\n>>> 1\n1\n```\n"
    assert steps(f"## s\n\n{console}\n## t\n\n{console}\n{pycon}").tracks == ("shell", "python")
    assert steps(f"## s\n\n{console}", "tracks: [shell, python]").tracks == ("shell", "python"), "somebody wants it"


def test_line_ends_of_windows_and_a_byte_order_mark_mean_nothing() -> None:
    plain = read(WHOLE)
    assert read("\ufeff" + WHOLE.replace("\n", "\r\n")) == plain


# Front matter


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        (["title: t", "imagse: [redis]"], 3, "imagse: unknown key"),
        (["images: []"], 2, "title: this key is missing"),
        (["title: ''"], 2, "title"),
        (["title: 7"], 2, "title"),
        (["title: t", "", "images: [redis, mysql]"], 4, "unknown image 'mysql'"),
        (["title: t", "images:", "  - redis", "  - mysql"], 5, "unknown image 'mysql'"),
        (["title: t", "images: [redis, redis]"], 3, "'redis' stands twice in images"),
        (["title: t", "timeout: 0"], 3, "timeout"),
        (["title: t", "timeout: .nan"], 3, "timeout"),
        (["title: t", "timeout: true"], 3, "timeout"),
        (["title: t", "outside: 'yes'"], 3, "outside"),
        (["title: t", "daemon: [a]"], 3, "daemon"),
        (["title: t", "daemon:", "  since: 2019-01-01"], 4, "daemon.since"),
        (["title: t", "nodes: [main]"], 3, "bad node name 'main'"),
        (["title: t", "nodes: [Worker]"], 3, "bad node name 'Worker'"),
        (["title: t", "tracks: []"], 3, "tracks"),
        (["title: t", "tracks:", "- shell", "- ruby"], 5, "tracks.1"),
        (["title: t", "tracks: [shell, shell]"], 3, "'shell' stands twice in tracks"),
        (["title: t", "context: [/etc]"], 3, "'/etc' does not lie beside"),
        (["title: t", "context: [../b]"], 3, "'../b' does not lie beside"),
        (["title: t", "context: ['.', '']"], 3, "'.' does not lie beside"),
        (["title: t", "x: [1"], 3, "not YAML"),
        (["title: t", "title: u"], 3, "not YAML"),
        (["title: \x07"], 2, "not YAML"),
        (["- title"], 2, "keys and values are wanted"),
        (["title"], 2, "keys and values are wanted"),
        ([], 2, "title: this key is missing"),
    ],
)
def test_front_matter_errors(lines: list[str], line: int, words: str) -> None:
    found = error(front, *lines)
    assert found.where == f"{PATH}:{line}"
    assert words in found.what


def test_an_unknown_image_names_the_known_ones() -> None:
    assert "busybox, debian:bookworm, nginx, redis, registry" in (error(front, "title: t", "images: [x]").hint or "")
    text = "---\ntitle: t\nimages: [redis]\n---\n"
    with pytest.raises(ScenarioError, match="unknown image 'redis'") as raised:
        parse(text, PATH, "a/b", known=Known(frozenset({"one", "two"})))
    assert "one, two" in (raised.value.hint or "")


@pytest.mark.parametrize("text", ["", "## s\n", "---\ntitle: t\n## s\n", "\n---\ntitle: t\n---\n"])
def test_without_front_matter(text: str) -> None:
    found = error(read, text)
    assert (found.what, found.where) == ("no front matter", f"{PATH}:1")


# Steps and fences


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("", 4, "there is no step"),
        ("```console\n$ a\n```\n", 4, "a block before the first step"),
        ("## a\n\n## b\n```console\n$ a\n```\n", 4, "step 'a' has no block"),
        ("## a\n```yaml volatile\n- {name: n, pattern: p, reason: r}\n```\n", 4, "step 'a' has no block"),
        ("## a\n```console\n$ a\n```\n## a\n```console\n$ a\n```\n", 8, "two steps 'a': one begins at line 4"),
        ("##\n", 4, "a heading without a name"),
        ("## ()\n", 4, "a heading without a name"),
        ("## a\n\n```console\n$ a\n", 6, "not closed"),
        ("## a\n````console\n$ a\n```\n", 5, "not closed"),
        ("## a\n```console\n$ a\n~~~\n", 5, "not closed"),
        ("## a\n```console\n$ a\n    ```\n", 5, "not closed"),
        # A closing fence was forgotten: the next step must not count as output of this one.
        ("## a\n```console\n$ a\n\n## b\n```console\n$ b\n```\n", 9, "a fence inside the block that line 5 opens"),
        ("## a\n<!-- off\n```console\n$ a\n```\n", 5, "comment is not closed"),
        ('## a\n```console exempt="no `apt` here"\n$ a\n```\n', 5, "a backtick behind ```"),
        ("## a\n```\n$ a\n```\n", 5, "without a language"),
        ("## a\n```bash\na\n```\n", 5, "'bash' block means nothing here"),
        ("## a\n```consle\n$ a\n```\n", 5, "'consle' block means nothing here"),
        ("## a\n```yaml\na: b\n```\n", 4, "step 'a' has no block"),
    ],
)
def test_errors_of_steps_and_fences(body: str, line: int, words: str) -> None:
    found = error(steps, body)
    assert found.where == f"{PATH}:{line}"
    assert words in found.what


def test_a_block_of_no_kind_says_what_is_allowed() -> None:
    hint = error(steps, "## a\n```bash\na\n```\n").hint or ""
    assert all(word in hint for word in ("console", "pycon", 'file="PATH"', 'json capture="WHAT"', "yaml volatile"))


@pytest.mark.parametrize(
    "heading",
    [
        "## a-1",
        "   ## a-1  ",
        "##\ta-1",
        "## a-1 ##",
        "a 1\n---",
        "## A (1)",
        "## Other {#a-1}",
        '## <a name="a-1"></a> B',
    ],
)
def test_ways_to_write_a_heading(heading: str) -> None:
    assert [s.name for s in steps(f"{heading}\n```console\n$ a\n```\n").steps] == ["a-1"]


def test_what_is_commented_out_does_not_count() -> None:
    body = "<!-- once:\n## old\n```bash\n-->\n## a\n<!-- one line -->\n```console\n$ a\n<!-- output\n```\n"
    (step,) = steps(body).steps
    assert (step.name, step.place.line) == ("a", 8)
    assert step.blocks[0].commands[0].output == "<!-- output\n"


def test_fences_of_every_length_and_kind() -> None:
    body = dedent(
        """\
        ## a
        `````console
        $ a
        ```
        ````
        ~~~~~~
           ```````\t
        ~~~console exempt="`x`"
        $ b
        ```
        ~~~~
        """
    )
    first, second = steps(body).steps[0].blocks
    assert first.commands[0].output == "```\n````\n~~~~~~\n"
    assert second.commands[0].output == "```\n"
    assert second.exempt == "`x`"


def test_the_indent_of_a_fence_is_no_part_of_its_body() -> None:
    (found,) = steps("## a\n  ```console\n  $ a\n    deep\n less\n\n ```\n").steps[0].blocks
    assert found.text == "$ a\n  deep\nless\n\n"
    assert found.commands[0].output == "  deep\nless\n\n"


# Options


def test_forms_of_options() -> None:
    found = block("$ a\n", 'console \t tty  prompt="/ # " exempt=hub')
    assert found.options == {"tty": "", "prompt": "/ # ", "exempt": "hub"}
    assert found.tty
    assert found.language == "console"
    assert block("x\n", "file.conf\tfile=a/b.conf").options == {"file": "a/b.conf"}
    assert block("$ a\n", 'console exempt="a" engine="20.10"').engine == "20.10"
    assert block("$ a\n", "console node=main").node == "main"


@pytest.mark.parametrize(
    ("info", "words"),
    [
        ("console ttty", "unknown option 'ttty'"),
        ("console file=a", "unknown option 'file'"),
        ('console tty prompt="$', "cannot read the options from"),
        ("console exempt=", "cannot read the options from"),
        ("console {ttty}", "unknown option 'ttty'"),
        ('console tty"x"', "cannot read the options from"),
        ("console tty tty", "option tty stands twice"),
        ("console exempt=a exempt=b", "option exempt stands twice"),
        ("console tty=yes", "option tty takes no value"),
        ("console exempt", "option exempt needs a value"),
        ('console exempt=" "', "option exempt needs a value"),
        ("console engine", "option engine needs a value"),
        ("text file", "option file needs a value"),
        ('console prompt="# "', "prompt and enter need tty"),
        ("console enter", "prompt and enter need tty"),
        ("console node=worker", "unknown node 'worker'"),
        ("json capture=network", "unknown capture 'network'"),
        ("json capture=networks:a", "unknown capture 'networks:a'"),
        ("json capture=images tty", "unknown option 'tty'"),
        ("json capture=images file=a", "unknown option 'capture'"),
        ("yaml volatile tty", "unknown option 'tty'"),
    ],
)
def test_errors_of_options(info: str, words: str) -> None:
    found = error(block, "", info)
    assert found.where == f"{PATH}:5"
    assert words in found.what


@pytest.mark.parametrize(
    "what",
    [
        "networks",
        "network:app",
        "container:web",
        "containers",
        "volumes",
        "images",
        "history:debian:bookworm",
        "topology",
        "nodes",
        "tasks",
    ],
)
def test_captures(what: str) -> None:
    assert block("", f'json capture="{what}"').option("capture") == what


# Rules


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("name: a\n", 6, "a list of rules"),
        ("", 6, "a list of rules"),
        ("- a\n", 6, "keys and values"),
        ("- name: a\n  pattern: b\n  reason: c\n- name: a\n  reason: b\n", 9, "pattern: this key is missing"),
        ("- name: a\n  pattern: b\n  reason: ''\n", 8, "reason"),
        ("- name: a\n  pattern: b\n  reason: c\n  why: d\n", 9, "why: unknown key"),
        ("- name: a\n  reason: c\n  pattern: '(b'\n", 8, "bad pattern"),
        ("- name: a\n  reason: c\n  pattern: 'b*'\n", 8, "matches where nothing stands"),
        ("- name: a\n  reason: [\n", 7, "not YAML"),
    ],
)
def test_errors_of_rules(body: str, line: int, words: str) -> None:
    found = error(block, body, "yaml volatile")
    assert found.where == f"{PATH}:{line}"
    assert words in found.what


# Transcripts


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("$ a\n", [("a", "", 0)]),
        ("$  a \n", [(" a ", "", 0)]),
        ("$ a\n\n$ b\n", [("a", "\n", 0), ("b", "", 0)]),
        ("$ cat <<E\n> \n>\n> E\n> x\nout\n> no more\n", [("cat <<E\n\n\nE\nx", "out\n> no more\n", 0)]),
        ("$ a\n$5\n>c\n$$ d\n", [("a", "$5\n>c\n$$ d\n", 0)]),
        ("$ a\n[1]\n$ b\nout\n[255]\n", [("a", "", 1), ("b", "out\n", 255)]),
        ("$ a\n[1]\nout\n", [("a", "[1]\nout\n", 0)]),
        ("$ a\n[3]\n[0]\n", [("a", "[3]\n", 0)]),
        ("$ a\n[256]\n", [("a", "[256]\n", 0)]),
        ("$ a\n[01]\n", [("a", "[01]\n", 0)]),
        ("$ a\n[1] \n", [("a", "[1] \n", 0)]),
        ("$ a\n\\$ b\n\\$\n\\\\$ c\n", [("a", "$ b\n$\n\\$ c\n", 0)]),
        ("$ a\n\\> b\n\\> c\n> d\n", [("a", "> b\n\\> c\n> d\n", 0)]),
        ("$ a\n\\x41 \\\n\\\\host\n", [("a", "\\x41 \\\n\\\\host\n", 0)]),
        ("$ a\nout (no-eol)\n", [("a", "out", 0)]),
        ("$ a\nout (no-eol)\n[2]\n", [("a", "out", 2)]),
        ("$ a\none (no-eol)\ntwo\n", [("a", "one (no-eol)\ntwo\n", 0)]),
        ("$ a\nout (no-eol) (eol)\n", [("a", "out (no-eol)\n", 0)]),
        ("$ a\n>>> x\n", [("a", ">>> x\n", 0)]),
        ("$ # a \\\\ or a \\\n$ b # \\\nout\n", [("# a \\\\ or a \\", "", 0), ("b # \\", "out\n", 0)]),
        ("$ a '#' \\\n  b#c \\\n  d\nout\n", [("a '#' \\\n  b#c \\\n  d", "out\n", 0)]),
    ],
)
def test_console_transcripts(body: str, expected: list[tuple[str, str, int]]) -> None:
    assert [(c.source, c.output, c.exit_code) for c in block(body).commands] == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (">>> 1\n1\n", [("1", "1\n", 0)]),
        (">>> if 1:\n...     2\n...\n2\n", [("if 1:\n    2\n", "2\n", 0)]),
        (
            ">>> 1 / 0\nZeroDivisionError: division by zero\n[1]\n",
            [("1 / 0", "ZeroDivisionError: division by zero\n", 1)],
        ),
        (">>> [3]\n[3]\n[0]\n", [("[3]", "[3]\n", 0)]),
        (">>> a\n\\... b\n... c\n\\>>> d\n$ e\n", [("a", "... b\n... c\n>>> d\n$ e\n", 0)]),
        (">>> a\n....\n", [("a", "....\n", 0)]),
    ],
)
def test_pycon_transcripts(body: str, expected: list[tuple[str, str, int]]) -> None:
    assert [(c.source, c.output, c.exit_code) for c in block(body, "pycon").commands] == expected


@pytest.mark.parametrize(
    ("body", "info"), [("$ a\n$\n", "console"), ("$ a\n$  \n> b\n", "console"), (">>> a\n>>>\n", "pycon")]
)
def test_an_empty_command(body: str, info: str) -> None:
    found = error(block, body, info)
    assert (found.what, found.where) == ("an empty command", f"{PATH}:7")


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("lost\n$ a\n", 6, "above the first command: 'lost'"),
        ("\n> b\n$ a\n", 7, "above the first command: '> b'"),
        ("lost\n", 6, "a block without a command verifies nothing; it begins with 'lost'"),
        ("", 5, "a block without a command verifies nothing"),
        ("\n \n", 5, "a block without a command verifies nothing"),
    ],
)
def test_what_no_command_printed_is_an_error(body: str, line: int, words: str) -> None:
    found = error(block, body)
    assert found.where == f"{PATH}:{line}"
    assert words in found.what


def test_blank_lines_above_the_first_command_are_no_output() -> None:
    assert [c.place.line for c in block("\n\n$ a\nout\n").commands] == [8]


def test_typed_lines() -> None:
    body = "$ docker run -it busybox\n/ # hostname\n4f1b\n/ #\n/ # \n/ # ^P^Q\n"
    (command,) = block(body, 'console tty prompt="/ # "').commands
    assert command.output == "/ # hostname\n4f1b\n/ #\n/ # \n/ # ^P^Q\n"
    assert typed_lines(command, "/ # ") == ("hostname", "^P^Q")
    assert typed_lines(command, "") == ()


def test_a_prompt_that_is_also_the_shells() -> None:
    (command,) = block("$ bash\n\\$ date\n\\$ exit\n", 'console tty prompt="$ "').commands
    assert typed_lines(command, "$ ") == ("date", "exit")


# Files


def put(path: Path, text: str = "---\ntitle: t\n---\n## s\n```console\n$ a\n```\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_load(tmp_path: Path) -> None:
    path = put(tmp_path / "net" / "v1.2.md")
    scenario = load(path, tmp_path)
    assert (scenario.id, scenario.path) == ("net/v1.2", path)
    assert str(scenario.steps[0].blocks[0].place) == f"{path}:5"


def test_context_must_exist(tmp_path: Path) -> None:
    text = "---\ntitle: t\ncontext:\n- site\n- Dockerfile\n---\n## s\n```console\n$ a\n```\n"
    path = put(tmp_path / "net" / "a.md", text)
    (tmp_path / "net" / "site").mkdir()
    found = error(load, path, tmp_path)  # type: ignore[arg-type]
    assert ("'Dockerfile'" in found.what, found.where) == (True, f"{path}:5")
    put(tmp_path / "net" / "Dockerfile", "FROM busybox\n")
    assert load(path, tmp_path).context == ("site", "Dockerfile")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"---\ntitle: t\n---\n\xff\n")
    found = error(load, path, tmp_path)  # type: ignore[arg-type]
    assert (found.what, found.where) == ("the file is not UTF-8", f"{path}:4")
    missing = error(load, tmp_path / "b.md", tmp_path)  # type: ignore[arg-type]
    assert "No such file" in missing.what


def test_discover(tmp_path: Path) -> None:
    for name in ("b/x.md", "a/y.md", "a-b/z.md", "top.md", "a/images/w.md", "a/deep/v.md", "a/.u.md"):
        put(tmp_path / name)
    for name in ("images/redis/notes.md", "a/README.md", "README.md", ".git/x.md", "a/.hidden/x.md", "a/notes.txt"):
        put(tmp_path / name, "no scenario")
    (tmp_path / "a" / "folder.md").mkdir()
    assert [s.id for s in discover(tmp_path)] == ["a-b/z", "a/.u", "a/deep/v", "a/images/w", "a/y", "b/x", "top"]


def test_discover_says_what_is_wrong(tmp_path: Path) -> None:
    put(tmp_path / "a" / "x.md")
    wrong = put(tmp_path / "b" / "x.md", "---\ntitle: t\n---\n## s\n")
    assert error(discover, tmp_path).where == f"{wrong}:4"  # type: ignore[arg-type]


@pytest.mark.parametrize("target", ["nowhere.md", "gone.md"], ids=["nowhere", "in a circle"])
def test_a_link_that_leads_to_no_file_is_a_scenario_that_cannot_be_read(tmp_path: Path, target: str) -> None:
    (tmp_path / "gone.md").symlink_to(target)
    told = error(discover, tmp_path)  # type: ignore[arg-type]
    assert (told.where, told.what.partition(":")[0]) == (f"{tmp_path}/gone.md:1", "the file cannot be read")


@pytest.mark.parametrize("entry", ["secret", "folder", "door/passwd"])
def test_a_link_in_context_that_leads_away_is_refused(tmp_path: Path, entry: str) -> None:
    (tmp_path / "passwd").write_text("outside")
    chapter = tmp_path / "snippets" / "a"
    (chapter / "folder").mkdir(parents=True)
    (chapter / "secret").symlink_to(tmp_path / "passwd")
    (chapter / "folder" / "secret").symlink_to("../../../passwd")
    (chapter / "door").symlink_to(tmp_path)
    (chapter / "b.md").write_text(f"---\ntitle: t\ncontext: [{entry}]\n---\n## s\n\n```console\n$ a\n```\n")
    problem = error(load, chapter / "b.md", tmp_path / "snippets")
    assert problem.where == f"{chapter / 'b.md'}:3"
    assert "does not lie beside the scenario" in problem.what


def test_a_link_in_context_to_a_neighbour_is_allowed(tmp_path: Path) -> None:
    chapter = tmp_path / "a"
    chapter.mkdir()
    (chapter / "x").write_text("x")
    (chapter / "y").symlink_to("x")
    (chapter / "b.md").write_text("---\ntitle: t\ncontext: [y]\n---\n## s\n\n```console\n$ a\n```\n")
    assert load(chapter / "b.md", tmp_path).context == ("y",)


@pytest.mark.parametrize(
    ("tracks", "blocks", "line"),
    [
        ("[shell]", "```console\n$ true\n```\n\n```pycon\n>>> 1\n1\n```\n", 12),
        ("[python]", "```console\n$ true\n```\n\n```pycon\n>>> 1\n1\n```\n", 8),
    ],
)
def test_a_transcript_that_runs_in_no_track_is_an_error(tracks: str, blocks: str, line: int) -> None:
    text = f"---\ntitle: t\ntracks: {tracks}\n---\n\n## a\n\n{blocks}"
    with pytest.raises(ScenarioError, match=rf"a.md:{line}: .*never runs"):
        parse(text, Path("a.md"), "a/a")
    assert parse(text.replace(tracks, "[shell, python]"), Path("a.md"), "a/a")


def test_what_runs_in_one_track_or_is_exempt_is_no_error() -> None:
    head = "---\ntitle: t\ntracks: [{}]\n---\n\n## a\n\n"
    assert parse(head.format("python") + "```console\n$ true\n```\n", Path("a.md"), "a/a")
    assert parse(head.format("shell") + '```pycon exempt="why"\n>>> 1\n```\n', Path("a.md"), "a/a")
