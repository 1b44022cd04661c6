# shellcheck shell=bash
# The two Flume agents: how they start, when they are healthy, and when they have no events on their way. An agent is
# judged by its metrics, because its process goes on when its source has failed.
# shellcheck disable=SC2034 # for the scripts that source this
# shellcheck source=flume_recovery.sh
source "$STACK_HOME/flume_recovery.sh"

AGENTS=(log-agent kafka-agent)
FLUME_STATE_DIR=$STACK_DIR/data/flume
export FLUME_STATE_DIR

declare -A AGENT_CONF=(["log-agent"]=$REPO/flume-conf/flume-logs.conf ["kafka-agent"]=$REPO/flume-conf/flume-kafka.conf)
# Below HDFS_ROOT, which the containers' health checks do not know.
declare -A AGENT_FOLDER=(["log-agent"]=flume/logs ["kafka-agent"]=flume/kafka-transactions)
declare -A AGENT_SOURCE=(["log-agent"]=SOURCE.log-source ["kafka-agent"]=SOURCE.kafka-source)
# LOG_CHANNEL chooses that of log-agent at its start.
declare -A AGENT_CHANNEL=(["log-agent"]='CHANNEL.(memory|file)-channel' ["kafka-agent"]=CHANNEL.file-channel)
# The source that hands files over to the spooling source.
SPOOL_SOURCE=SOURCE.spool-folder

ports_log_agent() { echo FLUME_LOG_AGENT_PORT; }
ports_kafka_agent() { echo FLUME_KAFKA_AGENT_PORT; }
version_log_agent() { jar_version flume flume-ng-node; }
version_kafka_agent() { version_log_agent; }
ready_log_agent() { agent_healthy log-agent; }
ready_kafka_agent() { agent_healthy kafka-agent; }

# agent_metrics AGENT: its /metrics: one JSON object per component, all values strings.
agent_metrics() {
  local setting
  setting=$("ports_${1/-/_}")
  http_get "$1" "${!setting}" /metrics
}

# metric JSON COMPONENT NAME: one value; fails if it is missing. COMPONENT is a pattern.
metric() {
  [[ $1 =~ \"$2\":(\{[^}]*\}) && ${BASH_REMATCH[-1]} =~ \"$3\":\"([^\"]*)\" ]] && printf '%s\n' "${BASH_REMATCH[1]}"
}

# agent_parts AGENT: the parts that it must have.
agent_parts() {
  printf '%s\n' "${AGENT_SOURCE[$1]}" "${AGENT_CHANNEL[$1]}" SINK.hdfs-sink
  [[ $1 != log-agent ]] || echo "$SPOOL_SOURCE"
}

# agent_healthy AGENT: all its parts have started, none has stopped, and the source has not given up.
agent_healthy() {
  local json part
  json=$(agent_metrics "$1") || return 1
  while read -r part; do
    [[ $(metric "$json" "$part" StartTime) =~ ^[1-9] && $(metric "$json" "$part" StopTime) == 0 ]] || return 1
  done < <(agent_parts "$1")
  # The spooling source counts here the error after which it does not read again.
  [[ $1 != log-agent || $(metric "$json" SOURCE.log-source GenericProcessingFail) == 0 &&
  $(metric "$json" SOURCE.log-source EventReadFail) == 0 ]]
}

# agent_progress AGENT: "idle" and its counter when every event that the source received has reached HDFS, and no file
# waits in the spool folder, else "busy".
agent_progress() {
  local json received accepted waiting tried drained files=0
  json=$(agent_metrics "$1") || return 1
  received=$(metric "$json" "${AGENT_SOURCE[$1]}" EventReceivedCount)
  accepted=$(metric "$json" "${AGENT_SOURCE[$1]}" EventAcceptedCount)
  waiting=$(metric "$json" "${AGENT_CHANNEL[$1]}" ChannelSize)
  tried=$(metric "$json" SINK.hdfs-sink EventDrainAttemptCount)
  drained=$(metric "$json" SINK.hdfs-sink EventDrainSuccessCount)
  [[ $1 != log-agent ]] || files=$(metric "$json" "$SPOOL_SOURCE" OpenConnectionCount)
  [[ $waiting == 0 && $files == 0 && $received == "$accepted" && $tried == "$drained" ]] &&
    echo "idle $received" || echo busy
}

# drain AGENT SECONDS: waits until it has been idle for 3 s, longer than its source may hold a batch, or has ended.
drain() {
  local deadline=$((SECONDS + $2)) progress last='' same=0
  while ((same < 3 && SECONDS < deadline)); do
    gone "$1" && return
    progress=$(agent_progress "$1") || return 0
    if [[ $progress == idle* && $progress == "$last" ]]; then same=$((same + 1)); else same=0; fi
    [[ -n $last || $progress == idle* ]] || note "$1 still has events on their way; waiting up to $2 s for them"
    last=$progress
    sleep 1
  done
  ((same == 3)) || note "warning: $1 is still at work after $2 s; its last batch may be written twice"
}

# agent_confs AGENT: sets CONFS to its files; a later one changes what an earlier one says.
agent_confs() {
  CONFS=("${AGENT_CONF[$1]}")
  [[ $1 != log-agent || $LOG_CHANNEL != file ]] || CONFS+=("$REPO/flume-conf/flume-logs-file.conf")
}

# check_agent_settings AGENT: checked before the start, because Flume uses an unset ${env:NAME} as literal text.
check_agent_settings() {
  local conf name CONFS
  agent_confs "$1"
  for conf in "${CONFS[@]}"; do
    # shellcheck disable=SC2016 # the conf's placeholders, not ours
    for name in $(grep -v '^#' -- "$conf" | grep -o '\${env:[^}]*}' | cut -d : -f 2 | tr -d '}' | sort -u); do
      [[ -n ${!name-} && $(declare -p "$name") == 'declare -x'* ]] || die 2 "${conf##*/}: $name is not set"
    done
  done
}

# agent_command AGENT: sets AGENT_COMMAND to what runs it in the foreground.
agent_command() {
  local setting CONFS
  setting=$("ports_${1/-/_}")
  agent_confs "$1"
  AGENT_COMMAND=("$STACK_HOME/bin/flume-ng" agent --conf "$STACK_HOME/conf" "${CONFS[@]/#/--conf-file=}"
    --name "$1" --no-reload-conf '-Dflume.root.logger=INFO,console'
    -Dflume.monitoring.type=ecom.flume.Metrics "-Dflume.monitoring.host=$LISTEN_ADDRESS"
    "-Dflume.monitoring.port=${!setting}")
}
