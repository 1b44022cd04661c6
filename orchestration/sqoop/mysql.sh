# shellcheck shell=bash
# Queries to MySQL, and the causes of failures. Source it after lib.sh; begin_sqoop creates the folder that it needs.

# mysql_query SQL: the answer without headings, columns separated by tabs.
mysql_query() {
  local errors=$SQOOP_WORK/mysql.$BASHPID code=0
  on mysql mysql --batch --skip-column-names "$MYSQL_DATABASE" -e "$1" 2>"$errors" </dev/null || code=$?
  ((code == 0)) || failed "$(<"$errors")" || die "$code" "MySQL: $(tail -n 1 -- "$errors")"
}

# failed TEXT: ends the script if the text contains a known cause; else fails.
failed() {
  local server=$MYSQL_HOST:$MYSQL_PORT load='load it first (run_pipeline.sh --from 4)'
  case $1 in
    *'Access denied for user'*)
      die 2 "MySQL at $server refuses the user $MYSQL_USER: see MYSQL_USER and MYSQL_PASSWORD_FILE"
      ;;
    *'ERROR 200'* | *'ERROR 2013'* | *'Communications link failure'*)
      die 5 "MySQL does not answer at $server: run orchestration/stack/up"
      ;;
    *'Unknown database'*) die 4 "MySQL has no database $MYSQL_DATABASE: $load" ;;
    *"doesn't exist"*) die 4 "MySQL: $(grep -o -m 1 "Table '[^']*' doesn't exist" <<<"$1"): $load" ;;
    *'ERROR 1054'* | *'ERROR 1064'*) die 2 "MySQL: $(grep -o -m 1 'ERROR 10.*' <<<"$1")" ;;
    *'safe mode'*) die 5 'HDFS is in safe mode: try again when it has ended (hdfs dfsadmin -safemode get)' ;;
    *'minReplication nodes'*) die 5 'HDFS takes no data: no DataNode is alive, or its disk is full' ;;
    *'failed on connection exception'*) die 5 "HDFS does not answer at $HDFS_URI: run orchestration/stack/up" ;;
    *'Duplicate entry'*) die 4 "MySQL: $(grep -o -m 1 "Duplicate entry '.*' for key '[^']*'" <<<"$1")" ;;
    *'Data truncation'*) die 4 "MySQL: $(grep -o -m 1 'Data truncation.*' <<<"$1")" ;;
    *"Can't parse input data"*)
      die 4 "a line does not fit the table: $(grep -o -m 1 "Can't parse input data.*" <<<"$1")"
      ;;
    *'No space left'*) die 5 'no space left on the disk' ;;
  esac
  return 1
}
