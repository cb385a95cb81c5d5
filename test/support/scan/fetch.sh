#!/usr/bin/env bash
# fetch.sh CACHE: unpacks Debian's sipvicious (a SIP scanner) and fail2ban below CACHE and prints the folder, then the
# interpreter that runs both. Exit 3 with one line on stderr where that cannot work.
set -euo pipefail

WANT="sipvicious fail2ban"
SUITES="trixie sid"
cannot() { echo "no scanner here: $*" >&2; exit 3; }
# shellcheck source=../private-apt.sh
. "$(dirname "$0")/../private-apt.sh"

command -v python3 >/dev/null || cannot "python3 is missing"
unpacked "$1" scan
PYTHONPATH=$TREE/usr/lib/python3/dist-packages python3 -c 'import fail2ban.client.fail2banregex' 2>"$CACHE/scan.log" ||
  cannot "$(tail -n 1 "$CACHE/scan.log")"
echo "$TREE"
python3 -c 'import sys; print(sys.executable)'
