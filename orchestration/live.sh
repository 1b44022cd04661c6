# shellcheck shell=bash
# The live analysis: Spark reads the topic of the transactions as it grows, and keeps the topic ecommerce-analytics up
# to date. Source it after sqoop.sh; analytics.sh sets PACE.

# Where the results go: a message for each group that has changed. Kafka deletes the older ones of a key, but only in
# files that are no longer written to, so a file is closed after ten minutes.
LIVE_TOPIC=ecommerce-analytics
LIVE_SHAPE=(--partitions 1 --config cleanup.policy=compact --config segment.ms=600000)

# live: until it is stopped, or with PACE=until-read until it has read what is there.
live() {
  local since=$EPOCHREALTIME mark=$STACK_DIR/data/analytics-live.state state
  find_plan
  # shellcheck disable=SC2034 # for run.sh
  STOPPED='run this again to go on where it was'
  begin_work
  tool schema-gen --plan "$PLAN" --live "$REPO/sql/live" >"$SQOOP_WORK/job"
  demand_topic
  [[ $STACK != native ]] || (with_lock spark 600 resolve_spark)
  state=$(live_state)
  if [[ ! -e $mark || $(<"$mark") != "$state" ]]; then
    begin_anew "$mark"
    state=$(<"$mark")
  fi
  note "the results go to the topic $LIVE_TOPIC: consumer $LIVE_TOPIC shows them"
  begin spark_live "$mark" "$state"
  finish_all
  note "all that is there now is read ($(seconds_since "$since"))"
}

demand_topic() {
  local code=0
  tool topic-admin describe --topic "$KAFKA_TOPIC" >/dev/null 2>"$SQOOP_WORK/said" || code=$?
  ((code != 4)) ||
    die 4 "the topic $KAFKA_TOPIC does not exist: run orchestration/run_pipeline.sh --to 9, which fills it"
  ((code == 0)) || die "$code" "$(sed 's/^topic-admin: //' "$SQOOP_WORK/said"): run orchestration/stack/up"
}

# live_state: names what Spark keeps between two runs. It belongs to these two topics, which have other ids once they
# were deleted and made again, and to this question.
live_state() {
  local topic
  {
    for topic in "$KAFKA_TOPIC" "$LIVE_TOPIC"; do
      tool topic-admin describe --topic "$topic" --format json 2>/dev/null | grep -E '"(topic|id)":' || true
    done
    cat -- "$SQOOP_WORK/job"
  } | sha256sum | cut -c 1-16
}

# begin_anew MARK: with an empty topic for the results: those of another topic or question must not stay in it.
begin_anew() {
  rm -f -- "$1"
  tool topic-admin --quiet create --topic "$LIVE_TOPIC" "${LIVE_SHAPE[@]}"
  tool topic-admin --quiet reset --topic "$LIVE_TOPIC" --yes
  live_state >"$1"
  note "reading the topic $KAFKA_TOPIC from its first message on"
}

# spark_live MARK STATE: what it says goes to the log.
spark_live() {
  local log=$STACK_DIR/logs/spark-live.log code=0
  JDK_JAVA_OPTIONS="${JDK_JAVA_OPTIONS-} ${SMALL_OPTIONS[*]}" on sqoop spark-analytics live "$HDFS_ROOT" \
    "$KAFKA_TOPIC" "$LIVE_TOPIC" "$2" "$PACE" <"$SQOOP_WORK/job" 2>"$log" || code=$?
  case $code in
    0 | 130 | 143) return "$code" ;;
    137) die 1 'Spark was killed: run this again, and it goes on where it was' ;;
    2 | 4 | 5) die "$code" "$(tail -n 1 -- "$log")" ;;
    # Read anew, they are all in the first micro-batch, before there is a watermark.
    7) rm -f -- "$1" && die 7 "$(tail -n 1 -- "$log"): run this again, and it begins anew" ;;
  esac
  demand_topic
  die 1 "Spark failed: $(said_first <"$log") (see $log); run this again, and it goes on where it was"
}
