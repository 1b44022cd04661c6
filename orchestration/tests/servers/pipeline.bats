#!/usr/bin/env bats
# The whole pipeline on real servers, on two data sets, and what it does when something is in the way. The same file for
# both engines: orchestration/test.sh runs it with private servers, and with containers where it can start a Docker
# daemon. Alone: ECOM_TEST_STACK=1 with servers that may be reset. With containers, the tests with the tag native are
# left out: what they try is the same in both engines, or needs a zone or a process of this machine.
#
# The first data set is the sample with eight columns more, which hold every type's extremes, every plane of Unicode
# and the hours that clocks skip or have twice (odd_data.pl). It goes through in three time zones: the native servers
# start in New York, after `down` in Lord Howe; containers have UTC.

bats_require_minimum_version 1.5.0
load ../servers_helper

setup_file() {
  [[ -n ${ECOM_TEST_STACK-} ]] || skip 'SKIPPED: needs real servers: run orchestration/test.sh'
  export MARKETPLACE=$BATS_TEST_DIRNAME/../../../../shared/data/marketplace
  # Exports the settings: the engine, its folders and ports.
  source "$BATS_TEST_DIRNAME/../../lib.sh"
  export SAMPLE=$BATS_FILE_TMPDIR/sample
  mkdir -p "$SAMPLE"
  cp "$REPO"/data/sample/*.csv "$SAMPLE"
  perl "$BATS_TEST_DIRNAME/odd_data.pl" make "$REPO/data/sample" "$SAMPLE"
  mv "$SAMPLE/expected" "$BATS_FILE_TMPDIR"
  # A user may start with Compose itself. Other tests ran inside a container with another folder.
  [[ $STACK != docker ]] || rm -rf -- "$ECOM_VAR_DIR/runs"
  [[ $STACK != docker ]] ||
    docker compose --project-directory "$REPO" --file "$REPO/docker-compose.yml" up --build --detach --wait
}

setup() {
  cd -- "$BATS_TEST_DIRNAME/../../.."
  bin=$PWD/orchestration/stack/bin
  runs=$ECOM_VAR_DIR/runs
}

# pipeline ARGUMENTS…: the steps that bring the records; analyzed ARGUMENTS…: the analysis, too.
pipeline() { if [[ $* == *--only* ]]; then analyzed "$@"; else analyzed "$@" --to 10; fi; }
analyzed() { ./orchestration/run_pipeline.sh "$@"; }
lake() { "${ECOM_BIN_DIR:-target/debug}/lake" "$@"; }
# results DATA_SET: each result in a file of its name.
results() {
  local name
  mkdir -p "$BATS_TEST_TMPDIR/results"
  for name in $(lake results --plan "$runs/$1/plan.toml" | cut -f 1); do
    lake walk "/user/analytics/$name" | cut -f 3 | while read -r path; do lake cat "$path"; done \
      >"$BATS_TEST_TMPDIR/results/$name"
  done
}
# second_opinion DATA_SET SOURCE: every value of every result against DuckDB's.
second_opinion() {
  results "$1"
  [[ -n $(ls "$BATS_TEST_TMPDIR/results") ]]
  [[ -n ${ECOM_DUCKDB-} ]] || { echo '# SKIPPED: the second opinion: DuckDB is not here' >&3 && return; }
  "$ECOM_DUCKDB" orchestration/tests/second_opinion.py "$1" "$2" "$runs/$1" sql/analytics "$BATS_TEST_TMPDIR/results"
}
mysql_says() { "$bin/mysql" -N "${MYSQL_DATABASE:-testdb}" -e "$1"; }
hdfs_text() { "$bin/hdfs" dfs -cat "$@" 2>/dev/null; }
odd_data() { perl "$BATS_TEST_DIRNAME/odd_data.pl" "$1"; }
# as_expected: the values in every store, read by its own client, are those that were made.
as_expected() (
  export LC_ALL=C
  columns=transaction_id,transaction_date,HEX\(note\),HEX\(tag\),flag,small,big,exact,made_on,happened_at
  sort "$BATS_FILE_TMPDIR/expected" >"$BATS_TEST_TMPDIR/expected"
  {
    kcat -C -q -e -b "$KAFKA_BOOTSTRAP_SERVERS" -t "$KAFKA_TOPIC" -f '%s\n' | odd_data messages
    mysql_says "SELECT $columns FROM transactions" | odd_data rows
  } | sort | cmp - "$BATS_TEST_TMPDIR/expected"
  {
    hdfs_text '/user/flume/kafka-transactions/*/*/*/*/*' | odd_data messages
    hdfs_text '/user/sqoop/transactions/part-m-*' | cut -f 1,7,11-18
  } | sort | cmp - "$BATS_TEST_TMPDIR/expected"
)
# snapshot: everything that a second run must not change. Of Flume's folders the content: an agent closes idle files,
# which changes their names and sizes.
snapshot() {
  mysql_says 'CHECKSUM TABLE customers, products, transactions' 2>/dev/null
  "$bin/kafka-get-offsets" --topic-partitions '' 2>/dev/null | grep ecommerce
  "$bin/hdfs" dfs -ls -R /user/sqoop /user/analytics 2>/dev/null | awk '{ print $5, $8 }'
  hdfs_text '/user/flume/logs/*/*/*/*' | sort | sha256sum
  hdfs_text '/user/flume/kafka-transactions/*/*/*/*/*' | sort | sha256sum
}

