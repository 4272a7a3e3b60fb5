"""The judge of downloads: what may stand in a script, and what may not."""

from __future__ import annotations

from pathlib import Path

import pytest
from handbook.exports.scripts.judge.commands_table import COMMANDS, READING
from handbook.exports.scripts.judge.container import runs_only
from handbook.exports.scripts.judge.paths import own_path, readable_path, resolve
from handbook.exports.scripts.judge.sed import edited
from handbook.exports.scripts.judge.values import HOME, Refused
from snippetlab.scenario import parse

from . import hostile
from .judging import HEAD, code, console, fence, file, why

HARMLESS = (
    r"""
docker run --rm --privileged busybox sh -c 'mkdir -p /mnt && mount -t tmpfs none /mnt && echo done'
docker run --rm busybox sh -c 'rm -rf / ; kill -9 1'
docker exec plain ip link set lo down
docker kill web
docker rm -f $(docker ps -aq)
docker rm `docker ps -a -q`
docker ps -aq | xargs --no-run-if-empty docker rm
docker events --since 2m --until 0s --filter event=create --format '{{.Action}}'
docker compose config --hash web
docker run -v data:/data -v /data -v $PWD/site:/www busybox ls /www
docker run --rm --mount type=bind,source="$PWD/site",target=/www,readonly busybox ls /www
docker run --rm --volumes-from db busybox cat /records/table
docker run --rm --network host busybox ip -oneline -family inet addr
docker -H unix:///var/run/docker.sock ps
docker container run --rm busybox true
docker run --rm --cpuset-cpus 0 busybox nproc
docker build -q -t site - < site/Dockerfile
python3 -m http.server 8000 --bind 127.0.0.1 >/dev/null 2>&1 & server=$!
sleep 9 & job=$!; kill $job
kill $!
kill %1
iptables -S
iptables -t nat -S DOCKER
iptables -nvL
mount | grep overlay
mount -l -t tmpfs
ip addr show docker0
ip -brief link show master docker0
service docker status
dockerd --help | head -n 6
timeout --signal INT 1 docker attach worker
timeout --signal INT --kill-after 1 1 docker attach worker || true
timeout --foreground --kill-after 1 3 docker logs -f worker
until [ "$(docker inspect --format '{{.State.Status}}' web)" = exited ]; do sleep 0.1; done
for n in 1 2; do echo "$n; kill 1" > out; done
sed -i '/links/,/- redis/d' notes.txt
ls /etc && cat /etc/passwd > copy
ls /root/was-here 2>/dev/null
rm -rf /root/*
rm -rf x y/z "a b"
mkdir notes && cd notes && cd .. && rm -rf notes
(cd notes; ls)
x=a; rm -rf $x "${x}/b"
for x in a b; do rm -rf $x; done
cp a b; mv b c; chmod +x c; touch c
tar czf x.tgz -C site .; tar tf x.tgz
find . -name '*.txt' -type f
cat "$(docker inspect --format '{{.LogPath}}' web)"
pid=$(docker inspect --format '{{.State.Pid}}' web); cat /proc/$pid/cmdline
address=$(docker port web 80 | head -n 1); curl -s http://$address/
curl -s -o page.html -w '%{http_code}\n' http://localhost:8080/
curl -s --unix-socket /var/run/docker.sock -d '{"Image": "busybox"}' 'http://localhost/containers/create?name=x'
echo -e "GET /info HTTP/1.0\r\n" | nc -U /var/run/docker.sock
echo service docker stop
echo "a # b" # rm -rf /etc
sh -c 'echo a; ls'
true && false || ls
unset PYTHONPATH
""".strip("\n")
    .replace("\\\\", "\\")
    .split("\n")
)


def _short(blocks: tuple[str, ...]) -> str:
    """The beginning of what is judged, as the name of a test."""
    return " ".join(" ".join(blocks).split())[:60]


@pytest.mark.parametrize("source", HARMLESS)
def test_what_leaves_the_machine_alone(source: str) -> None:
    assert why(console(source)) is None


@pytest.mark.parametrize("source", hostile.SHELL)
def test_a_command_that_reaches_the_machine_stays_out(source: str) -> None:
    assert why(console(source))


@pytest.mark.parametrize("source", hostile.NOT_FOUND)
def test_what_was_not_found_in_the_lab_may_be_found_elsewhere(source: str) -> None:
    assert why(console(source, exit_code=127))


@pytest.mark.parametrize("blocks", hostile.WHOLE, ids=_short)
def test_blocks_that_together_reach_the_machine_stay_out(blocks: tuple[str, ...]) -> None:
    assert why(*blocks)


@pytest.mark.parametrize("source", hostile.PYTHON)
def test_code_that_reaches_the_machine_stays_out(source: str) -> None:
    assert why(code(source), track="python")


@pytest.mark.parametrize("blocks", hostile.PYTHON_WHOLE, ids=_short)
def test_code_that_together_reaches_the_machine_stays_out(blocks: tuple[str, ...]) -> None:
    assert why(*blocks, track="python")


@pytest.mark.parametrize("blocks", hostile.WHOLE + hostile.PYTHON_WHOLE, ids=_short)
def test_what_is_judged_is_refused_with_its_place(blocks: tuple[str, ...]) -> None:
    """The reason names one block of the scenario, on one line."""
    reason = why(*blocks) or why(*blocks, track="python")
    assert reason is not None and "\n" not in reason
    assert reason.endswith(")") or reason.startswith("goes on in the background")


