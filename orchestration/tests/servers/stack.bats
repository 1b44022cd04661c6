#!/usr/bin/env bats
# The stack with private servers on free ports, removed at the end. The tests depend on each other and run in order.

load ../stack_helper

setup_file() {
  local name
  STACK_HOME=$ROOT/orchestration/stack
  unset HADOOP_ENV
  # Only the jars are shared with the environment; everything else belongs to this test.
  ECOM_LIB_DIR=${ECOM_LIB_DIR:-$ROOT/var/stack/lib}
  for name in $(bash -c 'source "$1/settings.sh" && echo "${SETTINGS[@]}"' settings "$STACK_HOME"); do
    [[ $name == ECOM_LIB_DIR ]] || unset "$name"
  done
  # A name with a space, as some home folders have.
  BASE=$(mktemp -d)
  ECOM_VAR_DIR="$BASE/a folder"
  chmod 711 "$BASE"
  STACK_TIMEOUT=300
  unused_ports
  export STACK=native ECOM_LIB_DIR ECOM_VAR_DIR STACK_TIMEOUT BASE STACK_HOME
}

teardown_file() {
  "$STACK_HOME/down" || true
  rm -rf -- "$BASE"
}

setup() {
  cd "$BATS_TEST_TMPDIR"
  RUN="$ECOM_VAR_DIR/stack/run"
  KAFKA=localhost:$KAFKA_PORT
}

# pid NAME: of a server, from its pid file.
pid() { cut -d ' ' -f 1 "$RUN/$1.pid"; }
# crash NAME: kills it as a crash would.
crash() { kill -KILL "$(pid "$1")"; }
hdfs() { "$STACK_HOME/bin/hdfs" "$@"; }
mysql() { "$STACK_HOME/bin/mysql" "$@"; }

@test "up makes all four servers ready, and status shows it" {
  "$STACK_HOME/up"
  run "$STACK_HOME/status"
  [ "$status" -eq 0 ]
  [ "$(grep -c ' ready ' <<<"$output")" -eq 4 ]
  for server in "kafka $KAFKA_PORT" "hadoop $NAMENODE_PORT"; do
    [[ $output == *"127.0.0.1:${server#* } "*" $(in_stack "pom_version ${server% *}") "* ]]
  done
}

