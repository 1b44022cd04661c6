# shellcheck shell=bash
# shellcheck disable=SC2034 # for run_pipeline.sh
# The command line of run_pipeline.sh. Source it after lib.sh and steps.sh.

# refuse_unless PATTERN WHAT OPTION [VALUE]: ends the script unless the option's value has that form.
refuse_unless() { [[ ${4-} =~ $1 ]] || die 2 "$3 $2"; }

# step_number VALUE: refuses what is not the number of a step.
step_number() { [[ $1 =~ ^([1-9]|1[0-2])$ ]] || die 2 "there is no step '$1': --list shows them"; }

# answer PATTERN WHAT OPTION [VALUE]: an answer to a question of the analyzer, which gets it as it is.
answer() {
  refuse_unless "$@"
  ANALYZER_OPTIONS+=("$3" "$4")
}

# read_options ARGUMENTS…: sets DATA_DIR, FROM, TO, ONLY, DRY_RUN, RESET, DELAY and LINES_WANTED; OPTIONS, what a resumed run
# needs again; and ANALYZER_OPTIONS.
read_options() {
  DATA_DIR='' FROM='' TO='' ONLY='' DRY_RUN='' RESET='' DELAY=0 LINES_WANTED=5000 OPTIONS=() ANALYZER_OPTIONS=()
  while (($# > 0)); do
    case $1 in
      --from) step_number "${2-}" && FROM=$2 && shift ;;
      --to) step_number "${2-}" && TO=$2 && OPTIONS+=("$1" "$2") && shift ;;
      --only) step_number "${2-}" && ONLY=$2 && shift ;;
      --list) printf '%s\n' "${STEPS[@]}" | cat -n && exit ;;
      --dry-run) DRY_RUN=yes ;;
      --reset) RESET=yes ;;
      --delay)
        refuse_unless '^[0-9]+(\.[0-9]+)?$' 'needs a number of seconds' "${@:1:2}"
        DELAY=$2 OPTIONS+=("$1" "$2") && shift
        ;;
      --lines)
        refuse_unless '^[1-9][0-9]{0,9}$' 'needs a number of lines' "${@:1:2}"
        LINES_WANTED=$2 OPTIONS+=("$1" "$2") && shift
        ;;
      --date-order) answer '^(month|day)-first$' 'is month-first or day-first' "${@:1:2}" && shift ;;
      --number-style) answer '^(point|comma)$' 'is point or comma' "${@:1:2}" && shift ;;
      --role | --format) answer '=.' 'needs COLUMN=VALUE' "${@:1:2}" && shift ;;
      --encoding) answer '^[A-Za-z0-9][A-Za-z0-9_.:+-]*$' 'needs the name of an encoding' "${@:1:2}" && shift ;;
      --max-rejects) answer '^[0-9]{1,15}$' 'needs a number of records' "${@:1:2}" && shift ;;
      -* | '') refuse_argument "$1" ;;
      *) [[ -z $DATA_DIR ]] || refuse_argument "$1" && DATA_DIR=$1 ;;
    esac
    shift
  done
  [[ -z $FROM$TO || -z $ONLY ]] || die 2 '--from or --to and --only cannot be combined'
  FROM=${ONLY:-${FROM:-1}} TO=${ONLY:-${TO:-${#STEPS[@]}}}
  ((FROM <= TO)) || die 2 "--from $FROM is behind --to $TO"
  [[ -z $RESET ]] || ((FROM <= 4)) ||
    die 2 '--reset empties MySQL, which step 4 fills: begin with step 4 or an earlier one'
  DATA_DIR=$(realpath -m -- "${DATA_DIR:-$REPO/data/sample}")
  [[ -d $DATA_DIR ]] || die 4 "there is no folder $DATA_DIR"
}
