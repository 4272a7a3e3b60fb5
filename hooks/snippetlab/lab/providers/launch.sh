#!/bin/sh
# Runs one lab from its first mount to its last cgroup; started in a mount namespace of its own.
#
# It outlives the Python process that started it: when that dies in whatever way, the lab's
# standard input closes, init.sh ends, and this script clears what no namespace clears (cgroups).
#
# Environment: ROOTFS (lab image), SEED (data root with the base images, or empty), MNT (empty folder),
# LAB (unique id), NAME (host name), SIZE (of the lab's disk, which is memory), INSIDE and DOCKERPY (folders
# copied to /opt), DAEMON_JSON (text, or empty).
# File descriptor 3: bwrap writes its status there (JSON lines, among them child-pid).
set -eu
cgroup=snippetlab-$LAB

mount -t tmpfs -o "size=$SIZE,mode=755" "$LAB" "$MNT"
mkdir "$MNT/upper" "$MNT/work" "$MNT/root" "$MNT/data"
chmod 711 "$MNT/data"
[ -z "$SEED" ] || cp -a "$SEED/." "$MNT/data/"
mount -t overlay -o "lowerdir=$ROOTFS,upperdir=$MNT/upper,workdir=$MNT/work" overlay "$MNT/root"
printf '127.0.0.1\tlocalhost\n127.0.1.1\t%s\n' "$NAME" > "$MNT/root/etc/hosts"
printf '%s\n' "$NAME" > "$MNT/root/etc/hostname"
# The name server is the one of slirp4netns: it answers only while the lab has a way out.
printf 'nameserver 10.0.2.3\noptions timeout:1 attempts:1\n' > "$MNT/root/etc/resolv.conf"
mkdir -p "$MNT/root/etc/docker" "$MNT/root/opt/docker-py" "$MNT/root/opt/lab"
cp -r "$INSIDE/." "$MNT/root/opt/lab/"
cp -r "$DOCKERPY/." "$MNT/root/opt/docker-py/"
[ -z "$DAEMON_JSON" ] || printf '%s\n' "$DAEMON_JSON" > "$MNT/root/etc/docker/daemon.json"

# cgroups: one of its own in each hierarchy, so that the lab sees only itself as the root.
controllers=
unified=
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  unified=/sys/fs/cgroup
else
  for dir in /sys/fs/cgroup/*/; do
    dir=${dir%/}
    [ -e "$dir/cgroup.procs" ] && [ ! -L "$dir" ] || continue
    [ -e "$dir/cgroup.controllers" ] && continue
    controllers="$controllers ${dir##*/}"
  done
fi
places() {
  [ -z "$unified" ] || echo "$unified/$cgroup"
  for c in $controllers; do echo "/sys/fs/cgroup/$c/$cgroup"; done
}
clear_cgroups() {
  for dir in $(places); do
    [ -d "$dir" ] || continue
    tries=0
    # The kernel lets go of a dead namespace's processes a moment after bwrap has ended.
    while [ -d "$dir" ] && [ $tries -lt 200 ]; do
      find "$dir" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.02
      tries=$((tries + 1))
    done
  done
}
trap clear_cgroups EXIT
trap '' INT TERM HUP
for dir in $(places); do
  mkdir "$dir"
  if [ -e "$dir/cpuset.cpus" ] && [ -z "$unified" ]; then
    cat "$dir/../cpuset.cpus" > "$dir/cpuset.cpus"
    cat "$dir/../cpuset.mems" > "$dir/cpuset.mems"
  fi
done

exec 4<&0 0< /dev/null
(
  for dir in $(places); do echo 0 > "$dir/cgroup.procs"; done
  exec bwrap --die-with-parent --unshare-net --unshare-pid --unshare-uts --unshare-ipc --unshare-cgroup \
    --hostname "$NAME" --cap-add ALL --json-status-fd 3 \
    --bind "$MNT/root" / --proc /proc --dev /dev --tmpfs /run --tmpfs /tmp --chmod 1777 /tmp --dir /sys \
    --bind "$MNT/data" /var/lib/docker \
    --chdir /root --clearenv --setenv PATH /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    --setenv LANG C.UTF-8 --setenv TZ UTC --setenv CONTROLLERS "$controllers" --setenv UNIFIED "$unified" \
    /bin/sh /opt/lab/init.sh 4<&-
) <&4 &
bwrap=$!
exec 3>&- 4<&-
wait $bwrap || true
