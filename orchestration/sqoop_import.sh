#!/usr/bin/env bash
# Imports MySQL tables into HDFS with Sqoop.
#
# Usage: orchestration/sqoop_import.sh [TABLE] [OPTION…]
#
#   TABLE                        one table of the plan (default: all tables, and the transactions with an amount over
#                                100 into high_value_transactions)
#   --where CLAUSE DIR           only the rows of TABLE that match the SQL clause, into /user/sqoop/DIR
#   --incremental TABLE COLUMN   only the rows whose COLUMN (a number or a time) is above the highest value imported so
#                                far; all rows the first time, and when rows up to that value were added or removed
#   --plan FILE                  the plan (default: that of the data set in the stores)
#   --force                      import even if neither the table nor its folder has changed since the last import
#
# A table goes to /user/sqoop/TABLE: one record per line, fields separated by tabs; \N for NULL; in texts \t, \n, \r, \0
# and \\ for tab, line feed, carriage return, U+0000 and backslash. It is imported into a fresh folder and counted; only
# then does that folder replace the old one. Sqoop's own log is var/stack/logs/sqoop-*.log. Set HDFS_ROOT for a folder
# other than /user.
#
# Example: orchestration/sqoop_import.sh transactions --where 'quantity > 5' large_orders
#
# Exit codes: 0 imported and counted, or unchanged · 2 usage or configuration · 4 MySQL has no such table, or HDFS
# refuses · 5 MySQL or HDFS is unavailable · 6 another import is active · 7 the counts differ

set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/lib.sh"
# shellcheck source=sqoop/sqoop.sh
source "$REPO/orchestration/sqoop/sqoop.sh"
# shellcheck source=sqoop/incremental.sh
source "$REPO/orchestration/sqoop/incremental.sh"

# report_import NAME FOLDER ROWS EPOCHREALTIME: writes the run report. Without it the monitor has no exact number; the
# import is complete all the same.
report_import() {
  tool lake report "$1" "$2" "$3" --started "${4/,/.}" --plan "$PLAN" || note "warning: no run report of $1"
}

# import_rows NAME TABLE [CLAUSE]: imports the table, or the rows that match the clause, into /user/sqoop/NAME.
import_rows() {
  local since=$EPOCHREALTIME folder=$SQOOP_FOLDER/$1 mark=$SQOOP_FOLDER/.marks/$1 facts records state held query
  query="SELECT ${SELECT_LIST[$2]} FROM \`$2\` WHERE ${3:+($3) AND }\$CONDITIONS"
  facts=$(mysql_query "SELECT COUNT(*) FROM \`$2\`${3:+ WHERE ($3)}; CHECKSUM TABLE \`$2\`")
  records=${facts%%$'\n'*}
  state=$query$'\n'$facts$'\n'
  held=$(tool lake cat "$mark" --if-exists)
  if [[ -z $FORCE && $held == "$state$(tool lake list "$folder")" ]]; then
    report_import "$1" "$folder" "$records" "$since"
    note "$1: unchanged, $(records "$records") in $folder"
    return
  fi
  local -a mappers=(-m 1)
  [[ -z ${SPLIT_COLUMN[$2]} ]] || ((records < SPLIT_ROWS)) || mappers=(-m 3 --split-by "${SPLIT_COLUMN[$2]}"
    --boundary-query "SELECT MIN(\`${SPLIT_COLUMN[$2]}\`), MAX(\`${SPLIT_COLUMN[$2]}\`) FROM \`$2\`${3:+ WHERE ($3)}")
  import_query "$1" "$folder" "$query" "$records" "${mappers[@]}"
  # The import is unchanged as long as the query, the table's content and the files are the same.
  printf '%s\n' "$state$(tool lake list "$folder")" | tool lake write "$mark"
  report_import "$1" "$folder" "$records" "$since"
  note "$1: $(records "$records") in $folder ($(seconds_since "$since"))"
}

import_all() {
  local table amount
  # shellcheck disable=SC2153 # read_plan sets it
  for table in "${TABLES[@]}"; do begin import_rows "$table" "$table"; done
  amount=$(role_column amount)
  if [[ -n ${SELECT_LIST[high_value_transactions]-} ]]; then
    note 'high_value_transactions is a table of the data set: there is no import of the amounts over 100'
  elif [[ -n $amount ]]; then
    begin import_rows high_value_transactions transactions "\`$amount\` > 100"
  else
    note 'no column with the role amount: there are no high_value_transactions'
  fi
}

import() {
  find_plan
  read_plan
  [[ -z $TABLE || -n ${SELECT_LIST[$TABLE]-} ]] || die 2 "the plan has no table $TABLE; it has ${TABLES[*]}"
  [[ -z ${SELECT_LIST[${FOLDER:- }]-} ]] || die 2 "$FOLDER is the folder of the whole table: name another one"
  begin_sqoop
  mysql_query 'SELECT 1' >/dev/null
  tool lake recover "$SQOOP_FOLDER"
  case $TABLE:$CLAUSE:$COLUMN in
    ::) import_all ;;
    *::) begin import_rows "$TABLE" "$TABLE" ;;
    *:) begin import_rows "$FOLDER" "$TABLE" "$CLAUSE" ;;
    *) begin import_new_rows "$TABLE" "$COLUMN" ;;
  esac
  finish_all
}

help_if_asked "$@"
TABLE='' CLAUSE='' FOLDER='' COLUMN='' FORCE=''
while (($# > 0)); do
  case $1 in
    --where)
      [[ $# -gt 2 && -n $2 ]] || die 2 '--where needs a clause and a folder name'
      CLAUSE=$2 FOLDER=$3 && shift 2
      ;;
    --incremental)
      [[ $# -gt 2 && -n $2 && -n $3 ]] || die 2 '--incremental needs a table and a column'
      TABLE=$2 COLUMN=$3 && shift 2
      ;;
    --plan) plan_option "${2-}" && shift ;;
    --force) FORCE=yes ;;
    -* | '') refuse_argument "$1" ;;
    *) [[ -z $TABLE ]] || refuse_argument "$1" && TABLE=$1 ;;
  esac
  shift
done
[[ -z $CLAUSE || -n $TABLE ]] || die 2 '--where needs a TABLE'
[[ -z $CLAUSE || -z $COLUMN ]] || die 2 '--where and --incremental cannot be combined'
[[ -z $CLAUSE || $FOLDER =~ ^[A-Za-z0-9_][A-Za-z0-9_-]*$ ]] || die 2 "'$FOLDER' is not a plain folder name"
with_lock sqoop_import 0 import
