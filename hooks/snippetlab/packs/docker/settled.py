"""What of an object is the machine's own default, and what comes in any order: left out, put in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from snippetlab.packs.docker.api_data import Data


@dataclass(frozen=True)
class Machine:
    """What an engine takes over from its machine, and the runtime that it gives to a container that names none."""

    cgroupns: str
    apparmor: bool
    runtime: str

    @classmethod
    def of(cls, info: Data) -> Machine:
        """As the engine tells it."""
        return cls(
            "private" if info.get("CgroupVersion") == "2" else "host",
            any("name=apparmor" in option for option in info.get("SecurityOptions") or ()),
            info.get("DefaultRuntime") or "",
        )


def _settled_container(data: Data, machine: Machine) -> Data:
    """A container with what is the machine's own default left out, and lists from Go's maps in order."""
    host = dict(data.get("HostConfig") or {})
    if host.get("CgroupnsMode") == machine.cgroupns:
        host["CgroupnsMode"] = None
    if host and machine.cgroupns == "private" and host.get("OomKillDisable") is None:
        # In version 2 of cgroups there is no such switch: the engine takes it away when the container starts.
        host["OomKillDisable"] = False
    if host and not host.get("Runtime"):
        # Engine 20.10 fills it in when the container starts: whoever looks before that sees none.
        host["Runtime"] = machine.runtime
    for key in ("Binds", "Mounts", "Ulimits", "CapAdd", "CapDrop", "ExtraHosts", "Links"):
        if host.get(key):
            host[key] = sorted(host[key], key=str)
    published = host.get("PortBindings") or {}
    network = dict(data.get("NetworkSettings") or {})
    network["Ports"] = {
        port: [_binding(b, published.get(port)) for b in bindings or []] or "not published"
        for port, bindings in (network.get("Ports") or {}).items()
    }
    given = data.get("AppArmorProfile")
    config = dict(data.get("Config") or {})
    if config.get("Env"):
        config["Env"] = sorted(config["Env"])  # each name stands there once, and the engine puts them in any order
    return {
        **data,
        "Config": config,
        "HostConfig": host,
        "NetworkSettings": network,
        "Mounts": sorted(data.get("Mounts") or [], key=lambda mount: str(mount["Destination"])),
        "AppArmorProfile": None if machine.apparmor and given == "docker-default" else given,
    }


def _binding(binding: Mapping[str, str], asked: Sequence[Mapping[str, str]] | None) -> Mapping[str, str]:
    """A published port; one that the engine chose is told as such."""
    chosen = not any(a.get("HostPort") == binding["HostPort"] for a in asked or ())
    return {**binding, "HostPort": "one that was free"} if chosen else binding


def _settled_engine(info: Data, machine: Machine) -> Data:
    """Of what an engine says about itself, its settings; all else counts objects or is the machine's."""
    kept = {key: info.get(key) for key in _SETTINGS}
    of_machine = ("name=apparmor", "name=cgroupns") if machine.cgroupns == "private" else ("name=apparmor",)
    security = [option for option in info.get("SecurityOptions") or () if not option.startswith(of_machine)]
    swarm = {key: info["Swarm"].get(key) for key in ("LocalNodeState", "ControlAvailable")}
    given = {key: info.get(key) for key in ("daemon.json", "started with", "proxies of published ports")}
    return {
        **kept,
        **given,
        "SecurityOptions": security,
        "Swarm": swarm,
        "Runtimes": sorted(info.get("Runtimes") or ()),
    }


_SETTINGS = (
    "Driver",
    "LoggingDriver",
    "CgroupDriver",
    "DefaultRuntime",
    "DefaultAddressPools",
    "DockerRootDir",
    "LiveRestoreEnabled",
    "ExperimentalBuild",
    "Debug",
    "Labels",
    "RegistryConfig",
    "IndexServerAddress",
    "InitBinary",
    "HttpProxy",
    "HttpsProxy",
    "NoProxy",
    "Name",
)


ADAPTED: Mapping[str, Callable[[Data, Machine], Data]] = {
    "engine": _settled_engine,
    "containers": _settled_container,
}
