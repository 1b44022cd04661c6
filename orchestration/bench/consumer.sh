#!/usr/bin/env bash
# Times consumer against kcat: both write the messages of one topic into a file, one per line.
#
# Usage: orchestration/bench/consumer.sh WORK_FOLDER
#
#   WORK_FOLDER   what splitter wrote, with its plan.toml
#
# What kcat does not do, the consumer does in its time: check that each message is JSON and safe to print, and count by
# partition, by form and by time. Both get their turns in BENCH_ROUNDS rounds (default: 3); the median of each counts.
# The topic is made for the run, filled by the streamer, and deleted at its end.
#
# Exit codes: 0 measured · 2 usage or configuration · 5 a server is not there · 7 the two files differ

set -euo pipefail
# shellcheck source=../lib.sh
source "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/../lib.sh"
# shellcheck source=../build.sh
source "$REPO/orchestration/build.sh"
help_if_asked "$@"
[[ $# == 1 && -n $1 ]] || die 2 'usage: orchestration/bench/consumer.sh WORK_FOLDER'
# shellcheck source=table.sh
source "$REPO/orchestration/bench/table.sh"
work_file "$1" transactions_realtime
TOPIC=bench-consumer-$$

topic() { tool topic-admin "$1" --topic "$TOPIC" --quiet "${@:2}"; }

clean() {
  rm -f -- "$TIMES" "$BENCH"/consumed.$$.*
  topic delete --yes || note "delete the topic $TOPIC by hand"
}

# into NAME COMMAND…: timed, with its output in a file.
into() {
  # shellcheck disable=SC2016 # for the shell that is timed
  timed "$1" bash -c 'exec "${@:2}" >"$1"' into "$BENCH/consumed.$$.$1" "${@:2}"
}

# lines_of NAME: what was written, whatever its order: partitions are read side by side.
lines_of() { LC_ALL=C sort -- "$BENCH/consumed.$$.$1" | sha256sum; }

heading
if ! command -v kcat >/dev/null; then
  skipped consumer 'kcat to a file' "$ROWS"
  exit
fi
trap clean EXIT
topic create
tool streamer "$FILE" "$TOPIC" --delay 0 --quiet
for ((round = 1; round <= BENCH_ROUNDS; round++)); do
  into ours "$ECOM_BIN_DIR/consumer" "$TOPIC" --until-end --format json --quiet
  into kcat kcat -C -b "$KAFKA_BOOTSTRAP_SERVERS" -t "$TOPIC" -e -q
done
[[ $(lines_of ours) == "$(lines_of kcat)" ]] || die 7 'consumer and kcat wrote different lines'
row consumer ours 'kcat to a file' kcat "$ROWS" 1.0
