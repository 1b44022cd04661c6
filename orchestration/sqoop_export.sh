#!/usr/bin/env bash
# Exports a folder of HDFS into a MySQL table with Sqoop, all or nothing.
#
# Usage: orchestration/sqoop_export.sh SOURCE_DIR TARGET_TABLE [--upsert KEY]
#        orchestration/sqoop_export.sh --results [--plan FILE]
#
#   SOURCE_DIR     folder in HDFS: one record per line, fields separated by tabs in the order of the table's columns;
#                  \N for NULL; in texts \t, \n, \r, \0 and \\ for tab, line feed, carriage return, U+0000 and
#                  backslash
#   TARGET_TABLE   existing InnoDB table; its rows are replaced, so a second export duplicates nothing
#   --upsert KEY   keep the table's other rows: update those with the same KEY (columns of a unique index, separated by
#                  commas), add the rest
#   --results      every result of orchestration/analytics.sh that has changed, into a table of its name, which is made
#   --plan FILE    the plan for the results (default: that of the data set in the stores)
#
# Sqoop exports into a table of texts. MySQL reads them into a fresh table with the target's columns, and each value is
# compared with its text. If all are equal, one transaction copies the rows into the target. Until then, the target is
# unchanged.
#
# Example: orchestration/sqoop_export.sh /user/analytics/product_rank my_products
#
# Exit codes: 0 exported and counted · 2 usage or configuration · 4 no such folder or table, or records that do not fit
# the table, which is unchanged · 5 MySQL or HDFS is unavailable · 6 another export is active · 7 a record would be lost
# or a value changed: the table is unchanged

set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/lib.sh"
# shellcheck source=sqoop/sqoop.sh
source "$REPO/orchestration/sqoop/sqoop.sh"
# shellcheck source=sqoop/target.sh
source "$REPO/orchestration/sqoop/target.sh"
# shellcheck source=sqoop/results.sh
source "$REPO/orchestration/sqoop/results.sh"

# export_folder FOLDER TABLE
export_folder() {
  local since=$EPOCHREALTIME texts=_export_text_$2 fresh=_export_new_$2 lines records
  check_target "$2"
  read_columns "$2"
  lines=$(count_records "$1")
  FRESH_TABLES="\`$fresh\`, \`$texts\`"
  mysql_query "DROP TABLE IF EXISTS $FRESH_TABLES;
    CREATE TABLE \`$texts\` ($(printf '%s LONGTEXT, ' "${TEXTS[@]}")$LINE BIGINT AUTO_INCREMENT PRIMARY KEY)
      CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    CREATE TABLE \`$fresh\` LIKE \`$2\`; ALTER TABLE \`$fresh\` ADD COLUMN $LINE BIGINT UNIQUE"
  begin run_sqoop "export-$2" export --table "$texts" --columns "$(IFS=, && printf '%s' "${TEXTS[*]}")" \
    --export-dir "$1" --input-fields-terminated-by '\t' --input-null-string '\\N' --input-null-non-string '\\N' -m 1
  finish_all
  records=$(mysql_query "SELECT COUNT(*) FROM \`$texts\`")
  ((records == lines)) || die 7 "$records of $lines records of $1 arrived in MySQL; $2 is unchanged"
  fill "$texts" "$fresh"
  refuse_changes "$texts" "$fresh" "$2"
  publish "$2" "$fresh" "$lines"
  note "$2: $(records "$lines") from $1 ($(seconds_since "$since"))"
}

# drop_fresh_tables: however the script ends.
drop_fresh_tables() {
  local views=${FRESH_VIEW:+"DROP VIEW IF EXISTS $FRESH_VIEW; "}
  [[ -z ${FRESH_TABLES-} ]] || (mysql_query "${views}DROP TABLE IF EXISTS $FRESH_TABLES") 2>/dev/null || true
  rm -rf -- "$SQOOP_WORK"
}

run_export() {
  begin_sqoop
  trap drop_fresh_tables EXIT
  mysql_query 'SELECT 1' >/dev/null
  if [[ -n $RESULTS ]]; then
    export_results
  else
    export_folder "$SOURCE" "$TABLE"
  fi
}

help_if_asked "$@"
SOURCE='' TABLE='' UPSERT='' RESULTS=''
while (($# > 0)); do
  case $1 in
    --upsert)
      [[ ${2-} =~ ^[A-Za-z0-9_]+(,[A-Za-z0-9_]+)*$ ]] || die 2 '--upsert needs columns, separated by commas'
      UPSERT=$2 && shift
      ;;
    --results) RESULTS=yes ;;
    --plan) plan_option "${2-}" && shift ;;
    -* | '') refuse_argument "$1" ;;
    *) [[ -z $TABLE ]] || refuse_argument "$1" && if [[ -z $SOURCE ]]; then SOURCE=${1%/}; else TABLE=$1; fi ;;
  esac
  shift
done
if [[ -n $RESULTS ]]; then
  [[ -z $SOURCE$UPSERT ]] || die 2 '--results can only be combined with --plan'
else
  [[ $SOURCE =~ ^(/[A-Za-z0-9_.=-]+)+$ && -n $TABLE ]] ||
    die 2 'SOURCE_DIR, an absolute path in HDFS, and TARGET_TABLE are needed (see --help)'
  [[ $TABLE =~ ^[A-Za-z0-9_]{1,50}$ ]] || die 2 "'$TABLE' is not a plain table name"
fi
with_lock sqoop_export 0 run_export
