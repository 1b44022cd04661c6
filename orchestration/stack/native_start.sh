# shellcheck shell=bash
# How the native servers start. For each NAME: format_NAME FOLDER creates its empty data folder, start_NAME starts it.
# All start at the same time.

# Debian has servers in folders that are not in an ordinary user's PATH.
PATH=$PATH:/usr/sbin

# make_data SERVER: creates its data folder, completely or not at all: a killed attempt does not get the final name.
make_data() {
  local data=$STACK_DIR/data/$1
  [[ ! -d $data ]] || return 0
  rm -rf -- "$data.new"
  mkdir -- "$data.new"
  log_begins "$1"
  if ! ("format_$1" "$data.new") >>"$STACK_DIR/logs/$1.log" 2>&1; then
    die_of format "$(log_of "$1")" "$1: its data folder cannot be made: " || log_tail "$1"
    die 5 "$1: its data folder cannot be made"
  fi
  mv -- "$data.new" "$data"
}

# Without these, MariaDB's files are open to its group, whatever the mask.
MYSQL_MASKS=(env UMASK=0600 UMASK_DIR=0700)

format_mysql() {
  local user
  user=$(database_user)
  if ((EUID == 0)); then chown -- "$user" "$1"; fi
  # A relative name, because the script does not accept spaces.
  cd -- "${1%/*}" && "${MYSQL_MASKS[@]}" mariadb-install-db --no-defaults --user="$user" \
    --datadir="./${1##*/}" --skip-test-db \
    --auth-root-authentication-method=socket --auth-root-socket-user="$user"
}

start_mysql() {
  start_process mysql "${MYSQL_MASKS[@]}" mariadbd --defaults-file="$STACK_DIR/conf/mariadb.cnf" \
    --user="$(database_user)" \
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
  local deadline=$((SECONDS + STACK_TIMEOUT)) begun=$SECONDS
  # A stop signal waits for work that must not be interrupted, such as formatting.
  trap 'exit 143' TERM
  if gone "$1"; then
    make_data "$1"
    "start_$1"
  else
    begun=
  fi
  until "ready_$1"; do
    if gone "$1" || ((SECONDS >= deadline)); then
      why "$1"
      [[ -n $WHY ]] || log_tail "$1"
      gone "$1" && die "$WHY_CODE" "$1 ended instead of getting ready$WHY"
      die "$WHY_CODE" "$1 is not ready after $STACK_TIMEOUT s (STACK_TIMEOUT)$WHY"
    fi
    sleep 0.3
  done
  note "$1 is ready$([[ -n $begun ]] && echo " ($((SECONDS - begun)) s)")"
}

# check_space: with fewer megabytes than these, a server starts, answers, and fails at its first write: Kafka closes
# its log folder, and HDFS, which reserves 100, goes into safe mode.
LEAST_SPACE=200
check_space() {
  local free
  free=$(df --block-size=1M --output=avail -- "$STACK_DIR" | tail -n 1)
  ((free >= LEAST_SPACE)) ||
    die 5 "the disk of $STACK_DIR is full: it has $((free)) MB, and the servers need $LEAST_SPACE: free space there"
}

# fetch_all: what a first start waits for longest.
fetch_all() {
  require_packages
  mkdir -p -- "$STACK_DIR/logs"
  check_space
  resolve_jars
}

start_all() {
  local server jobs=() code=0
  fetch_all
  compile_classes
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
