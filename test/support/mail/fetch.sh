#!/usr/bin/env bash
# fetch.sh CACHE: unpacks Debian's aiosmtpd, an SMTP server that speaks TLS and AUTH, below CACHE and prints the folder
# for PYTHONPATH, then the interpreter. Exit 3 with one line on stderr where that cannot work.
set -euo pipefail

WANT="python3-aiosmtpd python3-attr python3-public"
SUITES="bookworm trixie sid"
cannot() { echo "no SMTP server here: $*" >&2; exit 3; }
# shellcheck source=../private-apt.sh
. "$(dirname "$0")/../private-apt.sh"

for tool in python3 openssl; do command -v "$tool" >/dev/null || cannot "$tool is missing"; done
unpacked "$1" aiosmtpd
PYTHONPATH=$TREE/usr/lib/python3/dist-packages python3 -c 'import aiosmtpd.controller' 2>"$CACHE/aiosmtpd.log" ||
  cannot "$(tail -n 1 "$CACHE/aiosmtpd.log")"
echo "$TREE/usr/lib/python3/dist-packages"
python3 -c 'import sys; print(sys.executable)'
