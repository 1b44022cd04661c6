# shellcheck shell=bash
# Shared by the tests of the wrappers around Sqoop and HDFS: a copy of the scripts, and stand-ins for the servers. HDFS
# is the folder $HDFS behind webhdfs.pl; mysql, sqoop and the tools except lake record how they are called.

load stack_helper

# copy_wrappers: the project, a plan, and every stand-in. Call it in setup.
copy_wrappers() {
  local built=${ECOM_BIN_DIR:-$ROOT/target/debug}
  copy_project
  cp -R "$ROOT"/orchestration/*.sh "$ROOT/orchestration/sqoop" "$PROJECT/orchestration"
  export T=$BATS_TEST_TMPDIR HDFS=$BATS_TEST_TMPDIR/hdfs ECOM_BIN_DIR=$BATS_TEST_TMPDIR/tools
  unset HDFS_ROOT NO_COLOR
  mkdir -p "$T/bin" "$ECOM_BIN_DIR" "$HDFS" "$PROJECT/var/runs/sample" "$PROJECT/var/stack/secrets"
  PLAN_FILE=$PROJECT/var/runs/sample/plan.toml
  cp "$ROOT/orchestration/tests/plan.toml" "$PLAN_FILE"
  printf 's3cret' >"$PROJECT/var/stack/secrets/mysql_password"
  stand_in_hdfs "$built"
  stand_in_mysql
  stand_in_sqoop
  stand_in_schema_gen
  PATH=$T/bin:$PATH
  cd "$T" || return
}

# stand_in_hdfs: WebHDFS on the folder $HDFS, for the real lake. While $T/hdfs.answer exists, every request gets that
# refusal.
stand_in_hdfs() {
  [[ -x $1/lake ]] || skip 'SKIPPED: lake is not built: cargo build'
  ln -s "$1/lake" "$ECOM_BIN_DIR/lake"
  perl "$ROOT/orchestration/tests/webhdfs.pl" "$HDFS" "$T/hdfs.port" "$T/hdfs.answer" </dev/null 3>&- &
  HDFS_SERVER=$!
  # shellcheck disable=SC2016 # expanded by the inner shell
  timeout 10 bash -c 'until [[ -e $T/hdfs.port ]]; do sleep 0.02; done'
  WEBHDFS_URL=http://localhost:$(<"$T/hdfs.port")
  export WEBHDFS_URL HDFS_TIMEOUT=5
}

teardown() { [[ -z ${HDFS_SERVER-} ]] || kill "$HDFS_SERVER" 2>/dev/null || true; }

# stand_in_mysql: answers a query with the first matching line of $T/mysql.answers (PATTERN, tab, answer); fails with
# an answer that begins with ERROR, and always with the text in $T/mysql.error.
stand_in_mysql() {
  cat >"$STACK_HOME/bin/mysql" <<'STUB'
#!/bin/bash
sql=${*: -1}
printf '%s\n' "${sql//$'\n'/ }" >>"$T/mysql.calls"
[[ ! -e $T/mysql.error ]] || { cat "$T/mysql.error" >&2; exit 1; }
while IFS=$'\t' read -r pattern answer; do
  [[ $sql == $pattern ]] || continue
  [[ $answer != 'ERROR '* ]] || { echo "$answer" >&2; exit 1; }
  printf '%b' "${answer:+$answer\n}"
  exit 0
done <"$T/mysql.answers"
STUB
  chmod +x "$STACK_HOME/bin/mysql"
  printf '%s\t%s\n' 'SELECT 1' 1 '*CHECKSUM*' '3\ntestdb.transactions\\t77' >"$T/mysql.answers"
}

# mysql_answers PATTERN ANSWER: takes precedence over all others.
mysql_answers() {
  printf '%s\t%s\n' "$1" "$2" | cat - "$T/mysql.answers" >"$T/mysql.new"
  mv "$T/mysql.new" "$T/mysql.answers"
}

# stand_in_sqoop: records its arguments, one per line; an import writes $T/sqoop.rows (default: three records) into the
# folder. Then it fails with the text in $T/sqoop.error, or waits if $T/sqoop.waits exists. From then on HDFS answers
# with $T/hdfs.afterwards, if it is there.
stand_in_sqoop() {
  printf '1\ta\n2\t\\N\n3\tc\n' >"$T/sqoop.rows"
  cat >"$STACK_HOME/bin/sqoop" <<'STUB'
#!/bin/bash
printf '%s\n' "$@" >>"$T/sqoop.calls"
pwd >>"$T/sqoop.folders"
for ((i = 1; i <= $#; i++)); do
  j=$((i + 1))
  [[ ${!i} != --password-file ]] || file=${!j#file://}
  [[ ${!i} != --target-dir ]] || folder=$HDFS/${!j}
done
cp -f "$file" "$T/sqoop.password" && stat -c %a "$file" >"$T/sqoop.mode"
if [[ -n $folder ]]; then
  mkdir "$folder" || exit
  cp "$T/sqoop.rows" "$folder/part-m-00000"
  touch "$folder/_SUCCESS"
fi
[[ ! -e $T/sqoop.waits ]] || { echo $$ >"$T/sqoop.pid"; exec sleep 60; }
[[ ! -e $T/hdfs.afterwards ]] || mv "$T/hdfs.afterwards" "$T/hdfs.answer"
[[ ! -e $T/sqoop.error ]] || { cat "$T/sqoop.error" >&2; exit 1; }
STUB
  chmod +x "$STACK_HOME/bin/sqoop"
}

# stand_in_schema_gen: three tables and those in $T/tables (NAME, tab, KEY, tab, SELECT_LIST); the columns of the roles
# in $T/roles (ROLE COLUMN).
stand_in_schema_gen() {
  printf 'amount total_amount\nregion area\n' >"$T/roles"
  cat >"$ECOM_BIN_DIR/schema-gen" <<'STUB'
#!/bin/bash
[[ $1 == --plan && -r $2 ]] || exit 4
case $3 in
  --list)
    printf 'customers\t\tcustomer_id\n'
    printf 'products\tproduct_id\tproduct_id, name\n'
    printf "transactions\ttransaction_id\ttransaction_id, REPLACE(note, 'x', 'y') AS note\n"
    cat "$T/tables" 2>/dev/null
    true ;;
  --list-role) sed -n "s/^$4 //p" "$T/roles" ;;
esac
STUB
  chmod +x "$ECOM_BIN_DIR/schema-gen"
}

wrapper() { "$PROJECT/orchestration/$1" "${@:2}"; }

# lake: every file of the stand-in's HDFS with its checksum, without the wrappers' marks.
lake() { (cd "$HDFS" && find . -type f -not -path '*/.marks/*' -exec cksum {} + | sort); }
