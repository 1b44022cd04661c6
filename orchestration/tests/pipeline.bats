#!/usr/bin/env bats
# run_pipeline.sh without any server: the real analyzer, splitter and lake, which record how they are called, and
# stand-ins for the other tools, the steps' scripts and the stack.
# shellcheck disable=SC2030,SC2031,SC2086,SC2154 # lists of arguments are split on purpose; bats sets stderr

bats_require_minimum_version 1.5.0
load lake_helper

setup() {
  local name built=${ECOM_BIN_DIR:-$BATS_TEST_DIRNAME/../../target/debug}
  unset SQL_DIR
  copy_wrappers
  rm -r "$PROJECT/var/runs"
  for name in schema-gen mysql-loader topic-admin log-gen streamer monitor reconciler; do
    stand_in "$ECOM_BIN_DIR/$name"
  done
  # Without them, they would be resolved beside the steps.
  mkdir -p "$PROJECT/var/stack/lib/spark"
  for name in sqoop_import.sh sqoop_export.sh analytics.sh start_flume.sh stack/up stack/reset; do
    stand_in "$PROJECT/orchestration/$name"
  done
  for name in analyzer splitter; do recorded "$built/$name"; done
  SALES=$T/sales WORK=$PROJECT/var/runs/sales DATA=$PROJECT/var/stack/data STAGING=$PROJECT/var/runs/.staging
  ANEW='run again from step 1 with --reset to empty the stores first'
  mkdir -p "$SALES"
  sales '2024-01-01 2024-01-02 2024-01-03'
  cd / || return
}

# sales DATES: the source file, with a record for each date.
sales() {
  local date number=0
  echo 'id,customer,date,amount' >"$SALES/transactions.csv"
  for date in $1; do echo "$((number += 1)),C$number,$date,5.00"; done >>"$SALES/transactions.csv"
}

# stand_in PATH: records its name and arguments in $T/calls; fails if $T/fails names it, with the code behind the name
# or 5. Those of the stack also create and delete the data's folder.
stand_in() {
  cat >"$1" <<STUB
#!/bin/bash
printf '%s %s\n' "\${0##*/}" "\$*" >>"\$T/calls"
case \${0##*/} in
  up) mkdir -p "$PROJECT/var/stack/data" ;;
  reset) rm -rf "$PROJECT/var/stack/data" ;;
esac
read -r name code 2>/dev/null <"\$T/fails" && [[ \$name == "\${0##*/}" ]] && exit "\${code:-5}"
exit 0
STUB
  chmod +x "$1"
}

# recorded TOOL: the tool itself, recorded except for the data set's name; refuses if $T/fails names it.
recorded() {
  cat >"$ECOM_BIN_DIR/${1##*/}" <<STUB
#!/bin/bash
[[ \$* == *--print-name* ]] || printf '%s %s\n' "\${0##*/}" "\$*" >>"\$T/calls"
read -r name _ 2>/dev/null <"\$T/fails" && [[ \$name == "\${0##*/}" ]] && { echo "\$name: broken" >&2; exit 4; }
exec "$1" "\$@"
STUB
  chmod +x "$ECOM_BIN_DIR/${1##*/}"
}

pipeline() { wrapper run_pipeline.sh "$@"; }
# called NAME…: what was called since the last time, of these alone if any are named.
called() {
  local pattern=${*:-.}
  grep -E "^(${pattern// /|})" "$T/calls"
  rm "$T/calls"
}
# state: all that a refusal must leave alone; the page describes the latest analysis, also one that was refused.
state() (
  cd "$PROJECT/var" || exit
  find runs stack logs -type f ! -name '*.lock' ! -name analysis.html -exec cksum {} + 2>/dev/null | sort
)
# printed_command: the command with which a stopped run goes on.
printed_command() { sed -n 's/.*; to [a-z ]*: //p' <<<"$output"; }

# --- the whole run ---

