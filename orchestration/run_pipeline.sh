#!/usr/bin/env bash
# Runs the whole pipeline: CSV files through MySQL, Kafka, Sqoop and Flume into HDFS, and the proof that all arrived.
#
# Usage: orchestration/run_pipeline.sh [DATA_DIR] [OPTION…]
#
#   DATA_DIR             the folder of CSV files (default: data/sample)
#   --from N             begin with step N; what comes before it is done already
#   --only N             run step N alone
#   --list               name the steps
#   --dry-run            show the commands and run none
#   --reset              empty every store first; needed when they hold another data set, or its files have changed. From
#                        step 1 on the plan is made anew, too, unless it answers what the analyzer cannot know; with
#                        --from 2 an edited one stays
#   --delay S            seconds between two streamed records (default: 0)
#   --lines N            log lines to generate (default: 5000)
#   --date-order ORDER   month-first or day-first: the answer, where the analyzer asks what comes first in dates
#   --role COLUMN=ROLE   what a column means, as in --role "Bestelldatum=event time"; may be given often
#   --format COLUMN=FORMAT
#                        how a column's numbers or times are written, as in --format "Datum=%d.%m.%Y"; may be given often
#   --number-style SIGN  point or comma: the decimal sign of numbers such as 1.250, where the analyzer asks
#   --encoding NAME      how the files' characters are encoded, where that cannot be told: windows-1252
#   --max-rejects N      damaged records that a file may have (default: 1 % of them, at least 10)
#
# Builds the tools, looks at the data before anything is changed, starts the servers, stops at the first failure with its
# cause and the command to resume. A second run changes nothing. Everything that a run leaves behind is below var/.
# Settings: see .env.example.
#
# Example: orchestration/run_pipeline.sh ~/Downloads/online-sales
#
# Exit codes: 0 every store holds what went in · 2 usage or configuration · 3 done, some records rejected · 4 input
# refused, or the stores hold other data · 5 a server is not there · 6 another run is at work · 7 verification failed

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

# step N: runs a step and says how it ended.
step() {
  local begin=${EPOCHREALTIME/[.,]/} code=0 end
  printf '\n%s[%d/%d] %s%s\n' "$BOLD" "$1" "${#STEPS[@]}" "${STEPS[$1 - 1]}" "$PLAIN"
  # A subshell, so that `die` inside a step ends the step and not the account of it.
  ("step_$1") || code=$?
  end=${EPOCHREALTIME/[.,]/}
  if ((code == 3)); then
    REJECTED=3
  elif ((code != 0)); then
    printf '%s✗ step %d failed%s\n' "$RED" "$1" "$PLAIN"
    die "$code" "stopped at step $1 (exit code $code); to resume: $(resume_command "$1")"
  fi
  [[ -n $DRY_RUN ]] || printf '%s✓%s %d.%d s\n' "$GREEN" "$PLAIN" $(((end - begin) / 1000000)) $(((end - begin) / 100000 % 10))
}

# resume_command N: goes on with step N, from any folder; --only stays --only.
resume_command() {
  local way=--from
  [[ $TO == "${#STEPS[@]}" ]] || way=--only
  as_typed "$REPO/orchestration/run_pipeline.sh" "$DATA_DIR" "$way" "$1" "${OPTIONS[@]}" "${ANALYZER_OPTIONS[@]}"
}

# prepare: all that comes before the first step. The servers outlive this script; its lock must not live on in them.
prepare() {
  if [[ -n $DRY_RUN ]]; then printf '\nBefore the first step\n'; else build_tools; fi
  rehearse
  [[ -z $RESET ]] || reset_stores
  run "$STACK_HOME/up" 9>&-
  [[ -n $DRY_RUN ]] || claim_stores
  run mkdir -p -- "$WORK" "$SQL_DIR"
}

