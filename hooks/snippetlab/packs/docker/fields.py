"""Which fields of Docker's objects say nothing about what a scenario did, each with its reason.

Everything that is not listed here is compared.
"""

from __future__ import annotations

from collections.abc import Mapping

from snippetlab.compare.vocabulary import Unlike

# What differs whenever the same commands run again: left out of a state altogether.
NEVER = (
    Unlike(
        "", r"Id|ID|Created|CreatedAt|UpdatedAt|Version\.Index", "new for each object; which object is told by names"
    ),
    *(Unlike(kind, "Name", "told by itself") for kind in ("containers", "networks", "volumes")),
    Unlike("containers", r"State\.(Pid|StartedAt|FinishedAt)", "when and as which process it ran"),
    Unlike(
        "containers", r"State\.Health\.(Log|FailingStreak)\b.*", "how often the check ran until now; its status counts"
    ),
    Unlike("containers", r"(ResolvConf|Hostname|Hosts|Log)Path", "made from the container's id"),
    Unlike("containers", r"Path|Args.*", "made from Entrypoint and Cmd"),
    Unlike("containers", r"Config\.Labels\.com\.docker\.compose\.slug", "drawn at random by `docker compose run`"),
    Unlike(
        "containers",
        r"Config\.Labels\.com\.docker\.compose\.(config-hash|image)",
        "a hash over names that Compose draws, and the id of an image that is compared itself",
    ),
    Unlike("containers", r"ExecIDs", "ids of programs that ran inside"),
    Unlike("containers", r"NetworkSettings\.(.*\.)?(Sandbox(ID|Key)|EndpointID)", "the kernel's handles"),
    Unlike(
        "containers",
        r"NetworkSettings\.(Bridge|Gateway|IPAddress|IPPrefixLen|MacAddress)",
        "once more, per network below",
    ),
    Unlike("", r"GraphDriver\.Data.*", "folders with names drawn at random; the layers are compared"),
    Unlike("networks", r"Containers.*|Peers.*", "the containers say which networks they are in"),
    Unlike("volumes", r"Mountpoint|UsageData.*", "made from the name"),
    Unlike("images", r"Metadata\.LastTagTime|RepoDigests|Size|VirtualSize", "times lie in what a build writes"),
    Unlike(
        "images",
        r"Container|ContainerConfig.*|Config\.(Image|Hostname)|Parent|Comment|DockerVersion",
        "notes of the builder",
    ),
    Unlike(
        "services",
        r"UpdateStatus\.(StartedAt|CompletedAt)|PreviousSpec.*|Spec\.TaskTemplate\.ForceUpdate",
        "its history",
    ),
    Unlike("tasks", r"Status\.(Timestamp|ContainerStatus\.(ContainerID|PID)|Message)", "when it ran; its state counts"),
    Unlike(
        "nodes",
        r"Description\.(Resources|TLSInfo|Engine\.(EngineVersion|Plugins)).*",
        "the machine's, and keys made anew",
    ),
    Unlike("nodes", r"ManagerStatus\.Addr|Status\.Addr", "the address of the machine"),
)

# What the CLI and docker-py do by nature differently for one and the same thing.
BETWEEN_TRACKS = (
    Unlike("containers", r"HostConfig\.ConsoleSize.*", "the CLI tells its terminal's size; docker-py has none"),
    Unlike(
        "removed containers",
        r"HostConfig\.AutoRemove",
        "docker-py's run(remove=True) removes a container itself that it waited for, --rm leaves it to the engine",
    ),
    Unlike(
        "volumes",
        r"Labels\.com\.docker\.volume\.anonymous",
        "docker-py asks for an anonymous volume as a bind without a source, for which the engine has no label",
    ),
)

# Objects whose keys somebody chose: there a key without a value says something.
MAPS = frozenset(
    {"Labels", "Tmpfs", "ExposedPorts", "Volumes", "Options", "DriverOpts", "Sysctls", "Annotations", "StorageOpt"}
)

# What is fixed when an object is made. Of one that is gone again only this is told:
# the rest depends on when one looked.
FIXED: Mapping[str, tuple[str, ...]] = {
    "containers": ("Config", "HostConfig", "Image"),
    "networks": ("Driver", "Scope", "EnableIPv6", "IPAM", "Internal", "Attachable", "ConfigOnly", "Options", "Labels"),
    "volumes": ("Driver", "Options", "Labels", "Scope"),
    "services": ("Spec",),
    "secrets": ("Spec",),
    "configs": ("Spec",),
}