@test "a run calls every tool and script in order, with its folders" {
  STACK_TIMEOUT=60 run -0 pipeline "$SALES" --delay 0.5
  [[ $output == *'[1/12] Analyze the data set'*'[12/12]'*'Pipeline complete in '* ]]
  diff - <(called) <<CALLS
analyzer $SALES --plan $WORK/plan.toml --html $WORK/analysis.html
splitter --plan $WORK/plan.toml --out-dir $WORK
schema-gen --plan $WORK/plan.toml --output $PROJECT/sql/create_tables.sql
schema-gen --plan $WORK/plan.toml --lake --output $PROJECT/sql/lake.sql
up 
mysql-loader --plan $WORK/plan.toml --data-dir $WORK
topic-admin create
sqoop_import.sh --plan $WORK/plan.toml
log-gen $WORK/transactions_realtime.csv --output-dir $PROJECT/var/logs/incoming --logs-per-file 1000 --num-files 5
start_flume.sh 
streamer $WORK/customers_full.csv --delay 0
streamer $WORK/transactions_realtime.csv --delay 0.5
monitor --plan $WORK/plan.toml --interval 2 --until complete --timeout 60
reconciler --plan $WORK/plan.toml --hop all --respool --wait 60
analytics.sh --plan $WORK/plan.toml
sqoop_export.sh --results --plan $WORK/plan.toml
reconciler --plan $WORK/plan.toml --hop analytics --questions $PROJECT/sql/analytics
CALLS
  [[ $output == *'Tables ─'*'every column and its values, for a browser: '"$WORK/analysis.html"$'\n'* ]]
  [ "$(<"$DATA/data_set")" = sales ]
  [ "$(<"$DATA/sources")" = "$SALES"$'\n'"transactions.csv $(sha256sum <"$SALES/transactions.csv" | cut -d ' ' -f 1)" ]
}

@test "a second run succeeds" {
  run -0 pipeline "$SALES"
  run -0 pipeline "$SALES"
}

@test "a run that leaves sales out does not end with a check mark, and names the files" {
  # Order lines without the orders that they belong to, beside a file of sales that is complete.
  printf 'Reference,Article,Units\nR1,A1,2\nR2,A2,1\n' >"$SALES/order_lines.csv"
  run -0 pipeline "$SALES"
  sed -i 's/^reason = "it refers to no other table/sales = true\n&/' "$WORK/plan.toml"
  run -0 pipeline "$SALES" --from 2
  [[ $output == *'! Pipeline complete in '* ]]
  [[ $output == *", but sales were left out: order_lines.csv (see left_out in $WORK/plan.toml)"* ]]
  [[ $output != *'✓ Pipeline'* ]]
}

@test "a run with rejected records continues to the end and exits with 3" {
  echo '4,C1' >>"$SALES/transactions.csv"
  run -3 pipeline "$SALES"
  [[ $output == *'transactions.csv: line 5: 2 fields'*'Pipeline complete'* ]]
}

