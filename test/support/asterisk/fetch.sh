#!/usr/bin/env bash
# fetch.sh CACHE: unpacks Asterisk 22, its English prompts and sipp below CACHE and prints the folder.
#
# Debian packages are downloaded by a private apt state and only unpacked: no root, no dpkg database, no maintainer
# script, nothing outside CACHE. Programs run through the unpacked tree's own ld.so and libc.
# Exit 3 with one line on stderr where that cannot work (not Debian amd64, no network, no such package).
set -euo pipefail

SUITES="forky sid" # Debian 12 and 13 carry no Asterisk
WANT="asterisk asterisk-core-sounds-en-gsm sip-tester libgsm1 libsrtp2-1"
# Told to apt as installed, or their dependencies bring 120 libraries of modules that no test loads.
ASSUMED="asterisk-config asterisk-modules adduser"

cannot() { echo "no Asterisk here: $*" >&2; exit 3; }
# shellcheck source=../private-apt.sh
. "$(dirname "$0")/../private-apt.sh"

for tool in apt-get apt-cache apt-config dpkg dpkg-deb tar flock; do
  command -v "$tool" >/dev/null || cannot "$tool is missing"
done

mkdir -p "$1"
CACHE=$(cd "$1" && pwd -P)
TREE=$CACHE/asterisk-22
exec 9>"$CACHE/asterisk.lock"
flock 9
[ -e "$TREE/.complete" ] && { echo "$TREE"; exit 0; }

WORK=$(mktemp -d "$CACHE/fetch.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
export APT_CONFIG=$WORK/apt.conf

field() { apt-cache show --no-all-versions "$1" 2>/dev/null | sed -n "s/^$2: //p"; }

download() { # suite
  private_apt "$1"
  apt-get update -qq --error-on=any >"$WORK/log/out" 2>&1 || return 1
  case $(field asterisk Version) in 1:22.*) ;; *) echo "suite $1 has no Asterisk 22" >"$WORK/log/out"; return 1;; esac
  for package in $ASSUMED; do
    printf 'Package: %s\nStatus: hold ok installed\nVersion: %s\nArchitecture: %s\nMaintainer: x\nDescription: x\n\n' \
      "$package" "$(field "$package" Version)" "$(field "$package" Architecture)"
  done >"$WORK/assumed"
  mv "$WORK/assumed" "$WORK/status"
  # shellcheck disable=SC2086
  apt-get install -qq -y --download-only $WANT >"$WORK/log/out" 2>&1 || return 1
  (cd "$WORK/cache/archives" && apt-get download -qq asterisk-modules) >"$WORK/log/out" 2>&1
}

for suite in $SUITES; do
  if download "$suite"; then found=$suite; break; fi
  why="${why:-}$suite: $(tail -n 1 "$WORK/log/out"); "
done
[ -n "${found:-}" ] || cannot "${why%; }"

for deb in "$WORK"/cache/archives/{asterisk,lib,zlib,sip-tester}*.deb; do
  dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$WORK/tree" --keep-directory-symlink --no-same-owner \
    --exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*' --exclude='*/gconv/*'
done
# A maintainer script would have made this link; without it no prompt is found.
ln -sfn en_US_f_Allison "$WORK/tree/usr/share/asterisk/sounds/en"
lib=$WORK/tree/usr/lib/x86_64-linux-gnu
"$lib/ld-linux-x86-64.so.2" --library-path "$lib" "$WORK/tree/usr/sbin/asterisk" -V >"$WORK/tree/.complete" ||
  cannot "the unpacked Asterisk does not run"
rm -rf "$TREE"
mv "$WORK/tree" "$TREE"
echo "$TREE"
