# shellcheck shell=bash
# The six stops of the demo. Source it after lib.sh, build.sh, plan.sh and show.sh; demo.sh sets PLAN, WORK, YES,
# STREAMER and PAGE.

# shellcheck disable=SC2034 # for demo.sh
STOPS=('Historical data in MySQL' 'From MySQL into HDFS with Sqoop' 'A real-time stream through Kafka'
  'Flume carries logs and messages into HDFS' 'The data lake, proven record by record'
  'What sells: the analysis, and the live page')
TOPIC=ecommerce-demo

stop_1() {
  local table from
  for table in "${TABLES[@]}"; do
    from=$table
    # After a dot, MySQL reads every word as a name, even a reserved one.
    [[ $table =~ ^(customers|products|transactions)$ ]] || from=$MYSQL_DATABASE.$table
    mysql_shows "SELECT '$table' AS table_name, COUNT(*) AS records FROM $from"
    mysql_shows "SELECT * FROM $from LIMIT 3"
  done
}

stop_2() {
  show "$REPO/orchestration/sqoop_import.sh" --plan "$PLAN" --force transactions
  show "$REPO/orchestration/sqoop_import.sh" --plan "$PLAN"
  show on namenode hdfs dfs -ls -R "$SQOOP_FOLDER"
  first_lines "$SQOOP_FOLDER/transactions"
}

stop_3() {
  show tool topic-admin list
  echo 'The first records of the real-time part, sent again into a topic of their own, two per second:'
  tool topic-admin --quiet reset --topic "$TOPIC" --yes
  # Not through `tool`, so that end_stream can end the streamer itself.
  "$ECOM_BIN_DIR/streamer" --quiet "$WORK/transactions_realtime.csv" "$TOPIC" --rate 2 --limit 10 &
  STREAMER=$!
  show tool consumer "$TOPIC" --from beginning --format json --max-messages 9 --max-time 60
  show tool consumer "$TOPIC" --from beginning --format pretty --max-messages 1 --max-time 60
  wait "$STREAMER"
  end_stream
}

stop_4() {
  show "$REPO/orchestration/start_flume.sh"
  echo 'What has not been sent of the real-time part goes to Flume now:'
  show tool streamer "$WORK/transactions_realtime.csv" --delay 0
  echo 'Waiting until every message and every log line is in HDFS:'
  show tool monitor --plan "$PLAN" --interval 2 --until complete --timeout "$STACK_TIMEOUT"
  first_lines "$HDFS_ROOT/flume/logs"
  first_lines "$HDFS_ROOT/flume/kafka-transactions"
}

stop_5() {
  show "$REPO/orchestration/verify_hdfs.sh" --plan "$PLAN" --wait "$STACK_TIMEOUT"
}

stop_6() {
  local result
  show "$REPO/orchestration/analytics.sh" --plan "$PLAN"
  show "$REPO/orchestration/sqoop_export.sh" --results --plan "$PLAN"
  # The reconciler's proof, which the page shows behind each number.
  show tool reconciler --quiet --plan "$PLAN" --hop analytics --questions "$ANALYTICS_DIR"
  for result in key_figures sales_by_month product_rank; do
    [[ $'\n'$(tool lake results --plan "$PLAN" | cut -f 1)$'\n' != *$'\n'"$result"$'\n'* ]] ||
      mysql_shows "SELECT * FROM $result LIMIT 5"
  done
  live_page
}

# live_page: the monitor's page, and a replay whose sums it shows as they grow.
live_page() {
  printf '\nThe same on a page, tab Analytics, and above it what arrives now: 300 records, ten per second:\n'
  tool topic-admin --quiet reset --topic "$TOPIC" --yes
  "$ECOM_BIN_DIR/monitor" --plan "$PLAN" --web --live-topic "$TOPIC" &
  PAGE=$!
  "$ECOM_BIN_DIR/streamer" --quiet "$WORK/transactions_realtime.csv" "$TOPIC" --rate 10 --limit 300 &
  STREAMER=$!
  wait "$STREAMER"
  [[ -n $YES ]] || read -r -p $'\nPress Enter to close the page… ' || echo
  end_stream
}

# end_stream: ends the replay and the page, and deletes the replay's topic.
end_stream() {
  [[ -z $PAGE ]] || kill "$PAGE" 2>/dev/null || true
  [[ -z $PAGE ]] || wait "$PAGE" 2>/dev/null || true
  PAGE=''
  [[ -n $STREAMER ]] || return 0
  kill "$STREAMER" 2>/dev/null || true
  wait "$STREAMER" 2>/dev/null || true
  STREAMER=''
  tool topic-admin --quiet delete --topic "$TOPIC" --yes
}
