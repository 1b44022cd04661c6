#!/usr/bin/env bats
# sqoop_import.sh, sqoop_export.sh and verify_hdfs.sh on real servers, in a database and a folder of their own.
# orchestration/test.sh runs this with private servers; alone: ECOM_TEST_STACK=1 with servers that run.

bats_require_minimum_version 1.5.0

setup_file() {
  [[ -n ${ECOM_TEST_STACK-} ]] || skip 'SKIPPED: needs real servers: run orchestration/test.sh'
  local built=${ECOM_BIN_DIR:-$BATS_TEST_DIRNAME/../../../target/debug}
  export ORCHESTRATION=$BATS_TEST_DIRNAME/../.. MYSQL_DATABASE=testdb_sqoop_bats HDFS_ROOT=/user/test_sqoop_bats
  export T=$BATS_FILE_TMPDIR ECOM_BIN_DIR=$BATS_FILE_TMPDIR/tools PLAN=$BATS_FILE_TMPDIR/plan.toml
  mkdir -p "$ECOM_BIN_DIR"
  ln -s "$(realpath "$built/lake")" "$ECOM_BIN_DIR/lake"
  cp "$BATS_TEST_DIRNAME/../plan.toml" "$PLAN"
  cat >"$ECOM_BIN_DIR/schema-gen" <<'STUB'
#!/bin/bash
text() { printf "REPLACE(%s, CHAR(9 USING utf8mb4), ' ') AS %s" "$1" "$1"; }
case $3$4 in
  --list)
    printf 'products\t\t%s\n' "$(text name)"
    printf 'transactions\tid\tid, %s, %s, amount, sold\n' "$(text name)" "$(text area)"
    printf 'groups\tid\t`id`, %s\n' "$(text '`rank`')" ;;
  --list-roleamount) echo amount ;;
  --list-roleregion) echo area ;;
