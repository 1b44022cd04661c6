#!/usr/bin/env bats
# run_pipeline.sh, without any server: the tools, the steps' scripts and the stack record how they are called.
# shellcheck disable=SC2030,SC2031,SC2086,SC2154 # lists of arguments are split on purpose; bats sets stderr

bats_require_minimum_version 1.5.0
load lake_helper

setup() {
  local name
  unset SQL_DIR
  copy_wrappers
  rm -r "$PROJECT/var/runs"
  for name in schema-gen mysql-loader topic-admin log-gen streamer monitor reconciler; do stand_in "$ECOM_BIN_DIR/$name"; done
  for name in sqoop_import.sh start_flume.sh stack/up stack/reset; do stand_in "$PROJECT/orchestration/$name"; done
  stand_in_analyzer
  stand_in_splitter
  SALES=$T/sales WORK=$PROJECT/var/runs/sales DATA=$PROJECT/var/stack/data
  mkdir -p "$SALES"
  echo 'id,customer' >"$SALES/transactions.csv"
  cd / || return
}

# stand_in PATH: records its name and arguments in $T/calls; fails with 5 where $T/fails names it. The stack's two also do
# to the data what they are for.
stand_in() {
  cat >"$1" <<STUB
#!/bin/bash
printf '%s %s\n' "\${0##*/}" "\$*" >>"\$T/calls"
case \${0##*/} in
  up) mkdir -p "$PROJECT/var/stack/data" ;;
  reset) rm -rf "$PROJECT/var/stack/data" ;;
esac
[[ \$(cat "\$T/fails" 2>/dev/null) != "\${0##*/}" ]] || exit 5
STUB
  chmod +x "$1"
}

# stand_in_analyzer: writes the plan's lines that the scripts read. As the real one it wants data, asks for the order of
# dates where $T/asks is, lacks a role where $T/lacks is and leaves a draft, and keeps a plan that is there while the sources are the same.
stand_in_analyzer() {
  cat >"$ECOM_BIN_DIR/analyzer" <<'STUB'
#!/bin/bash
printf 'analyzer %s\n' "$*" >>"$T/calls"
ls "$1"/*.csv >/dev/null 2>&1 || { echo "analyzer: $1: no CSV file in this folder" >&2; exit 4; }
[[ ! -e $T/asks || $* == *--date-order* ]] || { echo 'analyzer: day and month: say --date-order' >&2; exit 4; }
if [[ -e $T/lacks ]] && ! grep -qs event_time "$3" && [[ $* != *'=event time'* ]]; then
  mkdir -p "${3%/*}"
  printf '# A DRAFT\n' >"${3%.toml}.draft.toml"
  echo "analyzer: no file holds transactions; or complete the plan in ${3%.toml}.draft.toml" >&2
  exit 4
fi
format=%Y
[[ $* != *month-first* ]] || format=%m/%d/%Y
[[ $* != *day-first* ]] || format=%d/%m/%Y
mkdir -p "${3%/*}/reports"
sources() {
  printf "version = 1\nfolder = '%s'\n" "$1"
  cat "$T/left_out" 2>/dev/null
  for file in "$1"/*.csv; do
    printf '[[table]]\nfile = "%s"\nsha256 = "%s"\nformat = "%s"\n' "${file##*/}" "$(sha256sum <"$file" | cut -d ' ' -f 1)" "$format"
  done
}
sources "$1" >"${3%/*}/fresh"
if [[ -e $3 ]] && ! diff <(grep sha256 "$3") <(grep sha256 "${3%/*}/fresh") >/dev/null; then
  echo "analyzer: $3 was made from other files: --force replaces it" >&2
  exit 4
fi
[[ -e $3 ]] || cp "${3%/*}/fresh" "$3"
[[ $* == *--quiet* ]] || echo 'Tables: transactions'
exit "$(cat "$T/analyzer.code" 2>/dev/null || echo 0)"
STUB
  chmod +x "$ECOM_BIN_DIR/analyzer"
}

