#!/bin/sh
# Installs the Debian packages that are missing, where that is possible; says what to do where it is not.
set -u
missing=
for package in "$@"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing Debian packages:$missing"
  apt-get -qq update >/dev/null 2>&1
  # shellcheck disable=SC2086
  if DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing >/dev/null; then
    exit 0
  fi
  echo "apt-get could not install:$missing" >&2
fi
cat >&2 <<MESSAGE
Not installed:$missing
Without bubblewrap, mmdebstrap and slirp4netns no lab can run: the site is then built from the
recordings, with a banner that says so, and the tests that need labs or a browser are skipped.
To run everything, install them as root (on Debian: apt-get install$missing) and run make again.
MESSAGE
exit 0
