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
