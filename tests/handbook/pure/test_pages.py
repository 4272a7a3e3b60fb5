"""Pages as files: titles, addresses, order; swapping a site in."""

from __future__ import annotations

from pathlib import Path

import pytest
from handbook.exports.redirects import redirects
from handbook.html.pictures import describe_layers, describe_topology, layer_rows, size_words
from handbook.pages.chapters import chapters_of, navigation
from handbook.pages.sources import read_page, read_pages, url_of
from handbook.settings import mode_of
from snippetlab.errors import SnippetLabError


def write(root: Path, **pages: str) -> Path:
    for name, text in pages.items():
        path = root / (name.replace("__", "/") + ".md")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.mark.parametrize(
    ("uri", "url"),
    [
        ("index.md", ""),
        ("networking/index.md", "networking/"),
        ("networking/2-own-network.md", "networking/own-network/"),
        ("commands.md", "commands/"),
    ],
)
def test_addresses(uri: str, url: str) -> None:
    assert url_of(uri) == url


def test_the_title_is_the_first_heading_outside_of_code(tmp_path: Path) -> None:
    docs = write(tmp_path, a="---\ntitle: x\n---\n```sh\n# no\n```\n\n# Yes {#id}\n")
    page = read_page(docs, docs / "a.md")
    assert page.title == "Yes"
    assert page.first_line == 4


def test_broken_front_matter_is_named_with_its_line(tmp_path: Path) -> None:
    docs = write(tmp_path, a="---\ntitle: x\nfinds: [\n---\n# T\n")
    with pytest.raises(SnippetLabError) as caught:
        read_page(docs, docs / "a.md")
    assert str(caught.value.where).startswith(f"{docs / 'a.md'}:")


def test_chapters_stand_in_reading_order_and_pages_in_theirs(tmp_path: Path) -> None:
    docs = write(
        tmp_path,
        index="# Home\n",
        networking__index="# N\n",
        networking__a="---\nnav_order: 2\n---\n# A\n",
        networking__z="---\nnav_order: 1\n---\n# Z\n",
        start__index="# S\n",
    )
    chapters = chapters_of(read_pages(docs), {"start": "Start here", "networking": "Networking"})
    assert [(c.number, c.title) for c in chapters] == [(1, "Start here"), (2, "Networking")]
    assert navigation(chapters, [("Verification", "verification.md")]) == [
        {"Home": "index.md"},
        {"Start here": "start/index.md"},
        {"Networking": ["networking/index.md", "networking/z.md", "networking/a.md"]},
        {"Reference": [{"Verification": "verification.md"}]},
    ]


def test_a_moved_page_leaves_a_way_from_each_former_address(tmp_path: Path) -> None:
    docs = write(tmp_path, networking__dns="---\nmoved_from: [old/, a/b]\n---\n# D\n")
    files = redirects({p.uri: p for p in read_pages(docs)})
    assert 'href="../networking/dns/"' in files["old/index.html"]
    assert 'href="../../networking/dns/"' in files["a/b/index.html"]


def test_the_environment_goes_before_the_setting() -> None:
    assert mode_of({"SNIPPETLAB_MODE": "recorded"}, "live") == "recorded"
    assert mode_of({}, "live") == "live"
    assert mode_of({}, "auto") == "auto"


@pytest.mark.parametrize(("size", "words"), [(0, "0B"), (4, "4B"), (2046820, "2.05MB"), (117_000_000, "117MB")])
def test_sizes_are_written_as_docker_does(size: int, words: str) -> None:
    assert size_words(size) == words


def test_a_topology_is_told_in_words() -> None:
    data = {
        "networks": [
            {"name": "app", "driver": "bridge", "subnet": "172.18.0.0/16"},
            {"name": "none", "driver": "null"},
        ],
        "containers": [
            {
                "name": "web",
                "networks": [{"network": "app", "ip": "172.18.0.2"}],
                "ports": [{"host": "0.0.0.0:8080", "container": "80/tcp"}],
            }
        ],
    }
    assert describe_topology(data) == (
        "Network app (bridge, 172.18.0.0/16): web 172.18.0.2. Host port 8080 leads to web 80/tcp."
    )


def test_layers_are_told_in_words() -> None:
    layers = [
        {"created_by": "RUN /bin/sh -c make # buildkit", "size": 1500, "tags": []},
        {"created_by": '/bin/sh -c #(nop)  CMD ["sh"]', "size": 0, "tags": []},
    ]
    assert describe_layers(layers) == ('2 entries, the newest first. RUN make: 1.5kB; CMD ["sh"]: no layer of its own.')


def test_an_instruction_that_makes_an_empty_layer_is_not_drawn_as_one_that_makes_none() -> None:
    """`RUN mkdir` adds no byte and a layer all the same; the page counts it below the picture."""
    layers = [
        {"created_by": f"{words} # buildkit", "size": 0, "tags": []}
        for words in (
            "EXPOSE [80/tcp]",
            "RUN /bin/sh -c mkdir /site",
            "COPY a /",
            "ADD a /",
            "WORKDIR /tmp",
            "RUNNER x",
        )
    ]
    assert [row["size"] for row in layer_rows(layers)] == ["–", "0B", "0B", "0B", "0B", "–"]
    assert "RUN mkdir /site: 0B" in describe_layers(layers)
    assert "EXPOSE [80/tcp]: no layer of its own" in describe_layers(layers)


def test_a_step_stands_in_the_section_above_it(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    fence = "```step\na/b#c\n```"
    text = (
        f"---\ntitle: Page\n---\n\n# Page\n\n{fence}\n\n## `docker ps`, *and* more\n\n{fence}\n\n### Below\n\n{fence}\n"
    )
    path.write_text(text)
    page = read_page(tmp_path, path)
    assert [page.section_at(f.place.line) for f in page.fences] == ["", "docker ps, and more", "docker ps, and more"]
