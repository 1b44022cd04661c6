# shellcheck shell=bash
# Docker for tests: the daemon that answers, else, for root, a private one with its own socket, data, bridge and
# addresses, all removed at the end. It needs no other file; bats and scripts can call every function.
#
#   start_docker FOLDER   exports DOCKER_HOST and DOCKER_CONFIG; fails and sets DOCKER_MISSING to the reason
#   make_images           all images that docker-compose.yml names, without a registry when the daemon is private
#   end_docker            stops what start_docker started

DOCKER_ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
# Debian has servers in folders that are not in an ordinary user's PATH.
PATH=$PATH:/usr/sbin:/sbin
# shellcheck source=programs.bash
source "$DOCKER_ROOT/orchestration/tests/programs.bash"
# shellcheck source=docker_network.bash
source "$DOCKER_ROOT/orchestration/tests/docker_network.bash"

# cannot REASON: notes the reason, and fails.
cannot() {
  export DOCKER_MISSING=$1
  return 1
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
  # The path of a socket is limited to 107 characters, that of the folder for tests is not.
  DOCKER_FOLDER=$1 DOCKER_SOCKETS=$(mktemp -d /tmp/ecom-docker.XXXXXX)
  mkdir -p "$DOCKER_FOLDER"/config/cli-plugins
  cp "$plugin" "$DOCKER_FOLDER/config/cli-plugins/docker-compose"
  export DOCKER_FOLDER DOCKER_SOCKETS DOCKER_CONFIG=$DOCKER_FOLDER/config DOCKER_HOST=unix://$DOCKER_SOCKETS/docker.sock
  start_network || { end_docker && cannot 'a bridge and its rules cannot be made'; } || return
  start_daemon || { end_docker && cannot "dockerd does not start: $DAEMON_SAID"; }
}

# start_daemon: in a session of its own, without the open files of the caller: bats waits until its pipes are closed.
start_daemon() {
  local tries descriptor
  (
    for descriptor in /proc/"$BASHPID"/fd/*; do
      descriptor=${descriptor##*/}
      ((descriptor < 3)) || eval "exec $descriptor>&-"
    done
    exec setsid dockerd --data-root "$DOCKER_FOLDER/data" --exec-root "$DOCKER_SOCKETS/exec" \
      --pidfile "$DOCKER_SOCKETS/pid" --host "$DOCKER_HOST" --bridge "$DOCKER_BRIDGE" --iptables=false \
      --ip-masq=false --shutdown-timeout 60 \
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
  local tries pid mount
  [[ -n ${DOCKER_FOLDER-} ]] || return 0
  if pid=$(cat "$DOCKER_SOCKETS/pid" 2>/dev/null) && kill -TERM "$pid" 2>/dev/null; then
    for ((tries = 0; tries < 450; tries++)); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.2
    done
    kill -KILL "$pid" 2>/dev/null || true
  fi
  end_network
  while read -r mount; do umount -l "$mount" || true; done < <(awk -v a="$DOCKER_FOLDER/" -v b="$DOCKER_SOCKETS/" \
    'index($2, a) == 1 || index($2, b) == 1 { print $2 }' /proc/mounts | sort -r)
  rm -rf "$DOCKER_FOLDER" "$DOCKER_SOCKETS"
  unset DOCKER_FOLDER DOCKER_SOCKETS DOCKER_HOST DOCKER_CONFIG
}

# make_images: the base first, because the build needs it; MySQL's at the same time.
make_images() {
  local database='' code=0 log=${DOCKER_FOLDER:-/tmp}/build.log
  if [[ -n ${DOCKER_FOLDER-} ]]; then
    command -v mmdebstrap >/dev/null && [[ -e /usr/share/keyrings/debian-archive-keyring.gpg ]] ||
      apt_install mmdebstrap debian-archive-keyring || cannot 'mmdebstrap cannot be installed' || return
    "$DOCKER_ROOT/orchestration/stack/test-images.sh" mysql &
    database=$!
    "$DOCKER_ROOT/orchestration/stack/test-images.sh" base || code=$?
  fi
  ((code != 0)) || docker compose --progress plain --file "$DOCKER_ROOT/docker-compose.yml" build >"$log" 2>&1 ||
    { code=$? && tail -n 15 "$log"; }
  [[ -z $database ]] || wait "$database" || code=$?
  ((code == 0)) || cannot 'the images cannot be made: see above'
}
