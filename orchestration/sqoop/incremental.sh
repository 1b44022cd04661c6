# shellcheck shell=bash
# The incremental import: Sqoop's append mode, made safe to repeat. Source it after hdfs.sh and run.sh.
#
# The state, a small file in HDFS, is written before the step that it describes: the folder's inode number, the check
# column, its last value before and after, and the file that brings the rows in between. Whether that file is there
# tells which of the two values holds: a kill at any moment loses nothing and doubles nothing. A folder that a full
# import has replaced has another number: then all rows are imported again.

# import_new_rows TABLE COLUMN: the rows above the highest value so far.
import_new_rows() {
  local since=$EPOCHREALTIME folder=$SQOOP_FOLDER/$1 fresh=$SQOOP_FOLDER/.import-$1 last next records id file
  check_column "$1" "$2"
  id=$(hdfs_id "$folder")
  last=$(last_value "$1" "$2" "$id")
  sqoop_rows "$1" "$fresh" "SELECT ${SELECT_LIST[$1]} FROM \`$1\` WHERE \$CONDITIONS" -m 1 \
    --temporary-rootdir "$fresh-parts" --incremental append --check-column "$2" ${last:+--last-value "$last"}
  next=$(sed -n 's/.* --last-value //p' -- "$STACK_DIR/logs/sqoop-$1.log")
  if [[ -z $next ]]; then
    note "$1: no rows with $2 above ${last:-nothing}; unchanged"
    return
  fi
  records=$(mysql_query "SELECT COUNT(*) FROM \`$1\` WHERE \`$2\` <= $(literal "$next")${last:+ AND \`$2\` > $(literal "$last")}")
  demand_records "$1" "$fresh" "$records"
  if [[ -z $last ]]; then
    id=$(hdfs_id "$fresh")
    hdfs_write "$SQOOP_FOLDER/.marks/$1.incremental" "$id"$'\t'"$2"$'\t-\t'"$next"$'\tpart-m-00000'
    replace_folder "$fresh" "$folder"
  else
    file=$(printf 'part-m-%05d' "$(hdfs_parts "$folder" | wc -l)")
    hdfs_write "$SQOOP_FOLDER/.marks/$1.incremental" "$id"$'\t'"$2"$'\t'"$last"$'\t'"$next"$'\t'"$file"
    hdfs_rename "$fresh/part-m-00000" "$folder/$file"
    hdfs_delete "$fresh"
  fi
  hdfs_delete "$fresh-parts"
  note "$1: ${last:+new: }$(records "$records") in $folder, $2 up to $next ($(seconds_since "$since"))"
}

# check_column TABLE COLUMN: refuses what has no order that Sqoop could use.
check_column() {
  local type nulls
  type=$(mysql_query "SELECT data_type FROM information_schema.columns WHERE table_schema = DATABASE()
    AND table_name = '$1' AND column_name = '${2//[^A-Za-z0-9_]/}'")
  [[ -n $type ]] || die 2 "$1 has no column $2"
  [[ $type =~ (int|decimal|date|time|float|double|year) ]] || die 2 "$1.$2 is $type: an incremental import needs a number or a time"
  nulls=$(mysql_query "SELECT COUNT(*) FROM \`$1\` WHERE \`$2\` IS NULL")
  ((nulls == 0)) || note "warning: $nulls rows of $1 have no $2 and are left out"
}

# last_value TABLE COLUMN FOLDER-ID: how far the folder goes, or nothing.
last_value() {
  local state id column before after file
  state=$(hdfs_find GET "$SQOOP_FOLDER/.marks/$1.incremental" OPEN)
  IFS=$'\t' read -r id column before after file <<<"$state"
  [[ -n $3 && $id == "$3" && $column == "$2" ]] || return 0
  if [[ -n $(hdfs_id "$SQOOP_FOLDER/$1/$file") ]]; then printf '%s\n' "$after"; else printf '%s\n' "${before#-}"; fi
}

# literal VALUE: as SQL.
literal() { if [[ $1 =~ ^-?[0-9]+(\.[0-9]+)?$ ]]; then printf '%s' "$1"; else printf "'%s'" "${1//\'/}"; fi; }
