"""A whole build with hostile texts, beside another build, without the hook, and with faults in Python blocks."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import lxml.html
import pytest
from bs4 import BeautifulSoup
from click import ClickException
from handbook.program import app
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort
from mkdocs.structure.files import File
from snippetlab.model import Drift, DriftKind, Scenario, ScenarioResult
from typer.testing import CliRunner

from tests.handbook.markup import elements

from .conftest import ROOT, Workplace, make_workplace, passed

HOSTILE = """</title></p>"><script>alert(1)</script><img src=x onerror=alert(2)> ' onclick='z {{ 7 * 7 }}"""
HARMLESS = "plain words"


def fill(place: Workplace, word: str) -> None:
    """Put the word into every field of the fixture that a person can write."""
    quoted = word.replace("'", "''")
    inner = quoted.replace('"', "")
    place.edit(
        "docs/start/index.md", "---\ndescription: Characters", f"---\ntitle: '{quoted}'\ndescription: '{quoted}'\n#"
    )
    place.edit(
        "docs/start/index.md",
        "```step\nstart/escape#html",
        f"```step title='{word.replace(chr(39), '')}'\nstart/escape#html",
    )
    place.edit("docs/networking/index.md", '"docker network ls": lists the networks', f"'docker network ls': '{inner}'")
    place.edit("docs/networking/index.md", "the first 12 characters of the id", word)
    place.edit("snippets/start/escape.md", "title: Output that could break a page", f"title: '{quoted}'")
    place.edit("snippets/start/escape.md", "Docker Hub is not reachable from a lab", word.replace('"', ""))
    place.edit("snippets/start/coverage.yml", "a lab has no way to **Docker Hub**", f"'{quoted}'")
    place.edit("snippets/notes.tsv", "client/server architecture", word)
    (place.folder / "snippets" / "changes.yml").write_text(
        f"- date: '{quoted}'\n  step: start/escape#html\n  what: '{quoted}'\n  before: '{quoted}'\n  engine: '{quoted}'\n"
    )
    place.edit("mkdocs.yml", "site_name: Fixture", f"site_name: '{quoted}'\nsite_description: '{quoted}'")
    place.edit(
        "mkdocs.yml",
        "coverage: strict",
        f"coverage: strict\n    chapters: {{start: '{quoted}', networking: '{quoted}'}}",
    )


def test_hostile_texts_change_no_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SNIPPETLAB_MODE", "recorded")
    sites = {}
    for word in (HARMLESS, HOSTILE):
        place = make_workplace(tmp_path / str(len(word)))
        fill(place, word)
        sites[word] = place.build()
    pages = [p.relative_to(sites[HARMLESS]) for p in sites[HARMLESS].rglob("*.html")]
    assert len(pages) >= 7
    for page in pages:
        plain, attacked = ((sites[word] / page).read_text() for word in (HARMLESS, HOSTILE))
        assert elements(attacked) == elements(plain), page
    start = BeautifulSoup((sites[HOSTILE] / "start/index.html").read_text(), "html.parser")
    assert start.select_one('meta[name="description"]')["content"] == HOSTILE
    assert start.title.text.startswith(HOSTILE)


def test_hidden_characters_reach_no_page(workplace: Workplace) -> None:
    workplace.edit("docs/start/index.md", "## Escaping", "## Escaping\n\nRead \u202etxet\u202c.")
    workplace.edit("snippets/start/escape.md", "& </pre>\n```", "& </pre>\nend \u2066of\u2069 output\n```")
    site = workplace.build()
    texts = [p for p in site.rglob("*") if p.suffix in (".html", ".md", ".json", ".txt")]
    assert [p for p in texts if any(c in p.read_text() for c in "\u202e\u202c\u2066\u2069")] == []
    page = (site / "start/index.html").read_text()
    assert "Read \\u202etxet\\u202c." in page
    assert "end \\u2066of\\u2069 output" in page


