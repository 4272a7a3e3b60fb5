"""Pages in place: any Markdown file as it is, what it says to the tool, and what a person's names mean."""

from __future__ import annotations

from pathlib import Path

import pytest
from snippetlab.accept.update import update_files
from snippetlab.compare.plain import PLAIN
from snippetlab.errors import ScenarioError, UsageError
from snippetlab.model import DriftKind, NotRun, Place, Scenario
from snippetlab.report.terminal import summary
from snippetlab.scenario.context import context_files
from snippetlab.scenario.finding import Found, find, reload
from snippetlab.scenario.known import Known
from snippetlab.scenario.pages import Page, parse_page
from snippetlab.settings import Project, Settings, find_project

from tests.tool.runs import result, run, written

PATH = Path("docs/page.md")


KNOWN = Known(alias=lambda name, image: f"tag {image} {name}")


def test_a_page_brings_files_of_its_project(tmp_path: Path) -> None:
    (tmp_path / "src" / "tool").mkdir(parents=True)
    (tmp_path / "src" / "tool" / "main.py").write_text("print('2026-01-02')\n")
    (tmp_path / "away").symlink_to("/etc/passwd")
    page = tmp_path / "docs" / "page.md"
    page.parent.mkdir()
    page.write_text("# A\n\n```console\n$ tool\n```\n")

    def found(*entries: str) -> Found:
        return find(Project(folder=tmp_path, settings=Settings(project_files=entries, pages=("docs",))), [], KNOWN)

    [scenario] = found("src").scenarios
    assert context_files(scenario) == [tmp_path / "src" / "tool" / "main.py"]
    assert [file.text for file in scenario.files] == ["print('2026-01-02')\n"]
    for entry, words in (
        ("lib", "there is no 'lib'"),
        ("../x", "no file or folder below"),
        (".", "no file"),
        ("away", "leads to"),
    ):
        [wrong] = found(entry).errors
        assert words in wrong.what
        assert (wrong.where, bool(wrong.hint)) == (f"{page}:1", True)


def read(text: str, **settings: object) -> Page:
    project = Project(folder=Path(), settings=Settings.model_validate(settings))
    return parse_page(text, PATH, "docs/page.md", project.page_settings, KNOWN)


def only(text: str, **settings: object) -> Scenario:
    (scenario,) = read(text, **settings).scenarios
    return scenario


def sources(scenario: Scenario) -> list[str]:
    return [c.source for step in scenario.steps for block in step.blocks for c in block.commands]


def error(text: str, **settings: object) -> ScenarioError:
    with pytest.raises(ScenarioError) as raised:
        read(text, **settings)
    assert all(one.hint for one in raised.value.all)
    return raised.value


BLOCK = "```console\n$ a\n```\n"


def test_headings_of_every_level_are_sections_and_repeated_ones_are_numbered() -> None:
    text = (
        f"{BLOCK}# A page\n\n{BLOCK}\nExamples\n--------\n\n{BLOCK}\n### Use (`--env`)\n\n{BLOCK}\n## Examples\n\n{BLOCK}\n"
        f"## 例子\n\n{BLOCK}\n## Examples-1\n\n{BLOCK}\n## Nothing\n\n## Examples {{#mine}}\n\n{BLOCK}"
    )
    found = only(text)
    assert (found.id, found.title, found.tracks) == ("docs/page.md", "A page", ("shell",))
    names = ["top", "a-page", "examples", "use-env", "examples-1", "例子", "examples-1-1", "mine"]
    assert [step.name for step in found.steps] == names
    assert found.steps[1].id == "docs/page.md#a-page"


def test_other_languages_and_foreign_front_matter_are_left_alone() -> None:
    front = "---\nlayout: {{ broken: [yaml\ntitle: 7\nimages: [cover.png]\ntags:\n- x\n---\n"
    others = "```yaml\na: b\n```\n\n```\nplain\n```\n\n```bash\nno prompt\n```\n\n```powershell\nPS> dir\n```\n\n"
    assert sources(only(f"{front}{others}{BLOCK}")) == ["a"]
    assert sources(only(f"+++\ntitle = 'hugo'\n+++\n{BLOCK}")) == ["a"]
    assert read(f"{front}{others}").scenarios == ()


