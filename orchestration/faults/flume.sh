# shellcheck shell=bash
# The trials of server-kills in which Flume is at work: kcat writes lines into a topic, a server is killed, and in the end
# `hdfs dfs -cat` must show every line, whole. After a kill kafka-agent may write a batch twice, as ARCHITECTURE.md says.
# shellcheck disable=SC2034 # for the other parts of faults.sh

FLUME_RUNS='' WRITTEN=0

# flume VERB: start_flume.sh or stop_flume.sh, for the trials' topic and folder.
flume() { "${FOR_TOOLS[@]}" "$REPO/orchestration/$1_flume.sh" "${@:2}" >"$WORLD/said.flume" 2>&1; }

begin_flume() {
  if [[ -z $FLUME_RUNS ]]; then
    : >"$WORLD/lines"
    flume stop --drain 0 || return
    tool topic-admin create --topic "$TOPIC" --quiet
    FLUME_RUNS=yes
  fi
  flume start
}

end_flume() {
  [[ -z $FLUME_RUNS ]] || flume stop --drain 0 || true
  FLUME_RUNS=''
}

trial_flume() {
  begin_flume || because "start_flume.sh: $(last_words "$WORLD/said.flume")" || return
  draw 5000
  WHAT="$1 killed $DRAWN ms after lines for kafka-agent"
  seq -f "line %.0f of those that kcat wrote" "$((WRITTEN + 1))" "$((WRITTEN + 2000))" >"$WORLD/new"
  WRITTEN=$((WRITTEN + 2000))
  kafka_cat -P -t "$TOPIC" -l "$WORLD/new"
  cat -- "$WORLD/new" >>"$WORLD/lines"
  pause "$DRAWN"
  kill -KILL "$(running_pid "$1")"
  [[ $1 == *-agent ]] || again "$1" || return
  flume start || because "start_flume.sh after the kill of $1: $(last_words "$WORLD/said.flume")" || return
  await 120 arrived || because "$(difference)"
}

in_hdfs() { on namenode hdfs dfs -cat "$LAKE/flume/kafka-transactions/*/*/*/*/*" 2>/dev/null </dev/null | sort -u; }
arrived() { in_hdfs | cmp -s - <(sort -- "$WORLD/lines"); }
difference() {
  printf '%d lines of %d are not in HDFS, and %d there are not whole' \
    "$(in_hdfs | comm -13 - <(sort -- "$WORLD/lines") | wc -l)" "$WRITTEN" \
    "$(in_hdfs | comm -23 - <(sort -- "$WORLD/lines") | wc -l)"
}