# stand_in_splitter: leaves a file of customers if the data have one; refuses where $T/fails names it.
stand_in_splitter() {
  cat >"$ECOM_BIN_DIR/splitter" <<'STUB'
#!/bin/bash
printf 'splitter %s\n' "$*" >>"$T/calls"
[[ $1 == --plan && -r $2 && $3 == --out-dir ]] || exit 2
[[ $(cat "$T/fails" 2>/dev/null) != splitter ]] || { echo 'splitter: broken' >&2; exit 4; }
mkdir -p "$4"
touch "$4"/{products_full.csv,transactions_realtime.csv,manifest.json}
! grep -q customers.csv "$2" || touch "$4/customers_full.csv"
STUB
  chmod +x "$ECOM_BIN_DIR/splitter"
}

pipeline() { wrapper run_pipeline.sh "$@"; }
# called NAME…: what was called since the last time, of these alone if any are named.
called() {
  local pattern=${*:-.}
  grep -E "^(${pattern// /|})" "$T/calls"
  rm "$T/calls"
}
# state: all that a refusal must leave alone.
state() { (cd "$PROJECT/var" && find runs stack logs -type f ! -name '*.lock' -exec cksum {} + 2>/dev/null | sort); }
# resume_line: the command that a stopped run prints.
resume_line() { sed -n 's/.*; to resume: //p' <<<"$output"; }

# --- the whole run ---

@test "a run calls every tool and script in order, with its folders" {
  echo 'id' >"$SALES/customers.csv"
  STACK_TIMEOUT=60 run -0 pipeline "$SALES" --delay 0.5
  [[ $output == *'[1/10] Analyze the data set'*'[10/10]'*'Pipeline complete in '* ]]
  diff - <(called) <<CALLS
analyzer $SALES --plan $PROJECT/var/runs/.rehearsal/plan.toml --quiet
up 
analyzer $SALES --plan $WORK/plan.toml --html $WORK/analysis.html
splitter --plan $WORK/plan.toml --out-dir $WORK
schema-gen --plan $WORK/plan.toml --output $PROJECT/sql/create_tables.sql
mysql-loader --plan $WORK/plan.toml --data-dir $WORK
topic-admin create
sqoop_import.sh --plan $WORK/plan.toml
log-gen $WORK/transactions_realtime.csv --output-dir $PROJECT/var/logs/incoming --logs-per-file 1000 --num-files 5
start_flume.sh 
streamer $WORK/customers_full.csv --delay 0
streamer $WORK/products_full.csv --delay 0
streamer $WORK/transactions_realtime.csv --delay 0.5
monitor --plan $WORK/plan.toml --interval 2 --until complete --timeout 60
reconciler --plan $WORK/plan.toml --hop all
CALLS
  [[ $output == *$'\nTables: transactions\nevery column and its values, for a browser: '"$WORK/analysis.html"$'\n'* ]]
  [ ! -e "$PROJECT/var/runs/.rehearsal" ]
}

@test "a second run ends well" {
  run -0 pipeline "$SALES"
  run -0 pipeline "$SALES"
}

@test "files that the plan leaves out are no sources, and do not hinder the next run" {
  printf '[[left_out]]\nfile = "%s"\nrows = 8\nreason = "no relation"\n' notes.txt 'places (2).csv' >"$T/left_out"
  run -0 pipeline "$SALES"
  [[ $output == *'✓ Pipeline complete in '*': every store holds exactly what went in.'* ]]
  [ "$(<"$DATA/sources")" = "$SALES"$'\n'"transactions.csv $(sha256sum <"$SALES/transactions.csv" | cut -d ' ' -f 1)" ]
  run -0 pipeline "$SALES" --from 2
}

@test "a run that leaves sales out does not end in a tick" {
  cat >"$ECOM_BIN_DIR/reconciler" <<'STUB'
#!/bin/bash
mkdir -p "${2%/*}/reports"
printf '{\n  "verdict": {\n    "equal": true,\n    "complete": false\n  }\n}\n' >"${2%/*}/reports/reconciler.json"
STUB
  run -0 pipeline "$SALES"
  [[ $output == *"! Pipeline complete in "*": every store holds what the plan says, but sales were left out: see left_out in $WORK/plan.toml"* ]]
  [[ $output != *'✓ Pipeline'* ]]
}

@test "rejected records are exit code 3 of a run that goes on to the end" {
  echo 3 >"$T/analyzer.code"
  run -3 pipeline "$SALES"
  [[ $output == *'Tables: transactions'*'Pipeline complete'* ]]
}

