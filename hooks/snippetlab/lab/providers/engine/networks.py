"""Networks of an engine for its labs: the wire between two labs, and the way out."""

from __future__ import annotations

import ipaddress
import random
import time

import docker
from docker.errors import APIError, NotFound
from docker.models.networks import Network
from docker.types import IPAMConfig, IPAMPool

from snippetlab.errors import LabError
from snippetlab.lab.providers.engine.labels import NETWORK, OF_LAB, WORKSHOP, labels, sweep_networks
from snippetlab.lab.providers.engine.streams import FAULTS

WAIT = 600.0  # seconds that a wire may be waited for
_AGAIN = 0.2
_TRIES = 20
# No network that a lab, or the machine, is likely to know. Source: RFC 2544, addresses for benchmarks.
_OUTSIDE = [str(net) for net in ipaddress.ip_network("198.19.0.0/16").subnets(new_prefix=24)]
_NO_ADDRESS = "com.docker.network.bridge.inhibit_ipv4"
# For a container on a network of its own, an engine answers names at this address, by rules in the container. A lab
# asks others, and its rules are for its own engine. (To ask iptables for a table of the other kind would make one.)
FORGET_NAMES = """
for kind in legacy nft; do
  case $kind in legacy) grep -q nat /proc/net/ip_tables_names 2>/dev/null || continue ;; esac
  for chain in OUTPUT POSTROUTING; do
    iptables-$kind -w -t nat -S DOCKER_$chain >/dev/null 2>&1 || continue
    iptables-$kind -w -t nat -S $chain | sed -n "s/^-A \\(.* -j DOCKER_$chain\\)$/-D \\1/p" |
      while read -r rule; do iptables-$kind -w -t nat $rule; done
    iptables-$kind -w -t nat -F DOCKER_$chain
    iptables-$kind -w -t nat -X DOCKER_$chain
  done
done
"""


class Wire:
    """A network of two labs, without a way out. An engine has room for one of the same addresses at a time, so another
    one waits for its end.

    It is not what an engine calls an internal network: there, packets to any other address are dropped, and a lab may
    well be a router. Instead nobody has the gateway's address, and ``shut`` and ``open`` are shell text that takes
    the route to it away in a lab and gives it back, since the engine counts on it when another network comes.
    """

    def __init__(self, client: docker.DockerClient, network: Network, gateway: str) -> None:
        self._client = client
        self._network = network
        self.open = f"ip route replace default via {gateway}"
        self.shut = f"ip route del default via {gateway} 2>/dev/null || true"

    @classmethod
    def make(cls, client: docker.DockerClient, container: str, address: str) -> Wire:
        """A wire for ``container`` and a lab that is added, with the addresses of ``address`` (``192.168.65.2/24``).

        Raises LabError.
        """
        wanted = ipaddress.ip_interface(address).network
        subnet, gateway = str(wanted), str(wanted[1])
        deadline = time.monotonic() + WAIT
        while True:
            try:
                # The engine's own machine gets no address on it: there, these addresses may mean something else.
                network = _create(client, "wire", container, subnet, {_NO_ADDRESS: "true"}, gateway)
                return cls(client, network, gateway)
            except APIError as error:
                if "overlap" not in str(error):
                    raise LabError(f"two labs could not be joined: {error.explanation}") from error
                if time.monotonic() > deadline:
                    what = f"two labs could not be joined: the engine uses {subnet} for something else"
                    raise LabError(
                        what, hint="`docker network ls` lists what there is; `snippetlab labs` what is ours"
                    ) from error
            except FAULTS as error:
                raise LabError(f"two labs could not be joined: {error}") from error
            sweep_networks(client)
            # Nothing tells of a network's end but events, which are not faster.
            time.sleep(_AGAIN)

    def add(self, container: str, address: str) -> None:
        """Connect a lab, which gets this address. Raises LabError."""
        try:
            _leave_none(self._client, container)
            self._network.connect(container, ipv4_address=str(ipaddress.ip_interface(address).ip))
        except FAULTS as error:
            raise LabError(f"two labs could not be joined: {error}") from error

    def close(self) -> None:
        """Remove it, should nobody be on it any more."""
        _remove(self._network)


class Outside:
    """A way out for one lab; ``resolv`` is the text of the resolv.conf that goes with it. ``make`` makes one."""

    def __init__(self, network: Network, container: str, resolv: str) -> None:
        self._network = network
        self._container = container
        self.resolv = resolv

    @classmethod
    def make(cls, client: docker.DockerClient, container: str, image: str) -> Outside:
        """Give ``container`` a way out; ``image`` is one that the engine has. Raises LabError."""
        resolv = _name_servers(client, image)
        for tries in range(1, _TRIES + 1):
            try:
                network = _create(client, "outside", container, random.choice(_OUTSIDE))
                break
            except APIError as error:
                if "overlap" not in str(error) or tries == _TRIES:
                    raise LabError(f"the engine gave the lab no way out: {error.explanation}") from error
            except FAULTS as error:
                raise LabError(f"the engine gave the lab no way out: {error}") from error
        outside = cls(network, container, resolv)
        try:
            _leave_none(client, container)
            network.connect(container)
        except FAULTS as error:
            outside.close()
            raise LabError(f"the engine gave the lab no way out: {error}") from error
        return outside

    def close(self) -> None:
        """Take it away."""
        try:
            self._network.disconnect(self._container, force=True)
        except FAULTS:
            pass  # the lab is gone, or its engine
        _remove(self._network)


def _create(
    client: docker.DockerClient,
    what: str,
    container: str,
    subnet: str,
    options: dict[str, str] | None = None,
    gateway: str | None = None,
) -> Network:
    # Of a container's networks, the first by name gives the default route: "outside" comes before "wire".
    return client.networks.create(
        f"snippetlab-{what}-{container[:12]}",
        driver="bridge",
        options=options,
        ipam=IPAMConfig(pool_configs=[IPAMPool(subnet=subnet, gateway=gateway)]),
        labels=labels(NETWORK, **{OF_LAB: container}),
    )


def _leave_none(client: docker.DockerClient, container: str) -> None:
    """A container of the network "none" can be on no other one."""
    if "none" in client.api.inspect_container(container)["NetworkSettings"]["Networks"]:
        client.networks.get("none").disconnect(container)


def _name_servers(client: docker.DockerClient, image: str) -> str:
    """What the engine's own machine asks for names, as the engine tells it to a container."""
    try:
        told = client.containers.run(
            image, ["cat", "/etc/resolv.conf"], remove=True, network_mode="bridge", labels=labels(WORKSHOP)
        )
    except FAULTS as error:
        raise LabError(f"the engine gave the lab no way out: {error}") from error
    return bytes(told).decode()


def _remove(network: Network) -> None:
    try:
        network.remove()
    except NotFound:
        pass
    except APIError as error:
        if "active endpoints" not in str(error):
            raise LabError(f"a network could not be removed: {error.explanation}") from error
    except FAULTS:
        pass  # the engine is gone; networks of labs that are gone are swept when somebody comes to it again
