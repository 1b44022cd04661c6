# shellcheck shell=bash
# The servers of the trials: those of the running tests, else private ones on free ports, which are gone at the end.
# shellcheck disable=SC2034 # for the other parts of faults.sh

DATABASE='' TOPIC=faults-flume TOPICS=0 OWN_SERVERS=''

begin_servers() {
  [[ -z $WITHOUT_SERVERS ]] || return 0
  if [[ ${ECOM_TEST_STACK-} != 1 ]]; then
    OWN_SERVERS=yes
    mkdir -- "$WORLD/servers"
    choose_servers "$WORLD/servers"
    "$STACK_HOME/up"
  fi
  grant_databases_beside
  DATABASE=${MYSQL_DATABASE}_faults
  for_tools
}

end_own_servers() {
  [[ -z $OWN_SERVERS ]] || end_servers
}

# missing_servers: why a campaign on servers cannot run.
missing_servers() { [[ -z $WITHOUT_SERVERS ]] || echo 'it needs the servers'; }
