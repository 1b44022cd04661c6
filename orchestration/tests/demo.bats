#!/usr/bin/env bats
# demo.sh, without any server: every command it shows records how it is called.
# shellcheck disable=SC2016 # the names of columns stand in backticks

bats_require_minimum_version 1.5.0
load lake_helper

setup() {
  copy_wrappers
  for name in topic-admin streamer consumer monitor reconciler; do stand_in "$ECOM_BIN_DIR/$name"; done
  for name in sqoop_import sqoop_export verify_hdfs start_flume analytics; do
    stand_in "$PROJECT/orchestration/$name.sh"
  done
  stand_in "$STACK_HOME/bin/hdfs"
  stand_in "$STACK_HOME/up"
  mysql_answers 'SELECT [*] FROM *' 'a \0033[31mred\0007 name'
  mkdir -p "$HDFS/user/sqoop/transactions" "$HDFS/user/flume/logs/2024" "$HDFS/user/flume/kafka-transactions/2024"
  printf '1\tfirst\n2\tsecond\n3\tthird\n4\tfourth\n' >"$HDFS/user/sqoop/transactions/part-m-00000"
  mkdir -p "$PROJECT/var/runs/sample/reports"
  has_results key_figures product_rank
  echo 'a log line' >"$HDFS/user/flume/logs/2024/ecommerce-logs-.1.log"
  echo '{"a":1}' >"$HDFS/user/flume/kafka-transactions/2024/kafka-txn-.1.json"
}

# stand_in PATH: records its name and arguments in $T/calls; fails if $T/fails names it.
stand_in() {
  cat >"$1" <<'STUB'
#!/bin/bash
printf '%s %s\n' "${0##*/}" "$*" >>"$T/calls"
[[ $(cat "$T/fails" 2>/dev/null) != "${0##*/}" ]] || { echo "${0##*/}: broken" >&2; exit 7; }
echo "what ${0##*/} says"
STUB
  chmod +x "$1"
}

demo() { wrapper demo.sh "$@"; }

# has_results NAME…: the results of the last analysis.
has_results() {
  local name time='"2026-11-29T10:00:00Z"' results=''
  for name; do
    results+="${results:+,}{\"name\":\"$name\",\"question\":\"?\",\"folder\":\"/user/analytics/$name\","
    results+="\"columns\":[],\"count\":0,\"checksum\":\"0000000000000000\",\"written\":$time}"
  done
  echo "{\"started\":$time,\"ended\":$time,\"exit_code\":0,\"results\":[$results],\"skipped\":[]}" \
    >"$PROJECT/var/runs/sample/reports/analytics.json"
}

@test "--yes runs through all six stops in order" {
  STACK_TIMEOUT=60 run -0 demo --yes </dev/null
  [[ $output == *'LIVE DEMO'*'[DEMO 1/6] Historical data in MySQL'*'[DEMO 2/6]'*Sqoop*'[DEMO 3/6]'*Kafka* ]]
  [[ $output == *'[DEMO 4/6] Flume'*'[DEMO 5/6]'*'[DEMO 6/6]'*'DEMO COMPLETED'* ]]
  [[ $output != *'Press Enter'* ]]
  work=$PROJECT/var/runs/sample
  diff - <(grep -vE '^streamer --quiet|--web' "$T/calls") <<CALLS
up 
sqoop_import.sh --plan $PLAN_FILE --force transactions
sqoop_import.sh --plan $PLAN_FILE
hdfs dfs -ls -R /user/sqoop
topic-admin list
topic-admin --quiet reset --topic ecommerce-demo --yes
consumer ecommerce-demo --from beginning --format json --max-messages 9 --max-time 60
consumer ecommerce-demo --from beginning --format pretty --max-messages 1 --max-time 60
topic-admin --quiet delete --topic ecommerce-demo --yes
start_flume.sh 
streamer $work/transactions_realtime.csv --delay 0
monitor --plan $PLAN_FILE --interval 2 --until complete --timeout 60
verify_hdfs.sh --plan $PLAN_FILE --wait 60
analytics.sh --plan $PLAN_FILE
sqoop_export.sh --results --plan $PLAN_FILE
reconciler --quiet --plan $PLAN_FILE --hop analytics --questions $PROJECT/sql/analytics
topic-admin --quiet reset --topic ecommerce-demo --yes
topic-admin --quiet delete --topic ecommerce-demo --yes
CALLS
  grep -Fx "streamer --quiet $work/transactions_realtime.csv ecommerce-demo --rate 2 --limit 10" "$T/calls"
  grep -Fx "streamer --quiet $work/transactions_realtime.csv ecommerce-demo --rate 10 --limit 300" "$T/calls"
  grep -Fx "monitor --plan $PLAN_FILE --web --live-topic ecommerce-demo" "$T/calls"
}

