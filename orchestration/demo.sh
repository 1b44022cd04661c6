#!/usr/bin/env bash
# Shows the platform at work, in five stops: MySQL, Sqoop, Kafka, Flume, and the proof.
#
# Usage: orchestration/demo.sh [--yes] [--plan FILE]
#
#   --yes         go through without waiting for Enter
#   --plan FILE   the plan (default: of the data set that the stores hold)
#
# Run it after run_pipeline.sh. What it shows is what the servers hold; it adds nothing to them but the result of the
# analysis at the end. The live stream is a replay into a topic of its own, which is gone afterwards.
#
# Exit codes: 0 all five stops ended well · else the code of the command that failed: 2 usage or configuration · 5 a
# server is not there · 7 a store differs from what went in

set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/lib.sh"
# shellcheck source=build.sh
source "$REPO/orchestration/build.sh"
# shellcheck source=plan.sh
source "$REPO/orchestration/plan.sh"
# shellcheck source=show.sh
source "$REPO/orchestration/show.sh"

STOPS=('Historical data in MySQL' 'From MySQL into HDFS with Sqoop' 'A real-time stream through Kafka'
  'Flume carries logs and messages into HDFS' 'The data lake, proven record by record')
TOPIC=ecommerce-demo

stop_1() {
  local table from
  for table in "${TABLES[@]}"; do
    from=$table
    # Behind a dot MySQL takes every word for a name, also one of its own.
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
  echo 'The first records of the real-time part, sent again into a topic of their own, two a second:'
  tool topic-admin --quiet reset --topic "$TOPIC" --yes
  # Not by `tool`: the process to end is the streamer itself, not a shell that waits for it.
  "$ECOM_BIN_DIR/streamer" --quiet "$WORK/transactions_realtime.csv" "$TOPIC" --rate 2 --limit 10 &
  STREAMER=$!
  show tool consumer "$TOPIC" --from beginning --format json --max-messages 9 --max-time 60
  show tool consumer "$TOPIC" --from beginning --format pretty --max-messages 1 --max-time 60
  wait "$STREAMER"
  end_stream
}

stop_4() {
  show "$REPO/orchestration/start_flume.sh"
  echo 'What of the real-time part has not been sent yet goes to Flume now:'
  show tool streamer "$WORK/transactions_realtime.csv" --delay 0
  echo 'Waiting until every message and every log line is in HDFS:'
  show tool monitor --plan "$PLAN" --interval 2 --until complete --timeout "$STACK_TIMEOUT"
  first_lines "$HDFS_ROOT/flume/logs"
  first_lines "$HDFS_ROOT/flume/kafka-transactions"
}

stop_5() {
  show "$REPO/orchestration/verify_hdfs.sh" --plan "$PLAN" --wait "$STACK_TIMEOUT"
  if [[ -z $(role_column region) || -z $(role_column amount) ]]; then
    echo 'This data set has no region or no amount: there are no sales by region.'
    return
  fi
  if [[ -n ${SELECT_LIST[sales_by_region]-} ]]; then
    echo 'This data set has a table sales_by_region of its own, which the example would replace.'
    return
  fi
  printf '\nAnd back into MySQL: sales by region\n'
  show "$REPO/orchestration/sqoop_export.sh" --example --plan "$PLAN"
  mysql_shows 'SELECT * FROM sales_by_region ORDER BY amount DESC'
}

# end_stream: leaves no replay behind.
end_stream() {
  [[ -n $STREAMER ]] || return 0
  kill "$STREAMER" 2>/dev/null || true
  wait "$STREAMER" 2>/dev/null || true
  STREAMER=''
  tool topic-admin --quiet delete --topic "$TOPIC" --yes
}

# ended: whatever becomes of the demo.
ended() {
  local code=$?
  end_stream
  ((code == 0)) || note "ended at stop ${number:-0} of ${#STOPS[@]} (exit code $code)"
}

help_if_asked "$@"
YES='' STREAMER=''
while (($# > 0)); do
  case $1 in
    --yes) YES=yes ;;
    --plan) plan_option "${2-}" && shift ;;
    *) refuse_argument "$1" ;;
  esac
  shift
done
build_tools
find_plan
read_plan
WORK=$(dirname -- "$PLAN")
"$STACK_HOME/up"
trap ended EXIT

box 'E-Commerce Analytics Platform - LIVE DEMO'
for ((number = 1; number <= ${#STOPS[@]}; number++)); do
  printf '\n%s[DEMO %d/%d] %s%s\n' "$BOLD" "$number" "${#STOPS[@]}" "${STOPS[number - 1]}" "$PLAIN"
  "stop_$number"
  [[ -n $YES || $number == "${#STOPS[@]}" ]] || read -r -p $'\nPress Enter to go on… ' || echo
done
box 'DEMO COMPLETED'
printf 'Look around: HDFS at %s · orchestration/stack/status · orchestration/verify_hdfs.sh\n' "${HDFS_PAGE:-$WEBHDFS_URL}"