@test "without a folder, the sample is used" {
  mkdir -p "$PROJECT/data/sample"
  cp "$SALES"/*.csv "$PROJECT/data/sample"
  run -0 pipeline
  [ "$(<"$DATA/data_set")" = sample ]
}

# --- steps ---

@test "--list shows the twelve steps" {
  run -0 pipeline --list
  [ "${#lines[@]}" -eq 12 ]
  [[ ${lines[6]} == *$'7\tGenerate the application logs' ]]
}

@test "--from begins with a step, --to ends after one, and --only runs one alone" {
  run -0 pipeline "$SALES"
  rm "$T/calls"
  run -0 pipeline "$SALES" --from 9
  [ "$(called | cut -d ' ' -f 1 | paste -s -d ' ')" = \
    'up streamer streamer monitor reconciler analytics.sh sqoop_export.sh reconciler' ]
  run -0 pipeline "$SALES" --from 9 --to 10
  [ "$(called | cut -d ' ' -f 1 | paste -s -d ' ')" = 'up streamer streamer monitor reconciler' ]
  [[ $output == *'Pipeline complete'* ]]
  run -0 pipeline "$SALES" --to 3
  [ "$(called | cut -d ' ' -f 1 | paste -s -d ' ')" = 'analyzer splitter schema-gen schema-gen' ]
  [[ $output != *complete* ]]
  run -0 pipeline "$SALES" --only 5
  [ "$(called)" = $'up \ntopic-admin create' ]
  [[ $output != *complete* ]]
  run -0 pipeline "$SALES" --only 3
  [ "$(called | cut -d ' ' -f 1 | uniq)" = schema-gen ]
}

@test "a step without the results of earlier steps is refused before the servers start" {
  run -2 --separate-stderr pipeline "$SALES" --from 2
  [ "$stderr" = "run_pipeline.sh: there is no plan of $SALES yet: begin with step 1" ]
  run -0 pipeline "$SALES" --only 1
  [ "$(called | cut -d ' ' -f 1)" = analyzer ]
  run -2 --separate-stderr pipeline "$SALES" --only 4
  [ "$stderr" = "run_pipeline.sh: $SALES is not split yet: begin with step 2" ]
  [ ! -e "$T/calls" ]
}

@test "--lines is exact, divided equally among up to five files" {
  run -0 pipeline "$SALES"
  for wanted in '7 7 1' '12 3 4' '5001 1667 3' '1 1 1' '20 4 5'; do
    read -r lines each files <<<"$wanted"
    rm -f "$T/calls"
    run -0 pipeline "$SALES" --only 7 --lines "$lines"
    [[ $(called log-gen) == *" --logs-per-file $each --num-files $files" ]]
  done
}

@test "the answers to the analyzer's questions are passed on" {
  sales '01/02/2024 03/04/2024 05/06/2024'
  run -4 pipeline "$SALES"
  [[ $output == *'use --date-order'*'run_pipeline.sh: stopped before anything was changed (exit code 4)' ]]
  rm "$T/calls"
  run -0 pipeline "$SALES" --only 1 --date-order day-first --max-rejects 20
  [[ $(called) == "analyzer $SALES --plan $WORK/plan.toml "*' --date-order day-first --max-rejects 20' ]]
}

@test "other answers than those the plan was made with are refused" {
  sales '01/02/2024 03/04/2024 05/06/2024'
  run -0 pipeline "$SALES" --date-order day-first
  run -0 pipeline "$SALES" --date-order day-first
  before=$(state)
  for answers in '--date-order month-first' '--date-order day-first --role customer=status' '--format date=%m/%d/%Y'; do
    run -4 pipeline "$SALES" $answers
    [[ ${lines[-1]} == *"if the files or the answers differ from those of $WORK/plan.toml, run again with --reset "* ]]
    [ "$(state)" = "$before" ]
  done
  run -0 pipeline "$SALES" --date-order month-first --reset
  grep -Fx 'format = "%m/%d/%Y"' "$WORK/plan.toml"
}

@test "answers with blanks and quotes are passed on, and a resumed run has them, too" {
  printf '%s\n' "id;Kunde;Bestell-Datum;Preis;O'Neil" '1;K1;2024-01-01;1.234,56;x' '2;K2;2024-01-02;2.234,56;y' \
    >"$SALES/transactions.csv"
  answers=(--role "Bestell-Datum=event time" --format "Preis=1.234,56" --number-style comma --encoding UTF-8)
  answers+=(--role "O'Neil=none")
  echo mysql-loader >"$T/fails"
  run -5 pipeline "$SALES" "${answers[@]}"
  [[ $(called analyzer) == "analyzer $SALES --plan $WORK/plan.toml --html $WORK/analysis.html ${answers[*]}" ]]
  words=()
  eval "words=($(printed_command))"
  [ "${words[*]:4}" = "${answers[*]}" ] && [ "${words[5]}" = 'Bestell-Datum=event time' ]
}

# no_dates: a data set without the time of a sale, for which the analyzer leaves a draft of the plan.
no_dates() { printf '%s\n' id,amount 1,5.00 2,6.00 3,7.00 >"$SALES/transactions.csv"; }

@test "where the analyzer does not know enough, it leaves a draft; a run goes on with the completed plan" {
  no_dates
  run -4 pipeline "$SALES"
  [[ $output == *"complete the plan in $WORK/plan.draft.toml"*'stopped before anything was changed (exit code 4)' ]]
  [ ! -e "$WORK/plan.toml" ]
  mv "$WORK/plan.draft.toml" "$WORK/plan.toml"
  plan=$(<"$WORK/plan.toml")
  run -0 pipeline "$SALES"
  [[ $output == *"kept $WORK/plan.toml"*'Pipeline complete'* && $(<"$WORK/plan.toml") == "$plan" ]]
  run -0 pipeline "$SALES"
  echo '4,8.00' >>"$SALES/transactions.csv"
  run -4 pipeline "$SALES"
  [[ $output == *'no file holds transactions'* ]]
}

@test "--reset goes on with a completed plan, too" {
  no_dates
  mkdir -p "$DATA"
  echo another >"$DATA/data_set"
  run -4 pipeline "$SALES"
  [[ $output == *'lake: the stores hold the data set another: run again with --reset to empty them first' ]]
  run -4 pipeline "$SALES" --reset
  [[ $output == *"the draft of the plan is now $WORK/plan.draft.toml" && ! -e $STAGING ]]
  mv "$WORK/plan.draft.toml" "$WORK/plan.toml"
  plan=$(<"$WORK/plan.toml")
  mkdir -p "$WORK/reports"
  touch "$WORK/reports/old.json"
  run -0 pipeline "$SALES" --reset
  [[ $output == *"trying again with $WORK/plan.toml"*'Pipeline complete'* ]]
  [[ $(<"$WORK/plan.toml") == "$plan" && ! -e $WORK/reports/old.json && ! -e $STAGING ]]
  mkdir -p "$T/elsewhere/sales"
  cp "$SALES/transactions.csv" "$T/elsewhere/sales"
  run -4 pipeline "$T/elsewhere/sales" --reset
  [[ $output == *'no file holds transactions'* && $(<"$WORK/plan.toml") == "$plan" ]]
}

# --- usage ---

@test "--help is the header, from any folder" {
  run -0 pipeline --help
  [[ ${lines[0]} == 'Runs the whole pipeline: '* && $output == *'--date-order ORDER'*'Exit codes: 0 '* ]]
}

@test "wrong usage is one line, and nothing is called" {
  for arguments in '--bogus' "$SALES $SALES" '--from' '--from 0' '--from 13' '--from x' '--only' '--only 1.5' '--to' \
    '--to 0' '--from 5 --to 4' '--to 5 --only 3' '--lines 0' '--lines x' '--lines' '--delay' '--delay -1' \
    '--date-order' '--date-order year-first' '--role' '--role x' '--role x=' '--format x' '--number-style' \
    '--number-style dot' '--encoding' '--encoding -x' '--max-rejects' '--max-rejects many' '--from 2 --only 3' \
    '--reset --from 5' '--reset --only 10'; do
    run -2 --separate-stderr pipeline $arguments
    [ "${#stderr_lines[@]}" -eq 1 ]
  done
  run -4 --separate-stderr pipeline "$T/nowhere" --reset
  [ "$stderr" = "run_pipeline.sh: there is no folder $T/nowhere" ]
  [ ! -e "$T/calls" ]
}

@test "the first build runs beside what the servers need, and the start waits for that" {
  local tools=$ECOM_BIN_DIR
  # It builds only what the other has begun to fetch, and the other ends after it.
  cat >"$T/bin/cargo" <<STUB
#!/bin/bash
for ((tries = 100; tries > 0; tries--)); do [[ -e "$T/fetching" ]] && break; sleep 0.1; done
mkdir -p "$T/target/release"
cp "$tools"/* "$T/target/release"
touch "$T/built"
STUB
  cat >"$PROJECT/orchestration/stack/up" <<STUB
#!/bin/bash
[[ \$* != --fetch ]] || touch "$T/fetching"
while [[ \$* == --fetch && ! -e "$T/built" ]]; do sleep 0.1; done
echo "up \$*" >>"$T/calls"
[[ \$* != --fetch ]] || exit 5
mkdir -p "$PROJECT/var/stack/data"
STUB
  chmod +x "$T/bin/cargo"
  unset ECOM_BIN_DIR
  CARGO_TARGET_DIR=$T/target STACK=native run --separate-stderr pipeline "$SALES" --to 4
  [ "$status" -eq 0 ]
  [[ $stderr != *'not found'* && $stderr != *installing* ]]
  [ "$(called up)" = $'up --fetch\nup ' ]
  # Now they are built.
  CARGO_TARGET_DIR=$T/target pipeline "$SALES" --to 4
  [ "$(called up)" = 'up ' ]
}

@test "no script ignores an empty argument" {
  cp -R "$ROOT"/orchestration/{bench,start_flume.sh,sqoop_import.sh,sqoop_export.sh} "$PROJECT/orchestration"
  mkdir -p "$PROJECT/orchestration/tests"
  cp "$ROOT"/orchestration/tests/*.{sh,bash} "$PROJECT/orchestration/tests"
  printf '#!/bin/sh\nexit 1\n' | tee "$T/bin/cargo" "$T/bin/chromium" >/dev/null
  chmod +x "$T"/bin/*
  run -2 --separate-stderr pipeline '' --reset
  [ "$stderr" = "run_pipeline.sh: unexpected argument: '' (see --help)" ]
  for script in run_pipeline demo verify_hdfs sqoop_import sqoop_export start_flume stop_flume test pictures \
    bench/run bench/logs bench/streamer bench/consumer bench/loader bench/monitor; do
    run -2 --separate-stderr wrapper "$script.sh" ''
    [ "${#stderr_lines[@]}" -eq 1 ]
  done
  run -2 wrapper sqoop_import.sh --incremental '' id
  [ ! -e "$T/calls" ]
}

# --- dry run ---

@test "--dry-run shows the commands of the run as they are, and runs none" {
  local logs=$PROJECT/var/logs/incoming
  run -0 pipeline "$SALES" --dry-run --reset --lines 7 --date-order day-first
  [ ! -e "$T/calls" ] && [ ! -e "$PROJECT/var/runs" ]
  diff - <(grep '^ \{6\}' <<<"$output" | sed 's/^ *//') <<COMMANDS
rm -rf -- $STAGING
mkdir -p -- $STAGING/reports
$ECOM_BIN_DIR/analyzer $SALES --plan $STAGING/plan.toml --html $STAGING/analysis.html --date-order day-first
$ECOM_BIN_DIR/splitter --plan $STAGING/plan.toml --out-dir $STAGING
$STACK_HOME/reset --yes
rm -f -- '$PROJECT/var/logs/incoming/ecommerce_app_*.log*' '$PROJECT/var/logs/incoming/.ecommerce_app_*.log*'
rm -rf -- $WORK
mv -- $STAGING $WORK
$ECOM_BIN_DIR/schema-gen --plan $WORK/plan.toml --output $PROJECT/sql/create_tables.sql
$ECOM_BIN_DIR/schema-gen --plan $WORK/plan.toml --lake --output $PROJECT/sql/lake.sql
$STACK_HOME/up
$ECOM_BIN_DIR/mysql-loader --plan $WORK/plan.toml --data-dir $WORK
$ECOM_BIN_DIR/topic-admin create
$PROJECT/orchestration/sqoop_import.sh --plan $WORK/plan.toml
$ECOM_BIN_DIR/log-gen $WORK/transactions_realtime.csv --output-dir $logs --logs-per-file 7 --num-files 1
$PROJECT/orchestration/start_flume.sh
$ECOM_BIN_DIR/streamer $WORK/customers_full.csv --delay 0  # if the data set has customers
$ECOM_BIN_DIR/streamer $WORK/products_full.csv --delay 0  # if the data set has products
$ECOM_BIN_DIR/streamer $WORK/transactions_realtime.csv --delay 0
$ECOM_BIN_DIR/monitor --plan $WORK/plan.toml --interval 2 --until complete --timeout 180
$ECOM_BIN_DIR/reconciler --plan $WORK/plan.toml --hop all --respool --wait 180
$PROJECT/orchestration/analytics.sh --plan $WORK/plan.toml
$PROJECT/orchestration/sqoop_export.sh --results --plan $WORK/plan.toml
$ECOM_BIN_DIR/reconciler --plan $WORK/plan.toml --hop analytics --questions $PROJECT/sql/analytics
COMMANDS
}

