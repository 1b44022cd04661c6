# shellcheck shell=bash
# The ten steps of the pipeline. Source it after lib.sh and build.sh; run_pipeline.sh sets DATA_DIR, WORK, PLAN, SQL_DIR,
# LINES_WANTED, DELAY and DRY_RUN.

# shellcheck disable=SC2034 # for run_pipeline.sh
STEPS=('Analyze the data set' 'Split it into historical and real-time' 'Generate the MySQL schema'
  'Load the historical part into MySQL' 'Set up the Kafka topics' 'Import MySQL into HDFS with Sqoop'
  'Generate the application logs' 'Start the Flume agents' 'Stream the real-time part to Kafka'
  'Verify every store, record by record')

step_1() {
  if [[ -n $DRY_RUN ]]; then
    run tool analyzer "$DATA_DIR" --plan "$PLAN"
  else
    # The whole report is long: its decisions are shown, the rest can be read.
    tool analyzer "$DATA_DIR" --plan "$PLAN" >"$WORK/analysis.txt" || return
    sed -n '/^Table /,$p' -- "$WORK/analysis.txt"
    printf 'every column and its values: %s\n' "$WORK/analysis.txt"
  fi
}
step_2() { run tool splitter --plan "$PLAN" --out-dir "$WORK"; }
step_3() { run tool schema-gen --plan "$PLAN" --output "$SQL_DIR/create_tables.sql"; }
step_4() { run tool mysql-loader --plan "$PLAN" --data-dir "$WORK"; }
step_5() { run tool topic-admin create; }
step_6() { run "$REPO/orchestration/sqoop_import.sh" --plan "$PLAN"; }
step_7() {
  # Flume reads them, which may be another user: in a container it is.
  umask 022
  run tool log-gen "$WORK/transactions_realtime.csv" --output-dir "$LOG_SPOOL_DIR" \
    --logs-per-file "$(((LINES_WANTED + 4) / 5))" --num-files 5
}
step_8() { run "$REPO/orchestration/start_flume.sh"; }
step_9() {
  local file
  for file in customers_full products_full; do
    # A data set without customers has no file of them.
    [[ -z $DRY_RUN && ! -e $WORK/$file.csv ]] || run tool streamer "$WORK/$file.csv" --delay 0 || return
  done
  run tool streamer "$WORK/transactions_realtime.csv" --delay "$DELAY"
}
step_10() {
  local code=0
  # What is on its way arrives first. What does not arrive is named below, record by record.
  run tool monitor --plan "$PLAN" --interval 2 --until complete --timeout "$STACK_TIMEOUT" || code=$?
  ((code == 0 || code == 5 || code == 7)) || return "$code"
  run tool reconciler --plan "$PLAN" --hop all
}

# run COMMAND…: runs it, or shows it under --dry-run.
run() {
  if [[ -z $DRY_RUN ]]; then
    "$@"
    return
  fi
  [[ $1 != tool ]] || shift
  printf '      %s\n' "${*@Q}"
}
