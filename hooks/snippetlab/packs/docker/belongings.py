"""What the ids that Docker prints are ids of, by the place in which they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping

from snippetlab.compare.vocabulary import Belonging

_OBJECTS = frozenset(
    {"container", "image", "layer", "manifest", "network", "volume", "exec"}
    | {"service", "task", "node", "secret", "config", "cluster"}
)
# Which kinds of values an engine can be asked for, and what has them.
HELD: Mapping[str, frozenset[str]] = {"id": _OBJECTS, "name": frozenset({"container name"})}

_ID = r"(?:sha256:)?[0-9a-z]{12,64}"
_DIGEST = r"sha256:[0-9a-f]{64}"


def _of(kind: str, pattern: str) -> Belonging:
    return Belonging(frozenset({kind}), pattern)


def _printed(kind: str, command: str) -> Belonging:
    """A command that prints ids of one kind, a line each, and runs beside no other."""
    asked = re.compile(rf"^(?:\w+=\S+ )*docker (?:-\S+ )*{command}[^;&\n]*$")
    return Belonging(frozenset({kind}), rf"^(?P<v>{_ID})$", asked)


def _listed(kind: str, command: str) -> Belonging:
    asked = re.compile(rf"\bdocker (?:-\S+ (?:\S+:\S+ )?)*{command}\b")
    return Belonging(frozenset({kind}), asked=asked, columns=frozenset({"ID"}))


def _not_asked(reason: str, pattern: str, asked: str = "") -> Belonging:
    return Belonging(frozenset(), pattern, re.compile(asked) if asked else None, reason=reason)


# No API tells these ids, or not in time: each is another one in each run, and that there is one counts.
NOT_ASKED = (
    _not_asked(
        "the kernel's handle of a container in a network, new whenever it starts",
        rf"""["'](?:EndpointID|SandboxID)["']: ?["'](?P<v>{_ID})["']""",
    ),
    _not_asked("the kernel's name of that handle", r"(?<=/netns/)[0-9a-f]{12}\b"),
    _not_asked("the same, where an endpoint could not be made", r"\bendpoint \S+ \((?P<v>[0-9a-f]{64})\)"),
    _not_asked("a snapshot of BuildKit's, which no API names", r"\bref [0-9a-z-]+::(?P<v>[0-9a-z]{25})\b"),
    _not_asked("a session of BuildKit's with containerd's store, which no API names", r"\bref (?P<v>[0-9a-z]{25})::"),
    Belonging(
        frozenset(),
        r"^(?:ID:\s+)?(?P<v>[0-9a-z]{25})\*?$",
        re.compile(r"\b(?:buildx|builder) (?:du|prune)\b|\bsystem (?:df|prune)\b"),
        frozenset({"ID", "CACHE ID"}),
        "an entry of the build cache, which no list of objects holds",
    ),
    _not_asked(
        "a layer on its way, by the digest of its compressed form, which the registry alone has",
        r"^(?P<v>[0-9a-f]{12}): (?:Pull|Push|Already|Wait|Download|Verif|Extract|Layer|Mounted|Prepar|Retry)",
    ),
    _not_asked(
        "the digest of a manifest, which the registry holds, and the engine as long as a tag of it is there",
        rf"(?:(?<=[Dd]igest: )|(?<=@)){_DIGEST}",
    ),
    _not_asked(
        "a blob, or a part of a manifest, in a registry or an archive",
        rf"""["'](?:digest|blobSum)["']: ?["'](?P<v>{_DIGEST})["']""",
    ),
    _not_asked(
        "a part of an image in the content store, written by BuildKit",
        rf"^#\d+ (?:exporting (?:manifest|config|attestation manifest)|resolve|extracting) (?:\S+@)?(?P<v>{_DIGEST})",
    ),
    _not_asked("what BuildKit fetches, by its digest", rf"^#\d+ (?P<v>{_DIGEST}) "),
    _not_asked(
        "a layer's folder in an archive as engines before 25 write it, named by a digest that no API tells",
        r"^(?P<v>[0-9a-f]{64})/(?:VERSION|json|layer\.tar)?$",
    ),
    _not_asked("a layer's folder, with a name drawn at random", r"(?<=/overlay2/)[0-9a-z]{25,64}(?=[-/:\s\"']|$)"),
)

BELONGINGS = (
    *NOT_ASKED,
    Belonging(frozenset({"container"}), columns=frozenset({"CONTAINER ID"})),
    Belonging(frozenset({"image"}), columns=frozenset({"IMAGE ID"})),
    Belonging(frozenset({"network"}), columns=frozenset({"NETWORK ID"})),
    _listed("node", "node ls"),
    _listed("service", "(?:service ls|stack services)"),
    _listed("task", "(?:service ps|stack ps|node ps)"),
    _listed("secret", "secret ls"),
    _listed("config", "config ls"),
    _printed("container", r"(?:container )?(?:create|ps|run (?=(?:.* )?(?:-[a-z]*d[a-z]*|--detach) ))"),
    _printed("image", r"(?:(?:image |buildx )?build|(?:container )?commit|(?:image )?import|images|image ls)\b"),
    _printed("network", r"network (?:create|ls)\b"),
    _printed("service", r"service (?:create|ls)\b"),
    _printed("secret", r"secret (?:create|ls)\b"),
    _printed("config", r"config (?:create|ls)\b"),
    _of("container", rf"(?:---> Running in|Removed intermediate container) (?P<v>{_ID})$"),
    _of("image", rf"(?:^ ---> |^Successfully built |^#\d+ writing image )(?P<v>{_ID})(?= |$)"),
    _of("container", rf"<Container: (?P<v>{_ID})>"),
    _of("network", rf"<Network: (?P<v>{_ID})>"),
    _of("service", rf"<Service: (?P<v>{_ID})>"),
    _of("container", r"\b[Cc]ontainer \"?(?P<v>[0-9a-f]{64}|[0-9a-f]{12})\b"),
    _of("network", r"\bnetwork (?:\S+ id )?\"?(?P<v>[0-9a-f]{64}|[0-9a-z]{25})\b"),
    _of("service", r"\bby service (?P<v>[0-9a-z]{25})\b"),
    _of("node", r"\b(?:node \(?|NodeID: )(?P<v>[0-9a-z]{25})\b"),
    _of("cluster", r"(?<=ClusterID: )[0-9a-z]{25}\b"),
    _of("container", rf"/containers/(?P<v>{_ID})(?=[/?])"),
    _of("network", rf"/networks/(?P<v>{_ID})(?=[/:?])"),
    _of("network", r"(?<=\bbr-)[0-9a-f]{12}\b"),
    _of("volume", r"(?<=/docker/volumes/)[0-9a-f]{64}\b"),
    _of("container", r"^HOSTNAME=(?P<v>[0-9a-f]{12})$"),
    _of("container", r"volume is in use - \[(?P<v>[0-9a-f]{64})"),
)
