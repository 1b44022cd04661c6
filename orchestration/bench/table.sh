# shellcheck shell=bash
# What the benchmarks share: rounds, medians, and the lines of the one table. Source it after lib.sh and build.sh.

BENCH_ROUNDS=${BENCH_ROUNDS:-3}
[[ $BENCH_ROUNDS =~ ^[1-9][0-9]?$ ]] || die 2 'BENCH_ROUNDS: a number from 1 to 99'
# The most memory that a tool may need, in MiB.
MOST_MEMORY=128
BENCH=$ECOM_VAR_DIR/bench
(umask 077 && mkdir -p -- "$BENCH")
TIMES=$BENCH/times.$$

# timed NAME COMMAND…: runs it, and notes seconds and KiB under that name.
timed() { /usr/bin/time -a -o "$TIMES" -f "$1 %e %M" "${@:2}" >/dev/null; }

# median NAME FIELD: of what was noted; FIELD is 2 for seconds, 3 for KiB.
median() {
  awk -v name="$1" -v field="$2" '$1 == name { print $field }' "$TIMES" | sort -g |
    awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'
}

# heading: the names of the columns, once in a run of several benchmarks.
heading() {
  [[ -n ${BENCH_HEADED-} ]] ||
    printf '%-9s %-24s %9s %8s %8s %6s %5s %6s\n' tool peer rows seconds "peer's" ratio goal MiB
}

# row TOOL OURS PEER THEIRS ROWS GOAL: a line of the table. OURS and THEIRS are names of what was timed; GOAL is - if
# there is none.
row() {
  awk -v tool="$1" -v peer="$3" -v rows="$5" -v goal="$6" -v most="$MOST_MEMORY" -v ours="$(median "$2" 2)" \
    -v theirs="$(median "$4" 2)" -v memory="$(median "$2" 3)" 'BEGIN {
      ratio = ours / (theirs > 0 ? theirs : 0.01)
      missed = (goal != "-" && ratio > goal ? "  MISSED" : "") (memory / 1024 > most ? "  MEMORY MISSED" : "")
      printf "%-9s %-24s %9d %8.2f %8.2f %6.2f %5s %6.1f%s\n",
        tool, peer, rows, ours, theirs, ratio, goal, memory / 1024, missed }'
}

# skipped TOOL PEER ROWS: a line for a peer that is not there.
skipped() { printf '%-9s %-24s %9d  SKIPPED: it is not installed\n' "$@"; }

# work_file WORK_FOLDER NAME: sets FILE and ROWS.
# shellcheck disable=SC2034 # for the scripts that source this
work_file() {
  FILE=$1/$2.csv
  [[ -r $FILE && -r $1/plan.toml ]] || die 2 "$FILE is not there: run analyzer and splitter first"
  ROWS=$(($(wc -l <"$FILE") - 1))
}

command -v /usr/bin/time >/dev/null || die 2 '/usr/bin/time is not installed: apt-get install time'
