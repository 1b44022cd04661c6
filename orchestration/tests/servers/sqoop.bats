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
  ln -s "$(realpath "$built/lake")" "$(realpath "$built/schema-gen")" "$ECOM_BIN_DIR"
  {
    sed '/^\[\[table\]\]/,$d' "$BATS_TEST_DIRNAME/../plan.toml"
    plan_table products name 'name VARCHAR(40)'
    plan_table groups id 'id INT' 'rank VARCHAR(9)'
    plan_table transactions id 'id BIGINT order_id' 'name VARCHAR(80)' 'area VARCHAR(20) region' \
      'amount DECIMAL(10,2) amount' 'sold DATETIME(6)'
  } >"$PLAN"
  printf '#!/bin/sh\necho "reconciler: transactions differ"\nexit 7\n' >"$ECOM_BIN_DIR/reconciler"
  chmod +x "$ECOM_BIN_DIR"/*
  as_root "DROP DATABASE IF EXISTS $MYSQL_DATABASE;
    CREATE DATABASE $MYSQL_DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    GRANT ALL ON \`${MYSQL_DATABASE//_/\\_}\`.* TO '${MYSQL_USER:-sqoop}'@'$(users_host)'"
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

# plan_table NAME KEY COLUMN…: a table of the plan; COLUMN is NAME TYPE [ROLE].
plan_table() {
  local name type role
  printf '[[table]]\nname = "%s"\nfile = "%s.csv"\nsha256 = "00"\nrows = 2\nrejected = 0\n' "$1" "$1"
  sed -n '/^dialect/p' "$BATS_TEST_DIRNAME/../plan.toml"
  printf 'key = ["%s"]\nkey_proof = "sorted"\nroute = { to = ["mysql"], reason = "a test" }\n' "$2"
  for column in "${@:3}"; do
    read -r name type role <<<"$column"
    printf '[[table.column]]\nheader = "%s"\nname = "%s"\ntype = "%s"\n' "$name" "$name" "$type"
    echo "nullable = $([[ $name == "$2" ]] && echo false || echo true)"
    [[ $type != DATE* ]] || echo 'format = "%Y-%m-%d"'
    [[ -z $role ]] || echo "role = '$role'"
  done
}

teardown_file() {
  [[ -n ${ECOM_TEST_STACK-} ]] || return 0
  as_root "DROP DATABASE IF EXISTS $MYSQL_DATABASE"
  "$ORCHESTRATION/stack/bin/hdfs" dfs -rm -r -f -skipTrash "$HDFS_ROOT" >&2
}

# users_host: the host in the name of the stack's user.
users_host() { if [[ ${STACK-} == docker ]]; then echo %; else echo 127.0.0.1; fi; }

# as_root SQL: the stack's user has rights on one database only.
# shellcheck disable=SC2016 # expanded where lib.sh is
as_root() (
  if [[ ${STACK-} == docker ]]; then
    exec docker exec "$(lib 'container_name mysql')" \
      mysql --defaults-file=/run/secrets/root.cnf --host=127.0.0.1 -e "$1"
  fi
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
10001	Salt, Fat, Acid, Heat	North	100.00	2024-01-01 10:00:00.500000
10002	tab\there, "quoted"	\N	\N	\N
10003	two\nlines\r		100.01	2024-01-02 00:00:00.000000
10004	Ünïcode 🛒 back\\slash	North	1234567.89	2024-01-03 00:00:00.000000
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

@test "a row that is added with an imported value is not missed" {
  mysql_says "INSERT INTO transactions VALUES (10000, 'late', NULL, 7, NULL)"
  run -0 import --incremental transactions id
  [[ $output == *'7 records with id up to 10006, 6 at the last import: importing all of them'* ]]
  [ "$(lake sqoop/transactions | cut -f 1 | sort | paste -sd ' ')" = '10000 10001 10002 10003 10004 10005 10006' ]
  mysql_says 'DELETE FROM transactions WHERE id = 10000'
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

@test "a value that MySQL would round or cut leaves the table unchanged" {
  mysql_says 'CREATE TABLE exact (id INT PRIMARY KEY, price DECIMAL(8,2), day DATE, at DATETIME(3))'
  put analytics/exact/part-0 $'1\t1.50\t2024-01-01\t2024-01-01 00:00:00.123'
  run -0 export_it "$HDFS_ROOT/analytics/exact" exact
  [ "$(mysql_says 'SELECT * FROM exact')" = $'1\t1.50\t2024-01-01\t2024-01-01 00:00:00.123' ]
  for values in $'1.239\t2024-01-01\t\\N' $'1\t2024-01-01 12:00:00\t\\N' $'1\t\\N\t2024-01-01 00:00:00.1234'; do
    put analytics/exact/part-0 $'1\t'"$values"
    run -7 export_it "$HDFS_ROOT/analytics/exact" exact
    [[ $output == 'sqoop_export.sh: a value does not fit exact, which is unchanged: '*' would become '* ]]
  done
  [ "$(mysql_says 'SELECT * FROM exact')" = $'1\t1.50\t2024-01-01\t2024-01-01 00:00:00.123' ]
  put analytics/exact/part-0 $'1\tx\\y\t\\N\t\\N'
  run -4 export_it "$HDFS_ROOT/analytics/exact" exact
}

@test "a column may have a name that SQL and the shell give a meaning" {
  mysql_says "CREATE TABLE odd (id INT PRIMARY KEY, \`it's & 5\` DECIMAL(8,2))"
  put analytics/odd/part-0 $'1\t1.50'
  run -0 export_it "$HDFS_ROOT/analytics/odd" odd
  put analytics/odd/part-0 $'1\t1.239'
  run -7 export_it "$HDFS_ROOT/analytics/odd" odd
  [[ $output == *": it's & 5: 1.239 would become 1.24" ]]
  [ "$(mysql_says 'SELECT * FROM odd')" = $'1\t1.50' ]
}

@test "every character and the extremes of every type go to HDFS and back, and MySQL finds no difference" {
  mysql_says "CREATE TABLE round_trip (id INT PRIMARY KEY, t TEXT, v VARCHAR(300), n BIGINT, i INT, b BOOLEAN,
      d DECIMAL(65,30), day DATE, at DATETIME(6)) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    SET SESSION group_concat_max_len = 100000
      /*M! , max_recursive_iterations = 10000 */ /*!50708 , cte_max_recursion_depth = 10000 */;
    INSERT INTO round_trip (id, t) WITH RECURSIVE
        block (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM block WHERE i < 4351),
        low (j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM low WHERE j < 255)
      SELECT i, GROUP_CONCAT(CONVERT(CHAR(i * 256 + j USING utf32) USING utf8mb4) ORDER BY j SEPARATOR '')
      FROM block JOIN low WHERE i * 256 + j NOT BETWEEN 55296 AND 57343 GROUP BY i;
    INSERT INTO round_trip VALUES
      (10001, '', '', 0, 0, 0, 0, '2024-03-10', '2024-03-10 02:30:00'),
      (10002, '\\\\N', '\\\\\\\\n', -9223372036854775808, -2147483648, 1, 1e-30, '1000-01-01', '1000-01-01'),
      (10003, REPEAT('\\\\\\t', 30000), ' both ends ', 9223372036854775807, 2147483647, NULL,
        99999999999999999999999999999999999.999999999999999999999999999999, '9999-12-31', '9999-12-31 23:59:59.999999'),
      (10004, '\\\\0\\\\', '\\0', NULL, NULL, NULL, -1, '1582-10-10', '2024-11-03 01:30:00.000001')"
  plan_table round_trip id 'id INT' 't TEXT' 'v VARCHAR(300)' 'n BIGINT' 'i INT' 'b BOOLEAN' 'd DECIMAL(65,30)' \
    'day DATE' 'at DATETIME(6)' >>"$PLAN"
  for zone in UTC America/New_York Australia/Lord_Howe; do
    TZ=$zone run -0 import round_trip --force
    mysql_says 'DROP TABLE IF EXISTS returned; CREATE TABLE returned LIKE round_trip'
    TZ=$zone run -0 export_it "$HDFS_ROOT/sqoop/round_trip" returned
    [ "$(mysql_says 'SELECT COUNT(*) FROM round_trip JOIN returned USING (id)')" -eq 4348 ]
    same='BINARY round_trip.t <=> BINARY returned.t AND BINARY round_trip.v <=> BINARY returned.v'
    for column in n i b d day at; do same+=" AND round_trip.$column <=> returned.$column"; done
    [ "$(mysql_says "SELECT id FROM round_trip JOIN returned USING (id) WHERE NOT ($same) LIMIT 5")" = '' ]
  done
}

@test "--upsert changes rows with the same key and adds the others" {
  put analytics/more/part-0 $'2\ttwo\t2024-02-02\n9\tnine\t\\N'
  run -0 export_it "$HDFS_ROOT/analytics/more" result --upsert id
  [ "$(mysql_says 'SELECT id, name FROM result' | paste -sd ' ')" = $'1\tÜné 2\ttwo 3\t 9\tnine' ]
}

@test "the verification lists and counts the files, and exits with the reconciler's code" {
  run -7 "$ORCHESTRATION/verify_hdfs.sh" --plan "$PLAN"
  [[ $output == *"[1] Sqoop imports ($HDFS_ROOT/sqoop)"*'high_value_transactions/part-m-00000'* ]]
  [[ $output == *'reconciler: transactions differ' ]]
  [ "$(awk '$1 == "transactions" { print $2 }' <<<"$output")" -eq 600000 ]
}
