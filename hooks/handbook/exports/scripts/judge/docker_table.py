"""Docker's subcommands and options that a script may hold, as data."""

from __future__ import annotations

from handbook.exports.scripts.judge.shapes import shape

GLOBAL = shape("-D --debug -v --version --help -d -H=ENGINE --host=ENGINE -l=TEXT --log-level=TEXT", "TEXT", stops=True)
GROUPS = frozenset(
    [
        "builder",
        "compose",
        "config",
        "container",
        "image",
        "network",
        "node",
        "secret",
        "service",
        "stack",
        "swarm",
        "system",
        "volume",
    ]
)
# Words behind docker that it does not know: it says so, and does nothing.
NO_COMMANDS = frozenset(["daemon", "deamon", "insect", "rum"])
ALIASES = {
    f"container {name}": name
    for name in [
        "attach",
        "commit",
        "cp",
        "create",
        "diff",
        "exec",
        "inspect",
        "kill",
        "logs",
        "pause",
        "port",
        "ps",
        "rename",
        "restart",
        "rm",
        "run",
        "start",
        "stats",
        "stop",
        "top",
        "unpause",
        "update",
        "wait",
    ]
} | {
    "container ls": "ps",
    "container list": "ps",
    "image build": "build",
    "image history": "history",
    "image inspect": "inspect",
    "image ls": "images",
    "image list": "images",
    "image pull": "pull",
    "image push": "push",
    "image rm": "rmi",
    "image tag": "tag",
    "system info": "info",
    "network inspect": "inspect",
    "volume inspect": "inspect",
    "service inspect": "inspect",
}
_RUN = (
    "--add-host=TEXT --cap-add=CAP --cap-drop=TEXT --cidfile=OWN -c=TEXT --cpu-shares=TEXT --cpus=TEXT"
    " --cpuset-cpus=TEXT -d --detach"
    " --device=DEVICE --dns=TEXT --entrypoint=TEXT -e=TEXT --env=TEXT --env-file=READOWN --expose=TEXT"
    " --health-cmd=TEXT"
    " --health-interval=TEXT --health-retries=TEXT --health-timeout=TEXT -h=TEXT --hostname=TEXT --init"
    " -i --interactive"
    " --ip=TEXT -l=TEXT --label=TEXT --link=TEXT --log-driver=LOGDRIVER --log-opt=LOGOPT --mac-address=TEXT -m=TEXT"
    " --memory=TEXT --memory-swap=TEXT --mount=TEXT --name=TEXT --net=CONTAINERNET --network=CONTAINERNET"
    " --network-alias=TEXT --no-healthcheck --no-such-flag --pids-limit=TEXT --platform=TEXT --privileged"
    " -p=TEXT --publish=TEXT -P"
    " --publish-all --pull=PULL --read-only --restart=TEXT --rm --security-opt=SECURITY --shm-size=TEXT --sig-proxy"
    " --stop-signal=TEXT --stop-timeout=TEXT --sysctl=SYSCTL --tmpfs=TEXT -t --tty --ulimit=TEXT -u=TEXT --user=TEXT"
    " -v=TEXT --volume=TEXT --volumes-from=TEXT -w=TEXT --workdir=TEXT"
)
_SERVICE = (
    "--constraint=TEXT --detach -d --endpoint-mode=TEXT --env=TEXT -e=TEXT --env-add=TEXT --env-rm=TEXT"
    " --force --image=TEXT --init --label=TEXT"
    " --mode=TEXT --name=TEXT --network=CONTAINERNET --no-resolve-image --publish=TEXT -p=TEXT --replicas=TEXT"
    " --restart-condition=TEXT --restart-delay=TEXT --rollback-monitor=TEXT --update-delay=TEXT"
    " --update-failure-action=TEXT --update-monitor=TEXT --update-parallelism=TEXT"
)
_LIST = "-a --all -f=TEXT --filter=TEXT --format=TEXT --no-trunc -q --quiet"
DOCKER = {
    "": shape(),
    "attach": shape("--sig-proxy --no-stdin", "TEXT"),
    "build": shape(
        "--build-arg=TEXT --build-context=NAMED -f=READOWN --file=READOWN --force-rm --label=TEXT --network=TEXT"
        " --no-cache --platform=TEXT --progress=TEXT --pull -q --quiet --rm --secret=SECRET -t=TAG --tag=TAG"
        " --target=TEXT",
        "CONTEXT?",
    ),
    "builder prune": shape("-a --all -f --force"),
    "commit": shape("-a=TEXT --author=TEXT -c=TEXT --change=TEXT -m=TEXT --message=TEXT -p --pause", "TEXT TAG?"),
    "container prune": shape("-f --force --filter=TEXT"),
    "cp": shape("-q --quiet", "TEXT TEXT"),
    "create": shape(_RUN, "TEXT", stops=True),
    "diff": shape("", "TEXT"),
    "events": shape("-f=TEXT --filter=TEXT --format=TEXT --since=TEXT --until=TEXT"),
    "exec": shape(
        "-d --detach -e=TEXT --env=TEXT --env-file=READOWN -i --interactive -t --tty -u=TEXT --user=TEXT -w=TEXT"
        " --workdir=TEXT",
        "TEXT",
        stops=True,
    ),
    "export": shape("-o=OWN --output=OWN", "TEXT"),
    "history": shape("--format=TEXT -H --human --no-trunc -q --quiet", "TEXT"),
    "image prune": shape("-f --force --filter=TEXT"),
    "images": shape(f"{_LIST} --digests", "TEXT?"),
    "info": shape("-f=TEXT --format=TEXT"),
    "inspect": shape("-f=TEXT --format=TEXT -s --size --type=TEXT --pretty", "TEXT*", free=True),
    "kill": shape("-s=TEXT --signal=TEXT", "TEXT*", free=True),
    "login": shape("-u=TEXT --username=TEXT -p=TEXT --password=TEXT --password-stdin", "REGISTRY"),
    "logout": shape("", "TEXT?"),
    "logs": shape(
        "--details -f --follow --since=TEXT -n=TEXT --tail=TEXT -t --timestamps --until=TEXT", "TEXT*", free=True
    ),
    "network connect": shape("--alias=TEXT --ip=TEXT --link=TEXT", "TEXT TEXT"),
    "network create": shape(
        "--attachable -d=NETDRIVER --driver=NETDRIVER --gateway=TEXT --internal --ip-range=TEXT --ipv6 --label=TEXT"
        " --subnet=TEXT",
        "TEXT",
    ),
    "network disconnect": shape("-f --force", "TEXT TEXT"),
    "network ls": shape(_LIST),
    "network prune": shape("-f --force"),
    "network rm": shape("-f --force", "TEXT*"),
    "node ls": shape(_LIST),
    "node ps": shape(_LIST, "TEXT*"),
    "pause": shape("", "TEXT*", free=True),
    "port": shape("", "TEXT TEXT?"),
    "ps": shape(f"{_LIST} -l --latest -n=TEXT --last=TEXT -s --size"),
    "pull": shape("-q --quiet --platform=TEXT", "TEXT", free=True),
    "push": shape("-q --quiet", "LOCALREPO"),
    "rename": shape("", "TEXT TEXT"),
    "restart": shape("-s=TEXT --signal=TEXT -t=TEXT --time=TEXT --timeout=TEXT", "TEXT*", free=True),
    "rm": shape("-f --force -l --link -v --volumes", "TEXT*", free=True),
    "rmi": shape("-f --force --no-prune", "IMAGE*"),
    "run": shape(_RUN, "TEXT", stops=True),
    "save": shape("-o=OWN --output=OWN", "TEXT*"),
    "search": shape("-f=TEXT --filter=TEXT --format=TEXT --limit=TEXT --no-trunc", "LOCALREPO"),
    "service create": shape(_SERVICE, "TEXT", stops=True),
    "service logs": shape("--tail=TEXT -n=TEXT --raw -t --timestamps", "TEXT"),
    "service ls": shape(_LIST),
    "service ps": shape(_LIST, "TEXT*"),
    "service rm": shape("", "TEXT*"),
    "service rollback": shape("-d --detach -q --quiet", "TEXT"),
    "service scale": shape("-d --detach", "TEXT*"),
    "service update": shape(_SERVICE, "TEXT"),
    "start": shape("-a --attach -i --interactive", "TEXT*"),
    "stats": shape("-a --all --format=TEXT --no-stream --no-trunc", "TEXT*", free=True),
    "stop": shape("-s=TEXT --signal=TEXT -t=TEXT --time=TEXT --timeout=TEXT", "TEXT*", free=True),
    "swarm create": shape(),
    "swarm init": shape("--advertise-addr=HOST"),
    "swarm leave": shape("-f --force"),
    "system df": shape("-v --verbose --format=TEXT"),
    "tag": shape("", "TEXT TAG"),
    "top": shape("", "TEXT", stops=True),
    "unpause": shape("", "TEXT*", free=True),
    "update": shape("-m=TEXT --memory=TEXT --cpus=TEXT --memory-swap=TEXT --pids-limit=TEXT --restart=TEXT", "TEXT*"),
    "version": shape("-f=TEXT --format=TEXT"),
    "volume create": shape("-d=VOLDRIVER --driver=VOLDRIVER --label=TEXT --name=TEXT", "TEXT?"),
    "volume ls": shape(_LIST),
    "volume prune": shape("-a --all -f --force"),
    "volume rm": shape("-f --force", "TEXT*"),
    "wait": shape("", "TEXT*", free=True),
}
COMPOSE_GLOBAL = shape(
    "-f=READOWN --file=READOWN -p=TEXT --project-name=TEXT --profile=TEXT --progress=TEXT", "TEXT", stops=True
)
COMPOSE = {
    "build": shape("--no-cache -q --quiet", "TEXT*"),
    "config": shape("-q --quiet --services --images --volumes --format=TEXT --hash=TEXT", "TEXT*"),
    "down": shape("--remove-orphans --rmi=TEXT -t=TEXT --timeout=TEXT -v --volumes", "TEXT*"),
    "exec": shape(
        "-d --detach -e=TEXT --env=TEXT -T --no-TTY -u=TEXT --user=TEXT -w=TEXT --workdir=TEXT", "TEXT", stops=True
    ),
    "images": shape("-q --quiet --format=TEXT", "TEXT*"),
    "kill": shape("-s=TEXT --signal=TEXT", "TEXT*"),
    "logs": shape("-f --follow -n=TEXT --tail=TEXT --no-color --no-log-prefix --since=TEXT -t --timestamps", "TEXT*"),
    "ls": shape("-a --all -q --quiet --format=TEXT --filter=TEXT"),
    "pause": shape("", "TEXT*"),
    "port": shape("--index=TEXT --protocol=TEXT", "TEXT TEXT"),
    "ps": shape("-a --all -q --quiet --format=TEXT --filter=TEXT --services --status=TEXT --no-trunc", "TEXT*"),
    "restart": shape("-t=TEXT --timeout=TEXT", "TEXT*"),
    "rm": shape("-f --force -s --stop -v --volumes", "TEXT*"),
    "run": shape("-d --detach -e=TEXT --env=TEXT --name=TEXT --no-deps --rm -T --service-ports", "TEXT", stops=True),
    "start": shape("", "TEXT*"),
    "stop": shape("-t=TEXT --timeout=TEXT", "TEXT*"),
    "top": shape("", "TEXT*"),
    "unpause": shape("", "TEXT*"),
    "up": shape(
        "--abort-on-container-exit --attach=TEXT --build -d --detach --exit-code-from=TEXT --force-recreate"
        " --no-attach=TEXT --no-deps --no-recreate --remove-orphans --scale=TEXT -t=TEXT --timeout=TEXT --wait",
        "TEXT*",
    ),
    "version": shape("--short -f=TEXT --format=TEXT"),
}
