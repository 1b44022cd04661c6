#!/usr/bin/env bats
# The monitor on real servers: watches a run of the pipeline from its start to "complete", and failures afterwards.
# orchestration/test.sh runs this with private servers; alone: ECOM_TEST_STACK=1 with servers that may be reset.

bats_require_minimum_version 1.5.0

setup_file() {
  [[ -n ${ECOM_TEST_STACK-} ]] || skip 'SKIPPED: needs real servers: run orchestration/test.sh'
}

setup() {
  cd -- "$BATS_TEST_DIRNAME/../../.."
  recording=$ECOM_VAR_DIR/recording.jsonl
}

monitor() { "${ECOM_BIN_DIR:-target/release}/monitor" "$@"; }
mysql_does() { orchestration/stack/bin/mysql "${MYSQL_DATABASE:-testdb}" -e "$1"; }

@test "a run of the pipeline is watched from its start to complete" {
  # Without this mark, the monitor expects nothing of the stores.
  rm -f "$ECOM_VAR_DIR/stack/data/data_set"
  monitor --interval 1 --record "$recording" --until complete --timeout 600 >"$BATS_TEST_TMPDIR/lines" 2>&1 3>&- &
  watcher=$!
  ./orchestration/run_pipeline.sh --reset --to 10 --delay 0.01 data/sample >"$BATS_TEST_TMPDIR/out" 2>&1 ||
    { cat "$BATS_TEST_TMPDIR/out" && false; }
  wait "$watcher" || { cat "$BATS_TEST_TMPDIR/lines"; false; }
  for line in 'split       2000 of 2000 rows' 'mysql       1658 of 1658 rows' 'sqoop       1658 of 1658 rows' \
    'kafka       602 of 602 messages' 'flume-kafka 602 of 602 messages' 'spool       5000 of 5000 lines' \
    'flume-logs  5000 of 5000 lines'; do
    grep -F "$line, complete" "$BATS_TEST_TMPDIR/lines"
  done
  run -1 grep -E 'lost or duplicated|short by|over by' "$BATS_TEST_TMPDIR/lines"
  grep -F 'verdict     moving' "$BATS_TEST_TMPDIR/lines"
  [[ $(tail -n 1 "$BATS_TEST_TMPDIR/lines") == *'verdict     complete' ]]
  grep -F '[10/12]' "$BATS_TEST_TMPDIR/out" && grep -F 'verdict     complete' "$BATS_TEST_TMPDIR/out"
}

@test "the recording of the run shows it again without any server" {
  MYSQL_PORT=1 KAFKA_BOOTSTRAP_SERVERS=localhost:1 run -0 monitor --replay "$recording" --speed 100000
  [[ $output == *'flume-kafka 602 of 602 messages, complete'*'verdict     complete' ]]
}

@test "stopped agents are no problem once everything has arrived" {
  ./orchestration/stop_flume.sh
  run -0 monitor --once
  [[ ${lines[0]} == 'sample · complete · '* ]]
}

@test "a row that is missing in MySQL is reported until it is back" {
  mysql_does 'CREATE TABLE kept AS SELECT * FROM transactions LIMIT 1;
    DELETE FROM transactions WHERE transaction_id = (SELECT transaction_id FROM kept)'
  run -7 monitor --once
  [[ $output == *'mysql: 1 row of 1,658 missing in MySQL, none in flight'* ]]
  mysql_does 'INSERT INTO transactions SELECT * FROM kept; DROP TABLE kept'
  run -0 monitor --once
}

@test "a stopped server is shown as unreachable, with the last answers of the others" {
  KAFKA_BOOTSTRAP_SERVERS=localhost:1 run -5 monitor --once
  [[ $output == *'kafka: unreachable since '*'Connection refused'* && $output == *' 1658 '* ]]
}
