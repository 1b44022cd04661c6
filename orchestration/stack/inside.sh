# shellcheck shell=bash
# The engine inside the containers' network, where the tools have a container of their own. For ENGINE_FUNCTIONS, see
# engine.sh. The servers run already, and nothing in here can start or stop them.

# The other listener advertises an address of the host.
ports_kafka() { echo KAFKA_INTERNAL_PORT; }
ports_datanode() { printf '%s\n' DATANODE_PORT DATANODE_HTTP_PORT; }
jar_version() { class_path_version "$1" "$2"; }
beside_servers() { "$@"; }
version_mysql() { asked_version_mysql; }

gone() { if [[ $1 == *-agent ]]; then ! agent status "$1" | grep -q "^$1 run "; else ! "ready_$1"; fi; }

start_all() {
  local server
  for server in "${SERVERS[@]}"; do
    await "$STACK_TIMEOUT" "ready_$server" ||
      die 5 "$server does not answer at $(address "$server"): run docker compose up -d on the host"
    note "$server is ready"
  done
  forget_lost_data
}

stop_all() { die 2 'this runs inside a container: stop and reset the servers on the host'; }
data_place() { echo 'the containers'; }
delete_data() { stop_all; }

start_agent() { agent up "$1"; }
stop_agent() { agent down "$1"; }

# shellcheck disable=SC2034 # for status
IDENTIFIED_BY=container
identity() { address "$1"; }
survey() { :; }
memory() { :; }

show_logs() { die 2 'this runs inside a container: read the logs on the host'; }
log_of() { :; }
log_tail() { :; }
