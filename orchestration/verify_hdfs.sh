#!/usr/bin/env bash
# Shows what has arrived in HDFS, counts its records, and proves them record by record against what went in.
#
# Usage: orchestration/verify_hdfs.sh [--all] [--plan FILE] [--wait SECONDS]
#
#   --all            list every file (default: the newest 12 of each area)
#   --plan FILE      the plan (default: of the data set that the stores hold)
#   --wait SECONDS   how long what is still under way may take to arrive (default: 0)
#
# The proof is the reconciler's: it compares every record in MySQL, Kafka and HDFS with the files. Counts include what
# Flume is still writing (files named _….tmp).
#
# Exit codes: 0 every store holds what went in · 2 usage or configuration · 5 a server is not there · 7 a store differs

set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/lib.sh"
# shellcheck source=build.sh
source "$REPO/orchestration/build.sh"
# shellcheck source=plan.sh
source "$REPO/orchestration/plan.sh"
# shellcheck source=hdfs.sh
source "$REPO/orchestration/hdfs.sh"

AREAS=("Sqoop imports:$SQOOP_FOLDER" "Application logs, by Flume:$HDFS_ROOT/flume/logs"
  "Kafka stream, by Flume:$HDFS_ROOT/flume/kafka-transactions")

# show_area NUMBER TITLE FOLDER: its files, newest last; keeps them in FILES for the count.
show_area() {
  local bytes time path hidden=0 total
  printf '\n[%d] %s (%s)\n' "$@"
  FILES=$(hdfs_walk "$3" | LC_ALL=C sort -t $'\t' -k 2n -k 3)
  [[ -n $FILES ]] || { printf '    nothing yet\n' && return; }
  total=$(wc -l <<<"$FILES")
  [[ -n $ALL ]] || hidden=$((total > 12 ? total - 12 : 0))
  ((hidden == 0)) || printf '    … %d older files (--all shows them)\n' "$hidden"
  tail -n +$((hidden + 1)) <<<"$FILES" | while IFS=$'\t' read -r bytes time path; do
    printf '    %(%Y-%m-%d %H:%M:%S)T  %9s  %s%s\n' "$time" "$(numfmt --to=iec --suffix=B "$bytes")" "${path#"$3"/}" \
      "$([[ ${path##*/} != _*.tmp ]] || echo '  (being written)')"
  done
  awk -F '\t' '{ bytes += $1 } END { printf "    %d file%s, %.0f bytes\n", NR, (NR == 1 ? "" : "s"), bytes }' <<<"$FILES"
}

# count_area FOLDER FILES: the records of each of Sqoop's folders, of the others as a whole: name, tab, records.
count_area() {
  local name names=${1##*/}
  [[ $1 != "$SQOOP_FOLDER" ]] || names=$(cut -f 3 <<<"$2" | sed -n "s,^$1/\([^/]*\)/.*,\1,p" | sort -u)
  for name in $names; do
    printf '%s\t%s\n' "$name" "$(awk -F '\t' -v name="/$name/" 'index($3, name) { print $3 }' <<<"$2" | hdfs_cat | wc -l)"
  done
}

# show_counts: one line for each count, all names as wide as the longest.
show_counts() {
  local name records width=28
  while IFS=$'\t' read -r name records; do ((${#name} <= width)) || width=${#name}; done <<<"$COUNTS"
  [[ -n $COUNTS ]] || echo '    none'
  while IFS=$'\t' read -r name records; do
    [[ -z $name ]] || printf '    %s%*s %12s\n' "$name" $((width - ${#name})) '' "$records"
  done <<<"$COUNTS"
}

help_if_asked "$@"
ALL='' PLAN_FILE='' WAIT=()
while (($# > 0)); do
  case $1 in
    --all) ALL=yes ;;
    --plan) [[ -n ${2-} ]] || die 2 '--plan needs a file' && PLAN_FILE=$2 && shift ;;
    --wait) [[ ${2-} =~ ^[0-9]+$ ]] || die 2 '--wait needs a number of seconds' && WAIT=(--wait "$2") && shift ;;
    *) refuse_argument "$1" ;;
  esac
  shift
done
find_plan "$PLAN_FILE"

printf '=== HDFS Data Verification ===\n'
COUNTS=''
for ((i = 0; i < ${#AREAS[@]}; i++)); do
  show_area $((i + 1)) "${AREAS[i]%%:*}" "${AREAS[i]#*:}"
  counted=$(count_area "${AREAS[i]#*:}" "$FILES")
  COUNTS+=${counted:+$counted$'\n'}
done
printf '\n[4] Records in HDFS\n%s\n' "$(show_counts)"
tool reconciler --plan "$PLAN" --hop all --format text "${WAIT[@]}"
