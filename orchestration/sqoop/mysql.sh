# shellcheck shell=bash
# Queries to MySQL, and the causes of failures. Source it after lib.sh; begin_sqoop creates the folder that it needs.
# shellcheck source=../stack/causes.sh
source "$STACK_HOME/causes.sh"

# mysql_query SQL: the answer without headings, columns separated by tabs.
mysql_query() {
  local errors=$SQOOP_WORK/mysql.$BASHPID code=0
  on mysql mysql --batch --skip-column-names "$MYSQL_DATABASE" -e "$1" 2>"$errors" </dev/null || code=$?
  ((code == 0)) || die_of client "$(<"$errors")" || die "$code" "MySQL: $(tail -n 1 -- "$errors")"
}

# sqoop_failed TEXT: ends the script if the cause is known; else fails. The driver's exceptions carry no number, so
# after one of them MySQL is asked by its client. A server that dies at work breaks connections in many ways: so HDFS is
# asked, too.
sqoop_failed() {
  die_of sqoop "$1" || [[ $1 != *java.sql.* ]] || mysql_query "SELECT 'still there'" >/dev/null
  tool lake cat "$HDFS_ROOT/.asked" --if-exists >/dev/null || exit
  return 1
}