@pytest.mark.parametrize(
    "info",
    [
        "console",
        "shell-session",
        "shellsession",
        "sh-session",
        'console title="Example" hl_lines="1 2"',
        "console {1,3-4} showLineNumbers",
        'console {title="x" linenos=table}',
        "console {hl_lines=[1,2]}",
        "{.console .numberLines #id}",
        "{console}",
        "{code-block} console",
        "bash",
        "sh",
        'bash title="x"',
        "console foreign=1",
    ],
)
def test_words_and_attributes_behind_a_fence(info: str) -> None:
    assert sources(only(f"```{info}\n$ a\n```\n")) == ["a"]


def test_a_directives_own_options_are_no_output() -> None:
    assert sources(only("```{code-block} console\n:caption: x\n:linenos:\n\n$ a\n```\n")) == ["a"]


@pytest.mark.parametrize(
    ("prompts", "body"),
    [
        (["# "], "# a\nout\n"),
        (["PS> "], "PS> a\nout\n"),
        (["user@host:*$ "], "user@host:~/x$ a\nout\n"),
        (["$ ", "# "], "# a\nout\n"),
        (["host$ "], "host$\ta\nout\n"),
    ],
)
def test_prompts_are_set(prompts: list[str], body: str) -> None:
    (block,) = only(f"```console\n{body}```\n", prompts=prompts).steps[0].blocks
    assert [(c.source, c.output) for c in block.commands] == [("a", "out\n")]


def test_a_page_sets_what_holds_for_it() -> None:
    for text in (
        f"---\ntitle: x\nsnippetlab:\n  timeout: 7\n  images: {{alpine: busybox}}\n  setup: |\n    mkdir x\n    cd x\n---\n{BLOCK}",
        f'<!-- snippetlab: {{timeout: 7, images: {{alpine: busybox}}, setup: "mkdir x\\n  cd x"}} -->\n\n{BLOCK}',
    ):
        found = only(text)
        assert (found.timeout, found.images) == (7, ("busybox",))
        assert [" ".join(source.split()) for source in sources(found)] == ["tag busybox alpine", "mkdir x cd x", "a"]
        assert found.steps[0].blocks[0].hidden


def test_hidden_blocks_run_where_they_stand() -> None:
    text = (
        f"<!-- snippetlab: setup\n```console\n$ up\n```\n-->\n\n# A\n\n{BLOCK}\n"
        "<!-- snippetlab: cleanup\n```console\n$ down\n[1]\n```\n-->\n\n<!--\n```console\n$ off\n```\n-->\n"
    )
    found = only(text)
    assert sources(found) == ["up", "a", "down"]
    blocks = [block for step in found.steps for block in step.blocks]
    assert [(b.hidden, b.place.line, b.body_end) for b in blocks] == [(True, 2, 4), (False, 9, 11), (True, 14, 17)]
    assert blocks[2].commands[0].exit_code == 1


def test_what_a_hidden_block_prints_is_nobodys_matter_unless_it_is_recorded() -> None:
    found = only(f"<!-- snippetlab: setup\n```console\n$ up\n$ two\nTWO\n```\n-->\n\n# A\n\n{BLOCK}")
    assert result(found, run(found, ["anything\n", "TWO\n", ""])).ok
    assert [d.place.line for d in result(found, run(found, [("", 1), "x\n", ""])).drifts] == [3, 4]


def test_blocks_are_skipped_with_a_reason() -> None:
    text = f"# A\n\n<!-- snippetlab: {{skip: needs two machines}} -->\n\n```console\nnode1$ x\n```\n\n{BLOCK}"
    skipped, runs = only(text).steps[0].blocks
    assert (skipped.exempt, skipped.commands, runs.exempt) == ("needs two machines", (), None)
    assert sources(only(f'# A\n\n```console skip="no"\nx\n```\n\n{BLOCK}')) == ["a"]


def test_examples_of_python_that_nothing_says_to_run_are_told() -> None:
    [one] = read("# A\n\n```python\nx = 1\n```\n\n```python\n# a sum\n>>> 1 + 1\n2\n```\n\n" + BLOCK).not_run
    assert (one.what, one.place.line, "'python'" in one.reason) == ("block", 7, True)


