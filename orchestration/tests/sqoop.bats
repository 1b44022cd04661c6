#!/usr/bin/env bats
# sqoop_import.sh and sqoop_export.sh, without any server.
# SQL has $ and backticks; lists of arguments are split on purpose.
# shellcheck disable=SC2016,SC2028,SC2030,SC2031,SC2086

bats_require_minimum_version 1.5.0
load lake_helper

setup() { copy_wrappers; }

import() { wrapper sqoop_import.sh "$@"; }
export_it() { wrapper sqoop_export.sh "$@"; }

# --- import: what Sqoop is told ---

@test "--help is the header, from any folder" {
  cd /
  run -0 import --help
  [[ ${lines[0]} == 'Imports MySQL tables into HDFS with Sqoop.' && $output == *'Exit codes: 0'* ]]
  run -0 export_it --help
  [[ ${lines[0]} == 'Exports a folder of HDFS into a MySQL table with Sqoop, all or nothing.' ]]
}

@test "a table is imported with exactly these arguments" {
  run -0 import transactions
  work=$(head -n 1 "$T/sqoop.folders")
  cat >"$T/expected" <<ARGUMENTS
import
-Dmapreduce.client.progressmonitor.pollinterval=50
-Dmapreduce.client.completion.pollinterval=100
-Dmapreduce.local.map.tasks.maximum=2
--connect
jdbc:mysql://localhost:3306/testdb?tinyInt1isBit=false
--username
sqoop
--password-file
file://$PROJECT/var/stack/secrets/mysql_password
--query
SELECT transaction_id, REPLACE(note, 'x', 'y') AS note FROM \`transactions\` WHERE \$CONDITIONS
--target-dir
/user/sqoop/.import-transactions
--as-textfile
--fields-terminated-by
\\t
--null-string
\\\\N
--null-non-string
\\\\N
-m
1
ARGUMENTS
  diff "$T/expected" "$T/sqoop.calls"
  [[ $output == 'sqoop_import.sh: transactions: 3 records in /user/sqoop/transactions ('*' s)' ]]
  [ ! -e "$work" ]
}

@test "no argument, log or message holds the password" {
  run -0 import transactions
  [[ $output != *s3cret* ]]
  run -1 grep -r s3cret "$T/sqoop.calls" "$T/mysql.calls" "$PROJECT/var/stack/logs"
  [ "$(<"$T/sqoop.password")" = s3cret ]
}

@test "a final newline in the password file does not reach Sqoop, and its copy is private and gone afterwards" {
  echo s3cret >"$PROJECT/var/stack/secrets/mysql_password"
  run -0 import transactions
  [ "$(od -An -c "$T/sqoop.password" | tr -d ' ')" = s3cret ]
  [ "$(<"$T/sqoop.mode")" = 400 ]
  run -1 grep -rl s3cret "$PROJECT/var/stack/tmp"
}

@test "without a table all tables are imported, and the amounts over 100 by their role" {
  run -0 import
  [ "$(grep -c '^--target-dir$' "$T/sqoop.calls")" -eq 4 ]
  note="transaction_id, REPLACE(note, 'x', 'y') AS note"
  grep -Fx "SELECT $note FROM \`transactions\` WHERE (\`total_amount\` > 100) AND \$CONDITIONS" "$T/sqoop.calls"
  for name in customers products transactions high_value_transactions; do
    [ "$(wc -l <"$HDFS/user/sqoop/$name/part-m-00000")" -eq 3 ]
  done
  [ -z "$(find "$HDFS/user/sqoop" -name '.import*')" ]
}

@test "further tables are imported into folders with their names, split by an integer key" {
  printf 'sellers\tseller_id\t`seller_id`, `name`\nproduct_category_names\t\t`category`\n' >"$T/tables"
  run -0 import
  [ "$(grep -c '^--target-dir$' "$T/sqoop.calls")" -eq 6 ]
  grep -Fx 'SELECT `category` FROM `product_category_names` WHERE $CONDITIONS' "$T/sqoop.calls"
  for name in sellers product_category_names; do
    [ "$(wc -l <"$HDFS/user/sqoop/$name/part-m-00000")" -eq 3 ]
    grep -F "\"path\": \"/user/sqoop/$name\"" "$PROJECT/var/runs/sample/reports/sqoop-$name.json"
  done
  rm "$T/sqoop.calls"
  seq 500000 >"$T/sqoop.rows"
  mysql_answers '*CHECKSUM*' '500000\nx\\t1'
  run -0 import sellers
  [[ $(calls sqoop) == *'FROM `sellers` WHERE $CONDITIONS --target-dir /user/sqoop/.import-sellers '* ]]
  [[ $(calls sqoop) == *'-m 3 --split-by seller_id --boundary-query '* ]]
  run -2 import payments
  [[ $output == *'no table payments; it has customers products transactions sellers product_category_names' ]]
}

@test "a table named high_value_transactions is imported instead of the selection" {
  printf 'high_value_transactions\t\t`id`\n' >"$T/tables"
  run -0 import
  [[ $output == *'high_value_transactions is a table of the data set: '* ]]
  grep -Fx 'SELECT `id` FROM `high_value_transactions` WHERE $CONDITIONS' "$T/sqoop.calls"
  run -1 grep -F '> 100' "$T/sqoop.calls"
  run -2 import transactions --where 'a = 1' high_value_transactions
}

@test "without an amount in the plan, the import prints that and continues" {
  echo 'region area' >"$T/roles"
  run -0 import
  [[ $output == *'no column with the role amount: there are no high_value_transactions'* ]]
  [ ! -e "$HDFS/user/sqoop/high_value_transactions" ]
  [ -e "$HDFS/user/sqoop/transactions" ]
}

@test "--where counts and imports the same rows" {
  run -0 import transactions --where 'a = 1 OR b = 2' some_rows
  grep -F 'SELECT COUNT(*) FROM `transactions` WHERE (a = 1 OR b = 2);' "$T/mysql.calls"
  grep -F 'FROM `transactions` WHERE (a = 1 OR b = 2) AND $CONDITIONS' "$T/sqoop.calls"
  [ -e "$HDFS/user/sqoop/some_rows/part-m-00000" ]
}

@test "a large table with an integer key is imported by three mappers, one without such a key by one" {
  seq 500000 >"$T/sqoop.rows"
  mysql_answers '*CHECKSUM*' '500000\nx\\t1'
  run -0 import transactions
  bounds='SELECT MIN(`transaction_id`), MAX(`transaction_id`) FROM `transactions`'
  [[ $(calls sqoop) == *"-m 3 --split-by transaction_id --boundary-query $bounds" ]]
  rm "$T/sqoop.calls"
  run -0 import customers
  [[ $(calls sqoop) == *'-m 1' ]]
}

# --- import: what happens to the folder ---

@test "an unchanged table is not imported again, except with --force" {
  import transactions
  before=$(lake)
  run -0 import transactions
  [ "$output" = 'sqoop_import.sh: transactions: unchanged, 3 records in /user/sqoop/transactions' ]
  [ "$(grep -c '^import$' "$T/sqoop.calls")" -eq 1 ]
  run -0 import transactions --force
  [ "$(grep -c '^import$' "$T/sqoop.calls")" -eq 2 ]
  [ "$(lake)" = "$before" ]
}

@test "a table that has changed is imported again" {
  import transactions
  mysql_answers '*CHECKSUM*' '3\ntestdb.transactions\\t78'
  run -0 import transactions
  [[ $output == *': 3 records in '* ]]
}

@test "a folder that has changed is imported again" {
  import transactions
  echo more >"$HDFS/user/sqoop/transactions/part-m-00001"
  run -0 import transactions
  [[ $output == *': 3 records in '* ]]
  [ ! -e "$HDFS/user/sqoop/transactions/part-m-00001" ]
}

@test "too few records leave the old folder as it was" {
  import transactions
  before=$(lake)
  mysql_answers '*CHECKSUM*' '4\nx\\t1'
  run -7 import transactions
  [[ $output == 'sqoop_import.sh: transactions: 3 of 4 records arrived in HDFS: run it again if '* ]]
  # A NameNode that dies breaks connections in many ways, so HDFS is asked.
  printf '{"RemoteException":{"exception":"SafeModeException","message":"it has just begun again"}}' \
    >"$T/hdfs.afterwards"
  echo 'java.io.EOFException: End of File Exception between local host and NameNode' >"$T/sqoop.error"
  run -5 import transactions --force
  [ "$output" = 'lake: HDFS is in safe mode: try again when it has ended (hdfs dfsadmin -safemode get)' ]
  rm -r "$HDFS/user/sqoop/.import-transactions" "$T/hdfs.answer"
  [ "$(lake)" = "$before" ]
}

@test "leftovers of killed runs are removed, and an old folder without a new one gets its name back" {
  mkdir -p "$HDFS"/user/sqoop/{.import-transactions,.old-products,products,.old-customers}
  echo 1 >"$HDFS/user/sqoop/.import-transactions/part-m-00000"
  echo 2 >"$HDFS/user/sqoop/products/part-m-00000"
  echo 3 >"$HDFS/user/sqoop/.old-products/part-m-00000"
  echo 4 >"$HDFS/user/sqoop/.old-customers/part-m-00000"
  run -0 import transactions
  found=$(find "$HDFS/user/sqoop" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort | paste -sd ' ')
  [ "$found" = '.marks customers products transactions' ]
  [ "$(cat "$HDFS/user/sqoop/customers/part-m-00000" "$HDFS/user/sqoop/products/part-m-00000")" = $'4\n2' ]
}

@test "a signal also ends Sqoop, and the old folder stays" {
  import transactions
  before=$(lake)
  touch "$T/sqoop.waits"
  "$PROJECT/orchestration/sqoop_import.sh" transactions --force 2>"$T/said" 3>&- &
  pid=$!
  for _ in {1..100}; do
    [[ -s $T/sqoop.pid ]] && break
    sleep 0.1
  done
  kill -TERM "$pid"
  code=0
  wait "$pid" || code=$?
  [ "$code" -eq 143 ]
  run ! kill -0 "$(<"$T/sqoop.pid")"
  [ "$(<"$T/said")" = 'sqoop_import.sh: stopped; the previous imports are unchanged' ]
  rm -r "$HDFS/user/sqoop/.import-transactions" "$T/sqoop.waits"
  [ "$(lake)" = "$before" ]
  run -0 import transactions --force
}

# --- import: incremental ---

# table_up_to LAST ROWS: what the stand-in for MySQL says about the check column transaction_id.
table_up_to() {
  mysql_answers 'SELECT IFNULL(MAX(*' "$1"
  mysql_answers "SELECT COUNT(*) FROM \`transactions\` WHERE \`transaction_id\` <= $1" "$2"
}

@test "the first incremental import takes all rows, the next one those above the last value, a third none" {
  mysql_answers 'SELECT data_type*' bigint
  mysql_answers '*IS NULL' 0
  table_up_to 3 3
  run -0 import --incremental transactions transaction_id
  [[ $output == *'transactions: 3 records in /user/sqoop/transactions, transaction_id up to 3 ('* ]]
  grep -q ' WHERE `transaction_id` <= 3 AND $CONDITIONS$' "$T/sqoop.calls"
  rm "$T/sqoop.calls"

  mysql_answers 'SELECT IFNULL(MAX(*' 5
  mysql_answers '*`transaction_id` <= 5 AND `transaction_id` > 3' 2
  printf '4\td\n5\te\n' >"$T/sqoop.rows"
  run -0 import --incremental transactions transaction_id
  [[ $output == *'transactions: new: 2 records in '* ]]
  grep -q ' WHERE `transaction_id` <= 5 AND `transaction_id` > 3 AND $CONDITIONS$' "$T/sqoop.calls"
  [ "$(cat "$HDFS"/user/sqoop/transactions/part-m-0000? | cut -f 1 | paste -sd ' ')" = '1 2 3 4 5' ]

  rm "$T/sqoop.calls"
  table_up_to 5 5
  before=$(lake)
  run -0 import --incremental transactions transaction_id
  [[ $output == *'no rows with transaction_id above 5; unchanged'* ]]
  [ ! -e "$T/sqoop.calls" ]
  [ "$(lake)" = "$before" ]
}

@test "when a row with a value that was imported already appears, all rows are imported" {
  mysql_answers 'SELECT data_type*' bigint
  mysql_answers '*IS NULL' 0
  table_up_to 3 3
  run -0 import --incremental transactions transaction_id
  table_up_to 3 4
  printf '1\ta\n2\tb\n3\tc\n3\td\n' >"$T/sqoop.rows"
  run -0 import --incremental transactions transaction_id
  [[ $output == *'4 records with transaction_id up to 3, 3 at the last import: importing all of them'* ]]
  [ "$(cat "$HDFS"/user/sqoop/transactions/part-m-0000? | cut -f 2 | paste -sd ' ')" = 'a b c d' ]
}

@test "a kill between writing the state and the file loses and duplicates no rows" {
  mysql_answers 'SELECT data_type*' bigint
  mysql_answers '*IS NULL' 0
  table_up_to 9 4
  mysql_answers '*`transaction_id` <= 9 AND `transaction_id` > 1' 3
  mysql_answers 'SELECT COUNT(\*) FROM `transactions` WHERE `transaction_id` <= 1' 1
  mkdir -p "$HDFS/user/sqoop/transactions" "$HDFS/user/sqoop/.marks"
  echo 1 >"$HDFS/user/sqoop/transactions/part-m-00000"
  printf '%s\ttransaction_id\t1\t9\t1\t9\tpart-m-00001\n' "$(stat -c %i "$HDFS/user/sqoop/transactions")" \
    >"$HDFS/user/sqoop/.marks/transactions.incremental"
  run -0 import --incremental transactions transaction_id
  grep -q '`transaction_id` > 1 ' "$T/sqoop.calls"
  rm "$T/sqoop.calls"
  run -0 import --incremental transactions transaction_id
  [[ $output == *'no rows with transaction_id above 9; unchanged' ]]
}

@test "after a full import, the next incremental one starts from the beginning" {
  mysql_answers 'SELECT data_type*' date
  mysql_answers '*IS NULL' 0
  mysql_answers 'SELECT IFNULL(MAX(*' 2024-01-03
  mysql_answers "*<= '2024-01-03'" 3
  run -0 import --incremental transactions day
  run -0 import transactions --force
  rm "$T/sqoop.calls"
  run -0 import --incremental transactions day
  grep -q " WHERE \`day\` <= '2024-01-03' AND \$CONDITIONS\$" "$T/sqoop.calls"
}

@test "an incremental import refuses a text column and an unknown one" {
  mysql_answers 'SELECT data_type*' varchar
  run -2 import --incremental transactions note
  [[ $output == *'transactions.note is varchar: an incremental import needs a whole or decimal number or a time' ]]
  mysql_answers 'SELECT data_type*' ''
  run -2 import --incremental transactions nothing
  [[ $output == *'transactions has no column nothing' ]]
  [ ! -e "$T/sqoop.calls" ]
}

# --- import: what goes wrong ---

@test "wrong usage is refused before anything is asked of a server" {
  for arguments in 'transactions products' '--bogus' 'transactions --where x' '--where x y' \
    '--incremental transactions' '--plan' 'transactions --where x ../y' 'transactions --where x /user/y' \
    'transactions --where x a --incremental transactions b'; do
    run -2 import $arguments
    [ "${#lines[@]}" -eq 1 ]
  done
  [ ! -e "$HDFS/user" ] && [ ! -e "$T/mysql.calls" ]
}

@test "a table that the plan does not have, and a filter into a table's own folder, are refused" {
  run -2 import orders
  [ "$output" = 'sqoop_import.sh: the plan has no table orders; it has customers products transactions' ]
  run -2 import transactions --where 'a > 1' products
  [ "$output" = 'sqoop_import.sh: products is the folder of the whole table: name another one' ]
}

@test "MySQL down, a missing database, a wrong clause: one line, nothing imported" {
  echo "ERROR 2002 (HY000): Can't connect to server on 'localhost' (115)" >"$T/mysql.error"
  run -5 import
  [ "$output" = 'sqoop_import.sh: MySQL does not answer at localhost:3306: run orchestration/stack/up' ]
  echo "ERROR 1049 (42000): Unknown database 'testdb'" >"$T/mysql.error"
  run -4 import
  [[ $output == 'sqoop_import.sh: MySQL has no database testdb: load it first'* ]]
  echo "ERROR 1054 (42S22) at line 1: Unknown column 'nothing' in 'WHERE'" >"$T/mysql.error"
  run -2 import transactions --where 'nothing = 1' x
  [ "$output" = "sqoop_import.sh: MySQL: Unknown column 'nothing' in 'WHERE'" ]
  [ ! -e "$T/sqoop.calls" ]
}

@test "HDFS down or in safe mode: one line, nothing imported" {
  refusal() { printf '{"RemoteException":{"exception":"%s","message":"%s"}}\n' "$@" >"$T/hdfs.answer"; }
  WEBHDFS_URL=http://localhost:1 run -5 import
  [[ $output == 'lake: cannot reach HDFS at localhost:1: '* && ${#lines[@]} -eq 1 ]]
  refusal SafeModeException 'Cannot create directory /user/sqoop. Name node is in safe mode.\nIt'
  run -5 import
  [ "$output" = 'lake: HDFS is in safe mode: try again when it has ended (hdfs dfsadmin -safemode get)' ]
  refusal AccessControlException 'Permission denied: user=ann, access=WRITE'
  run -4 import
  [ "$output" = 'lake: HDFS refuses /user/sqoop: AccessControlException: Permission denied: user=ann, access=WRITE' ]
  [ ! -e "$T/sqoop.calls" ]
}

# sqoop_says TEXT CODE MESSAGE: checks the message for a failure of Sqoop.
sqoop_says() {
  echo "$1" >"$T/sqoop.error"
  run "-$2" import transactions --force
  [ "$output" = "sqoop_import.sh: $3" ]
}

@test "each known cause of a failing Sqoop has its own line and code, and the old folder stays" {
  import transactions
  before=$(lake)
  sqoop_says 'com.mysql.cj.jdbc.exceptions.CommunicationsException: anything' 5 \
    'MySQL does not answer at localhost:3306: run orchestration/stack/up'
  sqoop_says 'RemoteException(org.apache.hadoop.hdfs.server.namenode.SafeModeException): anything' 5 \
    'HDFS is in safe mode: try again when it has ended (hdfs dfsadmin -safemode get)'
  sqoop_says 'at org.apache.hadoop.hdfs.server.blockmanagement.BlockManager.chooseTarget4NewBlock(B.java:2)' 5 \
    "HDFS takes no data: no DataNode is alive, or its disk is full: run orchestration/stack/status and \
orchestration/stack/logs datanode"
  sqoop_says 'Call From a to b:9000: java.net.ConnectException: anything' 5 \
    'HDFS does not answer at hdfs://localhost:9000: run orchestration/stack/up'
  sqoop_says 'java.io.IOException: No space left on device' 5 \
    "its disk is full: free space where $PROJECT/var is, then run this again"
  # The driver's exceptions have no number, so the client is asked.
  mysql_answers "SELECT 'still there'" "ERROR 1045 (28000): anything"
  sqoop_says 'java.sql.SQLException: anything' 2 \
    'MySQL at localhost:3306 refuses the user sqoop: see MYSQL_USER and MYSQL_PASSWORD_FILE'
  rm -r "$HDFS/user/sqoop/.import-transactions"
  [ "$(lake)" = "$before" ]
}

@test "for an unknown cause, the end of Sqoop's log is shown without control characters" {
  printf 'first\n\e[31mstrange\n' >"$T/sqoop.error"
  run -1 import transactions
  [[ $output == *'  | [31mstrange'* && $output != *$'\e'* ]]
  [ "${lines[-1]}" = "sqoop_import.sh: sqoop import failed: see $PROJECT/var/stack/logs/sqoop-transactions.log" ]
}

@test "the same cause is printed once, and nothing is started after a failure" {
  echo 'com.mysql.cj.jdbc.exceptions.CommunicationsException' >"$T/sqoop.error"
  run -5 import
  [ "${#lines[@]}" -eq 1 ]
  [ "$(grep -c '^import$' "$T/sqoop.calls")" -eq 2 ]
}

@test "a second run at the same time is refused" {
  mkdir -p "$PROJECT/var/locks"
  exec 8>"$PROJECT/var/locks/sqoop_import"
  flock 8
  run -6 import 8>&-
  [ "$output" = 'sqoop_import.sh: another run holds the sqoop_import lock' ]
}

# --- the plan ---

@test "the plan is the given one, else that of the data set in the stores, else the newest, else there is none" {
  [ -e "$PLAN_FILE" ]
  mkdir -p "$PROJECT/var/runs/"{old,new} "$PROJECT/var/stack/data"
  touch -d '2001-01-01' "$PROJECT/var/runs/old/plan.toml"
  touch -d '2031-01-01' "$PROJECT/var/runs/new/plan.toml"
  plan() {
    bash -c 'source "$1/lib.sh"; source "$1/plan.sh"; PLAN_FILE=${2-}; find_plan; echo "$PLAN"' \
      plan "$PROJECT/orchestration" "$@"
  }
  run -0 plan
  [ "$output" = "$PROJECT/var/runs/new/plan.toml" ]
  echo old >"$PROJECT/var/stack/data/data_set"
  run -0 plan
  [ "$output" = "$PROJECT/var/runs/old/plan.toml" ]
  PLAN=$PLAN_FILE run -0 plan
  [ "$output" = "$PROJECT/var/runs/old/plan.toml" ]
  run -0 plan "$PLAN_FILE"
  [ "$output" = "$PLAN_FILE" ]
  run -0 plan "$PROJECT/var/runs/new/plan.toml"
  [ "$output" = "$PROJECT/var/runs/new/plan.toml" ]
  run -2 plan "$T/none.toml"
  rm -r "$PROJECT/var/runs" "$PROJECT/var/stack/data"
  run -2 plan
  [[ $output == *'there is no plan yet: run orchestration/run_pipeline.sh'* ]]
}

@test "a plan that the tools refuse ends with their code" {
  printf '#!/bin/sh\necho "schema-gen: the plan is broken" >&2\nexit 4\n' >"$ECOM_BIN_DIR/schema-gen"
  run -4 import
  [ "$output" = 'schema-gen: the plan is broken' ]
}

# --- export ---

# export_target: a result in HDFS and a table for it.
export_target() {
  mkdir -p "$HDFS/user/analytics/result"
  printf 'a\t1\nb\t\\N\n' >"$HDFS/user/analytics/result/part-0"
  : >"$HDFS/user/analytics/result/_SUCCESS"
  mysql_answers '*information_schema.columns*' 'k\tvarchar\nv\tdecimal'
  mysql_answers 'SELECT IFNULL(engine*' InnoDB
  mysql_answers 'SELECT COUNT(*) FROM `_export_text_result`' 2
  mysql_answers '*START TRANSACTION*' 2
}

@test "an export goes through a table of texts into a fresh one, then into the target in one transaction" {
  export_target
  run -0 export_it /user/analytics/result result
  arguments='--table _export_text_result --columns c1,c2 --export-dir /user/analytics/result'
  arguments+=' --input-fields-terminated-by \t --input-null-string \\N'
  [[ $(calls sqoop) == *"$arguments"' --input-null-non-string \\N -m 1' ]]
  text="(c1, _utf8mb4 x'5C5C', _utf8mb4 x'5C2D'), _utf8mb4 x'5C6E', _utf8mb4 x'0A')"
  tr -s ' ' <"$T/mysql.calls" | grep -F "INSERT INTO \`_export_new_result\` (\`k\`,\`v\`, _export_line) SELECT REPLACE("
  grep -F "$text" "$T/mysql.calls"
  sql='START TRANSACTION; DELETE FROM `result`; INSERT INTO `result` (`k`,`v`)'
  sql+=' SELECT `k`,`v` FROM `_export_new_result`;'
  tr -s ' ' <"$T/mysql.calls" | grep -F "$sql SELECT COUNT(*) FROM \`result\`; COMMIT"
  [ "$(tail -n 1 "$T/mysql.calls")" = 'DROP TABLE IF EXISTS `_export_new_result`, `_export_text_result`' ]
  [[ $output == 'sqoop_export.sh: result: 2 records from /user/analytics/result ('* ]]
}

@test "--upsert updates by a unique key and adds the rest" {
  export_target
  mysql_answers '*information_schema.statistics*' PRIMARY
  run -0 export_it /user/analytics/result result --upsert k
  sql='START TRANSACTION; INSERT INTO `result` (`k`,`v`) SELECT `k`,`v` FROM `_export_new_result` AS fresh'
  tr -s ' ' <"$T/mysql.calls" | grep -F "$sql"' ON DUPLICATE KEY UPDATE `k` = fresh.`k`,`v` = fresh.`v`;'
  run ! grep -F DELETE "$T/mysql.calls"
  mysql_answers '*information_schema.statistics*' ''
  run -4 export_it /user/analytics/result result --upsert v
  [ "$output" = 'sqoop_export.sh: result has no unique index on v' ]
}

@test "a missing folder or table and a misfit are refused before Sqoop runs" {
  export_target
  run -4 export_it /user/analytics/nothing result
  [ "$output" = 'sqoop_export.sh: HDFS has no data in /user/analytics/nothing' ]
  printf 'c\n' >>"$HDFS/user/analytics/result/part-0"
  run -4 export_it /user/analytics/result result
  [ "$output" = 'lake: /user/analytics/result/part-0, line 3: 1 field instead of 2 fields' ]
  mysql_answers 'SELECT IFNULL(engine*' MyISAM
  run -4 export_it /user/analytics/result result
  [[ $output == *'result is MyISAM: only an InnoDB table'* ]]
  mysql_answers 'SELECT IFNULL(engine*' ''
  run -4 export_it /user/analytics/result result
  [[ $output == *'testdb has no table result: create it first'* ]]
  [ ! -e "$T/sqoop.calls" ]
  run ! grep -E '^(START|DROP|CREATE)' "$T/mysql.calls"
}

@test "if records are missing in the table of texts, the target is unchanged" {
  export_target
  mysql_answers 'SELECT COUNT(*) FROM `_export_text_result`' 1
  run -7 export_it /user/analytics/result result
  [ "$output" = 'sqoop_export.sh: 1 of 2 records of /user/analytics/result arrived in MySQL; result is unchanged' ]
  run ! grep START "$T/mysql.calls"
  [[ $(tail -n 1 "$T/mysql.calls") == 'DROP TABLE'* ]]
}

@test "a value that MySQL would change is named, and the target is unchanged" {
  export_target
  mysql_answers 'SELECT CASE*' 'v: 1.239 would become 1.24'
  run -7 export_it /user/analytics/result result
  [ "$output" = 'sqoop_export.sh: a value does not fit result, which is unchanged: v: 1.239 would become 1.24' ]
  run ! grep START "$T/mysql.calls"
}

@test "values that do not fit leave the table unchanged" {
  export_target
  double="ERROR 1062 (23000) at line 2: Duplicate entry 'a' for key 'PRIMARY'"
  mysql_answers '*INSERT INTO `_export_new_result`*' "$double"
  run -4 export_it /user/analytics/result result
  refused='sqoop_export.sh: a record does not fit the table, which is unchanged:'
  [ "$output" = "$refused Duplicate entry 'a' for key 'PRIMARY'" ]
  long="column \`testdb\`.\`_export_new_result\`.\`k\` at row 1"
  mysql_answers '*INSERT INTO `_export_new_result`*' "ERROR 1406 (22001) at line 2: Data too long for $long"
  run -4 export_it /user/analytics/result result
  [ "$output" = "$refused Data too long for column \`testdb\`.\`result\`.\`k\` at row 1" ]
  run ! grep START "$T/mysql.calls"
}

@test "wrong usage of the export is refused" {
  for arguments in '' '/user/x' 'x t' '/user/x t u' '/user/x t;u' '/user/x t --upsert' '--results /user/x t' \
    '--bogus'; do
    run -2 export_it $arguments
    [ "${#lines[@]}" -eq 1 ]
  done
}

@test "an import writes a report of its rows and bytes, even if nothing has changed" {
  report=$PROJECT/var/runs/sample/reports/sqoop-transactions.json
  run -0 import transactions
  bytes=$(stat -c %s "$HDFS/user/sqoop/transactions/part-m-00000")
  for _ in 1 2; do
    grep -Fx '  "rows": 3,' "$report"
    grep -Fx "  \"bytes\": $bytes," "$report"
    grep -Ex '  "ended": "[0-9-]+T[0-9:]+\.[0-9]{6}Z",' "$report"
    rm "$report"
    run -0 import transactions
  done
  rm -r "${report%/*}"
  touch "${report%/*}"
  run -0 import transactions --force
  [[ $output == *'lake: cannot '*"${report%/*}"*'warning: no run report of transactions'* ]]
}
