#!/usr/bin/env bash
# Shows the platform in six stops: MySQL, Sqoop, Kafka, Flume, the proof, and what sells.
#
# Usage: orchestration/demo.sh [--yes] [--plan FILE]
#
#   --yes         do not wait for Enter after each stop
#   --plan FILE   the plan (default: that of the data set in the stores)
#
# Run it after run_pipeline.sh. The live streams are replays into a topic of their own, which is deleted afterwards. The
# last stop opens the monitor's page, at the address that it prints, and closes it with the demo.
#
# Exit codes: 0 all six stops succeeded · else the code of the command that failed: 2 usage or configuration · 5 a
# server is unavailable · 7 a store differs from what went in

set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/lib.sh"
# shellcheck source=build.sh
source "$REPO/orchestration/build.sh"
# shellcheck source=plan.sh
source "$REPO/orchestration/plan.sh"
# shellcheck source=show.sh
source "$REPO/orchestration/show.sh"

# shellcheck source=stops.sh
source "$REPO/orchestration/stops.sh"

# ended: however the demo ends.
ended() {
  local code=$?
  end_stream
  ((code == 0)) || note "ended at stop ${number:-0} of ${#STOPS[@]} (exit code $code)"
}

help_if_asked "$@"
YES='' STREAMER='' PAGE=''
while (($# > 0)); do
  case $1 in
    --yes) YES=yes ;;
    --plan) plan_option "${2-}" && shift ;;
    *) refuse_argument "$1" ;;
  esac
  shift
done
build_tools
find_plan
read_plan
WORK=$(dirname -- "$PLAN")
"$STACK_HOME/up"
trap ended EXIT

box 'E-Commerce Analytics Platform - LIVE DEMO'
for ((number = 1; number <= ${#STOPS[@]}; number++)); do
  printf '\n%s[DEMO %d/%d] %s%s\n' "$BOLD" "$number" "${#STOPS[@]}" "${STOPS[number - 1]}" "$PLAIN"
  "stop_$number"
  [[ -n $YES || $number == "${#STOPS[@]}" ]] || read -r -p $'\nPress Enter to continue… ' || echo
done
box 'DEMO COMPLETED'
printf 'Next: HDFS at %s · orchestration/stack/status · orchestration/verify_hdfs.sh\n' "${HDFS_PAGE:-$WEBHDFS_URL}"