def test_a_directive_between_colons_is_told() -> None:
    found = error(f"# A\n\n:::{{code-block}} console\n$ a\n:::\n\n{BLOCK}")
    assert (found.where, found.what) == ("docs/page.md:3", "a block between colons is not read")
    assert sources(only(f"# A\n\n:::{{note}}\n\n{BLOCK}\n:::\n\n:::{{code-block}} python\nx = 1\n:::\n")) == ["a"]


def test_pages_are_skipped_with_a_reason() -> None:
    found = read(f"---\nsnippetlab: {{skip: for Windows}}\n---\n{BLOCK}")
    assert found == Page(PATH, not_run=(NotRun("page", Place(PATH, 1), "for Windows"),))


def test_every_block_that_looks_run_and_is_not_is_told_with_its_line() -> None:
    text = (
        "# A\n\n<!-- snippetlab: {skip: needs two machines} -->\n\n```console\n$ x\n```\n\n"
        "```\n$ bare\n```\n\n```text\n# why\n$ named\n```\n\n    $ indented\n    out\n\n"
        "```\nno prompt\n```\n\n    no prompt\n\n```python\nx\n```\n\n"
        "<!-- snippetlab: {skip: my reason} -->\n\n```\n$ bare\n```\n"
    )
    for more in (BLOCK, ""):  # also where nothing is left to run
        found = read(text + more)
        assert [(one.what, one.place.line) for one in found.not_run] == [("block", n) for n in (5, 9, 13, 18, 33)]
        assert [one.reason for one in found.not_run[:: len(found.not_run) - 1]] == ["needs two machines", "my reason"]
        assert ["fence says nothing" in found.not_run[1].reason, "'text'" in found.not_run[2].reason] == [True, True]
    found = read(text, fences={"": "shell", "text": "text"})
    assert [one.place.line for one in found.not_run] == [5, 18, 33]
    assert [c.source for step in found.scenarios[0].steps for b in step.blocks for c in b.commands] == ["bare"]


def test_what_a_word_behind_a_fence_means_is_set() -> None:
    text = "```console\nno prompt\n```\n\n```bash\n$ a\n```\n\n```terminal\n$ b\n```\n\n```Console\n$ c\n```\n"
    assert sources(only(text, fences={"console": "shell", "bash": "text", "Terminal": "console"})) == ["b", "c"]


def test_a_word_behind_a_fence_may_be_in_capitals() -> None:
    assert sources(only("```Console\n$ a\n```\n\n```Bash\n$ b\n```\n\n```SHELL\nc\n```\n")) == ["a", "b"]


@pytest.mark.parametrize("prompts", [[""], [" "], ["*"], ["$ ", "* "], []])
def test_a_prompt_that_every_line_has_is_refused(prompts: list[str]) -> None:
    with pytest.raises(ValueError, match="would make every line a command"):
        Settings.model_validate({"prompts": prompts})


def test_a_lab_for_each_heading() -> None:
    text = f"<!-- snippetlab: setup\n```console\n$ up\n```\n-->\n\n# A\n\n{BLOCK}\n## B\n\n{BLOCK}\n## C\n\n{BLOCK}"
    found = read(text, lab="heading", setup="first").scenarios
    assert [s.id for s in found] == ["docs/page.md#a", "docs/page.md#b", "docs/page.md#c"]
    assert [sources(s) for s in found] == [["first", "up", "a"]] * 3