@test "without a folder it is the sample" {
  mkdir -p "$PROJECT/data/sample"
  cp "$SALES"/*.csv "$PROJECT/data/sample"
  run -0 pipeline
  [ "$(<"$DATA/data_set")" = sample ]
}

# --- steps ---

@test "--list names the ten steps" {
  run -0 pipeline --list
  [ "${#lines[@]}" -eq 10 ]
  [[ ${lines[6]} == *$'7\tGenerate the application logs' ]]
}

@test "--from begins with a step and --only runs one alone" {
  run -0 pipeline "$SALES"
  rm "$T/calls"
  run -0 pipeline "$SALES" --from 9
  [ "$(called | cut -d ' ' -f 1 | paste -s -d ' ')" = 'up streamer streamer monitor reconciler' ]
  run -0 pipeline "$SALES" --only 5
  [ "$(called)" = $'up \ntopic-admin create' ]
  [[ $output != *complete* ]]
}

@test "a step whose forerunners have left nothing is refused before the servers start" {
  run -2 --separate-stderr pipeline "$SALES" --from 2
  [ "$stderr" = "run_pipeline.sh: there is no plan of $SALES yet: begin with step 1" ]
  run -0 pipeline "$SALES" --only 1
  rm "$T/calls"
  run -2 --separate-stderr pipeline "$SALES" --only 4
  [ "$stderr" = "run_pipeline.sh: $SALES is not split yet: begin with step 2" ]
  [ ! -e "$T/calls" ]
}

@test "--lines is exact, in as many files up to five as share them equally" {
  run -0 pipeline "$SALES"
  for wanted in '7 7 1' '12 3 4' '5001 1667 3' '1 1 1' '20 4 5'; do
    read -r lines each files <<<"$wanted"
    rm -f "$T/calls"
    run -0 pipeline "$SALES" --only 7 --lines "$lines"
    [[ $(called log-gen) == *" --logs-per-file $each --num-files $files" ]]
  done
}

@test "the answers to the analyzer's questions are passed on" {
  touch "$T/asks"
  run -4 pipeline "$SALES"
  [[ $output == *'say --date-order'* ]]
  rm "$T/calls"
  run -0 pipeline "$SALES" --only 1 --date-order day-first --max-rejects 20
  diff - <(called analyzer) <<CALLS
analyzer $SALES --plan $PROJECT/var/runs/.rehearsal/plan.toml --quiet --date-order day-first --max-rejects 20
analyzer $SALES --plan $WORK/plan.toml --html $WORK/analysis.html --date-order day-first --max-rejects 20
CALLS
}

@test "another answer than the plan was made with is refused, not passed over" {
  run -0 pipeline "$SALES" --date-order day-first
  run -0 pipeline "$SALES" --date-order day-first
  before=$(state)
  run -4 pipeline "$SALES" --date-order month-first
  [ "${lines[-1]}" = "run_pipeline.sh: $WORK/plan.toml was made with another answer than --date-order month-first: run again from step 1 with --reset to empty the stores first" ]
  [ "$(state)" = "$before" ]
  run -0 pipeline "$SALES" --date-order month-first --reset
  grep -Fx 'format = "%m/%d/%Y"' "$WORK/plan.toml"
}

@test "answers with blanks and quotes are passed on and resumed as they are" {
  answers=(--role "Bestell-Datum=event time" --format "Preis=1.234,56 €" --number-style comma --encoding windows-1252 --role "O'Neil=none")
  echo mysql-loader >"$T/fails"
  run -5 pipeline "$SALES" "${answers[@]}"
  [[ $(called analyzer | tail -n 1) == "analyzer $SALES --plan $WORK/plan.toml --html $WORK/analysis.html ${answers[*]}" ]]
  words=()
  eval "words=($(resume_line))"
  [ "${words[*]:4}" = "${answers[*]}" ] && [ "${words[5]}" = 'Bestell-Datum=event time' ]
}

@test "where a role lacks, a draft is left; once it is completed the run goes on from it" {
  touch "$T/lacks"
  run -4 --separate-stderr pipeline "$SALES"
  [[ $stderr == *"complete the plan in $WORK/plan.draft.toml"*'stopped before anything was changed (exit code 4)' ]]
  [ "$(<"$WORK/plan.draft.toml")" = '# A DRAFT' ] && [ ! -e "$WORK/plan.toml" ] && [ ! -e "$PROJECT/var/runs/.rehearsal" ]
  sum=$(sha256sum <"$SALES/transactions.csv" | cut -d ' ' -f 1)
  printf 'version = 1\nfolder = "%s"\n[[table]]\nfile = "transactions.csv"\nsha256 = "%s"\nrole = "event_time"\n' "$SALES" "$sum" >"$WORK/plan.toml"
  plan=$(<"$WORK/plan.toml")
  run -0 --separate-stderr pipeline "$SALES"
  [[ $stderr == *"goes on from $WORK/plan.toml, which knows more than the analyzer"* ]]
  [[ $output == *'Pipeline complete'* && $(<"$WORK/plan.toml") == "$plan" ]]
  run -0 pipeline "$SALES"
  echo '2,C1' >>"$SALES/transactions.csv"
  run -4 --separate-stderr pipeline "$SALES"
  [[ $stderr == *'no file holds transactions'* ]]
}

@test "a completed plan is gone on from with --reset, too, which other data in the stores need" {
  touch "$T/lacks"
  run -4 pipeline "$SALES"
  sum=$(sha256sum <"$SALES/transactions.csv" | cut -d ' ' -f 1)
  printf 'version = 1\nfolder = "%s"\n[[table]]\nfile = "transactions.csv"\nsha256 = "%s"\nrole = "event_time"\n' "$SALES" "$sum" >"$WORK/plan.toml"
  plan=$(<"$WORK/plan.toml")
  mkdir -p "$DATA"
  echo another >"$DATA/data_set"
  run -4 pipeline "$SALES"
  [[ $output == *'the stores hold the data set another: run again with --reset to empty them first' ]]
  mkdir -p "$WORK/reports"
  touch "$WORK/reports/old.json"
  run -0 pipeline "$SALES" --reset
  [[ $output == *"goes on from $WORK/plan.toml, which knows more than the analyzer"*'Pipeline complete'* ]]
  [[ $(<"$WORK/plan.toml") == "$plan" && ! -e $WORK/reports/old.json ]]
  mkdir -p "$T/elsewhere/sales"
  cp "$SALES/transactions.csv" "$T/elsewhere/sales"
  run -4 pipeline "$T/elsewhere/sales" --reset
  [[ $output == *'no file holds transactions'* && $(<"$WORK/plan.toml") == "$plan" ]]
}

@test "another role than the plan was made with is refused, not passed over" {
  run -0 pipeline "$SALES" --role 'Datum=event time'
  printf 'name = "datum"\nrole = "status"\n' >>"$WORK/plan.toml"
  run -4 pipeline "$SALES" --role 'Datum=event time'
  [ "${lines[-1]}" = "run_pipeline.sh: $WORK/plan.toml was made with another answer than --role 'Datum=event time': run again from step 1 with --reset to empty the stores first" ]
}

# --- usage ---

@test "--help is the header, from any folder" {
  run -0 pipeline --help
  [[ ${lines[0]} == 'Runs the whole pipeline: '* && $output == *'--date-order ORDER'*'Exit codes: 0 '* ]]
}

@test "wrong usage is one line, and nothing is called" {
  for arguments in '--bogus' "$SALES $SALES" '--from' '--from 0' '--from 11' '--from x' '--only' '--only 1.5' '--lines 0' '--lines x' \
    '--lines' '--delay' '--delay -1' '--date-order' '--date-order year-first' '--role' '--role x' '--role x=' '--format x' '--number-style' '--number-style dot' '--encoding' '--encoding -x' '--max-rejects' '--max-rejects many' '--from 2 --only 3' \
    '--reset --from 5' '--reset --only 10'; do
    run -2 --separate-stderr pipeline $arguments
    [ "${#stderr_lines[@]}" -eq 1 ]
  done
  run -4 --separate-stderr pipeline "$T/nowhere" --reset
  [ "$stderr" = "run_pipeline.sh: there is no folder $T/nowhere" ]
  [ ! -e "$T/calls" ]
}

@test "no script takes an empty argument for none" {
  cp -R "$ROOT"/orchestration/{bench,start_flume.sh,sqoop_import.sh} "$PROJECT/orchestration"
  mkdir -p "$PROJECT/orchestration/tests"
  cp "$ROOT"/orchestration/tests/*.{sh,bash} "$PROJECT/orchestration/tests"
  printf '#!/bin/sh\nexit 1\n' | tee "$T/bin/cargo" "$T/bin/chromium" >/dev/null
  chmod +x "$T"/bin/*
  run -2 --separate-stderr pipeline '' --reset
  [ "$stderr" = "run_pipeline.sh: unexpected argument: '' (see --help)" ]
  for script in run_pipeline demo verify_hdfs sqoop_import sqoop_export start_flume stop_flume test pictures \
    bench/run bench/loader bench/streamer bench/monitor; do
    run -2 --separate-stderr wrapper "$script.sh" ''
    [ "${#stderr_lines[@]}" -eq 1 ]
  done
  run -2 wrapper sqoop_import.sh --incremental '' id
  [ ! -e "$T/calls" ]
}

# --- dry run ---

@test "--dry-run shows the commands of the run as they are, and runs none" {
  run -0 pipeline "$SALES" --dry-run --reset --lines 7 --date-order day-first
  [ ! -e "$T/calls" ] && [ ! -e "$PROJECT/var/runs" ]
  diff - <(grep '^ \{6\}' <<<"$output" | sed 's/^ *//') <<COMMANDS
$ECOM_BIN_DIR/analyzer $SALES --plan $PROJECT/var/runs/.rehearsal/plan.toml --quiet --date-order day-first
$ECOM_BIN_DIR/splitter --plan $PROJECT/var/runs/.rehearsal/plan.toml --out-dir $PROJECT/var/runs/.rehearsal --quiet
$STACK_HOME/reset --yes
rm -f -- '$PROJECT/var/logs/incoming/ecommerce_app_*.log'
rm -rf -- $WORK
$STACK_HOME/up
mkdir -p -- $WORK $PROJECT/sql
$ECOM_BIN_DIR/analyzer $SALES --plan $WORK/plan.toml --html $WORK/analysis.html --date-order day-first
$ECOM_BIN_DIR/splitter --plan $WORK/plan.toml --out-dir $WORK
$ECOM_BIN_DIR/schema-gen --plan $WORK/plan.toml --output $PROJECT/sql/create_tables.sql
$ECOM_BIN_DIR/mysql-loader --plan $WORK/plan.toml --data-dir $WORK
$ECOM_BIN_DIR/topic-admin create
$PROJECT/orchestration/sqoop_import.sh --plan $WORK/plan.toml
$ECOM_BIN_DIR/log-gen $WORK/transactions_realtime.csv --output-dir $PROJECT/var/logs/incoming --logs-per-file 7 --num-files 1
$PROJECT/orchestration/start_flume.sh
$ECOM_BIN_DIR/streamer $WORK/customers_full.csv --delay 0  # if the data set has customers
$ECOM_BIN_DIR/streamer $WORK/products_full.csv --delay 0  # if the data set has products
$ECOM_BIN_DIR/streamer $WORK/transactions_realtime.csv --delay 0
$ECOM_BIN_DIR/monitor --plan $WORK/plan.toml --interval 2 --until complete --timeout 180
$ECOM_BIN_DIR/reconciler --plan $WORK/plan.toml --hop all
COMMANDS
}

