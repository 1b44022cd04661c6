#!/usr/bin/env bash
# Times mysql-loader against LOAD DATA LOCAL of the plain client: the same files into tables without secondary keys, and
# into those of schema-gen with all their keys.
#
# Usage: orchestration/bench/loader.sh WORK_FOLDER
#
#   WORK_FOLDER   what splitter wrote, with its plan.toml
#
# All fill the database BENCH_DATABASE (default: testdb_bench), which is dropped before, between and at the end; the
# user needs the right to it. What the plain client does not do, the loader does in its time: validate and convert every
# value, add all keys, prove every row and every reference, publish in one step. All get their turns in BENCH_ROUNDS
# rounds (default: 3); the median of each counts.
#
# Exit codes: 0 measured · 2 usage or configuration · 5 a server is not there

set -euo pipefail
# shellcheck source=../lib.sh
source "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/../lib.sh"
# shellcheck source=../build.sh
source "$REPO/orchestration/build.sh"
help_if_asked "$@"
[[ $# == 1 && -n $1 ]] || die 2 'usage: orchestration/bench/loader.sh WORK_FOLDER'
# shellcheck source=table.sh
source "$REPO/orchestration/bench/table.sh"
WORK=$1
work_file "$WORK" transactions_historical
BENCH_DATABASE=${BENCH_DATABASE:-testdb_bench}
[[ $BENCH_DATABASE =~ ^[a-z0-9_]+$ ]] || die 2 'BENCH_DATABASE: only letters, digits and _'

client() { on mysql mysql --local-infile=1 "$@"; }
empty() { client --execute "DROP DATABASE IF EXISTS $BENCH_DATABASE"; }
clean() {
  rm -f -- "$TIMES"
  empty
}

# tables: the statements of schema-gen.
tables() { tool schema-gen --plan "$WORK/plan.toml" --mysql-database "$BENCH_DATABASE" --output - --quiet; }

# without_keys: the same without secondary keys; the primary key is then the last part of each.
without_keys() { sed -E '/^  (UNIQUE )?KEY |^  CONSTRAINT /d; s/^(  PRIMARY KEY \([^)]*\)),/\1/'; }

# loads: a LOAD DATA for every file.
loads() {
  local table part
  for table in customers_full products_full transactions_historical; do
    part=$WORK/$table.csv
    [[ ! -e $part ]] || printf "LOAD DATA LOCAL INFILE '%s' INTO TABLE %s CHARACTER SET utf8mb4
      FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"' ESCAPED BY '' IGNORE 1 LINES;" \
      "${part//\'/\'\'}" "${table%_*}"
  done
}

# plain NAME: into the tables that are on stdin.
plain() {
  empty
  client
  timed "$1" "$STACK_HOME/bin/mysql" --local-infile=1 "$BENCH_DATABASE" --execute "$(loads)"
}

ours() {
  empty
  timed ours "$ECOM_BIN_DIR/mysql-loader" --plan "$WORK/plan.toml" --data-dir "$WORK" \
    --mysql-database "$BENCH_DATABASE" --quiet
}

[[ $STACK == native ]] || die 2 'the plain client reads files of this machine: run this with STACK=native'
heading
trap clean EXIT
for ((round = 1; round <= BENCH_ROUNDS; round++)); do
  tables | without_keys | plain bare
  ours
  tables | plain keys
done
row loader ours 'LOAD DATA, no other keys' bare "$ROWS" 1.0
row loader ours 'LOAD DATA, all keys' keys "$ROWS" -
