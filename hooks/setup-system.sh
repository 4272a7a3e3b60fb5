#!/bin/sh
# Installs the Debian packages that are missing, where that is possible; says what to do where it is not.
# The arguments are all that are wanted; what labs need, nobody needs who may use a Docker Engine.
set -u
lab_packages=" bubblewrap mmdebstrap slirp4netns iproute2 util-linux "
root=; engine=
[ "$(id -u)" = 0 ] && root=yes
[ -n "$root" ] || { docker version >/dev/null 2>&1 && engine=yes; }

# What is missing of what this machine can make use of.
missing=
for package in "$@"; do
  case $package in
    graphviz) command -v dot >/dev/null 2>&1 && continue ;;
    python3-venv) python3 -c 'import ensurepip' >/dev/null 2>&1 && continue ;;
  esac
  case $lab_packages in *" $package "*) [ -n "$engine" ] && continue ;; esac
  command -v dpkg-query >/dev/null 2>&1 &&
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' && continue
  missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ -n "$root" ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing Debian packages:$missing"
  apt-get -qq update >/dev/null 2>&1
  # shellcheck disable=SC2086
  if DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing >/dev/null; then
    exit 0
  fi
  echo "apt-get could not install:$missing" >&2
fi
echo "Not installed:$missing" >&2
for package in $missing; do
  case $package in
    bubblewrap) cat >&2 <<'MESSAGE' ;;
Without bubblewrap and root, or a Docker Engine that this user may use, no lab can run: the site is then built
from the recordings, with a banner that says so, and the tests that need labs are skipped.
MESSAGE
    graphviz) echo "graphviz draws the pictures of the site, which cannot be built without it." >&2 ;;
    chromium) echo "Without chromium, tests that need a browser are skipped, and the book cannot be printed." >&2 ;;
    fonts-droid-fallback) echo "The PDF shows boxes for Chinese words where no font has them, as fonts-droid-fallback does." >&2 ;;
    epubcheck) echo "The test of the EPUB is skipped without epubcheck." >&2 ;;
    poppler-utils) echo "Tests that read the PDF are skipped without poppler-utils." >&2 ;;
    python3-venv) echo "The virtual environment needs Python's module ensurepip, which Debian has in python3-venv." >&2 ;;
  esac
done
echo "On Debian, as root: apt-get install$missing" >&2
exit 0