@test "--dry-run of a data set that is split names the files that it has, quoted where a shell needs it" {
  mv "$SALES" "$T/my sales"
  run -0 pipeline "$T/my sales"
  run -0 pipeline "$T/my sales" --dry-run
  [[ $output == *"analyzer '$T/my sales' --plan "* && $output == *products_full.csv* && $output != *customers* ]]
  run -0 pipeline "$T/my sales" --dry-run --only 5
  [ "$(grep -c "$ECOM_BIN_DIR" <<<"$output")" -eq 1 ]
}

# --- when a step fails ---

@test "a step's code is the script's, and the printed command goes on from any folder with the same options" {
  mv "$SALES" "$T/O'Neil & sons"
  echo mysql-loader >"$T/fails"
  run -5 pipeline "$T/O'Neil & sons" --lines 7 --delay 0.5 --date-order day-first --max-rejects 3
  [[ $output == *'✗ step 4 failed'* && $output != *'[5/10]'* ]]
  rm "$T/fails" "$T/calls"
  cd "$T"
  run -0 bash -c "$(resume_line)"
  [ "$(called | head -n 2 | cut -d ' ' -f 1 | paste -s -d ' ')" = 'up mysql-loader' ]
  run -0 pipeline "$T/O'Neil & sons" --from 7 --lines 7 --delay 0.5 --date-order day-first
  echo streamer >"$T/fails"
  run -5 pipeline "$T/O'Neil & sons" --from 7 --lines 7 --delay 0.5 --date-order day-first --max-rejects 3
  [[ $(resume_line) == *' --from 9 --lines 7 --delay 0.5 --date-order day-first --max-rejects 3' ]]
}