def test_pycon_blocks_give_a_page_both_tracks() -> None:
    assert only(f"{BLOCK}\n```pycon\n>>> 1\n1\n```\n").tracks == ("shell", "python")
    assert only(f"{BLOCK}\n```pycon\n>>> 1\n1\n```\n", tracks=["shell"]).tracks == ("shell",)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (f"---\nsnippetlab:\n  timeout: no\n---\n{BLOCK}", 3, "timeout"),
        (f"---\nsnippetlab:\n  elison: true\n---\n{BLOCK}", 3, "elison: unknown setting"),
        (f"---\nsnippetlab: [x]\n---\n{BLOCK}", 2, "keys and values"),
        (f"text\n\n<!-- snippetlab: {{skp: x}} -->\n\n{BLOCK}", 3, "skp: unknown setting"),
        (f"text\n\n<!-- snippetlab: setup -->\n\n{BLOCK}", 3, "says nothing that is known"),
        (f"text\n\n<!-- snippetlab: {{skip: }} -->\n\n{BLOCK}", 3, "skip"),
        ("<!-- snippetlab: start\n```console\n$ a\n```\n-->\n", 1, "is called 'start'"),
        ("<!-- snippetlab: setup\n```console\nx\n```\n-->\n", 3, "a block without a command"),
        ("```consle\n$ a\n```\n", 1, "'consle' block means nothing here"),
        ("```console ttty\n$ a\n```\n", 1, "unknown option 'ttty'"),
        ("```console\nx\n```\n", 2, "a block without a command"),
        ("1. one\n\n    ```console\n    $ a\nout\n    ```\n", 3, "ends above line 5, 'out'"),
        (f"<!-- snippetlab: {{skip: all}} -->\n\n# A\n\n{BLOCK}", 1, "no block stands below this comment (skip)"),
        (f"{BLOCK}\n<!-- snippetlab: {{tty: true}} -->\n\ntext\n", 5, "no block stands below this comment (tty)"),
        (f"<!-- snippetlab: {{tty: true}} -->\n\n```json\n{{}}\n```\n\n{BLOCK}", 3, "gives this block tty"),
        ("text\n\n    ```console\n    $ a\n    ```\n", 3, "does not take this for a block"),
        ("<details>\n```bash\n$ a\n```\n</details>\n", 2, "does not take this for a block"),
    ],
)
def test_errors_of_pages(text: str, line: int, words: str) -> None:
    found = error(text)
    assert found.where == f"{PATH}:{line}"
    assert words in found.what


@pytest.mark.parametrize(
    "text",
    [
        "---\nsnippetlab:\n  images: {a: nope}\n---\n",
        "one\n\n<!-- snippetlab: {images: {a: nope}} -->\n",
    ],
)
def test_an_image_that_there_is_none_of_is_told_where_it_is_asked_for(text: str) -> None:
    with pytest.raises(ScenarioError, match="unknown image 'nope'") as caught:
        parse_page(text, PATH, "docs/page.md", Project(folder=Path()).page_settings, Known(frozenset({"one"})))
    assert caught.value.where == f"{PATH}:3"


def test_all_errors_of_a_page_are_told() -> None:
    found = error("# A\n\n```console\nx\n```\n\n# B\n\n```console\n$ a\nPS> b\n```\n\n```console\n```\n")
    assert [one.where for one in found.all] == [f"{PATH}:{n}" for n in (4, 11, 14)]


# Outputs