@test "commands are shown as a user types them, with their output below, and text from data is harmless" {
  run -0 demo --yes </dev/null
  [[ $output == *'$ mysql --table testdb -e '"'SELECT * FROM products LIMIT 3'"* ]]
  [[ $output == *$'$ topic-admin list\nwhat topic-admin says'* ]]
  [[ $output == *'$ hdfs dfs -cat /user/sqoop/transactions/part-m-00000 | head -n 3'* ]]
  [[ $output == *$'\n1 first\n2 second\n3 third\n'* ]]
  [[ $output == *'$ orchestration/start_flume.sh'* ]]
  [[ $output == *'a  [31mred  name'* && $output != *$'\e'* && $output != *$'\a'* ]]
}

@test "further tables are shown, too, even if their names are reserved words" {
  printf 'groups\t\t`id`\n' >"$T/tables"
  run -0 demo --yes </dev/null
  [[ $output == *'$ mysql --table testdb -e '"'SELECT * FROM testdb.groups LIMIT 3'"* ]]
}

@test "the demo waits for Enter after each of the first five stops" {
  run -0 demo < <(printf '\n\n\n\n')
  [[ $output == *'DEMO COMPLETED'* ]]
  rm "$T/calls"
  run -124 timeout 3 "$PROJECT/orchestration/demo.sh" < <(exec sleep 5 3>&-)
  [ "$(<"$T/calls")" = 'up ' ]
}

@test "a stop that fails ends the demo with its code, and no replay stays behind" {
  echo consumer >"$T/fails"
  run -7 demo --yes </dev/null
  [[ $output != *'[DEMO 4/6]'* ]]
  [ "${lines[-1]}" = 'demo.sh: ended at stop 3 of 6 (exit code 7)' ]
  [ "$(tail -n 1 "$T/calls")" = 'topic-admin --quiet delete --topic ecommerce-demo --yes' ]
  echo verify_hdfs.sh >"$T/fails"
  run -7 demo --yes </dev/null
  [[ $output != *COMPLETED* ]]
}

@test "a replay that still runs when its stop fails is ended before its topic is deleted" {
  cat >"$ECOM_BIN_DIR/streamer" <<'STUB'
#!/bin/bash
echo $$ >"$T/streamer.pid.new"
mv "$T/streamer.pid.new" "$T/streamer.pid"
exec sleep 20 >/dev/null 2>&1 3>&-
STUB
  cat >"$ECOM_BIN_DIR/consumer" <<'STUB'
#!/bin/bash
until [[ -e $T/streamer.pid ]]; do sleep 0.05; done
exit 7
STUB
  run -7 demo --yes </dev/null
  [ "${lines[-1]}" = 'demo.sh: ended at stop 3 of 6 (exit code 7)' ]
  run ! kill -0 "$(<"$T/streamer.pid")"
  [ "$(tail -n 1 "$T/calls")" = 'topic-admin --quiet delete --topic ecommerce-demo --yes' ]
}

@test "a result that the data set does not have is not shown" {
  has_results product_rank
  run -0 demo --yes </dev/null
  [[ $output == *'SELECT * FROM product_rank LIMIT 5'* && $output != *key_figures* ]]
}

@test "without a plan, the error names the way out, and nothing is started" {
  rm -r "$PROJECT/var/runs"
  run -2 demo --yes
  [[ $output == *'there is no plan yet: run orchestration/run_pipeline.sh'* ]]
  [ ! -e "$T/calls" ]
  run -2 demo --bogus
  run -0 demo --help
}