@test "the printed command of a step alone runs that step alone" {
  run -0 pipeline "$SALES"
  echo topic-admin >"$T/fails"
  run -5 pipeline "$SALES" --only 5
  [ "$(resume_line)" = "$PROJECT/orchestration/run_pipeline.sh $SALES --only 5" ]
}

@test "a run while another is at work is refused, and calls nothing" {
  mkdir -p "$PROJECT/var/locks"
  exec 8>>"$PROJECT/var/locks/pipeline"
  flock 8
  run -6 pipeline "$SALES" --reset 8>&-
  [[ $output == *'another run holds the pipeline lock' ]]
  [ ! -e "$T/calls" ]
}

# --- reset ---

@test "--reset empties the stores and the work folder after the data have been found good" {
  run -0 pipeline "$SALES"
  echo 'id' >>"$SALES/transactions.csv"
  mkdir -p "$PROJECT/var/logs/incoming" "$WORK/logs"
  touch "$PROJECT/var/logs/incoming/ecommerce_app_1.log" "$WORK/logs/old"
  rm "$T/calls"
  run -0 pipeline "$SALES" --reset
  [ "$(called | head -n 5 | cut -d ' ' -f 1 | paste -s -d ' ')" = 'analyzer splitter reset up analyzer' ]
  [ ! -e "$PROJECT/var/logs/incoming/ecommerce_app_1.log" ] && [ ! -e "$WORK/logs" ]
  grep -F "$(sha256sum <"$SALES/transactions.csv" | cut -d ' ' -f 1)" "$WORK/plan.toml" "$DATA/sources"
}