@test "--dry-run of a split data set names its files, quoted where a shell needs it" {
  mv "$SALES" "$T/my sales"
  run -0 pipeline "$T/my sales"
  run -0 pipeline "$T/my sales" --dry-run
  [[ $output == *"analyzer '$T/my sales' --plan "* && $output == *customers_full.csv* && $output != *products* ]]
  run -0 pipeline "$T/my sales" --dry-run --only 5
  [ "$(grep -c "$ECOM_BIN_DIR" <<<"$output")" -eq 1 ]
}

# --- when a step fails ---

@test "the script exits with the step's code and prints the command to resume, from any folder with the same options" {
  mv "$SALES" "$T/O'Neil & sons"
  echo mysql-loader >"$T/fails"
  run -5 pipeline "$T/O'Neil & sons" --lines 7 --delay 0.5 --max-rejects 3
  [[ $output == *'✗ step 4 failed'* && $output != *'[5/12]'* ]]
  rm "$T/fails" "$T/calls"
  cd "$T"
  run -0 bash -c "$(printed_command)"
  [ "$(called | head -n 2 | cut -d ' ' -f 1 | paste -s -d ' ')" = 'up mysql-loader' ]
  run -0 pipeline "$T/O'Neil & sons" --from 7 --lines 7 --delay 0.5
  echo streamer >"$T/fails"
  run -5 pipeline "$T/O'Neil & sons" --from 7 --lines 7 --delay 0.5 --max-rejects 3
  [[ $(printed_command) == *' --from 8 --lines 7 --delay 0.5 --max-rejects 3' ]]
}

