#!/usr/bin/env bash
# Starts both Flume agents: log-agent (spool folder to HDFS) and kafka-agent (Kafka to HDFS).
#
# Usage: orchestration/start_flume.sh
#
# Returns when the metrics of both show a working source, channel and sink. Safe to call twice: a healthy agent is left
# alone; one that runs but does not work is restarted. Files that a crash left open in HDFS are recovered first.
#
# Exit codes: 0 both healthy · 2 settings or ports · 5 HDFS or Kafka is unavailable, or an agent does not get healthy ·
# 6 another run is starting or stopping the agents

# shellcheck source=stack/stack.sh
source "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/stack/stack.sh"
help_if_asked "$@"
(($# == 0)) || refuse_argument "$1"

# ensure AGENT: starts it unless it works already.
ensure() {
  if ! gone "$1"; then
    if await 10 agent_healthy "$1"; then
      note "$1 works already"
      return
    fi
    note "$1 runs, but according to its metrics it does not work: restarting it"
    stop_agent "$1"
  fi
  start_agent "$1"
  STARTED+=("$1")
}

# confirm AGENT: waits until it is healthy.
confirm() {
  await "$STACK_TIMEOUT" agent_ended_or_healthy "$1" || true
  if ! agent_healthy "$1"; then
    why "$1"
    [[ -n $WHY ]] || log_tail "$1"
    die "$WHY_CODE" "$1 does not work${WHY:-: see orchestration/stack/logs $1}"
  fi
  note "$1 works"
}

agent_ended_or_healthy() { gone "$1" || agent_healthy "$1"; }

start_flume() {
  local agent
  STARTED=()
  for agent in "${AGENTS[@]}"; do
    check_agent_settings "$agent"
  done
  hdfs_ready || die 5 "HDFS is not ready at $HDFS_URI: run orchestration/stack/up"
  ready_kafka || die 5 "Kafka does not answer at $KAFKA_BOOTSTRAP_SERVERS: run orchestration/stack/up"
  close_abandoned_files
  for agent in "${AGENTS[@]}"; do
    ensure "$agent"
  done
  for agent in "${STARTED[@]}"; do
    confirm "$agent"
  done
}

with_lock flume 150 start_flume
