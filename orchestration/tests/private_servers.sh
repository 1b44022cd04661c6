# shellcheck shell=bash
# Servers for the tests alone: free ports, a folder of their own, the jars shared. Source it after stack/stack.sh.

# shellcheck source=stack_helper.bash
source "$REPO/orchestration/tests/stack_helper.bash"

# start_servers FOLDER: sets and exports every setting for servers in FOLDER, and starts them.
start_servers() {
  unused_ports
  # What follows from the ports and the folder is worked out anew.
  unset KAFKA_BOOTSTRAP_SERVERS HDFS_URI WEBHDFS_URL MYSQL_PASSWORD_FILE LOG_SPOOL_DIR MYSQL_PASSWORD
  export STACK=native ECOM_VAR_DIR=$1/var SQL_DIR=$1/sql ECOM_TEST_STACK=1
  chmod 711 -- "$1"
  load_settings
  "$STACK_HOME/up" || return
  grant_databases_beside
}

# end_servers: stops them; says why when that fails.
end_servers() {
  local said
  [[ -z ${ECOM_TEST_STACK-} ]] || said=$("$STACK_HOME/down" 2>&1) || printf '%s\n' "$said"
}
