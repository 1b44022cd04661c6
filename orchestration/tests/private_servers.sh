# shellcheck shell=bash
# Servers for the tests alone: free ports, a folder of their own, shared jars. Source it after stack.sh and tell.sh.

# shellcheck source=stack_helper.bash
source "$REPO/orchestration/tests/stack_helper.bash"

# choose_servers FOLDER: sets and exports every setting for servers in FOLDER.
choose_servers() {
  unused_ports
  # load_settings derives these from the ports and the folder.
  unset KAFKA_BOOTSTRAP_SERVERS HDFS_URI WEBHDFS_URL MYSQL_PASSWORD_FILE LOG_SPOOL_DIR MYSQL_PASSWORD
  # A zone with clock changes, so that a time that goes through it is noticed.
  export STACK=native ECOM_VAR_DIR=$1/var SQL_DIR=$1/sql ECOM_TEST_STACK=1 TZ=America/New_York
  chmod 711 -- "$1"
  load_settings
  # Flume's folder was derived when stack.sh was sourced, from the checkout's own folder.
  # shellcheck source=../stack/flume.sh
  source "$STACK_HOME/flume.sh"
}

# servers_ready: waits for the servers that `begin servers` started.
servers_ready() { finish servers && grant_databases_beside; }

# end_servers: stops them; prints the cause when that fails.
end_servers() {
  local output
  [[ -z ${ECOM_TEST_STACK-} ]] || output=$("$STACK_HOME/down" 2>&1) || printf '%s\n' "$output"
}
