#!/usr/bin/env bash
# samples.sh CACHE: unpacks the sample configuration of Debian's Asterisk 22 below CACHE and prints its folder.
# Exit 3 with one line on stderr where that cannot work.
set -euo pipefail

WANT="asterisk-config"
SUITES="forky sid"
cannot() { echo "no Asterisk samples here: $*" >&2; exit 3; }
# shellcheck source=../private-apt.sh
. "$(dirname "$0")/../private-apt.sh"

unpacked "$1" asterisk-samples
[ -e "$TREE/etc/asterisk/extensions.conf" ] || cannot "asterisk-config holds no extensions.conf"
echo "$TREE/etc/asterisk"
