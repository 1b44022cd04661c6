#!/usr/bin/env bats
# The Flume agents' configuration, and how their metrics are judged, without any server.

load stack_helper

setup() {
  copy_project
  CONF=$PROJECT/flume-conf
}

# metrics SOURCE CHANNEL [PATTERN REPLACEMENT]: the metrics of a healthy agent in Flume's form, with one change.
metrics() {
  local json='{"CHANNEL.'$2'":{"ChannelSize":"0","StartTime":"17","Type":"CHANNEL","StopTime":"0"},'
  json+='"SOURCE.'$1'":{"EventReceivedCount":"40","GenericProcessingFail":"0","EventReadFail":"0","StartTime":"18",'
  json+='"EventAcceptedCount":"40","Type":"SOURCE","StopTime":"0"},"SINK.hdfs-sink":{"EventDrainAttemptCount":"40",'
  json+='"StartTime":"19","Type":"SINK","EventDrainSuccessCount":"40","StopTime":"0"}}'
  [[ $1 != log-source ]] ||
    json=${json%\}},'"SOURCE.spool-folder":{"OpenConnectionCount":"0","StartTime":"18","StopTime":"0"}}'
  printf '%s' "${json/"${3-}"/"${4-}"}"
}

# judged FUNCTION AGENT JSON: the function's result for these metrics.
judged() { JSON=$3 in_stack "agent_metrics() { printf '%s' \"\$JSON\"; }; $1 $2"; }

@test "an agent is healthy when source, channel and sink have started and none has stopped" {
  judged agent_healthy log-agent "$(metrics log-source memory-channel)"
  judged agent_healthy kafka-agent "$(metrics kafka-source file-channel)"
}

@test "an agent whose parts are missing, stopped or broken is not healthy" {
  run judged agent_healthy log-agent '{}'
  [ "$status" -ne 0 ]
  for change in '"SOURCE.log-source"/"SOURCE.other"' '"SINK.hdfs-sink"/"SINK.x"' \
    '"CHANNEL.memory-channel"/"CHANNEL.x"' '"StartTime":"18"/"StartTime":"0"' '"StopTime":"0"/"StopTime":"20"' \
    '"GenericProcessingFail":"0"/"GenericProcessingFail":"1"' '"EventReadFail":"0"/"EventReadFail":"1"' \
    '"SOURCE.spool-folder"/"SOURCE.x"'; do
    run judged agent_healthy log-agent "$(metrics log-source memory-channel "${change%%/*}" "${change#*/}")"
    [ "$status" -ne 0 ] || { echo "healthy with $change" && false; }
  done
  run in_stack 'FLUME_LOG_AGENT_PORT=1; agent_healthy log-agent'
  [ "$status" -ne 0 ]
}

@test "an agent is idle only when all that its source took has been written" {
  [ "$(judged agent_progress kafka-agent "$(metrics kafka-source file-channel)")" = 'idle 40' ]
  run judged agent_progress log-agent \
    "$(metrics log-source memory-channel '"OpenConnectionCount":"0"' '"OpenConnectionCount":"1"')"
  [ "$output" = busy ]
  [ "$(judged agent_progress log-agent "$(metrics log-source memory-channel)")" = 'idle 40' ]
  for change in '"ChannelSize":"0"/"ChannelSize":"3"' '"EventReceivedCount":"40"/"EventReceivedCount":"41"' \
    '"EventDrainSuccessCount":"40"/"EventDrainSuccessCount":"39"'; do
    changed=$(metrics kafka-source file-channel "${change%%/*}" "${change#*/}")
    [ "$(judged agent_progress kafka-agent "$changed")" = busy ]
  done
}

@test "a placeholder whose setting is missing is found before the start" {
  in_stack 'check_agent_settings log-agent; check_agent_settings kafka-agent'
  echo 'log-agent.sources.log-source.x = ${env:NO_SUCH_NAME}' >>"$CONF/flume-logs.conf"
  run in_stack 'check_agent_settings log-agent'
  [ "$status" -eq 2 ]
  [[ $output == *'flume-logs.conf: NO_SUCH_NAME is not set' ]]
}