pipeline() {
  local number
  prepare
  for ((number = FROM; number <= TO; number++)); do
    step "$number" 9>&-
  done
  [[ -z $DRY_RUN && $TO == "${#STEPS[@]}" ]] || return "$REJECTED"
  if all_sales; then
    printf '\n%s✓ Pipeline complete in %d s%s: every store holds exactly what went in.\n' "$GREEN" $SECONDS "$PLAIN"
  else
    printf '\n%s! Pipeline complete in %d s%s: every store holds what the plan says, but sales were left out: see left_out in %s\n' \
      "$BOLD" $SECONDS "$PLAIN" "$PLAN"
  fi
  printf '  Look around: orchestration/demo.sh · orchestration/verify_hdfs.sh · HDFS at %s\n' "${HDFS_PAGE:-$WEBHDFS_URL}"
  return "$REJECTED"
}

help_if_asked "$@"
DATA_DIR='' FROM='' ONLY='' DRY_RUN='' RESET='' DELAY=0 LINES_WANTED=5000 REJECTED=0 KEPT=''
OPTIONS=() ANALYZER_OPTIONS=()
number() { [[ $1 =~ ^([1-9]|10)$ ]] || die 2 "there is no step '$1': --list names them"; }
while (($# > 0)); do
  case $1 in
    --from) number "${2-}" && FROM=$2 && shift ;;
    --only) number "${2-}" && ONLY=$2 && shift ;;
    --list) printf '%s\n' "${STEPS[@]}" | cat -n && exit ;;
    --dry-run) DRY_RUN=yes ;;
    --reset) RESET=yes ;;
    --delay)
      [[ ${2-} =~ ^[0-9]+(\.[0-9]+)?$ ]] || die 2 '--delay needs a number of seconds'
      DELAY=$2 OPTIONS+=("$1" "$2") && shift
      ;;
    --lines)
      [[ ${2-} =~ ^[1-9][0-9]{0,9}$ ]] || die 2 '--lines needs a number of lines'
      LINES_WANTED=$2 OPTIONS+=("$1" "$2") && shift
      ;;
    --date-order)
      [[ ${2-} =~ ^(month|day)-first$ ]] || die 2 '--date-order is month-first or day-first'
      ANALYZER_OPTIONS+=("$1" "$2") && shift
      ;;
    --number-style)
      [[ ${2-} =~ ^(point|comma)$ ]] || die 2 '--number-style is point or comma'
      ANALYZER_OPTIONS+=("$1" "$2") && shift
      ;;
    --role | --format)
      [[ ${2-} == *=?* ]] || die 2 "$1 needs a column, = and what it is"
      ANALYZER_OPTIONS+=("$1" "$2") && shift
      ;;
    --encoding)
      [[ ${2-} =~ ^[A-Za-z0-9][A-Za-z0-9_.:+-]*$ ]] || die 2 '--encoding needs the name of an encoding'
      ANALYZER_OPTIONS+=("$1" "$2") && shift
      ;;
    --max-rejects)
      [[ ${2-} =~ ^[0-9]{1,15}$ ]] || die 2 '--max-rejects needs a number of records'
      ANALYZER_OPTIONS+=("$1" "$2") && shift
      ;;
    -* | '') refuse_argument "$1" ;;
    *) [[ -z $DATA_DIR ]] || refuse_argument "$1" && DATA_DIR=$1 ;;
  esac
  shift
done
[[ -z $FROM || -z $ONLY ]] || die 2 '--from and --only do not go together'
FROM=${ONLY:-${FROM:-1}} TO=${ONLY:-${#STEPS[@]}}
[[ -z $RESET ]] || ((FROM <= 4)) || die 2 '--reset empties MySQL, which step 4 fills: begin with step 4 or an earlier one'
DATA_DIR=$(realpath -m -- "${DATA_DIR:-$REPO/data/sample}")
[[ -d $DATA_DIR ]] || die 4 "there is no folder $DATA_DIR"
NAME=$(basename -- "$DATA_DIR" | tr '[:upper:]' '[:lower:]' | tr -cs 'a-z0-9\n' _ | sed 's/^_*//; s/_*$//')
WORK=$ECOM_VAR_DIR/runs/${NAME:=data} PLAN=$WORK/plan.toml SQL_DIR=${SQL_DIR:-$REPO/sql}
[[ -n $BOLD ]] && RED=$'\e[31m' GREEN=$'\e[32m' || RED='' GREEN=''

box 'E-Commerce Big Data Pipeline Orchestrator'
if [[ -n $DRY_RUN ]]; then pipeline; else with_lock pipeline 0 pipeline; fi