def test_the_reason_names_the_command() -> None:
    assert why(console("ls"), console("iptables -F")) == "changes the machine's firewall (`iptables -F`)"
    assert why(console("cp x ../../etc/y")) == "leaves the script's own folder by ../../etc/y (`cp x ../../etc/y`)"
    assert why(file("../x")) == "leaves the script's own folder by ../x (../x)"
    assert why(console("echo 'never closed")) == "holds a command that cannot be read (`echo 'never closed`)"
    assert why(console("frobnicate --all")) == "runs frobnicate (`frobnicate --all`)"


def test_each_track_is_judged_for_itself() -> None:
    step = console("ls") + "\n" + code("import subprocess")
    assert why(step) is None
    assert why(step, track="python") == "imports subprocess (`import subprocess`)"
    # The Python script does not go where only the shell script goes.
    moved = console("cd a") + "\n" + code("client.ping()")
    assert why(moved, console("rm -rf ../b")) is None
    assert "leaves" in (why(moved, console("rm -rf ../b"), track="python") or "")


@pytest.mark.parametrize("front", ["nodes: [worker]", "daemon: {debug: true}"])
def test_what_needs_more_than_an_engine_stays_out(front: str) -> None:
    from handbook.exports.scripts.judge import why_left_out

    text = HEAD.replace("title: A title", f"title: A title\n{front}") + f"## one\n\n{console('docker ps')}"
    assert (why_left_out(parse(text, Path("x.md"), "chapter/x")) or "").startswith("needs ")


def test_a_command_that_moves_is_followed_by_the_next() -> None:
    assert why(console("mkdir -p a/b"), console("cd a/b"), console("rm -rf ../c"), console("rm -rf ../../d")) is None
    assert why(console("mkdir -p a/b"), console("cd a/b"), console("rm -rf ../../../d"))
    assert why(console("cd a/b"), console("cd"), console("rm -rf ../c"))


def test_what_is_typed_into_a_container_is_its_own_affair() -> None:
    assert why(fence('console tty prompt="# "', "$ docker run -it --rm busybox", "# rm -rf /", "# exit")) is None


def test_compose_files_are_followed_through_edits() -> None:
    text = "services:\n  web:\n    image: busybox\n    volumes:\n      - ./www:/www\n"
    up = console("docker compose up -d")
    assert why(file("compose.yaml", text, "yaml"), console("sed -i 's/www:/pages:/' compose.yaml"), up) is None
    assert why(file("compose.yaml", text, "yaml"), console("sed -i 's|./www:|/www:|' compose.yaml"), up) == (
        "mounts /www of the machine (`docker compose up -d`)"
    )
    assert why(file("compose.yaml", text, "yaml"), console("sed 's|./www:|/www:|' compose.yaml > x"), up) is None
    assert why(file("compose.yaml", text, "yaml"), console("sed -i '/www/d' compose.yaml"), up) is None


@pytest.mark.parametrize(
    ("scripts", "text", "wanted"),
    [
        (["s/a/b/"], "aa\nca\n", "ba\ncb\n"),
        (["s/a/b/g"], "aa\nca", "bb\ncb"),
        (["s|/a|b|"], "x/a\n", "xb\n"),
        (["1i top", "s/^/  /"], "a\n", "  top\n  a\n"),
        (["/b/,/d/d"], "a\nb\nc\nd\ne\n", "a\ne\n"),
        (["2d"], "a\nb\n", "a\n"),
        (["$d"], "a\nb\n", "a\n"),
        (["s/a\\+/b/"], "aa\n", None),
        (["s/a/[&]/"], "a\n", None),
        (["w x"], "a\n", None),
        (["s/a/b/"], None, None),
    ],
)
def test_edits_are_known_or_not(scripts: list[str], text: str | None, wanted: str | None) -> None:
    assert edited(scripts, text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a", f"{HOME}/shop/a"),
        ("./a//b/", f"{HOME}/shop/a/b"),
        ("../a", f"{HOME}/a"),
        ("..", HOME),
        (HOME, HOME),
        (f"{HOME}/x/../y", f"{HOME}/y"),
        ("/etc/../usr", "/usr"),
        ("//etc", "/etc"),
    ],
)
def test_paths_are_walked(text: str, wanted: str) -> None:
    assert resolve(text, f"{HOME}/shop") == wanted


@pytest.mark.parametrize("text", ["../..", "../../x", "a/../../../x", f"{HOME}/..", f"{HOME}x", f"/x{HOME}", "a\x02b"])
def test_paths_that_leave_are_refused(text: str) -> None:
    with pytest.raises(Refused):
        resolve(text, f"{HOME}/shop")


@pytest.mark.parametrize("text", ["/x", ".x", "a/.ssh/b", "-x", "a/-x", "~x", "\x01"])
def test_paths_that_are_no_own_are_refused(text: str) -> None:
    with pytest.raises(Refused):
        own_path(text, HOME)


@pytest.mark.parametrize(
    "text", ["/etc/shadow", "/home", "/root/x", "/proc/1/environ", "/proc/self/mem", "/dev/sda", "/"]
)
def test_what_is_the_reader_s_own_is_not_read(text: str) -> None:
    with pytest.raises(Refused):
        readable_path(text, HOME)


def test_a_container_s_command_is_known_whole() -> None:
    import re

    table = [re.compile(r"echo \w+")]
    assert runs_only(("echo", "a"), table) and runs_only(("sh", "-c", "echo a; echo b && (echo c)"), table)
    for source in ("echo a; ls", "echo $(ls)", "echo a > b", "x=1 echo a", "f() { ls; }; f", "echo a & ls", "echo 'a"):
        assert not runs_only(("sh", "-c", source), table)


def test_no_command_has_two_shapes() -> None:
    assert COMMANDS.keys() & READING.keys() == set()
