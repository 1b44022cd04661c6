# shellcheck shell=bash
# The servers of the trials: those of the running tests, else private ones on free ports, which are gone at the end.
# shellcheck disable=SC2034 # for the other parts of faults.sh

DATABASE='' LAKE='' TOPIC=faults-flume-$$ TOPIC_OF_CONSUMER=faults-consumer-$$ TOPICS=0 OWN_SERVERS=''

begin_servers() {
  [[ -z $WITHOUT_SERVERS ]] || return 0
  if [[ ${ECOM_TEST_STACK-} != 1 ]]; then
    OWN_SERVERS=yes
    mkdir -- "$WORLD/servers"
    choose_servers "$WORLD/servers"
    "$STACK_HOME/up"
  fi
  grant_databases_beside
  DATABASE=${MYSQL_DATABASE}_faults_$$ LAKE=/faults-$$
  for_tools
}

# end_own_servers: other people's servers keep nothing of the trials.
end_own_servers() {
  if [[ -n $OWN_SERVERS ]]; then
    end_servers
  elif [[ -n $LAKE ]]; then
    sql -e "DROP DATABASE IF EXISTS $DATABASE" || true
    webhdfs DELETE "$LAKE" 'DELETE&recursive=true' >/dev/null || true
    tool topic-admin delete --yes --quiet --topic "$TOPIC" --topic "$TOPIC_OF_CONSUMER" \
      --topic "${TOPIC_OF_TRIAL-$TOPIC}" 2>/dev/null || true
  fi
}

# missing_servers: why a campaign on servers cannot run.
missing_servers() { [[ -z $WITHOUT_SERVERS ]] || echo 'it needs the servers'; }
