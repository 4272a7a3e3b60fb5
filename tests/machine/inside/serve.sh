#!/bin/sh
# Runs the scripts that the host names on the serial line, and sends back what they print and how they end.
set -u
stty -F /dev/ttyS0 raw -echo
exec 3<>/dev/ttyS0
printf '\036ready\n' >&3
while read -r name <&3; do
  { sh "/host/$name" </dev/null 2>&1 3>&-; printf '\036%s\n' "$?"; } | cat >&3
done
