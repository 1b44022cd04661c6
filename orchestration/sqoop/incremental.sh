# shellcheck shell=bash
# The incremental import: Sqoop's append mode, made safe to repeat. Source it after sqoop.sh.
#
# The state, a small file in HDFS, is written before the step that it describes: the folder's inode number, the check
# column, its last value before and after, and the file with the rows in between. If that file exists, the later value
# holds, else the earlier one: a kill at any moment loses and duplicates nothing. A folder that a full import replaced
# has another inode number: then all rows are imported again.

# import_new_rows TABLE COLUMN: the rows above the highest value so far.
import_new_rows() {
  local since=$EPOCHREALTIME folder=$SQOOP_FOLDER/$1 fresh=$SQOOP_FOLDER/.import-$1 last next rows records id file
  check_column "$1" "$2"
  id=$(tool lake id "$folder")
  last=$(last_value "$1" "$2" "$id")
  sqoop_rows "$1" "$fresh" "SELECT ${SELECT_LIST[$1]} FROM \`$1\` WHERE \$CONDITIONS" -m 1 \
    --temporary-rootdir "$fresh-parts" --incremental append --check-column "$2" ${last:+--last-value "$last"}
  next=$(sed -n 's/.* --last-value //p' -- "$STACK_DIR/logs/sqoop-$1.log")
  if [[ -z $next ]]; then
    note "$1: no rows with $2 above ${last:-nothing}; unchanged"
    return
  fi
  rows="\`$1\` WHERE \`$2\` <= $(literal "$next")${last:+ AND \`$2\` > $(literal "$last")}"
  records=$(mysql_query "SELECT COUNT(*) FROM $rows")
  demand_records "$1" "$fresh" "$records"
  if [[ -z $last ]]; then
    write_state "$1" "$(tool lake id "$fresh")" "$2" - "$next" part-m-00000
    tool lake replace "$fresh" "$folder"
  else
    file=$(printf 'part-m-%05d' "$(tool lake walk "$folder" | wc -l)")
    write_state "$1" "$id" "$2" "$last" "$next" "$file"
    tool lake rename "$fresh/part-m-00000" "$folder/$file"
    tool lake delete "$fresh"
  fi
  tool lake delete "$fresh-parts"
  note "$1: ${last:+new: }$(records "$records") in $folder, $2 up to $next ($(seconds_since "$since"))"
}

# write_state TABLE ID COLUMN BEFORE AFTER FILE
write_state() {
  (IFS=$'\t' && printf '%s\n' "${*:2}") | tool lake write "$SQOOP_FOLDER/.marks/$1.incremental"
}

# check_column TABLE COLUMN: refuses a column that Sqoop cannot compare.
check_column() {
  local type nulls
  type=$(mysql_query "SELECT data_type FROM information_schema.columns WHERE table_schema = DATABASE()
    AND table_name = '$1' AND column_name = '${2//[^A-Za-z0-9_]/}'")
  [[ -n $type ]] || die 2 "$1 has no column $2"
  [[ $type =~ (int|decimal|date|time|float|double|year) ]] ||
    die 2 "$1.$2 is $type: an incremental import needs a number or a time"
  nulls=$(mysql_query "SELECT COUNT(*) FROM \`$1\` WHERE \`$2\` IS NULL")
  ((nulls == 0)) || note "warning: $nulls rows of $1 have no $2 and are skipped"
}

# last_value TABLE COLUMN ID: the highest value in the folder with that inode number, or nothing.
last_value() {
  local state id column before after file
  state=$(tool lake cat "$SQOOP_FOLDER/.marks/$1.incremental" --if-exists)
  IFS=$'\t' read -r id column before after file <<<"$state"
  [[ -n $3 && $id == "$3" && $column == "$2" ]] || return 0
  [[ -n $(tool lake id "$SQOOP_FOLDER/$1/$file") ]] || after=${before#-}
  printf '%s\n' "$after"
}

# literal VALUE: as an SQL literal.
literal() { if [[ $1 =~ ^-?[0-9]+(\.[0-9]+)?$ ]]; then printf '%s' "$1"; else printf "'%s'" "${1//\'/}"; fi; }