@test "--reset with data that are refused changes nothing" {
  run -0 pipeline "$SALES"
  before=$(state)
  mkdir "$T/empty" "$T/other"
  rm "$T/calls"
  run -4 --separate-stderr pipeline "$T/empty" --reset
  [[ $stderr == *"$T/empty: no CSV file in this folder"*'run_pipeline.sh: stopped before anything was changed (exit code 4)' ]]
  [ "$(called | cut -d ' ' -f 1)" = analyzer ]
  rm "$SALES/transactions.csv"
  run -4 pipeline "$SALES" --reset
  echo splitter >"$T/fails"
  echo 'id,amount' >"$SALES/transactions.csv"
  run -4 pipeline "$SALES" --reset
  run -4 pipeline "$SALES" --reset --only 1
  run ! grep -E '^(up|reset)' "$T/calls"
  [ "$(state)" = "$before" ]
}

@test "--reset --from 2 keeps a plan that was edited, and looks whether it can be split first" {
  run -0 pipeline "$SALES"
  echo '# edited' >>"$WORK/plan.toml"
  before=$(state)
  echo splitter >"$T/fails"
  rm "$T/calls"
  run -4 pipeline "$SALES" --reset --from 2
  [ "$(called)" = "splitter --plan $WORK/plan.toml --out-dir $PROJECT/var/runs/.rehearsal --quiet" ]
  [ "$(state)" = "$before" ]
  rm "$T/fails"
  run -0 pipeline "$SALES" --reset --from 2
  [ "$(called | head -n 4 | cut -d ' ' -f 1 | paste -s -d ' ')" = 'splitter reset up splitter' ]
  [ "$(tail -n 1 "$WORK/plan.toml")" = '# edited' ]
  [ "$(<"$DATA/data_set")" = sales ]
}

# --- what the stores hold ---

@test "another data set is refused with the way out" {
  run -0 pipeline "$SALES"
  cp -R "$SALES" "$T/Other Sales"
  rm "$T/calls"
  run -4 pipeline "$T/Other Sales"
  [ "${lines[-1]}" = 'run_pipeline.sh: the stores hold the data set sales: run again with --reset to empty them first' ]
  [ "$(called analyzer up | wc -l)" -eq 2 ]
  [ ! -e "$PROJECT/var/runs/other_sales" ]
  run -0 pipeline "$T/Other Sales" --reset
  [ "$(<"$DATA/data_set")" = other_sales ]
}

