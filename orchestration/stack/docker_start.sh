# shellcheck shell=bash
# How the containers start: the checks before, the image, and the cause of a failure.

# compose_quietly COMMAND…: Compose with its output in logs/compose.log.
compose_quietly() {
  mkdir -p -- "$STACK_DIR/logs"
  compose --progress plain "$@" </dev/null >"$STACK_DIR/logs/compose.log" 2>&1
}

# fetch_all: what a first start waits for longest.
fetch_all() {
  require_docker
  refuse_other_checkout
  (umask 077 && mkdir -p -- "$STACK_DIR/logs")
  build_image
}

start_all() {
  local server begun=$SECONDS
  require_docker
  refuse_other_checkout
  [[ $MYSQL_PASSWORD_FILE == "$STACK_DIR/secrets/mysql_password" ]] ||
    die 2 "MYSQL_PASSWORD_FILE: containers keep the password in $STACK_DIR/secrets/mysql_password:" \
      "put yours there before the first start"
  (umask 077 && mkdir -p -- "$STACK_DIR"/{logs,tmp,secrets} "$LOG_SPOOL_DIR")
  write_password
  check_inner_ports
  check_ports
  container flume >/dev/null || for server in "${AGENTS[@]}"; do check_port_free "$server"; done
  build_image
  start_containers
  for server in "${SERVERS[@]}"; do
    await "$STACK_TIMEOUT" "ready_$server" || not_ready "$server"
    note "$server is ready"
  done
  forget_lost_data
  note "all containers are healthy ($((SECONDS - begun)) s)"
}

# start_containers: Compose gives up at the first one that is unhealthy, such as a NameNode whose DataNode was away and
# is being started by the same call; so it is asked again until the time is over.
start_containers() {
  local deadline=$((SECONDS + STACK_TIMEOUT))
  until compose_quietly up --detach --wait --wait-timeout "$STACK_TIMEOUT"; do
    if ((SECONDS >= deadline)) || ! grep -q 'is unhealthy' -- "$STACK_DIR/logs/compose.log"; then compose_failed; fi
    sleep 1
  done
}

# check_inner_ports: these ports are the same inside the containers, where some are taken.
check_inner_ports() {
  local taken setting
  for taken in KAFKA_PORT:29092 KAFKA_PORT:9093 DATANODE_PORT:9867 DATANODE_HTTP_PORT:9867; do
    setting=${taken%:*}
    [[ ${!setting} != "${taken#*:}" ]] ||
      die 2 "port ${!setting} is used inside the container: give $setting another value in .env"
  done
}

# build_image: quick when nothing has changed since the last time. An image that is there serves when it cannot be built
# anew, as without a network.
build_image() {
  local there='' log=$STACK_DIR/logs/build.log
  if docker image inspect "$STACK_IMAGE" >/dev/null 2>&1; then
    there=yes
  else
    note 'building the image of the servers (once; it takes some minutes)'
  fi
  # With attestations, an image has a new id after each build, and Compose would replace every container.
  BUILDX_NO_DEFAULT_ATTESTATIONS=1 compose --progress plain build </dev/null >"$log" 2>&1 && return
  log_lines <"$log"
  [[ -n $there ]] || die 5 "the image cannot be built: see $log; once the cause is gone, run this again"
  note "warning: the image cannot be built anew (see $log): using the existing one"
}

# compose_failed: ends the script with the cause: a port, or a service that is not healthy, or a server that does not
# answer.
compose_failed() {
  local log=$STACK_DIR/logs/compose.log port name
  # As Docker before 28, 28 and later, and Docker Desktop say it.
  port=$(grep -oiE '(Bind for|listen tcp4?|bind host port for|exposing port TCP) 127\.0\.0\.1:[0-9]+' -- "$log" |
    grep -oE '[0-9]+$' | head -n 1) || true
  if [[ -n $port ]]; then
    for name in "${SETTINGS[@]}"; do
      [[ $name != *_PORT || ${!name} != "$port" ]] ||
        die 2 "port $port ($name) is taken: give $name another value in .env"
    done
  fi
  name=$(grep -oE "$COMPOSE_PROJECT_NAME-[a-z]+-1 (is unhealthy|exited)" -- "$log" | head -n 1) || true
  name=${name#"$COMPOSE_PROJECT_NAME-"}
  [[ -z $name ]] || not_ready "${name%%-*}"
  log_lines <"$log"
  for name in "${SERVERS[@]}"; do
    gone "$name" || "ready_$name" || not_ready "$name"
  done
  die 5 "the containers do not start: see $log"
}

# not_ready SERVICE: ends the script with the reason, or with the last lines of its log.
not_ready() {
  why "$1"
  [[ -n $WHY ]] || log_tail "$1"
  die "$WHY_CODE" "$1 is not ready after $STACK_TIMEOUT s (STACK_TIMEOUT)${WHY:-: see orchestration/stack/logs $1}"
}

# refuse_other_checkout: two checkouts with one project name would take each other's data for their own. One checkout
# may have several paths, by symbolic links.
refuse_other_checkout() {
  local folder
  while IFS= read -r folder; do
    [[ -z $folder || $folder -ef $REPO ]] ||
      die 2 "the containers of the Compose project $COMPOSE_PROJECT_NAME belong to $folder:" \
        "give COMPOSE_PROJECT_NAME another value in .env"
  done < <(docker ps --all --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME" \
    --format '{{.Label "com.docker.compose.project.working_dir"}}')
}
