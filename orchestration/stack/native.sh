# shellcheck shell=bash
# The native engine: the servers as private processes of this machine. For each NAME how its empty data folder is made
# (format_NAME FOLDER) and how it starts (start_NAME); then what up, down, status, reset, logs and the Flume scripts ask of
# an engine. docker.sh and inside.sh answer the same questions otherwise.

# Debian keeps servers where an ordinary user's path does not look.
PATH=$PATH:/usr/sbin

# make_data SERVER: its data folder, complete or not at all: a killed attempt never takes the final name.
make_data() {
  local data=$STACK_DIR/data/$1
  [[ ! -d $data ]] || return 0
  rm -rf -- "$data.new"
  mkdir -- "$data.new"
  if ! ("format_$1" "$data.new") >>"$STACK_DIR/logs/$1.log" 2>&1; then
    log_tail "$1"
    die 5 "$1: its data folder cannot be made"
  fi
  mv -- "$data.new" "$data"
}

format_mysql() {
  local user
  user=$(database_user)
  if ((EUID == 0)); then chown -- "$user" "$1"; fi
  # By a relative name: the script breaks at spaces.
  cd -- "${1%/*}" && mariadb-install-db --no-defaults --user="$user" --datadir="./${1##*/}" --skip-test-db \
    --auth-root-authentication-method=socket --auth-root-socket-user="$user"
}

start_mysql() {
  start_process mysql mariadbd --defaults-file="$STACK_DIR/conf/mariadb.cnf" --user="$(database_user)" \
    --datadir="$STACK_DIR/data/mysql" --init-file="$STACK_DIR/secrets/init.sql"
}

format_kafka() {
  local conf=$STACK_DIR/tmp/kafka-format.properties id
  id=$(head -c 16 /dev/urandom | base64 | tr '+/' 'Aa' | cut -c 1-22)
  { grep -v '^log.dirs=' "$STACK_DIR/conf/kafka.properties" && printf 'log.dirs=%s\n' "$1"; } >"$conf" &&
    "$STACK_HOME/bin/kafka-storage" format -t "$id" -c "$conf"
}

start_kafka() { start_process kafka "$STACK_HOME/bin/kafka-server-start" "$STACK_DIR/conf/kafka.properties"; }

format_namenode() { "$STACK_HOME/bin/hdfs" namenode "-Ddfs.namenode.name.dir=$1" -format -nonInteractive; }
start_namenode() { start_process namenode "$STACK_HOME/bin/hdfs" namenode; }

format_datanode() { :; }
start_datanode() { start_process datanode "$STACK_HOME/bin/hdfs" datanode; }

# bring_up SERVER: starts it unless it runs, and waits until it is ready.
bring_up() {
  local deadline=$((SECONDS + STACK_TIMEOUT)) begun=$SECONDS reason
  # A stop signal waits for what must not be left half-done, such as formatting.
  trap 'exit 143' TERM
  if gone "$1"; then
    make_data "$1"
    "start_$1"
  else
    begun=
  fi
  until "ready_$1"; do
    if gone "$1" || ((SECONDS >= deadline)); then
      reason=$(why "$1")
      [[ -n $reason ]] || log_tail "$1"
      gone "$1" && die 5 "$1 ended instead of getting ready"
      die 5 "$1 is not ready after $STACK_TIMEOUT s (STACK_TIMEOUT)$reason"
    fi
    sleep 0.3
  done
  note "$1 is ready$([[ -n $begun ]] && echo " ($((SECONDS - begun)) s)")"
}

start_all() {
  local server jobs=() code=0
  require_packages
  mkdir -p -- "$STACK_DIR/logs"
  resolve_jars
  prepare
  check_ports
  for server in "${SERVERS[@]}"; do
    bring_up "$server" &
    jobs+=($!)
  done
  trap 'kill "${jobs[@]}" 2>/dev/null; wait; exit 130' INT
  trap 'kill "${jobs[@]}" 2>/dev/null; wait; exit 143' TERM
  for server in "${jobs[@]}"; do
    wait "$server" || code=$?
  done
  ((code == 0)) || exit "$code"
}

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
