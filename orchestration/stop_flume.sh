#!/usr/bin/env bash
# Stops both Flume agents after their events have reached HDFS.
#
# Usage: orchestration/stop_flume.sh [--drain SECONDS]
#
#   --drain SECONDS   time to wait until the channels are empty (default: 120; 0 does not wait)
#
# An agent that is stopped during its work may write its last batch again after the next start, so this waits first.
# Then SIGTERM, which takes some seconds, and SIGKILL after 60. Afterwards, no file of theirs is open in HDFS. Safe to
# call twice.
#
# Exit codes: 0 stopped · 1 an agent cannot be ended · 5 HDFS is unavailable, so files may still be open · 6 another run
# is starting or stopping the agents

# shellcheck source=stack/stack.sh
source "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/stack/stack.sh"
help_if_asked "$@"

drain_seconds=120
while (($# > 0)); do
  case $1 in
    --drain) [[ ${2-} =~ ^[0-9]{1,5}$ ]] || die 2 '--drain needs a number of seconds' && drain_seconds=$2 && shift ;;
    *) refuse_argument "$1" ;;
  esac
  shift
done

# stop AGENT: lets it finish, then ends it.
stop() {
  gone "$1" && return
  if ((drain_seconds > 0)) && hdfs_ready; then
    drain "$1" "$drain_seconds"
  fi
  stop_agent "$1"
}

stop_flume() {
  local agent jobs=() code=0
  if gone log-agent && gone kafka-agent; then
    note 'no agent is running'
    hdfs_ready || return 0
  fi
  for agent in "${AGENTS[@]}"; do
    stop "$agent" &
    jobs+=($!)
  done
  for agent in "${jobs[@]}"; do
    wait "$agent" || code=$?
  done
  ((code == 0)) || exit "$code"
  hdfs_ready || die 5 'HDFS is not ready: files that the agents left open are recovered by the next start_flume.sh'
  for agent in "${AGENTS[@]}"; do
    recover_open_files "$agent"
  done
  close_abandoned_files
}

with_lock flume 150 stop_flume