@test "the sample goes through every step and every store holds it" {
  before=$(container_ids)
  # The containers are new and empty; the other servers were used by other tests.
  reset=(--reset)
  [[ $STACK != docker ]] || reset=()
  analyzed "${reset[@]}" "$SAMPLE" >"$BATS_TEST_TMPDIR/out" 2>&1 || { cat "$BATS_TEST_TMPDIR/out"; false; }
  [[ $(container_ids) == "$before" ]]
  grep -F '[12/12]' "$BATS_TEST_TMPDIR/out"
  grep -F 'Pipeline complete' "$BATS_TEST_TMPDIR/out"
  keep_report sample "$BATS_TEST_TMPDIR/out"
  [[ $(mysql_says 'SELECT COUNT(*) FROM customers') == 200 ]]
  [[ $(hdfs_text '/user/sqoop/products/part-m-*' | wc -l) == 60 ]]
  [[ $(hdfs_text '/user/flume/logs/*/*/*/*' | wc -l) == 5000 ]]
  as_expected
}

@test "a second run succeeds and changes nothing" {
  before=$(snapshot)
  [[ -n $before ]]
  analyzed "$SAMPLE" >"$BATS_TEST_TMPDIR/out" 2>&1 || { cat "$BATS_TEST_TMPDIR/out"; false; }
  diff <(echo "$before") <(snapshot)
}

