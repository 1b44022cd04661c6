#!/usr/bin/env bash
# Times streamer against kcat: the same messages into equal topics, both idempotent, one after the other.
#
# Usage: orchestration/bench/streamer.sh WORK_FOLDER
#
#   WORK_FOLDER   what splitter wrote, with its plan.toml
#
# kcat gets the messages ready-made: the keys and JSON values that streamer sent, read back from its topic into a file.
# What kcat does not do, the streamer does in its time: check the file, read and convert every record, encode it, and
# prove that all of them arrived. Both send the messages as they are, and both with LZ4, in BENCH_ROUNDS rounds
# (default: 3); the median of each counts. The topics are made for the run and deleted at its end.
#
# Exit codes: 0 measured · 2 usage or configuration · 5 a server is not there

set -euo pipefail
# shellcheck source=../lib.sh
source "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/../lib.sh"
# shellcheck source=../build.sh
source "$REPO/orchestration/build.sh"
help_if_asked "$@"
[[ $# == 1 && -n $1 ]] || die 2 'usage: orchestration/bench/streamer.sh WORK_FOLDER'
# shellcheck source=table.sh
source "$REPO/orchestration/bench/table.sh"
work_file "$1" transactions_realtime
TOPIC=bench-streamer-$$
READY=$BENCH/ready.$$

topics() { tool topic-admin "$1" --topic "$TOPIC-ours" --topic "$TOPIC-kcat" --quiet "${@:2}"; }

clean() {
  rm -f -- "$READY" "$TIMES"
  topics delete --yes || note "delete the topics $TOPIC-ours and $TOPIC-kcat by hand"
}

ours() { timed "ours-$1" "$ECOM_BIN_DIR/streamer" "$FILE" "$TOPIC-ours" --delay 0 --quiet --compression "$1"; }

theirs() {
  timed "kcat-$1" kcat -P -b "$KAFKA_BOOTSTRAP_SERVERS" -t "$TOPIC-kcat" -X enable.idempotence=true \
    -X acks=all -z "$1" -K '\t' -l "$READY"
  tool consumer "$TOPIC-kcat" --expect "$ROWS" --format none --quiet
}

heading
if ! command -v kcat >/dev/null; then
  skipped streamer 'kcat, idempotent' "$ROWS"
  exit
fi
trap clean EXIT
for ((round = 1; round <= BENCH_ROUNDS; round++)); do
  for codec in none lz4; do
    topics reset --yes
    ours "$codec"
    [[ -s $READY ]] ||
      kcat -C -b "$KAFKA_BOOTSTRAP_SERVERS" -t "$TOPIC-ours" -e -q -f '%k\t%s\n' >"$READY"
    theirs "$codec"
  done
done
row streamer ours-none 'kcat, idempotent' kcat-none "$ROWS" 1.0
row streamer ours-lz4 'kcat -z lz4, both LZ4' kcat-lz4 "$ROWS" 1.0
