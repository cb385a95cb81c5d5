#!/usr/bin/env bash
# fetch.sh CACHE: prints systemd-analyze, then the LD_LIBRARY_PATH that it needs: this machine's own where it can check
# units offline (250 and later), else Debian's, unpacked below CACHE. Exit 3 with one line on stderr where that cannot work.
set -euo pipefail

WANT="systemd libsystemd-shared libacl1 libaudit1 libblkid1 libcap-ng0 libcap2 libcrypt1 libgcrypt20 libgpg-error0 libip4tc2
  libkmod2 liblz4-1 liblzma5 libmount1 libpam0g libpcre2-8-0 libseccomp2 libselinux1 libssl3 libzstd1"
SUITES="bookworm"
cannot() { echo "no systemd-analyze here: $*" >&2; exit 3; }
# shellcheck source=../private-apt.sh
. "$(dirname "$0")/../private-apt.sh"

release() { systemd-analyze --version 2>/dev/null | sed -n '1s/^systemd \([0-9]*\).*/\1/p'; }
if [ "$(release || true)" -ge 250 ] 2>/dev/null && [ -z "${DIALWARDEN_FETCH_ALL-}" ]; then
  command -v systemd-analyze
  echo
  exit
fi
unpacked "$1" systemd
libs=$TREE/lib/systemd:$TREE/usr/lib/x86_64-linux-gnu/systemd:$TREE/usr/lib/x86_64-linux-gnu:$TREE/lib/x86_64-linux-gnu
LD_LIBRARY_PATH=$libs "$TREE/usr/bin/systemd-analyze" --version >/dev/null 2>"$CACHE/systemd.log" ||
  cannot "$(tail -n 1 "$CACHE/systemd.log")"
echo "$TREE/usr/bin/systemd-analyze"
echo "$libs"