def test_every_page_of_a_folder_is_found_once(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    (docs / "folder.md").mkdir(parents=True)
    (docs / ".hidden").mkdir()
    for name in ("z.md", "UPPER.MD", "x.mdx", "y.markdown", "folder.md/inner.md", ".hidden/a.md", "text.txt"):
        (docs / name).write_text(BLOCK)
    (docs / "a.md").symlink_to("z.md")
    (docs / "loop").symlink_to(".")
    (docs / "gone.md").symlink_to("nowhere.md")
    found = find(Project(folder=tmp_path), [str(docs)], KNOWN)
    names = sorted(str(scenario.path.relative_to(docs)) for scenario in found.scenarios)
    assert names == ["UPPER.MD", "folder.md/inner.md", "x.mdx", "y.markdown", "z.md"]
    (error,) = found.errors
    assert (error.where, error.what) == (f"{docs}/gone.md:1", "the file cannot be read: No such file or directory")


def page(tmp_path: Path, text: str, **settings: object) -> tuple[Scenario, Project]:
    path = tmp_path / "docs" / "page.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    project = Project(folder=tmp_path, settings=Settings.model_validate(settings))
    (scenario,) = find(project, [str(path)], KNOWN).scenarios
    return scenario, project


def test_an_elision_stands_for_any_lines_where_it_is_set(tmp_path: Path) -> None:
    text = "# A\n\n```console\n$ seq 5\n1\n...\n5\n$ seq 3\n1\n2\n3\n```\n"
    scenario, project = page(tmp_path, text, elision=True)
    assert result(scenario, run(scenario, ["1\n2\n3\n4\n5\n"])).ok
    assert result(scenario, run(scenario, ["1\n5\n"])).ok
    drifted = result(scenario, run(scenario, ["1\n2\n3\n4\n6\n", "1\n2\n4\n"]))
    assert [d.place.line for d in drifted.drifts] == [4, 8]
    update_files([drifted], PLAIN)
    assert scenario.path.read_text() == text.replace("...\n5", "...\n6").replace("2\n3\n", "2\n4\n")
    assert result(reload(scenario, project, KNOWN), run(reload(scenario, project, KNOWN), ["1\n9\n6\n"])).ok
    strict = page(tmp_path, text)[0]
    assert not result(strict, run(strict, ["1\n2\n3\n4\n5\n"])).ok


def test_a_command_without_an_output_may_print_anything_where_it_is_set(tmp_path: Path) -> None:
    text = "# A\n\n```console\n$ a\n$ b\none\n$ c\n```\n\n```console\n$ d\n```\n"
    scenario, _ = page(tmp_path, text, unrecorded="anything")
    clean = result(scenario, run(scenario, ["1\n", "one\n", "2\n", "4\n"]))
    assert clean.ok
    assert summary([clean]) == "1 scenario, 1 step: no drift; of 3 commands the exit code alone is compared"
    drifted = result(scenario, run(scenario, [("1\n", 3), "two\n", "2\n", "4\n"]))
    assert [(drift.kind, drift.place.line) for drift in drifted.drifts] == [
        (DriftKind.EXIT_CODE, 4),
        (DriftKind.OUTPUT, 5),
    ]
    scenario, _ = page(tmp_path, text)
    assert (
        len(result(scenario, run(scenario, ["1\n", "one\n", "2\n", "4\n"])).drifts) == 3
    )  # of a block in which nothing is recorded there is one


def test_blank_lines_alone_are_nothing_to_record_where_they_do_not_count(tmp_path: Path) -> None:
    scenario, _ = page(tmp_path, BLOCK, ignore_blank_lines=True)
    assert result(scenario, run(scenario, ["\n \n"])).ok
    scenario, _ = page(tmp_path, BLOCK)
    assert not result(scenario, run(scenario, ["\n"])).ok


def test_an_update_leaves_what_is_not_recorded_so_where_it_may_be_anything(tmp_path: Path) -> None:
    scenario, _ = page(tmp_path, "# A\n\n```console\n$ a\n$ b\none\n$ c\n```\n", unrecorded="anything")
    update_files([result(scenario, run(scenario, ["1\n", "two\n", "2\n"]))], PLAIN)
    assert scenario.path.read_text() == "# A\n\n```console\n$ a\n$ b\ntwo\n$ c\n```\n"


def test_blank_lines_around_an_output_do_not_count_where_it_is_set(tmp_path: Path) -> None:
    text = "# A\n\n```console\n$ echo one\n\none\n\n$ false\n\n[1]\n\n$ echo two\n\ntwo\n```\n"
    scenario, _ = page(tmp_path, text, ignore_blank_lines=True)
    assert result(scenario, run(scenario, ["one\n", ("", 1), "two\n"])).ok
    assert result(scenario, run(scenario, ["\none\n\n", ("", 1), "two\n"])).ok
    update_files([result(scenario, run(scenario, ["uno\n", ("no\n", 2), "two\n"]))], PLAIN)
    assert scenario.path.read_text() == text.replace("one\n\n$ f", "uno\n\n$ f").replace("[1]", "no\n[2]")
    strict = page(tmp_path, text)[0]
    assert not result(strict, run(strict, ["one\n", ("", 1), "two\n"])).ok


def test_lines_in_any_order(tmp_path: Path) -> None:
    for text in ("# A\n\n```console unordered\n$ ls\na\nb\n```\n", "# A\n\n```console\n$ ls\n(unordered)\na\nb\n```\n"):
        scenario, _ = page(tmp_path, text)
        assert result(scenario, run(scenario, ["b\na\n"])).ok
        assert not result(scenario, run(scenario, ["b\na\na\n"])).ok


def test_a_kind_is_turned_off_for_a_page_and_for_a_step(tmp_path: Path) -> None:
    body = "```console\n$ date\n2026-01-01 10:00:00\n```\n"
    off = "<!-- snippetlab: run\n```yaml volatile\n- off: time\n  reason: it is set\n```\n-->\n"
    for text, settings in ((f"# A\n\n{body}", {"kinds_off": ["time"]}), (f"# A\n\n{off}\n{body}", {})):
        scenario, _ = page(tmp_path, text, **settings)
        assert not result(scenario, run(scenario, ["2026-01-01 11:00:00\n"])).ok
        assert result(scenario, run(scenario, ["2026-01-01 10:00:00\n"])).ok
    scenario, _ = page(tmp_path, f"# A\n\n{body}")
    assert result(scenario, run(scenario, ["2026-01-01 11:00:00\n"])).ok
    scenario, _ = page(tmp_path, f"# A\n\n{body}", kinds_off=["tme"])
    with pytest.raises(UsageError, match="there is no kind 'tme'"):
        result(scenario, run(scenario))


def test_an_update_writes_into_lists_quotes_and_comments(tmp_path: Path) -> None:
    text = (
        "# A\r\n\r\n1. x\r\n\r\n\t```console\r\n\t$ a\r\n\told\r\n\t```\r\n\r\n> ```console\r\n> $ b\r\n> old\r\n> ```\r\n\r\n"
        "<!-- snippetlab: cleanup\r\n```console\r\n$ c\r\nold\r\n```\r\n-->"
    )
    path = tmp_path / "docs" / "page.md"
    path.parent.mkdir()
    path.write_bytes(text.encode())
    (scenario,) = find(Project(folder=tmp_path), [str(path)], KNOWN).scenarios
    update_files([result(scenario, run(scenario, ["A\n\n  A\n", "B\n\n  B\n", "C\n"]))], PLAIN)
    expected = text.replace("\told\r\n", "\tA\r\n\r\n\t  A\r\n").replace("> old\r\n", "> B\r\n>\r\n>   B\r\n")
    assert path.read_bytes().decode() == expected.replace("\r\nold\r\n", "\r\nC\r\n")


def test_sections_with_labs_of_their_own_are_updated_together(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text("# A\n\n```console\n$ a\nold\n```\n\n# B\n\n```console\n$ b\nold\n```\n")
    project = Project(folder=tmp_path, settings=Settings(lab="heading"))
    found = find(project, [str(path)], KNOWN).scenarios
    assert update_files([result(s, run(s, ["new\nlines\n"])) for s in found], PLAIN) == [path]
    assert path.read_text().count("new\nlines\n") == 2


# What a person's names mean


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    written(Path("snippets"), "one/good", f"## a\n\n{BLOCK}")
    Path("snippets/one/bad.md").write_text("---\ntitle: t\n---\n\n## a\n\n```console\nx\n```\n")
    Path("snippets/foreign.md").write_text("# A page\n")
    for name, text in {
        "docs/a.md": BLOCK,
        "docs/deep/b.markdown": BLOCK,
        "docs/bad.md": "```console\nx\n```\n",
        "docs/latin.md": "",
        "docs/skipped.md": f"---\nsnippetlab: {{skip: why}}\n---\n{BLOCK}",
        "docs/empty.md": "text\n",
        "docs/.hidden/c.md": BLOCK,
        "docs/data.txt": BLOCK,
    }.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)
    Path("docs/latin.md").write_bytes(b"caf\xe9\n")
    return Project(folder=Path(), settings=Settings(pages=("docs",)))


def test_a_folder_means_its_pages_and_no_bad_one_stops_the_others(project: Project) -> None:
    found = find(project, ["docs"], KNOWN)
    assert [s.id for s in found.scenarios] == ["docs/a.md", "docs/deep/b.markdown"]
    assert [error.where for error in found.errors] == ["docs/bad.md:2", "docs/latin.md:1"]
    assert found.not_run == (NotRun("page", Place(Path("docs/skipped.md"), 1), "why"),)
    assert found.empty == (Path("docs/empty.md"),)


def test_without_names_all_scenarios_and_the_pages_of_the_settings_are_meant(project: Project) -> None:
    found = find(project, [], KNOWN)
    assert [s.id for s in found.scenarios] == ["one/good", "docs/a.md", "docs/deep/b.markdown"]
    wheres = ["snippets/foreign.md:1", "snippets/one/bad.md:8", "docs/bad.md:2", "docs/latin.md:1"]
    assert sorted(e.where or "" for e in found.errors) == sorted(wheres)


@pytest.mark.parametrize(
    ("name", "errors"),
    [
        ("one/good", []),
        ("one", ["snippets/one/bad.md:8"]),
        ("one/bad", ["snippets/one/bad.md:8"]),
        ("docs/a.md#top", []),
    ],
)
def test_only_the_errors_of_what_is_named_are_told(project: Project, name: str, errors: list[str]) -> None:
    assert [error.where for error in find(project, [name], KNOWN).errors] == errors


def test_drift_kinds_of_a_page_are_those_of_a_scenario() -> None:
    found = only("# A\n\n```console\n$ a\nold\n```\n")
    assert [(d.kind, d.step_id) for d in result(found, run(found, ["new\n"])).drifts] == [
        (DriftKind.OUTPUT, "docs/page.md#a")
    ]


# Scenario files: what a page can set, a scenario can


def scenario_file(tmp_path: Path, head: str, body: str, **settings: object) -> Found:
    path = tmp_path / "snippets" / "a" / "b.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\ntitle: t\ntracks: [shell]\n{head}---\n\n{body}")
    return find(Project(folder=tmp_path, settings=Settings.model_validate(settings)), [], KNOWN)


