# shellcheck shell=bash
# The target table of an export: its requirements, the check of the records, and how they get in. UPSERT is the key of
# an update, or empty. Source it after sqoop.sh.
#
# Sqoop fills a table of texts, so that no value goes through a Java type: java.sql.Timestamp would lose milliseconds
# and change times that the machine's zone skips. MySQL itself reads the texts into a fresh table with the target's
# columns, and each value is compared with its text before the target is touched.

# The column that numbers the records in both tables.
LINE=_export_line

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

# read_columns TABLE: sets COLUMNS, the names of its columns, TYPES, the type of each, and TEXTS, their names in the
# table of texts: Sqoop makes a Java class of these, in which not every name is possible.
read_columns() {
  local facts name type
  facts=$(mysql_query "SELECT column_name, data_type FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = '$1' ORDER BY ordinal_position")
  COLUMNS=() TYPES=() TEXTS=()
  while IFS=$'\t' read -r name type; do
    COLUMNS+=("$name") TYPES+=("$type") TEXTS+=("c$((${#TEXTS[@]} + 1))")
  done <<<"$facts"
}

# listed FORMAT: one item for each column, %s standing for its quoted name, separated by commas.
listed() {
  local name items=()
  for name in "${COLUMNS[@]}"; do items+=("${1//%s/"\`$name\`"}"); done
  (IFS=, && printf '%s' "${items[*]}")
}

# count_records FOLDER: the records of a folder. Sqoop would fill up or cut one with another number of fields.
count_records() {
  [[ -n $(tool lake walk "$1") ]] || die 4 "HDFS has no data in $1"
  tool lake count "$1" --fields "${#COLUMNS[@]}"
}

# value TYPE EXPRESSION: SQL for the value that a text means in a column of that type. Texts have their escapes undone
# (ecom_core::lake_text): \\ becomes \- first, which no text in the lake holds, so that each backslash left begins one
# escape.
value() {
  local sql=$2 pair
  if [[ $1 =~ ^(.*char|.*text|enum|set|json)$ ]]; then
    for pair in 5C5C,5C2D 5C6E,0A 5C72,0D 5C74,09 5C30,00 5C2D,5C; do
      sql="REPLACE($sql, _utf8mb4 x'${pair%,*}', _utf8mb4 x'${pair#*,}')"
    done
  fi
  printf '%s' "$sql"
}

# exact TYPE EXPRESSION: SQL for a value that is equal only if nothing was rounded or cut. A FLOAT is always rounded.
exact() {
  case $1 in
    *int | decimal | year) printf 'CAST(%s AS DECIMAL(65, 30))' "$2" ;;
    double) printf '(%s + 0e0)' "$2" ;;
    float) printf 1 ;;
    date | datetime | timestamp) printf 'CAST(%s AS DATETIME(6))' "$2" ;;
    time) printf 'CAST(%s AS TIME(6))' "$2" ;;
    json) printf 'CAST(%s AS JSON)' "$2" ;;
    *) printf 'CAST(CONVERT(%s USING utf8mb4) AS BINARY)' "$2" ;;
  esac
}

# beyond TYPE TEXT: SQL that is true for a text with more digits than `exact` compares, or with a zone, which MySQL
# would apply to both sides.
beyond() {
  case $1 in
    *int | decimal | year)
      printf "%s REGEXP '[.][0-9]{30}[0-9]*[1-9]|[eE]-|[0-9]{36}[0-9]*[.][0-9]*[1-9]'" "$2"
      ;;
    date | datetime | timestamp | time) printf "%s REGEXP '[.][0-9]{6}[0-9]*[1-9]|[Zz]$|[+-][0-9]+:[0-9]+$'" "$2" ;;
    *) printf FALSE ;;
  esac
}

# fill TEXTS FRESH: reads the texts into the fresh table. Strict, because MySQL would otherwise store something else for
# what does not fit.
fill() {
  local column values=()
  for column in "${!COLUMNS[@]}"; do
    values+=("$(value "${TYPES[column]}" "${TEXTS[column]}")")
  done
  mysql_query "SET sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO');
    INSERT INTO \`$2\` ($(listed %s), $LINE) SELECT $(IFS=, && printf '%s' "${values[*]}"), $LINE FROM \`$1\`"
}

# refuse_changes TEXTS FRESH TABLE: refuses a value that MySQL rounded or cut to fit its column, which it does not
# call an error.
refuse_changes() {
  local column name type text differs cases='' any='' found
  for column in "${!COLUMNS[@]}"; do
    name=${COLUMNS[column]} type=${TYPES[column]} text=texts.${TEXTS[column]}
    differs="(NOT ($(exact "$type" "$(value "$type" "$text")") <=> $(exact "$type" "fresh.\`$name\`"))"
    differs+=" OR COALESCE($(beyond "$type" "$text"), FALSE))"
    any+=${any:+ OR }$differs
    cases+=" WHEN $differs THEN CONCAT('${name//\'/\'\'}: ', LEFT($text, 40), ' would become ',
      LEFT(fresh.\`$name\`, 40))"
  done
  found=$(mysql_query "SELECT CASE$cases END FROM \`$1\` AS texts JOIN \`$2\` AS fresh USING ($LINE)
    WHERE $any ORDER BY $LINE LIMIT 1")
  [[ -z $found ]] || die 7 "a value does not fit $3, which is unchanged: $found"
}

# publish TABLE FRESH RECORDS: in one transaction, in which the result is counted, too.
publish() {
  local columns updates same records
  columns=$(listed %s)
  if [[ -z $UPSERT ]]; then
    records=$(mysql_query "SET sql_mode = CONCAT(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO');
      START TRANSACTION; DELETE FROM \`$1\`;
      INSERT INTO \`$1\` ($columns) SELECT $columns FROM \`$2\`;
      SELECT COUNT(*) FROM \`$1\`; COMMIT")
  else
    updates=$(listed '%s = fresh.%s')
    same=\`${UPSERT//,/\`,\`}\`
    records=$(mysql_query "SET sql_mode = CONCAT(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO');
      START TRANSACTION; INSERT INTO \`$1\` ($columns) SELECT $columns FROM \`$2\` AS fresh
      ON DUPLICATE KEY UPDATE $updates; SELECT COUNT(*) FROM \`$2\` JOIN \`$1\` USING ($same); COMMIT")
  fi
  ((records == $3)) || die 7 "$1 holds $records of the $3 records"
}
