# shellcheck shell=bash
# shellcheck disable=SC2034 # for the scripts that source this
# The plan of the data set that the stores hold, and the facts about its tables. Source it after lib.sh and build.sh.

PLAN_FILE=''

# Where Sqoop's imports are in HDFS.
SQOOP_FOLDER=$HDFS_ROOT/sqoop

# plan_option [FILE]: the value of --plan, for find_plan.
plan_option() {
  [[ -n ${1-} ]] || die 2 '--plan needs a file'
  PLAN_FILE=$1
}

# find_plan: sets PLAN: as --plan gives it, else the plan of the data set in the stores, else the newest one.
find_plan() {
  local mark=$STACK_DIR/data/data_set found
  PLAN=${PLAN_FILE-}
  [[ -n $PLAN || ! -e $mark ]] || PLAN=$ECOM_VAR_DIR/runs/$(<"$mark")/plan.toml
  if [[ -z $PLAN ]]; then
    for found in "$ECOM_VAR_DIR"/runs/*/plan.toml; do
      [[ -e $found && ! $found -ot ${PLAN:-$found} ]] && PLAN=$found
    done
    [[ -n $PLAN ]] ||
      die 2 'there is no plan yet: run orchestration/run_pipeline.sh, or analyzer DIR --plan FILE and give --plan FILE'
  fi
  regular_file "$PLAN"
  [[ -r $PLAN ]] || die 2 "cannot read the plan $PLAN"
}

# read_plan: sets TABLES, in the order of the plan, and for each table SPLIT_COLUMN (its integer key, or nothing) and
# SELECT_LIST.
read_plan() {
  local facts line rest
  facts=$(tool schema-gen --plan "$PLAN" --list)
  TABLES=()
  declare -gA SPLIT_COLUMN=() SELECT_LIST=()
  # Not by read, which takes two tabs in a row as one.
  while IFS= read -r line; do
    [[ $line == *$'\t'*$'\t'* ]] || die 1 "schema-gen --list: not three fields: $line"
    rest=${line#*$'\t'} line=${line%%$'\t'*}
    TABLES+=("$line")
    SPLIT_COLUMN[$line]=${rest%%$'\t'*} SELECT_LIST[$line]=${rest#*$'\t'}
  done <<<"$facts"
}

# role_column ROLE: the column of transactions with that role, or nothing.
role_column() { tool schema-gen --plan "$PLAN" --list-role "$1" | cut -f 1; }

# role_value ROLE: SQL for its value as it is in HDFS.
role_value() { tool schema-gen --plan "$PLAN" --list-role "$1" | cut -f 2-; }