@test "LOG_CHANNEL chooses the channel of the log agent, and is memory or file" {
  run in_stack 'agent_command log-agent; printf "%s\n" "${AGENT_COMMAND[@]}"'
  [[ $output != *flume-logs-file.conf* ]]
  LOG_CHANNEL=file run in_stack 'check_agent_settings log-agent; agent_command log-agent;' \
    'printf "%s\n" "${AGENT_COMMAND[@]}"'
  [ "$(sed -n 's/^--conf-file=//p' <<<"$output")" = "$CONF/flume-logs.conf"$'\n'"$CONF/flume-logs-file.conf" ]
  judged agent_healthy log-agent "$(metrics log-source file-channel)"
  LOG_CHANNEL=disk run in_stack true
  [ "$status" -eq 2 ]
  [[ $output == *"LOG_CHANNEL: 'disk' is not memory or file" ]]
}

@test "the folders of the agents follow HDFS_ROOT, as their conf does" {
  HDFS_ROOT=/lake run in_stack 'echo "$HDFS_ROOT/${AGENT_FOLDER[log-agent]} $HDFS_ROOT/${AGENT_FOLDER[kafka-agent]}"' \
    '; check_agent_settings log-agent'
  [ "$output" = '/lake/flume/logs /lake/flume/kafka-transactions' ]
}

@test "a file that was left open is closed and renamed; a running agent's file is left alone" {
  code='
    webhdfs() { echo "webhdfs $*" >&2; echo "{\"boolean\":true}"; }
    on() { case $* in *-find*) echo /user/flume/logs/2026/_ecommerce-logs-.7.log.tmp ;; *) echo "on $*" >&2 ;; esac; }
    recover_open_files log-agent'
  run in_stack "$code"
  [ "$status" -eq 0 ]
  folder=/user/flume/logs/2026
  [[ $output == *"PUT $folder/_ecommerce-logs-.7.log.tmp RENAME&destination=$folder/ecommerce-logs-.7.log"* ]]
  [[ $output == *'recovered ecommerce-logs-.7.log, left open by an earlier end'* ]]
  in_stack 'start_process log-agent sleep 600'
  run in_stack "$code"
  in_stack 'stop_process log-agent 5' 2>/dev/null
  [ -z "$output" ]
}

@test "a file that HDFS holds open under its final name is closed, whether or not the agents run" {
  folder=/user/flume/kafka-transactions/2026
  code='
    webhdfs() { echo "{\"boolean\":true,\"length\":0}"; }
    on() { case $* in
      *listOpenFiles*)
        printf "Client Host         \tClient Name         \tOpen File Path\n"
        for name in kafka-txn-.7.json _kafka-txn-.8.json.tmp; do
          printf "127.0.0.1\tDFSClient\t%s\n" "'$folder'/$name"
        done ;;
      *) echo "on $*" >&2 ;;
    esac; }
    close_file() { echo "closing $1" >&2; }
    close_abandoned_files'
  run in_stack "$code"
  [ "$status" -eq 0 ]
  [ "${lines[0]}" = "closing $folder/kafka-txn-.7.json" ]
  [[ ${lines[1]} == *'closed kafka-txn-.7.json, which HDFS held open under its final name' ]]
  [ "${#lines[@]}" -eq 2 ]
}

@test "without HDFS, start starts nothing and names the way out; stop succeeds" {
  unused_ports
  run "$PROJECT/orchestration/start_flume.sh"
  [ "$status" -eq 5 ]
  [[ $output == *"HDFS is not ready at hdfs://localhost:$NAMENODE_PORT: run orchestration/stack/up" ]]
  [ ! -e "$PROJECT/var/stack/run/log-agent.pid" ]
  run "$PROJECT/orchestration/stop_flume.sh"
  [ "$status" -eq 0 ]
  run "$PROJECT/orchestration/stop_flume.sh" --drain soon
  [ "$status" -eq 2 ]
}

