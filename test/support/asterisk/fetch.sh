#!/usr/bin/env bash
# fetch.sh CACHE: unpacks Asterisk 22, its English prompts and sipp below CACHE and prints the folder.
# Programs run through the unpacked tree's own ld.so and libc.
# Exit 3 with one line on stderr where that cannot work (not Debian amd64, no network, no such package).
set -euo pipefail

SUITES="forky sid" # Debian 12 and 13 carry no Asterisk
WANT="asterisk asterisk-core-sounds-en-gsm sip-tester libgsm1 libsrtp2-1"
# Told to apt as installed, or their dependencies bring 120 libraries of modules that no test loads.
ASSUMED="asterisk-config asterisk-modules adduser"

cannot() { echo "no Asterisk here: $*" >&2; exit 3; }
# shellcheck source=../private-apt.sh
. "$(dirname "$0")/../private-apt.sh"

field() { apt-cache show --no-all-versions "$1" 2>/dev/null | sed -n "s/^$2: //p"; }

download() {
  local package
  case $(field asterisk Version) in 1:22.*) ;; *) echo "it has no Asterisk 22"; return 1;; esac
  for package in $ASSUMED; do
    printf 'Package: %s\nStatus: hold ok installed\nVersion: %s\nArchitecture: %s\nMaintainer: x\nDescription: x\n\n' \
      "$package" "$(field "$package" Version)" "$(field "$package" Architecture)"
  done >"$WORK/assumed"
  mv "$WORK/assumed" "$WORK/status"
  # shellcheck disable=SC2086
  apt-get install -qq -y --download-only $WANT &&
    (cd "$WORK/cache/archives" && apt-get download -qq asterisk-modules)
}

unpack() {
  local deb lib=$WORK/tree/usr/lib/x86_64-linux-gnu
  for deb in "$WORK"/cache/archives/{asterisk,lib,zlib,sip-tester}*.deb; do
    dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$WORK/tree" --keep-directory-symlink --no-same-owner \
      --exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*' --exclude='*/gconv/*'
  done
  # A maintainer script would have made this link; without it no prompt is found.
  ln -sfn en_US_f_Allison "$WORK/tree/usr/share/asterisk/sounds/en"
  "$lib/ld-linux-x86-64.so.2" --library-path "$lib" "$WORK/tree/usr/sbin/asterisk" -V >/dev/null ||
    cannot "the unpacked Asterisk does not run"
}

unpacked "$1" asterisk-22
echo "$TREE"