ELIDED = "## a\n\n```console\n$ seq 3\n\n1\n...\n```\n"


@pytest.mark.parametrize(
    ("head", "body", "settings"),
    [
        ("elision: true\nignore_blank_lines: true\n", ELIDED, {}),
        ("", f"<!-- snippetlab: {{elision: true, ignore-blank-lines: true}} -->\n\n{ELIDED}", {}),
        ("", ELIDED, {"elision": True, "ignore_blank_lines": True}),
        ("", ELIDED, {"overrides": [{"files": ["snippets/**"], "set": {"elision": True, "ignore_blank_lines": True}}]}),
        ("ignore_blank_lines: true\n", ELIDED, {"elision": True}),
    ],
)
def test_a_scenario_reads_its_outputs_as_it_is_set(
    tmp_path: Path, head: str, body: str, settings: dict[str, object]
) -> None:
    found = scenario_file(tmp_path, head, body, **settings)
    assert found.errors == ()
    (scenario,) = found.scenarios
    assert result(scenario, run(scenario, ["1\n2\n3\n"])).ok
    assert not result(scenario, run(scenario, ["2\n3\n"])).ok
    (strict,) = scenario_file(tmp_path, "elision: false\nignore_blank_lines: false\n", ELIDED, **settings).scenarios
    assert not result(strict, run(strict, ["1\n2\n3\n"])).ok


