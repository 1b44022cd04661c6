# shellcheck shell=bash
# The twelve steps of the pipeline. Source it after lib.sh, build.sh and show.sh; run_pipeline.sh sets DATA_DIR, WORK,
# PLAN, INTO, SQL_DIR, LINES_WANTED, DELAY, ANALYZER_OPTIONS, CLAIM, RESET and DRY_RUN.

# shellcheck disable=SC2034 # for run_pipeline.sh
STEPS=('Analyze the data set' 'Split it into historical and real-time' 'Generate the MySQL schema'
  'Load the historical part into MySQL' 'Set up the Kafka topics' 'Import MySQL into HDFS with Sqoop'
  'Generate the application logs' 'Start the Flume agents' 'Stream the real-time part to Kafka'
  'Verify every store, record by record' 'Analyze the lake with Spark SQL'
  'Bring the results into MySQL with Sqoop')
# The step that proves what the steps before have brought. The analysis comes after it.
PROOF=10

step_1() {
  local code=0
  analyze || code=$?
  # A plan that a person completed counts where the analyzer alone does not know enough; --reset makes any other anew.
  if ((code == 4)) && [[ $INTO != "$WORK" && -e $PLAN ]] && tool lake check "${CLAIM[@]}" --files 2>/dev/null; then
    note "trying again with $PLAN"
    cp -- "$PLAN" "$INTO" || return
    rm -f -- "$INTO/plan.draft.toml"
    code=0
    analyze || code=$?
  fi
  [[ -n $DRY_RUN ]] || ((code != 0 && code != 3)) ||
    printf 'every column and its values, for a browser: %s\n' "$WORK/analysis.html"
  return "$code"
}
analyze() {
  run tool analyzer "$DATA_DIR" --plan "$INTO/plan.toml" --html "$INTO/analysis.html" "${ANALYZER_OPTIONS[@]}"
}
step_2() { run tool splitter --plan "$INTO/plan.toml" --out-dir "$INTO"; }
step_3() {
  umask "$CALLERS_MASK"
  run tool schema-gen --plan "$PLAN" --output "$SQL_DIR/create_tables.sql" || return
  run tool schema-gen --plan "$PLAN" --lake --output "$SQL_DIR/lake.sql"
}
step_4() { run tool mysql-loader --plan "$PLAN" --data-dir "$WORK"; }
step_5() { run tool topic-admin create; }
step_6() { run "$REPO/orchestration/sqoop_import.sh" --plan "$PLAN"; }
step_7() {
  local files
  files=$(log_files)
  let_flume_read
  run tool log-gen "$WORK/transactions_realtime.csv" --output-dir "$LOG_SPOOL_DIR" \
    --logs-per-file "$((LINES_WANTED / files))" --num-files "$files"
}
# let_flume_read: for files in the spool folder. In a container, Flume is another user, to whose group they belong where
# there are groups.
let_flume_read() { [[ $STACK == native ]] || if [[ -g $LOG_SPOOL_DIR ]]; then umask 027; else umask 022; fi; }
# log_files: the largest number of files, up to five, that the lines can be divided into equally.
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
# full_table TABLE: sends a table, if the data set has it, which is known once it is split.
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
  # Waits for what is on its way. The reconciler then hands log lines that a killed agent lost over to Flume again, and
  # names each record that did not arrive.
  let_flume_read
  run tool monitor --plan "$PLAN" --interval 2 --until complete --timeout "$STACK_TIMEOUT" || code=$?
  ((code == 0 || code == 5 || code == 7)) || return "$code"
  run tool reconciler --plan "$PLAN" --hop all --respool --wait "$STACK_TIMEOUT"
}
step_11() { run "$REPO/orchestration/analytics.sh" --plan "$PLAN"; }
step_12() {
  run "$REPO/orchestration/sqoop_export.sh" --results --plan "$PLAN" || return
  run tool reconciler --plan "$PLAN" --hop analytics --questions "$ANALYTICS_DIR"
}

# run COMMAND…: runs it, or shows it under --dry-run.
run() {
  if [[ -z $DRY_RUN ]]; then
    "$@"
    return
  fi
  [[ $1 != tool ]] || set -- "$ECOM_BIN_DIR/$2" "${@:3}"
  printf '      %s\n' "$(as_typed "$@")"
}

# complete: the last lines of a whole run.
complete() {
  local left_out
  left_out=$(tool lake left-out --plan "$PLAN")
  if [[ -z $left_out ]]; then
    printf '\n%s✓ Pipeline complete in %d s%s: every store holds exactly what went in\n' "$GREEN" $SECONDS "$PLAIN"
  else
    printf '\n%s! Pipeline complete in %d s%s: every store holds what the plan says, but ' "$BOLD" $SECONDS "$PLAIN"
    printf 'sales were left out: %s (see left_out in %s)\n' "${left_out//$'\n'/, }" "$PLAN"
  fi
  tool lake scope --plan "$PLAN" | sed 's/^/  /'
  printf '  Next: %s --web shows what sells · orchestration/demo.sh · orchestration/verify_hdfs.sh · HDFS at %s\n' \
    "${ECOM_BIN_DIR#"$REPO"/}/monitor" "${HDFS_PAGE:-$WEBHDFS_URL}"
}
