# Makes a stock machine of a new root file system $1; $2 holds what comes from the host. Run while it is being built.
set -eu
root=$1 parts=$2
mkdir -p "$root/usr/lib/modules"
cp -a "$parts/modules/." "$root/usr/lib/modules/"
for release in "$root/usr/lib/modules"/*; do chroot "$root" depmod "${release##*/}"; done
# The kernel has no nf_tables for IPv4, and no module can be loaded from within a lab.
for name in iptables ip6tables; do
  update-alternatives --root "$root" --quiet --set $name "/usr/sbin/$name-legacy"
done
cat > "$root/etc/modules-load.d/machine.conf" <<'END'
overlay
br_netfilter
bridge
veth
tun
vxlan
ip_vs
ip_vs_rr
iptable_nat
iptable_filter
iptable_mangle
iptable_raw
ip6table_nat
ip6table_filter
ip6table_raw
nf_conntrack_netlink
xt_MASQUERADE
xt_REDIRECT
xt_addrtype
xt_comment
xt_conntrack
xt_ipvs
xt_mark
xt_multiport
xt_nat
xt_policy
xt_tcpudp
xt_u32
END

install -m 644 "$parts/inside/serve.service" "$root/etc/systemd/system/serve.service"
chroot "$root" systemctl --quiet enable serve.service docker.service containerd.service
chroot "$root" systemctl --quiet mask getty@.service console-getty.service apt-daily.timer apt-daily-upgrade.timer \
  e2scrub_all.timer fstrim.timer man-db.timer dpkg-db-backup.timer systemd-networkd-wait-online.service
cat > "$root/etc/fstab" <<'END'
/dev/ubda / ext4 defaults,noinit_itable 0 0
/dev/ubdb /stock ext4 defaults,nofail,noinit_itable 0 0
END
mkdir -p "$root/stock" "$root/host"
cat > "$root/etc/systemd/network/eth0.network" <<'END'
[Match]
Name=eth0
[Network]
Address=10.0.2.15/24
Gateway=10.0.2.2
DNS=10.0.2.3
END
chroot "$root" systemctl --quiet enable systemd-networkd.service
rm -f "$root/etc/resolv.conf"
echo "nameserver 10.0.2.3" > "$root/etc/resolv.conf"
echo machine > "$root/etc/hostname"
echo "127.0.0.1 localhost machine" > "$root/etc/hosts"
chroot "$root" useradd --create-home --shell /bin/bash --groups docker reader

# The project's environment, of the packages that the host downloaded; the checkout itself comes with each run.
cp -a "$parts/wheels" "$root/opt/wheels"
cp -a "$parts/checkout" "$root/srv/checkout"
chroot "$root" python3 -m venv /opt/venv
chroot "$root" env -i PATH="$PATH" sh -eu <<'END'
pip() { /opt/venv/bin/pip --isolated install --quiet --no-index --find-links /opt/wheels --no-deps "$@"; }
pip /opt/wheels/*.whl
pip --no-build-isolation --editable /srv/checkout
END
rm -rf "$root/opt/wheels" "$root/srv/checkout"
