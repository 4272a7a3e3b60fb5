"""``snippetlab engines`` and ``snippetlab engines add``."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from snippetlab.cli.commands import app
from snippetlab.errors import UsageError
from snippetlab.lab.stock.image import image_folder
from snippetlab.packs import find_pack
from snippetlab.packs.docker.recipe import recipe_of
from snippetlab.settings import find_project
from typer.testing import CliRunner

REGISTER = '"28.5":\n  version: "28.5.2"\n  verified: "2026-11-25"\n'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "snippets").mkdir()
    (tmp_path / "snippets/engines.yml").write_text(REGISTER)
    (tmp_path / "pyproject.toml").write_text('[tool.snippetlab]\npack = "docker"\n\n[tool.other]\nkey = 1\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> str:
    done = CliRunner().invoke(app, ["engines", *words], catch_exceptions=False, env={"COLUMNS": "160"})
    assert done.exit_code == 0, done.output
    return done.output


def roles() -> dict[str, str]:
    return {name: engine.role for name, engine in find_pack(find_project(Path())).engines.items()}


def test_the_list_tells_what_is_kept(project: Path) -> None:
    rows = {line.split("│")[1].strip(): line for line in run().splitlines() if line.startswith("│")}
    assert "baseline" in rows["26.1"] and "trixie" in rows["26.1"] and "in the scenarios" in rows["26.1"]
    assert all(word in rows["28.5"] for word in ("newest", "forky", "28.5.2", "2026-11-25"))
    assert "bookworm" in rows["20.10"] and "–" in rows["20.10"]
    assert " all " in rows["28.5"] and " shell " in rows["20.10"]
    assert "28.5-containerd" in rows


def test_an_engine_of_which_only_recordings_are_left_is_told(project: Path) -> None:
    (project / "snippets/engines.yml").write_text(REGISTER.replace("28.5", "27.0"))
    assert "not in the settings" in run()


def test_a_further_engine_is_the_newest_and_takes_nothing_away(project: Path) -> None:
    before = roles()
    assert "snippetlab update --engine 29.1" in run("add", "29.1")
    assert roles() == {**before, "28.5": "other", "29.1": "newest"}
    pack = find_pack(find_project(Path()))
    new, former = pack.engines["29.1"], pack.engines["28.5"]
    assert (new.version, new.packages, new.packages_from) == ("29.1", former.packages, "forky")
    assert pack.engines["28.5-containerd"].daemon == {"features": {"containerd-snapshotter": True}}
    assert tomllib.loads((project / "pyproject.toml").read_text())["tool"]["other"] == {"key": 1}


def test_one_more_is_added_to_the_project_s_own(project: Path) -> None:
    run("add", "29.1")
    run("add", "29.8", "--from", "sid", "--like", "29.1")
    assert [name for name, role in roles().items() if role == "newest"] == ["29.8"]
    assert find_pack(find_project(Path())).engines["29.8"].packages_from == "sid"
    assert find_pack(find_project(Path())).engines["29.1"].packages_from == "forky"


def test_an_image_of_a_registry_may_be_the_next_engine(project: Path) -> None:
    run("add", "29", "--image", "docker:29-dind")
    pack = find_pack(find_project(Path()))
    new, baseline = pack.engines["29"], pack.engines["26.1"]
    assert (new.version, new.role, new.programs_from) == ("29", "newest", "docker:29-dind")
    # The one before it is its neighbour, and not the baseline, of which it is no other form.
    assert (new.like, pack.engines["28.5-containerd"].like) == ("", "28.5")
    # All else is the baseline's: its lab image, with other programs in it.
    recipe = recipe_of(new)
    assert recipe.below == recipe_of(baseline)
    assert recipe.title == "29" and image_folder(recipe).name.startswith("29-")
    assert recipe.taken is not None and recipe.taken.image == "docker:29-dind"
    assert image_folder(recipe) != image_folder(recipe.below)
    assert any("docker:29-dind" in line for line in run().splitlines() if "newest" in line)


@pytest.mark.parametrize(
    ("name", "told"), [("28.5", "there is an engine 28.5 already"), ("newest", "'newest' is no version")]
)
def test_what_cannot_be_added_is_told_and_writes_nothing(project: Path, name: str, told: str) -> None:
    before = (project / "pyproject.toml").read_text()
    with pytest.raises(UsageError, match=told):
        run("add", name)
    assert (project / "pyproject.toml").read_text() == before


def test_a_user_land_has_no_version(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.snippetlab]\npack = "plain"\n')
    with pytest.raises(UsageError, match="the pack plain are user lands"):
        run("add", "29.1")
    assert "engines" not in (project / "pyproject.toml").read_text()


def test_an_engine_comes_from_one_place(project: Path) -> None:
    before = (project / "pyproject.toml").read_text()
    with pytest.raises(UsageError, match="--image and --from exclude each other"):
        run("add", "29", "--image", "docker:29-dind", "--from", "sid")
    assert (project / "pyproject.toml").read_text() == before


def test_engines_in_a_form_of_its_own_are_left_alone(project: Path) -> None:
    file = project / "pyproject.toml"
    engine = '{ name = "26.1", suite = "trixie", packages = ["docker.io"], role = "baseline" }'
    file.write_text(f"[tool.snippetlab]\nengines = [{engine}]\n")
    before = file.read_text()
    with pytest.raises(UsageError, match="in a form of its own") as caught:
        run("add", "29.1")
    assert 'name = "29.1"' in str(caught.value)
    assert file.read_text() == before


def test_a_file_that_says_it_in_a_way_of_its_own_is_left_alone(project: Path) -> None:
    run("add", "29.1")
    file = project / "pyproject.toml"
    file.write_text(file.read_text().replace('role = "newest"', "role = 'newest'"))
    before = file.read_text()
    with pytest.raises(UsageError, match="cannot be changed in this file") as caught:
        run("add", "29.8")
    assert 'name = "29.8"' in str(caught.value)
    assert file.read_text() == before
