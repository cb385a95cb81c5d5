# A private apt state, to be sourced: packages of any Debian suite can be looked up and downloaded without root, whatever the
# host has installed, and whether or not it ever ran `apt-get update`. The caller sets WORK, a folder to work in, and defines
# `cannot`, which says why there is nothing to be had and exits.

KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

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