@test "after --only, the printed command runs only that step" {
  run -0 pipeline "$SALES"
  echo topic-admin >"$T/fails"
  run -5 pipeline "$SALES" --only 5
  [ "$(printed_command)" = "$PROJECT/orchestration/run_pipeline.sh $SALES --only 5" ]
}

# What a stopped run prints is run as it is printed. Each line: the step to begin with, the program that fails, its
# code, and the first programs that the printed command calls.
@test "the command that a stopped run prints leads to a complete run, from each exit that prints one" {
  run -0 pipeline "$SALES"
  while read -r from program code wanted; do
    echo "$program $code" >"$T/fails"
    rm -f "$T/calls"
    reset=()
    [[ $program != reset ]] || reset=(--reset)
    run pipeline "$SALES" --from "$from" --lines 7 "${reset[@]}"
    rm "$T/fails" "$T/calls"
    [[ $status -eq $code && $(printed_command) == *' --lines 7' ]] || { echo "$program $code: $output" && false; }
    run bash -c "$(printed_command)"
    [[ $status -eq 0 && $output == *'Pipeline complete'* ]] || { echo "$program $code: $output" && false; }
    [[ $(called | cut -d ' ' -f 1 | paste -s -d ' ')' ' == "$wanted "* ]] ||
      { echo "$program $code: $(called)" && false; }
  done <<'EXITS'
2 splitter 4 analyzer splitter reset schema-gen schema-gen up mysql-loader
3 schema-gen 1 schema-gen schema-gen up mysql-loader
3 schema-gen 4 analyzer splitter reset schema-gen schema-gen up mysql-loader
4 reset 1 reset up mysql-loader
4 up 5 up mysql-loader
4 mysql-loader 5 up mysql-loader
4 mysql-loader 7 splitter reset schema-gen schema-gen up mysql-loader
5 topic-admin 4 splitter reset schema-gen schema-gen up mysql-loader topic-admin
6 sqoop_import.sh 130 up sqoop_import.sh log-gen
7 log-gen 6 up log-gen start_flume.sh
8 start_flume.sh 5 up start_flume.sh streamer
9 streamer 5 up start_flume.sh streamer
9 streamer 4 splitter reset schema-gen schema-gen up mysql-loader
10 monitor 2 up start_flume.sh streamer
10 reconciler 5 up start_flume.sh streamer streamer monitor reconciler
10 reconciler 7 splitter reset schema-gen schema-gen up mysql-loader
11 analytics.sh 1 up analytics.sh sqoop_export.sh reconciler
11 analytics.sh 7 up monitor reconciler analytics.sh
12 sqoop_export.sh 5 up sqoop_export.sh reconciler
12 sqoop_export.sh 7 up analytics.sh sqoop_export.sh reconciler
EXITS
}