esac
STUB
  printf '#!/bin/sh\necho "reconciler: transactions differ"\nexit 7\n' >"$ECOM_BIN_DIR/reconciler"
  chmod +x "$ECOM_BIN_DIR"/*
  as_root "DROP DATABASE IF EXISTS $MYSQL_DATABASE;
    CREATE DATABASE $MYSQL_DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    GRANT ALL ON \`${MYSQL_DATABASE//_/\\_}\`.* TO '${MYSQL_USER:-sqoop}'@'127.0.0.1'"
  mysql_says "CREATE TABLE products (name VARCHAR(40) PRIMARY KEY); INSERT INTO products VALUES ('lamp'), ('chair');
    CREATE TABLE \`groups\` (id INT PRIMARY KEY, \`rank\` VARCHAR(9));
    INSERT INTO \`groups\` VALUES (1, 'a'), (2, NULL);
    CREATE TABLE transactions
      (id BIGINT PRIMARY KEY, name VARCHAR(80), area VARCHAR(20), amount DECIMAL(10,2), sold DATETIME(6));
    INSERT INTO transactions VALUES
      (10001, 'Salt, Fat, Acid, Heat', 'North', 100.00, '2024-01-01 10:00:00.5'),
      (10002, 'tab\there, \"quoted\"', NULL, NULL, NULL),
      (10003, 'two\nlines\r', '', 100.01, '2024-01-02'),
      (10004, 'Ünïcode 🛒 back\\\\slash', 'North', 1234567.89, '2024-01-03')"
}

teardown_file() {
  [[ -n ${ECOM_TEST_STACK-} ]] || return 0
  as_root "DROP DATABASE IF EXISTS $MYSQL_DATABASE"
  "$ORCHESTRATION/stack/bin/hdfs" dfs -rm -r -f -skipTrash "$HDFS_ROOT" >&2
}

# as_root SQL: the stack's user has rights on one database only.
# shellcheck disable=SC2016 # expanded where lib.sh is
as_root() (
  cd "$(lib 'echo "$STACK_DIR"')/data/mysql" &&
    mariadb --no-defaults --protocol=socket --socket=mariadb.sock --user=root -e "$1"
)
mysql_says() { "$ORCHESTRATION/stack/bin/mysql" -N "$MYSQL_DATABASE" -e "$1"; }
lib() { bash -c 'source "$1/lib.sh"; source "$1/build.sh"; eval "$2"' lib "$ORCHESTRATION" "$1"; }
# lake FOLDER: the text of its files.
lake() { lib "tool lake walk $HDFS_ROOT/$1 | cut -f 3 | while read -r path; do tool lake cat \$path; done"; }
import() { "$ORCHESTRATION/sqoop_import.sh" --plan "$PLAN" "$@"; }
export_it() { "$ORCHESTRATION/sqoop_export.sh" --plan "$PLAN" "$@"; }
put() { lib "tool lake write $HDFS_ROOT/$1" <<<"$2"; }

@test "awkward text arrives as one line per record, NULL differs from empty, and the amounts over 100 have a folder" {
  run -0 import
  diff - <(lake sqoop/transactions) <<'LINES'
10001	Salt, Fat, Acid, Heat	North	100.00	2024-01-01 10:00:00.5
10002	tab here, "quoted"	\N	\N	\N
10003	twolines		100.01	2024-01-02 00:00:00.0
10004	Ünïcode 🛒 back\slash	North	1234567.89	2024-01-03 00:00:00.0
LINES
  [ "$(lake sqoop/products)" = $'chair\nlamp' ]
  [ "$(lake sqoop/groups)" = $'1\ta\n2\t\\N' ]
  [ "$(lake sqoop/high_value_transactions | cut -f 1 | paste -sd ' ')" = '10003 10004' ]
}

@test "a second run changes nothing; one changed value is imported" {
  run -0 import
  [ "$(grep -c unchanged <<<"$output")" -eq 4 ]
  mysql_says 'UPDATE transactions SET amount = 100.02 WHERE id = 10003'
  run -0 import transactions
  [[ $output == *'transactions: 4 records in '* ]]
  [[ $(lake sqoop/transactions) == *$'\t100.02\t'* ]]
}

@test "a filter goes into a folder of its own" {
  run -0 import transactions --where "area = 'North'" north
  [ "$(lake sqoop/north | cut -f 1 | paste -sd ' ')" = '10001 10004' ]
}

@test "a wrong password, a wrong port and a missing table leave the old folder" {
  before=$(lake sqoop/transactions)
  echo wrong >"$T/password"
  MYSQL_PASSWORD_FILE=$T/password run -2 import transactions --force
  [[ $output == *'refuses the user'* && ${#lines[@]} -eq 1 ]]
  MYSQL_PORT=1 run -5 import transactions --force
  [[ $output == *'does not answer at '*':1: run orchestration/stack/up' && ${#lines[@]} -eq 1 ]]
  mysql_says 'RENAME TABLE transactions TO elsewhere'
  run -4 import transactions --force
  mysql_says 'RENAME TABLE elsewhere TO transactions'
  [[ $output == *"Table '$MYSQL_DATABASE.transactions' doesn't exist"* && ${#lines[@]} -eq 1 ]]
  [ "$(lake sqoop/transactions)" = "$before" ]
}

@test "with HDFS in safe mode, there is one line and exit code 5, and the old folder stays" {
  before=$(lake sqoop/transactions)
  "$ORCHESTRATION/stack/bin/hdfs" dfsadmin -safemode enter
  run import transactions --force
  "$ORCHESTRATION/stack/bin/hdfs" dfsadmin -safemode leave
  [ "$status" -eq 5 ]
  [[ $output == *'HDFS is in safe mode'* && ${#lines[@]} -eq 1 ]]
  [ "$(lake sqoop/transactions)" = "$before" ]
}

@test "after a kill -9 at any moment, the folder is the old or the new one, and the next run completes the import" {
  expected=$(lake sqoop/transactions)
  for seconds in 2 4; do
    timeout --foreground -s KILL "$seconds" \
      "$ORCHESTRATION/sqoop_import.sh" --plan "$PLAN" transactions --force 3>&- || true
    [ "$(lake sqoop/transactions)" = "$expected" ]
  done
  # The Sqoop of the killed run keeps the lock until it ends.
  for _ in {1..60}; do
    run import transactions --force
    ((status != 6)) && break
    sleep 1
  done
  [ "$status" -eq 0 ]
  [ "$(lake sqoop/transactions)" = "$expected" ]
  [ "$(lib "tool lake list $HDFS_ROOT/sqoop" | cut -f 4 | grep -c '^\.[io]')" -eq 0 ]
}

@test "an incremental import appends only new rows, however often it runs" {
  run -0 import --incremental transactions id
  mysql_says "INSERT INTO transactions VALUES (10005, 'new', NULL, 5, NULL), (10006, 'newer', 'South', 6, NULL)"
  run -0 import --incremental transactions id
  [[ $output == *'new: 2 records in '*', id up to 10006 '* ]]
  run -0 import --incremental transactions id
  [[ $output == *'no rows with id above 10006; unchanged' ]]
  [ "$(lake sqoop/transactions | cut -f 1 | paste -sd ' ')" = '10001 10002 10003 10004 10005 10006' ]
}

@test "an import of many rows is complete, in three files" {
  mysql_says 'RENAME TABLE transactions TO few; CREATE TABLE transactions LIKE few;
    INSERT INTO transactions (id, name) WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999)
    SELECT a.i * 1000 + b.i, a.i FROM n AS a, n AS b WHERE a.i < 600'
  run -0 import transactions
  mysql_says 'DROP TABLE transactions; RENAME TABLE few TO transactions'
  [[ $output == *'transactions: 600000 records in '* ]]
  [ "$(lib "tool lake walk $HDFS_ROOT/sqoop/transactions" | wc -l)" -eq 3 ]
  [ "$(lake sqoop/transactions | cut -f 1 | sort -nu | wc -l)" -eq 600000 ]
}

@test "an export distinguishes NULL from empty, and a repeat duplicates nothing" {
  mysql_says 'CREATE TABLE result (id INT PRIMARY KEY, name VARCHAR(10), day DATE)'
  put analytics/result/part-0 $'1\tÜné\t2024-01-01\n2\t\\N\t\\N\n3\t\t2024-01-03'
  run -0 export_it "$HDFS_ROOT/analytics/result" result
  run -0 export_it "$HDFS_ROOT/analytics/result" result
  [ "$(mysql_says "SELECT *, name = '' FROM result")" = \
    $'1\tÜné\t2024-01-01\t0\n2\tNULL\tNULL\tNULL\n3\t\t2024-01-03\t1' ]
  [ "$(mysql_says "SHOW TABLES LIKE '\\_export%'")" = '' ]
}

@test "records that do not fit leave the table unchanged" {
  before=$(mysql_says 'SELECT * FROM result')
  put analytics/long/part-0 $'4\tfar too long a name\t2024-01-01'
  run -4 export_it "$HDFS_ROOT/analytics/long" result
  [[ $output == *"Data too long for column 'name'"* ]]
  put analytics/double/part-0 $'4\ta\t\\N\n4\tb\t\\N'
  run -4 export_it "$HDFS_ROOT/analytics/double" result
  [[ $output == *"Duplicate entry '4' for key "* ]]
  put analytics/text/part-0 $'x\ta\t\\N'
  run -4 export_it "$HDFS_ROOT/analytics/text" result
  put analytics/few/part-0 $'5\ta'
  run -4 export_it "$HDFS_ROOT/analytics/few" result
  [ "$(mysql_says 'SELECT * FROM result')" = "$before" ]
  [ "$(mysql_says "SHOW TABLES LIKE '\\_export%'")" = '' ]
}

@test "--upsert changes rows with the same key and adds the others" {
  put analytics/more/part-0 $'2\ttwo\t2024-02-02\n9\tnine\t\\N'
  run -0 export_it "$HDFS_ROOT/analytics/more" result --upsert id
  [ "$(mysql_says 'SELECT id, name FROM result' | paste -sd ' ')" = $'1\tÜné 2\ttwo 3\t 9\tnine' ]
}

@test "sales by region go through HDFS back into MySQL" {
  run -0 export_it --example
  [ "$(mysql_says 'SELECT * FROM sales_by_region ORDER BY region')" = \
    "$(mysql_says 'SELECT area, COUNT(*), SUM(amount) FROM transactions GROUP BY area ORDER BY area')" ]
  [ "$(lake analytics/sales_by_region | wc -l)" -eq 4 ]
}

@test "the verification lists and counts the files, and exits with the reconciler's code" {
  run -7 "$ORCHESTRATION/verify_hdfs.sh" --plan "$PLAN"
  [[ $output == *"[1] Sqoop imports ($HDFS_ROOT/sqoop)"*'high_value_transactions/part-m-00000'* ]]
  [[ $output == *'reconciler: transactions differ' ]]
  [ "$(awk '$1 == "transactions" { print $2 }' <<<"$output")" -eq 600000 ]
}
