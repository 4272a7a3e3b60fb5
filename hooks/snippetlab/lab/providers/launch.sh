#!/bin/sh
# Runs one lab from its first mount to its last cgroup; started in a mount namespace of its own.
#
# It outlives the Python process that started it: when that dies in whatever way, the lab's
# standard input closes, init.sh ends, and this script clears what no namespace clears (cgroups).
#
# Environment: ROOTFS (lab image), MNT (empty folder), LAB (unique id), NAME (host name), SIZE (of the lab's disk,
# which is memory), DISKS (a line each: the path of a folder with a file system of its own, a tab, the folder that it
# begins as a copy of, or nothing), COPIES (a line each: a path, a tab, the folder that is copied there), START (what
# the lab's first process runs when mounts and cgroups stand).
# File descriptor 3: bwrap writes its status there (JSON lines, among them child-pid).
set -eu
cgroup=snippetlab-$LAB

mount -t tmpfs -o "size=$SIZE,mode=755" "$LAB" "$MNT"
mkdir "$MNT/upper" "$MNT/work" "$MNT/root" "$MNT/disks"
tab=$(printf '\t')
number=0
while IFS=$tab read -r path source; do
  [ -n "$path" ] || continue
  number=$((number + 1))
  mkdir -m 711 "$MNT/disks/$number"
  [ -z "$source" ] || cp -a "$source/." "$MNT/disks/$number/"
done <<END
$DISKS
END
mount -t overlay -o "lowerdir=$ROOTFS,upperdir=$MNT/upper,workdir=$MNT/work" overlay "$MNT/root"
printf '127.0.0.1\tlocalhost\n127.0.1.1\t%s\n' "$NAME" > "$MNT/root/etc/hosts"
printf '%s\n' "$NAME" > "$MNT/root/etc/hostname"
# The name server is the one of slirp4netns: it answers only while the lab has a way out.
printf 'nameserver 10.0.2.3\noptions timeout:1 attempts:1\n' > "$MNT/root/etc/resolv.conf"
while IFS=$tab read -r path source; do
  [ -n "$path" ] || continue
  mkdir -p "$MNT/root$path"
  cp -r "$source/." "$MNT/root$path/"
done <<END
$COPIES
END

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
  set --
  number=0
  while IFS=$tab read -r path _; do
    [ -n "$path" ] || continue
    number=$((number + 1))
    set -- "$@" --bind "$MNT/disks/$number" "$path"
  done <<END
$DISKS
END
  exec bwrap --die-with-parent --unshare-net --unshare-pid --unshare-uts --unshare-ipc --unshare-cgroup \
    --hostname "$NAME" --cap-add ALL --json-status-fd 3 \
    --bind "$MNT/root" / --proc /proc --dev /dev --tmpfs /run --tmpfs /tmp --chmod 1777 /tmp --dir /sys \
    "$@" \
    --chdir /root --clearenv --setenv PATH /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    --setenv LANG C.UTF-8 --setenv TZ UTC --setenv CONTROLLERS "$controllers" --setenv UNIFIED "$unified" --setenv START "$START" \
    /bin/sh /opt/lab/init.sh 4<&-
) <&4 &
bwrap=$!
exec 3>&- 4<&-
wait $bwrap || true
