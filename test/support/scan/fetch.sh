#!/usr/bin/env bash
# fetch.sh CACHE: unpacks Debian's sipvicious (a SIP scanner) and fail2ban below CACHE and prints the folder, then the
# interpreter that runs both. No root: packages are downloaded and unpacked. Exit 3 with one line on stderr where that cannot work.
set -euo pipefail

WANT="sipvicious fail2ban"
SUITES="trixie sid"
cannot() { echo "no scanner here: $*" >&2; exit 3; }
# shellcheck source=../private-apt.sh
. "$(dirname "$0")/../private-apt.sh"

for tool in python3 apt-get dpkg-deb flock; do command -v "$tool" >/dev/null || cannot "$tool is missing"; done
mkdir -p "$1"
CACHE=$(cd "$1" && pwd -P)
TREE=$CACHE/scan
exec 9>"$CACHE/scan.lock"
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
PYTHONPATH=$TREE/usr/lib/python3/dist-packages python3 -c 'import fail2ban.client.fail2banregex' 2>"$CACHE/scan.log" ||
  cannot "$(tail -n 1 "$CACHE/scan.log")"
echo "$TREE"
python3 -c 'import sys; print(sys.executable)'