def logged(place: Workplace, caplog: pytest.LogCaptureFixture) -> str:
    with pytest.raises(Abort):
        place.build()
    return "\n".join(r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("print(1)\nprint(1 / 0)", "docs/start/index.md:11: the Python block fails with ZeroDivisionError: division"),
        ("print(", "docs/start/index.md:10: the Python block fails with SyntaxError"),
        (
            "from handbook.captures import capture\ncapture('start/escape#htm', 'x')",
            "docs/start/index.md:11: the Python block fails with SnippetLabError: there is no step 'start/escape#htm'",
        ),
        ("raise SystemExit(3)", "docs/start/index.md:10: the Python block fails with SystemExit"),
    ],
)
def test_a_fault_in_a_python_block_fails_the_build_at_its_line(
    workplace: Workplace, caplog: pytest.LogCaptureFixture, code: str, message: str
) -> None:
    workplace.edit("docs/start/index.md", "## Escaping\n", f'## Escaping\n\n```python exec="on"\n{code}\n```\n')
    assert message in logged(workplace, caplog)
    assert not workplace.site.exists()


def test_a_python_block_shows_what_a_capture_holds_on_page_and_twin(workplace: Workplace) -> None:
    code = (
        "from handbook.captures import capture, table\n\n"
        'layers = capture("start/escape#layers", "history:web")\n'
        'print(table(["Layer", "Size"], [(layer["created_by"], layer["size"]) for layer in layers]))'
    )
    workplace.edit(
        "docs/start/index.md", "## Escaping\n", f'## Escaping\n\n```python exec="on" html="on"\n{code}\n```\n'
    )
    site = workplace.build()
    page = BeautifulSoup((site / "start/index.html").read_text(), "html.parser")
    cells = [cell.text for cell in page.select("#escaping ~ .wide td")]
    assert cells[:2] == ['RUN /bin/sh -c echo "<b>" > /hello # buildkit', "4"]
    assert "| ADD rootfs.tar / # buildkit | 2046820 |" in (site / "start/index.md").read_text()


def test_an_unexecuted_python_block_is_code(workplace: Workplace) -> None:
    workplace.edit("docs/start/index.md", "## Escaping\n", "## Escaping\n\n```python\nprint(1 / 0)\n```\n")
    page = BeautifulSoup((workplace.build() / "start/index.html").read_text(), "html.parser")
    assert page.select_one(".language-python code").text.strip() == "print(1 / 0)"


def test_a_note_s_link_leads_to_a_page(workplace: Workplace, caplog: pytest.LogCaptureFixture) -> None:
    workplace.edit("docs/networking/index.md", "the first 12 characters", "see [there](../start/index.md#files), 12")
    page = BeautifulSoup((workplace.build() / "networking/index.html").read_text(), "html.parser")
    assert page.select_one("ol.notes li span a")["href"] == "../start/#files"
    workplace.edit("docs/networking/index.md", "../start/index.md#files", "../start/no.md")
    message = "docs/networking/index.md:16: a link leads to ../start/no.md, where no page is"
    assert message in logged(workplace, caplog)


def test_an_id_that_stands_twice_is_refused(workplace: Workplace, caplog: pytest.LogCaptureFixture) -> None:
    workplace.edit("docs/start/index.md", "## Files\n", "## Files\n\n```step\nstart/escape#html\n```\n")
    assert "stands at line 9 of this page already" in logged(workplace, caplog)


