# shellcheck shell=bash
# The ten steps of the pipeline. Source it after lib.sh and build.sh; run_pipeline.sh sets DATA_DIR, WORK, PLAN, SQL_DIR,
# LINES_WANTED, DELAY, ANALYZER_OPTIONS, RESET and DRY_RUN.

# shellcheck disable=SC2034 # for run_pipeline.sh
STEPS=('Analyze the data set' 'Split it into historical and real-time' 'Generate the MySQL schema'
  'Load the historical part into MySQL' 'Set up the Kafka topics' 'Import MySQL into HDFS with Sqoop'
  'Generate the application logs' 'Start the Flume agents' 'Stream the real-time part to Kafka'
  'Verify every store, record by record')

step_1() {
  local page=$WORK/analysis.html
  local command=(tool analyzer "$DATA_DIR" --plan "$PLAN" --html "$page" "${ANALYZER_OPTIONS[@]}")
  if [[ -n $DRY_RUN ]]; then
    run "${command[@]}"
  else
    local code=0
    "${command[@]}" || code=$?
    ((code == 0 || code == 3)) || return "$code"
    printf 'every column and its values, for a browser: %s\n' "$page"
    return "$code"
  fi
}
step_2() { run tool splitter --plan "$PLAN" --out-dir "$WORK"; }
step_3() { run tool schema-gen --plan "$PLAN" --output "$SQL_DIR/create_tables.sql"; }
step_4() { run tool mysql-loader --plan "$PLAN" --data-dir "$WORK"; }
step_5() { run tool topic-admin create; }
step_6() { run "$REPO/orchestration/sqoop_import.sh" --plan "$PLAN"; }
step_7() {
  local files
  files=$(log_files)
  # Flume reads them, which may be another user: in a container it is.
  umask 022
  run tool log-gen "$WORK/transactions_realtime.csv" --output-dir "$LOG_SPOOL_DIR" \
    --logs-per-file "$((LINES_WANTED / files))" --num-files "$files"
}
# log_files: the most files, up to five, that share the lines equally.
log_files() {
  local files=5
  while ((LINES_WANTED % files != 0)); do files=$((files - 1)); done
  echo "$files"
}
step_8() { run "$REPO/orchestration/start_flume.sh"; }
step_9() {
  local table
  for table in customers products; do
    full_table "$table" || return
  done
  run tool streamer "$WORK/transactions_realtime.csv" --delay "$DELAY"
}
# full_table TABLE: a data set without customers has no file of them, which is not known before it is split.
full_table() {
  local file=$WORK/$1_full.csv
  if [[ -n $DRY_RUN && (-n $RESET || ! -e $WORK/manifest.json) ]]; then
    printf '%s  # if the data set has %s\n' "$(run tool streamer "$file" --delay 0)" "$1"
  elif [[ -e $file ]]; then
    run tool streamer "$file" --delay 0
  fi
}
step_10() {
  local code=0
  # What is on its way arrives first. What does not arrive is named below, record by record.
  run tool monitor --plan "$PLAN" --interval 2 --until complete --timeout "$STACK_TIMEOUT" || code=$?
  ((code == 0 || code == 5 || code == 7)) || return "$code"
  run tool reconciler --plan "$PLAN" --hop all
}

# all_sales: whether every file with sales is in a table, as the reconciler's report has it.
all_sales() { ! grep -q '"complete": false' -- "$WORK/reports/reconciler.json" 2>/dev/null; }

# run COMMAND…: runs it, or shows it under --dry-run.
run() {
  if [[ -z $DRY_RUN ]]; then
    "$@"
    return
  fi
  [[ $1 != tool ]] || set -- "$ECOM_BIN_DIR/$2" "${@:3}"
  printf '      %s\n' "$(as_typed "$@")"
}

# as_typed WORD…: a command that can be typed, with quotes where it needs them.
as_typed() {
  local word line=''
  for word in "$@"; do
    [[ -n $word && $word != *[!A-Za-z0-9_./:,=@%+-]* ]] || word=${word@Q}
    line+=" $word"
  done
  printf '%s\n' "${line# }"
}
