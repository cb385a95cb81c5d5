# Debian packages downloaded by a private apt state and only unpacked, to be sourced: no root, no dpkg database, no maintainer
# script, nothing outside one folder, whatever the host has installed and whether or not it ever ran `apt-get update`. The
# caller sets WANT (packages) and SUITES, and defines `cannot`, which says why there is nothing to be had and exits.

KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# unpacked CACHE NAME: TREE becomes the folder NAME below CACHE. Where it is not complete, the packages of the first suite that
# has them all are unpacked there, by `download` and `unpack`, which the caller may define anew.
unpacked() {
  local tool suite found='' why=''
  for tool in apt-get apt-cache apt-config dpkg dpkg-deb tar flock; do
    command -v "$tool" >/dev/null || cannot "$tool is missing"
  done
  mkdir -p "$1"
  CACHE=$(cd "$1" && pwd -P)
  TREE=$CACHE/$2
  exec 9>"$TREE.lock"
  flock 9
  [ ! -e "$TREE/.complete" ] || return 0
  WORK=$(mktemp -d "$CACHE/fetch.XXXXXX")
  trap 'rm -rf "$WORK"' EXIT
  export APT_CONFIG=$WORK/apt.conf
  for suite in $SUITES; do
    private_apt "$suite"
    if { apt-get update -qq --error-on=any && download; } >"$WORK/log/out" 2>&1; then found=$suite; break; fi
    why="$why$suite: $(tail -n 1 "$WORK/log/out"); "
  done
  [ -n "$found" ] || cannot "${why%; }"
  unpack
  touch "$WORK/tree/.complete"
  rm -rf "$TREE"
  mv "$WORK/tree" "$TREE"
}

# download: brings the packages into $WORK/cache/archives; its last line of output says why where it fails.
# shellcheck disable=SC2086
download() { (cd "$WORK/cache/archives" && apt-get download -qq $WANT); }

# unpack: fills $WORK/tree from them.
unpack() {
  local deb
  for deb in "$WORK"/cache/archives/*.deb; do dpkg-deb -x "$deb" "$WORK/tree"; done
}

# private_apt SUITE: makes the state for that suite, where APT_CONFIG has to point; `apt-get update` comes next.
private_apt() {
  local mirror
  [ "$(dpkg --print-architecture)" = amd64 ] || cannot "Debian amd64 is needed"
  [ -r "$KEYRING" ] || cannot "$KEYRING is missing"
  mirror=$(env -u APT_CONFIG apt-get indextargets --no-release-info --format '$(REPO_URI)' 2>/dev/null | grep -m 1 '/debian/\?$') || true
  [ -n "$mirror" ] || cannot "apt knows no Debian archive"
  rm -rf "$WORK"/{etc,state,cache,tree}
  mkdir -p "$WORK"/{etc,state/lists/partial,cache/archives/partial,log,tree}
  : >"$WORK/status"
  echo "deb [arch=amd64 signed-by=$KEYRING] $mirror $1 main" >"$WORK/etc/sources.list"
  { # the host's proxy and certificates, and nothing else of its settings
    env -u APT_CONFIG apt-config dump | grep -E '^Acquire::https?::' || true
    for dir in main parts sourceparts preferences preferencesparts trusted trustedparts; do
      echo "Dir::Etc::$dir \"/dev/null\";"
    done
    cat <<CONF
Dir::Etc "$WORK/etc"; Dir::Etc::sourcelist "$WORK/etc/sources.list"; Dir::Log "$WORK/log";
Dir::State "$WORK/state"; Dir::State::status "$WORK/status"; Dir::Cache "$WORK/cache";
Acquire::Languages "none"; Acquire::Retries "3"; Acquire::http::Timeout "30";
Acquire::Check-Valid-Until "false"; // a frozen mirror is good enough here; signatures are still checked
APT::Install-Recommends "false"; APT::Architecture "amd64"; APT::Architectures { "amd64"; }; APT::Sandbox::User "";
CONF
  } >"$APT_CONFIG"
}
