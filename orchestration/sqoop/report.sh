# shellcheck shell=bash
# The run report of an import: what was counted in the folder, and how long the folder was then. As long as it is as
# long as that, whoever sees it knows its rows without reading it. Source it after hdfs.sh and plan.sh.

# folder_bytes FOLDER: bytes of its files.
folder_bytes() { hdfs_list "$1" | awk -F '\t' '$1 == "FILE" { sum += $2 } END { printf "%d\n", sum }'; }

# time_of EPOCHREALTIME: in RFC 3339.
time_of() { date -u -d "@${1/,/.}" +%Y-%m-%dT%H:%M:%S.%6NZ; }

# report_import NAME FOLDER ROWS EPOCHREALTIME: writes reports/sqoop-NAME.json beside the plan; the time is that of its
# begin. What cannot be written costs the monitor its exact number, and the import nothing.
report_import() {
  local folder bytes now=$EPOCHREALTIME file
  folder=$(dirname -- "$PLAN")/reports file=$folder/sqoop-$1.json
  bytes=$(folder_bytes "$2")
  if ! { mkdir -p -- "$folder" && import_facts "$@" "$now" "$bytes" >"$file.tmp" && mv -f -- "$file.tmp" "$file"; }; then
    note "warning: $file cannot be written"
  fi
}

# import_facts NAME FOLDER ROWS BEGIN END BYTES: the report's text.
import_facts() {
  printf '{\n  "tool": "sqoop-%s",\n  "started": "%s",\n  "ended": "%s",\n  "exit_code": 0,\n' \
    "$1" "$(time_of "$4")" "$(time_of "$5")"
  printf '  "rows": %d,\n  "bytes": %d,\n  "path": "%s"\n}\n' "$3" "$6" "$2"
}
