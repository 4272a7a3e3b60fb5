"""The heads of the scripts that a page offers.

Every name that a head makes begins with ``page_``, but for the imports: no page's code uses such names.
"""

from __future__ import annotations

# Types lines into a program at a terminal. Both heads take it in, where a page needs it.
TERMINAL = '''\
def page_terminal(command, *typed):
    """Run a command on a terminal of its own. `typed` alternates a prompt and the line that is typed when it
    shows, or at once when it is empty; ^X is a control key. Gives the exit code."""
    child, terminal = pty.fork()
    if child == 0:
        os.execvp("bash", ["bash", "-c", command])
    sys.stdout.flush()
    waiting, shown = list(typed), b""
    while True:
        # Without what sets colours and moves the cursor, the end of the text is the prompt.
        text = re.sub(rb"\\x1b\\[[0-9;?]*[ -/]*[@-~]", b"", shown).decode(errors="replace")
        if waiting and text.endswith(waiting[0]):
            line, shown = waiting[1], b""
            del waiting[:2]
            if re.fullmatch(r"(\\^[@-_])+", line):
                os.write(terminal, bytes(ord(key) & 31 for key in line[1::2]))
            else:
                os.write(terminal, line.encode() + b"\\r")
            continue
        try:
            chunk = os.read(terminal, 65536)
        except OSError:  # Linux reports the end so
            chunk = b""
        if not chunk:
            break
        sys.stdout.buffer.write(chunk)
        sys.stdout.flush()
        shown = (shown + chunk)[-4096:]
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code if code >= 0 else 128 - code
'''

SHELL = """\
#!/usr/bin/env bash
# {title}
# Does what the page does, in the page's order, and checks each exit code. At the end, whatever happens,
# it removes the containers, networks, volumes and images that it made; the build cache stays.
# It is for Linux; what reads the engine's own files needs root.
{left_out}
# The same engine for every command, although each part of the page gets a home of its own.
export DOCKER_HOST=${DOCKER_HOST:-$(docker context inspect --format '{{.Endpoints.docker.Host}}')}
page_plugins=${DOCKER_CONFIG:-$HOME/.docker}/cli-plugins
# What a reader has set may lead commands elsewhere: to other folders, other files, other projects.
unset BASH_ENV CDPATH CURL_HOME DOCKER_CONFIG ENV GLOBIGNORE GREP_OPTIONS TAR_OPTIONS WGETRC XDG_CONFIG_HOME
unset ${!BUILDX_@} ${!COMPOSE_@} ${!PYTHON@}
shopt -u dotglob extglob failglob globstar nullglob

page_swarm() { docker info --format '{{.Swarm.LocalNodeState}}'; }
if [ "$(page_swarm; docker ps --all --quiet; docker volume ls --quiet)" != inactive ]; then
  echo "Some of these commands remove every container and volume that they see. Run the script on an engine" >&2
  echo "that answers, holds no containers and no volumes, and is in no swarm." >&2
  exit 2
fi

page_list() {
  docker volume ls --format 'volume {{.Name}}'
  docker network ls --no-trunc --format 'network {{.ID}}'
  docker image ls --no-trunc --format '{{.Repository}}:{{.Tag}} {{.ID}}' | sed 's/.*:<none> //; s/ .*//; s/^/image /'
}
page_before=$(page_list)
page_made() { page_list | grep --invert-match --line-regexp --fixed-strings "$page_before" | sed -n "s/^$1 //p"; }
page_clean_up() {
  [ "$(page_swarm)" = inactive ] || docker swarm leave --force
  docker ps --all --quiet | xargs --no-run-if-empty docker rm --force --volumes
  page_made volume | xargs --no-run-if-empty docker volume rm
  page_made network | xargs --no-run-if-empty docker network rm
} >/dev/null
page_finish() {
  page_clean_up
  page_made image | xargs --no-run-if-empty docker image rm --force >/dev/null
  rm -rf "$page_work"
}
page_work=$(mktemp -d) || exit 2
case $page_work in
  *[!A-Za-z0-9/._-]*)
    rmdir "$page_work"
    echo "The script needs a folder for temporary files (TMPDIR) whose path holds letters, digits and ._- alone." >&2
    exit 2 ;;
esac
page_above=$page_work
while [ "$page_above" != / ]; do
  page_above=$(dirname "$page_above")
  for page_name in "$page_above"/compose.yaml "$page_above"/compose.yml "$page_above"/docker-compose.y{a,}ml; do
    if [ -e "$page_name" ]; then
      rmdir "$page_work"
      echo "Compose would take $page_name for the script's own." >&2
      exit 2
    fi
  done
done
export TMPDIR=$page_work
trap page_finish EXIT
# Some commands take Ctrl-C for themselves; the script ends all the same.
trap 'exit 130' INT
# Each part begins in an empty folder, which is its home too, and ends with its background jobs.
page_part() {
  mkdir "$page_work/$1" && cd "$page_work/$1" || exit 2
  export HOME=$PWD
  # curl looks for settings in a reader's own home where it finds none here.
  : > .curlrc
  export CURL_HOME=$PWD WGETRC=/dev/null
  # The plugins of a reader's docker, without a link that leads out of the folder.
  # As long as there is a registry in its settings, docker keeps passwords there, and in no keyring of the reader.
  case $page_plugins in *[!A-Za-z0-9/._-]*) page_plugins=/nowhere ;; esac
  mkdir .docker
  printf '{"auths": {"none.invalid": {}}, "cliPluginsExtraDirs": ["%s"]}' "$page_plugins" > .docker/config.json
  trap 'exit 130' INT
  trap 'jobs -p | xargs --no-run-if-empty kill 2>/dev/null' EXIT
}
page_unexpected=0
# page_code WANTED GOT
page_code() {
  [ "$1" = "$2" ] || { echo "before line ${BASH_LINENO[0]}: exit code $2, expected $1" >&2; page_unexpected=1; }
  return "$2"
}
"""

