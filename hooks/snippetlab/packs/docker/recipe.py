"""The lab image of an engine: which packages it has, and what they need to run in a lab."""

from __future__ import annotations

from snippetlab.lab.stock.image import Recipe, Taken
from snippetlab.settings import EngineSettings

# What pages about Docker use beside it.
_BESIDE = ("conntrack", "init-system-helpers", "iptables", "sysvinit-utils")
# The engine is started by Debian's own service script, as a reader would start it. Some of its
# lines assume a whole machine: they mount cgroups (the lab has done so) and raise limits (which a
# machine without CAP_SYS_RESOURCE refuses).
_HOOKS = (
    """sed -i -E 's#^( *|\t*)ulimit (-[nup] [a-z0-9]+)$#\\1ulimit \\2 2>/dev/null || true#' "$1/etc/init.d/docker" """,
    # It would kill an engine that gives its containers the ten seconds that they have to end; systemd's unit does not.
    """sed -i 's#--retry 10#--retry TERM/60/KILL/10#' "$1/etc/init.d/docker" """,
    """echo 'cgroup /sys/fs/cgroup cgroup noauto 0 0' >> "$1/etc/fstab" """,
    """update-alternatives --root "$1" --set iptables /usr/sbin/iptables-nft >/dev/null """,
)

# What makes an engine, and where Debian's packages have it: an engine out of an image comes to the same places.
_PROGRAMS = (
    ("dockerd", "usr/sbin/dockerd"),
    ("docker-proxy", "usr/sbin/docker-proxy"),
    ("docker-init", "usr/bin/docker-init"),
    ("docker", "usr/bin/docker"),
    ("docker-buildx", "usr/libexec/docker/cli-plugins/docker-buildx"),
    ("docker-compose", "usr/libexec/docker/cli-plugins/docker-compose"),
    ("containerd", "usr/bin/containerd"),
    ("containerd-shim-runc-v2", "usr/bin/containerd-shim-runc-v2"),
    ("ctr", "usr/bin/ctr"),
    ("runc", "usr/sbin/runc"),
)


def recipe_of(engine: EngineSettings) -> Recipe:
    """The recipe of an engine's lab image. Engines that differ in their daemon settings alone share one."""
    packages, newer = (_BESIDE, engine.packages) if engine.packages_from else ((*engine.packages, *_BESIDE), ())
    taken = Taken(engine.name, engine.programs_from, _PROGRAMS) if engine.programs_from else None
    name = _image_name(engine)
    return Recipe(name, engine.suite, packages, newer, engine.packages_from, engine.options, _HOOKS, taken)


def _image_name(engine: EngineSettings) -> str:
    return engine.image or engine.name