# has FILE LINE…: checks that FILE contains each of the lines.
has() {
  local line
  for line in "${@:2}"; do
    grep -qxF -- "$line" "$1" || { echo "$1 lacks: $line" && return 1; }
  done
}

@test "the log agent keeps its names and settings" {
  has "$CONF/flume-logs.conf" 'log-agent.sources = log-source spool-folder' 'log-agent.channels = memory-channel' \
    'log-agent.sinks = hdfs-sink' \
    'log-agent.sources.log-source.type = spooldir' 'log-agent.sources.log-source.fileHeader = true' \
    'log-agent.sources.log-source.deletePolicy = immediate' 'log-agent.sources.log-source.fileSuffix = .processed' \
    'log-agent.channels.memory-channel.type = memory' 'log-agent.channels.memory-channel.capacity = 10000' \
    'log-agent.channels.memory-channel.transactionCapacity = 1000' 'log-agent.sinks.hdfs-sink.type = hdfs' \
    'log-agent.sinks.hdfs-sink.hdfs.path = ${env:HDFS_URI}${env:HDFS_ROOT}/flume/logs/%Y/%m/%d' \
    'log-agent.sinks.hdfs-sink.hdfs.filePrefix = ecommerce-logs-' 'log-agent.sinks.hdfs-sink.hdfs.fileSuffix = .log' \
    'log-agent.sinks.hdfs-sink.hdfs.rollInterval = 300' 'log-agent.sinks.hdfs-sink.hdfs.rollSize = 0' \
    'log-agent.sinks.hdfs-sink.hdfs.rollCount = 0' 'log-agent.sinks.hdfs-sink.hdfs.fileType = DataStream' \
    'log-agent.sinks.hdfs-sink.hdfs.writeFormat = Text' 'log-agent.sinks.hdfs-sink.hdfs.useLocalTimeStamp = true' \
    'log-agent.sources.log-source.channels = memory-channel' 'log-agent.sinks.hdfs-sink.channel = memory-channel'
}

@test "the Kafka agent keeps its names and settings" {
  has "$CONF/flume-kafka.conf" 'kafka-agent.sources = kafka-source' 'kafka-agent.channels = file-channel' \
    'kafka-agent.sinks = hdfs-sink' \
    'kafka-agent.sources.kafka-source.type = org.apache.flume.source.kafka.KafkaSource' \
    'kafka-agent.sources.kafka-source.kafka.consumer.group.id = flume-consumer' \
    'kafka-agent.sources.kafka-source.kafka.consumer.auto.offset.reset = earliest' \
    'kafka-agent.sources.kafka-source.batchSize = 100' 'kafka-agent.sources.kafka-source.batchDurationMillis = 2000' \
    'kafka-agent.channels.file-channel.type = file' 'kafka-agent.sinks.hdfs-sink.type = hdfs' \
    'kafka-agent.sinks.hdfs-sink.hdfs.path = ${env:HDFS_URI}${env:HDFS_ROOT}/flume/kafka-transactions/%Y/%m/%d/%H' \
    'kafka-agent.sinks.hdfs-sink.hdfs.filePrefix = kafka-txn-' 'kafka-agent.sinks.hdfs-sink.hdfs.fileSuffix = .json' \
    'kafka-agent.sinks.hdfs-sink.hdfs.rollInterval = 600' 'kafka-agent.sinks.hdfs-sink.hdfs.rollSize = 0' \
    'kafka-agent.sinks.hdfs-sink.hdfs.rollCount = 0' 'kafka-agent.sinks.hdfs-sink.hdfs.fileType = DataStream' \
    'kafka-agent.sinks.hdfs-sink.hdfs.writeFormat = Text' 'kafka-agent.sinks.hdfs-sink.hdfs.useLocalTimeStamp = true' \
    'kafka-agent.sources.kafka-source.channels = file-channel' 'kafka-agent.sinks.hdfs-sink.channel = file-channel'
}
