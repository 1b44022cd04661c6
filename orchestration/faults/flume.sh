# shellcheck shell=bash
# The trials of server-kills in which Flume is at work: kcat writes lines into a topic, and a file with as many lines is
# moved into the spool folder. A server or agent is killed, and in the end `hdfs dfs -cat` must show every line, whole.
# After a kill an agent may write a batch twice, as ARCHITECTURE.md says. log-agent has its file channel: with the
# memory channel, what it holds is lost until `reconciler --respool`.
# shellcheck disable=SC2034 # for the other parts of faults.sh

FLUME_RUNS='' WRITTEN=0

# flume VERB: start_flume.sh or stop_flume.sh, for the trials' topic and folders.
flume() {
  "${FOR_TOOLS[@]}" LOG_CHANNEL=file "LOG_SPOOL_DIR=$WORLD/spool" "$REPO/orchestration/$1_flume.sh" "${@:2}" \
    >"$WORLD/said.flume" 2>&1
}

begin_flume() {
  if [[ -z $FLUME_RUNS ]]; then
    : >"$WORLD/lines"
    mkdir -p -- "$WORLD/spool"
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
  draw 6000
  WHAT="$1 killed $DRAWN ms after lines for both agents"
  seq -f 'line %.0f of both ways' "$((WRITTEN + 1))" "$((WRITTEN + 2000))" >"$WORLD/new"
  WRITTEN=$((WRITTEN + 2000))
  cat -- "$WORLD/new" >>"$WORLD/lines"
  kafka_cat -P -t "$TOPIC" -l "$WORLD/new"
  mv -- "$WORLD/new" "$WORLD/spool/lines_$WRITTEN.log"
  pause "$DRAWN"
  kill -KILL "$(running_pid "$1")"
  [[ $1 == *-agent ]] || again "$1" || return
  flume start || because "start_flume.sh after the kill of $1: $(last_words "$WORLD/said.flume")" || return
  await 120 arrived || because "$(difference kafka-transactions '*/*/*/*'); $(difference logs '*/*/*')"
}

in_hdfs() { on namenode hdfs dfs -cat "$LAKE/flume/$1/$2/*" 2>/dev/null </dev/null | sort -u; }
all_in_hdfs() { in_hdfs "$@" | cmp -s - <(sort -- "$WORLD/lines"); }
arrived() { all_in_hdfs kafka-transactions '*/*/*/*' && all_in_hdfs logs '*/*/*'; }
difference() {
  printf '%s: %d of %d lines are not in HDFS, and %d there are not whole' "$1" \
    "$(in_hdfs "$@" | comm -13 - <(sort -- "$WORLD/lines") | wc -l)" "$WRITTEN" \
    "$(in_hdfs "$@" | comm -23 - <(sort -- "$WORLD/lines") | wc -l)"
}
