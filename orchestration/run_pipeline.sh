#!/usr/bin/env bash
# Runs the whole pipeline: CSV files through MySQL, Kafka, Sqoop and Flume into HDFS, and the proof that all arrived.
#
# Usage: orchestration/run_pipeline.sh [DATA_DIR] [OPTION…]
#
#   DATA_DIR             folder of CSV files (default: data/sample)
#   --from N             begin with step N; the steps before it are done already
#   --to N               end after step N; --to 10 leaves out the analysis
#   --only N             run only step N
#   --list               list the steps
#   --dry-run            show the commands without running them
#   --reset              empty every store first: when they hold another data set, or the source files have changed.
#                        From step 1 on, the plan is made anew, too, unless a person completed it where the analyzer
#                        does not know enough; with --from 2, an edited plan is kept. The stores are emptied once steps
#                        1 and 2 have succeeded
#   --delay S            seconds between two streamed records (default: 0)
#   --lines N            log lines to generate (default: 5000)
#   --date-order ORDER   month-first or day-first, where the analyzer asks for the order of dates
#   --role COLUMN=ROLE   meaning of a column, as in --role "Bestelldatum=event time"; may be repeated
#   --format COLUMN=FORMAT
#                        format of a column's numbers or times, as in --format "Datum=%d.%m.%Y"; may be repeated
#   --number-style SIGN  point or comma: the decimal sign of numbers such as 1.250, where the analyzer asks
#   --encoding NAME      encoding of the files where it is not certain, such as windows-1252
#   --max-rejects N      damaged records allowed in a file (default: 1 % of them, at least 10)
#
# Builds the tools, analyzes and splits the data, starts the servers before step 4, and stops at the first failure with
# its cause and the command to resume. A second run changes nothing. All files of a run are below var/. Settings:
# .env.example.
#
# Example: orchestration/run_pipeline.sh ~/Downloads/online-sales
#
# Steps 11 and 12 analyze what the first ten have brought and proven: when they fail, that proof stands.
#
# Exit codes: 0 every store holds what went in · 2 usage or configuration · 3 done, some records rejected · 4 input
# refused, or the stores hold other data · 5 a server is unavailable · 6 another run is active · 7 verification failed

set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/lib.sh"
# shellcheck source=build.sh
source "$REPO/orchestration/build.sh"
# shellcheck source=show.sh
source "$REPO/orchestration/show.sh"
# shellcheck source=steps.sh
source "$REPO/orchestration/steps.sh"
# shellcheck source=data_set.sh
source "$REPO/orchestration/data_set.sh"
# shellcheck source=options.sh
source "$REPO/orchestration/options.sh"
# shellcheck source=way_on.sh
source "$REPO/orchestration/way_on.sh"

# step N: runs a step and prints how it ended.
step() {
  local begin=${EPOCHREALTIME/[.,]/} code=0 end
  printf '\n%s[%d/%d] %s%s\n' "$BOLD" "$1" "${#STEPS[@]}" "${STEPS[$1 - 1]}" "$PLAIN"
  # In a subshell, so that `die` ends only the step.
  ("step_$1") || code=$?
  end=${EPOCHREALTIME/[.,]/}
  if ((code == 3)); then
    REJECTED=3
  elif ((code != 0)); then
    printf '%s✗ step %d failed%s\n' "$RED" "$1" "$PLAIN"
    failed_at "$1" "$code"
  fi
  end=$(((end - begin) / 100000))
  [[ -n $DRY_RUN ]] || printf '%s✓%s %d.%d s\n' "$GREEN" "$PLAIN" $((end / 10)) $((end % 10))
}

# serve N: starts the servers for step N, once. They outlive this script, so they must not inherit its lock.
serve() {
  local code=0
  [[ -z $SERVED ]] || return 0
  printf '\nStarting the servers\n'
  [[ -z $FETCH ]] || wait "$FETCH" || true
  run "$STACK_HOME/up" 9>&- || code=$?
  ((code == 0)) || die "$code" "the servers did not start (exit code $code); $(way_on "$1" 5)"
  [[ -n $DRY_RUN ]] || claim_stores
  SERVED=yes
  # Beside the steps in between: the jars take a minute or two, once.
  # shellcheck disable=SC2153 # a setting
  [[ -n $DRY_RUN || $STACK != native || -d $ECOM_LIB_DIR/spark ]] || ((TO <= PROOF)) ||
    "$REPO/orchestration/analytics.sh" --fetch </dev/null >/dev/null 2>&1 9>&- &
}

pipeline() {
  local number=$FROM
  if [[ -n $DRY_RUN ]] || ((TO < 4)); then build_tools; else build_beside_fetch; fi
  find_data_set
  [[ -n $DRY_RUN ]] || check_data_set
  if [[ -n $RESET ]]; then
    if ((FROM <= 2)); then stage; else empty_stores; fi
    ((number > 2)) || number=3
  fi
  for (( ; number <= TO; number++)); do
    # The first three steps need no servers.
    ((number < 4)) || serve "$number"
    step "$number" 9>&-
    # A new plan may be of other files than the stores hold.
    ((number > 1)) || [[ -n $DRY_RUN ]] || check_data_set
  done
  [[ -n $DRY_RUN ]] || ((TO < PROOF)) || [[ -n $ONLY && $ONLY != "$PROOF" ]] || complete
  return "$REJECTED"
}

help_if_asked "$@"
read_options "$@"
REJECTED=0 SERVED='' FETCH='' SQL_DIR=${SQL_DIR:-$REPO/sql}
[[ -n $BOLD ]] && RED=$'\e[31m' GREEN=$'\e[32m' || RED='' GREEN=''
box 'E-Commerce Big Data Pipeline Orchestrator'
if [[ -n $DRY_RUN ]]; then pipeline; else with_lock pipeline 0 pipeline; fi
