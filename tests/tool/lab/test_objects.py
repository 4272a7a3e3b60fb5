"""Ids that real engines print: those of what was there raise no alarm, and one of nothing does."""

from __future__ import annotations

from collections.abc import Callable

from snippetlab.model import DriftKind

from .conftest import Checked

A, B, C, D, E, F = (letter * 64 for letter in "abcdef")
WHOLE = f"""
    ---
    title: Ids of everything
    ---

    ## all

    ```dockerfile file="app/Dockerfile"
    FROM busybox
    RUN touch /made
    VOLUME /data
    ```

    ```console
    $ docker build -q -t app app
    sha256:{A}
    $ docker image inspect --format '{{{{range .RootFS.Layers}}}}{{{{println .}}}}{{{{end}}}}' app
    sha256:{B}
    sha256:{C}

    $ docker create app true
    {D}
    $ docker ps -lq
    {D[:12]}
    $ docker ps -l --format '{{{{.Names}}}}'
    brave_curie
    $ docker volume ls -q
    {E}
    $ docker rm -v $(docker ps -lq)
    {D[:12]}
    $ docker network create app
    {F}
    $ docker network rm app
    app
    $ docker rmi app
    Untagged: app:latest
    Deleted: sha256:{A}
    $ docker network ls -q --no-trunc --filter name=bridge
    0{A[1:]}
    $ service docker restart >/dev/null 2>&1
    $ until docker info >/dev/null 2>&1; do sleep 0.1; done
    $ docker network ls -q --no-trunc --filter name=bridge
    1{A[1:]}
    ```
    """


def test_what_was_there_for_a_moment_is_known(checked: Callable[[str], Checked]) -> None:
    assert [drift.message for drift in checked(WHOLE).drifts] == []


def test_an_id_of_nothing_and_one_of_another_kind_are_drift(checked: Callable[[str], Checked]) -> None:
    drifts = checked(
        f"""
        ---
        title: No ids
        tracks: [shell]
        ---

        ## nothing

        ```console
        $ head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \\n'; echo
        {A}
        ```

        ## another

        ```console
        $ docker() {{ command docker images -q busybox; }}
        $ docker ps -q
        {B[:12]}
        ```
        """
    ).drifts
    assert [(drift.kind, drift.place.line, bool(drift.values)) for drift in drifts] == [
        (DriftKind.OUTPUT, 9, True),
        (DriftKind.OUTPUT, 17, True),
    ]
    assert "belongs to nothing that there was in this run" in drifts[0].message
    assert "is one of an image, where one of a container must stand" in drifts[1].message
