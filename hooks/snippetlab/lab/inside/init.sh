#!/bin/sh
# The first program of a lab: mounts what a machine has of its own, starts what its pack wants, waits to be let go.
set -eu
umount -R /proc 2>/dev/null || true
mount -t proc -o nosuid,nodev,noexec proc /proc
mount -t sysfs -o nosuid,nodev,noexec sysfs /sys
if [ -z "$CONTROLLERS" ]; then
  mount -t cgroup2 -o nosuid,nodev,noexec cgroup /sys/fs/cgroup
else
  mount -t tmpfs -o nosuid,nodev,noexec,mode=755 cgroup /sys/fs/cgroup
  for c in $CONTROLLERS; do
    mkdir "/sys/fs/cgroup/$c"
    case $c in
      systemd) options=none,name=systemd ;;
      *) options=$c ;;
    esac
    mount -t cgroup -o "nosuid,nodev,noexec,$options" cgroup "/sys/fs/cgroup/$c"
  done
fi
# The settings of the kernel are the machine's; only those of its own network are the lab's.
mount -o remount,bind,ro /sys
for place in /proc/sys /proc/sysrq-trigger /proc/irq /proc/bus /proc/fs; do
  [ -e "$place" ] || continue
  mount --bind "$place" "$place"
done
mount --bind /proc/sys/net /proc/sys/net
for place in /proc/sys /proc/sysrq-trigger /proc/irq /proc/bus /proc/fs; do
  [ -e "$place" ] || continue
  mount -o remount,bind,ro,nosuid,nodev,noexec "$place"
done
# sudo and su are programs that change their user.
mount -o remount,bind,rw,suid,nodev /
ip link set lo up
# No way out: refuse packets at once instead of losing them, or every name that does not resolve costs ten seconds.
ip route add unreachable default metric 4000
echo 0 > /proc/sys/net/ipv4/icmp_ratelimit
start=$START
unset START CONTROLLERS
eval "$start"
: > /run/lab.started
# Standard input is the lifeline: it closes when the process that owns the lab ends, however it ends.
cat > /dev/null
