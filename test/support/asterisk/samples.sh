#!/usr/bin/env bash
# samples.sh CACHE: unpacks the sample configuration of Debian's Asterisk 22 below CACHE and prints its folder.
# Like fetch.sh beside it: no root, nothing outside CACHE; exit 3 with one line on stderr where that cannot work.
set -euo pipefail

cannot() { echo "no Asterisk samples here: $*" >&2; exit 3; }
# shellcheck source=../private-apt.sh
. "$(dirname "$0")/../private-apt.sh"

for tool in apt-get apt-config dpkg dpkg-deb tar flock; do
  command -v "$tool" >/dev/null || cannot "$tool is missing"
done

mkdir -p "$1"
CACHE=$(cd "$1" && pwd -P)
TREE=$CACHE/asterisk-samples
exec 9>"$CACHE/asterisk-samples.lock"
flock 9
[ -e "$TREE/.complete" ] && { echo "$TREE/etc/asterisk"; exit 0; }

WORK=$(mktemp -d "$CACHE/samples.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
export APT_CONFIG=$WORK/apt.conf

download() { # suite
  private_apt "$1"
  apt-get update -qq --error-on=any >"$WORK/log/out" 2>&1 &&
    (cd "$WORK/cache/archives" && apt-get download -qq asterisk-config) >"$WORK/log/out" 2>&1
}

for suite in forky sid; do
  if download "$suite"; then found=$suite; break; fi
  why="${why:-}$suite: $(tail -n 1 "$WORK/log/out"); "
done
[ -n "${found:-}" ] || cannot "${why%; }"

dpkg-deb --fsys-tarfile "$WORK"/cache/archives/asterisk-config*.deb |
  tar -x -C "$WORK/tree" --no-same-owner ./etc/asterisk
[ -e "$WORK/tree/etc/asterisk/extensions.conf" ] || cannot "asterisk-config holds no extensions.conf"
touch "$WORK/tree/.complete"
rm -rf "$TREE"
mv "$WORK/tree" "$TREE"
echo "$TREE/etc/asterisk"