@test "a run is refused while another one is active, and calls nothing" {
  mkdir -p "$PROJECT/var/locks"
  exec 8>>"$PROJECT/var/locks/pipeline"
  flock 8
  run -6 pipeline "$SALES" --reset 8>&-
  [[ $output == *'another run holds the pipeline lock' ]]
  [ ! -e "$T/calls" ]
}

# --- reset ---

@test "--reset empties the stores and replaces the work folder once the data are analyzed and split" {
  run -0 pipeline "$SALES"
  echo '4,C4,2024-01-04,5.00' >>"$SALES/transactions.csv"
  mkdir -p "$PROJECT/var/logs/incoming" "$WORK/logs"
  touch "$PROJECT/var/logs/incoming/ecommerce_app_1.log" "$WORK/logs/old"
  rm "$T/calls"
  run -0 pipeline "$SALES" --reset
  [ "$(called | head -n 5 | cut -d ' ' -f 1 | paste -s -d ' ')" = 'analyzer splitter reset schema-gen schema-gen' ]
  [ ! -e "$PROJECT/var/logs/incoming/ecommerce_app_1.log" ] && [ ! -e "$WORK/logs" ] && [ ! -e "$STAGING" ]
  grep -F "$(sha256sum <"$SALES/transactions.csv" | cut -d ' ' -f 1)" "$WORK/plan.toml" "$DATA/sources"
  [ -e "$WORK/manifest.json" ] && [ -e "$WORK/analysis.html" ] && [ -e "$WORK/reports/splitter.json" ]
}