def test_a_scenario_sets_prompts_words_images_and_what_is_run_first(tmp_path: Path) -> None:
    head = (
        'prompts: ["% "]\ncontinuation: "? "\nfences: {terminal: console}\nimages: {alpine: busybox}\n'
        "kinds_off: [time]\nsetup: export A=1\ntimeout: 7\n"
    )
    (scenario,) = scenario_file(tmp_path, head, "## a\n\n```terminal\n% a\n? b\n```\n").scenarios
    assert sources(scenario) == ["tag busybox alpine", "export A=1", "a\nb"]
    assert (scenario.images, scenario.timeout, scenario.steps[0].kinds_off) == (("busybox",), 7.0, ("time",))
    assert [block.hidden for block in scenario.steps[0].blocks] == [True, False]


def test_a_scenario_has_hidden_blocks_and_skipped_ones(tmp_path: Path) -> None:
    body = (
        "## a\n\n<!-- snippetlab: setup\n```console\n$ up\n```\n-->\n\n<!-- snippetlab: {skip: why not} -->\n\n"
        f"```console\n$ no\n```\n\n{BLOCK}"
    )
    (scenario,) = scenario_file(tmp_path, "", body).scenarios
    assert [(b.hidden, b.exempt, [c.source for c in b.commands]) for b in scenario.steps[0].blocks] == [
        (True, None, ["up"]),
        (False, "why not", []),
        (False, None, ["a"]),
    ]


