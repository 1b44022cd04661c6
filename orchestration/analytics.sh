#!/usr/bin/env bash
# Analyzes the data lake with Spark SQL: each file of sql/analytics is one question, one SELECT, and one result.
#
# Usage: orchestration/analytics.sh [--plan FILE] [--force]
#        orchestration/analytics.sh --live [--until-read] [--plan FILE]
#        orchestration/analytics.sh --fetch
#
#   --plan FILE   the plan (default: that of the data set in the stores)
#   --force       analyze even if neither the lake nor the questions have changed since the last time
#   --live        analyze the Kafka topic instead, as it grows, until Ctrl-C
#   --until-read  with --live: only until all is read that is there now
#   --fetch       only resolve the jars of Spark, if they are not there yet
#
# Each SELECT reads the views sales, customers, products, further tables, and log_events (schema-gen --lake). The result
# of NAME.sql is in HDFS at /user/analytics/NAME: one row a line, fields separated by tabs as in Sqoop's imports, and
# the names and types of the columns in _columns. The sales themselves are kept there as Parquet. All results are
# written and counted, and the views are compared with the records of the data set, before the first result gets its
# name.
# sqoop_export.sh --results brings them into MySQL.
#
# Spark runs in this machine (with Docker, in the toolbox) for as long as the analysis takes. ANALYTICS_MASTER=yarn runs
# it on YARN, with Docker, after stack/up --yarn. ANALYTICS_DIR is another folder of questions.
#
# --live runs the SELECT of sql/live with Spark Structured Streaming: it reads the topic of the transactions from its
# first message on, ignores what Kafka delivered twice, and writes each group that has changed as a message to the
# compacted topic ecommerce-analytics, where the newest message of a key holds. Each micro-batch is a line. Stopped or
# killed, it goes on where it was. What it keeps for that belongs to the topic; stack/reset deletes it.
#
# Example: orchestration/analytics.sh --live --until-read && consumer ecommerce-analytics --until-end
#
# Exit codes: 0 analyzed and counted, or unchanged · 1 a line of the lake or a message is damaged, or Spark failed · 2
# usage or configuration · 4 a question cannot be asked, or there is no topic yet · 5 HDFS or Kafka is unavailable · 6
# another analysis is active · 7 the lake does not hold the whole data set, or a message came too late · 130, 143 --live
# was stopped

set -euo pipefail
# shellcheck source=stack/stack.sh
source "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/stack/stack.sh"
# shellcheck source=sqoop/sqoop.sh
source "$REPO/orchestration/sqoop/sqoop.sh"
# shellcheck source=live.sh
source "$REPO/orchestration/live.sh"

# Up to this many bytes, some 130,000 transactions, most of Spark's time goes into making plans and programs, not into
# running them. With a million, these options took three times as long.
SMALL=25000000
SMALL_OPTIONS=(-XX:TieredStopAtLevel=1 -Dspark.sql.adaptive.enabled=false -Dspark.sql.shuffle.partitions=1
  -Dspark.sql.codegen.wholeStage=false -Dspark.sql.codegen.factoryMode=NO_CODEGEN)

# files_closed: whether Flume has closed its files, whose records Spark would not see before.
files_closed() { ! tool lake walk "$HDFS_ROOT/flume" | grep -q '/_[^/]*\.tmp$'; }

# await_closed_files: an agent closes a file some seconds after its last record.
await_closed_files() {
  files_closed || note 'waiting until Flume has closed its files'
  await "$STACK_TIMEOUT" files_closed ||
    die 5 "Flume has not closed its files in $HDFS_ROOT/flume: run orchestration/stop_flume.sh, then this again"
}

# run_spark FOLDER: its output goes to WORK/found, what it says to the log.
run_spark() {
  local log=$STACK_DIR/logs/spark.log code=0 options=${JDK_JAVA_OPTIONS-}
  (($(bytes_of_lake) > SMALL)) || options+=" ${SMALL_OPTIONS[*]}"
  JDK_JAVA_OPTIONS=$options on sqoop spark-analytics "$ANALYTICS_MASTER" "$HDFS_ROOT" "$1" \
    <"$SQOOP_WORK/job" >"$SQOOP_WORK/found" 2>"$log" || code=$?
  ((code == 0)) && return
  ((code != 2 && code != 4 && code != 5)) || die "$code" "$(tail -n 1 -- "$log")"
  sqoop_failed "$(<"$log")" || true
  die 1 "Spark failed, the results of the last analysis are unchanged: $(said_first <"$log") (see $log)"
}

bytes_of_lake() { awk '{ sum += $1 } END { print sum + 0 }' <"$SQOOP_WORK/lake"; }

# said_first: the first exception of a log, without the name of its package.
said_first() { sed -nE 's/^[A-Za-z.]*[.]([A-Za-z]*(Exception|Error): .*)/\1/p' | head -n 1 | cut -c 1-300; }

analyze() {
  local since=$EPOCHREALTIME folder=$HDFS_ROOT/analytics mark=$HDFS_ROOT/analytics/.mark state
  find_plan
  begin_sqoop
  tool schema-gen --plan "$PLAN" --analysis "$ANALYTICS_DIR" >"$SQOOP_WORK/job"
  await_closed_files
  tool lake recover "$folder"
  { tool lake walk "$SQOOP_FOLDER" && tool lake walk "$HDFS_ROOT/flume"; } >"$SQOOP_WORK/lake"
  state=$(cat -- "$SQOOP_WORK/job" "$SQOOP_WORK/lake" | sha256sum)
  if [[ -z $FORCE && $(tool lake cat "$mark" --if-exists) == "$state"$'\n'"$(tool lake walk "$folder")" ]] &&
    tool lake results --plan "$PLAN" >/dev/null 2>&1; then
    note "unchanged: $(tool lake results --plan "$PLAN" | wc -l) results in $folder"
    return
  fi
  [[ $STACK != native ]] || (with_lock spark 600 resolve_spark)
  run_spark "$folder"
  tool lake publish "$folder" --plan "$PLAN" --questions "$ANALYTICS_DIR" --started "${since/,/.}" <"$SQOOP_WORK/found"
  printf '%s\n' "$state"$'\n'"$(tool lake walk "$folder")" | tool lake write "$mark"
  note "$(tool lake results --plan "$PLAN" | wc -l) results in $folder ($(seconds_since "$since"))"
}

help_if_asked "$@"
FORCE='' FETCH='' LIVE='' PACE=go-on
while (($# > 0)); do
  case $1 in
    --plan) plan_option "${2-}" && shift ;;
    --force) FORCE=yes ;;
    --live) LIVE=yes ;;
    --until-read) PACE=until-read ;;
    --fetch) FETCH=yes ;;
    *) refuse_argument "$1" ;;
  esac
  shift
done
[[ -n $LIVE || $PACE == go-on ]] || die 2 '--until-read is only for --live'
[[ -z $LIVE || -z $FORCE$FETCH ]] || die 2 '--live cannot be combined with --force or --fetch'
[[ $ANALYTICS_MASTER == local || $STACK != native ]] ||
  die 2 'ANALYTICS_MASTER=yarn needs Docker: STACK=docker, and orchestration/stack/up --yarn'
if [[ -n $FETCH ]]; then
  [[ $STACK != native ]] || with_lock spark 600 resolve_spark
elif [[ -n $LIVE ]]; then
  with_lock analytics-live 0 live
else
  with_lock analytics 0 analyze
fi
