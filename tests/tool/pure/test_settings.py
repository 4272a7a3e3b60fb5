"""The settings of a project: where they are found, what they hold, and what is said of a mistake."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from snippetlab.errors import UsageError
from snippetlab.packs import find_pack
from snippetlab.settings import find_project, read_settings

ENGINE = '[[tool.snippetlab.engines]]\nname = "{name}"\nsuite = "trixie"\npackages = ["docker.io"]\nrole = "{role}"\n'
BASELINE = ENGINE.format(name="1", role="baseline")


def written(folder: Path, text: str, name: str = "pyproject.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(text)
    return file


def test_an_empty_folder_is_a_project_with_defaults(tmp_path: Path) -> None:
    found = find_project(tmp_path)
    assert (found.folder, found.file, found.settings.pack) == (tmp_path, None, "docker")


def test_settings_are_found_from_below(tmp_path: Path) -> None:
    written(tmp_path, '[tool.snippetlab]\npack = "plain"\n')
    (tmp_path / "docs" / "guide").mkdir(parents=True)
    found = find_project(tmp_path / "docs" / "guide")
    assert (found.folder, found.settings.pack) == (tmp_path, "plain")


def test_paths_are_short_where_the_project_is_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, '[tool.snippetlab]\nscenarios = "tests/docs"\n')
    monkeypatch.chdir(tmp_path)
    assert find_project(Path.cwd()).scenarios == Path("tests/docs")


def test_a_folder_of_scenarios_makes_a_project_without_settings(tmp_path: Path) -> None:
    (tmp_path / "snippets" / "networking").mkdir(parents=True)
    found = find_project(tmp_path / "snippets" / "networking")
    assert (found.folder, found.scenarios, found.file) == (tmp_path, tmp_path / "snippets", None)


def test_a_pyproject_without_our_table_is_passed_over(tmp_path: Path) -> None:
    written(tmp_path, '[tool.snippetlab]\npack = "plain"\n')
    written(tmp_path / "inner", "[tool.other]\nx = 1\n")
    assert find_project(tmp_path / "inner").settings.pack == "plain"


def test_a_file_of_its_own_needs_no_table(tmp_path: Path) -> None:
    assert read_settings(written(tmp_path, "jobs = 3\n", "snippetlab.toml")).jobs == 3


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[tool.x]\njobs = 9\n[tool.snippetlab]\npack = "plain"\nprompt = "$ "\n', 5, "prompt: unknown setting"),
        ("[tool.snippetlab]\njobs = -1\n", 2, "jobs"),
        ("[tool.snippetlab]\ntimeout = 'x'\n", 2, "timeout"),
        ("[tool.snippetlab]\njobs = \n", 2, "not TOML"),
        ("[tool.snippetlab.fences]\nbash = 'shall'\n", 2, "fences.bash"),
        ("[[tool.snippetlab.overrides]]\nfiles = ['a']\n[tool.snippetlab.overrides.set]\nelison = true\n", 4, "elison"),
        ("[tool.snippetlab.limits]\nmemory = 'much'\n", 2, "limits.memory"),
        (ENGINE.format(name="1", role="other"), 5, "0 engines have the role baseline"),
        (ENGINE.format(name="1", role="baseline") + ENGINE.format(name="2", role="baseline"), 10, "2 engines"),
        (BASELINE + ENGINE.format(name="2", role="newest") + ENGINE.format(name="3", role="newest"), 15, "2 engines"),
        (BASELINE + ENGINE.format(name="1", role="other"), 7, "2 engines have the name '1'"),
        (BASELINE + ENGINE.format(name="all", role="other"), 7, "'all' cannot be the name of an engine"),
        (BASELINE + ENGINE.format(name="../2", role="other"), 7, "'../2' cannot be the name"),
        (BASELINE + ENGINE.format(name="2", role="other") + 'image = "3"\n', 11, "there is no engine '3'"),
        (BASELINE + '[[tool.snippetlab.engines]]\nname = "2"\n', 6, "engines.1.suite: this setting is missing"),
        (BASELINE + ENGINE.format(name="2", role="oher"), 10, "engines.1.role"),
        (BASELINE + ENGINE.format(name="2", role="other") + "versoin = '2'\n", 11, "engines.1.versoin: unknown"),
        ("[tool.snippetlab]\njobs = 1\nengines = [{ name = '1' }]\n", 1, "engines.0.suite: this setting is missing"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(UsageError, match=words) as caught:
        read_settings(file)
    assert caught.value.where == f"{file}:{line}"
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("prompts = '$ '\n", 'prompts: Input should be a list\n  → like prompts = ["$ ", "# "]'),
        ("pages = 'docs'\n", 'pages: Input should be a list\n  → like pages = ["README.md", "docs"]'),
        (
            "images = ['a']\n",
            'images: Input should be a table of keys and values\n  → like images = { alpine = "busybox" }',
        ),
    ],
)
def test_a_value_that_does_not_fit_is_told_with_one_that_does(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_settings(written(tmp_path, text, "snippetlab.toml"))
    assert str(caught.value).endswith(f":1: {words}")


@pytest.mark.parametrize("head", ["", "[[overrides]]\nfiles = ['*.md']\nset."])
def test_a_kind_that_is_none_is_told_with_its_line(tmp_path: Path, head: str) -> None:
    file = written(tmp_path, f"{head}kinds_off = ['prot']\n", "snippetlab.toml")
    with pytest.raises(UsageError, match="there is no kind 'prot' to turn off") as caught:
        find_pack(find_project(tmp_path))
    assert caught.value.where == f"{file}:{3 if head else 1}"
    assert str(caught.value.hint).startswith("did you mean port?")


def test_a_mistake_in_a_table_names_what_that_table_may_have(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read_settings(written(tmp_path, BASELINE + '[[tool.snippetlab.engines]]\nname = "2"\n'))
    assert "packages_from" in str(caught.value.hint)
    assert "prompts" not in str(caught.value.hint)


@pytest.mark.parametrize("head", ["", "[[overrides]]\nfiles = ['*.md']\nset."])
def test_an_image_that_the_pack_has_not_is_told_with_its_line(tmp_path: Path, head: str) -> None:
    file = written(tmp_path, f"{head}images = {{ ubuntu = 'debian' }}\n", "snippetlab.toml")
    with pytest.raises(UsageError, match="unknown image 'debian'") as caught:
        find_pack(find_project(tmp_path))
    assert caught.value.where == f"{file}:{3 if head else 1}"
    assert "did you mean debian:bookworm?" in str(caught.value.hint)


def test_overrides_hold_for_their_files_a_later_one_over_an_earlier_one(tmp_path: Path) -> None:
    settings = read_settings(
        written(
            tmp_path,
            """\
prompts = ["$ "]
[[overrides]]
files = ["docs/**"]
set = { elision = true, prompts = ["# "] }
[[overrides]]
files = ["docs/reference/*.md"]
set = { prompts = ["> "] }
""",
            "snippetlab.toml",
        )
    )

    def of(path: str) -> tuple[bool, tuple[str, ...]]:
        page = settings.for_page(PurePosixPath(path))
        return page.elision, page.prompts

    assert of("README.md") == (False, ("$ ",))
    assert of("docs/index.md") == (True, ("# ",))
    assert of("docs/reference/run.md") == (True, ("> ",))
    assert of("docs/reference/deep/run.md") == (True, ("# ",))


def test_a_page_has_the_last_word(tmp_path: Path) -> None:
    file = written(tmp_path, "[[overrides]]\nfiles = ['*.md']\nset = { timeout = 5 }\n", "snippetlab.toml")
    settings = read_settings(file)
    assert settings.for_page(PurePosixPath("a.md"), {"timeout": 7}).timeout == 7
    assert settings.for_page(PurePosixPath("a.md")).timeout == 5
