#!/usr/bin/env bats
# verify_hdfs.sh, without any server.
# shellcheck disable=SC2086,SC2154 # lists of arguments are split on purpose; bats sets stderr

bats_require_minimum_version 1.5.0
load lake_helper

setup() {
  copy_wrappers
  cat >"$ECOM_BIN_DIR/reconciler" <<'STUB'
#!/bin/bash
printf '%s\n' "$*" >>"$T/reconciler.calls"
echo 'the proof'
exit "${RECONCILER_CODE:-0}"
STUB
  chmod +x "$ECOM_BIN_DIR/reconciler"
}

verify() { wrapper verify_hdfs.sh "$@"; }

# fill_lake: the files of a small pipeline.
fill_lake() {
  mkdir -p "$HDFS"/user/sqoop/{.marks,.import-customers,products,transactions} \
    "$HDFS"/user/flume/{logs/2024/11/10,kafka-transactions/2024/11/10/15}
  seq 60 >"$HDFS/user/sqoop/products/part-m-00000"
  seq 100 >"$HDFS/user/sqoop/transactions/part-m-00000"
  seq 68 >"$HDFS/user/sqoop/transactions/part-m-00001"
  touch "$HDFS/user/sqoop/transactions/_SUCCESS"
  seq 7 >"$HDFS/user/sqoop/.marks/transactions"
  seq 7 >"$HDFS/user/sqoop/.import-customers/part-m-00000"
  seq 500 >"$HDFS/user/flume/logs/2024/11/10/ecommerce-logs-.1.log"
  seq 70 >"$HDFS/user/flume/kafka-transactions/2024/11/10/15/kafka-txn-.1.json"
  seq 2 >"$HDFS/user/flume/kafka-transactions/2024/11/10/15/_kafka-txn-.2.json.tmp"
  find "$HDFS" -name '*.log' -exec touch -d '2024-11-10 15:30:00' {} +
}

@test "the three areas are listed and counted, including open files, then proven" {
  fill_lake
  run -0 verify
  [ "${lines[0]}" = '=== HDFS Data Verification ===' ]
  [[ $output == *'[1] Sqoop imports (/user/sqoop)'*'[2] Application logs, by Flume (/user/flume/logs)'* ]]
  [[ $output == *'[3] Kafka stream, by Flume (/user/flume/kafka-transactions)'*'[4] Records in HDFS'*'the proof' ]]
  [[ $output == *'2024-11-10 15:30:00      1.9KB  2024/11/10/ecommerce-logs-.1.log'* ]]
  [[ $output == *'_kafka-txn-.2.json.tmp  (being written)'* ]]
  [[ $output == *'3 files, '* && $output == *'1 file, 1892 bytes'* ]]
  for count in 'products 60' 'transactions 168' 'logs 500' 'kafka-transactions 72'; do
    [ "$(awk -v name="${count% *}" '$1 == name { print $2 }' <<<"$output")" = "${count#* }" ]
  done
  [[ $output != *_SUCCESS* && $output != *marks* && $output != *import-customers* ]]
  [ "$(<"$T/reconciler.calls")" = "--plan $PLAN_FILE --hop all --format text" ]
}

@test "further tables are counted, and a longer name widens the column" {
  fill_lake
  mkdir -p "$HDFS"/user/sqoop/{sellers,product_category_name_translation}
  seq 5 >"$HDFS/user/sqoop/sellers/part-m-00000"
  seq 1234 >"$HDFS/user/sqoop/product_category_name_translation/part-m-00000"
  run -0 verify
  [[ $output == *$'\n    sellers                                      5\n'* ]]
  [[ $output == *$'\n    product_category_name_translation         1234\n'* ]]
  [[ $output == *$'\n    logs                                       500\n'* ]]
}

@test "an empty lake is shown as empty" {
  run -0 verify --wait 30
  [ "$(grep -c 'nothing yet' <<<"$output")" -eq 3 ]
  [ "$(<"$T/reconciler.calls")" = "--plan $PLAN_FILE --hop all --format text --wait 30" ]
}

@test "the newest of many files are shown, with --all every file" {
  mkdir -p "$HDFS/user/flume/logs/2024"
  for i in {10..29}; do
    echo line >"$HDFS/user/flume/logs/2024/file-$i.log"
    touch -d "2024-01-01 00:00:$i" "$HDFS/user/flume/logs/2024/file-$i.log"
  done
  run -0 verify
  [[ $output == *'… 8 older files (--all shows them)'* && $output != *file-17* ]]
  [[ $output == *file-18* && $output == *file-29* ]]
  [ "$(awk '$1 == "logs" { print $2 }' <<<"$output")" -eq 20 ]
  run -0 verify --all
  [[ $output == *file-10* && $output != *older* ]]
}

@test "a difference found by the reconciler exits with 7" {
  RECONCILER_CODE=7 run -7 verify
  [ "${lines[-1]}" = 'the proof' ]
}

@test "without HDFS, there is one line and exit code 5" {
  WEBHDFS_URL=http://localhost:1 run -5 --separate-stderr verify
  [[ $stderr == 'lake: cannot reach HDFS at localhost:1: '* ]]
  [ ! -e "$T/reconciler.calls" ]
}

@test "wrong usage and a missing plan are refused" {
  for arguments in x --wait '--wait soon' --plan '--plan /nowhere'; do
    run -2 --separate-stderr verify $arguments
    [ "${#stderr_lines[@]}" -eq 1 ]
  done
  run -0 verify --help
  [[ $output == *'Exit codes: 0 every store holds what went in'* ]]
}

@test "tools that are not built are named" {
  rm "$ECOM_BIN_DIR/reconciler"
  run -2 --separate-stderr verify
  [[ $stderr == 'verify_hdfs.sh: reconciler is not built: '* ]]
}
