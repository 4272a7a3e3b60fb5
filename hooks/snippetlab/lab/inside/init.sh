#!/bin/sh
# The first program of a lab: mounts its own /sys and cgroups, starts what its pack wants, waits to be let go.
set -eu
umount -R /proc 2>/dev/null || true
mount -t proc -o nosuid,nodev,noexec proc /proc
mount -t sysfs -o nosuid,nodev,noexec sysfs /sys
if [ -n "$UNIFIED" ]; then
  mount -t cgroup2 -o nosuid,nodev,noexec cgroup /sys/fs/cgroup
  # cgroup v2 lets no process stand beside children that have controllers.
  mkdir -p /sys/fs/cgroup/init
  xargs -rn1 < /sys/fs/cgroup/cgroup.procs > /sys/fs/cgroup/init/cgroup.procs 2>/dev/null || true
  sed -e 's/ / +/g' -e 's/^/+/' < /sys/fs/cgroup/cgroup.controllers > /sys/fs/cgroup/cgroup.subtree_control || true
else
  mount -t tmpfs -o nosuid,nodev,noexec,mode=755 cgroup /sys/fs/cgroup
  for c in $CONTROLLERS; do
    mkdir "/sys/fs/cgroup/$c"
    case $c in
      systemd) options=none,name=systemd ;;
      *) options=$c ;;
    esac
    mount -t cgroup -o "nosuid,nodev,noexec,$options" cgroup "/sys/fs/cgroup/$c" || rmdir "/sys/fs/cgroup/$c"
  done
fi
ip link set lo up
# No way out: refuse packets at once instead of losing them, or every name that does not resolve costs ten seconds.
ip route add unreachable default metric 4000
echo 0 > /proc/sys/net/ipv4/icmp_ratelimit
start=$START
unset START
eval "$start"
: > /run/lab.started
# Standard input is the lifeline: it closes when the process that owns the lab ends, however it ends.
cat > /dev/null
