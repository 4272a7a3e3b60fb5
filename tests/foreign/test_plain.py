"""A README with shell commands and no Docker at all, and a page in an empty folder."""

from __future__ import annotations

from pathlib import Path

from .conftest import Run

README = """\
<h1 align="center">notes</h1>

[![build](https://example.org/badge.svg)](https://example.org)

Keeps notes in plain files.

## Start

- Make a folder and a first note:

  ```sh
  $ mkdir notes && cd notes
  $ printf 'milk\\nbread\\n' > list
  $ cat list
  milk
  bread
  ```

- Install it, which nobody can try here:

  ```sh
  pip install notes
  ```

<details>
<summary>More</summary>

```console
$ grep -c . list \\
    | tee count
2
$ cat missing
cat: missing: No such file or directory
[1]
```

</details>
"""


def test_a_readme_without_docker(tmp_path: Path, run_labs: Run) -> None:
    (tmp_path / "snippetlab.toml").write_text('pack = "plain"\n')
    page = tmp_path / "README.md"
    page.write_text(README)
    done = run_labs(tmp_path, "snippetlab", "check", "README.md")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    page.write_text(README.replace("  bread\n  ```", "  butter\n  ```"))
    done = run_labs(tmp_path, "snippetlab", "check", "README.md")
    assert done.returncode == 1
    assert "README.md:14: drift: output" in done.stdout
    assert run_labs(tmp_path, "snippetlab", "update", "README.md").returncode == 0
    assert page.read_text() == README


def test_a_page_in_an_empty_folder_needs_no_settings(tmp_path: Path, run_labs: Run) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Hello\n\n```console\n$ echo hello\nhullo\n```\n")
    assert run_labs(tmp_path, "snippetlab", "check", "page.md").returncode == 1
    assert run_labs(tmp_path, "snippetlab", "update", "page.md").returncode == 0
    assert page.read_text() == "# Hello\n\n```console\n$ echo hello\nhello\n```\n"
    assert run_labs(tmp_path, "snippetlab", "check", "page.md").returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["page.md"]


def test_a_page_without_any_engine_may_hold_python(tmp_path: Path, run_labs: Run) -> None:
    (tmp_path / "snippetlab.toml").write_text('pack = "plain"\n')
    page = tmp_path / "page.md"
    page.write_text("# A\n\n```pycon\n>>> class A: pass\n...\n>>> A()\n<__main__.A object at 0x7f64dead0000>\n```\n")
    done = run_labs(tmp_path, "snippetlab", "check", "page.md")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    page.write_text("```pycon\n>>> docker\n```\n")
    done = run_labs(tmp_path, "snippetlab", "check", "page.md")
    assert "NameError: name 'docker' is not defined" in done.stdout


def test_a_page_types_a_program_of_its_project(tmp_path: Path, run_labs: Run) -> None:
    settings = 'pack = "plain"\nproject_files = ["tools/bin"]\nsetup = "PATH=$PWD/tools/bin:$PATH"\n'
    (tmp_path / "snippetlab.toml").write_text(settings)
    program = tmp_path / "tools" / "bin" / "greet"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\necho "Hello, $1!"\n')
    program.chmod(0o755)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "page.md").write_text("# A\n\n```console\n$ greet Ann\nHello, Ann!\n```\n")
    assert run_labs(tmp_path, "snippetlab", "check", "--cached", "docs").returncode == 0
    program.write_text('#!/bin/sh\necho "Good day, $1!"\n')
    done = run_labs(tmp_path, "snippetlab", "check", "--cached", "docs")
    assert (done.returncode, "  + Good day, Ann!\n" in done.stdout) == (1, True)


def test_pytest_has_a_test_for_each_section_of_the_pages_that_are_set(tmp_path: Path, run_labs: Run) -> None:
    (tmp_path / "snippetlab.toml").write_text('pages = ["docs"]\nlab = "heading"\npack = "plain"\n')
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    page = tmp_path / "docs" / "page.md"
    page.parent.mkdir()
    page.write_text("# A\n\n```console\n$ X=1; echo a\na\n```\n\n## B\n\n```console\n$ echo b$X\nx\n$ greet\n```\n")
    (tmp_path / "other.md").write_text("```console\n$ false\n```\n")
    done = run_labs(tmp_path, "pytest", "-p", "no:cacheprovider", "-q")
    assert done.returncode == 1
    assert f"{page}:11: output: the output differs in line 1\n  - x\n  + b\n" in done.stdout
    assert "  hint: greet is not in the lab" in done.stdout
    assert "1 failed, 3 passed" in done.stdout


def test_commands_see_the_environment_that_the_settings_give_and_nothing_of_another_pack(
    tmp_path: Path, run_labs: Run
) -> None:
    (tmp_path / "snippetlab.toml").write_text('pack = "plain"\nenvironment = { GREETING = "good day", TZ = "CET" }\n')
    shown = "$ echo $GREETING $TZ\ngood day CET\n$ env | grep -i -e docker -e buildkit\n[1]\n"
    (tmp_path / "page.md").write_text(f"```console\n{shown}```\n")
    done = run_labs(tmp_path, "snippetlab", "check", "page.md")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
