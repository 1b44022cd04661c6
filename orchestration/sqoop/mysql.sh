# shellcheck shell=bash
# Queries to MySQL, and the causes of failures. Source it after lib.sh; begin_sqoop creates the folder that it needs.

# mysql_query SQL: the answer without headings, columns separated by tabs.
mysql_query() {
  local errors=$SQOOP_WORK/mysql.$BASHPID code=0
  on mysql mysql --batch --skip-column-names "$MYSQL_DATABASE" -e "$1" 2>"$errors" </dev/null || code=$?
  ((code == 0)) || failed "$(<"$errors")" || die "$code" "MySQL: $(tail -n 1 -- "$errors")"
}

# failed TEXT: ends the script if the text contains a known cause; else fails. The client's messages are known by their
# codes; Sqoop prints only the words of the driver.
failed() {
  local server=$MYSQL_HOST:$MYSQL_PORT load='load it first (run_pipeline.sh --from 4)'
  case $1 in
    *'ERROR 1044 '* | *'ERROR 1045 '* | *'Access denied for user'*)
      die 2 "MySQL at $server refuses the user $MYSQL_USER: see MYSQL_USER and MYSQL_PASSWORD_FILE"
      ;;
    *'ERROR 20'[0-9][0-9]' '* | *'Communications link failure'*)
      die 5 "MySQL does not answer at $server: run orchestration/stack/up"
      ;;
    *'ERROR 1049 '* | *'Unknown database'*) die 4 "MySQL has no database $MYSQL_DATABASE: $load" ;;
    *'ERROR 1146 '*) die 4 "MySQL: $(client_said "$1"): $load" ;;
    *"doesn't exist"*) die 4 "MySQL: $(grep -o -m 1 "Table '[^']*' doesn't exist" <<<"$1"): $load" ;;
    *'ERROR 1054 '* | *'ERROR 1064 '*) die 2 "MySQL: $(grep -o -m 1 'ERROR 10.*' <<<"$1")" ;;
    *'ERROR 1048 '* | *'ERROR 1062 '* | *'ERROR 126'[45]' '* | *'ERROR 1292 '* | *'ERROR 1366 '* | *'ERROR 1406 '* | \
      *'ERROR 1411 '* | *'ERROR 1452 '* | *'ERROR 3140 '* | *'ERROR 3819 '* | *'ERROR 4025 '*)
      die 4 "a record does not fit the table, which is unchanged: $(client_said "$1")"
      ;;
    *'ERROR 1021 '* | *'ERROR 1114 '* | *'No space left'*) die 5 'no space left on the disk' ;;
    *'safe mode'*) die 5 'HDFS is in safe mode: try again when it has ended (hdfs dfsadmin -safemode get)' ;;
    *'minReplication nodes'*) die 5 'HDFS takes no data: no DataNode is alive, or its disk is full' ;;
    *'failed on connection exception'*) die 5 "HDFS does not answer at $HDFS_URI: run orchestration/stack/up" ;;
  esac
  return 1
}

# client_said TEXT: the client's message without its code, and without the names of our own tables.
client_said() { sed -n 's/.*ERROR [0-9]* ([^)]*)[^:]*: //p' <<<"$1" | head -n 1 | sed 's/_export_\(new\|text\)_//g'; }
