#!/usr/bin/env bash
# Times analyzer and splitter against their peers: DuckDB, xan, and sort, head and tail on the same files.
#
# Usage: orchestration/bench/csv.sh [--rows N]... [--curve]
#
#   --rows N   transactions in the data set (default: 1000000 and 5000000); can be repeated
#   --curve    time and memory of both tools from 100000 to 20000000 transactions instead, without peers; needs 4 GB of
#              disk in var/bench
#
# Every peer gets its turn right after the tool, in BENCH_ROUNDS rounds (default: 3); the median of each counts. The
# peers do less: no key is proven, no type of a date or a number is found by xan, no value is checked by sort, and
# nobody reads back what was written. DuckDB is installed into var/bench; xan is measured where it is installed.
#
# Prints one table: tool, peer, rows, seconds of both, ratio, goal, and the peak of the tool's memory.
#
# Exit codes: 0 measured · 2 usage or configuration · else the code of what failed

set -euo pipefail
# shellcheck source=../lib.sh
source "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/../lib.sh"
# shellcheck source=../build.sh
source "$REPO/orchestration/build.sh"
help_if_asked "$@"
# shellcheck source=table.sh
source "$REPO/orchestration/bench/table.sh"
SIZES=() CURVE=''
while (($#)); do
  case $1 in
    --rows)
      [[ ${2-} =~ ^[1-9][0-9]{2,8}$ ]] || die 2 '--rows: a number from 100 to 999999999'
      SIZES+=("$2") && shift
      ;;
    --curve) CURVE=yes ;;
    *) refuse_argument "$1" ;;
  esac
  shift
done
((${#SIZES[@]})) || SIZES=(1000000 5000000)
DATA='' WORK=''

csv_packages() {
  [[ -x /usr/bin/time ]] || echo time
  command -v python3 >/dev/null || echo python3
}

clean() { rm -rf -- "$TIMES" ${DATA:+"$DATA" "$WORK" "$WORK.peer"}; }

# data_set ROWS: makes it, and sets DATA and WORK.
data_set() {
  clean
  DATA=$BENCH/csv_data_$1 WORK=$BENCH/csv_work_$1
  tool data-gen --transactions "$1" --customers 200000 --products 5000 --out-dir "$DATA" --quiet >/dev/null
  mkdir -p -- "$WORK" "$WORK.peer"
}

analyze() { timed analyzer "$ECOM_BIN_DIR/analyzer" "$DATA" --plan "$WORK/plan.toml" --force --quiet; }

split() {
  rm -f -- "$WORK"/*.csv
  timed splitter "$ECOM_BIN_DIR/splitter" --plan "$WORK/plan.toml" --out-dir "$WORK" --quiet
}

# in_duckdb NAME STATEMENT…: one process for all statements.
in_duckdb() {
  timed "$1" "$DUCKDB" -c 'import sys, duckdb
database = duckdb.connect()
for statement in sys.argv[1:]: database.execute(statement).fetchall()' 'SET enable_progress_bar = false' "${@:2}"
}

summarize() { in_duckdb summarize "SUMMARIZE FROM '$DATA/"{customers,products,transactions}".csv'"; }

# copy: both parts of the transactions, cut before the first day of the splitter's second part.
copy() {
  local day from="COPY (FROM '$DATA/transactions.csv' WHERE transaction_date"
  day=$(sed -n '2{s/.*,\([0-9-]*\) [0-9:]*,.*/\1/p;q}' "$WORK/transactions_realtime.csv")
  in_duckdb copy "$from < '$day') TO '$WORK.peer/historical.csv' (HEADER)" \
    "$from >= '$day') TO '$WORK.peer/realtime.csv' (HEADER)"
}

# stats: as xan gives them, without counting distinct values.
stats() {
  # shellcheck disable=SC2016 # for the shell that is timed
  timed xan bash -c 'for file; do xan stats "$file"; done' stats "$DATA"/*.csv
}

# plain: the transactions in order of their dates, cut by head and tail.
plain() {
  local historical=$(($1 * 7 / 10))
  # shellcheck disable=SC2016 # for the shell that is timed
  timed plain env LC_ALL=C bash -c 'set -euo pipefail
    tail -n +2 "$1" | sort -s -t , -k 7,7 >"$3/sorted"
    head -n "$2" "$3/sorted" >"$3/historical.csv"
    tail -n "+$(($2 + 1))" "$3/sorted" >"$3/realtime.csv"' plain "$DATA/transactions.csv" "$historical" "$WORK.peer"
}

# compare ROWS: all peers at one size. The goals are for 5,000,000 rows, where the start of a process costs nothing.
compare() {
  local round goals=(- - -)
  (($1 < 5000000)) || goals=(0.45 1.2 0.8)
  data_set "$1"
  for ((round = 1; round <= BENCH_ROUNDS; round++)); do
    analyze
    [[ -z $DUCKDB ]] || summarize
    [[ -z $XAN ]] || stats
    split
    plain "$1"
    [[ -z $DUCKDB ]] || copy
  done
  if [[ -n $DUCKDB ]]; then
    row analyzer analyzer 'DuckDB SUMMARIZE' summarize "$1" "${goals[0]}"
  else
    skipped analyzer 'DuckDB SUMMARIZE' "$1"
  fi
  if [[ -n $XAN ]]; then
    row analyzer analyzer 'xan stats, no distinct' xan "$1" "${goals[1]}"
  else
    skipped analyzer 'xan stats, no distinct' "$1"
  fi
  row splitter splitter 'sort | head | tail' plain "$1" "${goals[2]}"
  if [[ -n $DUCKDB ]]; then
    row splitter splitter 'DuckDB COPY' copy "$1" -
  else
    skipped splitter 'DuckDB COPY' "$1"
  fi
}

# install_duckdb: the version of the tests, in a folder of its own; sets DUCKDB, which stays empty where it cannot be.
install_duckdb() {
  DUCKDB=${ECOM_DUCKDB-}
  [[ -z $DUCKDB ]] || return 0
  local home=$BENCH/duckdb
  if [[ -x $home/bin/python ]] && "$home/bin/python" -c 'import duckdb' 2>/dev/null; then
    DUCKDB=$home/bin/python
  elif python3 -m venv "$home" && "$home/bin/pip" install --quiet --disable-pip-version-check duckdb==1.4.5; then
    DUCKDB=$home/bin/python
  fi
}

# curve: both tools alone, at every size.
curve() {
  local rows tool
  printf '%-9s %9s %8s %12s %6s\n' tool rows seconds rows/second MiB
  for rows in 100000 200000 500000 1000000 2000000 5000000 10000000 20000000; do
    data_set "$rows"
    analyze
    split
    for tool in analyzer splitter; do
      awk -v tool="$tool" -v rows="$rows" -v most="$MOST_MEMORY" '$1 == tool {
        missed = ($3 / 1024 > most ? "  MEMORY MISSED" : "")
        printf "%-9s %9d %8.2f %12d %6.1f%s\n", tool, rows, $2, rows / ($2 > 0 ? $2 : 0.01), $3 / 1024, missed }' \
        "$TIMES"
    done
  done
}

require_packages csv_packages
build_tools
trap clean EXIT
if [[ -n $CURVE ]]; then
  curve
  exit
fi
install_duckdb
XAN=$(command -v xan || true)
heading
for size in "${SIZES[@]}"; do compare "$size"; done