@test "--reset with data that are refused changes nothing" {
  run -0 pipeline "$SALES"
  before=$(state)
  mkdir "$T/empty"
  rm "$T/calls"
  run -4 --separate-stderr pipeline "$T/empty" --reset
  [[ $stderr == *"$T/empty: no CSV file in this folder"*': stopped before anything was changed (exit code 4)' ]]
  [ "$(called | cut -d ' ' -f 1)" = analyzer ]
  mv "$SALES/transactions.csv" "$T"
  run -4 pipeline "$SALES" --reset
  echo splitter >"$T/fails"
  mv "$T/transactions.csv" "$SALES"
  echo '4,C4,2024-01-04,5.00' >>"$SALES/transactions.csv"
  run -4 pipeline "$SALES" --reset
  run -4 pipeline "$SALES" --reset --only 1
  run ! grep -E '^(up|reset)' "$T/calls"
  [ "$(state)" = "$before" ]
}

@test "--reset --from 2 keeps an edited plan, and empties nothing if it cannot be split" {
  run -0 pipeline "$SALES"
  echo '# edited' >>"$WORK/plan.toml"
  before=$(state)
  echo splitter >"$T/fails"
  rm "$T/calls"
  run -4 pipeline "$SALES" --reset --from 2
  [ "$(called)" = "splitter --plan $STAGING/plan.toml --out-dir $STAGING" ]
  [ "$(state)" = "$before" ]
  rm "$T/fails"
  run -0 pipeline "$SALES" --reset --from 2
  [ "$(called | head -n 4 | cut -d ' ' -f 1 | paste -s -d ' ')" = 'splitter reset schema-gen schema-gen' ]
  [ "$(tail -n 1 "$WORK/plan.toml")" = '# edited' ] && [ -e "$WORK/analysis.html" ]
  [ "$(<"$DATA/data_set")" = sales ]
}

@test "--reset --from 4 fills the emptied stores from the files that are split" {
  run -0 pipeline "$SALES"
  rm "$T/calls"
  run -0 pipeline "$SALES" --reset --from 4
  [ "$(called | head -n 3 | cut -d ' ' -f 1 | paste -s -d ' ')" = 'reset up mysql-loader' ]
}

# --- what the stores hold ---

@test "another data set is refused with the way out, before its files are read" {
  run -0 pipeline "$SALES"
  cp -R "$SALES" "$T/Other Sales"
  rm "$T/calls"
  run -4 --separate-stderr pipeline "$T/Other Sales"
  [ "$stderr" = 'lake: the stores hold the data set sales: run again with --reset to empty them first' ]
  [ ! -e "$T/calls" ] && [ ! -e "$PROJECT/var/runs/other_sales" ]
  run -0 pipeline "$T/Other Sales" --reset
  [ "$(<"$DATA/data_set")" = other_sales ]
}

@test "a changed, new or missing file is refused with the way out, and nothing is changed" {
  refused() {
    run -4 pipeline "$SALES"
    [[ ${lines[-1]} == *"if the files or the answers differ from those of $WORK/plan.toml, run again with --reset "* ]]
    [[ $output == *"$1"* && $(state) == "$before" ]]
  }
  run -0 pipeline "$SALES"
  before=$(state)
  echo '4,C4,2024-01-04,5.00' >>"$SALES/transactions.csv"
  refused 'transactions.csv differs'
  sales '2024-01-01 2024-01-02 2024-01-03'
  printf 'customer,city\nC1,Bonn\nC2,Ulm\nC3,Ulm\n' >"$SALES/customers, all.csv"
  refused 'customers, all.csv differs'
  run -0 pipeline "$SALES" --reset
  before=$(state)
  mv "$SALES/customers, all.csv" "$T"
  refused 'customers, all.csv differs'
}

