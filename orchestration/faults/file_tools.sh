# shellcheck shell=bash
# The tools that need no server, as subjects (see world.sh). Each writes into the room; sha256sum compares its files
# with those of a run that met no fault.
# shellcheck disable=SC2034 # for the other parts of faults.sh

FILE_SUBJECTS=(data_gen analyzer splitter schema_gen log_gen reconciler)

begin_data_gen() {
  fresh_room
  COMMAND=("$ECOM_BIN_DIR/data-gen" --transactions 2000 --customers 60 --products 30 --out-dir "$ROOM/data" --quiet)
}

begin_analyzer() {
  fresh_room
  COMMAND=("$ECOM_BIN_DIR/analyzer" "$SOURCE" --plan "$ROOM/plan.toml" --html "$ROOM/analysis.html" --quiet)
}

begin_splitter() {
  fresh_room
  cp -- "$WORK/plan.toml" "$ROOM"
  COMMAND=("$ECOM_BIN_DIR/splitter" --plan "$ROOM/plan.toml" --out-dir "$ROOM" --quiet)
}

begin_schema_gen() {
  fresh_room
  COMMAND=("$ECOM_BIN_DIR/schema-gen" --plan "$WORK/plan.toml" --output "$ROOM/create_tables.sql" --quiet)
}

# The work folder without reports.
copy_work() {
  fresh_room
  cp -- "$WORK"/*.* "$ROOM"
}

begin_log_gen() {
  copy_work
  COMMAND=("$ECOM_BIN_DIR/log-gen" "$ROOM/transactions_realtime.csv" --output-dir "$ROOM/spool" --logs-per-file 200
    --num-files 3 --quiet)
}

begin_reconciler() {
  copy_work
  COMMAND=("$ECOM_BIN_DIR/reconciler" --plan "$ROOM/plan.toml" --hop input --quiet)
}

# half_files: every file under its final name is as it must be in the end; hidden files are of no account.
half_files() {
  local torn
  torn=$(comm -13 <(printf '%s\n' "${GOLDEN[$SUBJECT]}") <(digest | grep -v '/\.[^/]*$'))
  [[ -z $torn ]] || because "half-visible: ${torn//$'\n'/, }"
}

# whole_files: exactly the files of a run without a fault, and nothing that was left over.
whole_files() {
  local differences
  differences=$(diff <(printf '%s\n' "${GOLDEN[$SUBJECT]}") <(digest) | grep '^[<>]' | cut -c 1-2,68-) || true
  [[ -z $differences ]] || because "not the files of a run without a fault: ${differences//$'\n'/, }"
}

half_data_gen() { half_files; }
whole_data_gen() { whole_files; }
half_analyzer() { half_files; }
whole_analyzer() { whole_files; }
half_schema_gen() { half_files; }
whole_schema_gen() { whole_files; }
half_log_gen() { half_files; }
whole_log_gen() { whole_files; }

# The manifest is the promise that all other files are there.
half_splitter() {
  half_files || return
  [[ ! -e $ROOM/manifest.json ]] || whole_listed
}
whole_listed() {
  local missing
  missing=$(comm -23 <(printf '%s\n' "${GOLDEN[$SUBJECT]}") <(digest))
  [[ -z $missing ]] || because "there is a manifest, but not ${missing//$'\n'/, }"
}
whole_splitter() {
  whole_files || return
  records "$ROOM"/transactions_{historical,realtime}.csv | sort | cmp -s - "$WORLD/transactions" ||
    because 'the two parts are not the records of the source'
}

# It only reads, and its verdict is its last line.
half_reconciler() { half_files; }
whole_reconciler() {
  whole_files || return
  [[ $(tail -n 1 -- "$WORLD/said.out") == '✓ '* ]] || because "exit 0, but it says: $(tail -n 1 -- "$WORLD/said.out")"
}
