# shellcheck shell=bash
# The incremental import: only rows whose check column is above the highest value so far. Source it after sqoop.sh.
#
# The bounds are ours, because Sqoop's append mode misses a row that is added later with a value that is not above the
# last one. Here the rows up to the last value are counted again; if their number has changed, all rows are imported.
#
# The state, a small file in HDFS, is written before the step that it describes: the folder's inode number, the check
# column, its last value before and after, the rows up to these values, and the file with the rows in between. If that
# file exists, the later value holds, else the earlier one: a kill at any moment loses and duplicates nothing. A folder
# that a full import replaced has another inode number: then all rows are imported again.

# import_new_rows TABLE COLUMN: the rows above the highest value so far.
import_new_rows() {
  local since=$EPOCHREALTIME folder=$SQOOP_FOLDER/$1 fresh=$SQOOP_FOLDER/.import-$1
  local id next where records file last rows
  check_column "$1" "$2"
  id=$(tool lake id "$folder")
  read_state "$1" "$2" "$id"
  [[ -z $last ]] || still_holds "$1" "$2" || last='' rows=0
  next=$(mysql_query "SELECT IFNULL(MAX(\`$2\`), '') FROM \`$1\`")
  if [[ $next == "$last" ]]; then
    note "$1: no rows with $2 above ${last:-nothing}; unchanged"
    return
  fi
  where="\`$2\` <= $(literal "$next")${last:+ AND \`$2\` > $(literal "$last")}"
  records=$(mysql_query "SELECT COUNT(*) FROM \`$1\` WHERE $where")
  sqoop_rows "$1" "$fresh" "SELECT ${SELECT_LIST[$1]} FROM \`$1\` WHERE $where AND \$CONDITIONS" -m 1
  demand_records "$1" "$fresh" "$records"
  if [[ -z $last ]]; then
    write_state "$1" "$(tool lake id "$fresh")" "$2" - "$next" 0 "$records" part-m-00000
    tool lake replace "$fresh" "$folder"
  else
    file=$(printf 'part-m-%05d' "$(tool lake walk "$folder" | wc -l)")
    write_state "$1" "$id" "$2" "$last" "$next" "$rows" $((rows + records)) "$file"
    tool lake rename "$fresh/part-m-00000" "$folder/$file"
    tool lake delete "$fresh"
  fi
  note "$1: ${last:+new: }$(records "$records") in $folder, $2 up to $next ($(seconds_since "$since"))"
}

# write_state TABLE ID COLUMN BEFORE AFTER ROWS_BEFORE ROWS_AFTER FILE
write_state() {
  (IFS=$'\t' && printf '%s\n' "${*:2}") | tool lake write "$SQOOP_FOLDER/.marks/$1.incremental"
}

# read_state TABLE COLUMN ID: sets last, the highest value in the folder with that inode number, or nothing, and rows,
# how many rows the folder holds.
read_state() {
  local state id column before after rows_after file
  last='' rows=0
  state=$(tool lake cat "$SQOOP_FOLDER/.marks/$1.incremental" --if-exists)
  IFS=$'\t' read -r id column before after rows rows_after file <<<"$state"
  [[ -n $3 && -n $file && $id == "$3" && $column == "$2" ]] || return 0
  if [[ -n $(tool lake id "$SQOOP_FOLDER/$1/$file") ]]; then
    last=$after rows=$rows_after
  else
    last=${before#-}
  fi
}

# still_holds TABLE COLUMN: whether the table has as many rows up to the last value as the folder.
still_holds() {
  local now
  now=$(mysql_query "SELECT COUNT(*) FROM \`$1\` WHERE \`$2\` <= $(literal "$last")")
  ((now != rows)) || return 0
  note "$1: $(records "$now") with $2 up to $last, $rows at the last import: importing all of them"
  return 1
}

# check_column TABLE COLUMN: refuses a column whose values cannot be compared exactly.
check_column() {
  local type nulls
  [[ $2 != *[\`\'\\]* ]] || die 2 "$1 has no column $2"
  type=$(mysql_query "SELECT data_type FROM information_schema.columns WHERE table_schema = DATABASE()
    AND table_name = '$1' AND column_name = '$2'")
  [[ -n $type ]] || die 2 "$1 has no column $2"
  [[ $type =~ (int|decimal|date|time|year) ]] ||
    die 2 "$1.$2 is $type: an incremental import needs a whole or decimal number or a time"
  nulls=$(mysql_query "SELECT COUNT(*) FROM \`$1\` WHERE \`$2\` IS NULL")
  ((nulls == 0)) || note "warning: $nulls rows of $1 have no $2 and are skipped"
}

# literal VALUE: as an SQL literal.
literal() { if [[ $1 =~ ^-?[0-9]+(\.[0-9]+)?$ ]]; then printf '%s' "$1"; else printf "'%s'" "${1//\'/}"; fi; }
