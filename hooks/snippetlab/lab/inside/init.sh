#!/bin/sh
# The first program of a lab: mounts what a machine has of its own, starts what its pack wants, waits to be let go.
# Each program that it starts costs a millisecond, so one does as much as it can.
set -eu
umount -R /proc 2>/dev/null || true
mount -t proc -o nosuid,nodev,noexec proc /proc
mounts="sysfs /sys sysfs nosuid,nodev,noexec"
if [ -z "$CONTROLLERS" ]; then
  mounts="$mounts
cgroup /sys/fs/cgroup cgroup2 nosuid,nodev,noexec"
else
  mounts="$mounts
cgroup /sys/fs/cgroup tmpfs nosuid,nodev,noexec,mode=755"
  for c in $CONTROLLERS; do
    case $c in
      systemd) options=none,name=systemd ;;
      *) options=$c ;;
    esac
    mounts="$mounts
cgroup /sys/fs/cgroup/$c cgroup nosuid,nodev,noexec,X-mount.mkdir,$options"
  done
fi
# The settings of the kernel are the machine's; only those of its own network are the lab's.
for place in /proc/sys /proc/sysrq-trigger /proc/irq /proc/bus /proc/fs; do
  [ ! -e "$place" ] || mounts="$mounts
$place $place none bind,ro,nosuid,nodev,noexec"
done
mounts="$mounts
/proc/sys/net /proc/sys/net none bind,rw,nosuid,nodev,noexec"
echo "$mounts" > /run/lab.mounts
mount --all --fstab /run/lab.mounts
mount -o remount,bind,ro /sys
# sudo and su are programs that change their user.
mount -o remount,bind,rw,suid,nodev /
# No way out: refuse packets at once instead of losing them, or every name that does not resolve costs ten seconds.
echo 'link set lo up
route add unreachable default metric 4000' | ip -batch -
echo 0 > /proc/sys/net/ipv4/icmp_ratelimit
start=$START
unset START CONTROLLERS
eval "$start"
: > /run/lab.started
# Standard input is the lifeline: it closes when the process that owns the lab ends, however it ends.
cat > /dev/null
