#!/usr/bin/env bash
# Lists what has arrived in HDFS, counts its records, and compares them record by record with the source files.
#
# Usage: orchestration/verify_hdfs.sh [--all] [--plan FILE] [--wait SECONDS]
#
#   --all            list every file (default: the newest 12 of each area)
#   --plan FILE      the plan (default: that of the data set in the stores)
#   --wait SECONDS   time to wait for records that are still on their way (default: 0)
#
# The reconciler compares every record in MySQL, Kafka and HDFS with the files. Counts include files that Flume is still
# writing (_….tmp).
#
# Exit codes: 0 every store holds what went in · 2 usage or configuration · 5 a server is unavailable · 7 a store
# differs

set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/lib.sh"
# shellcheck source=build.sh
source "$REPO/orchestration/build.sh"
# shellcheck source=plan.sh
source "$REPO/orchestration/plan.sh"

AREAS=("Sqoop imports:$SQOOP_FOLDER" "Application logs, by Flume:$HDFS_ROOT/flume/logs"
  "Kafka stream, by Flume:$HDFS_ROOT/flume/kafka-transactions")

# show_area NUMBER TITLE FOLDER: lists its files, newest last.
show_area() {
  local files bytes time path hidden=0 total=0 sum=0
  printf '\n[%d] %s (%s)\n' "$@"
  files=$(tool lake walk "$3" | LC_ALL=C sort -t $'\t' -k 2n -k 3)
  [[ -n $files ]] || { printf '    nothing yet\n' && return; }
  while IFS=$'\t' read -r bytes _; do total=$((total + 1)) sum=$((sum + bytes)); done <<<"$files"
  [[ -n $ALL ]] || hidden=$((total > 12 ? total - 12 : 0))
  ((hidden == 0)) || printf '    … %d older files (--all shows them)\n' "$hidden"
  tail -n +$((hidden + 1)) <<<"$files" | while IFS=$'\t' read -r bytes time path; do
    printf '    %(%Y-%m-%d %H:%M:%S)T  %9s  %s%s\n' "$time" "$(numfmt --to=iec --suffix=B "$bytes")" "${path#"$3"/}" \
      "$([[ ${path##*/} != _*.tmp ]] || echo '  (being written)')"
  done
  printf '    %d file%s, %d bytes\n' "$total" "$( ((total == 1)) || echo s)" "$sum"
}

# count_area FOLDER: its name, a tab, and its records; of Sqoop's area, a line for each folder.
count_area() {
  local records
  if [[ $1 == "$SQOOP_FOLDER" ]]; then
    tool lake count "$1" --each
  else
    records=$(tool lake count "$1")
    ((records == 0)) || printf '%s\t%s\n' "${1##*/}" "$records"
  fi
}

# show_counts: one line for each count, in a column as wide as the longest name.
show_counts() {
  local name records width=28
  while IFS=$'\t' read -r name records; do ((${#name} <= width)) || width=${#name}; done <<<"$COUNTS"
  [[ -n $COUNTS ]] || echo '    none'
  while IFS=$'\t' read -r name records; do
    [[ -z $name ]] || printf '    %s%*s %12s\n' "$name" $((width - ${#name})) '' "$records"
  done <<<"$COUNTS"
}

help_if_asked "$@"
ALL='' WAIT=()
while (($# > 0)); do
  case $1 in
    --all) ALL=yes ;;
    --plan) plan_option "${2-}" && shift ;;
    --wait) [[ ${2-} =~ ^[0-9]+$ ]] || die 2 '--wait needs a number of seconds' && WAIT=(--wait "$2") && shift ;;
    *) refuse_argument "$1" ;;
  esac
  shift
done
find_plan

printf '=== HDFS Data Verification ===\n'
COUNTS=''
for ((i = 0; i < ${#AREAS[@]}; i++)); do
  show_area $((i + 1)) "${AREAS[i]%%:*}" "${AREAS[i]#*:}"
  counted=$(count_area "${AREAS[i]#*:}")
  COUNTS+=${counted:+$counted$'\n'}
done
printf '\n[4] Records in HDFS\n%s\n' "$(show_counts)"
tool reconciler --plan "$PLAN" --hop all --format text "${WAIT[@]}"
