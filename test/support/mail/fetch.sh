#!/usr/bin/env bash
# fetch.sh CACHE: unpacks Debian's aiosmtpd, an SMTP server that speaks TLS and AUTH, below CACHE and prints the folder
# for PYTHONPATH, then the interpreter. No root: packages are downloaded and unpacked. Exit 3 with one line on stderr where that cannot work.
set -euo pipefail

WANT="python3-aiosmtpd python3-attr python3-public"
SUITES="bookworm trixie sid"
cannot() { echo "no SMTP server here: $*" >&2; exit 3; }
# shellcheck source=../private-apt.sh
. "$(dirname "$0")/../private-apt.sh"

for tool in python3 openssl apt-get dpkg-deb flock; do command -v "$tool" >/dev/null || cannot "$tool is missing"; done
mkdir -p "$1"
CACHE=$(cd "$1" && pwd -P)
TREE=$CACHE/aiosmtpd
exec 9>"$CACHE/aiosmtpd.lock"
flock 9
if [ ! -e "$TREE/.complete" ]; then
  WORK=$(mktemp -d "$CACHE/fetch.XXXXXX")
  trap 'rm -rf "$WORK"' EXIT
  export APT_CONFIG=$WORK/apt.conf
  for suite in $SUITES; do
    private_apt "$suite"
    # shellcheck disable=SC2086
    if { apt-get update -qq --error-on=any && (cd "$WORK" && apt-get download -qq $WANT); } >"$WORK/out" 2>&1; then break; fi
  done
  compgen -G "$WORK/*.deb" >/dev/null || cannot "$(tail -n 1 "$WORK/out")"
  for deb in "$WORK"/*.deb; do dpkg-deb -x "$deb" "$WORK/tree"; done
  touch "$WORK/tree/.complete"
  rm -rf "$TREE"
  mv "$WORK/tree" "$TREE"
fi
PYTHONPATH=$TREE/usr/lib/python3/dist-packages python3 -c 'import aiosmtpd.controller' 2>"$CACHE/aiosmtpd.log" ||
  cannot "$(tail -n 1 "$CACHE/aiosmtpd.log")"
echo "$TREE/usr/lib/python3/dist-packages"
python3 -c 'import sys; print(sys.executable)'