def test_a_scenario_is_skipped_with_a_reason(tmp_path: Path) -> None:
    found = scenario_file(tmp_path, "skip: broken engine\n", "no step, and never read\n")
    told = NotRun("page", Place(tmp_path / "snippets/a/b.md", 1), "broken engine")
    assert (found.scenarios, found.errors, found.not_run) == ((), (), (told,))


def test_streams_are_compared_in_a_scenario_unless_somebody_says_no(tmp_path: Path) -> None:
    for head, settings, compared in (
        ("", {}, True),
        ("streams: false\n", {}, False),
        ("", {"streams": False}, False),
        ("streams: true\n", {"streams": False}, True),
    ):
        (scenario,) = scenario_file(tmp_path, head, f"## a\n\n{BLOCK}", **settings).scenarios
        assert scenario.steps[0].blocks[0].notation.streams is compared


@pytest.mark.parametrize(
    ("head", "body", "line", "words"),
    [
        ('prompts: [""]\n', BLOCK, 4, "would make every line a command"),
        ("skip:\n", BLOCK, 4, "skip"),
        ("lab: heading\n", BLOCK, 4, "lab: unknown key"),
        ("fences: {a: b}\n", BLOCK, 4, "fences"),
        ("images: {alpine: 3}\n", BLOCK, 4, "a mapping like"),
        ("", f"<!-- snippetlab: {{lab: heading}} -->\n\n{BLOCK}", 8, "one lab"),
        ("", f"<!-- snippetlab: {{skip: all of it}} -->\n\n## b\n\n{BLOCK}", 8, "no block stands below"),
    ],
)
def test_errors_of_a_scenarios_settings(tmp_path: Path, head: str, body: str, line: int, words: str) -> None:
    body = f"## a\n\n{body}"
    (found,) = scenario_file(tmp_path, head, body).errors
    assert words in found.what
    assert found.where == f"{tmp_path / 'snippets/a/b.md'}:{line}"
    assert found.hint


def test_what_is_hidden_is_run_in_the_python_track_too() -> None:
    found = only(f"<!-- snippetlab: setup\n```console\n$ up\n```\n-->\n\n{BLOCK}\n```pycon\n>>> 1\n1\n```\n")
    assert [c.source for b in found.steps[0].in_track("python") for c in b.commands] == ["up", "1"]
    assert [c.source for b in found.steps[0].in_track("shell") for c in b.commands] == ["up", "a"]


def test_what_the_settings_name_and_can_be_no_page_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/a.md").write_text("# A\n\n```console\n$ echo\n```\n")
    (tmp_path / "docs/b.rst").write_text("A\n=\n\n.. code-block:: console\n\n   $ echo\n")
    (tmp_path / "snippetlab.toml").write_text('pages = [\n  "docs/a.md",\n  "docs/b.rst",\n  "docs/*.md",\n]\n')
    found = find(find_project(tmp_path), [])
    assert [scenario.id for scenario in found.scenarios] == ["docs/a.md"]
    assert [(error.where, error.what) for error in found.errors] == [
        (f"{tmp_path}/snippetlab.toml:3", "pages names 'docs/b.rst', which is no Markdown page"),
        (f"{tmp_path}/snippetlab.toml:4", "pages names 'docs/*.md', and there is neither a file nor a folder"),
    ]
    assert find(find_project(tmp_path), ["docs/a.md"]).errors == ()


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("---\nsnippetlab: {kinds_off: [prot]}\n---\n" + BLOCK, "page.md:2"),
        (BLOCK + "\n```yaml volatile\n- off: prot\n  reason: r\n```\n", f"page.md:{BLOCK.count(chr(10)) + 3}"),
    ],
)
def test_a_kind_that_is_none_is_told_with_its_place(text: str, where: str) -> None:
    known = Known(kinds=frozenset({"port", "id"}))
    with pytest.raises(ScenarioError, match="there is no kind 'prot' to turn off") as caught:
        parse_page(text, Path("page.md"), "page.md", Project(folder=Path()).page_settings, known)
    assert caught.value.where == where
    assert caught.value.hint == "did you mean port? kinds: id, port"
