# shellcheck shell=bash
# What an engine is asked (see native.sh), answered inside the containers' network, where the tools run in a container of
# their own: the servers are there already, and nobody in here can start or stop one.

# The other listener names an address of the machine outside.
ports_kafka() { echo KAFKA_INTERNAL_PORT; }

version_mysql() { on mysql mysql -N -e 'SELECT VERSION()' 2>/dev/null </dev/null || echo -; }

gone() { if [[ $1 == *-agent ]]; then ! agent status "$1" | grep -q "^$1 run "; else ! "ready_$1"; fi; }

start_all() {
  local server
  for server in "${SERVERS[@]}"; do
    await "$STACK_TIMEOUT" "ready_$server" || die 5 "$server does not answer at $(address "$server"): run docker compose up -d outside"
    note "$server is ready"
  done
  forget_lost_data
}

stop_all() { die 2 'this runs inside a container: stop and reset the servers outside'; }
data_place() { echo 'the containers'; }
delete_data() { stop_all; }

start_agent() { agent up "$1"; }
stop_agent() { agent down "$1"; }

# shellcheck disable=SC2034 # for status
IDENTIFIED_BY=container
identity() { address "$1"; }
survey() { :; }
memory() { :; }

show_logs() { die 2 'this runs inside a container: read the logs outside'; }
log_tail() { :; }
