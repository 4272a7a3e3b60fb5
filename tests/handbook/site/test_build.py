"""What a build does with faults: it fails, says where, and leaves nothing behind."""

from __future__ import annotations

import logging

import pytest
from bs4 import BeautifulSoup
from mkdocs.exceptions import Abort
from snippetlab import check
from snippetlab.errors import LabUnavailable, WrongEngine
from snippetlab.model import Drift, DriftKind, Scenario, ScenarioResult
from snippetlab.results.history import History
from snippetlab.scenario import discover

from .conftest import DAY, Workplace, passed


def files(place: Workplace) -> dict[str, bytes]:
    return {p.relative_to(place.site).as_posix(): p.read_bytes() for p in place.site.rglob("*") if p.is_file()}


def fails(place: Workplace, caplog: pytest.LogCaptureFixture, **options: object) -> str:
    """Builds, expects it to fail, and gives what was logged."""
    with pytest.raises(Abort):
        place.build(**options)
    return "\n".join(r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR)


def nothing_new(place: Workplace) -> bool:
    return sorted(p.name for p in place.folder.iterdir() if "site" in p.name) in ([], ["site"])


def test_a_drift_fails_the_build_and_keeps_the_former_site(
    workplace: Workplace, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    workplace.build()
    before = files(workplace)

    def drifted(scenario):
        step = scenario.steps[0]
        drift = Drift(DriftKind.OUTPUT, step.id, step.blocks[0].commands[0].place, "old\n", "new\n", "differs")
        return passed(scenario, [drift])

    workplace.results = drifted
    logged = fails(workplace, caplog)
    assert "2 drifts" in logged
    printed = capsys.readouterr().err
    for wanted in ("snippets/networking/app.md:11", "snippets/start/escape.md:9"):
        assert wanted in logged
        assert wanted in printed
    assert files(workplace) == before
    assert nothing_new(workplace)


def test_a_page_on_which_a_reader_would_fail_fails_the_build(
    workplace: Workplace, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    page = "docs/networking/index.md"
    text = (workplace.folder / page).read_text()
    shown = text[text.index("```step title") : text.index("```python")]
    workplace.edit(page, shown, "")

    def results(scenario: Scenario) -> ScenarioResult:
        names = {step.name for step in scenario.steps}
        if "inspect" in names or "name-taken" not in names:
            return passed(scenario)
        step = scenario.step("name-taken")
        drift = Drift(DriftKind.EXIT_CODE, step.id, step.blocks[0].commands[0].place, "", "", "exit code 0, not 1")
        return passed(scenario, [drift])

    workplace.results = results
    logged = fails(workplace, caplog)
    assert "1 drift between the pages and this run; no site was written" in logged
    assert f"{page}:32: exit code: networking/app#name-taken" in logged
    assert "a reader of this page alone never typed inspect" in capsys.readouterr().err


def test_a_failed_first_build_leaves_no_site(workplace: Workplace, caplog: pytest.LogCaptureFixture) -> None:
    workplace.edit("docs/start/index.md", "start/escape#html", "start/escape#htm")
    logged = fails(workplace, caplog)
    assert "docs/start/index.md:9" in logged
    assert not workplace.site.exists()
    assert nothing_new(workplace)


def test_an_unknown_step_names_the_page_and_near_ids(
    workplace: Workplace, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    workplace.edit("docs/networking/index.md", "networking/app#name-taken", "networking/app#name-token")
    logged = fails(workplace, caplog)
    assert "docs/networking/index.md:38: unknown step: networking/app#name-token" in logged
    assert "did you mean networking/app#name-taken" in capsys.readouterr().err


def test_a_note_must_stand_in_the_output(workplace: Workplace, caplog: pytest.LogCaptureFixture) -> None:
    workplace.edit("docs/networking/index.md", "- NETWORK ID:", "- NETWORK IDS:")
    logged = fails(workplace, caplog)
    assert "docs/networking/index.md:16: 'NETWORK IDS' stands in no output of networking/app#create" in logged
    assert nothing_new(workplace)


@pytest.mark.parametrize(
    ("fence", "message"),
    [
        ("```step only=shell!\nstart/escape#html", "was not read as one"),
        ('```step colour="red"\nstart/escape#html', "unknown option 'colour'"),
        ('```step only="ruby"\nstart/escape#html', "only='ruby' is no track"),
        ('```step only="python"\nstart/escape#html', "has no python block"),
        ('```step picture="layers"\nstart/escape#html', "unknown option 'picture'"),
        ('```step tabs="A|B"\nstart/escape#html', "only these work with linked tabs"),
        ("```step\nstart/escape#html\nno note", "is no note"),
    ],
)
def test_a_fence_that_cannot_be_shown_fails_with_its_line(
    workplace: Workplace, caplog: pytest.LogCaptureFixture, fence: str, message: str
) -> None:
    workplace.edit("docs/start/index.md", "```step\nstart/escape#html", fence)
    logged = fails(workplace, caplog)
    assert message in logged
    assert "start/index.md:" in logged or "snippets/start/escape.md:" in logged


def test_every_fault_of_the_pages_is_listed_at_once(workplace: Workplace, caplog: pytest.LogCaptureFixture) -> None:
    workplace.edit("docs/networking/index.md", "- NETWORK ID:", "- NETWORK IDS:")
    workplace.edit("docs/start/index.md", "```step fold\n", '```step only="python"\n')
    logged = fails(workplace, caplog)
    assert "networking/index.md:16" in logged
    assert "start/index.md:23" in logged


def test_an_open_item_of_the_notes_fails(workplace: Workplace, caplog: pytest.LogCaptureFixture) -> None:
    workplace.edit("snippets/start/coverage.yml", "- line: 17\n", "- line: 18\n")
    workplace.edit("snippets/start/coverage.yml", "start/escape#html", "start/escape#nothing")
    logged = fails(workplace, caplog)
    assert "coverage.yml:1: there is no step 'start/escape#nothing'" in logged
    assert "coverage.yml:8: the notes have no item at line 18" in logged
    assert "notes.tsv:4: no coverage.yml names line 17" in logged


def test_a_draft_may_leave_items_open(workplace: Workplace) -> None:
    workplace.edit("snippets/start/coverage.yml", "- line: 17\n", "- line: 14\n")
    workplace.edit("mkdocs.yml", "coverage: strict", "coverage: draft")
    assert "open</span>" in (workplace.build() / "coverage/index.html").read_text()


def test_recorded_mode_says_on_every_page_that_nothing_was_verified(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SNIPPETLAB_MODE", "recorded")
    site = workplace.build()
    pages = [p for p in site.rglob("*.html") if p.name != "404.html"]
    assert len(pages) >= 7
    for page in pages:
        assert "Nothing was verified in this build" in page.read_text(), page
    text = (site / "networking/index.html").read_text()
    assert "Not verified in this build." in text
    assert "verified on Engine" not in text


@pytest.mark.parametrize("mode", ["live", "recorded"])
def test_what_is_stale_of_another_engine_is_never_shown(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, mode: str
) -> None:
    monkeypatch.setenv("SNIPPETLAB_MODE", mode)
    workplace.edit(
        "snippets/networking/app.md", "$ docker network create app\nError", "$ docker network add app\nError"
    )
    logged = fails(workplace, caplog)
    assert "snippets/networking/app.28.5.md:" in logged and ": stale: the block at " in logged
    assert "snippets/networking/app.20.10.md:" in logged
    assert nothing_new(workplace)


def test_strict_refuses_what_was_not_verified(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SNIPPETLAB_MODE", "recorded")
    assert "nothing was verified" in fails(workplace, caplog, strict=True)
    assert nothing_new(workplace)
    assert not workplace.site.exists()


def test_strict_warnings_leave_the_former_site(workplace: Workplace) -> None:
    workplace.build()
    before = files(workplace)
    workplace.edit("docs/start/index.md", "## Files", "## Files\n\n[gone](gone.md)")
    with pytest.raises(Abort):
        workplace.build(strict=True)
    assert files(workplace) == before
    assert nothing_new(workplace)


def test_a_link_may_lead_to_a_step_and_one_that_leads_to_none_is_told(
    workplace: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    links = "[a](../networking/index.md#networking-app-create) [b](../networking/index.md#networking-app-gone)"
    workplace.edit("docs/start/index.md", "## Files", f"## Files\n\n{links}")
    workplace.build()
    warnings = [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING and "anchor" in r.getMessage()]
    assert len(warnings) == 1
    assert "'#networking-app-gone'" in warnings[0]


def test_auto_mode_takes_recordings_where_no_lab_can_run(workplace: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SNIPPETLAB_MODE", "auto")
    monkeypatch.setattr(check, "lab_problem", lambda pack: LabUnavailable("labs need root", hint="become root"))
    assert "labs need root" in (workplace.build() / "index.html").read_text()


def test_an_engine_that_is_gone_keeps_its_recordings_and_says_so(workplace: Workplace) -> None:
    def strip() -> str:
        page = BeautifulSoup((workplace.build() / "networking/index.html").read_text(), "html.parser")
        assert "there already" in page.select_one("#networking-app-name-taken > .view-slot").text
        return str(page.select_one(".strip").text)

    def row() -> str:
        page = BeautifulSoup((workplace.site / "verification/index.html").read_text(), "html.parser")
        return " ".join(cell.text.strip() for cell in page.select_one("#engines ~ .wide tbody tr").select("th, td"))

    assert "on Engine 28.5.2, CLI 28.5.2" in strip() and "on Engine 26.1.5, CLI 26.1.5" in strip()
    assert "Engine 20.10 (20.10.24): not in this build, last verified 2026-11-20" in strip()
    assert row() == "28.5 28.5.2 verified, 2026-11-23 Shell, Python"
    workplace.absent["28.5"] = WrongEngine("28.5", "29.1.0", hint="the packages have moved on")
    assert "Engine 28.5 (28.5.2): not in this build, last verified 2026-11-22" in strip()
    told = "the lab called 28.5 runs version 29.1.0, which its name does not say"
    assert row() == f"28.5 28.5.2 recorded, last verified 2026-11-22: {told} Shell, Python"


def test_an_engine_that_a_person_names_must_be_there(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    workplace.absent["28.5"] = WrongEngine("28.5", "29.1.0", hint="the packages have moved on")
    monkeypatch.setenv("ENGINES", "28.5")
    assert "29.1.0" in fails(workplace, caplog)
    # Of all engines, those that are there are meant.
    monkeypatch.setenv("ENGINES", "all")
    assert (workplace.build() / "networking/index.html").exists()


def test_an_unknown_mode_is_named(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SNIPPETLAB_MODE", "lively")
    assert "there is no mode 'lively'" in fails(workplace, caplog)


def test_a_rebuild_gives_the_same_bytes(workplace: Workplace) -> None:
    workplace.build()
    first = files(workplace)
    workplace.build()
    second = files(workplace)
    # MkDocs compresses the sitemap with the time of day in its head.
    assert {k for k in first if first[k] != second.get(k)} <= {"sitemap.xml.gz"}
    assert first.keys() == second.keys()


def test_a_changed_capture_changes_the_picture(workplace: Workplace) -> None:
    def picture() -> str:
        page = BeautifulSoup((workplace.build() / "networking/index.html").read_text(), "html.parser")
        return str(page.select_one("figure.picture"))

    before = picture()
    assert "172.18.0.2" in before
    workplace.edit("snippets/networking/app.md", '"ip": "172.18.0.2"', '"ip": "172.18.0.9"')
    after = picture()
    assert "172.18.0.9" in after
    assert "172.18.0.2" not in after


def test_a_picture_of_a_capture_that_is_not_there_fails_with_its_line(
    workplace: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    workplace.edit("docs/start/index.md", '"history:web"', '"history:wab"')
    logged = fails(workplace, caplog)
    assert "start/index.md:34: the Python block fails with SnippetLabError: step start/escape#layers has no" in logged
    assert 'add a block `json capture="history:wab"`' in logged


def test_a_twin_tells_a_picture_in_words(workplace: Workplace) -> None:
    assert (
        "Network app (bridge, 172.18.0.0/16): db 172.18.0.2" in (workplace.build() / "networking/index.md").read_text()
    )


def test_a_page_that_moved_leaves_a_redirect(workplace: Workplace) -> None:
    workplace.edit("docs/networking/index.md", "at_a_glance:", "moved_from: net/work\nat_a_glance:")
    assert 'url=../../networking/"' in (workplace.build() / "net/work/index.html").read_text()


def test_marks_name_engine_cli_and_date(workplace: Workplace) -> None:
    # The home page has no strip that would say it for all its steps.
    page = BeautifulSoup((workplace.build() / "index.html").read_text(), "html.parser")
    mark = page.select_one("#networking-app-create .mark a")
    assert mark is not None
    # What is shown is what the newest engine printed.
    assert mark.text == f"verified on Engine 28.5.2, CLI 28.5.2, {DAY}"
    assert mark["href"] == "verification/#networking-app-create"


def test_a_step_has_a_mark_only_where_it_deviates_from_its_page(workplace: Workplace) -> None:
    page = BeautifulSoup((workplace.build() / "networking/index.html").read_text(), "html.parser")
    assert "on Engine 26.1.5, CLI 26.1.5" in page.select_one(".strip").text
    assert page.select(".mark") == []


def test_a_step_that_only_agreed_in_a_second_run_says_so(workplace: Workplace) -> None:
    def unsteady(scenario):
        step = scenario.steps[0]
        place = step.blocks[0].commands[0].place
        drift = Drift(DriftKind.OUTPUT, step.id, place, "old\n", "new\n", "differs (once)", warning=True)
        return passed(scenario, [drift] if scenario.id == "networking/app" else [])

    workplace.results = unsteady
    site = workplace.build()
    page = BeautifulSoup((site / "networking/index.html").read_text(), "html.parser")
    marks = {step["id"]: step.select_one(".mark").text for step in page.select(".step") if step.select_one(".mark")}
    assert "unsteady, 1 of 2" in marks["networking-app-create"]
    assert [name for name, mark in marks.items() if "unsteady" in mark] == ["networking-app-create"]
    rows = BeautifulSoup((site / "verification/index.html").read_text(), "html.parser").select("tr .state")
    assert [row.text for row in rows].count("verified, unsteady, 1 of 2, on 26.1") == 1


def test_the_verification_page_lists_what_was_unsteady_on_every_engine(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = History(workplace.folder / "history.json")
    (app,) = (s for s in discover(workplace.folder / "snippets") if s.id == "networking/app")
    drift = Drift(DriftKind.OUTPUT, app.steps[0].id, app.steps[0].place, "old\n", "new\n", "differs", warning=True)
    history.judged([passed(app, [drift], "28.5")])
    monkeypatch.setattr(History, "of_user", lambda: history)
    site = workplace.build()
    page = BeautifulSoup((site / "verification/index.html").read_text(), "html.parser")
    rows = page.select_one("#unsteady").find_next("table").select("tbody tr")
    assert [[cell.text.strip() for cell in row.select("td")][1:] for row in rows] == [["28.5", "1 of 1 runs", DAY]]


def test_a_step_that_was_unsteady_on_the_newest_engine_alone_says_so_too(workplace: Workplace) -> None:
    def unsteady(scenario, engine):
        step = scenario.steps[0]
        drift = Drift(DriftKind.OUTPUT, step.id, step.place, "old\n", "new\n", "differs (once)", warning=True)
        return passed(scenario, [drift] if scenario.id == "networking/app" else [], engine)

    workplace.others = unsteady
    site = workplace.build()
    page = BeautifulSoup((site / "networking/index.html").read_text(), "html.parser")
    marks = {step["id"]: step.select_one(".mark").text for step in page.select(".step") if step.select_one(".mark")}
    assert [name for name, mark in marks.items() if "unsteady" in mark] == ["networking-app-create"]
    assert "unsteady, 1 of 2, on 28.5" in marks["networking-app-create"]
    rows = BeautifulSoup((site / "verification/index.html").read_text(), "html.parser").select("tr .state")
    assert [row.text for row in rows].count("verified, unsteady, 1 of 2, on 28.5") == 1