def test_without_the_hook_there_is_no_page(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    place = make_workplace(tmp_path / "work")
    text = (place.folder / "mkdocs.yml").read_text()
    hook = next(line for line in text.splitlines() if line.startswith("hooks:"))
    place.edit("mkdocs.yml", hook, "hooks: []")
    config = load_config(config_file=str(place.folder / "mkdocs.yml"), site_dir=str(place.site))
    with pytest.raises(Exception, match="no_verdict__is_hooks_mkdocs_hooks_py_listed"):
        build(config)
    assert list(place.site.rglob("*.html")) == []


def test_a_taken_former_address_fails_before_anything_is_written(
    workplace: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    workplace.edit("docs/networking/index.md", "at_a_glance:", "moved_from: start\nat_a_glance:")
    assert "docs/networking/index.md:1: moved_from names 'start', where a page stands" in logged(workplace, caplog)
    assert not workplace.site.exists()


def test_a_fault_at_the_very_end_leaves_the_former_site(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before = {p: p.read_bytes() for p in workplace.build().rglob("*") if p.is_file()}

    def full(self: Path, *_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("handbook.build.staging.Staging.swap_in", full)
    assert "The site could not be written: [Errno 28] No space left on device" in logged(workplace, caplog)
    assert {p: p.read_bytes() for p in workplace.site.rglob("*") if p.is_file()} == before
    assert [p.name for p in workplace.folder.iterdir() if "site" in p.name] == ["site"]


def test_a_disk_that_is_full_while_pages_are_written_is_told_in_words(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: File, *_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "from/a", None, "to/a")

    monkeypatch.setattr(File, "copy_file", full)
    with pytest.raises(ClickException, match=r"^to/a: the machine refuses: No space left on device\n  → free") as told:
        workplace.build()
    assert told.value.exit_code == 2  # 1 would be drift
    assert not [p.name for p in workplace.folder.iterdir() if "site" in p.name]


def run(command: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    # The hook's folder goes first: two checkouts may share an environment.
    path = os.pathsep.join(p for p in (str(ROOT / "hooks"), os.environ.get("PYTHONPATH", "")) if p)
    environment = {**os.environ, "SNIPPETLAB_MODE": "recorded", "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": path}
    return subprocess.run(
        [sys.executable, "-m", command, "build", "-f", str(folder / "mkdocs.yml"), *options],
        capture_output=True, text=True, env=environment, cwd=folder,
    )  # fmt: skip


def test_the_book_is_verified_without_a_site_generator(workplace: Workplace) -> None:
    def verify(*options: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["verify", "--config", str(workplace.folder / "mkdocs.yml"), *options])
        return done.exit_code, done.output

    assert verify("--fresh", "--strict")[0] == 0

    def drifted(scenario: Scenario) -> ScenarioResult:
        step = scenario.steps[0]
        drift = Drift(DriftKind.OUTPUT, step.id, step.blocks[0].commands[0].place, "old\n", "new\n", "differs")
        return passed(scenario, [drift])

    workplace.results = drifted
    code, output = verify()
    assert (code, "2 drifts between the pages and this run" in output) == (1, True)
    workplace.edit("mkdocs.yml", "coverage: strict", "coverage: lax")
    code, output = verify()
    assert (code, "mkdocs.yml: extra.handbook.coverage" in output) == (2, True)
    assert not workplace.site.exists()


def test_two_builds_in_one_checkout_leave_a_whole_site(tmp_path: Path) -> None:
    place = make_workplace(tmp_path / "work")
    alone = run("mkdocs", place.folder)
    assert alone.returncode == 0, alone.stderr
    wanted = sorted(p.relative_to(place.site) for p in place.site.rglob("*"))
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: run("mkdocs", place.folder), range(2)))
    assert [d.returncode for d in done] == [0, 0], [d.stderr for d in done]
    assert sorted(p.relative_to(place.site) for p in place.site.rglob("*")) == wanted
    assert [p.name for p in place.folder.iterdir() if "site" in p.name] == ["site"]


def test_properdocs_builds_the_handbook_too(handbook: Path, tmp_path: Path) -> None:
    """ProperDocs is the maintained successor of MkDocs 1.x and reads mkdocs.yml."""
    done = run("properdocs", ROOT, "--site-dir", str(tmp_path / "site"))
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr

    def texts(page: Path) -> list[str]:
        tree = lxml.html.parse(page, lxml.html.HTMLParser(encoding="utf-8"))
        found = tree.xpath("//body//text()[not(parent::script or parent::style)]")
        return [text.strip() for text in found if text.strip()]

    def pages(site: Path) -> dict[str, list[str]]:
        return {page.relative_to(site).as_posix(): texts(page) for page in site.rglob("*.html")}

    ours, theirs = pages(handbook), pages(tmp_path / "site")
    assert len(ours) > 70 and all(ours.values())
    assert theirs == ours
