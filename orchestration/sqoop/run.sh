# shellcheck shell=bash
# Runs Sqoop: its output in a log, two jobs at a time, and the import of a query into a folder of HDFS. Source it after
# lib.sh, build.sh and mysql.sh.

# Tables with an integer key and at least this many rows are imported by three mappers.
# shellcheck disable=SC2034 # for the scripts that source this
SPLIT_ROWS=500000

# What a stopped run says of the state that it leaves.
STOPPED='the previous imports are unchanged'

# begin_work: makes a private folder for this run, SQOOP_WORK, and ends what it has begun when it is stopped.
begin_work() {
  mkdir -p -- "$STACK_DIR/logs" "$STACK_DIR/tmp"
  find "$STACK_DIR/tmp" -maxdepth 1 -name 'wrapper.*' -mmin +1440 -exec rm -rf -- {} +
  SQOOP_WORK=$(mktemp -d -- "$STACK_DIR/tmp/wrapper.XXXXXX")
  RUNNING=() BEGUN=0 CODE=0 SAID=''
  trap 'rm -rf -- "$SQOOP_WORK"' EXIT
  trap 'stop_running 130' INT
  trap 'stop_running 143' TERM HUP
}

# begin_sqoop: the same, and makes a password file without a final newline, which Sqoop would take as part of the
# password.
begin_sqoop() {
  regular_file "$MYSQL_PASSWORD_FILE"
  [[ -r $MYSQL_PASSWORD_FILE ]] || die 2 "cannot read the password file $MYSQL_PASSWORD_FILE"
  begin_work
  if [[ $MYSQL_PASSWORD_URI == "file://$MYSQL_PASSWORD_FILE" && -z $(tail -c 1 -- "$MYSQL_PASSWORD_FILE") ]]; then
    (umask 377 && printf %s "$(<"$MYSQL_PASSWORD_FILE")" >"$SQOOP_WORK/password")
    MYSQL_PASSWORD_URI=file://$SQOOP_WORK/password
  fi
}

# begin COMMAND…: runs it in the background, in a process group of its own; waits while two others run, and starts
# nothing after a failure.
begin() {
  ((${#RUNNING[@]} < 2)) || finish
  ((CODE == 0)) || return 0
  BEGUN=$((BEGUN + 1))
  set -m
  "$@" </dev/null 2>"$SQOOP_WORK/said.$BEGUN" &
  set +m
  RUNNING+=("$!")
}

# finish: waits for the oldest one and shows its messages, unless the one before had the same.
finish() {
  local code=0 said
  wait "${RUNNING[0]}" || code=$?
  said=$(<"$SQOOP_WORK/said.$((BEGUN - ${#RUNNING[@]} + 1))")
  [[ -z $said || $said == "$SAID" ]] || printf '%s\n' "$said" >&2
  RUNNING=("${RUNNING[@]:1}") SAID=$said CODE=$((CODE ? CODE : code))
}

# finish_all: waits for all; exits with the code of the first that failed.
finish_all() {
  while ((${#RUNNING[@]} > 0)); do finish; done
  ((CODE == 0)) || exit "$CODE"
}

# stop_running CODE: ends all of them with their JVMs.
stop_running() {
  local pid tries
  trap '' INT TERM HUP
  for pid in "${RUNNING[@]}"; do
    kill -TERM -- "-$pid" 2>/dev/null || true
  done
  for pid in "${RUNNING[@]}"; do
    for ((tries = 0; tries < 200; tries++)); do
      kill -0 -- "-$pid" 2>/dev/null || continue 2
      sleep 0.1
    done
    kill -KILL -- "-$pid" 2>/dev/null || true
  done
  die "$1" "stopped; $STOPPED"
}

# run_sqoop NAME TOOL ARGUMENTS…: runs Sqoop with its output in logs/sqoop-NAME.log, whose end is shown if the cause of
# a failure is unknown.
run_sqoop() {
  local log=$STACK_DIR/logs/sqoop-$1.log code=0
  local -a connection=(--connect "$MYSQL_JDBC_URL" --username "$MYSQL_USER" --password-file "$MYSQL_PASSWORD_URI")
  # Sqoop's polling intervals and the JVM's second compiler pay off on clusters; here they would take most of the time.
  # The local job runner leaves links in the current folder.
  (cd -- "$SQOOP_WORK" && JDK_JAVA_OPTIONS="${JDK_JAVA_OPTIONS-} -XX:TieredStopAtLevel=1" on sqoop sqoop "$2" \
    -Dmapreduce.client.progressmonitor.pollinterval=50 -Dmapreduce.client.completion.pollinterval=100 \
    -Dmapreduce.local.map.tasks.maximum=2 \
    "${connection[@]}" "${@:3}") </dev/null >"$log" 2>&1 || code=$?
  ((code == 0)) && return
  # 2 and 5 are the launcher's: no JDK, no jars.
  ((code != 2 && code != 5)) || die "$code" "$(tail -n 1 -- "$log")"
  sqoop_failed "$(<"$log")" || true
  log_lines <"$log"
  die 1 "sqoop $2 failed: see $log"
}

# sqoop_rows NAME FOLDER QUERY [OPTION…]: writes the rows of a query into a folder: one per line, fields separated by
# tabs, \N for NULL. The query escapes what would end a field or a line: --hive-drop-import-delims would delete it.
sqoop_rows() {
  run_sqoop "$1" import --query "$3" --target-dir "$2" --as-textfile --fields-terminated-by '\t' \
    --null-string '\\N' --null-non-string '\\N' "${@:4}"
}

# demand_records NAME FOLDER RECORDS: refuses a folder that does not hold that many lines.
demand_records() {
  local lines
  lines=$(tool lake count "$2")
  ((lines == $3)) || die 7 "$1: $lines of $3 records arrived in HDFS: run it again if the table was being changed"
}

# import_query NAME FOLDER QUERY RECORDS [OPTION…]: imports a query into a fresh folder beside FOLDER; replaces FOLDER
# with it if it holds that many records.
import_query() {
  local fresh=${2%/*}/.import-${2##*/}
  sqoop_rows "$1" "$fresh" "$3" "${@:5}"
  demand_records "$1" "$fresh" "$4"
  tool lake replace "$fresh" "$2"
}

# records NUMBER: for messages.
records() { if (($1 == 1)); then echo '1 record'; else echo "$1 records"; fi; }

# seconds_since EPOCHREALTIME: for messages.
seconds_since() {
  local spent=$((${EPOCHREALTIME/[.,]/} - ${1/[.,]/}))
  printf '%d.%d s\n' $((spent / 1000000)) $((spent / 100000 % 10))
}
