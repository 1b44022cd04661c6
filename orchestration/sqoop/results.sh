# shellcheck shell=bash
# The results of the analysis into MySQL, each into its table. Source it after sqoop.sh and target.sh.
#
# Starting Sqoop costs more than any result, so one job brings all results that have changed, as lines (lake pack), into
# one table. MySQL takes each line apart into its result's fields, reads them into a fresh table, and compares each
# value with its text, as for any other export. When all are equal, one RENAME TABLE publishes all of them.
#
# A table of a result says so in its comment: another table of that name is not touched, and the table of a result that
# there is no more is dropped.

LINES_TABLE=_export_lines
FIELDS_VIEW=_export_fields
RESULT_COMMENT='result of sql/analytics/'
# What mysql_query understands as texts, whatever its character set.
TAB="_utf8mb4 x'09'"

# export_results: those whose lines or tables are not as the last export left them.
export_results() {
  local since=$EPOCHREALTIME folder=$HDFS_ROOT/analytics facts line name pack
  local -a names=() changed=()
  local -A FACTS=()
  find_plan
  facts=$(tool lake results --plan "$PLAN")
  while IFS= read -r line; do
    name=${line%%$'\t'*}
    [[ -z $line ]] || names+=("$name") FACTS[$name]=$line
  done <<<"$facts"
  refuse_other_tables
  find_changed "$(tool lake cat "$folder/.marks" --if-exists)"
  if ((${#changed[@]} > 0)); then
    # What a killed export leaves in a folder of this name, lake recover deletes. Sqoop sees no folder that is hidden.
    pack=$folder/.import-export
    tool lake delete "$pack"
    tool lake pack "$pack/lines" "${changed[@]}" --plan "$PLAN"
    bring_lines "$pack/lines"
    for name in "${changed[@]}"; do fill_result "$name"; done
    publish_results
    tool lake delete "$pack"
  fi
  drop_old_results
  states | tool lake write "$folder/.marks"
  note "results in MySQL: ${#changed[@]} exported, $((${#names[@]} - ${#changed[@]})) unchanged" \
    "($(seconds_since "$since"))"
}

# quoted FORMAT NAME…: one item for each name, %s standing for it, separated by commas.
quoted() {
  local name items=()
  for name in "${@:2}"; do items+=("${1//%s/$name}"); done
  (IFS=, && printf '%s' "${items[*]}")
}

# refuse_other_tables: a table that is not ours keeps its rows.
refuse_other_tables() {
  local other
  other=$(mysql_query "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()
    AND table_name IN ('', $(quoted "'%s'" "${names[@]}")) AND table_comment NOT LIKE '$RESULT_COMMENT%' LIMIT 1")
  [[ -z $other ]] ||
    die 4 "$MYSQL_DATABASE has a table $other that is no result: rename $ANALYTICS_DIR/$other.sql"
}

# states: what each result and its table are now, one line for each.
states() {
  local name sum
  ((${#names[@]} > 0)) || return 0
  mysql_query "CHECKSUM TABLE $(quoted "\`%s\`" "${names[@]}")" | while IFS=$'\t' read -r name sum; do
    printf '%s\t%s\n' "${FACTS[${name#*.}]}" "$sum"
  done
}

# find_changed MARKS: adds to `changed`. A table that is not there has no checksum.
find_changed() {
  local line
  while IFS= read -r line; do
    [[ -n $line ]] || continue
    [[ $line != *$'\t'NULL ]] && grep -qxF -- "$line" <<<"$1" || changed+=("${line%%$'\t'*}")
  done < <(states)
}

# bring_lines FOLDER: the only job of Sqoop. Every line arrives, or nothing is changed.
bring_lines() {
  local name arrived rows
  # shellcheck disable=SC2034 # for drop_fresh_tables
  FRESH_TABLES=$LINES_TABLE FRESH_VIEW=$FIELDS_VIEW
  mysql_query "DROP TABLE IF EXISTS $LINES_TABLE; CREATE TABLE $LINES_TABLE
    (result VARCHAR(64), number BIGINT, line LONGTEXT, KEY (result)) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
  if [[ -n $(tool lake walk "$1") ]]; then
    begin run_sqoop export-results export --table "$LINES_TABLE" --columns result,number,line --export-dir "$1" \
      --input-fields-terminated-by '\t' --input-null-string '\\N' --input-null-non-string '\\N' -m 1
    finish_all
  fi
  mysql_query "UPDATE $LINES_TABLE SET line = $(value text line)"
  arrived=$(mysql_query "SELECT result, COUNT(*) FROM $LINES_TABLE GROUP BY result")
  for name in "${changed[@]}"; do
    rows=$(cut -f 2 <<<"${FACTS[$name]}")
    ((rows == 0)) || grep -qxF -- "$name"$'\t'"$rows" <<<"$arrived" ||
      die 7 "$name: not all of its $rows rows arrived in MySQL; the tables are unchanged"
  done
}

# fill_result NAME: its fresh table, each value compared with its text.
fill_result() {
  local fresh=_export_new_$1 columns column field fields=()
  FRESH_TABLES+=", \`$fresh\`"
  columns=$(cut -f 4 <<<"${FACTS[$1]}")
  mysql_query "DROP TABLE IF EXISTS \`$fresh\`; CREATE TABLE \`$fresh\` ($columns, ${LINE:?} BIGINT UNIQUE)
    ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin ROW_FORMAT=DYNAMIC COMMENT='$RESULT_COMMENT$1.sql'"
  read_columns "$fresh"
  unset 'COLUMNS[-1]' 'TYPES[-1]' 'TEXTS[-1]'
  for column in "${!COLUMNS[@]}"; do
    field="SUBSTRING_INDEX(SUBSTRING_INDEX(line, $TAB, $((column + 1))), $TAB, -1)"
    fields+=("IF(CAST($field AS BINARY) = x'5C4E', NULL, $field) AS ${TEXTS[column]}")
  done
  mysql_query "CREATE OR REPLACE VIEW $FIELDS_VIEW AS SELECT $(IFS=, && printf '%s' "${fields[*]}"), number AS $LINE
    FROM $LINES_TABLE WHERE result = '$1'"
  fill "$FIELDS_VIEW" "$fresh"
  refuse_changes "$FIELDS_VIEW" "$fresh" "$1"
  mysql_query "ALTER TABLE \`$fresh\` DROP COLUMN $LINE"
}

# publish_results: all at once.
publish_results() {
  local name renames=() old=()
  for name in "${changed[@]}"; do old+=("\`_export_old_$name\`"); done
  mysql_query "DROP TABLE IF EXISTS $(IFS=, && printf '%s' "${old[*]}")"
  for name in "${changed[@]}"; do
    [[ -z $(mysql_query "SHOW TABLES LIKE '${name//_/\\_}'") ]] || renames+=("\`$name\` TO \`_export_old_$name\`")
    renames+=("\`_export_new_$name\` TO \`$name\`")
  done
  mysql_query "RENAME TABLE $(IFS=, && printf '%s' "${renames[*]}");
    DROP TABLE IF EXISTS $(IFS=, && printf '%s' "${old[*]}")"
}

# drop_old_results: tables of results that the analysis has no more.
drop_old_results() {
  local name
  while IFS= read -r name; do
    [[ -n $name ]] || continue
    mysql_query "DROP TABLE \`$name\`"
    note "$name: no longer a result, dropped"
  done < <(mysql_query "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()
    AND table_comment LIKE '$RESULT_COMMENT%' AND table_name NOT IN ('', $(quoted "'%s'" "${names[@]}"))")
}
