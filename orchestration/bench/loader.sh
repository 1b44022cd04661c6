#!/usr/bin/env bash
# Times mysql-loader against LOAD DATA LOCAL of the plain client: the same files into equal tables, one after the other.
#
# Usage: orchestration/bench/loader.sh WORK_FOLDER
#
#   WORK_FOLDER   what splitter wrote, with its plan.toml
#
# Both fill the database BENCH_DATABASE (default: testdb_bench), which is dropped before, between and at the end; the
# user needs the right to it. Tables and keys of the plain client are those of schema-gen. What the plain client does
# not do, the loader does in its time: validate and convert every value, prove every row, publish in one step.
#
# Exit codes: 0 measured · 2 usage or configuration · 5 a server is not there

set -euo pipefail
# shellcheck source=../lib.sh
source "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/../lib.sh"
# shellcheck source=../build.sh
source "$REPO/orchestration/build.sh"
help_if_asked "$@"
[[ $# == 1 && -n $1 ]] || die 2 'usage: orchestration/bench/loader.sh WORK_FOLDER'
WORK=$1
[[ -r $WORK/plan.toml ]] || die 2 "$WORK has no plan.toml: run analyzer and splitter first"
BENCH_DATABASE=${BENCH_DATABASE:-testdb_bench}
[[ $BENCH_DATABASE =~ ^[a-z0-9_]+$ ]] || die 2 'BENCH_DATABASE: only letters, digits and _'

client() { on mysql mysql --local-infile=1 "$@"; }
empty() { client --execute "DROP DATABASE IF EXISTS $BENCH_DATABASE"; }

# seconds COMMAND…: runs it and sets TOOK.
seconds() {
  local begin=${EPOCHREALTIME/[.,]/}
  "$@"
  TOOK=$((${EPOCHREALTIME/[.,]/} - begin))
}

plain_client() {
  local table part
  for table in customers_full products_full transactions_historical; do
    part=$WORK/$table.csv
    [[ -e $part ]] || continue
    client "$BENCH_DATABASE" --execute "LOAD DATA LOCAL INFILE '${part//\'/\'\'}' INTO TABLE ${table%_*}
      CHARACTER SET utf8mb4 FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"' ESCAPED BY '' IGNORE 1 LINES"
  done
}

loader() {
  tool mysql-loader --plan "$WORK/plan.toml" --data-dir "$WORK" --mysql-database "$BENCH_DATABASE" --quiet >/dev/null
}

trap empty EXIT
empty
tool schema-gen --plan "$WORK/plan.toml" --mysql-database "$BENCH_DATABASE" --output - --quiet | client
seconds plain_client
PLAIN=$TOOK
empty
seconds loader
LOADER=$TOOK

awk -v plain="$PLAIN" -v loader="$LOADER" -v rows="$(wc -l <"$WORK/transactions_historical.csv")" 'BEGIN {
  printf "loading about %d rows into MySQL\n", rows
  printf "  %-42s %8.1f s\n", "LOAD DATA LOCAL by the plain client", plain / 1e6
  printf "  %-42s %8.1f s\n", "mysql-loader, every row proven", loader / 1e6
  printf "  %-42s %8.2f   (wanted: at most 1.5%s)\n", "ratio", loader / plain, (loader / plain > 1.5 ? ": MISSED" : "")
}'