@test "up again, twice at once, leaves every server as it is" {
  before=$(cat "$RUN"/*.pid)
  "$STACK_HOME/up" &
  "$STACK_HOME/up"
  wait "$!"
  [ "$(cat "$RUN"/*.pid)" = "$before" ]
}

@test "the database's user can create tables and load files, and has no other rights" {
  printf '1\tSalt, Fat\n2\tZoë\n' >rows.tsv
  mysql testdb -e "CREATE TABLE book (id INT PRIMARY KEY, title VARCHAR(50));
    LOAD DATA LOCAL INFILE 'rows.tsv' INTO TABLE book"
  [ "$(mysql testdb -N -e 'SELECT COUNT(*), MAX(title) FROM book')" = $'2\tZoë' ]
  for refused in 'CREATE DATABASE testdbx' 'SELECT * FROM mysql.user' "SELECT 1 INTO OUTFILE '/tmp/x'"; do
    run mysql -e "$refused"
    [ "$status" -ne 0 ]
  done
  [ "$(mysql -N -e 'SELECT @@max_allowed_packet, @@innodb_flush_log_at_trx_commit')" = $'67108864\t1' ]
}

@test "without the secret, nobody can log in to the database" {
  run mariadb --no-defaults -h 127.0.0.1 -P "$MYSQL_PORT" -u sqoop -e 'SELECT 1'
  [ "$status" -ne 0 ]
  run mariadb --no-defaults -h 127.0.0.1 -P "$MYSQL_PORT" -u root -e 'SELECT 1'
  [ "$status" -ne 0 ]
  run mariadb --no-defaults -h 127.0.0.1 -P "$MYSQL_PORT" -u '' -e 'SELECT 1'
  [ "$status" -ne 0 ]
}

@test "the commands of Kafka and HDFS work, and WebHDFS, too" {
  "$STACK_HOME/bin/kafka-topics" --bootstrap-server "$KAFKA" --create --topic ecommerce-transactions --partitions 3
  [ "$("$STACK_HOME/bin/kafka-topics" --bootstrap-server "$KAFKA" --list)" = ecommerce-transactions ]
  echo 'a line' | hdfs dfs -put - greeting.txt
  [ "$(hdfs dfs -cat greeting.txt)" = 'a line' ]
  url=http://localhost:$NAMENODE_HTTP_PORT/webhdfs/v1/user/$(id -un)/greeting.txt
  [ "$(curl -sSfL --noproxy '*' "$url?op=OPEN")" = 'a line' ]
}

@test "Sqoop imports and exports, without leaving anything in the current folder" {
  # shellcheck disable=SC2016 # expanded by the inner shell
  bash -c 'source "$1/../lib.sh"
    login=(--connect "$MYSQL_JDBC_URL" --username "$MYSQL_USER" --password-file "$MYSQL_PASSWORD_URI" -m 1)
    on mysql mysql testdb -e "CREATE TABLE copy LIKE book"
    on sqoop sqoop import "${login[@]}" --table book --target-dir /user/sqoop/book --fields-terminated-by "\t"
    on sqoop sqoop export "${login[@]}" --table copy --export-dir /user/sqoop/book \
      --input-fields-terminated-by "\t"' - "$STACK_HOME"
  [ "$(hdfs dfs -cat '/user/sqoop/book/part-*')" = $'1\tSalt, Fat\n2\tZoë' ]
  [ "$(mysql testdb -N -e 'SELECT COUNT(*) FROM copy JOIN book USING (id, title)')" = 2 ]
  [ -z "$(ls)" ]
}

@test "the secret is in no log and in no command line" {
  secret=$(<"$ECOM_VAR_DIR/stack/secrets/mysql_password")
  run grep -rlF -- "$secret" "$ECOM_VAR_DIR/stack/logs" "$ECOM_VAR_DIR/stack/conf" "$RUN"
  [ -z "$output" ]
  run grep -aslF -- "$secret" /proc/[0-9]*/cmdline
  [ -z "$output" ]
}

@test "a server inherits no open files of its caller" {
  crash kafka
  exec 7>"$BATS_TEST_TMPDIR/held"
  "$STACK_HOME/up"
  exec 7>&-
  readlink "/proc/$(pid kafka)/fd/1"
  [ "$(readlink "/proc/$(pid kafka)"/fd/* | grep -cF "$BATS_TEST_TMPDIR/held")" -eq 0 ]
}

@test "each server comes back with its data after kill -9" {
  for server in mysql kafka namenode datanode; do
    crash "$server"
    run "$STACK_HOME/status"
    [ "$status" -eq 5 ]
    [[ $output =~ $server\ +stopped ]]
    "$STACK_HOME/up"
    "$STACK_HOME/status"
  done
  [ "$(mysql testdb -N -e 'SELECT COUNT(*) FROM book')" = 2 ]
  [ "$(hdfs dfs -cat greeting.txt)" = 'a line' ]
  [ "$("$STACK_HOME/bin/kafka-topics" --bootstrap-server "$KAFKA" --list)" = ecommerce-transactions ]
}

# messages FROM TO: sends JSON messages of these numbers, with keys.
messages() {
  seq "$1" "$2" | awk '{ printf "k%d|{\"n\":%d,\"name\":\"Zoë\"}\n", $1, $1 }' |
    kcat -P -b "$KAFKA" -t ecommerce-transactions -K '|'
}

# arrived FOLDER: the lines in its closed files.
arrived() { hdfs dfs -cat "$1/*" 2>/dev/null; }

# received AGENT SOURCE: the events that it has taken so far.
received() { in_stack "metric \"\$(agent_metrics $1)\" SOURCE.$2 EventReceivedCount"; }

@test "both agents deliver every line and message once, and leave no file open" {
  "$ROOT/orchestration/start_flume.sh"
  messages 1 5000
  seq 3000 | sed 's/^/INFO line é /' >"$ECOM_VAR_DIR/logs/incoming/.a.log"
  mv "$ECOM_VAR_DIR/logs/incoming/.a.log" "$ECOM_VAR_DIR/logs/incoming/a.log"
  # What is taken, but not delivered, is what stopping has to wait for.
  for _ in {1..120}; do
    [[ $(received kafka-agent kafka-source) == 5000 && $(received log-agent log-source) == 3000 ]] && break
    sleep 0.5
  done
  "$ROOT/orchestration/stop_flume.sh"
  diff <(seq 5000 | awk '{ printf "{\"n\":%d,\"name\":\"Zoë\"}\n", $1 }' | sort) \
    <(arrived '/user/flume/kafka-transactions/*/*/*/*' | sort)
  diff <(seq 3000 | sed 's/^/INFO line é /') <(arrived '/user/flume/logs/*/*/*')
  [ -z "$(hdfs dfs -find /user/flume -name '_*')" ]
}

@test "working agents are left alone; one whose source has failed is restarted" {
  "$ROOT/orchestration/start_flume.sh"
  kafka=$(pid kafka-agent) log=$(pid log-agent)
  mv "$ECOM_VAR_DIR/logs/incoming" "$ECOM_VAR_DIR/logs/away"
  sleep 3
  mv "$ECOM_VAR_DIR/logs/away" "$ECOM_VAR_DIR/logs/incoming"
  run "$STACK_HOME/status"
  [[ $output =~ log-agent\ +unhealthy ]]
  run "$ROOT/orchestration/start_flume.sh"
  [ "$status" -eq 0 ]
  [[ $output == *'log-agent runs, but according to its metrics it does not work: restarting it'* ]]
  [ "$(pid kafka-agent)" = "$kafka" ] && [ "$(pid log-agent)" != "$log" ]
}

@test "every socket that a server or an agent listens on is on loopback" {
  [ "$(ls "$RUN"/*.pid | wc -l)" -eq 6 ]
  for file in "$RUN"/*.pid; do
    name=$(basename "$file" .pid)
    inodes=$(find "/proc/$(pid "$name")/fd" -lname 'socket:*' -printf '%l\n' | tr -dc '0-9\n')
    # Of TCP those that listen; of UDP those that receive from anybody.
    open=$(awk '$4 == (FILENAME ~ /udp/ ? "07" : "0A") { print $10, $2 }' /proc/net/{tcp,tcp6,udp,udp6} |
      grep -E "^($(paste -s -d '|' <<<"$inodes")) ")
    echo "$name: ${open:-nothing}"
    [ -n "$open" ]
    run grep -vE ' (0100007F|0{24}01000000|0{16}FFFF00000100007F):' <<<"$open"
    [ -z "$output" ]
  done
}

@test "files that crashed agents left open are recovered: no line is lost or torn" {
  for round in 1 2; do
    messages $((round * 50000)) $((round * 50000 + 49999))
    sleep 5
    crash kafka-agent
    "$ROOT/orchestration/start_flume.sh"
  done
  printf '{"n":1,"name":"Zoë"}\n{"n":2,"na' |
    hdfs dfs -put - /user/flume/kafka-transactions/2001/01/01/01/_kafka-txn-.7.json.tmp
  # A writer that is killed leaves its file open under its final name.
  abandoned=/user/flume/kafka-transactions/2001/01/01/01/kafka-txn-.8.json
  hdfs dfs -touchz "$abandoned"
  timeout -s KILL 15 "$STACK_HOME/bin/hdfs" dfs -appendToFile - "$abandoned" < <(seq 3 && exec sleep 20) || true
  hdfs dfsadmin -listOpenFiles -path /user/flume | grep -F "$abandoned"
  "$ROOT/orchestration/stop_flume.sh"
  [ -z "$(hdfs dfs -find /user/flume -name '_*')" ]
  [ "$(hdfs dfsadmin -listOpenFiles -path /user/flume | grep -c /user/flume)" -eq 0 ]
  hdfs dfs -rm -skipTrash "$abandoned"
  [ "$(hdfs dfs -cat /user/flume/kafka-transactions/2001/01/01/01/kafka-txn-.7.json)" = '{"n":1,"name":"Zoë"}' ]
  diff <({ seq 5000 && seq 50000 149999; } | awk '{ printf "{\"n\":%d,\"name\":\"Zoë\"}\n", $1 }' | sort) \
    <(arrived '/user/flume/kafka-transactions/*/*/*/*' | sort -u)
}

# log_files: empties HDFS of log lines, with the agents stopped, and starts them.
start_without_lines() {
  "$ROOT/orchestration/stop_flume.sh"
  hdfs dfs -rm -r -f -skipTrash /user/flume/logs
  "$ROOT/orchestration/start_flume.sh"
}
SPOOL="$ECOM_VAR_DIR/logs/incoming"

@test "whoever writes into the spool folder, in whatever way: every line arrives once, byte for byte" {
  start_without_lines
  {
    printf 'cr \r\n\nnul \0 inside\nnot UTF-8 \xff\xfe \xc3(\n\xef\xbb\xbfmark\nlone \xed\xa0\x80\nZoë 𝕏\n'
    head -c 1048576 /dev/zero | tr '\0' x
    printf '\n'
  } >odd
  printf 'whole\nno line end' >open-end
  seq 20000 | sed 's/^/copied /' >large
  cp odd large open-end "$SPOOL"
  touch "$SPOOL/empty"
  ln -s "$PWD/large" "$SPOOL/link"
  mkfifo "$SPOOL/pipe"
  # Longer pauses than the agent waits, also within a line; a name that is used again; a file that grows all the time.
  (for n in {1..4}; do seq -f "$n: slow %g" 500; sleep 1.6; done) >"$SPOOL/slow" &
  (for n in {1..3}; do printf 'torn %d' "$n"; sleep 1.6; echo ' end'; done) >"$SPOOL/torn" &
  (for n in {1..4}; do echo "again $n" >>"$SPOOL/again"; sleep 1.6; done) &
  (for n in {1..40}; do seq -f "$n: steady %g" 10; sleep 0.15; done) >"$SPOOL/steady" &
  { echo before; head -c 1048577 /dev/zero | tr '\0' y; printf '\nafter\n'; } >"$SPOOL/long"
  wait
  "$ROOT/orchestration/stop_flume.sh"
  {
    cat odd large open-end && printf '\nbefore\n'
    for n in {1..4}; do seq -f "$n: slow %g" 500 && echo "again $n"; done
    for n in {1..3}; do echo "torn $n end"; done
    for n in {1..40}; do seq -f "$n: steady %g" 10; done
  } | LC_ALL=C sort >wanted
  arrived '/user/flume/logs/*/*/*' | LC_ALL=C sort | cmp - wanted
  # What is refused is kept and named; what is no file is left alone.
  [ "$(head -c 7 "$SPOOL"/long.*.7.refused.tmp)" = before ]
  log=$ECOM_VAR_DIR/stack/logs/log-agent.log
  grep -F 'long has a line longer than 1048576 bytes: it is refused from byte 7 on' "$log"
  grep -F '/link is not a regular file' "$log"
  grep -F '/pipe is not a regular file' "$log"
  [ "$(cd "$SPOOL" && ls | sed -E 's/[0-9]{10,}/ID/')" = $'link\nlong.ID.7.refused.tmp\npipe' ]
  rm "$SPOOL"/{link,pipe,long.*}
}

@test "a log agent that is killed again and again loses nothing with LOG_CHANNEL=file" {
  export LOG_CHANNEL=file
  start_without_lines
  (for n in {1..60}; do seq -f "$n: %g" 500; sleep 0.1; done) >"$SPOOL/killed" &
  for n in 1 2 3; do
    sleep 2.5
    crash log-agent
    "$ROOT/orchestration/start_flume.sh"
  done
  wait
  "$ROOT/orchestration/stop_flume.sh"
  for n in {1..60}; do seq -f "$n: %g" 500; done | sort >wanted
  arrived '/user/flume/logs/*/*/*' | sort -u | cmp - wanted
}

@test "down stops everything that was started, including agents, and up keeps the data" {
  "$ROOT/orchestration/start_flume.sh"
  mapfile -t pids < <(cut -d ' ' -f 1 "$RUN"/*.pid)
  [ "${#pids[@]}" -eq 6 ]
  run "$STACK_HOME/down"
  [ "$status" -eq 0 ]
  [[ $output != *killed* ]]
  for one in "${pids[@]}"; do
    [ -z "$(tr -d '\0' 2>/dev/null <"/proc/$one/cmdline")" ]
  done
  "$STACK_HOME/down"
  "$STACK_HOME/up"
  [ "$(mysql testdb -N -e 'SELECT COUNT(*) FROM book')" = 2 ]
}

@test "after up was stopped at any time, the next up succeeds" {
  "$STACK_HOME/reset" --yes
  for pause in 1 3 6; do
    "$STACK_HOME/up" &
    sleep "$pause"
    # On a fast machine, it may be done already.
    kill -TERM "$!" || true
    wait "$!" || [ "$?" -eq 143 ]
  done
  "$STACK_HOME/up"
  "$STACK_HOME/status"
  [ "$(mysql testdb -N -e 'SHOW TABLES')" = '' ]
}

@test "an ordinary user can run a stack, too" {
  "$STACK_HOME/down"
  ((EUID == 0)) || skip 'all of the above was run by an ordinary user'
  setpriv --reuid=65534 --clear-groups test -r "$STACK_HOME/up" || skip 'SKIPPED: no other user can read this checkout'
  install -d -o 65534 "$BASE/other"
  mine=(env "ECOM_VAR_DIR=$BASE/other" "HOME=$BASE/other" setpriv --reuid=65534 --regid=65534 --clear-groups)
  cd /
  "${mine[@]}" "$STACK_HOME/up"
  "${mine[@]}" "$STACK_HOME/status"
  [ "$("${mine[@]}" "$STACK_HOME/bin/mysql" -N testdb -e 'SELECT CURRENT_USER()')" = sqoop@127.0.0.1 ]
  [ "$(stat -c %u "$BASE/other/stack/data/mysql/ibdata1")" = 65534 ]
  "${mine[@]}" "$STACK_HOME/reset" --yes
  [ ! -e "$BASE/other/stack/data" ]
}