@test "a file that changed before a step that reads it is refused before the servers start" {
  run -0 pipeline "$SALES"
  echo '4,C4,2024-01-04,5.00' >>"$SALES/transactions.csv"
  rm "$T/calls"
  for way in '--from 7' '--only 10' '--reset --from 4'; do
    run -4 --separate-stderr pipeline "$SALES" $way
    [ "$stderr" = "lake: $SALES/transactions.csv is not the file that was analyzed: $ANEW" ]
  done
  [ ! -e "$T/calls" ]
  before=$(state)
  for way in '--from 2' '--only 2' '--reset --from 2'; do
    run -4 pipeline "$SALES" $way
    [ "$(called | cut -d ' ' -f 1)" = splitter ]
    [ "$(state)" = "$before" ]
  done
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
    [ "${lines[-1]}" = "lake: sales is the data set of $SALES, not of $T/b/sales: $ANEW" ]
    [ "$(state)" = "$before" ]
  done
  run -0 pipeline "$T/b/sales" --reset
  run -0 pipeline "$T/b/sales" --from 4
}

@test "a plan that was made anew by hand does not reach stores that hold the old files" {
  run -0 pipeline "$SALES"
  echo '4,C4,2024-01-04,5.00' >>"$SALES/transactions.csv"
  rm "$WORK/plan.toml"
  rm "$T/calls"
  # Also a plan that step 1 makes anew.
  run -4 pipeline "$SALES"
  [ "${lines[-1]}" = "lake: $SALES/transactions.csv is not the file that was analyzed: $ANEW" ]
  [ "$(called | cut -d ' ' -f 1)" = analyzer ]
  for way in '' '--from 2' '--only 7'; do
    run -4 pipeline "$SALES" $way
    [ "${lines[-1]}" = "lake: $SALES/transactions.csv is not the file that was analyzed: $ANEW" ]
  done
  # Not even when the files are again those of the stores.
  sales '2024-01-01 2024-01-02 2024-01-03'
  run -4 pipeline "$SALES"
  [ "${lines[-1]}" = "lake: $SALES/transactions.csv is not the file that was analyzed: $ANEW" ]
  [ ! -e "$T/calls" ]
}

@test "stores that were filled before their sources were noted are accepted, and the note is made" {
  run -0 pipeline "$SALES"
  rm "$DATA/sources"
  touch -d 2024-01-01 "$DATA/data_set"
  run -0 pipeline "$SALES" --from 3
  [ "$(head -n 1 "$DATA/sources")" = "$SALES" ]
  # To the monitor, its time is the time from which reports count.
  [ "$(date -r "$DATA/data_set" +%Y)" -eq 2024 ]
  [ "$(<"$DATA/data_set")" = sales ]
  rm "$DATA/sources"
  echo '4,C4,2024-01-04,5.00' >>"$SALES/transactions.csv"
  run -4 pipeline "$SALES"
  [[ $output == *'transactions.csv differs'* ]]
}

@test "stores that were emptied forget the old logs and the old note" {
  run -0 pipeline "$SALES"
  mkdir "$WORK/logs"
  rm -r "$DATA/data_set" "$WORK/plan.toml"
  echo '4,C4,2024-01-04,5.00' >>"$SALES/transactions.csv"
  run -0 pipeline "$SALES"
  [ ! -e "$WORK/logs" ]
  grep -F "$(sha256sum <"$SALES/transactions.csv" | cut -d ' ' -f 1)" "$DATA/sources"
}

@test "data sets with names in other scripts have work folders of their own" {
  for name in Größe 数据 データ; do
    cp -R "$SALES" "$T/$name"
    run -0 pipeline "$T/$name" --only 1
  done
  [ "$(find "$PROJECT/var/runs" -mindepth 1 -maxdepth 1 -type d | wc -l)" -eq 3 ]
}
