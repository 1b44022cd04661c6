#!/usr/bin/env bash
# Times log-gen against a plain Python loop: as many log lines as the file has records.
#
# Usage: orchestration/bench/logs.sh WORK_FOLDER
#
#   WORK_FOLDER   what splitter wrote, with its plan.toml
#
# The loop keeps no shares, makes no checksum and syncs nothing to disk. Both get their turns in BENCH_ROUNDS rounds
# (default: 3); the median of each counts.
#
# Exit codes: 0 measured · 2 usage or configuration

set -euo pipefail
# shellcheck source=../lib.sh
source "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/../lib.sh"
# shellcheck source=../build.sh
source "$REPO/orchestration/build.sh"
help_if_asked "$@"
[[ $# == 1 && -n $1 ]] || die 2 'usage: orchestration/bench/logs.sh WORK_FOLDER'
# shellcheck source=table.sh
source "$REPO/orchestration/bench/table.sh"
work_file "$1" transactions_realtime
ROWS=$((ROWS / 5 * 5))
SPOOL=$BENCH/spool.$$

clean() { rm -rf -- "$TIMES" "$SPOOL" "${FILE%/*}/logs"; }
trap clean EXIT
heading
for ((round = 1; round <= BENCH_ROUNDS; round++)); do
  rm -rf -- "$SPOOL" "${FILE%/*}/logs"
  timed ours "$ECOM_BIN_DIR/log-gen" "$FILE" --quiet --output-dir "$SPOOL" --num-files 5 \
    --logs-per-file "$((ROWS / 5))"
  if command -v python3 >/dev/null; then
    timed loop python3 "$REPO/orchestration/bench/log_loop.py" "$FILE" "$ROWS" "$BENCH/python.log"
    rm -f -- "$BENCH/python.log"
  fi
done
if command -v python3 >/dev/null; then
  row log-gen ours 'plain Python loop' loop "$ROWS" 0.1
else
  skipped log-gen 'plain Python loop' "$ROWS"
fi