SHELL_TERMINAL = f"""\
page_terminal() {{ python3 -I -c "$page_typist" "$@"; }}
page_typist=$(cat <<'END_OF_PYTHON'
import os, pty, re, sys

{TERMINAL}
sys.exit(page_terminal(*sys.argv[1:]))
END_OF_PYTHON
)
"""

PYTHON = '''\
#!/usr/bin/env python3
"""{title}

Does what the page does, with docker-py where it can, and removes at the end the containers, networks, volumes
and images that it made; the build cache stays. Needs Linux and the package `docker`; what reads the engine's own
files needs root.
{left_out}"""

import atexit
import contextlib
import json
import os
{imports}import subprocess
import sys
import tempfile
import traceback

import docker

# The engine that the docker command uses, although each part of the page gets a home of its own.
if "DOCKER_HOST" not in os.environ:
    page_asked = ["docker", "context", "inspect", "--format", "{{.Endpoints.docker.Host}}"]
    os.environ["DOCKER_HOST"] = subprocess.check_output(page_asked, text=True).strip()
page_engine = docker.from_env()
page_plugins = os.path.join(os.environ.pop("DOCKER_CONFIG", os.path.expanduser("~/.docker")), "cli-plugins")
# What a reader has set may lead commands elsewhere: to other folders, other files, other projects.
for page_name in list(os.environ):
    if page_name in ("BASH_ENV", "CDPATH", "CURL_HOME", "ENV", "GLOBIGNORE", "GREP_OPTIONS", "TAR_OPTIONS", "WGETRC"):
        del os.environ[page_name]
    elif page_name.startswith(("BUILDX_", "COMPOSE_", "PYTHON", "XDG_CONFIG_HOME")):
        del os.environ[page_name]


def page_in_swarm():
    return page_engine.info()["Swarm"]["LocalNodeState"] != "inactive"


if page_in_swarm() or page_engine.containers.list(all=True) or page_engine.volumes.list():
    sys.exit(
        "Some of this code removes every container and volume that it sees. Run the script on an engine that\\n"
        "holds no containers and no volumes, and is in no swarm."
    )


def page_part(name):
    """Begin a part of the page: an empty folder, which is its home too, and a shell."""
    global page_folder, page_bash
    page_folder = os.path.join(page_work.name, name)
    os.mkdir(page_folder)
    os.chdir(page_folder)
    os.environ["HOME"] = os.environ["CURL_HOME"] = page_folder
    os.environ["WGETRC"] = os.devnull
    # curl looks for settings in a reader's own home where it finds none here.
    open(".curlrc", "w").close()
    # As long as there is a registry in its settings, docker keeps passwords there, and in no keyring of the reader.
    os.mkdir(".docker")
    with open(".docker/config.json", "w") as file:
        json.dump({"auths": {"none.invalid": {}}, "cliPluginsExtraDirs": [page_plugins]}, file)
    page_bash = subprocess.Popen(
        ["bash"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, errors="replace", start_new_session=True
    )


def page_file(name, content, mode=0o644):
    """A file of the part's folder."""
    path = os.path.join(page_folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())
    os.chmod(path, mode)


def page_shell(source, wanted=0):
    """Run what docker-py has no call for, in the part's shell; `wanted` is the exit code that it should have."""
    page_bash.stdin.write(f"{{ {source}\\n}} </dev/null; printf '\\npage-code %s\\n' $?\\n")
    page_bash.stdin.flush()
    for line in page_bash.stdout:
        if line.startswith("page-code "):
            return page_code(int(line.split()[1]), wanted, source)
        print(line, end="")
    sys.exit(f"the shell ended: {source}")


def page_code(code, wanted, source):
    if code != wanted:
        sys.exit(f"exit code {code}, expected {wanted}: {source}")


@contextlib.contextmanager
def page_raises(name):
    """What stands inside raises an exception of this name."""
    try:
        yield
    except Exception as error:
        if name not in [kind.__name__ for kind in type(error).__mro__]:
            raise
        print(*traceback.format_exception_only(type(error), error), sep="", end="")
    else:
        sys.exit(f"{name} was expected, and nothing was raised")

{terminal}
def page_list():
    images = page_engine.images.list()
    return {
        "volumes": {volume.id for volume in page_engine.volumes.list()},
        "networks": {network.id for network in page_engine.networks.list()},
        "images": {name for image in images for name in image.tags or [image.id]},
    }


def page_clean_up():
    if page_bash:
        # The shell and its background jobs, some of which are in process groups of their own.
        subprocess.run(["pkill", "--signal", "KILL", "--session", str(page_bash.pid)])
        page_bash.wait()
    if page_in_swarm():
        page_engine.swarm.leave(force=True)
    for container in page_engine.containers.list(all=True, ignore_removed=True):
        with contextlib.suppress(docker.errors.NotFound):
            container.remove(force=True, v=True)
    made = page_list()
    for name in made["volumes"] - page_before["volumes"]:
        page_engine.volumes.get(name).remove()
    for name in made["networks"] - page_before["networks"]:
        page_engine.networks.get(name).remove()


def page_finish():
    page_clean_up()
    for name in page_list()["images"] - page_before["images"]:
        page_engine.images.remove(name, force=True)
    os.chdir("/")
    page_work.cleanup()


page_before = page_list()
page_bash = None
page_work = tempfile.TemporaryDirectory()
if any(not page_sign.isascii() or not (page_sign.isalnum() or page_sign in "/._-") for page_sign in page_work.name):
    sys.exit("The script needs a folder for temporary files (TMPDIR) whose path holds letters, digits and ._- alone.")
page_above = page_work.name
while page_above != "/":
    page_above = os.path.dirname(page_above)
    for page_name in ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"):
        if os.path.exists(os.path.join(page_above, page_name)):
            sys.exit(f"Compose would take {os.path.join(page_above, page_name)} for the script's own.")
os.environ["TMPDIR"] = page_work.name
atexit.register(page_finish)
'''