@test "a changed, new or missing file is refused with the way out, and nothing is changed" {
  refused() {
    run -4 pipeline "$SALES"
    [ "${lines[-1]}" = "run_pipeline.sh: $SALES/$1 is not the file that was analyzed: run again from step 1 with --reset to empty the stores first" ]
    [[ $output != *--force* && $(state) == "$before" ]]
  }
  echo 'id' >"$SALES/products, all.csv"
  run -0 pipeline "$SALES"
  before=$(state)
  echo '1,C1' >>"$SALES/transactions.csv"
  refused transactions.csv
  mv "$SALES/products, all.csv" "$T"
  refused 'products, all.csv'
  run -0 pipeline "$SALES" --reset
  before=$(state)
  mv "$T/products, all.csv" "$SALES"
  refused 'products, all.csv'
}

@test "a file that changed before a step that reads it is refused before the servers start" {
  run -0 pipeline "$SALES"
  echo '1,C1' >>"$SALES/transactions.csv"
  rm "$T/calls"
  for way in '--from 2' '--only 2' '--from 7' '--only 10' '--reset --from 2'; do
    run -4 --separate-stderr pipeline "$SALES" $way
    [ "$stderr" = "run_pipeline.sh: $SALES/transactions.csv is not the file that was analyzed: run again from step 1 with --reset to empty the stores first" ]
  done
  [ ! -e "$T/calls" ]
  rm "$SALES/transactions.csv"
  run -4 pipeline "$SALES" --from 7
  run -0 pipeline "$SALES" --only 7
}

@test "another folder of the same name is refused with the way out, at every step" {
  run -0 pipeline "$SALES"
  before=$(state)
  mkdir "$T/b"
  cp -R "$SALES" "$T/b"
  for way in '' '--from 4' '--reset --from 2'; do
    run -4 pipeline "$T/b/sales" $way
    [ "${lines[-1]}" = "run_pipeline.sh: sales is the data set of $SALES, not of $T/b/sales: run again from step 1 with --reset to empty the stores first" ]
    [ "$(state)" = "$before" ]
  done
  run -0 pipeline "$T/b/sales" --reset
  run -0 pipeline "$T/b/sales" --from 4
}

@test "a plan that was made anew by hand does not reach stores that hold the old files" {
  run -0 pipeline "$SALES"
  echo '1,C1' >>"$SALES/transactions.csv"
  rm "$WORK/plan.toml"
  "$ECOM_BIN_DIR/analyzer" "$SALES" --plan "$WORK/plan.toml"
  for way in '' '--from 2' '--only 7'; do
    run -4 pipeline "$SALES" $way
    [[ ${lines[-1]} == *'transactions.csv is not the file that was analyzed: run again from step 1 with --reset '* ]]
  done
  # Nor is it followed when the files are again as the stores have them.
  echo 'id,customer' >"$SALES/transactions.csv"
  run -4 pipeline "$SALES"
  [[ ${lines[-1]} == *'transactions.csv is not the file that was analyzed: run again from step 1 with --reset '* && $output != *--force* ]]
}

@test "stores that were filled before their sources were noted are gone on with, and the note is made" {
  run -0 pipeline "$SALES"
  rm "$DATA/sources"
  touch -d 2024-01-01 "$DATA/data_set"
  run -0 pipeline "$SALES" --from 3
  [ "$(head -n 1 "$DATA/sources")" = "$SALES" ]
  # The monitor takes its time for the time from which on reports count.
  [ "$(date -r "$DATA/data_set" +%Y)" -eq 2024 ]
  [ "$(<"$DATA/data_set")" = sales ]
  rm "$DATA/sources"
  echo '1,C1' >>"$SALES/transactions.csv"
  run -4 pipeline "$SALES"
  [[ ${lines[-1]} == *'transactions.csv is not the file that was analyzed'* ]]
}

@test "stores that were emptied forget the old logs and the old note" {
  run -0 pipeline "$SALES"
  mkdir "$WORK/logs"
  rm -r "$DATA/data_set" "$WORK/plan.toml"
  echo '1,C1' >>"$SALES/transactions.csv"
  run -0 pipeline "$SALES"
  [ ! -e "$WORK/logs" ]
  grep -F "$(sha256sum <"$SALES/transactions.csv" | cut -d ' ' -f 1)" "$DATA/sources"
}
