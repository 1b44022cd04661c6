# shellcheck shell=bash
# The native engine: the servers as private processes of this machine. For ENGINE_FUNCTIONS, see engine.sh.
# shellcheck source=native_start.sh
source "$STACK_HOME/native_start.sh"

ports_kafka() { printf '%s\n' KAFKA_PORT KAFKA_INTERNAL_PORT KAFKA_CONTROLLER_PORT; }
ports_datanode() { printf '%s\n' DATANODE_PORT DATANODE_HTTP_PORT DATANODE_IPC_PORT; }
jar_version() { class_path_version "$1" "$2"; }
beside_servers() { (
  find_java && PATH=$JAVA_HOME/bin:$PATH
  "$@"
); }
version_mysql() { (mariadbd --version 2>/dev/null || echo -) | sed -E 's/.*Ver ([0-9.]+).*/\1/'; }
gone() { process_gone "$1"; }

# stop_all [--drain SECONDS]: the agents while HDFS still runs, then each server before those that it writes to.
stop_all() {
  local server
  if ! (gone log-agent && gone kafka-agent); then
    "$REPO/orchestration/stop_flume.sh" "$@" || note 'warning: the Flume agents did not stop cleanly'
  fi
  for server in "${AGENTS[@]}" datanode namenode kafka mysql; do
    stop_process "$server" 60
  done
}

data_place() { echo "$STACK_DIR"; }
delete_data() { :; }

start_agent() {
  check_port_free "$1"
  close_open_files "$1"
  (umask 077 && mkdir -p -- "$FLUME_STATE_DIR/$1" "$LOG_SPOOL_DIR")
  agent_command "$1"
  start_process "$1" "${AGENT_COMMAND[@]}"
}

stop_agent() { stop_process "$1" 60; }

# shellcheck disable=SC2034 # for status
IDENTIFIED_BY=pid
identity() { running_pid "$1"; }
survey() { :; }
memory() { awk '$1 == "VmRSS:" { print $2 }' "/proc/$(running_pid "$1")/status" 2>/dev/null; }

show_logs() {
  local name files=()
  for name in "${@:3}"; do
    [[ ! -e $STACK_DIR/logs/$name.log && -z $2 ]] || files+=("$STACK_DIR/logs/$name.log")
  done
  ((${#files[@]} == 0)) || tail --lines="$1" ${2:+--follow=name --retry} -- "${files[@]}"
}

log_of() {
  local begin=0
  { read -r begin <"$STACK_DIR/run/$1.log_begins"; } 2>/dev/null || true
  tail -c "+$((begin + 1))" -- "$STACK_DIR/logs/$1.log" 2>/dev/null | tail -c 1048576 | tr -d '\0'
}

log_tail() {
  [[ -s $STACK_DIR/logs/$1.log ]] || return 0
  printf 'last lines of %s:\n' "$STACK_DIR/logs/$1.log" >&2
  log_lines <"$STACK_DIR/logs/$1.log"
}