# bats test_tags=native
@test "log lines that HDFS lost are handed over again by the next run, exactly those" {
  file=$("$bin/hdfs" dfs -ls -C '/user/flume/logs/*/*/*/*.log' 2>/dev/null | head -n 1)
  hdfs_text "$file" | head -n 100 | "$bin/hdfs" dfs -put -f - "$file"
  [[ $(hdfs_text '/user/flume/logs/*/*/*/*' | wc -l) -lt 5000 ]]
  pipeline "$SAMPLE" --from 8 >"$BATS_TEST_TMPDIR/out" 2>&1 || { cat "$BATS_TEST_TMPDIR/out"; false; }
  grep -E 'log lines had been lost and went to HDFS again' "$BATS_TEST_TMPDIR/out"
  grep -F 'Pipeline complete' "$BATS_TEST_TMPDIR/out"
  cmp <(sort "$runs"/sample/logs/*.log) <(hdfs_text '/user/flume/logs/*/*/*/*' | sort)
}

@test "every value of every result of the sample is DuckDB's, and MySQL has them" {
  second_opinion sample "$SAMPLE"
  [[ $(ls "$BATS_TEST_TMPDIR/results" | wc -l) -ge 20 && -s $BATS_TEST_TMPDIR/results/payments_by_hour ]]
  while IFS=$'\t' read -r name rows _; do
    [[ $(mysql_says "SELECT COUNT(*) FROM $name") == "$rows" ]]
  done < <(lake results --plan "$runs/sample/plan.toml")
}

@test "live, Spark has from the topic what the batch has of the real-time part" {
  ./orchestration/analytics.sh --live --until-read
  kcat -C -q -e -b "$KAFKA_BOOTSTRAP_SERVERS" -t ecommerce-analytics -f '%s\n' |
    perl -ne '/"orders":(\d+),"units":(\d+),"revenue":(\d+)\.(\d\d)\}$/ or die $_;
      $orders += $1, $units += $2, $cents += "$3$4";
      END { printf "%d\t%d\t%d.%02d\n", $orders, $units, $cents / 100, $cents % 100 }' >"$BATS_TEST_TMPDIR/live"
  mysql_says "SELECT orders, units, revenue FROM sales_by_part WHERE part = 'real-time'" |
    diff - "$BATS_TEST_TMPDIR/live"
}

@test "another data set is refused with the way out" {
  mkdir -p "$BATS_TEST_TMPDIR/other"
  cp data/sample/*.csv "$BATS_TEST_TMPDIR/other"
  run -4 pipeline "$BATS_TEST_TMPDIR/other"
  [[ $output == *'the stores hold the data set sample: run again with --reset to empty them first'* ]]
}

@test "another folder of the same name is refused with the way out" {
  mkdir -p "$BATS_TEST_TMPDIR/sample"
  cp data/sample/*.csv "$BATS_TEST_TMPDIR/sample"
  run -4 pipeline "$BATS_TEST_TMPDIR/sample"
  other=$(realpath "$BATS_TEST_TMPDIR/sample")
  [[ $output == *"sample is the data set of $(realpath "$SAMPLE"), not of $other: run again from step 1 "* ]]
}

@test "a run is refused while another one is active" {
  exec 8>>"$ECOM_VAR_DIR/locks/pipeline"
  flock 8
  run -6 pipeline "$SAMPLE" 8>&-
  [[ $output == *'another run holds the pipeline lock'* ]]
}

# bats test_tags=native
@test "HDFS in safe mode stops the run, which can be resumed afterwards" {
  "$bin/hdfs" dfsadmin -safemode enter
  STACK_TIMEOUT=10 run pipeline "$SAMPLE" --from 6
  "$bin/hdfs" dfsadmin -safemode leave
  [[ $status -eq 5 && $output == *'HDFS is in safe mode'* ]]
  pipeline "$SAMPLE" --from 6
}

@test "servers that were killed with -9 come back with their data, and the verification succeeds" {
  ./orchestration/stop_flume.sh
  crash_servers
  run -5 ./orchestration/stack/status
  pipeline "$SAMPLE"
}

@test "down, and up again, keeps every record" {
  before=$(snapshot)
  ./orchestration/stack/down
  run -5 ./orchestration/stack/status
  [ "$(grep -c ' stopped ' <<<"$output")" -eq 6 ]
  TZ=Australia/Lord_Howe ./orchestration/stack/up
  diff <(echo "$before") <(snapshot)
}

# bats test_tags=native
@test "in another time zone, every value is the same" {
  TZ=Australia/Lord_Howe pipeline --reset --lines 100 "$SAMPLE" >"$BATS_TEST_TMPDIR/out" 2>&1 ||
    { cat "$BATS_TEST_TMPDIR/out"; false; }
  [[ $(mysql_says 'SELECT @@system_time_zone') == +1[01]* ]]
  as_expected
}

# printed_command: the command with which a stopped run goes on.
# shellcheck disable=SC2031 # it is called in the test that has run something
printed_command() { sed -n 's/.*; to [a-z ]*: //p' <<<"$output"; }
# open_files: how many files HDFS holds open.
open_files() {
  curl -fsS --noproxy '*' "$WEBHDFS_URL/jmx?qry=Hadoop:service=NameNode,name=FSNamesystem" |
    sed -n 's/.*"NumFilesUnderConstruction" : \([0-9]*\).*/\1/p'
}
# hold_open FILE: makes HDFS hold a file open, as after a writer that was killed while it appends to it.
hold_open() {
  local writer
  mkfifo "$BATS_TEST_TMPDIR/nothing"
  setsid "$bin/hdfs" dfs -appendToFile - "$1" <"$BATS_TEST_TMPDIR/nothing" 3>&- &
  writer=$!
  exec 7>"$BATS_TEST_TMPDIR/nothing"
  timeout 60 bash -c "$(declare -f open_files); until ((\$(open_files) > 0)); do sleep 0.2; done"
  kill -KILL -- "-$writer"
  exec 7>&-
}

# bats test_tags=native
@test "a file that HDFS holds open is named, and the printed command closes it and completes the run" {
  file=$("$bin/hdfs" dfs -find /user/flume/logs -name '*.log' 2>/dev/null | head -n 1)
  before=$(snapshot)
  hold_open "$file"
  STACK_TIMEOUT=3 run -5 pipeline "$SAMPLE" --from 10
  [[ $output == *"HDFS holds $file open under its final name: run orchestration/start_flume.sh"* ]]
  bash -c "$(printed_command)" >"$BATS_TEST_TMPDIR/out" 2>&1 || { cat "$BATS_TEST_TMPDIR/out"; false; }
  grep -F "closed ${file##*/}, which HDFS held open under its final name" "$BATS_TEST_TMPDIR/out"
  diff <(echo "$before") <(snapshot)
}

# bats test_tags=native
@test "a topic that was made again is refused, and the printed command fills the stores again" {
  "$bin/kafka-topics" --delete --topic ecommerce-transactions
  run -4 pipeline "$SAMPLE" --from 5
  [[ $output == *'topic ecommerce-transactions was deleted, and HDFS holds its messages'* ]]
  until "$bin/kafka-topics" --create --topic ecommerce-transactions --partitions 3; do sleep 1; done
  run -4 pipeline "$SAMPLE" --from 9
  [[ $output == *'topic ecommerce-transactions was deleted and made again'* ]]
  bash -c "$(printed_command)" >"$BATS_TEST_TMPDIR/out" 2>&1 || { cat "$BATS_TEST_TMPDIR/out"; false; }
  grep -F 'Pipeline complete' "$BATS_TEST_TMPDIR/out"
  [[ $(hdfs_text '/user/flume/kafka-transactions/*/*/*/*/*' | wc -l) == 602 ]]
}

@test "the marketplace file arrives whole: 168 rows, 72 messages, every log line" {
  [[ -d $MARKETPLACE ]] || skip 'SKIPPED: the marketplace file is not here'
  analyzed --reset "$MARKETPLACE" >"$BATS_TEST_TMPDIR/out" 2>&1 || { cat "$BATS_TEST_TMPDIR/out"; false; }
  keep_report marketplace "$BATS_TEST_TMPDIR/out"
  [[ $(mysql_says 'SELECT COUNT(*) FROM transactions') == 168 ]]
  [[ $(hdfs_text '/user/sqoop/transactions/part-m-*' | wc -l) == 168 ]]
  [[ $("$bin/kafka-get-offsets" --topic ecommerce-transactions |
    awk -F: '{ sum += $3 } END { print sum }') == 72 ]]
  [[ $(hdfs_text '/user/flume/kafka-transactions/*/*/*/*/*' | wc -l) == 72 ]]
  [[ $(hdfs_text '/user/flume/logs/*/*/*/*' | wc -l) == 5000 ]]
  over=$(mysql_says 'SELECT COUNT(*) FROM transactions WHERE total_revenue > 100')
  [[ $over -gt 0 && $(hdfs_text '/user/sqoop/high_value_transactions/part-m-*' | wc -l) == "$over" ]]
}

@test "a data set without customers has the results that it can have, each value DuckDB's" {
  [[ -d $MARKETPLACE ]] || skip 'SKIPPED: the marketplace file is not here'
  second_opinion marketplace "$MARKETPLACE"
  [[ -s $BATS_TEST_TMPDIR/results/product_rank && ! -e $BATS_TEST_TMPDIR/results/customer_rfm ]]
  grep -F '"the data set has no customer_id"' "$runs/marketplace/reports/analytics.json"
}

# analysis ARGUMENTS…: of one question alone, which the servers answer soon.
analysis() {
  mkdir -p "$BATS_FILE_TMPDIR/analytics"
  cp sql/analytics/product_rank.sql "$BATS_FILE_TMPDIR/analytics"
  ANALYTICS_DIR=$BATS_FILE_TMPDIR/analytics ./orchestration/analytics.sh --plan "$runs/marketplace/plan.toml" "$@"
}

# bats test_tags=native
@test "a damaged or missing file of the lake ends the analysis, and the last results stay" {
  [[ -d $MARKETPLACE ]] || skip 'SKIPPED: the marketplace file is not here'
  before=$(lake walk /user/analytics)
  printf '10999\t2024-01-16\tBooks\n' | "$bin/hdfs" dfs -put - /user/sqoop/transactions/part-m-00009
  run -1 analysis
  [[ $output == *'a line without its'*'fields'* ]]
  "$bin/hdfs" dfs -rm -skipTrash /user/sqoop/transactions/part-m-00009
  lake rename /user/sqoop/transactions/part-m-00000 /user/sqoop/.aside
  run -7 analysis
  [[ $output == *'the lake has 72 of 240 records of sales'* ]]
  lake rename /user/sqoop/.aside /user/sqoop/transactions/part-m-00000
  [[ $(lake walk /user/analytics) == "$before" ]]
}

# bats test_tags=native
@test "a batch that Flume delivered twice changes no result, and a result changed by hand is named" {
  [[ -d $MARKETPLACE ]] || skip 'SKIPPED: the marketplace file is not here'
  before=$(hdfs_text '/user/analytics/product_rank/part-*')
  file=$(lake walk /user/flume/kafka-transactions | cut -f 3 | head -n 1)
  hdfs_text "$file" | "$bin/hdfs" dfs -put - "${file%/*}/kafka-txn-.again.json"
  analysis
  "$bin/hdfs" dfs -rm -skipTrash "${file%/*}/kafka-txn-.again.json"
  [[ $(hdfs_text '/user/analytics/product_rank/part-*') == "$before" ]]
  mysql_says "UPDATE product_rank SET revenue = revenue + 1 WHERE revenue_rank = 1"
  run -7 "${ECOM_BIN_DIR:-target/debug}/reconciler" --plan "$runs/marketplace/plan.toml" --hop analytics \
    --questions "$BATS_FILE_TMPDIR/analytics"
  [[ $output == *product_rank* && $output == *revenue* ]]
  part=$(lake walk /user/analytics/product_rank | cut -f 3)
  sed '1 s/\t[0-9]*\t/\t999\t/' <<<"$before" | "$bin/hdfs" dfs -put -f - "$part"
  run -7 ./orchestration/sqoop_export.sh --results --plan "$runs/marketplace/plan.toml"
  [[ $output == *'/user/analytics/product_rank is not as the analysis left it'* ]]
}

# bats test_tags=native
@test "transaction 10016 keeps its three commas in every place" {
  [[ -d $MARKETPLACE ]] || skip 'SKIPPED: the marketplace file is not here'
  book='Salt, Fat, Acid, Heat by Samin Nosrat'
  grep -F "\"$book\"" "$runs/marketplace/transactions_historical.csv"
  [[ $(mysql_says 'SELECT product_name FROM transactions WHERE transaction_id = 10016') == "$book" ]]
  hdfs_text '/user/sqoop/transactions/part-m-*' | grep -F "$(printf '10016\t2024-01-16\t')" | grep -F "$book"
  [[ $(mysql_says "SELECT COUNT(*) FROM products WHERE product_name = '$book'") == 1 ]]
  hdfs_text '/user/sqoop/products/part-m-*' | grep -F "$book"
}

# bats test_tags=native
@test "a stray row in a store is found and named" {
  [[ -d $MARKETPLACE ]] || skip 'SKIPPED: the marketplace file is not here'
  mysql_says 'UPDATE transactions SET units_sold = units_sold + 1 WHERE transaction_id = 10016'
  run -7 pipeline "$MARKETPLACE" --only 10
  [[ $output == *10016* && $output == *units_sold* ]]
  mysql_says 'UPDATE transactions SET units_sold = units_sold - 1 WHERE transaction_id = 10016'
  pipeline "$MARKETPLACE" --only 10
}

@test "bad input is refused before anything changes" {
  # With the name of the data set in the stores: another name is refused for that.
  bad=$BATS_TEST_TMPDIR/sample
  [[ ! -d $MARKETPLACE ]] || bad=$BATS_TEST_TMPDIR/marketplace
  mkdir -p "$bad"
  before=$(snapshot)
  run -4 pipeline "$BATS_TEST_TMPDIR/nowhere"
  [[ $output == *'there is no folder'* ]]
  run -4 pipeline "$bad"
  : >"$bad/sales.csv"
  run -4 pipeline "$bad" --reset
  [[ $output == *sales.csv*'stopped before anything was changed'* ]]
  diff <(echo "$before") <(snapshot)
}
