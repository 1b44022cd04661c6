# shellcheck shell=bash
# The Docker engine: the servers as containers of Docker Compose. For ENGINE_FUNCTIONS, see engine.sh. The servers are
# checked from outside, through the published ports.
# shellcheck source=docker_start.sh
source "$STACK_HOME/docker_start.sh"

# The published ports; the others stay in the containers' network.
ports_kafka() { echo KAFKA_PORT; }
ports_datanode() { printf '%s\n' DATANODE_PORT DATANODE_HTTP_PORT; }

# The versions that the image was built from.
jar_version() { pom_version "${3:-$1}"; }
beside_servers() { docker run --rm --pull never --network none --entrypoint "$1" "$STACK_IMAGE" "${@:2}" </dev/null; }
version_mysql() { asked_version_mysql; }

why_mysql() {
  local said
  said=$(docker exec "$(container_name mysql)" mysql --defaults-file=/run/secrets/mysql.cnf --host=127.0.0.1 \
    --execute='SELECT 1' </dev/null 2>&1) || true
  [[ $said == *'ERROR 1045 '* ]] || return 0
  echo ": the database refuses its user: its first start was interrupted, or its secret has changed;" \
    "orchestration/stack/reset begins anew"
}

# service NAME: the service of a server or agent.
service() { if [[ $1 == *-agent ]]; then echo flume; else echo "$1"; fi; }

# list_containers: a line for each running one: its service and its id.
list_containers() {
  docker ps --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME" \
    --format '{{.Label "com.docker.compose.service"}} {{.ID}}' 2>/dev/null
}

# container NAME: the id of its running container, or failure. After a survey, what that found.
container() {
  awk -v service="$(service "$1")" '$1 == service { print $2; found = 1 } END { exit !found }' \
    <<<"${CONTAINERS-$(list_containers)}"
}

# agent up|down|status [AGENT]: the supervisor of both, in their container.
agent() { docker exec "$(container_name flume)" agent "$@" </dev/null 2>/dev/null; }

# agent_process AGENT: its process in that container, or failure.
agent_process() {
  awk -v agent="$1" '$1 == agent && $2 == "run" { print $3; found = 1 } END { exit !found }' \
    <<<"${AGENT_STATES-$(agent status)}"
}

gone() { if [[ $1 == *-agent ]]; then ! agent_process "$1" >/dev/null; else ! container "$1" >/dev/null; fi; }

# Before each start, the supervisor recovers what was left open.
start_agent() { agent up "$1" || die 5 "the container of the Flume agents does not run: run orchestration/stack/up"; }

stop_agent() {
  agent down "$1" >/dev/null || true
  gone "$1" || die 1 "$1 cannot be ended"
  note "$1 stopped"
}

# Compose stops each server before those that it writes to; the agents come first, while HDFS still runs.
stop_all() {
  local server running=()
  require_docker
  for server in "${SERVERS[@]}"; do gone "$server" || running+=("$server"); done
  if ! (gone log-agent && gone kafka-agent); then
    "$REPO/orchestration/stop_flume.sh" "$@" || note 'warning: the Flume agents did not stop cleanly'
  fi
  if ! compose_quietly --profile '*' down --remove-orphans; then
    log_lines <"$STACK_DIR/logs/compose.log"
    die 1 'the containers cannot be stopped'
  fi
  rm -f -- "$STACK_DIR/profiles"
  for server in "${running[@]}"; do note "$server stopped"; done
}

data_place() { echo "the volumes of the Compose project $COMPOSE_PROJECT_NAME"; }
delete_data() { compose_quietly --profile '*' down --volumes || die 1 'the volumes cannot be deleted'; }

# Docker is slow to answer, so survey asks everything once.
# shellcheck disable=SC2034 # for status
IDENTIFIED_BY=container
identity() { container "$1"; }
survey() {
  local ids
  CONTAINERS=$(list_containers) || true
  AGENT_STATES=$(agent status) || true
  mapfile -t ids < <(cut -d ' ' -f 2 <<<"$CONTAINERS")
  MEASURED=$([[ -z $CONTAINERS ]] || docker stats --no-stream --format '{{.ID}} {{.MemUsage}}' "${ids[@]}")
}

# Of an agent, the memory of its process alone.
memory() {
  if [[ $1 == *-agent ]]; then
    docker exec "$(container_name flume)" \
      sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$(agent_process "$1")/status"
  else
    awk -v id="$(container "$1")" '$1 == id {
      unit = $2; sub(/[0-9.]+/, "", unit)
      printf "%d\n", $2 * (unit == "GiB" ? 1048576 : unit == "MiB" ? 1024 : unit == "KiB" ? 1 : 1 / 1024)
    }' <<<"$MEASURED"
  fi
}

# Both agents write to one log, each line begins with the agent's name.
show_logs() {
  local name
  local -A services=()
  for name in "${@:3}"; do services[$(service "$name")]=yes; done
  if [[ $# == 3 && $3 == *-agent ]]; then
    compose logs --no-color --no-log-prefix ${2:+--follow --tail 1000} flume | grep --line-buffered "^$3: " |
      if [[ -n $2 ]]; then cat; else tail --lines="$1"; fi
  else
    compose logs --no-color --tail "$1" ${2:+--follow} "${!services[@]}"
  fi
}

log_of() { show_logs 400 '' "$1" 2>&1 | tr -d '\0'; }
log_tail() { show_logs 15 '' "$1" 2>&1 | log_lines; }
