# shellcheck shell=bash
# The target table of an export: its requirements, the check of the records, and how they get in. UPSERT is the key of
# an update, or empty. Source it after sqoop.sh.

# check_target TABLE: refuses a table that cannot be replaced in one transaction.
check_target() {
  local engine key
  engine=$(mysql_query "SELECT IFNULL(engine, 'a view') FROM information_schema.tables
    WHERE table_schema = DATABASE() AND table_name = '$1'")
  [[ -n $engine ]] || die 4 "$MYSQL_DATABASE has no table $1: create it first with a column for each field"
  [[ $engine == InnoDB ]] || die 4 "$1 is $engine: only an InnoDB table can be exported to, all or nothing"
  key=$(tr , '\n' <<<"$UPSERT" | LC_ALL=C sort | paste -sd ,)
  [[ -z $UPSERT || -n $(mysql_query "SELECT index_name FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = '$1' AND non_unique = 0 GROUP BY index_name
    HAVING GROUP_CONCAT(column_name ORDER BY column_name) = '$key'") ]] ||
    die 4 "$1 has no unique index on $UPSERT"
}

# columns_of TABLE: its columns, quoted, one per line.
columns_of() {
  mysql_query "SELECT CONCAT('\`', column_name, '\`') FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = '$1' ORDER BY ordinal_position"
}

# count_records FOLDER COLUMNS: the lines of a folder. Sqoop would fill up or cut a line with another number of fields.
count_records() {
  [[ -n $(tool lake walk "$1") ]] || die 4 "HDFS has no data in $1"
  tool lake count "$1" --fields "$2"
}

# publish TABLE FRESH RECORDS: in one transaction, in which the result is counted, too.
publish() {
  local columns updates same records
  columns=$(columns_of "$1" | paste -sd ,)
  if [[ -z $UPSERT ]]; then
    records=$(mysql_query "START TRANSACTION; DELETE FROM \`$1\`;
      INSERT INTO \`$1\` ($columns) SELECT $columns FROM \`$2\`;
      SELECT COUNT(*) FROM \`$1\`; COMMIT")
  else
    updates=$(tr , '\n' <<<"$columns" | sed 's/.*/& = fresh.&/' | paste -sd ,)
    same=\`${UPSERT//,/\`,\`}\`
    records=$(mysql_query "START TRANSACTION; INSERT INTO \`$1\` ($columns) SELECT * FROM \`$2\` AS fresh
      ON DUPLICATE KEY UPDATE $updates; SELECT COUNT(*) FROM \`$2\` JOIN \`$1\` USING ($same); COMMIT")
  fi
  ((records == $3)) || die 7 "$1 holds $records of the $3 records"
}
