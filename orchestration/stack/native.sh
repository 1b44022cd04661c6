# shellcheck shell=bash
# The native engine: the servers as private processes of this machine. What up, down, status, reset, logs and the Flume
# scripts ask of an engine; docker.sh and inside.sh answer the same questions otherwise.
# shellcheck source=native_start.sh
source "$STACK_HOME/native_start.sh"

# stop_all: the agents while HDFS is still there, then who writes before who is written to.
stop_all() {
  local server
  if ! (gone log-agent && gone kafka-agent); then
    "$REPO/orchestration/stop_flume.sh" || note 'warning: the Flume agents did not stop cleanly'
  fi
  for server in "${AGENTS[@]}" datanode namenode kafka mysql; do
    stop_process "$server" 60
  done
}

# data_place: where the data are, for the question before they are deleted.
data_place() { echo "$STACK_DIR"; }
delete_data() { :; }

# start_agent AGENT: recovers, starts.
start_agent() {
  check_port_free "$1"
  recover_open_files "$1"
  (umask 077 && mkdir -p -- "$FLUME_STATE_DIR/$1" "$LOG_SPOOL_DIR")
  agent_command "$1"
  start_process "$1" "${AGENT_COMMAND[@]}"
}

stop_agent() { stop_process "$1" 60; }

# What status shows of a server: what it is to the machine, and how much memory in kB it takes.
# shellcheck disable=SC2034 # for status
IDENTIFIED_BY=pid
identity() { running_pid "$1"; }
survey() { :; }
memory() { awk '$1 == "VmRSS:" { print $2 }' "/proc/$(running_pid "$1")/status" 2>/dev/null; }

# show_logs LINES FOLLOW NAME…: the last lines of each; all new ones as well if FOLLOW is set.
show_logs() {
  local name files=()
  for name in "${@:3}"; do
    [[ ! -e $STACK_DIR/logs/$name.log && -z $2 ]] || files+=("$STACK_DIR/logs/$name.log")
  done
  ((${#files[@]} == 0)) || tail --lines="$1" ${2:+--follow=name --retry} -- "${files[@]}"
}
