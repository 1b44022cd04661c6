#!/usr/bin/env bash
# Measures the tools: memory on a large data set, and speed against a peer, side by side in one run.
#
# Usage: orchestration/bench/run.sh [TRANSACTIONS]
#
#   TRANSACTIONS   the size of the data set (default: 5000000, about 1 GB of disk in var/bench with all that is made)
#
# Starts the native servers if they are not up: the plain client reads files of this machine. Fills a database and a
# topic of its own, and removes them.
#
# Exit codes: 0 measured · 2 usage or configuration · else the code of what failed

set -euo pipefail
# shellcheck source=../stack/stack.sh
source "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/../stack/stack.sh"
# shellcheck source=../build.sh
source "$REPO/orchestration/build.sh"
help_if_asked "$@"
[[ $STACK == native ]] ||
  die 2 'this measures the native servers: run it with STACK=native and an ECOM_VAR_DIR of its own'
TRANSACTIONS=${1-5000000}
[[ $TRANSACTIONS =~ ^[1-9][0-9]{0,8}$ && $# -le 1 ]] || refuse_argument "$TRANSACTIONS"
BENCH=$ECOM_VAR_DIR/bench DATA=$ECOM_VAR_DIR/bench/data_$TRANSACTIONS WORK=$ECOM_VAR_DIR/bench/work_$TRANSACTIONS

bench_packages() {
  [[ -x /usr/bin/time ]] || echo time
  command -v kcat >/dev/null || echo kcat
  command -v python3 >/dev/null || echo python3
}

# measured TITLE MOST TOOL ARGUMENTS…: runs it once, and prints the seconds and the peak of resident memory, which
# should be at most MOST MiB.
measured() {
  /usr/bin/time -o "$BENCH/time" -f '%e %M' "$ECOM_BIN_DIR/$3" --quiet "${@:4}" >/dev/null
  awk -v title="$1" -v most="$2" '{
    printf "%-40s %6.1f s %8.1f MiB   (wanted: at most %d%s)\n",
      title, $1, $2 / 1024, most, ($2 / 1024 > most ? ": MISSED" : "") }' "$BENCH/time"
}

memory() {
  rm -rf -- "$DATA" "$WORK"
  measured "data-gen, $TRANSACTIONS transactions" 64 data-gen --transactions "$TRANSACTIONS" --customers 200000 \
    --products 5000 --out-dir "$DATA"
  measured 'analyzer, every key proven' 128 analyzer "$DATA" --plan "$WORK/plan.toml"
  measured 'splitter, read back and verified' 64 splitter --plan "$WORK/plan.toml" --out-dir "$WORK"
}

# logs: the same number of lines by log-gen and by a plain Python loop.
logs() {
  local lines=1000000 ours peer begin
  rm -rf -- "$BENCH/spool" "$WORK/logs"
  begin=${EPOCHREALTIME/[.,]/}
  tool log-gen "$WORK/transactions_realtime.csv" --quiet --output-dir "$BENCH/spool" --logs-per-file 200000 >/dev/null
  ours=$((${EPOCHREALTIME/[.,]/} - begin)) begin=${EPOCHREALTIME/[.,]/}
  python3 "$REPO/orchestration/bench/log_loop.py" "$WORK/transactions_realtime.csv" "$lines" "$BENCH/python.log" \
    >/dev/null
  peer=$((${EPOCHREALTIME/[.,]/} - begin))
  awk -v a="$ours" -v b="$peer" -v n="$lines" 'BEGIN {
    printf "log-gen %.2f s, plain Python loop %.2f s for %d lines: %.1f times as fast   (wanted: at least 5%s)\n",
      a / 1e6, b / 1e6, n, b / a, (b / a < 5 ? ": MISSED" : "") }'
}

require_packages bench_packages
build_tools
mkdir -p -- "$BENCH"
printf '== Time and peak of resident memory\n'
memory
printf '\n== log-gen against a plain Python loop\n'
logs
"$STACK_HOME/up"
grant_databases_beside
printf '\n== streamer against kcat\n'
"$REPO/orchestration/bench/streamer.sh" "$WORK"
printf '\n== mysql-loader against the plain client\n'
"$REPO/orchestration/bench/loader.sh" "$WORK"
rm -rf -- "$BENCH/spool" "$BENCH/python.log" "$BENCH/time" "$DATA" "$WORK"
