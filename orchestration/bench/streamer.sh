#!/usr/bin/env bash
# Times streamer against kcat: the same messages into equal topics, both idempotent, one after the other.
#
# Usage: orchestration/bench/streamer.sh WORK_FOLDER
#
#   WORK_FOLDER   what splitter wrote, with its plan.toml
#
# kcat gets the messages ready-made: the keys and JSON values that streamer sent, read back from its topic into a file.
# What kcat does not do, the streamer does in its time: check the file, read and convert every record, encode it, and
# prove that all of them arrived. Of BENCH_ROUNDS rounds (default: 5) the best time of each counts. The topics are made
# for the run and deleted at its end.
#
# Exit codes: 0 measured · 2 usage or configuration · 5 a server is not there

set -euo pipefail
# shellcheck source=../lib.sh
source "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/../lib.sh"
# shellcheck source=../build.sh
source "$REPO/orchestration/build.sh"
help_if_asked "$@"
[[ $# == 1 && -n $1 ]] || die 2 'usage: orchestration/bench/streamer.sh WORK_FOLDER'
FILE=$1/transactions_realtime.csv
[[ -r $FILE ]] || die 2 "$FILE is not there: run analyzer and splitter first"
command -v kcat >/dev/null || die 2 'kcat is not installed: apt-get install kcat'
BENCH_ROUNDS=${BENCH_ROUNDS:-5}
[[ $BENCH_ROUNDS =~ ^[1-9][0-9]?$ ]] || die 2 'BENCH_ROUNDS: a number from 1 to 99'
TOPIC=bench-streamer-$$
READY=$(mktemp "${TMPDIR:-/tmp}/bench-streamer.XXXXXX")

topics() { tool topic-admin "$1" --topic "$TOPIC-ours" --topic "$TOPIC-kcat" --quiet "${@:2}"; }

clean() {
  rm -f -- "$READY"
  topics delete --yes || note "delete the topics $TOPIC-ours and $TOPIC-kcat by hand"
}

# seconds COMMAND…: runs it and sets TOOK.
seconds() {
  local begin=${EPOCHREALTIME/[.,]/}
  "$@"
  TOOK=$((${EPOCHREALTIME/[.,]/} - begin))
}

ours() { tool streamer "$FILE" "$TOPIC-ours" --delay 0 --quiet; }

theirs() { kcat -P -b "$KAFKA_BOOTSTRAP_SERVERS" -t "$TOPIC-kcat" -X enable.idempotence=true -K '\t' -l "$READY"; }

# least A B: the smaller of two numbers, the second if there is no first.
least() { echo "$((${1:-$2} < $2 ? ${1:-$2} : $2))"; }

trap clean EXIT
OURS='' THEIRS=''
for ((round = 1; round <= BENCH_ROUNDS; round++)); do
  topics reset --yes
  seconds ours
  OURS=$(least "$OURS" "$TOOK")
  if ((round == 1)); then
    kcat -C -b "$KAFKA_BOOTSTRAP_SERVERS" -t "$TOPIC-ours" -e -q -f '%k\t%s\n' >"$READY"
    ROWS=$(wc -l <"$READY")
  fi
  seconds theirs
  THEIRS=$(least "$THEIRS" "$TOOK")
  tool consumer "$TOPIC-kcat" --expect "$ROWS" --format none --quiet
done

awk -v ours="$OURS" -v theirs="$THEIRS" -v rows="$ROWS" 'BEGIN {
  printf "sending %d messages to Kafka\n", rows
  printf "  %-42s %8.1f s\n", "kcat, ready-made JSON", theirs / 1e6
  printf "  %-42s %8.1f s\n", "streamer --delay 0, every record proven", ours / 1e6
  printf "  %-42s %8.2f   (wanted: at most 1.5%s)\n", "ratio", ours / theirs, (ours / theirs > 1.5 ? ": MISSED" : "")
}'
