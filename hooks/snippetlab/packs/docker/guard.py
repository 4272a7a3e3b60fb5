"""What stands in for runc in a lab: no container, not even a privileged one, may set what is the machine's kernel's.

Those of the lab itself are mounted read-only. A runtime mounts them anew for each container, and those of a privileged
one so that they can be written: somebody who follows a page that raises ``vm.max_map_count`` would raise the machine's.
"""

from __future__ import annotations

import shlex

# Below /sys, control groups are mounts of their own, and stay as they are. The network's settings are the container's.
_RUNC = r"""#!/bin/sh
bundle=
for word; do
  case ${before:-} in --bundle | -b) bundle=$word ;; esac
  before=$word
done
if [ -n "$bundle" ] && ! grep -q '"readonlyPaths"' "$bundle/config.json"; then
  paths='"/sys","/proc/sysrq-trigger","/proc/irq","/proc/bus","/proc/fs"'
  for place in /proc/sys/*; do
    [ "$place" = /proc/sys/net ] || paths="$paths,\"$place\""
  done
  sed -i "s#\"linux\":{#&\"readonlyPaths\":[$paths],#" "$bundle/config.json"
fi
exec /opt/sbin/runc "$@"
"""
# runc itself is run from its own folder, seen at another place: it looks for itself there.
GUARDED = f"""
mkdir /opt/sbin
mount --bind /usr/sbin /opt/sbin
printf %s {shlex.quote(_RUNC)} > /opt/runc
chmod 755 /opt/runc
mount --bind /opt/runc /usr/sbin/runc
"""
